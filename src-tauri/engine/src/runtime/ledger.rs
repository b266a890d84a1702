//! The automation's ledger: each question and each outcome of an attempt goes through the loop and
//! comes back only when it is durable.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use signalbox_automation::{
    Halted, Intent, Ledger, Outcome, SignedIn, SkipReason, StepLog, Verdict,
};
use signalbox_scheduler::{AttemptNo, Skip};
use tokio::sync::{mpsc, oneshot};

use super::message::{IntentAnswer, Message};

/// Longest single wait for a gap; then it is asked again, since timers stand still during sleep.
const WAIT_MAX: Duration = Duration::from_secs(30);
/// How often a waiting step looks whether it is to stop.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The ledger of one attempt.
pub(super) struct AttemptLedger {
    pub(super) attempt: AttemptNo,
    pub(super) inbox: mpsc::Sender<Message>,
    pub(super) stop: Arc<AtomicBool>,
}

impl AttemptLedger {
    async fn ask<T>(&self, message: impl FnOnce(oneshot::Sender<T>) -> Message) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.inbox.send(message(reply)).await.ok()?;
        answer.await.ok()
    }

    /// Waits, in pieces, so that a stop is seen soon.
    async fn wait(&self, time: Duration) {
        let mut left = time.min(WAIT_MAX);
        while !left.is_zero() && !self.stop_asked() {
            let piece = left.min(LOOK_EVERY);
            tokio::time::sleep(piece).await;
            left -= piece;
        }
    }
}

impl Ledger for AttemptLedger {
    async fn intend(&self, step: u16, intent: &Intent) -> Verdict {
        loop {
            if self.stop_asked() {
                return Verdict::Stop;
            }
            let attempt = self.attempt;
            let intent = intent.clone();
            let answer = self
                .ask(|reply| Message::Intend {
                    attempt,
                    step,
                    intent,
                    reply,
                })
                .await;
            return match answer {
                Some(IntentAnswer::Proceed) => Verdict::Go,
                Some(IntentAnswer::Skip(why)) => Verdict::Skip(skip(why)),
                Some(IntentAnswer::Yield) => Verdict::Yield,
                Some(IntentAnswer::Wait(ms)) => {
                    self.wait(Duration::from_millis(ms)).await;
                    continue;
                }
                Some(IntentAnswer::Stop) | None => Verdict::Stop,
            };
        }
    }

    async fn outcome(&self, step: u16, outcome: &Outcome) -> Result<(), Halted> {
        let (attempt, outcome) = (self.attempt, outcome.clone());
        let told = self
            .ask(|reply| Message::Outcome {
                attempt,
                step,
                outcome,
                reply,
            })
            .await;
        told.ok_or(Halted)
    }

    async fn signed_in(&self, seen: &SignedIn) -> Result<(), Halted> {
        let (attempt, seen) = (self.attempt, seen.clone());
        let told = self
            .ask(|reply| Message::SignedIn {
                attempt,
                seen,
                reply,
            })
            .await;
        told.ok_or(Halted)
    }

    fn log(&self, line: StepLog) {
        // A full inbox is no reason to hold the phone: the line is dropped.
        let _ = self.inbox.try_send(Message::Log {
            attempt: self.attempt,
            line,
        });
    }

    fn stop_asked(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

fn skip(why: Skip) -> SkipReason {
    match why {
        Skip::DedupeHit => SkipReason::Dedupe,
        Skip::CheckFailed => SkipReason::CheckFailed,
        Skip::TargetLimit => SkipReason::TargetLimit,
        Skip::TextLimit => SkipReason::TextLimit,
    }
}
