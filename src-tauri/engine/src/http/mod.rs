//! The HTTP API: a thin face of [`Commands`], for scripts and tools on this computer. On the
//! loopback address whoever shows the token may use it, and on the [`control`] socket in the data
//! directory whoever may open that file, which is how the command line reaches a running engine.
//! The [`window`] asks in the same process, by a call.
//!
//! A request passes the [`gate`] (Host, Origin, token), then its [`body`] is read, then its route
//! is found ([`router`]). What a route takes is checked against the schema of its type ([`shape`]),
//! which also stands in the document. Handlers ask the engine; they decide nothing. How a route is
//! added is told in [`api`].

mod account;
mod accounts;
mod answer;
mod api;
mod audit;
mod backups;
mod body;
mod bulk;
mod control;
mod devices;
mod document;
mod download;
mod engagement;
mod events;
mod exposition;
mod flows;
mod gate;
mod history;
mod imports;
mod input;
mod interactions;
mod jobs;
mod json;
mod key;
mod kinds;
mod link;
mod list_files;
mod listen;
mod lists;
mod logs;
mod metrics;
mod notices;
mod operation;
mod orders;
mod page;
mod planned;
mod problem;
mod reports;
mod router;
mod screenshots;
mod settings;
mod shape;
mod shift_note;
mod site;
mod stall;
mod storage;
mod system;
mod tasks;
mod templates;
mod term;
#[cfg(test)]
mod tests;
mod tickets;
mod turned_away;
mod window;

pub use control::{Control, ControlError};
pub use router::openapi;
pub use site::Page;
pub use window::{Reply, Window};

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::commands::{Commands, Who};
use crate::token::TokenError;

/// The server could not be brought up.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Somebody asked for an address that others can reach.
    #[error(
        "The HTTP API cannot be served at {0}: only this computer may reach it. Use 127.0.0.1."
    )]
    NotLoopback(IpAddr),
    /// The address is taken, or the system refused it.
    #[error(
        "The HTTP API cannot be served at {address}: {source}. Choose another port, or 0 for any free one."
    )]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The token cannot be read or made.
    #[error(transparent)]
    Token(#[from] TokenError),
}

impl ServeError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotLoopback(_) => "not_loopback",
            Self::Bind { .. } => "bind",
            Self::Token(error) => error.code(),
        }
    }
}

/// A running server. Dropping it cuts all connections; [`Server::shutdown`] lets answers finish.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    open: listen::Open,
}

impl Server {
    /// Where it listens, with the port the system chose if none was named.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, for a person or a client: `http://127.0.0.1:4711`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes no new request, lets answers under way finish for at most two seconds, and ends.
    pub async fn shutdown(self) {
        self.open.shutdown().await;
    }
}

/// Serves the API on 127.0.0.1 (and on ::1 under the same port, where there is one) or on ::1
/// alone; any other address is refused. Port 0 is any free port.
///
/// The page is what a browser gets at `/`. Call it inside a tokio runtime. The requests end with the server, not with the engine: shut
/// the server down first.
pub async fn serve(
    commands: Commands,
    address: SocketAddr,
    page: Page,
) -> Result<Server, ServeError> {
    let own = [
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::LOCALHOST),
    ];
    if !own.contains(&address.ip()) {
        return Err(ServeError::NotLoopback(address.ip()));
    }
    commands.token_file().open()?;
    let (loopback, address) = listen::bind(address).await?;
    let face = router::Face::gated(commands.by(Who::Http), address.port(), page);
    Ok(Server {
        address,
        open: listen::Open::new(loopback, face),
    })
}
