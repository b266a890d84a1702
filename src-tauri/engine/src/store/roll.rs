//! Names by number, side by side in one piece of memory: what an export looks up a million times.

use rusqlite::Connection;

use super::{Result, StoreError};

/// The names of accounts or of phones. Takes the bytes of the names and four more for each.
#[derive(Debug, Default)]
pub struct Roll {
    text: String,
    /// Where each name ends; it begins where the one before ends.
    ends: Vec<u32>,
}

impl Roll {
    /// The operator's ids of all accounts.
    pub fn of_accounts(connection: &Connection) -> Result<Self> {
        Self::read(
            connection,
            "SELECT no, account_id FROM accounts ORDER BY no",
        )
    }

    /// The serials of all phones.
    pub fn of_phones(connection: &Connection) -> Result<Self> {
        Self::read(connection, "SELECT no, udid FROM phones ORDER BY no")
    }

    fn read(connection: &Connection, sql: &str) -> Result<Self> {
        let mut roll = Self::default();
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let no: u32 = row.get(0)?;
            // Numbers are given without a gap, so that a name's place says whose it is.
            if no as usize != roll.ends.len() {
                return Err(StoreError::damaged(format!("number {no} is out of order")));
            }
            roll.text
                .push_str(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?);
            let end = u32::try_from(roll.text.len());
            roll.ends
                .push(end.map_err(|_| StoreError::damaged("the names are too long"))?);
        }
        Ok(roll)
    }

    /// The name of this number.
    pub fn name(&self, no: u32) -> Option<&str> {
        let no = no as usize;
        let end = *self.ends.get(no)? as usize;
        let begin = match no.checked_sub(1) {
            Some(before) => *self.ends.get(before)? as usize,
            None => 0,
        };
        self.text.get(begin..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &str) -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        let sql = [
            "CREATE TABLE accounts (no INTEGER PRIMARY KEY, account_id TEXT);",
            rows,
        ]
        .concat();
        connection.execute_batch(&sql).unwrap();
        connection
    }

    #[test]
    fn names_by_number() {
        let connection = table("INSERT INTO accounts VALUES (1, ''), (0, 'anna'), (2, 'björn')");
        let roll = Roll::of_accounts(&connection).unwrap();
        let check = |no, expected| assert_eq!(roll.name(no), expected, "{no}");
        check(0, Some("anna"));
        check(1, Some(""));
        check(2, Some("björn"));
        check(3, None);
        check(u32::MAX, None);
    }

    #[test]
    fn a_gap_is_damage() {
        let connection = table("INSERT INTO accounts VALUES (0, 'anna'), (4000000000, 'bert')");
        let refused = Roll::of_accounts(&connection).unwrap_err();
        assert_eq!(refused.code(), "data_damaged");
    }
}
