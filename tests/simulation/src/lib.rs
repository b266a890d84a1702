//! The seeded simulator: the scheduler, the loop around it, a store with faults, phones that go on
//! by themselves, operators, clocks that jump, and a witness that checks every promise (P1 to P10)
//! after every step. Then the faults are taken away, and everything has to end.
//!
//! One seed gives one run, the same everywhere. A run is a sequence of small worlds, each of a few
//! thousand steps, with sizes, settings and troubles of its own; a failure names the run's seed and
//! the world, which is replayed with its last events in words.
//!
//! Invariants about what is absent: no time but simulated time, no threads inside a world, no
//! dependency but the scheduler.

pub mod books;
pub mod clock;
pub mod hunt;
pub mod random;
pub mod run;
pub mod script;
pub mod store;
pub mod swarm;
pub mod witness;
pub mod world;
