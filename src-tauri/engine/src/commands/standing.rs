//! How an account stood: its attempts, its rests and challenges, and what operators ordered of it.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use signalbox_scheduler::AccountNo;

use super::{CommandError, Commands};
use crate::clock::rfc3339;
use crate::runtime::View;
use crate::store::audit::AuditRow;
use crate::store::standing::{self, Fact, What};
use crate::store::tasks::uuid;

/// Something that changed how an account stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AccountEvent {
    /// When, RFC 3339.
    pub at: String,
    /// `task` (an attempt of one of its tasks), `cooldown`, `cooldown_over` (its time came),
    /// `challenge`, `order` (of an operator).
    pub what: &'static str,
    /// The task of the attempt.
    pub task_id: Option<String>,
    /// Serial of its phone.
    pub device_udid: Option<String>,
    /// When the attempt ended; of a cooldown, until when it was to last.
    pub until: Option<String>,
    /// How the attempt ended: `completed`, `rate_limited`, `challenge`, `interrupted` and others;
    /// null while it is under way.
    pub ending: Option<String>,
    /// Why phone and account were held behind it: `lost`, `unplugged`, `engine_restarted`,
    /// `stopped`, `in_hand`.
    pub held_by: Option<String>,
    /// When the phone had proven quiet; null while it has not.
    pub quiet_at: Option<String>,
    /// Rate limits in a row, that of this cooldown counted.
    pub in_a_row: Option<u8>,
    /// Code of what went wrong.
    pub error_code: Option<String>,
    /// The same as a sentence.
    pub sentence: Option<String>,
    /// What was ordered, as `account.pause`.
    pub order: Option<String>,
    /// Through which face: `window`, `http`, `cli`.
    pub who: Option<String>,
    /// Why, in the operator's words.
    pub why: Option<String>,
    /// What a change of the account changed, as the fields of `PATCH /api/accounts/{id}`.
    pub fields: Vec<String>,
}

/// A page of what changed how an account stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountEvents {
    /// The newest first.
    pub events: Vec<AccountEvent>,
    /// Before which row of the journal the next page begins, if there may be more.
    pub next: Option<i64>,
}

impl AccountEvent {
    fn new(ts: i64, what: &'static str) -> Self {
        Self {
            at: rfc3339(ts),
            what,
            task_id: None,
            device_udid: None,
            until: None,
            ending: None,
            held_by: None,
            quiet_at: None,
            in_a_row: None,
            error_code: None,
            sentence: None,
            order: None,
            who: None,
            why: None,
            fields: Vec::new(),
        }
    }
}

impl Commands {
    /// What changed how an account stands, the newest first, before a row of the journal: about as
    /// many as `limit`, fewer where little of what was looked at is about it.
    ///
    /// # Errors
    /// `unknown_account`.
    pub async fn account_events(
        &self,
        id: String,
        before: Option<i64>,
        limit: u32,
    ) -> Result<AccountEvents, CommandError> {
        let named = id.clone();
        let found = self.read(move |view| view.directory.account_by_id(&named));
        let message = "There is no such account. Add it first.";
        let unknown = || CommandError::new("unknown_account", message);
        let no: AccountNo = found.await?.ok_or_else(unknown)?;
        let found = self
            .query(move |connection| standing::page(connection, (no, &id), before, limit as usize));
        let page = found.await?;
        let events = self.read(move |view| {
            let facts = page.facts.into_iter();
            let events = facts.map(|fact| shown(view, fact));
            AccountEvents {
                events: events.collect(),
                next: page.next,
            }
        });
        events.await
    }
}

fn shown(view: &View<'_>, fact: Fact) -> AccountEvent {
    match fact.what {
        What::Tried { task, found } => {
            let phone = found.as_ref().and_then(|it| view.directory.phone(it.phone));
            let mut event = AccountEvent::new(fact.ts, "task");
            event.task_id = Some(uuid(task).to_string());
            event.device_udid = phone.map(|phone| phone.udid.reveal().to_owned());
            if let Some(found) = found {
                event.until = found.ended_ts.map(rfc3339);
                event.ending = found.ending;
                event.held_by = found.doubt;
                event.quiet_at = found.quiet_ts.map(rfc3339);
                event.error_code = found.error_code;
                event.sentence = found.error;
            }
            event
        }
        What::CooldownBegun { ms, in_a_row } => {
            let real = i64::try_from(ms / u64::from(view.time_scale.max(1))).unwrap_or(i64::MAX);
            let mut event = AccountEvent::new(fact.ts, "cooldown");
            event.until = Some(rfc3339(fact.ts.saturating_add(real)));
            event.in_a_row = Some(in_a_row);
            event
        }
        What::CooldownOver => AccountEvent::new(fact.ts, "cooldown_over"),
        What::Challenged => AccountEvent::new(fact.ts, "challenge"),
        What::Ordered(row) => {
            let mut event = AccountEvent::new(fact.ts, "order");
            if row.action == "account.change" {
                event.fields = changed(&row);
            }
            event.order = Some(row.action);
            event.who = Some(row.who);
            event.why = row.why;
            event
        }
    }
}

/// The fields whose values are others than they were.
fn changed(row: &AuditRow) -> Vec<String> {
    let facts = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap_or_default();
    let (before, after) = (facts(&row.before), facts(&row.after));
    let others = after
        .into_iter()
        .filter(|(field, now)| before.get(field) != Some(now));
    others.map(|(field, _)| field).collect()
}
