//! A list with what came of each of its rows, as CSV and JSON, streamed row by row: the columns of
//! a list file, which reads it back, and the outcomes behind them.

use std::io::Write;

use rusqlite::Connection;
use serde_json::json;
use signalbox_scheduler::ListNo;

use super::frame::{Listing, Sheet, moment};
use super::{ExportError, Format};
use crate::clock::rfc3339;
use crate::list_file::{self, COLUMNS, ENDING_COLUMNS, as_element, written};
use crate::store::tasks::{self, TaskRow, uuid};
use crate::store::{accounts, interactions, lists};

/// Writes all tasks of a list in the order of its rows, and gives their number; all of one moment.
pub fn export_list(
    connection: &Connection,
    list: ListNo,
    format: Format,
    now_ms: i64,
    out: impl Write,
) -> Result<u64, ExportError> {
    let moment = moment(connection)?;
    match format {
        Format::Csv { guard } => csv(&moment, list, guard, out),
        Format::Json => json(&moment, list, now_ms, out),
    }
}

/// A task of the list: the row it was, and what came of it.
struct Told {
    row: list_file::TaskRow,
    task: TaskRow,
    sums: interactions::Sums,
    error: Option<(String, String)>,
}

/// Each task of the list to `each`, one after the other.
fn each(
    connection: &Connection,
    list: ListNo,
    mut each: impl FnMut(Told) -> std::io::Result<()>,
) -> Result<u64, ExportError> {
    let accounts = accounts::all(connection)?;
    let mut rows = 0;
    tasks::each_of_list(connection, list, |task| {
        rows += 1;
        let account = accounts.get(task.account.0 as usize);
        let told = Told {
            row: task
                .spec
                .clone()
                .into_row(account.map(|row| row.account_id.clone())),
            sums: interactions::sums(connection, task.spec.task)?,
            error: tasks::last_error(connection, task.spec.task)?,
            task,
        };
        each(told).map_err(ExportError::from)
    })?;
    Ok(rows)
}

fn csv(
    connection: &Connection,
    list: ListNo,
    guard: bool,
    out: impl Write,
) -> Result<u64, ExportError> {
    let head = COLUMNS.iter().chain(&ENDING_COLUMNS);
    let mut sheet = Sheet::new(out, guard, head)?;
    each(connection, list, |told| {
        let (code, sentence) = told.error.unwrap_or_default();
        let time = |ts: Option<i64>| ts.map(rfc3339).unwrap_or_default();
        let outcome = [
            uuid(told.task.spec.task).to_string(),
            told.task.status,
            told.task.attempts.to_string(),
            time(told.task.started_ts),
            time(told.task.ended_ts),
            in_words(&told.sums),
            code,
            sentence,
        ];
        let fields = written(&told.row).into_iter().chain(outcome);
        fields.for_each(|field| sheet.text(&field));
        sheet.end_row()
    })?;
    Ok(sheet.finish()?)
}

/// Outcomes by action and status: `follow success=1; like success=2`.
fn in_words(sums: &interactions::Sums) -> String {
    let mut words = Vec::new();
    for (action, by_status) in sums {
        let counts = by_status.iter();
        words.extend(counts.map(|(status, times)| format!("{action} {status}={times}")));
    }
    words.join("; ")
}

fn json(
    connection: &Connection,
    list: ListNo,
    now_ms: i64,
    out: impl Write,
) -> Result<u64, ExportError> {
    let all = lists::all(connection)?;
    let known = all.get(list.0 as usize);
    let known = known.map(|row| {
        json!({
            "list_id": row.list_id.to_string(),
            "name": row.name,
            "rehearsal": row.rehearsal,
            "imported_by": row.who,
            "imported_at": rfc3339(row.ts),
            "total_tasks": row.tasks,
        })
    });
    let head = [("list", json!(known))];
    let mut listing = Listing::new(out, now_ms, &head, "tasks")?;
    each(connection, list, |told| {
        let (code, sentence) = told.error.unzip();
        listing.row(&json!({
            "row": told.row.line,
            "task": as_element(&told.row),
            "note": told.row.note,
            "task_id": uuid(told.task.spec.task).to_string(),
            "status": told.task.status,
            "attempts": told.task.attempts,
            "started_at": told.task.started_ts.map(rfc3339),
            "ended_at": told.task.ended_ts.map(rfc3339),
            "result": told.sums,
            "error_code": code,
            "error_message": sentence,
        }))
    })?;
    Ok(listing.finish()?)
}
