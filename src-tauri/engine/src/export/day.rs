//! The report of a day as CSV and JSON: one row for everything, one to each account, one to each
//! list.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;

use super::frame::{Listing, Sheet};
use super::{ExportError, Format};
use crate::clock::rfc3339;
use crate::list_file::{ACTIONS, STATUSES};
use crate::store::day::Span;
use crate::store::interactions::Sums;

/// Tasks of a row: what ended on the day, and what waits now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct DayTasks {
    /// Ended with every step done.
    pub completed: u64,
    /// Tried as often as allowed.
    pub failed: u64,
    /// Ended by the operator.
    pub cancelled: u64,
    /// Ended with an act of which nobody knows.
    pub interrupted: u64,
    /// Waiting at the moment of the report.
    pub waiting: u64,
}

/// Acts a day that an account may do; null: as many as it likes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Ceilings {
    /// Follows.
    pub follow: Option<u16>,
    /// Likes.
    pub like: Option<u16>,
    /// Comments.
    pub comment: Option<u16>,
}

/// One row of the report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DayRow {
    /// `all`, `account` or `list`.
    pub scope: &'static str,
    /// The id of the account or the list; empty for everything.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its tasks.
    pub tasks: DayTasks,
    /// What was recorded, by action and by what came of it.
    pub acts: Sums,
    /// Why acts were left out or failed, by what came of them and the reason.
    pub reasons: Sums,
    /// Acts of which nobody knows whether they happened.
    pub unknown: u64,
    /// Acts that were left out because they were done before.
    pub dedupe_hits: u64,
    /// Times that a rate limit made an account rest.
    pub rests: u64,
    /// Times that a challenge suspended an account.
    pub challenges: u64,
    /// Times that the operator suspended an account; null for a list.
    pub suspensions: Option<u64>,
    /// How long attempts lasted, ms.
    pub worked_ms: u64,
    /// What an account may do a day now; null for lists and for everything.
    pub ceilings: Option<Ceilings>,
}

impl DayRow {
    /// How often this came of that action.
    fn count(&self, action: &str, status: &str) -> u64 {
        let by_status = self.acts.get(action);
        by_status
            .and_then(|it| it.get(status))
            .copied()
            .unwrap_or(0)
    }
}

/// The report of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayReport {
    /// The local day, as `2026-11-23`.
    pub date: String,
    /// When it is.
    pub span: Span,
    /// Everything first, then accounts, then lists.
    pub rows: Vec<DayRow>,
}

/// Writes the report and gives the number of its rows.
pub fn export_day(
    report: &DayReport,
    format: Format,
    now_ms: i64,
    out: impl Write,
) -> Result<u64, ExportError> {
    match format {
        Format::Csv { guard } => csv(report, guard, out),
        Format::Json => {
            let head = [
                ("date", report.date.as_str().into()),
                ("from", rfc3339(report.span.from).into()),
                ("to", rfc3339(report.span.to).into()),
            ];
            let mut listing = Listing::new(out, now_ms, &head, "rows")?;
            for row in &report.rows {
                listing.row(row)?;
            }
            Ok(listing.finish()?)
        }
    }
}

const LEADING: [&str; 9] = [
    "date",
    "scope",
    "id",
    "name",
    "tasks_completed",
    "tasks_failed",
    "tasks_cancelled",
    "tasks_interrupted",
    "tasks_waiting",
];

const TRAILING: [&str; 10] = [
    "unknown",
    "dedupe_hits",
    "rests",
    "challenges",
    "suspensions",
    "worked_ms",
    "ceiling_follow",
    "ceiling_like",
    "ceiling_comment",
    "reasons",
];

/// The columns of the CSV, in order: what came of acts is one column to each pair of words.
pub fn columns() -> Vec<String> {
    let pairs = ACTIONS.iter().flat_map(|action| {
        let of_action = STATUSES.iter();
        of_action.map(move |status| format!("{action}_{status}"))
    });
    let words = |words: &[&str]| words.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    [words(&LEADING), pairs.collect(), words(&TRAILING)].concat()
}

fn csv(report: &DayReport, guard: bool, out: impl Write) -> Result<u64, ExportError> {
    let mut sheet = Sheet::new(out, guard, columns())?;
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    for row in &report.rows {
        sheet.plain(&report.date);
        sheet.plain(row.scope);
        sheet.text(&row.id);
        sheet.text(&row.name);
        let DayTasks {
            completed,
            failed,
            cancelled,
            interrupted,
            waiting,
        } = row.tasks;
        for tasks in [completed, failed, cancelled, interrupted, waiting] {
            sheet.number(number(tasks));
        }
        for action in ACTIONS {
            for status in STATUSES {
                sheet.number(number(row.count(action, status)));
            }
        }
        for times in [row.unknown, row.dedupe_hits, row.rests, row.challenges] {
            sheet.number(number(times));
        }
        let suspensions = row.suspensions.map(|it| it.to_string());
        sheet.plain(&suspensions.unwrap_or_default());
        sheet.number(number(row.worked_ms));
        let Ceilings {
            follow,
            like,
            comment,
        } = row.ceilings.unwrap_or_default();
        for ceiling in [follow, like, comment] {
            let ceiling = ceiling.map(|it| it.to_string());
            sheet.plain(&ceiling.unwrap_or_default());
        }
        sheet.text(&reasons(row));
        sheet.end_row()?;
    }
    Ok(sheet.finish()?)
}

/// Why acts were left out or failed, as one text: `skipped already_following 3; failed no_change 1`.
fn reasons(row: &DayRow) -> String {
    let told = row.reasons.iter().flat_map(|(status, by_reason)| {
        let each = by_reason.iter();
        each.map(move |(reason, times)| format!("{status} {reason} {times}"))
    });
    told.collect::<Vec<_>>().join("; ")
}

/// Adds sums to sums.
pub fn add(sums: &mut Sums, more: &Sums) {
    for (action, by_status) in more {
        let own: &mut BTreeMap<_, _> = sums.entry(action.clone()).or_default();
        for (status, times) in by_status {
            *own.entry(status.clone()).or_default() += times;
        }
    }
}
