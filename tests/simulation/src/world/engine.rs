//! The engine's loop: decide, commit, apply, act. And what a kill or a full disk does to it.

use std::collections::VecDeque;

use signalbox_scheduler::planted::planted;
use signalbox_scheduler::waiting::{Waiting, waiting};
use signalbox_scheduler::{
    AccountNo, Anchor, Answer, AttemptNo, Bug, Effect, Input, Kind, Need, NewTask, Now, PhoneNo,
    Prior, Record, State, TaskId, apply, audit, decide,
};

use super::message::Message;
use super::{Item, World};
use crate::books::Books;
use crate::clock::Clock;
use crate::script;
use crate::store::{Entry, Store};
use crate::witness::{Checked, broken, keep};

/// One in so many commits is followed by a snapshot.
const SNAPSHOT_EVERY: u32 = 200;

/// What the engine holds in memory.
pub(crate) struct Engine {
    pub alive: bool,
    pub state: State,
    pub books: Books,
    anchor: Anchor,
    scale: u32,
    pub inbox: VecDeque<Item>,
    /// The last commit failed.
    pub full: bool,
    /// Entries of the open transaction.
    open: Vec<Entry>,
    /// Effects of the open transaction, each with the place of its input in the batch.
    out: Vec<(usize, Effect)>,
}

/// Where in a turn a kill strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kill {
    BeforeDeciding,
    BeforeCommit,
    /// The commit is durable, and nobody was told.
    AfterCommit,
    /// So many effects were carried out.
    AfterEffects(u32),
}

/// The tasks of an input that brings some.
fn tasks_of(input: &Input) -> Option<&[NewTask]> {
    match input {
        Input::Submit { tasks, .. } | Input::Import { tasks, .. } => Some(tasks),
        _ => None,
    }
}

/// Whether it is an import with accounts of its own, and was accepted.
fn is_taken_import(input: &Input, records: &[Record]) -> bool {
    matches!(input, Input::Import { accounts, .. } if !accounts.is_empty()) && !records.is_empty()
}

impl Engine {
    pub(super) fn new(store: &Store) -> Self {
        Self {
            alive: true,
            state: store.state.clone(),
            books: store.books.clone(),
            anchor: store.anchor,
            scale: 1,
            inbox: VecDeque::new(),
            full: false,
            open: Vec::new(),
            out: Vec::new(),
        }
    }

    /// The engine's own time; `None` while there is no engine.
    pub(super) fn now(&self, clock: &Clock) -> Option<Now> {
        self.alive
            .then(|| self.anchor.now(clock.reading(), self.scale))
    }
}

impl World {
    /// One turn of the loop: a batch of inputs, one transaction, then the effects.
    pub(super) fn turn(&mut self) -> Checked {
        self.engine.scale = self.swarm.scale;
        if self.engine.full && !self.probe() {
            return Ok(());
        }
        let kill = self.draw_kill();
        if kill == Some(Kill::BeforeDeciding) {
            return self.crash(Vec::new());
        }
        let Some(now) = self.engine.now(&self.clock) else {
            return Ok(());
        };
        let size = self.random.between(1, self.swarm.batch) as usize;
        let size = size.min(self.engine.inbox.len());
        let batch: Vec<Item> = self.engine.inbox.drain(..size).collect();
        for (place, item) in batch.iter().enumerate() {
            self.take(place, item, now)?;
            self.drain(place, now)?;
        }
        if batch.is_empty() {
            self.drain(0, now)?;
        }
        self.finish(batch, now, kill)
    }

    fn draw_kill(&mut self) -> Option<Kill> {
        if !self.random.one_in(self.swarm.kill) {
            return None;
        }
        Some(match self.random.below(5) {
            0 => Kill::BeforeDeciding,
            1 => Kill::BeforeCommit,
            2 => Kill::AfterCommit,
            _ => Kill::AfterEffects(self.random.below(4)),
        })
    }

    /// With a full disk: submissions are refused, and a probe shows whether there is room again.
    fn probe(&mut self) -> bool {
        let news = |item: &Item| matches!(item, Item::Input(input) if tasks_of(input).is_some());
        self.engine.inbox.retain(|item| !news(item));
        if !self.store.takes_a_write() {
            return false;
        }
        self.note(|| "there is room on the disk again".to_owned());
        self.engine.full = false;
        true
    }

    fn take(&mut self, place: usize, item: &Item, now: Now) -> Checked {
        match item {
            Item::Input(input) => self.feed(place, input, now, false),
            Item::Ask {
                attempt,
                step,
                act,
                history_fails,
            } => {
                let prior = if *history_fails {
                    Prior::CheckFailed
                } else {
                    self.engine.books.prior(&self.scripts, *attempt, *step)
                };
                let task = self.engine.books.attempt(*attempt).map(|(task, _)| task);
                let rest = task.and_then(|task| self.rest_of(task, *step));
                let input = Input::Intend {
                    attempt: *attempt,
                    step: *step,
                    act: *act,
                    prior,
                    rest,
                };
                self.feed(place, &input, now, false)
            }
            Item::Told(told) => {
                let input = Input::Acted {
                    attempt: told.attempt,
                    step: told.step,
                    act: told.act,
                    done: told.done,
                    last: told.last,
                };
                self.feed(place, &input, now, told.last)
            }
        }
    }

    /// What is left of the page of an engagement task.
    fn rest_of(&self, task: TaskId, step: u16) -> Option<Need> {
        let kind = self.engine.state.task(task)?.kind;
        let script = script::of(&self.scripts, task)?;
        (kind == Kind::Engagement).then(|| script.rest(step))
    }

    fn feed(&mut self, place: usize, input: &Input, now: Now, last: bool) -> Checked {
        if let Some(tasks) = tasks_of(input)
            && tasks.iter().any(|task| self.engine.books.knows(task.task))
        {
            // The store knows every id there ever was: the same submission a second time.
            let known = tasks
                .iter()
                .map(|task| (task.task, task.account.unwrap_or(AccountNo(0))));
            let accepted = Answer::Accepted(known.collect());
            self.engine.out.push((place, Effect::Answer(accepted)));
            return Ok(());
        }
        let (records, effects) = decide(&self.engine.state, now, input);
        self.tally.imports += u64::from(is_taken_import(input, &records));
        self.note(|| format!("engine takes {input:?} -> {records:?} {effects:?}"));
        self.absorb(place, now, last, records, effects);
        Ok(())
    }

    fn absorb(
        &mut self,
        place: usize,
        now: Now,
        last: bool,
        records: Vec<Record>,
        effects: Vec<Effect>,
    ) {
        for record in records {
            apply(&mut self.engine.state, now, &record);
            self.engine.books.apply(&self.scripts, &record, last);
            self.engine.open.push(Entry { now, record, last });
        }
        let effects = effects.into_iter().map(|effect| (place, effect));
        self.engine.out.extend(effects);
    }

    /// Everything that is due by itself, until nothing is.
    fn drain(&mut self, place: usize, now: Now) -> Checked {
        const TICKS_MAX: u32 = 1_000;
        let tick = Input::Tick {
            may_start: !self.engine.full,
        };
        for _ in 0..TICKS_MAX {
            let (records, effects) = decide(&self.engine.state, now, &tick);
            if records.is_empty() && effects.is_empty() {
                return Ok(());
            }
            self.note(|| format!("engine ticks -> {records:?} {effects:?}"));
            self.absorb(place, now, false, records, effects);
        }
        broken("P8", "the ticks of one moment never end")
    }

    fn finish(&mut self, batch: Vec<Item>, now: Now, kill: Option<Kill>) -> Checked {
        let out = std::mem::take(&mut self.engine.out);
        let early = |effect: &Effect| match effect {
            Effect::Answer(_) => planted(Bug::AcknowledgeBeforeCommit),
            _ => planted(Bug::DispatchBeforeCommit),
        };
        let (before, after): (Vec<_>, Vec<_>) = out.into_iter().partition(|(_, it)| early(it));
        for (_, effect) in before {
            self.carry_out(effect)?;
        }
        if kill == Some(Kill::BeforeCommit) {
            return self.crash(batch);
        }
        if !self.engine.open.is_empty() {
            if self.random.one_in(self.swarm.full) {
                self.store.failing = self.random.between(1, 12);
            }
            if !self.store.takes_a_write() {
                return self.failed(batch, after);
            }
            self.commit(now)?;
        }
        if kill == Some(Kill::AfterCommit) {
            return self.crash(batch);
        }
        for (done, (place, effect)) in (0u32..).zip(after) {
            if kill == Some(Kill::AfterEffects(done)) {
                let rest = batch.into_iter().skip(place).collect();
                return self.crash(rest);
            }
            self.carry_out(effect)?;
        }
        if matches!(kill, Some(Kill::AfterEffects(_))) {
            return self.crash(Vec::new());
        }
        self.look_around()
    }

    /// The transaction is durable: the witness reads it line by line.
    fn commit(&mut self, now: Now) -> Checked {
        let anchor = self
            .engine
            .anchor
            .advance(self.clock.reading(), self.swarm.scale);
        let first_of_boot = self.clock.entry();
        if first_of_boot {
            self.witness.clamp(self.clock.known());
        }
        let mut open = std::mem::take(&mut self.engine.open);
        for entry in open.drain(..) {
            let sight = Self::sight(&self.phones, &self.store, &self.clock);
            self.witness
                .record(&sight, &self.scripts, &self.store.books, &entry.record)?;
            self.store.append(&self.scripts, entry);
            self.witness.after(&self.store.state, now.at);
        }
        self.engine.open = open;
        while self.signed_in.len() < self.store.state.accounts().count() {
            self.sign_in();
        }
        (self.engine.anchor, self.store.anchor) = (anchor, anchor);
        if self.random.one_in(SNAPSHOT_EVERY) {
            self.store.take_snapshot();
        }
        Ok(())
    }

    /// R2: a failed commit changes nothing, and its inputs are tried again in place.
    fn failed(&mut self, batch: Vec<Item>, out: Vec<(usize, Effect)>) -> Checked {
        self.tally.full_disks += 1;
        self.note(|| "the disk is full".to_owned());
        self.engine.full = true;
        self.engine.open.clear();
        self.engine.state.clone_from(&self.store.state);
        self.engine.books.clone_from(&self.store.books);
        if planted(Bug::DispatchOnFullDisk) {
            for (_, effect) in out {
                if !matches!(effect, Effect::Answer(_)) {
                    self.carry_out(effect)?;
                }
            }
        }
        let retried = batch.into_iter().filter(|item| match item {
            Item::Input(input) if tasks_of(input).is_some() => false,
            Item::Input(Input::Ended { .. }) => !planted(Bug::LostFinishOnFullDisk),
            _ => true,
        });
        if planted(Bug::ReorderOnFullDisk) {
            self.engine.inbox.extend(retried);
            return Ok(());
        }
        let retried: Vec<Item> = retried.collect();
        for item in retried.into_iter().rev() {
            self.engine.inbox.push_front(item);
        }
        Ok(())
    }

    /// After a turn that went well.
    fn look_around(&mut self) -> Checked {
        self.turns += 1;
        let state = &self.engine.state;
        if self.turns.is_multiple_of(16) {
            audit::audit(state).or_else(|what| broken("counts", what))?;
        }
        if self.turns.is_multiple_of(64) {
            keep(*state == self.store.state, "P9", || {
                "memory is not what is durable".to_owned()
            })?;
            keep(self.engine.books == self.store.books, "P9", || {
                "the tables differ".to_owned()
            })?;
        }
        let now = self.engine.now(&self.clock);
        if let (Some(now), true) = (now, self.turns.is_multiple_of(8) && !self.engine.full) {
            for head in state.accounts().filter_map(|(no, _)| state.head(no)) {
                keep(
                    waiting(state, now, head.id()) != Some(Waiting::Starting),
                    "P8",
                    || format!("{head:?} could start and does not"),
                )?;
            }
        }
        Ok(())
    }

    fn phone_of(&self, attempt: AttemptNo) -> Option<PhoneNo> {
        self.engine.state.attempt(attempt).map(|it| it.phone)
    }

    /// Carries out one effect.
    fn carry_out(&mut self, effect: Effect) -> Checked {
        let (attempt, message) = match effect {
            Effect::Run {
                attempt,
                task,
                account,
                phone,
            } => {
                self.witness.ordered_to_run(attempt, phone.0 as usize)?;
                let from = self.engine.books.next_step(task);
                let looks = self.engine.state.task(task).is_some_and(|it| it.unsettled);
                self.send(
                    phone,
                    Message::Run {
                        attempt,
                        task,
                        account,
                        from,
                        looks,
                    },
                );
                return Ok(());
            }
            Effect::Stop { phone, attempt } => {
                self.send(phone, Message::Stop { attempt });
                return Ok(());
            }
            Effect::Check { phone, check, .. } | Effect::Health { phone, check } => {
                return self.order_proof(phone, check, Message::Check { check });
            }
            Effect::Visit {
                phone,
                check,
                account,
            } => return self.order_proof(phone, check, Message::Visit { check, account }),
            Effect::Halt { phone } => return self.give_up(phone),
            Effect::Answer(Answer::Accepted(accepted)) => {
                let tasks = accepted.into_iter().map(|(task, _)| task);
                tasks.for_each(|task| self.witness.acknowledged(task));
                return Ok(());
            }
            Effect::Hush(_) | Effect::Unhush(_) | Effect::Answer(_) => return Ok(()),
            Effect::Proceed { attempt, step } => (attempt, Message::Proceed { attempt, step }),
            Effect::Skip { attempt, step, .. } => (attempt, Message::Skip { attempt, step }),
            Effect::Wait {
                attempt,
                step,
                until,
            } => (
                attempt,
                Message::Wait {
                    attempt,
                    step,
                    until,
                },
            ),
            Effect::Yield { attempt, .. } => (attempt, Message::Yield { attempt }),
            Effect::StopSafely { attempt } => (attempt, Message::StopSafely { attempt }),
        };
        if let Some(phone) = self.phone_of(attempt) {
            self.send(phone, message);
        }
        Ok(())
    }

    /// The engine is killed. What phones had said and nobody took is lost, or late.
    pub(super) fn crash(&mut self, batch: Vec<Item>) -> Checked {
        self.tally.crashes += 1;
        self.note(|| "the engine is killed".to_owned());
        self.engine.alive = false;
        self.engine.open.clear();
        self.engine.out.clear();
        self.checks.clear();
        let inbox = std::mem::take(&mut self.engine.inbox);
        for item in batch.into_iter().chain(inbox) {
            match item {
                Item::Input(input) if tasks_of(&input).is_some() => self.unanswered.push(input),
                Item::Told(_)
                | Item::Input(Input::Ended { .. } | Input::Quiet { .. } | Input::Visited { .. })
                    if self.random.one_in(self.swarm.late) =>
                {
                    self.keep_for_later(item);
                }
                _ => {}
            }
        }
        for phone in &mut self.phones {
            if self.random.one_in(2) {
                phone.mailbox.clear();
            }
        }
        let accepted = self.store.books.accepted();
        self.witness.nothing_lost(&accepted, &self.store.state)
    }

    /// The engine begins again, from what is durable.
    pub(super) fn restart(&mut self) -> Checked {
        self.note(|| "the engine begins again".to_owned());
        if self.random.one_in(8) {
            let replayed = self.store.replay();
            keep(replayed == self.store.state, "P9", || {
                "a replay differs".to_owned()
            })?;
            self.engine.state = replayed;
        } else if self.random.one_in(2) {
            let recovered = match self.store.recover() {
                Ok(recovered) => recovered,
                Err(damaged) => return broken("P9", damaged.what),
            };
            keep(recovered == self.store.state, "P9", || {
                "a snapshot and the journal since it differ from the whole journal".to_owned()
            })?;
            self.engine.state = recovered;
        } else {
            self.engine.state.clone_from(&self.store.state);
        }
        self.engine.books.clone_from(&self.store.books);
        self.engine.anchor = self.store.anchor;
        self.engine.full = false;
        self.engine.alive = true;
        self.engine.inbox.push_back(Item::Input(Input::Restart));
        for phone in 0..self.phones.len() {
            if self.phones[phone].plugged {
                self.announce(phone);
            }
        }
        for input in std::mem::take(&mut self.unanswered) {
            if self.random.one_in(2) {
                self.engine.inbox.push_back(Item::Input(input));
            }
        }
        Ok(())
    }
}
