//! Orders about what is done in the app.

use serde_json::json;
use signalbox_scheduler::Input;

use super::{Carried, Operator, Order, Taken};
use crate::action_no;
use crate::runtime::Refused;
use crate::runtime::turn::Turn;
use crate::store::audit::{Entry, Subject};
use crate::store::terms::Kind;

/// The pause of an action for a version of the app is over.
#[derive(Debug, Clone)]
pub(crate) struct ResumeAction {
    /// What the action is called in its notice.
    pub(crate) action: String,
    /// The version.
    pub(crate) app_version: String,
}

impl Order for ResumeAction {
    type Done = ();

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let version = turn
            .memory
            .directory
            .term(Kind::AppVersion, &self.app_version);
        let mut pauses = turn.memory.state.action_pauses();
        let found = pauses
            .find(|(of, no, _)| Some(of.0) == version && action_no::title(*no) == self.action)
            .map(|(of, no, _)| (of, no));
        drop(pauses);
        let Some((version, action)) = found else {
            let message = "That action is not paused for that version of the app.";
            return Ok(Err(Refused::new("not_paused", message)));
        };
        if let Err(refused) = turn.order_core(&Input::ResumeAction { version, action })? {
            return Ok(Err(refused));
        }
        let subject = Subject::new("action", &self.action).named(&self.app_version);
        let [before, after] = [true, false].map(|paused| json!({ "paused": paused }));
        let entry = Entry::new("action.resume", subject, before, after);
        Ok(Ok(Carried::new((), entry)))
    }
}

/// A control goes missing on two phones in the middle of the first task there is, for tests.
#[cfg(test)]
pub(crate) struct Miss {
    /// The version of the app on both.
    pub(crate) app_version: &'static str,
    /// The control.
    pub(crate) locator: &'static str,
}

#[cfg(test)]
impl Order for Miss {
    type Done = ();

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        use crate::runtime::message::{AppTold, Missing};
        use crate::store::phones::PhoneRow;

        for udid in ["one", "two"] {
            let phone = turn.phone(&PhoneRow::unseen(signalbox_phone::Udid::new(udid)))?;
            let told = AppTold {
                version: Some(self.app_version.to_owned()),
                language: Some(("en".to_owned(), true)),
            };
            let told = turn.app_told(phone, &told)?;
            let attempt = turn.memory.state.next_attempt();
            let (may_start, ending) = (true, signalbox_scheduler::Ending::ElementNotFound);
            let missing = Missing {
                locator: self.locator.to_owned(),
                action: action_no::BEGIN,
            };
            let missed = turn.ending(attempt, ending, Some(&missing))?;
            let (seen, ready) = (Input::PhoneSeen { phone }, Input::PhoneReady { phone });
            let gone = Input::PhoneGone { phone };
            for input in [told, seen, ready, Input::Tick { may_start }, missed, gone] {
                // What is ordered of the phones meanwhile is left out: there are none.
                turn.feed(&input)?;
            }
        }
        Ok(Ok(Carried::unchanged(())))
    }
}
