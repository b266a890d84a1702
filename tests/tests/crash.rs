//! The engine is killed at seeded moments and started again with the same command; the phones live
//! on. `KILLS=200` kills it so often (5 where nothing is said), `SEED=…` repeats a run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use signalbox_tests::books::{Books, csv};
use signalbox_tests::clock::timed;
use signalbox_tests::kills::{self, Hit, Hits, When, wait};
use signalbox_tests::list::List;
use signalbox_tests::place::{Job, Place};
use signalbox_tests::program::{Ended, Killed};
use signalbox_tests::random::Random;
use signalbox_tests::tail::Tail;
use signalbox_tests::verdict::{expect_clean, judge};
use signalbox_tests::witness::Witness;

/// With this seed the first five kills are of five kinds, and the one that falls into the recovery
/// comes while a phone still hangs from before.
const SEED: u64 = 1_393;

/// Kills in one run of the list: more would find too little left of it.
const KILLS_A_RUN: u64 = 20;

/// Every act's answer comes a little late, so that kills fall between act and commit; a few are
/// held so long, or hang so long, that they outlive an engine.
const SCENARIO: &str = r#"
[[fault]]
kind = "late_reply"
effect = "like"
nth = 1
times = 100000
for = "25ms"
[[fault]]
kind = "late_reply"
effect = "follow"
nth = 1
times = 100000
for = "25ms"
[[fault]]
kind = "late_reply"
effect = "follow"
nth = 6
times = 3
for = "2s"
[[fault]]
kind = "late_reply"
phone = 2
effect = "like"
nth = 5
times = 2
for = "3s"
[[fault]]
kind = "wda_hang"
phone = 1
effect = "like"
nth = 9
for = "2s"
"#;

/// How many commands a phone answers before each time that it hangs in the middle of one.
const HANGS: [u32; 4] = [150, 450, 750, 1_050];

fn scenario() -> String {
    let hang =
        |nth: &u32| format!("[[fault]]\nkind = \"wda_hang\"\nnth = {nth}\nfor = \"1500ms\"\n");
    let hangs: String = HANGS.iter().map(hang).collect();
    format!("{SCENARIO}{hangs}")
}

fn number(variable: &str, default: u64) -> u64 {
    let text = std::env::var(variable).ok();
    text.map_or(default, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is no number"))
    })
}

/// Runs the list, killing the engine at most so often and starting it again; the kills, and the end
/// of the last engine, which nobody killed.
fn run_and_kill(place: &Place, job: &Job, seed: u64, kills: u64) -> (Vec<Killed>, Ended) {
    let mut random = Random::new(seed);
    let log = place.path("witness.jsonl");
    let mut killed: Vec<Killed> = Vec::new();
    let mut phones = None;
    let mut accepted = false;
    for number in 1..=kills {
        let when = When::by_chance(&mut random);
        eprintln!("kill {number}: {when:?}");
        let mut tail = Tail::new(&log);
        let mut engine = place.start(place.command(job.clone()));
        let ended = wait(when, &mut engine, &mut tail, &place.path("data"));
        if let Some(ended) = ended {
            eprintln!("seed {seed}: done before kill {number} of {kills}");
            goes_on(accepted, &ended);
            return (killed, ended);
        }
        let before = place.phones_process("data");
        let kill = engine.kill();
        assert_eq!(kill.ended.signal, Some(9), "{}", kill.ended.told());
        goes_on(accepted, &kill.ended);
        accepted |= kill.ended.stderr.contains("tasks accepted");
        killed.push(kill);
        let after = place.phones_process("data");
        let outlive = before.is_none() || before == after;
        assert!(outlive, "the phones outlive the engine");
        let found = phones.is_none() || phones == after;
        assert!(found, "the next engine finds the same phones");
        phones = after;
    }
    let ended = place.run(job.clone());
    goes_on(accepted, &ended);
    (killed, ended)
}

/// One run of the whole list with at most so many kills; how many there were.
fn run(seed: u64, kills: u64, hits: &mut Hits) -> u64 {
    let place = Place::new();
    let list = List::examples();
    let job = Job::examples(&place)
        .simulated(&place, 4, 3)
        .scenario(&place, &scenario());
    let (killed, ended) = run_and_kill(&place, &job, seed, kills);
    let ended = ended.expect_code(0);
    let completed = ended.stdout.starts_with("240 of 240 tasks completed");
    assert!(completed, "{}", ended.told());

    let witness = Witness::read(&place.path("witness.jsonl"));
    let books = Books::read(&place.path("data"));
    hits.count(&killed, &witness, &books, &list);
    expect_clean(&judge(&witness, &books, &list));
    expect_clean(&kills::judge(&killed, &books));
    let (_, rows) = csv(&place.read("out.csv"));
    assert_eq!(rows, books.csv_rows(false));

    let outlived = witness.requests.iter().filter(|request| {
        let at = request.began..request.ended.unwrap_or(u64::MAX);
        let mut kills = killed.iter();
        kills.any(|kill| at.contains(&kill.gone.monotonic_ns))
    });
    let retried = books.tasks.iter().filter(|task| task.retry_marks > 0);
    eprintln!(
        "seed {seed}: {} kills, {} requests outlived one, {} attempts, {} tasks retried, {} acts",
        killed.len(),
        outlived.count(),
        books.attempts.len(),
        retried.count(),
        witness.acts().len()
    );
    assert!(!killed.is_empty(), "it was done before the first kill");
    killed.len() as u64
}

/// A list that was acknowledged is there after the kill, and is gone on with.
fn goes_on(accepted: bool, ended: &Ended) {
    if accepted {
        assert!(!ended.stderr.contains("tasks accepted"), "{}", ended.told());
    }
}

#[test]
fn killed_at_random_moments_it_goes_on_where_it_was() {
    let kills = number("KILLS", 5);
    let seed = number("SEED", SEED);
    let mut hits = Hits::default();
    let mut left = kills;
    let (runs, took) = timed(|| {
        let mut runs = 0;
        while left > 0 {
            left -= run(seed + runs, left.min(KILLS_A_RUN), &mut hits);
            runs += 1;
        }
        runs
    });
    eprintln!("{runs} runs in {:.0} s, {hits}", took.as_secs_f64());
    if kills >= 100 {
        for hit in [Hit::BeforeAct, Hit::InAct, Hit::AfterAct] {
            assert!(
                hits.share(hit) > 5.0,
                "too few kills fell there ({hit:?}): {hits}"
            );
        }
    }
}
