//! A state with many accounts and tasks, driven as the engine drives it; and the tasks themselves.

use std::collections::VecDeque;

use signalbox_scheduler::{
    AccountNo, Answer, AttemptNo, Decision, Effect, Ending, Input, NewTask, Now, PhoneNo, Record,
    Settings, State, TaskEnd, TaskId, apply, decide_into,
};

use super::TIMED;

/// Tasks of a list.
const LIST: usize = 10_000;

/// Tasks in the order they are submitted in, dealt to the accounts by turns: ids that grow with
/// time and end in random bits, as UUIDv7 do.
pub struct Tasks {
    accounts: usize,
    made: usize,
}

impl Tasks {
    pub fn new(accounts: usize) -> Self {
        Self { accounts, made: 0 }
    }

    pub fn accounts(&self) -> usize {
        self.accounts
    }

    fn id(no: usize) -> TaskId {
        let random = mixed(no as u64);
        // Some ten are made in a millisecond.
        let ms = 1_795_000_000_000 + no as u128 / 10;
        TaskId(ms << 80 | 7 << 76 | u128::from(random))
    }

    fn at(&self, no: usize) -> (TaskId, AccountNo) {
        let account = u32::try_from(no % self.accounts).unwrap();
        (Self::id(no), AccountNo(account))
    }

    /// All that were made.
    pub fn all(&self) -> impl Iterator<Item = (TaskId, AccountNo)> {
        (0..self.made).map(|no| self.at(no))
    }

    /// The next list of them, while there are fewer than so many.
    pub fn some(&mut self, most: usize) -> Option<Vec<(TaskId, AccountNo)>> {
        let until = (self.made + LIST).min(most);
        let some: Vec<_> = (self.made..until).map(|no| self.at(no)).collect();
        self.made = until;
        (!some.is_empty()).then_some(some)
    }

    /// Again and again as many of those that were made as are timed at once, none of them twice
    /// in one draw.
    pub fn draws(&self) -> impl Iterator<Item = Vec<(TaskId, AccountNo)>> {
        let mut order: Vec<usize> = (0..self.made).collect();
        for place in (1..order.len()).rev() {
            let other = usize::try_from(mixed(place as u64) % (place as u64 + 1)).unwrap();
            order.swap(place, other);
        }
        let accounts = self.accounts;
        let draw = move |no: usize| {
            let places = no * TIMED..(no + 1) * TIMED;
            let tasks = places.map(|place| order[place % order.len()]);
            let tasks = tasks.map(|no| Tasks { accounts, made: 0 }.at(no));
            tasks.collect()
        };
        (0..).map(draw)
    }

    /// Ids that none of those made has.
    pub fn news(&self) -> impl Iterator<Item = TaskId> {
        (self.made..).map(Self::id)
    }
}

/// The finaliser of SplitMix64: bits that look random, the same for a number each time.
fn mixed(no: u64) -> u64 {
    let mut bits = no.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// The core with its buffers, and the attempts that run, the longest first.
pub struct Desk {
    pub state: State,
    now: Now,
    decision: Decision,
    running: VecDeque<(AttemptNo, AccountNo)>,
}

impl Desk {
    /// Accounts without phones, and so many tasks.
    pub fn with(tasks: &mut Tasks, most: usize) -> Self {
        let mut desk = Self {
            state: State::new(Settings::live()),
            now: Now { at: 0, wall: 0 },
            decision: Decision::default(),
            running: VecDeque::new(),
        };
        for _ in 0..tasks.accounts() {
            desk.feed(&Input::AddAccount { bound: None });
        }
        while let Some(some) = tasks.some(most) {
            desk.submit(&some);
        }
        assert_eq!(desk.state.counts().tasks_waiting, most as u64);
        desk
    }

    /// Phones that work.
    pub fn connect(&mut self, phones: u32) {
        for phone in (0..phones).map(PhoneNo) {
            self.feed(&Input::AddPhone);
            self.feed(&Input::PhoneSeen { phone });
            self.feed(&Input::PhoneReady { phone });
            self.drain();
        }
        assert_eq!(self.running.len(), phones as usize);
    }

    fn feed(&mut self, input: &Input) {
        decide_into(&self.state, self.now, input, &mut self.decision);
        for record in &self.decision.records {
            apply(&mut self.state, self.now, record);
        }
        for effect in &self.decision.effects {
            if let Effect::Run {
                attempt, account, ..
            } = *effect
            {
                self.running.push_back((attempt, account));
            }
        }
    }

    /// What is due and what can start, as after each message.
    fn drain(&mut self) {
        loop {
            self.feed(&Input::Tick { may_start: true });
            if self.decision.is_empty() {
                return;
            }
        }
    }

    pub fn submit(&mut self, tasks: &[(TaskId, AccountNo)]) {
        let tasks = tasks
            .iter()
            .map(|(id, account)| NewTask::look(*id, *account));
        self.feed(&Input::Submit {
            list: None,
            tasks: tasks.collect(),
        });
        let accepted = |effect: &Effect| matches!(effect, Effect::Answer(Answer::Accepted(_)));
        assert!(self.decision.effects.iter().all(accepted));
    }

    pub fn cancel(&mut self, task: TaskId) {
        self.feed(&Input::Cancel { task });
        let cancelled = |record: &Record| {
            matches!(
                record,
                Record::TaskEnded {
                    end: TaskEnd::Cancelled,
                    ..
                }
            )
        };
        assert!(self.decision.records.iter().all(cancelled));
    }

    /// The attempt that runs longest ends, a millisecond after the one before.
    pub fn cycle(&mut self, next: TaskId) {
        self.now.at += 1;
        self.now.wall += 1;
        let (attempt, account) = self.running.pop_front().unwrap();
        self.feed(&Input::Ended {
            attempt,
            ending: Ending::Completed,
        });
        self.drain();
        self.submit(&[(next, account)]);
        self.drain();
    }

    /// A list with one new account, and a task for it.
    pub fn import(&mut self, id: TaskId) {
        let account = u32::try_from(self.state.counts().accounts).unwrap();
        self.feed(&Input::Import {
            phones: 0,
            accounts: vec![None],
            tasks: vec![NewTask::look(id, AccountNo(account))],
        });
        assert_eq!(self.decision.records.len(), 3);
    }
}
