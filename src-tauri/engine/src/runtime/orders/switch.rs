//! Orders that pause and stop, everything or a part, and their ends.

use serde_json::{Value, json};
use signalbox_scheduler::{Input, Scope};

use super::{Carried, Operator, Order, Taken};
use crate::list_file::kind_word;
use crate::runtime::turn::Turn;
use crate::store::audit::{Entry, Subject};
use crate::store::restore;

/// What is switched, in a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Switch {
    /// No new task starts; running ones finish.
    Pause(Scope),
    /// The pause is over.
    Resume(Scope),
    /// No further call goes out, at once: everything, or one phone.
    Stop(Scope),
    /// The stop is over.
    Unstop(Scope),
}

impl Switch {
    fn scope(self) -> Scope {
        match self {
            Self::Pause(scope) | Self::Resume(scope) => scope,
            Self::Stop(scope) | Self::Unstop(scope) => scope,
        }
    }

    fn input(self) -> Input {
        match self {
            Self::Pause(scope) => Input::Pause(scope),
            Self::Resume(scope) => Input::Resume(scope),
            Self::Stop(scope) => Input::Stop(scope),
            Self::Unstop(scope) => Input::Unstop(scope),
        }
    }

    fn action(self) -> &'static str {
        match self {
            Self::Pause(Scope::All) => "system.pause",
            Self::Resume(Scope::All) => "system.resume",
            Self::Pause(Scope::Account(_)) => "account.pause",
            Self::Resume(Scope::Account(_)) => "account.resume",
            Self::Pause(Scope::Phone(_)) => "device.pause",
            Self::Resume(Scope::Phone(_)) => "device.resume",
            Self::Pause(Scope::Kind(_)) => "kind.pause",
            Self::Resume(Scope::Kind(_)) => "kind.resume",
            Self::Pause(Scope::List(_)) => "list.pause",
            Self::Resume(Scope::List(_)) => "list.resume",
            Self::Stop(Scope::Phone(_)) => "device.stop",
            Self::Unstop(Scope::Phone(_)) => "device.unstop",
            // Nothing narrower can be stopped: the core refuses it.
            Self::Stop(_) => "system.stop",
            Self::Unstop(_) => "system.unstop",
        }
    }
}

impl Order for Switch {
    type Done = ();

    fn silences(&self) -> Option<Scope> {
        match self {
            Self::Stop(scope @ (Scope::All | Scope::Phone(_))) => Some(*scope),
            _ => None,
        }
    }

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let scope = self.scope();
        let held = restore::held(&turn.tables)?.is_some();
        let before = turn.switches(scope, held);
        if let Err(refused) = turn.order_core(&self.input())? {
            return Ok(Err(refused));
        }
        let lets_go = held && *self == Self::Resume(Scope::All);
        if lets_go {
            restore::release(&turn.tables)?;
        }
        let after = turn.switches(scope, held && !lets_go);
        let entry = Entry::new(self.action(), turn.subject_of(scope), before, after);
        Ok(Ok(Carried::new((), entry)))
    }
}

impl Turn<'_> {
    /// What a scope is called in the audit.
    pub(super) fn subject_of(&self, scope: Scope) -> Subject {
        let directory = &self.memory.directory;
        match scope {
            Scope::All => Subject::system(),
            Scope::Account(no) => match directory.account(no) {
                Some(row) => Subject::new("account", &row.account_id).named(row.handle.reveal()),
                None => Subject::new("account", ""),
            },
            Scope::Phone(no) => match directory.phone(no) {
                Some(row) => Subject::new("device", row.udid.reveal()).named(&row.name),
                None => Subject::new("device", ""),
            },
            Scope::Kind(kind) => Subject::new("kind", kind_word(kind)),
            Scope::List(no) => match directory.list(no) {
                Some(row) => Subject::new("list", row.list_id.to_string()).named(&row.name),
                None => Subject::new("list", ""),
            },
        }
    }

    /// How everything, an account or a phone is switched. `held`: a restored data set that the
    /// operator has not let go on.
    fn switches(&self, scope: Scope, held: bool) -> Value {
        let state = &self.memory.state;
        match scope {
            Scope::All => {
                let (paused, stopped) = (state.is_paused(), state.is_stopped());
                json!({ "held_by_restore": held, "paused": paused, "stopped": stopped })
            }
            Scope::Account(no) => {
                json!({ "paused": state.account(no).is_some_and(|it| it.paused) })
            }
            Scope::Phone(no) => {
                let phone = state.phone(no);
                let (paused, stopped) = phone.map_or((false, false), |it| (it.paused, it.stopped));
                json!({ "paused": paused, "stopped": stopped })
            }
            Scope::Kind(kind) => json!({ "paused": state.is_kind_paused(kind) }),
            Scope::List(no) => {
                let list = state.lists().get(no.0 as usize);
                json!({ "paused": list.is_some_and(|list| list.paused) })
            }
        }
    }
}
