//! Accounts and concurrency: the five answers others watch.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::problem::Problem;
use crate::commands::Commands;
use crate::list_file::is_name;

/// `GET /api/accounts/execution-states`
pub(super) async fn execution_states(
    State(commands): State<Commands>,
) -> Result<Json<Value>, Problem> {
    let (states, at) = commands.execution_states().await?;
    Ok(Json(json!({
        "success": true, "account_states": states, "updated_at": at,
    })))
}

/// `GET /api/accounts/execution-states/{account_id}`: 200 also for an account nobody knows, as
/// those who watch are used to.
pub(super) async fn execution_state(
    State(commands): State<Commands>,
    account_id: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, Problem> {
    let Ok(Path(account_id)) = account_id else {
        return Err(Problem::no_route());
    };
    if !is_name(&account_id) {
        return Ok(unknown("That is no account id.".to_owned()));
    }
    let (state, at) = commands.execution_state(account_id.clone()).await?;
    Ok(match state {
        Some(state) => Json(json!({
            "success": true, "account_state": state, "updated_at": at,
        })),
        None => unknown(format!("There is no account {account_id}.")),
    })
}

fn unknown(message: String) -> Json<Value> {
    Json(json!({ "success": false, "message": message }))
}

/// `GET /api/accounts/waiting-tasks`
pub(super) async fn waiting_tasks(
    State(commands): State<Commands>,
) -> Result<Json<Value>, Problem> {
    let (lines, total, at) = commands.waiting_tasks().await?;
    Ok(Json(json!({
        "success": true,
        "waiting_tasks_by_account": lines,
        "total_waiting_tasks": total,
        "updated_at": at,
    })))
}

/// `GET /api/metrics/concurrency`
pub(super) async fn concurrency(State(commands): State<Commands>) -> Result<Json<Value>, Problem> {
    let (metrics, at) = commands.concurrency_metrics().await?;
    Ok(Json(json!({
        "success": true, "concurrency_metrics": metrics, "updated_at": at,
    })))
}
