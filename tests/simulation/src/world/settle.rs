//! P8: the faults are gone, a person does what only a person can do, and everything ends.

use signalbox_scheduler::waiting::waiting;
use signalbox_scheduler::{
    AccountNo, AccountState, AttemptNo, Input, Kind, Limits, ListNo, Scope, Settings, audit,
    next_due,
};

use super::{Item, World, number, operator};
use crate::witness::{Checked, broken, keep};

/// Rounds in which everything has to end.
const ROUNDS_MAX: u32 = 6_000;

impl World {
    /// Takes the faults away and waits for the end of everything.
    ///
    /// # Errors
    /// The promise that was broken on the way, or P8.
    pub fn settle(&mut self) -> Checked {
        self.note(|| "the faults are gone".to_owned());
        self.swarm = self.swarm.calm();
        self.store.failing = 0;
        if !self.engine.alive {
            self.restart()?;
        }
        // Half the worlds must end without any cable being touched: a new plug would heal much.
        let replug = self.random.one_in(2);
        let one_is_gone = self.phones.len() > 1 && self.random.one_in(2);
        for phone in 0..self.phones.len() {
            self.phones[phone].hangs_until = 0;
            if replug || (one_is_gone && phone == 0) {
                self.unplug(phone);
            }
        }
        self.phones[0].dead = one_is_gone;
        self.signed_in.fill(u32::MAX);
        for phone in 0..self.phones.len() {
            self.phones[phone].app.1 = false;
            let told = self.told(phone);
            self.engine.inbox.push_back(Item::Input(told));
        }
        // Stops that are still in the inbox are lifted too.
        self.undisturbed()?;
        self.set_free();
        for phone in 0..self.phones.len() {
            self.plug(phone);
        }
        let mut rounds = 0;
        while !self.is_over() {
            rounds += 1;
            if rounds > ROUNDS_MAX {
                return self.stuck();
            }
            self.round()?;
        }
        self.undisturbed()?;
        self.verdict()
    }

    /// The operator lifts everything that only an operator lifts.
    fn set_free(&mut self) {
        let mut orders = vec![
            Input::Resume(Scope::All),
            Input::Resume(Scope::Kind(Kind::Instagram)),
            Input::Resume(Scope::Kind(Kind::Engagement)),
            Input::Resume(Scope::List(ListNo(0))),
            Input::ResumeActions,
            // Their hours stay as they were: they open by themselves.
            Input::Configure(Settings {
                per_day: [Some(9); 3],
                hours: self.engine.state.settings.hours.clone(),
                live: self.swarm.live,
                ..Settings::live()
            }),
        ];
        // Only stops that hold are lifted: lifting one orders checks, which would heal much.
        let state = &self.engine.state;
        if state.is_stopped() {
            orders.push(Input::Unstop(Scope::All));
        }
        for (phone, it) in state.phones() {
            if it.stopped {
                orders.push(Input::Unstop(Scope::Phone(phone)));
            }
            if it.in_hand {
                orders.push(Input::GiveBack { phone });
            }
            orders.push(Input::Resume(Scope::Phone(phone)));
        }
        for account in (0..self.signed_in.len()).map(operator::account) {
            orders.push(Input::Resume(Scope::Account(account)));
            orders.push(Input::Unsuspend { account });
            // A task may mean to do more than its account's own limits allow.
            let limits = Limits::default();
            orders.push(Input::SetLimits { account, limits });
            orders.push(Input::BindAccount {
                account,
                bound: None,
            });
            // Somebody looks at the phones and sees the account there.
            for phone in (0..self.phones.len()).map(number) {
                orders.push(Input::SignedIn { phone, account });
            }
        }
        self.engine
            .inbox
            .extend(orders.into_iter().map(Item::Input));
    }

    fn is_over(&self) -> bool {
        let counts = self.engine.state.counts();
        let live = counts.tasks_waiting + counts.tasks_scheduled + counts.tasks_running;
        live == 0 && self.engine.inbox.is_empty()
    }

    fn round(&mut self) -> Checked {
        self.tally.steps += 1;
        self.clock.pass(u64::from(self.random.below(150)));
        self.turn()?;
        for phone in 0..self.phones.len() {
            self.advance(phone)?;
        }
        if self.late.len() > 8 {
            self.deliver_late();
        }
        let busy = self
            .phones
            .iter()
            .any(|phone| phone.is_active() && !phone.dead);
        if self.engine.inbox.is_empty() {
            self.give_up_checks(30_000);
            self.look_after_people();
            if self.engine.inbox.is_empty() && !busy {
                self.leap();
            } else if busy {
                self.clock.pass(1_000);
            }
        }
        Ok(())
    }

    /// What waits for a person gets one.
    fn look_after_people(&mut self) {
        if self.engine.state.action_pauses().next().is_some() {
            let resume = Item::Input(Input::ResumeActions);
            self.engine.inbox.push_back(resume);
        }
        for (account, it) in self.engine.state.accounts() {
            match it.state {
                AccountState::Suspended { .. } if !self.is_awaited(account) => {
                    self.engine
                        .inbox
                        .push_back(Item::Input(Input::Unsuspend { account }));
                }
                AccountState::Running(attempt) if self.is_gone_for_good(attempt) => {
                    self.engine
                        .inbox
                        .push_back(Item::Input(Input::Release { account }));
                }
                _ => {}
            }
        }
    }

    /// Whether a phone is looked at for the account.
    fn is_awaited(&self, account: AccountNo) -> bool {
        let mut phones = self.engine.state.phones();
        phones.any(|(_, it)| it.visit.is_some_and(|it| it.account == Some(account)))
    }

    fn is_gone_for_good(&self, attempt: AttemptNo) -> bool {
        let phone = self
            .engine
            .state
            .attempt(attempt)
            .map(|it| it.phone.0 as usize);
        phone.is_some_and(|phone| self.phones[phone].dead)
    }

    /// Nothing moves: the next thing is a time that comes.
    fn leap(&mut self) {
        let Some(now) = self.engine.now(&self.clock) else {
            return;
        };
        let (timer, scheduled) = next_due(&self.engine.state, now);
        let timer = timer.map(|due| due.saturating_sub(now.at));
        let scheduled = scheduled.map(|due| u64::try_from(due - now.wall).unwrap_or(0));
        let soonest = timer.into_iter().chain(scheduled).min();
        let ms = soonest.unwrap_or(20_000) / u64::from(self.swarm.scale) + 1;
        // A gap between acts is the phone's own wait.
        self.clock.pass(ms.min(60_000 + ms / 2));
    }

    fn stuck(&self) -> Checked {
        let state = &self.engine.state;
        let mut open: Vec<String> = state
            .tasks()
            .map(|(id, task)| {
                let why = self
                    .engine
                    .now(&self.clock)
                    .map(|now| waiting(state, now, id));
                format!("{id:?} {:?}: {why:?}", task.phase)
            })
            .collect();
        open.sort();
        broken(
            "P8",
            format!("the faults are gone, and still: {}", open.join("; ")),
        )
    }

    fn verdict(&mut self) -> Checked {
        let accepted = self.store.books.accepted();
        self.witness.nothing_lost(&accepted, &self.store.state)?;
        let open = self
            .witness
            .open_tasks()
            .find(|task| accepted.contains(task));
        keep(open.is_none(), "P10", || format!("{open:?} has no end"))?;
        audit::audit(&self.engine.state).or_else(|what| broken("counts", what))?;
        keep(self.engine.state == self.store.state, "P9", || {
            "memory is not what is durable".to_owned()
        })?;
        keep(self.store.replay() == self.store.state, "P9", || {
            "a replay differs".to_owned()
        })?;
        self.tally.worlds += 1;
        Ok(())
    }
}
