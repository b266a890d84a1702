//! Simulated phones as a client on the wire meets them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test client ends the test where it fails"
)]

mod alerts;
mod app;
mod client;
mod device;
mod faults;
mod garbage;
mod gestures;
mod lockdown;
mod mux;
mod pairing;
mod services;
mod sessions;
mod stream;
mod survival;
mod talk;
mod wda;
