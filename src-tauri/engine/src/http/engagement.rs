//! Engagement tasks: accepting one, and telling where one stands.

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use signalbox_automation::Engagement;
use signalbox_scheduler::Priority;

use super::api::Api;
use super::input::{Body, Named as _, Query, Segment};
use super::page::{LongPage, Page};
use super::problem::{Finding, Problem};
use super::tasks::{Log, log_of};
use super::term::{
    AccountId, CommentText, IdempotencyKey, Moment, PriorityWord, TaskKey, Username,
};
use crate::commands::{
    Commands, EngagementOverview, NewEngagement, TaskCreated, TaskOrdered, TaskStatus,
};

pub(super) fn routes(api: &mut Api) {
    api.about(
        "engagement",
        "Engagement tasks: named pages, follows, likes, and comments of your own.",
    );
    api.route(
        Method::POST,
        "/api/engagement-task",
        "create_engagement",
        "Accept an engagement task",
        create,
    )
    .gives("/task_id", "/api/tasks/{id}")
    .gives("/task_id", "/api/engagement-status/{id}")
    .gives("/task_id", "/api/engagement-task/{id}");
    api.route(
        Method::GET,
        "/api/engagement-status/{id}",
        "engagement_status",
        "The whole engagement task, and why it is not running",
        status,
    );
    api.route(
        Method::GET,
        "/api/engagement-task/{id}/logs",
        "engagement_logs",
        "What happened to an engagement task, step by step",
        log,
    );
    api.route(
        Method::GET,
        "/api/engagement-status",
        "engagement",
        "How engagement stands: numbers, what waits, what runs",
        overview,
    );
    api.route(
        Method::GET,
        "/api/engagement-history",
        "engagement_history",
        "The engagement tasks that ended, page by page",
        history,
    );
    api.route(
        Method::DELETE,
        "/api/engagement-task/{id}/cancel",
        "cancel_engagement",
        "Take an engagement task out, or let it end at its next safe point",
        cancel,
    );
}

/// Posts of a page where nothing is said.
const POSTS_DEFAULT: u8 = 1;

/// An engagement task to accept: each named page is itself engaged with.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "NewEngagement", extend("x-refused" = refused()))]
pub(super) struct CreateEngagement {
    /// The account; left out, it is the one with the shortest wait.
    account_id: Option<AccountId>,
    /// The pages, in order.
    #[schemars(length(min = 1, max = 100))]
    target_pages: Vec<Username>,
    /// Your texts. Each is sent as it stands, once on a page and five times a day at most.
    #[serde(default)]
    #[schemars(length(max = 100))]
    comment_list: Vec<CommentText>,
    /// What is done with each page.
    actions: EngagementActions,
    /// Posts of a page that are liked and commented on.
    #[serde(default = "posts")]
    #[schemars(range(min = 1, max = 10))]
    max_posts_per_page: u8,
    /// Which pages are left out.
    profile_validation: Option<ProfileValidation>,
    /// How urgent it is; `normal` where nothing is said.
    priority: Option<PriorityWord>,
    /// Before this time it does not start.
    not_before: Option<Moment>,
    /// The same key again gives the same task again.
    idempotency_key: Option<IdempotencyKey>,
}

/// What is done with each page; at least one of them.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct EngagementActions {
    /// Follow it.
    #[serde(default)]
    follow: bool,
    /// Like its posts.
    #[serde(default)]
    like: bool,
    /// Comment on its posts.
    #[serde(default)]
    comment: bool,
}

/// Which pages are left out.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct ProfileValidation {
    /// Those whose posts are not open to all.
    #[serde(default)]
    public_only: bool,
    /// Those with fewer posts.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1_000_000))]
    min_posts: u32,
}

fn posts() -> u8 {
    POSTS_DEFAULT
}

/// Fields of the replaced system that are refused, with the reason.
fn refused() -> Value {
    json!({
        "max_users_per_page": "It is refused: engaging whoever liked a page's posts collects other \
            people's followers. Name the pages themselves in target_pages.",
        "skip_rate": "It is refused: leaving out pages at random only serves to look human. Leave \
            the field out.",
    })
}

impl CreateEngagement {
    /// The task, or what its fields break together.
    pub(super) fn checked(self) -> Result<NewEngagement, Problem> {
        let EngagementActions {
            follow,
            like,
            comment,
        } = self.actions;
        let mut findings = Vec::new();
        if !(follow || like || comment) {
            let detail = "At least one of follow, like, comment must be true.";
            findings.push(Finding::at("/actions", detail));
        }
        if comment && self.comment_list.is_empty() {
            let detail = "To comment, at least one text is needed.";
            findings.push(Finding::at("/comment_list", detail));
        }
        if !comment && !self.comment_list.is_empty() {
            let detail = "There are texts, and comment is not among the actions.";
            findings.push(Finding::at("/comment_list", detail));
        }
        if !findings.is_empty() {
            return Err(Problem::fields(findings));
        }
        let wanted = self.profile_validation;
        let pages = self.target_pages.iter().map(|it| it.0.as_str().into());
        Ok(NewEngagement {
            account_id: self.account_id.map(|it| it.0),
            engagement: Engagement {
                pages: pages.collect(),
                texts: self.comment_list.into_iter().map(|it| it.0).collect(),
                follow,
                like,
                comment,
                posts: self.max_posts_per_page,
                public_only: wanted.as_ref().is_some_and(|it| it.public_only),
                min_posts: wanted.map_or(0, |it| it.min_posts),
            },
            priority: self.priority.map_or_else(Priority::default, |it| it.0),
            not_before: self.not_before.map(|it| it.0),
            idempotency_key: self.idempotency_key.map(|it| it.0),
        })
    }
}

async fn create(
    commands: Commands,
    Body(new): Body<CreateEngagement>,
) -> Result<Json<TaskCreated>, Problem> {
    let made = commands.create_engagement(new.checked()?).await;
    made.map(Json)
        .map_err(|error| Problem::from(error).about_target("target_pages"))
}

async fn status(
    commands: Commands,
    Segment(id): Segment<TaskKey>,
) -> Result<Json<TaskStatus>, Problem> {
    found(&commands, &id).await.map(Json)
}

async fn overview(commands: Commands) -> Result<Json<EngagementOverview>, Problem> {
    Ok(Json(commands.engagement().await?))
}

/// A page of the engagement tasks that ended.
#[derive(Serialize, JsonSchema)]
struct Ended {
    success: bool,
    /// The newest first.
    tasks: Vec<TaskStatus>,
    /// How many there are in all.
    total: u64,
    limit: u32,
    skip: u32,
}

async fn history(
    commands: Commands,
    Query(Page { limit, skip }): Query<Page>,
) -> Result<Json<Ended>, Problem> {
    let (tasks, total) = commands.engagement_history(skip, limit).await?;
    Ok(Json(Ended {
        success: true,
        tasks,
        total,
        limit,
        skip,
    }))
}

async fn log(
    commands: Commands,
    Segment(id): Segment<TaskKey>,
    Query(wanted): Query<LongPage>,
) -> Result<Json<Log>, Problem> {
    found(&commands, &id).await?;
    log_of(&commands, &id, &wanted).await.map(Json)
}

async fn cancel(
    commands: Commands,
    Segment(id): Segment<TaskKey>,
) -> Result<Json<TaskOrdered>, Problem> {
    found(&commands, &id).await?;
    Ok(Json(commands.cancel_task(id.0).await?))
}

/// The task, if it is one of engagement.
async fn found(commands: &Commands, id: &TaskKey) -> Result<TaskStatus, Problem> {
    let found = commands.task_status(id.0).await?;
    let found = found.filter(|task| task.task_type == "engagement");
    found.ok_or_else(|| TaskKey::unknown().unwrap_or_else(Problem::no_route))
}
