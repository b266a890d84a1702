//! The engine: one loop, its store, its commands, its HTTP face.
//!
//! [`Engine::start`] brings it up; [`commands::Commands`] is everything that can be asked of it.
//! `runtime` alone writes; `store` and the phones never meet but there. See ARCHITECTURE.md.

mod action_no;
pub mod clock;
pub mod commands;
pub mod directory;
pub mod doctor;
pub mod dto;
mod engine;
pub mod export;
mod facts;
pub mod flow_file;
pub mod http;
pub mod list_file;
pub mod lock;
pub mod logs;
mod pace;
pub mod paths;
pub mod runtime;
mod screenshots;
pub mod settings;
pub mod simulator;
pub mod store;
mod target_limit;
pub mod token;
mod upkeep;

pub use commands::{CommandError, Commands};
pub use engine::{Engine, Options, Phones, usbmux_address};
