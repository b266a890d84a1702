//! WebDriverAgent's errors and the HTTP status each comes with.

use serde_json::{Value, json};

/// The error codes that commands answer with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// No such session (any more).
    InvalidSessionId,
    /// No session could be made.
    SessionNotCreated,
    /// Nothing matches.
    NoSuchElement,
    /// It matched once.
    StaleElement,
    /// No alert is open.
    NoSuchAlert,
    /// No such endpoint.
    UnknownCommand,
    /// No such HTTP method.
    UnknownMethod,
    /// An argument is missing or of the wrong type.
    InvalidArgument,
    /// The selector cannot be read.
    InvalidSelector,
    /// It cannot be done in this state; also when the app crashed.
    InvalidElementState,
    /// It lies outside the screen.
    ElementNotVisible,
    /// The point lies outside the screen.
    InvalidCoordinates,
    /// It did not come in time.
    Timeout,
    /// Not on a phone.
    UnsupportedOperation,
    /// The screen could not be drawn.
    UnableToCapture,
    /// Anything else.
    Unknown,
}

impl Code {
    /// The W3C text and the HTTP status.
    #[must_use]
    pub fn parts(self) -> (&'static str, u16) {
        match self {
            Code::InvalidSessionId => ("invalid session id", 404),
            Code::SessionNotCreated => ("session not created", 500),
            Code::NoSuchElement => ("no such element", 404),
            Code::StaleElement => ("stale element reference", 404),
            Code::NoSuchAlert => ("no such alert", 404),
            Code::UnknownCommand => ("unknown command", 404),
            Code::UnknownMethod => ("unknown method", 405),
            Code::InvalidArgument => ("invalid argument", 400),
            Code::InvalidSelector => ("invalid selector", 400),
            Code::InvalidElementState => ("invalid element state", 400),
            Code::ElementNotVisible => ("element not visible", 400),
            Code::InvalidCoordinates => ("invalid coordinates", 400),
            Code::Timeout => ("timeout", 408),
            Code::UnsupportedOperation => ("unsupported operation", 500),
            Code::UnableToCapture => ("unable to capture screen", 500),
            Code::Unknown => ("unknown error", 500),
        }
    }
}

/// An error answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WdaError {
    /// Which.
    pub code: Code,
    /// In words.
    pub message: String,
}

impl WdaError {
    /// An error with its words.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> WdaError {
        WdaError {
            code,
            message: message.into(),
        }
    }

    /// `unknown error`.
    #[must_use]
    pub fn unknown(message: impl Into<String>) -> WdaError {
        WdaError::new(Code::Unknown, message)
    }

    /// `invalid argument`.
    #[must_use]
    pub fn argument(message: impl Into<String>) -> WdaError {
        WdaError::new(Code::InvalidArgument, message)
    }

    /// The session is not (or no longer) there.
    #[must_use]
    pub fn no_session() -> WdaError {
        WdaError::new(Code::InvalidSessionId, "Session does not exist")
    }

    /// The element left the screen.
    #[must_use]
    pub fn stale(id: &str) -> WdaError {
        let message = format!(
            "The previously found element \"{id}\" is not present in the current view anymore. \
             Make sure the application UI has the expected state. Original error: no matches found"
        );
        WdaError::new(Code::StaleElement, message)
    }

    /// Typing where nothing has the focus.
    #[must_use]
    pub fn no_keyboard() -> WdaError {
        let message = "Error Domain=com.facebook.WebDriverAgent Code=1 \"The on-screen keyboard \
                       must be present to send keys\"";
        WdaError::new(Code::InvalidElementState, message)
    }

    /// The app under test is gone without being asked to.
    #[must_use]
    pub fn crashed(bundle: &str) -> WdaError {
        let message = format!("Application '{bundle}' is not running, possibly crashed");
        WdaError::new(Code::InvalidElementState, message)
    }

    /// The `value` of the answer.
    #[must_use]
    pub fn value(&self) -> Value {
        json!({ "error": self.code.parts().0, "message": self.message, "traceback": "" })
    }
}
