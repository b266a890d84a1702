//! What the pool of phones tells, in the words of store and loop.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use signalbox_automation::Screens;
use signalbox_phone::condition::{Battery, Thermal};
use signalbox_phone::rung::{self, Known, Reach, State};
use signalbox_phone::{Code, Facts, PhoneError, Pool, PoolEvent, Rung, Udid};
use tokio::sync::{Semaphore, mpsc};

use crate::dto::{DeviceFacts, RungView};
use crate::runtime::{AppTold, Message, PhoneNews};
use crate::store::phones::PhoneRow;

/// Pictures of screens taken at a time; more wait.
const PICTURES_MAX: usize = 2;

/// A phone's facts as its row in the tables.
pub(crate) fn phone_row(udid: &Udid, facts: &Facts) -> PhoneRow {
    PhoneRow {
        udid: udid.clone(),
        name: facts.name.clone().unwrap_or_default(),
        model: facts.product_type.clone().unwrap_or_default(),
        ios: facts.ios_version.clone().unwrap_or_default(),
    }
}

/// What the phone says of the app on it.
fn app_told(facts: &Facts, screens: &Screens) -> PhoneNews {
    let condition = &facts.condition;
    let version = condition.version_of(screens.bundle_id());
    let language = condition.language.clone();
    PhoneNews::Told(AppTold {
        version: version.map(str::to_owned),
        language: language.map(|language| {
            let covered = screens.covers(&language);
            (language, covered)
        }),
    })
}

/// What the attached phones said of themselves last. It is not durable and of no one moment, so
/// the loop knows nothing of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Book(Arc<Mutex<BTreeMap<Udid, Known>>>);

impl Book {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Udid, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, udid: &Udid, news: impl FnOnce(&mut Known)) {
        news(self.lock().entry(udid.clone()).or_default());
    }

    fn is_gone(&self, udid: &Udid) {
        self.lock().remove(udid);
    }

    /// The phone cannot work because of this rung.
    fn failed(&self, udid: &Udid, rung: Rung) {
        self.write(udid, |it| (it.failed, it.ready) = (Some(rung), false));
    }

    /// The ladder of one phone as far as it is known; nothing is said to the phone.
    pub(crate) fn ladder(&self, serial: &str, bundle_id: &str) -> Vec<RungView> {
        let rungs = rung::known(self.lock().get(&Udid::new(serial)), bundle_id);
        rungs.into_iter().map(told).collect()
    }

    /// The facts of one phone, nothing known if it is not attached; of its apps, this one's.
    pub(crate) fn of(&self, udid: &Udid, bundle_id: &str) -> DeviceFacts {
        match self.lock().get(udid) {
            Some(known) => shown(&known.facts, bundle_id),
            None => DeviceFacts::default(),
        }
    }
}

fn told(rung: Rung) -> RungView {
    RungView {
        name: rung.name.as_str(),
        title: rung.name.to_string(),
        state: match rung.state {
            State::Ok => "ok",
            State::Failed => "failed",
            State::Unknown => "unknown",
        },
        code: rung.code,
        cause: rung.cause,
        fix: rung.fix,
    }
}

/// Why there is no picture of a phone's screen, as code and sentence.
fn no_picture(error: &PhoneError) -> (&'static str, String) {
    match error.code {
        Code::Halted => {
            let detail = "The phone was stopped by you, so nothing is said to it. Resume first.";
            ("stopped", detail.to_owned())
        }
        Code::NotAttached => {
            let detail = "The phone is not connected. Plug it in.";
            ("device_not_connected", detail.to_owned())
        }
        _ => {
            let why = error.message.trim_end_matches('.');
            let detail = format!(
                "The phone gave no picture of its screen: {why}. Prepare it, or start \
                 WebDriverAgent on it."
            );
            ("device_not_ready", detail)
        }
    }
}

fn shown(facts: &Facts, bundle_id: &str) -> DeviceFacts {
    let condition = &facts.condition;
    let battery = condition.battery;
    let runner = condition.runner();
    DeviceFacts {
        trusted: facts.trusted,
        battery: battery.map(|Battery { percent, .. }| percent),
        charging: battery.and_then(|battery| battery.charging),
        thermal: condition.thermal.map(|thermal| {
            let word = match thermal {
                Thermal::Nominal => "nominal",
                Thermal::Fair => "fair",
                Thermal::Serious => "serious",
                Thermal::Critical => "critical",
            };
            word.to_owned()
        }),
        disk_free: condition.disk.map(|disk| disk.free),
        developer_mode: condition.developer_mode,
        language: condition.language.clone(),
        app_version: condition.version_of(bundle_id).map(str::to_owned),
        wda_version: runner.and_then(|(_, app)| app.version.clone()),
    }
}

/// A way to the attached phones, for orders that are about the phones themselves.
#[derive(Debug, Clone)]
pub(crate) struct Reached {
    pool: Arc<Pool>,
    bundle_id: String,
    /// Places for those who want a picture of a screen.
    pictures: Arc<Semaphore>,
}

impl Reached {
    pub(crate) fn new(pool: Arc<Pool>, bundle_id: String) -> Self {
        Self {
            pool,
            bundle_id,
            pictures: Arc::new(Semaphore::new(PICTURES_MAX)),
        }
    }

    /// A picture of the phone's screen, beside whatever is at work there; else why not, as code and
    /// sentence.
    pub(crate) async fn picture(&self, serial: &str) -> Result<Vec<u8>, (&'static str, String)> {
        // It is never closed; without a place it would only be asked for sooner.
        let _place = self.pictures.acquire().await;
        let picture = self.pool.picture(&Udid::new(serial)).await;
        picture.map_err(|error| no_picture(&error))
    }

    /// Has the phone looked at now, and climbs its ladder; the lowest rung that does not hold, and
    /// what to do.
    pub(crate) async fn look(&self, serial: &str) -> Result<(), String> {
        let udid = Udid::new(serial);
        self.pool.read_again(&udid);
        let ladder = self.pool.ladder(&udid, &self.bundle_id, Reach::Look).await;
        let failed = ladder.rungs.iter().find(|it| it.state == State::Failed);
        failed.map_or(Ok(()), |rung| {
            let detail = format!("{} {}", rung.cause, rung.fix);
            Err(detail.trim_end().to_owned())
        })
    }

    /// Ends WebDriverAgent on the phone.
    pub(crate) async fn end_runner(&self, serial: &str) -> Result<(), String> {
        let ended = self.pool.end_runner(&Udid::new(serial)).await;
        ended.map_err(|error| format!("WebDriverAgent was not started anew: {error}."))
    }
}

/// Hands the pool's events to the loop, and the facts to the book, until either ends.
pub(crate) async fn forward(
    mut events: mpsc::Receiver<PoolEvent>,
    inbox: mpsc::Sender<Message>,
    book: Book,
    screens: Arc<Screens>,
) {
    let mut known: Vec<Udid> = Vec::new();
    while let Some(event) = events.recv().await {
        let told = match event {
            PoolEvent::Attached { udid, .. } => {
                if !known.contains(&udid) {
                    known.push(udid.clone());
                    tracing::info!(%udid, "a phone is attached");
                }
                book.write(&udid, |_| {});
                vec![(udid, PhoneNews::Seen)]
            }
            PoolEvent::Told { udid, facts } => {
                let told = app_told(&facts, &screens);
                book.write(&udid, |it| it.facts = facts);
                vec![(udid, told)]
            }
            PoolEvent::Ready { udid, facts } => {
                book.write(&udid, |it| (it.failed, it.ready) = (None, true));
                let row = phone_row(&udid, &facts);
                // First what app it has: the next task may be one that it is not to do.
                let told = app_told(&facts, &screens);
                vec![(udid.clone(), told), (udid, PhoneNews::Ready(row))]
            }
            PoolEvent::NotReady { udid, rung } => {
                tracing::info!(%udid, code = rung.code, "a phone cannot work");
                let why = format!("{} {}", rung.cause, rung.fix);
                let code = rung.code;
                book.failed(&udid, rung);
                vec![(udid, PhoneNews::Unready { code, why })]
            }
            PoolEvent::Detached { udid } => {
                known.retain(|other| *other != udid);
                tracing::info!(%udid, "a phone is gone");
                book.is_gone(&udid);
                vec![(udid, PhoneNews::Gone)]
            }
            PoolEvent::MuxLost { error } => {
                tracing::warn!(%error, "usbmuxd cannot be reached");
                let why = error.to_string();
                for udid in &known {
                    book.failed(udid, Rung::of_error(rung::Name::Cable, &error));
                }
                let unready = |udid: &Udid| {
                    (
                        udid.clone(),
                        PhoneNews::Unready {
                            code: "E-MUX",
                            why: why.clone(),
                        },
                    )
                };
                known.iter().map(unready).collect()
            }
            PoolEvent::MuxBack => Vec::new(),
        };
        for (udid, news) in told {
            if inbox.send(Message::Phone { udid, news }).await.is_err() {
                return;
            }
        }
    }
}
