//! What stays until somebody does something about it.

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::api::Api;
use super::input::Body;
use super::problem::Problem;
use super::term::{ActionTitle, AppVersion};
use crate::commands::Commands;
use crate::dto::Notice;

pub(super) fn routes(api: &mut Api) {
    api.about(
        "notices",
        "What stays until somebody does something about it.",
    );
    api.route(
        Method::GET,
        "/api/notices",
        "notices",
        "What there is to see to",
        notices,
    );
    api.route(
        Method::POST,
        "/api/notices/resume-action",
        "resume_action",
        "End the pause of an action for a version of the app",
        resume,
    );
}

/// All there is.
#[derive(Serialize, JsonSchema)]
struct Notices {
    /// In the order of versions and actions.
    notices: Vec<Notice>,
}

/// Which pause is to end: the words of its notice.
#[derive(Debug, Deserialize, JsonSchema)]
struct ResumeAction {
    /// The action.
    action: ActionTitle,
    /// The version of the app.
    app_version: AppVersion,
}

async fn notices(commands: Commands) -> Result<Json<Notices>, Problem> {
    let notices = commands.notices().await?;
    Ok(Json(Notices { notices }))
}

async fn resume(
    commands: Commands,
    Body(asked): Body<ResumeAction>,
) -> Result<Json<Notices>, Problem> {
    let (action, version) = (asked.action.0, asked.app_version.0);
    commands.resume_action(action, version).await?;
    notices(commands).await
}
