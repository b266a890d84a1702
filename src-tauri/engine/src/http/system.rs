//! What is told to anybody on this computer: that the server is there, and how it is.

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::Serialize;

use super::api::Api;
use super::problem::Problem;
use crate::commands::{Commands, EngineStatus, Health};

pub(super) fn routes(api: &mut Api) {
    api.about("system", "The server and the engine as a whole.");
    api.route(Method::GET, "/api/", "about", "What this is", about)
        .public();
    api.route(
        Method::GET,
        "/api/system/health",
        "health",
        "How the engine is, in numbers that name nobody",
        health,
    )
    .public();
    api.route(
        Method::GET,
        "/api/system/status",
        "status",
        "What the engine is, and how it stands",
        status,
    );
    api.route(
        Method::POST,
        "/api/token/rotate",
        "rotate_token",
        "A new token in place of the one there is, which is worth nothing from then on",
        rotate,
    );
}

/// The new token.
#[derive(Serialize, JsonSchema)]
struct Rotated {
    success: bool,
    /// 64 hex digits: for the next request, and for every one after it.
    token: String,
}

async fn rotate(commands: Commands) -> Result<Json<Rotated>, Problem> {
    let token = commands.rotate_token().await?;
    Ok(Json(Rotated {
        success: true,
        token: token.reveal().to_owned(),
    }))
}

/// What this is.
#[derive(Serialize, JsonSchema)]
struct About {
    message: &'static str,
    /// The version of the program.
    version: &'static str,
}

async fn about(_: Commands) -> Result<Json<About>, Problem> {
    Ok(Json(About {
        message: "iOS Instagram Automation API",
        version: env!("CARGO_PKG_VERSION"),
    }))
}

async fn health(commands: Commands) -> Result<Json<Health>, Problem> {
    Ok(Json(commands.health().await?))
}

async fn status(commands: Commands) -> Result<Json<EngineStatus>, Problem> {
    Ok(Json(commands.status().await?))
}
