//! Table `templates`: saved tasks, which are still about nobody.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use signalbox_automation::Work;
use signalbox_scheduler::Priority;
use uuid::Uuid;

use super::{Result, StoreError};
use crate::list_file::{PRIORITIES, priority_word};

/// The table. `work` is JSON: what a task of it does, without a target. Two names that differ only
/// in the case of their letters are one.
pub const SCHEMA: &str = "
CREATE TABLE templates (
    template_id BLOB PRIMARY KEY,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL UNIQUE,
    work        TEXT NOT NULL,
    priority    TEXT NOT NULL,
    note        TEXT NOT NULL,
    version     INTEGER NOT NULL,
    created_ts  INTEGER NOT NULL,
    changed_ts  INTEGER NOT NULL,
    used_ts     INTEGER
) STRICT, WITHOUT ROWID;
";

/// A saved task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// What a task of it does; its target is empty, or it has no pages.
    pub work: Work,
    /// How urgent a task of it is.
    pub priority: Priority,
    /// What a task of it is called.
    pub note: String,
    /// How often it was saved.
    pub version: u32,
    /// Saved at, ms since 1970 UTC.
    pub created_ts: i64,
    /// Changed at.
    pub changed_ts: i64,
    /// A list was made of it last at.
    pub used_ts: Option<i64>,
}

/// Writes a template: a new one, or one in place of another of its id.
pub fn put(connection: &Connection, template: &Template) -> Result<()> {
    let work = serde_json::to_string(&template.work);
    let work = work.map_err(|error| StoreError::damaged(format!("a template: {error}")))?;
    let sql =
        "INSERT INTO templates (template_id, name, name_key, work, priority, note, created_ts,
               changed_ts, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
               ON CONFLICT (template_id) DO UPDATE SET name = excluded.name,
               name_key = excluded.name_key, work = excluded.work, priority = excluded.priority,
               note = excluded.note, changed_ts = excluded.changed_ts,
               version = excluded.version";
    connection.prepare_cached(sql)?.execute(params![
        template.id.as_bytes(),
        template.name,
        template.name.to_lowercase(),
        work,
        priority_word(template.priority),
        template.note,
        template.created_ts,
        template.changed_ts,
        template.version
    ])?;
    Ok(())
}

/// A list was made of a template.
pub fn used(connection: &Connection, id: Uuid, ts: i64) -> Result<()> {
    let sql = "UPDATE templates SET used_ts = ?2 WHERE template_id = ?1";
    connection
        .prepare_cached(sql)?
        .execute(params![id.as_bytes(), ts])?;
    Ok(())
}

/// Takes a template away.
pub fn remove(connection: &Connection, id: Uuid) -> Result<()> {
    let sql = "DELETE FROM templates WHERE template_id = ?1";
    connection.prepare_cached(sql)?.execute([id.as_bytes()])?;
    Ok(())
}

/// The template of an id.
pub fn get(connection: &Connection, id: Uuid) -> Result<Option<Template>> {
    let sql = [COLUMNS, "WHERE template_id = ?1"].concat();
    let mut statement = connection.prepare_cached(&sql)?;
    let row = statement.query_row([id.as_bytes()], |row| Ok(read(row)));
    row.optional()?.transpose()
}

/// The id of the template that has this name, in any case of letters.
pub fn named(connection: &Connection, name: &str) -> Result<Option<Uuid>> {
    let sql = "SELECT template_id FROM templates WHERE name_key = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let row = statement.query_row([name.to_lowercase()], |row| row.get(0));
    Ok(row.optional()?.map(Uuid::from_bytes))
}

/// How many there are.
pub fn count(connection: &Connection) -> Result<u64> {
    let sql = "SELECT count(*) FROM templates";
    let found: i64 = connection
        .prepare_cached(sql)?
        .query_row([], |row| row.get(0))?;
    Ok(found.unsigned_abs())
}

/// A page of them, by name.
pub fn page(connection: &Connection, skip: u32, limit: u32) -> Result<Vec<Template>> {
    let sql = [COLUMNS, "ORDER BY name_key LIMIT ?1 OFFSET ?2"].concat();
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([limit, skip], |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
}

const COLUMNS: &str = "SELECT template_id, name, work, priority, note, created_ts, changed_ts,
    version, used_ts FROM templates ";

fn read(row: &Row<'_>) -> Result<Template> {
    let work: String = row.get(2)?;
    let work = serde_json::from_str(&work);
    let word: String = row.get(3)?;
    let priority = PRIORITIES.iter().find(|(known, _)| *known == word);
    let damaged = || StoreError::damaged(format!("a template has the priority “{word}”"));
    Ok(Template {
        id: Uuid::from_bytes(row.get(0)?),
        name: row.get(1)?,
        work: work.map_err(|error| StoreError::damaged(format!("a template: {error}")))?,
        priority: priority.ok_or_else(damaged)?.1,
        note: row.get(4)?,
        created_ts: row.get(5)?,
        changed_ts: row.get(6)?,
        version: row.get(7)?,
        used_ts: row.get(8)?,
    })
}
