//! The audit: what operators ordered.

use serde::Serialize;
use serde_json::Value;

use super::{CommandError, Commands, Export};
use crate::clock::rfc3339;
use crate::export::{Format, export_audit};
use crate::store::audit::{self, AuditRow};

pub use crate::store::audit::Filter as AuditFilter;

/// One order of an operator.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct AuditView {
    /// Its place in the audit; later ones are greater.
    pub seq: i64,
    /// When, RFC 3339 in UTC.
    pub ts: String,
    /// Through which face: `window`, `http`, `cli`.
    pub who: String,
    /// What, as `noun.verb`: `task.create`, `system.pause`.
    pub action: String,
    /// Kind of what it was about: `system`, `account`, `device`, `list`, `task` and others.
    pub subject_kind: String,
    /// Its id; empty for the system.
    pub subject: String,
    /// What people call it; empty where that is its id.
    pub subject_name: String,
    /// Why, in the operator's words; null where no reason was asked for or given.
    pub why: Option<String>,
    /// The facts it changed, as they were; null where there was nothing.
    pub before: Value,
    /// The same facts after it; null where there was nothing any more.
    pub after: Value,
}

/// A page of the audit.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditPage {
    /// The newest first.
    pub entries: Vec<AuditView>,
    /// Before which entry the next page begins, if there are more.
    pub next: Option<i64>,
}

fn shown(row: AuditRow) -> AuditView {
    let json = |text: &str| serde_json::from_str(text).unwrap_or_default();
    AuditView {
        seq: row.seq,
        ts: rfc3339(row.ts),
        before: json(&row.before),
        after: json(&row.after),
        who: row.who,
        action: row.action,
        subject_kind: row.subject_kind,
        subject: row.subject,
        subject_name: row.subject_name,
        why: row.why,
    }
}

impl Commands {
    /// At most `limit` orders that the filter lets through, the newest first, before the one
    /// numbered `before`.
    pub async fn audit(
        &self,
        filter: AuditFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<AuditPage, CommandError> {
        self.query(move |connection| {
            // One more than asked for says whether there is a next page.
            let mut rows = audit::page(connection, &filter, before, limit.saturating_add(1))?;
            let more = rows.len() > limit as usize;
            rows.truncate(limit as usize);
            Ok(AuditPage {
                next: rows.last().filter(|_| more).map(|row| row.seq),
                entries: rows.into_iter().map(shown).collect(),
            })
        })
        .await
    }

    /// Begins an export of all orders that the filter lets through, all of this moment.
    pub async fn export_audit(
        &self,
        filter: AuditFilter,
        format: Format,
    ) -> Result<Export, CommandError> {
        let now = self.clock.read().wall_ms;
        self.stream(move |reader, out| export_audit(reader, &filter, format, now, out))
            .await
    }
}
