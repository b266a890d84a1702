//! How a command ends: stable exit codes, and errors told once.

use std::process::ExitCode;

use signalbox_engine::CommandError;

/// The stable exit codes (DESIGN §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All done.
    Ok = 0,
    /// It did not work.
    Failure = 1,
    /// The call or its files are wrong; nothing was accepted.
    Usage = 2,
    /// What was named is not there.
    NotFound = 3,
    /// There is no engine that runs.
    NotRunning = 4,
    /// Refused: something else has to end first.
    Refused = 5,
    /// Some of it did not complete, or waits for a person.
    Partial = 6,
    /// Interrupted by the user.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// A command that ended early.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What to tell.
    pub error: CommandError,
}

impl Failure {
    /// A failure of this exit, code and sentence.
    pub fn new(exit: Exit, code: &str, detail: impl Into<String>) -> Self {
        Self {
            exit,
            error: CommandError::new(code, detail),
        }
    }

    /// Tells it on stderr: as text, or as one JSON object.
    pub fn tell(&self, json: bool) {
        if json {
            let told = serde_json::json!({ "error": self.error });
            eprintln!("{told}");
            return;
        }
        for line in &self.error.errors {
            eprintln!("{line}");
        }
        eprintln!("signalbox: {}", self.error.detail);
    }
}

impl From<CommandError> for Failure {
    fn from(error: CommandError) -> Self {
        let exit = match error.code.as_str() {
            "bad_list" | "bad_history" | "unknown_accounts" | "bad_flow" | "variable_missing"
            | "target_limit" | "handle_taken" | "never_fits" | "queue_full" | "unknown_account"
            | "screens" | "file_unreadable" | "backup_damaged" | "backup_no_data_set"
            | "body_too_large" | "bad_fields" => Exit::Usage,
            "data_dir_in_use" | "live_phones_in_use" | "data_other_world" | "data_newer"
            | "disk_full" | "simulated_history" | "list_open" | "live_not_emptied"
            | "backup_exists" | "engine_running" | "other_version" => Exit::Refused,
            "simulator_not_there" | "no_data_set" | "backup_missing" => Exit::NotFound,
            _ => Exit::Failure,
        };
        Self { exit, error }
    }
}
