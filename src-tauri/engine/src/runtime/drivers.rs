//! Carries out effects: attempts on phones, stops, quiet checks. Each is a task of its own; what
//! comes of it goes back into the loop's inbox.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use signalbox_automation::{Ending as Ended, Job, Report, Screens, perform};
use signalbox_phone::quiet::Check;
use signalbox_phone::{Pool, Sent, StopSwitch, Udid};
use signalbox_scheduler::{ActionNo, AttemptNo, CheckNo, Ending, PhoneNo};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use uuid::Uuid;

use super::hands::{Begun, Hands};
use super::ledger::AttemptLedger;
use super::message::{Message, Missing, PhoneNews};
use super::visits::{self, Visiting};
use crate::action_no;
use crate::clock::Clock;
use crate::facts;
use crate::screenshots::Screenshots;

/// For one quiet check, everything together.
const QUIET_LIMIT: Duration = Duration::from_secs(60);
/// How long a phone that refused an attempt is left alone before it is looked at again.
const REST_AFTER_REFUSAL: Duration = Duration::from_secs(5);

/// Code of a phone on which a sign of the platform stands that a person has to look at.
pub(crate) const BLOCKED: &str = "E-DEV-BLOCKED";

/// An attempt under way.
struct Running {
    phone: Udid,
    stop: Arc<AtomicBool>,
    switch: StopSwitch,
    task: AbortHandle,
}

/// The outside world as the loop orders it about.
pub(crate) struct Drivers {
    handle: Handle,
    pool: Arc<Pool>,
    screens: Arc<Screens>,
    screenshots: Screenshots,
    inbox: mpsc::Sender<Message>,
    running: HashMap<AttemptNo, Running>,
    /// Checks and looks under way, with what stops them.
    checks: HashMap<PhoneNo, (Vec<StopSwitch>, AbortHandle)>,
}

impl Drivers {
    pub(crate) fn new(
        handle: Handle,
        pool: Arc<Pool>,
        (screens, screenshots): (Arc<Screens>, Screenshots),
        inbox: mpsc::Sender<Message>,
    ) -> Self {
        Self {
            handle,
            pool,
            screens,
            screenshots,
            inbox,
            running: HashMap::new(),
            checks: HashMap::new(),
        }
    }

    /// What a phone is to prove under this number.
    fn proof(&self, check: CheckNo) -> Check {
        Check {
            number: check.0,
            previous: None,
            bundle_id: self.screens.bundle_id().to_owned(),
            limit: QUIET_LIMIT,
        }
    }

    fn begin(&mut self, begun: Begun) {
        let Begun {
            attempt,
            phone: udid,
            job,
        } = begun;
        let stop = Arc::new(AtomicBool::new(false));
        let switch = StopSwitch::new();
        let (pool, screens) = (Arc::clone(&self.pool), Arc::clone(&self.screens));
        let (inbox, halt) = (self.inbox.clone(), switch.clone());
        let ledger = AttemptLedger::new(attempt, inbox.clone(), Arc::clone(&stop));
        let screenshots = self.screenshots.clone();
        let phone = udid.clone();
        let task = self.handle.spawn(async move {
            let (told, picture) = run_attempt(&pool, &screens, &phone, halt, job, &ledger).await;
            ledger.end_log(keep(screenshots, picture).await).await;
            let refused = matches!(told, Told::Refused { blocked: false, .. });
            if let Told::Refused { blocked, why } = &told {
                let code = if *blocked { BLOCKED } else { "E-DEV-WDA" };
                let news = PhoneNews::Unready {
                    code,
                    why: why.clone(),
                };
                let _ = inbox
                    .send(Message::Phone {
                        udid: phone.clone(),
                        news,
                    })
                    .await;
            }
            let _ = inbox.send(told.message(attempt)).await;
            if refused {
                back_when_ready(&pool, &phone, &inbox).await;
            }
        });
        let task = task.abort_handle();
        self.running.insert(
            attempt,
            Running {
                phone: udid,
                stop,
                switch,
                task,
            },
        );
    }
}

impl Hands for Drivers {
    fn forget(&mut self, attempt: AttemptNo) {
        self.running.remove(&attempt);
    }

    fn stop_safely(&mut self, attempt: AttemptNo) {
        if let Some(running) = self.running.get(&attempt) {
            running.stop.store(true, Ordering::Relaxed);
        }
    }

    fn stop_all_safely(&mut self) {
        for running in self.running.values() {
            running.stop.store(true, Ordering::Relaxed);
        }
    }

    fn stop_all(&mut self) {
        for (_, running) in self.running.drain() {
            running.switch.halt();
            running.task.abort();
        }
        for (_, (switches, task)) in self.checks.drain() {
            switches.iter().for_each(StopSwitch::halt);
            task.abort();
        }
    }

    fn stop(&mut self, attempt: AttemptNo, no: PhoneNo, phone: &Udid) {
        if let Some(running) = self.running.remove(&attempt) {
            running.switch.halt();
            running.task.abort();
            self.pool.halt(&running.phone);
        }
        self.halt_check(no);
        self.pool.halt(phone);
    }

    fn halt_check(&mut self, no: PhoneNo) {
        if let Some((switches, task)) = self.checks.remove(&no) {
            switches.iter().for_each(StopSwitch::halt);
            task.abort();
        }
    }

    fn hush(&mut self, phone: Option<&Udid>) {
        self.pool.hush(phone);
    }

    fn unhush(&mut self, phone: Option<&Udid>) {
        self.pool.unhush(phone);
    }

    fn run(&mut self, attempts: Vec<Begun>) {
        for begun in attempts {
            self.begin(begun);
        }
    }

    fn check(&mut self, check: CheckNo, no: PhoneNo, phone: &Udid) {
        let (phone, udid) = (no, phone.clone());
        let switch = StopSwitch::new();
        let (pool, inbox, halt) = (Arc::clone(&self.pool), self.inbox.clone(), switch.clone());
        let wanted = self.proof(check);
        let task = self.handle.spawn(async move {
            let message = match pool.prove_quiet(&udid, &wanted, halt).await {
                Ok(number) => Message::Quiet {
                    phone,
                    check: CheckNo(number),
                },
                Err(error) => Message::NotQuiet {
                    phone,
                    check,
                    why: error.to_string(),
                },
            };
            let _ = inbox.send(message).await;
        });
        self.halt_check(phone);
        self.checks
            .insert(phone, (vec![switch], task.abort_handle()));
    }

    fn visit(&mut self, visiting: Visiting) {
        let phone = visiting.no;
        let halts = visits::Halts::default();
        let switches = vec![halts.look.clone(), halts.proof.clone()];
        let (pool, screens) = (Arc::clone(&self.pool), Arc::clone(&self.screens));
        let inbox = self.inbox.clone();
        let proof = self.proof(visiting.check);
        let task = self.handle.spawn(async move {
            for message in visits::make(&pool, &screens, visiting, proof, halts).await {
                let _ = inbox.send(message).await;
            }
        });
        self.halt_check(phone);
        self.checks.insert(phone, (switches, task.abort_handle()));
    }
}

/// How an attempt came out, as its task tells it.
enum Told {
    /// The phone did not take it: nothing was done. `blocked`: a stop sign of some other account
    /// covers it, and a person has to look; until then it takes no task.
    Refused { blocked: bool, why: String },
    /// Ended with nothing in flight.
    Ended(Ending, Option<(&'static str, String)>),
    /// Ended because a control was not there.
    Missed(Missing, (&'static str, String)),
    /// Nobody knows what the phone still does.
    Lost(String),
}

impl Told {
    fn message(self, attempt: AttemptNo) -> Message {
        match self {
            Self::Refused { why, .. } => Message::Ended {
                attempt,
                ending: Ending::Yielded,
                error: Some(("device_not_ready", why)),
                missing: None,
            },
            Self::Missed(missing, error) => Message::Ended {
                attempt,
                ending: Ending::ElementNotFound,
                error: Some(error),
                missing: Some(missing),
            },
            Self::Ended(ending, error) => Message::Ended {
                attempt,
                ending,
                error,
                missing: None,
            },
            Self::Lost(why) => Message::Lost { attempt, why },
        }
    }
}

async fn run_attempt(
    pool: &Pool,
    screens: &Screens,
    udid: &Udid,
    switch: StopSwitch,
    mut job: Job,
    ledger: &AttemptLedger,
) -> (Told, Option<Vec<u8>>) {
    // Locators go by the release that is on this phone, as it told last.
    let facts = pool.facts(udid);
    job.app_version = facts.and_then(|facts| {
        let version = facts.condition.version_of(screens.bundle_id());
        version.map(str::to_owned)
    });
    let phone = match pool.connect(udid, switch).await {
        Ok(phone) => phone,
        Err(error) if error.sent == Sent::Unknown => {
            return (Told::Lost(error.to_string()), None);
        }
        Err(error) => {
            let (blocked, why) = (false, error.to_string());
            return (Told::Refused { blocked, why }, None);
        }
    };
    let mut report = perform(&phone, screens, &job, ledger).await;
    let evidence = report.evidence.take();
    (ended(report, &job), evidence.and_then(|it| it.screenshot))
}

/// Keeps the picture of the screen, if there is one; its id and how large it is.
async fn keep(kept: Screenshots, picture: Option<Vec<u8>>) -> Option<(Uuid, usize)> {
    let picture = picture?;
    let bytes = picture.len();
    let now_ms = Clock::new().read().wall_ms;
    let written = tokio::task::spawn_blocking(move || kept.keep(&picture, now_ms));
    match written.await.ok()? {
        Ok(id) => id.map(|id| (id, bytes)),
        Err(error) => {
            tracing::warn!(%error, "a picture of a screen could not be kept");
            None
        }
    }
}

/// The action under way at that step; before the first one, what comes before all of them.
fn action_at(job: &Job, step: Option<u16>) -> ActionNo {
    let instances = job.work.instances();
    let at = step.and_then(|step| instances.iter().find(|it| it.step == step));
    at.map_or(action_no::BEGIN, |it| action_no::number(it.action))
}

fn ended(report: Report, job: &Job) -> Told {
    let (code, sentence) = (report.ending.code(), report.ending.sentence());
    let ending = match report.ending {
        Ended::Completed => return Told::Ended(Ending::Completed, None),
        Ended::Blocked { .. } => {
            return Told::Refused {
                blocked: true,
                why: sentence,
            };
        }
        Ended::AccountNotOnPhone { .. } => Ending::NotOnPhone,
        Ended::RateLimited { .. } => Ending::RateLimited,
        Ended::Challenge { .. } => Ending::Challenge,
        Ended::NetworkError { .. } => Ending::NetworkError,
        Ended::AppCrash => Ending::AppCrash,
        Ended::ElementNotFound { locator } => {
            let action = action_at(job, report.at);
            return Told::Missed(Missing { locator, action }, (code, sentence));
        }
        Ended::Yielded | Ended::Cancelled => Ending::Yielded,
        Ended::Unsettled => Ending::Unsettled,
        Ended::Unknown { .. } | Ended::FlowFailed { .. } | Ended::FlowRefused { .. } => {
            Ending::Unknown
        }
        // A fact that could not be saved leaves an intent without its outcome: doubt, not an end.
        Ended::Timeout { .. } | Ended::Halted => return Told::Lost(sentence),
    };
    Told::Ended(ending, Some((code, sentence)))
}

/// A phone that refused an attempt is ready again when the pool says so. The pool tells only of
/// changes it sees itself, and it may never have seen the refusal.
async fn back_when_ready(pool: &Pool, udid: &Udid, inbox: &mpsc::Sender<Message>) {
    loop {
        tokio::time::sleep(REST_AFTER_REFUSAL).await;
        let seen = pool.phones().into_iter().find(|seen| seen.udid == *udid);
        match seen {
            None => return,
            Some(seen) if !seen.ready => {}
            Some(seen) => {
                let news = PhoneNews::Ready(facts::phone_row(udid, &seen.facts));
                let _ = inbox
                    .send(Message::Phone {
                        udid: udid.clone(),
                        news,
                    })
                    .await;
                return;
            }
        }
    }
}
