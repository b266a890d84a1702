//! The store port: a journal, the tables beside it, and a disk that may be full.

use signalbox_scheduler::{Anchor, Now, Record, Settings, State, apply};

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

/// What survives the engine.
#[derive(Debug, Clone)]
pub struct Store {
    settings: Settings,
    journal: Vec<Entry>,
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

    /// What the journal alone amounts to.
    pub fn replay(&self) -> State {
        let mut state = State::new(self.settings.clone());
        for entry in &self.journal {
            apply(&mut state, entry.now, &entry.record);
        }
        state
    }
}
