//! What readers see of memory: between two batches, so always what is durable.

use rusqlite::Connection;
use signalbox_scheduler::{AccountNo, Now, PhoneNo, State};
use std::collections::HashMap;

use super::durations::Durations;
use super::visits::Found;
use crate::directory::Directory;
use crate::settings::Chosen;
use crate::store::{Durability, World};

/// Everything true at one moment.
pub struct View<'v> {
    /// The core's state.
    pub state: &'v State,
    /// Names for its numbers.
    pub directory: &'v Directory,
    /// The tables (read only, please: the loop writes).
    pub connection: &'v Connection,
    /// The moment.
    pub now: Now,
    /// Simulated or live.
    pub world: World,
    /// How many times faster policy time runs.
    pub time_scale: u32,
    /// Why phones are not ready, as code and sentence.
    pub troubles: &'v HashMap<PhoneNo, (&'static str, String)>,
    /// What the apps on phones speak.
    pub languages: &'v HashMap<PhoneNo, String>,
    /// How the last look for an account came out, since the engine began.
    pub looks: &'v HashMap<AccountNo, Found>,
    /// Why phones that are to be looked at before they take a task could not be.
    pub unlooked: &'v HashMap<PhoneNo, String>,
    /// How long attempts took since the engine began.
    pub durations: &'v Durations,
    /// Nothing can be saved at the moment.
    pub disk_full: bool,
    /// Tables and core disagree: nothing starts.
    pub broken: bool,
    /// What is wrong with the file and what to do, one sentence; then it is `broken` too.
    pub damage: Option<&'v str>,
    /// The engine is ending: nothing starts.
    pub draining: bool,
    /// Number of the last journal row.
    pub rev: i64,
    /// What somebody set.
    pub chosen: &'v Chosen,
    /// How sure a commit is.
    pub durability: Durability,
    /// Since when this engine runs, wall time, ms since 1970 UTC.
    pub began: i64,
}
