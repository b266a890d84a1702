//! A phone's serial that does not leak into logs.

use std::fmt;

/// The unique device id of a phone. `Debug` and `Display` mask it (`udid:…0001`), so that a log
/// line cannot carry it by accident; [`Udid::reveal`] gives the whole of it for the wire, the
/// database and exports.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Udid(String);

impl Udid {
    /// Wraps a serial as usbmuxd gives it.
    pub fn new(serial: impl Into<String>) -> Self {
        Self(serial.into())
    }

    /// The whole serial.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Udid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = self.0.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
        write!(f, "udid:…{}", &self.0[start..])
    }
}

impl fmt::Debug for Udid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
