//! Tasks: accepting one, and telling where one stands.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;

use super::new_task::new_task;
use super::problem::Problem;
use crate::commands::{Commands, TaskCreated, TaskStatus};

/// Characters of an id as we write it.
const ID_CHARS: usize = 36;

/// `POST /api/tasks/create`
pub(super) async fn create(
    State(commands): State<Commands>,
    body: Bytes,
) -> Result<Json<TaskCreated>, Problem> {
    let task = new_task(&body)?;
    Ok(Json(commands.create_task(task).await?))
}

/// `GET /api/tasks/{id}/status`
pub(super) async fn status(
    State(commands): State<Commands>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<TaskStatus>, Problem> {
    let id = id.ok().and_then(|Path(id)| task_id(&id));
    let id = id.ok_or_else(unknown_task)?;
    let found = commands.task_status(id).await?;
    found.map(Json).ok_or_else(unknown_task)
}

/// An id in the form we write it; the other spellings of a UUID are none.
fn task_id(text: &str) -> Option<Uuid> {
    let id = Uuid::try_parse(text).ok()?;
    (text.len() == ID_CHARS).then_some(id)
}

fn unknown_task() -> Problem {
    let detail = "There is no task of this id.";
    Problem::new(StatusCode::NOT_FOUND, "unknown_task", detail)
}
