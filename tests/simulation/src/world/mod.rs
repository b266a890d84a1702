//! One world: an engine, its store, its operators, its phones, and what goes wrong among them.

mod engine;
mod fault;
mod message;
mod operator;
mod phone;
mod settle;
mod tally;

use std::collections::VecDeque;

use signalbox_scheduler::{Act, Anchor, AttemptNo, CheckNo, Input, PhoneNo, TaskId, VersionNo};

pub use phone::Phone;
pub use tally::Tally;

use crate::clock::Clock;
use crate::random::Random;
use crate::script::{Script, Social};
use crate::store::Store;
use crate::swarm::Swarm;
use crate::witness::{Checked, Sight, Witness};
use engine::Engine;
use fault::Fault;
use phone::Told;

/// Something in the engine's inbox.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    /// An input as it is.
    Input(Input),
    /// An attempt asks to act; the history is looked up when it is taken.
    Ask {
        attempt: AttemptNo,
        step: u16,
        act: Act,
        history_fails: bool,
    },
    /// An attempt tells the outcome of a step.
    Told(Told),
}

/// A world.
pub struct World {
    random: Random,
    swarm: Swarm,
    clock: Clock,
    scripts: Vec<Script>,
    social: Social,
    phones: Vec<Phone>,
    /// Which phones each account is really signed in on, by bits.
    signed_in: Vec<u32>,
    engine: Engine,
    store: Store,
    witness: Witness,
    /// Replies that are still on their way, from whenever.
    late: Vec<Item>,
    /// Quiet checks under way, with the true time they were ordered at.
    checks: Vec<(PhoneNo, CheckNo, u64)>,
    /// Submissions whose answer got lost.
    unanswered: Vec<Input>,
    faults: Vec<(u32, Fault)>,
    turns: u32,
    tally: Tally,
    trace: Option<VecDeque<String>>,
}

/// Lines of a trace that are kept.
const TRACE_MAX: usize = 400;

impl World {
    /// The world of a seed, before anything happens. `traced`: it keeps its last events in words.
    pub fn new(seed: u64, traced: bool) -> Self {
        let mut random = Random::new(seed);
        let swarm = Swarm::draw(&mut random);
        let clock = Clock::new(swarm.scale);
        let store = Store::new(&swarm.settings, Anchor::new(clock.reading()));
        Self {
            engine: Engine::new(&store),
            witness: Witness::new(),
            social: Social::default(),
            scripts: Vec::new(),
            phones: Vec::new(),
            signed_in: Vec::new(),
            late: Vec::new(),
            checks: Vec::new(),
            unanswered: Vec::new(),
            faults: fault::table(&swarm),
            turns: 0,
            tally: Tally::default(),
            trace: traced.then(VecDeque::new),
            random,
            swarm,
            clock,
            store,
        }
    }

    /// Phones and accounts are added, and cables put in.
    ///
    /// # Errors
    /// A promise broken at once.
    pub fn begin(&mut self) -> Checked {
        self.note_swarm();
        for _ in 0..self.swarm.phones {
            self.add_phone();
        }
        for _ in 0..self.swarm.accounts {
            self.add_account();
        }
        self.engine.inbox.push_back(Item::Input(Input::AddList));
        self.undisturbed()?;
        for phone in 0..self.phones.len() {
            self.plug(phone);
        }
        Ok(())
    }

    fn note_swarm(&mut self) {
        let swarm = format!("{:?}", self.swarm);
        self.note(|| swarm);
    }

    /// How many steps it has before the faults are taken away.
    pub fn length(&self) -> u32 {
        self.swarm.steps
    }

    /// What happened so far.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// The last events in words, if it is traced.
    pub fn events(&self) -> impl Iterator<Item = &String> {
        self.trace.iter().flatten()
    }

    /// One step: a turn of the engine, a move of a phone, or something else that happens.
    ///
    /// # Errors
    /// The promise that was broken by it.
    pub fn step(&mut self) -> Checked {
        self.tally.steps += 1;
        self.clock.pass(u64::from(self.random.below(150)));
        match self.random.below(16) {
            0..7 if self.engine.alive => self.turn(),
            0..3 => self.restart(),
            7..14 => {
                let Some(phone) = self.random.place(self.phones.len()) else {
                    return Ok(());
                };
                self.advance(phone)
            }
            _ => self.happen(),
        }
    }

    fn note(&mut self, words: impl FnOnce() -> String) {
        let steps = self.tally.steps;
        if let Some(trace) = &mut self.trace {
            if trace.len() >= TRACE_MAX {
                trace.pop_front();
            }
            trace.push_back(format!("{steps}: {}", words()));
        }
    }

    fn add_phone(&mut self) {
        self.phones.push(Phone::new());
        for signed_in in &mut self.signed_in {
            *signed_in |= 1 << (self.phones.len() - 1);
        }
        self.engine.inbox.push_back(Item::Input(Input::AddPhone));
    }

    fn add_account(&mut self) {
        let bound = self.draw_bound();
        self.sign_in();
        self.engine
            .inbox
            .push_back(Item::Input(Input::AddAccount { bound }));
    }

    /// What the phone tells of the app on it.
    fn told(&self, phone: usize) -> Input {
        let (version, look_only) = self.phones[phone].app;
        Input::PhoneTold {
            phone: number(phone),
            version: VersionNo(version),
            look_only,
        }
    }

    fn draw_bound(&mut self) -> Option<PhoneNo> {
        let bound = self.random.one_in(self.swarm.bound);
        bound
            .then(|| self.random.place(self.phones.len()).map(number))
            .flatten()
    }

    /// Somebody signs a further account in, on most of the phones.
    fn sign_in(&mut self) {
        let mut signed_in = u32::MAX;
        for phone in 0..self.phones.len() {
            if self.random.one_in(self.swarm.absent) {
                signed_in &= !(1 << phone);
            }
        }
        self.signed_in.push(signed_in);
    }

    /// Whether the account is really signed in on the phone.
    fn is_signed_in(&self, account: u32, phone: usize) -> bool {
        self.signed_in
            .get(account as usize)
            .is_some_and(|phones| phones & (1 << phone) != 0)
    }

    fn next_task(&mut self) -> (TaskId, Script) {
        let script = Script::draw(&mut self.random, self.swarm.comments);
        let task = TaskId(self.scripts.len() as u128);
        self.scripts.push(script);
        (task, script)
    }

    fn sight<'w>(phones: &'w [Phone], store: &'w Store, clock: &Clock) -> Sight<'w> {
        Sight {
            phones,
            state: &store.state,
            known: clock.known(),
            wall: clock.shown_wall(),
        }
    }
}

/// The number of a phone in its place.
fn number(phone: usize) -> PhoneNo {
    PhoneNo(u32::try_from(phone).unwrap_or(u32::MAX))
}
