//! The database of a data directory, and the exported file, as they are found after a run.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, Row};

/// A row of `tasks`.
#[derive(Debug, Clone)]
pub struct Task {
    /// Its id, in hexadecimal.
    pub id: String,
    /// The operator's id of its account.
    pub account: String,
    /// Whom it is about.
    pub target: String,
    /// What it does, separated by `;`.
    pub actions: String,
    /// The line of the file it came from.
    pub row: Option<i64>,
    /// Its place in the account's order.
    pub seq: Option<i64>,
    /// It only looks.
    pub rehearsal: bool,
    /// Where it stands.
    pub status: String,
    /// How often it was started.
    pub attempts: i64,
    /// How often it was put back.
    pub retry_marks: i64,
}

/// A row of `tries`: an attempt that is over, or holds its lease.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Its number.
    pub number: i64,
    /// The task's id.
    pub task: String,
    /// The operator's id of the account.
    pub account: String,
    /// The UDID.
    pub phone: String,
    /// When it began, ms since 1970 UTC.
    pub started: i64,
    /// When it ended.
    pub ended: Option<i64>,
    /// How.
    pub ending: Option<String>,
    /// Why its phone was in doubt, if it was.
    pub doubt: Option<String>,
    /// When its phone was proven quiet.
    pub quiet: Option<i64>,
}

impl Attempt {
    /// Until when it held its account and its phone; none while it does.
    pub fn held_until(&self) -> Option<i64> {
        match &self.doubt {
            Some(_) => self.quiet,
            None => self.ended,
        }
    }
}

/// A row of `interactions`.
#[derive(Debug, Clone)]
pub struct Interaction {
    /// The task's id.
    pub task: String,
    /// The attempt.
    pub attempt: i64,
    /// The step.
    pub step: i64,
    /// The operator's id of the account.
    pub account: String,
    /// The UDID.
    pub phone: String,
    /// It only looked.
    pub rehearsal: bool,
    /// Whom it is about.
    pub target: String,
    /// `follow`, `like`, `view` …
    pub action: String,
    /// What came of it.
    pub status: String,
    /// Why.
    pub reason: String,
    /// How long it took.
    pub latency_ms: i64,
    /// When, ms since 1970 UTC.
    pub ts: i64,
}

/// A row of `intents`.
#[derive(Debug, Clone)]
pub struct Intent {
    /// The attempt.
    pub attempt: i64,
    /// The step.
    pub step: i64,
    /// The operator's id of the account.
    pub account: String,
    /// `follow`, `like`, `comment`.
    pub act: String,
    /// To whom.
    pub target: String,
    /// When it was made durable, ms since 1970 UTC.
    pub ts: i64,
}

/// A decision of the journal.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Policy time in ms.
    pub at: i64,
    /// Wall time in ms.
    pub ts: i64,
    /// The records as they are written.
    pub records: Vec<serde_json::Value>,
}

/// All that the database says.
#[derive(Debug, Clone, Default)]
pub struct Books {
    /// What the integrity and foreign key checks found; empty when all is well.
    pub damage: Vec<String>,
    /// Leases that are held.
    pub leases: i64,
    /// Lists.
    pub lists: i64,
    /// All tasks, in the order of their account's line.
    pub tasks: Vec<Task>,
    /// All attempts in the order of their numbers.
    pub attempts: Vec<Attempt>,
    /// All recorded outcomes in their order.
    pub interactions: Vec<Interaction>,
    /// All intents.
    pub intents: Vec<Intent>,
    /// The journal.
    pub journal: Vec<Entry>,
}

impl Books {
    /// Reads the database of a data directory; no engine may be at work in it.
    ///
    /// # Panics
    /// When it cannot be read.
    pub fn read(data: &Path) -> Self {
        let connection = open(data);
        let mut damage: Vec<String> = rows(&connection, "PRAGMA integrity_check", |row| row.get(0))
            .into_iter()
            .filter(|found: &String| found != "ok")
            .collect();
        damage.extend(rows(&connection, "PRAGMA foreign_key_check", |row| {
            let table: String = row.get(0)?;
            Ok(format!("a row of {table} has no parent"))
        }));
        Self {
            damage,
            leases: one(&connection, "SELECT count(*) FROM leases"),
            lists: one(&connection, "SELECT count(*) FROM lists"),
            tasks: rows(&connection, TASKS, task),
            attempts: rows(&connection, ATTEMPTS, attempt),
            interactions: rows(&connection, INTERACTIONS, interaction),
            intents: rows(&connection, INTENTS, intent),
            journal: rows(
                &connection,
                "SELECT at, ts, records FROM journal ORDER BY seq",
                entry,
            ),
        }
    }

    /// The attempts of a task.
    pub fn attempts_of(&self, task: &str) -> Vec<&Attempt> {
        let own = |attempt: &&Attempt| attempt.task == task;
        self.attempts.iter().filter(own).collect()
    }

    /// How many tasks stand so.
    pub fn count(&self, status: &str) -> usize {
        let so = |task: &&Task| task.status == status;
        self.tasks.iter().filter(so).count()
    }

    /// What the CSV file must hold: one line per outcome, texts guarded, less the head.
    pub fn csv_rows(&self, rehearsal: bool) -> Vec<Vec<String>> {
        let own = self
            .interactions
            .iter()
            .filter(|row| row.rehearsal == rehearsal);
        own.map(csv_row).collect()
    }
}

/// The database of a data directory, read-only.
///
/// # Panics
/// When there is none.
pub fn open(data: &Path) -> Connection {
    let path = data.join("signalbox.db");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(&path, flags)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// One number.
///
/// # Panics
/// When there is none.
pub fn one(connection: &Connection, sql: &str) -> i64 {
    connection
        .query_row(sql, [], |row| row.get(0))
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// An exported file, head and rows.
///
/// # Panics
/// When it is no CSV.
pub fn csv(text: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let fields = |row: &csv::StringRecord| row.iter().map(str::to_owned).collect();
    let head = fields(reader.headers().expect("a head"));
    let rows = reader.records();
    (head, rows.map(|row| fields(&row.expect("a row"))).collect())
}

/// The head of an exported file.
pub const CSV_HEAD: [&str; 10] = [
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

fn csv_row(row: &Interaction) -> Vec<String> {
    let id = &row.task;
    let parts = [&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]];
    let fields: [&str; 10] = [
        "instagram",
        &row.account,
        &row.target,
        &row.action,
        &row.status,
        &row.reason,
        &parts.join("-"),
        &row.phone,
        &row.latency_ms.to_string(),
        &rfc3339(row.ts),
    ];
    fields.map(str::to_owned).to_vec()
}

/// A time as exports write it. Days are counted by the civil calendar's own rule, so that this is
/// no copy of the product's.
pub fn rfc3339(ms: i64) -> String {
    let (days, ms) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000));
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day = shifted.rem_euclid(146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{date:02}T{:02}:{:02}:{:02}.{:03}Z",
        ms / 3_600_000,
        ms / 60_000 % 60,
        ms / 1_000 % 60,
        ms % 1_000
    )
}

const TASKS: &str = "SELECT hex(t.task_id), a.account_id, t.target, t.actions, t.row_no, t.seq,
    t.rehearsal, t.status, (SELECT count(*) FROM tries WHERE tries.task_id = t.task_id),
    t.retry_marks
    FROM tasks t JOIN accounts a ON a.no = t.account_no ORDER BY t.account_no, t.seq, t.row_no";

fn task(row: &Row<'_>) -> rusqlite::Result<Task> {
    Ok(Task {
        id: row.get::<_, String>(0)?.to_lowercase(),
        account: row.get(1)?,
        target: row.get(2)?,
        actions: row.get(3)?,
        row: row.get(4)?,
        seq: row.get(5)?,
        rehearsal: row.get(6)?,
        status: row.get(7)?,
        attempts: row.get(8)?,
        retry_marks: row.get(9)?,
    })
}

const ATTEMPTS: &str =
    "SELECT t.no, hex(t.task_id), a.account_id, p.udid, t.started_ts, t.ended_ts,
    t.ending, t.doubt, t.quiet_ts
    FROM tries t JOIN accounts a ON a.no = t.account_no JOIN phones p ON p.no = t.phone_no
    ORDER BY t.no";

fn attempt(row: &Row<'_>) -> rusqlite::Result<Attempt> {
    Ok(Attempt {
        number: row.get(0)?,
        task: row.get::<_, String>(1)?.to_lowercase(),
        account: row.get(2)?,
        phone: row.get(3)?,
        started: row.get(4)?,
        ended: row.get(5)?,
        ending: row.get(6)?,
        doubt: row.get(7)?,
        quiet: row.get(8)?,
    })
}

const INTERACTIONS: &str = "SELECT hex(i.task_id), i.attempt_no, i.step, a.account_id, p.udid,
    i.rehearsal, i.target, i.action, i.status, i.reason, i.latency_ms, i.ts
    FROM interactions i JOIN accounts a ON a.no = i.account_no JOIN phones p ON p.no = i.phone_no
    ORDER BY i.seq";

fn interaction(row: &Row<'_>) -> rusqlite::Result<Interaction> {
    Ok(Interaction {
        task: row.get::<_, String>(0)?.to_lowercase(),
        attempt: row.get(1)?,
        step: row.get(2)?,
        account: row.get(3)?,
        phone: row.get(4)?,
        rehearsal: row.get(5)?,
        target: row.get(6)?,
        action: row.get(7)?,
        status: row.get(8)?,
        reason: row.get(9)?,
        latency_ms: row.get(10)?,
        ts: row.get(11)?,
    })
}

const INTENTS: &str = "SELECT i.attempt_no, i.step, a.account_id, i.act, i.target_key, i.ts
    FROM intents i JOIN accounts a ON a.no = i.account_no ORDER BY i.attempt_no, i.step";

fn intent(row: &Row<'_>) -> rusqlite::Result<Intent> {
    Ok(Intent {
        attempt: row.get(0)?,
        step: row.get(1)?,
        account: row.get(2)?,
        act: row.get(3)?,
        target: row.get(4)?,
        ts: row.get(5)?,
    })
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let records: String = row.get(2)?;
    Ok(Entry {
        at: row.get(0)?,
        ts: row.get(1)?,
        records: serde_json::from_str(&records).expect("the journal holds JSON"),
    })
}

fn rows<T>(
    connection: &Connection,
    sql: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Vec<T> {
    let read = || -> rusqlite::Result<Vec<T>> {
        let mut statement = connection.prepare(sql)?;
        statement.query_map([], read)?.collect()
    };
    read().unwrap_or_else(|error| panic!("{sql}: {error}"))
}
