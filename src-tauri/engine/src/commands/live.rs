//! The one change feed that window and HTTP share: a snapshot, then changes to it.

use std::time::Duration;

use signalbox_scheduler::{Account, AccountNo, AccountState, ListNo, Phase, PhoneNo, TaskId};

use super::accounts::{given, in_a_row, serials};
use super::devices::Devicer;
use super::notices;
use super::states::{at_wall, metrics, state_words};
use super::{CommandError, Commands, lists};
use crate::clock::rfc3339;
use crate::dto::{
    AccountView, Change, DeviceView, EngineView, ListView, LiveTask, ProgressView, Removes,
    Snapshot, Upserts,
};
use crate::runtime::{Changed, Feed, Place, View, Watcher};
use crate::store::World;
use crate::store::tasks::uuid;

/// Least time between two changes: at most ten a second.
const COALESCE: Duration = Duration::from_millis(100);

/// What a watcher is told next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Update {
    /// Everything: it begins here, or what was missed is more than is kept.
    Snapshot(Box<Snapshot>),
    /// What changed.
    Change(Box<Change>),
}

impl Update {
    /// The revision it leads to.
    pub fn rev(&self) -> i64 {
        match self {
            Self::Snapshot(snapshot) => snapshot.rev,
            Self::Change(change) => change.rev,
        }
    }
}

/// One watcher's place in the feed.
pub struct Changes {
    commands: Commands,
    watcher: Watcher,
    /// `None`: it begins with a snapshot.
    at: Option<(i64, Place)>,
    /// Something changed that was not told yet: a call before this one was given up meanwhile.
    due: bool,
}

impl Commands {
    /// Everything that is watched, of one moment.
    pub async fn snapshot(&self) -> Result<Snapshot, CommandError> {
        let devicer = self.devicer();
        self.read(move |view| snapshot(view, &devicer)).await
    }

    /// Everything that is watched, and what changes after it.
    pub async fn subscribe(&self) -> Result<(Snapshot, Changes), CommandError> {
        let watcher = self.feed.watch();
        let (feed, devicer) = (self.feed.clone(), self.devicer());
        let (snapshot, place) = self
            .read(move |view| (snapshot(view, &devicer), feed.here()))
            .await?;
        let changes = Changes {
            commands: self.clone(),
            watcher,
            at: Some((snapshot.rev, place)),
            due: false,
        };
        Ok((snapshot, changes))
    }

    /// The feed for somebody who has seen everything up to `seen`: it goes on from there, if what
    /// came since is still known, and begins with a snapshot if not.
    pub fn follow(&self, seen: Option<i64>) -> Changes {
        let at = seen.and_then(|rev| Some((rev, self.feed.place_of(rev)?)));
        let mut watcher = self.feed.watch();
        // What is there already is told at once.
        watcher.stir();
        Changes {
            commands: self.clone(),
            watcher,
            at,
            due: false,
        }
    }
}

impl Changes {
    /// What comes next, at most ten times a second; `None` once the engine has ended. A call that
    /// is given up half way loses nothing.
    pub async fn next(&mut self) -> Option<Update> {
        loop {
            if self.at.is_some() {
                if !self.due {
                    self.watcher.changed().await?;
                    self.due = true;
                }
                tokio::time::sleep(COALESCE).await;
            }
            let (feed, devicer) = (self.commands.feed.clone(), self.commands.devicer());
            let at = self.at;
            let look = move |view: &View<'_>| update(view, &feed, &devicer, at);
            let (update, place) = self.commands.read(look).await.ok()?;
            self.due = false;
            let Some(update) = update else {
                continue;
            };
            self.at = Some((update.rev(), place));
            return Some(update);
        }
    }
}

/// What is told to who is at this place, and where that leads; nothing if nothing changed.
fn update(
    view: &View<'_>,
    feed: &Feed,
    devicer: &Devicer,
    at: Option<(i64, Place)>,
) -> (Option<Update>, Place) {
    let known = at.and_then(|(rev, place)| Some((rev, place, feed.since(place)?)));
    let Some((since, place, delta)) = known else {
        let snapshot = Box::new(snapshot(view, devicer));
        return (Some(Update::Snapshot(snapshot)), feed.here());
    };
    if delta.place == place {
        return (None, place);
    }
    let (mut upserts, mut removes) = (Upserts::default(), Removes::default());
    for changed in delta.changed {
        match changed {
            Changed::Account(no) => match gone(view, no) {
                Some(account_id) => removes.accounts.extend(account_id),
                None => upserts.accounts.extend(account(view, no)),
            },
            Changed::Phone(no) => match devicer.device(view, no) {
                Some(device) => upserts.devices.push(device),
                None => removes.devices.extend(serial(view, no)),
            },
            Changed::List(no) => upserts.lists.extend(list(view, no)),
            Changed::Task(task) => upserts.tasks.extend(live_task(view, task)),
            Changed::Ended(task, account, list, status) => {
                upserts
                    .tasks
                    .push(ended_task(view, task, account, list, status));
            }
        }
    }
    let change = Change {
        since,
        rev: view.rev,
        engine: engine(view),
        upserts,
        removes,
    };
    (Some(Update::Change(Box::new(change))), delta.place)
}

fn snapshot(view: &View<'_>, devicer: &Devicer) -> Snapshot {
    let accounts = view.directory.accounts();
    let phones = view.state.phones();
    let running = view.state.attempts().map(|(_, attempt)| attempt.task);
    let mut running: Vec<TaskId> = running.collect();
    running.sort_unstable();
    running.dedup();
    Snapshot {
        rev: view.rev,
        now: rfc3339(view.now.wall),
        time_scale: view.time_scale,
        engine: engine(view),
        accounts: accounts.filter_map(|(no, _)| account(view, no)).collect(),
        devices: phones
            .filter_map(|(no, _)| devicer.device(view, no))
            .collect::<Vec<DeviceView>>(),
        lists: view
            .directory
            .lists()
            .map(|(no, row)| lists::shown(view, no, row))
            .collect(),
        tasks: running
            .into_iter()
            .filter_map(|task| live_task(view, task))
            .collect(),
    }
}

fn engine(view: &View<'_>) -> EngineView {
    let (phones_ready, phones_attached) = phones(view);
    let (paused, stopped) = (view.state.is_paused(), view.state.is_stopped());
    EngineView {
        metrics: metrics(view),
        progress: progress(view),
        phones_ready,
        phones_attached,
        notices: notices::all(view),
        started: !paused && !stopped,
        paused,
        stopped,
        disk_full: view.disk_full,
        damage: view.damage.map(str::to_owned),
        simulated: view.world == World::Simulated,
        interrupted: view.state.counts().tasks_interrupted,
    }
}

fn account(view: &View<'_>, no: AccountNo) -> Option<AccountView> {
    Some(account_view(view, no, view.state.account(no)?))
}

/// Of an account that was removed, its id, unless another one has it by now.
fn gone(view: &View<'_>, no: AccountNo) -> Option<Option<String>> {
    let row = view.directory.account(no).filter(|row| row.removed)?;
    let taken = view.directory.account_by_id(&row.account_id).is_some();
    Some((!taken).then(|| row.account_id.clone()))
}

pub(super) fn serial(view: &View<'_>, no: PhoneNo) -> Option<String> {
    Some(view.directory.phone(no)?.udid.reveal().to_owned())
}

fn list(view: &View<'_>, no: ListNo) -> Option<ListView> {
    Some(lists::shown(view, no, view.directory.list(no)?))
}

fn list_id(view: &View<'_>, list: Option<ListNo>) -> Option<String> {
    Some(view.directory.list(list?)?.list_id.to_string())
}

/// A task that is in memory: it runs, or waits again after an attempt.
fn live_task(view: &View<'_>, id: TaskId) -> Option<LiveTask> {
    let task = view.state.task(id)?;
    let attempt = match task.phase {
        Phase::Running(attempt) => view.state.attempt(attempt),
        _ => None,
    };
    let udid = |phone: PhoneNo| view.directory.phone(phone).map(|row| row.udid.reveal());
    Some(LiveTask {
        task_id: uuid(id).to_string(),
        account_id: view.directory.account_title(task.account).to_owned(),
        list_id: list_id(view, task.list()),
        status: match attempt {
            Some(_) => "running",
            None => "queued",
        }
        .to_owned(),
        device_id: attempt.and_then(|it| udid(it.phone)).map(str::to_owned),
        started_at: attempt.map(|it| at_wall(view, it.started_at)),
        cancel_asked: task.cancel_asked,
    })
}

fn ended_task(
    view: &View<'_>,
    task: TaskId,
    account: AccountNo,
    list: Option<ListNo>,
    status: &str,
) -> LiveTask {
    LiveTask {
        task_id: uuid(task).to_string(),
        account_id: view.directory.account_title(account).to_owned(),
        list_id: list_id(view, list),
        status: status.to_owned(),
        device_id: None,
        started_at: None,
        cancel_asked: false,
    }
}

fn phones(view: &View<'_>) -> (u64, u64) {
    view.state
        .phones()
        .fold((0, 0), |(ready, attached), (_, phone)| {
            (
                ready + u64::from(phone.ready),
                attached + u64::from(phone.present),
            )
        })
}

pub(super) fn progress(view: &View<'_>) -> ProgressView {
    let counts = view.state.counts();
    let failed = counts.tasks_failed + counts.tasks_interrupted;
    let ended = counts.tasks_completed + failed + counts.tasks_cancelled;
    let open = counts.tasks_waiting + counts.tasks_scheduled + counts.tasks_running;
    ProgressView {
        total: ended + open,
        completed: counts.tasks_completed,
        failed,
        cancelled: counts.tasks_cancelled,
        waiting: counts.tasks_waiting,
        scheduled: counts.tasks_scheduled,
        running: counts.tasks_running,
    }
}

fn account_view(view: &View<'_>, no: AccountNo, account: &Account) -> AccountView {
    let attempt = match account.state {
        AccountState::Running(attempt) => view.state.attempt(attempt),
        _ => None,
    };
    let (state, reason) = state_words(view, account);
    let row = view.directory.account(no);
    AccountView {
        account_id: view.directory.account_title(no).to_owned(),
        handle: row
            .map(|row| row.handle.reveal().to_owned())
            .unwrap_or_default(),
        label: row.and_then(|row| given(&row.label)),
        group: row.and_then(|row| given(&row.group)),
        device_udid: row.and_then(|row| serial(view, row.phone?)),
        signed_in_on: serials(view, &account.present),
        paused: account.paused,
        consecutive_errors: in_a_row(account),
        state: state.to_owned(),
        state_reason: reason.map(str::to_owned),
        waiting_tasks_count: account.waiting() as u64,
        current_device: attempt.map(|attempt| view.directory.phone_title(attempt.phone).to_owned()),
        current_task_id: attempt.map(|attempt| uuid(attempt.task).to_string()),
        cooldown_until: match account.state {
            AccountState::Cooldown { until } => Some(at_wall(view, until)),
            _ => None,
        },
        total_tasks_completed: account.completed,
    }
}
