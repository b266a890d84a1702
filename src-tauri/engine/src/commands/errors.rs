//! Which accounts are in trouble: the states of all, with what went wrong lately.

use std::collections::{BTreeMap, HashMap};

use signalbox_scheduler::{Account, AccountNo, AccountState};

use super::states::{account_state, at_wall};
use super::{CommandError, Commands};
use crate::clock::rfc3339;
use crate::dto::AccountStateDto;
use crate::runtime::View;
use crate::store::attempts::{self, Failure};

/// Errors that are told of one account.
const TOLD_MAX: usize = 5;

/// An account's state, with its errors.
#[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct AccountErrors {
    /// Its state.
    #[serde(flatten)]
    pub state: AccountStateDto,
    /// What went wrong lately; empty where nothing did.
    pub error_state: ErrorState,
}

/// What went wrong lately with an account, or nothing.
#[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum ErrorState {
    /// Something did.
    Some(Box<Errors>),
    /// Nothing did.
    None {},
}

/// What went wrong lately with an account.
#[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct Errors {
    /// `active`, `cooldown`, `suspended`, or `error`: its last attempt failed.
    pub state: &'static str,
    /// Attempts that failed since its last completed task.
    pub consecutive_errors: u64,
    /// RFC 3339.
    pub last_error_time: Option<String>,
    /// RFC 3339.
    pub cooldown_until: Option<String>,
    /// The last ones, the newest first.
    pub recent_errors: Vec<RecentError>,
    /// Seconds of real time until its rest ends; null where it does not rest.
    pub cooldown_remaining: Option<f64>,
}

/// One error.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct RecentError {
    /// A stable code.
    pub code: String,
    /// One sentence.
    pub message: String,
    /// RFC 3339.
    pub timestamp: String,
}

impl Commands {
    /// The states of all accounts with their errors, and the moment they are of (RFC 3339).
    pub async fn account_errors(
        &self,
    ) -> Result<(BTreeMap<String, AccountErrors>, String), CommandError> {
        let mut lately: HashMap<AccountNo, Vec<Failure>> = HashMap::new();
        for failure in self.query(attempts::failures).await? {
            lately.entry(failure.account).or_default().push(failure);
        }
        self.read(move |view| {
            // As the states without errors: those that are gone are told nowhere.
            let accounts = view.state.accounts().filter(|(_, it)| !it.removed);
            let states = accounts.map(|(no, account)| {
                let state = account_state(view, no, account);
                let lately = lately.remove(&no).unwrap_or_default();
                let error_state = errors(view, account, &state, &lately);
                (
                    state.account_id.clone(),
                    AccountErrors { state, error_state },
                )
            });
            (states.collect(), rfc3339(view.now.wall))
        })
        .await
    }
}

fn errors(
    view: &View<'_>,
    account: &Account,
    told: &AccountStateDto,
    lately: &[Failure],
) -> ErrorState {
    let recent = lately.iter().take(TOLD_MAX).map(|failure| RecentError {
        code: failure.code.clone(),
        message: failure.sentence.clone(),
        timestamp: rfc3339(failure.ts),
    });
    let recent: Vec<RecentError> = recent.collect();
    // Times of one form: their order is that of their texts.
    let since = told.last_completed_at.as_deref().unwrap_or_default();
    let in_a_row = lately.iter().filter(|it| *rfc3339(it.ts) > *since).count();
    let until = account.rests_until.filter(|until| *until > view.now.at);
    let state = match account.state {
        AccountState::Suspended { .. } => "suspended",
        AccountState::Cooldown { .. } => "cooldown",
        _ if in_a_row > 0 => "error",
        _ => "active",
    };
    if state == "active" && recent.is_empty() {
        return ErrorState::None {};
    }
    let seconds = |ms| std::time::Duration::from_millis(ms).as_secs_f64();
    ErrorState::Some(Box::new(Errors {
        state,
        consecutive_errors: in_a_row as u64,
        last_error_time: recent.first().map(|it| it.timestamp.clone()),
        cooldown_until: until.map(|until| at_wall(view, until)),
        cooldown_remaining: until
            .map(|until| seconds(until - view.now.at) / f64::from(view.time_scale)),
        recent_errors: recent,
    }))
}
