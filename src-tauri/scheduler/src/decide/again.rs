//! Tasks that had ended and are tried again, at the operator's word.

use super::Decision;
use crate::effect::Refusal;
use crate::input::EndedTask;
use crate::planted::{Bug, planted};
use crate::policy::QUEUE_MAX;
use crate::record::{Record, TaskEnd};
use crate::state::{AccountState, State};

pub(super) fn retry(state: &State, ended: &EndedTask, out: &mut Decision) {
    match at_the_tail(state, ended, true) {
        Ok(_) if ended.unknown && !planted(Bug::RetryOfUnknownAct) => {
            out.refuse(Refusal::UnknownAct);
        }
        Ok(record) => {
            out.record(record);
            out.done();
        }
        Err(why) => out.refuse(why),
    }
}

pub(super) fn resolve(
    state: &State,
    ended: &EndedTask,
    (happened, left): (bool, bool),
    out: &mut Decision,
) {
    let completes = happened && !left;
    let record = match at_the_tail(state, ended, !completes) {
        Ok(_) if !ended.unknown => return out.refuse(Refusal::NothingUnknown),
        Ok(record) => record,
        Err(why) => return out.refuse(why),
    };
    let task = ended.task.task;
    out.record(Record::Resolved { task, happened });
    out.record(record);
    if completes {
        let end = TaskEnd::Completed;
        out.record(Record::TaskEnded { task, end });
    }
    out.done();
}

/// The task as the last one of its account's line. `waits`: it is to be tried, and not only to end
/// in another way.
fn at_the_tail(state: &State, ended: &EndedTask, waits: bool) -> Result<Record, Refusal> {
    let task = &ended.task;
    if state.tasks.contains(task.task) {
        return Err(Refusal::NotEnded);
    }
    if ended.end == TaskEnd::Completed {
        return Err(Refusal::HasCompleted);
    }
    let account = task.account.ok_or(Refusal::UnknownAccount)?;
    let it = state.accounts.get(account.index());
    let it = it.filter(|it| !it.removed);
    let it = it.ok_or(Refusal::UnknownAccount)?;
    if waits && it.waiting() + it.scheduled as usize >= QUEUE_MAX {
        return Err(Refusal::QueueFull);
    }
    if waits && it.never_fits(&state.settings, task.need) {
        return Err(Refusal::NeverFits);
    }
    Ok(Record::Retried {
        task: task.clone(),
        list: ended.list,
        account,
        seq: it.next_seq,
        blocked: waits && (it.state != AccountState::Available || it.waiting() > 0),
        end: ended.end,
        attempts: ended.attempts,
    })
}
