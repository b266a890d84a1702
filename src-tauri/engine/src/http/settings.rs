//! What is set.

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::Serialize;

use super::api::Api;
use super::input::Body;
use super::problem::{Finding, Problem};
use crate::commands::{Commands, NotSet, SettingsReport};
use crate::settings::Chosen;

pub(super) fn routes(api: &mut Api) {
    api.about("settings", "What can be set, inside its bounds.");
    let path = "/api/settings";
    api.route(Method::GET, path, "settings", "What is set", read);
    api.route(
        Method::PUT,
        path,
        "set_settings",
        "Set the named fields and leave the others",
        change,
    );
}

/// What is set.
#[derive(Serialize, JsonSchema)]
struct Answer {
    success: bool,
    #[serde(flatten)]
    report: SettingsReport,
}

async fn read(commands: Commands) -> Result<Json<Answer>, Problem> {
    let report = commands.settings().await?;
    let success = true;
    Ok(Json(Answer { success, report }))
}

async fn change(commands: Commands, Body(fields): Body<Chosen>) -> Result<Json<Answer>, Problem> {
    let report = commands
        .set_settings(fields)
        .await
        .map_err(|not| match not {
            NotSet::Bad(bad) => {
                let findings = bad.into_iter();
                let findings = findings.map(|it| Finding::at(it.pointer, it.detail));
                Problem::fields(findings.collect())
            }
            NotSet::Refused(error) => error.into(),
        })?;
    let success = true;
    Ok(Json(Answer { success, report }))
}
