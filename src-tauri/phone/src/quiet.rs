//! Proven quiet: nothing that was ever asked of a phone is still at work on it.
//!
//! After a timeout, a crash or a pulled cable nobody knows what the phone still does. The proof
//! goes in this order, and only its last step counts:
//!
//! 1. Our streams to that phone are closed. The stop switch of the last attempt is thrown by the
//!    pool before [`prove`] is called; after a crash of ours the system has closed them.
//! 2. The old session is deleted, if its id is known. From now on the phone refuses a command of
//!    it that is still under way in some buffer.
//! 3. A new session is made. That goes through WebDriverAgent's main queue, where everything else
//!    goes too, one after another: once it is answered, whatever was queued before has run. It
//!    also ends an old session whose id we never learnt.
//! 4. The app is ended, and asked about until it is said to be not running.
//! 5. A numbered command is sent: `GET /session/{new}?check={number}`, on a stream opened for it.
//!    It goes through the main queue as well, and its answer must name the new session.
//!
//! Why that answer cannot be a stale one: it is the first on a stream that did not exist before
//! the question, and it must name a session id that did not exist before step 3. The number goes
//! with the request, so that a record of the wire tells one check from another, and comes back to
//! the caller only with the proof. Why not `/status`: WebDriverAgent answers it, pictures and the
//! deletion of a session beside the main queue, so it shows that the server lives and nothing of
//! what the screen is doing. Why a query and not a setting: keys of a query that a command does
//! not know are ignored, and nothing on the phone is changed by one.

use std::time::Duration;

use serde::Deserialize;

use crate::error::{Code, PhoneError, Sent};
use crate::limits::Limits;
use crate::mux::{Link, Muxer};
use crate::screen::{AppState, Phone};
use crate::wda::{self, Command, Reply, SessionId, StopSwitch, Wda, WdaPhone};

/// Pause between two looks whether the app has ended.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// What is to be proven, of which phone.
#[derive(Debug, Clone)]
pub struct Check {
    /// Number of the check; the answer carries it, and any other number proves nothing.
    pub number: u64,
    /// The session of the attempt that is in doubt, if it is known.
    pub previous: Option<SessionId>,
    /// The app that must not be running.
    pub bundle_id: String,
    /// For everything together.
    pub limit: Duration,
}

/// Proves a phone quiet and gives the number of the check back.
///
/// Throwing `stop` ends it at once, without a proof. The session it made is deleted again.
///
/// # Errors
/// Anything that kept the proof from being whole; the phone stays in doubt.
pub async fn prove(
    muxer: &Muxer,
    link: &Link,
    check: &Check,
    stop: &StopSwitch,
) -> Result<u64, PhoneError> {
    let limit = check.limit;
    match tokio::time::timeout(limit, steps(muxer, link, check, stop)).await {
        Ok(done) => done,
        Err(_) => Err(PhoneError::new(
            Code::Timeout,
            Sent::Unknown,
            format!(
                "the phone was not proven quiet within {} ms; it stays held and is asked again",
                limit.as_millis()
            ),
        )),
    }
}

async fn steps(
    muxer: &Muxer,
    link: &Link,
    check: &Check,
    stop: &StopSwitch,
) -> Result<u64, PhoneError> {
    if let Some(previous) = &check.previous {
        let old = Wda::new(muxer.clone(), link.clone(), stop.clone());
        wda::delete(&old, previous).await?;
    }
    let phone = WdaPhone::open(muxer, link.clone(), stop.clone()).await?;
    let session = phone.session();
    if check.previous.as_ref() == Some(&session) {
        return Err(unproven("the phone gave the old session again"));
    }
    phone.terminate(&check.bundle_id).await?;
    while phone.app_state(&check.bundle_id).await? != AppState::NotRunning {
        tokio::time::sleep(LOOK_AGAIN_AFTER).await;
    }
    numbered(muxer, link, &session, check.number, stop).await?;
    // The proof stands; a session that is left behind is ended by the next one that is made.
    let _ = wda::delete(phone.wda(), &session).await;
    Ok(check.number)
}

/// Session info; what else it tells depends on the version.
#[derive(Deserialize)]
struct Info {
    #[serde(rename = "sessionId", default)]
    session: Option<String>,
}

/// Step 5.
async fn numbered(
    muxer: &Muxer,
    link: &Link,
    session: &SessionId,
    number: u64,
    stop: &StopSwitch,
) -> Result<(), PhoneError> {
    let fresh = Wda::new(muxer.clone(), link.clone(), stop.clone());
    let question = Command::look(session, &format!("?check={number}"));
    let reply: Reply<Info> = fresh.ask(question).await?;
    let named = reply.session.or(reply.value.session);
    match named.as_deref() == Some(session.as_str()) {
        true => Ok(()),
        false => Err(unproven("the answer does not name the new session")),
    }
}

fn unproven(why: &str) -> PhoneError {
    PhoneError::new(
        Code::Malformed,
        Sent::Unknown,
        format!("the phone is not proven quiet: {why}; it stays held and is asked again"),
    )
}

/// The longest a check can sensibly take with these limits.
pub fn default_limit(limits: &Limits) -> Duration {
    limits.session.saturating_add(limits.command)
}
