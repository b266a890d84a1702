//! Simulated phones as a client on the wire meets them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test client ends the test where it fails"
)]

mod app;
mod client;
mod faults;
mod garbage;
mod mux;
mod survival;
mod wda;
