//! What the engine said of its own doings, read from the log files.

use std::sync::Arc;

use super::{CommandError, Commands};
use crate::clock::rfc3339;
use crate::logs::{self, LogPage, LogPlace, Wanted};

/// Readers at a time; more wait.
pub(super) const READERS_MAX: usize = 2;

/// Which lines of the logs are wanted. What is left out does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Of this level or a graver one: `error`, `warn`, `info`, `debug`, `trace`.
    pub level: Option<String>,
    /// Said at this time or later, ms since 1970.
    pub from: Option<i64>,
    /// Said at this time or before, ms since 1970.
    pub to: Option<i64>,
    /// With these words in it.
    pub words: Option<String>,
}

impl Commands {
    /// Lines of the log files before a place, the newest first, at most so many. Files are read
    /// beside everything else, by two at a time.
    ///
    /// # Errors
    /// `logs_unreadable`: the files cannot be read.
    pub async fn logs(
        &self,
        filter: LogFilter,
        before: Option<LogPlace>,
        limit: u32,
    ) -> Result<LogPage, CommandError> {
        let wanted = Wanted {
            level: filter.level,
            from: filter.from.map(rfc3339),
            to: filter.to.map(rfc3339),
            words: filter.words,
            before,
            limit: limit as usize,
        };
        let place = Arc::clone(&self.log_readers).acquire_owned().await;
        let place = place.map_err(|_| CommandError::gone())?;
        let dir = self.data_dir().logs();
        let read = tokio::task::spawn_blocking(move || {
            let page = logs::read(&dir, &wanted);
            drop(place);
            page
        });
        let page = read.await.map_err(|_| CommandError::gone())?;
        page.map_err(|error| {
            let detail = format!(
                "The log files cannot be read: {error}. Look at the folder logs in the data \
                 directory."
            );
            CommandError::new("logs_unreadable", detail)
        })
    }
}
