//! Recorded outcomes as CSV and JSON, streamed row by row (http-api.md, Interactions).

mod audit;
mod day;
mod frame;
mod list;
mod rejected;
mod series;

use std::io::Write;

use rusqlite::Connection;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

pub use audit::{COLUMNS as AUDIT_COLUMNS, export_audit};
pub use day::{Ceilings, DayReport, DayRow, DayTasks, add, columns as day_columns, export_day};
use frame::{Listing, Sheet, moment, would_run};
pub use list::export_list;
pub use rejected::export_rejected;
pub use series::{SeriesRow, export_series};

use crate::clock::{Stamps, rfc3339};
pub use crate::list_file::{OUTCOME_COLUMNS as COLUMNS, PLATFORM};
use crate::store::StoreError;
use crate::store::interactions::{self, Condition, Filter};

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180 with CRLF.
    Csv {
        /// Put `'` before what a spreadsheet would run.
        guard: bool,
    },
    /// One object, lossless and unguarded.
    Json,
}

/// What went wrong with an export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The data set could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file or stream could not be written.
    #[error("The export could not be written: {0}. Check the disk and the name.")]
    Write(#[from] std::io::Error),
}

impl ExportError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Write(_) => "export_write",
        }
    }
}

/// Writes all matching rows and gives their number. `now_ms` is the time the export says it is of.
/// All of it is of one moment, also while an engine goes on writing. `out` is written to in large
/// pieces and flushed; it needs no buffer of its own.
pub fn export(
    connection: &Connection,
    filter: &Filter,
    format: Format,
    now_ms: i64,
    out: impl Write,
) -> Result<u64, ExportError> {
    let moment = moment(connection)?;
    match format {
        Format::Csv { guard } => csv(&moment, filter, guard, out),
        Format::Json => json(&moment, filter, now_ms, out),
    }
}

fn csv(
    connection: &Connection,
    filter: &Filter,
    guard: bool,
    out: impl Write,
) -> Result<u64, ExportError> {
    let mut sheet = Sheet::new(out, guard, COLUMNS)?;
    let mut stamps = Stamps::default();
    interactions::each(connection, filter, |row| {
        sheet.plain(PLATFORM);
        sheet.text(row.account_id);
        sheet.text(row.target);
        sheet.plain(row.action);
        sheet.plain(row.status);
        sheet.text(row.reason);
        let mut id = [0; Hyphenated::LENGTH];
        let task = row
            .task
            .map(|task| &*task.hyphenated().encode_lower(&mut id));
        sheet.plain(task.unwrap_or_default());
        sheet.text(row.udid);
        sheet.number(row.latency_ms);
        sheet.plain(stamps.write(row.ts));
        sheet.end_row()
    })??;
    Ok(sheet.finish()?)
}

/// A text that a spreadsheet shows and does not run: one that starts, also behind spaces, with
/// `=`, `+`, `-`, `@`, a tab, a carriage return or NUL gets a `'` in front.
///
/// ```
/// use signalbox_engine::export::guarded;
/// assert_eq!(guarded("=1+1"), "'=1+1");
/// assert_eq!(guarded("  @cmd"), "'  @cmd");
/// assert_eq!(guarded("a=b"), "a=b");
/// ```
pub fn guarded(value: &str) -> String {
    if would_run(value) {
        format!("'{value}")
    } else {
        value.to_owned()
    }
}

/// A row as an object, its names in the order of the alphabet.
#[derive(Serialize)]
struct Event<'r> {
    account_id: &'r str,
    action: &'r str,
    device_id: &'r str,
    latency_ms: i64,
    platform: &'static str,
    reason: &'r str,
    status: &'r str,
    target_username: &'r str,
    task_id: Option<Uuid>,
    ts: &'r str,
}

/// What was asked for, as it stands in an export.
fn filters(filter: &Filter) -> Value {
    let mut told = Map::new();
    told.insert("rehearsal".to_owned(), filter.rehearsal.into());
    for condition in &filter.conditions {
        let value = match condition {
            Condition::Task(id) | Condition::ListId(id) => id.to_string().into(),
            Condition::List(no) => no.0.into(),
            Condition::Target(text)
            | Condition::Account(text)
            | Condition::Status(text)
            | Condition::Action(text)
            | Condition::Device(text) => text.as_str().into(),
            Condition::From(ts) | Condition::Until(ts) => rfc3339(*ts).into(),
        };
        told.insert(condition.name().to_owned(), value);
    }
    told.into()
}

fn json(
    connection: &Connection,
    filter: &Filter,
    now_ms: i64,
    out: impl Write,
) -> Result<u64, ExportError> {
    let total = interactions::count(connection, filter)?;
    let head = [("total_events", total.into()), ("filters", filters(filter))];
    let mut listing = Listing::new(out, now_ms, &head, "events")?;
    let mut stamps = Stamps::default();
    interactions::each(connection, filter, |row| {
        listing.row(&Event {
            account_id: row.account_id,
            action: row.action,
            device_id: row.udid,
            latency_ms: row.latency_ms,
            platform: PLATFORM,
            reason: row.reason,
            status: row.status,
            target_username: row.target,
            task_id: row.task,
            ts: stamps.write(row.ts),
        })
    })??;
    Ok(listing.finish()?)
}

#[cfg(test)]
mod tests;
