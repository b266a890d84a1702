//! Attach and detach events.
//!
//! `idevice`'s own event stream cannot move between threads, so the two messages it would decode
//! are decoded here, behind the same bounds as everything else.

use plist::{Dictionary, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tracing::warn;

use super::{Connection, Framed, Link, io_error, malformed};
use crate::error::PhoneError;

/// Something was plugged in or out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A link came up. Every link that is up when listening begins is reported first.
    Attached(Link),
    /// The link of that number went away; usbmuxd does not say whose it was.
    Detached(u32),
}

/// The stream of events of one usbmuxd. It ends with an error only.
#[derive(Debug)]
pub struct Hotplug {
    framed: Framed,
    /// The part of a message that has come in, kept here so that a dropped `next` loses nothing.
    partial: Vec<u8>,
}

impl Hotplug {
    /// Asks for events and reads the answer to that.
    pub(super) async fn open(framed: Framed) -> Result<Self, PhoneError> {
        let mut hotplug = Self {
            framed,
            partial: Vec::new(),
        };
        let request = listen_request().map_err(|_| malformed("the question was not written"))?;
        let sent = hotplug.framed.write_all(&request).await;
        sent.map_err(io_error)?;
        let answer = hotplug.message().await?;
        match answer.get("Number").and_then(Value::as_unsigned_integer) {
            Some(0) => Ok(hotplug),
            _ => Err(malformed("it does not tell of phones that come and go")),
        }
    }

    /// The next event; waits as long as nothing happens. May be dropped and called again.
    ///
    /// # Errors
    /// usbmuxd went away, stopped inside a message, or sent something that is none.
    pub async fn next(&mut self) -> Result<Change, PhoneError> {
        loop {
            let message = self.message().await?;
            if let Some(change) = change(&message) {
                return Ok(change);
            }
        }
    }

    async fn message(&mut self) -> Result<Dictionary, PhoneError> {
        loop {
            if let Some(length) = length(&self.partial)
                && self.partial.len() >= length
            {
                let message: Vec<u8> = self.partial.drain(..length).collect();
                let body = message.get(16..).unwrap_or_default();
                return plist::from_bytes(body)
                    .map_err(|_| malformed("it holds something else than was asked for"));
            }
            let got = self.framed.read_buf(&mut self.partial).await;
            if got.map_err(io_error)? == 0 {
                return Err(io_error(std::io::ErrorKind::UnexpectedEof.into()));
            }
        }
    }
}

/// Total length of the message at the front; [`Framed`] has judged it already.
fn length(partial: &[u8]) -> Option<usize> {
    let word = partial.get(..4)?.try_into().ok()?;
    let length = usize::try_from(u32::from_le_bytes(word)).ok()?;
    (partial.len() >= 16).then_some(length.max(16))
}

fn listen_request() -> Result<Vec<u8>, plist::Error> {
    let mut request = Dictionary::new();
    for (key, value) in [
        ("MessageType", "Listen"),
        ("ClientVersionString", super::LABEL),
        ("ProgName", super::LABEL),
    ] {
        request.insert(key.into(), value.into());
    }
    request.insert("kLibUSBMuxVersion".into(), 3.into());
    let mut body = Vec::new();
    Value::Dictionary(request).to_writer_xml(&mut body)?;
    let mut bytes = Vec::with_capacity(16 + body.len());
    let total = u32::try_from(16 + body.len()).unwrap_or(u32::MAX);
    for word in [total, 1, 8, 1] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend(body);
    Ok(bytes)
}

/// What a message says; `None` for one we need not know, or that is not well-formed.
fn change(message: &Dictionary) -> Option<Change> {
    let number = |from: &Dictionary| {
        let id = from.get("DeviceID")?.as_unsigned_integer()?;
        u32::try_from(id).ok()
    };
    match message.get("MessageType").and_then(Value::as_string) {
        Some("Detached") => number(message).map(Change::Detached),
        Some("Attached") => {
            let properties = message.get("Properties")?.as_dictionary()?;
            let text = |key| properties.get(key).and_then(Value::as_string);
            let connection = match text("ConnectionType") {
                Some("USB") => Connection::Usb,
                _ => Connection::Network,
            };
            let mux_id = number(message).or_else(|| number(properties))?;
            Link::new(text("SerialNumber")?, mux_id, connection).map(Change::Attached)
        }
        Some("Paired") => None,
        _ => {
            warn!("usbmuxd sent an event that we do not know; it is left alone");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &str, id: Value, serial: Value) -> Dictionary {
        let mut properties = Dictionary::new();
        properties.insert("SerialNumber".into(), serial);
        properties.insert("ConnectionType".into(), "USB".into());
        let mut event = Dictionary::new();
        event.insert("MessageType".into(), kind.into());
        event.insert("DeviceID".into(), id);
        event.insert("Properties".into(), Value::Dictionary(properties));
        event
    }

    #[test]
    fn events_of_the_wrong_type_are_left_alone() {
        let good = change(&event("Attached", 3.into(), "abc".into()));
        let link = Link::new("abc", 3, Connection::Usb).unwrap();
        assert_eq!(good, Some(Change::Attached(link)));
        let gone = change(&event("Detached", 3.into(), "abc".into()));
        assert_eq!(gone, Some(Change::Detached(3)));
        for bad in [
            event("Attached", "three".into(), "abc".into()),
            event("Attached", 3.into(), 5.into()),
            event("Attached", Value::Array(vec![]), "abc".into()).clone(),
            event("Detached", (1_u64 << 40).into(), "abc".into()),
            event("Surprise", 3.into(), "abc".into()),
            Dictionary::new(),
        ] {
            if let Some(Change::Detached(_)) | Some(Change::Attached(_)) = change(&bad) {
                panic!("taken: {bad:?}");
            }
        }
    }
}
