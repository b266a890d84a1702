//! Lists as the command line hands them over: both files with their flows, accepted whole or not at
//! all, and how far they are.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::Deserialize;
use signalbox_automation::flow::{FILES_MAX, Script};

use super::api::Api;
use super::flows::{FlowFile, Variable};
use super::input::{Body, Segment};
use super::lists::ListKey;
use super::problem::{Finding, Problem};
use super::term::Line;
use crate::commands::{Commands, ImportFiles, ImportReport, ListStanding, Progress};

pub(super) fn routes(api: &mut Api) {
    api.route(
        Method::POST,
        "/api/lists/import",
        "import_list",
        "Accept the files of a list whole, or nothing of them",
        import,
    );
    api.route(
        Method::POST,
        "/api/lists/standing",
        "list_standing",
        "Whether the same list is there already, and whether another is unfinished",
        standing,
    );
    api.route(
        Method::GET,
        "/api/lists/{id}/progress",
        "list_progress",
        "How far a list is, and what keeps each account's next task from starting",
        progress,
    );
}

/// The flows of one list.
const FLOWS_MAX: u32 = 1_000;

/// The files of a list.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct ListFiles {
    /// What to call the list.
    name: Line,
    /// `tasks.csv`, as text.
    #[schemars(length(min = 1))]
    tasks: String,
    /// `accounts.csv`, as text: accounts that come with the list.
    #[schemars(length(min = 1))]
    accounts: Option<String>,
    /// It only looks.
    #[serde(default)]
    rehearsal: bool,
    /// The flows that its rows name.
    #[serde(default)]
    #[schemars(length(max = FLOWS_MAX))]
    flows: Vec<ListFlow>,
}

/// A flow that rows name.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct ListFlow {
    /// What the rows call it.
    name: Line,
    /// Which of its files is the flow itself.
    main: Line,
    /// Its files.
    #[schemars(length(min = 1, max = FILES_MAX))]
    files: Vec<FlowFile>,
    /// What stands for the names in it.
    #[serde(default)]
    #[schemars(length(max = 100))]
    variables: Vec<Variable>,
}

impl ListFiles {
    /// The files, or the names that stand there twice.
    fn checked(self) -> Result<ImportFiles, Problem> {
        let mut twice = Vec::new();
        let mut flows = BTreeMap::new();
        for (at, flow) in self.flows.into_iter().enumerate() {
            let place = |part: &str| format!("/flows/{at}/{part}");
            let files = flow.files.into_iter().map(|it| (it.name.0, it.text.0));
            let variables = flow.variables.into_iter().map(|it| (it.name.0, it.value.0));
            let script = Script {
                main: flow.main.0,
                files: unlike(files, &place("files"), &mut twice),
                variables: unlike(variables, &place("variables"), &mut twice),
            };
            if flows.insert(flow.name.0, script).is_some() {
                twice.push(Finding::at(place("name"), TWICE));
            }
        }
        if !twice.is_empty() {
            return Err(Problem::fields(twice));
        }
        Ok(ImportFiles {
            accounts: self.accounts.map(String::into_bytes),
            tasks: self.tasks.into_bytes(),
            name: self.name.0,
            rehearsal: self.rehearsal,
            flows,
        })
    }
}

const TWICE: &str = "This name stands there twice.";

/// Values by their names; a name that is there already is noted.
fn unlike(
    named: impl Iterator<Item = (String, String)>,
    place: &str,
    twice: &mut Vec<Finding>,
) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (at, (name, value)) in named.enumerate() {
        if all.insert(name, value).is_some() {
            twice.push(Finding::at(format!("{place}/{at}/name"), TWICE));
        }
    }
    all
}

async fn import(
    commands: Commands,
    Body(files): Body<ListFiles>,
) -> Result<Json<ImportReport>, Problem> {
    Ok(Json(commands.import(files.checked()?).await?))
}

async fn standing(
    commands: Commands,
    Body(files): Body<ListFiles>,
) -> Result<Json<ListStanding>, Problem> {
    Ok(Json(commands.standing(&files.checked()?).await?))
}

async fn progress(
    commands: Commands,
    Segment(id): Segment<ListKey>,
) -> Result<Json<Progress>, Problem> {
    Ok(Json(commands.progress(id.0).await?))
}
