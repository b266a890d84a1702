//! Engagement tasks: named pages, and what the operator has to say there.

use sha2::{Digest as _, Sha256};
use signalbox_automation::{Engagement, Handle, Work};
use signalbox_scheduler::{Kind, Priority};

use super::import::new_id;
use super::tasks::TaskCreated;
use super::{CommandError, Commands};
use crate::store::tasks::{TaskSpec, actions_of};

/// An engagement task to accept, checked by its face.
#[derive(Debug, Clone)]
pub struct NewEngagement {
    /// The account; `None`: the one with the shortest line.
    pub account_id: Option<String>,
    /// The pages, and what is done with each; at least one page.
    pub engagement: Engagement,
    /// Urgency.
    pub priority: Priority,
    /// Wall time before which it does not start, ms since 1970.
    pub not_before: Option<i64>,
    /// The same key again gives the same task again.
    pub idempotency_key: Option<String>,
}

impl Commands {
    /// Accepts one engagement task.
    pub async fn create_engagement(&self, new: NewEngagement) -> Result<TaskCreated, CommandError> {
        let key = new.idempotency_key.clone();
        let idempotency = key.map(|key| (key, fingerprint(&new)));
        let first = new.engagement.pages.first().cloned();
        let work = Work::Engagement(new.engagement);
        let spec = TaskSpec {
            task: new_id(),
            row: None,
            kind: Kind::Engagement,
            target: first.unwrap_or_else(|| Handle::new("")),
            actions: actions_of(&work),
            max_likes: 0,
            max_follows: 0,
            work: Some(work),
            priority: new.priority,
            not_before: new.not_before,
            note: String::new(),
            rehearsal: false,
        };
        self.accept(spec, new.account_id, idempotency).await
    }
}

/// What an idempotency key stands for.
fn fingerprint(new: &NewEngagement) -> [u8; 32] {
    let asked = serde_json::json!([
        "engagement",
        new.account_id,
        new.engagement,
        new.priority,
        new.not_before
    ]);
    Sha256::digest(asked.to_string()).into()
}
