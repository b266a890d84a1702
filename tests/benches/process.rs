//! The product's program as an operator meets it: how soon it answers, and what it costs while it
//! has nothing to do.
//!
//! A start counts from before the process is made until health was answered over HTTP, all four
//! phones attached. In turn with it `/bin/true`, the least that a process can be.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot be set up has no figure"
)]

use std::process::Command;
use std::time::Duration;

use signalbox_measure::{Goal, MIB, Process, Row, Spread, Stopwatch, in_turn};
use signalbox_tests::clock::{let_pass, wait_for};
use signalbox_tests::place::Place;
use signalbox_tests::serving::Serving;

/// Simulated phones.
const PHONES: u64 = 4;
/// Counted starts.
const STARTS: usize = 7;
/// Idle stretches, a minute in all.
const STRETCHES: usize = 3;
const STRETCH: Duration = Duration::from_secs(20);
/// Longer than phones need until they can work.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() {
    starts("a first start, which makes phones and data", Place::new);
    let place = Place::new();
    drop(serve(&place));
    starts("a start that finds its phones and its data", || &place);
    idle();
}

fn serve(place: &Place) -> Serving {
    let serving = Serving::start(place, &["--simulate", &PHONES.to_string()]);
    let health = serving.get("/api/system/health");
    assert_eq!(health.status, 200, "{}", health.body);
    serving
}

/// How soon the program answers in a place.
fn starts<P: std::borrow::Borrow<Place>>(what: &str, place: impl Fn() -> P) {
    let pairs = in_turn(
        STARTS,
        || {
            let place = place();
            let watch = Stopwatch::start();
            let serving = serve(place.borrow());
            let ms = watch.elapsed().as_secs_f64() * 1e3;
            let (status, said) = serving.stop();
            assert!(status.success(), "{said}");
            ms
        },
        || {
            let watch = Stopwatch::start();
            assert!(Command::new("/bin/true").status().unwrap().success());
            watch.elapsed().as_secs_f64() * 1e3
        },
    );
    Row::new(format!("{what}, to the first answer"), "ms", pairs.ours())
        .beside("/bin/true", pairs.other())
        .ratio(pairs.ratio())
        .print();
}

/// A minute with four phones that can work and no task, beside the process of those phones.
fn idle() {
    let place = Place::new();
    let serving = serve(&place);
    wait_for("phones that can work", PATIENCE, || {
        let ready = serving.get("/api/system/health").body["devices_ready"].as_u64();
        (ready == Some(PHONES)).then_some(())
    });
    let engine = Process::of(serving.process());
    let phones = place.phones_process("data").unwrap();
    let phones = Process::of(u32::try_from(phones).unwrap());
    let mut used = Vec::with_capacity(STRETCHES);
    for _ in 0..STRETCHES {
        let watch = Stopwatch::start();
        let before = (engine.cpu().unwrap(), phones.cpu().unwrap());
        let_pass(STRETCH);
        let after = (engine.cpu().unwrap(), phones.cpu().unwrap());
        let share = |used: Duration| used.as_secs_f64() * 100.0 / watch.elapsed().as_secs_f64();
        used.push((
            share(after.0.since(&before.0)),
            share(after.1.since(&before.1)),
        ));
    }
    let beside = "the phones' own process";
    let spread = |of: fn(&(f64, f64)) -> f64| Spread::of(used.iter().map(of).collect());
    Row::new("idle, 4 phones", "% of a core", spread(|it| it.0))
        .beside(beside, spread(|it| it.1))
        .goal(Goal::AtMost(0.5))
        .print();
    let mib = |bytes: Option<u64>| bytes.unwrap() as f64 / MIB;
    let one = |value: f64| Spread::of(vec![value]);
    let (now, most) = (mib(engine.resident_bytes()), mib(engine.peak_bytes()));
    let theirs = mib(phones.resident_bytes());
    Row::new("memory after that minute", "MiB", one(now))
        .beside(beside, one(theirs))
        .ratio(one(now / theirs))
        .print();
    Row::new("memory since its start at most", "MiB", one(most))
        .goal(Goal::AtMost(60.0 * 1e6 / MIB))
        .print();
}
