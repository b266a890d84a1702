//! Files of lists as an operator has them: one is opened before it is planned with, and what a plan
//! refused of it comes back as a file.

use axum::Json;
use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::Deserialize;

use super::api::Api;
use super::download::{Asks, Sent};
use super::input::{Body, Segment};
use super::lists::{PlanKey, Whole};
use super::problem::{Finding, Problem};
use super::term::Line;
use crate::commands::{Commands, OpenedFile, open_file};

pub(super) fn routes(api: &mut Api) {
    api.route(
        Method::POST,
        "/api/lists/open",
        "open_file",
        "Read a file of any kind as a list file, and say what its columns may be",
        open,
    );
    let rejected = api.route(
        Method::GET,
        "/api/lists/plan/{id}/rejected",
        "export_rejected",
        "The rows that a plan refuses as they stand in its file, each with why",
        rejected,
    );
    rejected.by_ticket();
}

/// A file to open.
#[derive(Debug, Deserialize, JsonSchema)]
struct FileToOpen {
    /// What it is called.
    name: Line,
    /// Its bytes in base64: CSV in UTF-8, UTF-16 or Windows-1252, or an .xlsx workbook.
    #[schemars(length(min = 1))]
    base64: String,
}

async fn open(_: Commands, Body(file): Body<FileToOpen>) -> Result<Json<OpenedFile>, Problem> {
    let Ok(bytes) = STANDARD.decode(file.base64) else {
        let finding = Finding::at("/base64", "It must be the bytes of a file in base64.");
        return Err(Problem::fields(vec![finding]));
    };
    // A workbook takes a while to unpack.
    let opened = tokio::task::spawn_blocking(move || open_file(&file.name.0, &bytes));
    let opened = opened.await.map_err(|_| Problem::ending())?;
    Ok(Json(opened?))
}

async fn rejected(
    commands: Commands,
    Segment(id): Segment<PlanKey>,
    Asks(Whole {}, form): Asks<Whole>,
) -> Result<Sent, Problem> {
    let export = commands.export_rejected(id.0, form.format()).await?;
    Ok(form.sent(export, "rejected"))
}
