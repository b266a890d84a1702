//! The phones.

use axum::Json;
use axum::http::Method;

use super::api::Api;
use super::problem::Problem;
use crate::commands::Commands;
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
}

async fn status(commands: Commands) -> Result<Json<Devices>, Problem> {
    Ok(Json(commands.devices().await?))
}
