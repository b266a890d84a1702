//! One transaction's worth of work: messages become inputs, inputs become records, all are written
//! and applied, and nothing is answered or carried out before the commit (R1).

use std::collections::{BTreeSet, HashMap};

use rusqlite::Connection;
use signalbox_automation::Status;
use signalbox_scheduler::{
    AccountNo, Act, Anchor, Answer, AttemptNo, Effect, Input, Now, PhoneNo, Prior, Record, State,
    TaskId, apply, decide,
};

use super::message::{Created, Imported, IntentAnswer, Message, PhoneNews, Refused};
use crate::directory::Directory;
use crate::store::intents::IntentRow;
use crate::store::interactions::NewInteraction;
use crate::store::mirror::{Names, mirror};
use crate::store::phones::PhoneRow;
use crate::store::tasks::TaskSpec;
use crate::store::{self, intents, interactions, journal, phones, task_log, tasks};

/// Days in which an act is not done again.
const REENGAGEMENT_DAYS: u64 = 30;

/// What is kept in memory and changes with each turn.
pub(super) struct Memory {
    pub(super) state: State,
    pub(super) directory: Directory,
    /// Number of the last journal row.
    pub(super) seq: i64,
    pub(super) anchor: Anchor,
}

/// What the sender of a message is told after the commit.
pub(super) enum Told {
    Nothing,
    Answer(Result<Answer, Refused>),
    Imported(Result<Imported, Refused>),
    Created(Result<Created, Refused>),
    Intent(IntentAnswer),
}

/// The work of one transaction.
pub(super) struct Turn<'t> {
    pub(super) connection: &'t Connection,
    pub(super) memory: &'t mut Memory,
    /// Why phones are not ready; not durable, the phones tell it again.
    pub(super) troubles: &'t mut HashMap<PhoneNo, (&'static str, String)>,
    pub(super) now: Now,
    /// Wall time for people, ms.
    pub(super) ts: i64,
    pub(super) time_scale: u32,
    pub(super) specs: Specs,
    pub(super) effects: Vec<Effect>,
    pub(super) touched: BTreeSet<AccountNo>,
}

/// What the tasks accepted in this turn are to do.
#[derive(Default)]
pub(super) struct Specs(pub(super) HashMap<TaskId, TaskSpec>);

impl Names for Specs {
    fn spec(&self, task: TaskId) -> Option<&TaskSpec> {
        self.0.get(&task)
    }
}

impl Turn<'_> {
    /// Decides one input, writes and applies what follows, and gives the effects.
    pub(super) fn feed(&mut self, input: &Input) -> store::Result<Vec<Effect>> {
        let (records, effects) = decide(&self.memory.state, self.now, input);
        self.write(&records)?;
        Ok(effects)
    }

    /// Writes records to journal and tables, and applies them to memory.
    pub(super) fn write(&mut self, records: &[Record]) -> store::Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        self.memory.seq += 1;
        journal::append(
            self.connection,
            self.memory.seq,
            &self.memory.anchor,
            records,
        )?;
        for record in records {
            mirror(self.connection, record, &self.specs, self.now.at, self.ts)?;
            self.touched.extend(account_of(&self.memory.state, record));
            apply(&mut self.memory.state, self.now, record);
        }
        Ok(())
    }

    /// Drains what is due and what can start, before the next message is taken.
    pub(super) fn drain(&mut self, may_start: bool) -> store::Result<()> {
        loop {
            let before = self.memory.seq;
            let effects = self.feed(&Input::Tick { may_start })?;
            self.effects.extend(effects);
            if self.memory.seq == before {
                return Ok(());
            }
        }
    }

    /// Takes one message. An error leaves the transaction to be rolled back.
    pub(super) fn take(&mut self, message: &Message) -> store::Result<Told> {
        match message {
            Message::Operate { input, .. } => {
                let effects = self.feed(input)?;
                Ok(Told::Answer(Ok(self.keep(effects))))
            }
            Message::Import { import, .. } => Ok(Told::Imported(self.import(import)?)),
            Message::Create { create, .. } => Ok(Told::Created(self.create(create)?)),
            Message::Phone { udid, news } => {
                let phone = self.phone(&PhoneRow::unseen(udid.clone()))?;
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
            Message::Log { attempt, line } => {
                self.log_step(*attempt, line)?;
                return Ok(Told::Nothing);
            }
            Message::Ended {
                attempt,
                ending,
                error,
            } => {
                let error = error.as_ref().map(|(code, why)| (*code, why.as_str()));
                self.log_end(*attempt, error)?;
                self.feed(&Input::Ended {
                    attempt: *attempt,
                    ending: *ending,
                })?
            }
            Message::Lost { attempt, why } => {
                self.log_end(*attempt, Some(("interrupted", why)))?;
                self.feed(&Input::Lost { attempt: *attempt })?
            }
            Message::Quiet { phone, check } => self.feed(&Input::Quiet {
                phone: *phone,
                check: *check,
            })?,
            Message::NotQuiet { phone, check, why } => {
                tracing::warn!(phone = phone.0, check = check.0, %why, "not quiet yet");
                self.feed(&Input::NotQuiet {
                    phone: *phone,
                    check: *check,
                })?
            }
            _ => return Ok(Told::Nothing),
        };
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
        phones::put(self.connection, no, row)?;
        self.feed(&Input::AddPhone)?;
        Ok(no)
    }

    fn phone_news(&mut self, phone: PhoneNo, news: &PhoneNews) -> store::Result<()> {
        let input = match news {
            PhoneNews::Seen => Input::PhoneSeen { phone },
            PhoneNews::Ready(row) => {
                self.troubles.remove(&phone);
                if self.memory.directory.phone(phone) != Some(row) {
                    phones::put(self.connection, phone, row)?;
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

/// What attempts ask and tell.
impl Turn<'_> {
    /// The task and account of an attempt that may still tell things.
    fn lease(&self, attempt: AttemptNo) -> Option<(TaskId, AccountNo, PhoneNo)> {
        let lease = self.memory.state.attempt(attempt)?;
        Some((lease.task, lease.account?, lease.phone))
    }

    fn intend(
        &mut self,
        attempt: AttemptNo,
        step: u16,
        intent: &signalbox_automation::Intent,
    ) -> store::Result<IntentAnswer> {
        let Some((task, account, _)) = self.lease(attempt) else {
            return Ok(IntentAnswer::Stop);
        };
        let row = IntentRow {
            attempt,
            step,
            task,
            account,
            act: core_act(intent.act),
            target_key: intent.target.reveal().to_lowercase(),
            post: intent.post.clone().unwrap_or_default(),
            text: intent.text.clone().unwrap_or_default(),
        };
        let prior = intents::prior(self.connection, &row, self.now.at, REENGAGEMENT_DAYS);
        // What was done before cannot be found out: then nothing is done.
        let prior = prior.unwrap_or_else(|error| {
            tracing::error!(%error, "the history of an act could not be read");
            Prior::CheckFailed
        });
        let act = row.act;
        let effects = self.feed(&Input::Intend {
            attempt,
            step,
            act,
            prior,
        })?;
        let mut answer = IntentAnswer::Stop;
        for effect in effects {
            answer = match effect {
                Effect::Proceed { .. } => {
                    intents::insert(self.connection, &row, self.now.at, self.ts)?;
                    IntentAnswer::Proceed
                }
                Effect::Skip { why, .. } => IntentAnswer::Skip(why),
                Effect::Yield { .. } => IntentAnswer::Yield,
                Effect::Wait { until, .. } => {
                    let policy = until.saturating_sub(self.now.at);
                    IntentAnswer::Wait(policy.div_ceil(u64::from(self.time_scale)))
                }
                effect => {
                    self.effects.push(effect);
                    answer
                }
            };
        }
        Ok(answer)
    }

    fn outcome(
        &mut self,
        attempt: AttemptNo,
        step: u16,
        outcome: &signalbox_automation::Outcome,
    ) -> store::Result<()> {
        let Some((task, account, phone)) = self.lease(attempt) else {
            return Ok(());
        };
        let Some(row) = tasks::get(self.connection, task)? else {
            return Ok(());
        };
        let act = core_act_of(outcome.interaction);
        if outcome.status == Status::Unknown {
            // The intent stays open: a later look settles it, or the end of the task says that
            // nobody knows.
            return Ok(());
        }
        let done = outcome.status == Status::Success;
        let before = self.memory.seq;
        let effects = self.feed(&Input::Acted {
            attempt,
            step,
            act,
            done,
        })?;
        self.keep(effects);
        if self.memory.seq == before {
            // Told before: one outcome, one row (P10).
            return Ok(());
        }
        // What this look found settles the intents that earlier attempts left open at this step:
        // where it was so before, one of them came true; where it was not, none did.
        let already = outcome.status == Status::Already;
        let open = intents::settle_earlier(self.connection, task, attempt, step, already)?;
        let came_true = already && open;
        let (status, reason) = if came_true {
            ("success", "seen_after_interruption")
        } else {
            (outcome.status.as_str(), outcome.reason.unwrap_or_default())
        };
        if outcome.status.is_final() {
            tasks::set_next_step(self.connection, task, step.saturating_add(1))?;
        }
        let interaction = NewInteraction {
            task,
            attempt,
            step,
            account,
            phone,
            list: row.list,
            rehearsal: row.spec.rehearsal,
            target: outcome.target.reveal().to_owned(),
            post: outcome.post.clone().unwrap_or_default(),
            action: outcome.interaction.as_str(),
            status,
            reason: reason.to_owned(),
            latency_ms: u64::try_from(outcome.latency.as_millis()).unwrap_or(u64::MAX),
        };
        interactions::insert(self.connection, &interaction, self.now.at, self.ts)
    }

    fn signed_in(
        &mut self,
        attempt: AttemptNo,
        seen: &signalbox_automation::SignedIn,
    ) -> store::Result<()> {
        let Some((_, _, phone)) = self.lease(attempt) else {
            return Ok(());
        };
        for handle in seen.all.iter().flatten().chain([&seen.active]) {
            if let Some(account) = self.memory.directory.account_by_handle(handle) {
                let effects = self.feed(&Input::SignedIn { phone, account })?;
                self.keep(effects);
            }
        }
        Ok(())
    }

    fn log_step(
        &mut self,
        attempt: AttemptNo,
        line: &signalbox_automation::StepLog,
    ) -> store::Result<()> {
        let Some((task, ..)) = self.lease(attempt) else {
            return Ok(());
        };
        let data = serde_json::json!({
            "attempt": attempt.0,
            "step": line.step,
            "what": line.what,
            "sought": line.sought,
            "found": line.found,
            "end": format!("{:?}", line.end).to_lowercase(),
            "sent": line.sent.map(|sent| format!("{sent:?}").to_lowercase()),
            "took_ms": u64::try_from(line.took.as_millis()).unwrap_or(u64::MAX),
        });
        task_log::insert(self.connection, task, "step", &data, self.ts)
    }

    fn log_end(&mut self, attempt: AttemptNo, error: Option<(&str, &str)>) -> store::Result<()> {
        let Some((task, ..)) = self.lease(attempt) else {
            return Ok(());
        };
        tasks::set_error(self.connection, task, error)?;
        let (code, why) = error.unwrap_or(("completed", ""));
        let data = serde_json::json!({ "attempt": attempt.0, "code": code, "why": why });
        task_log::insert(self.connection, task, "attempt_ended", &data, self.ts)
    }
}

fn core_act(act: signalbox_automation::Act) -> Act {
    match act {
        signalbox_automation::Act::Follow => Act::Follow,
        signalbox_automation::Act::Like => Act::Like,
        signalbox_automation::Act::Comment => Act::Comment,
    }
}

fn core_act_of(interaction: signalbox_automation::Interaction) -> Option<Act> {
    match interaction {
        signalbox_automation::Interaction::View => None,
        signalbox_automation::Interaction::Follow => Some(Act::Follow),
        signalbox_automation::Interaction::Like => Some(Act::Like),
        signalbox_automation::Interaction::Comment => Some(Act::Comment),
    }
}

/// The account a record is about, for those who watch.
fn account_of(state: &State, record: &Record) -> Option<AccountNo> {
    let of_task = |task: TaskId| state.task(task).map(|task| task.account);
    let of_attempt = |attempt: AttemptNo| state.attempt(attempt).and_then(|it| it.account);
    match *record {
        Record::AccountAdded { .. } => u32::try_from(state.accounts().count()).ok().map(AccountNo),
        Record::AccountBound { account, .. }
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
        _ => None,
    }
}
