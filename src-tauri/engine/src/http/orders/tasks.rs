//! Orders about tasks and about what waits of a list.

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::api::Api;
use super::super::input::{Body, Segment};
use super::super::lists::ListKey;
use super::super::problem::Problem;
use super::super::term::TaskKey;
use super::{Done, of};
use crate::commands::{Commands, Part, TaskOrdered};

pub(super) fn routes(api: &mut Api) {
    api.route(
        Method::DELETE,
        "/api/tasks/{id}/cancel",
        "cancel_task",
        "Take a task out, or let it end at its next safe point",
        cancel,
    );
    api.route(
        Method::POST,
        "/api/tasks/{id}/retry",
        "retry_task",
        "Try an ended task again, at the tail of its line",
        retry,
    );
    api.route(
        Method::POST,
        "/api/tasks/{id}/resolve",
        "resolve_task",
        "Say whether an act of unknown outcome happened",
        resolve,
    );
    api.route(
        Method::POST,
        "/api/lists/{id}/pause",
        "pause_list",
        "Start nothing new of a list",
        pause_list,
    );
    api.route(
        Method::POST,
        "/api/lists/{id}/resume",
        "resume_list",
        "Go on with a list",
        resume_list,
    );
}

/// What the operator saw of an act of unknown outcome.
#[derive(Debug, Deserialize, JsonSchema)]
struct Saw {
    /// It happened.
    happened: bool,
}

async fn cancel(
    commands: Commands,
    Segment(id): Segment<TaskKey>,
) -> Result<Json<TaskOrdered>, Problem> {
    let done = commands.cancel_task(id.0).await;
    Ok(Json(done.map_err(of::<TaskKey>)?))
}

async fn retry(
    commands: Commands,
    Segment(id): Segment<TaskKey>,
) -> Result<Json<TaskOrdered>, Problem> {
    let done = commands.retry_task(id.0).await;
    Ok(Json(done.map_err(of::<TaskKey>)?))
}

async fn resolve(
    commands: Commands,
    Segment(id): Segment<TaskKey>,
    Body(saw): Body<Saw>,
) -> Result<Json<TaskOrdered>, Problem> {
    let done = commands.resolve_task(id.0, saw.happened).await;
    Ok(Json(done.map_err(of::<TaskKey>)?))
}

async fn pause_list(
    commands: Commands,
    Segment(id): Segment<ListKey>,
) -> Result<Json<Done>, Problem> {
    commands.pause_part(Part::List(id.0)).await?;
    let message = "Nothing new of the list starts; what runs finishes.";
    Ok(Json(Done::new(message)))
}

async fn resume_list(
    commands: Commands,
    Segment(id): Segment<ListKey>,
) -> Result<Json<Done>, Problem> {
    commands.resume_part(Part::List(id.0)).await?;
    Ok(Json(Done::new("Tasks of the list may start.")))
}
