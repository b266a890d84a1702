//! Flows as tasks: a script that is read before it is accepted, and kept with the task.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use signalbox_automation::flow::{Problems, Script, parse_script};
use signalbox_automation::{Handle, Work};
use signalbox_scheduler::{Kind, Priority};

use super::import::new_id;
use super::tasks::TaskCreated;
use super::{CommandError, Commands};
use crate::store::tasks::TaskSpec;

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

impl Commands {
    /// Accepts a flow as a task, if it can be run as it is.
    pub async fn create_flow(&self, new: NewFlow) -> Result<TaskCreated, CommandError> {
        runs(&new.script, &new.target)?;
        let key = new.idempotency_key.clone();
        let idempotency = key.map(|key| (key, fingerprint(&new)));
        let target = Handle::new(&new.target);
        let spec = TaskSpec {
            task: new_id(),
            row: None,
            kind: Kind::Flow,
            target: target.clone(),
            actions: Vec::new(),
            max_likes: 0,
            max_follows: 0,
            work: Some(Work::Flow {
                target,
                script: new.script,
            }),
            priority: new.priority,
            not_before: new.not_before,
            note: new.name,
            rehearsal: false,
        };
        self.accept(spec, new.account_id, idempotency).await
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

/// What an idempotency key stands for.
fn fingerprint(new: &NewFlow) -> [u8; 32] {
    let files: &BTreeMap<String, String> = &new.script.files;
    let asked = serde_json::json!([
        "flow",
        new.account_id,
        new.target,
        new.script.main,
        files,
        new.script.variables,
        new.name,
        new.priority,
        new.not_before
    ]);
    Sha256::digest(asked.to_string()).into()
}
