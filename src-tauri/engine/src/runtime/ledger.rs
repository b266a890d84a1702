//! The automation's ledger: each question and each outcome of an attempt goes through the loop and
//! comes back only when it is durable.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use signalbox_automation::{
    Halted, Intent, Ledger, Outcome, SignedIn, SkipReason, StepLog, Verdict,
};
use signalbox_scheduler::{AttemptNo, Skip};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::message::{IntentAnswer, LogLine, Message};

/// Longest single wait for a gap; then it is asked again, since timers stand still during sleep.
const WAIT_MAX: Duration = Duration::from_secs(30);
/// How often a waiting step looks whether it is to stop.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The most lines of one attempt's log (R9); a flow has 1,000 commands.
const LINES_MAX: u64 = 2_000;

/// The ledger of one attempt.
pub(super) struct AttemptLedger {
    attempt: AttemptNo,
    inbox: mpsc::Sender<Message>,
    stop: Arc<AtomicBool>,
    /// Lines of its log that were told.
    told: AtomicU64,
    /// Lines that were left out.
    dropped: AtomicU64,
}

impl AttemptLedger {
    /// Of an attempt that begins, and ends at its next safe point once `stop` is set.
    pub(super) fn new(
        attempt: AttemptNo,
        inbox: mpsc::Sender<Message>,
        stop: Arc<AtomicBool>,
    ) -> Self {
        Self {
            attempt,
            inbox,
            stop,
            told: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
        }
    }

    /// The last lines of the log: the picture of the screen that was kept, with its bytes, and how
    /// many lines are missing.
    pub(super) async fn end_log(&self, picture: Option<(Uuid, usize)>) {
        let attempt = self.attempt;
        let dropped = self.dropped.load(Ordering::Relaxed);
        let dropped = (dropped > 0).then_some(LogLine::Dropped(dropped));
        let picture = picture.map(|(id, bytes)| LogLine::Screenshot { id, bytes });
        for line in picture.into_iter().chain(dropped) {
            let _ = self.inbox.send(Message::Log { attempt, line }).await;
        }
    }

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
        let attempt = self.attempt;
        let room = self.told.fetch_add(1, Ordering::Relaxed) < LINES_MAX;
        let line = LogLine::Step(line);
        // A full inbox is no reason to hold the phone: the line is dropped, and counted.
        if !room || self.inbox.try_send(Message::Log { attempt, line }).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
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

#[cfg(test)]
mod tests {
    use signalbox_automation::StepEnd;

    use super::*;

    fn line() -> StepLog {
        StepLog {
            step: None,
            what: "tap",
            sought: "x".to_owned(),
            found: None,
            end: StepEnd::Done,
            sent: None,
            error: None,
            took: Duration::ZERO,
        }
    }

    /// Lines of steps that come out, and how many are told to be missing.
    async fn told(room: usize, lines: u64) -> (u64, Option<u64>) {
        let (inbox, mut messages) = mpsc::channel(room);
        let ledger = AttemptLedger::new(AttemptNo(1), inbox, Arc::default());
        for _ in 0..lines {
            ledger.log(line());
        }
        let (mut steps, mut missing) = (0, None);
        let count = async {
            while let Some(message) = messages.recv().await {
                match message {
                    Message::Log {
                        line: LogLine::Step(_),
                        ..
                    } => steps += 1,
                    Message::Log {
                        line: LogLine::Dropped(lines),
                        ..
                    } => missing = Some(lines),
                    _ => {}
                }
            }
        };
        let end = async {
            ledger.end_log(None).await;
            drop(ledger);
        };
        tokio::join!(count, end);
        (steps, missing)
    }

    #[tokio::test]
    async fn a_log_says_how_many_lines_it_lacks() {
        assert_eq!(told(8, 5).await, (5, None));
        assert_eq!(told(3, 5).await, (3, Some(2)));
        assert_eq!(told(4_000, LINES_MAX).await, (LINES_MAX, None));
        assert_eq!(told(4_000, LINES_MAX + 7).await, (LINES_MAX, Some(7)));
    }
}
