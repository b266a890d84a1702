//! Flows: scripts in a subset of Maestro's YAML, read into steps.
//!
//! [`parse`] reads a flow with the files it runs, or says everything that is wrong with it, by file
//! and line, before anything is done. It does no IO: files come through a function of the caller.
//! What the steps mean on a screen is in [`crate::perform`], together with those of the actions.

mod command;
mod document;
mod expression;
mod fields;
mod files;
mod outline;
mod parse;
mod problem;
mod select;
mod selector;
mod template;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::step::Step;

pub use document::FILE_BYTES_MAX;
pub use expression::{Expression, Value};
pub use files::{FILES_MAX, FLOW_BYTES_MAX};
pub use outline::{Line, outline};
pub use parse::{parse, parse_script};
pub use problem::{PROBLEMS_MAX, Problem, Problems};
pub use selector::{Relation, Selector, Trait};
pub use template::{Live, Template};

pub(crate) use selector::means;

/// The most rounds of one `repeat`.
pub const ROUNDS_MAX: u16 = 100;
/// The most commands that one run carries out.
pub const COMMANDS_MAX: u32 = 1_000;
/// The longest run.
pub const RUN_MAX: std::time::Duration = std::time::Duration::from_secs(30 * 60);
/// The most steps that a flow has when it is read, with every file it runs.
pub const STEPS_MAX: usize = 5_000;
/// How deep flows run flows.
pub const FLOWS_DEEP_MAX: usize = 10;

/// A flow that can be run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Flow {
    /// What it calls itself.
    pub name: Option<String>,
    /// The app it is about; none: the social app.
    pub app: Option<String>,
    /// What is done before it.
    pub before: Vec<Step>,
    /// What it does.
    pub steps: Vec<Step>,
    /// What is done after it, also when it failed.
    pub after: Vec<Step>,
    /// Names without a value; it runs only when all of them have one.
    pub needs: BTreeSet<String>,
    /// What is worth knowing before a run.
    pub notes: Vec<Problem>,
    /// Every file that was read, the flow itself included.
    pub files: BTreeMap<String, String>,
}

/// A flow as it is kept: its files, and the values it was given.
#[derive(Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Script {
    /// The name of the file that is the flow.
    pub main: String,
    /// Its files by their names in the flow's folder.
    pub files: BTreeMap<String, String>,
    /// What stands for names.
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
}

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let files: Vec<&String> = self.files.keys().collect();
        let names: Vec<&String> = self.variables.keys().collect();
        write!(f, "Script({}, {files:?}, {names:?})", self.main)
    }
}
