//! What is wrong with a flow, by file and line.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The most problems that are told of one flow; a file that is no flow at all has one a line.
pub const PROBLEMS_MAX: usize = 100;

/// One thing that is wrong, or worth knowing before a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The file, as it is named in the flow's folder.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// A stable word: `yaml`, `too_large`, `unsupported_command`, `unknown_key`, `bad_value`,
    /// `missing`, `unsupported_expression`, `unsupported_pattern`, `flow_not_found`,
    /// `path_outside`, `cycle`, `too_deep`, `variable_missing`, `not_on_a_phone`.
    pub code: String,
    /// One sentence.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// Everything that is wrong with a flow; nothing of it is run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.first().map(ToString::to_string).unwrap_or_default())]
pub struct Problems(pub Vec<Problem>);

/// Where the reader is, for problems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct At {
    pub file: std::sync::Arc<str>,
    pub line: u32,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Problems as they are found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub all: Vec<Problem>,
}

impl Findings {
    pub fn add(&mut self, at: &At, code: &str, message: impl Into<String>) {
        let found = Problem {
            file: at.file.to_string(),
            line: at.line,
            code: code.to_owned(),
            message: message.into(),
        };
        if self.all.len() < PROBLEMS_MAX && !self.all.contains(&found) {
            self.all.push(found);
        }
    }
}
