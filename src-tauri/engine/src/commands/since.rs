//! What happened since a moment: for somebody who comes back.

use std::collections::BTreeMap;

use serde::Serialize;

use super::series::SeriesSums;
use super::{CommandError, Commands};
use crate::clock::rfc3339;
use crate::store::audit;
use crate::store::series::{self, KEPT_MS, MINUTE_MS, Sample};

/// What happened since a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Since {
    /// The moment, RFC 3339: that which was asked for, or 30 days ago.
    pub from: String,
    /// RFC 3339.
    pub to: String,
    /// What came of tasks and acts, from the minute of the moment on; of what is older than two
    /// days, from the quarter of an hour or the hour.
    pub sums: SeriesSums,
    /// Orders of operators, by the face: `window`, `http`, `cli`.
    pub orders: BTreeMap<String, u64>,
}

impl Commands {
    /// What happened since a moment, ms since 1970.
    pub async fn since(&self, from: i64) -> Result<Since, CommandError> {
        let to = self.clock.read().wall_ms;
        let from = from.clamp(to.saturating_sub(KEPT_MS), to);
        let minute = series::minute_of(to);
        let live = self.read(move |view| Sample::of(minute, view.began, &view.state.counts()));
        let live = live.await?;
        self.query(move |connection| {
            // The last row that says how all stood before the moment.
            let before = series::minute_of(from).saturating_sub(MINUTE_MS);
            let before = series::span(connection, before + 1, before + 1)?;
            let before = before.into_iter().next().unwrap_or_default();
            Ok(Since {
                from: rfc3339(from),
                to: rfc3339(to),
                sums: SeriesSums::between(&before, &live.counted(connection)?),
                orders: audit::sums(connection, from)?,
            })
        })
        .await
    }
}
