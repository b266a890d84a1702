//! How to talk to an iPhone: usbmux for the cable, lockdown for facts, WebDriverAgent for the screen.
//!
//! The room knows nothing of tasks, accounts or the store. What runs above it sees the [`Phone`]
//! trait; what supervises phones sees the pool, its events, and the quiet check. Facts behind every
//! choice: the protocol page of the design folder.

pub mod error;
pub mod screen;
pub mod udid;

pub use error::{PhoneError, Sent};
pub use screen::{App, AppState, By, Element, Phone, Point, Rect, Size};
pub use udid::Udid;
