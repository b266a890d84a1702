//! What every benchmark of the workspace measures with.
//!
//! A benchmark is a program of its crate (`benches/`, no harness) that prints one [`Row`] a line
//! as JSON; `scripts/bench.sh` runs them all and makes one table of the lines. Two things that are
//! compared run in turn ([`in_turn`]), so that a computer whose speed drifts slows both, and what
//! is quoted is the median of the ratios, pair by pair.
//!
//! ```
//! use signalbox_measure::{Goal, Row, in_turn};
//! let pairs = in_turn(3, || 2.0, || 4.0);
//! let row = Row::new("halves", "things/s", pairs.ours())
//!     .beside("the whole", pairs.other())
//!     .ratio(pairs.ratio())
//!     .goal(Goal::RatioAtLeast(0.5));
//! assert_eq!(row.ratio.map(|ratio| ratio.median), Some(0.5));
//! assert!(row.holds());
//! ```

mod memory;
mod process;
mod row;
mod stopwatch;
mod table;

pub use memory::{MIB, peak_bytes, resident_bytes};
pub use process::{Cpu, Process};
pub use row::{Goal, Pairs, Row, Spread, in_turn, repeated};
pub use stopwatch::Stopwatch;
pub use table::table;
