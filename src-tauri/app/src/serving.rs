//! The HTTP API of the engine in this process, while it is switched on.

use std::net::{Ipv4Addr, SocketAddr};

use signalbox_engine::http::{self, Page, Server};
use signalbox_engine::{CommandError, Commands};

use crate::preferences::Preferences;

/// Whether it is served.
#[derive(Debug, Default)]
pub enum Served {
    /// It is switched off.
    #[default]
    Off,
    /// It is served.
    On(Server),
    /// It cannot be served; all else works.
    Failed(CommandError),
}

impl Served {
    /// Serves it, if that is wanted.
    pub async fn begin(commands: Commands, preferences: &Preferences, page: Page) -> Self {
        if !preferences.api {
            return Self::Off;
        }
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, preferences.api_port));
        match http::serve(commands, address, page).await {
            Ok(server) => Self::On(server),
            Err(error) => Self::Failed(CommandError::new(error.code(), error.to_string())),
        }
    }

    /// Where it is, for a browser or a program.
    pub fn url(&self) -> Option<String> {
        match self {
            Self::On(server) => Some(server.url()),
            Self::Off | Self::Failed(_) => None,
        }
    }

    /// Why it is not served though that is wanted.
    pub fn problem(&self) -> Option<CommandError> {
        match self {
            Self::Failed(error) => Some(error.clone()),
            Self::Off | Self::On(_) => None,
        }
    }

    /// Serves it no more; answers under way are finished.
    pub async fn end(self) {
        if let Self::On(server) = self {
            server.shutdown().await;
        }
    }
}
