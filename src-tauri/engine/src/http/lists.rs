//! Lists: a file is planned, accepted as it was shown, and done again.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answer::Refusal;
use super::api::Api;
use super::download::{Asks, Sent};
use super::input::{Body, Query, Segment};
use super::key::key;
use super::page::Page;
use super::problem::{Finding, Problem};
use super::shape::one_of;
use super::term::{AccountId, AgainWord, DeviceId, Line, PlanId, VerdictWord};
use crate::commands::{
    Again, CommandError, Commands, ImportReport, LeaveOut, ListView, Over, PlanFile, PlanRows,
    PlanView, TasksCancelled,
};
use crate::list_file::ColumnNames;

pub(super) fn routes(api: &mut Api) {
    api.about("lists", "Lists: many tasks of one file.");
    api.route(
        Method::POST,
        "/api/lists/plan",
        "plan_list",
        "Check a file and say what it would do",
        plan,
    )
    .gives("/plan_id", "/api/lists/plan/{id}")
    .feeds("/plan_id", "accept_plan", "plan_id");
    api.route(
        Method::GET,
        "/api/lists/plan/{id}",
        "plan_rows",
        "The rows of a plan",
        plan_rows,
    )
    // It was accepted.
    .refuses(Refusal::Conflict);
    let accepted = api
        .route(
            Method::POST,
            "/api/lists",
            "accept_plan",
            "Accept a plan as it was shown",
            accept,
        )
        .gives("/list_id", "/api/lists/{id}");
    accepted.refuses(Refusal::NotFound);
    api.route(
        Method::GET,
        "/api/lists",
        "lists",
        "Lists, newest first",
        lists,
    );
    api.route(
        Method::GET,
        "/api/lists/{id}",
        "list",
        "A list, and how far it is",
        list,
    );
    of_one(api);
}

/// What is done with one list.
fn of_one(api: &mut Api) {
    api.route(
        Method::POST,
        "/api/lists/{id}/again",
        "list_again",
        "Do a list again",
        again,
    )
    .gives("/list_id", "/api/lists/{id}");
    api.route(
        Method::POST,
        "/api/lists/{id}/rehearse",
        "rehearse_list",
        "Go through a list and only look",
        rehearse,
    )
    .gives("/list_id", "/api/lists/{id}");
    api.route(
        Method::POST,
        "/api/lists/{id}/cancel",
        "cancel_list",
        "Take out what waits of a list; what runs goes on",
        cancel,
    );
    api.route(
        Method::GET,
        "/api/lists/{id}/eta",
        "list_eta",
        "About when a list will have ended",
        eta,
    );
    let export = api.route(
        Method::GET,
        "/api/lists/{id}/export",
        "export_list",
        "A list with what came of each row; a list file that can be read back",
        export,
    );
    export.by_ticket();
}

/// When a list will have ended.
#[derive(Serialize, JsonSchema)]
struct ListEta {
    /// About when the last of it ends, RFC 3339; null where there is no basis to say, where a person
    /// has to help first, or where nothing is left to do.
    ends_at: Option<String>,
}

async fn eta(commands: Commands, Segment(id): Segment<ListKey>) -> Result<Json<ListEta>, Problem> {
    let ends_at = commands.list_eta(id.0).await?;
    Ok(Json(ListEta { ends_at }))
}

/// Beside the form, nothing is asked of the export of a list.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Whole {}

async fn cancel(
    commands: Commands,
    Segment(id): Segment<ListKey>,
) -> Result<Json<TasksCancelled>, Problem> {
    Ok(Json(commands.cancel_list(id.0).await?))
}

async fn export(
    commands: Commands,
    Segment(id): Segment<ListKey>,
    Asks(Whole {}, form): Asks<Whole>,
) -> Result<Sent, Problem> {
    let export = commands.export_list(id.0, form.format()).await?;
    Ok(form.sent(export, "list"))
}

/// Accounts that rows may be spread over when they are named one by one.
const SPREAD_MAX: u32 = 1_000;

/// Over which accounts rows are spread that name none: one of these.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(extend("oneOf" = one_of(&["group", "accounts", "devices"]), "x-rule" = EITHER))]
pub(super) struct SpreadOver {
    /// Those of a group.
    group: Option<Line>,
    /// These.
    #[schemars(length(min = 1, max = SPREAD_MAX))]
    accounts: Option<Vec<AccountId>>,
    /// Those that may use no other phone than one of these.
    #[schemars(length(min = 1, max = SPREAD_MAX))]
    devices: Option<Vec<DeviceId>>,
}

/// What is said of a spread that is no choice.
const EITHER: &str = "It must name one of group, accounts, devices.";

impl SpreadOver {
    /// For the engine.
    pub(super) fn over(self) -> Result<Over, Problem> {
        match (self.group, self.accounts, self.devices) {
            (Some(group), None, None) => Ok(Over::Group(group.0)),
            (None, None, Some(ids)) => Ok(Over::Devices(ids.into_iter().map(|id| id.0).collect())),
            (None, Some(ids), None) => Ok(Over::Accounts(ids.into_iter().map(|id| id.0).collect())),
            _ => Err(Problem::fields(vec![Finding::at("/spread", EITHER)])),
        }
    }
}

/// The answer where what a spread names is not there, and to every other error.
pub(super) fn about_spread(error: CommandError) -> Problem {
    let place = match error.code.as_str() {
        "unknown_account" => "/spread/accounts",
        "unknown_phone" => "/spread/devices",
        _ => return error.into(),
    };
    let detail = error.detail.clone();
    Problem {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        findings: vec![Finding::at(place, detail)],
        ..error.into()
    }
}

/// What is said of a plan of nothing.
const A_FILE: &str = "It must have tasks, accounts, or both.";

/// A file to plan with.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(extend("anyOf" = one_of(&["tasks", "accounts"]), "x-rule" = A_FILE))]
pub(super) struct NewPlan {
    /// What to call the list.
    name: Line,
    /// `tasks.csv`, as text; left out, the list only brings accounts.
    #[schemars(length(min = 1))]
    tasks: Option<String>,
    /// `accounts.csv`, as text: accounts that come with the list.
    #[schemars(length(min = 1))]
    accounts: Option<String>,
    /// What the file calls its columns, where it calls them otherwise: from its name to ours, or
    /// to nothing for a column to pass over.
    #[schemars(extend("maxProperties" = 64))]
    columns: Option<BTreeMap<String, ColumnName>>,
    /// What stands in every row under a column of ours that the file does not have, by our name.
    #[schemars(extend("maxProperties" = 16))]
    values: Option<BTreeMap<String, CellText>>,
    /// As `columns`, of the accounts.
    #[schemars(extend("maxProperties" = 64))]
    account_columns: Option<BTreeMap<String, ColumnName>>,
    /// As `values`, of the accounts.
    #[schemars(extend("maxProperties" = 16))]
    account_values: Option<BTreeMap<String, CellText>>,
    /// Over which accounts rows are spread that name none; all, where nothing is said.
    spread: Option<SpreadOver>,
    /// It would only look.
    #[serde(default)]
    rehearsal: bool,
}

/// Our name of a column, or nothing.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct ColumnName(#[schemars(length(max = 64))] String);

/// A text that stands in every row.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct CellText(#[schemars(length(max = 1_000))] String);

type Names = Option<BTreeMap<String, ColumnName>>;
type Values = Option<BTreeMap<String, CellText>>;

fn columns(names: Names, values: Values) -> ColumnNames {
    let names = names.unwrap_or_default().into_iter();
    let values = values.unwrap_or_default().into_iter();
    ColumnNames {
        given: values.map(|(ours, text)| (ours, text.0)).collect(),
        ..names.map(|(theirs, ours)| (theirs, ours.0)).collect()
    }
}

/// A plan to accept.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct AcceptPlan {
    /// The plan.
    plan_id: PlanId,
    /// Leave the rows out that cannot be accepted; else a plan with such rows is refused whole.
    #[serde(default)]
    leave_out_refused: bool,
    /// Leave the rows out that say what another says.
    #[serde(default)]
    leave_out_duplicates: bool,
}

/// Which tasks of a list are to be done again.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct DoAgain {
    /// All, those that failed, or those that ended without being completed.
    which: AgainWord,
}

/// Which rows of a plan are wanted.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct RowsWanted {
    /// Those of which this is to become; all, where nothing is said.
    verdict: Option<VerdictWord>,
    #[serde(flatten)]
    page: Page,
}

/// A page of lists.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Lists {
    /// The lists, newest first.
    lists: Vec<ListView>,
    /// How many there are.
    count: u64,
    /// The most that were asked for.
    limit: u32,
    /// How many were passed over.
    skip: u32,
}

key!(
    /// A list, by its id.
    ListKey,
    "ListId",
    "unknown_list",
    "There is no list of this id."
);
key!(
    /// A plan, by its id.
    PlanKey,
    "PlanId",
    "unknown_plan",
    "There is no plan of this id."
);

async fn plan(commands: Commands, Body(new): Body<NewPlan>) -> Result<Json<PlanView>, Problem> {
    let over = new.spread.map_or(Ok(Over::All), SpreadOver::over)?;
    let file = PlanFile {
        name: new.name.0,
        tasks: new.tasks.map(String::into_bytes),
        columns: columns(new.columns, new.values),
        accounts: new.accounts.map(String::into_bytes),
        account_columns: columns(new.account_columns, new.account_values),
        over,
        rehearsal: new.rehearsal,
    };
    let planned = commands.plan(file).await;
    Ok(Json(planned.map_err(about_spread)?))
}

async fn plan_rows(
    commands: Commands,
    Segment(id): Segment<PlanKey>,
    Query(wanted): Query<RowsWanted>,
) -> Result<Json<PlanRows>, Problem> {
    let page = (wanted.page.skip as usize, wanted.page.limit as usize);
    let verdict = wanted.verdict.map(|word| word.0);
    Ok(Json(commands.plan_rows(id.0, verdict, page)?))
}

async fn accept(
    commands: Commands,
    Body(plan): Body<AcceptPlan>,
) -> Result<Json<ImportReport>, Problem> {
    let leave_out = LeaveOut {
        refused: plan.leave_out_refused,
        duplicates: plan.leave_out_duplicates,
    };
    Ok(Json(commands.commit_plan(plan.plan_id.0, leave_out).await?))
}

async fn lists(commands: Commands, Query(page): Query<Page>) -> Result<Json<Lists>, Problem> {
    let wanted = (page.skip as usize, page.limit as usize);
    let (lists, count) = commands.lists(wanted).await?;
    Ok(Json(Lists {
        lists,
        count,
        limit: page.limit,
        skip: page.skip,
    }))
}

async fn list(
    commands: Commands,
    Segment(id): Segment<ListKey>,
) -> Result<Json<ListView>, Problem> {
    Ok(Json(commands.list(id.0).await?))
}

async fn again(
    commands: Commands,
    Segment(id): Segment<ListKey>,
    Body(again): Body<DoAgain>,
) -> Result<Json<ImportReport>, Problem> {
    let which: Again = again.which.0;
    let done = commands.again(id.0, which).await;
    done.map(Json).map_err(|error| of_before(error.into()))
}

async fn rehearse(
    commands: Commands,
    Segment(id): Segment<ListKey>,
) -> Result<Json<ImportReport>, Problem> {
    let done = commands.rehearse(id.0).await;
    done.map(Json).map_err(|error| of_before(error.into()))
}

/// An account that the list names is gone: no field of the request is to blame.
fn of_before(mut problem: Problem) -> Problem {
    if problem.code == "unknown_account" {
        problem.status = StatusCode::CONFLICT;
        problem.findings.clear();
    }
    problem
}
