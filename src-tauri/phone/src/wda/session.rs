//! WebDriverAgent sessions: one per phone, and a new one ends the old one.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::element::SAID;
use super::{Command, Wda};
use crate::error::{Code, PhoneError, Sent};
use crate::limits::ID_BYTES_MAX;

/// Looks whether a runner that was told to end still answers, and the pause between two.
const LOOKS_AT_END: u32 = 30;
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// The id of a session, as the phone gave it; safe to put into a path.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SessionId(String);

/// A text that cannot be a session id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that is no session id: one is up to {ID_BYTES_MAX} letters, digits, dashes or dots")]
pub struct BadSessionId;

impl SessionId {
    /// Takes an id, for example one that was kept across a restart.
    ///
    /// # Errors
    /// [`BadSessionId`] if it is empty, too long, or would not stand for itself in a path.
    pub fn parse(text: &str) -> Result<Self, BadSessionId> {
        match is_plain_id(text) {
            true => Ok(Self(text.to_owned())),
            false => Err(BadSessionId),
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "session:{}", &self.0)
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether an id that a phone gave stands for itself in a path.
pub(super) fn is_plain_id(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.:".contains(&b);
    !text.is_empty()
        && text.len() <= ID_BYTES_MAX
        && text.bytes().all(plain)
        && !text.bytes().all(|b| b == b'.')
}

/// What a session is made with. Each line answers a known trouble (protocol page §3.3):
/// no app is named, since naming one restarts it; the app outlives the session, since ending it is
/// an act of its own; waiting for animations to rest blocks 10 s and more in a busy app; pictures
/// taken unasked cost time and show what nobody asked for. No default alert action: an alert is
/// read before it is answered.
fn capabilities() -> Value {
    json!({
        "shouldTerminateApp": false,
        "forceAppLaunch": false,
        "shouldWaitForQuiescence": false,
        "waitForIdleTimeout": 0,
        "eventloopIdleDelaySec": 0,
        "disableAutomaticScreenshots": true,
    })
}

#[derive(Deserialize)]
struct Created {
    #[serde(rename = "sessionId")]
    session: String,
}

/// The deepest level of the screen that the phone reads. It is what a runner begins with; another
/// client may have left another, and one of 62 and more makes it fail on pages that deep.
const DEPTH: u8 = 50;

/// What a session is set to once it is there, all in one call. Alerts of the system belong to the
/// screen that we read; nothing waits for animations to end; a find of one element stops at the
/// first; and what is found is described in the same answer, so that nothing has to be asked
/// about it. They are set anew each time: a runner keeps some of them from one session to the next.
fn settings() -> Value {
    json!({ "settings": {
        "respectSystemAlerts": true,
        "waitForIdleTimeout": 0,
        "animationCoolOffTimeout": 0,
        "snapshotMaxDepth": DEPTH,
        "useFirstMatch": true,
        "shouldUseCompactResponses": false,
        "elementResponseAttributes": SAID,
    } })
}

/// Makes a session; whoever had one loses it.
pub(crate) async fn create(wda: &Wda) -> Result<SessionId, PhoneError> {
    let created: Created = wda.call(Command::create_session(capabilities())).await?;
    let session = SessionId::parse(&created.session).map_err(|_| {
        PhoneError::new(
            Code::Malformed,
            Sent::Unknown,
            "the phone gave a session id that is none; is that really WebDriverAgent?",
        )
    })?;
    let set = Command::look_for(&session, "/appium/settings", settings());
    match wda.call::<serde::de::IgnoredAny>(set).await {
        Ok(_) => Ok(session),
        // A runner that is too old for a setting works without it.
        Err(error) if error.code == Code::UnknownCommand || error.sent == Sent::Failed => {
            Ok(session)
        }
        Err(error) => Err(error),
    }
}

/// Ends a session. One that is already gone is as good.
pub(crate) async fn delete(wda: &Wda, session: &SessionId) -> Result<(), PhoneError> {
    match wda.call::<()>(Command::delete_session(session)).await {
        Err(error) if error.code == Code::InvalidSession => Ok(()),
        done => done,
    }
}

/// Ends the runner on the phone, and waits until nothing answers any more. Who keeps it running
/// there starts it again.
pub(crate) async fn end_runner(wda: &Wda) -> Result<(), PhoneError> {
    let asked: Result<serde::de::IgnoredAny, _> = wda.call(Command::ask("/wda/shutdown")).await;
    match asked {
        // It answers with a word that is no JSON, or ends before it does.
        Err(error) if error.sent == Sent::NotSent => return Err(error),
        _ => {}
    }
    for _ in 0..LOOKS_AT_END {
        if probe(wda).await.is_err() {
            return Ok(());
        }
        tokio::time::sleep(LOOK_AGAIN_AFTER).await;
    }
    Err(PhoneError::new(
        Code::Timeout,
        Sent::Failed,
        "WebDriverAgent was told to end and still answers",
    ))
}

/// Asks something that only the main queue can answer, without a session, so that it disturbs
/// nobody's. An answer of `/status` would prove no more than that the server's thread lives.
pub(crate) async fn probe(wda: &Wda) -> Result<(), PhoneError> {
    let asked: Result<serde::de::IgnoredAny, _> =
        wda.call(Command::ask("/wda/activeAppInfo").probing()).await;
    match asked {
        Ok(_) => Ok(()),
        // The app in front cannot be told while the screen changes; the queue answered all the
        // same. Only a runner that does not know the command answers without asking the queue.
        Err(error) if error.sent == Sent::Failed => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_that_stand_for_themselves_are_taken() {
        for good in ["A1B2-C3", "a.b_c:d", "0"] {
            assert!(SessionId::parse(good).is_ok(), "{good}");
        }
        let long = "a".repeat(ID_BYTES_MAX + 1);
        for bad in [
            "", ".", "..", "a/b", "a?b", "a#b", "a b", "a%2f", "é", "a\r\nb", &long,
        ] {
            assert!(SessionId::parse(bad).is_err(), "{bad}");
        }
    }
}
