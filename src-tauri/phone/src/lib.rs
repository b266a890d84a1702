//! How to talk to an iPhone: usbmux for the cable, lockdown for facts, WebDriverAgent for the screen.
//!
//! The room knows nothing of tasks, accounts or the store. What runs above it sees the [`Phone`]
//! trait; what supervises phones sees the pool, its events, and the quiet check. Facts behind every
//! choice: the protocol page of the design folder.

pub mod address;
pub mod condition;
pub mod error;
pub mod limits;
pub mod lockdown;
pub mod mux;
pub mod pool;
pub mod quiet;
pub mod rung;
pub mod screen;
mod task;
pub mod udid;
pub mod wda;

pub use address::Address;
pub use condition::Condition;
pub use error::{Code, PhoneError, Sent};
pub use limits::Limits;
pub use lockdown::Facts;
pub use pool::{Pool, PoolConfig, PoolEvent};
pub use rung::{Ladder, Rung};
pub use screen::{App, AppState, By, Element, Phone, Point, Rect, Said, Size};
pub use udid::Udid;
pub use wda::{SessionId, StopSwitch, WdaPhone};
