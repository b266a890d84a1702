//! Orders about phones.

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::api::Api;
use super::super::input::{Body, Segment};
use super::super::problem::Problem;
use super::super::term::Words;
use super::{DeviceKey, Done, of};
use crate::commands::{Commands, DeviceChange, Part};
use crate::dto::DeviceView;

pub(super) fn routes(api: &mut Api) {
    api.route(
        Method::PATCH,
        "/api/devices/{udid}",
        "change_device",
        "Change what is said of a phone",
        change,
    );
    api.route(
        Method::POST,
        "/api/devices/{udid}/pause",
        "pause_device",
        "Give a phone no new task",
        pause,
    );
    api.route(
        Method::POST,
        "/api/devices/{udid}/resume",
        "resume_device",
        "Go on with a phone after a pause or a stop",
        resume,
    );
    api.route(
        Method::POST,
        "/api/devices/{udid}/stop",
        "stop_device",
        "No further call to a phone, at once and over restarts",
        stop,
    );
    api.route(
        Method::POST,
        "/api/devices/{udid}/in-hand",
        "take_in_hand",
        "Take a phone in hand",
        in_hand,
    );
    api.route(
        Method::POST,
        "/api/devices/{udid}/give-back",
        "give_back",
        "Give a phone back",
        give_back,
    );
    api.route(
        Method::POST,
        "/api/devices/{udid}/find",
        "find_device",
        "Have a phone show which one it is",
        find,
    );
    runners(api);
}

/// The phones and what keeps them able to work.
fn runners(api: &mut Api) {
    api.route(
        Method::POST,
        "/api/devices/simulated",
        "add_simulated_device",
        "One more simulated phone",
        add,
    )
    .gives("/udid", "/api/devices/{udid}");
    api.route(
        Method::POST,
        "/api/devices/{udid}/initialize",
        "initialize_device",
        "Bring a phone up, and wait until it can work",
        initialize,
    );
    api.route(
        Method::DELETE,
        "/api/devices/{udid}/cleanup",
        "let_device_go",
        "Let a phone go: nothing is said to it until it is brought up again",
        let_go,
    );
    api.route(
        Method::POST,
        "/api/devices/{udid}/restart-wda",
        "restart_runner",
        "Start WebDriverAgent on a phone anew",
        restart,
    );
    api.route(
        Method::POST,
        "/api/devices/{udid}/forget",
        "forget_device",
        "Take a phone that is gone off the list",
        forget,
    );
}

/// What is to change of what is said of a phone; what is left out stays.
#[derive(Debug, Deserialize, JsonSchema)]
struct ChangedDevice {
    /// A name for people.
    label: Option<Words>,
    /// Where it lies or hangs.
    slot: Option<Words>,
    /// A group for people.
    group: Option<Words>,
    /// A note for people.
    note: Option<Words>,
}

async fn change(
    commands: Commands,
    Segment(udid): Segment<DeviceKey>,
    Body(changed): Body<ChangedDevice>,
) -> Result<Json<DeviceView>, Problem> {
    let change = DeviceChange {
        label: changed.label.map(|it| it.0),
        slot: changed.slot.map(|it| it.0),
        group: changed.group.map(|it| it.0),
        note: changed.note.map(|it| it.0),
    };
    let done = commands.change_device(udid.0, change).await;
    Ok(Json(done.map_err(of::<DeviceKey>)?))
}

async fn add(commands: Commands) -> Result<Json<DeviceView>, Problem> {
    Ok(Json(commands.add_simulated_device().await?))
}

async fn pause(
    commands: Commands,
    Segment(udid): Segment<DeviceKey>,
) -> Result<Json<Done>, Problem> {
    let done = commands.pause_part(Part::Device(udid.0)).await;
    done.map_err(of::<DeviceKey>)?;
    let message = "The phone gets no new task; what runs finishes.";
    Ok(Json(Done::new(message)))
}

async fn resume(
    commands: Commands,
    Segment(udid): Segment<DeviceKey>,
) -> Result<Json<Done>, Problem> {
    let part = Part::Device(udid.0);
    let resumed = commands.resume_part(part.clone()).await;
    resumed.map_err(of::<DeviceKey>)?;
    let unstopped = commands.unstop_part(part).await;
    unstopped.map_err(of::<DeviceKey>)?;
    Ok(Json(Done::new("The phone may be given tasks.")))
}

async fn stop(
    commands: Commands,
    Segment(udid): Segment<DeviceKey>,
) -> Result<Json<Done>, Problem> {
    let done = commands.stop_part(Part::Device(udid.0)).await;
    done.map_err(of::<DeviceKey>)?;
    let message = "No further call goes out to the phone, until you resume it.";
    Ok(Json(Done::new(message)))
}

async fn in_hand(
    commands: Commands,
    Segment(udid): Segment<DeviceKey>,
) -> Result<Json<DeviceView>, Problem> {
    let done = commands.take_in_hand(udid.0).await;
    Ok(Json(done.map_err(of::<DeviceKey>)?))
}

async fn give_back(
    commands: Commands,
    Segment(udid): Segment<DeviceKey>,
) -> Result<Json<DeviceView>, Problem> {
    let done = commands.give_back(udid.0).await;
    Ok(Json(done.map_err(of::<DeviceKey>)?))
}

async fn find(
    commands: Commands,
    Segment(udid): Segment<DeviceKey>,
) -> Result<Json<Done>, Problem> {
    let done = commands.find_device(udid.0).await;
    done.map_err(of::<DeviceKey>)?;
    let message = "Its screen goes to the settings and back, four times. Then it is looked at.";
    Ok(Json(Done::new(message)))
}

async fn initialize(
    commands: Commands,
    Segment(udid): Segment<DeviceKey>,
) -> Result<Json<DeviceView>, Problem> {
    let done = commands.initialize_device(udid.0).await;
    Ok(Json(done.map_err(of::<DeviceKey>)?))
}

async fn let_go(
    commands: Commands,
    Segment(udid): Segment<DeviceKey>,
) -> Result<Json<Done>, Problem> {
    let done = commands.let_device_go(udid.0).await;
    done.map_err(of::<DeviceKey>)?;
    let message = "Nothing more is said to the phone until you bring it up or resume it.";
    Ok(Json(Done::new(message)))
}

async fn restart(
    commands: Commands,
    Segment(udid): Segment<DeviceKey>,
) -> Result<Json<DeviceView>, Problem> {
    let done = commands.restart_runner(udid.0).await;
    Ok(Json(done.map_err(of::<DeviceKey>)?))
}

async fn forget(
    commands: Commands,
    Segment(udid): Segment<DeviceKey>,
) -> Result<Json<Done>, Problem> {
    let done = commands.forget_device(udid.0).await;
    done.map_err(of::<DeviceKey>)?;
    let message = "The phone is off the list until it is plugged in again.";
    Ok(Json(Done::new(message)))
}
