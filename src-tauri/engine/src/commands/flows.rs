//! Flows as tasks: a script that is read before it is accepted, and kept with the task.

use signalbox_automation::flow::{Flow, Line, Problem, Problems, Script, outline, parse_script};
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

/// What is to be said of a flow before it is saved or run.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema, ts_rs::TS)]
pub struct FlowReport {
    /// It can be run, once all its names have a value.
    pub good: bool,
    /// What it calls itself.
    pub name: Option<String>,
    /// Everything that is wrong with it.
    pub problems: Vec<FlowNote>,
    /// What is worth knowing before a run.
    pub notes: Vec<FlowNote>,
    /// Names that have no value yet.
    pub needs: Vec<String>,
    /// What it would do, in order.
    pub steps: Vec<FlowLine>,
}

/// Something about a line of a flow.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema, ts_rs::TS)]
pub struct FlowNote {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// A stable word.
    pub code: String,
    /// One sentence.
    pub message: String,
}

/// A command of a flow.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema, ts_rs::TS)]
pub struct FlowLine {
    /// Where it stands, as `login.yaml:12`.
    pub place: String,
    /// What is done: a word of the task log.
    pub what: String,
    /// With what; empty where nothing is named.
    pub with: String,
    /// How many commands it stands inside of.
    pub depth: usize,
    /// What is missing is passed over.
    pub optional: bool,
}

impl From<Problem> for FlowNote {
    fn from(it: Problem) -> Self {
        Self {
            file: it.file,
            line: it.line,
            code: it.code,
            message: it.message,
        }
    }
}

/// Reads a flow as it would be run about somebody, and says what would come of it.
pub fn check_flow(script: &Script) -> FlowReport {
    // Who it is about and who acts is known when it runs.
    match parse_script(script, &[("handle", ""), ("target", SOMEBODY)]) {
        Ok(flow) => FlowReport {
            good: true,
            steps: told(script, &flow),
            name: flow.name,
            problems: Vec::new(),
            notes: flow.notes.into_iter().map(FlowNote::from).collect(),
            needs: flow.needs.into_iter().collect(),
        },
        Err(Problems(all)) => FlowReport {
            good: false,
            name: None,
            problems: all.into_iter().map(FlowNote::from).collect(),
            notes: Vec::new(),
            needs: Vec::new(),
            steps: Vec::new(),
        },
    }
}

/// What the flow would do; names without a value stand there as the names they are.
fn told(script: &Script, flow: &Flow) -> Vec<FlowLine> {
    let named = |name: &String| (name.clone(), format!("${{{name}}}"));
    let open: Vec<(String, String)> = flow.needs.iter().map(named).collect();
    let mut more = vec![("handle", ""), ("target", SOMEBODY)];
    more.extend(
        open.iter()
            .map(|(name, text)| (name.as_str(), text.as_str())),
    );
    let read = parse_script(script, &more);
    let lines = outline(read.as_ref().unwrap_or(flow)).into_iter();
    lines.map(FlowLine::from).collect()
}

impl From<Line> for FlowLine {
    fn from(it: Line) -> Self {
        Self {
            place: it.place,
            what: it.what.to_owned(),
            with: it.with,
            depth: it.depth,
            optional: it.optional,
        }
    }
}

/// Stands for a target while a flow is only read.
const SOMEBODY: &str = "somebody";

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
