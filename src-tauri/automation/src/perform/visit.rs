//! What is done on a phone without a task: it shows which one it is, and is looked at for who is
//! active.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use signalbox_phone::{Phone, PhoneError};

use super::Runner;
use crate::ending::Ending;
use crate::handle::Handle;
use crate::job::{Job, Mode, Progress, Work};
use crate::ledger::{Halted, Intent, Ledger, Outcome, SignedIn, StepLog, Verdict};
use crate::screens::Screens;

/// What a look at a phone showed.
#[derive(Debug)]
pub struct Visit {
    /// Which accounts were seen signed in, each time one was.
    pub seen: Vec<SignedIn>,
    /// How the look ended; [`Ending::Completed`]: the account is active (with none asked for,
    /// anybody is), and nothing stands in the way.
    pub ending: Ending,
}

/// Opens the app, reads who is active, and switches to `account` where one is asked for. Changes
/// nothing for anybody. The app is left open.
///
/// As with a job, a stop sign that stands there from the beginning is looked at again with the app
/// started anew; it belongs to whoever is active ([`Ending::Blocked`]).
pub async fn visit<P: Phone>(
    phone: &P,
    screens: &Screens,
    account: Option<&Handle>,
    app_version: Option<String>,
) -> Visit {
    let job = Job {
        handle: account.cloned().unwrap_or_else(|| "".into()),
        work: Work::Instagram {
            target: "".into(),
            actions: Vec::new(),
            max_likes: 0,
            max_follows: 0,
        },
        resume: Progress::default(),
        unsettled: None,
        mode: Mode::Rehearse,
        app_version,
    };
    let onlooker = Onlooker::default();
    let mut runner = Runner::new(phone, screens, &job, &onlooker);
    let done = match account {
        Some(_) => runner.start().await,
        None => runner.meet().await,
    };
    let ending = match done {
        Ok(()) => Ending::Completed,
        Err(stop) => stop.into_ending(),
    };
    let seen = onlooker.0.into_inner();
    Visit {
        seen: seen.unwrap_or_else(PoisonError::into_inner),
        ending,
    }
}

/// Apple's own settings: on every iPhone, and nothing of an account is in them.
const SETTINGS: &str = "com.apple.Preferences";
/// How often the screen goes there and back.
const TIMES: u8 = 4;
/// How long each of both screens is to be seen.
const SEEN: Duration = Duration::from_millis(800);

/// Makes a phone easy to tell from those beside it: its screen goes to the settings and back home,
/// four times. The app is not touched; the home screen is left open.
///
/// # Errors
/// The first call that failed; nothing is sent after it.
pub async fn show_itself<P: Phone>(phone: &P) -> Result<(), PhoneError> {
    for _ in 0..TIMES {
        phone.activate(SETTINGS).await?;
        tokio::time::sleep(SEEN).await;
        phone.press_button("home").await?;
        tokio::time::sleep(SEEN).await;
    }
    Ok(())
}

/// Keeps what was seen, and lets nothing be done.
#[derive(Default)]
struct Onlooker(Mutex<Vec<SignedIn>>);

impl Ledger for Onlooker {
    async fn intend(&self, _: u16, _: &Intent) -> Verdict {
        Verdict::Stop
    }

    async fn outcome(&self, _: u16, _: &Outcome) -> Result<(), Halted> {
        Ok(())
    }

    async fn signed_in(&self, seen: &SignedIn) -> Result<(), Halted> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(seen.clone());
        Ok(())
    }

    fn log(&self, _: StepLog) {}

    fn stop_asked(&self) -> bool {
        false
    }
}
