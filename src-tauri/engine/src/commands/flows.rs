//! Flows as tasks: a script that is read before it is accepted, and kept with the task.

use signalbox_automation::flow::{Problems, Script, parse_script};
use signalbox_automation::{Handle, Work};
use signalbox_scheduler::{Kind, Priority};

use super::tasks::TaskCreated;
use super::{CommandError, Commands};
use crate::list_file::TaskRow;

/// A flow to accept as a task.
#[derive(Debug, Clone)]
pub struct NewFlow {
    /// The account; `None`: the one with the shortest line.
    pub account_id: Option<String>,
    /// Whom it is about, for `${target}`; may be empty.
    pub target: String,
    /// The script with every file it runs, and the values it is given.
    pub script: Script,
    /// What people call the task.
    pub name: String,
    /// Urgency.
    pub priority: Priority,
    /// Wall time before which it does not start, ms since 1970.
    pub not_before: Option<i64>,
    /// The same key again gives the same task again.
    pub idempotency_key: Option<String>,
}

impl From<NewFlow> for TaskRow {
    fn from(new: NewFlow) -> Self {
        let target = Handle::new(&new.target);
        let row = Self {
            line: 0,
            account_id: new.account_id,
            kind: Kind::Flow,
            target: target.clone(),
            actions: Vec::new(),
            max_likes: 1,
            max_follows: 1,
            work: Some(Work::Flow {
                target,
                script: new.script,
            }),
            priority: new.priority,
            not_before_ms: new.not_before,
            note: Some(new.name).filter(|name| !name.is_empty()),
            key: None,
        };
        row.keyed(new.idempotency_key)
    }
}

impl Commands {
    /// Accepts a flow as a task, if it can be run as it is.
    pub async fn create_flow(&self, new: NewFlow) -> Result<TaskCreated, CommandError> {
        runs(&new.script, &new.target)?;
        self.accept(new.into()).await
    }
}

/// Refuses a script that cannot be run, or that lacks the value of a name.
pub(super) fn runs(script: &Script, target: &str) -> Result<(), CommandError> {
    // Who acts is known when it runs.
    let mut more = vec![("handle", "")];
    if !target.is_empty() {
        more.push(("target", target));
    }
    let flow = parse_script(script, &more)?;
    let names: Vec<&str> = flow.needs.iter().map(String::as_str).collect();
    match names.is_empty() {
        true => Ok(()),
        false => Err(CommandError {
            code: "variable_missing".to_owned(),
            detail: format!("The flow needs values for {}. Give them.", names.join(", ")),
            errors: flow.notes.iter().map(ToString::to_string).collect(),
        }),
    }
}

impl From<Problems> for CommandError {
    fn from(Problems(all): Problems) -> Self {
        let count = all.len();
        let noun = if count == 1 { "problem" } else { "problems" };
        Self {
            code: "bad_flow".to_owned(),
            detail: format!("The flow has {count} {noun}; nothing was accepted."),
            errors: all.iter().map(ToString::to_string).collect(),
        }
    }
}
