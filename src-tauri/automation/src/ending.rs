//! How a job ended.

use std::fmt;

use signalbox_phone::Udid;

use crate::handle::Handle;

/// How one attempt ended, from the automation's point of view.
///
/// `Debug` gives the code alone: what a screen said may name people.
#[derive(Clone, PartialEq, Eq)]
pub enum Ending {
    /// Every action instance has been gone through.
    Completed,
    /// The account is not signed in on this phone.
    AccountNotOnPhone {
        /// Who is.
        seen: Vec<Handle>,
    },
    /// The app says that it limits the account.
    RateLimited {
        /// The text that was seen.
        text: String,
    },
    /// The app wants to know who is there, or shows a login form.
    Challenge {
        /// The text that was seen.
        text: String,
    },
    /// A stop sign stood there before the account was proven, also after the app was started anew:
    /// it belongs to whoever is active on this phone, and that cannot be read behind it. A person
    /// must look at the phone; the job's account is not to blame unless it is known to be the
    /// active one.
    Blocked {
        /// The text that was seen.
        text: String,
    },
    /// The app has no network, or its server failed it.
    NetworkError {
        /// The text that was seen.
        text: String,
    },
    /// The app is no longer running.
    AppCrash,
    /// A control was not on the screen within its time limit.
    ElementNotFound {
        /// Its name in the screens file.
        locator: String,
    },
    /// A request of unknown outcome, a lost connection, a lost session: the phone is in doubt.
    Timeout {
        /// What happened, in a sentence.
        why: String,
    },
    /// The ledger told the job to make room; what was done is recorded.
    Yielded,
    /// The ledger told the job to stop, or a stop was asked for; it stopped at a safe point.
    Cancelled,
    /// A comment that an earlier attempt may have sent was looked for and not seen. It is not sent
    /// again: a person has to say whether it is there.
    Unsettled,
    /// A fact could not be made durable; nothing was tapped after that.
    Halted,
    /// A command of a flow failed; where, and why, in a sentence.
    FlowFailed {
        /// What happened.
        why: String,
    },
    /// A flow wanted what no flow does.
    FlowRefused {
        /// What it wanted, in a sentence.
        why: String,
    },
    /// Something on the screen that is not known, or that can be read in two ways.
    Unknown {
        /// What was seen, in a sentence.
        what: String,
    },
}

impl Ending {
    /// The stable code; those of the error table are its class names.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::AccountNotOnPhone { .. } => "account_not_on_phone",
            Self::RateLimited { .. } => "rate_limited",
            Self::Challenge { .. } => "challenge",
            Self::Blocked { .. } => "phone_blocked",
            Self::NetworkError { .. } => "network_error",
            Self::AppCrash => "app_crash",
            Self::ElementNotFound { .. } => "element_not_found",
            Self::Timeout { .. } => "timeout",
            Self::Yielded => "yielded",
            Self::Cancelled => "cancelled",
            Self::Unsettled => "unsettled",
            Self::Halted => "halted",
            Self::FlowFailed { .. } => "flow_failed",
            Self::FlowRefused { .. } => "flow_refused",
            Self::Unknown { .. } => "unknown",
        }
    }

    /// One sentence for people.
    pub fn sentence(&self) -> String {
        match self {
            Self::Completed => "All actions were gone through.".into(),
            Self::AccountNotOnPhone { seen } if seen.is_empty() => {
                "No account is signed in on this phone.".into()
            }
            Self::AccountNotOnPhone { seen } => {
                let names: Vec<_> = seen.iter().map(Handle::reveal).collect();
                let names = names.join(", ");
                format!("The account is not signed in on this phone; signed in: {names}.")
            }
            Self::RateLimited { text } => format!("The app limits this account: “{text}”."),
            Self::Challenge { text } => {
                format!("The app wants proof of who is there: “{text}”. A person must look.")
            }
            Self::Blocked { text } => {
                format!("The phone shows “{text}” before any account. A person must look.")
            }
            Self::NetworkError { text } => format!("The app could not load: “{text}”."),
            Self::AppCrash => "The app ended by itself.".into(),
            Self::ElementNotFound { locator } => {
                format!("The control “{locator}” was not on the screen; see the kept picture.")
            }
            Self::Timeout { why } => why.clone(),
            Self::Yielded => "Stopped at a ceiling; it goes on later.".into(),
            Self::Cancelled => "Stopped at a safe point, as asked.".into(),
            Self::Unsettled => {
                "A comment may have been sent before, and is not to be seen. A person must look."
                    .into()
            }
            Self::Halted => "Stopped, because what happened could not be saved.".into(),
            Self::FlowFailed { why } | Self::FlowRefused { why } => why.clone(),
            Self::Unknown { what } => what.clone(),
        }
    }
}

impl fmt::Debug for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What was on the screen when a job stopped.
#[derive(Clone, PartialEq, Eq)]
pub struct Evidence {
    /// WebDriverAgent's XML, cut at [`crate::reading::EVIDENCE_BYTES_MAX`].
    pub source: Option<String>,
    /// The screen as PNG.
    pub screenshot: Option<Vec<u8>>,
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = self.source.as_ref().map(String::len);
        let screenshot = self.screenshot.as_ref().map(Vec::len);
        write!(
            f,
            "Evidence({source:?} bytes of XML, {screenshot:?} of PNG)"
        )
    }
}

/// What the engine learns of a job besides the records the ledger made.
#[derive(Debug, Clone)]
pub struct Report {
    /// On which phone.
    pub phone: Udid,
    /// How it ended.
    pub ending: Ending,
    /// The step at which it ended; `None` before the first step or when completed.
    pub at: Option<u16>,
    /// The account that was found active at first.
    pub active: Option<Handle>,
    /// Whether the account was switched for this job.
    pub switched: bool,
    /// Kept for rate limits, challenges, unknown screens and missing controls.
    pub evidence: Option<Evidence>,
}
