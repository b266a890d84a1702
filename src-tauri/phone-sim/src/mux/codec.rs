//! usbmux packets: a 16-byte header of four little-endian words, then a plist. What clients send may
//! be XML or binary; the answers are XML.

use std::io::Cursor;

use plist::{Dictionary, Value};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::binary;

/// The longest packet a client may send, header included.
pub const MAX_PACKET: u32 = 64 * 1024;
/// The header's length.
const HEADER: u32 = 16;
/// The plist protocol's version.
const VERSION: u32 = 1;
/// The message type of plists.
const PLIST: u32 = 8;
/// Deeper plists are refused before they are read.
const MAX_NESTING: usize = 32;

/// Why a packet ends the connection.
#[derive(Debug, thiserror::Error)]
pub enum PacketError {
    /// The client closed, or the stream broke.
    #[error("the client is gone: {0}")]
    Io(#[from] std::io::Error),
    /// The length makes no sense.
    #[error("a packet of {0} bytes is not between 16 and 65536")]
    Length(u32),
}

/// A packet whose length made sense.
#[derive(Debug)]
pub struct Packet {
    /// To be repeated in the answer.
    pub tag: u32,
    /// The body, or the Result number that says what is wrong with it.
    pub body: Result<Dictionary, u64>,
}

/// Reads one packet.
///
/// # Errors
/// When the stream ends or the length makes no sense.
pub async fn read_packet(input: &mut (impl AsyncRead + Unpin)) -> Result<Packet, PacketError> {
    let mut header = [0_u8; HEADER as usize];
    input.read_exact(&mut header).await?;
    let word = |at: usize| {
        u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
    };
    let (length, version, kind, tag) = (word(0), word(4), word(8), word(12));
    if !(HEADER..=MAX_PACKET).contains(&length) {
        return Err(PacketError::Length(length));
    }
    let mut body = vec![0_u8; (length - HEADER) as usize];
    input.read_exact(&mut body).await?;
    let body = if version != VERSION {
        Err(6)
    } else if kind != PLIST {
        Err(1)
    } else {
        read_plist(&body).ok_or(1)
    };
    Ok(Packet { tag, body })
}

/// Reads a plist, XML or binary, whose root is a dictionary; none when it is anything else or
/// nested deeply.
#[must_use]
pub fn read_plist(body: &[u8]) -> Option<Dictionary> {
    if binary::is_binary(body) {
        let small = binary::is_small(body, MAX_NESTING);
        let read = small.then(|| Value::from_reader(Cursor::new(body)))?;
        return read.ok()?.into_dictionary();
    }
    let opened = body.windows(5).scan(0_usize, |depth, tag| {
        match tag {
            b"<dict" | b"<arra" => *depth += 1,
            b"</dic" | b"</arr" => *depth = depth.saturating_sub(1),
            _ => {}
        }
        Some(*depth)
    });
    if opened.max().unwrap_or(0) > MAX_NESTING {
        return None;
    }
    Value::from_reader_xml(body).ok()?.into_dictionary()
}

/// The bytes of an answer (or, with tag 0, of an event).
#[must_use]
pub fn packet(tag: u32, body: &Value) -> Vec<u8> {
    let xml = write_plist(body);
    let length = HEADER + u32::try_from(xml.len()).unwrap_or(0);
    let mut bytes = Vec::with_capacity(length as usize);
    for word in [length, VERSION, PLIST, tag] {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    bytes.extend_from_slice(&xml);
    bytes
}

/// A plist as XML.
#[must_use]
pub fn write_plist(body: &Value) -> Vec<u8> {
    let mut xml = Vec::new();
    // Writing to memory fails for no value that is made here.
    if let Err(error) = body.to_writer_xml(&mut xml) {
        tracing::error!(%error, "a plist could not be written");
    }
    xml
}

/// A dictionary from pairs.
#[must_use]
pub fn dict<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    let mut dictionary = Dictionary::new();
    for (key, value) in pairs {
        dictionary.insert(key.to_owned(), value);
    }
    Value::Dictionary(dictionary)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(mut bytes: &[u8]) -> Result<Packet, PacketError> {
        read_packet(&mut bytes).await
    }

    fn header(length: u32, version: u32, kind: u32) -> Vec<u8> {
        [length, version, kind, 7]
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect()
    }

    #[tokio::test]
    async fn a_packet_comes_back_as_it_was_written() {
        let bytes = packet(7, &dict([("MessageType", Value::from("Listen"))]));
        let read = read(&bytes).await.unwrap();
        assert_eq!(read.tag, 7);
        let body = read.body.unwrap();
        assert_eq!(
            body.get("MessageType").and_then(Value::as_string),
            Some("Listen")
        );
    }

    #[tokio::test]
    async fn wrong_packets_are_told_apart() {
        for length in [0, 15, MAX_PACKET + 1, u32::MAX] {
            let bytes = header(length, 1, 8);
            assert!(matches!(read(&bytes).await, Err(PacketError::Length(l)) if l == length));
        }
        assert!(matches!(
            read(&header(40, 1, 8)).await,
            Err(PacketError::Io(_))
        ));
        let check = |bytes: Vec<u8>, number: u64| async move {
            assert_eq!(read(&bytes).await.unwrap().body.err(), Some(number));
        };
        check(header(16, 0, 8), 6).await;
        check(header(16, 1, 3), 1).await;
        check(header(16, 1, 8), 1).await;
        let mut text = header(21, 1, 8);
        text.extend_from_slice(b"hello");
        check(text, 1).await;
    }

    #[test]
    fn a_deep_plist_is_refused() {
        let nested = |depth: usize| {
            let open = "<array>".repeat(depth);
            let close = "</array>".repeat(depth);
            format!("<plist version=\"1.0\"><dict><key>a</key>{open}{close}</dict></plist>")
        };
        assert!(read_plist(nested(20).as_bytes()).is_some());
        assert!(read_plist(nested(9_000).as_bytes()).is_none());
        let binary = |xml: String| {
            let mut bytes = Vec::new();
            let value = Value::from_reader_xml(xml.as_bytes()).unwrap();
            value.to_writer_binary(&mut bytes).unwrap();
            bytes
        };
        assert!(read_plist(&binary(nested(20))).is_some());
        assert!(read_plist(&binary(nested(40))).is_none());
    }
}
