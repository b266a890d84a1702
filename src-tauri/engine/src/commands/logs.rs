//! What the engine said of its own doings, read from the log files.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use super::interactions::{Export, PIECES_MAX, Pieces};
use super::{CommandError, Commands};
use crate::clock::rfc3339;
use crate::logs::{self, LogPage, LogPlace, Wanted};

/// Readers at a time; more wait.
pub(super) const READERS_MAX: usize = 2;
/// Lines that an export reads at a time.
const LINES_AT_ONCE: usize = 1_000;
/// The most memory that a pattern may take once it is read, in bytes.
const PATTERN_BYTES_MAX: usize = 1 << 20;

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
    /// Matched by this regular expression.
    pub pattern: Option<String>,
    /// By this part of the program, or a part of it.
    pub source: Option<String>,
}

impl LogFilter {
    fn wanted(self, before: Option<LogPlace>, limit: usize) -> Result<Wanted, CommandError> {
        Ok(Wanted {
            level: self.level,
            from: self.from.map(rfc3339),
            to: self.to.map(rfc3339),
            words: self.words,
            source: self.source,
            pattern: self.pattern.as_deref().map(pattern).transpose()?,
            before,
            limit,
        })
    }
}

/// Such a pattern takes time in proportion to what it is held against, whatever is in it.
fn pattern(text: &str) -> Result<Regex, CommandError> {
    let mut pattern = RegexBuilder::new(text);
    pattern.case_insensitive(true).size_limit(PATTERN_BYTES_MAX);
    pattern.build().map_err(|_| {
        let detail = format!(
            "“{text}” is no regular expression that can be looked for. Put a \\ before signs that \
             are meant as they stand, or look for the words themselves."
        );
        CommandError::new("bad_pattern", detail)
    })
}

impl Commands {
    /// Lines of the log files before a place, the newest first, at most so many. Files are read
    /// beside everything else, by two at a time.
    ///
    /// # Errors
    /// `logs_unreadable`: the files cannot be read. `bad_pattern`: the pattern cannot.
    pub async fn logs(
        &self,
        filter: LogFilter,
        before: Option<LogPlace>,
        limit: u32,
    ) -> Result<LogPage, CommandError> {
        let wanted = filter.wanted(before, limit as usize)?;
        let place = self.log_reader().await?;
        let dir = self.data_dir().logs();
        let read = tokio::task::spawn_blocking(move || {
            let page = logs::read(&dir, &wanted);
            drop(place);
            page
        });
        let page = read.await.map_err(|_| CommandError::gone())?;
        page.map_err(|error| unreadable(&error))
    }

    /// Begins an export of all lines that the filter lets through, the newest first: JSON, one
    /// object a line.
    ///
    /// # Errors
    /// `bad_pattern`: the pattern cannot be read.
    pub async fn export_logs(&self, filter: LogFilter) -> Result<Export, CommandError> {
        let wanted = filter.wanted(None, LINES_AT_ONCE)?;
        let place = self.log_reader().await?;
        let dir = self.data_dir().logs();
        let (pieces, taken) = mpsc::channel(PIECES_MAX);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = written(&dir, wanted, Pieces::new(pieces.clone())) {
                // Where whoever took the pieces is gone, nobody hears it.
                let _ = pieces.blocking_send(Err(unreadable(&error)));
            }
            drop(place);
        });
        Ok(Export::of(taken))
    }

    async fn log_reader(&self) -> Result<OwnedSemaphorePermit, CommandError> {
        let place = Arc::clone(&self.log_readers).acquire_owned().await;
        place.map_err(|_| CommandError::gone())
    }
}

/// Writes all lines that are wanted, piece by piece.
fn written(dir: &Path, mut wanted: Wanted, mut out: Pieces) -> std::io::Result<()> {
    loop {
        let page = logs::read(dir, &wanted)?;
        let mut piece = Vec::new();
        for entry in &page.entries {
            serde_json::to_writer(&mut piece, entry)?;
            piece.push(b'\n');
        }
        if !piece.is_empty() {
            out.write_all(&piece)?;
        }
        let Some(next) = page.next else {
            return Ok(());
        };
        wanted.before = Some(next);
    }
}

fn unreadable(error: &std::io::Error) -> CommandError {
    let detail = format!(
        "The log files cannot be read: {error}. Look at the folder logs in the data directory."
    );
    CommandError::new("logs_unreadable", detail)
}
