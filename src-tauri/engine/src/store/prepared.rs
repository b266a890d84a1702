//! The statements of one transaction, looked up once.

use std::cell::RefCell;
use std::ops::Deref;

use rusqlite::{CachedStatement, Connection, Params};

use super::Result;

/// A connection inside a transaction, with the statements it has used so far.
///
/// A turn of the loop runs the same few statements hundreds of times, and finding one among a
/// connection's by its text takes as long as a good part of running it. Here a text is known by
/// where it stands in the program.
pub struct Prepared<'c> {
    connection: &'c Connection,
    used: RefCell<Vec<(&'static str, CachedStatement<'c>)>>,
}

impl<'c> Prepared<'c> {
    /// With no statement used yet.
    pub fn new(connection: &'c Connection) -> Self {
        Self {
            connection,
            used: RefCell::new(Vec::new()),
        }
    }

    /// Runs a statement that changes rows, and says how many.
    pub fn execute(&self, sql: &'static str, params: impl Params) -> Result<usize> {
        let mut used = self.used.borrow_mut();
        let mut known = used.iter_mut();
        if let Some((_, statement)) = known.find(|(known, _)| std::ptr::eq(*known, sql)) {
            return Ok(statement.execute(params)?);
        }
        let mut statement = self.connection.prepare_cached(sql)?;
        let changed = statement.execute(params)?;
        used.push((sql, statement));
        Ok(changed)
    }
}

impl Deref for Prepared<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}
