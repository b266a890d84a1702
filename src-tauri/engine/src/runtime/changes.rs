//! What a record changes, as those who watch see it.

use std::collections::BTreeSet;

use signalbox_scheduler::{AccountNo, AttemptNo, ListNo, PhoneNo, Record, Scope, State, TaskId};

use super::feed::Changed;
use crate::store::mirror::end_word;

/// Puts down what the record changes; `state` is as it was before.
pub(super) fn note(state: &State, record: &Record, changed: &mut BTreeSet<Changed>) {
    changed.extend(account_of(state, record).map(Changed::Account));
    changed.extend(phone_of(state, record).map(Changed::Phone));
    changed.extend(list_of(state, record).map(Changed::List));
    changed.extend(task_of(state, record));
}

/// A task that runs, or ended. Of those that wait, their accounts and lists tell.
fn task_of(state: &State, record: &Record) -> Option<Changed> {
    let of_attempt = |attempt: AttemptNo| state.attempt(attempt).map(|it| Changed::Task(it.task));
    match *record {
        Record::Started { task, .. } | Record::CancelAsked { task } => Some(Changed::Task(task)),
        Record::TaskEnded { task, end } => {
            let found = state.task(task)?;
            let (account, list) = (found.account, found.list());
            Some(Changed::Ended(task, account, list, end_word(end)))
        }
        Record::Acted { attempt, .. }
        | Record::Ended { attempt, .. }
        | Record::Doubted { attempt, .. }
        | Record::Quieted { attempt }
        | Record::Released { attempt } => of_attempt(attempt),
        _ => None,
    }
}

fn list_of(state: &State, record: &Record) -> Option<ListNo> {
    match *record {
        Record::ListAdded => u32::try_from(state.lists().len()).ok().map(ListNo),
        Record::Queued { list, .. }
        | Record::Scheduled { list, .. }
        | Record::Retried { list, .. } => list,
        Record::Paused(Scope::List(list)) | Record::Resumed(Scope::List(list)) => Some(list),
        Record::TaskEnded { task, .. } => state.task(task)?.list(),
        _ => None,
    }
}

fn phone_of(state: &State, record: &Record) -> Option<PhoneNo> {
    match *record {
        Record::PhoneAdded => u32::try_from(state.phones().count()).ok().map(PhoneNo),
        Record::PhoneSeen { phone }
        | Record::PhoneReady { phone }
        | Record::PhoneUnready { phone }
        | Record::PhoneGone { phone }
        | Record::Started { phone, .. }
        | Record::TakenInHand { phone }
        | Record::GivenBack { phone }
        | Record::VisitWanted { phone, .. }
        | Record::VisitOrdered { phone, .. }
        | Record::VisitFailed { phone, .. }
        | Record::Visited { phone }
        | Record::Tripped { phone }
        | Record::Recovered { phone }
        | Record::PhoneTold { phone, .. }
        | Record::Paused(Scope::Phone(phone))
        | Record::Resumed(Scope::Phone(phone))
        | Record::Stopped(Scope::Phone(phone))
        | Record::Unstopped(Scope::Phone(phone)) => Some(phone),
        Record::Ended { attempt, .. }
        | Record::Doubted { attempt, .. }
        | Record::Quieted { attempt }
        | Record::Released { attempt } => state.attempt(attempt).map(|it| it.phone),
        _ => None,
    }
}

/// The account a record is about.
fn account_of(state: &State, record: &Record) -> Option<AccountNo> {
    let of_task = |task: TaskId| state.task(task).map(|task| task.account);
    let of_attempt = |attempt: AttemptNo| state.attempt(attempt).and_then(|it| it.account);
    match *record {
        Record::AccountAdded { .. } => Some(state.next_account()),
        Record::AccountBound { account, .. }
        | Record::HoursSet { account, .. }
        | Record::LimitsSet { account, .. }
        | Record::AccountRemoved { account }
        | Record::AccountSucceeded { account, .. }
        | Record::AccountRenamed { account }
        | Record::Recalled { account, .. }
        | Record::Retried { account, .. }
        | Record::Queued { account, .. }
        | Record::Scheduled { account, .. }
        | Record::SignedIn { account, .. }
        | Record::NotOnPhone { account, .. }
        | Record::Started { account, .. }
        | Record::RetryDue { account }
        | Record::CooldownBegun { account, .. }
        | Record::CooldownEnded { account, .. }
        | Record::Suspended { account, .. }
        | Record::Unsuspended { account }
        | Record::Limited { account, .. }
        | Record::LimitLifted { account } => Some(account),
        Record::Joined { task, .. }
        | Record::Marked { task, .. }
        | Record::TaskEnded { task, .. }
        | Record::CancelAsked { task } => of_task(task),
        Record::Intended { attempt, .. }
        | Record::Acted { attempt, .. }
        | Record::Ended { attempt, .. }
        | Record::Doubted { attempt, .. }
        | Record::CheckOrdered { attempt, .. }
        | Record::CheckFailed { attempt, .. }
        | Record::Quieted { attempt }
        | Record::Released { attempt } => of_attempt(attempt),
        Record::Paused(Scope::Account(account)) | Record::Resumed(Scope::Account(account)) => {
            Some(account)
        }
        _ => None,
    }
}
