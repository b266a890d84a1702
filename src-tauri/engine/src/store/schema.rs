//! The format of the file and its forward-only migrations.

#[cfg(test)]
mod tests;

use std::path::Path;

use rusqlite::{Connection, Transaction};

use super::{
    Result, StoreError, accounts, attempts, audit, filing, imported, imports, jobs, phones, series,
    settings, tasks, templates, terms,
};

/// One step per format, in order, each a list of texts; a released step is never changed.
const MIGRATIONS: [&[&str]; 4] = [&[V1], &[V2], &[V3], V4];

/// Each new table's text stands in the table's own file.
const V4: &[&str] = &[
    settings::SCHEMA,
    audit::SCHEMA,
    accounts::SCHEMA,
    phones::SCHEMA,
    series::SCHEMA,
    filing::SCHEMA,
    attempts::FAILED,
    terms::SCHEMA,
    tasks::SCHEMA,
    tasks::UNSUCCESSFUL,
    templates::SCHEMA,
    imported::SCHEMA,
    imports::SCHEMA,
    jobs::SCHEMA,
];

/// Times: `at` is policy time in ms, `ts` wall time in ms since 1970 UTC. Ids of tasks and lists
/// are the 16 bytes of a UUID. Accounts, phones and lists are numbered as the core numbers them.
const V1: &str = "
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
    seq     INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    shown   INTEGER NOT NULL,
    boot_id BLOB NOT NULL,
    boot_ms INTEGER NOT NULL,
    ts      INTEGER NOT NULL,
    records TEXT NOT NULL
) STRICT;

CREATE TABLE phones (
    no    INTEGER PRIMARY KEY,
    udid  TEXT NOT NULL UNIQUE,
    name  TEXT NOT NULL DEFAULT '',
    model TEXT NOT NULL DEFAULT '',
    ios   TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE accounts (
    no         INTEGER PRIMARY KEY,
    account_id TEXT NOT NULL UNIQUE,
    handle     TEXT NOT NULL,
    handle_key TEXT NOT NULL UNIQUE,
    phone_no   INTEGER REFERENCES phones (no),
    label      TEXT NOT NULL DEFAULT '',
    grouping   TEXT NOT NULL DEFAULT '',
    note       TEXT NOT NULL DEFAULT '',
    ts         INTEGER NOT NULL
) STRICT;

CREATE TABLE signed_in (
    phone_no   INTEGER NOT NULL REFERENCES phones (no),
    account_no INTEGER NOT NULL REFERENCES accounts (no),
    is_there   INTEGER NOT NULL,
    ts         INTEGER NOT NULL,
    PRIMARY KEY (phone_no, account_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE lists (
    no        INTEGER PRIMARY KEY,
    list_id   BLOB NOT NULL UNIQUE,
    name      TEXT NOT NULL,
    hash      BLOB NOT NULL,
    rehearsal INTEGER NOT NULL,
    tasks     INTEGER NOT NULL,
    who       TEXT NOT NULL,
    ts        INTEGER NOT NULL
) STRICT;

CREATE TABLE tasks (
    task_id     BLOB PRIMARY KEY,
    account_no  INTEGER NOT NULL REFERENCES accounts (no),
    list_no     INTEGER REFERENCES lists (no),
    row_no      INTEGER,
    kind        TEXT NOT NULL,
    target      TEXT NOT NULL,
    target_key  TEXT NOT NULL,
    actions     TEXT NOT NULL,
    max_likes   INTEGER NOT NULL,
    max_follows INTEGER NOT NULL,
    priority    TEXT NOT NULL,
    not_before  INTEGER,
    note        TEXT NOT NULL DEFAULT '',
    rehearsal   INTEGER NOT NULL,
    status      TEXT NOT NULL,
    seq         INTEGER,
    next_step   INTEGER NOT NULL DEFAULT 0,
    attempts    INTEGER NOT NULL DEFAULT 0,
    retry_marks INTEGER NOT NULL DEFAULT 0,
    error_code  TEXT,
    error       TEXT,
    created_ts  INTEGER NOT NULL,
    started_ts  INTEGER,
    ended_ts    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX tasks_by_list ON tasks (list_no, row_no);
CREATE INDEX tasks_by_target ON tasks (target_key) WHERE status IN ('queued', 'running');
CREATE INDEX tasks_live ON tasks (account_no, seq) WHERE status IN ('queued', 'running');

CREATE TABLE keys (
    idempotency_key TEXT PRIMARY KEY,
    hash            BLOB NOT NULL,
    task_id         BLOB NOT NULL REFERENCES tasks (task_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
    no         INTEGER PRIMARY KEY,
    task_id    BLOB NOT NULL REFERENCES tasks (task_id),
    account_no INTEGER NOT NULL REFERENCES accounts (no),
    phone_no   INTEGER NOT NULL REFERENCES phones (no),
    started_ts INTEGER NOT NULL,
    ended_ts   INTEGER,
    ending     TEXT,
    doubt      TEXT,
    quiet_ts   INTEGER
) STRICT;
CREATE INDEX attempts_by_task ON attempts (task_id);

-- P1 and P2: unique on account and unique on phone. A released account leaves NULL behind.
CREATE TABLE leases (
    attempt_no INTEGER PRIMARY KEY REFERENCES attempts (no),
    account_no INTEGER UNIQUE REFERENCES accounts (no),
    phone_no   INTEGER NOT NULL UNIQUE REFERENCES phones (no)
) STRICT;

CREATE TABLE intents (
    attempt_no INTEGER NOT NULL REFERENCES attempts (no),
    step       INTEGER NOT NULL,
    task_id    BLOB NOT NULL,
    account_no INTEGER NOT NULL,
    act        TEXT NOT NULL,
    target_key TEXT NOT NULL,
    post       TEXT NOT NULL DEFAULT '',
    text       TEXT NOT NULL DEFAULT '',
    at         INTEGER NOT NULL,
    ts         INTEGER NOT NULL,
    done       INTEGER,
    PRIMARY KEY (attempt_no, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX intents_by_task ON intents (task_id, step);
CREATE INDEX intents_by_target ON intents (target_key, at);
CREATE INDEX intents_by_text ON intents (text, at) WHERE text <> '';

CREATE TABLE interactions (
    seq        INTEGER PRIMARY KEY,
    task_id    BLOB NOT NULL REFERENCES tasks (task_id),
    attempt_no INTEGER NOT NULL REFERENCES attempts (no),
    step       INTEGER NOT NULL,
    account_no INTEGER NOT NULL REFERENCES accounts (no),
    phone_no   INTEGER NOT NULL REFERENCES phones (no),
    list_no    INTEGER,
    rehearsal  INTEGER NOT NULL,
    target     TEXT NOT NULL,
    post       TEXT NOT NULL DEFAULT '',
    action     TEXT NOT NULL,
    status     TEXT NOT NULL,
    reason     TEXT NOT NULL,
    latency_ms INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    ts         INTEGER NOT NULL
) STRICT;
CREATE INDEX interactions_by_list ON interactions (list_no, seq);
CREATE INDEX interactions_by_task ON interactions (task_id);

CREATE TABLE task_log (
    seq     INTEGER PRIMARY KEY,
    task_id BLOB NOT NULL,
    ts      INTEGER NOT NULL,
    event   TEXT NOT NULL,
    data    TEXT NOT NULL
) STRICT;
CREATE INDEX task_log_by_task ON task_log (task_id);
";

/// Each fact is written once. A lease is an attempt that is not over, and its row moves to
/// `attempts` when it is; `tries` is both. Whether a task runs is told by its lease, how often it
/// was tried by its tries, where it goes on by its interactions; so a task's own row is written
/// when it is accepted, put back and ended, and never in between.
const V2: &str = "
CREATE TABLE new_leases (
    phone_no    INTEGER PRIMARY KEY REFERENCES phones (no),
    -- P1: the account it holds; NULL once the operator released it. P2: the key.
    holds_no    INTEGER UNIQUE,
    attempt_no  INTEGER NOT NULL,
    task_id     BLOB NOT NULL,
    account_no  INTEGER NOT NULL,
    started_ts  INTEGER NOT NULL,
    ended_ts    INTEGER,
    doubt       TEXT,
    error_code  TEXT,
    error       TEXT
) STRICT;
INSERT INTO new_leases
    SELECT l.phone_no, l.account_no, a.no, a.task_id, a.account_no, a.started_ts, a.ended_ts,
    a.doubt, NULL, NULL FROM leases l JOIN attempts a ON a.no = l.attempt_no;

CREATE TABLE new_attempts (
    no         INTEGER PRIMARY KEY,
    task_id    BLOB NOT NULL,
    account_no INTEGER NOT NULL,
    phone_no   INTEGER NOT NULL,
    started_ts INTEGER NOT NULL,
    ended_ts   INTEGER NOT NULL,
    ending     TEXT NOT NULL,
    doubt      TEXT,
    quiet_ts   INTEGER,
    error_code TEXT,
    error      TEXT
) STRICT;
INSERT INTO new_attempts
    SELECT a.no, a.task_id, a.account_no, a.phone_no, a.started_ts, a.ended_ts, a.ending, a.doubt,
    a.quiet_ts, iif(a.no = last.no, t.error_code, NULL), iif(a.no = last.no, t.error, NULL)
    FROM attempts a JOIN tasks t ON t.task_id = a.task_id
    JOIN (SELECT task_id, max(no) AS no FROM attempts GROUP BY task_id) last
    ON last.task_id = a.task_id
    WHERE a.no NOT IN (SELECT attempt_no FROM leases);

CREATE TABLE new_intents (
    attempt_no INTEGER NOT NULL,
    step       INTEGER NOT NULL,
    task_id    BLOB NOT NULL,
    account_no INTEGER NOT NULL,
    act        TEXT NOT NULL,
    target_key TEXT NOT NULL,
    post       TEXT NOT NULL DEFAULT '',
    text       TEXT NOT NULL DEFAULT '',
    at         INTEGER NOT NULL,
    ts         INTEGER NOT NULL,
    done       INTEGER,
    PRIMARY KEY (attempt_no, step)
) STRICT, WITHOUT ROWID;
INSERT INTO new_intents SELECT attempt_no, step, task_id, account_no, act, target_key, post, text,
    at, ts, done FROM intents;

CREATE TABLE new_interactions (
    seq        INTEGER PRIMARY KEY,
    task_id    BLOB NOT NULL,
    attempt_no INTEGER NOT NULL,
    step       INTEGER NOT NULL,
    account_no INTEGER NOT NULL,
    phone_no   INTEGER NOT NULL,
    list_no    INTEGER,
    rehearsal  INTEGER NOT NULL,
    target     TEXT NOT NULL,
    post       TEXT NOT NULL DEFAULT '',
    action     TEXT NOT NULL,
    status     TEXT NOT NULL,
    reason     TEXT NOT NULL,
    latency_ms INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    ts         INTEGER NOT NULL
) STRICT;
INSERT INTO new_interactions SELECT seq, task_id, attempt_no, step, account_no, phone_no, list_no,
    rehearsal, target, post, action, status, reason, latency_ms, at, ts FROM interactions;

DROP TABLE interactions;
DROP TABLE intents;
DROP TABLE leases;
DROP TABLE attempts;
ALTER TABLE new_leases RENAME TO leases;
ALTER TABLE new_attempts RENAME TO attempts;
ALTER TABLE new_intents RENAME TO intents;
ALTER TABLE new_interactions RENAME TO interactions;

CREATE TABLE snapshots (
    seq    INTEGER NOT NULL,
    part   INTEGER NOT NULL,
    format INTEGER NOT NULL,
    -- How many pieces there are, beside the last one.
    whole  INTEGER,
    data   BLOB NOT NULL,
    PRIMARY KEY (seq, part)
) STRICT;

CREATE INDEX attempts_by_task ON attempts (task_id);
CREATE INDEX intents_by_task ON intents (task_id, step);
CREATE INDEX intents_by_target ON intents (target_key, at);
CREATE INDEX intents_by_text ON intents (text, at) WHERE text <> '';
CREATE INDEX interactions_by_list ON interactions (list_no, seq) WHERE list_no IS NOT NULL;
CREATE INDEX interactions_by_task ON interactions (task_id);

CREATE VIEW tries AS
    SELECT no, task_id, account_no, phone_no, started_ts, ended_ts, ending, doubt, quiet_ts,
    error_code, error FROM attempts
    UNION ALL
    SELECT attempt_no, task_id, account_no, phone_no, started_ts, ended_ts,
    iif(doubt IS NULL, NULL, 'interrupted'), doubt, NULL, error_code, error FROM leases;

DROP INDEX tasks_live;
DROP INDEX tasks_by_list;
DROP INDEX tasks_by_target;
UPDATE tasks SET status = 'queued' WHERE status = 'running';
ALTER TABLE tasks DROP COLUMN next_step;
ALTER TABLE tasks DROP COLUMN attempts;
ALTER TABLE tasks DROP COLUMN started_ts;
ALTER TABLE tasks DROP COLUMN error_code;
ALTER TABLE tasks DROP COLUMN error;
CREATE INDEX tasks_by_list ON tasks (list_no, row_no) WHERE list_no IS NOT NULL;
CREATE INDEX tasks_by_target ON tasks (target_key) WHERE status = 'queued';
";

/// Attempts stand with their task: whoever asks for one has the task, and its end is one write. The
/// outcomes of a task are found by its attempts, whose numbers grow: an index of them grows at its
/// end, where one of tasks' ids would touch a page for each few tasks under way.
const V3: &str = "
DROP VIEW tries;
CREATE TABLE new_attempts (
    task_id    BLOB NOT NULL,
    no         INTEGER NOT NULL,
    account_no INTEGER NOT NULL,
    phone_no   INTEGER NOT NULL,
    started_ts INTEGER NOT NULL,
    ended_ts   INTEGER NOT NULL,
    ending     TEXT NOT NULL,
    doubt      TEXT,
    quiet_ts   INTEGER,
    error_code TEXT,
    error      TEXT,
    PRIMARY KEY (task_id, no)
) STRICT, WITHOUT ROWID;
INSERT INTO new_attempts SELECT task_id, no, account_no, phone_no, started_ts, ended_ts, ending,
    doubt, quiet_ts, error_code, error FROM attempts;
DROP TABLE attempts;
ALTER TABLE new_attempts RENAME TO attempts;
CREATE VIEW tries AS
    SELECT no, task_id, account_no, phone_no, started_ts, ended_ts, ending, doubt, quiet_ts,
    error_code, error FROM attempts
    UNION ALL
    SELECT attempt_no, task_id, account_no, phone_no, started_ts, ended_ts,
    iif(doubt IS NULL, NULL, 'interrupted'), doubt, NULL, error_code, error FROM leases;
DROP INDEX interactions_by_task;
CREATE INDEX interactions_by_attempt ON interactions (attempt_no);
";

/// Tables that hold what happened, children first.
const CONTENT: &[&str] = &[
    "jobs",
    "templates",
    "settings",
    "audit",
    "series",
    "filing",
    "terms",
    "snapshots",
    "task_log",
    "imported",
    "imports",
    "interactions",
    "intents",
    "leases",
    "attempts",
    "keys",
    "tasks",
    "lists",
    "signed_in",
    "accounts",
    "phones",
    "journal",
];

fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Refuses a file that a newer version wrote.
pub(super) fn check_known(connection: &Connection, path: &Path) -> Result<i64> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known() {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known: known(),
        });
    }
    Ok(found)
}

/// Brings the file to the newest format, one transaction a step.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<()> {
    let found = check_known(connection, path)?;
    for (format, step) in (1i64..).zip(MIGRATIONS) {
        if format > found {
            let transaction = connection.transaction()?;
            for text in step {
                transaction.execute_batch(text)?;
            }
            transaction.pragma_update(None, "user_version", format)?;
            transaction.commit()?;
        }
    }
    Ok(())
}

/// Empties every table but `meta`.
pub(super) fn clear(transaction: &Transaction<'_>) -> Result<()> {
    for table in CONTENT {
        // The names are the constants above; a table name cannot be bound.
        transaction.execute_batch(&["DELETE FROM ", table].concat())?;
    }
    Ok(())
}
