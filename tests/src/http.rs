//! HTTP byte by byte, so that a test can send what no client would.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The header, in small letters.
    pub head: String,
    /// The body; null if it is no JSON.
    pub body: Value,
    /// The same as text.
    pub text: String,
}

impl Answer {
    /// The value of a header line.
    pub fn header(&self, name: &str) -> Option<&str> {
        let prefix = format!("{name}: ");
        let mut lines = self.head.lines();
        lines.find_map(|line| line.strip_prefix(&prefix))
    }
}

/// Sends one request as it stands, with `Connection: close` in it, and reads to the end: the whole
/// answer, header and all.
///
/// # Panics
/// When there is no answer.
pub fn send_for_bytes(address: SocketAddr, request: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("somebody listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    stream.write_all(request.as_bytes()).expect("a reader");
    let mut told = Vec::new();
    stream.read_to_end(&mut told).expect("an answer");
    told
}

/// The same where the answer is text.
///
/// # Panics
/// When there is no answer, or none in UTF-8.
pub fn send(address: SocketAddr, request: &str) -> Answer {
    let told = send_for_bytes(address, request);
    let told = String::from_utf8(told).expect("UTF-8");
    let (head, body) = told.split_once("\r\n\r\n").expect("a whole header");
    let head = head.to_ascii_lowercase();
    let status = head.split(' ').nth(1).expect("a status");
    Answer {
        status: status.parse().expect("a number"),
        body: serde_json::from_str(body).unwrap_or_default(),
        text: body.to_owned(),
        head,
    }
}
