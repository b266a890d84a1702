//! Pages of outcomes, newest first, and how many there are.
//!
//! Outcomes that are filed are found by their indexes; the few that are not yet, at the end of the
//! table, are looked at one by one.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::filter::{Condition, Filter};
use super::{COLUMNS, IMPORTED, Interaction, Rolls, Sums, read};
use crate::store::{Result, StoreError, filing};

/// A place between two outcomes: those before it are older.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// When the outcome before the place was recorded, ms since 1970.
    pub ts: i64,
    /// Its number.
    pub seq: i64,
}

/// Which of the outcomes, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// At most so many.
    pub limit: u32,
    /// After passing over so many.
    pub skip: u32,
    /// Only those behind this place.
    pub after: Option<Cursor>,
}

/// Hands on the outcomes of a part, newest first, and gives the place behind the last one if there
/// are more.
pub fn page(
    connection: &Connection,
    filter: &Filter,
    part: Part,
    mut each: impl FnMut(&Interaction<'_>),
) -> Result<Option<Cursor>> {
    let (condition, values) = filter.sql();
    let behind = match part.after {
        Some(_) => " AND (ts, seq) < (?, ?)",
        None => "",
    };
    let place = part.after.into_iter().flat_map(|it| [it.ts, it.seq]);
    let place: Vec<Value> = place.map(Value::from).collect();
    let mut sql = [
        "SELECT ",
        COLUMNS,
        " FROM interactions WHERE seq > ? AND",
        &condition,
        behind,
        " UNION ALL SELECT ",
        COLUMNS,
        " FROM interactions WHERE filed = 1 AND",
        &condition,
        behind,
    ]
    .concat();
    let mut all = vec![Value::from(filing::upto(connection)?)];
    for _ in 0..2 {
        all.extend(values.iter().chain(&place).cloned());
    }
    if let Some((condition, values)) = filter.imported_sql() {
        for part in [
            " UNION ALL SELECT ",
            IMPORTED,
            " FROM imported WHERE",
            &condition,
            behind,
        ] {
            sql.push_str(part);
        }
        all.extend(values.iter().chain(&place).cloned());
    }
    sql.push_str(" ORDER BY ts DESC, seq DESC LIMIT ? OFFSET ?");
    all.extend([i64::from(part.limit) + 1, i64::from(part.skip)].map(Value::from));
    let rolls = Rolls::load(connection)?;
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(all))?;
    let (mut given, mut last) = (0, None);
    while let Some(row) = rows.next()? {
        if given == part.limit {
            return Ok(last);
        }
        let seq: i64 = row.get(0)?;
        let interaction = read(row, &rolls)
            .map_err(|error| StoreError::damaged(format!("outcome {seq}: {error}")))?;
        each(&interaction);
        let ts = interaction.ts;
        last = Some(Cursor { ts, seq });
        given += 1;
    }
    Ok(None)
}

/// How many outcomes the filter lets through. Without a condition it is known without counting.
pub fn count(connection: &Connection, filter: &Filter) -> Result<u64> {
    let imported = count_imported(connection, filter)?;
    if filter.conditions.is_empty() {
        return Ok(filing::kept(connection, filter.rehearsal)? + imported);
    }
    let (condition, values) = filter.sql();
    let sql = [
        "SELECT (SELECT count(*) FROM interactions WHERE seq > ? AND",
        &condition,
        ") + (SELECT count(*) FROM interactions WHERE filed = 1 AND",
        &condition,
        ")",
    ]
    .concat();
    let upto = [Value::from(filing::upto(connection)?)];
    let all = upto.iter().chain(&values).chain(&values);
    let rows: i64 = connection
        .prepare_cached(&sql)?
        .query_row(params_from_iter(all), |row| row.get(0))?;
    Ok(rows.unsigned_abs() + imported)
}

/// How often each outcome is there that the filter lets through, by action and by status.
pub fn totals(connection: &Connection, filter: &Filter) -> Result<Sums> {
    let (condition, values) = filter.sql();
    let grouped = " GROUP BY action, status";
    let behind = "SELECT action, status, count(*) FROM interactions WHERE seq > ? AND";
    let mut sql = [behind, &condition, grouped, " UNION ALL "].concat();
    let mut all = vec![Value::from(filing::upto(connection)?)];
    all.extend(values.iter().cloned());
    // What is filed is counted already, by these two words.
    let by_words = |it: &Condition| matches!(it, Condition::Action(_) | Condition::Status(_));
    let filed = match filter.conditions.iter().all(by_words) {
        true => "SELECT action, status, rows - gone FROM filing WHERE",
        false => "SELECT action, status, count(*) FROM interactions WHERE filed = 1 AND",
    };
    sql.push_str(&[filed, &condition, grouped].concat());
    all.extend(values);
    if let Some((condition, values)) = filter.imported_sql() {
        let imported = " UNION ALL SELECT action, status, count(*) FROM imported WHERE";
        sql.push_str(&[imported, &condition, grouped].concat());
        all.extend(values);
    }
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(all))?;
    let mut sums = Sums::new();
    while let Some(row) = rows.next()? {
        let times = row.get::<_, i64>(2)?.unsigned_abs();
        if times > 0 {
            let by_status = sums.entry(row.get(0)?).or_default();
            *by_status.entry(row.get(1)?).or_default() += times;
        }
    }
    Ok(sums)
}

fn count_imported(connection: &Connection, filter: &Filter) -> Result<u64> {
    let Some((condition, values)) = filter.imported_sql() else {
        return Ok(0);
    };
    let sql = ["SELECT count(*) FROM imported WHERE", &condition].concat();
    let rows: i64 = connection
        .prepare_cached(&sql)?
        .query_row(params_from_iter(values), |row| row.get(0))?;
    Ok(rows.unsigned_abs())
}
