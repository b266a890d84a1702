//! What can keep the simulated phones from starting.

use std::path::PathBuf;

/// Why the simulator could not start or had to stop.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// Another simulator (or another usbmux server) answers at the socket.
    #[error(
        "{path} is in use: another simulator answers there. Stop it, or choose another --socket."
    )]
    SocketInUse {
        /// The socket's path.
        path: PathBuf,
    },
    /// The socket, or the TCP port, could not be opened.
    #[error("cannot listen at {place}: {source}. Choose a place this user may write to.")]
    Listen {
        /// The path or address.
        place: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The configuration itself makes no sense.
    #[error("{0}")]
    Config(String),
    /// The scenario file is wrong; the text names line and key.
    #[error("the scenario {path} cannot be used: {reason}")]
    Scenario {
        /// The file.
        path: PathBuf,
        /// Line, key and what is wrong.
        reason: String,
    },
    /// The accounts file cannot be read.
    #[error("the accounts file {path} cannot be used: {reason}")]
    Accounts {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The world file cannot be read, written or locked.
    #[error("the world file {path} cannot be used: {reason}")]
    World {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The witness log cannot be read or written.
    #[error("the witness log {path} cannot be used: {reason}")]
    Witness {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl SimError {
    /// A stable code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            SimError::SocketInUse { .. } => "socket_in_use",
            SimError::Listen { .. } => "cannot_listen",
            SimError::Config(_) => "bad_config",
            SimError::Scenario { .. } => "bad_scenario",
            SimError::Accounts { .. } => "bad_accounts",
            SimError::World { .. } => "world_unusable",
            SimError::Witness { .. } => "witness_unusable",
        }
    }
}
