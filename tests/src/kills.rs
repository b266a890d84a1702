//! Killing the engine at seeded moments, and telling where the kills fell.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::books::{Attempt, Books};
use crate::clock::{let_pass, now, within};
use crate::list::List;
use crate::program::{Ended, Killed, PATIENCE, Running};
use crate::random::Random;
use crate::tail::Tail;
use crate::verdict::Violation;
use crate::witness::{Line, Request, Witness};

/// A request that takes longer than this hangs, in ns.
const HANGS_NS: u64 = 200_000_000;

/// When the engine is killed, counted from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// So long after its start, whatever it does: while it opens, or while it recovers from the
    /// kill before.
    Opening(Duration),
    /// So long after the phones saw so many acts.
    Working(u64, Duration),
    /// When the phones have just seen this act, and its answer is still held back.
    AfterAct(u64),
    /// When this double tap has just reached a phone.
    IntoAct(u64),
    /// When a phone has just been asked for the control of an act, so often: the act is durable as
    /// intended by then.
    TowardsAct(u64),
    /// After so many acts, when a phone hangs in the middle of a request, which will outlive the
    /// engine.
    Hanging(u64),
}

impl When {
    /// A moment by chance. Most leave time for a few acts, or later kills would hit the same task
    /// until it may not be tried again.
    pub fn by_chance(random: &mut Random) -> Self {
        let ms = |random: &mut Random, most| Duration::from_millis(random.between(0, most));
        let acts = random.between(4, 14);
        match random.between(1, 14) {
            1 => Self::Opening(ms(random, 300)),
            2..=5 => Self::Working(acts, ms(random, 400)),
            6 | 7 => Self::AfterAct(acts),
            8 | 9 => Self::IntoAct(acts),
            10..=12 => Self::TowardsAct(acts),
            _ => Self::Hanging(acts),
        }
    }
}

/// Whether no task is so worn that one more kill could leave it to a person: three retries are all
/// it has, and that is right, but these runs are to complete.
fn may_be_killed(data: &Path) -> bool {
    let worn = "SELECT count(*) FROM tasks WHERE status = 'queued' AND
        (SELECT count(*) FROM tries WHERE tries.task_id = tasks.task_id) >= 3";
    // An engine that is only just opening has no such table.
    let count = Connection::open_with_flags(
        data.join("signalbox.db"),
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .and_then(|connection| connection.query_row(worn, [], |row| row.get(0)));
    count.unwrap_or(0) == 0
}

/// Waits for the moment; none when the engine ended before it. `data` is its data directory.
pub fn wait(when: When, engine: &mut Running, tail: &mut Tail, data: &Path) -> Option<Ended> {
    let (most, rest) = match when {
        When::Opening(rest) => (0, rest),
        When::Working(acts, rest) => (acts, rest),
        When::AfterAct(times)
        | When::IntoAct(times)
        | When::TowardsAct(times)
        | When::Hanging(times) => (times, Duration::ZERO),
    };
    let counts = |line: &Line| match when {
        When::Opening(_) => false,
        When::Working(..) | When::AfterAct(_) | When::Hanging(_) => {
            matches!(line.effect.as_deref(), Some("follow" | "like"))
        }
        When::IntoAct(_) => line.event == "begin" && line.request.ends_with("/doubleTap"),
        When::TowardsAct(_) => {
            let asked = line.event == "begin" && line.request == "POST /session/…/element";
            asked && line.subject.is_some()
        }
    };
    let (mut seen, mut passed) = (0, false);
    let mut open: BTreeMap<u64, u64> = BTreeMap::new();
    let ended = within(PATIENCE, || {
        let lines = tail.lines();
        let new = lines.iter().filter(|line| counts(line)).count() as u64;
        seen += new;
        for line in lines {
            match line.event.as_str() {
                "begin" => open.insert(line.seq, line.t),
                _ => open.remove(&line.seq),
            };
        }
        let now = match when {
            When::Opening(_) | When::Working(..) => true,
            When::AfterAct(_) | When::IntoAct(_) | When::TowardsAct(_) => new > 0,
            When::Hanging(_) => {
                let long_ago = now().monotonic_ns.saturating_sub(HANGS_NS);
                open.values().any(|began| *began < long_ago)
            }
        };
        let there = seen >= most && now;
        if there && !passed {
            let_pass(rest);
            passed = true;
        }
        let there = there && may_be_killed(data);
        engine.ended().map(Some).or(there.then_some(None))
    });
    ended.unwrap_or_else(|| panic!("{when:?} did not come within {PATIENCE:?}"))
}

/// What a kill did to an attempt that it cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hit {
    /// It was at no act.
    Looking,
    /// An act was durable as intended, and had not reached the phone, or never did.
    BeforeAct,
    /// A phone was at it.
    InAct,
    /// It had happened, and that was not durable yet.
    AfterAct,
}

/// How many kills fell where. One kill cuts off an attempt on each phone, so it counts for several.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    kills: u32,
    by_hit: BTreeMap<Hit, u32>,
    /// Kills that cut off nothing: the engine was opening, recovering, or had nothing to do.
    idle: u32,
}

impl Hits {
    /// Counts what the kills of one run cut off.
    pub fn count(&mut self, kills: &[Killed], witness: &Witness, books: &Books, list: &List) {
        for kill in kills {
            let hits: BTreeSet<Hit> = cut_off(kill, books)
                .map(|attempt| hit_attempt(kill, attempt, witness, books, list))
                .collect();
            self.kills += 1;
            self.idle += u32::from(hits.is_empty());
            for hit in hits {
                *self.by_hit.entry(hit).or_default() += 1;
            }
        }
    }

    /// The share of the kills that fell there, in percent.
    pub fn share(&self, hit: Hit) -> f64 {
        let there = self.by_hit.get(&hit).copied().unwrap_or_default();
        f64::from(there) * 100.0 / f64::from(self.kills.max(1))
    }
}

impl fmt::Display for Hits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} kills:", self.kills)?;
        let names = [
            (Hit::BeforeAct, "between commit and act"),
            (Hit::InAct, "inside an act"),
            (Hit::AfterAct, "between act and commit"),
            (Hit::Looking, "elsewhere in an attempt"),
        ];
        for (hit, name) in names {
            write!(f, " {:.0} % {name},", self.share(hit))?;
        }
        write!(f, " {} with nothing running", self.idle)
    }
}

/// The attempts that were under way when the engine was gone.
fn cut_off<'a>(kill: &Killed, books: &'a Books) -> impl Iterator<Item = &'a Attempt> {
    let gone = kill.gone.wall_ms;
    let attempts = books.attempts.iter();
    attempts.filter(move |it| it.started <= gone && it.ended.is_none_or(|ended| ended > gone))
}

/// Judges what became of the attempts that were cut off: `untold_kill`, unless each is recorded as
/// interrupted by the restart, with its phone proven quiet after that.
pub fn judge(kills: &[Killed], books: &Books) -> Vec<Violation> {
    let cut = kills.iter().flat_map(|kill| cut_off(kill, books));
    let wrong = cut.filter(|attempt| {
        let told = attempt.ending.as_deref() == Some("interrupted")
            && attempt.doubt.as_deref() == Some("engine_restarted");
        !told || attempt.quiet < attempt.ended
    });
    let wrong = wrong.map(|attempt| Violation {
        rule: "untold_kill",
        what: format!("{attempt:?}"),
    });
    wrong.collect()
}

fn hit_attempt(
    kill: &Killed,
    attempt: &Attempt,
    witness: &Witness,
    books: &Books,
    list: &List,
) -> Hit {
    let told = |step: i64| {
        let mut rows = books.interactions.iter();
        rows.any(|row| row.attempt == attempt.number && row.step == step)
    };
    let intents = books.intents.iter();
    let mut open = intents.filter(|it| it.attempt == attempt.number && !told(it.step));
    let Some(intent) = open.next() else {
        return Hit::Looking;
    };
    let handle = list
        .account_of(&attempt.account)
        .map(|it| it.handle.as_str());
    let meant = |act: &&Request| {
        act.effect.as_deref() == Some(&intent.act)
            && act.after.subject.as_deref() == Some(&intent.target)
            && act.after.account.as_deref() == handle
    };
    let at = kill.before.monotonic_ns;
    match witness.acts().into_iter().find(meant) {
        Some(act) if act.ended.is_some_and(|ended| ended <= at) => Hit::AfterAct,
        Some(act) if act.began <= at => Hit::InAct,
        _ => Hit::BeforeAct,
    }
}
