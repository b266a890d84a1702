//! What came of everything so far, in numbers.

use std::collections::BTreeMap;

use super::{CommandError, Commands};
use crate::clock::rfc3339;
use crate::store::interactions::Sums;
use crate::store::{attempts, filing};

/// What came of everything so far.
#[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct Metrics {
    /// Outcomes.
    pub interactions: InteractionSums,
    /// Acts that were done before.
    pub deduplication: DeduplicationSums,
    /// What went wrong.
    pub error_handling: ErrorSums,
    /// How many accounts are in each state.
    pub account_states: BTreeMap<&'static str, u64>,
    /// RFC 3339.
    pub updated_at: String,
}

/// Outcomes, by what they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct InteractionSums {
    /// All of them.
    pub total_interactions: u64,
    /// Follows that were done.
    pub successful_follows: u64,
    /// Likes that were done.
    pub successful_likes: u64,
    /// Comments that were sent.
    pub successful_comments: u64,
    /// Acts left out because they were done before.
    pub dedupe_hits: u64,
    /// Acts the platform limited.
    pub rate_limit_events: u64,
    /// Acts that failed.
    pub failed_interactions: u64,
    /// Acts on private accounts.
    pub private_accounts: u64,
    /// Acts on targets that were not there.
    pub target_unavailable: u64,
}

/// How often the history was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct DeduplicationSums {
    /// Acts that were looked up before they were done or left out.
    pub total_checks: u64,
    /// Those that were done before.
    pub dedupe_hits: u64,
}

/// What went wrong, by what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct ErrorSums {
    /// Attempts that did not complete their task.
    pub total_errors: u64,
    /// Those that the platform limited.
    pub rate_limit_errors: u64,
    /// Acts on private accounts.
    pub private_account_errors: u64,
    /// Acts on targets that were not there.
    pub target_unavailable_errors: u64,
    /// Attempts without a network.
    pub network_errors: u64,
    /// Accounts that rest now.
    pub accounts_in_cooldown: u64,
    /// Times that a phone was taken out because it failed too often.
    pub circuit_breaker_trips: u64,
}

/// Of an action and a status, or of a status whatever the action.
fn of(sums: &Sums, action: Option<&str>, status: &str) -> u64 {
    let asked = sums
        .iter()
        .filter(|(it, _)| action.is_none_or(|action| action == *it));
    let times = asked.filter_map(|(_, by_status)| by_status.get(status));
    times.sum()
}

impl Commands {
    /// What came of everything so far.
    pub async fn metrics(&self) -> Result<Metrics, CommandError> {
        let found = self.query(|connection| {
            let sums = filing::totals(connection, false)?;
            Ok((sums, attempts::failures_by_code(connection)?))
        });
        let (sums, failed) = found.await?;
        let (counts, at) = self
            .read(|view| (view.state.counts(), rfc3339(view.now.wall)))
            .await?;
        let code = |code: &str| failed.get(code).copied().unwrap_or_default();
        let dedupe_hits = of(&sums, None, "dedupe_hit");
        let private = of(&sums, None, "private_account");
        let missing = of(&sums, None, "target_unavailable");
        let busy = counts.accounts_running + counts.accounts_cooldown + counts.accounts_suspended;
        Ok(Metrics {
            interactions: InteractionSums {
                total_interactions: sums.values().flat_map(BTreeMap::values).sum(),
                successful_follows: of(&sums, Some("follow"), "success"),
                successful_likes: of(&sums, Some("like"), "success"),
                successful_comments: of(&sums, Some("comment"), "success"),
                dedupe_hits,
                rate_limit_events: of(&sums, None, "rate_limited"),
                failed_interactions: of(&sums, None, "failed"),
                private_accounts: private,
                target_unavailable: missing,
            },
            deduplication: DeduplicationSums {
                total_checks: counts.checks,
                dedupe_hits,
            },
            error_handling: ErrorSums {
                total_errors: failed.values().sum(),
                rate_limit_errors: code("rate_limited"),
                private_account_errors: private,
                target_unavailable_errors: missing,
                network_errors: code("network_error"),
                accounts_in_cooldown: counts.accounts_cooldown,
                circuit_breaker_trips: counts.breaker_trips,
            },
            account_states: BTreeMap::from([
                ("available", counts.accounts.saturating_sub(busy)),
                ("running", counts.accounts_running),
                ("cooldown", counts.accounts_cooldown),
                ("suspended", counts.accounts_suspended),
            ]),
            updated_at: at,
        })
    }
}
