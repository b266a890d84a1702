//! Recorded outcomes over HTTP.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::api::Api;
use super::download::{Asks, Sent};
use super::input::Query;
use super::page::Page;
use super::problem::Problem;
use super::term::{
    AccountId, DeviceId, EventCursor, InteractionWord, ListId, Moment, OutcomeWord, TaskId,
    Username,
};
use crate::commands::{
    Commands, Condition, Cursor, Filter, InteractionView, LatestInteraction, OutcomePart,
};

pub(super) fn routes(api: &mut Api) {
    api.about("interactions", "What was done, and what came of it.");
    api.route(
        Method::GET,
        "/api/interactions/events",
        "interactions",
        "Recorded outcomes, the newest first, page by page",
        events,
    );
    api.route(
        Method::GET,
        "/api/interactions/totals",
        "interaction_totals",
        "How often each outcome is recorded, by action and by status",
        totals,
    );
    api.route(
        Method::GET,
        "/api/interactions/latest",
        "latest_interaction",
        "What came last of an action of an account about somebody",
        latest,
    );
    let export = api.route(
        Method::GET,
        "/api/interactions/export",
        "export_interactions",
        "All recorded outcomes that are asked for, in the order they were recorded",
        export,
    );
    export.by_ticket();
    api.route(
        Method::POST,
        "/api/interactions/cleanup",
        "clean_up_interactions",
        "Drop the records of acts that deduplication no longer looks at",
        clean_up,
    );
}

/// Which outcomes are meant. What is left out does not matter.
#[derive(Deserialize, JsonSchema)]
struct Which {
    account_id: Option<AccountId>,
    /// In any case of letters.
    target_username: Option<Username>,
    action: Option<InteractionWord>,
    status: Option<OutcomeWord>,
    /// On the phone with this serial.
    device: Option<DeviceId>,
    /// Recorded at this time or later.
    from_date: Option<Moment>,
    /// Recorded at this time or before.
    to_date: Option<Moment>,
    task_id: Option<TaskId>,
    list: Option<ListId>,
    /// What rehearsals found, instead of what was done.
    #[serde(default)]
    rehearsal: bool,
}

impl Which {
    fn filter(self) -> Filter {
        let conditions = [
            self.account_id.map(|it| Condition::Account(it.0)),
            self.target_username.map(|it| Condition::Target(it.0)),
            self.action.map(|it| Condition::Action(it.0.to_owned())),
            self.status.map(|it| Condition::Status(it.0.to_owned())),
            self.device.map(|it| Condition::Device(it.0)),
            self.from_date.map(|it| Condition::From(it.0)),
            self.to_date.map(|it| Condition::Until(it.0)),
            self.task_id.map(|it| Condition::Task(it.0)),
            self.list.map(|it| Condition::ListId(it.0)),
        ];
        Filter {
            rehearsal: self.rehearsal,
            conditions: conditions.into_iter().flatten().collect(),
        }
    }
}

/// Which page of them is wanted.
#[derive(Deserialize, JsonSchema)]
struct Wanted {
    #[serde(flatten)]
    which: Which,
    #[serde(flatten)]
    page: Page,
    /// The `next_cursor` of the page before.
    cursor: Option<EventCursor>,
    /// Whether all that match are counted too.
    #[serde(default)]
    total: bool,
}

/// A page of outcomes.
#[derive(Serialize, JsonSchema)]
struct Events {
    success: bool,
    /// The newest first.
    events: Vec<InteractionView>,
    /// How many there are on this page.
    count: usize,
    limit: u32,
    skip: u32,
    /// How many there are in all; null where that was not asked for.
    total: Option<u64>,
    /// Where the next page begins; null on the last one.
    next_cursor: Option<String>,
}

async fn events(commands: Commands, Query(wanted): Query<Wanted>) -> Result<Json<Events>, Problem> {
    let Page { limit, skip } = wanted.page;
    let part = OutcomePart {
        limit,
        skip,
        after: wanted.cursor.map(|it| it.0),
    };
    let filter = wanted.which.filter();
    let found = commands.interactions(filter, part, wanted.total).await?;
    Ok(Json(Events {
        success: true,
        count: found.events.len(),
        events: found.events,
        limit,
        skip,
        total: found.total,
        next_cursor: found.next.map(|Cursor { ts, seq }| format!("{ts}.{seq}")),
    }))
}

/// How many there are.
#[derive(Serialize, JsonSchema)]
struct Totals {
    success: bool,
    /// All of them.
    total: u64,
    /// By action and status, as `{"like": {"success": 3}}`; what there is none of is left out.
    totals: BTreeMap<String, BTreeMap<String, u64>>,
}

async fn totals(commands: Commands, Query(which): Query<Which>) -> Result<Json<Totals>, Problem> {
    let totals = commands.interaction_totals(which.filter()).await?;
    Ok(Json(Totals {
        success: true,
        total: totals.values().flat_map(BTreeMap::values).sum(),
        totals,
    }))
}

/// Of which account, about whom, and what.
#[derive(Deserialize, JsonSchema)]
struct Asked {
    account_id: AccountId,
    username: Username,
    action: InteractionWord,
}

/// What came of it last.
#[derive(Serialize, JsonSchema)]
struct Latest {
    success: bool,
    /// Null if nothing is known.
    interaction: Option<LatestInteraction>,
}

async fn latest(commands: Commands, Query(asked): Query<Asked>) -> Result<Json<Latest>, Problem> {
    let action = asked.action.0.to_owned();
    let found = commands.latest_interaction(asked.account_id.0, asked.username.0, action);
    Ok(Json(Latest {
        success: true,
        interaction: found.await?,
    }))
}

async fn export(commands: Commands, Asks(which, form): Asks<Which>) -> Result<Sent, Problem> {
    let export = commands.export(which.filter(), form.format()).await?;
    Ok(form.sent(export, "interactions"))
}

/// What was dropped.
#[derive(Serialize, JsonSchema)]
struct CleanedUp {
    success: bool,
    message: String,
}

async fn clean_up(commands: Commands) -> Result<Json<CleanedUp>, Problem> {
    let records = match commands.clean_up().await? {
        1 => "1 expired deduplication record was".to_owned(),
        dropped => format!("{dropped} expired deduplication records were"),
    };
    let message = format!("{records} dropped. States of accounts are never stale.");
    Ok(Json(CleanedUp {
        success: true,
        message,
    }))
}
