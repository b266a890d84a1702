//! What one world is like: its size, its settings, and how often what goes wrong there.
//!
//! Each sort of trouble is absent from some worlds: a bug that one trouble shows may be hidden by
//! another.

use signalbox_scheduler::{Hours, Limits, Settings, Week, Zone};

use crate::clock::EPOCH;
use crate::random::Random;

/// How often things happen: once in so many chances, never for 0.
#[derive(Debug, Clone)]
pub struct Swarm {
    /// Accounts at the start.
    pub accounts: u32,
    /// Phones at the start.
    pub phones: u32,
    /// Policy time runs so many times faster.
    pub scale: u32,
    /// Its phones are real: the hard limits hold.
    pub live: bool,
    /// The settings at the start.
    pub settings: Settings,
    /// Steps before the faults are taken away.
    pub steps: u32,
    /// Live tasks the operators keep it at, about.
    pub tasks: usize,
    /// One act in so many is a comment.
    pub comments: u32,
    /// An account may use one phone only.
    pub bound: u32,
    /// An account is missing on a phone.
    pub absent: u32,
    /// Most inputs taken into one transaction.
    pub batch: u32,
    /// The engine is killed at one of the points of a turn.
    pub kill: u32,
    /// The disk fills up at a commit.
    pub full: u32,
    /// A cable is pulled.
    pub unplug: u32,
    /// The multiplexer restarts: every cable seems pulled for a moment.
    pub mux: u32,
    /// A phone stops answering for a while.
    pub hang: u32,
    /// A time limit runs out although the phone is well.
    pub lost: u32,
    /// A reply is delivered a second time, later.
    pub duplicate: u32,
    /// A reply that nobody took arrives much later.
    pub late: u32,
    /// A quiet check comes to nothing.
    pub check_fails: u32,
    /// An act meets a rate limit, a challenge, no network, a crash, a missing element.
    pub screen: u32,
    /// The outcome of an act cannot be read.
    pub unreadable: u32,
    /// The app on a phone is updated, or set to another language.
    pub update: u32,
    /// The wall clock jumps.
    pub wall: u32,
    /// The computer sleeps, or nothing happens for a long time.
    pub sleep: u32,
    /// The computer starts anew.
    pub reboot: u32,
    /// The operator does something beside submitting.
    pub orders: u32,
    /// Tasks that wait for a time.
    pub not_before: u32,
    /// Tasks that name no account.
    pub blank: u32,
    /// The history cannot be read.
    pub history: u32,
    /// Settings and accounts have hours and limits of their own.
    pub policies: u32,
}

impl Swarm {
    /// Draws what a world is like.
    pub fn draw(random: &mut Random) -> Self {
        let steps = random.between(800, 4_000);
        let mut rate = |often: u32, seldom: u32| {
            if random.one_in(4) {
                return 0;
            }
            let spread = u32::BITS - (seldom / often).leading_zeros();
            let scaled = often << random.below(spread);
            random.between(scaled, scaled * 2)
        };
        let (kill, full, unplug) = (rate(20, 600), rate(20, 600), rate(60, 1_500));
        let (mux, hang, lost) = (rate(200, 3_000), rate(40, 1_000), rate(40, 1_000));
        let (duplicate, late, check_fails) = (rate(4, 60), rate(2, 8), rate(2, 16));
        let (screen, unreadable) = (rate(4, 60), rate(8, 60));
        let (wall, sleep, reboot) = (rate(50, 1_500), rate(60, 1_500), rate(300, 3_000));
        let (orders, not_before, blank) = (rate(10, 200), rate(3, 20), rate(2, 10));
        let update = rate(40, 1_000);
        let (history, comments) = (rate(20, 200), rate(3, 8));
        let policies = rate(2, 8);
        let (bound, absent) = (rate(2, 8), rate(4, 16));
        let live = random.one_in(2);
        Self {
            accounts: random.between(2, 4),
            phones: random.between(1, 3),
            scale: if random.one_in(6) {
                random.between(2, 60)
            } else {
                1
            },
            live,
            settings: settings(random, live, policies),
            steps,
            tasks: random.between(2, 12) as usize,
            batch: if random.one_in(3) {
                1
            } else {
                random.between(2, 6)
            },
            comments,
            bound,
            absent,
            kill,
            full,
            unplug,
            mux,
            hang,
            lost,
            duplicate,
            late,
            check_fails,
            screen,
            unreadable,
            update,
            wall,
            sleep,
            reboot,
            orders,
            not_before,
            blank,
            history,
            policies,
        }
    }

    /// The same world with nothing going wrong any more.
    pub fn calm(&self) -> Self {
        Self {
            kill: 0,
            full: 0,
            unplug: 0,
            mux: 0,
            hang: 0,
            lost: 0,
            duplicate: 0,
            late: 0,
            check_fails: 0,
            screen: 0,
            unreadable: 0,
            update: 0,
            wall: 0,
            sleep: 0,
            reboot: 0,
            orders: 0,
            history: 0,
            ..self.clone()
        }
    }
}

/// Draws settings: sometimes the live ones, sometimes tight ones, sometimes hardly any.
pub fn settings(random: &mut Random, live: bool, policies: u32) -> Settings {
    let drawn = match random.below(4) {
        0 => Settings::live(),
        1 => Settings::simulated(),
        _ => {
            let mut most = || match random.below(4) {
                0 => None,
                _ => Some(u16::try_from(random.between(1, 6)).unwrap_or(1)),
            };
            Settings {
                per_day: [most(), most(), most()],
                accounts_per_target: most(),
                text_uses_per_day: most(),
                act_gap_ms: u64::from(random.below(4)) * 7_000,
                rate_limit_steps_ms: [30_000, 60_000, 90_000, 120_000],
                cooldown_after_consecutive: u8::try_from(random.between(1, 7)).unwrap_or(3),
                cooldown_ms: u64::from(random.between(100_000, 900_000)),
                ..Settings::simulated()
            }
        }
    };
    Settings {
        hours: if random.one_in(policies) {
            hours(random)
        } else {
            Hours::default()
        },
        jitter: random.one_in(2).then(|| u64::from(random.below(u32::MAX))),
        live,
        ..drawn
    }
}

/// Windows of some hours, in a place whose clocks may be set soon.
fn hours(random: &mut Random) -> Hours {
    let mut week = || {
        let windows = (0..random.between(1, 12)).map(|_| {
            let (from, length) = (random.below(10_080), random.between(1, 1_200));
            (number(from), number(length))
        });
        Week::new(windows)
    };
    let rotas = vec![week(), week()];
    let change = EPOCH + i64::from(random.below(100_000_000));
    let zone = Zone {
        offset_s: 3_600,
        changes: vec![(change, if random.one_in(2) { 7_200 } else { 0 })],
    };
    Hours { rotas, zone }
}

fn number(value: u32) -> u16 {
    u16::try_from(value).unwrap_or(0)
}

/// Draws what an account keeps beside the settings.
pub fn limits(random: &mut Random) -> Limits {
    let mut most = || {
        let set = random.one_in(2);
        set.then(|| number(random.between(1, 6)))
    };
    Limits {
        per_day: [most(), most(), most()],
        act_gap_ms: random.one_in(2).then(|| u64::from(random.below(30_000))),
    }
}
