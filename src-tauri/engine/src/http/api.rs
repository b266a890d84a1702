//! The table of routes, and the document that is made from it: both from the same entries, so
//! that a route cannot be in one and not in the other.
//!
//! To add a route, write a type for its body or parameters, an async function, and one line:
//!
//! ```ignore
//! /// A note to keep.
//! #[derive(Deserialize, JsonSchema)]
//! struct NewNote {
//!     /// What it says.
//!     #[schemars(length(min = 1, max = 200))]
//!     text: String,
//!     /// Whom it is about.
//!     account_id: Option<AccountId>,
//! }
//!
//! async fn add(commands: Commands, Body(new): Body<NewNote>) -> Result<Json<Note>, Problem> {
//!     Ok(Json(commands.add_note(new.text).await?))
//! }
//!
//! api.route(Method::POST, "/api/notes", "add_note", "Keep a note", add);
//! ```
//!
//! What comes in is a [`super::input`] (`Body`, `MaybeBody`, `Query`, `Segment`), checked against
//! the schema of its type: objects are closed, an `Option` may be left out but is never null, and
//! everything that is wrong is named at once. Types with a rule of their own, such as an account's
//! id, stand in [`super::term`]; the paging of lists in [`super::page`]. What only several fields
//! together can break is checked in the handler, with [`super::problem::Problem::fields`].

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{RawPathParams, Request, State};
use axum::http::Method;
use axum::response::IntoResponse as _;
use axum::routing::{MethodFilter, on};
use axum::{RequestPartsExt as _, Router};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::answer::Refusal;
use super::body::BODY_BYTES_MAX;
use super::input::{Call, no_body, no_parameters};
use super::link::{self, Link, Taker};
use super::operation::{Endpoint, Operation};
use super::problem;
use super::shape::Shapes;
use crate::commands::Commands;

/// What every handler is called with.
#[derive(Clone)]
pub(super) struct Core {
    commands: Commands,
    shapes: Arc<Shapes>,
}

/// A route as the gate and the reader of bodies know it.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) method: Method,
    /// With `{name}` where anything may stand.
    pub(super) path: &'static str,
    /// It needs no token.
    pub(super) public: bool,
    /// It can be reached by a ticket instead of the token.
    pub(super) by_ticket: bool,
    /// Media types its body may have.
    pub(super) media: Vec<&'static str>,
}

impl Rule {
    /// The rule is about this request.
    pub(super) fn is_of(&self, method: &Method, path: &str) -> bool {
        let same = self.method == *method || (self.method == Method::GET && method == Method::HEAD);
        if !same {
            return false;
        }
        let (mut own, mut asked) = (self.path.split('/'), path.split('/'));
        loop {
            match (own.next(), asked.next()) {
                (None, None) => return true,
                (Some(own), Some(asked)) if own == asked => {}
                (Some(own), Some(asked)) if own.starts_with('{') && !asked.is_empty() => {}
                _ => return false,
            }
        }
    }
}

/// All routes, while they are listed.
pub(super) struct Api {
    routes: Vec<(Rule, Map<String, Value>)>,
    links: Vec<Link>,
    router: Router<Core>,
    shapes: Shapes,
    answers: SchemaGenerator,
    schemas: Map<String, Value>,
    tags: Vec<Value>,
}

/// A route that was just listed, for what is not told by its handler.
pub(super) struct Listed<'a>(
    &'a mut Rule,
    &'a mut Map<String, Value>,
    (usize, &'a mut Vec<Link>),
);

impl Listed<'_> {
    /// It holds no data: no token is needed.
    pub(super) fn public(self) {
        self.0.public = true;
        self.1.insert("security".to_owned(), json!([]));
        if let Some(Value::Object(answers)) = self.1.get_mut("responses") {
            answers.remove("401");
        }
    }

    /// It may be refused so, beside what its inputs and its method may.
    pub(super) fn refuses(self, refusal: Refusal) -> Self {
        let name = format!("#/components/responses/{}", refusal.name());
        let answers = self.1.entry("responses").or_insert_with(|| json!({}));
        answers[refusal.status().as_str()] = json!({ "$ref": name });
        self
    }

    /// Its answer names, at this pointer, what every route takes whose path begins so:
    /// `.gives("/task_id", "/api/tasks/{id}")`.
    pub(super) fn gives(self, pointer: &'static str, paths: &'static str) -> Self {
        self.links(pointer, Taker::Paths(paths))
    }

    /// Its answer names, at this pointer, what the route of that id takes in a field of its body.
    pub(super) fn feeds(
        self,
        pointer: &'static str,
        id: &'static str,
        field: &'static str,
    ) -> Self {
        self.links(pointer, Taker::Body(id, field))
    }

    fn links(self, pointer: &'static str, to: Taker) -> Self {
        let (from, links) = (self.2.0, &mut *self.2.1);
        links.push(Link { from, pointer, to });
        self
    }

    /// A browser loads it by link: a ticket does as well as the token.
    pub(super) fn by_ticket(self) {
        self.0.by_ticket = true;
        let ways = json!([{ "bearer": [] }, { "ticket": [] }]);
        self.1.insert("security".to_owned(), ways);
    }
}

impl Api {
    pub(super) fn new() -> Self {
        let settings = SchemaSettings::draft2020_12().for_serialize().with(|it| {
            it.definitions_path = "/components/schemas".into();
            it.meta_schema = None;
        });
        Self {
            routes: Vec::new(),
            links: Vec::new(),
            router: Router::new(),
            shapes: Shapes::new(),
            answers: settings.into_generator(),
            schemas: Map::new(),
            tags: Vec::new(),
        }
    }

    /// The routes that follow are about this.
    pub(super) fn about(&mut self, tag: &'static str, description: &'static str) {
        self.tags
            .push(json!({ "name": tag, "description": description }));
    }

    /// Lists a route: its method and path, its name for programs, what it does in a few words, and
    /// its handler.
    pub(super) fn route<I, H: Endpoint<I>>(
        &mut self,
        method: Method,
        path: &'static str,
        id: &'static str,
        summary: &'static str,
        handler: H,
    ) -> Listed<'_> {
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        let name = path.split('/').find_map(|it| it.strip_prefix('{'));
        let mut operation = Operation {
            shapes: &mut self.shapes,
            answers: &mut self.answers,
            schemas: &mut self.schemas,
            name: name.and_then(|it| it.strip_suffix('}')),
            entry: Map::new(),
            parameters: Vec::new(),
            refusals: BTreeSet::new(),
            takes_body: false,
            takes_query: false,
            media: Vec::new(),
        };
        H::describe(&mut operation);
        operation.refuses_as(&method, false);
        let (takes_query, takes_body) = (operation.takes_query, operation.takes_body);
        let answer = async move |State(core): State<Core>, request: Request| {
            let call = call(request, &core).await;
            let known = match takes_query {
                false => no_parameters(&call),
                true => Ok(()),
            };
            let taken = known.and_then(|()| match takes_body {
                false => no_body(&call),
                true => Ok(()),
            });
            match taken {
                Err(problem) => problem.into_response(),
                Ok(()) => handler.answer(core.commands, call).await,
            }
        };
        let rule = Rule {
            method: method.clone(),
            path,
            public: false,
            by_ticket: false,
            media: operation.media.clone(),
        };
        let mut entry = finish(operation);
        entry.insert("operationId".to_owned(), id.into());
        entry.insert("summary".to_owned(), summary.into());
        if let Some(tag) = self.tags.last() {
            entry.insert("tags".to_owned(), json!([tag["name"]]));
        }
        let router = std::mem::take(&mut self.router);
        self.router = router.route(path, on(filter, answer));
        self.routes.push((rule, entry));
        let at = self.routes.len() - 1;
        let (rule, entry) = &mut self.routes[at];
        Listed(rule, entry, (at, &mut self.links))
    }

    /// The routes, what the gate has to know of them, and the document.
    pub(super) fn finish(mut self, commands: Commands) -> (Router, Vec<Rule>, Value) {
        let document = self.document();
        let shapes = Arc::new(self.shapes);
        let router = self.router.with_state(Core { commands, shapes });
        let rules = self.routes.into_iter().map(|(rule, _)| rule);
        (router, rules.collect(), document)
    }

    /// The document of all routes that were listed; asked for once.
    pub(super) fn document(&mut self) -> Value {
        let problem = self.answers.subschema_for::<problem::Shape>().to_value();
        link::put(&self.links, &mut self.routes);
        let mut paths = Map::new();
        for (rule, entry) in &self.routes {
            let path = paths.entry(rule.path).or_insert_with(|| json!({}));
            path[rule.method.as_str().to_lowercase()] = entry.clone().into();
        }
        let mut schemas = self.answers.take_definitions(true);
        schemas.append(&mut self.schemas);
        let responses = Refusal::ALL.map(|it| (it.name().to_owned(), response(it, &problem)));
        json!({
            "openapi": "3.1.0",
            "info": {
                "title": "Signalbox",
                "version": env!("CARGO_PKG_VERSION"),
                "description": INTRODUCTION,
                "license": { "name": "MIT OR Apache-2.0" },
            },
            "servers": [{ "url": "/" }],
            "tags": self.tags,
            "security": [{ "bearer": [] }],
            "paths": paths,
            "components": {
                "schemas": schemas,
                "responses": Map::from_iter(responses),
                "securitySchemes": {
                    "bearer": { "type": "http", "scheme": "bearer" },
                    "ticket": {
                        "type": "apiKey", "in": "query", "name": "ticket",
                        "description": "A ticket of POST /api/tickets: for one use within 60 s.",
                    },
                },
            },
        })
    }
}

const INTRODUCTION: &str = "The API of Signalbox on the loopback address. Every address takes the \
    methods that stand here; another one is 405 with `Allow`. A parameter or field that does not \
    stand here is 422. Nothing is changed by what is refused.";

fn finish(operation: Operation<'_>) -> Map<String, Value> {
    let Operation {
        mut entry,
        parameters,
        refusals,
        ..
    } = operation;
    if !parameters.is_empty() {
        entry.insert("parameters".to_owned(), parameters.into());
    }
    let answers = entry.entry("responses").or_insert_with(|| json!({}));
    for refusal in refusals {
        let name = format!("#/components/responses/{}", refusal.name());
        answers[refusal.status().as_str()] = json!({ "$ref": name });
    }
    entry
}

fn response(refusal: Refusal, problem: &Value) -> Value {
    let mut response = json!({
        "description": refusal.meaning(),
        "content": { "application/problem+json": { "schema": problem } },
    });
    let header = match refusal {
        Refusal::Unauthorized => "WWW-Authenticate",
        Refusal::MethodNotAllowed => "Allow",
        _ => return response,
    };
    response["headers"] = json!({ header: { "schema": { "type": "string" }, "required": true } });
    response
}

/// Takes a request apart.
async fn call(request: Request, core: &Core) -> Call {
    let (mut head, body) = request.into_parts();
    let named = head.extract::<RawPathParams>().await.ok();
    let named = named.and_then(|it| it.iter().next().map(|(_, text)| text.to_owned()));
    // It was read whole before the route was found.
    let body = to_bytes(body, BODY_BYTES_MAX).await;
    Call {
        head,
        named,
        body: body.unwrap_or_default(),
        shapes: Arc::clone(&core.shapes),
    }
}
