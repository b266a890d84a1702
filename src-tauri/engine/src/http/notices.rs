//! What stays until somebody does something about it.

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::api::Api;
use super::input::{Body, Query};
use super::page::Page;
use super::problem::Problem;
use super::term::{ActionTitle, AppVersion};
use crate::commands::{AttentionItem, Commands};
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
        Method::GET,
        "/api/attention",
        "attention",
        "What needs a person, the most urgent first, page by page",
        attention,
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

/// A page of what needs a person.
#[derive(Serialize, JsonSchema)]
struct Attention {
    /// The most urgent first.
    items: Vec<AttentionItem>,
    /// How much there is in all.
    total: u64,
    limit: u32,
    skip: u32,
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

async fn attention(
    commands: Commands,
    Query(Page { limit, skip }): Query<Page>,
) -> Result<Json<Attention>, Problem> {
    let (items, total) = commands.attention(skip, limit).await?;
    Ok(Json(Attention {
        items,
        total,
        limit,
        skip,
    }))
}

async fn resume(
    commands: Commands,
    Body(asked): Body<ResumeAction>,
) -> Result<Json<Notices>, Problem> {
    let (action, version) = (asked.action.0, asked.app_version.0);
    commands.resume_action(action, version).await?;
    notices(commands).await
}
