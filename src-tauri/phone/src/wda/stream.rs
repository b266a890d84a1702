//! One HTTP/1.1 stream to WebDriverAgent, and one exchange on it.
//!
//! The connection is driven by the call that uses it, not by a task of its own: who drops the call
//! drops the stream. Every byte that goes out is counted, since "was a byte written" is what parts
//! *not sent* from *unknown*.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Body;
use hyper::client::conn::http1::{Builder, Connection, SendRequest};
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use idevice::ReadWrite;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::command::Command;
use super::stop::StopSwitch;
use crate::error::{Code, PhoneError, Sent};
use crate::limits::{HEAD_BYTES_MAX, HEADERS_MAX};
use crate::mux::Stream;

/// What has gone out for the call that has its turn.
#[derive(Debug)]
pub(super) struct Progress {
    wrote: AtomicBool,
    stop: StopSwitch,
}

impl Progress {
    pub(super) fn new(stop: StopSwitch) -> Self {
        Self {
            wrote: AtomicBool::new(false),
            stop,
        }
    }

    pub(super) fn begin(&self) {
        self.wrote.store(false, Ordering::Relaxed);
    }

    /// Whether at least one byte of the request was written.
    pub(super) fn wrote(&self) -> bool {
        self.wrote.load(Ordering::Relaxed)
    }
}

/// The stream, with its bytes counted and the stop switch before every write.
#[derive(Debug)]
struct Counted {
    inner: Box<dyn ReadWrite>,
    progress: Arc<Progress>,
}

impl AsyncRead for Counted {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.get_mut().inner).poll_read(cx, out)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.progress.stop.is_halted() {
            return Poll::Ready(Err(io::ErrorKind::Interrupted.into()));
        }
        let written = Pin::new(&mut *this.inner).poll_write(cx, bytes);
        if matches!(written, Poll::Ready(Ok(count)) if count > 0) {
            this.progress.wrote.store(true, Ordering::Relaxed);
        }
        written
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.get_mut().inner).poll_shutdown(cx)
    }
}

/// An answer, whole.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
    /// Whether the stream may carry another exchange.
    pub(super) keep: bool,
}

/// A stream that is between two exchanges.
pub(super) struct Wire {
    send: SendRequest<Full<Bytes>>,
    connection: Connection<TokioIo<Counted>, Full<Bytes>>,
    progress: Arc<Progress>,
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wire")
    }
}

/// What ended an exchange.
enum Broken {
    Http(hyper::Error),
    Body(Box<dyn std::error::Error + Send + Sync>),
    /// The length that it announces is over the cap.
    TooLong,
}

impl Wire {
    pub(super) async fn open(stream: Stream, progress: Arc<Progress>) -> Result<Self, PhoneError> {
        let io = TokioIo::new(Counted {
            inner: stream.0,
            progress: Arc::clone(&progress),
        });
        let shaken = Builder::new()
            .max_headers(HEADERS_MAX)
            .max_buf_size(HEAD_BYTES_MAX)
            .handshake(io)
            .await;
        match shaken {
            Ok((send, connection)) => Ok(Self {
                send,
                connection,
                progress,
            }),
            Err(_) => Err(lost(Sent::NotSent)),
        }
    }

    /// The stream, if nothing happened on it while it was idle. A phone that closed it is no
    /// fault; bytes that nobody asked for are the second half of something that is over, and are
    /// thrown away with the stream.
    pub(super) async fn still_good(wire: Option<Self>) -> Option<Self> {
        let mut wire = wire?;
        let ended = poll_fn(|cx| {
            let ended = Pin::new(&mut wire.connection).poll(cx).is_ready();
            let ready = matches!(wire.send.poll_ready(cx), Poll::Ready(Ok(())));
            Poll::Ready(ended || !ready)
        })
        .await;
        (!ended).then_some(wire)
    }

    /// Sends the command and reads the whole answer.
    pub(super) async fn exchange(&mut self, command: &Command) -> Result<Answer, PhoneError> {
        let body = command.body().map_or_else(Bytes::new, Bytes::from);
        let request = Request::builder()
            .method(command.method())
            .uri(command.path())
            .header(HOST, "phone")
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(body))
            .map_err(|_| {
                PhoneError::new(
                    Code::InvalidArgument,
                    Sent::NotSent,
                    "the command cannot be written as a request; it was not sent",
                )
            })?;
        let cap = command.answer_bytes_max();
        let sending = self.send.send_request(request);
        let mut whole = pin!(async move {
            let response = sending.await.map_err(Broken::Http)?;
            let (head, body) = response.into_parts();
            let cap_bytes = u64::try_from(cap).unwrap_or(u64::MAX);
            if body.size_hint().lower() > cap_bytes {
                return Err(Broken::TooLong);
            }
            let limited = Limited::new(body, cap);
            let body = limited.collect().await.map_err(Broken::Body)?;
            Ok((head.status, body.to_bytes()))
        });
        let mut open = true;
        let done = poll_fn(|cx| {
            if open && Pin::new(&mut self.connection).poll(cx).is_ready() {
                open = false;
            }
            whole.as_mut().poll(cx)
        })
        .await;
        match done {
            Ok((status, body)) => Ok(Answer {
                status,
                body,
                keep: open,
            }),
            Err(broken) => Err(self.broken(&broken, cap)),
        }
    }

    fn broken(&self, broken: &Broken, cap: usize) -> PhoneError {
        let sent = match self.progress.wrote() {
            true => Sent::Unknown,
            false => Sent::NotSent,
        };
        let malformed = match broken {
            Broken::TooLong => true,
            Broken::Http(error) => error.is_parse(),
            Broken::Body(error) => {
                error.is::<LengthLimitError>()
                    || error
                        .downcast_ref::<hyper::Error>()
                        .is_some_and(hyper::Error::is_parse)
            }
        };
        match malformed {
            true => PhoneError::new(
                Code::Malformed,
                sent,
                format!(
                    "the phone's answer is no HTTP that we take (not HTTP, or over {cap} bytes); \
                     is another program on port {}?",
                    super::PORT
                ),
            ),
            false => lost(sent),
        }
    }
}

fn lost(sent: Sent) -> PhoneError {
    let message = match sent {
        Sent::Unknown => {
            "the stream to the phone ended before its answer was whole; whether it happened is \
             not known"
        }
        _ => "the stream to the phone ended before anything was sent",
    };
    PhoneError::new(Code::ConnectionLost, sent, message)
}
