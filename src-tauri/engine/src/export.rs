//! Recorded outcomes as CSV and JSON, streamed row by row (http-api.md, Interactions).

use std::io::Write;

use rusqlite::Connection;

use crate::clock::rfc3339;
use crate::store::interactions::{self, Filter, Interaction};

/// The columns of a CSV export, in order, for good.
pub const COLUMNS: [&str; 10] = [
    "platform",
    "account_id",
    "target_username",
    "action",
    "status",
    "reason",
    "task_id",
    "device_id",
    "latency_ms",
    "ts",
];

/// What stands in the column `platform`.
const PLATFORM: &str = "instagram";

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
    Store(#[from] crate::store::StoreError),
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
pub fn export(
    connection: &Connection,
    filter: Filter,
    format: Format,
    now_ms: i64,
    out: impl Write,
) -> Result<u64, ExportError> {
    match format {
        Format::Csv { guard } => csv(connection, filter, guard, out),
        Format::Json => json(connection, filter, now_ms, out),
    }
}

fn csv(
    connection: &Connection,
    filter: Filter,
    guard: bool,
    out: impl Write,
) -> Result<u64, ExportError> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    writer.write_record(COLUMNS).map_err(write_error)?;
    let mut rows = 0;
    let text = |value: &str| {
        if guard {
            guarded(value)
        } else {
            value.to_owned()
        }
    };
    interactions::each(connection, filter, |row| {
        rows += 1;
        writer
            .write_record([
                PLATFORM,
                &text(&row.account_id),
                &text(&row.target),
                &row.action,
                &row.status,
                &text(&row.reason),
                &row.task.to_string(),
                &text(&row.udid),
                &row.latency_ms.to_string(),
                &rfc3339(row.ts),
            ])
            .map_err(write_error)
    })??;
    writer.flush()?;
    Ok(rows)
}

fn write_error(error: csv::Error) -> std::io::Error {
    std::io::Error::other(error)
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
    let first = value.trim_start_matches(' ').chars().next();
    match first {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\0') => format!("'{value}"),
        _ => value.to_owned(),
    }
}

fn json(
    connection: &Connection,
    filter: Filter,
    now_ms: i64,
    mut out: impl Write,
) -> Result<u64, ExportError> {
    let total = interactions::count(connection, filter)?;
    let filters = serde_json::json!({
        "list": filter.list.map(|list| list.0),
        "rehearsal": filter.rehearsal,
    });
    let exported_at = serde_json::json!(rfc3339(now_ms));
    write!(
        out,
        "{{\"exported_at\":{exported_at},\"total_events\":{total},"
    )?;
    write!(out, "\"filters\":{filters},\"events\":[")?;
    let mut rows = 0;
    interactions::each(connection, filter, |row| {
        if rows > 0 {
            out.write_all(b",")?;
        }
        rows += 1;
        write!(out, "{}", event(row))
    })??;
    out.write_all(b"]}\n")?;
    out.flush()?;
    Ok(rows)
}

fn event(row: &Interaction) -> serde_json::Value {
    serde_json::json!({
        "platform": PLATFORM,
        "account_id": row.account_id,
        "target_username": row.target,
        "action": row.action,
        "status": row.status,
        "reason": row.reason,
        "task_id": row.task.to_string(),
        "device_id": row.udid,
        "latency_ms": row.latency_ms,
        "ts": rfc3339(row.ts),
    })
}
