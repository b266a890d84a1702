//! The audit as CSV and JSON, streamed row by row, by the rules of the outcomes' export.

use std::io::{BufWriter, Write};

use rusqlite::Connection;
use serde::Serialize;
use serde_json::Value;

use super::{BUFFER_BYTES, ExportError, Format, guarded, write_error};
use crate::clock::rfc3339;
use crate::store::StoreError;
use crate::store::audit::{self, AuditRow, Filter};

/// The columns of a CSV export, in order, for good.
pub const COLUMNS: [&str; 10] = [
    "seq",
    "ts",
    "who",
    "action",
    "subject_kind",
    "subject",
    "subject_name",
    "why",
    "before",
    "after",
];

/// Writes all matching rows, the newest first, and gives their number; all of one moment.
pub fn export_audit(
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
    audit::each(connection, filter, |row| {
        rows += 1;
        let text = |text: &str| match guard {
            true => guarded(text),
            false => text.to_owned(),
        };
        let record = [
            row.seq.to_string(),
            rfc3339(row.ts),
            row.who,
            row.action,
            row.subject_kind,
            text(&row.subject),
            text(&row.subject_name),
            text(row.why.as_deref().unwrap_or_default()),
            row.before,
            row.after,
        ];
        writer.write_record(&record).map_err(write_error)
    })??;
    writer.flush()?;
    Ok(rows)
}

/// A row as an object.
#[derive(Serialize)]
struct Entry<'r> {
    seq: i64,
    ts: String,
    who: &'r str,
    action: &'r str,
    subject_kind: &'r str,
    subject: &'r str,
    subject_name: &'r str,
    why: Option<&'r str>,
    before: Value,
    after: Value,
}

fn json(
    connection: &Connection,
    filter: &Filter,
    now_ms: i64,
    out: impl Write,
) -> Result<u64, ExportError> {
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, out);
    let filters = serde_json::json!({
        "action": filter.action,
        "from_date": filter.from.map(rfc3339),
        "subject": filter.subject,
        "to_date": filter.to.map(rfc3339),
        "who": filter.who,
    });
    let exported_at = serde_json::json!(rfc3339(now_ms));
    write!(
        out,
        "{{\"exported_at\":{exported_at},\"filters\":{filters},\"entries\":["
    )?;
    let mut rows = 0;
    audit::each(connection, filter, |row| {
        if rows > 0 {
            out.write_all(b",")?;
        }
        rows += 1;
        entry(&mut out, &row)
    })??;
    out.write_all(b"]}\n")?;
    out.flush()?;
    Ok(rows)
}

fn entry(out: &mut impl Write, row: &AuditRow) -> std::io::Result<()> {
    let raw = |text| serde_json::from_str::<Value>(text).map_err(std::io::Error::from);
    let entry = Entry {
        seq: row.seq,
        ts: rfc3339(row.ts),
        who: &row.who,
        action: &row.action,
        subject_kind: &row.subject_kind,
        subject: &row.subject,
        subject_name: &row.subject_name,
        why: row.why.as_deref(),
        before: raw(&row.before)?,
        after: raw(&row.after)?,
    };
    serde_json::to_writer(out, &entry).map_err(std::io::Error::from)
}
