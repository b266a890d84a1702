//! The audit over HTTP.

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::api::Api;
use super::download::{Asks, Sent};
use super::input::Query;
use super::problem::Problem;
use super::term::{Cursor, Line, Moment, WhoWord};
use crate::commands::{AuditFilter, AuditView, Commands};

pub(super) fn routes(api: &mut Api) {
    api.about("audit", "What operators ordered.");
    api.route(
        Method::GET,
        "/api/audit",
        "audit",
        "What operators ordered, the newest first, page by page",
        list,
    );
    let export = api.route(
        Method::GET,
        "/api/audit/export",
        "export_audit",
        "All that operators ordered, the newest first",
        export,
    );
    export.by_ticket();
}

/// Which orders are meant. What is left out does not matter.
#[derive(Deserialize, JsonSchema)]
struct Which {
    /// Ordered at this time or later.
    from_date: Option<Moment>,
    /// Ordered at this time or before.
    to_date: Option<Moment>,
    /// Through which face.
    who: Option<WhoWord>,
    /// The word for what was ordered, as `system.pause`.
    action: Option<Line>,
    /// The id of what it was about.
    subject: Option<Line>,
}

impl Which {
    fn filter(self) -> AuditFilter {
        AuditFilter {
            from: self.from_date.map(|it| it.0),
            to: self.to_date.map(|it| it.0),
            who: self.who.map(|it| it.0),
            action: self.action.map(|it| it.0),
            subject: self.subject.map(|it| it.0),
        }
    }
}

/// Entries of a page where nothing is said.
const LIMIT: u32 = 100;

fn limit() -> u32 {
    LIMIT
}

/// Which page of them is wanted.
#[derive(Deserialize, JsonSchema)]
struct Wanted {
    #[serde(flatten)]
    which: Which,
    /// The most entries that are answered.
    #[serde(default = "limit")]
    #[schemars(range(min = 1, max = 1000))]
    limit: u32,
    /// The `next_cursor` of the page before.
    cursor: Option<Cursor>,
}

/// A page of the audit.
#[derive(Serialize, JsonSchema)]
struct Entries {
    success: bool,
    /// The newest first.
    entries: Vec<AuditView>,
    limit: u32,
    /// Where the next page begins; null on the last one.
    next_cursor: Option<String>,
}

async fn list(commands: Commands, Query(wanted): Query<Wanted>) -> Result<Json<Entries>, Problem> {
    let limit = wanted.limit;
    let before = wanted.cursor.map(|it| it.0);
    let page = commands.audit(wanted.which.filter(), before, limit).await?;
    Ok(Json(Entries {
        success: true,
        entries: page.entries,
        limit,
        next_cursor: page.next.map(|seq| seq.to_string()),
    }))
}

async fn export(commands: Commands, Asks(which, form): Asks<Which>) -> Result<Sent, Problem> {
    let export = commands.export_audit(which.filter(), form.format()).await?;
    Ok(form.sent(export, "audit"))
}
