//! How long we wait for a phone, and how much we take from it.

use std::time::Duration;

/// Time limits of one kind of call each. The defaults suit real phones; tests shorten them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// One question to usbmuxd, a Connect included. Default 5 s.
    pub mux: Duration,
    /// All plain lockdown facts of a phone together. Default 5 s.
    pub lockdown: Duration,
    /// One WebDriverAgent command, from its first byte to the last of the answer. Default 30 s.
    pub command: Duration,
    /// Making a WebDriverAgent session. Default 60 s.
    pub session: Duration,
    /// A look whether WebDriverAgent serves its main queue. Default 10 s.
    pub probe: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            mux: Duration::from_secs(5),
            lockdown: Duration::from_secs(5),
            command: Duration::from_secs(30),
            session: Duration::from_secs(60),
            probe: Duration::from_secs(10),
        }
    }
}

/// Longest usbmux message, header included, in bytes. usbmuxd itself stays under 64 KiB.
pub const MUX_MESSAGE_BYTES_MAX: usize = 1 << 20;
/// Longest lockdown message, in bytes.
pub const LOCKDOWN_MESSAGE_BYTES_MAX: usize = 1 << 20;
/// Longest WebDriverAgent body that carries a screen (source, picture), in bytes.
pub const SCREEN_BYTES_MAX: usize = 32 << 20;
/// Longest WebDriverAgent body of any other answer, in bytes.
pub const ANSWER_BYTES_MAX: usize = 1 << 20;
/// Longest head of a WebDriverAgent answer, in bytes.
pub const HEAD_BYTES_MAX: usize = 64 << 10;
/// Most header lines of a WebDriverAgent answer.
pub const HEADERS_MAX: usize = 64;
/// Most elements taken from one find.
pub const ELEMENTS_MAX: usize = 10_000;
/// Most phones on one usbmuxd; what comes after is left alone and logged.
pub const PHONES_MAX: usize = 256;
/// Longest serial of a phone, element id or session id, in bytes.
pub const ID_BYTES_MAX: usize = 128;
/// Most of a phone's own words in an error message, in characters.
pub const QUOTE_CHARS_MAX: usize = 300;
