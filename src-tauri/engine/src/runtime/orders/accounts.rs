//! Orders about accounts.

use serde_json::{Value, json};
use signalbox_automation::Handle;
use signalbox_phone::Udid;
use signalbox_scheduler::{AccountNo, AccountState, Answer, Input, PhoneNo, Scope};

use super::settings::windows;
use super::{Carried, Operator, Order, Taken, Who};
use crate::runtime::accept::handle_taken;
use crate::runtime::feed::Changed;
use crate::runtime::message::Refused;
use crate::runtime::turn::Turn;
use crate::settings::{OwnLimits, Window};
use crate::store::accounts::{self, AccountRow};
use crate::store::audit::{Entry, Subject};
use crate::store::phones::PhoneRow;
use crate::store::{self, World};

/// What an operator changes of an account. `None`: it stays as it is.
#[derive(Debug, Clone, Default)]
pub struct AccountChange {
    /// Its name in the app.
    pub handle: Option<Handle>,
    /// The only phone it may use; `Some(None)`: any.
    pub phone: Option<Option<String>>,
    /// A name for people.
    pub label: Option<String>,
    /// A group for people.
    pub group: Option<String>,
    /// A note for people.
    pub note: Option<String>,
    /// All of its own limits; none of them named: it has none any more.
    pub limits: Option<OwnLimits>,
    /// All windows of its own; none of them: its hours are its group's.
    pub hours: Option<Vec<Window>>,
}

/// A new account.
#[derive(Debug, Clone)]
pub(crate) struct AddAccount {
    pub(crate) account_id: String,
    pub(crate) change: AccountChange,
}

/// An account is changed.
#[derive(Debug, Clone)]
pub(crate) struct ChangeAccount {
    pub(crate) account_id: String,
    pub(crate) change: AccountChange,
}

/// An account goes. Its history stays.
#[derive(Debug, Clone)]
pub(crate) struct RemoveAccount(pub(crate) String);

/// What is ordered of an account with a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Discipline {
    /// It takes no task until the operator lifts that.
    Suspend(String),
    /// It takes tasks again. `world`: a challenge on live phones is not lifted from afar.
    Unsuspend(String, World),
    /// It need not rest any longer.
    EndCooldown(String),
    /// It is freed although its phone never proved quiet (R6).
    Release(String),
}

impl Order for AddAccount {
    type Done = ();
    const BRINGS_NEW: bool = true;

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let Self { account_id, change } = self;
        let directory = &turn.memory.directory;
        if directory.account_by_id(account_id).is_some() {
            let message = format!("There is an account {account_id} already. Change that one.");
            return Ok(Err(Refused::new("account_exists", message)));
        }
        let named = AccountRow::named(account_id);
        let handle = change.handle.as_ref().unwrap_or(&named.handle);
        if directory.account_by_handle(handle).is_some() {
            return Ok(Err(handle_taken(handle.reveal())));
        }
        if let Err(refused) = turn.has_room_for(hours(&named, change).as_deref()) {
            return Ok(Err(refused));
        }
        let row = turn.changed(&named, change)?;
        let no = turn.add_account(row.clone())?;
        turn.configure()?;
        turn.set_limits(no, change)?;
        let after = turn.account_facts(no, &row);
        turn.touched.insert(Changed::Account(no));
        let entry = Entry::new("account.add", turn.account_subject(no), Value::Null, after);
        Ok(Ok(Carried::new((), entry)))
    }
}

impl Order for ChangeAccount {
    type Done = ();

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let no = match turn.account_of(&self.account_id) {
            Ok(no) => no,
            Err(refused) => return Ok(Err(refused)),
        };
        let Some(before) = turn.memory.directory.account(no).cloned() else {
            return Ok(Err(unknown_account()));
        };
        if let Err(refused) = turn.has_room_for(hours(&before, &self.change).as_deref()) {
            return Ok(Err(refused));
        }
        let renamed = self
            .change
            .handle
            .as_ref()
            .filter(|it| **it != before.handle);
        if let Some(handle) = renamed {
            let holder = turn.memory.directory.account_by_handle(handle);
            if holder.is_some_and(|holder| holder != no) {
                return Ok(Err(handle_taken(handle.reveal())));
            }
            if let Err(refused) = turn.order_core(&Input::RenameAccount { account: no })? {
                return Ok(Err(refused));
            }
        }
        let facts = turn.account_facts(no, &before);
        let after = turn.changed(&before, &self.change)?;
        let limited = turn.set_limits(no, &self.change)?;
        if after == before && !limited {
            return Ok(Ok(Carried::unchanged(())));
        }
        accounts::update(&turn.tables, no, &after)?;
        turn.memory.directory.set_account(no, after.clone());
        turn.touched.insert(Changed::Account(no));
        if after.phone != before.phone {
            let bound = after.phone;
            turn.feed(&Input::BindAccount { account: no, bound })?;
        }
        if after.group != before.group || after.hours != before.hours {
            turn.configure()?;
        }
        let after = turn.account_facts(no, &after);
        let entry = Entry::new("account.change", turn.account_subject(no), facts, after);
        Ok(Ok(Carried::new((), entry)))
    }
}

impl Order for RemoveAccount {
    type Done = ();

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let account = match turn.account_of(&self.0) {
            Ok(no) => no,
            Err(refused) => return Ok(Err(refused)),
        };
        let row = turn.memory.directory.account(account).cloned();
        let before = row.map_or(Value::Null, |row| turn.account_facts(account, &row));
        let subject = turn.account_subject(account);
        if let Err(refused) = turn.order_core(&Input::RemoveAccount { account })? {
            return Ok(Err(refused));
        }
        turn.memory.directory.remove_account(account);
        let entry = Entry::new("account.remove", subject, before, Value::Null);
        Ok(Ok(Carried::new((), entry)))
    }
}

impl Order for Discipline {
    /// The phone that is looked at first, where that decides.
    type Done = Option<PhoneNo>;

    fn take(&self, turn: &mut Turn<'_>, by: &Operator) -> Taken<Option<PhoneNo>> {
        let (Self::Suspend(id)
        | Self::Unsuspend(id, _)
        | Self::EndCooldown(id)
        | Self::Release(id)) = self;
        let account = match turn.account_of(id) {
            Ok(no) => no,
            Err(refused) => return Ok(Err(refused)),
        };
        let before = turn.standing(account);
        let (action, input) = match self {
            Self::Suspend(_) => ("account.suspend", Input::Suspend { account }),
            Self::Unsuspend(_, world) => {
                let afar = *world == World::Live && by.who != Who::Window;
                if afar && turn.is_challenged(account) {
                    return Ok(Err(operator_needed(id)));
                }
                ("account.unsuspend", Input::Unsuspend { account })
            }
            Self::EndCooldown(_) => ("account.end_cooldown", Input::EndCooldown { account }),
            Self::Release(_) => ("account.release", Input::Release { account }),
        };
        let answer = match turn.order_core(&input)? {
            Ok(answer) => answer,
            Err(refused) => return Ok(Err(self.in_words(id, refused))),
        };
        let subject = turn.account_subject(account);
        if let Answer::Visits(phone) = answer {
            turn.visits.found.remove(&account);
            turn.visits.ordered.insert(account, by.clone());
            let row = turn.memory.directory.phone(phone);
            let looks = json!({ "device_udid": row.map(|row| row.udid.reveal()) });
            let entry = Entry::new("account.look", subject, before, looks);
            return Ok(Ok(Carried::new(Some(phone), entry)));
        }
        let entry = Entry::new(action, subject, before, turn.standing(account));
        Ok(Ok(Carried::new(None, entry)))
    }
}

impl Discipline {
    fn in_words(&self, id: &str, refused: Refused) -> Refused {
        if refused.code == "no_device" {
            let message = format!(
                "No phone on which account {id} could be signed in is connected, out of your hand \
                 and not stopped, so nobody can look whether the challenge is gone. Plug one in."
            );
            return Refused::new("no_device", message);
        }
        if refused.code != "wrong_state" {
            return refused;
        }
        let state = match self {
            Self::Suspend(_) => return refused,
            Self::Unsuspend(..) => "is not suspended",
            Self::EndCooldown(_) => "does not rest",
            Self::Release(_) => "is not held by a phone that has to prove itself quiet",
        };
        let message = format!("Account {id} {state}, so there is nothing to end.");
        Refused::new("wrong_state", message)
    }
}

/// The hours that an account keeps of its own after a change.
fn hours(row: &AccountRow, change: &AccountChange) -> Option<String> {
    match change.hours.as_deref() {
        None => row.hours.clone(),
        Some([]) => None,
        Some(windows) => serde_json::to_string(windows).ok(),
    }
}

fn operator_needed(id: &str) -> Refused {
    let message = format!(
        "The platform asked for the owner of account {id}. Look at the phone; a challenge on live \
         phones is lifted in the window only, after its screen was read again."
    );
    Refused::new("operator_needed", message)
}

fn unknown_account() -> Refused {
    Refused::new("unknown_account", "There is no such account. Add it first.")
}

impl Turn<'_> {
    /// The account of this id.
    pub(super) fn account_of(&self, id: &str) -> Result<AccountNo, Refused> {
        let found = self.memory.directory.account_by_id(id);
        found.ok_or_else(unknown_account)
    }

    /// An account in the audit.
    pub(in crate::runtime) fn account_subject(&self, no: AccountNo) -> Subject {
        self.subject_of(Scope::Account(no))
    }

    /// The platform asked for its owner, and nobody has lifted that.
    fn is_challenged(&self, account: AccountNo) -> bool {
        let challenged = AccountState::Suspended { challenge: true };
        let it = self.memory.state.account(account);
        it.is_some_and(|it| it.state == challenged || it.suspend_next == Some(true))
    }

    /// Gives the account these limits of its own; whether they are others.
    fn set_limits(&mut self, account: AccountNo, change: &AccountChange) -> store::Result<bool> {
        let Some(own) = change.limits else {
            return Ok(false);
        };
        let limits = own.limits();
        let it = self.memory.state.account(account);
        let before = it.and_then(|it| it.limits.as_deref());
        if before.cloned().unwrap_or_default() == limits {
            return Ok(false);
        }
        self.order_core(&Input::SetLimits { account, limits })?.ok();
        Ok(true)
    }

    /// A row with what is to change of it; a phone that nobody knows yet gets the next number.
    fn changed(&mut self, row: &AccountRow, change: &AccountChange) -> store::Result<AccountRow> {
        let kept = |new: &Option<String>, old: &String| new.as_ref().unwrap_or(old).clone();
        let phone: Option<PhoneNo> = match &change.phone {
            None => row.phone,
            Some(None) => None,
            Some(Some(udid)) => Some(self.phone(&PhoneRow::unseen(Udid::new(udid)))?),
        };
        Ok(AccountRow {
            account_id: row.account_id.clone(),
            handle: change.handle.as_ref().unwrap_or(&row.handle).clone(),
            phone,
            label: kept(&change.label, &row.label),
            group: kept(&change.group, &row.group),
            note: kept(&change.note, &row.note),
            hours: hours(row, change),
            removed: row.removed,
        })
    }

    /// What an operator may change of an account.
    fn account_facts(&self, no: AccountNo, row: &AccountRow) -> Value {
        let limits = self.memory.state.account(no);
        let limits = limits.and_then(|it| it.limits.as_deref());
        let phone = row.phone.and_then(|no| self.memory.directory.phone(no));
        json!({
            "device_udid": phone.map(|phone| phone.udid.reveal()),
            "group": row.group,
            "handle": row.handle.reveal(),
            "hours": row.hours.as_deref().map(windows),
            "label": row.label,
            "limits": limits.map(OwnLimits::of),
            "note": row.note,
        })
    }
}
