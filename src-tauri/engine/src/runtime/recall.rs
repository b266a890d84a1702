//! Memory as it was: the newest snapshot, the journal since, and what stands in tables alone.

use signalbox_scheduler::ids::IdMap;
use signalbox_scheduler::{Anchor, Settings};

use super::turn::{Memory, Specs};
use super::{Parts, durability};
use crate::directory::Directory;
use crate::store::{self, World, journal, settings};

/// Reads memory from what is durable.
pub(super) fn recall(parts: &Parts) -> store::Result<Memory> {
    let replayed = journal::replay(parts.store.connection(), base_settings(parts.world))?;
    let directory = Directory::load(parts.store.connection())?;
    let anchor = replayed
        .anchor
        .unwrap_or_else(|| Anchor::new(parts.clock.read()));
    Ok(Memory {
        state: replayed.state,
        directory,
        seq: replayed.seq,
        anchor,
        since_snapshot: replayed.records,
        specs: Specs::default(),
        started: IdMap::default(),
        chosen: durability::chosen(parts.store.connection())?,
        seed: settings::drawn(parts.store.connection())?.unwrap_or(0),
    })
}

/// What a data set begins with, before any journaled change.
pub(super) fn base_settings(world: World) -> Settings {
    match world {
        World::Simulated => Settings::simulated(),
        World::Live => Settings::live(),
    }
}
