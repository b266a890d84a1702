//! A look at who is active on a phone, without a task.

use std::sync::{Mutex, PoisonError};

use signalbox_phone::Phone;

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
