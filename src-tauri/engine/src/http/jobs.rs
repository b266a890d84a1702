//! Orders over many tasks, and the jobs that carry them out.

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answer::Accepted;
use super::api::Api;
use super::input::{Body, Query, Segment};
use super::key::key;
use super::page::Page;
use super::problem::{Finding, Problem};
use super::shape::one_of;
use super::term::{AccountId, Because, KindWord, Line, ListId, Moment, StatusWord, TaskId};
use crate::commands::{CommandError, Commands, JobView, JobWork, Selection, TaskFilter};

pub(super) fn routes(api: &mut Api) {
    api.about("jobs", "Jobs: one order over many tasks.");
    api.route(
        Method::POST,
        "/api/tasks/cancel",
        "cancel_tasks",
        "Take many tasks out, or let them end at their next safe point",
        cancel,
    )
    .gives("/job_id", "/api/jobs/{id}");
    api.route(
        Method::POST,
        "/api/tasks/retry",
        "retry_tasks",
        "Try many ended tasks again, each at the tail of its line",
        retry,
    )
    .gives("/job_id", "/api/jobs/{id}");
    let list = "Jobs, the newest first";
    api.route(Method::GET, "/api/jobs", "jobs", list, page);
    let one = "A job, how far it is, and what it could not do";
    api.route(Method::GET, "/api/jobs/{id}", "job", one, job);
    api.route(
        Method::POST,
        "/api/jobs/{id}/cancel",
        "cancel_job",
        "Let a job end where it is; what it changed stays changed",
        stop,
    );
}

/// What is said where a choice is none.
const EITHER: &str = "It must name either ids or a filter.";
const SOME: &str = "It must name at least one condition: an empty filter would mean every task.";

/// Many tasks: named, or found by a filter when the job begins.
#[derive(Deserialize, JsonSchema)]
#[schemars(extend("oneOf" = one_of(&["ids", "filter"]), "x-rule" = EITHER))]
struct ManyTasks {
    /// These, in this order.
    #[schemars(length(min = 1, max = 100_000))]
    ids: Option<Vec<TaskId>>,
    /// All that it lets through. Where it says no status, a cancel is about tasks that wait or run,
    /// a retry about those that failed, were cancelled or interrupted.
    filter: Option<Which>,
    /// Why. It stands in the audit.
    reason: Option<Because>,
}

/// Which tasks; at least one condition.
#[derive(Deserialize, JsonSchema)]
#[schemars(extend("minProperties" = 1, "x-rule" = SOME))]
struct Which {
    status: Option<StatusWord>,
    account_id: Option<AccountId>,
    task_type: Option<KindWord>,
    list_id: Option<ListId>,
    /// Accepted at this time or later.
    from_date: Option<Moment>,
    /// Accepted at this time or before.
    to_date: Option<Moment>,
    /// With this in the target or the note, in any case of letters.
    q: Option<Line>,
}

impl ManyTasks {
    fn selection(self) -> Result<(Selection, Option<String>), Problem> {
        let why = self.reason.map(|it| it.0);
        let selection = match (self.ids, self.filter) {
            (Some(ids), None) => Selection::Ids(ids.into_iter().map(|it| it.0).collect()),
            (None, Some(which)) => Selection::Filter(TaskFilter {
                status: which.status.map(|it| it.0),
                account_id: which.account_id.map(|it| it.0),
                kind: which.task_type.map(|it| it.0),
                list_id: which.list_id.map(|it| it.0),
                from: which.from_date.map(|it| it.0),
                to: which.to_date.map(|it| it.0),
                q: which.q.map(|it| it.0),
            }),
            _ => return Err(Problem::fields(vec![Finding::at("", EITHER)])),
        };
        Ok((selection, why))
    }
}

/// A job has begun.
#[derive(Serialize, JsonSchema)]
struct Begun {
    success: bool,
    /// Where it is told of: `GET /api/jobs/{job_id}`.
    job_id: String,
    /// Tasks that are meant.
    total: u64,
}

async fn begin(
    commands: Commands,
    work: JobWork,
    asked: ManyTasks,
) -> Result<Accepted<Begun>, Problem> {
    let (selection, why) = asked.selection()?;
    let begun = commands.begin_job(work, selection, why.as_deref()).await;
    let job = begun.map_err(not_found)?;
    Ok(Accepted {
        at: format!("/api/jobs/{}", job.job_id),
        told: Begun {
            success: true,
            job_id: job.job_id,
            total: job.total,
        },
    })
}

/// What a filter names and is not there is a bad field.
fn not_found(error: CommandError) -> Problem {
    let place = match error.code.as_str() {
        "unknown_account" => "/filter/account_id",
        "unknown_list" => "/filter/list_id",
        _ => return error.into(),
    };
    let detail = error.detail.clone();
    Problem {
        status: axum::http::StatusCode::UNPROCESSABLE_ENTITY,
        findings: vec![Finding::at(place, detail)],
        ..error.into()
    }
}

async fn cancel(
    commands: Commands,
    Body(asked): Body<ManyTasks>,
) -> Result<Accepted<Begun>, Problem> {
    begin(commands, JobWork::Cancel, asked).await
}

async fn retry(
    commands: Commands,
    Body(asked): Body<ManyTasks>,
) -> Result<Accepted<Begun>, Problem> {
    begin(commands, JobWork::Retry, asked).await
}

key!(
    /// A job, by its id.
    JobKey,
    "JobId",
    "unknown_job",
    "There is no job of this id."
);

/// A page of jobs.
#[derive(Serialize, JsonSchema)]
struct Jobs {
    success: bool,
    /// The newest first.
    jobs: Vec<JobView>,
    /// How many are remembered.
    count: u64,
    limit: u32,
    skip: u32,
}

async fn page(commands: Commands, Query(page): Query<Page>) -> Result<Json<Jobs>, Problem> {
    let Page { limit, skip } = page;
    let (jobs, count) = commands.jobs(skip, limit).await?;
    Ok(Json(Jobs {
        success: true,
        jobs,
        count,
        limit,
        skip,
    }))
}

async fn job(commands: Commands, Segment(id): Segment<JobKey>) -> Result<Json<JobView>, Problem> {
    Ok(Json(commands.job(id.0).await?))
}

async fn stop(commands: Commands, Segment(id): Segment<JobKey>) -> Result<Json<JobView>, Problem> {
    Ok(Json(commands.cancel_job(id.0).await?))
}
