//! A phone: does what it was told, when it gets round to it, whatever became of the engine.

use std::collections::VecDeque;

use signalbox_scheduler::{AccountNo, Act, AttemptNo, Ending, Input, LocatorNo, PhoneNo, TaskId};

use super::message::Message;
use super::{Item, World, number};
use crate::script::{self, Step};
use crate::witness::{Checked, keep};

/// The outcome of a step, as the engine is told of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    pub attempt: AttemptNo,
    pub step: u16,
    pub act: Option<Act>,
    pub done: bool,
    /// A retry goes on behind it.
    pub last: bool,
}

/// How far the step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// At a safe point.
    Between,
    /// Asked to act.
    Asked,
    /// Told to ask again later.
    Waiting { until: u64 },
    /// A call is in flight; it takes effect at this true time, whatever happens.
    Acting {
        lands_at: u64,
        refused: Option<Ending>,
    },
}

/// An attempt on a phone.
#[derive(Debug, Clone, Copy)]
struct Running {
    attempt: AttemptNo,
    task: TaskId,
    account: AccountNo,
    step: u16,
    phase: Phase,
    fresh: bool,
    stop_safely: bool,
    /// Nothing more is sent, and nothing more is reported.
    stopped: bool,
    /// It still has to find a comment that an earlier attempt may have sent.
    looks: bool,
}

/// One phone of the world.
#[derive(Debug, Clone, Default)]
pub struct Phone {
    /// The cable is in.
    pub(super) plugged: bool,
    /// It never comes back.
    pub(super) dead: bool,
    pub(super) hangs_until: u64,
    /// Version of the app on it, and whether it speaks a language nobody reads.
    pub(super) app: (u16, bool),
    pub(super) mailbox: VecDeque<Message>,
    run: Option<Running>,
}

impl Phone {
    /// One with the first version of the app, in a language that is read.
    pub(super) fn new() -> Self {
        Self {
            app: (1, false),
            ..Self::default()
        }
    }

    /// Whether the phone does, or is about to do, anything for this attempt.
    pub fn works_on(&self, attempt: AttemptNo) -> bool {
        let runs = self.run.is_some_and(|run| run.attempt == attempt);
        runs || self.mailbox.iter().any(
            |message| matches!(message, Message::Run { attempt: other, .. } if *other == attempt),
        )
    }

    /// No check is under way to it any more.
    pub(super) fn forget_checks(&mut self) {
        self.mailbox.retain(|message| !message.is_check());
    }

    /// The attempt it works on.
    pub(super) fn attempt(&self) -> Option<AttemptNo> {
        self.run.map(|run| run.attempt)
    }

    /// Whether it will do something by itself, sooner or later.
    pub(super) fn is_active(&self) -> bool {
        !self.mailbox.is_empty()
            || self
                .run
                .is_some_and(|run| matches!(run.phase, Phase::Between | Phase::Acting { .. }))
    }
}

/// What a screen may show instead of what was hoped for.
const SCREENS: [Ending; 8] = [
    Ending::RateLimited,
    Ending::RateLimited,
    Ending::Challenge,
    Ending::NetworkError,
    Ending::AppCrash,
    Ending::ElementNotFound,
    Ending::ElementNotFound,
    Ending::ElementNotFound,
];

impl World {
    /// The phone gets on with what it has.
    pub(super) fn advance(&mut self, no: usize) -> Checked {
        let phone = &mut self.phones[no];
        if phone.hangs_until > self.clock.true_ms {
            return Ok(());
        }
        let mut acting = false;
        if let Some(Running {
            phase: Phase::Acting { lands_at, refused },
            ..
        }) = phone.run
        {
            if lands_at <= self.clock.true_ms {
                return self.land(no, refused);
            }
            acting = true;
        }
        // The main queue of a phone is serial: a check waits for a call in flight.
        let blocked = phone.mailbox.front().is_some_and(Message::is_check) && acting;
        match phone.mailbox.pop_front_if(|_| !blocked) {
            Some(message) => self.receive(no, message),
            None if acting => Ok(()),
            None => {
                self.go_on(no);
                Ok(())
            }
        }
    }

    fn receive(&mut self, no: usize, message: Message) -> Checked {
        self.note(|| format!("phone {no} gets {message:?}"));
        let run = &mut self.phones[no].run;
        match message {
            Message::Run {
                attempt,
                task,
                account,
                from,
                looks,
            } => return self.take_up(no, attempt, task, account, (from, looks)),
            Message::Check { check } => {
                let phone = number(no);
                if self.random.one_in(self.swarm.check_fails) {
                    self.report(no, Item::Input(Input::NotQuiet { phone, check }));
                } else {
                    self.witness.answered(check);
                    self.report(no, Item::Input(Input::Quiet { phone, check }));
                }
            }
            Message::Visit { check, account } => self.visit(no, check, account),
            Message::Proceed { attempt, step } => {
                let asked = run.as_ref().is_some_and(|run| {
                    let asked = matches!(run.phase, Phase::Asked | Phase::Waiting { .. });
                    (run.attempt, run.step) == (attempt, step) && asked && !run.stopped
                });
                if asked {
                    self.act(no);
                }
            }
            Message::Skip { attempt, step } => {
                if run.is_some_and(|run| (run.attempt, run.step) == (attempt, step)) {
                    self.tell(no, false, true);
                }
            }
            Message::Wait {
                attempt,
                step,
                until,
            } => {
                if let Some(run) = run.as_mut().filter(|run| run.attempt == attempt)
                    && (run.step, run.phase) == (step, Phase::Asked)
                {
                    run.phase = Phase::Waiting { until };
                }
            }
            Message::Yield { attempt } => {
                if run.is_some_and(|run| run.attempt == attempt) {
                    self.end(no, Ending::Yielded);
                }
            }
            Message::StopSafely { attempt } => {
                if let Some(run) = run.as_mut().filter(|run| run.attempt == attempt) {
                    run.stop_safely = true;
                }
            }
            Message::Stop { attempt } => {
                if let Some(it) = run.as_mut().filter(|run| run.attempt == attempt) {
                    it.stopped = true;
                    if !matches!(it.phase, Phase::Acting { .. }) {
                        *run = None;
                    }
                }
            }
        }
        Ok(())
    }

    /// A phone begins an attempt: the moment at which two at once would really be two at once.
    fn take_up(
        &mut self,
        no: usize,
        attempt: AttemptNo,
        task: TaskId,
        account: AccountNo,
        (from, looks): (u16, bool),
    ) -> Checked {
        let before = self.phones[no].run;
        keep(before.is_none(), "P2", || {
            format!("phone {no} begins {attempt:?} while it works on {before:?}")
        })?;
        for (other, phone) in self.phones.iter().enumerate() {
            let Some(run) = phone.run.filter(|run| run.account == account) else {
                continue;
            };
            let excepted =
                self.witness.was_released(run.attempt) || self.witness.was_released(attempt);
            keep(excepted, "P1", || {
                format!("{account:?} begins on phone {no} while phone {other} does {run:?}")
            })?;
        }
        self.tally.attempts += 1;
        self.phones[no].run = Some(Running {
            attempt,
            task,
            account,
            step: from,
            phase: Phase::Between,
            fresh: true,
            stop_safely: false,
            stopped: false,
            looks,
        });
        Ok(())
    }

    /// The call goes out; when it takes effect is the phone's affair.
    fn act(&mut self, no: usize) {
        let patience = if self.random.one_in(8) { 60_000 } else { 300 };
        let lands_at = self.clock.true_ms + u64::from(self.random.below(patience));
        let refused = if self.random.one_in(self.swarm.screen) {
            self.random
                .place(SCREENS.len())
                .map(|screen| SCREENS[screen])
        } else {
            None
        };
        if let Some(run) = &mut self.phones[no].run {
            run.phase = Phase::Acting { lands_at, refused };
        }
    }

    /// The call takes effect.
    fn land(&mut self, no: usize, refused: Option<Ending>) -> Checked {
        let Some(run) = self.phones[no].run else {
            return Ok(());
        };
        let step = script::of(&self.scripts, run.task).and_then(|it| it.step(run.step));
        let Some(Step { act: Some(act), .. }) = step else {
            return Ok(());
        };
        let mut news = false;
        if let (None, Some(what)) = (refused, step) {
            news = self.social.act(run.account, what, act);
            if news {
                self.tally.acts += 1;
                self.note(|| format!("phone {no} really does {act:?} of {run:?}"));
                let known = self.clock.known();
                self.witness
                    .landed(known, (run.attempt, run.step), what, act)?;
            }
        }
        if run.stopped {
            self.phones[no].run = None;
        } else if let Some(ending) = refused {
            self.tell(no, false, false);
            self.end(no, ending);
        } else if self.random.one_in(self.swarm.unreadable) {
            self.end(no, Ending::Unknown);
        } else {
            self.tell(no, news, true);
        }
        Ok(())
    }

    /// Between two steps.
    fn go_on(&mut self, no: usize) {
        let Some(run) = &mut self.phones[no].run else {
            return;
        };
        match run.phase {
            Phase::Asked | Phase::Acting { .. } => return,
            Phase::Waiting { .. } | Phase::Between if run.stop_safely => {
                return self.end(no, Ending::Yielded);
            }
            Phase::Waiting { until } => {
                if self
                    .engine
                    .now(&self.clock)
                    .is_some_and(|now| now.at >= until)
                {
                    self.ask(no);
                }
                return;
            }
            Phase::Between => {}
        }
        let fresh = std::mem::replace(&mut run.fresh, false);
        let run = *run;
        if fresh && !self.is_signed_in(run.account.0, no) {
            return self.end(no, Ending::NotOnPhone);
        }
        if fresh && self.random.one_in(4) {
            let (phone, account) = (number(no), run.account);
            self.report(no, Item::Input(Input::SignedIn { phone, account }));
        }
        let script = script::of(&self.scripts, run.task);
        match script.and_then(|script| script.step(run.step)) {
            None => self.end(no, Ending::Completed),
            Some(_) if self.random.one_in(self.swarm.screen.saturating_mul(2)) => {
                let screen = self.random.place(SCREENS.len()).unwrap_or(0);
                self.end(no, SCREENS[screen]);
            }
            Some(Step { act: None, .. }) => self.tell(no, true, true),
            Some(step) if run.looks => self.look_for(no, step),
            Some(_) => self.ask(no),
        }
    }

    /// Whether the comment of an earlier attempt is there: then the step has its outcome.
    fn look_for(&mut self, no: usize, step: Step) {
        let Some(run) = &mut self.phones[no].run else {
            return;
        };
        run.looks = false;
        self.tally.looks += 1;
        match self.social.has_commented(run.account, step) {
            true => self.tell(no, false, true),
            false => self.end(no, Ending::Unsettled),
        }
    }

    fn ask(&mut self, no: usize) {
        let history_fails = self.random.one_in(self.swarm.history);
        let Some(run) = &mut self.phones[no].run else {
            return;
        };
        let step = script::of(&self.scripts, run.task).and_then(|it| it.step(run.step));
        let Some(act) = step.and_then(|step| step.act) else {
            return;
        };
        run.phase = Phase::Asked;
        let (attempt, step) = (run.attempt, run.step);
        self.report(
            no,
            Item::Ask {
                attempt,
                step,
                act,
                history_fails,
            },
        );
    }

    /// Tells the outcome of the step. `last`: the attempt goes on with the next one.
    fn tell(&mut self, no: usize, done: bool, last: bool) {
        let Some(run) = &mut self.phones[no].run else {
            return;
        };
        let step = script::of(&self.scripts, run.task).and_then(|it| it.step(run.step));
        let told = Told {
            attempt: run.attempt,
            step: run.step,
            act: step.and_then(|step| step.act),
            done,
            last,
        };
        run.phase = Phase::Between;
        run.step += u16::from(last);
        self.report(no, Item::Told(told));
    }

    /// The attempt ends, with nothing in flight.
    fn end(&mut self, no: usize, ending: Ending) {
        let Some(run) = self.phones[no].run.take() else {
            return;
        };
        let attempt = run.attempt;
        let input = if ending == Ending::ElementNotFound && !self.random.one_in(4) {
            let locator = LocatorNo(u16::from(self.random.one_in(4)));
            let action = script::action(&mut self.random);
            Input::Missed {
                attempt,
                locator,
                action,
            }
        } else {
            Input::Ended { attempt, ending }
        };
        self.report(no, Item::Input(input));
    }

    /// Sends a report, which arrives where a living engine has a cable to the phone; a copy of it,
    /// or what was lost, may arrive much later.
    pub(super) fn report(&mut self, no: usize, item: Item) {
        self.note(|| format!("phone {no} says {item:?}"));
        if let Item::Input(
            Input::Quiet { check, .. }
            | Input::NotQuiet { check, .. }
            | Input::Visited { check, .. },
        ) = item
        {
            self.checks.retain(|(_, other, _)| *other != check);
        }
        let heard = self.engine.alive && self.phones[no].plugged;
        let copied = match item {
            Item::Ask { .. } => false,
            _ if heard => self.random.one_in(self.swarm.duplicate),
            _ => self.random.one_in(self.swarm.late),
        };
        if copied {
            self.keep_for_later(item.clone());
        }
        if heard {
            self.engine.inbox.push_back(item);
        }
    }

    /// Puts a reply on a long way.
    pub(super) fn keep_for_later(&mut self, item: Item) {
        const LATE_MAX: usize = 16;
        if self.late.len() < LATE_MAX {
            self.late.push(item);
        }
    }

    /// Sends a message, which arrives if the cable is in.
    pub(super) fn send(&mut self, phone: PhoneNo, message: Message) {
        if let Some(phone) = self
            .phones
            .get_mut(phone.0 as usize)
            .filter(|phone| phone.plugged)
        {
            phone.mailbox.push_back(message);
        }
    }
}
