//! Tasks: accepting one, and telling where one stands.

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use signalbox_automation::Action;
use signalbox_automation::job::LIKES_MAX;
use signalbox_scheduler::Priority;

use super::api::Api;
use super::input::{Body, Named as _, Query, Segment};
use super::page::{LongPage, Page};
use super::problem::Problem;
use super::shape::RULE;
use super::term::{
    AccountId, ActionWord, IdempotencyKey, KindWord, Line, ListId, Moment, PriorityWord,
    StatusWord, TaskKey, Username,
};
use crate::commands::{
    Commands, NewTask, QueueStatus, TaskCreated, TaskDetails, TaskFilter, TaskLogLine, TaskStatus,
};

pub(super) fn routes(api: &mut Api) {
    api.about("tasks", "Tasks: one target, a few actions, one account.");
    api.route(
        Method::POST,
        "/api/tasks/create",
        "create_task",
        "Accept a task",
        create,
    )
    .gives("/task_id", "/api/tasks/{id}");
    api.route(
        Method::GET,
        "/api/tasks/{id}/status",
        "task_status",
        "The whole task, and why it is not running",
        status,
    );
    api.route(
        Method::GET,
        "/api/tasks/{id}/details",
        "task_details",
        "What a task was given, its steps with what came of each, and its attempts",
        details,
    );
    api.route(
        Method::GET,
        "/api/tasks/{id}/logs",
        "task_logs",
        "What happened to a task, step by step",
        log,
    );
    api.route(
        Method::GET,
        "/api/tasks",
        "tasks",
        "The tasks, page by page",
        list,
    );
    api.route(
        Method::GET,
        "/api/tasks/queue/status",
        "queue_status",
        "What waits, by priority",
        queue,
    );
}

/// Which tasks are wanted.
#[derive(Deserialize, JsonSchema)]
struct Wanted {
    #[serde(flatten)]
    page: Page,
    status: Option<StatusWord>,
    account_id: Option<AccountId>,
    task_type: Option<KindWord>,
    /// Accepted at this time or later.
    from_date: Option<Moment>,
    /// Accepted at this time or before.
    to_date: Option<Moment>,
    list_id: Option<ListId>,
    /// Only those with this in the target or the note.
    q: Option<Line>,
}

/// A page of the tasks.
#[derive(Serialize, JsonSchema)]
struct TaskPage {
    success: bool,
    /// The newest first.
    tasks: Vec<TaskStatus>,
    /// How many there are in all.
    total: u64,
    limit: u32,
    skip: u32,
}

async fn list(commands: Commands, Query(wanted): Query<Wanted>) -> Result<Json<TaskPage>, Problem> {
    let Page { limit, skip } = wanted.page;
    let filter = TaskFilter {
        status: wanted.status.map(|it| it.0),
        account_id: wanted.account_id.map(|it| it.0),
        kind: wanted.task_type.map(|it| it.0),
        from: wanted.from_date.map(|it| it.0),
        to: wanted.to_date.map(|it| it.0),
        list_id: wanted.list_id.map(|it| it.0),
        q: wanted.q.map(|it| it.0),
    };
    let (tasks, total) = commands.tasks(filter, skip, limit).await?;
    Ok(Json(TaskPage {
        success: true,
        tasks,
        total,
        limit,
        skip,
    }))
}

async fn queue(
    commands: Commands,
    Query(Page { limit, skip }): Query<Page>,
) -> Result<Json<QueueStatus>, Problem> {
    Ok(Json(commands.queue_status(skip, limit).await?))
}

async fn details(
    commands: Commands,
    Segment(id): Segment<TaskKey>,
) -> Result<Json<TaskDetails>, Problem> {
    let found = commands.task_details(id.0).await?;
    found.map(Json).ok_or_else(unknown)
}

/// The log of a task.
#[derive(Serialize, JsonSchema)]
pub(super) struct Log {
    task_id: String,
    /// In the order in which it happened.
    logs: Vec<TaskLogLine>,
    /// Where the next page begins; null on the last one.
    next_cursor: Option<String>,
}

async fn log(
    commands: Commands,
    Segment(id): Segment<TaskKey>,
    Query(wanted): Query<LongPage>,
) -> Result<Json<Log>, Problem> {
    log_of(&commands, &id, &wanted).await.map(Json)
}

/// A page of the log of a task of any kind.
pub(super) async fn log_of(
    commands: &Commands,
    id: &TaskKey,
    wanted: &LongPage,
) -> Result<Log, Problem> {
    let Page { limit, skip } = wanted.page;
    let found = commands.task_log(id.0, wanted.after(), skip, limit).await?;
    let log = found.ok_or_else(unknown)?;
    Ok(Log {
        task_id: id.0.to_string(),
        logs: log.lines,
        next_cursor: log.next.map(|next| next.to_string()),
    })
}

fn unknown() -> Problem {
    TaskKey::unknown().unwrap_or_else(Problem::no_route)
}

/// Posts one `like_post` likes where nothing is said.
const LIKES_DEFAULT: u8 = 3;
/// Follows of a task where nothing is said; also the most.
const FOLLOWS_MAX: u8 = 1;

/// A task to accept.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "NewTask", extend("allOf" = together()))]
pub(super) struct CreateTask {
    /// The account; left out, it is the one with the shortest wait.
    account_id: Option<AccountId>,
    /// Whom it is about.
    target_username: Username,
    /// What to do, in order.
    #[serde(default = "actions")]
    #[schemars(length(min = 1, max = 32), with = "Vec<ActionWord>", extend("default" = words()))]
    actions: Vec<ActionWord>,
    /// Posts one `like_post` likes. A task likes ten posts at most, however they are asked for.
    #[serde(default = "likes")]
    #[schemars(range(min = 1, max = 10))]
    max_likes: u8,
    /// Follows it may do.
    #[serde(default = "follows")]
    #[schemars(range(min = 0, max = 1))]
    max_follows: u8,
    /// How urgent it is; `normal` where nothing is said.
    priority: Option<PriorityWord>,
    /// Before this time it does not start.
    not_before: Option<Moment>,
    /// The same key again gives the same task again.
    idempotency_key: Option<IdempotencyKey>,
}

fn likes() -> u8 {
    LIKES_DEFAULT
}

fn follows() -> u8 {
    FOLLOWS_MAX
}

fn actions() -> Vec<ActionWord> {
    Action::DEFAULT.map(ActionWord).to_vec()
}

fn words() -> Vec<&'static str> {
    Action::DEFAULT.map(Action::as_str).to_vec()
}

/// What only fields together can break, for the schema: a task likes up to ten posts, however they
/// are asked for, and follows its target once.
fn together() -> Value {
    let at_most = |action: Action, times: u8, rule: String| {
        json!({ "properties": { "actions": {
            "contains": { "const": action.as_str() }, "minContains": 0, "maxContains": times,
            RULE: rule,
        } } })
    };
    let once = "follow_user may stand there once: a task follows its target once.".to_owned();
    let mut rules = vec![at_most(Action::FollowUser, FOLLOWS_MAX, once)];
    for likes in 1..=LIKES_MAX {
        let mut when = json!({ "properties": { "max_likes": { "const": likes } } });
        if likes != LIKES_DEFAULT {
            when["required"] = json!(["max_likes"]);
        }
        let most = LIKES_MAX / likes;
        let rule = format!(
            "A task likes at most {LIKES_MAX} posts: with max_likes {likes}, like_post may stand \
             there {most} times at most."
        );
        rules.push(json!({ "if": when, "then": at_most(Action::LikePost, most, rule) }));
    }
    rules.into()
}

impl From<CreateTask> for NewTask {
    fn from(asked: CreateTask) -> Self {
        Self {
            account_id: asked.account_id.map(|it| it.0),
            target: asked.target_username.0,
            actions: asked.actions.into_iter().map(|word| word.0).collect(),
            max_likes: asked.max_likes,
            max_follows: asked.max_follows,
            priority: asked.priority.map_or_else(Priority::default, |it| it.0),
            not_before: asked.not_before.map(|it| it.0),
            idempotency_key: asked.idempotency_key.map(|it| it.0),
        }
    }
}

async fn create(
    commands: Commands,
    Body(new): Body<CreateTask>,
) -> Result<Json<TaskCreated>, Problem> {
    let made = commands.create_task(new.into()).await;
    made.map(Json)
        .map_err(|error| Problem::from(error).about_target("target_username"))
}

async fn status(
    commands: Commands,
    Segment(id): Segment<TaskKey>,
) -> Result<Json<TaskStatus>, Problem> {
    let found = commands.task_status(id.0).await?;
    found.map(Json).ok_or_else(unknown)
}
