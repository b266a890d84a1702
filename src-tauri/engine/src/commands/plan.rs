//! A list before it is one: what a file would do, row by row, and its acceptance as it was shown.
//!
//! A plan is made from the file once and kept here under an id, so that what is accepted is what
//! was looked at: the same rows, each for the account that the plan gave it.

pub(super) mod check;
mod ends;
mod facts;
mod judge;
mod kept;
mod rejected;
mod starts;
#[cfg(test)]
mod tests;

use rusqlite::Connection;
use uuid::Uuid;

use super::import::{ImportReport, PreparedList};
use super::{CommandError, Commands};
use crate::clock::rfc3339;
use crate::list_file::{self, ColumnNames, TaskRow};
use crate::pace::Pace;
pub(super) use kept::Plans;

/// The longest name of a list, in characters.
pub const LIST_NAME_CHARS_MAX: usize = 200;

/// Which accounts the rows are spread over that name none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Over {
    /// All that could take a task.
    #[default]
    All,
    /// Those of a group.
    Group(String),
    /// These, by their ids.
    Accounts(Vec<String>),
    /// Those that may use no other phone than one of these, by its serial.
    Devices(Vec<String>),
}

/// A file to plan with.
#[derive(Debug, Clone)]
pub struct PlanFile {
    /// What to call the list.
    pub name: String,
    /// `tasks.csv`; `None`: the list only brings accounts.
    pub tasks: Option<Vec<u8>>,
    /// What the file calls its columns, where it calls them otherwise.
    pub columns: ColumnNames,
    /// `accounts.csv`; `None`: only accounts that are known already.
    pub accounts: Option<Vec<u8>>,
    /// The same as `columns` of that file.
    pub account_columns: ColumnNames,
    /// Over which accounts rows without one are spread.
    pub over: Over,
    /// It only looks.
    pub rehearsal: bool,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It would be accepted.
    Accepted,
    /// It says what another row says, or a task that waits already.
    Duplicate,
    /// It cannot be accepted.
    Refused,
}

impl Verdict {
    /// The word of the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Duplicate => "duplicate",
            Self::Refused => "refused",
        }
    }
}

/// One row of a plan.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema, ts_rs::TS)]
pub struct PlanRow {
    /// The line of the file on which it begins, from 1.
    pub line: Option<u64>,
    /// What becomes of it.
    pub verdict: Verdict,
    /// The account it names or was given.
    pub account_id: Option<String>,
    /// Whom it is about.
    pub target_username: Option<String>,
    /// Why it is a duplicate or refused: a stable code.
    pub code: Option<String>,
    /// The column that is wrong.
    pub field: Option<String>,
    /// The same as a sentence.
    pub reason: Option<String>,
    /// Acts of it that the account did on this target lately, and that would be left out.
    pub done_before: Vec<String>,
}

/// How many rows there are of each sort.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema, ts_rs::TS,
)]
pub struct PlanCounts {
    /// Rows of the file.
    pub rows: u64,
    /// That would be accepted.
    pub accepted: u64,
    /// That say what another says.
    pub duplicate: u64,
    /// That cannot be accepted.
    pub refused: u64,
    /// Accounts that would be new.
    pub accounts_added: u64,
}

/// What an account would get.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema, ts_rs::TS)]
pub struct PlanShare {
    /// The account.
    pub account_id: String,
    /// Tasks of this list.
    pub tasks: u64,
    /// Tasks it has already.
    pub tasks_before: u64,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema, ts_rs::TS)]
pub struct PlanView {
    /// What to name to accept it.
    pub plan_id: String,
    /// What the list would be called.
    pub name: String,
    /// It would only look.
    pub rehearsal: bool,
    /// How many rows there are of each sort.
    pub counts: PlanCounts,
    /// Of the rows that would be accepted, those that would start at once, as things are now.
    pub starts_now: u64,
    /// The others.
    pub waits: u64,
    /// What each account would get, most first.
    pub spread: Vec<PlanShare>,
    /// About when the last of it would end, RFC 3339; null where there is no basis to say.
    pub ends_at: Option<String>,
    /// Until when the plan is kept, RFC 3339.
    pub expires_at: String,
}

/// A page of a plan's rows.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema, ts_rs::TS)]
pub struct PlanRows {
    /// The rows, in the order of the file; findings of the whole file first.
    pub rows: Vec<PlanRow>,
    /// How many rows of these verdicts there are.
    pub count: u64,
}

/// What of a plan is left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeaveOut {
    /// Rows that cannot be accepted; without this, a plan that has some is refused whole.
    pub refused: bool,
    /// Rows that say what another says.
    pub duplicates: bool,
}

/// Rows that were read, to plan with.
pub(super) struct Sheet {
    /// What to call the list.
    pub(super) name: String,
    /// It only looks.
    pub(super) rehearsal: bool,
    /// Over which accounts rows without one are spread.
    pub(super) over: Over,
    /// Accounts that come with it, and how many of them are new.
    pub(super) accounts: Vec<list_file::AccountRow>,
    pub(super) accounts_added: u64,
    /// The rows that can be read as tasks.
    pub(super) rows: Vec<TaskRow>,
    /// What is wrong with the others.
    pub(super) problems: list_file::Problems,
}

/// A plan as it is kept.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) view: PlanView,
    pub(super) rows: Vec<PlanRow>,
    /// The rows that could be accepted, each with whether it is a duplicate.
    tasks: Vec<(TaskRow, bool)>,
    accounts: Vec<list_file::AccountRow>,
    /// The file it was made of.
    source: Option<Source>,
}

/// A file that was planned with, for what of it was rejected.
#[derive(Debug, Clone)]
struct Source {
    text: Vec<u8>,
    columns: ColumnNames,
}

impl Commands {
    /// Checks a file and says what it would do. Nothing is changed.
    pub async fn plan(&self, file: PlanFile) -> Result<PlanView, CommandError> {
        check::name(&file.name)?;
        let facts = self.read(facts::Facts::of).await?;
        let now_ms = self.clock.read().wall_ms;
        // Beside the loop: a hundred thousand rows are looked up one by one.
        let check = move |reader: &Connection| {
            let pace = Pace::read(reader)?;
            Ok(check::Check::new(reader, &facts, pace).plan(file, now_ms))
        };
        let plan = self.query(check).await??;
        let view = plan.view.clone();
        self.plans.keep(plan, now_ms);
        Ok(view)
    }

    /// The same of rows that were read already; the plan is not kept.
    pub(super) async fn plan_sheet(
        &self,
        sheet: impl FnOnce(&dyn Fn(&str) -> bool) -> Sheet + Send + 'static,
    ) -> Result<Plan, CommandError> {
        let facts = self.read(facts::Facts::of).await?;
        let now_ms = self.clock.read().wall_ms;
        let check = move |reader: &Connection| {
            let pace = Pace::read(reader)?;
            let check = check::Check::new(reader, &facts, pace);
            let sheet = sheet(&|id| check.knows(id));
            Ok(check.sheet(sheet, now_ms))
        };
        self.query(check).await?
    }

    /// Keeps a plan to be accepted.
    pub(super) fn keep_plan(&self, plan: Plan) {
        self.plans.keep(plan, self.clock.read().wall_ms);
    }

    /// A page of a plan's rows, of all verdicts or of one.
    pub fn plan_rows(
        &self,
        plan_id: Uuid,
        verdict: Option<Verdict>,
        (skip, limit): (usize, usize),
    ) -> Result<PlanRows, CommandError> {
        let plan = self.plans.find(plan_id, self.clock.read().wall_ms)?;
        let matches = |row: &&PlanRow| verdict.is_none_or(|verdict| row.verdict == verdict);
        let rows = plan.rows.iter().filter(matches);
        Ok(PlanRows {
            rows: rows.clone().skip(skip).take(limit).cloned().collect(),
            count: rows.count() as u64,
        })
    }

    /// Accepts a plan as it was shown, or nothing of it. Asked again, it gives the same list.
    pub async fn commit_plan(
        &self,
        plan_id: Uuid,
        leave_out: LeaveOut,
    ) -> Result<ImportReport, CommandError> {
        let now_ms = self.clock.read().wall_ms;
        let plan = match self.plans.take(plan_id, now_ms)? {
            kept::Taken::Done(report) => return Ok(report),
            kept::Taken::Plan(plan) => plan,
        };
        let done = match prepared(&plan, leave_out) {
            Ok(list) => self.import_prepared(list).await,
            Err(error) => Err(error),
        };
        self.plans.put_back(plan_id, plan, done.as_ref().ok());
        done
    }
}

/// The list that a plan becomes.
pub(super) fn prepared(plan: &Plan, leave_out: LeaveOut) -> Result<PreparedList, CommandError> {
    let counts = plan.view.counts;
    if counts.refused > 0 && !leave_out.refused {
        let detail = format!(
            "{} of {} rows cannot be accepted; nothing was. Leave them out, or mend the file.",
            counts.refused, counts.rows
        );
        return Err(CommandError::new("plan_has_bad_rows", detail));
    }
    let kept = plan.tasks.iter();
    let kept = kept.filter(|(_, duplicate)| !(leave_out.duplicates && *duplicate));
    let tasks: Vec<TaskRow> = kept.map(|(row, _)| row.clone()).collect();
    let only_accounts = plan.view.counts.rows == 0 && !plan.accounts.is_empty();
    if tasks.is_empty() && !only_accounts {
        let detail = "No row of the plan is left to accept. Look at the reasons of its rows.";
        return Err(CommandError::new("plan_is_empty", detail));
    }
    let hash = list_file::normalised_hash(&tasks, &plan.accounts);
    Ok(PreparedList {
        name: plan.view.name.clone(),
        rehearsal: plan.view.rehearsal,
        template: None,
        hash,
        accounts: plan.accounts.clone(),
        tasks,
    })
}

fn expires(now_ms: i64) -> String {
    rfc3339(now_ms.saturating_add(kept::KEPT_MS))
}
