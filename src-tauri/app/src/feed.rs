//! What the page follows: the engine's changes, over one channel for the window's life, and what the
//! window itself has to say to it.

use std::pin::pin;
use std::time::Duration;

use serde::Serialize;
use signalbox_engine::CommandError;
use signalbox_engine::commands::{Changes, Commands, Update};
use signalbox_engine::dto::{Change, Snapshot};
use tauri::async_runtime::{JoinHandle, spawn};
use tauri::ipc::Channel;
use tokio::time::{MissedTickBehavior, interval, timeout};

/// The engine is asked this often whether it still answers, and the page is told.
const ALIVE_EVERY: Duration = Duration::from_secs(1);
/// An engine that does not answer for so long hangs.
pub const ANSWER_MAX: Duration = Duration::from_secs(5);

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
    /// Everything, of an engine that took the place of the one before: nothing of that counts.
    Begun {
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
    /// The engine has ended, or does not answer.
    Lost {
        /// Which, and what to do.
        problem: CommandError,
    },
    /// Something was chosen in the menu bar.
    Menu {
        /// The command.
        id: String,
    },
    /// Somebody wants to quit while tasks run: ask, and call `quit`.
    Quit {
        /// Accounts with a task under way.
        running: u64,
    },
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

/// What is told of an engine that is gone.
fn ended() -> CommandError {
    let detail = "The engine has ended by itself; Logs says why. Nothing runs. Try again starts it \
                  anew: what was under way is found out first.";
    CommandError::new("engine_ended", detail)
}

/// What is told of an engine that hangs.
pub fn hung() -> CommandError {
    let detail = "The engine does not answer. What it was doing goes on or not; wait a little, and \
                  if it stays so, quit Signalbox and open it again.";
    CommandError::new("engine_hung", detail)
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
                    None => {
                        let _ = channel.send(Message::Lost { problem: ended() });
                        return;
                    }
                },
                _tick = alive.tick() => {
                    // Answered by the loop itself, so that a loop that hangs is seen to.
                    let (message, last) = match timeout(ANSWER_MAX, commands.at_work()).await {
                        Ok(Ok(_)) => (Message::Alive, false),
                        Ok(Err(_)) => (Message::Lost { problem: ended() }, true),
                        Err(_) => (Message::Lost { problem: hung() }, false),
                    };
                    if channel.send(message).is_err() || last {
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use signalbox_engine::paths::{Base, Environment};
    use signalbox_engine::store::{Durability, World};
    use signalbox_engine::{Engine, Options, Phones};
    use tauri::ipc::InvokeResponseBody;

    use super::*;

    async fn engine(dir: &std::path::Path) -> Engine {
        let environment = Environment {
            home: Some(dir.to_owned()),
            ..Environment::default()
        };
        let options = Options {
            program: "tests",
            base: Base::find(&environment).unwrap(),
            data_dir: dir.join("data"),
            phones: Phones::Absent(World::Simulated),
            time_scale: 1,
            limits: false,
            fresh: false,
            durability: Durability::Normal,
        };
        Engine::start(options).await.unwrap()
    }

    /// What the page is sent, as JSON.
    fn channel() -> (Channel<Message>, mpsc::Receiver<serde_json::Value>) {
        let (sent, heard) = mpsc::channel();
        let channel = Channel::new(move |body| {
            if let InvokeResponseBody::Json(text) = body {
                let _ = sent.send(serde_json::from_str(&text).unwrap());
            }
            Ok(())
        });
        (channel, heard)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_page_hears_changes_and_at_once_that_the_engine_has_ended() {
        let dir = tempfile::tempdir().unwrap();
        let engine = engine(dir.path()).await;
        let commands = engine.commands();
        let (_, changes) = commands.subscribe().await.unwrap();
        let (channel, heard) = channel();
        let _follower = Follower::start(commands.clone(), changes, channel);

        commands.pause().await.unwrap();
        let next = |kind: &str| {
            std::iter::repeat_with(|| heard.recv_timeout(Duration::from_secs(30)).unwrap())
                .find(|message| message["kind"] == kind)
                .unwrap()
        };
        assert_eq!(next("change")["change"]["engine"]["paused"], true);
        next("alive");

        engine.shutdown().await;
        let lost = next("lost");
        assert_eq!(lost["problem"]["code"], "engine_ended");
    }
}
