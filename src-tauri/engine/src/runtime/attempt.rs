//! What attempts ask and tell: intents, outcomes, who is signed in, the lines of their logs.

use serde_json::{Value, json};
use signalbox_automation::{Status, StepEnd, StepLog};
use signalbox_phone::Sent;
use signalbox_scheduler::{AccountNo, Act, AttemptNo, Effect, Input, Need, PhoneNo, Prior, TaskId};

use super::message::{IntentAnswer, LogLine};
use super::turn::Turn;
use crate::store::intents::IntentRow;
use crate::store::interactions::NewInteraction;
use crate::store::{self, intents, interactions, task_log, tasks};

impl Turn<'_> {
    /// The task and account of an attempt that may still tell things.
    fn lease(&self, attempt: AttemptNo) -> Option<(TaskId, AccountNo, PhoneNo)> {
        let lease = self.memory.state.attempt(attempt)?;
        Some((lease.task, lease.account?, lease.phone))
    }

    pub(super) fn intend(
        &mut self,
        attempt: AttemptNo,
        step: u16,
        intent: &signalbox_automation::Intent,
    ) -> store::Result<IntentAnswer> {
        let Some((task, account, _)) = self.lease(attempt) else {
            return Ok(IntentAnswer::Stop);
        };
        let row = IntentRow {
            attempt,
            step,
            task,
            account,
            act: core_act(intent.act),
            target_key: intent.target.reveal().to_lowercase(),
            post: intent.post.clone().unwrap_or_default(),
            text: intent.text.clone().unwrap_or_default(),
        };
        let days = self.memory.chosen.reengagement_days();
        let prior = intents::prior(&self.tables, &row, self.now.at, days);
        // What was done before cannot be found out: then nothing is done.
        let prior = prior.unwrap_or_else(|error| {
            tracing::error!(%error, "the history of an act could not be read");
            Prior::CheckFailed
        });
        let act = row.act;
        let effects = self.feed(&Input::Intend {
            attempt,
            step,
            act,
            prior,
            rest: intent.rest.map(need_of),
        })?;
        let mut answer = IntentAnswer::Stop;
        for effect in effects {
            answer = match effect {
                Effect::Proceed { .. } => {
                    intents::insert(&self.tables, &row, self.now.at, self.ts)?;
                    IntentAnswer::Proceed
                }
                Effect::Skip { why, .. } => IntentAnswer::Skip(why),
                Effect::Yield { .. } => IntentAnswer::Yield,
                Effect::Wait { until, .. } => {
                    let policy = until.saturating_sub(self.now.at);
                    IntentAnswer::Wait(policy.div_ceil(u64::from(self.time_scale)))
                }
                effect => {
                    self.effects.push(effect);
                    answer
                }
            };
        }
        Ok(answer)
    }

    pub(super) fn outcome(
        &mut self,
        attempt: AttemptNo,
        step: u16,
        outcome: &signalbox_automation::Outcome,
    ) -> store::Result<()> {
        let Some((task, account, phone)) = self.lease(attempt) else {
            return Ok(());
        };
        let act = core_act_of(outcome.interaction);
        if outcome.status == Status::Unknown {
            // The intent stays open: a later look settles it, or the end of the task says that
            // nobody knows.
            return Ok(());
        }
        let done = outcome.status == Status::Success;
        let before = self.journal.len();
        let effects = self.feed(&Input::Acted {
            attempt,
            step,
            act,
            done,
            // What is no last word is done again, by an attempt that needs the room for it.
            last: outcome.status.is_final(),
        })?;
        self.keep(effects);
        if self.journal.len() == before {
            // Told before: one outcome, one row (P10).
            return Ok(());
        }
        // What this look found settles the intents that earlier attempts left open at this step:
        // where it was so before, one of them came true; where it was not, none did.
        let already = outcome.status == Status::Already;
        let (tried_before, list) = self
            .memory
            .state
            .task(task)
            .map_or((true, None), |task| (task.attempts > 1, task.list()));
        let open =
            tried_before && intents::settle_earlier(&self.tables, task, attempt, step, already)?;
        let came_true = already && open;
        let (status, reason) = if came_true {
            ("success", "seen_after_interruption")
        } else {
            (outcome.status.as_str(), outcome.reason.unwrap_or_default())
        };
        let interaction = NewInteraction {
            task,
            attempt,
            step,
            account,
            phone,
            list,
            rehearsal: self.is_rehearsal(attempt, task)?,
            target: outcome.target.reveal().to_owned(),
            post: outcome.post.clone().unwrap_or_default(),
            action: outcome.interaction.as_str(),
            status,
            reason: reason.to_owned(),
            latency_ms: u64::try_from(outcome.latency.as_millis()).unwrap_or(u64::MAX),
        };
        interactions::insert(&self.tables, &interaction, self.now.at, self.ts)
    }

    pub(super) fn signed_in(
        &mut self,
        attempt: AttemptNo,
        seen: &signalbox_automation::SignedIn,
    ) -> store::Result<()> {
        let Some((_, _, phone)) = self.lease(attempt) else {
            return Ok(());
        };
        for handle in seen.all.iter().flatten().chain([&seen.active]) {
            if let Some(account) = self.memory.directory.account_by_handle(handle) {
                let effects = self.feed(&Input::SignedIn { phone, account })?;
                self.keep(effects);
            }
        }
        Ok(())
    }

    pub(super) fn log_line(&mut self, attempt: AttemptNo, line: &LogLine) -> store::Result<()> {
        let Some((task, ..)) = self.lease(attempt) else {
            return Ok(());
        };
        let (event, data) = match line {
            LogLine::Step(line) => ("step", step_data(attempt, line)),
            LogLine::Screenshot { id, bytes } => (
                "screenshot",
                json!({ "attempt": attempt.0, "screenshot": id, "bytes": bytes }),
            ),
            LogLine::Dropped(lines) => ("dropped", json!({ "attempt": attempt.0, "lines": lines })),
        };
        task_log::insert(&self.tables, task, event, &data, self.ts)
    }

    fn is_rehearsal(&self, attempt: AttemptNo, task: TaskId) -> store::Result<bool> {
        if let Some(known) = self.rehearsals.get(&attempt) {
            return Ok(*known);
        }
        let orders = tasks::orders(&self.tables, task)?;
        Ok(orders.is_some_and(|orders| orders.rehearsal))
    }
}

/// A step: what was done, what was looked for and found, how it ended, what is known of the last
/// request, the error that WebDriverAgent named, and how long it took.
fn step_data(attempt: AttemptNo, line: &StepLog) -> Value {
    let end = match line.end {
        StepEnd::Done => "done",
        StepEnd::Skipped => "skipped",
        StepEnd::NotFound => "not_found",
        StepEnd::Ambiguous => "ambiguous",
        StepEnd::Stopped => "stopped",
        StepEnd::Failed => "failed",
    };
    let sent = match line.sent {
        None => "sent",
        Some(Sent::NotSent) => "not_sent",
        // The phone said that it did not do it.
        Some(Sent::Failed) => "refused",
        Some(Sent::Unknown) => "unknown",
    };
    json!({
        "attempt": attempt.0,
        "step": line.step,
        "what": line.what,
        "sought": line.sought,
        "found": line.found,
        "end": end,
        "sent": sent,
        "error": line.error,
        "took_ms": u64::try_from(line.took.as_millis()).unwrap_or(u64::MAX),
    })
}

/// Acts by sort, as the core counts them.
pub(crate) fn need_of(acts: signalbox_automation::Acts) -> Need {
    Need([acts.follows, acts.likes, acts.comments])
}

fn core_act(act: signalbox_automation::Act) -> Act {
    match act {
        signalbox_automation::Act::Follow => Act::Follow,
        signalbox_automation::Act::Like => Act::Like,
        signalbox_automation::Act::Comment => Act::Comment,
    }
}

fn core_act_of(interaction: signalbox_automation::Interaction) -> Option<Act> {
    match interaction {
        signalbox_automation::Interaction::View => None,
        signalbox_automation::Interaction::Follow => Some(Act::Follow),
        signalbox_automation::Interaction::Like => Some(Act::Like),
        signalbox_automation::Interaction::Comment => Some(Act::Comment),
    }
}
