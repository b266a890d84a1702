//! The table of routes, and the way of a request: gate, body, route.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use hyper::body::Incoming;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use serde_json::Value;

use super::api::{Api, Rule};
use super::gate::Gate;
use super::problem::Problem;
use super::site::Page;
use super::tickets::{self, Tickets};
use super::turned_away::TurnedAway;
use super::{
    account, accounts, audit, backups, body, bulk, devices, document, engagement, events, flows,
    history, imports, interactions, jobs, list_files, lists, logs, metrics, notices, orders,
    planned, reports, screenshots, settings, shift_note, storage, system, tasks, templates,
};
use crate::commands::Commands;

/// Every route, and the place that its document is put into.
fn listed(tickets: &Arc<Tickets>) -> (Api, Arc<OnceLock<Value>>) {
    let mut api = Api::new();
    system::routes(&mut api);
    storage::routes(&mut api);
    tickets::routes(&mut api, tickets);
    accounts::routes(&mut api);
    account::routes(&mut api);
    tasks::routes(&mut api);
    bulk::routes(&mut api);
    planned::routes(&mut api);
    jobs::routes(&mut api);
    templates::routes(&mut api);
    screenshots::routes(&mut api);
    engagement::routes(&mut api);
    flows::routes(&mut api);
    lists::routes(&mut api);
    list_files::routes(&mut api);
    imports::routes(&mut api);
    devices::routes(&mut api);
    notices::routes(&mut api);
    orders::routes(&mut api);
    audit::routes(&mut api);
    logs::routes(&mut api);
    backups::routes(&mut api);
    metrics::routes(&mut api);
    settings::routes(&mut api);
    shift_note::routes(&mut api);
    events::routes(&mut api);
    interactions::routes(&mut api);
    history::routes(&mut api);
    reports::routes(&mut api);
    let place = document::routes(&mut api);
    (api, place)
}

/// The OpenAPI document of every route, as `GET /api/openapi.json` answers it.
pub fn openapi() -> Value {
    listed(&Arc::default()).0.document()
}

/// The routes, what the gate has to know of each, and the document of all.
pub(super) fn routes(commands: Commands, tickets: &Arc<Tickets>) -> (Router, Vec<Rule>, Value) {
    let (api, place) = listed(tickets);
    let (router, rules, document) = api.finish(commands);
    let _ = place.set(document.clone());
    tickets.know(&rules);
    let router = router
        // A body is here whole, and within its own limit, before its route is found.
        .layer(DefaultBodyLimit::disable())
        .method_not_allowed_fallback(async || Problem::no_method())
        .fallback(async || Problem::no_route());
    (router, rules, document)
}

/// Answers requests.
pub(super) struct Face {
    /// None where the way in is a gate by itself.
    gate: Option<Gate>,
    turned_away: TurnedAway,
    page: Page,
    rules: Vec<Rule>,
    routes: TowerToHyperService<Router>,
}

impl Face {
    /// Behind the gate, on this port of the loopback address, with the page beside the API.
    pub(super) fn gated(commands: Commands, port: u16, page: Page) -> Self {
        let tickets = Arc::default();
        let token = commands.token_file();
        let open = Self::open(commands, &tickets);
        Self {
            gate: Some(Gate::new(port, token, tickets)),
            page,
            ..open
        }
    }

    /// For whoever got here at all.
    pub(super) fn open(commands: Commands, tickets: &Arc<Tickets>) -> Self {
        let (router, rules, _) = routes(commands, tickets);
        Self {
            gate: None,
            turned_away: TurnedAway::default(),
            page: Page::default(),
            rules,
            routes: TowerToHyperService::new(router),
        }
    }

    /// The answer to one request. Nothing is asked of the engine before the header and the whole
    /// body are found good.
    pub(super) async fn answer(&self, request: Request<Incoming>) -> Result<Response, Infallible> {
        let (mut head, incoming) = request.into_parts();
        let rule = |rule: &&Rule| rule.is_of(&head.method, head.uri.path());
        let rule = self.rules.iter().find(rule);
        let checked = match &self.gate {
            Some(gate) => gate.check(&mut head, rule),
            None => Ok(()),
        };
        let admitted = match checked {
            Ok(()) => body::read(&head.headers, rule, incoming).await,
            Err(problem) => {
                self.turned_away.count(&problem.code);
                body::discard(&head.headers, incoming);
                Err(problem)
            }
        };
        let mut response = match admitted {
            Ok(whole) => match self.page.answer(&head.method, head.uri.path()) {
                Some(page) => page,
                None => {
                    let request = Request::from_parts(head, Body::from(whole));
                    self.routes.call(request).await?
                }
            },
            Err(problem) => problem.into_response(),
        };
        let headers = response.headers_mut();
        let never = HeaderValue::from_static("no-store");
        headers.entry(header::CACHE_CONTROL).or_insert(never);
        let as_said = HeaderValue::from_static("nosniff");
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, as_said);
        Ok(response)
    }
}
