//! What is told to anybody on this computer: that the server is there, and how it is.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::problem::Problem;
use crate::commands::{Commands, Health};

/// `GET /api/`
pub(super) async fn about() -> Json<Value> {
    Json(json!({
        "message": "iOS Instagram Automation API",
        "version": env!("CARGO_PKG_VERSION"),
    }))
}

/// `GET /api/system/health`
pub(super) async fn health(State(commands): State<Commands>) -> Result<Json<Health>, Problem> {
    Ok(Json(commands.health().await?))
}
