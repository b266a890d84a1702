//! One account: the whole of it, its line, and how it stood.

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::api::Api;
use super::input::{Query, Segment};
use super::orders::{AccountKey, of};
use super::page::Page;
use super::problem::Problem;
use super::term::Cursor;
use crate::commands::{AccountDetail, AccountEvent, Commands, TaskStatus};

pub(super) fn routes(api: &mut Api) {
    api.route(
        Method::GET,
        "/api/accounts/{id}",
        "account",
        "One account: where it stands and why, and what it may still do today",
        whole,
    );
    api.route(
        Method::GET,
        "/api/accounts/{id}/queue",
        "account_queue",
        "The line of one account, in order, page by page, and why each task waits",
        queue,
    );
    api.route(
        Method::GET,
        "/api/accounts/{id}/history",
        "account_history",
        "How one account stood, the newest first, page by page",
        history,
    );
}

async fn whole(
    commands: Commands,
    Segment(id): Segment<AccountKey>,
) -> Result<Json<AccountDetail>, Problem> {
    let found = commands.account_detail(id.0).await;
    Ok(Json(found.map_err(of::<AccountKey>)?))
}

/// A page of an account's line.
#[derive(Serialize, JsonSchema)]
struct AccountQueue {
    success: bool,
    /// In the order in which they start.
    tasks: Vec<TaskStatus>,
    /// How many wait in all.
    total: u64,
    limit: u32,
    skip: u32,
}

async fn queue(
    commands: Commands,
    Segment(id): Segment<AccountKey>,
    Query(Page { limit, skip }): Query<Page>,
) -> Result<Json<AccountQueue>, Problem> {
    let found = commands.account_line(id.0, skip as usize, limit as usize);
    let (tasks, total) = found.await.map_err(of::<AccountKey>)?;
    Ok(Json(AccountQueue {
        success: true,
        tasks,
        total,
        limit,
        skip,
    }))
}

fn limit() -> u32 {
    50
}

/// Which page of an account's history is wanted.
#[derive(Deserialize, JsonSchema)]
struct Wanted {
    /// About how many entries are answered: orders of the same time come beside them.
    #[serde(default = "limit")]
    #[schemars(range(min = 1, max = 500))]
    limit: u32,
    /// The `next_cursor` of the page before.
    cursor: Option<Cursor>,
}

/// A page of how an account stood.
#[derive(Serialize, JsonSchema)]
struct AccountHistory {
    success: bool,
    /// The newest first. It may be short, or empty, where older ones are still to be looked for.
    events: Vec<AccountEvent>,
    /// Where the next page begins; null where nothing is left.
    next_cursor: Option<String>,
}

async fn history(
    commands: Commands,
    Segment(id): Segment<AccountKey>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<AccountHistory>, Problem> {
    let before = wanted.cursor.map(|it| it.0);
    let page = commands.account_events(id.0, before, wanted.limit).await;
    let page = page.map_err(of::<AccountKey>)?;
    Ok(Json(AccountHistory {
        success: true,
        events: page.events,
        next_cursor: page.next.map(|seq| seq.to_string()),
    }))
}
