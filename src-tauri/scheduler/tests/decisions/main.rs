//! What the core decides, case by case; and, over random inputs, that everything it keeps beside
//! the facts equals a recount.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod again;
mod books;
mod brakes;
mod desk;
mod endings;
mod engagement;
mod gone;
mod hand;
mod health;
mod hours;
mod lines;
mod oracle;
mod orders;
mod parked;
mod phones;
mod policy;
mod random;
mod recalled;
mod recount;
mod snapshots;
mod submissions;
mod time;
mod visits;
mod waits;
