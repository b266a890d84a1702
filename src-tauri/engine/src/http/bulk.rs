//! Many tasks at once: rows in JSON, or a list file.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Refusal;
use super::api::Api;
use super::body::is_media;
use super::engagement::CreateEngagement;
use super::flows::CreateFlow;
use super::input::{Call, Input, Query};
use super::json;
use super::kinds::Kinded;
use super::operation::Operation;
use super::problem::{Finding, Findings, Problem};
use super::shape::Shapes;
use super::tasks::CreateTask;
use super::term::Line;
use crate::commands::{
    Commands, NewRow, NewTasks, NotTaken, Over, PlanRow, TaskSource, TasksTaken,
};
use crate::list_file::ROWS_MAX;

pub(super) fn routes(api: &mut Api) {
    api.route(
        Method::POST,
        "/api/tasks/bulk",
        "create_tasks",
        "Accept many tasks as a list, all of them or none",
        create,
    )
    .gives("/list_id", "/api/lists/{id}");
}

/// What a list is called where nothing is said.
const NAME: &str = "bulk";

/// The media type of a list file.
const CSV: &str = "text/csv";

/// How the list is made.
#[derive(Deserialize, JsonSchema)]
struct Making {
    /// What to call the list; `bulk` where nothing is said.
    name: Option<Line>,
    /// It only looks.
    #[serde(default)]
    rehearsal: bool,
}

/// A row of the array.
pub(super) type Row = Kinded<CreateTask, CreateEngagement, CreateFlow>;

/// Tasks as they came in.
struct Rows {
    body: Bytes,
    csv: bool,
    shapes: Arc<Shapes>,
}

impl Input for Rows {
    fn describe(operation: &mut Operation<'_>) {
        let items = Row::schema(operation, "Row");
        let rows = json!({
            "type": "array", "minItems": 1, "maxItems": ROWS_MAX, "items": items,
        });
        let rows = operation.component("NewTasks", rows);
        operation.media_body("application/json", rows, true);
        let file = json!({
            "type": "string", "minLength": 1,
            "description": "A list file: a header line, then one row a task. Its columns are \
                account_id, task_type, target_username, actions, and where they are wanted \
                priority, not_before, comment_text, flow, note, idempotency_key.",
        });
        operation.media_body(CSV, file, true);
        operation.refuses(Refusal::BadRequest);
    }

    fn take(call: &Call) -> Result<Self, Problem> {
        if call.body.is_empty() {
            let finding = Finding::at("", "Tasks are needed: rows in JSON, or a list file.");
            return Err(Problem::fields(vec![finding]));
        }
        Ok(Self {
            body: call.body.clone(),
            csv: is_media(&call.head.headers, CSV),
            shapes: Arc::clone(&call.shapes),
        })
    }
}

impl Rows {
    fn read(&self) -> Result<TaskSource, Problem> {
        if self.csv {
            return Ok(TaskSource::File(self.body.to_vec()));
        }
        let (value, twice) = json::read(&self.body)?;
        rows_of(&self.shapes, value, twice)
    }
}

/// The tasks of an array, or everything that is wrong with it: `noted` and what is found now.
pub(super) fn rows_of(
    shapes: &Shapes,
    value: Value,
    noted: Vec<Finding>,
) -> Result<TaskSource, Problem> {
    let mut findings = Findings::default();
    for finding in noted {
        findings.add(finding);
    }
    let Value::Array(items) = value else {
        let finding = Finding::at("", "It must be an array of tasks.");
        return Err(Problem::fields(vec![finding]));
    };
    if !(1..=ROWS_MAX).contains(&items.len()) {
        let detail = format!("It must be an array of 1 to {ROWS_MAX} tasks.");
        return Err(Problem::fields(vec![Finding::at("", detail)]));
    }
    let mut rows = Vec::with_capacity(items.len());
    for (no, item) in items.into_iter().enumerate() {
        match row(shapes, item) {
            Ok(row) => rows.push(row),
            Err(problem) => {
                for finding in problem.findings {
                    findings.add(finding.under(&format!("/{no}")));
                }
            }
        }
        if findings.are_many() {
            break;
        }
    }
    findings.finish()?;
    Ok(TaskSource::Rows(rows))
}

fn row(shapes: &Shapes, item: Value) -> Result<NewRow, Problem> {
    Ok(match Row::read(shapes, item, Vec::new())? {
        Kinded::Instagram(task) => NewRow::Instagram(task.into()),
        Kinded::Engagement(task) => NewRow::Engagement(task.checked()?),
        Kinded::Flow(task) => NewRow::Flow(task.checked()?),
    })
}

async fn create(
    commands: Commands,
    Query(making): Query<Making>,
    rows: Rows,
) -> Result<Json<TasksTaken>, Problem> {
    let csv = rows.csv;
    // A hundred thousand rows are more than a worker should be kept with.
    let read = tokio::task::spawn_blocking(move || rows.read());
    let source = read.await.map_err(|_| Problem::ending())??;
    let pages: Vec<bool> = match &source {
        TaskSource::File(_) => Vec::new(),
        TaskSource::Rows(rows) => {
            let engages = |row: &NewRow| matches!(row, NewRow::Engagement(_));
            rows.iter().map(engages).collect()
        }
    };
    let new = NewTasks {
        name: making.name.map_or_else(|| NAME.to_owned(), |it| it.0),
        rehearsal: making.rehearsal,
        over: Over::All,
        source,
    };
    let taken = commands.take_tasks(new).await;
    let place = |row: &PlanRow| match csv {
        true => Finding::of_row(row.line, row.field.clone()),
        false => {
            let no = row.line.unwrap_or(1).saturating_sub(1);
            let of_pages = usize::try_from(no).ok().and_then(|no| pages.get(no));
            let field = match row.field.as_deref() {
                Some("target_username") if of_pages == Some(&true) => Some("target_pages"),
                field => field,
            };
            let field = field.map(json::step).unwrap_or_default();
            Finding::at(format!("/{no}{field}"), "")
        }
    };
    taken.map(Json).map_err(|why| not_taken(why, place))
}

/// What the state refuses, and not the form of a row.
const CONFLICTS: [&str; 5] = [
    "key_reused",
    "never_fits",
    "no_accounts",
    "queue_full",
    "target_limit",
];

/// The answer where nothing was taken; `place` is where a row stands in the request.
pub(super) fn not_taken(why: NotTaken, place: impl Fn(&PlanRow) -> Finding) -> Problem {
    let (rows, total) = match why {
        NotTaken::Refused(error) => return Problem::from(error).about_all(),
        NotTaken::Rows(rows, total) => (rows, total),
    };
    let first = rows.first().and_then(|row| row.code.as_deref());
    let same = rows.iter().all(|row| row.code.as_deref() == first);
    let conflict = CONFLICTS.into_iter().find(|it| same && first == Some(*it));
    let (status, code) = match conflict {
        Some(code) => (StatusCode::CONFLICT, code),
        None => (StatusCode::UNPROCESSABLE_ENTITY, "bad_list"),
    };
    let findings = rows.iter().map(|row| Finding {
        detail: row.reason.clone().unwrap_or_default().into(),
        ..place(row)
    });
    Problem::rows(status, code, findings.collect(), total)
}
