//! One stream on which a phone and we exchange property lists: lockdownd's own, or that of one of
//! its services. Bounded like every stream to a phone, in clear text or in TLS.

use idevice::pairing_file::PairingFile;
use idevice::{Idevice, ReadWrite};
use plist::{Dictionary, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{LABEL, io_error, malformed};
use crate::error::{Code, PhoneError, Sent};
use crate::mux::{Framed, Plan};
use std::time::Duration;

/// Longest name of an error that is repeated, in characters.
const ERROR_CHARS_MAX: usize = 60;

/// What a phone says to one question.
pub(super) enum Said {
    Yes(Dictionary),
    /// The name of its error.
    No(String),
}

#[derive(Debug)]
pub(super) struct Line {
    framed: Framed,
    limit: Duration,
}

impl Line {
    /// A line over a stream on which nothing was said yet.
    pub(super) fn new(stream: Box<dyn ReadWrite>, limit: Duration) -> Self {
        Self {
            framed: Framed::new(stream, Plan::Lockdown, limit),
            limit,
        }
    }

    /// Puts one question and reads its answer.
    pub(super) async fn ask(&mut self, mut question: Dictionary) -> Result<Said, PhoneError> {
        question.insert("Label".into(), LABEL.into());
        let mut body = Vec::new();
        let written = Value::Dictionary(question).to_writer_xml(&mut body);
        written.map_err(|_| malformed("the question was not written"))?;
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
        let message = [&length.to_be_bytes()[..], &body].concat();
        self.framed.write_all(&message).await.map_err(io_error)?;
        self.framed.flush().await.map_err(io_error)?;
        let mut answer = self.message().await?;
        Ok(match answer.remove("Error") {
            None => Said::Yes(answer),
            Some(Value::String(error)) => Said::No(error.chars().take(ERROR_CHARS_MAX).collect()),
            Some(_) => Said::No("an error without a name".to_owned()),
        })
    }

    async fn message(&mut self) -> Result<Dictionary, PhoneError> {
        let length = self.framed.read_u32().await.map_err(io_error)?;
        // The stream has judged the length, and has the whole message at hand.
        let mut body = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
        self.framed.read_exact(&mut body).await.map_err(io_error)?;
        plist::from_bytes(&body)
            .map_err(|_| malformed("it holds something else than was asked for"))
    }

    /// Goes on in TLS, as the computer of the pair record. The phone is the server.
    pub(super) async fn encrypt(self, record: &PairingFile) -> Result<Self, PhoneError> {
        let refused = || {
            PhoneError::new(
                Code::Lockdown,
                Sent::NotSent,
                "the phone did not take up the encrypted session that it asked for; unlock it and \
                 plug it in again",
            )
        };
        let mut idevice = Idevice::new(self.framed.into_inner(), LABEL);
        let shaken = idevice.start_session(record, false).await;
        shaken.map_err(|_| refused())?;
        let stream = idevice.get_socket().ok_or_else(refused)?;
        Ok(Self::new(stream, self.limit))
    }
}
