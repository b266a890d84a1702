//! The numbers over time as CSV and JSON: one row to each step.

use std::io::Write;

use serde_json::{Map, Value};

use super::frame::{Listing, Sheet};
use super::{ExportError, Format};

/// What is told of each step behind its beginning, in order.
const NUMBERS: [&str; 11] = [
    "total_accounts_tracked",
    "accounts_running",
    "accounts_waiting",
    "accounts_cooldown",
    "total_concurrency_blocks",
    "total_tasks_queued_waiting",
    "tasks_completed",
    "tasks_failed",
    "acts_done",
    "latency_p50_ms",
    "latency_p95_ms",
];

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesRow {
    /// Where it begins, RFC 3339.
    pub ts: String,
    /// The numbers in the order of their columns; `None`: there is none.
    pub numbers: [Option<u64>; NUMBERS.len()],
}

/// Writes the steps and gives their number.
pub fn export_series(
    rows: &[SeriesRow],
    format: Format,
    now_ms: i64,
    out: impl Write,
) -> Result<u64, ExportError> {
    match format {
        Format::Csv { guard } => {
            let columns = ["ts"].into_iter().chain(NUMBERS);
            let mut sheet = Sheet::new(out, guard, columns)?;
            for row in rows {
                sheet.plain(&row.ts);
                for number in row.numbers {
                    match number {
                        Some(number) => sheet.number(i64::try_from(number).unwrap_or(i64::MAX)),
                        None => sheet.plain(""),
                    }
                }
                sheet.end_row()?;
            }
            Ok(sheet.finish()?)
        }
        Format::Json => {
            let mut listing = Listing::new(out, now_ms, &[], "points")?;
            for row in rows {
                let numbers = NUMBERS.into_iter().zip(row.numbers);
                let numbers = numbers.map(|(name, number)| (name.to_owned(), number.into()));
                let mut object: Map<String, Value> = numbers.collect();
                object.insert("ts".to_owned(), row.ts.as_str().into());
                listing.row(&object)?;
            }
            Ok(listing.finish()?)
        }
    }
}
