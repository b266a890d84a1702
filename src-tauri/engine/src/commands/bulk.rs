//! Many tasks at once, as rows or as a file: a list like any other, taken whole or not at all.

use std::borrow::Cow;

use signalbox_automation::Work;
use uuid::Uuid;

use super::flows::runs;
use super::import::PreparedList;
use super::plan::{LeaveOut, Over, PlanRow, PlanView, Sheet, Verdict, check, prepared};
use super::{CommandError, Commands, NewEngagement, NewFlow, NewTask};
use crate::list_file::{self, Code, ColumnNames, PROBLEMS_MAX, Problem, Problems, TaskRow};
use crate::store::tasks::{self, uuid};

/// Many tasks to accept as a list.
#[derive(Debug, Clone)]
pub struct NewTasks {
    /// What to call the list.
    pub name: String,
    /// It only looks.
    pub rehearsal: bool,
    /// Over which accounts tasks are spread that name none.
    pub over: Over,
    /// The tasks.
    pub source: TaskSource,
}

/// What the tasks are made of.
#[derive(Debug, Clone)]
pub enum TaskSource {
    /// `tasks.csv`.
    File(Vec<u8>),
    /// One by one, each checked by the face.
    Rows(Vec<NewRow>),
}

/// One of many tasks.
#[derive(Debug, Clone)]
pub enum NewRow {
    /// Single actions on one target.
    Instagram(NewTask),
    /// Named pages.
    Engagement(NewEngagement),
    /// A script.
    Flow(NewFlow),
}

/// What came of many tasks.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema, ts_rs::TS)]
pub struct TasksTaken {
    /// All were taken.
    pub success: bool,
    /// The list that they are. Where all were accepted before, under their idempotency keys, the
    /// list of the first of them; null if that one is in none.
    pub list_id: Option<String>,
    /// Tasks accepted now.
    pub tasks: usize,
    /// Tasks that were accepted before, under their idempotency keys.
    pub tasks_before: usize,
    /// The task of each row, in their order.
    pub task_ids: Vec<String>,
}

/// Why none of the tasks was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotTaken {
    /// Some rows cannot be accepted: these, and how many there are; none: it is the file.
    Rows(Vec<PlanRow>, u64),
    /// The engine did not take them.
    Refused(CommandError),
}

impl From<CommandError> for NotTaken {
    fn from(error: CommandError) -> Self {
        Self::Refused(error)
    }
}

impl From<NewRow> for TaskRow {
    fn from(row: NewRow) -> Self {
        match row {
            NewRow::Instagram(new) => new.into(),
            NewRow::Engagement(new) => new.into(),
            NewRow::Flow(new) => new.into(),
        }
    }
}

impl NewTasks {
    /// The rows that can be read, and what is wrong with the others. `known` tells whether there is
    /// an account of an id.
    fn read(self, known: &dyn Fn(&str) -> bool) -> Sheet {
        let (rows, problems) = match self.source {
            TaskSource::File(bytes) => list_file::sift(&bytes, &ColumnNames::default(), known),
            TaskSource::Rows(rows) => numbered(rows),
        };
        Sheet {
            name: self.name,
            rehearsal: self.rehearsal,
            over: self.over,
            accounts: Vec::new(),
            accounts_added: 0,
            rows,
            problems,
        }
    }
}

/// Rows under their numbers, from 1; those whose flow cannot be run are named.
fn numbered(rows: Vec<NewRow>) -> (Vec<TaskRow>, Problems) {
    let mut good = Vec::with_capacity(rows.len());
    let mut problems = Problems {
        kept: Vec::new(),
        total: 0,
        rows: 0,
    };
    for (line, row) in (1..).zip(rows) {
        let row = TaskRow { line, ..row.into() };
        let found = match &row.work {
            Some(Work::Flow { target, script }) => runs(script, target.reveal()).err(),
            _ => None,
        };
        let Some(error) = found else {
            good.push(row);
            continue;
        };
        problems.total += 1;
        problems.rows += 1;
        if problems.kept.len() < PROBLEMS_MAX {
            let reasons = [&[error.detail], error.errors.as_slice()].concat();
            problems.kept.push(Problem {
                file: Cow::Borrowed("tasks"),
                line: Some(line),
                field: Some("flow".into()),
                code: Code::BadFlow,
                reason: reasons.join(" "),
            });
        }
    }
    (good, problems)
}

/// What many tasks would come to. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema, ts_rs::TS)]
pub struct TasksPlanned {
    /// The plan. Where it was not to be kept, its id names nothing.
    pub plan: PlanView,
    /// The first hundred that would not simply be accepted; their lines are their places, from 1.
    pub rows: Vec<PlanRow>,
}

/// Rows of a plan that are told with it.
const TOLD_MAX: usize = 100;

impl Commands {
    /// Says what many tasks would do. The plan is kept to be accepted only where that is asked
    /// for: few are, and whoever types asks often.
    ///
    /// # Errors
    /// `bad_list_name`; what a spread names that is not there.
    pub async fn plan_tasks(
        &self,
        new: NewTasks,
        keep: bool,
    ) -> Result<TasksPlanned, CommandError> {
        check::name(&new.name)?;
        let plan = self.plan_sheet(move |known| new.read(known)).await?;
        let other = plan
            .rows
            .iter()
            .filter(|it| it.verdict != Verdict::Accepted);
        let planned = TasksPlanned {
            rows: other.take(TOLD_MAX).cloned().collect(),
            plan: plan.view.clone(),
        };
        if keep {
            self.keep_plan(plan);
        }
        Ok(planned)
    }

    /// Accepts many tasks as a list, all of them or none. A row under an idempotency key that was
    /// used for the same task before is that task again.
    ///
    /// # Errors
    /// Rows that cannot be accepted, each named; `bad_list_name`; what the engine refuses.
    pub async fn take_tasks(&self, new: NewTasks) -> Result<TasksTaken, NotTaken> {
        self.take_tasks_of(new, None).await
    }

    /// The same of tasks that were made of a template.
    pub(super) async fn take_tasks_of(
        &self,
        new: NewTasks,
        template: Option<Uuid>,
    ) -> Result<TasksTaken, NotTaken> {
        check::name(&new.name)?;
        let plan = self.plan_sheet(move |known| new.read(known)).await?;
        let is_bad = |row: &&PlanRow| row.verdict == Verdict::Refused;
        let bad: Vec<PlanRow> = plan.rows.iter().filter(is_bad).cloned().collect();
        if !bad.is_empty() {
            return Err(NotTaken::Rows(bad, plan.view.counts.refused));
        }
        let list = PreparedList {
            template,
            ..prepared(&plan, LeaveOut::default())?
        };
        let (list_id, done) = self.take(list).await?;
        let list_id = match (done.list, done.all.first()) {
            (Some(_), _) => Some(list_id),
            (None, Some(first)) => self.list_of_task(*first).await?,
            (None, None) => None,
        };
        Ok(TasksTaken {
            success: true,
            list_id: list_id.map(|id| id.to_string()),
            tasks: done.tasks,
            tasks_before: done.all.len() - done.tasks,
            task_ids: done.all.iter().map(|it| uuid(*it).to_string()).collect(),
        })
    }

    async fn list_of_task(
        &self,
        task: signalbox_scheduler::TaskId,
    ) -> Result<Option<Uuid>, CommandError> {
        let found = self.query(move |connection| tasks::get(connection, task));
        let Some(no) = found.await?.and_then(|row| row.list) else {
            return Ok(None);
        };
        self.read(move |view| view.directory.list(no).map(|row| row.list_id))
            .await
    }
}
