//! What a flow would do, line by line, for a person to read before it runs.

use super::Flow;
use crate::perform::words;
use crate::step::{Step, What};

/// Lines that are told of one flow; the rest are the reader's to look up.
pub const LINES_MAX: usize = 500;

/// One command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it stands, as `login.yaml:12`.
    pub place: String,
    /// What is done: a stable word of the task log.
    pub what: &'static str,
    /// With what, as the log names it; empty where it names nothing.
    pub with: String,
    /// How many commands it stands inside of.
    pub depth: usize,
    /// What is missing is passed over.
    pub optional: bool,
}

/// Every command in the order in which it comes; those inside of others behind them.
pub fn outline(flow: &Flow) -> Vec<Line> {
    let mut lines = Vec::new();
    for steps in [&flow.before, &flow.steps, &flow.after] {
        add(steps, 0, &mut lines);
    }
    lines
}

fn add(steps: &[Step], depth: usize, lines: &mut Vec<Line>) {
    for step in steps {
        if lines.len() >= LINES_MAX {
            return;
        }
        let (what, with) = words(&step.what);
        lines.push(Line {
            place: step.place.as_deref().unwrap_or_default().to_owned(),
            what,
            with,
            depth,
            optional: step.optional,
        });
        if let What::While { steps, .. } | What::Retry { steps, .. } = &step.what {
            add(steps, depth + 1, lines);
        }
    }
}
