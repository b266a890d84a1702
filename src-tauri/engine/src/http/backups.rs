//! Backups of the data set.

use std::borrow::Cow;

use axum::Json;
use axum::http::{Method, StatusCode};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::api::Api;
use super::input::{Named, Segment};
use super::problem::Problem;
use crate::commands::{BackupView, Commands};

pub(super) fn routes(api: &mut Api) {
    api.about("backups", "Backups of the data set.");
    api.route(
        Method::GET,
        "/api/backups",
        "backups",
        "The backups there are, the oldest first",
        list,
    );
    api.route(
        Method::POST,
        "/api/backups",
        "create_backup",
        "Copy the data set, beside the work",
        create,
    )
    .gives("/backup/name", "/api/backups/{id}");
    api.route(
        Method::POST,
        "/api/backups/{id}/restore",
        "restore_backup",
        "Restore a backup; refused while an engine runs, with what to do instead",
        restore,
    );
}

/// The backups there are.
#[derive(Serialize, JsonSchema)]
struct Backups {
    success: bool,
    backups: Vec<BackupView>,
}

async fn list(commands: Commands) -> Result<Json<Backups>, Problem> {
    Ok(Json(Backups {
        success: true,
        backups: commands.backups().await?,
    }))
}

/// A backup that was made.
#[derive(Serialize, JsonSchema)]
struct Made {
    success: bool,
    backup: BackupView,
}

async fn create(commands: Commands) -> Result<Json<Made>, Problem> {
    Ok(Json(Made {
        success: true,
        backup: commands.backup(None).await?,
    }))
}

/// A backup, by the name of its file.
struct BackupKey(String);

impl Named for BackupKey {
    fn parse(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        (text.len() <= 128 && text.bytes().all(plain)).then(|| Self(text.to_owned()))
    }

    fn unknown() -> Option<Problem> {
        let detail = "There is no backup of this name.";
        Some(Problem::new(
            StatusCode::NOT_FOUND,
            "unknown_backup",
            detail,
        ))
    }
}

impl JsonSchema for BackupKey {
    fn schema_name() -> Cow<'static, str> {
        "BackupName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$" })
    }
}

/// What was done.
#[derive(Serialize, JsonSchema)]
struct Done {
    success: bool,
}

async fn restore(
    commands: Commands,
    Segment(BackupKey(name)): Segment<BackupKey>,
) -> Result<Json<Done>, Problem> {
    match commands.restore(&name).await? {
        true => Ok(Json(Done { success: true })),
        false => Err(BackupKey::unknown().unwrap_or_else(Problem::no_route)),
    }
}
