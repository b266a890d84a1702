//! The outside witness: knows what phones really did and what became durable, and believes nothing
//! else. Every promise of the design is checked here, from books of its own.

mod acts;
mod orders;
mod phones;
mod ranks;
mod records;
mod visits;

use std::collections::{HashSet, VecDeque};

use signalbox_scheduler::ids::IdMap;
use signalbox_scheduler::{
    Act, ActionNo, Actions, AttemptNo, Kind, ListNo, State, TaskEnd, TaskId, Why,
};

use crate::script::{self, Script, TARGETS, TEXTS};
use crate::world::Phone;
use phones::{AppSeen, Missed};
use ranks::Ranks;

/// A promise that was broken.
#[derive(Debug, Clone)]
pub struct Violation {
    /// Which one: `P1` to `P10`, or another rule's name.
    pub promise: &'static str,
    /// What happened.
    pub what: String,
}

/// The outcome of a check.
pub type Checked = Result<(), Violation>;

/// A broken promise, with what happened.
pub fn broken(promise: &'static str, what: impl Into<String>) -> Checked {
    Err(Violation {
        promise,
        what: what.into(),
    })
}

/// Breaks the promise unless it is kept.
pub fn keep(kept: bool, promise: &'static str, what: impl FnOnce() -> String) -> Checked {
    if kept {
        Ok(())
    } else {
        broken(promise, what())
    }
}

/// What the witness sees beside the record itself.
pub struct Sight<'w> {
    /// The phones as they really are.
    pub phones: &'w [Phone],
    /// Durable state before the record.
    pub state: &'w State,
    /// Policy time as far as clocks could know it.
    pub known: u64,
    /// Wall time; `None` where time is scaled, and the core is shown another.
    pub wall: Option<i64>,
}

#[derive(Debug, Clone, Default)]
struct AccountSeen {
    /// Its live tasks that joined the line, in the order they did.
    line: Vec<TaskId>,
    lease: Option<AttemptNo>,
    suspended: bool,
    /// By the platform.
    challenged: bool,
    paused: bool,
    in_a_row: u8,
    /// Since when it has to rest, and how long.
    rest: Option<(u64, u64)>,
    /// How long that may be at most, until the core says how long it is.
    rest_most: Option<u64>,
    /// When its acts really took place.
    acts: [VecDeque<u64>; 3],
    last_act: Option<u64>,
}

#[derive(Debug, Clone, Default)]
struct PhoneSeen {
    lease: Option<AttemptNo>,
    paused: bool,
    stopped: bool,
    in_hand: bool,
    app: AppSeen,
    /// When it failed, as far as that counts.
    failures: Vec<u64>,
    out: bool,
    /// The newest health check it was asked for since it is out.
    health: Option<u64>,
    /// It is to be looked at before it takes a task.
    unvisited: bool,
    /// The newest look that was ordered since.
    visit: Option<u64>,
}

#[derive(Debug, Clone, Default)]
struct TaskSeen {
    kind: Option<Kind>,
    list: Option<ListNo>,
    /// A comment of it may be there, and nobody has said whether it is.
    unknown: bool,
    /// What a pause of an action holds it by.
    actions: Actions,
    acts: bool,
    acknowledged: bool,
    account: u32,
    not_before: Option<i64>,
    end: Option<TaskEnd>,
    latest: Option<AttemptNo>,
    /// The mark since the latest start.
    mark: Option<Why>,
    /// The latest attempt did not end cleanly.
    interrupted: bool,
    interruptions: u8,
    /// Since when, and how long, it is not to be tried again.
    delay: Option<(u64, u64)>,
    /// The operator wants it gone.
    cancelled: bool,
}

#[derive(Debug, Clone, Copy)]
struct AttemptSeen {
    task: TaskId,
    account: u32,
    phone: u32,
    doubt: bool,
    released: bool,
    gone: bool,
    intended: u8,
    acted: u8,
    landed: u8,
}

/// The witness of one world.
#[derive(Debug, Default)]
pub struct Witness {
    accounts: Vec<AccountSeen>,
    phones: Vec<PhoneSeen>,
    tasks: IdMap<TaskId, TaskSeen>,
    attempts: IdMap<AttemptNo, AttemptSeen>,
    newest: u64,
    newest_check: u64,
    paused: bool,
    stopped: bool,
    paused_kinds: HashSet<Kind>,
    paused_lists: HashSet<ListNo>,
    ranks: Ranks,
    misses: Vec<Missed>,
    /// Actions paused, each with the version it is paused for.
    held: HashSet<(u16, ActionNo)>,
    /// Checks that phones really answered.
    answered: HashSet<u64>,
    /// Accounts that a phone showed without a challenge since they had one.
    cleared: HashSet<u32>,
    /// Comments that were seen, by account and target.
    comments: HashSet<(u32, u8)>,
    /// Texts that were seen under a target.
    texts: HashSet<(u8, u8)>,
    uses: [u16; TEXTS],
    /// Accounts seen on a target.
    actors: Vec<u64>,
}

impl Witness {
    /// A witness that has seen nothing.
    pub fn new() -> Self {
        Self {
            actors: vec![0; TARGETS],
            ..Self::default()
        }
    }

    /// Somebody was told that the task is accepted.
    pub fn acknowledged(&mut self, task: TaskId) {
        self.tasks.entry(task).or_default().acknowledged = true;
    }

    /// P7: everything acknowledged is durable, and lives unless it ended.
    pub fn nothing_lost(&self, accepted: &HashSet<TaskId>, state: &State) -> Checked {
        for (id, task) in &self.tasks {
            let known = accepted.contains(id);
            keep(known || !task.acknowledged, "P7", || {
                format!("{id:?} was acknowledged and is not durable")
            })?;
            let lives = state.task(*id).is_some();
            keep(!known || lives == task.end.is_none(), "P7", || {
                format!("{id:?} lives: {lives}, ended: {:?}", task.end)
            })?;
        }
        Ok(())
    }

    /// Whether the operator freed the account of this attempt.
    pub fn was_released(&self, attempt: AttemptNo) -> bool {
        self.attempts.get(&attempt).is_some_and(|it| it.released)
    }

    /// R1: an order to run is given only once the start is durable.
    pub fn ordered_to_run(&self, attempt: AttemptNo, phone: usize) -> Checked {
        let durable = self.attempts.get(&attempt);
        let durable = durable.is_some_and(|it| it.phone as usize == phone);
        keep(durable, "R1", || {
            format!("{attempt:?} was sent to phone {phone} before its start was durable")
        })
    }

    /// R1: a check is ordered only once its number is durable.
    pub fn ordered_to_check(&self, check: u64) -> Checked {
        keep(check <= self.newest_check, "R1", || {
            format!("check {check} was ordered before it was durable")
        })
    }

    /// The first entry of another boot became durable: time may have gone back.
    pub fn clamp(&mut self, known: u64) {
        for account in &mut self.accounts {
            let times = account.acts.iter_mut().flatten();
            let times = times.chain(account.last_act.iter_mut());
            let times = times.chain(account.rest.iter_mut().map(|(from, _)| from));
            for time in times {
                *time = known.min(*time);
            }
        }
        let failures = self.phones.iter_mut().flat_map(|it| &mut it.failures);
        let misses = self.misses.iter_mut().map(|it| &mut it.at);
        for time in failures.chain(misses) {
            *time = known.min(*time);
        }
        let delays = self.tasks.values_mut().filter_map(|it| it.delay.as_mut());
        for (from, _) in delays {
            *from = known.min(*from);
        }
    }

    /// The live tasks that were acknowledged or became durable.
    pub fn open_tasks(&self) -> impl Iterator<Item = TaskId> {
        let open = self.tasks.iter().filter(|(_, task)| task.end.is_none());
        open.map(|(id, _)| *id)
    }
}
