//! Orders about accounts.

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::Deserialize;
use signalbox_automation::Handle;

use super::super::api::Api;
use super::super::input::{Body, Segment};
use super::super::problem::{Finding, Problem};
use super::super::term::{AccountId, PhoneOrAny, Username, Words};
use super::{AccountKey, Done, Reasoned, of};
use crate::commands::{AccountChange, Commands, Lift, Part, TasksCancelled};
use crate::dto::AccountListing;
use crate::settings::{OwnLimits, WINDOWS_MAX, Window};

pub(super) fn routes(api: &mut Api) {
    api.route(
        Method::POST,
        "/api/accounts",
        "add_account",
        "Add an account",
        add,
    )
    .gives("/account_id", "/api/accounts/{id}");
    api.route(
        Method::PATCH,
        "/api/accounts/{id}",
        "change_account",
        "Change an account",
        change,
    );
    api.route(
        Method::DELETE,
        "/api/accounts/{id}",
        "remove_account",
        "Remove an account; its history stays",
        remove,
    );
    of_one(api);
}

/// What is ordered about one account.
fn of_one(api: &mut Api) {
    api.route(
        Method::POST,
        "/api/accounts/{id}/pause",
        "pause_account",
        "Start nothing new of an account",
        pause,
    );
    api.route(
        Method::POST,
        "/api/accounts/{id}/resume",
        "resume_account",
        "Go on with an account",
        resume,
    );
    api.route(
        Method::POST,
        "/api/accounts/{id}/suspend",
        "suspend_account",
        "Suspend an account",
        suspend,
    );
    api.route(
        Method::POST,
        "/api/accounts/{id}/unsuspend",
        "unsuspend_account",
        "Lift a suspension",
        unsuspend,
    );
    api.route(
        Method::POST,
        "/api/accounts/{id}/end-cooldown",
        "end_cooldown",
        "End a rest before its time",
        end_cooldown,
    );
    api.route(
        Method::POST,
        "/api/accounts/{id}/release",
        "release_account",
        "Free an account whose phone does not prove itself quiet",
        release,
    );
    api.route(
        Method::POST,
        "/api/accounts/{id}/cancel-tasks",
        "cancel_account_tasks",
        "Cancel everything of an account that waits",
        cancel_tasks,
    );
}

/// An account to add.
#[derive(Debug, Deserialize, JsonSchema)]
struct NewAccount {
    /// Its id.
    account_id: AccountId,
    /// Its name in the app; its id, where nothing is said.
    handle: Option<Username>,
    /// The only phone it may use.
    device_udid: Option<PhoneOrAny>,
    /// A name for people.
    label: Option<Words>,
    /// A group for people.
    group: Option<Words>,
    /// A note for people.
    note: Option<Words>,
    /// Its own limits beside the settings.
    limits: Option<OwnLimits>,
    /// When its tasks start, in local time; left out: as those of its group.
    #[schemars(length(max = WINDOWS_MAX))]
    hours: Option<Vec<Window>>,
}

/// What is to change of an account; what is left out stays.
#[derive(Debug, Deserialize, JsonSchema)]
struct ChangedAccount {
    /// Its name in the app.
    handle: Option<Username>,
    /// The only phone it may use.
    device_udid: Option<PhoneOrAny>,
    /// A name for people.
    label: Option<Words>,
    /// A group for people.
    group: Option<Words>,
    /// A note for people.
    note: Option<Words>,
    /// All of its own limits beside the settings, in place of those it has; `{}`: it has none.
    limits: Option<OwnLimits>,
    /// All windows of its own hours, in place of those it has; `[]`: its hours are its group's.
    #[schemars(length(max = WINDOWS_MAX))]
    hours: Option<Vec<Window>>,
}

impl ChangedAccount {
    fn change(self) -> AccountChange {
        AccountChange {
            handle: self.handle.map(|it| Handle::new(it.0)),
            phone: self
                .device_udid
                .map(|it| Some(it.0).filter(|udid| !udid.is_empty())),
            label: self.label.map(|it| it.0),
            group: self.group.map(|it| it.0),
            note: self.note.map(|it| it.0),
            limits: self.limits,
            hours: self.hours,
        }
    }
}

/// Each limit that live phones do not allow, by its field.
fn fits(commands: &Commands, limits: Option<OwnLimits>) -> Result<(), Problem> {
    let bad = limits.map(|it| commands.outside_hard_limits(&it));
    let bad = bad.into_iter().flatten();
    let findings = bad.map(|it| Finding::at(format!("/limits{}", it.pointer), it.detail));
    let findings: Vec<Finding> = findings.collect();
    match findings.is_empty() {
        true => Ok(()),
        false => Err(Problem::fields(findings)),
    }
}

async fn add(
    commands: Commands,
    Body(new): Body<NewAccount>,
) -> Result<Json<AccountListing>, Problem> {
    let change = ChangedAccount {
        handle: new.handle,
        device_udid: new.device_udid,
        label: new.label,
        group: new.group,
        note: new.note,
        limits: new.limits,
        hours: new.hours,
    };
    fits(&commands, change.limits)?;
    let added = commands.add_account(new.account_id.0, change.change());
    Ok(Json(added.await?))
}

async fn change(
    commands: Commands,
    Segment(id): Segment<AccountKey>,
    Body(changed): Body<ChangedAccount>,
) -> Result<Json<AccountListing>, Problem> {
    fits(&commands, changed.limits)?;
    let done = commands.change_account(id.0, changed.change()).await;
    Ok(Json(done.map_err(of::<AccountKey>)?))
}

async fn remove(
    commands: Commands,
    Segment(id): Segment<AccountKey>,
) -> Result<Json<Done>, Problem> {
    let done = commands.remove_account(id.0).await;
    done.map_err(of::<AccountKey>)?;
    let message = "The account is removed; its history stays.";
    Ok(Json(Done::new(message)))
}

async fn pause(
    commands: Commands,
    Segment(id): Segment<AccountKey>,
) -> Result<Json<Done>, Problem> {
    let done = commands.pause_part(Part::Account(id.0)).await;
    done.map_err(of::<AccountKey>)?;
    let message = "Nothing new of the account starts; what runs finishes.";
    Ok(Json(Done::new(message)))
}

async fn resume(
    commands: Commands,
    Segment(id): Segment<AccountKey>,
) -> Result<Json<Done>, Problem> {
    let done = commands.resume_part(Part::Account(id.0)).await;
    done.map_err(of::<AccountKey>)?;
    Ok(Json(Done::new("Tasks of the account may start.")))
}

async fn suspend(
    commands: Commands,
    Segment(id): Segment<AccountKey>,
    Body(why): Body<Reasoned>,
) -> Result<Json<Done>, Problem> {
    let done = commands.suspend(id.0, &why.reason.0).await;
    done.map_err(of::<AccountKey>)?;
    let message = "The account takes no task until you lift that.";
    Ok(Json(Done::new(message)))
}

async fn unsuspend(
    commands: Commands,
    Segment(id): Segment<AccountKey>,
    Body(why): Body<Reasoned>,
) -> Result<Json<Done>, Problem> {
    let done = commands.unsuspend(id.0, &why.reason.0).await;
    Ok(Json(Done::new(match done.map_err(of::<AccountKey>)? {
        Lift::Lifted => "The suspension is lifted.",
        Lift::Awaited => {
            "The phone is at work. It is looked at when its task has ended, and the suspension is \
             lifted if nothing stands there."
        }
    })))
}

async fn end_cooldown(
    commands: Commands,
    Segment(id): Segment<AccountKey>,
    Body(why): Body<Reasoned>,
) -> Result<Json<Done>, Problem> {
    let done = commands.end_cooldown(id.0, &why.reason.0).await;
    done.map_err(of::<AccountKey>)?;
    Ok(Json(Done::new("The account need not rest any longer.")))
}

async fn release(
    commands: Commands,
    Segment(id): Segment<AccountKey>,
    Body(why): Body<Reasoned>,
) -> Result<Json<Done>, Problem> {
    let done = commands.release(id.0, &why.reason.0).await;
    done.map_err(of::<AccountKey>)?;
    let message = "The account is free; its phone stays held until it proves itself quiet.";
    Ok(Json(Done::new(message)))
}

async fn cancel_tasks(
    commands: Commands,
    Segment(id): Segment<AccountKey>,
) -> Result<Json<TasksCancelled>, Problem> {
    let done = commands.cancel_tasks_of_account(id.0).await;
    Ok(Json(done.map_err(of::<AccountKey>)?))
}
