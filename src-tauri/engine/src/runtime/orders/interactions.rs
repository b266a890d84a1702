//! Orders about what was recorded.

use serde_json::{Value, json};
use signalbox_scheduler::policy::DAY_MS;

use super::{Carried, Operator, Order, Taken};
use crate::runtime::turn::Turn;
use crate::store::audit::{Entry, Subject};
use crate::store::intents;

/// Own accounts on one target are counted over so many days, whatever the days of deduplication.
const TARGET_DAYS: u64 = 7;

/// Records of acts that deduplication no longer looks at go, bit by bit, so that nobody waits long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cleanup {
    /// The next ones behind this attempt.
    Behind(i64),
    /// So many went, and no more are to go.
    Told(usize),
}

impl Order for Cleanup {
    /// How far it came, and how many went; `None` at the end.
    type Done = Option<(i64, usize)>;

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<Self::Done> {
        match *self {
            Self::Behind(from) => {
                let days = turn.memory.chosen.reengagement_days().max(TARGET_DAYS);
                let at = turn.now.at.saturating_sub(days * DAY_MS);
                let went = intents::drop_expired(&turn.tables, from, at)?;
                Ok(Ok(Carried::unchanged(went)))
            }
            Self::Told(dropped) => {
                let after = json!({ "expired_records_dropped": dropped });
                let subject = Subject::system();
                let entry = Entry::new("interactions.cleanup", subject, Value::Null, after);
                Ok(Ok(Carried::new(None, entry)))
            }
        }
    }
}
