//! Simulated iPhones that speak the wire protocols of real ones: usbmuxd, lockdownd and
//! WebDriverAgent, with a small social app whose world survives the process.
//!
//! They are written from the protocols' facts and share no code with any client. A driver cannot
//! tell them from phones, except by their UDIDs. Start with [`Config::new`] and [`serve`].

pub mod accounts;
pub mod config;
pub mod error;
pub mod scenario;

mod app;
mod clock;
mod control;
mod faults;
mod fleet;
mod lockdown;
mod mishaps;
mod mux;
mod pairing;
mod people;
mod phone;
mod picture;
mod serve;
mod services;
mod wda;
mod witness;
mod world;

pub use accounts::{SignIn, read_accounts};
pub use config::{AppVersion, CHILD_LINGER, Config, Ready, udid};
pub use error::SimError;
pub use scenario::Scenario;
pub use serve::{serve, serve_until};
pub use witness::Effect;
