//! Attach and detach events.
//!
//! `idevice`'s own event stream cannot move between threads, so the two messages it would decode
//! are decoded here, behind the same bounds as everything else.

use plist::{Dictionary, Value};
use tracing::warn;

use super::talk::Talk;
use super::{Connection, Link, malformed};
use crate::error::{Code, PhoneError, Sent};

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
pub struct Hotplug(Talk);

impl Hotplug {
    /// Asks for events and reads the answer to that.
    pub(super) async fn open(mut talk: Talk) -> Result<Self, PhoneError> {
        talk.ask(&[("MessageType", "Listen")]).await?;
        let answer = talk.message().await?;
        match answer.get("Number").and_then(Value::as_unsigned_integer) {
            Some(0) => Ok(Self(talk)),
            _ => Err(malformed("it does not tell of phones that come and go")),
        }
    }

    /// The next event; waits as long as nothing happens. May be dropped and called again.
    ///
    /// # Errors
    /// usbmuxd went away, stopped inside a message, or sent something that is none.
    pub async fn next(&mut self) -> Result<Change, PhoneError> {
        loop {
            let message = self.0.message().await.map_err(gone)?;
            if let Some(change) = change(&message) {
                return Ok(change);
            }
        }
    }
}

/// Between two events the end of the stream means more than a lost answer.
fn gone(error: PhoneError) -> PhoneError {
    match error.code {
        Code::ConnectionLost => PhoneError::new(
            Code::ConnectionLost,
            Sent::NotSent,
            "usbmuxd went away, and every stream to a phone with it; it is asked again by itself",
        ),
        _ => error,
    }
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
