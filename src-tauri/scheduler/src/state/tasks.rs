//! All live tasks in little room: a million of them are 64 bytes each, and 11 to 21 more to be
//! found by their ids.
//!
//! Tasks lie in one vector and keep their place there, their *slot*, for as long as they live. The
//! index is a table of slots with open addressing (linear probing, nothing left behind by a
//! removal). An entry needs no key, since the task in the slot has it, but half a hash of it: only
//! the task that is looked for is fetched from memory then, not those that stand in its way. A map
//! by 128-bit ids would take 70 bytes a task for the same answers.

use super::task::Task;
use crate::ids::{TaskId, mix};

/// Where a task lies, while it lives.
pub(crate) type Slot = u32;

/// No slot: the end of the free ones, or an empty place of the index.
const NONE: Slot = Slot::MAX;
/// The smallest index that is not empty.
const INDEX_MIN: usize = 16;
/// Room for so many tasks is kept when the last one ends; more is given back.
const ROOM_KEPT: usize = 1_024;

/// One place of the index.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// The half of the id's hash that says where the search for it begins.
    hash: u32,
    slot: Slot,
}

const EMPTY: Entry = Entry {
    hash: 0,
    slot: NONE,
};

#[derive(Debug, Clone, Copy)]
enum Place {
    Live(Task),
    /// Free, with the next free one.
    Free(Slot),
}

const _: () = assert!(size_of::<Place>() == 64, "a million tasks have to fit");

/// All live tasks, by id and by slot.
#[derive(Debug, Clone)]
pub(crate) struct Tasks {
    places: Vec<Place>,
    /// The free place that is taken next.
    free: Slot,
    live: usize,
    /// As many as a power of two, three quarters in use at most.
    index: Vec<Entry>,
}

impl Tasks {
    pub(crate) const fn new() -> Self {
        Self {
            places: Vec::new(),
            free: NONE,
            live: 0,
            index: Vec::new(),
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.live
    }

    /// Makes room for exactly so many in all.
    pub(crate) fn reserve(&mut self, tasks: usize) {
        self.places
            .reserve_exact(tasks.saturating_sub(self.places.len()));
        self.index_for(tasks);
    }

    pub(crate) fn get(&self, id: TaskId) -> Option<&Task> {
        self.at(self.slot(id)?)
    }

    pub(crate) fn get_mut(&mut self, id: TaskId) -> Option<&mut Task> {
        let slot = self.slot(id)?;
        match self.places.get_mut(slot as usize) {
            Some(Place::Live(task)) => Some(task),
            _ => None,
        }
    }

    pub(crate) fn contains(&self, id: TaskId) -> bool {
        self.slot(id).is_some()
    }

    /// Where the task lies.
    pub(crate) fn slot(&self, id: TaskId) -> Option<Slot> {
        self.index.get(self.found(id)?).map(|entry| entry.slot)
    }

    /// The task in a slot.
    pub(crate) fn at(&self, slot: Slot) -> Option<&Task> {
        match self.places.get(slot as usize) {
            Some(Place::Live(task)) => Some(task),
            _ => None,
        }
    }

    /// The place in its account's order of the task in a slot.
    pub(crate) fn seq_at(&self, slot: Slot) -> u64 {
        self.at(slot).map_or(u64::MAX, |task| task.seq)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Task> {
        self.places.iter().filter_map(|place| match place {
            Place::Live(task) => Some(task),
            Place::Free(_) => None,
        })
    }

    /// Adds a task; `None` where its id is taken, or there are four thousand millions.
    pub(crate) fn insert(&mut self, task: Task) -> Option<Slot> {
        if self.contains(task.id()) {
            return None;
        }
        let slot = if let Some(Place::Free(next)) = self.places.get(self.free as usize) {
            std::mem::replace(&mut self.free, *next)
        } else {
            Slot::try_from(self.places.len())
                .ok()
                .filter(|slot| *slot != NONE)?
        };
        self.index_for(self.live + 1);
        match self.places.get_mut(slot as usize) {
            Some(place) => *place = Place::Live(task),
            None => self.places.push(Place::Live(task)),
        }
        self.live += 1;
        self.enter(task.id(), slot);
        Some(slot)
    }

    pub(crate) fn remove(&mut self, id: TaskId) -> Option<Task> {
        let found = self.found(id)?;
        let slot = self.index[found].slot;
        let task = *self.at(slot)?;
        self.close_up(found);
        self.places[slot as usize] = Place::Free(self.free);
        self.free = slot;
        self.live -= 1;
        if self.live == 0 && self.places.len() > ROOM_KEPT {
            *self = Self::new();
        }
        Some(task)
    }

    fn mask(&self) -> usize {
        self.index.len().wrapping_sub(1)
    }

    /// Where in the index the search for an id with this hash begins.
    fn home(&self, hash: u32) -> usize {
        hash as usize & self.mask()
    }

    /// The place of an id in the index.
    fn found(&self, id: TaskId) -> Option<usize> {
        if self.index.is_empty() {
            return None;
        }
        let hash = half_hash(id);
        let mut place = self.home(hash);
        loop {
            let entry = self.index[place];
            if entry.slot == NONE {
                return None;
            }
            let is_it = || self.at(entry.slot).is_some_and(|task| task.id() == id);
            if entry.hash == hash && is_it() {
                return Some(place);
            }
            place = (place + 1) & self.mask();
        }
    }

    fn enter(&mut self, id: TaskId, slot: Slot) {
        let hash = half_hash(id);
        let mut place = self.home(hash);
        while self.index[place].slot != NONE {
            place = (place + 1) & self.mask();
        }
        self.index[place] = Entry { hash, slot };
    }

    /// Empties a place of the index; what was put further along because of it moves up.
    fn close_up(&mut self, mut hole: usize) {
        let mask = self.mask();
        let mut next = (hole + 1) & mask;
        while self.index[next].slot != NONE {
            let entry = self.index[next];
            let moved = next.wrapping_sub(self.home(entry.hash)) & mask;
            if moved >= next.wrapping_sub(hole) & mask {
                self.index[hole] = entry;
                hole = next;
            }
            next = (next + 1) & mask;
        }
        self.index[hole] = EMPTY;
    }

    /// Makes the index large enough for so many tasks.
    fn index_for(&mut self, tasks: usize) {
        let wanted = tasks.saturating_mul(4).div_ceil(3) + 1;
        if self.index.len() >= wanted {
            return;
        }
        let size = wanted.next_power_of_two().max(INDEX_MIN);
        // The old one goes first: a large index is never held twice.
        self.index = Vec::new();
        self.index.resize(size, EMPTY);
        for slot in 0..self.places.len() {
            let slot = Slot::try_from(slot).unwrap_or(NONE);
            if let Some(id) = self.at(slot).map(Task::id) {
                self.enter(id, slot);
            }
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "an index with more places than that has no slots"
)]
fn half_hash(id: TaskId) -> u32 {
    mix(id) as u32
}

/// The same tasks, wherever they lie.
impl PartialEq for Tasks {
    fn eq(&self, other: &Self) -> bool {
        let same = |task: &Task| other.get(task.id()) == Some(task);
        self.live == other.live && self.iter().all(same)
    }
}

impl Eq for Tasks {}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::ids::AccountNo;
    use crate::input::NewTask;

    fn task(id: u128, seq: u64) -> Task {
        let new = NewTask::look(TaskId(id), AccountNo(0));
        Task::new(&new, None, AccountNo(0), seq)
    }

    /// Against a map of the standard library, with ids that collide and slots used again.
    #[test]
    fn it_is_a_map() {
        let mut tasks = Tasks::new();
        let mut map: HashMap<u128, u64> = HashMap::new();
        let mut random = 7u64;
        for step in 0..20_000u64 {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let id = u128::from((random >> 33) % 700) << 64;
            // Fuller and emptier by turns.
            if (random >> 20) % 8 < 3 + 2 * ((step / 3_000) % 2) {
                let news = tasks.insert(task(id, step)).is_some();
                assert_eq!(news, !map.contains_key(&id));
                map.entry(id).or_insert(step);
            } else {
                let gone = tasks.remove(TaskId(id)).map(|task| task.seq);
                assert_eq!(gone, map.remove(&id));
            }
            assert_eq!(tasks.len(), map.len());
            if step % 500 == 0 {
                for id in (0..700).map(|id| id << 64) {
                    let seq = tasks.get(TaskId(id)).map(|task| task.seq);
                    assert_eq!(seq, map.get(&id).copied(), "{id}");
                }
            }
        }
        assert!(tasks.places.len() < 1_000, "slots are used again");
    }

    #[test]
    fn the_same_tasks_in_other_slots_are_equal() {
        let (mut one, mut other) = (Tasks::new(), Tasks::new());
        for id in 0..100 {
            one.insert(task(id, 0));
            other.insert(task(99 - id, 0));
        }
        assert_eq!(one, other);
        other.remove(TaskId(5));
        assert_ne!(one, other);
        other.insert(task(5, 1));
        assert_ne!(one, other);
    }

    #[test]
    fn when_the_last_of_many_ends_their_room_is_given_back() {
        let mut tasks = Tasks::new();
        for id in 0..5_000 {
            tasks.insert(task(id, 0));
        }
        for id in 0..5_000 {
            tasks.remove(TaskId(id));
        }
        assert_eq!((tasks.places.capacity(), tasks.index.capacity()), (0, 0));
    }
}
