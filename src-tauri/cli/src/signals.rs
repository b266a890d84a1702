//! How a user or the system says that a command is to end.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::exit::{Exit, Failure};

/// Hears Ctrl-C, and the system's wish that we end.
///
/// It listens from the moment it is made, which is before there is anything to end: a signal that
/// nobody listens for yet would end the process where it stands.
pub struct EndAsked {
    interrupt: Signal,
    terminate: Signal,
}

impl EndAsked {
    /// Begins to listen.
    pub fn listen() -> Result<Self, Failure> {
        let listen = |kind| {
            signal(kind).map_err(|error| {
                let detail = format!("The system lets nobody listen for Ctrl-C: {error}.");
                Failure::new(Exit::Failure, "signals", detail)
            })
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    /// Waits for the next one; one that came since it listens counts.
    pub async fn wait(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
