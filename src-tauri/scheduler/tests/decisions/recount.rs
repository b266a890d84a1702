//! Random operations of operators, phones and time, sensible and senseless. After each of them the
//! metrics equal a full recount, what is kept beside the facts does, and the waiting code of every
//! live task is the one that the oracle works out from the design's list alone; a replay and a
//! snapshot give the same state, and operators always get an answer.

use std::collections::BTreeMap;

use signalbox_scheduler::*;

use crate::books::Books;
use crate::oracle::{code, expected, is_open};
use crate::random::Random;
use crate::snapshots::{restored, stored};

/// Any day in 2026.
const WALL: i64 = 1_790_000_000_000;
/// Live tasks a case has, about: what is recounted after each operation.
const LIVE_MAX: usize = 16;
const ACTS: [Act; 3] = Act::ALL;
const ENDINGS: [Ending; 10] = [
    Ending::Completed,
    Ending::Yielded,
    Ending::NotOnPhone,
    Ending::RateLimited,
    Ending::Challenge,
    Ending::NetworkError,
    Ending::AppCrash,
    Ending::ElementNotFound,
    Ending::Unknown,
    Ending::Unsettled,
];

fn submission(random: &mut Random, now: Now, next: &mut u128) -> Input {
    let tasks = (0..=random.below(3)).map(|_| {
        *next += 1;
        NewTask {
            task: TaskId(*next),
            account: (random.below(3) > 0).then(|| AccountNo(random.small(5))),
            kind: random.pick(&[Kind::Instagram, Kind::Engagement, Kind::Flow]),
            priority: random.pick(&[Priority::Low, Priority::Normal, Priority::Urgent]),
            actions: Actions(u16::try_from(random.below(8)).unwrap()),
            need: Need([0, 1, 2].map(|_| random.pick(&[0, 0, 1, 2]))),
            not_before: (random.below(4) == 0)
                .then(|| now.wall + i64::try_from(random.below(9_000)).unwrap() - 1_000),
        }
    });
    let tasks = tasks.collect();
    if random.below(32) == 0 {
        let accounts = vec![None, Some(PhoneNo(random.small(4)))];
        return Input::Import {
            phones: 0,
            accounts,
            tasks,
        };
    }
    let list = (random.below(2) == 0).then(|| ListNo(random.small(2)));
    Input::Submit { list, tasks }
}

fn settings(random: &mut Random) -> Settings {
    let most = |random: &mut Random| random.pick(&[None, Some(1), Some(2), Some(4)]);
    Settings {
        per_day: [0, 1, 2].map(|_| most(random)),
        act_gap_ms: random.below(3) * 5_000,
        cooldown_after_consecutive: random.pick(&[0, 1, 3, 9]),
        hours: hours(random),
        jitter: (random.below(2) == 0).then_some(random.0),
        live: false,
        ..Settings::live()
    }
}

/// Windows of a few hours on some days, in a place whose clocks are set before long.
fn hours(random: &mut Random) -> Hours {
    let week = |random: &mut Random| {
        let windows = (0..random.below(5)).map(|_| {
            let (from, length) = (random.small(10_080), random.small(1_500));
            (
                u16::try_from(from).unwrap(),
                u16::try_from(length).unwrap() + 1,
            )
        });
        Week::new(windows)
    };
    let rotas = (0..random.below(4)).map(|_| week(random)).collect();
    let change = WALL + i64::try_from(random.below(200_000_000)).unwrap();
    let zone = Zone {
        offset_s: random.pick(&[0, 3_600, -36_000, 20_700]),
        changes: vec![(change, random.pick(&[7_200, 0, -39_600]))],
    };
    Hours { rotas, zone }
}

fn policy_of_account(random: &mut Random, account: AccountNo) -> Input {
    if random.below(2) == 0 {
        let rota = RotaNo(random.pick(&[0, 1, 2, 7]));
        return Input::SetHours { account, rota };
    }
    let limits = Limits {
        per_day: [0, 1, 2].map(|_| random.pick(&[None, None, Some(1), Some(3)])),
        act_gap_ms: random.pick(&[None, Some(20_000)]),
    };
    Input::SetLimits { account, limits }
}

/// What phones tell of the app on them, what is missing there, and the end of a pause for it.
fn of_an_app(random: &mut Random, (attempt, phone): (AttemptNo, PhoneNo)) -> Input {
    let action = ActionNo(u8::try_from(random.below(3)).unwrap());
    let version = VersionNo(random.pick(&[0, 1, 1, 2]));
    match random.below(6) {
        0 | 1 => Input::PhoneTold {
            phone,
            version,
            look_only: random.below(3) == 0,
        },
        2..5 => Input::Missed {
            attempt,
            locator: LocatorNo(u16::try_from(random.below(2)).unwrap()),
            action,
        },
        _ if random.below(8) == 0 => Input::ResumeActions,
        _ => Input::ResumeAction { version, action },
    }
}

/// What an operator orders of tasks that ended, of accounts that go, of phones in hand.
fn order(random: &mut Random, case: &Case) -> Input {
    let (phone, account) = (PhoneNo(random.small(4)), AccountNo(random.small(5)));
    let ended: Vec<&EndedTask> = case.ended.values().collect();
    let retried = (!ended.is_empty()).then(|| random.pick(&ended).clone());
    match (random.below(11), retried) {
        (0..3, Some(ended)) => Input::Retry(ended),
        (3, Some(ended)) => Input::Resolve {
            ended,
            happened: random.below(2) == 0,
            left: random.below(2) == 0,
        },
        (4, _) => Input::CancelMany {
            tasks: (0..3).map(|_| random.task(&case.state)).collect(),
        },
        (5, _) => match random.below(3) {
            0 => Input::RemoveAccount { account },
            1 => Input::RenameAccount { account },
            _ => Input::SucceedAccount {
                account,
                before: AccountNo(random.small(5)),
            },
        },
        (6, _) => Input::TakeInHand { phone },
        (7, _) => Input::Configure(settings(random)),
        (8, _) => history(random, case.now, account),
        _ => Input::GiveBack { phone },
    }
}

/// Some acts of an account before this moment, also before policy time began, and one to come.
fn history(random: &mut Random, now: Now, account: AccountNo) -> Input {
    let acts = [0, 1, 2].map(|_| {
        let times = (0..random.below(3)).map(|_| {
            let back = random.pick(&[-5, 0, 1, 3_600_000, 86_399_999, 86_400_000, 90_000_000]);
            i64::try_from(now.at).unwrap() - back
        });
        times.collect()
    });
    Input::Recall {
        acts: vec![(account, acts)],
    }
}

fn input(random: &mut Random, case: &Case, next: &mut u128) -> Input {
    let (state, now) = (&case.state, case.now);
    let (phone, account) = (PhoneNo(random.small(4)), AccountNo(random.small(5)));
    let attempt = random.attempt(state);
    let step = u16::try_from(random.below(4)).unwrap();
    let check = CheckNo(state.next_check().0.saturating_sub(random.below(3)));
    match random.below(45) {
        0..4 if state.tasks().count() < LIVE_MAX => submission(random, now, next),
        4..7 => Input::PhoneSeen { phone },
        7..10 => Input::PhoneReady { phone },
        10 => Input::PhoneUnready { phone },
        11 => Input::PhoneGone { phone },
        12..15 => Input::Quiet { phone, check },
        15 => proof(random, phone, check),
        16 => Input::SignedIn { phone, account },
        17..19 => {
            let (act, prior) = (random.pick(&ACTS), Prior::NOTHING);
            Input::Intend {
                attempt,
                step,
                act,
                prior,
                rest: (random.below(2) == 0).then_some(Need([1, 2, 1])),
            }
        }
        19..21 => {
            let act = random.pick(&[None, Some(Act::Follow), Some(Act::Like), Some(Act::Comment)]);
            let done = random.below(2) == 0;
            Input::Acted {
                attempt,
                step,
                act,
                done,
                last: done || random.below(2) == 0,
            }
        }
        21..24 => Input::Ended {
            attempt,
            ending: random.pick(&ENDINGS),
        },
        24 => Input::Lost { attempt },
        0..4 | 25 => Input::Cancel {
            task: random.task(state),
        },
        26 => Input::Pause(random.scope()),
        27 => Input::Resume(random.scope()),
        28 => match random.below(4) {
            0 => Input::Stop(random.scope()),
            _ => Input::Unstop(random.scope()),
        },
        29 => Input::Release { account },
        30 => match random.below(3) {
            0 => Input::Suspend { account },
            1 => Input::Unsuspend { account },
            _ => Input::EndCooldown { account },
        },
        31 => {
            let bound = (random.below(2) == 0).then_some(phone);
            Input::BindAccount { account, bound }
        }
        32 => match random.below(4) {
            0 => Input::Restart,
            1 => Input::AddPhone,
            2 => Input::AddAccount { bound: None },
            _ => Input::AddList,
        },
        33..35 => policy_of_account(random, account),
        35..40 => of_an_app(random, (attempt, phone)),
        _ => order(random, case),
    }
}

/// What a check or a look came to, but for plain quiet.
fn proof(random: &mut Random, phone: PhoneNo, check: CheckNo) -> Input {
    let saw = random.pick(&[
        Saw::Clear,
        Saw::Clear,
        Saw::Sign,
        Saw::NotThere,
        Saw::Unread,
    ]);
    match random.below(6) {
        0 | 1 => Input::NotQuiet { phone, check },
        2 => Input::LookAt { phone },
        _ => Input::Visited { phone, check, saw },
    }
}

/// Inputs that somebody waits for an answer to.
fn is_an_order(input: &Input) -> bool {
    !matches!(
        input,
        Input::Restart
            | Input::Tick { .. }
            | Input::PhoneSeen { .. }
            | Input::PhoneReady { .. }
            | Input::PhoneUnready { .. }
            | Input::PhoneGone { .. }
            | Input::Quiet { .. }
            | Input::Visited { .. }
            | Input::LookAt { .. }
            | Input::NotQuiet { .. }
            | Input::SignedIn { .. }
            | Input::Intend { .. }
            | Input::Acted { .. }
            | Input::Ended { .. }
            | Input::Lost { .. }
            | Input::PhoneTold { .. }
            | Input::Missed { .. }
    )
}

struct Case {
    operations: usize,
    state: State,
    books: Books,
    journal: Vec<(Now, Record)>,
    now: Now,
    /// Every task there ever was, and those that ended, as a store knows them.
    tasks: BTreeMap<TaskId, (NewTask, Option<ListNo>)>,
    ended: BTreeMap<TaskId, EndedTask>,
}

impl Case {
    fn take(&mut self, input: &Input) -> usize {
        let (records, effects) = decide(&self.state, self.now, input);
        let answers = effects
            .iter()
            .filter(|it| matches!(it, Effect::Answer(_)))
            .count();
        assert_eq!(answers, usize::from(is_an_order(input)), "{input:?}");
        let found = records.len() + effects.len();
        let is_tick = matches!(input, Input::Tick { .. });
        self.operations += usize::from(found > 0 || !is_tick);
        for record in records {
            self.books.note(&self.state, self.now.at, &record);
            self.keep_book(&record);
            apply(&mut self.state, self.now, &record);
            self.journal.push((self.now, record));
        }
        // The sets beside the facts take longer to recount than all the rest.
        #[cfg(debug_assertions)]
        if self.journal.len().is_multiple_of(8) {
            assert_eq!(audit::audit(&self.state), Ok(()), "after {input:?}");
            self.count_ends();
        }
        let recounted = self.books.recount(&self.state);
        assert_eq!(self.state.counts(), recounted, "after {input:?}");
        found
    }

    fn keep_book(&mut self, record: &Record) {
        match record {
            Record::Queued { task, list, .. } | Record::Scheduled { task, list, .. } => {
                let list = list.filter(|list| (list.0 as usize) < self.state.lists().len());
                self.tasks.insert(task.task, (task.clone(), list));
            }
            Record::Retried { task, .. } => {
                let ended = self.ended.remove(&task.task);
                assert!(ended.is_some(), "{task:?} is tried again and had not ended");
            }
            Record::TaskEnded { task: id, end } => {
                let attempts = self.state.task(*id).unwrap().attempts;
                let (task, list) = self.tasks[id].clone();
                let account = self.state.task(*id).map(|task| task.account);
                let ended = EndedTask {
                    task: NewTask { account, ..task },
                    list,
                    end: *end,
                    attempts,
                    unknown: *end == TaskEnd::Interrupted && id.0 % 2 == 0,
                };
                self.ended.insert(*id, ended);
            }
            _ => {}
        }
    }

    /// Each end is counted once, whatever was tried again in between.
    fn count_ends(&self) {
        let ends = |end: TaskEnd, list: Option<ListNo>| {
            let is_it = |it: &&EndedTask| it.end == end && (list.is_none() || it.list == list);
            self.ended.values().filter(is_it).count() as u64
        };
        let of = |list| {
            [
                TaskEnd::Completed,
                TaskEnd::Failed,
                TaskEnd::Cancelled,
                TaskEnd::Interrupted,
            ]
            .map(|end| ends(end, list))
        };
        let it = self.state.counts();
        let kept = [
            it.tasks_completed,
            it.tasks_failed,
            it.tasks_cancelled,
            it.tasks_interrupted,
        ];
        assert_eq!(kept, of(None));
        for (no, it) in (0u32..).map(ListNo).zip(self.state.lists()) {
            let kept = [it.completed, it.failed, it.cancelled, it.interrupted];
            assert_eq!(kept, of(Some(no)), "{no:?}");
        }
    }

    fn look_at_waits(&self, drained: bool) {
        for (id, _) in self.state.tasks() {
            let told = waiting(&self.state, self.now, id);
            if let Some(Waiting::OutsideHours { opens }) = told {
                self.look_at_opening(id, opens);
            }
            let told = told.map(code);
            let expected = expected(&self.state, &self.books, self.now, id);
            assert_eq!(told, expected, "{id:?}");
            let starting = told == Some(crate::oracle::Code::Starting);
            assert!(!(drained && starting), "{id:?} could start and does not");
        }
    }
}

impl Case {
    /// It opens when it is said to, and at none of some moments before.
    fn look_at_opening(&self, id: TaskId, opens: i64) {
        let hours = &self.state.settings.hours;
        let account = self.state.task(id).unwrap().account;
        let rota = self.state.account(account).unwrap().rota;
        assert!(is_open(hours, rota, opens), "{id:?} at {opens}");
        let eighth = (opens - self.now.wall) / 8;
        let before = (0..8).map(|part| self.now.wall + part * eighth);
        for wall in before.chain([opens - 1]) {
            assert!(!is_open(hours, rota, wall), "{id:?} at {wall} already");
        }
    }
}

/// How many operations it was, the moments at which something was due among them.
fn case(seed: u64, steps: u32) -> usize {
    let mut random = Random(seed);
    let mut next = 100;
    let first = settings(&mut random);
    let now = Now { at: 0, wall: WALL };
    let mut case = Case {
        operations: 0,
        state: State::new(first.clone()),
        books: Books::default(),
        journal: Vec::new(),
        now,
        tasks: BTreeMap::new(),
        ended: BTreeMap::new(),
    };
    for input in [
        Input::AddPhone,
        Input::AddPhone,
        Input::AddPhone,
        Input::AddList,
    ] {
        case.take(&input);
    }
    for bound in [None, None, None, Some(PhoneNo(1))] {
        case.take(&Input::AddAccount { bound });
    }
    for _ in 0..steps {
        let passed = random.pick(&[0, 10, 1_000, 40_000, 3_600_000]);
        case.now.at += passed;
        case.now.wall = case.now.wall.saturating_add_unsigned(passed);
        let input = input(&mut random, &case, &mut next);
        case.take(&input);
        case.look_at_waits(false);
        if random.below(8) == 0 {
            let most = usize::try_from(random.below(5)).unwrap();
            let restored = restored(&stored(&case.state, most));
            assert_eq!(restored.as_ref(), Ok(&case.state), "seed {seed}");
        }
        let may_start = random.below(8) > 0;
        while case.take(&Input::Tick { may_start }) > 0 {}
        case.look_at_waits(may_start);
    }
    let mut replayed = State::new(first);
    for (now, record) in &case.journal {
        apply(&mut replayed, *now, record);
    }
    assert_eq!(replayed, case.state, "P9, seed {seed}");
    case.operations
}

#[test]
fn after_each_of_100_000_operations_metrics_and_waits_are_those_of_a_recount() {
    let mut operations = 0;
    for seed in 0.. {
        operations += case(seed, 120);
        if operations >= 100_000 {
            return;
        }
    }
}
