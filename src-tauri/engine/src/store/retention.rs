//! What is not kept for ever: outcomes, finished attempts, intents and lines of logs that are older
//! than anything looks back. Tasks and lists stay, and so does the journal: it is the truth that a
//! snapshot is only a short cut to, and it holds what operators did.
//!
//! A sweep goes through the tables chunk by chunk, each in a transaction of its own, so that it can
//! be spread over hours beside the loop's work.

use rusqlite::types::Value;
use rusqlite::{Connection, params};
use signalbox_scheduler::policy::DAY_MS;

use super::Result;

/// Rows that a chunk looks at.
const CHUNK_ROWS: u32 = 200;
/// The most history, by policy time, that one sweep takes away: a computer that starts with a clock
/// years ahead loses a week of the oldest history, and not all of it.
const SWEEP_MS: i64 = 7 * DAY_MS.cast_signed();

/// Since when history is kept. A row goes only when it is older by both clocks: the wall may jump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cutoff {
    /// Policy time, ms; negative before it began.
    pub at: i64,
    /// Wall time, ms since 1970 UTC.
    pub ts: i64,
}

impl Cutoff {
    /// So many days before this time.
    pub fn before(at: u64, ts: i64, days: u64) -> Self {
        let kept = days.saturating_mul(DAY_MS);
        Self {
            at: i64::try_from(at)
                .unwrap_or(i64::MAX)
                .saturating_sub_unsigned(kept),
            ts: ts.saturating_sub_unsigned(kept),
        }
    }
}

/// A table, and which of its rows are old. `?2` and `?3` are the cutoff's two times.
struct Table {
    name: &'static str,
    key: &'static str,
    /// The key grows with time: where nothing is old, nothing behind it is.
    grows: bool,
    /// Its rows are of tasks, and stay as long as those need them.
    of_tasks: bool,
    old: &'static str,
    /// Policy time of the row, where it has one.
    at: &'static str,
    /// What must hold besides.
    also: &'static str,
}

/// What was attempted and how stays as long as an outcome of the task does.
const WITHOUT_OUTCOME: &str = "NOT EXISTS (SELECT 1 FROM attempts a
    JOIN interactions i ON i.attempt_no = a.no WHERE a.task_id = h.task_id)";

/// Outcomes first: others wait for them.
const TABLES: [Table; 5] = [
    Table {
        name: "interactions",
        key: "seq",
        grows: true,
        of_tasks: true,
        old: "h.at < ?2 AND h.ts < ?3",
        at: "h.at",
        // It has its part in the sums.
        also: "h.filed = 1",
    },
    Table {
        name: "imported",
        key: "seq",
        grows: false,
        of_tasks: false,
        old: "h.at < ?2 AND h.ts < ?3",
        at: "h.at",
        also: "1",
    },
    Table {
        name: "attempts",
        // Ids of tasks grow with time as well.
        key: "task_id",
        grows: true,
        of_tasks: true,
        old: "?2 > 0 AND h.ended_ts < ?3",
        at: "NULL",
        also: WITHOUT_OUTCOME,
    },
    Table {
        name: "intents",
        key: "attempt_no",
        grows: true,
        of_tasks: true,
        old: "h.at < ?2 AND h.ts < ?3",
        at: "h.at",
        // One text is sent to one person once, for good.
        also: "h.text = ''",
    },
    Table {
        name: "task_log",
        key: "seq",
        grows: true,
        of_tasks: true,
        old: "?2 > 0 AND h.ts < ?3",
        at: "NULL",
        also: WITHOUT_OUTCOME,
    },
];

/// Rows of these tasks stay, however old: where a task goes on is told by its outcomes, and what a
/// person is to look at needs its story. `h` is the row.
const SETTLED: &str = "h.task_id NOT IN (SELECT task_id FROM leases) AND NOT EXISTS
    (SELECT 1 FROM tasks t WHERE t.task_id = h.task_id AND t.status IN ('queued', 'interrupted'))";

/// Before every key, whether number or bytes.
const FIRST: Value = Value::Integer(i64::MIN);

/// One walk through the tables.
#[derive(Debug)]
pub struct Sweep {
    cutoff: Cutoff,
    /// Place in [`TABLES`].
    table: usize,
    /// Rows up to this key were looked at.
    from: Value,
    /// The oldest row that goes is known, and the cutoff is not far behind it.
    bounded: bool,
}

impl Sweep {
    /// One that has not begun.
    pub fn new(cutoff: Cutoff) -> Self {
        Self {
            cutoff,
            table: 0,
            from: FIRST,
            bounded: false,
        }
    }

    /// Goes on by one chunk, in the caller's transaction, and tells how many rows went; `None`: the
    /// sweep is over.
    pub fn next(&mut self, connection: &Connection) -> Result<Option<usize>> {
        while let Some(table) = TABLES.get(self.table) {
            if let Some(gone) = self.chunk(connection, table)? {
                return Ok(Some(gone));
            }
            self.table += 1;
            self.from = FIRST;
        }
        Ok(None)
    }

    /// `None`: all that is left of the table is young.
    fn chunk(&mut self, connection: &Connection, table: &Table) -> Result<Option<usize>> {
        let Table {
            name,
            key,
            grows,
            of_tasks,
            old,
            at,
            also,
        } = table;
        let settled = if *of_tasks { SETTLED } else { "1" };
        // Put together from the constants above.
        let look = format!(
            "SELECT max(key), coalesce(max(old), 0), min(at) FROM (SELECT h.{key} AS key,
             {old} AS old, iif({old} AND {also} AND {settled}, {at}, NULL) AS at
             FROM {name} h WHERE h.{key} > ?1 ORDER BY h.{key} LIMIT {CHUNK_ROWS})"
        );
        let Cutoff { at, ts } = self.cutoff;
        let (upto, any_old, oldest): (Value, bool, Option<i64>) = connection
            .prepare_cached(&look)?
            .query_row(params![self.from, at, ts], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
        if upto == Value::Null || *grows && !any_old {
            return Ok(None);
        }
        if let (false, Some(oldest)) = (self.bounded, oldest) {
            self.cutoff.at = self.cutoff.at.min(oldest.saturating_add(SWEEP_MS));
            self.bounded = true;
        }
        let delete = format!(
            "DELETE FROM {name} AS h WHERE h.{key} > ?1 AND h.{key} <= ?4
             AND {old} AND {also} AND {settled}"
        );
        let Cutoff { at, ts } = self.cutoff;
        let gone = connection
            .prepare_cached(&delete)?
            .execute(params![self.from, at, ts, upto])?;
        self.from = upto;
        Ok(Some(gone))
    }
}

#[cfg(test)]
mod tests;
