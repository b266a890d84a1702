//! Orders that pause and stop, everything or a part, and their ends.

use serde_json::{Value, json};
use signalbox_scheduler::{Input, Scope};

use super::{Carried, Operator, Order, Taken};
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
}

impl Switch {
    fn scope(self) -> Scope {
        match self {
            Self::Pause(scope) | Self::Resume(scope) => scope,
        }
    }

    fn input(self) -> Input {
        match self {
            Self::Pause(scope) => Input::Pause(scope),
            Self::Resume(scope) => Input::Resume(scope),
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
        }
    }
}

impl Order for Switch {
    type Done = ();

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
        }
    }
}
