//! The core alone with 100,000 accounts and a million waiting tasks: where a task stands in line,
//! taking one out, the metrics, and work that goes on, each beside the plainest thing that could
//! answer the same (`core/plain.rs`).
//!
//! Memory is measured in processes of their own, so that the most each held is its own too.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot be set up has no figure"
)]

#[path = "core/desk.rs"]
mod desk;
#[path = "core/plain.rs"]
mod plain;

use std::hint::black_box;
use std::process::Command;

use signalbox_measure::{
    Goal, MIB, Pairs, Row, Spread, Stopwatch, in_turn, peak_bytes, resident_bytes,
};
use signalbox_scheduler::{AccountNo, TaskId};

use desk::{Desk, Tasks};
use plain::Plain;

/// Waiting tasks.
const TASKS: usize = 1_000_000;
/// Accounts they are spread over.
const ACCOUNTS: usize = 100_000;
/// Accounts whose lines are as long as lines may be.
const FULL_LINES: usize = 100;
/// Accounts and tasks of a desk at work, which the caches hold.
const FEW_ACCOUNTS: usize = 100;
const FEW_TASKS: usize = 10_000;
/// Operations timed at once.
const TIMED: usize = 20_000;
/// Counted runs.
const RUNS: usize = 7;
/// Names what a process is to hold in memory.
const HOLD: &str = "CORE_HOLDS";

fn main() {
    if let Ok(what) = std::env::var(HOLD) {
        return hold(&what);
    }
    let parts: [(&str, fn()); 8] = [
        ("position", || positions(ACCOUNTS)),
        ("position", || positions(FULL_LINES)),
        ("cancel", || cancels(ACCOUNTS)),
        ("cancel", || cancels(FULL_LINES)),
        ("metrics", metrics),
        ("cycle", || cycles(ACCOUNTS, TASKS)),
        ("warm", || cycles(FEW_ACCOUNTS, FEW_TASKS)),
        ("import", import),
    ];
    // All of them, or the one that is named: `cargo bench --bench core -- cycle`.
    let named = std::env::args().skip(1).find(|it| !it.starts_with('-'));
    for (_, part) in parts
        .iter()
        .filter(|(name, _)| named.as_deref().is_none_or(|named| named == *name))
    {
        part();
    }
    if named.is_none() {
        memory();
    }
}

/// Time of one of `TIMED` operations, in units of 1/`per_second` s.
fn each(per_second: f64, watch: Stopwatch) -> f64 {
    watch.elapsed().as_secs_f64() * per_second / TIMED as f64
}

fn row(what: String, unit: &str, beside: &str, pairs: &Pairs) -> Row {
    Row::new(what, unit, pairs.ours())
        .beside(beside, pairs.other())
        .ratio(pairs.ratio())
}

fn positions(accounts: usize) {
    let mut tasks = Tasks::new(accounts);
    let (desk, plain) = (Desk::with(&mut tasks, TASKS), Plain::with(&tasks));
    let (mut ids, mut same) = (tasks.draws(), tasks.draws());
    let pairs = in_turn(
        RUNS,
        || {
            let ids = ids.next().unwrap();
            let watch = Stopwatch::start();
            for (id, _) in &ids {
                black_box(desk.state.position(*id).unwrap());
            }
            each(1e6, watch)
        },
        || {
            let ids = same.next().unwrap();
            let watch = Stopwatch::start();
            for (id, _) in &ids {
                black_box(plain.position(*id).unwrap());
            }
            each(1e6, watch)
        },
    );
    let what = format!("place in line, a million waiting, {accounts} accounts");
    row(what, "µs", "a map, and a walk along the line", &pairs)
        .goal(Goal::AtMost(5.0))
        .print();
}

fn cancels(accounts: usize) {
    let mut tasks = Tasks::new(accounts);
    let (mut desk, mut plain) = (Desk::with(&mut tasks, TASKS), Plain::with(&tasks));
    let (mut ids, mut same) = (tasks.draws(), tasks.draws());
    let pairs = in_turn(
        RUNS,
        || {
            let ids = ids.next().unwrap();
            let watch = Stopwatch::start();
            for (id, _) in &ids {
                desk.cancel(*id);
            }
            let each = each(1e6, watch);
            // What was taken out comes back, at the tail: each run finds a million.
            desk.submit(&ids);
            assert_eq!(desk.state.counts().tasks_waiting, TASKS as u64);
            each
        },
        || {
            let ids = same.next().unwrap();
            let watch = Stopwatch::start();
            for (id, _) in &ids {
                plain.remove(*id).unwrap();
            }
            let each = each(1e6, watch);
            plain.add(&ids);
            each
        },
    );
    let what = format!("cancel, a million waiting, {accounts} accounts");
    row(what, "µs", "a map, and a walk along the line", &pairs)
        .goal(Goal::AtMost(5.0))
        .print();
}

fn metrics() {
    let mut tasks = Tasks::new(ACCOUNTS);
    let desk = Desk::with(&mut tasks, TASKS);
    let pairs = in_turn(
        RUNS,
        || {
            let watch = Stopwatch::start();
            for _ in 0..TIMED {
                black_box(black_box(&desk.state).counts());
            }
            each(1e9, watch)
        },
        || {
            let watch = Stopwatch::start();
            let waits = |account: &usize| {
                let account = AccountNo(u32::try_from(*account).unwrap());
                desk.state.account(account).unwrap().waiting() > 0
            };
            black_box((0..ACCOUNTS).filter(waits).count());
            watch.elapsed().as_secs_f64() * 1e9
        },
    );
    let what = "all metrics, a million waiting".to_owned();
    row(what, "ns", "looking at each account", &pairs)
        .goal(Goal::AtMost(1_000.0))
        .print();
}

/// An attempt ends, the next starts on its phone, and the account gets another task.
fn cycles(accounts: usize, waiting: usize) {
    let mut tasks = Tasks::new(accounts);
    let mut desk = Desk::with(&mut tasks, waiting);
    let mut plain = Plain::with(&tasks);
    desk.connect(16);
    let (mut ours, mut theirs) = (tasks.news(), tasks.news());
    let pairs = in_turn(
        RUNS,
        || {
            let ids: Vec<TaskId> = ours.by_ref().take(TIMED).collect();
            let watch = Stopwatch::start();
            for id in ids {
                desk.cycle(id);
            }
            each(1e6, watch)
        },
        || {
            let ids: Vec<TaskId> = theirs.by_ref().take(TIMED).collect();
            let watch = Stopwatch::start();
            for id in ids {
                plain.cycle(id);
            }
            each(1e6, watch)
        },
    );
    let what = format!("end, next start, submit, {waiting} waiting, {accounts} accounts");
    row(what, "µs", "maps and queues without rules", &pairs).print();
}

/// A list of one task and one new account, beside a copy of everything to try it on.
fn import() {
    let mut tasks = Tasks::new(ACCOUNTS);
    let mut desk = Desk::with(&mut tasks, TASKS);
    let copied = desk.state.clone();
    let mut news = tasks.news();
    let pairs = in_turn(
        RUNS,
        || {
            let id = news.next().unwrap();
            let watch = Stopwatch::start();
            desk.import(id);
            watch.elapsed().as_secs_f64() * 1e6
        },
        || {
            let watch = Stopwatch::start();
            black_box(copied.clone());
            watch.elapsed().as_secs_f64() * 1e6
        },
    );
    let what = "a list of one task, a million waiting".to_owned();
    row(what, "µs", "a copy of the state", &pairs).print();
}

fn memory() {
    let run = |what: &str| {
        let program = std::env::current_exe().unwrap();
        let output = Command::new(program).env(HOLD, what).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.trim().parse::<f64>().unwrap()
    };
    let pairs = in_turn(3, || run("core"), || run("plain"));
    let what = format!("memory a waiting task at most, {ACCOUNTS} accounts");
    row(
        what,
        "bytes",
        "a map of them and a queue an account",
        &pairs,
    )
    .print();
    let whole = |value: f64| value * TASKS as f64 / MIB;
    let Spread { median, low, high } = pairs.ours();
    let all = Spread {
        median: whole(median),
        low: whole(low),
        high: whole(high),
    };
    Row::new("memory of a million waiting tasks", "MiB", all).print();
}

/// Prints how many bytes a task takes at most while a million are accepted.
fn hold(what: &str) {
    let mut tasks = Tasks::new(ACCOUNTS);
    let before;
    match what {
        "plain" => {
            let mut plain = Plain::with(&tasks);
            before = resident_bytes().unwrap();
            while let Some(some) = tasks.some(TASKS) {
                plain.add(&some);
            }
            black_box(plain);
        }
        _ => {
            let mut desk = Desk::with(&mut tasks, 0);
            before = resident_bytes().unwrap();
            while let Some(some) = tasks.some(TASKS) {
                desk.submit(&some);
            }
            black_box(desk);
        }
    }
    let most = peak_bytes().unwrap();
    println!("{}", (most - before) as f64 / TASKS as f64);
}
