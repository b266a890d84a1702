//! Accounts and concurrency: who there is, and the five answers others watch.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::Json;
use axum::http::Method;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::api::Api;
use super::input::{Named, Query, Segment};
use super::page::Page;
use super::problem::Problem;
use super::term::{AccountId, Line};
use crate::commands::{AccountErrors, AccountFilter, Commands};
use crate::dto::{AccountListing, AccountStateDto, ConcurrencyMetrics};
use crate::list_file::is_name;

pub(super) fn routes(api: &mut Api) {
    api.about("accounts", "Accounts, their states and their lines.");
    api.route(
        Method::GET,
        "/api/accounts",
        "accounts",
        "The accounts, page by page",
        list,
    );
    api.route(
        Method::GET,
        "/api/accounts/execution-states",
        "execution_states",
        "The state of every account",
        execution_states,
    );
    api.route(
        Method::GET,
        "/api/accounts/execution-states/{account_id}",
        "execution_state",
        "The state of one account",
        execution_state,
    );
    api.route(
        Method::GET,
        "/api/accounts/states",
        "account_states",
        "The state of every account, with what went wrong lately",
        errors,
    );
    api.route(
        Method::GET,
        "/api/accounts/waiting-tasks",
        "waiting_tasks",
        "The line of every account that has one, in order",
        waiting_tasks,
    );
    api.route(
        Method::GET,
        "/api/metrics/concurrency",
        "concurrency_metrics",
        "The six numbers of concurrency, of one moment",
        concurrency,
    );
}

/// Which accounts are wanted.
#[derive(Deserialize, JsonSchema)]
struct Wanted {
    #[serde(flatten)]
    page: Page,
    /// Only those of this group.
    group: Option<Line>,
    /// Only those whose id, handle or label has this in it.
    q: Option<Line>,
    /// Only these, where they are there.
    #[schemars(length(min = 1, max = 200))]
    ids: Option<Vec<AccountId>>,
}

/// A page of the accounts.
#[derive(Serialize, JsonSchema)]
struct AccountPage {
    success: bool,
    accounts: Vec<AccountListing>,
    /// How many there are in all.
    total: u64,
    limit: u32,
    skip: u32,
}

async fn list(
    commands: Commands,
    Query(wanted): Query<Wanted>,
) -> Result<Json<AccountPage>, Problem> {
    let Page { limit, skip } = wanted.page;
    let filter = AccountFilter {
        group: wanted.group.map(|it| it.0),
        q: wanted.q.map(|it| it.0),
        ids: wanted
            .ids
            .map(|ids| ids.into_iter().map(|it| it.0).collect()),
    };
    let (accounts, total) = commands
        .accounts(filter, skip as usize, limit as usize)
        .await?;
    Ok(Json(AccountPage {
        success: true,
        accounts,
        total,
        limit,
        skip,
    }))
}

/// The states of all accounts, of one moment.
#[derive(Serialize, JsonSchema)]
struct ExecutionStates {
    success: bool,
    account_states: BTreeMap<String, AccountStateDto>,
    /// RFC 3339.
    updated_at: String,
}

async fn execution_states(commands: Commands) -> Result<Json<ExecutionStates>, Problem> {
    let (account_states, updated_at) = commands.execution_states().await?;
    Ok(Json(ExecutionStates {
        success: true,
        account_states,
        updated_at,
    }))
}

/// The states of all accounts with their errors, of one moment.
#[derive(Serialize, JsonSchema)]
struct AccountStates {
    success: bool,
    account_states: BTreeMap<String, AccountErrors>,
    /// RFC 3339.
    updated_at: String,
}

async fn errors(commands: Commands) -> Result<Json<AccountStates>, Problem> {
    let (account_states, updated_at) = commands.account_errors().await?;
    Ok(Json(AccountStates {
        success: true,
        account_states,
        updated_at,
    }))
}

/// Whatever stands in the path: also of an account that nobody knows the state is told.
struct AnyName(String);

impl Named for AnyName {
    fn parse(text: &str) -> Option<Self> {
        Some(Self(text.to_owned()))
    }

    fn unknown() -> Option<Problem> {
        None
    }
}

impl JsonSchema for AnyName {
    fn schema_name() -> Cow<'static, str> {
        "AnyName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "examples": ["studio-1"] })
    }
}

/// The state of an account, or that nobody knows it.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum ExecutionState {
    /// `success` is true.
    Known {
        success: bool,
        account_state: Box<AccountStateDto>,
        /// RFC 3339.
        updated_at: String,
    },
    /// `success` is false.
    Unknown { success: bool, message: String },
}

/// 200 also for an account nobody knows, as those who watch are used to.
async fn execution_state(
    commands: Commands,
    Segment(AnyName(account_id)): Segment<AnyName>,
) -> Result<Json<ExecutionState>, Problem> {
    let unknown = |message| {
        Ok(Json(ExecutionState::Unknown {
            success: false,
            message,
        }))
    };
    if !is_name(&account_id) {
        return unknown("That is no account id.".to_owned());
    }
    let (state, updated_at) = commands.execution_state(account_id.clone()).await?;
    match state {
        Some(state) => Ok(Json(ExecutionState::Known {
            success: true,
            account_state: Box::new(state),
            updated_at,
        })),
        None => unknown(format!("There is no account {account_id}.")),
    }
}

/// The lines of all accounts that have one.
#[derive(Serialize, JsonSchema)]
struct WaitingTasks {
    success: bool,
    /// Ids of tasks; their index is their position.
    waiting_tasks_by_account: BTreeMap<String, Vec<String>>,
    total_waiting_tasks: u64,
    /// RFC 3339.
    updated_at: String,
}

async fn waiting_tasks(commands: Commands) -> Result<Json<WaitingTasks>, Problem> {
    let (waiting_tasks_by_account, total_waiting_tasks, updated_at) =
        commands.waiting_tasks().await?;
    Ok(Json(WaitingTasks {
        success: true,
        waiting_tasks_by_account,
        total_waiting_tasks,
        updated_at,
    }))
}

/// The six numbers.
#[derive(Serialize, JsonSchema)]
struct Concurrency {
    success: bool,
    concurrency_metrics: ConcurrencyMetrics,
    /// RFC 3339.
    updated_at: String,
}

async fn concurrency(commands: Commands) -> Result<Json<Concurrency>, Problem> {
    let (concurrency_metrics, updated_at) = commands.concurrency_metrics().await?;
    Ok(Json(Concurrency {
        success: true,
        concurrency_metrics,
        updated_at,
    }))
}
