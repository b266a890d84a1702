//! Numbers the core knows things by. What they are called is the store's business.

use serde::{Deserialize, Serialize};
use std::hash::{BuildHasherDefault, Hasher};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
        )]
        pub struct $name(pub $inner);
    };
}

number!(
    /// A task, by the 128 bits of its UUIDv7. Given by the caller, never made here.
    TaskId(u128)
);
number!(
    /// An account, by its place in the order accounts were added, from 0.
    AccountNo(u32)
);
number!(
    /// A phone, by its place in the order phones were first seen, from 0.
    PhoneNo(u32)
);
number!(
    /// A list of tasks, by its place in the order lists were accepted, from 0.
    ListNo(u32)
);
number!(
    /// One try of one task on one phone. Never used twice, also over restarts (P4, R7).
    AttemptNo(u64)
);
number!(
    /// A version of the app, by the order versions were first told in, from 1; 0: not told.
    VersionNo(u16)
);
number!(
    /// A locator, by the order in which locators were first missed.
    LocatorNo(u16)
);
number!(
    /// An action of a task, under 15.
    ActionNo(u8)
);
number!(
    /// One request for a quiet check. Never used twice, so that a stale answer is known (R5).
    CheckNo(u64)
);
number!(
    /// Which hours an account keeps; 0 is the one of those that have none of their own.
    RotaNo(u16)
);

impl Default for VersionNo {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

impl VersionNo {
    /// Of a phone that did not tell.
    pub const UNKNOWN: Self = Self(0);
}

impl AccountNo {
    /// The place in a vector of accounts.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl PhoneNo {
    /// The place in a vector of phones.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Folds the bits of an id: ids are our own and end in random bits, so no keyed hash is needed.
#[derive(Default, Clone)]
pub struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0 ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 ^= self.0 >> 32;
    }

    fn write_u128(&mut self, value: u128) {
        #[expect(clippy::cast_possible_truncation, reason = "both halves are folded in")]
        let (low, high) = (value as u64, (value >> 64) as u64);
        self.write_u64(low);
        self.write_u64(high);
    }
}

/// A hash of a task's id.
pub(crate) fn mix(id: TaskId) -> u64 {
    let mut hasher = IdHasher::default();
    hasher.write_u128(id.0);
    hasher.finish()
}

/// A map by id.
pub type IdMap<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<IdHasher>>;
/// A set of ids.
pub type IdSet<K> = std::collections::HashSet<K, BuildHasherDefault<IdHasher>>;

/// A task's id as it is kept where there are many: a `u128` makes everything around it a multiple
/// of 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptId {
    high: u64,
    low: u64,
}

impl From<TaskId> for KeptId {
    #[expect(clippy::cast_possible_truncation, reason = "both halves are kept")]
    fn from(id: TaskId) -> Self {
        Self {
            high: (id.0 >> 64) as u64,
            low: id.0 as u64,
        }
    }
}

impl From<KeptId> for TaskId {
    fn from(id: KeptId) -> Self {
        Self(u128::from(id.high) << 64 | u128::from(id.low))
    }
}
