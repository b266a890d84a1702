//! What many tasks would come to, before they are made.

use std::sync::Arc;

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Refusal;
use super::api::Api;
use super::bulk::{Row, rows_of};
use super::input::{Call, Input, shape};
use super::json;
use super::lists::{SpreadOver, about_spread};
use super::operation::Operation;
use super::problem::{Finding, Problem};
use super::term::Line;
use crate::commands::{Commands, NewTasks, Over, TaskSource, TasksPlanned};
use crate::list_file::ROWS_MAX;

pub(super) fn routes(api: &mut Api) {
    api.route(
        Method::POST,
        "/api/tasks/plan",
        "plan_tasks",
        "Say what many tasks would do, and keep the plan to be accepted",
        plan,
    );
}

/// What a list is called where nothing is said.
const NAME: &str = "tasks";
/// Where the tasks stand.
const TASKS: &str = "tasks";

/// How the list would be made.
#[derive(Deserialize, JsonSchema)]
struct Planning {
    /// What to call the list; `tasks` where nothing is said.
    name: Option<Line>,
    /// It would only look.
    #[serde(default)]
    rehearsal: bool,
    /// Over which accounts tasks are spread that name none; all, where nothing is said.
    spread: Option<SpreadOver>,
    /// Keep the plan, so that it can be accepted; else it is only told.
    #[serde(default)]
    keep: bool,
}

/// Tasks to plan with.
struct Planned {
    how: Planning,
    tasks: TaskSource,
}

impl Input for Planned {
    fn describe(operation: &mut Operation<'_>) {
        let items = Row::schema(operation, "Row");
        let mut schema = operation.shape::<Planning>().schema.clone();
        schema["properties"][TASKS] = json!({
            "type": "array", "minItems": 1, "maxItems": ROWS_MAX, "items": items,
            "description": "The tasks, each as in a bulk.",
        });
        schema["required"] = json!([TASKS]);
        let schema = operation.component("TasksToPlan", schema);
        operation.media_body("application/json", schema, true);
        operation.refuses(Refusal::BadRequest);
    }

    fn take(call: &Call) -> Result<Self, Problem> {
        if call.body.is_empty() {
            let finding = Finding::at("", "A body in JSON is needed.");
            return Err(Problem::fields(vec![finding]));
        }
        let (mut value, twice) = json::read(&call.body)?;
        let tasks = value.as_object_mut().and_then(|all| all.remove(TASKS));
        let how = shape::<Planning>(call)?.read(value, twice)?;
        let tasks = tasks.unwrap_or(Value::Null);
        let rows = rows_of(&Arc::clone(&call.shapes), tasks, Vec::new());
        let tasks = rows.map_err(|mut problem| {
            let findings = std::mem::take(&mut problem.findings).into_iter();
            problem.findings = findings.map(|it| it.under("/tasks")).collect();
            problem
        })?;
        Ok(Self { how, tasks })
    }
}

async fn plan(
    commands: Commands,
    Planned { how, tasks }: Planned,
) -> Result<Json<TasksPlanned>, Problem> {
    let new = NewTasks {
        name: how.name.map_or_else(|| NAME.to_owned(), |it| it.0),
        rehearsal: how.rehearsal,
        over: how.spread.map_or(Ok(Over::All), SpreadOver::over)?,
        source: tasks,
    };
    let planned = commands.plan_tasks(new, how.keep).await;
    Ok(Json(planned.map_err(about_spread)?))
}
