//! One transaction's worth of work: messages become inputs, inputs become records, all are written
//! and applied, and nothing is answered or carried out before the commit (R1).

use std::collections::{BTreeSet, HashMap};

use signalbox_automation::{Job, Mode, Progress, Status, Unsettled};
use signalbox_scheduler::ids::IdMap;
use signalbox_scheduler::{
    AccountNo, Anchor, Answer, AttemptNo, Counts, Decision, Effect, Input, Now, PhoneNo, Record,
    State, TaskId, apply, decide_into,
};

use signalbox_scheduler::Zone;

use super::changes;
use super::durations::{Took, took};
use super::feed::Changed;
use super::message::{IntentAnswer, Message, PhoneNews};
use super::sampling::Sampling;
use super::visits::Visits;
use crate::directory::Directory;
use crate::settings::Chosen;
use crate::store::mirror::{Beside, Names, mirror};
use crate::store::phones::PhoneRow;
use crate::store::tasks::{Orders, TaskSpec};
use crate::store::{self, Prepared, World, intents, journal, phones, snapshots, tasks};

/// What is kept in memory and changes with each turn.
pub(super) struct Memory {
    pub(super) state: State,
    pub(super) directory: Directory,
    /// Number of the last journal row.
    pub(super) seq: i64,
    pub(super) anchor: Anchor,
    /// Records of the journal since the last snapshot was begun.
    pub(super) since_snapshot: usize,
    /// What the tasks accepted lately are to do; the tables know it of all.
    pub(super) specs: Specs,
    /// When attempts began that did since the engine did, wall time, ms.
    pub(super) started: IdMap<AttemptNo, i64>,
    /// What somebody set.
    pub(super) chosen: Chosen,
    /// What cooldowns are spread by.
    pub(super) seed: u64,
}

/// What the sender of a message is told after the commit.
pub(super) enum Told {
    Nothing,
    Intent(IntentAnswer),
}

/// The work of one transaction.
pub(crate) struct Turn<'t> {
    pub(super) tables: Prepared<'t>,
    pub(super) memory: &'t mut Memory,
    /// Why phones are not ready; not durable, the phones tell it again.
    pub(super) troubles: &'t mut HashMap<PhoneNo, (&'static str, String)>,
    /// What the apps on phones speak; not durable either.
    pub(super) languages: &'t mut HashMap<PhoneNo, String>,
    /// Looks at phones; not durable either.
    pub(super) visits: &'t mut Visits,
    pub(super) now: Now,
    /// Wall time for people, ms.
    pub(super) ts: i64,
    pub(super) time_scale: u32,
    pub(super) effects: Vec<Effect>,
    pub(super) touched: BTreeSet<Changed>,
    /// What this turn adds to the journal, as one row.
    pub(super) journal: journal::Entry,
    /// An operator's order was carried out, so the turn counts although the core may not have moved.
    pub(super) audited: bool,
    /// Why the attempt of the message at hand did not complete its task.
    pub(super) error: Option<(&'static str, String)>,
    /// An attempt that ended in this turn left an act without an outcome.
    pub(super) unsettled: bool,
    /// How long the attempts took that ended in it.
    pub(super) took: &'t mut Vec<Took>,
    /// Which minute has its row.
    pub(super) sampling: &'t mut Sampling,
    /// Attempts that only look.
    pub(super) rehearsals: &'t IdMap<AttemptNo, bool>,
    pub(super) world: World,
    /// Ceilings and gap also where nobody set them.
    pub(super) limits: bool,
    /// How clocks are set here.
    pub(super) zone: &'t Zone,
}

/// Descriptions of tasks kept beyond their turn: what waits longer is read again when it begins.
const SPECS_MAX: usize = 4_096;

/// What tasks are to do: all that were accepted in this turn, and many of those before.
#[derive(Default)]
pub(super) struct Specs(pub(super) IdMap<TaskId, TaskSpec>);

impl Names for Specs {
    fn spec(&self, task: TaskId) -> Option<&TaskSpec> {
        self.0.get(&task)
    }
}

impl Turn<'_> {
    /// Decides one input, writes and applies what follows, and gives the effects.
    pub(super) fn feed(&mut self, input: &Input) -> store::Result<Vec<Effect>> {
        let mut decided = Decision::default();
        decide_into(&self.memory.state, self.now, input, &mut decided);
        self.write(&decided.records)?;
        Ok(decided.effects)
    }

    /// Writes records to journal and tables, and applies them to memory.
    pub(super) fn write(&mut self, records: &[Record]) -> store::Result<()> {
        for record in records {
            self.journal.add(record)?;
            self.unsettled |= leaves_act(&self.memory.state, record);
            let error = self.error.as_ref().map(|(code, why)| (*code, why.as_str()));
            let beside = Beside {
                state: &self.memory.state,
                started: &self.memory.started,
                error,
                unsettled: self.unsettled,
                at: self.now.at,
                ts: self.ts,
            };
            mirror(&self.tables, record, &self.memory.specs, beside)?;
            changes::note(&self.memory.state, record, &mut self.touched);
            if let Record::Ended { attempt, .. } = record {
                let began = self.memory.started.get(attempt).copied();
                let took = took(&self.memory.state, record, began, self.ts);
                self.took.extend(took);
            }
            apply(&mut self.memory.state, self.now, record);
            self.remember(record);
        }
        Ok(())
    }

    /// Keeps at hand what the records to come need of this one.
    fn remember(&mut self, record: &Record) {
        let memory = &mut *self.memory;
        match *record {
            Record::Started { attempt, .. } => {
                memory.started.insert(attempt, self.ts);
            }
            Record::Ended { attempt, .. } | Record::Quieted { attempt } => {
                memory.started.remove(&attempt);
            }
            Record::TaskEnded { task, .. } => {
                memory.specs.0.remove(&task);
            }
            _ => {}
        }
    }

    /// Drains what is due and what can start, before the next message is taken.
    pub(super) fn drain(&mut self, may_start: bool) -> store::Result<()> {
        let tick = Input::Tick { may_start };
        let mut decided = Decision::default();
        loop {
            decide_into(&self.memory.state, self.now, &tick, &mut decided);
            self.write(&decided.records)?;
            self.effects.append(&mut decided.effects);
            if decided.records.is_empty() {
                return Ok(());
            }
        }
    }

    /// `before` are the numbers as they stood before it. Writes the journal's row of this turn, without which nothing of it counts, and gives what
    /// is ordered once it is durable, with what changed.
    pub(super) fn finish(
        mut self,
        before: &Counts,
    ) -> store::Result<(super::Orders, BTreeSet<Changed>)> {
        if self.journal.len() > 0 || self.audited {
            self.sample(before)?;
            self.memory.seq += 1;
            self.memory.since_snapshot += self.journal.len();
            let (seq, anchor) = (self.memory.seq, self.memory.anchor);
            journal::append(&self.tables, seq, &anchor, &mut self.journal)?;
        }
        // What attempts are to do is read here: each look outside would be a transaction more.
        let jobs = self.jobs()?;
        if self.memory.specs.0.len() > SPECS_MAX {
            self.memory.specs = Specs::default();
        }
        let effects = self.effects;
        Ok((super::Orders { effects, jobs }, self.touched))
    }

    /// What each attempt that begins is to do, from where the earlier ones of its task came to.
    fn jobs(&mut self) -> store::Result<Vec<Job>> {
        let begun = self.effects.iter().filter_map(|effect| match *effect {
            Effect::Run { task, account, .. } => Some((task, account)),
            _ => None,
        });
        let begun: Vec<(TaskId, AccountNo)> = begun.collect();
        begun
            .into_iter()
            .map(|(task, account)| self.job(task, account))
            .collect()
    }

    fn job(&mut self, task: TaskId, account: AccountNo) -> store::Result<Job> {
        let nameless = || store::StoreError::damaged("a started task has no description");
        let account = self.memory.directory.account(account);
        let handle = account.ok_or_else(nameless)?.handle.clone();
        let tried = self.memory.state.task(task).map_or(0, |task| task.attempts);
        let next = match tried > 1 {
            true => tasks::next_step(&self.tables, task, Status::final_word)?,
            false => 0,
        };
        let orders = match self.memory.specs.0.remove(&task) {
            Some(spec) => Orders::of(spec),
            None => tasks::orders(&self.tables, task)?.ok_or_else(nameless)?,
        };
        let live = self.memory.state.task(task);
        let unsettled = match live.is_some_and(|task| task.unsettled) {
            true => Some(self.unsettled_comment(task, next)?),
            false => None,
        };
        Ok(Job {
            handle,
            work: orders.work,
            resume: Progress { next },
            unsettled,
            mode: match orders.rehearsal {
                true => Mode::Rehearse,
                false => Mode::Act,
            },
            app_version: None,
        })
    }

    /// The comment that an earlier attempt of the task may have sent. One of which nothing is known
    /// is like none that can be seen.
    fn unsettled_comment(&self, task: TaskId, next: u16) -> store::Result<Unsettled> {
        let found = intents::open_comment(&self.tables, task)?;
        Ok(match found {
            Some((step, post, text)) => Unsettled {
                step,
                post: Some(post).filter(|post| !post.is_empty()),
                text,
            },
            None => Unsettled {
                step: next,
                post: None,
                text: String::new(),
            },
        })
    }

    /// Takes one message. An error leaves the transaction to be rolled back.
    pub(super) fn take(&mut self, message: &mut Message) -> store::Result<Told> {
        match message {
            Message::Order(order) => {
                order.take(self)?;
                Ok(Told::Nothing)
            }
            Message::Phone { udid, news } => {
                let phone = self.phone(&PhoneRow::unseen(udid.clone()))?;
                self.touched.insert(Changed::Phone(phone));
                self.phone_news(phone, news)?;
                Ok(Told::Nothing)
            }
            Message::Intend {
                attempt,
                step,
                intent,
                ..
            } => Ok(Told::Intent(self.intend(*attempt, *step, intent)?)),
            Message::Outcome {
                attempt,
                step,
                outcome,
                ..
            } => {
                self.outcome(*attempt, *step, outcome)?;
                Ok(Told::Nothing)
            }
            Message::SignedIn { attempt, seen, .. } => {
                self.signed_in(*attempt, seen)?;
                Ok(Told::Nothing)
            }
            message => self.take_ending(message),
        }
    }

    fn take_ending(&mut self, message: &Message) -> store::Result<Told> {
        let effects = match message {
            Message::Snapshot(piece) => {
                snapshots::write(&self.tables, piece)?;
                return Ok(Told::Nothing);
            }
            Message::Log { attempt, line } => {
                self.log_line(*attempt, line)?;
                return Ok(Told::Nothing);
            }
            Message::Ended {
                attempt,
                ending,
                error,
                missing,
            } => {
                self.error.clone_from(error);
                let input = self.ending(*attempt, *ending, missing.as_ref())?;
                self.feed(&input)?
            }
            Message::Lost { attempt, why } => {
                self.error = Some(("interrupted", why.clone()));
                self.feed(&Input::Lost { attempt: *attempt })?
            }
            Message::Visited { phone, check, seen } => {
                self.visited(*phone, *check, seen)?;
                return Ok(Told::Nothing);
            }
            Message::Quiet { phone, check } => self.feed(&Input::Quiet {
                phone: *phone,
                check: *check,
            })?,
            Message::NotQuiet { phone, check, why } => {
                tracing::warn!(phone = phone.0, check = check.0, %why, "not quiet yet");
                self.not_visited(*phone, *check, why);
                self.feed(&Input::NotQuiet {
                    phone: *phone,
                    check: *check,
                })?
            }
            _ => return Ok(Told::Nothing),
        };
        self.error = None;
        self.keep(effects);
        Ok(Told::Nothing)
    }

    /// Keeps the effects for after the commit and takes the answer out of them.
    pub(super) fn keep(&mut self, effects: Vec<Effect>) -> Answer {
        let mut answer = Answer::Done;
        for effect in effects {
            match effect {
                Effect::Answer(found) => answer = found,
                effect => self.effects.push(effect),
            }
        }
        answer
    }

    /// The number of a phone, which is given now if it was never seen.
    pub(super) fn phone(&mut self, row: &PhoneRow) -> store::Result<PhoneNo> {
        if let Some(known) = self.memory.directory.phone_by_udid(&row.udid) {
            return Ok(known);
        }
        let no = self.memory.directory.add_phone(row.clone());
        phones::put(&self.tables, no, row)?;
        self.feed(&Input::AddPhone)?;
        Ok(no)
    }

    /// A phone that was forgotten is listed again: it is here.
    fn remembered(&mut self, phone: PhoneNo) -> store::Result<()> {
        let forgotten = self.memory.directory.mark(phone);
        if forgotten.is_some_and(|mark| mark.forgotten) {
            let mark = phones::PhoneMark::default();
            phones::mark(&self.tables, phone, &mark)?;
            self.memory.directory.set_mark(phone, mark);
        }
        Ok(())
    }

    fn phone_news(&mut self, phone: PhoneNo, news: &PhoneNews) -> store::Result<()> {
        if matches!(news, PhoneNews::Seen | PhoneNews::Ready(_)) {
            self.remembered(phone)?;
        }
        let input = match news {
            PhoneNews::Seen => Input::PhoneSeen { phone },
            PhoneNews::Told(told) => self.app_told(phone, told)?,
            PhoneNews::Ready(row) => {
                self.troubles.remove(&phone);
                if self.memory.directory.phone(phone) != Some(row) {
                    phones::put(&self.tables, phone, row)?;
                    self.memory.directory.set_phone(phone, row.clone());
                }
                Input::PhoneReady { phone }
            }
            PhoneNews::Unready { code, why } => {
                self.troubles.insert(phone, (code, why.clone()));
                Input::PhoneUnready { phone }
            }
            PhoneNews::Gone => {
                self.troubles.remove(&phone);
                Input::PhoneGone { phone }
            }
        };
        let effects = self.feed(&input)?;
        self.keep(effects);
        Ok(())
    }
}

/// Whether the record takes a lease away under which an act has no outcome yet.
fn leaves_act(state: &State, record: &Record) -> bool {
    match *record {
        Record::Ended { attempt, .. }
        | Record::Quieted { attempt }
        | Record::Released { attempt } => {
            let lease = state.attempt(attempt);
            lease.is_none_or(|lease| lease.intent.is_some())
        }
        _ => false,
    }
}
