//! The log files over HTTP.

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::api::Api;
use super::download::SentLines;
use super::input::Query;
use super::problem::{Finding, Problem};
use super::term::{Line, LogCursor, LogLevel, Moment};
use crate::commands::{CommandError, Commands, LogEntry, LogFilter};

pub(super) fn routes(api: &mut Api) {
    api.about("logs", "What the engine said of its own doings.");
    api.route(
        Method::GET,
        "/api/logs",
        "logs",
        "Lines of the log files, the newest first, page by page",
        list,
    );
    let export = api.route(
        Method::GET,
        "/api/logs/export",
        "export_logs",
        "All lines of the log files that are asked for, the newest first, as JSON Lines",
        export,
    );
    export.by_ticket();
}

/// Lines of a page where nothing is said.
const LIMIT: u32 = 100;

fn limit() -> u32 {
    LIMIT
}

/// Which lines are meant. What is left out does not matter.
#[derive(Deserialize, JsonSchema)]
struct Which {
    /// Of this level or a graver one. Damaged lines have none, and are always among them.
    level: Option<LogLevel>,
    /// Said at this time or later.
    from_date: Option<Moment>,
    /// Said at this time or before.
    to_date: Option<Moment>,
    /// With these words in it, whatever the case of their letters.
    q: Option<Line>,
    /// Matched by this regular expression, whatever the case of its letters.
    pattern: Option<Line>,
    /// By this part of the program or a part of it, as `signalbox_engine::runtime`.
    source: Option<Line>,
}

impl Which {
    fn filter(self) -> LogFilter {
        LogFilter {
            level: self.level.map(|it| it.0),
            from: self.from_date.map(|it| it.0),
            to: self.to_date.map(|it| it.0),
            words: self.q.map(|it| it.0),
            pattern: self.pattern.map(|it| it.0),
            source: self.source.map(|it| it.0),
        }
    }
}

/// Which page of them is wanted.
#[derive(Deserialize, JsonSchema)]
struct WantedLines {
    #[serde(flatten)]
    which: Which,
    /// The most lines that are answered.
    #[serde(default = "limit")]
    #[schemars(range(min = 1, max = 1000))]
    limit: u32,
    /// The `next_cursor` of the page before.
    cursor: Option<LogCursor>,
}

/// A page of the logs.
#[derive(Serialize, JsonSchema)]
struct LogLines {
    success: bool,
    /// The newest first.
    entries: Vec<LogEntry>,
    limit: u32,
    /// Where the next page begins; null on the last one.
    next_cursor: Option<String>,
}

async fn list(
    commands: Commands,
    Query(wanted): Query<WantedLines>,
) -> Result<Json<LogLines>, Problem> {
    let filter = wanted.which.filter();
    let before = wanted.cursor.map(|it| it.0);
    let page = commands.logs(filter, before, wanted.limit).await;
    let page = page.map_err(about_pattern)?;
    let next = page.next;
    Ok(Json(LogLines {
        success: true,
        entries: page.entries,
        limit: wanted.limit,
        next_cursor: next.map(|it| format!("{}.{}", it.file, it.offset)),
    }))
}

async fn export(commands: Commands, Query(which): Query<Which>) -> Result<SentLines, Problem> {
    let export = commands.export_logs(which.filter()).await;
    Ok(SentLines::new(export.map_err(about_pattern)?, "logs"))
}

/// Names the parameter where it is the pattern that is wrong.
fn about_pattern(error: CommandError) -> Problem {
    if error.code != "bad_pattern" {
        return error.into();
    }
    let detail =
        "It must be a regular expression. Put a \\ before signs that are meant as they stand.";
    Problem::fields(vec![Finding::parameter("pattern".to_owned(), detail)])
}
