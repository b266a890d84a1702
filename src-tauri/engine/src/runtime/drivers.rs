//! Carries out effects: attempts on phones, stops, quiet checks. Each is a task of its own; what
//! comes of it goes back into the loop's inbox.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use signalbox_automation::{Ending as Ended, Job, Mode, Progress, Report, Screens, perform};
use signalbox_phone::quiet::Check;
use signalbox_phone::{Pool, Sent, StopSwitch, Udid};
use signalbox_scheduler::{AttemptNo, CheckNo, Effect, Ending, PhoneNo, TaskId};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::ledger::AttemptLedger;
use super::message::{Message, PhoneNews};
use crate::directory::Directory;
use crate::facts;
use crate::store::tasks;

/// For one quiet check, everything together.
const QUIET_LIMIT: Duration = Duration::from_secs(60);
/// How long a phone that refused an attempt is left alone before it is looked at again.
const REST_AFTER_REFUSAL: Duration = Duration::from_secs(5);

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
    inbox: mpsc::Sender<Message>,
    running: HashMap<AttemptNo, Running>,
    checks: HashMap<PhoneNo, (StopSwitch, AbortHandle)>,
}

impl Drivers {
    pub(crate) fn new(
        handle: Handle,
        pool: Arc<Pool>,
        screens: Arc<Screens>,
        inbox: mpsc::Sender<Message>,
    ) -> Self {
        Self {
            handle,
            pool,
            screens,
            inbox,
            running: HashMap::new(),
            checks: HashMap::new(),
        }
    }

    pub(super) fn carry_out(
        &mut self,
        effect: Effect,
        directory: &Directory,
        connection: &Connection,
    ) {
        match effect {
            Effect::Run {
                attempt,
                task,
                account,
                phone,
            } => {
                let row = directory.phone(phone).zip(directory.account(account));
                let job =
                    row.and_then(|(_, account)| job(connection, task, account.handle.clone()));
                match (row, job) {
                    (Some((phone, _)), Some(job)) => {
                        let udid = phone.udid.clone();
                        self.run(attempt, udid, job);
                    }
                    _ => tracing::error!(attempt = attempt.0, "a started task has no description"),
                }
            }
            Effect::StopSafely { attempt } => {
                if let Some(running) = self.running.get(&attempt) {
                    running.stop.store(true, Ordering::Relaxed);
                }
            }
            Effect::Stop { phone, attempt } => self.stop(phone, attempt, directory),
            Effect::Check { phone, check, .. } => {
                if let Some(row) = directory.phone(phone) {
                    self.check(phone, row.udid.clone(), check);
                }
            }
            Effect::Proceed { .. }
            | Effect::Skip { .. }
            | Effect::Wait { .. }
            | Effect::Yield { .. }
            | Effect::Answer(_) => {}
        }
    }

    /// The attempt has told how it ended.
    pub(super) fn forget(&mut self, attempt: AttemptNo) {
        self.running.remove(&attempt);
    }

    /// Every attempt ends at its next safe point.
    pub(super) fn stop_all_safely(&self) {
        for running in self.running.values() {
            running.stop.store(true, Ordering::Relaxed);
        }
    }

    /// No further call goes out to any phone.
    pub(super) fn stop_all(&mut self) {
        for (_, running) in self.running.drain() {
            running.switch.halt();
            running.task.abort();
        }
        for (_, (switch, task)) in self.checks.drain() {
            switch.halt();
            task.abort();
        }
    }

    fn stop(&mut self, phone: PhoneNo, attempt: AttemptNo, directory: &Directory) {
        if let Some(running) = self.running.remove(&attempt) {
            running.switch.halt();
            running.task.abort();
            self.pool.halt(&running.phone);
        }
        if let Some((switch, task)) = self.checks.remove(&phone) {
            switch.halt();
            task.abort();
        }
        if let Some(row) = directory.phone(phone) {
            self.pool.halt(&row.udid);
        }
    }

    fn run(&mut self, attempt: AttemptNo, udid: Udid, job: Job) {
        let stop = Arc::new(AtomicBool::new(false));
        let switch = StopSwitch::new();
        let (pool, screens) = (Arc::clone(&self.pool), Arc::clone(&self.screens));
        let (inbox, halt) = (self.inbox.clone(), switch.clone());
        let ledger = AttemptLedger {
            attempt,
            inbox: inbox.clone(),
            stop: Arc::clone(&stop),
        };
        let phone = udid.clone();
        let task = self.handle.spawn(async move {
            let told = run_attempt(&pool, &screens, &phone, halt, &job, &ledger).await;
            let refused = matches!(told, Told::Refused { blocked: false, .. });
            if let Told::Refused { blocked, why } = &told {
                let code = if *blocked {
                    "E-DEV-BLOCKED"
                } else {
                    "E-DEV-WDA"
                };
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

    fn check(&mut self, phone: PhoneNo, udid: Udid, check: CheckNo) {
        let switch = StopSwitch::new();
        let (pool, inbox, halt) = (Arc::clone(&self.pool), self.inbox.clone(), switch.clone());
        let wanted = Check {
            number: check.0,
            previous: None,
            bundle_id: self.screens.bundle_id().to_owned(),
            limit: QUIET_LIMIT,
        };
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
        if let Some((switch, task)) = self.checks.insert(phone, (switch, task.abort_handle())) {
            switch.halt();
            task.abort();
        }
    }
}

/// What the task is to do from where its earlier attempts came to.
fn job(connection: &Connection, task: TaskId, handle: signalbox_automation::Handle) -> Option<Job> {
    let row = tasks::get(connection, task).ok().flatten()?;
    Some(Job {
        handle,
        target: row.spec.target,
        actions: row.spec.actions,
        max_likes: row.spec.max_likes,
        max_follows: row.spec.max_follows,
        resume: Progress {
            next: row.next_step,
        },
        mode: if row.spec.rehearsal {
            Mode::Rehearse
        } else {
            Mode::Act
        },
        app_version: None,
    })
}

/// How an attempt came out, as its task tells it.
enum Told {
    /// The phone did not take it: nothing was done. `blocked`: a stop sign of some other account
    /// covers it, and a person has to look; until then it takes no task.
    Refused { blocked: bool, why: String },
    /// Ended with nothing in flight.
    Ended(Ending, Option<(&'static str, String)>),
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
            },
            Self::Ended(ending, error) => Message::Ended {
                attempt,
                ending,
                error,
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
    job: &Job,
    ledger: &AttemptLedger,
) -> Told {
    let phone = match pool.connect(udid, switch).await {
        Ok(phone) => phone,
        Err(error) if error.sent == Sent::Unknown => return Told::Lost(error.to_string()),
        Err(error) => {
            return Told::Refused {
                blocked: false,
                why: error.to_string(),
            };
        }
    };
    let report = perform(&phone, screens, job, ledger).await;
    ended(report)
}

fn ended(report: Report) -> Told {
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
        Ended::ElementNotFound { .. } => Ending::ElementNotFound,
        Ended::Yielded | Ended::Cancelled => Ending::Yielded,
        Ended::Unknown { .. } => Ending::Unknown,
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
        match seen.map(|seen| seen.ready) {
            None => return,
            Some(None) => {}
            Some(Some(facts)) => {
                let news = PhoneNews::Ready(facts::phone_row(udid, &facts));
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
