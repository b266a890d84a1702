//! What the page follows: the engine's changes, over one channel for the window's life.

use std::pin::pin;
use std::time::Duration;

use serde::Serialize;
use signalbox_engine::commands::{Changes, Commands, Update};
use signalbox_engine::dto::{Change, Snapshot};
use tauri::async_runtime::{JoinHandle, spawn};
use tauri::ipc::Channel;
use tokio::time::{MissedTickBehavior, interval};

/// The engine is asked this often whether it still answers, and the page is told.
const ALIVE_EVERY: Duration = Duration::from_secs(1);

/// One message of the live channel.
#[derive(Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Message {
    /// Everything: what was missed is more than is kept.
    Snapshot {
        /// The snapshot.
        snapshot: Box<Snapshot>,
    },
    /// What changed.
    Change {
        /// The changes.
        change: Box<Change>,
    },
    /// The engine answers; what is on the screen is right.
    Alive,
}

/// The task that forwards; it ends when this is dropped, or when the page is gone.
pub struct Follower(JoinHandle<()>);

impl Follower {
    /// Forwards `changes` to the page.
    pub fn start(commands: Commands, changes: Changes, channel: Channel<Message>) -> Self {
        Self(spawn(forward(commands, changes, channel)))
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn forward(commands: Commands, mut changes: Changes, channel: Channel<Message>) {
    let mut alive = interval(ALIVE_EVERY);
    alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let mut next = pin!(changes.next());
        let message = loop {
            tokio::select! {
                update = &mut next => match update {
                    Some(Update::Snapshot(snapshot)) => break Message::Snapshot { snapshot },
                    Some(Update::Change(change)) => break Message::Change { change },
                    // The engine is gone: the page sees the age of what it shows grow.
                    None => return,
                },
                _tick = alive.tick() => {
                    // Answered by the loop itself, so that a loop that hangs is seen to.
                    if commands.at_work().await.is_err() || channel.send(Message::Alive).is_err() {
                        return;
                    }
                }
            }
        };
        if channel.send(message).is_err() {
            return;
        }
    }
}
