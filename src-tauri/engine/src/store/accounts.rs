//! Tables `accounts` and `signed_in`: who the accounts are, and on which phones they were seen.

use rusqlite::{Connection, params};
use signalbox_automation::Handle;
use signalbox_scheduler::{AccountNo, PhoneNo};

use super::Result;

/// Accounts that are gone keep their row: history names them. Their id and their name are free for
/// another.
pub const SCHEMA: &str = "
CREATE TABLE new_accounts (
    no         INTEGER PRIMARY KEY,
    account_id TEXT NOT NULL,
    handle     TEXT NOT NULL,
    handle_key TEXT NOT NULL,
    phone_no   INTEGER REFERENCES phones (no),
    label      TEXT NOT NULL DEFAULT '',
    grouping   TEXT NOT NULL DEFAULT '',
    note       TEXT NOT NULL DEFAULT '',
    hours      TEXT,
    ts         INTEGER NOT NULL,
    removed_ts INTEGER
) STRICT;
INSERT INTO new_accounts SELECT no, account_id, handle, handle_key, phone_no, label, grouping, note,
    NULL, ts, NULL FROM accounts;
DROP TABLE accounts;
ALTER TABLE new_accounts RENAME TO accounts;
CREATE UNIQUE INDEX accounts_by_id ON accounts (account_id) WHERE removed_ts IS NULL;
CREATE UNIQUE INDEX accounts_by_handle ON accounts (handle_key) WHERE removed_ts IS NULL;
";

/// What an account is called and where it may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// The operator's id for it.
    pub account_id: String,
    /// Its name on the social app.
    pub handle: Handle,
    /// The only phone it may use.
    pub phone: Option<PhoneNo>,
    /// A name for people.
    pub label: String,
    /// A group for people.
    pub group: String,
    /// A note for people.
    pub note: String,
    /// When its tasks start, as the windows of its own in JSON; none: as its group's do.
    pub hours: Option<String>,
    /// It is gone.
    pub removed: bool,
}

impl AccountRow {
    /// An account whose id is also its name in the app, for any phone.
    pub fn named(account_id: &str) -> Self {
        Self {
            account_id: account_id.to_owned(),
            handle: Handle::new(account_id),
            phone: None,
            label: String::new(),
            group: String::new(),
            note: String::new(),
            hours: None,
            removed: false,
        }
    }
}

/// Handles are one name whatever the case of their letters.
pub fn handle_key(handle: &Handle) -> String {
    handle.reveal().to_lowercase()
}

/// Adds an account under the core's next number.
pub fn insert(connection: &Connection, no: AccountNo, row: &AccountRow, ts: i64) -> Result<()> {
    let sql = "INSERT INTO accounts
               (no, account_id, handle, handle_key, phone_no, label, grouping, note, hours, ts)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    connection.prepare_cached(sql)?.execute(params![
        no.0,
        row.account_id,
        row.handle.reveal(),
        handle_key(&row.handle),
        row.phone.map(|phone| phone.0),
        row.label,
        row.group,
        row.note,
        row.hours,
        ts
    ])?;
    Ok(())
}

/// Writes the names, the phone and the hours of a known account.
pub fn update(connection: &Connection, no: AccountNo, row: &AccountRow) -> Result<()> {
    let sql = "UPDATE accounts SET handle = ?2, handle_key = ?3, phone_no = ?4, label = ?5,
               grouping = ?6, note = ?7, hours = ?8 WHERE no = ?1";
    connection.prepare_cached(sql)?.execute(params![
        no.0,
        row.handle.reveal(),
        handle_key(&row.handle),
        row.phone.map(|phone| phone.0),
        row.label,
        row.group,
        row.note,
        row.hours
    ])?;
    Ok(())
}

/// The account is gone.
pub fn set_removed(connection: &Connection, no: AccountNo, ts: i64) -> Result<()> {
    let sql = "UPDATE accounts SET removed_ts = ?2 WHERE no = ?1";
    connection.prepare_cached(sql)?.execute(params![no.0, ts])?;
    Ok(())
}

/// Where the account is signed in is not known any more.
pub fn forget_places(connection: &Connection, no: AccountNo) -> Result<()> {
    let sql = "DELETE FROM signed_in WHERE account_no = ?1";
    connection.prepare_cached(sql)?.execute(params![no.0])?;
    Ok(())
}

/// Writes whether an account was seen signed in on a phone.
pub fn set_signed_in(
    connection: &Connection,
    account: AccountNo,
    phone: PhoneNo,
    is_there: bool,
    ts: i64,
) -> Result<()> {
    let sql = "INSERT INTO signed_in (phone_no, account_no, is_there, ts) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (phone_no, account_no) DO UPDATE
               SET is_there = excluded.is_there, ts = excluded.ts";
    connection
        .prepare_cached(sql)?
        .execute(params![phone.0, account.0, is_there, ts])?;
    Ok(())
}

/// The account that has this id now or, if there is none, the last that had it.
pub fn latest_of_id(connection: &Connection, account_id: &str) -> Result<Option<AccountNo>> {
    // An account comes under the next number, and none comes back: the last one is the living one.
    let sql = "SELECT max(no) FROM accounts WHERE account_id = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let found: Option<u32> = statement.query_row([account_id], |row| row.get(0))?;
    Ok(found.map(AccountNo))
}

/// All accounts in the order of their numbers.
pub fn all(connection: &Connection) -> Result<Vec<AccountRow>> {
    let sql = "SELECT account_id, handle, phone_no, label, grouping, note, hours,
         removed_ts IS NOT NULL FROM accounts ORDER BY no";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        Ok(AccountRow {
            account_id: row.get(0)?,
            handle: Handle::new(row.get::<_, String>(1)?),
            phone: row.get::<_, Option<u32>>(2)?.map(PhoneNo),
            label: row.get(3)?,
            group: row.get(4)?,
            note: row.get(5)?,
            hours: row.get(6)?,
            removed: row.get(7)?,
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}
