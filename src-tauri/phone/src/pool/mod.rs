//! The phones of one usbmuxd: which are there, which can work, and how to get at one.
//!
//! ```no_run
//! # async fn example() -> Result<(), signalbox_phone::PhoneError> {
//! use signalbox_phone::pool::{Pool, PoolConfig, PoolEvent};
//! use signalbox_phone::{Address, Phone, StopSwitch};
//!
//! let (pool, mut events) = Pool::start(PoolConfig::new(Address::default()));
//! while let Some(event) = events.recv().await {
//!     if let PoolEvent::Ready { udid, .. } = event {
//!         let phone = pool.connect(&udid, StopSwitch::new()).await?;
//!         println!("{:?}", phone.active_app().await?);
//!         phone.close().await?;
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod event;
mod hush;
mod seats;
mod supervise;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

pub use event::PoolEvent;

use crate::address::Address;
use crate::error::{Code, PhoneError, Sent};
use crate::limits::Limits;
use crate::lockdown::Facts;
use crate::mux::{Connection, Link, Muxer};
use crate::quiet::{self, Check};
use crate::rung::{self, Ladder, Reach};
use crate::task::Task;
use crate::udid::Udid;
use crate::wda::{self, Command, StopSwitch, Wda, WdaPhone};
use hush::Hush;
use seats::{Holder, Seats};
use watch::Watch;

/// Events that wait to be read; further ones wait with their cause.
pub const EVENTS_MAX: usize = 256;

/// Pauses between tries at something that does not answer; the last one goes on for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backoff(pub Arc<[Duration]>);

impl Backoff {
    fn after(&self, tries: usize) -> Duration {
        let last = self.0.last().copied().unwrap_or(Duration::from_secs(60));
        self.0.get(tries).copied().unwrap_or(last)
    }
}

impl Default for Backoff {
    /// 0.5, 1 and 2 s, since most things are back at once; then 10, 20, 40 and 60 s, since
    /// restart storms have been seen to kill phones.
    fn default() -> Self {
        let ms = [500, 1_000, 2_000, 10_000, 20_000, 40_000, 60_000];
        Self(ms.map(Duration::from_millis).into())
    }
}

/// How a pool is to work.
#[derive(Debug, Clone)]
pub struct PoolConfig {
    /// Which usbmuxd.
    pub address: Address,
    /// Whether its phones are simulated ones; handed on in [`PoolEvent::Attached`].
    pub simulated: bool,
    /// Time limits of all calls.
    pub limits: Limits,
    /// Pauses between tries, for phones and for usbmuxd.
    pub backoff: Backoff,
    /// How long a ready phone on which nobody works is left alone before it is looked at again;
    /// `None`: for ever. Default 60 s.
    pub idle_probe: Option<Duration>,
    /// How often the condition of a phone that can work is read again, busy or not; `None`: never.
    /// Default 5 min.
    pub read_again: Option<Duration>,
    /// Bundle id of the app that the work is done in, if there is one: a phone without it cannot
    /// work, and its version is told.
    pub app: Option<String>,
    /// Begin with all phones hushed, as by [`Pool::hush`]. Default no.
    pub hushed: bool,
}

impl PoolConfig {
    /// Real phones at this address, all else by default.
    pub fn new(address: Address) -> Self {
        Self {
            address,
            simulated: false,
            limits: Limits::default(),
            backoff: Backoff::default(),
            idle_probe: Some(Duration::from_secs(60)),
            read_again: Some(Duration::from_secs(300)),
            app: None,
            hushed: false,
        }
    }

    /// Simulated phones at this address, all else by default.
    pub fn simulated(address: Address) -> Self {
        Self {
            simulated: true,
            ..Self::new(address)
        }
    }
}

/// A phone that is attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its serial.
    pub udid: Udid,
    /// The link that new streams take.
    pub connection: Connection,
    /// What is known of it; nothing at first.
    pub facts: Facts,
    /// Whether it can work.
    pub ready: bool,
}

/// A handle to the pool. Dropping it ends its tasks and the event stream; phones that were handed
/// out live on.
#[derive(Debug)]
pub struct Pool {
    muxer: Muxer,
    seats: Arc<Seats>,
    hush: Arc<Hush>,
    _watch: Task,
}

impl Pool {
    /// Starts following the usbmuxd at the configured address. Must be called on a tokio runtime
    /// with time and I/O. usbmuxd need not be there: then the first event is
    /// [`PoolEvent::MuxLost`], and it is tried again for ever.
    pub fn start(config: PoolConfig) -> (Self, mpsc::Receiver<PoolEvent>) {
        let (events, reading) = mpsc::channel(EVENTS_MAX);
        let muxer = Muxer::new(config.address.clone(), config.limits);
        let seats = Arc::new(Seats::default());
        let hush = Arc::new(Hush::new(config.hushed));
        let shared = (Arc::clone(&seats), Arc::clone(&hush));
        let watch = Watch::new(config, muxer.clone(), shared, events);
        let pool = Self {
            muxer,
            seats,
            hush,
            _watch: Task::start(watch.run()),
        };
        (pool, reading)
    }

    /// The phones that are attached now.
    pub fn phones(&self) -> Vec<Seen> {
        let seats = self.seats.lock();
        let seen = seats.iter().filter_map(|(udid, seat)| {
            seat.link().map(|link| Seen {
                udid: udid.clone(),
                connection: link.connection,
                facts: seat.facts.clone(),
                ready: seat.ready,
            })
        });
        seen.collect()
    }

    /// What is known of one phone; `None` if it is not attached.
    pub fn facts(&self, udid: &Udid) -> Option<Facts> {
        let seats = self.seats.lock();
        seats.get(udid).map(|seat| seat.facts.clone())
    }

    /// A phone with a new session, for one attempt. Whoever worked on that phone before is
    /// stopped first. The session's id is [`WdaPhone::session`]: keep it for the quiet check.
    ///
    /// # Errors
    /// [`Code::NotAttached`] if it is not there, and as [`WdaPhone::open`]. The phone is then
    /// looked at again at once, so that [`PoolEvent::NotReady`] follows if it cannot work.
    pub async fn connect(&self, udid: &Udid, stop: StopSwitch) -> Result<WdaPhone, PhoneError> {
        let link = self.link(udid)?;
        let wda = Arc::new(Wda::new(self.muxer.clone(), link, stop.clone()));
        let holder = Holder {
            stop: Some(stop),
            wda: Arc::downgrade(&wda),
        };
        self.take_over(udid, holder, self.muxer.limits().mux)
            .await?;
        let opened = WdaPhone::on(wda).await;
        if opened.is_err() {
            self.look_again(udid);
        }
        opened
    }

    /// Proves the phone quiet ([`quiet::prove`]), after all our streams to it are closed.
    ///
    /// # Errors
    /// As [`quiet::prove`]; [`Code::NotAttached`] if the phone is not there.
    pub async fn prove_quiet(
        &self,
        udid: &Udid,
        check: &Check,
        stop: StopSwitch,
    ) -> Result<u64, PhoneError> {
        let link = self.link(udid)?;
        let holder = Holder {
            stop: Some(stop.clone()),
            ..Holder::default()
        };
        self.take_over(udid, holder, check.limit).await?;
        let proven = quiet::prove(&self.muxer, &link, check, &stop).await;
        if proven.is_err() {
            self.look_again(udid);
        }
        proven
    }

    /// Ends WebDriverAgent on the phone, after whoever worked on it was stopped. Who keeps the runner
    /// running there starts it again. The phone counts as one that cannot work until it was looked
    /// at again, so that [`PoolEvent::Ready`] follows once it answers.
    ///
    /// # Errors
    /// [`Code::NotAttached`], and whatever kept the order from reaching the phone, or the runner from
    /// ending.
    pub async fn end_runner(&self, udid: &Udid) -> Result<(), PhoneError> {
        let link = self.link(udid)?;
        let stop = StopSwitch::new();
        let wda = Arc::new(Wda::new(self.muxer.clone(), link, stop.clone()));
        let holder = Holder {
            stop: Some(stop),
            wda: Arc::downgrade(&wda),
        };
        let limit = self.muxer.limits().mux;
        self.take_over(udid, holder, limit).await?;
        let ended = wda::end_runner(&wda).await;
        if let Some(seat) = self.seats.lock().get_mut(udid) {
            (seat.ready, seat.told) = (false, None);
        }
        self.look_again(udid);
        ended
    }

    /// A picture of the phone's screen, as PNG. It is asked for outside any session, on a stream of
    /// its own, and WebDriverAgent takes it beside its main queue: who works on the phone is left
    /// alone and does not wait for it. A hush ends it.
    ///
    /// # Errors
    /// [`Code::Halted`] if the phone is hushed, [`Code::NotAttached`], and whatever kept the phone
    /// from answering.
    pub async fn picture(&self, udid: &Udid) -> Result<Vec<u8>, PhoneError> {
        let link = self.link(udid)?;
        let stop = StopSwitch::new();
        let client = Wda::new(self.muxer.clone(), link, stop.clone());
        tokio::select! {
            biased;
            () = self.hush.becomes(udid, true) => {
                stop.halt();
                Err(hushed_now())
            }
            picture = wda::picture(&client, Command::ask("/screenshot")) => picture,
        }
    }

    /// The ladder of one phone, climbed now ([`rung::ladder`]).
    pub async fn ladder(&self, udid: &Udid, bundle_id: &str, reach: Reach) -> Ladder {
        rung::ladder(&self.muxer, udid, bundle_id, reach).await
    }

    /// Throws the stop switch of whoever works on the phone. Does not wait.
    pub fn halt(&self, udid: &Udid) {
        let stop = {
            let seats = self.seats.lock();
            seats.get(udid).and_then(|seat| seat.holder.stop.clone())
        };
        if let Some(stop) = stop {
            stop.halt();
        }
    }

    /// From now on nothing is said to that phone, or to any: no look whether it can work, no reading
    /// of its condition, and [`Pool::connect`] and [`Pool::prove_quiet`] are refused. Who works on
    /// it is stopped by [`Pool::halt`]. Cables are followed all the same. Does not wait.
    pub fn hush(&self, udid: Option<&Udid>) {
        self.hush.set(udid, true);
    }

    /// That is over: the phones are looked at again at once. A phone that was hushed by itself and
    /// with all others stays so until both are over.
    pub fn unhush(&self, udid: Option<&Udid>) {
        self.hush.set(udid, false);
    }

    /// Throws the stop switches of all phones: the emergency stop. Does not wait.
    pub fn halt_all(&self) {
        let stops: Vec<StopSwitch> = {
            let seats = self.seats.lock();
            let stops = seats.values().filter_map(|s| s.holder.stop.clone());
            stops.collect()
        };
        for stop in stops {
            stop.halt();
        }
    }

    /// Asks that the phone be looked at now, for example after a call on it failed.
    pub fn look_again(&self, udid: &Udid) {
        if let Some(seat) = self.seats.lock().get(udid) {
            seat.wake.notify_one();
        }
    }

    /// The same, and its condition is read too.
    pub fn read_again(&self, udid: &Udid) {
        if let Some(seat) = self.seats.lock().get_mut(udid) {
            seat.read = true;
            seat.wake.notify_one();
        }
    }

    fn link(&self, udid: &Udid) -> Result<Link, PhoneError> {
        if self.hush.covers(udid) {
            return Err(hushed_now());
        }
        let seats = self.seats.lock();
        let link = seats.get(udid).and_then(|seat| seat.link().cloned());
        link.ok_or_else(|| {
            PhoneError::new(
                Code::NotAttached,
                Sent::NotSent,
                "the phone is not on the cable; plug it in",
            )
        })
    }

    /// Puts a new holder in place, stops the one before, and waits until its stream is closed.
    async fn take_over(
        &self,
        udid: &Udid,
        holder: Holder,
        limit: Duration,
    ) -> Result<(), PhoneError> {
        // The new one comes first, so that a stop that is thrown meanwhile reaches it.
        let before = self.hold(udid, holder);
        if let Some(stop) = &before.stop {
            stop.halt();
        }
        let Some(wda) = before.wda.upgrade() else {
            return Ok(());
        };
        if tokio::time::timeout(limit, wda.close()).await.is_ok() {
            return Ok(());
        }
        self.hold(udid, before);
        Err(PhoneError::new(
            Code::Timeout,
            Sent::NotSent,
            "our own last call to the phone has not ended yet; nothing new was begun",
        ))
    }

    fn hold(&self, udid: &Udid, holder: Holder) -> Holder {
        match self.seats.lock().get_mut(udid) {
            Some(seat) => std::mem::replace(&mut seat.holder, holder),
            None => Holder::default(),
        }
    }
}

fn hushed_now() -> PhoneError {
    let message = "the phone is stopped; resume it, and nothing was sent";
    PhoneError::new(Code::Halted, Sent::NotSent, message)
}
