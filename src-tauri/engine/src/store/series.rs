//! Table `series`: how the numbers stood at the end of each minute in which something was committed.
//!
//! Nothing is committed in a minute without a row, so the row before it holds for it: that is
//! exact, and an idle engine writes nothing. Each row says since when the engine's life lasts that
//! wrote it; between the row before and that time there was no engine. Counters are totals, so that
//! rows can be taken away without anything being lost from a sum: of what is older than two days,
//! the last row of each quarter of an hour stays, after a week that of each hour, for 30 days.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, params};
use signalbox_scheduler::Counts;

use super::latencies::Latencies;
use super::{Result, StoreError};

/// The table. Times are wall time, ms since 1970 UTC.
pub const SCHEMA: &str = "
CREATE TABLE series (
    -- Where the minute begins.
    minute     INTEGER PRIMARY KEY,
    since      INTEGER NOT NULL,
    accounts   INTEGER NOT NULL,
    running    INTEGER NOT NULL,
    waiting    INTEGER NOT NULL,
    cooldown   INTEGER NOT NULL,
    blocks     INTEGER NOT NULL,
    queued     INTEGER NOT NULL,
    completed  INTEGER NOT NULL,
    failed     INTEGER NOT NULL,
    -- Outcomes so far by status, a JSON object, and the last one that is among them.
    outcomes   TEXT NOT NULL,
    last       INTEGER NOT NULL,
    -- How long acts took so far that were done, a JSON object.
    latencies  TEXT NOT NULL
) STRICT;
";

/// A minute, in ms.
pub const MINUTE_MS: i64 = 60_000;
/// A quarter of an hour.
pub const QUARTER_MS: i64 = 15 * MINUTE_MS;
/// An hour.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// A day.
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// How old rows are kept: every one, one a quarter, one an hour; then none.
const KEPT: [(i64, i64); 2] = [(2 * DAY_MS, QUARTER_MS), (7 * DAY_MS, HOUR_MS)];
/// How long anything is kept.
pub const KEPT_MS: i64 = 30 * DAY_MS;

/// Outcomes by status.
pub type Outcomes = BTreeMap<String, u64>;

/// How the numbers stood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sample {
    /// Where the minute begins.
    pub minute: i64,
    /// Since when the engine runs that was there.
    pub since: i64,
    /// Accounts there are.
    pub accounts: u64,
    /// Accounts with a task under way or in doubt.
    pub running: u64,
    /// Accounts with a waiting task.
    pub waiting: u64,
    /// Accounts that rest.
    pub cooldown: u64,
    /// Concurrency blocks so far.
    pub blocks: u64,
    /// Tasks that wait.
    pub queued: u64,
    /// Tasks completed so far.
    pub completed: u64,
    /// Tasks failed, or ended with an unknown act, so far.
    pub failed: u64,
    /// Outcomes so far by status, those of rehearsals not among them.
    pub outcomes: Outcomes,
    /// The last outcome among them.
    pub last: i64,
    /// How long acts took so far that were done, those of rehearsals not among them.
    pub latencies: Latencies,
}

impl Sample {
    /// The core's numbers, as they stand in a minute.
    pub fn of(minute: i64, since: i64, counts: &Counts) -> Self {
        Self {
            minute,
            since,
            accounts: counts.accounts,
            running: counts.accounts_running,
            waiting: counts.accounts_waiting,
            cooldown: counts.accounts_cooldown,
            blocks: counts.blocks,
            queued: counts.tasks_waiting,
            completed: counts.tasks_completed,
            failed: counts.tasks_failed + counts.tasks_interrupted,
            ..Self::default()
        }
    }

    /// With the outcomes up to its minute's end, which go on from those of the row before.
    pub fn counted(mut self, connection: &Connection) -> Result<Self> {
        if let Some(before) = newest(connection)? {
            (self.outcomes, self.last) = (before.outcomes, before.last);
            self.latencies = before.latencies;
        }
        let sql = "SELECT status, count(*), max(seq),
                   iif(status = 'success' AND action <> 'view', latency_ms, -1) AS ms
                   FROM interactions WHERE seq > ?1 AND ts < ?2 AND rehearsal = 0
                   GROUP BY status, ms";
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![self.last, self.minute + MINUTE_MS])?;
        while let Some(row) = rows.next()? {
            let times = row.get::<_, i64>(1)?.unsigned_abs();
            let status: String = row.get(0)?;
            // Looking is no act, and takes no time of its own.
            if let Ok(ms) = u64::try_from(row.get::<_, i64>(3)?) {
                self.latencies.note(ms, times);
            }
            *self.outcomes.entry(status).or_default() += times;
            self.last = self.last.max(row.get(2)?);
        }
        Ok(self)
    }
}

/// The minute that a time is in.
pub fn minute_of(ts: i64) -> i64 {
    ts.div_euclid(MINUTE_MS) * MINUTE_MS
}

/// Writes a row; of the same minute, the last one counts.
pub fn put(connection: &Connection, sample: &Sample) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO series (minute, since, accounts, running, waiting, cooldown,
               blocks, queued, completed, failed, outcomes, last, latencies)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    let wrong = |error| StoreError::damaged(format!("a sample cannot be written: {error}"));
    let outcomes = serde_json::to_string(&sample.outcomes).map_err(wrong)?;
    let latencies = serde_json::to_string(&sample.latencies).map_err(wrong)?;
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    connection.prepare_cached(sql)?.execute(params![
        sample.minute,
        sample.since,
        number(sample.accounts),
        number(sample.running),
        number(sample.waiting),
        number(sample.cooldown),
        number(sample.blocks),
        number(sample.queued),
        number(sample.completed),
        number(sample.failed),
        outcomes,
        sample.last,
        latencies,
    ])?;
    Ok(())
}

/// Takes away what is too old to be kept so finely.
pub fn thin(connection: &Connection, now: i64) -> Result<()> {
    let old = now.saturating_sub(KEPT_MS);
    // The row that holds at the beginning of what is kept stays: without it, all that was counted
    // before would seem to have happened then.
    let sql =
        "DELETE FROM series WHERE minute < (SELECT max(minute) FROM series WHERE minute < ?1)";
    connection.execute(sql, params![old])?;
    for (age, step) in KEPT {
        let sql = "DELETE FROM series WHERE minute < ?1 AND EXISTS (
                   SELECT 1 FROM series AS later WHERE later.minute > series.minute
                   AND later.minute < min((series.minute / ?2 + 1) * ?2, ?1))";
        // Whole steps only, so that what is thinned once is thinned for good.
        let before = now.saturating_sub(age).div_euclid(step) * step;
        connection.execute(sql, params![before, step])?;
    }
    Ok(())
}

const SELECT: &str = "SELECT minute, since, accounts, running, waiting, cooldown, blocks, queued, \
    completed, failed, outcomes, last, latencies FROM series ";

/// The newest row.
pub fn newest(connection: &Connection) -> Result<Option<Sample>> {
    let sql = [SELECT, "ORDER BY minute DESC LIMIT 1"].concat();
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row([], read).optional()?)
}

/// The rows of a span in their order, and the one before it.
pub fn span(connection: &Connection, from: i64, to: i64) -> Result<Vec<Sample>> {
    let sql = [
        SELECT,
        "WHERE minute >= coalesce((SELECT max(minute) FROM series WHERE minute < ?1), ?1)
         AND minute < ?2 ORDER BY minute",
    ]
    .concat();
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![from, to], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Sample> {
    let number = |column: usize| row.get::<_, i64>(column).map(i64::unsigned_abs);
    let outcomes: String = row.get(10)?;
    let latencies: String = row.get(12)?;
    Ok(Sample {
        minute: row.get(0)?,
        since: row.get(1)?,
        accounts: number(2)?,
        running: number(3)?,
        waiting: number(4)?,
        cooldown: number(5)?,
        blocks: number(6)?,
        queued: number(7)?,
        completed: number(8)?,
        failed: number(9)?,
        outcomes: serde_json::from_str(&outcomes).unwrap_or_default(),
        last: row.get(11)?,
        latencies: serde_json::from_str(&latencies).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(SCHEMA).unwrap();
        connection
    }

    #[test]
    fn old_rows_are_thinned_to_the_last_of_their_step_and_no_sum_is_lost() {
        let connection = table();
        let now = 40 * DAY_MS;
        for minute in 0..40 * 24 * 60 {
            let sample = Sample {
                minute: minute * MINUTE_MS,
                completed: minute.unsigned_abs(),
                ..Sample::default()
            };
            put(&connection, &sample).unwrap();
        }
        thin(&connection, now).unwrap();
        let rows = span(&connection, 0, now).unwrap();
        let of = |from: i64, to: i64| {
            let within = rows
                .iter()
                .filter(|it| (from..to).contains(&(now - it.minute)));
            within.count()
        };
        assert_eq!(of(0, 2 * DAY_MS), 2 * 24 * 60 - 1);
        assert_eq!(of(2 * DAY_MS + HOUR_MS, 7 * DAY_MS), 5 * 24 * 4 - 4);
        assert_eq!(of(7 * DAY_MS + HOUR_MS, KEPT_MS), 23 * 24 - 1);
        assert_eq!(of(KEPT_MS + HOUR_MS, 50 * DAY_MS), 0);
        // Each kept row is the last of its step, so its totals are those of the step's end.
        let coarse = rows.iter().filter(|it| now - it.minute > 8 * DAY_MS);
        assert!(coarse.clone().count() > 0);
        for row in coarse {
            assert_eq!(row.minute % HOUR_MS, HOUR_MS - MINUTE_MS);
            assert_eq!(row.completed, (row.minute / MINUTE_MS).unsigned_abs());
        }
        let kept = rows.len();
        thin(&connection, now).unwrap();
        assert_eq!(span(&connection, 0, now).unwrap().len(), kept);
    }

    #[test]
    fn a_span_comes_with_the_row_that_holds_at_its_beginning() {
        let connection = table();
        for minute in [1, 5, 9] {
            let minute = minute * MINUTE_MS;
            let sample = Sample::of(minute, 0, &Counts::default());
            put(&connection, &sample).unwrap();
        }
        let check = |from: i64, to: i64, expected: &[i64]| {
            let rows = span(&connection, from * MINUTE_MS, to * MINUTE_MS).unwrap();
            let minutes: Vec<i64> = rows.iter().map(|it| it.minute / MINUTE_MS).collect();
            assert_eq!(minutes, expected, "{from} to {to}");
        };
        check(0, 10, &[1, 5, 9]);
        check(6, 10, &[5, 9]);
        check(5, 9, &[1, 5]);
        check(20, 30, &[9]);
        check(0, 1, &[]);
    }
}
