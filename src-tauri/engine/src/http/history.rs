//! The history of another program, as a body of its own form: JSON, or CSV.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::http::{Method, StatusCode, header};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::api::Api;
use super::input::{Call, Input, Query};
use super::operation::Operation;
use super::problem::{Finding, Problem};
use super::term::{AccountPair, Line};
use crate::commands::{Commands, HistoryError, HistoryFile, HistoryForm, HistoryReport};
use crate::list_file::{ACTIONS, OUTCOME_COLUMNS, STATUSES};

/// What a history is called where nothing is said.
const NAME: &str = "history";

pub(super) fn routes(api: &mut Api) {
    api.route(
        Method::POST,
        "/api/interactions/import",
        "import_history",
        "Take the history of another program, whole, so that it counts",
        import,
    );
}

/// How the history is to be taken.
#[derive(Deserialize, JsonSchema)]
struct How {
    /// Only say what would be done.
    #[serde(default)]
    check: bool,
    /// What to call it.
    name: Option<Line>,
    /// What the file calls an account, a colon, and which of yours it is; nothing behind the colon
    /// leaves its rows out.
    #[schemars(length(max = 100))]
    accounts: Option<Vec<AccountPair>>,
}

/// The file, as it came.
struct File(Bytes, HistoryForm);

impl Input for File {
    fn describe(operation: &mut Operation<'_>) {
        let mut event = json!({
            "type": "object", "additionalProperties": false,
            "required": ["account_id", "target_username", "action", "status", "ts"],
            "properties": {},
        });
        for name in OUTCOME_COLUMNS {
            event["properties"][name] = match name {
                "action" => json!({ "type": "string", "enum": ACTIONS }),
                "status" => json!({ "type": "string", "enum": STATUSES }),
                "ts" => json!({ "type": "string", "format": "date-time" }),
                "latency_ms" => json!({ "type": ["number", "string", "null"] }),
                "account_id" | "target_username" => json!({ "type": "string" }),
                _ => json!({ "type": ["string", "null"] }),
            };
        }
        let export = json!({
            "type": "object", "additionalProperties": false, "required": ["events"],
            "properties": {
                "events": { "type": "array", "items": event, "maxItems": 100_000 },
                "exported_at": {}, "total_events": {}, "filters": {},
            },
        });
        operation.media_body("application/json", export, true);
        let csv = json!({
            "type": "string",
            "description": "The columns of an export of outcomes, in any order.",
        });
        operation.media_body("text/csv", csv, true);
    }

    fn take(call: &Call) -> Result<Self, Problem> {
        if call.body.is_empty() {
            let finding = Finding::at("", "A body in JSON or CSV is needed.");
            return Err(Problem::fields(vec![finding]));
        }
        // Which media types a body may have was looked at when it was read.
        let media = call.head.headers.get(header::CONTENT_TYPE);
        let media = media.and_then(|it| it.to_str().ok()).unwrap_or_default();
        let form = match media.trim_start().get(..8) {
            Some(start) if start.eq_ignore_ascii_case("text/csv") => HistoryForm::Csv,
            _ => HistoryForm::Json,
        };
        Ok(Self(call.body.clone(), form))
    }
}

async fn import(
    commands: Commands,
    Query(how): Query<How>,
    File(bytes, form): File,
) -> Result<Json<HistoryReport>, Problem> {
    let mut accounts = BTreeMap::new();
    for AccountPair((theirs, ours)) in how.accounts.unwrap_or_default() {
        if accounts.insert(theirs, ours).is_some() {
            let detail = "An account of the file stands there twice.";
            let finding = Finding::parameter("accounts".to_owned(), detail);
            return Err(Problem::fields(vec![finding]));
        }
    }
    let file = HistoryFile {
        name: how.name.map_or_else(|| NAME.to_owned(), |name| name.0),
        bytes: bytes.into(),
        form,
        accounts,
    };
    let report = commands.import_history(file, how.check).await;
    report.map(Json).map_err(|error| refused(error, form))
}

/// Each bad field by its place in the body: the line and the column of a CSV, a JSON pointer.
fn refused(error: HistoryError, form: HistoryForm) -> Problem {
    let place = |row: u64, name: &str| match form {
        HistoryForm::Csv => format!("/{row}/{name}"),
        HistoryForm::Json => format!("/events/{row}/{name}"),
    };
    let findings: Vec<Finding> = match &error {
        HistoryError::Rows(problems) => {
            let found = problems.kept.iter().map(|problem| {
                let field = problem.field.as_deref();
                let at = match (problem.line, field) {
                    (Some(line), Some(field)) => format!("/{line}/{field}"),
                    (Some(line), None) => format!("/{line}"),
                    (None, Some(field)) => format!("/{field}"),
                    (None, None) => String::new(),
                };
                Finding::at(at, problem.reason.clone())
            });
            found.collect()
        }
        HistoryError::Accounts(accounts) => {
            let found = accounts.iter().map(|it| {
                let detail = format!(
                    "“{}” is no account here: {} rows are of it.",
                    it.name, it.rows
                );
                Finding::at(place(it.first, "account_id"), detail)
            });
            found.collect()
        }
        HistoryError::Other(_) => Vec::new(),
    };
    if let HistoryError::Other(error) = error {
        let mut problem = Problem::from(error);
        if problem.code == "unknown_account" {
            let detail = "One of these is no account here.";
            problem.findings = vec![Finding::parameter("accounts".to_owned(), detail)];
        }
        return problem;
    }
    let error = crate::commands::CommandError::from(error);
    let mut problem = Problem::fields(findings);
    problem.status = StatusCode::UNPROCESSABLE_ENTITY;
    (problem.code, problem.detail) = (error.code.into(), error.detail.into());
    problem
}
