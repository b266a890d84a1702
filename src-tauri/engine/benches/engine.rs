//! The whole engine with phones that have nothing to do, beside the raw floor of its disk.
//!
//! The floor is what no queue on SQLite can do without: the task's row written when it is
//! accepted, when it starts and when it ends, with prepared statements, in the engine's own table
//! with its key and indexes, in groups as large as the phones let the engine make them. The engine
//! does besides: journal, leases, attempts, the outcome's row, the decisions, and an
//! acknowledgement for each task.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot be set up has no figure"
)]

#[path = "engine/floor.rs"]
mod floor;
#[path = "engine/instant.rs"]
mod instant;
#[path = "engine/options.rs"]
mod options;

use std::time::Duration;

use signalbox_engine::store::Durability;
use signalbox_measure::{Goal, Row, in_turn, repeated};

/// Tasks of a run.
const TASKS: usize = 20_000;
/// Counted runs.
const RUNS: usize = 5;

/// One comparison.
struct Case {
    durability: Durability,
    phones: usize,
    accounts: usize,
    group: usize,
    goal: f64,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(place) = arguments.iter().position(|it| it == "one") {
        one(&arguments[place + 1..]);
        return;
    }
    let cases = [
        (Durability::Normal, 128, 100, 100, 0.5),
        (Durability::Normal, 128, 10_000, 100, 0.5),
        (Durability::Full, 16, 100, 16, 0.6),
        (Durability::Full, 16, 10_000, 16, 0.6),
    ];
    for (durability, phones, accounts, group, goal) in cases {
        against_floor(&Case {
            durability,
            phones,
            accounts,
            group,
            goal,
        });
    }
    many_accounts();
    beside_backups(Durability::Normal, 128);
    beside_backups(Durability::Full, 16);
    next_start(Durability::Normal);
    next_start(Durability::Full);
}

/// One run, as JSON, for who compares it with other programs: `one FULL|NORMAL PHONES ACCOUNTS TASKS
/// MS`. Each account has a submitter of its own, so that the order of its tasks is known; with tasks
/// that take time, what began and ended is printed as well.
fn one(arguments: &[String]) {
    let number = |place: usize| arguments[place].parse::<usize>().unwrap();
    let durability = [Durability::Full, Durability::Normal]
        .into_iter()
        .find(|durability| name(*durability) == arguments[0])
        .unwrap();
    let run = instant::run_load(instant::Load {
        durability,
        phones: number(1),
        accounts: number(2),
        tasks: number(3),
        submitters: number(2),
        own: true,
        work: Duration::from_millis(number(4) as u64),
        backups: false,
    });
    let per_second = run.per_second();
    let told = serde_json::json!({ "per_second": per_second, "events": run.events });
    println!("{told}");
}

fn name(durability: Durability) -> &'static str {
    match durability {
        Durability::Normal => "NORMAL",
        Durability::Full => "FULL",
    }
}

fn against_floor(case: &Case) {
    let pairs = in_turn(
        RUNS,
        || instant::run(case.durability, case.phones, case.accounts, TASKS).per_second(),
        || floor::run(case.durability, case.group, case.accounts, TASKS),
    );
    let (mode, phones, accounts) = (name(case.durability), case.phones, case.accounts);
    let what = format!("engine, {mode}, {phones} phones, {accounts} accounts");
    Row::new(what, "tasks/s", pairs.ours())
        .beside(format!("floor, groups of {}", case.group), pairs.other())
        .ratio(pairs.ratio())
        .goal(Goal::RatioAtLeast(case.goal))
        .print();
}

/// What a hundred times as many accounts cost.
fn many_accounts() {
    let seconds = |accounts| {
        let run = instant::run(Durability::Normal, 128, accounts, TASKS);
        1e6 / run.per_second()
    };
    let pairs = in_turn(RUNS, || seconds(10_000), || seconds(100));
    Row::new("a task, 10,000 accounts", "µs", pairs.ours())
        .beside("100 accounts", pairs.other())
        .ratio(pairs.ratio())
        .goal(Goal::RatioAtMost(1.5))
        .print();
}

/// What backups cost the engine while they are made, one after the other.
fn beside_backups(durability: Durability, phones: usize) {
    let run = |backups| {
        let load = instant::Load::instant(durability, phones, 100, TASKS);
        instant::run_load(instant::Load { backups, ..load }).per_second()
    };
    let pairs = in_turn(RUNS, || run(true), || run(false));
    let what = format!("engine beside backups, {}", name(durability));
    Row::new(what, "tasks/s", pairs.ours())
        .beside("without", pairs.other())
        .ratio(pairs.ratio())
        .print();
}

/// From an attempt's end to the next start on its phone, with as many phones as a desk has.
fn next_start(durability: Durability) {
    for (place, most) in [(0.50, 0.25), (0.99, 5.0)] {
        let figure = repeated(RUNS, || {
            let run = instant::run(durability, 4, 100, TASKS / 4);
            run.waited_ms(place)
        });
        let what = format!(
            "end → next start, {}, 4 phones, p{:.0}",
            name(durability),
            place * 100.0
        );
        let row = Row::new(what, "ms", figure);
        match durability {
            Durability::Normal => row.goal(Goal::AtMost(most)).print(),
            Durability::Full => row.print(),
        }
    }
}
