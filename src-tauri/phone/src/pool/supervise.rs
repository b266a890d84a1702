//! One phone's supervisor: looks whether it can work, and tries again, ever more slowly, while it
//! cannot; and reads its condition, now and then, beside the work on it.

use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::time::{Interval, MissedTickBehavior, interval, sleep, timeout};

use super::Backoff;
use super::hush::Hush;
use super::seats::Seats;
use crate::condition::{self, Told};
use crate::error::{Code, PhoneError};
use crate::lockdown::{self, Facts};
use crate::mux::{Link, Muxer};
use crate::rung::{Name, Rung, State};
use crate::udid::Udid;
use crate::wda::{self, StopSwitch, Wda};

/// How long a phone that has come, and can work otherwise, waits for its condition to be read the
/// first time. Mostly that takes a hundredth of it, but many phones at once on a busy computer take
/// seconds, and what is not fit must not begin; later readings keep no task waiting.
const A_MOMENT: Duration = Duration::from_secs(15);

/// What a look at a phone gave.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) udid: Udid,
    /// Of the supervisor that saw it.
    pub(super) number: u64,
    /// What is known of the phone.
    pub(super) facts: Facts,
    /// The lowest rung that does not hold; without one it can work.
    pub(super) failed: Option<Rung>,
}

pub(super) struct Supervisor {
    pub(super) number: u64,
    pub(super) udid: Udid,
    pub(super) muxer: Muxer,
    pub(super) seats: Arc<Seats>,
    pub(super) hush: Arc<Hush>,
    pub(super) reports: mpsc::Sender<Report>,
    pub(super) backoff: Backoff,
    pub(super) idle_probe: Option<Duration>,
    pub(super) read_again: Option<Duration>,
    pub(super) app: Option<String>,
}

/// A reading of the condition under way.
type Reading = Pin<Box<dyn Future<Output = Result<Told, PhoneError>> + Send>>;

/// What the supervisor goes on for.
enum Woken {
    /// Somebody asked for a look.
    Asked,
    /// It is time for the next look.
    Due,
    /// It is time to read the condition again.
    ReadAgain,
    /// The condition was read.
    Told(Result<Told, PhoneError>),
}

impl Supervisor {
    /// Runs until the phone goes; its task is ended then.
    pub(super) async fn run(self) {
        let mut known = Known::default();
        let mut tries: usize = 0;
        let mut reading: Option<Reading> = None;
        let mut refresh = self.read_again.map(every);
        let mut woken = Woken::Asked;
        while let Some((link, wake, busy)) = self.seat() {
            if self.hush.covers(&self.udid) {
                reading = None;
                self.hush.becomes(&self.udid, false).await;
                continue;
            }
            let (look_now, read_now) = match std::mem::replace(&mut woken, Woken::Asked) {
                Woken::Asked => (true, known.is_wanting() || self.is_to_be_read()),
                // While an attempt is at work its own calls show how the phone is.
                Woken::Due => (!busy || known.looked.is_some(), known.is_wanting()),
                Woken::ReadAgain => (false, true),
                Woken::Told(told) => {
                    reading = None;
                    known.learn(&told, self.app.as_deref());
                    (false, false)
                }
            };
            if read_now && reading.is_none() {
                reading = Some(self.read(link.clone()));
            }
            if look_now {
                if !self.look(&mut known, &link, &mut reading).await {
                    continue;
                }
                tries = match known.failed() {
                    Some(_) => tries.saturating_add(1),
                    None => 0,
                };
            }
            let failed = known.failed().cloned();
            let pause = match &failed {
                Some(_) => Some(self.backoff.after(tries.saturating_sub(1))),
                None => self.idle_probe,
            };
            let report = Report {
                udid: self.udid.clone(),
                number: self.number,
                facts: known.facts.clone(),
                failed,
            };
            if self.reports.send(report).await.is_err() {
                return;
            }
            woken = tokio::select! {
                () = self.hush.becomes(&self.udid, true) => Woken::Asked,
                () = wake.notified() => Woken::Asked,
                told = answer(&mut reading) => Woken::Told(told),
                () = tick(&mut refresh) => Woken::ReadAgain,
                () = sleep(pause.unwrap_or(Duration::MAX)), if pause.is_some() => Woken::Due,
            };
        }
    }

    /// Looks at the phone, the first time also at its condition. False: it was hushed meanwhile, and
    /// nothing more was sent.
    async fn look(&self, known: &mut Known, link: &Link, reading: &mut Option<Reading>) -> bool {
        let looking = async {
            known.look(&self.muxer, link).await;
            if known.was_read || known.looked.is_some() {
                return;
            }
            if let Ok(told) = timeout(A_MOMENT, answer(reading)).await {
                *reading = None;
                known.learn(&told, self.app.as_deref());
            }
        };
        tokio::select! {
            biased;
            () = self.hush.becomes(&self.udid, true) => false,
            () = looking => true,
        }
    }

    /// The link to the phone, what wakes us, and whether an attempt is at work; `None`: it is gone.
    fn seat(&self) -> Option<(Link, Arc<Notify>, bool)> {
        let seats = self.seats.lock();
        let seat = seats.get(&self.udid)?;
        let busy = seat.ready && seat.holder.wda.strong_count() > 0;
        Some((seat.link()?.clone(), Arc::clone(&seat.wake), busy))
    }

    /// Whether somebody asked that its condition be read, since this was last asked.
    fn is_to_be_read(&self) -> bool {
        let mut seats = self.seats.lock();
        let seat = seats.get_mut(&self.udid);
        seat.is_some_and(|seat| std::mem::take(&mut seat.read))
    }

    fn read(&self, link: Link) -> Reading {
        let muxer = self.muxer.clone();
        let apps: Vec<String> = self.app.iter().cloned().collect();
        Box::pin(async move { condition::read(&muxer, &link, &apps).await })
    }
}

/// What is known of the phone, and why it cannot work.
#[derive(Default)]
struct Known {
    facts: Facts,
    /// The rung that did not hold at the last look.
    looked: Option<Rung>,
    /// The rung that did not hold at the last reading.
    read: Option<Rung>,
    /// The condition was read, or could not be.
    was_read: bool,
    /// The last reading gave something.
    is_known: bool,
}

impl Known {
    /// Whether the condition is to be read at the next look, and not only when it is time.
    fn is_wanting(&self) -> bool {
        !self.is_known || self.read.is_some()
    }

    /// The lowest rung that does not hold.
    fn failed(&self) -> Option<&Rung> {
        let rungs = self.looked.iter().chain(&self.read);
        rungs.min_by_key(|rung| rung.name)
    }

    /// Looks whether the phone tells its plain facts and WebDriverAgent answers.
    async fn look(&mut self, muxer: &Muxer, link: &Link) {
        self.looked = None;
        match lockdown::facts(muxer, link).await {
            Ok(plain) => {
                let before = std::mem::take(&mut self.facts);
                self.facts = Facts {
                    trusted: before.trusted,
                    condition: before.condition,
                    ..plain
                };
            }
            Err(error) => {
                self.looked = Some(Rung::of_error(Name::Trusted, &error));
                return;
            }
        }
        let client = Wda::new(muxer.clone(), link.clone(), StopSwitch::new());
        if let Err(error) = wda::probe(&client).await {
            self.looked = Some(Rung::of_runner(&error, &self.facts.condition));
        }
    }

    /// Takes up what was read. Only what is known to keep the phone from work does so: a phone
    /// that does not tell its condition may work all the same.
    fn learn(&mut self, told: &Result<Told, PhoneError>, app: Option<&str>) {
        self.facts.learn(told);
        self.was_read = true;
        self.is_known = told.is_ok();
        let before = self.read.take().map(|rung| rung.code);
        self.read = match told {
            Ok(_) => {
                let condition = &self.facts.condition;
                let rungs = condition.rungs(before).into_iter();
                let app = app.and_then(|app| condition.app_rung(app));
                rungs.chain(app).find(|rung| rung.state == State::Failed)
            }
            Err(error) if matches!(error.code, Code::NotTrusted | Code::Locked) => {
                Some(Rung::of_error(Name::Trusted, error))
            }
            Err(error) => {
                tracing::warn!(code = %error.code, "a phone does not tell its condition");
                None
            }
        };
    }
}

/// The answer of the reading under way; never, if there is none.
async fn answer(reading: &mut Option<Reading>) -> Result<Told, PhoneError> {
    match reading {
        Some(reading) => reading.await,
        None => pending().await,
    }
}

fn every(period: Duration) -> Interval {
    let mut interval = interval(period.max(Duration::from_millis(1)));
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first reading is not one that is done again.
    interval.reset();
    interval
}

async fn tick(refresh: &mut Option<Interval>) {
    match refresh {
        Some(interval) => {
            interval.tick().await;
        }
        None => pending().await,
    }
}
