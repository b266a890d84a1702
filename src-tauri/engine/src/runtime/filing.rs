//! When outcomes are filed: a few at a time, and only while nobody waits for the loop.

use std::time::Duration;

use super::Runtime;
use crate::store::{Result, filing};

/// Outcomes filed at once: each has its place on other pages, so that more at once are not cheaper,
/// and whoever comes meanwhile waits for all of them.
const CHUNK_ROWS: u32 = 50;
/// From one chunk to the next, and from the first outcome to the first chunk.
const PACE: Duration = Duration::from_millis(100);

/// Whether outcomes wait to be filed.
#[derive(Debug)]
pub(super) struct Filing {
    /// Some may.
    waits: bool,
    /// When it was last looked at, ms since boot.
    last: u64,
}

impl Default for Filing {
    /// The last life may have left some.
    fn default() -> Self {
        Self {
            waits: true,
            last: 0,
        }
    }
}

impl Filing {
    /// There may be new ones.
    pub(super) fn expect(&mut self) {
        self.waits = true;
    }
}

impl Runtime {
    /// When the next chunk is due; `None`: the loop need not wake for it.
    pub(super) fn files_in(&self) -> Option<Duration> {
        let waits = self.filing.waits && !self.disk_full && !self.broken;
        waits.then_some(PACE)
    }

    /// Files a chunk, when one is due and nothing else is to be done.
    pub(super) fn file_when_due(&mut self) {
        let now = self.memory.anchor.reading.boot_ms;
        let since = now.saturating_sub(self.filing.last);
        let due = u128::from(since) >= PACE.as_millis();
        if self.files_in().is_none() || !due || !self.parts.inbox.is_empty() {
            return;
        }
        self.filing.last = now;
        match self.file() {
            Ok(filed) => self.filing.waits = filed == CHUNK_ROWS as usize,
            Err(error) => {
                tracing::warn!(code = error.code(), %error, "outcomes are filed later");
                self.filing.waits = false;
            }
        }
    }

    fn file(&mut self) -> Result<usize> {
        if !filing::waits(self.parts.store.connection())? {
            return Ok(0);
        }
        let transaction = self.parts.store.begin()?;
        let filed = filing::file(&transaction, CHUNK_ROWS)?;
        transaction.commit()?;
        Ok(filed)
    }
}
