//! The few questions that we put to usbmuxd without `idevice`, on a bounded stream.

use plist::{Dictionary, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Framed, LABEL, io_error, malformed};
use crate::error::PhoneError;

/// Length of a usbmux header.
const HEADER: usize = 16;

/// A connection on which questions are asked and messages read.
#[derive(Debug)]
pub(super) struct Talk {
    framed: Framed,
    /// The part of a message that has come in, kept here so that a dropped read loses nothing.
    partial: Vec<u8>,
}

impl Talk {
    pub(super) fn new(framed: Framed) -> Self {
        Self {
            framed,
            partial: Vec::new(),
        }
    }

    /// Writes a question.
    pub(super) async fn ask(&mut self, fields: &[(&str, &str)]) -> Result<(), PhoneError> {
        let bytes = question(fields).map_err(|_| malformed("the question was not written"))?;
        self.framed.write_all(&bytes).await.map_err(io_error)
    }

    /// Reads the next message, however long it takes to begin. May be dropped and called again.
    pub(super) async fn message(&mut self) -> Result<Dictionary, PhoneError> {
        loop {
            if let Some(length) = length(&self.partial)
                && self.partial.len() >= length
            {
                let message: Vec<u8> = self.partial.drain(..length).collect();
                let body = message.get(HEADER..).unwrap_or_default();
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
    (partial.len() >= HEADER).then_some(length.max(HEADER))
}

fn question(fields: &[(&str, &str)]) -> Result<Vec<u8>, plist::Error> {
    let mut request = Dictionary::new();
    let ours = [("ClientVersionString", LABEL), ("ProgName", LABEL)];
    for (key, value) in fields.iter().chain(&ours) {
        request.insert((*key).into(), (*value).into());
    }
    request.insert("kLibUSBMuxVersion".into(), 3.into());
    let mut body = Vec::new();
    Value::Dictionary(request).to_writer_xml(&mut body)?;
    let total = HEADER + body.len();
    let mut bytes = Vec::with_capacity(total);
    for word in [u32::try_from(total).unwrap_or(u32::MAX), 1, 8, 1] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend(body);
    Ok(bytes)
}
