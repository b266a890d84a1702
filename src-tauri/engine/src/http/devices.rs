//! The phones.

use axum::Json;
use axum::extract::State;

use super::problem::Problem;
use crate::commands::Commands;
use crate::dto::Devices;

/// `GET /api/devices/status` and `GET /api/devices/discover`: phones are found as they come, so
/// that both tell the same.
pub(super) async fn status(State(commands): State<Commands>) -> Result<Json<Devices>, Problem> {
    Ok(Json(commands.devices().await?))
}
