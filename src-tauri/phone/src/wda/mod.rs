//! WebDriverAgent: the HTTP server on the phone that sees and touches its screen.
//!
//! One keep-alive stream per phone, over usbmux, with no port of this computer opened. The parts:
//! `stop` the switch that ends it all at once, `stream` one HTTP exchange and what is known of
//! it when it fails, `command` what can be asked, `reply` what the answers mean, `element`
//! what an answer says of an element, `session` making and ending a session, `phone` the
//! [`crate::Phone`] trait on top.

mod command;
mod element;
mod phone;
mod reply;
mod session;
mod stop;
mod stream;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;

pub use phone::WdaPhone;
pub use session::{BadSessionId, SessionId};
pub use stop::StopSwitch;

pub(crate) use command::Command;
pub(crate) use phone::picture;
pub(crate) use reply::Reply;
pub(crate) use session::{delete, end_runner, probe};

use crate::error::{Code, PhoneError, Sent};
use crate::mux::{Link, Muxer};
use stream::{Progress, Wire};

/// WebDriverAgent's port on the phone.
pub(crate) const PORT: u16 = 8100;

/// A client of the WebDriverAgent on one phone, over one link.
///
/// Calls go one after another. A call that is dropped, or fails in any way but by a readable
/// answer, takes its stream with it; so an answer that comes late finds no one to take it for the
/// answer to something else. Before a call the stream is looked at, and thrown away if anything
/// came that nobody asked for, such as an answer that was given twice. HTTP/1.1 has no numbers on
/// its answers: a second copy that arrives only after the next question went out would be read as
/// its answer, and is refused where the type or the session does not fit. What must be certain
/// asks on a stream of its own ([`crate::quiet`]).
#[derive(Debug)]
pub(crate) struct Wda {
    muxer: Muxer,
    link: Link,
    stop: StopSwitch,
    /// Held for the length of a call.
    turn: tokio::sync::Mutex<()>,
    /// The stream between two calls; taken out for the length of one.
    idle: Arc<Mutex<Option<Wire>>>,
    progress: Arc<Progress>,
}

impl Wda {
    pub(crate) fn new(muxer: Muxer, link: Link, stop: StopSwitch) -> Self {
        let idle = Arc::new(Mutex::new(None));
        let closing = Arc::downgrade(&idle);
        stop.on_halt(move || {
            if let Some(idle) = closing.upgrade() {
                drop(idle.lock().unwrap_or_else(PoisonError::into_inner).take());
            }
        });
        Self {
            muxer,
            link,
            progress: Arc::new(Progress::new(stop.clone())),
            stop,
            turn: tokio::sync::Mutex::new(()),
            idle,
        }
    }

    pub(crate) fn link(&self) -> &Link {
        &self.link
    }

    pub(crate) fn stop(&self) -> &StopSwitch {
        &self.stop
    }

    /// Throws the switch and waits until no call is in flight and the stream is closed.
    pub(crate) async fn close(&self) {
        self.stop.halt();
        let _turn = self.turn.lock().await;
    }

    /// Puts one command and reads its answer, within its time limit.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        command: Command,
    ) -> Result<T, PhoneError> {
        self.ask(command).await.map(|reply| reply.value)
    }

    /// As [`Wda::call`], with the session that the answer names.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        command: Command,
    ) -> Result<Reply<T>, PhoneError> {
        let mine = AtomicBool::new(false);
        let limit = command.limit(self.muxer.limits());
        tokio::select! {
            biased;
            () = self.stop.halted() => Err(self.broken_off(&mine, Code::Halted, limit)),
            done = tokio::time::timeout(limit, self.take_turn(&mine, command)) => match done {
                Ok(answer) => answer,
                Err(_) => Err(self.broken_off(&mine, Code::Timeout, limit)),
            },
        }
    }

    async fn take_turn<T: DeserializeOwned>(
        &self,
        mine: &AtomicBool,
        command: Command,
    ) -> Result<Reply<T>, PhoneError> {
        let _turn = self.turn.lock().await;
        self.progress.begin();
        mine.store(true, Ordering::Relaxed);
        // From here on a drop of this future drops the stream too.
        let kept = self.idle_wire().take();
        let mut wire = match Wire::still_good(kept).await {
            Some(wire) => wire,
            None => self.fresh().await?,
        };
        let answer = wire.exchange(&command).await?;
        let read = reply::read(&command, answer.status, &answer.body);
        // A body that cannot be read means that the stream can no longer be trusted either.
        if answer.keep && !matches!(&read, Err(error) if error.code == Code::Malformed) {
            self.keep(wire);
        }
        read
    }

    async fn fresh(&self) -> Result<Wire, PhoneError> {
        let stream = self.muxer.open(self.link.mux_id, PORT).await?;
        Wire::open(stream, Arc::clone(&self.progress)).await
    }

    fn keep(&self, wire: Wire) {
        let mut idle = self.idle_wire();
        // Looked at under the lock that the switch takes to close the stream.
        if !self.stop.is_halted() {
            *idle = Some(wire);
        }
    }

    fn idle_wire(&self) -> std::sync::MutexGuard<'_, Option<Wire>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The error of a call that was ended from outside.
    fn broken_off(&self, mine: &AtomicBool, code: Code, limit: Duration) -> PhoneError {
        let sent = match mine.load(Ordering::Relaxed) && self.progress.wrote() {
            true => Sent::Unknown,
            false => Sent::NotSent,
        };
        let message = match (code, sent) {
            (Code::Halted, Sent::Unknown) => {
                "stopped while the phone was at work on it; whether it happened is not known".into()
            }
            (Code::Halted, _) => "stopped before it was sent to the phone".into(),
            _ => format!(
                "the phone did not answer within {} ms; its runner hangs or its screen is very \
                 full",
                limit.as_millis()
            ),
        };
        PhoneError::new(code, sent, message)
    }
}
