//! Figures of a run.

use std::fmt;

/// How often what happened, over all worlds of a run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    /// Steps made.
    pub steps: u64,
    /// Worlds that ended well.
    pub worlds: u64,
    /// Kills of the engine, reboots among them.
    pub crashes: u64,
    /// Commits that failed.
    pub full_disks: u64,
    /// Cables pulled, multiplexer restarts among them.
    pub unplugs: u64,
    /// Phones that hung.
    pub hangs: u64,
    /// Replies delivered twice or late.
    pub stale: u64,
    /// Jumps of the wall clock.
    pub jumps: u64,
    /// Sleeps.
    pub sleeps: u64,
    /// Reboots.
    pub reboots: u64,
    /// Attempts started.
    pub attempts: u64,
    /// Acts that took place.
    pub acts: u64,
    /// Looks for a comment that may have been sent before.
    pub looks: u64,
    /// Tasks accepted.
    pub tasks: u64,
    /// Imports accepted that brought accounts with them.
    pub imports: u64,
    /// Tasks that ended and were asked to be tried again.
    pub retries: u64,
    /// Accounts removed and added again.
    pub successions: u64,
    /// Histories of another program that were imported.
    pub histories: u64,
}

impl Tally {
    /// Adds the figures of another world.
    pub fn add(&mut self, other: &Self) {
        self.steps += other.steps;
        self.worlds += other.worlds;
        self.crashes += other.crashes;
        self.full_disks += other.full_disks;
        self.unplugs += other.unplugs;
        self.hangs += other.hangs;
        self.stale += other.stale;
        self.jumps += other.jumps;
        self.sleeps += other.sleeps;
        self.reboots += other.reboots;
        self.attempts += other.attempts;
        self.acts += other.acts;
        self.looks += other.looks;
        self.tasks += other.tasks;
        self.imports += other.imports;
        self.retries += other.retries;
        self.successions += other.successions;
        self.histories += other.histories;
    }
}

/// A number with its thousands apart.
fn apart(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} steps, {} worlds, {} tasks, {} imports, {} attempts, {} acts, {} crashes ({} reboots), {} full \
             disks, {} unplugs, {} hangs, {} stale replies, {} clock jumps, {} sleeps",
            apart(self.steps),
            apart(self.worlds),
            apart(self.tasks),
            apart(self.imports),
            apart(self.attempts),
            apart(self.acts),
            apart(self.crashes),
            apart(self.reboots),
            apart(self.full_disks),
            apart(self.unplugs),
            apart(self.hangs),
            apart(self.stale),
            apart(self.jumps),
            apart(self.sleeps)
        )
    }
}
