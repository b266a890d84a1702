//! SplitMix64: all chance in a run comes from one seed.

/// A stream of numbers that a seed gives, the same everywhere.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number under `end`; 0 where `end` is 0.
    pub fn below(&mut self, end: u32) -> u32 {
        let high = self.draw() >> 32;
        u32::try_from((high * u64::from(end)) >> 32).unwrap_or(0)
    }

    /// A number from `first` to `last`.
    pub fn between(&mut self, first: u32, last: u32) -> u32 {
        first + self.below(last - first + 1)
    }

    /// True once in `times` times; never for 0.
    pub fn one_in(&mut self, times: u32) -> bool {
        times > 0 && self.below(times) == 0
    }

    /// A place in something of this length; `None` if it is empty.
    pub fn place(&mut self, length: usize) -> Option<usize> {
        let end = u32::try_from(length).ok().filter(|end| *end > 0)?;
        Some(self.below(end) as usize)
    }
}

/// The seed of one world of a run.
pub fn world_seed(seed: u64, world: u64) -> u64 {
    Random::new(seed ^ world.wrapping_mul(0xd6e8_feb8_6659_fd93)).draw()
}
