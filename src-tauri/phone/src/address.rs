//! Where usbmuxd listens.
//!
//! The variable `USBMUXD_SOCKET_ADDRESS` is read by many tools and each spells it differently, so
//! every spelling in use is taken here: `UNIX:/path`, `/path`, `host:port`, `[v6]:port`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The variable that names another usbmuxd.
pub const VARIABLE: &str = "USBMUXD_SOCKET_ADDRESS";

/// Where usbmuxd listens on macOS and Linux.
pub const DEFAULT_SOCKET: &str = "/var/run/usbmuxd";

/// The address of a usbmuxd, real or simulated.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Address {
    /// A unix stream socket.
    Unix(PathBuf),
    /// Host name or IP address (an IPv6 one without brackets) and TCP port.
    Tcp {
        /// Name or IP address.
        host: String,
        /// TCP port, 1 to 65535.
        port: u16,
    },
}

/// An address that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{given:?} is no address of usbmuxd ({why}); write UNIX:/path, /path, host:port or [v6]:port"
)]
pub struct BadAddress {
    given: String,
    why: &'static str,
}

impl Address {
    /// The address named by [`VARIABLE`], or the default one if it is not set or empty.
    ///
    /// # Errors
    /// [`BadAddress`] if it is set to something that is no address.
    pub fn from_env() -> Result<Self, BadAddress> {
        match std::env::var_os(VARIABLE) {
            Some(value) if !value.is_empty() => match value.to_str() {
                Some(text) => text.parse(),
                None => Err(bad("…", "it is not UTF-8")),
            },
            _ => Ok(Self::default()),
        }
    }

    /// A unix socket at this path.
    pub fn unix(path: impl AsRef<Path>) -> Self {
        Self::Unix(path.as_ref().to_path_buf())
    }
}

impl Default for Address {
    fn default() -> Self {
        Self::unix(DEFAULT_SOCKET)
    }
}

impl FromStr for Address {
    type Err = BadAddress;

    fn from_str(text: &str) -> Result<Self, BadAddress> {
        let prefix = text.get(..5).unwrap_or_default();
        if prefix.eq_ignore_ascii_case("unix:") {
            return match &text[5..] {
                "" => Err(bad(text, "the path is missing")),
                path => Ok(Self::unix(path)),
            };
        }
        if text.starts_with(['/', '.']) {
            return Ok(Self::unix(text));
        }
        let Some((host, port)) = text.rsplit_once(':') else {
            return Err(bad(text, "neither a path nor a port"));
        };
        let host = match host.strip_prefix('[') {
            Some(rest) => rest
                .strip_suffix(']')
                .ok_or_else(|| bad(text, "the bracket is not closed"))?,
            None if host.contains(':') => {
                return Err(bad(text, "an IPv6 address goes in brackets"));
            }
            None => host,
        };
        if host.is_empty() || host.contains(['[', ']', '/']) {
            return Err(bad(text, "the host is missing or is none"));
        }
        match port.parse::<u16>() {
            Ok(port) if port > 0 => Ok(Self::Tcp {
                host: host.to_owned(),
                port,
            }),
            _ => Err(bad(text, "the port is not a number from 1 to 65535")),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "{}", path.display()),
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
        }
    }
}

fn bad(given: &str, why: &'static str) -> BadAddress {
    BadAddress {
        given: given.chars().take(200).collect(),
        why,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let got = text.parse::<Address>().ok().map(|a| match a {
            Address::Unix(path) => format!("unix {}", path.display()),
            Address::Tcp { host, port } => format!("tcp {host} {port}"),
        });
        assert_eq!(got.as_deref(), expected, "{text:?}");
    }

    #[test]
    fn every_spelling_in_use_is_taken() {
        check("UNIX:/tmp/a.sock", Some("unix /tmp/a.sock"));
        check("unix:/tmp/a:b.sock", Some("unix /tmp/a:b.sock"));
        check("/var/run/usbmuxd", Some("unix /var/run/usbmuxd"));
        check("/odd:path:1", Some("unix /odd:path:1"));
        check("./here.sock", Some("unix ./here.sock"));
        check("127.0.0.1:27015", Some("tcp 127.0.0.1 27015"));
        check("localhost:1", Some("tcp localhost 1"));
        check("[::1]:27015", Some("tcp ::1 27015"));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "UNIX:",
            "host",
            "host:",
            "host:0",
            "host:65536",
            ":5",
            "::1:5",
            "[::1:5",
            "[::1]5",
            "host:-1",
            "a/b:5",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn shown_as_it_can_be_written() {
        for text in ["/run/a", "h:5", "[::1]:5"] {
            assert_eq!(
                text.parse::<Address>().map(|a| a.to_string()),
                Ok(text.into())
            );
        }
    }
}
