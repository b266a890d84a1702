//! A run of the whole engine on phones that answer at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use signalbox_automation::{Action, Handle, Interaction, Job, Outcome, Status};
use signalbox_engine::commands::NewTask;
use signalbox_engine::runtime::{Begun, Hands, Inbox, Visiting};
use signalbox_engine::store::Durability;
use signalbox_engine::store::phones::PhoneRow;
use signalbox_engine::{Commands, Engine};
use signalbox_measure::Stopwatch;
use signalbox_phone::Udid;
use signalbox_scheduler::{AttemptNo, CheckNo, Ending, PhoneNo, Priority};
use tokio::sync::{Notify, mpsc};

use super::options::options;

/// Tasks that are on their way to be acknowledged at once.
const SUBMITTERS: usize = 128;

/// What is to be run.
#[derive(Clone, Copy)]
pub struct Load {
    /// What a commit survives.
    pub durability: Durability,
    /// Phones that are ready.
    pub phones: usize,
    /// Accounts that take turns.
    pub accounts: usize,
    /// Tasks in all.
    pub tasks: usize,
    /// Tasks that are on their way to be acknowledged at once.
    pub submitters: usize,
    /// Each submitter has tasks of its own, so that the order of theirs is known.
    pub own: bool,
    /// How long a phone takes over a task.
    pub work: Duration,
    /// One backup is made after the other all the while.
    pub backups: bool,
}

impl Load {
    /// With phones that take no time.
    pub fn instant(durability: Durability, phones: usize, accounts: usize, tasks: usize) -> Self {
        Self {
            durability,
            phones,
            accounts,
            tasks,
            submitters: SUBMITTERS,
            own: false,
            work: Duration::ZERO,
            backups: false,
        }
    }
}

/// What a run showed.
pub struct Run {
    tasks: usize,
    time: Duration,
    waits: Vec<Duration>,
    /// Where tasks took time: the number (from one) of each that began, and minus the number of
    /// each that ended, in the order of what happened.
    pub events: Vec<i64>,
}

impl Run {
    /// Tasks a second, from the first that was submitted to the last that ended.
    pub fn per_second(&self) -> f64 {
        self.tasks as f64 / self.time.as_secs_f64()
    }

    /// This part of the waits between an end and the next start on its phone was shorter, ms.
    pub fn waited_ms(&self, part: f64) -> f64 {
        let mut waits = self.waits.clone();
        waits.sort_unstable();
        let place = (waits.len() as f64 * part) as usize;
        let wait = waits.get(place.min(waits.len().saturating_sub(1)));
        wait.map_or(f64::NAN, |wait| wait.as_secs_f64() * 1e3)
    }
}

/// Counts ends that are durable.
#[derive(Default)]
struct Ends {
    durable: AtomicUsize,
    wanted: AtomicUsize,
    reached: Notify,
}

/// Hands that do nothing: each attempt has one outcome and ends.
struct Instant {
    orders: mpsc::UnboundedSender<Vec<Begun>>,
    ends: Arc<Ends>,
    /// When each phone's last attempt told its end, and how long each next start took.
    told: Arc<Mutex<Told>>,
    phones: std::collections::HashMap<AttemptNo, Udid>,
}

#[derive(Default)]
struct Told {
    ended: std::collections::HashMap<AttemptNo, Stopwatch>,
    free: std::collections::HashMap<Udid, Stopwatch>,
    waits: Vec<Duration>,
    events: Vec<i64>,
}

impl Hands for Instant {
    fn run(&mut self, attempts: Vec<Begun>) {
        let mut told = self.told.lock().unwrap();
        for begun in &attempts {
            if let Some(free) = told.free.remove(&begun.phone) {
                told.waits.push(free.elapsed());
            }
            self.phones.insert(begun.attempt, begun.phone.clone());
        }
        drop(told);
        let _ = self.orders.send(attempts);
    }

    fn forget(&mut self, attempt: AttemptNo) {
        let mut told = self.told.lock().unwrap();
        let phone = self.phones.remove(&attempt);
        if let (Some(phone), Some(ended)) = (phone, told.ended.remove(&attempt)) {
            told.free.insert(phone, ended);
        }
        drop(told);
        let durable = self.ends.durable.fetch_add(1, Ordering::SeqCst) + 1;
        if durable >= self.ends.wanted.load(Ordering::SeqCst) {
            self.ends.reached.notify_one();
        }
    }

    fn stop_safely(&mut self, _: AttemptNo) {}
    fn stop(&mut self, _: AttemptNo, _: PhoneNo, _: &Udid) {}
    fn check(&mut self, _: CheckNo, _: PhoneNo, _: &Udid) {}
    fn visit(&mut self, _: Visiting) {}
    fn hush(&mut self, _: Option<&Udid>) {}
    fn unhush(&mut self, _: Option<&Udid>) {}
    fn halt_check(&mut self, _: PhoneNo) {}
    fn stop_all_safely(&mut self) {}
    fn stop_all(&mut self) {}
}

async fn serve(
    mut orders: mpsc::UnboundedReceiver<Vec<Begun>>,
    inbox: Inbox,
    told: Arc<Mutex<Told>>,
    work: Duration,
) {
    while let Some(attempts) = orders.recv().await {
        for Begun { attempt, job, .. } in attempts {
            if work.is_zero() {
                finish(attempt, job, &inbox, &told).await;
                continue;
            }
            let (inbox, told) = (inbox.clone(), Arc::clone(&told));
            tokio::runtime::Handle::current().spawn(async move {
                let target = target_of(&job);
                let target = target.reveal();
                let no: i64 = target.trim_start_matches("target").parse().unwrap();
                told.lock().unwrap().events.push(no + 1);
                tokio::time::sleep(work).await;
                told.lock().unwrap().events.push(-no - 1);
                finish(attempt, job, &inbox, &told).await;
            });
        }
    }
}

fn target_of(job: &Job) -> Handle {
    job.work.target(0).cloned().unwrap()
}

async fn finish(attempt: AttemptNo, job: Job, inbox: &Inbox, told: &Mutex<Told>) {
    let outcome = Outcome {
        interaction: Interaction::View,
        target: target_of(&job),
        post: None,
        status: Status::Success,
        reason: None,
        latency: Duration::from_millis(1),
    };
    drop(inbox.outcome(attempt, 0, outcome).await);
    let ended = Stopwatch::start();
    told.lock().unwrap().ended.insert(attempt, ended);
    inbox.ended(attempt, Ending::Completed).await;
}

/// Runs `tasks` tasks of `accounts` accounts on `phones` phones that take no time.
pub fn run(durability: Durability, phones: usize, accounts: usize, tasks: usize) -> Run {
    run_load(Load::instant(durability, phones, accounts, tasks))
}

/// Runs what is asked for.
pub fn run_load(load: Load) -> Run {
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    tokio.block_on(measure(load))
}

async fn measure(load: Load) -> Run {
    let Load {
        accounts, tasks, ..
    } = load;
    let dir = tempfile::tempdir().unwrap();
    let ends = Arc::new(Ends::default());
    let told = Arc::new(Mutex::new(Told::default()));
    let mut way_in = None;
    let engine = Engine::start_with(options(dir.path(), load.durability), |inbox| {
        let (orders, taken) = mpsc::unbounded_channel();
        let phones = serve(taken, inbox.clone(), Arc::clone(&told), load.work);
        tokio::runtime::Handle::current().spawn(phones);
        way_in = Some(inbox);
        Box::new(Instant {
            orders,
            ends: Arc::clone(&ends),
            told: Arc::clone(&told),
            phones: std::collections::HashMap::new(),
        })
    });
    let engine = engine.await.unwrap();
    let inbox = way_in.unwrap();
    for no in 0..load.phones {
        let udid = Udid::new(format!("00008030-51{no:014}"));
        inbox.ready(PhoneRow::unseen(udid)).await;
    }
    // One task for each account, so that all are known before the clock runs.
    ends.wanted.store(accounts, Ordering::SeqCst);
    let commands = engine.commands();
    submit(&commands, load, accounts).await;
    ends.reached.notified().await;
    {
        let mut told = told.lock().unwrap();
        told.waits.clear();
        told.events.clear();
    }
    ends.wanted.store(accounts + tasks, Ordering::SeqCst);
    let beside = load.backups.then(|| {
        let commands = engine.commands();
        tokio::runtime::Handle::current().spawn(async move {
            loop {
                commands.backup(None).await.unwrap();
            }
        })
    });
    let watch = Stopwatch::start();
    submit(&commands, load, tasks).await;
    ends.reached.notified().await;
    let time = watch.elapsed();
    if let Some(beside) = beside {
        beside.abort();
    }
    engine.shutdown().await;
    let mut told = told.lock().unwrap();
    Run {
        tasks,
        time,
        waits: std::mem::take(&mut told.waits),
        events: std::mem::take(&mut told.events),
    }
}

/// Each submitter takes the next task that nobody has, so that none is left behind; or, with
/// `own` tasks, the first the first, the second the second, and each the ones so many further.
async fn submit(commands: &Commands, load: Load, tasks: usize) {
    let next = Arc::new(AtomicUsize::new(0));
    let submitters: Vec<_> = (0..load.submitters)
        .map(|first| {
            let (commands, next) = (commands.clone(), Arc::clone(&next));
            tokio::runtime::Handle::current().spawn(async move {
                for turn in 0.. {
                    let no = match load.own {
                        true => first + turn * load.submitters,
                        false => next.fetch_add(1, Ordering::Relaxed),
                    };
                    if no >= tasks {
                        return;
                    }
                    let task = new_task(no, load.accounts);
                    commands.create_task(task).await.unwrap();
                }
            })
        })
        .collect();
    for submitter in submitters {
        submitter.await.unwrap();
    }
}

fn new_task(no: usize, accounts: usize) -> NewTask {
    NewTask {
        account_id: Some(format!("account{}", no % accounts)),
        target: Handle::new(format!("target{no}")).reveal().to_owned(),
        actions: vec![
            Action::SearchUser,
            Action::ViewProfile,
            Action::LikePost,
            Action::FollowUser,
        ],
        max_likes: 1,
        max_follows: 1,
        priority: Priority::Normal,
        not_before: None,
        idempotency_key: None,
    }
}
