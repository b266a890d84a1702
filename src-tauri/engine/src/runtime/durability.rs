//! How sure commits are, as it is set; and what is set, read from its table.

use rusqlite::Connection;

use super::Runtime;
use crate::settings::Chosen;
use crate::store::{self, Durability, StoreError, settings};

/// What somebody set so far.
pub(super) fn chosen(connection: &Connection) -> store::Result<Chosen> {
    let fields = settings::all(connection)?;
    let wrong = |error| StoreError::damaged(format!("a setting cannot be read: {error}"));
    serde_json::from_value(fields.into()).map_err(wrong)
}

impl Runtime {
    /// How sure a commit is, as it is set.
    pub(super) fn durability(&self) -> Durability {
        self.memory
            .chosen
            .durability
            .unwrap_or(self.parts.durability)
    }

    /// Commits are as sure as they are set to be, from the next one on.
    pub(super) fn be_as_sure_as_set(&mut self) {
        let wanted = self.durability();
        if self.holds == wanted {
            return;
        }
        match self.parts.store.set_durability(wanted) {
            Ok(()) => self.holds = wanted,
            Err(error) => tracing::error!(%error, "how sure commits are could not be changed"),
        }
    }
}
