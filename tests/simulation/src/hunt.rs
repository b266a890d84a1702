//! Planted bugs: how many steps it takes to find each (only in builds with `--cfg planted`).

use signalbox_scheduler::Bug;

use crate::run::{Failure, run};
use crate::world::Tally;

/// What became of the hunt for one bug.
#[derive(Debug)]
pub struct Found {
    /// The bug.
    pub bug: Bug,
    /// Steps it took, for each seed that found it, sorted.
    pub steps: Vec<u64>,
    /// Seeds that did not find it within the bound.
    pub missed: u32,
    /// What the first seed saw.
    pub first: Option<Failure>,
}

impl Found {
    /// The median number of steps; `None` if most seeds missed it.
    pub fn median(&self) -> Option<u64> {
        let seeds = self.steps.len() + self.missed as usize;
        self.steps.get(seeds / 2).copied()
    }
}

/// Looks for a planted bug with several seeds.
pub fn hunt(bug: Bug, seeds: u32, bound: u64) -> Found {
    plant(Some(bug));
    let mut found = Found {
        bug,
        steps: Vec::new(),
        missed: 0,
        first: None,
    };
    for seed in 1..=u64::from(seeds) {
        match run(seed, 0, bound, &mut Tally::default()) {
            Ok(()) => found.missed += 1,
            Err(failure) => {
                found.steps.push(failure.steps);
                found.first.get_or_insert(*failure);
            }
        }
    }
    plant(None);
    found.steps.sort_unstable();
    found
}

/// Whether this build can plant bugs.
pub const fn is_planted_build() -> bool {
    cfg!(planted)
}

/// Plants a bug, or none; nothing in a build that ships.
pub fn plant(bug: Option<Bug>) {
    #[cfg(planted)]
    signalbox_scheduler::planted::plant(bug);
    let _ = bug;
}
