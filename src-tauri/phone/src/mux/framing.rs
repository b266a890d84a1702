//! A stream that lets only whole, bounded, well-shaped messages through.
//!
//! `idevice` believes the length a peer writes: under 16 it panics or asks for 4 GiB, over it it
//! allocates whatever is said. This wrapper stands between, reads each message itself within
//! bounds, and hands it on only when it is complete and its shape is known to be harmless
//! ([`super::shape`]).

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use idevice::ReadWrite;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::shape;
use crate::limits::{LOCKDOWN_MESSAGE_BYTES_MAX, MUX_MESSAGE_BYTES_MAX};

/// Length of a usbmux header: four little-endian words.
const MUX_HEADER: usize = 16;
/// Length of a lockdown header: one big-endian word.
const LOCKDOWN_HEADER: usize = 4;
/// usbmux: property list messages.
const MUX_VERSION: u32 = 1;
const MUX_PLIST: u32 = 8;

/// What the peer speaks, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plan {
    /// usbmux messages to the end.
    Mux,
    /// One usbmux message (the answer to Connect), then bytes that are not ours to judge.
    MuxThenRaw,
    /// One usbmux message (the answer to Connect), then lockdown messages to the end.
    MuxThenLockdown,
    /// Lockdown messages to the end.
    Lockdown,
    /// Bytes that are not ours to judge.
    Raw,
}

/// The bounding stream; see the module.
#[derive(Debug)]
pub(crate) struct Framed {
    inner: Box<dyn ReadWrite>,
    plan: Plan,
    /// The message being read or handed on; empty between messages.
    message: Vec<u8>,
    /// Bytes of `message` that have come in.
    filled: usize,
    /// Bytes of `message` that went on; counts only once it is whole.
    served: usize,
    whole: bool,
    /// Runs while a message has begun and not ended: silence between messages is no fault.
    deadline: Option<Pin<Box<Sleep>>>,
    limit: Duration,
}

impl Framed {
    /// Wraps a fresh stream; a message must be whole within `limit` of its first byte.
    pub(crate) fn new(inner: Box<dyn ReadWrite>, plan: Plan, limit: Duration) -> Self {
        Self {
            inner,
            plan,
            message: Vec::new(),
            filled: 0,
            served: 0,
            whole: false,
            deadline: None,
            limit,
        }
    }

    /// The stream below. To be asked for between two messages: what was read of the next is lost.
    pub(crate) fn into_inner(self) -> Box<dyn ReadWrite> {
        self.inner
    }

    /// Reads on until the message is whole; `false` says the stream ended between two messages.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let header = match self.plan {
            Plan::Lockdown => LOCKDOWN_HEADER,
            _ => MUX_HEADER,
        };
        while !self.whole {
            if self.message.len() < header {
                self.message.resize(header, 0);
            }
            let mut room = ReadBuf::new(&mut self.message[self.filled..]);
            match Pin::new(&mut *self.inner).poll_read(cx, &mut room) {
                Poll::Pending => {
                    ready!(self.poll_deadline(cx))?;
                    return Poll::Pending;
                }
                Poll::Ready(result) => result?,
            }
            let got = room.filled().len();
            if got == 0 {
                return Poll::Ready(match self.filled {
                    0 => Ok(false),
                    _ => Err(io::ErrorKind::UnexpectedEof.into()),
                });
            }
            self.filled += got;
            if self.filled < self.message.len() {
                continue;
            }
            let total = match self.plan {
                Plan::Lockdown => lockdown_length(&self.message)?,
                _ => mux_length(&self.message)?,
            };
            if self.filled < total {
                self.message.resize(total, 0);
            } else {
                shape::check(&self.message[header..]).map_err(invalid)?;
                self.whole = true;
                self.deadline = None;
            }
        }
        Poll::Ready(Ok(true))
    }

    /// Ready with an error once the message took too long; never ready otherwise.
    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.filled == 0 {
            return Poll::Pending;
        }
        let limit = self.limit;
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep(limit)));
        ready!(deadline.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Forgets a message that went on in full, and turns to what comes after it.
    fn next_message(&mut self) {
        self.message = Vec::new();
        self.filled = 0;
        self.served = 0;
        self.whole = false;
        self.plan = match self.plan {
            Plan::MuxThenRaw => Plan::Raw,
            Plan::MuxThenLockdown => Plan::Lockdown,
            same => same,
        };
    }
}

/// Total length of a usbmux message from its header.
fn mux_length(message: &[u8]) -> io::Result<usize> {
    let length = word(message, 0, u32::from_le_bytes);
    let version = word(message, 4, u32::from_le_bytes);
    let kind = word(message, 8, u32::from_le_bytes);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if !(MUX_HEADER..=MUX_MESSAGE_BYTES_MAX).contains(&length) {
        return Err(invalid("its length is outside 16 bytes to 1 MiB"));
    }
    if version != MUX_VERSION || kind != MUX_PLIST {
        return Err(invalid("it is no property list message"));
    }
    Ok(length)
}

/// Total length of a lockdown message from its header.
fn lockdown_length(message: &[u8]) -> io::Result<usize> {
    let length = word(message, 0, u32::from_be_bytes);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if length > LOCKDOWN_MESSAGE_BYTES_MAX {
        return Err(invalid("its length is over 1 MiB"));
    }
    Ok(LOCKDOWN_HEADER + length)
}

fn word(message: &[u8], at: usize, read: fn([u8; 4]) -> u32) -> u32 {
    message
        .get(at..at + 4)
        .and_then(|bytes| bytes.try_into().ok())
        .map_or(0, read)
}

fn invalid(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

impl AsyncRead for Framed {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.plan == Plan::Raw {
            return Pin::new(&mut *this.inner).poll_read(cx, out);
        }
        if out.remaining() == 0 || !ready!(this.poll_fill(cx))? {
            return Poll::Ready(Ok(()));
        }
        let waiting = &this.message[this.served..];
        let count = waiting.len().min(out.remaining());
        out.put_slice(&waiting[..count]);
        this.served += count;
        if this.served == this.message.len() {
            this.next_message();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Framed {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.get_mut().inner).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.get_mut().inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    const BODY: &str = "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict/></plist>";

    fn mux(length: u32, version: u32, kind: u32, body: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        for word in [length, version, kind, 0] {
            bytes.extend(word.to_le_bytes());
        }
        bytes.extend(body.as_bytes());
        bytes
    }

    fn good() -> Vec<u8> {
        mux(16 + BODY.len() as u32, 1, 8, BODY)
    }

    /// Reads what the peer sends, then the peer closes or stays silent.
    async fn read(plan: Plan, bytes: &[u8], close: bool) -> (usize, Option<io::ErrorKind>) {
        let (near, mut far) = tokio::io::duplex(1 << 16);
        let mut framed = Framed::new(Box::new(near), plan, Duration::from_secs(5));
        far.write_all(bytes).await.unwrap();
        if close {
            drop(far);
        }
        let mut got = Vec::new();
        let error = framed.read_to_end(&mut got).await.err().map(|e| e.kind());
        (got.len(), error)
    }

    #[tokio::test]
    async fn whole_messages_go_through() {
        let whole = good();
        let twice = [whole.clone(), whole.clone()].concat();
        assert_eq!(read(Plan::Mux, &twice, true).await, (twice.len(), None));
        let raw = [whole, b"HTTP/1.1 anything".to_vec()].concat();
        assert_eq!(read(Plan::MuxThenRaw, &raw, true).await, (raw.len(), None));
        let mut lockdown = good();
        lockdown.extend((BODY.len() as u32).to_be_bytes());
        lockdown.extend(BODY.as_bytes());
        let all = lockdown.len();
        assert_eq!(
            read(Plan::MuxThenLockdown, &lockdown, true).await,
            (all, None)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn bad_ones_are_named_and_nothing_of_them_goes_through() {
        use io::ErrorKind::{InvalidData, TimedOut, UnexpectedEof};
        let n = 16 + BODY.len() as u32;
        for (bytes, kind) in [
            (mux(0, 1, 8, ""), InvalidData),
            (mux(15, 1, 8, ""), InvalidData),
            (mux(u32::MAX, 1, 8, ""), InvalidData),
            (mux(1 << 21, 1, 8, ""), InvalidData),
            (mux(n, 0, 8, BODY), InvalidData),
            (mux(n, 1, 1, BODY), InvalidData),
            (mux(16, 1, 8, ""), InvalidData),
            (mux(n - 3, 1, 8, BODY), InvalidData),
            (good()[..9].to_vec(), UnexpectedEof),
            (good()[..30].to_vec(), UnexpectedEof),
        ] {
            assert_eq!(
                read(Plan::Mux, &bytes, true).await,
                (0, Some(kind)),
                "{bytes:?}"
            );
        }
        for length in [1_u32 << 21, u32::MAX] {
            let bytes = length.to_be_bytes();
            let got = read(Plan::Lockdown, &bytes, true).await;
            assert_eq!(got, (0, Some(InvalidData)));
        }
        let got = read(Plan::Mux, &good()[..30], false).await;
        assert_eq!(got, (0, Some(TimedOut)));
    }
}
