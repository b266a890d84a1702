//! Recorded outcomes over HTTP.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::answer::{Answer, Refusal};
use super::api::Api;
use super::input::{Call, Input, Query};
use super::operation::Operation;
use super::page::Page;
use super::problem::{Finding, Problem};
use super::term::{
    AccountId, DeviceId, EventCursor, FormWord, GuardWord, InteractionWord, ListId, Moment,
    OutcomeWord, TaskId, Username,
};
use crate::commands::{
    Commands, Condition, Cursor, Export, ExportFormat, Filter, InteractionView, LatestInteraction,
    OutcomePart,
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

/// What is to be exported, and how.
#[derive(Deserialize, JsonSchema)]
struct Exported {
    #[serde(flatten)]
    which: Which,
    /// `csv` where nothing is said.
    format: Option<FormWord>,
    /// Whether a `'` stands before what a spreadsheet would run; `on` where nothing is said. JSON
    /// is not guarded.
    guard: Option<GuardWord>,
}

/// Parameters of an export: a form that is none is a 400.
struct Asks(Exported);

impl Input for Asks {
    fn describe(operation: &mut Operation<'_>) {
        Query::<Exported>::describe(operation);
        operation.refuses(Refusal::BadRequest);
    }

    fn take(call: &Call) -> Result<Self, Problem> {
        let query = call.head.uri.query().unwrap_or_default();
        let mut forms = form_urlencoded::parse(query.as_bytes()).filter(|it| it.0 == "format");
        if forms.any(|(_, form)| !FormWord::is_one(&form)) {
            let detail = "The formats of an export are csv and json.";
            let mut problem = Problem::new(StatusCode::BAD_REQUEST, "bad_format", detail);
            problem.findings = vec![Finding::parameter("format".to_owned(), detail)];
            return Err(problem);
        }
        Query::take(call).map(|Query(asked)| Self(asked))
    }
}

/// An export as it is sent.
struct Sent(Export, &'static str, &'static str);

impl hyper::body::Body for Sent {
    type Data = Bytes;
    type Error = crate::commands::CommandError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let piece = self.0.poll_piece(cx);
        piece.map(|piece| piece.map(|piece| piece.map(|bytes| Frame::data(bytes.into()))))
    }
}

impl IntoResponse for Sent {
    fn into_response(self) -> Response {
        let (kind, name) = (self.1, self.2);
        let mut response = Response::new(Body::new(self));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(name));
        response
    }
}

impl Answer for Sent {
    fn describe(operation: &mut Operation<'_>) {
        let text = json!({ "schema": { "type": "string" } });
        let object = json!({ "schema": { "type": "object" } });
        operation.answers(json!({ "text/csv": text, "application/json": object }));
    }
}

async fn export(commands: Commands, Asks(asked): Asks) -> Result<Sent, Problem> {
    let guard = asked.guard.is_none_or(|it| it.0);
    let json = asked.format.is_some_and(|it| it.0);
    let (format, kind, name) = match json {
        true => (
            ExportFormat::Json,
            "application/json",
            "attachment; filename=interactions_export.json",
        ),
        false => (
            ExportFormat::Csv { guard },
            "text/csv",
            "attachment; filename=interactions_export.csv",
        ),
    };
    let export = commands.export(asked.which.filter(), format).await?;
    Ok(Sent(export, kind, name))
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
