//! What can go wrong between us and a phone, and what is known of the request afterwards.

use std::fmt;

/// What is known of a request that did not succeed.
///
/// The difference decides whether an act may be tried again: only [`Sent::NotSent`] and
/// [`Sent::Failed`] say that nothing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sent {
    /// The request never left this computer, or the phone refused it before looking at it.
    NotSent,
    /// The phone answered that it did not do it.
    Failed,
    /// No answer, or one that cannot be read: it may have happened.
    Unknown,
}

/// A stable code for each way a phone can fail us; shown to people, logged, and matched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// usbmuxd does not answer, or its answer cannot be read.
    Usbmux,
    /// The phone is not on the cable.
    NotAttached,
    /// Nothing listens on the port of the phone (usbmux result 3).
    Refused,
    /// The phone does not trust this computer.
    NotTrusted,
    /// The phone is locked and waits for its passcode.
    Locked,
    /// Developer mode is off.
    DeveloperMode,
    /// The battery is nearly empty.
    LowBattery,
    /// The phone is too hot.
    Hot,
    /// The phone's storage is full.
    StorageFull,
    /// The app is not on the phone.
    AppMissing,
    /// No WebDriverAgent runner is on the phone.
    RunnerMissing,
    /// lockdownd answered an error or something that cannot be read.
    Lockdown,
    /// The time limit of one call passed.
    Timeout,
    /// The stream to the phone ended in the middle of a call.
    ConnectionLost,
    /// The bytes are not what the protocol allows: truncated, oversized, of the wrong type.
    Malformed,
    /// W3C `invalid session id`: another client took the phone, or the runner was restarted.
    InvalidSession,
    /// W3C `no such element`.
    NoSuchElement,
    /// W3C `stale element reference`.
    StaleElement,
    /// W3C `no such alert`.
    NoSuchAlert,
    /// W3C `invalid element state`; on WebDriverAgent also: the app is not running.
    InvalidElementState,
    /// W3C `invalid argument`, `invalid selector`, `element not visible`, `invalid coordinates`.
    InvalidArgument,
    /// W3C `unexpected alert open`.
    UnexpectedAlert,
    /// W3C `session not created`.
    SessionNotCreated,
    /// W3C `timeout`, said by the phone itself.
    PhoneTimeout,
    /// W3C `unknown command` or `unknown method`: the runner is not the one we know.
    UnknownCommand,
    /// Any other error the phone names.
    Other,
    /// We stopped: the stop switch of this phone was thrown.
    Halted,
}

impl Code {
    /// The name that people and programs see; it does not change between versions.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Usbmux => "E-DEV-USBMUX",
            Self::NotAttached => "E-DEV-CABLE",
            Self::Refused => "E-DEV-REFUSED",
            Self::NotTrusted => "E-DEV-TRUST",
            Self::Locked => "E-DEV-LOCKED",
            Self::DeveloperMode => "E-DEV-DEVMODE",
            Self::LowBattery => "E-DEV-BATTERY",
            Self::Hot => "E-DEV-HOT",
            Self::StorageFull => "E-DEV-STORAGE",
            Self::AppMissing => "E-DEV-NO-APP",
            Self::RunnerMissing => "E-DEV-NO-RUNNER",
            Self::Lockdown => "E-DEV-LOCKDOWN",
            Self::Timeout => "E-DEV-TIMEOUT",
            Self::ConnectionLost => "E-DEV-LOST",
            Self::Malformed => "E-DEV-BYTES",
            Self::InvalidSession => "E-WDA-SESSION",
            Self::NoSuchElement => "E-WDA-NO-ELEMENT",
            Self::StaleElement => "E-WDA-STALE",
            Self::NoSuchAlert => "E-WDA-NO-ALERT",
            Self::InvalidElementState => "E-WDA-STATE",
            Self::InvalidArgument => "E-WDA-ARGUMENT",
            Self::UnexpectedAlert => "E-WDA-ALERT",
            Self::SessionNotCreated => "E-WDA-NOT-CREATED",
            Self::PhoneTimeout => "E-WDA-TIMEOUT",
            Self::UnknownCommand => "E-WDA-COMMAND",
            Self::Other => "E-WDA-OTHER",
            Self::Halted => "E-DEV-HALTED",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One failed call to a phone.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PhoneError {
    /// Which kind of failure.
    pub code: Code,
    /// What is known of the request.
    pub sent: Sent,
    /// One sentence: what happened, why, what to do.
    pub message: String,
    /// The error of the W3C WebDriver protocol that the phone answered with, where it did.
    pub w3c: Option<&'static str>,
}

impl PhoneError {
    /// Makes an error from its parts.
    pub fn new(code: Code, sent: Sent, message: impl Into<String>) -> Self {
        Self {
            code,
            sent,
            message: message.into(),
            w3c: None,
        }
    }
}

impl fmt::Debug for PhoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ({:?}): {}", self.code, self.sent, self.message)
    }
}
