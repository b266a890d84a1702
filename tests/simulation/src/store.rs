//! The store port: a journal, the tables beside it, and a disk that may be full.

use signalbox_scheduler::planted::planted;
use signalbox_scheduler::{
    Anchor, Bug, Chunk, Damaged, Head, Now, Record, Restoring, Settings, State, apply,
};

use crate::books::Books;
use crate::script::Script;

/// One durable line.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The time it was decided at.
    pub now: Now,
    /// What was decided.
    pub record: Record,
    /// Of an `Acted`: a retry goes on behind it.
    pub last: bool,
}

/// Accounts, lists or tasks in a piece of a snapshot: few, so that small worlds have several.
const PIECE: usize = 3;

/// A stored snapshot, and how many lines of the journal it stands for.
#[derive(Debug, Clone)]
struct Snapshot {
    head: Head,
    chunks: Vec<Chunk<'static>>,
    lines: usize,
}

/// What survives the engine.
#[derive(Debug, Clone)]
pub struct Store {
    settings: Settings,
    journal: Vec<Entry>,
    snapshot: Option<Snapshot>,
    /// The anchor of the last entry.
    pub anchor: Anchor,
    /// What the journal amounts to, kept so that a crash costs no replay.
    pub state: State,
    /// The tables.
    pub books: Books,
    /// Writes that will still fail.
    pub failing: u32,
}

impl Store {
    /// A new data set.
    pub fn new(settings: &Settings, anchor: Anchor) -> Self {
        Self {
            settings: settings.clone(),
            journal: Vec::new(),
            snapshot: None,
            anchor,
            state: State::new(settings.clone()),
            books: Books::default(),
            failing: 0,
        }
    }

    /// Whether the disk takes a write now.
    pub fn takes_a_write(&mut self) -> bool {
        let room = self.failing == 0;
        self.failing = self.failing.saturating_sub(1);
        room
    }

    /// Makes one entry of a committed transaction durable.
    pub fn append(&mut self, scripts: &[Script], entry: Entry) {
        apply(&mut self.state, entry.now, &entry.record);
        self.books.apply(scripts, &entry.record, entry.last);
        self.journal.push(entry);
    }

    /// Stores a snapshot of what is durable.
    pub fn take_snapshot(&mut self) {
        let chunks = self.state.snapshot_chunks(PIECE);
        self.snapshot = Some(Snapshot {
            head: self.state.snapshot_head(),
            chunks: chunks.map(Chunk::into_owned).collect(),
            lines: self.journal.len(),
        });
    }

    /// What the last snapshot and the journal since it amount to.
    pub fn recover(&self) -> Result<State, Damaged> {
        let Some(snapshot) = &self.snapshot else {
            return Ok(self.replay());
        };
        let mut restoring = Restoring::new(snapshot.head.clone())?;
        for chunk in &snapshot.chunks {
            restoring.add(chunk.clone())?;
        }
        let mut state = restoring.finish()?;
        if planted(Bug::SnapshotWithoutTail) {
            return Ok(state);
        }
        for entry in self.journal.iter().skip(snapshot.lines) {
            apply(&mut state, entry.now, &entry.record);
        }
        Ok(state)
    }

    /// What the journal alone amounts to.
    pub fn replay(&self) -> State {
        let mut state = State::new(self.settings.clone());
        for entry in &self.journal {
            apply(&mut state, entry.now, &entry.record);
        }
        state
    }
}
