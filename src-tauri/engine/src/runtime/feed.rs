//! What changed, for those who watch: which accounts, up to which journal row. Kept as a set, so
//! that a slow watcher costs nothing and misses nothing.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use signalbox_scheduler::AccountNo;
use tokio::sync::watch;

/// Accounts that changed since somebody looked last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delta {
    /// Number of the last journal row it includes.
    pub rev: i64,
    /// The accounts.
    pub accounts: BTreeSet<AccountNo>,
}

/// Collects changes for watchers.
#[derive(Debug)]
pub struct Feed {
    rev: watch::Sender<i64>,
    watchers: Mutex<Vec<std::sync::Weak<Mutex<Delta>>>>,
}

/// One watcher's place. It ends by being dropped.
#[derive(Debug)]
pub struct Watcher {
    rev: watch::Receiver<i64>,
    changes: std::sync::Arc<Mutex<Delta>>,
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            rev: watch::Sender::new(0),
            watchers: Mutex::default(),
        }
    }
}

impl Feed {
    /// Called after each commit.
    pub(super) fn changed(&self, rev: i64, accounts: BTreeSet<AccountNo>) {
        let mut watchers = self.watchers.lock().unwrap_or_else(PoisonError::into_inner);
        watchers.retain(|watcher| {
            let Some(changes) = watcher.upgrade() else {
                return false;
            };
            let mut changes = changes.lock().unwrap_or_else(PoisonError::into_inner);
            changes.rev = rev;
            changes.accounts.extend(&accounts);
            true
        });
        drop(watchers);
        self.rev
            .send_if_modified(|last| std::mem::replace(last, rev) != rev);
    }

    /// Begins to watch.
    pub fn watch(&self) -> Watcher {
        let changes = std::sync::Arc::default();
        let mut watchers = self.watchers.lock().unwrap_or_else(PoisonError::into_inner);
        watchers.push(std::sync::Arc::downgrade(&changes));
        Watcher {
            rev: self.rev.subscribe(),
            changes,
        }
    }
}

impl Watcher {
    /// Waits for a change; `None` once the engine has ended.
    pub async fn changed(&mut self) -> Option<()> {
        self.rev.changed().await.ok()
    }

    /// Takes what changed since the last call.
    pub fn take(&mut self) -> Delta {
        std::mem::take(&mut *self.changes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
