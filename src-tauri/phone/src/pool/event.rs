//! What the pool tells.

use crate::error::PhoneError;
use crate::lockdown::Facts;
use crate::mux::Connection;
use crate::rung::Rung;
use crate::udid::Udid;

/// Something changed with a phone, or with usbmuxd itself.
///
/// Per phone the order is: `Attached`, then `Ready` and `NotReady` in turns, then `Detached`;
/// `Told` comes anywhere between the first and the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PoolEvent {
    /// A phone came. Not ready yet.
    Attached {
        /// Its serial.
        udid: Udid,
        /// Cable or Wi-Fi.
        connection: Connection,
        /// Whether it is a simulated one, as the configuration says of its usbmuxd.
        simulated: bool,
    },
    /// The phone told something new of itself, whether or not it can work.
    Told {
        /// Its serial.
        udid: Udid,
        /// All that it says of itself.
        facts: Facts,
    },
    /// WebDriverAgent answered from its main queue, the phone told its facts, and nothing in them
    /// keeps it from work; what it did not tell in a moment follows in `Told`. Sent again after
    /// every `NotReady` and every [`PoolEvent::MuxLost`].
    Ready {
        /// Its serial.
        udid: Udid,
        /// What it says of itself.
        facts: Facts,
    },
    /// The phone cannot work; sent when it begins and when the reason changes, not at each try.
    NotReady {
        /// Its serial.
        udid: Udid,
        /// The rung that does not hold.
        rung: Rung,
    },
    /// The phone, or the link that was in use, is gone. If it comes by another link, or again,
    /// `Attached` follows.
    Detached {
        /// Its serial.
        udid: Udid,
    },
    /// usbmuxd cannot be reached or talks nonsense. No phone is ready until its next `Ready`.
    MuxLost {
        /// Why.
        error: PhoneError,
    },
    /// usbmuxd is back. Phones that vanished meanwhile were reported as `Detached` before this.
    MuxBack,
}
