//! Flows as tasks: accepting one by its content.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::Deserialize;
use signalbox_automation::flow::Script;
use signalbox_scheduler::Priority;

use super::api::Api;
use super::input::Body;
use super::problem::{Finding, Problem};
use super::term::{
    AccountId, FlowText, IdempotencyKey, Line, Moment, PriorityWord, Username, VariableName,
};
use crate::commands::{Commands, FlowReport, NewFlow, TaskCreated, check_flow};

pub(super) fn routes(api: &mut Api) {
    api.about(
        "flows",
        "Flows: scripts in a subset of Maestro's YAML, as tasks of an account like any other.",
    );
    api.route(
        Method::POST,
        "/api/flow-task",
        "create_flow",
        "Accept a flow as a task",
        create,
    )
    .gives("/task_id", "/api/tasks/{id}");
    api.route(
        Method::POST,
        "/api/flows/check",
        "check_flow",
        "Say what is wrong with a flow, and what it would do",
        check,
    );
}

/// The name that the flow itself has among its files.
const MAIN: &str = "flow.yaml";

/// A flow to accept. Files are sent with it; none is ever read from a disk.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "NewFlow")]
pub(super) struct CreateFlow {
    /// The account; left out, it is the one with the shortest wait.
    account_id: Option<AccountId>,
    /// Whom it is about: what `${target}` stands for.
    target_username: Option<Username>,
    /// The flow, as text.
    flow: FlowText,
    /// The files that it runs with `runFlow`.
    #[serde(default)]
    #[schemars(length(max = 99))]
    files: Vec<FlowFile>,
    /// What stands for the names in it.
    #[serde(default)]
    #[schemars(length(max = 100))]
    variables: Vec<Variable>,
    /// What the task is called.
    name: Option<Line>,
    /// How urgent it is; `normal` where nothing is said.
    priority: Option<PriorityWord>,
    /// Before this time it does not start.
    not_before: Option<Moment>,
    /// The same key again gives the same task again.
    idempotency_key: Option<IdempotencyKey>,
}

/// A file that a flow runs.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct FlowFile {
    /// Its name, as the flow writes it.
    pub(super) name: Line,
    /// What stands in it.
    pub(super) text: FlowText,
}

/// A name in a flow, and what stands for it.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Variable {
    /// The name.
    pub(super) name: VariableName,
    /// The value.
    pub(super) value: Line,
}

impl CreateFlow {
    /// The flow, or what its fields break together.
    pub(super) fn checked(self) -> Result<NewFlow, Problem> {
        Ok(NewFlow {
            account_id: self.account_id.map(|it| it.0),
            target: self.target_username.map(|it| it.0).unwrap_or_default(),
            script: script(self.flow, self.files, self.variables)?,
            name: self.name.map(|it| it.0).unwrap_or_default(),
            priority: self.priority.map_or_else(Priority::default, |it| it.0),
            not_before: self.not_before.map(|it| it.0),
            idempotency_key: self.idempotency_key.map(|it| it.0),
        })
    }
}

/// A flow to look at.
#[derive(Debug, Deserialize, JsonSchema)]
struct FlowToCheck {
    /// The flow, as text.
    flow: FlowText,
    /// The files that it runs with `runFlow`.
    #[serde(default)]
    #[schemars(length(max = 99))]
    files: Vec<FlowFile>,
    /// What stands for the names in it.
    #[serde(default)]
    #[schemars(length(max = 100))]
    variables: Vec<Variable>,
}

async fn check(_: Commands, Body(asked): Body<FlowToCheck>) -> Result<Json<FlowReport>, Problem> {
    let script = script(asked.flow, asked.files, asked.variables)?;
    let checked = tokio::task::spawn_blocking(move || check_flow(&script));
    Ok(Json(checked.await.map_err(|_| Problem::ending())?))
}

/// The script of these parts, or the names that stand there twice.
fn script(flow: FlowText, more: Vec<FlowFile>, values: Vec<Variable>) -> Result<Script, Problem> {
    let mut findings = Vec::new();
    let mut files: BTreeMap<String, String> = [(MAIN.to_owned(), flow.0)].into();
    for (at, file) in more.into_iter().enumerate() {
        if files.insert(file.name.0, file.text.0).is_some() {
            let detail = "Two files have this name, or it is that of the flow itself.";
            findings.push(Finding::at(format!("/files/{at}/name"), detail));
        }
    }
    let variables = named(values, &mut findings);
    if !findings.is_empty() {
        return Err(Problem::fields(findings));
    }
    Ok(Script {
        main: MAIN.to_owned(),
        files,
        variables,
    })
}

/// Values by their names; a name that is there already is noted.
pub(super) fn named(
    values: Vec<Variable>,
    findings: &mut Vec<Finding>,
) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    for (at, variable) in values.into_iter().enumerate() {
        if variables
            .insert(variable.name.0, variable.value.0)
            .is_some()
        {
            let detail = "This name stands there twice.";
            findings.push(Finding::at(format!("/variables/{at}/name"), detail));
        }
    }
    variables
}

async fn create(
    commands: Commands,
    Body(new): Body<CreateFlow>,
) -> Result<Json<TaskCreated>, Problem> {
    Ok(Json(commands.create_flow(new.checked()?).await?))
}
