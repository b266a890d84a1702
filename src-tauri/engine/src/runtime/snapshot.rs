//! When a snapshot is taken, and how, so that the loop hardly notices.
//!
//! The loop copies its state, which is quick, and goes on; a thread takes the copy apart and sends
//! the pieces back, each a message like any other.

use super::{Message, Runtime};
use crate::store::snapshots::{self, Piece};

/// A start replays at least this many records without being slow; fewer are not worth a snapshot.
const RECORDS_MIN: usize = 50_000;
/// At the end of the engine there is time for one sooner.
const RECORDS_MIN_AT_END: usize = 1_000;

impl Runtime {
    /// A snapshot is due when the journal since the last one has grown to a part of what the state
    /// itself holds: so neither replays nor snapshots grow out of proportion.
    pub(super) fn snapshot_when_due(&mut self) {
        let counts = self.memory.state.counts();
        let tasks = counts.tasks_waiting + counts.tasks_scheduled;
        let part = usize::try_from(tasks.saturating_add(counts.accounts) / 4).unwrap_or(0);
        if self.memory.since_snapshot < RECORDS_MIN.max(part) || self.disk_full || self.broken {
            return;
        }
        let at_work = self.snapshot.as_ref();
        if at_work.is_some_and(|thread| !thread.is_finished()) {
            return;
        }
        let Some(inbox) = self.parts.way_in.upgrade() else {
            return;
        };
        let (state, seq) = (self.memory.state.clone(), self.memory.seq);
        let thread = std::thread::Builder::new().name("signalbox-snapshot".to_owned());
        let thread = thread.spawn(move || {
            let send = |piece: Piece| inbox.blocking_send(Message::Snapshot(piece)).is_ok();
            if let Err(error) = snapshots::pieces(&state, seq, send) {
                tracing::warn!(%error, "no snapshot was taken");
            }
        });
        match thread {
            Ok(thread) => self.snapshot = Some(thread),
            Err(error) => tracing::warn!(%error, "no snapshot was taken"),
        }
        self.memory.since_snapshot = 0;
    }

    /// The last thing an engine does that ends in good order: the next start has little to replay.
    pub(super) fn snapshot_at_the_end(&mut self) {
        if self.memory.since_snapshot < RECORDS_MIN_AT_END || self.disk_full || self.broken {
            return;
        }
        let (state, seq) = (&self.memory.state, self.memory.seq);
        let store = &mut self.parts.store;
        let written = store.begin().and_then(|transaction| {
            let mut failed = Ok(());
            snapshots::pieces(state, seq, |piece| {
                failed = snapshots::write(&transaction, &piece);
                failed.is_ok()
            })?;
            failed?;
            Ok(transaction.commit()?)
        });
        if let Err(error) = written {
            tracing::warn!(%error, "no snapshot was taken");
        }
    }
}
