//! Numbers by chance, the same for the same seed.

use signalbox_scheduler::*;

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    /// A number under this one.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    /// The same, of 32 bits.
    pub fn small(&mut self, end: u32) -> u32 {
        u32::try_from(self.below(u64::from(end))).unwrap()
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }

    /// One of those that exist, or sometimes one that does not.
    pub fn attempt(&mut self, state: &State) -> AttemptNo {
        let mut open: Vec<_> = state.attempts().map(|(no, _)| no).collect();
        open.sort_unstable();
        open.push(AttemptNo(self.below(40)));
        self.pick(&open)
    }

    /// The same of tasks.
    pub fn task(&mut self, state: &State) -> TaskId {
        let mut live: Vec<_> = state.tasks().map(|(id, _)| id).collect();
        live.sort_unstable();
        live.push(TaskId(u128::from(self.below(60))));
        self.pick(&live)
    }

    /// Anything that can be paused or stopped.
    pub fn scope(&mut self) -> Scope {
        match self.below(5) {
            0 => Scope::All,
            1 => Scope::Account(AccountNo(self.small(5))),
            2 => Scope::Phone(PhoneNo(self.small(4))),
            3 => Scope::Kind(self.pick(&Kind::ALL)),
            _ => Scope::List(ListNo(self.small(3))),
        }
    }
}
