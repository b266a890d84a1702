//! Recorded outcomes: found page by page, and exported as a stream.

use std::io::Write;
use std::task::{Context, Poll};

use rusqlite::Connection;
use serde::Serialize;
use signalbox_scheduler::policy::DAY_MS;
use tokio::sync::mpsc;

use super::{CommandError, Commands};
use crate::clock::rfc3339;
use crate::export::{ExportError, Format, PLATFORM, export};
use crate::runtime::Cleanup;
use crate::store::interactions::{self, Condition, Cursor, Filter, Interaction, Part, Sums};
use crate::store::{accounts, intents};

/// Pieces of an export that wait for whoever takes them.
pub(super) const PIECES_MAX: usize = 2;

/// A recorded outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct InteractionView {
    /// `instagram`.
    pub platform: &'static str,
    /// The operator's id of the account.
    pub account_id: String,
    /// Whom it is about.
    pub target_username: String,
    /// `follow`, `like`, `comment` or `view`.
    pub action: String,
    /// What came of it.
    pub status: String,
    /// A stable word; empty where the status says all. Of what was imported it begins with
    /// `imported`.
    pub reason: String,
    /// The task; null where it was imported.
    pub task_id: Option<String>,
    /// Serial of the phone; of what was imported, what the other program called it.
    pub device_id: String,
    /// How long it took.
    pub latency_ms: i64,
    /// When, RFC 3339 in UTC.
    pub ts: String,
}

impl InteractionView {
    fn of(row: &Interaction<'_>) -> Self {
        Self {
            platform: PLATFORM,
            account_id: row.account_id.to_owned(),
            target_username: row.target.to_owned(),
            action: row.action.to_owned(),
            status: row.status.to_owned(),
            reason: row.reason.to_owned(),
            task_id: row.task.map(|task| task.to_string()),
            device_id: row.udid.to_owned(),
            latency_ms: row.latency_ms,
            ts: rfc3339(row.ts),
        }
    }
}

/// A page of recorded outcomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interactions {
    /// The newest first.
    pub events: Vec<InteractionView>,
    /// How many the filter lets through, where that was asked for.
    pub total: Option<u64>,
    /// The place behind the last one, if there are more.
    pub next: Option<Cursor>,
}

/// What is known of an account, a person and an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct LatestInteraction {
    /// The operator's id of the account.
    pub account_id: String,
    /// Whom it is about.
    pub target_username: String,
    /// `follow`, `like`, `comment` or `view`.
    pub action: String,
    /// What came of it last.
    pub last_status: String,
    /// When, RFC 3339 in UTC.
    pub last_ts: String,
    /// Until when it is not done again; null where nothing keeps it from being done.
    pub expires_at: Option<String>,
}

/// An export under way: it is taken piece by piece, goes on no faster than it is taken, and ends
/// when it is dropped.
#[derive(Debug)]
pub struct Export {
    pieces: mpsc::Receiver<Result<Vec<u8>, CommandError>>,
}

impl Export {
    /// Of the pieces that come here.
    pub(super) fn of(pieces: mpsc::Receiver<Result<Vec<u8>, CommandError>>) -> Self {
        Self { pieces }
    }

    /// The next piece; `None` at the end. What follows an error is not the whole.
    pub fn poll_piece(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Vec<u8>, CommandError>>> {
        self.pieces.poll_recv(cx)
    }
}

/// Where an export is written to.
pub(super) struct Pieces(mpsc::Sender<Result<Vec<u8>, CommandError>>);

impl Pieces {
    pub(super) fn new(pieces: mpsc::Sender<Result<Vec<u8>, CommandError>>) -> Self {
        Self(pieces)
    }
}

impl Write for Pieces {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        let sent = self.0.blocking_send(Ok(piece.to_vec()));
        sent.map_err(|_| std::io::ErrorKind::BrokenPipe)?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Commands {
    /// A page of the outcomes that the filter lets through, with their number if that is asked for.
    pub async fn interactions(
        &self,
        filter: Filter,
        part: Part,
        total: bool,
    ) -> Result<Interactions, CommandError> {
        self.query(move |connection| {
            let mut events = Vec::new();
            let next = interactions::page(connection, &filter, part, |row| {
                events.push(InteractionView::of(row));
            })?;
            let total = total.then(|| interactions::count(connection, &filter));
            Ok(Interactions {
                events,
                total: total.transpose()?,
                next,
            })
        })
        .await
    }

    /// How often each outcome is there that the filter lets through, by action and by status.
    pub async fn interaction_totals(&self, filter: Filter) -> Result<Sums, CommandError> {
        self.query(move |connection| interactions::totals(connection, &filter))
            .await
    }

    /// What came last of an action of an account about a person, and until when it is not done
    /// again; `None` if nothing is known.
    pub async fn latest_interaction(
        &self,
        account_id: String,
        target: String,
        action: String,
    ) -> Result<Option<LatestInteraction>, CommandError> {
        let now = self.clock.read().wall_ms;
        let days = self.read(|view| view.chosen.reengagement_days()).await?;
        let part = Part {
            limit: 1,
            skip: 0,
            after: None,
        };
        self.query(move |connection| {
            let account = accounts::latest_of_id(connection, &account_id)?;
            let done = account.map(|no| intents::done_last(connection, no, &target, &action));
            let until = done
                .transpose()?
                .flatten()
                .map(|ts| ts.saturating_add_unsigned(days * DAY_MS))
                .filter(|until| *until > now)
                .map(rfc3339);
            let filter = Filter {
                rehearsal: false,
                conditions: vec![
                    Condition::Account(account_id),
                    Condition::Target(target),
                    Condition::Action(action),
                ],
            };
            let mut latest = None;
            interactions::page(connection, &filter, part, |row| {
                latest = Some(LatestInteraction {
                    account_id: row.account_id.to_owned(),
                    target_username: row.target.to_owned(),
                    action: row.action.to_owned(),
                    last_status: row.status.to_owned(),
                    last_ts: rfc3339(row.ts),
                    expires_at: until.clone(),
                });
            })?;
            Ok(latest)
        })
        .await
    }

    /// Drops the records of acts that deduplication no longer looks at, and gives their number.
    /// What was recorded stays; so do acts of tasks that go on or wait for a person.
    pub async fn clean_up(&self) -> Result<usize, CommandError> {
        let (mut from, mut dropped) = (i64::MIN, 0);
        while let Some((upto, gone)) = self.order(Cleanup::Behind(from), None).await? {
            from = upto;
            dropped += gone;
        }
        self.order(Cleanup::Told(dropped), None).await?;
        Ok(dropped)
    }

    /// Begins an export of all that the filter lets through, all of this moment.
    pub async fn export(&self, filter: Filter, format: Format) -> Result<Export, CommandError> {
        let now = self.clock.read().wall_ms;
        self.stream(move |reader, out| export(reader, &filter, format, now, out))
            .await
    }

    /// Begins an export that `write` writes.
    pub(super) async fn stream(
        &self,
        write: impl FnOnce(&Connection, Pieces) -> Result<u64, ExportError> + Send + 'static,
    ) -> Result<Export, CommandError> {
        let (pieces, taken) = mpsc::channel(PIECES_MAX);
        self.read_long(move |reader| {
            let done = write(reader, Pieces(pieces.clone()));
            let failed = match done {
                Err(ExportError::Store(error)) => error,
                // Whoever took the pieces is gone.
                Ok(_) | Err(ExportError::Write(_)) => return,
            };
            tracing::error!(code = failed.code(), error = %failed, "an export broke off");
            let _ = pieces.blocking_send(Err(failed.into()));
        })
        .await?;
        Ok(Export { pieces: taken })
    }
}
