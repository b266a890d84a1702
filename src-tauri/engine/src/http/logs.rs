//! The log files over HTTP.

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::api::Api;
use super::input::Query;
use super::problem::Problem;
use super::term::{Line, LogCursor, LogLevel, Moment};
use crate::commands::{Commands, LogEntry, LogFilter};

pub(super) fn routes(api: &mut Api) {
    api.about("logs", "What the engine said of its own doings.");
    api.route(
        Method::GET,
        "/api/logs",
        "logs",
        "Lines of the log files, the newest first, page by page",
        list,
    );
}

/// Lines of a page where nothing is said.
const LIMIT: u32 = 100;

fn limit() -> u32 {
    LIMIT
}

/// Which lines are wanted. What is left out does not matter.
#[derive(Deserialize, JsonSchema)]
struct WantedLines {
    /// Of this level or a graver one. Damaged lines have none, and are always among them.
    level: Option<LogLevel>,
    /// Said at this time or later.
    from_date: Option<Moment>,
    /// Said at this time or before.
    to_date: Option<Moment>,
    /// With these words in it, whatever the case of their letters.
    q: Option<Line>,
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
    let filter = LogFilter {
        level: wanted.level.map(|it| it.0),
        from: wanted.from_date.map(|it| it.0),
        to: wanted.to_date.map(|it| it.0),
        words: wanted.q.map(|it| it.0),
    };
    let before = wanted.cursor.map(|it| it.0);
    let page = commands.logs(filter, before, wanted.limit).await?;
    let next = page.next;
    Ok(Json(LogLines {
        success: true,
        entries: page.entries,
        limit: wanted.limit,
        next_cursor: next.map(|it| format!("{}.{}", it.file, it.offset)),
    }))
}
