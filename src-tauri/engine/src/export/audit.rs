//! The audit as CSV and JSON, streamed row by row, by the rules of the outcomes' export.

use std::io::Write;

use rusqlite::Connection;
use serde::Serialize;
use serde_json::Value;

use super::frame::{Listing, Sheet, moment};
use super::{ExportError, Format};
use crate::clock::rfc3339;
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
    audit::each(connection, filter, |row| {
        sheet.number(row.seq);
        sheet.plain(&rfc3339(row.ts));
        sheet.plain(&row.who);
        sheet.plain(&row.action);
        sheet.plain(&row.subject_kind);
        sheet.text(&row.subject);
        sheet.text(&row.subject_name);
        sheet.text(row.why.as_deref().unwrap_or_default());
        sheet.plain(&row.before);
        sheet.plain(&row.after);
        sheet.end_row()
    })??;
    Ok(sheet.finish()?)
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
    let filters = serde_json::json!({
        "action": filter.action,
        "from_date": filter.from.map(rfc3339),
        "subject": filter.subject,
        "to_date": filter.to.map(rfc3339),
        "who": filter.who,
    });
    let mut listing = Listing::new(out, now_ms, &[("filters", filters)], "entries")?;
    audit::each(connection, filter, |row| listing.row(&entry(&row)?))??;
    Ok(listing.finish()?)
}

fn entry(row: &AuditRow) -> std::io::Result<Entry<'_>> {
    let raw = |text| serde_json::from_str::<Value>(text).map_err(std::io::Error::from);
    Ok(Entry {
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
    })
}
