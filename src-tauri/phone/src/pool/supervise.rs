//! One phone's supervisor: looks whether it can work, and tries again, ever more slowly, while it
//! cannot.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

use super::Backoff;
use super::seats::Seats;
use crate::lockdown::{self, Facts};
use crate::mux::{Link, Muxer};
use crate::rung::{Name, Rung};
use crate::udid::Udid;
use crate::wda::{self, StopSwitch, Wda};

/// What a look at a phone gave.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) udid: Udid,
    /// Of the supervisor that saw it.
    pub(super) number: u64,
    pub(super) seen: Result<Facts, Rung>,
}

pub(super) struct Supervisor {
    pub(super) number: u64,
    pub(super) udid: Udid,
    pub(super) muxer: Muxer,
    pub(super) seats: Arc<Seats>,
    pub(super) reports: mpsc::Sender<Report>,
    pub(super) backoff: Backoff,
    pub(super) idle_probe: Option<Duration>,
}

impl Supervisor {
    /// Runs until the phone goes; its task is ended then.
    pub(super) async fn run(self) {
        let mut tries = 0;
        let mut asked = false;
        loop {
            let (link, wake, busy) = match self.seats.lock().get(&self.udid) {
                Some(seat) => (
                    seat.link().cloned(),
                    Arc::clone(&seat.wake),
                    seat.ready.is_some() && seat.holder.wda.strong_count() > 0,
                ),
                None => return,
            };
            let Some(link) = link else { return };
            // While an attempt is at work its own calls show how the phone is.
            let pause = if busy && !asked {
                self.idle_probe
            } else {
                let seen = look(&self.muxer, &link).await;
                let pause = match &seen {
                    Ok(_) => {
                        tries = 0;
                        self.idle_probe
                    }
                    Err(_) => {
                        let pause = self.backoff.after(tries);
                        tries = tries.saturating_add(1);
                        Some(pause)
                    }
                };
                let report = Report {
                    udid: self.udid.clone(),
                    number: self.number,
                    seen,
                };
                if self.reports.send(report).await.is_err() {
                    return;
                }
                pause
            };
            asked = tokio::select! {
                () = wake.notified() => true,
                () = sleep(pause.unwrap_or(Duration::MAX)), if pause.is_some() => false,
            };
        }
    }
}

/// Whether the phone can work: its facts, or the rung that does not hold.
async fn look(muxer: &Muxer, link: &Link) -> Result<Facts, Rung> {
    let facts = lockdown::facts(muxer, link).await;
    let facts = facts.map_err(|error| Rung::of_error(Name::Trusted, &error))?;
    let client = Wda::new(muxer.clone(), link.clone(), StopSwitch::new());
    let answered = wda::probe(&client).await;
    answered.map_err(|error| Rung::of_error(Name::Runner, &error))?;
    Ok(facts)
}
