//! Why the simulated phones are not to be had.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// The simulated phones are not to be had.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// Nothing listens at the control socket.
    #[error("No simulated phones answer at {}. Start them, or check the path.", socket.display())]
    NotThere {
        /// The control socket.
        socket: PathBuf,
    },
    /// The process could not be started.
    #[error("The simulated phones cannot be started ({}: {source}). Check that the program `signalbox` is there and that its data directory may be written to.", path.display())]
    Start {
        /// The program or its log file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The process ended before its phones were there.
    #[error("The simulated phones did not start: {said} (log: {})", log.display())]
    Ended {
        /// The last thing it said.
        said: String,
        /// Where all it said stands.
        log: PathBuf,
    },
    /// Something did not happen in time.
    #[error(
        "The simulated phones {what} within {limit:?}. End their process, if it is there, and try again."
    )]
    TooSlow {
        /// What did not happen.
        what: &'static str,
        /// The time it had.
        limit: Duration,
    },
    /// The connection failed, or the answer cannot be read.
    #[error(
        "The simulated phones' answer cannot be read ({reason}). They may be of another version: end their process and try again."
    )]
    Malformed {
        /// Why.
        reason: String,
    },
    /// They answered that they do not do it.
    #[error("The simulated phones refused `{command}`: {reason}")]
    Refused {
        /// The command.
        command: String,
        /// What they said.
        reason: String,
    },
}

impl SimulatorError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotThere { .. } => "simulator_not_there",
            Self::Start { .. } => "simulator_start",
            Self::Ended { .. } => "simulator_ended",
            Self::TooSlow { .. } => "simulator_slow",
            Self::Malformed { .. } => "simulator_malformed",
            Self::Refused { .. } => "simulator_refused",
        }
    }
}
