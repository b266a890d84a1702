//! What needs a person, in one read: actions that are paused, phones that cannot work, accounts
//! that are suspended or held, lines that only a person gets going, and tasks with an unknown act.

#[cfg(test)]
mod tests;

use signalbox_scheduler::{AccountNo, AccountState, PhoneNo, Task, TaskId, Waiting, waiting};
use uuid::Uuid;

use super::details::{UnknownAct, unknown_act};
use super::devices::Devicer;
use super::states::at_wall;
use super::why::{Why, held, suspended, why};
use super::{CommandError, Commands, TaskFilter, TaskStatus, notices};
use crate::dto::{DeviceView, Notice};
use crate::runtime::View;
use crate::store;
use crate::store::tasks::{steps, uuid};

/// How long an account may be held before a person should look, policy ms. Proving that a phone is
/// quiet takes seconds.
const HELD_FOR_MS: u64 = 60_000;

/// Something that needs a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct AttentionItem {
    /// The same as long as it is the same matter.
    pub id: String,
    /// `notice`, `device`, `account`, `line`, `task`.
    pub kind: String,
    /// A stable code.
    pub code: String,
    /// What happened, why, and what to do.
    pub sentence: String,
    /// Since when, RFC 3339, where that is known.
    pub since: Option<String>,
    /// The account it is about.
    pub account_id: Option<String>,
    /// Serial of the phone it is about.
    pub device_id: Option<String>,
    /// The task it is about.
    pub task_id: Option<String>,
    /// The action that is paused.
    pub action: Option<String>,
    /// The version of the app it is paused for.
    pub app_version: Option<String>,
}

/// What there is, as long as it is only counted.
enum Matter {
    Notice(Box<Notice>),
    Device(Box<DeviceView>),
    Suspended(AccountNo, bool),
    Held(AccountNo, PhoneNo, u64),
    /// The line behind this head does not go on.
    Line(AccountNo, TaskId),
    /// No phone is there for any of them.
    NoDevice(usize, Box<Why>),
}

impl Commands {
    /// A page of what needs a person, the most urgent first, and how much there is in all.
    pub async fn attention(
        &self,
        skip: u32,
        limit: u32,
    ) -> Result<(Vec<AttentionItem>, u64), CommandError> {
        let devicer = self.devicer();
        let (from, most) = (skip as usize, limit as usize);
        let look = move |view: &View<'_>| {
            let matters = matters(view, &devicer);
            let page = matters.iter().skip(from).take(most);
            let items: Vec<AttentionItem> = page.map(|it| item(view, it)).collect();
            (items, matters.len(), view.state.counts().tasks_interrupted)
        };
        let (mut items, others, tasks) = self.read(look).await?;
        if tasks > 0 && items.len() < most {
            let behind = from.saturating_sub(others);
            let (skip, limit) = (behind, most - items.len());
            let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            items.extend(self.interrupted(small(skip), small(limit)).await?);
        }
        Ok((items, others as u64 + tasks))
    }

    /// Tasks that ended with an act of which nobody knows.
    async fn interrupted(&self, skip: u32, limit: u32) -> Result<Vec<AttentionItem>, CommandError> {
        let filter = TaskFilter {
            status: Some("interrupted"),
            ..TaskFilter::default()
        };
        let (tasks, _) = self.tasks(filter, skip, limit).await?;
        let ids: Vec<TaskId> = tasks.iter().filter_map(task_id).collect();
        let unknown = self.query(move |connection| {
            let unknown = ids.into_iter().map(|id| steps::unknown(connection, id));
            unknown.collect::<store::Result<Vec<_>>>()
        });
        let items = tasks.into_iter().zip(unknown.await?);
        Ok(items
            .map(|(task, unknown)| of_task(task, unknown.map(unknown_act)))
            .collect())
    }
}

fn task_id(task: &TaskStatus) -> Option<TaskId> {
    let id = Uuid::try_parse(&task.task_id).ok()?;
    Some(TaskId(id.as_u128()))
}

fn of_task(task: TaskStatus, unknown: Option<UnknownAct>) -> AttentionItem {
    let (code, sentence) = match unknown {
        Some(act) => ("unknown_act", act.sentence),
        None => (
            "interrupted",
            format!(
                "A task of account {} was interrupted, and what it did last cannot be told. Look at \
                 the phone, then try again.",
                task.account_id
            ),
        ),
    };
    AttentionItem {
        id: format!("task:{}", task.task_id),
        kind: "task".to_owned(),
        code: code.to_owned(),
        sentence,
        since: task.ended_at,
        account_id: Some(task.account_id),
        device_id: task.device_id,
        task_id: Some(task.task_id),
        ..AttentionItem::default()
    }
}

/// All there is beside tasks that ended.
fn matters(view: &View<'_>, devicer: &Devicer) -> Vec<Matter> {
    let told = notices::all(view).into_iter();
    let mut all: Vec<Matter> = told.map(|it| Matter::Notice(Box::new(it))).collect();
    let phones = view.state.phones();
    let phones = phones.filter_map(|(no, _)| devicer.device(view, no));
    let unfit = |it: &DeviceView| it.error_code.is_some() && it.status != "disconnected";
    let unfit = phones.filter(unfit);
    all.extend(unfit.map(|it| Matter::Device(Box::new(it))));
    let mut lines = Vec::new();
    let mut no_device: Option<(usize, TaskId)> = None;
    for (no, account) in view.state.accounts().filter(|(_, it)| !it.removed) {
        match account.state {
            AccountState::Suspended { challenge } => all.push(Matter::Suspended(no, challenge)),
            AccountState::Running(attempt) => {
                let attempt = view.state.attempt(attempt);
                let doubt = attempt.and_then(|it| Some((it.phone, it.doubt?.since)));
                all.extend(doubt.and_then(|(phone, since)| stays_held(view, no, phone, since)));
            }
            AccountState::Available | AccountState::Cooldown { .. } => {
                let Some(head) = view.state.head(no).map(Task::id) else {
                    continue;
                };
                match waiting(view.state, view.now, head) {
                    Some(Waiting::NeverFits | Waiting::AccountNotOnPhone) => {
                        lines.push(Matter::Line(no, head));
                    }
                    Some(Waiting::NoDevice) => {
                        no_device = Some((no_device.map_or(1, |(times, _)| times + 1), head));
                    }
                    _ => {}
                }
            }
        }
    }
    let nowhere = no_device.and_then(|(times, head)| Some((times, why(view, head)?)));
    all.extend(nowhere.map(|(times, why)| Matter::NoDevice(times, Box::new(why))));
    all.extend(lines);
    all
}

/// An account that is held, unless its phone is about to prove itself quiet.
fn stays_held(view: &View<'_>, no: AccountNo, phone: PhoneNo, since: u64) -> Option<Matter> {
    let name = view.directory.account_title(no);
    let long = view.now.at.saturating_sub(since) >= HELD_FOR_MS;
    (long || held(view, name, phone).needs_person).then_some(Matter::Held(no, phone, since))
}

fn of_notice(notice: &Notice) -> AttentionItem {
    AttentionItem {
        id: format!("notice:{}:{}", notice.app_version, notice.action),
        kind: "notice".to_owned(),
        code: notice.code.clone(),
        sentence: notice.sentence.clone(),
        since: Some(notice.since.clone()),
        action: Some(notice.action.clone()),
        app_version: Some(notice.app_version.clone()),
        ..AttentionItem::default()
    }
}

fn of_device(device: &DeviceView) -> AttentionItem {
    AttentionItem {
        id: format!("device:{}", device.udid),
        kind: "device".to_owned(),
        code: device.error_code.clone().unwrap_or_default(),
        sentence: device.error_message.clone().unwrap_or_default(),
        device_id: Some(device.udid.clone()),
        ..AttentionItem::default()
    }
}

fn item(view: &View<'_>, matter: &Matter) -> AttentionItem {
    let names = view.directory;
    let of_account = |no: AccountNo, code: &str, sentence: String| AttentionItem {
        id: format!("account:{}", names.account_title(no)),
        kind: "account".to_owned(),
        code: code.to_owned(),
        sentence,
        account_id: Some(names.account_title(no).to_owned()),
        ..AttentionItem::default()
    };
    match matter {
        Matter::Notice(notice) => of_notice(notice),
        Matter::Device(device) => of_device(device),
        Matter::Suspended(no, challenge) => {
            let sentence = suspended(names.account_title(*no), *challenge);
            of_account(*no, "account_suspended", sentence)
        }
        Matter::Held(no, phone, since) => {
            let why = held(view, names.account_title(*no), *phone);
            let udid = names.phone(*phone).map(|row| row.udid.reveal().to_owned());
            AttentionItem {
                since: Some(at_wall(view, *since)),
                device_id: udid,
                ..of_account(*no, &why.code, why.sentence)
            }
        }
        Matter::Line(no, head) => {
            let found = why(view, *head);
            let (code, sentence) = found.map(|it| (it.code, it.sentence)).unwrap_or_default();
            AttentionItem {
                id: format!("line:{}", names.account_title(*no)),
                kind: "line".to_owned(),
                task_id: Some(uuid(*head).to_string()),
                ..of_account(*no, &code, sentence)
            }
        }
        Matter::NoDevice(accounts, why) => {
            let many = match accounts {
                1 => "The tasks of one account wait for it.".to_owned(),
                many => format!("The tasks of {many} accounts wait for it."),
            };
            AttentionItem {
                id: "line:no_device".to_owned(),
                kind: "line".to_owned(),
                code: why.code.clone(),
                sentence: format!("{} {many}", why.sentence),
                ..AttentionItem::default()
            }
        }
    }
}
