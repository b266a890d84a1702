//! Engagement tasks: named pages, and what the operator has to say there.

use signalbox_automation::{Engagement, Handle, Work};
use signalbox_scheduler::{Kind, Priority};

use super::tasks::TaskCreated;
use super::{CommandError, Commands};
use crate::list_file::TaskRow;

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

impl From<NewEngagement> for TaskRow {
    fn from(new: NewEngagement) -> Self {
        let first = new.engagement.pages.first().cloned();
        let row = Self {
            line: 0,
            account_id: new.account_id,
            kind: Kind::Engagement,
            target: first.unwrap_or_else(|| Handle::new("")),
            actions: new.engagement.kinds(),
            max_likes: 1,
            max_follows: 1,
            work: Some(Work::Engagement(new.engagement)),
            priority: new.priority,
            not_before_ms: new.not_before,
            note: None,
            key: None,
        };
        row.keyed(new.idempotency_key)
    }
}

impl Commands {
    /// Accepts one engagement task.
    pub async fn create_engagement(&self, new: NewEngagement) -> Result<TaskCreated, CommandError> {
        self.accept(new.into()).await
    }
}
