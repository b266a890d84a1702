//! The one loop: it owns the write connection, on its own thread, and is the only writer.
//!
//! It takes one message, then whatever else is waiting, in one transaction; commits; then carries
//! out the effects and answers all (DESIGN §4 and §6). A commit that fails changes nothing: memory
//! is read again from what is durable, and what was told is kept and tried again in its order (R2).

mod accept;
mod apps;
mod attempt;
mod changes;
mod create;
mod drivers;
mod durability;
mod durations;
mod effects;
mod feed;
mod filing;
mod hands;
mod keyed;
mod ledger;
mod message;
mod orders;
mod recall;
mod retention;
mod sampling;
mod silence;
mod snapshot;
mod soundness;
#[cfg(test)]
mod tests;
mod turn;
mod view;
mod visits;
mod zone;

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use signalbox_automation::Job;
use signalbox_scheduler::ids::IdMap;
use signalbox_scheduler::{Anchor, AttemptNo, Effect, Input, Now, PhoneNo, next_due};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

pub(crate) use accept::{need, spec_of};
pub use durations::{BOUNDS_S, Durations, Histogram};
pub use feed::{Changed, Feed, Watcher};
pub use hands::{Begun, Hands, Inbox};
pub use message::{Create, Created, Import, Imported, Refused};
pub use orders::{AccountChange, DeviceChange, JobWork, Operator, REASON_MAX, Reason, Who};
pub use view::View;
pub use visits::{Found, Visiting};

pub(crate) use drivers::Drivers;
pub(crate) use feed::Place;
pub(crate) use message::{AppTold, IntentAnswer, Message, PhoneNews};
#[cfg(test)]
pub(crate) use orders::Miss;
pub(crate) use orders::{
    AddAccount, AddPhone, AddRows, AddTemplate, BeginJob, Cancel, CancelRest, ChangeAccount,
    ChangeDevice, ChangeTemplate, Cleanup, Discipline, DropUnfinished, EndJob, FindDevice,
    ForgetDevice, Hand, ImportHistory, Order, RemoveAccount, RemoveTemplate, Resolve, Rest,
    ResumeAction, Retry, RotateToken, Runner, SettingsChange, Stencil, StepJob, Switch,
    WriteShiftNote,
};
#[cfg(test)]
pub(crate) use visits::Seen;

use crate::clock::Clock;
use crate::store::{self, Durability, Prepared, Store, StoreError, World};
use crate::store::{check, journal, settings};
use recall::recall;
use soundness::Soundness;
use turn::{Memory, Told, Turn};

/// Messages that wait for the loop; senders wait beyond it (R9).
pub(crate) const INBOX_MAX: usize = 4_096;
/// Messages of one transaction.
const BATCH_MAX: usize = 1_024;
/// Results held while the disk is full; beyond it senders wait.
const HELD_MAX: usize = 4_096;
/// Timer waits are capped, because the runtime's timers stand still while the computer sleeps.
const WAIT_MAX: Duration = Duration::from_secs(30);
/// How often a full disk is tried again.
const PROBE_EVERY: Duration = Duration::from_secs(1);

/// What the loop is made of.
pub(crate) struct Parts {
    pub(crate) store: Store,
    /// Where its backups lie.
    pub(crate) backups: PathBuf,
    pub(crate) world: World,
    /// Ceilings and gap also where nobody set them.
    pub(crate) limits: bool,
    /// How sure a commit is where nobody set it.
    pub(crate) durability: Durability,
    pub(crate) clock: Clock,
    pub(crate) time_scale: u32,
    /// Which locators the hands go by: pauses for missing ones end where it is another.
    pub(crate) screens: Option<String>,
    pub(crate) hands: Box<dyn Hands>,
    pub(crate) feed: Arc<Feed>,
    pub(crate) inbox: mpsc::Receiver<Message>,
    /// For those who work for the loop; it does not keep the loop alive.
    pub(crate) way_in: mpsc::WeakSender<Message>,
    pub(crate) handle: Handle,
}

/// What a committed turn orders about the outside world.
struct Orders {
    effects: Vec<Effect>,
    /// One for each attempt that begins, in their order.
    jobs: Vec<Job>,
}

/// The loop.
pub(crate) struct Runtime {
    parts: Parts,
    memory: Memory,
    troubles: HashMap<PhoneNo, (&'static str, String)>,
    languages: HashMap<PhoneNo, String>,
    visits: visits::Visits,
    durations: Durations,
    /// Attempts under way, and whether they only look.
    rehearsals: IdMap<AttemptNo, bool>,
    /// How clocks are set here.
    zone: zone::Here,
    /// How sure commits are.
    holds: Durability,
    /// What failed to commit, in order, before anything newer.
    held: VecDeque<Message>,
    disk_full: bool,
    draining: bool,
    /// The sweep through old history.
    retention: retention::Retention,
    filing: filing::Filing,
    /// The thread that takes a snapshot apart.
    snapshot: Option<std::thread::JoinHandle<()>>,
    soundness: Soundness,
    sampling: sampling::Sampling,
    /// Set when tables and core disagree, or the file is damaged: nothing starts any more.
    broken: bool,
}

impl Runtime {
    /// Replays the journal, and takes everything that ran before for orphaned.
    pub(crate) fn new(parts: Parts) -> store::Result<Self> {
        let memory = recall(&parts)?;
        let soundness = Soundness::of(&parts.store)?;
        let holds = parts.durability;
        let sampling = sampling::Sampling::begin(parts.clock.read().wall_ms);
        let mut runtime = Self {
            parts,
            memory,
            troubles: HashMap::new(),
            languages: HashMap::new(),
            visits: visits::Visits::default(),
            durations: Durations::default(),
            rehearsals: IdMap::default(),
            zone: zone::Here::default(),
            holds,
            held: VecDeque::new(),
            disk_full: false,
            draining: false,
            retention: retention::Retention::default(),
            filing: filing::Filing::default(),
            snapshot: None,
            soundness,
            sampling,
            broken: false,
        };
        runtime.parts.feed.begin(runtime.memory.seq);
        runtime.begin()?;
        runtime.check_when_due();
        Ok(runtime)
    }

    fn begin(&mut self) -> store::Result<()> {
        let wall = self.anchor_now().wall;
        self.zone.now = self.parts.clock.zone(wall);
        let screens = self.parts.screens.clone();
        let (_, orders) = self.transact(|turn| {
            check::begin_life(&turn.tables)?;
            turn.memory.seed = settings::seed(&turn.tables)?;
            let effects = turn.feed(&Input::Restart)?;
            turn.keep(effects);
            turn.configure()?;
            turn.end_orphaned_jobs()?;
            screens.map_or(Ok(()), |mark| turn.screens_are(&mark))
        })?;
        self.carry_out(orders);
        self.be_as_sure_as_set();
        Ok(())
    }

    /// Runs until it is told to end.
    pub(crate) fn run(mut self) {
        while let Some(messages) = self.next_messages() {
            let mut work = Vec::with_capacity(messages.len());
            let mut reads = Vec::new();
            let mut ends = false;
            for message in messages {
                match message {
                    Message::Read(look) => reads.push(look),
                    Message::Drain => self.drain(),
                    Message::Shutdown => ends = true,
                    Message::Checked(found) => self.checked(&found),
                    message => match self.soundness.turns_away(&message) {
                        Some(refused) => message.refuse(refused),
                        None => work.push(message),
                    },
                }
            }
            self.work(work);
            self.snapshot_when_due();
            self.forget_when_due();
            self.look_at_zone();
            self.file_when_due();
            for look in reads {
                look(&self.view());
            }
            if ends {
                break;
            }
        }
        self.parts.hands.stop_all();
        self.snapshot_at_the_end();
        self.end_in_order();
    }

    /// Waits for messages, or for the next thing that is due. `None`: nobody can send any more.
    fn next_messages(&mut self) -> Option<Vec<Message>> {
        let beside = self.forgets_in().into_iter().chain(self.files_in());
        let wait = self.wait().into_iter().chain(beside).min();
        let handle = self.parts.handle.clone();
        let inbox = &mut self.parts.inbox;
        let first = match wait {
            None => handle.block_on(inbox.recv()).map(Some),
            Some(wait) => {
                match handle.block_on(async { tokio::time::timeout(wait, inbox.recv()).await }) {
                    Ok(first) => first.map(Some),
                    Err(_) => Some(None),
                }
            }
        }?;
        let mut messages: Vec<Message> = first.into_iter().collect();
        while messages.len() < BATCH_MAX {
            match self.parts.inbox.try_recv() {
                Ok(message) => messages.push(message),
                Err(_) => break,
            }
        }
        Some(messages)
    }

    /// How long to wait for a message; `None`: for ever, since nothing is due by itself.
    fn wait(&mut self) -> Option<Duration> {
        if self.disk_full {
            return Some(PROBE_EVERY);
        }
        let now = self.anchor_now();
        let now = Now {
            at: now.at,
            wall: now.wall,
        };
        let (policy, wall) = next_due(&self.memory.state, now);
        if policy.is_none() && wall.is_none() {
            return None;
        }
        let scale = u64::from(self.parts.time_scale);
        let policy = policy.map(|due| due.saturating_sub(now.at).div_ceil(scale));
        let wall = wall.map(|due| u64::try_from(due.saturating_sub(now.wall)).unwrap_or(0));
        let wall = wall.map(|ms| ms.div_ceil(scale));
        let ms = policy.into_iter().chain(wall).min().unwrap_or(0);
        Some(Duration::from_millis(ms).min(WAIT_MAX))
    }

    fn anchor_now(&self) -> Anchor {
        let reading = self.parts.clock.read();
        self.memory.anchor.advance(reading, self.parts.time_scale)
    }

    /// One transaction around `take`, with what was told and the effects it gave.
    fn transact<T>(
        &mut self,
        take: impl FnOnce(&mut Turn<'_>) -> store::Result<T>,
    ) -> store::Result<(T, Orders)> {
        let anchor = self.anchor_now();
        let may_start = !self.draining && !self.disk_full && !self.broken;
        self.memory.anchor = anchor;
        let before = self.memory.state.counts();
        let mut sampling = self.sampling;
        let mut took = Vec::new();
        let transaction = self.parts.store.begin()?;
        let mut turn = Turn {
            tables: Prepared::new(&transaction),
            memory: &mut self.memory,
            troubles: &mut self.troubles,
            languages: &mut self.languages,
            visits: &mut self.visits,
            now: signalbox_scheduler::Now {
                at: anchor.at,
                wall: anchor.wall,
            },
            ts: anchor.reading.wall_ms,
            time_scale: self.parts.time_scale,
            effects: Vec::new(),
            touched: std::collections::BTreeSet::new(),
            journal: journal::Entry::default(),
            audited: false,
            error: None,
            unsettled: false,
            sampling: &mut sampling,
            took: &mut took,
            rehearsals: &self.rehearsals,
            world: self.parts.world,
            limits: self.parts.limits,
            zone: &self.zone.now,
        };
        let told = take(&mut turn)?;
        turn.drain(may_start)?;
        let (orders, touched) = turn.finish(&before)?;
        transaction.commit()?;
        self.sampling = sampling;
        took.into_iter().for_each(|it| self.durations.note(it));
        self.parts.feed.changed(self.memory.seq, touched);
        Ok((told, orders))
    }

    /// Takes what was held and what is new, in this order.
    fn work(&mut self, new: Vec<Message>) {
        if self.disk_full && !self.probe() {
            return self.hold_back(new);
        }
        let mut messages: Vec<Message> = self.held.drain(..).collect();
        messages.extend(new);
        if let Err(error) = self.batch(&mut messages) {
            self.failed(messages, &error);
        }
    }

    /// One transaction for all of the messages, which are gone if it succeeds.
    fn batch(&mut self, messages: &mut Vec<Message>) -> store::Result<()> {
        if !messages.is_empty() {
            self.filing.expect();
        }
        let may_start = !self.draining && !self.broken;
        let done = self.transact(|turn| {
            let mut told = Vec::with_capacity(messages.len());
            for message in messages.iter_mut() {
                told.push(turn.take(message)?);
                turn.drain(may_start)?;
            }
            Ok(told)
        });
        let (told, orders) = done?;
        for ended in messages.iter() {
            if let Message::Ended { attempt, .. } | Message::Lost { attempt, .. } = ended {
                self.parts.hands.forget(*attempt);
                self.rehearsals.remove(attempt);
            }
        }
        self.carry_out(orders);
        self.be_as_sure_as_set();
        for (message, told) in messages.drain(..).zip(told) {
            answer(message, told);
        }
        Ok(())
    }

    /// A batch came to nothing: memory is what is durable, and the messages are tried again.
    fn failed(&mut self, messages: Vec<Message>, error: &StoreError) {
        tracing::error!(code = error.code(), %error, "a commit failed; nothing of it counts");
        self.hush_at_once(&messages);
        self.recall_until_it_works();
        if matches!(error, StoreError::DiskFull) {
            self.disk_full = true;
            self.parts.feed.stirred(self.memory.seq);
            return self.hold_back(messages);
        }
        // Not a matter of room: find the message that does it, and let the others through.
        for message in messages {
            let mut one = vec![message];
            let Err(error) = self.batch(&mut one) else {
                continue;
            };
            tracing::error!(code = error.code(), %error, "one message could not be saved");
            self.recall_until_it_works();
            self.broken |= !matches!(error, StoreError::DiskFull);
            for message in one {
                self.refuse_unsaved(message, &error);
            }
        }
    }

    /// Keeps results for later and refuses what is new, while nothing can be saved.
    fn hold_back(&mut self, messages: Vec<Message>) {
        self.hush_at_once(&messages);
        for message in messages {
            if message.is_submission() || self.held.len() >= HELD_MAX {
                self.refuse_unsaved(message, &StoreError::DiskFull);
            } else {
                self.held.push_back(message);
            }
        }
    }

    fn probe(&mut self) -> bool {
        let probed = self.parts.store.probe();
        self.disk_full = probed.is_err();
        if !self.disk_full {
            self.parts.feed.stirred(self.memory.seq);
        }
        probed.is_ok()
    }

    fn recall_until_it_works(&mut self) {
        loop {
            match recall(&self.parts) {
                Ok(memory) => {
                    self.memory = memory;
                    return;
                }
                Err(error) => {
                    tracing::error!(%error, "what is durable could not be read; trying again");
                    self.parts.handle.block_on(tokio::time::sleep(PROBE_EVERY));
                }
            }
        }
    }

    fn drain(&mut self) {
        self.draining = true;
        self.parts.hands.stop_all_safely();
    }

    fn view(&self) -> View<'_> {
        let anchor = self.anchor_now();
        View {
            state: &self.memory.state,
            directory: &self.memory.directory,
            connection: self.parts.store.connection(),
            now: signalbox_scheduler::Now {
                at: anchor.at,
                wall: anchor.wall,
            },
            world: self.parts.world,
            time_scale: self.parts.time_scale,
            troubles: &self.troubles,
            languages: &self.languages,
            looks: &self.visits.found,
            unlooked: &self.visits.failed,
            durations: &self.durations,
            disk_full: self.disk_full,
            broken: self.broken,
            damage: self.soundness.damage(),
            draining: self.draining,
            rev: self.memory.seq,
            chosen: &self.memory.chosen,
            durability: self.durability(),
            began: self.sampling.since(),
        }
    }
}

fn answer(message: Message, told: Told) {
    match (message, told) {
        (Message::Order(order), _) => order.answer(),
        (Message::Intend { reply, .. }, Told::Intent(answer)) => drop(reply.send(answer)),
        (Message::Intend { reply, .. }, _) => drop(reply.send(IntentAnswer::Stop)),
        (Message::Outcome { reply, .. } | Message::SignedIn { reply, .. }, _) => {
            let _ = reply.send(());
        }
        _ => {}
    }
}
