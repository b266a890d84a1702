//! What operators do: mostly submitting, sometimes everything else.

use signalbox_scheduler::{
    Account, AccountNo, AccountState, Actions, Input, Kind, ListNo, NewTask, PhoneNo, Priority,
    RotaNo, Scope, TaskId, VersionNo,
};

use super::{Item, World, number};
use crate::random::Random;
use crate::{script, swarm};

/// Accounts a world has at most, about.
pub(super) const ACCOUNTS_MAX: usize = 5;

/// Numbers of accounts a world gives at most, those of accounts that went counted.
const GENERATIONS_MAX: u32 = 12;

const PRIORITIES: [Priority; 4] = [
    Priority::Low,
    Priority::Normal,
    Priority::High,
    Priority::Urgent,
];

const KINDS: [Kind; 2] = [Kind::Instagram, Kind::Engagement];

impl World {
    /// A few tasks, if the world is not full of them.
    pub(super) fn submit(&mut self) {
        let counts = self.store.state.counts();
        let live = counts.tasks_waiting + counts.tasks_scheduled + counts.tasks_running;
        if !self.engine.alive || self.engine.full || live >= self.swarm.tasks as u64 {
            return;
        }
        let accounts = self.new_accounts();
        let first = self.store.state.accounts().count();
        let mut tasks: Vec<NewTask> = (0..self.random.between(1, 4))
            .map(|_| self.new_task())
            .collect();
        self.tally.tasks += tasks.len() as u64;
        let input = if let Some(accounts) = accounts {
            // Some name an account that comes with them, or would if nothing came before.
            for task in &mut tasks {
                if self.random.one_in(2) {
                    let new = self.random.place(accounts.len()).map(|at| first + at);
                    task.account = new.map(account).or(task.account);
                }
            }
            let phones = 0;
            Input::Import {
                phones,
                accounts,
                tasks,
            }
        } else {
            let list = self.random.one_in(2).then_some(ListNo(0));
            Input::Submit { list, tasks }
        };
        self.engine.inbox.push_back(Item::Input(input));
    }

    /// What an import brings with it, if there is to be one: sometimes nothing, as when a list
    /// names known accounts only.
    fn new_accounts(&mut self) -> Option<Vec<Option<PhoneNo>>> {
        if !self.random.one_in(5) {
            return None;
        }
        let room = ACCOUNTS_MAX.saturating_sub(self.signed_in.len()).min(2);
        let accounts = self.random.place(room + 1).unwrap_or(0);
        Some((0..accounts).map(|_| self.draw_bound()).collect())
    }

    fn new_task(&mut self) -> NewTask {
        let (task, script) = self.next_task();
        let account = if self.random.one_in(self.swarm.blank) {
            None
        } else {
            self.random.place(self.signed_in.len()).map(account)
        };
        let is_there = |no: &AccountNo| {
            let it = self.store.state.account(*no);
            it.is_none_or(|it| !it.removed)
        };
        let account = account.filter(is_there);
        let not_before = self.random.one_in(self.swarm.not_before).then(|| {
            let from = self.clock.reading().wall_ms - 5_000;
            from + i64::from(self.random.below(60_000))
        });
        let kind = if self.random.one_in(2) {
            Kind::Engagement
        } else {
            Kind::Instagram
        };
        NewTask {
            task,
            account,
            kind,
            priority: PRIORITIES[self.random.below(4) as usize],
            need: match kind {
                Kind::Engagement => script.rest(0),
                _ => script.need(),
            },
            actions: Actions::default().and(script::action(&mut self.random)),
            not_before,
        }
    }

    /// Something else.
    pub(super) fn order(&mut self) {
        if !self.engine.alive {
            return;
        }
        let random = &mut self.random;
        let account = account(random.place(self.signed_in.len()).unwrap_or(0));
        let phone = number(random.place(self.phones.len()).unwrap_or(0));
        let input = match random.below(31) {
            0..3 => Input::Cancel {
                task: recent(random, self.scripts.len()),
            },
            3 => Input::Pause(scope(random, account, phone)),
            4..7 => Input::Resume(scope(random, account, phone)),
            7 => Input::Stop(scope(random, account, phone)),
            8..11 => Input::Unstop(scope(random, account, phone)),
            11 => Input::Suspend { account },
            12..14 => Input::Unsuspend { account },
            14 => Input::EndCooldown { account },
            15..17 => Input::Release { account },
            17 => {
                let (live, policies) = (self.swarm.live, self.swarm.policies);
                Input::Configure(swarm::settings(random, live, policies))
            }
            19 if random.one_in(self.swarm.policies) => Input::SetHours {
                account,
                rota: RotaNo(u16::try_from(random.below(3)).unwrap_or(0)),
            },
            19 if random.one_in(self.swarm.policies) => Input::SetLimits {
                account,
                limits: swarm::limits(random),
            },
            18 => Input::BindAccount {
                account,
                bound: random.one_in(2).then_some(phone),
            },
            19 | 20 => return self.try_again(),
            21 => Input::CancelMany {
                tasks: (0..3).map(|_| recent(random, self.scripts.len())).collect(),
            },
            22 => return self.remove_and_add(account),
            23 => Input::TakeInHand { phone },
            24..26 => Input::GiveBack { phone },
            26 => Input::ResumeAction {
                version: VersionNo(u16::from(random.one_in(2)) + 1),
                action: script::action(random),
            },
            27 => Input::ResumeActions,
            28 => self.history(account),
            _ => {
                self.change_sign_in(account, phone);
                return;
            }
        };
        self.note(|| format!("operator: {input:?}"));
        self.engine.inbox.push_back(Item::Input(input));
    }

    /// What an account did under another program, some of it before policy time began.
    fn history(&mut self, account: AccountNo) -> Input {
        let now = i64::try_from(self.store.anchor.at).unwrap_or(i64::MAX);
        let random = &mut self.random;
        let acts = [0, 1, 2].map(|_| {
            let times = (0..random.below(3)).map(|_| now - i64::from(random.below(40_000_000)));
            times.collect()
        });
        self.tally.histories += 1;
        Input::Recall {
            acts: vec![(account, acts)],
        }
    }

    /// A task that ended is tried again, as the tables have it; of an unknown act the operator
    /// mostly says what is true, and sometimes says nothing and asks for another try.
    fn try_again(&mut self) {
        let task = recent(&mut self.random, self.scripts.len());
        // What a phone still does, nobody can tell yet.
        let attempts = self.engine.books.attempts_of(task);
        if attempts
            .iter()
            .any(|no| self.phones.iter().any(|it| it.works_on(*no)))
        {
            return;
        }
        let Some(ended) = self.engine.books.ended(&self.scripts, task, false) else {
            return;
        };
        let input = if ended.unknown && self.random.one_in(2) {
            let happened = self.witness.commented(&self.scripts, task);
            let Some(ended) = self.engine.books.ended(&self.scripts, task, happened) else {
                return;
            };
            let length = script::of(&self.scripts, task).map_or(0, |script| script.length);
            let left = self.engine.books.goes_on(task, happened) < length;
            Input::Resolve {
                ended,
                happened,
                left,
            }
        } else {
            Input::Retry(ended)
        };
        self.tally.retries += 1;
        self.note(|| format!("operator: {input:?}"));
        self.engine.inbox.push_back(Item::Input(input));
    }

    /// An account is rid of what waits, removed, and added again by its name: one that rests, if
    /// any does, since what it leaves behind is what matters.
    fn remove_and_add(&mut self, before: AccountNo) {
        let rests = |it: &Account| !it.removed && matches!(it.state, AccountState::Cooldown { .. });
        let resting = {
            let mut accounts = self.engine.state.accounts();
            accounts.find(|(_, it)| rests(it)).map(|(no, _)| no)
        };
        let before = resting.unwrap_or(before);
        let (state, account) = (&self.engine.state, self.engine.state.next_account());
        let idle = state.account(before).is_some_and(|it| {
            let held = matches!(it.state, AccountState::Running(_));
            !it.removed && !held && account.0 < GENERATIONS_MAX
        });
        if !idle || !self.engine.inbox.is_empty() {
            return;
        }
        let own = state.tasks().filter(|(_, task)| task.account == before);
        let mut tasks: Vec<TaskId> = own.map(|(id, _)| id).collect();
        tasks.sort_unstable();
        let orders = [
            Input::CancelMany { tasks },
            Input::RemoveAccount { account: before },
            Input::AddAccount { bound: None },
            Input::SucceedAccount { account, before },
        ];
        self.note(|| format!("operator: {orders:?}"));
        self.tally.successions += 1;
        let orders = orders.into_iter().map(Item::Input);
        self.engine.inbox.extend(orders);
    }

    /// Somebody signs an account in on a phone, or out of it.
    fn change_sign_in(&mut self, account: AccountNo, phone: PhoneNo) {
        if let Some(phones) = self.signed_in.get_mut(account.0 as usize) {
            *phones ^= 1 << phone.0;
        }
    }
}

pub(super) fn account(place: usize) -> AccountNo {
    AccountNo(u32::try_from(place).unwrap_or(u32::MAX))
}

fn recent(random: &mut Random, tasks: usize) -> TaskId {
    let back = u64::from(random.below(12)) + 1;
    TaskId(u128::from((tasks as u64).saturating_sub(back)))
}

fn scope(random: &mut Random, account: AccountNo, phone: PhoneNo) -> Scope {
    match random.below(6) {
        0 => Scope::All,
        1 => Scope::Account(account),
        2 => Scope::Kind(KINDS[random.below(2) as usize]),
        3 => Scope::List(ListNo(0)),
        _ => Scope::Phone(phone),
    }
}
