//! Templates over HTTP: saved tasks, and lists made of them.

use std::borrow::Cow;
use std::sync::Arc;

use axum::Json;
use axum::http::Method;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};

use super::answer::Refusal;
use super::api::Api;
use super::bulk::not_taken;
use super::engagement::CreateEngagement;
use super::flows::{CreateFlow, Variable, named};
use super::input::{Body, Call, Input, Query, Segment};
use super::json;
use super::key::key;
use super::kinds::Kinded;
use super::lists::{SpreadOver, about_spread};
use super::operation::Operation;
use super::page::Page;
use super::problem::{Finding, Problem};
use super::shape::RULE;
use super::tasks::CreateTask;
use super::term::{Line, Moment, PriorityWord, TemplateName, Username};
use crate::commands::{
    CommandError, Commands, NewRow, NewTemplate, NotTaken, Over, PlanRow, TasksTaken, TemplateRun,
    TemplateView,
};

pub(super) fn routes(api: &mut Api) {
    api.about(
        "templates",
        "Templates: tasks that are saved without a target.",
    );
    let list = "Templates, by name";
    api.route(Method::GET, "/api/templates", "templates", list, page);
    let save = "Save a task as a template";
    api.route(Method::POST, "/api/templates", "add_template", save, add)
        .gives("/template_id", "/api/templates/{id}");
    api.route(
        Method::GET,
        "/api/templates/{id}",
        "template",
        "A template",
        one,
    );
    api.route(
        Method::PUT,
        "/api/templates/{id}",
        "change_template",
        "Save another task in its place",
        change,
    );
    api.route(
        Method::DELETE,
        "/api/templates/{id}",
        "remove_template",
        "Delete a template; tasks made of it stay as they are",
        remove,
    );
    api.route(
        Method::POST,
        "/api/templates/{id}/run",
        "run_template",
        "Make a list of tasks of a template, all of them or none",
        run,
    )
    .gives("/list_id", "/api/lists/{id}");
}

/// What a task has that a template has not: whom it is about, who does it, and when.
const LEFT_OUT: [&str; 5] = [
    "account_id",
    "idempotency_key",
    "not_before",
    "target_pages",
    "target_username",
];

/// The body of a task as a template has it.
struct Saved<T>(T);

impl<T: JsonSchema> JsonSchema for Saved<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Saved{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        if let Some(Value::Object(fields)) = schema.get_mut("properties") {
            fields.retain(|name, _| !LEFT_OUT.contains(&name.as_str()));
        }
        if let Some(Value::Array(needed)) = schema.get_mut("required") {
            needed.retain(|name| !LEFT_OUT.iter().any(|it| name == it));
        }
        schema
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Saved<T> {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let mut fields = Map::deserialize(source)?;
        // Each kind reads the name that is its own.
        fields.insert("target_username".to_owned(), json!("nobody"));
        fields.insert("target_pages".to_owned(), json!(["nobody"]));
        let task = serde_json::from_value(fields.into()).map_err(D::Error::custom)?;
        Ok(Self(task))
    }
}

/// A task to save under a name.
#[derive(Deserialize, JsonSchema)]
#[serde(bound = "T: DeserializeOwned")]
struct Save<T> {
    /// What people call it.
    name: TemplateName,
    /// What a task of it does.
    task: Saved<T>,
}

type AnySave = Kinded<Save<CreateTask>, Save<CreateEngagement>, Save<CreateFlow>>;

/// A template as it comes in.
struct Saving(NewTemplate);

impl Input for Saving {
    fn describe(operation: &mut Operation<'_>) {
        let forms = AnySave::schema(operation, "Template");
        let schema = operation.component("NewTemplate", forms);
        operation.media_body("application/json", schema, true);
        operation.refuses(Refusal::BadRequest);
    }

    fn take(call: &Call) -> Result<Self, Problem> {
        if call.body.is_empty() {
            let finding = Finding::at("", "A body in JSON is needed.");
            return Err(Problem::fields(vec![finding]));
        }
        let (value, twice) = json::read(&call.body)?;
        let shapes = Arc::clone(&call.shapes);
        let (name, task) = match AnySave::read(&shapes, value, twice)? {
            Kinded::Instagram(it) => (it.name, NewRow::Instagram(it.task.0.into())),
            Kinded::Engagement(it) => {
                let task = it.task.0.checked().map_err(of_task)?;
                (it.name, NewRow::Engagement(task))
            }
            Kinded::Flow(it) => {
                let task = it.task.0.checked().map_err(of_task)?;
                (it.name, NewRow::Flow(task))
            }
        };
        Ok(Self(NewTemplate { name: name.0, task }))
    }
}

/// What is wrong with the task of a template, where it stands in the body.
fn of_task(mut problem: Problem) -> Problem {
    let findings = std::mem::take(&mut problem.findings).into_iter();
    problem.findings = findings.map(|it| it.under("/task")).collect();
    problem
}

key!(
    /// A template, by its id.
    TemplateKey,
    "TemplateId",
    "unknown_template",
    "There is no template of this id."
);

/// A page of templates.
#[derive(Serialize, JsonSchema)]
struct Templates {
    success: bool,
    /// By name.
    templates: Vec<TemplateView>,
    /// How many there are.
    count: u64,
    limit: u32,
    skip: u32,
}

async fn page(commands: Commands, Query(page): Query<Page>) -> Result<Json<Templates>, Problem> {
    let Page { limit, skip } = page;
    let (templates, count) = commands.templates(skip, limit).await?;
    Ok(Json(Templates {
        success: true,
        templates,
        count,
        limit,
        skip,
    }))
}

async fn add(commands: Commands, Saving(new): Saving) -> Result<Json<TemplateView>, Problem> {
    let added = commands.add_template(new).await;
    Ok(Json(added.map_err(not_saved)?))
}

async fn one(
    commands: Commands,
    Segment(id): Segment<TemplateKey>,
) -> Result<Json<TemplateView>, Problem> {
    Ok(Json(commands.template(id.0).await?))
}

async fn change(
    commands: Commands,
    Segment(id): Segment<TemplateKey>,
    Saving(new): Saving,
) -> Result<Json<TemplateView>, Problem> {
    let changed = commands.change_template(id.0, new).await;
    Ok(Json(changed.map_err(not_saved)?))
}

/// A flow that cannot be run is named where it stands.
fn not_saved(error: CommandError) -> Problem {
    let mut problem = Problem::from(error);
    if matches!(&*problem.code, "bad_flow" | "variable_missing") {
        for finding in &mut problem.findings {
            finding.pointer = Some("/task/flow".to_owned());
        }
    }
    problem
}

/// A template is gone.
#[derive(Serialize, JsonSchema)]
struct Removed {
    success: bool,
    /// One sentence.
    message: &'static str,
}

async fn remove(
    commands: Commands,
    Segment(id): Segment<TemplateKey>,
) -> Result<Json<Removed>, Problem> {
    commands.remove_template(id.0).await?;
    Ok(Json(Removed {
        success: true,
        message: "The template is deleted. Tasks made of it stay as they are.",
    }))
}

/// The most targets of one run.
const TARGETS_MAX: u32 = 10_000;

/// How tasks are made of a template.
#[derive(Deserialize, JsonSchema)]
#[schemars(extend("allOf" = once()))]
struct RunTemplate {
    /// Whom they are about: a task for each. Only a flow may go without.
    #[schemars(length(min = 1, max = TARGETS_MAX))]
    targets: Option<Vec<Username>>,
    /// The same under the name that engagement tasks have for it.
    #[schemars(length(min = 1, max = TARGETS_MAX))]
    target_pages: Option<Vec<Username>>,
    /// Over which accounts they are spread; all, where nothing is said.
    spread: Option<SpreadOver>,
    /// How urgent they are; as the template says, where nothing is said.
    priority: Option<PriorityWord>,
    /// Before this time they do not start.
    not_before: Option<Moment>,
    /// What to call the list; as the template, where nothing is said.
    name: Option<Line>,
    /// They only look.
    #[serde(default)]
    rehearsal: bool,
    /// What stands for names in a flow, before what the template says of them.
    #[serde(default)]
    #[schemars(length(max = 100))]
    variables: Vec<Variable>,
}

/// Targets have one name, not both.
fn once() -> Value {
    let rule = "Name the targets once: as targets or as target_pages.";
    json!([{ "not": { "required": ["targets", "target_pages"] }, RULE: rule }])
}

async fn run(
    commands: Commands,
    Segment(id): Segment<TemplateKey>,
    Body(asked): Body<RunTemplate>,
) -> Result<Json<TasksTaken>, Problem> {
    let under = match asked.target_pages {
        Some(_) => "target_pages",
        None => "targets",
    };
    let targets = asked.targets.or(asked.target_pages);
    let mut twice = Vec::new();
    let variables = named(asked.variables, &mut twice);
    if !twice.is_empty() {
        return Err(Problem::fields(twice));
    }
    let run = TemplateRun {
        variables,
        targets: targets.map(|all| all.into_iter().map(|it| it.0).collect()),
        over: asked.spread.map_or(Ok(Over::All), SpreadOver::over)?,
        priority: asked.priority.map(|it| it.0),
        not_before: asked.not_before.map(|it| it.0),
        name: asked.name.map(|it| it.0),
        rehearsal: asked.rehearsal,
    };
    let place = |row: &PlanRow| {
        let no = row.line.unwrap_or(1).saturating_sub(1);
        Finding::at(format!("/{under}/{no}"), "")
    };
    let taken = commands.run_template(id.0, run).await;
    taken.map(Json).map_err(|why| match why {
        NotTaken::Refused(error) if error.code == "targets_needed" => {
            let detail = error.detail.clone();
            let mut problem = Problem::from(error);
            problem.findings = vec![Finding::at("/targets", detail)];
            problem
        }
        NotTaken::Refused(error) => about_spread(error),
        rows @ NotTaken::Rows(..) => not_taken(rows, place),
    })
}
