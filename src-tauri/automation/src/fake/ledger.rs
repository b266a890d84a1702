//! A ledger that writes down what it is told.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::engagement::Acts;
use crate::ledger::{Halted, Intent, Ledger, Outcome, SignedIn, StepLog, Verdict};

/// The ledger.
#[derive(Default)]
pub struct FakeLedger {
    told: Mutex<Vec<String>>,
    lines: Mutex<Vec<StepLog>>,
    /// What each question said was left of its page.
    rests: Mutex<Vec<Option<Acts>>>,
    /// Answers to the next questions; then always go.
    verdicts: Mutex<Vec<Verdict>>,
    /// Fails at the first outcome.
    full: bool,
    stop: AtomicBool,
    /// A stop is asked for as soon as this is logged.
    stop_at: Option<&'static str>,
}

impl FakeLedger {
    pub fn answering(verdicts: &[Verdict]) -> Self {
        let mut verdicts = verdicts.to_vec();
        verdicts.reverse();
        Self {
            verdicts: Mutex::new(verdicts),
            ..Self::default()
        }
    }

    pub fn stopping_at(sought: &'static str) -> Self {
        Self {
            stop_at: Some(sought),
            ..Self::default()
        }
    }

    pub fn full() -> Self {
        Self {
            full: true,
            ..Self::default()
        }
    }

    pub fn told(&self) -> Vec<String> {
        self.told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub fn rests(&self) -> Vec<Option<Acts>> {
        self.rests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub fn lines(&self) -> Vec<StepLog> {
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn tell(&self, what: String) {
        self.told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(what);
    }
}

impl Ledger for FakeLedger {
    async fn intend(&self, step: u16, intent: &Intent) -> Verdict {
        self.tell(format!("{step} intend {}", intent.act.as_str()));
        self.rests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(intent.rest);
        let next = self
            .verdicts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        next.unwrap_or(Verdict::Go)
    }

    async fn outcome(&self, step: u16, outcome: &Outcome) -> Result<(), Halted> {
        let word = outcome.status.as_str();
        let reason = outcome
            .reason
            .map(|reason| format!(" {reason}"))
            .unwrap_or_default();
        self.tell(format!(
            "{step} {} {word}{reason}",
            outcome.interaction.as_str()
        ));
        if self.full { Err(Halted) } else { Ok(()) }
    }

    async fn signed_in(&self, seen: &SignedIn) -> Result<(), Halted> {
        let all = seen.all.as_ref().map(|all| {
            let all: Vec<&str> = all.iter().map(|handle| handle.reveal()).collect();
            format!(" of {}", all.join(","))
        });
        let part = match (seen.all.is_some(), seen.complete) {
            (true, false) => " and more",
            _ => "",
        };
        self.tell(format!(
            "active {}{}{part}",
            seen.active.reveal(),
            all.unwrap_or_default()
        ));
        Ok(())
    }

    fn log(&self, line: StepLog) {
        if self.stop_at.is_some_and(|at| line.sought == at) {
            self.stop.store(true, Ordering::SeqCst);
        }
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
    }

    fn stop_asked(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }
}
