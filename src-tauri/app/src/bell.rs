//! What the operator is told of while they look elsewhere, how many things need them, and how much
//! is under way: decided from what the engine tells, without a window, a clock or a system.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use serde::{Deserialize, Serialize};
use signalbox_engine::dto::{AccountView, Change, DeviceView, EngineView, LiveTask, Snapshot};

/// A kind is told at most this often; what comes meanwhile is told together.
const AGAIN_MS: u64 = 60_000;
/// What comes within this time belongs together: a hub that drops ten phones drops them one by one.
const GATHER_MS: u64 = 3_000;
/// Of how many ended tasks a share is worth telling.
const ENDED_MIN: usize = 10;
/// How many ended tasks the share is of at most.
const ENDED_MAX: usize = 50;
/// Names that a notification lists.
const NAMES_MAX: usize = 3;

/// What is told; each can be switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A phone is not attached any more.
    DeviceLost,
    /// A phone cannot work.
    DeviceAttention,
    /// An account was suspended.
    AccountSuspended,
    /// Many tasks fail.
    FailureRate,
    /// Nothing waits or runs any more.
    QueueFinished,
    /// Everything was stopped at once.
    EmergencyStop,
}

/// A notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Of what kind.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// What it says below that.
    pub body: String,
}

/// How things stand, as the menu bar and the Dock show it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Accounts with a task under way or in doubt.
    pub running: u64,
    /// Tasks that wait in a line.
    pub waiting: u64,
    /// Everything is paused.
    pub paused: bool,
    /// Everything was stopped at once.
    pub stopped: bool,
    /// What needs somebody: suspended and held accounts, phones that cannot work, notices, and tasks
    /// of which somebody has to say what happened.
    pub attention: u64,
}

impl Standing {
    /// Something is done on phones. After a stop nothing is: accounts in doubt wait for its end.
    pub fn works(&self) -> bool {
        self.running > 0 && !self.stopped
    }

    /// Something is done, or will be without anybody doing anything.
    pub fn goes_on(&self) -> bool {
        self.works() || (self.waiting > 0 && !self.paused && !self.stopped)
    }
}

/// What is gathered of one kind.
#[derive(Debug, Default)]
struct Gathered {
    /// Ids of whom it is about, with their names.
    about: BTreeMap<String, String>,
    /// Not told before this.
    due: u64,
}

/// It follows the engine and says what is to be told.
#[derive(Debug, Default)]
pub struct Bell {
    devices: HashMap<String, (String, String)>,
    accounts: HashMap<String, (String, bool, bool)>,
    engine: Option<EngineView>,
    /// The last tasks that ended, and whether they failed.
    ended: VecDeque<bool>,
    /// The share of failed tasks is above what is accepted, and that was told.
    failing: bool,
    gathered: BTreeMap<Kind, Gathered>,
    told: BTreeMap<Kind, u64>,
}

impl Bell {
    /// Everything there is. The first time, that is how things are, and nothing to tell.
    pub fn see(&mut self, snapshot: &Snapshot, now: u64) {
        let first = self.engine.is_none();
        let gone = |ids: Vec<String>, there: &BTreeSet<&str>| {
            ids.into_iter()
                .filter(|id| !there.contains(id.as_str()))
                .collect::<Vec<_>>()
        };
        let there = snapshot.devices.iter().map(|it| it.udid.as_str()).collect();
        for udid in gone(self.devices.keys().cloned().collect(), &there) {
            self.devices.remove(&udid);
        }
        let there = snapshot.accounts.iter();
        let there = there.map(|it| it.account_id.as_str()).collect();
        for id in gone(self.accounts.keys().cloned().collect(), &there) {
            self.accounts.remove(&id);
        }
        self.devices(&snapshot.devices, now);
        self.accounts(&snapshot.accounts, now);
        self.engine(&snapshot.engine, now);
        if first {
            self.gathered.clear();
        }
    }

    /// What changed. `failure_percent`: from this share of failed tasks on it is told.
    pub fn hear(&mut self, change: &Change, failure_percent: u8, now: u64) {
        for udid in &change.removes.devices {
            self.devices.remove(udid);
        }
        for account in &change.removes.accounts {
            self.accounts.remove(account);
        }
        self.devices(&change.upserts.devices, now);
        self.accounts(&change.upserts.accounts, now);
        self.tasks(&change.upserts.tasks, failure_percent, now);
        self.engine(&change.engine, now);
    }

    /// When there is something to tell.
    pub fn due(&self) -> Option<u64> {
        self.gathered.values().map(|it| it.due).min()
    }

    /// What is to be told now; nothing while the operator looks at the window, or of a kind that is
    /// not wanted.
    pub fn ring(&mut self, muted: &BTreeSet<Kind>, focused: bool, now: u64) -> Vec<Said> {
        let due: Vec<Kind> = self
            .gathered
            .iter()
            .filter(|(_, gathered)| gathered.due <= now)
            .map(|(kind, _)| *kind)
            .collect();
        let mut said = Vec::new();
        for kind in due {
            let gathered = self.gathered.remove(&kind).unwrap_or_default();
            let names = self.still(kind, gathered.about);
            if names.is_empty() || focused || muted.contains(&kind) {
                continue;
            }
            self.told.insert(kind, now);
            said.push(sentence(kind, &names));
        }
        said
    }

    /// How things stand.
    pub fn standing(&self) -> Standing {
        let Some(engine) = &self.engine else {
            return Standing::default();
        };
        let suspended = self.accounts.values();
        let suspended = suspended.filter(|(_, suspended, held)| *suspended || *held);
        let unfit = self
            .devices
            .values()
            .filter(|(status, _)| status == "error");
        Standing {
            running: engine.metrics.accounts_running,
            waiting: engine.metrics.total_tasks_queued_waiting,
            paused: engine.paused,
            stopped: engine.stopped,
            attention: (suspended.count() + unfit.count() + engine.notices.len()) as u64
                + engine.interrupted,
        }
    }

    fn gather(&mut self, kind: Kind, id: &str, name: &str, now: u64) {
        let again = self.told.get(&kind).map_or(0, |told| told + AGAIN_MS);
        let gathered = self.gathered.entry(kind).or_insert_with(|| Gathered {
            about: BTreeMap::new(),
            due: again.max(now + GATHER_MS),
        });
        gathered.about.insert(id.to_owned(), name.to_owned());
    }

    fn devices(&mut self, devices: &[DeviceView], now: u64) {
        for device in devices {
            let name = device.label.as_ref().or(device.name.as_ref());
            let name = name.unwrap_or(&device.udid).clone();
            let told = (device.status.clone(), name.clone());
            let before = self.devices.insert(device.udid.clone(), told);
            let before = before.map_or(String::new(), |(status, _)| status);
            if before == device.status {
                continue;
            }
            match device.status.as_str() {
                "disconnected" if !before.is_empty() => {
                    self.gather(Kind::DeviceLost, &device.udid, &name, now);
                }
                "error" => self.gather(Kind::DeviceAttention, &device.udid, &name, now),
                _ => {}
            }
        }
    }

    fn accounts(&mut self, accounts: &[AccountView], now: u64) {
        for account in accounts {
            let name = account
                .label
                .as_ref()
                .unwrap_or(&account.account_id)
                .clone();
            let reason = account.state_reason.as_deref();
            let suspended = account.state == "suspended";
            let held = reason == Some("in_doubt");
            let told = (name.clone(), suspended, held);
            let before = self.accounts.insert(account.account_id.clone(), told);
            // What the operator did themselves is no news.
            let news = suspended && reason != Some("operator");
            if news && !before.is_some_and(|(_, was, _)| was) {
                self.gather(Kind::AccountSuspended, &account.account_id, &name, now);
            }
        }
    }

    fn tasks(&mut self, tasks: &[LiveTask], failure_percent: u8, now: u64) {
        for task in tasks {
            match task.status.as_str() {
                "completed" => self.ended.push_back(false),
                "failed" | "interrupted" => self.ended.push_back(true),
                _ => {}
            }
        }
        while self.ended.len() > ENDED_MAX {
            self.ended.pop_front();
        }
        if self.ended.len() < ENDED_MIN {
            return;
        }
        let failed = self.ended.iter().filter(|failed| **failed).count();
        let percent = failed * 100 / self.ended.len();
        let failing = percent >= usize::from(failure_percent);
        if failing && !self.failing {
            let told = format!("{failed} of the last {} tasks failed.", self.ended.len());
            self.gather(Kind::FailureRate, "tasks", &told, now);
        }
        self.failing = failing;
    }

    fn engine(&mut self, engine: &EngineView, now: u64) {
        let open = |it: &EngineView| {
            let progress = &it.progress;
            let ended = progress.completed + progress.failed + progress.cancelled;
            progress.total.saturating_sub(ended)
        };
        if let Some(before) = &self.engine {
            let finished = open(before) > 0 && open(engine) == 0;
            let stopped = !before.stopped && engine.stopped;
            let progress = &engine.progress;
            let told = format!(
                "{} completed, {} failed, {} cancelled in all.",
                progress.completed, progress.failed, progress.cancelled
            );
            if finished {
                self.gather(Kind::QueueFinished, "queue", &told, now);
            }
            if stopped {
                let told = "Nothing runs and nothing starts until you resume.";
                self.gather(Kind::EmergencyStop, "all", told, now);
            }
        }
        self.engine = Some(engine.clone());
    }

    /// Of what was gathered, what still is so: a cable that was put back is no news.
    fn still(&self, kind: Kind, about: BTreeMap<String, String>) -> Vec<String> {
        let device = |id: &str, word: &str| {
            let found = self.devices.get(id);
            found.is_some_and(|(status, _)| status == word)
        };
        let holds = |id: &str| match kind {
            Kind::DeviceLost => device(id, "disconnected"),
            Kind::DeviceAttention => device(id, "error"),
            Kind::AccountSuspended => self.accounts.get(id).is_some_and(|(_, it, _)| *it),
            Kind::FailureRate => self.failing,
            Kind::EmergencyStop => self.engine.as_ref().is_some_and(|it| it.stopped),
            Kind::QueueFinished => true,
        };
        let about = about.into_iter().filter(|(id, _)| holds(id));
        about.map(|(_, name)| name).collect()
    }
}

fn sentence(kind: Kind, names: &[String]) -> Said {
    let many = names.len();
    let title = match (kind, many) {
        (Kind::DeviceLost, 1) => "An iPhone is not attached any more".to_owned(),
        (Kind::DeviceLost, _) => format!("{many} iPhones are not attached any more"),
        (Kind::DeviceAttention, 1) => "An iPhone needs attention".to_owned(),
        (Kind::DeviceAttention, _) => format!("{many} iPhones need attention"),
        (Kind::AccountSuspended, 1) => "An account was suspended".to_owned(),
        (Kind::AccountSuspended, _) => format!("{many} accounts were suspended"),
        (Kind::FailureRate, _) => "Many tasks fail".to_owned(),
        (Kind::QueueFinished, _) => "The queue is finished".to_owned(),
        (Kind::EmergencyStop, _) => "Everything is stopped".to_owned(),
    };
    let listed = names[..many.min(NAMES_MAX)].join(", ");
    let body = match many.saturating_sub(NAMES_MAX) {
        0 => listed,
        more => format!("{listed} and {more} more"),
    };
    Said { kind, title, body }
}

#[cfg(test)]
mod tests;
