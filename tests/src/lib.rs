//! What the whole-product tests share: starting the real program in a place of its own, reading
//! what its phones saw and what it wrote down, and the verdict on both.
//!
//! Nothing of the product is linked here. All that these tests know of it is what an operator
//! knows: its command line, its files, its exit codes, and the witness log of the simulated
//! phones, which knows nothing of tasks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic, and this library is only for tests"
)]

pub mod books;
pub mod browser;
pub mod clock;
pub mod http;
pub mod kills;
pub mod list;
pub mod place;
pub mod program;
pub mod random;
pub mod serving;
pub mod tail;
pub mod verdict;
pub mod webdriver;
pub mod window;
pub mod witness;
