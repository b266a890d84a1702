//! The services lockdownd starts, each on a port of its own, over TLS.

mod apps;
mod diagnostics;

use std::collections::BTreeMap;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::io::AsyncWriteExt;

use crate::lockdown::{frame, tls};
use crate::mux::Stream;
use crate::phone::Phone;

/// The first port a service gets.
const FIRST_PORT: u16 = 49_152;
/// Services that wait for their client; the oldest gives way.
const MAX_WAITING: usize = 64;

/// A service of the phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Which apps there are.
    InstallationProxy,
    /// The battery's inside.
    DiagnosticsRelay,
}

impl Service {
    /// The service of this name; none when the phone has no such.
    #[must_use]
    pub fn named(name: &str) -> Option<Service> {
        match name {
            "com.apple.mobile.installation_proxy" => Some(Service::InstallationProxy),
            "com.apple.mobile.diagnostics_relay" => Some(Service::DiagnosticsRelay),
            _ => None,
        }
    }
}

/// A service that was started and waits for its client.
#[derive(Clone)]
pub struct Opened {
    service: Service,
    tls: Arc<ServerConfig>,
}

/// The ports of services that wait for their client; each takes one.
pub struct Ports {
    next: u16,
    waiting: BTreeMap<u16, Opened>,
}

impl Default for Ports {
    fn default() -> Ports {
        Ports {
            next: FIRST_PORT,
            waiting: BTreeMap::new(),
        }
    }
}

impl Ports {
    /// Starts a service for the computer of a configuration; the port.
    pub fn open(&mut self, service: Service, tls: Arc<ServerConfig>) -> u16 {
        let port = self.next;
        self.next = self.next.checked_add(1).unwrap_or(FIRST_PORT);
        self.waiting.insert(port, Opened { service, tls });
        if self.waiting.len() > MAX_WAITING {
            // The next one behind the newest, in a circle, is the oldest.
            let behind = self.waiting.range(self.next..).next();
            let oldest = behind.or_else(|| self.waiting.iter().next());
            if let Some(oldest) = oldest.map(|(port, _)| *port) {
                self.waiting.remove(&oldest);
            }
        }
        port
    }

    /// The service at a port, for its one client.
    pub fn take(&mut self, port: u16) -> Option<Opened> {
        self.waiting.remove(&port)
    }

    /// Nobody comes any more.
    pub fn close(&mut self) {
        self.waiting.clear();
    }
}

/// Serves one client until it goes or sends what is no request.
pub async fn serve(stream: impl Stream, opened: Opened, phone: &Phone) {
    let Some(mut stream) = tls::accept(stream, opened.tls).await else {
        return;
    };
    while let Some(request) = frame::read_request(&mut stream).await {
        let (answers, ends) = match opened.service {
            Service::InstallationProxy => (apps::answers(&request, phone), false),
            Service::DiagnosticsRelay => diagnostics::answer(&request, phone),
        };
        for answer in answers {
            if !frame::send(&mut stream, answer).await {
                return;
            }
        }
        if ends {
            break;
        }
    }
    // A client may ask why the stream ends; it is told that this was meant.
    let _ = stream.shutdown().await;
}
