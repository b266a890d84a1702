//! How an account stood, read back: from the journal what the core decided about it, with the row
//! of each attempt, and from `audit` what operators ordered.
//!
//! The journal is the only place that has all of it and has no index by account, so it is read from
//! its end, in stretches, until enough was found or a page has looked at enough.

use rusqlite::{Connection, OptionalExtension, params};
use signalbox_scheduler::record::By;
use signalbox_scheduler::{AccountNo, Record, TaskId};

use super::attempts::{self, Try};
use super::audit::{self, AuditRow};
use super::{Result, StoreError};

/// Rows of the journal that are read at once.
const STRETCH: i64 = 20_000;
/// Rows that one page looks at.
const LOOKED_AT: i64 = 200_000;
/// Orders of one page.
const ORDERS_MAX: u32 = 1_000;

/// Something that changed how an account stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// When, ms since 1970.
    pub ts: i64,
    /// What.
    pub what: What,
}

/// What changed.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// An attempt of a task of it began; how it went, where that is still kept.
    Tried {
        /// The task.
        task: TaskId,
        /// The attempt.
        found: Option<Try>,
    },
    /// It began to rest.
    CooldownBegun {
        /// For how long, policy milliseconds.
        ms: u64,
        /// Rate limits in a row.
        in_a_row: u8,
    },
    /// The time of its rest came.
    CooldownOver,
    /// The platform asked for its owner.
    Challenged,
    /// An operator ordered something of it.
    Ordered(AuditRow),
}

/// A page, the newest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// What is on it.
    pub facts: Vec<Fact>,
    /// Before which row the next one begins; none where nothing is left.
    pub next: Option<i64>,
}

/// What changed how an account stands, before a row of the journal.
pub fn page(
    connection: &Connection,
    (no, id): (AccountNo, &str),
    before: Option<i64>,
    limit: usize,
) -> Result<Page> {
    let newest = "SELECT coalesce(max(seq), 0) + 1 FROM journal";
    let newest: i64 = connection.query_row(newest, [], |row| row.get(0))?;
    let end = before.unwrap_or(newest).min(newest);
    let (mut facts, mut at) = (Vec::new(), end);
    while at > 1 && facts.len() < limit && end - at < LOOKED_AT {
        at = stretch(connection, no, at, limit, &mut facts)?;
    }
    let next = Some(at).filter(|at| *at > 1);
    // Orders of the same stretch of time: each stands on exactly one page.
    let filter = audit::Filter {
        from: next
            .map(|seq| ts_of(connection, seq))
            .transpose()?
            .flatten(),
        to: before
            .map(|seq| ts_of(connection, seq))
            .transpose()?
            .flatten()
            .map(|ts| ts - 1),
        subject: Some(id.to_owned()),
        ..audit::Filter::default()
    };
    let orders = audit::page(connection, &filter, None, ORDERS_MAX)?;
    let orders = orders
        .into_iter()
        .filter(|row| row.subject_kind == "account");
    facts.extend(orders.map(|row| Fact {
        ts: row.ts,
        what: What::Ordered(row),
    }));
    facts.sort_by_key(|fact| std::cmp::Reverse(fact.ts));
    Ok(Page { facts, next })
}

fn ts_of(connection: &Connection, seq: i64) -> Result<Option<i64>> {
    let sql = "SELECT ts FROM journal WHERE seq = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row([seq], |row| row.get(0)).optional()?)
}

/// Reads the rows before `end` backwards, until enough was found; the first row that was read.
fn stretch(
    connection: &Connection,
    no: AccountNo,
    end: i64,
    limit: usize,
    facts: &mut Vec<Fact>,
) -> Result<i64> {
    // Most rows are about other accounts, and are not worth being read as records.
    let sql = "SELECT seq, at, ts, records FROM journal WHERE seq < ?1 AND seq >= ?2
               AND (instr(records, ?3) > 0 OR instr(records, ?4) > 0) ORDER BY seq DESC";
    let begin = (end - STRETCH).max(1);
    let named = format!("\"account\":{}", no.0);
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![
        end,
        begin,
        format!("{named},"),
        format!("{named}}}")
    ])?;
    while let Some(row) = rows.next()? {
        let (seq, at, ts): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let text = row.get_ref(3)?.as_str().unwrap_or_default();
        let records: Vec<Record> = serde_json::from_str(text)
            .map_err(|error| StoreError::damaged(format!("journal row {seq}: {error}")))?;
        for record in records.iter().rev() {
            if let Some(what) = what(connection, no, at.unsigned_abs(), record)? {
                facts.push(Fact { ts, what });
            }
        }
        if facts.len() >= limit {
            return Ok(seq);
        }
    }
    Ok(begin)
}

/// What a record says of this account; what an operator ordered stands in the audit.
fn what(connection: &Connection, no: AccountNo, at: u64, record: &Record) -> Result<Option<What>> {
    Ok(match *record {
        Record::Started {
            attempt,
            task,
            account,
            ..
        } if account == no => Some(What::Tried {
            task,
            found: attempts::find(connection, task, Some(attempt))?,
        }),
        Record::CooldownBegun {
            account,
            until,
            in_a_row,
        } if account == no => Some(What::CooldownBegun {
            ms: until.saturating_sub(at),
            in_a_row,
        }),
        Record::CooldownEnded {
            account,
            by: By::Time,
        } if account == no => Some(What::CooldownOver),
        Record::Suspended {
            account,
            challenge: true,
        } if account == no => Some(What::Challenged),
        _ => None,
    })
}
