//! Many worlds, one after another, and what to say when one breaks a promise.

use crate::random::world_seed;
use crate::witness::Violation;
use crate::world::{Tally, World};

/// A broken promise, with what is needed to see it again.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Seed of the run.
    pub seed: u64,
    /// Number of the world in it.
    pub world: u64,
    /// Steps of the run until then.
    pub steps: u64,
    /// What was broken.
    pub violation: Violation,
}

/// Runs worlds of a seed until so many steps were made.
///
/// # Errors
/// The first broken promise.
pub fn run(seed: u64, first: u64, steps: u64, tally: &mut Tally) -> Result<(), Box<Failure>> {
    let mut world = first;
    while tally.steps < steps {
        let before = tally.steps;
        let (done, broken) = one(world_seed(seed, world), false);
        tally.add(&done.tally());
        if let Some(violation) = broken {
            return Err(Box::new(Failure {
                seed,
                world,
                steps: before + done.tally().steps,
                violation,
            }));
        }
        world += 1;
    }
    Ok(())
}

/// One world from beginning to end.
fn one(seed: u64, traced: bool) -> (World, Option<Violation>) {
    let mut world = World::new(seed, traced);
    let begun = world.begin();
    let done = begun.and_then(|()| {
        for _ in 0..world.length() {
            world.step()?;
        }
        world.settle()
    });
    (world, done.err())
}

/// The last events of one world in words, and how it ended.
pub fn replay(seed: u64, world: u64) -> (Vec<String>, Option<Violation>) {
    let (world, broken) = one(world_seed(seed, world), true);
    (world.events().cloned().collect(), broken)
}
