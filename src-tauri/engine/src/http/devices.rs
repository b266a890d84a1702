//! The phones.

use axum::Json;
use axum::http::Method;

use schemars::JsonSchema;
use serde::Deserialize;

use super::answer::Refusal;
use super::api::Api;
use super::input::{Query, Segment};
use super::orders::{DeviceKey, of};
use super::problem::Problem;
use super::screenshots::Picture;
use crate::commands::{Commands, DeviceAttempts, DeviceLadder};
use crate::dto::Devices;

pub(super) fn routes(api: &mut Api) {
    api.about("devices", "The phones.");
    let summary = "Every phone that was ever seen, and its condition";
    // Phones are found as they come, so that both tell the same.
    api.route(
        Method::GET,
        "/api/devices/discover",
        "discover_devices",
        summary,
        status,
    );
    api.route(
        Method::GET,
        "/api/devices/status",
        "devices",
        summary,
        status,
    )
    .gives("/devices/0/udid", "/api/devices/{udid}");
    api.route(
        Method::GET,
        "/api/devices/{udid}/ladder",
        "device_ladder",
        "What must hold before a phone can work, as far as it is known",
        ladder,
    );
    api.route(
        Method::GET,
        "/api/devices/{udid}/attempts",
        "device_attempts",
        "What was tried on a phone among the newest attempts of all",
        attempts,
    )
    .gives("/attempts/0/task_id", "/api/tasks/{id}");
    api.route(
        Method::GET,
        "/api/devices/{udid}/screen",
        "device_screen",
        "A picture of a phone's screen now",
        screen,
    )
    .refuses(Refusal::Conflict);
}

/// How many are wanted.
#[derive(Debug, Deserialize, JsonSchema)]
struct Most {
    /// The most entries that are answered.
    #[serde(default = "most")]
    #[schemars(range(min = 1, max = 1000))]
    limit: u32,
}

fn most() -> u32 {
    50
}

async fn ladder(
    commands: Commands,
    Segment(udid): Segment<DeviceKey>,
) -> Result<Json<DeviceLadder>, Problem> {
    let ladder = commands.device_ladder(udid.0).await;
    Ok(Json(ladder.map_err(of::<DeviceKey>)?))
}

async fn attempts(
    commands: Commands,
    Segment(udid): Segment<DeviceKey>,
    Query(asked): Query<Most>,
) -> Result<Json<DeviceAttempts>, Problem> {
    let attempts = commands.device_attempts(udid.0, asked.limit).await;
    Ok(Json(attempts.map_err(of::<DeviceKey>)?))
}

async fn screen(commands: Commands, Segment(udid): Segment<DeviceKey>) -> Result<Picture, Problem> {
    let screen = commands.device_screen(udid.0).await;
    Ok(Picture(screen.map_err(of::<DeviceKey>)?))
}

async fn status(commands: Commands) -> Result<Json<Devices>, Problem> {
    Ok(Json(commands.devices().await?))
}
