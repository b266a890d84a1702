//! Recorded outcomes as CSV and JSON, streamed row by row (http-api.md, Interactions).

mod audit;
mod list;

use std::io::{BufWriter, Write};

use csv::ByteRecord;
use rusqlite::Connection;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

pub use audit::{COLUMNS as AUDIT_COLUMNS, export_audit};
pub use list::export_list;

use crate::clock::{Stamps, rfc3339};
pub use crate::list_file::{OUTCOME_COLUMNS as COLUMNS, PLATFORM};
use crate::store::StoreError;
use crate::store::interactions::{self, Condition, Filter, Interaction};

/// What is written at once.
const BUFFER_BYTES: usize = 128 << 10;

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
    let moment = connection
        .unchecked_transaction()
        .map_err(StoreError::from)?;
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
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .buffer_capacity(BUFFER_BYTES)
        .from_writer(out);
    writer.write_record(COLUMNS).map_err(write_error)?;
    let mut rows = 0;
    let mut line = Line::new(guard);
    interactions::each(connection, filter, |row| {
        rows += 1;
        writer.write_byte_record(line.of(row)).map_err(write_error)
    })??;
    writer.flush()?;
    Ok(rows)
}

fn write_error(error: csv::Error) -> std::io::Error {
    std::io::Error::other(error)
}

/// The fields of one row after the other, in memory that is used again.
struct Line {
    guard: bool,
    record: ByteRecord,
    field: Vec<u8>,
    stamps: Stamps,
}

impl Line {
    fn new(guard: bool) -> Self {
        Self {
            guard,
            record: ByteRecord::new(),
            field: Vec::new(),
            stamps: Stamps::default(),
        }
    }

    fn of(&mut self, row: &Interaction<'_>) -> &ByteRecord {
        self.record.clear();
        self.plain(PLATFORM);
        self.text(row.account_id);
        self.text(row.target);
        self.plain(row.action);
        self.plain(row.status);
        self.text(row.reason);
        let mut id = [0; Hyphenated::LENGTH];
        let task = row
            .task
            .map(|task| &*task.hyphenated().encode_lower(&mut id));
        self.plain(task.unwrap_or_default());
        self.text(row.udid);
        self.number(row.latency_ms);
        self.record.push_field(self.stamps.write(row.ts).as_bytes());
        &self.record
    }

    fn plain(&mut self, value: &str) {
        self.record.push_field(value.as_bytes());
    }

    fn text(&mut self, value: &str) {
        if !self.guard || !would_run(value) {
            return self.plain(value);
        }
        self.field.clear();
        self.field.push(b'\'');
        self.field.extend_from_slice(value.as_bytes());
        self.record.push_field(&self.field);
    }

    fn number(&mut self, value: i64) {
        self.field.clear();
        // Memory takes all that is written into it.
        let _ = write!(self.field, "{value}");
        self.record.push_field(&self.field);
    }
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

fn would_run(value: &str) -> bool {
    let first = value.bytes().find(|byte| *byte != b' ');
    matches!(
        first,
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r' | b'\0')
    )
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
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, out);
    let total = interactions::count(connection, filter)?;
    let filters = filters(filter);
    let exported_at = serde_json::json!(rfc3339(now_ms));
    write!(
        out,
        "{{\"exported_at\":{exported_at},\"total_events\":{total},"
    )?;
    write!(out, "\"filters\":{filters},\"events\":[")?;
    let mut rows = 0;
    let mut stamps = Stamps::default();
    interactions::each(connection, filter, |row| {
        if rows > 0 {
            out.write_all(b",")?;
        }
        rows += 1;
        let event = Event {
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
        };
        serde_json::to_writer(&mut out, &event).map_err(std::io::Error::from)
    })??;
    out.write_all(b"]}\n")?;
    out.flush()?;
    Ok(rows)
}

#[cfg(test)]
mod tests;
