//! A stream that can spoil the next answer: send it twice, or half of it.

use std::io::{Error, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::mux::Stream;

/// What happens to an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Spoil {
    /// It goes out as it is.
    #[default]
    None,
    /// It goes out twice.
    Twice,
    /// Half of it goes out, then the stream ends.
    Half,
}

/// Says what happens to the next answer of a stream.
#[derive(Clone, Default)]
pub(crate) struct Spoiler(Arc<AtomicU8>);

impl Spoiler {
    /// For the next answer.
    pub(crate) fn set(&self, spoil: Spoil) {
        let number = match spoil {
            Spoil::None => return,
            Spoil::Twice => 1,
            Spoil::Half => 2,
        };
        self.0.store(number, Ordering::SeqCst);
    }

    fn now(&self) -> Spoil {
        match self.0.load(Ordering::SeqCst) {
            1 => Spoil::Twice,
            2 => Spoil::Half,
            _ => Spoil::None,
        }
    }
}

/// A stream whose next answer may be spoiled.
pub(crate) struct FaultyStream<S> {
    inner: S,
    spoiler: Spoiler,
    held: Vec<u8>,
    out: Vec<u8>,
    sent: usize,
    ends: bool,
}

impl<S: Stream> FaultyStream<S> {
    pub(crate) fn new(inner: S, spoiler: Spoiler) -> FaultyStream<S> {
        FaultyStream {
            inner,
            spoiler,
            held: Vec::new(),
            out: Vec::new(),
            sent: 0,
            ends: false,
        }
    }

    /// Sends what was held, spoiled.
    fn poll_spoiled(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if !self.held.is_empty() {
            let held = std::mem::take(&mut self.held);
            match self.spoiler.now() {
                Spoil::Twice => {
                    self.out.extend_from_slice(&held);
                    self.out.extend_from_slice(&held);
                }
                Spoil::Half => {
                    self.out.extend_from_slice(&held[..held.len() / 2]);
                    self.ends = true;
                }
                Spoil::None => self.out.extend_from_slice(&held),
            }
            self.spoiler.0.store(0, Ordering::SeqCst);
        }
        while self.sent < self.out.len() {
            let count =
                ready!(Pin::new(&mut self.inner).poll_write(context, &self.out[self.sent..]))?;
            if count == 0 {
                return Poll::Ready(Err(ErrorKind::WriteZero.into()));
            }
            self.sent += count;
        }
        self.out.clear();
        self.sent = 0;
        ready!(Pin::new(&mut self.inner).poll_flush(context))?;
        if self.ends {
            return Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: Stream> AsyncRead for FaultyStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<S: Stream> AsyncWrite for FaultyStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize, Error>> {
        if self.spoiler.now() == Spoil::None && self.held.is_empty() && self.out.is_empty() {
            return Pin::new(&mut self.inner).poll_write(context, bytes);
        }
        self.held.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.held.is_empty() && self.out.is_empty() && !self.ends {
            return Pin::new(&mut self.inner).poll_flush(context);
        }
        self.poll_spoiled(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
