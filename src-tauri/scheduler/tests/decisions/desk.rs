//! A desk with a state on it: feeds inputs the way the loop does, with time in hand.

use signalbox_scheduler::*;

/// A state with its time.
pub struct Desk {
    pub state: State,
    pub at: u64,
    pub wall: i64,
    next: u128,
}

impl Desk {
    /// Phones on the cable and ready, accounts that may use any, live limits off.
    pub fn new(phones: u32, accounts: u32) -> Self {
        Self::with(Settings::simulated(), phones, accounts)
    }

    pub fn with(settings: Settings, phones: u32, accounts: u32) -> Self {
        let mut desk = Self {
            state: State::new(settings),
            at: 1_000_000,
            wall: 1_790_000_000_000,
            next: 1,
        };
        for phone in (0..phones).map(PhoneNo) {
            desk.feed(&Input::AddPhone);
            desk.feed(&Input::PhoneSeen { phone });
            desk.feed(&Input::PhoneReady { phone });
        }
        for _ in 0..accounts {
            desk.feed(&Input::AddAccount { bound: None });
        }
        desk
    }

    pub fn now(&self) -> Now {
        Now {
            at: self.at,
            wall: self.wall,
        }
    }

    pub fn pass(&mut self, ms: u64) {
        self.at += ms;
        self.wall = self.wall.saturating_add_unsigned(ms);
    }

    /// One input; its records are applied.
    pub fn feed(&mut self, input: &Input) -> (Vec<Record>, Vec<Effect>) {
        let now = self.now();
        let (records, effects) = decide(&self.state, now, input);
        for record in &records {
            apply(&mut self.state, now, record);
        }
        #[cfg(debug_assertions)]
        assert_eq!(audit::audit(&self.state), Ok(()), "after {input:?}");
        (records, effects)
    }

    pub fn records(&mut self, input: &Input) -> Vec<Record> {
        self.feed(input).0
    }

    pub fn effects(&mut self, input: &Input) -> Vec<Effect> {
        self.feed(input).1
    }

    /// What the sender is told.
    pub fn answer(&mut self, input: &Input) -> Answer {
        let effects = self.effects(input);
        let answer = effects.into_iter().find_map(|effect| match effect {
            Effect::Answer(answer) => Some(answer),
            _ => None,
        });
        answer.unwrap_or_else(|| panic!("{input:?} got no answer"))
    }

    pub fn refused(&mut self, input: &Input) -> Refusal {
        match self.answer(input) {
            Answer::Refused { why, .. } => why,
            other => panic!("{input:?} was not refused: {other:?}"),
        }
    }

    /// Ticks until nothing is due, as the loop does; the effects.
    pub fn tick(&mut self) -> Vec<Effect> {
        let mut all = Vec::new();
        for _ in 0..1_000 {
            let (records, effects) = self.feed(&Input::Tick { may_start: true });
            if records.is_empty() && effects.is_empty() {
                return all;
            }
            all.extend(effects);
        }
        panic!("ticks without end");
    }

    /// The attempts that a round of ticks starts, with their tasks and phones.
    pub fn starts(&mut self) -> Vec<(AttemptNo, TaskId, PhoneNo)> {
        let runs = self.tick().into_iter().filter_map(|effect| match effect {
            Effect::Run {
                attempt,
                task,
                phone,
                ..
            } => Some((attempt, task, phone)),
            _ => None,
        });
        runs.collect()
    }

    /// The only attempt that a round of ticks starts.
    pub fn start(&mut self) -> AttemptNo {
        let starts = self.starts();
        assert_eq!(starts.len(), 1, "{starts:?}");
        starts[0].0
    }

    /// A task that only looks, for an account.
    pub fn new_task(&mut self, account: u32) -> NewTask {
        self.next += 1;
        NewTask::look(TaskId(self.next), AccountNo(account))
    }

    pub fn submit(&mut self, task: NewTask) -> TaskId {
        let id = task.task;
        let list = None;
        let tasks = vec![task];
        let answer = self.answer(&Input::Submit { list, tasks });
        assert!(matches!(answer, Answer::Accepted(_)), "{answer:?}");
        id
    }

    /// Accepts a task that only looks.
    pub fn look(&mut self, account: u32) -> TaskId {
        let task = self.new_task(account);
        self.submit(task)
    }

    /// Accepts a task that means to do these acts (follow, like, comment).
    pub fn act(&mut self, account: u32, need: [u8; 3]) -> TaskId {
        let need = Need(need);
        let task = NewTask {
            need,
            ..self.new_task(account)
        };
        self.submit(task)
    }

    /// A step asks to act, with nothing in the history.
    pub fn intend(&mut self, attempt: AttemptNo, step: u16, act: Act) -> Vec<Effect> {
        let prior = Prior::NOTHING;
        self.effects(&Input::Intend {
            attempt,
            step,
            act,
            prior,
            rest: None,
        })
    }

    /// The same for an act of an engagement task, with what is left of the page.
    pub fn intend_on_page(
        &mut self,
        attempt: AttemptNo,
        step: u16,
        act: Act,
        rest: [u8; 3],
    ) -> Vec<Effect> {
        self.effects(&Input::Intend {
            attempt,
            step,
            act,
            prior: Prior::NOTHING,
            rest: Some(Need(rest)),
        })
    }

    /// Accepts an engagement task whose first page means to do these acts.
    pub fn engage(&mut self, account: u32, need: [u8; 3]) -> TaskId {
        let task = NewTask {
            need: Need(need),
            kind: Kind::Engagement,
            ..self.new_task(account)
        };
        self.submit(task)
    }

    /// A step acts and tells so.
    pub fn do_act(&mut self, attempt: AttemptNo, step: u16, act: Act) {
        let effects = self.intend(attempt, step, act);
        assert_eq!(effects, [Effect::Proceed { attempt, step }]);
        let (act, done) = (Some(act), true);
        self.feed(&Input::Acted {
            attempt,
            step,
            act,
            done,
            last: true,
        });
    }

    pub fn end(&mut self, attempt: AttemptNo, ending: Ending) -> Vec<Record> {
        self.records(&Input::Ended { attempt, ending })
    }

    /// The check under way for an attempt in doubt.
    pub fn check_of(&self, attempt: AttemptNo) -> Option<CheckNo> {
        self.state.attempt(attempt)?.doubt?.check
    }

    /// The phone of an attempt in doubt proves itself quiet.
    pub fn quiet(&mut self, attempt: AttemptNo) -> Vec<Record> {
        let phone = self.state.attempt(attempt).expect("a lease").phone;
        let check = self.check_of(attempt).expect("a check under way");
        self.records(&Input::Quiet { phone, check })
    }

    /// The only look at a phone that a round of ticks orders: its number, and for whom.
    pub fn visit(&mut self) -> (CheckNo, Option<AccountNo>) {
        let effects = self.tick();
        let [Effect::Visit { check, account, .. }] = effects[..] else {
            panic!("no look at a phone: {effects:?}");
        };
        (check, account)
    }

    /// The phone is given back, looked at, and quiet.
    pub fn give_back(&mut self, phone: PhoneNo) {
        self.feed(&Input::GiveBack { phone });
        let (check, _) = self.visit();
        let saw = Saw::Clear;
        self.feed(&Input::Visited { phone, check, saw });
    }

    pub fn account(&self, account: u32) -> &state::Account {
        self.state.account(AccountNo(account)).expect("an account")
    }

    pub fn head(&self, account: u32) -> Option<TaskId> {
        self.state.head(AccountNo(account)).map(state::Task::id)
    }

    pub fn waits(&self, task: TaskId) -> Option<Waiting> {
        waiting(&self.state, self.now(), task)
    }

    /// How a task ended, from the records of its end.
    pub fn end_in(records: &[Record]) -> Option<TaskEnd> {
        records.iter().find_map(|record| match record {
            Record::TaskEnded { end, .. } => Some(*end),
            _ => None,
        })
    }

    /// The mark among records.
    pub fn mark_in(records: &[Record]) -> Option<(Why, Option<u64>)> {
        records.iter().find_map(|record| match record {
            Record::Marked {
                why, not_before, ..
            } => Some((*why, *not_before)),
            _ => None,
        })
    }
}
