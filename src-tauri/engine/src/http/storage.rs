//! How much room the data set takes, over HTTP.

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::Serialize;

use super::api::Api;
use super::problem::Problem;
use crate::commands::{Commands, StorageView};

pub(super) fn routes(api: &mut Api) {
    api.route(
        Method::GET,
        "/api/system/storage",
        "storage",
        "How much room the data set takes, and how much is left",
        storage,
    );
}

/// How much room is taken.
#[derive(Serialize, JsonSchema)]
struct Taken {
    success: bool,
    storage: StorageView,
}

async fn storage(commands: Commands) -> Result<Json<Taken>, Problem> {
    Ok(Json(Taken {
        success: true,
        storage: commands.storage().await?,
    }))
}
