//! What an answer of WebDriverAgent means.

use hyper::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::command::{Command, Effect};
use crate::error::{Code, PhoneError, Sent};
use crate::limits::QUOTE_CHARS_MAX;

#[derive(Deserialize)]
struct Envelope<T> {
    value: T,
    #[serde(rename = "sessionId", default)]
    session: Option<String>,
}

#[derive(Deserialize)]
struct Fault {
    error: String,
    #[serde(default)]
    message: Option<String>,
}

/// What an answer says, and the session that the phone named with it.
#[derive(Debug)]
pub(crate) struct Reply<T> {
    pub(crate) value: T,
    pub(crate) session: Option<String>,
}

/// Reads an answer as the type that the command promises, strictly: an answer of another type is
/// the answer to something else, and then nothing is known of this command.
pub(super) fn read<T: DeserializeOwned>(
    command: &Command,
    status: StatusCode,
    body: &[u8],
) -> Result<Reply<T>, PhoneError> {
    if status.is_success() {
        let read: Result<Envelope<T>, _> = serde_json::from_slice(body);
        if let Ok(envelope) = read {
            return match (command.session(), &envelope.session) {
                (Some(ours), Some(theirs)) if ours.as_str() != theirs => {
                    Err(unreadable("it is about another session"))
                }
                _ => Ok(Reply {
                    value: envelope.value,
                    session: envelope.session,
                }),
            };
        }
    }
    match serde_json::from_slice::<Envelope<Fault>>(body) {
        Ok(fault) => Err(name(command.effect(), &fault.value)),
        Err(_) if status.is_success() => Err(unreadable("it holds something else than was asked")),
        Err(_) => Err(unreadable(&format!("HTTP status {}", status.as_u16()))),
    }
}

fn unreadable(why: &str) -> PhoneError {
    PhoneError::new(
        Code::Malformed,
        Sent::Unknown,
        format!("the phone's answer cannot be read ({why}); whether it happened is not known"),
    )
}

/// What a W3C error tells of the command.
#[derive(Clone, Copy)]
enum Known {
    /// It is given before anything is dispatched (all the 404s): nothing was done.
    Refused,
    /// It says that it was not done.
    NotDone,
    /// It may come after the finger was down. A look that failed has changed nothing.
    Open,
}

/// Whether the phone's own words may go into an error. Those about elements repeat the locator,
/// and with it a person's name; nothing that may be logged carries one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    Quote,
    Withhold,
}

use Known::{NotDone, Open, Refused};
use Words::{Quote, Withhold};

const GONE: &str = "the session is gone: another client took the phone, or its runner restarted";
const NOT_KNOWN: &str =
    "the runner on the phone does not know the command; install a current WebDriverAgent";
const ARGUMENT: &str = "the phone does not take the command as it is";
const STATE: &str = "the element, or its app, is in no state for that";

/// The W3C errors and what they mean to us; the last one stands for those we do not know.
#[rustfmt::skip] // one line each, as a table
const FAULTS: [(&str, Code, Known, Words, &str); 19] = [
    ("invalid session id", Code::InvalidSession, Refused, Withhold, GONE),
    ("no such element", Code::NoSuchElement, Refused, Withhold, "no such element on the screen"),
    ("stale element reference", Code::StaleElement, Refused, Withhold, "the element left the screen"),
    ("no such alert", Code::NoSuchAlert, Refused, Withhold, "no alert is open"),
    ("no alert open", Code::NoSuchAlert, Refused, Withhold, "no alert is open"),
    ("unknown command", Code::UnknownCommand, Refused, Withhold, NOT_KNOWN),
    ("unknown method", Code::UnknownCommand, Refused, Withhold, NOT_KNOWN),
    ("invalid argument", Code::InvalidArgument, NotDone, Withhold, ARGUMENT),
    ("invalid selector", Code::InvalidArgument, NotDone, Withhold, ARGUMENT),
    ("element not visible", Code::InvalidArgument, NotDone, Withhold, ARGUMENT),
    ("invalid coordinates", Code::InvalidArgument, NotDone, Withhold, ARGUMENT),
    ("invalid element state", Code::InvalidElementState, NotDone, Quote, STATE),
    ("unexpected alert open", Code::UnexpectedAlert, NotDone, Withhold, "an alert is in the way"),
    ("session not created", Code::SessionNotCreated, NotDone, Quote, "the phone made no session"),
    ("unsupported operation", Code::Other, NotDone, Quote, "the phone cannot do that"),
    ("unable to capture screen", Code::Other, NotDone, Quote, "the phone gave no picture"),
    ("timeout", Code::PhoneTimeout, Open, Quote, "the phone itself gave up waiting"),
    ("script timeout", Code::PhoneTimeout, Open, Quote, "the phone itself gave up waiting"),
    ("unknown error", Code::Other, Open, Quote, "the phone reports an error"),
];

/// Puts a W3C error into our terms.
fn name(effect: Effect, fault: &Fault) -> PhoneError {
    let [.., unknown] = FAULTS;
    let (w3c, code, known, words, what) = FAULTS
        .into_iter()
        .find(|(error, ..)| *error == fault.error)
        .unwrap_or(unknown);
    // The app may have crashed before the act, or by it.
    let crashed = fault
        .message
        .as_ref()
        .is_some_and(|m| m.contains("crashed"));
    let sent = match (known, effect) {
        (NotDone, Effect::Act) if crashed => Sent::Unknown,
        (Refused, _) => Sent::NotSent,
        (NotDone, _) | (Open, Effect::Look) => Sent::Failed,
        (Open, Effect::Act) => Sent::Unknown,
    };
    let said = match (&fault.message, words) {
        (Some(message), Quote) => quote(message),
        _ => String::new(),
    };
    PhoneError {
        w3c: Some(w3c),
        ..PhoneError::new(code, sent, format!("{what}{said}"))
    }
}

/// The phone's own words, on one line and bounded.
fn quote(message: &str) -> String {
    let plain = message
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(QUOTE_CHARS_MAX);
    format!(" (it says: {})", plain.collect::<String>().trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wda::SessionId;
    use serde_json::json;

    fn check(command: &Command, status: u16, body: &str, expected: Option<(Code, Sent)>) {
        let status = StatusCode::from_u16(status).unwrap();
        let got = read::<()>(command, status, body.as_bytes());
        let w3c = got.as_ref().err().and_then(|e| e.w3c);
        let named = w3c.is_none_or(|w3c| body.contains(w3c) || w3c == "unknown error");
        assert!(named, "{w3c:?} of {body:.80}");
        let got = got.err().map(|e| (e.code, e.sent));
        assert_eq!(got, expected, "{status} {body:.80}");
    }

    #[test]
    fn errors_keep_their_codes_and_say_what_is_known() {
        let session = SessionId::parse("S1").unwrap();
        let act = Command::act(&session, "/element/e/click", json!({}));
        let look = Command::look(&session, "/element/e/rect");
        use Sent::{Failed, NotSent, Unknown};
        #[rustfmt::skip] // one line each, as a table
        let table = [
            (404, "invalid session id", Code::InvalidSession, NotSent, NotSent),
            (404, "no such element", Code::NoSuchElement, NotSent, NotSent),
            (404, "stale element reference", Code::StaleElement, NotSent, NotSent),
            (404, "no such alert", Code::NoSuchAlert, NotSent, NotSent),
            (404, "unknown command", Code::UnknownCommand, NotSent, NotSent),
            (400, "invalid argument", Code::InvalidArgument, Failed, Failed),
            (400, "invalid element state", Code::InvalidElementState, Failed, Failed),
            (500, "unexpected alert open", Code::UnexpectedAlert, Failed, Failed),
            (500, "session not created", Code::SessionNotCreated, Failed, Failed),
            (408, "timeout", Code::PhoneTimeout, Unknown, Failed),
            (500, "unknown error", Code::Other, Unknown, Failed),
            (500, "one nobody knows", Code::Other, Unknown, Failed),
        ];
        for (status, error, code, acted, looked) in table {
            let body = json!({ "value": { "error": error, "message": "m", "traceback": "" },
                "sessionId": null })
            .to_string();
            check(&act, status, &body, Some((code, acted)));
            check(&look, status, &body, Some((code, looked)));
        }
    }

    #[test]
    fn a_crash_leaves_an_act_unknown() {
        let session = SessionId::parse("S1").unwrap();
        let act = Command::act(&session, "/element/e/click", json!({}));
        let look = Command::look(&session, "/element/e/rect");
        let body = r#"{"value":{"error":"invalid element state",
            "message":"Application 'a' is not running, possibly crashed"}}"#;
        check(
            &act,
            400,
            body,
            Some((Code::InvalidElementState, Sent::Unknown)),
        );
        check(
            &look,
            400,
            body,
            Some((Code::InvalidElementState, Sent::Failed)),
        );
    }

    #[test]
    fn an_answer_to_something_else_is_not_taken() {
        let session = SessionId::parse("S1").unwrap();
        let act = Command::act(&session, "/element/e/click", json!({}));
        let unknown = Some((Code::Malformed, Sent::Unknown));
        check(&act, 200, r#"{"value":null,"sessionId":"S1"}"#, None);
        check(&act, 200, r#"{"value":null,"sessionId":null}"#, None);
        check(&act, 200, r#"{"value":null}"#, None);
        check(&act, 200, r#"{"value":null,"sessionId":"S0"}"#, unknown);
        check(&act, 200, r#"{"value":"<xml/>","sessionId":"S1"}"#, unknown);
        check(&act, 200, r#"{"sessionId":"S1"}"#, unknown);
        check(&act, 200, r#"{"value":nu"#, unknown);
        check(&act, 200, "", unknown);
        check(&act, 500, "<html>", unknown);
        let deep = format!("{{\"value\":{}", "[".repeat(100_000));
        check(&act, 200, &deep, unknown);
    }

    #[test]
    fn no_name_from_a_locator_gets_into_an_error() {
        let session = SessionId::parse("S1").unwrap();
        let look = Command::look(&session, "/element");
        let body = json!({ "value": { "error": "no such element",
            "message": "unable to find an element using 'id', value 'alice'" } });
        let status = StatusCode::NOT_FOUND;
        let error = read::<()>(&look, status, body.to_string().as_bytes()).unwrap_err();
        assert!(!error.message.contains("alice"), "{error}");
    }
}
