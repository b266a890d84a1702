//! What changed, for those who watch: the ids of the last changes in their order, each with the
//! revision (number of the journal's row) it came with. Watchers keep a place and nothing else, so
//! that a slow one costs nothing; what it missed is told as a set, and beyond the ring it begins
//! anew. While nobody watches, a commit costs the few ids that are put down.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use signalbox_scheduler::{AccountNo, ListNo, PhoneNo, TaskId};
use tokio::sync::watch;

/// Ids kept; with their turns about 3 MiB.
const IDS_MAX: usize = 65_536;

/// One thing that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Changed {
    /// An account.
    Account(AccountNo),
    /// A phone.
    Phone(PhoneNo),
    /// A list, or how far it is.
    List(ListNo),
    /// A task that runs.
    Task(TaskId),
    /// A task ended, whose it was, and how it ended: nothing of it stays in memory.
    Ended(TaskId, AccountNo, Option<ListNo>, &'static str),
}

/// Where a watcher is: how many turns were put down before.
pub(crate) type Place = u64;

/// What changed behind a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Delta {
    /// The place it leads to.
    pub(crate) place: Place,
    /// What changed.
    pub(crate) changed: BTreeSet<Changed>,
}

#[derive(Debug, Default)]
struct Ring {
    /// Turns, oldest first: revision, and what changed.
    turns: VecDeque<(i64, Box<[Changed]>)>,
    /// Turns ever put down.
    place: Place,
    ids: usize,
    /// The revision up to which nothing is known any more.
    forgotten: i64,
}

/// Collects changes for watchers.
#[derive(Debug)]
pub struct Feed {
    place: watch::Sender<Place>,
    ring: Mutex<Ring>,
}

/// Wakes when something changed. It ends by being dropped.
#[derive(Debug)]
pub struct Watcher(watch::Receiver<Place>);

impl Default for Feed {
    fn default() -> Self {
        Self {
            place: watch::Sender::new(0),
            ring: Mutex::default(),
        }
    }
}

impl Feed {
    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The engine begins with this revision: of what was before, nothing is known.
    pub(super) fn begin(&self, rev: i64) {
        self.ring().forgotten = rev;
    }

    /// Called after each commit.
    pub(super) fn changed(&self, rev: i64, changed: BTreeSet<Changed>) {
        let mut ring = self.ring();
        let last = ring.turns.back().map_or(ring.forgotten, |(rev, _)| *rev);
        if changed.is_empty() && last == rev {
            return;
        }
        ring.put(rev, changed);
        let place = ring.place;
        drop(ring);
        self.place.send_replace(place);
    }

    /// Something changed that is in no table and no id: the disk, the file, the end.
    pub(super) fn stirred(&self, rev: i64) {
        let mut ring = self.ring();
        ring.put(rev, BTreeSet::new());
        let place = ring.place;
        drop(ring);
        self.place.send_replace(place);
    }

    /// Begins to watch.
    pub fn watch(&self) -> Watcher {
        Watcher(self.place.subscribe())
    }

    /// The place behind everything so far.
    pub(crate) fn here(&self) -> Place {
        self.ring().place
    }

    /// The place of somebody who has seen everything up to this revision; `None`: the ring does
    /// not reach so far back, or no such revision was.
    pub(crate) fn place_of(&self, rev: i64) -> Option<Place> {
        let ring = self.ring();
        let newest = ring.turns.back().map_or(ring.forgotten, |(rev, _)| *rev);
        if rev <= ring.forgotten || rev > newest {
            return None;
        }
        // What came with the same revision may have been missed, and is told twice rather.
        let before = ring.turns.iter().take_while(|(own, _)| *own < rev).count();
        Some(ring.first().saturating_add(before as u64))
    }

    /// What changed behind a place; `None`: the ring does not reach so far back.
    pub(crate) fn since(&self, place: Place) -> Option<Delta> {
        let ring = self.ring();
        let skip = usize::try_from(place.checked_sub(ring.first())?).ok()?;
        let turns = ring.turns.iter().skip(skip);
        Some(Delta {
            place: ring.place,
            changed: turns.flat_map(|(_, ids)| ids.iter().copied()).collect(),
        })
    }
}

impl Ring {
    /// The place of the oldest turn that is kept.
    fn first(&self) -> Place {
        self.place.saturating_sub(self.turns.len() as u64)
    }

    fn put(&mut self, rev: i64, changed: BTreeSet<Changed>) {
        // A turn weighs something also without ids.
        self.ids += changed.len() + 1;
        self.turns.push_back((rev, changed.into_iter().collect()));
        self.place += 1;
        while self.ids > IDS_MAX {
            let Some((rev, ids)) = self.turns.pop_front() else {
                break;
            };
            self.ids -= ids.len() + 1;
            self.forgotten = rev;
        }
    }
}

impl Watcher {
    /// Waits for a change; `None` once the engine has ended.
    pub async fn changed(&mut self) -> Option<()> {
        self.0.changed().await.ok()
    }

    /// The next wait ends at once.
    pub(crate) fn stir(&mut self) {
        self.0.mark_changed();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accounts(numbers: impl IntoIterator<Item = u32>) -> BTreeSet<Changed> {
        let numbers = numbers.into_iter();
        numbers.map(|no| Changed::Account(AccountNo(no))).collect()
    }

    #[test]
    fn what_changed_behind_a_place_is_told_once_and_whole() {
        let feed = Feed::default();
        feed.begin(4);
        feed.changed(5, accounts([1, 2]));
        let place = feed.here();
        feed.changed(6, accounts([2]));
        feed.changed(6, BTreeSet::new());
        feed.changed(7, accounts([2, 3]));
        let delta = feed.since(place).unwrap();
        assert_eq!(delta.changed, accounts([2, 3]));
        assert_eq!(feed.since(delta.place).unwrap().changed, BTreeSet::new());
    }

    #[test]
    fn a_revision_is_found_again_while_the_ring_reaches_it() {
        let feed = Feed::default();
        feed.begin(4);
        feed.changed(5, accounts([5]));
        feed.changed(9, accounts([9]));
        feed.stirred(9);
        let check = |rev, expected: Option<BTreeSet<Changed>>| {
            let delta = feed.place_of(rev).and_then(|place| feed.since(place));
            assert_eq!(delta.map(|it| it.changed), expected, "after {rev}");
        };
        check(3, None);
        check(4, None);
        check(5, Some(accounts([5, 9])));
        check(6, Some(accounts([9])));
        check(9, Some(accounts([9])));
        check(10, None);
    }

    #[test]
    fn who_is_further_behind_than_the_ring_reaches_is_told_so() {
        let feed = Feed::default();
        let place = feed.here();
        feed.changed(1, accounts([0]));
        assert!(feed.since(place).is_some());
        let most = u32::try_from(IDS_MAX).unwrap();
        for rev in 2..=most {
            feed.changed(rev.into(), accounts([rev]));
        }
        assert!(
            feed.since(place).is_none(),
            "nothing may be left out in silence"
        );
        assert!(feed.place_of(1).is_none());
        assert!(feed.ring().ids <= IDS_MAX);
        let near = feed.place_of(i64::from(most) - 1).unwrap();
        assert_eq!(
            feed.since(near).unwrap().changed,
            accounts([most - 1, most])
        );
    }
}
