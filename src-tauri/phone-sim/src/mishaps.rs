//! What faults do to phones, and when the scenario's clock strikes.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::app::BUNDLE_ID;
use crate::app::turn::challenge_change;
use crate::clock::{monotonic_ns, spawn};
use crate::faults::{Fired, nanos};
use crate::fleet::Fleet;
use crate::pairing::PairingError;
use crate::phone::{Front, Phone};
use crate::scenario::{FaultKind, Trust};
use tokio::task::spawn_blocking;

/// How long a fault lasts where it must end and says nothing.
const SHORTLY: Duration = Duration::from_secs(5);

impl Fleet {
    /// Starts one task per fault that has a time. What is to be there at once is there when this
    /// returns, before anybody is served.
    pub fn start_clock(self: &Arc<Self>) {
        for (index, spec) in self.specs.iter().enumerate() {
            let Some(at) = spec.at else { continue };
            let wait = (!at.is_zero()).then_some(at);
            if wait.is_none() {
                self.strike(index);
            }
            let fleet = Arc::clone(self);
            spawn(async move {
                let mut stop = fleet.stop.subscribe();
                tokio::select! {
                    () = fleet.strike_on_time(index, wait) => {}
                    _ = stop.wait_for(|stop| *stop) => {}
                }
            });
        }
    }

    /// Every time that the fault has; without a `wait` the first is over.
    async fn strike_on_time(self: &Arc<Self>, index: usize, wait: Option<Duration>) {
        let Some(spec) = self.specs.get(index) else {
            return;
        };
        if let Some(wait) = wait {
            tokio::time::sleep(wait).await;
            self.strike(index);
        }
        let times = match spec.every {
            Some(_) => spec.times.unwrap_or(u64::MAX),
            None => 1,
        };
        for _ in 1..times {
            tokio::time::sleep(spec.every.unwrap_or(SHORTLY)).await;
            self.strike(index);
        }
    }

    /// The fault befalls every phone that it covers.
    fn strike(self: &Arc<Self>, index: usize) {
        let Some(spec) = self.specs.get(index) else {
            return;
        };
        if spec.kind.waits_for_command() {
            return self.faults.arm(index, monotonic_ns());
        }
        let fired = Fired { spec: spec.clone() };
        if fired.spec.kind == FaultKind::MuxRestart {
            return self.restart_mux(fired.lasts_or(Duration::from_millis(200)));
        }
        for at in 0..self.there().len() {
            if spec.phone.covers(self.phones[at].number) && self.is_there(at, &fired) {
                self.suffer(at, &fired);
            }
        }
    }

    /// Whether the fault's account, where it names one, is the active one there.
    fn is_there(&self, at: usize, fired: &Fired) -> bool {
        if matches!(fired.spec.kind, FaultKind::Challenge | FaultKind::LoggedOut) {
            return true;
        }
        let wanted = fired.spec.account.as_deref();
        wanted.is_none() || self.world().active(&self.phones[at].udid) == wanted
    }

    /// Makes a phone suffer a fault.
    pub fn suffer(self: &Arc<Self>, at: usize, fired: &Fired) {
        let Some(phone) = self.phones.get(at) else {
            return;
        };
        let spec = &fired.spec;
        match spec.kind {
            FaultKind::Unplug => {
                self.detach(at);
                self.later(at, spec.lasts, move |fleet, _| fleet.attach(at));
            }
            FaultKind::MuxRestart => self.restart_mux(fired.lasts_or(Duration::from_millis(200))),
            FaultKind::WdaHang => {
                let until =
                    monotonic_ns().saturating_add(nanos(fired.lasts_or(Duration::from_secs(3600))));
                phone.hang.send_replace(until);
            }
            FaultKind::WdaDie => {
                self.set_wda(phone, false);
                self.later(at, Some(fired.lasts_or(SHORTLY)), |fleet, phone| {
                    fleet.set_wda(phone, true)
                });
            }
            FaultKind::SessionLost => phone.state().session = None,
            FaultKind::StaleElements => {
                if let Some(session) = phone.state().session.as_mut() {
                    session.elements.forget();
                }
            }
            FaultKind::Alert => raise_alert(phone, fired),
            FaultKind::Interstitial => interstitial(phone, fired),
            FaultKind::AppCrash => {
                phone.state().end_app();
            }
            FaultKind::Lock => {
                phone.lock();
                self.later(at, spec.lasts, |_, phone| phone.unlock());
            }
            FaultKind::LowBattery => {
                phone.state().battery = spec.level.unwrap_or(0.05);
                self.later(at, spec.lasts, |_, phone| phone.state().battery = 0.87);
            }
            FaultKind::Thermal => {
                phone.state().thermal = 3;
                self.later(at, spec.lasts, |_, phone| phone.state().thermal = 0);
            }
            FaultKind::NetworkError => {
                let lasts = fired.lasts_or(Duration::from_secs(10));
                phone.state().offline_until = monotonic_ns().saturating_add(nanos(lasts));
            }
            FaultKind::TrustLost => self.lose_trust(at),
            FaultKind::Challenge | FaultKind::LoggedOut => self.challenge_there(phone, fired),
            FaultKind::DroppedCharacters => phone.state().drop_characters += 1,
            FaultKind::Busy => {
                let lasts = fired.lasts_or(Duration::from_secs(10));
                phone.state().busy_until = monotonic_ns().saturating_add(nanos(lasts));
            }
            // These are suffered by the command that met them.
            FaultKind::LateReply
            | FaultKind::DuplicateReply
            | FaultKind::TruncatedReply
            | FaultKind::ActionBlock
            | FaultKind::Slow => {}
        }
    }

    /// From now on the phone and this computer stand to each other like this. Blocks while keys are
    /// made.
    ///
    /// # Errors
    /// When that cannot be kept; nothing changed then.
    pub fn stand(&self, at: usize, trust: Trust) -> Result<(), PairingError> {
        let phone = &self.phones[at];
        self.pairings.stand(phone, trust)?;
        phone.state().trust = trust;
        Ok(())
    }

    fn lose_trust(self: &Arc<Self>, at: usize) {
        let fleet = Arc::clone(self);
        spawn_blocking(move || {
            let phone = &fleet.phones[at];
            let forgotten = fleet
                .pairings
                .change(phone, |pairing| pairing.hosts.clear());
            if let Err(error) = forgotten {
                tracing::error!(%error, "a phone could not forget its computers");
            }
        });
    }

    fn challenge_there(&self, phone: &Phone, fired: &Fired) {
        let mut world = self.world();
        let account = fired.spec.account.clone();
        let account = account.or_else(|| world.active(&phone.udid).map(str::to_owned));
        let Some(account) = account else { return };
        if let Err(error) = world.commit(challenge_change(account, fired), None) {
            tracing::error!(%error, "a challenge could not be written to the world");
        }
    }

    /// Ends or starts WebDriverAgent; with it go its session and connections.
    pub fn set_wda(&self, phone: &Phone, up: bool) {
        let mut state = phone.state();
        state.wda_up = up;
        if !up {
            state.session = None;
            drop(state);
            phone.hang.send_replace(0);
            phone.wda_link.send_modify(|link| *link += 1);
        }
    }

    fn restart_mux(&self, away: Duration) {
        let until = monotonic_ns().saturating_add(nanos(away));
        self.mux_down_until.store(until, Ordering::Relaxed);
        let all = 0..self.there().len();
        let attached: Vec<usize> = all.filter(|at| self.phones[*at].state().attached).collect();
        for at in &attached {
            self.detach(*at);
        }
        self.mux_link.send_modify(|link| *link += 1);
        for at in attached {
            self.attach(at);
        }
        for at in 0..self.there().len() {
            self.join_wifi(at);
        }
    }

    /// The runner was told to end. Whoever keeps it running starts it again.
    pub(crate) fn runner_ends(self: &Arc<Self>, at: usize) {
        if let Some(phone) = self.phones.get(at) {
            self.set_wda(phone, false);
            self.later(at, Some(SHORTLY), |fleet, phone| fleet.set_wda(phone, true));
        }
    }

    fn later(
        self: &Arc<Self>,
        at: usize,
        after: Option<Duration>,
        undo: impl FnOnce(&Fleet, &Phone) + Send + 'static,
    ) {
        let Some(after) = after else { return };
        let fleet = Arc::clone(self);
        spawn(async move {
            tokio::time::sleep(after).await;
            if let Some(phone) = fleet.phones.get(at) {
                undo(&fleet, phone);
            }
        });
    }
}

fn raise_alert(phone: &Phone, fired: &Fired) {
    let text = fired.spec.text.clone();
    let buttons = fired
        .spec
        .buttons
        .clone()
        .filter(|buttons| !buttons.is_empty());
    phone.state().raise(
        text.unwrap_or_else(|| {
            "Allow \"Instagram\" to track your activity across other companies' apps and websites?"
                .to_owned()
        }),
        buttons.unwrap_or_else(|| vec!["Ask App Not to Track".to_owned(), "Allow".to_owned()]),
        fired.spec.input.clone(),
    );
}

fn interstitial(phone: &Phone, fired: &Fired) {
    let version = phone.version;
    let mut state = phone.state();
    let in_front = state.front == Front::App;
    match state.app.as_mut().filter(|_| in_front) {
        Some(app) => app.ask(version, fired),
        None => {
            let title = fired.spec.text.clone();
            let buttons = fired.spec.buttons.clone();
            state.pending_question = Some((
                title.unwrap_or_else(|| "Save your login info?".to_owned()),
                buttons.unwrap_or_else(|| vec!["Save".to_owned(), version.not_now().to_owned()]),
            ));
        }
    }
}

/// Whether a bundle id is that of an app on the phone.
#[must_use]
pub fn installed(phone: &Phone, bundle: &str) -> bool {
    match bundle {
        BUNDLE_ID => phone.installed,
        _ => bundle.starts_with("com.apple."),
    }
}
