//! Runs the simulator from a terminal.
//!
//! ```text
//! simulation [--seed N] [--steps N] [--jobs N]        many worlds; exit 1 on a broken promise
//! simulation --seed N --world N [--bug NAME]          one world again, with its last events
//! simulation hunt [--seeds N] [--steps N] [--bug NAME]  planted builds: finds every planted bug
//! ```

use std::process::ExitCode;

use signalbox_measure::Stopwatch;
use signalbox_scheduler::Bug;
use signalbox_simulation::hunt::{hunt, is_planted_build, plant};
use signalbox_simulation::run::{Failure, replay, run};
use signalbox_simulation::world::Tally;

/// What was asked for.
#[derive(Debug, Clone)]
struct Asked {
    hunt: bool,
    seed: u64,
    seeds: u32,
    steps: Option<u64>,
    world: Option<u64>,
    jobs: u64,
    bug: Option<Bug>,
}

const USAGE: &str = "usage: simulation [hunt] [--seed N] [--steps N] [--jobs N] [--world N] \
                     [--seeds N] [--bug NAME]";

fn main() -> ExitCode {
    let asked = match parse(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(what) => {
            eprintln!("{what}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if (asked.hunt || asked.bug.is_some()) && !is_planted_build() {
        eprintln!("This build has no planted bugs: build it with RUSTFLAGS=\"--cfg planted\".");
        return ExitCode::from(2);
    }
    let well = match asked.world {
        Some(world) => again(&asked, world),
        None if asked.hunt => hunt_all(&asked),
        None => many(&asked),
    };
    if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut asked = Asked {
        hunt: false,
        seed: 1,
        seeds: 11,
        steps: None,
        world: None,
        jobs: 0,
        bug: None,
    };
    while let Some(word) = words.next() {
        if word == "hunt" {
            asked.hunt = true;
            continue;
        }
        let value = words.next().ok_or(format!("{word} needs a value"))?;
        let number = value.replace('_', "").parse::<u64>();
        let number = number.map_err(|_| format!("{word} needs a number, not {value}"));
        match word.as_str() {
            "--seed" => asked.seed = number?,
            "--seeds" => asked.seeds = u32::try_from(number?).map_err(|it| it.to_string())?,
            "--steps" => asked.steps = Some(number?),
            "--world" => asked.world = Some(number?),
            "--jobs" => asked.jobs = number?,
            "--bug" => asked.bug = Some(bug_of(&value)?),
            _ => return Err(format!("{word} is not known")),
        }
    }
    Ok(asked)
}

fn bug_of(name: &str) -> Result<Bug, String> {
    let named = |bug: &Bug| format!("{bug:?}").eq_ignore_ascii_case(name);
    Bug::ALL
        .into_iter()
        .find(named)
        .ok_or(format!("no planted bug is called {name}"))
}

/// Runs worlds on every core and prints one line.
fn many(asked: &Asked) -> bool {
    plant(asked.bug);
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let jobs = if asked.jobs == 0 {
        cores.min(16)
    } else {
        asked.jobs
    };
    let steps = asked.steps.unwrap_or(5_000_000);
    let watch = Stopwatch::start();
    let ended: Vec<(Tally, Option<Box<Failure>>)> = std::thread::scope(|scope| {
        let job = |job: u64| {
            let mut tally = Tally::default();
            let first = job << 32;
            let failure = run(asked.seed, first, steps.div_ceil(jobs), &mut tally).err();
            (tally, failure)
        };
        let running: Vec<_> = (0..jobs).map(|no| scope.spawn(move || job(no))).collect();
        running
            .into_iter()
            .filter_map(|it| it.join().ok())
            .collect()
    });
    let mut tally = Tally::default();
    for (part, _) in &ended {
        tally.add(part);
    }
    let failures: Vec<_> = ended
        .into_iter()
        .filter_map(|(_, failure)| failure)
        .collect();
    println!(
        "{tally}, {} violations, seed {}, {:.1} s",
        failures.len(),
        asked.seed,
        watch.elapsed().as_secs_f64()
    );
    for failure in &failures {
        tell(failure);
    }
    failures.is_empty() && tally.steps >= steps
}

fn tell(failure: &Failure) {
    let (events, _) = replay(failure.seed, failure.world);
    println!(
        "---- last events of world {} of seed {}",
        failure.world, failure.seed
    );
    for event in events {
        println!("{event}");
    }
    println!(
        "{} broken after {} steps: {}\nagain: simulation --seed {} --world {}",
        failure.violation.promise,
        failure.steps,
        failure.violation.what,
        failure.seed,
        failure.world
    );
}

fn again(asked: &Asked, world: u64) -> bool {
    plant(asked.bug);
    let (events, broken) = replay(asked.seed, world);
    for event in events {
        println!("{event}");
    }
    match &broken {
        Some(violation) => println!("{} broken: {}", violation.promise, violation.what),
        None => println!("no promise was broken"),
    }
    broken.is_none()
}

fn hunt_all(asked: &Asked) -> bool {
    let bound = asked.steps.unwrap_or(2_000_000);
    let watch = Stopwatch::start();
    let mut all = true;
    for bug in Bug::ALL
        .into_iter()
        .filter(|bug| asked.bug.is_none_or(|only| only == *bug))
    {
        let found = hunt(bug, asked.seeds, bound);
        all &= found.missed == 0;
        let median = found
            .median()
            .map_or("not found".to_owned(), |steps| steps.to_string());
        let seen = found
            .first
            .as_ref()
            .map_or("", |failure| failure.violation.promise);
        println!(
            "{:24} median {median:>9} steps, {} of {} seeds, first seen as {seen}",
            format!("{bug:?}"),
            found.steps.len(),
            asked.seeds
        );
    }
    println!("{:.1} s", watch.elapsed().as_secs_f64());
    all
}
