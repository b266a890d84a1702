//! The table of routes, and the way of a request: gate, body, route.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use hyper::body::Incoming;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;

use super::gate::Gate;
use super::problem::{Finding, Problem};
use super::{accounts, body, devices, system, tasks};
use crate::commands::Commands;

/// How much of a parameter's name is repeated.
const NAME_CHARS_MAX: usize = 64;

fn routes(commands: Commands) -> Router {
    Router::new()
        .route("/api/", get(system::about))
        .route("/api/system/health", get(system::health))
        .route(
            "/api/accounts/execution-states",
            get(accounts::execution_states),
        )
        .route(
            "/api/accounts/execution-states/{account_id}",
            get(accounts::execution_state),
        )
        .route("/api/accounts/waiting-tasks", get(accounts::waiting_tasks))
        .route("/api/metrics/concurrency", get(accounts::concurrency))
        .route("/api/devices/discover", get(devices::status))
        .route("/api/devices/status", get(devices::status))
        .route("/api/tasks/create", post(tasks::create))
        .route("/api/tasks/{id}/status", get(tasks::status))
        .route_layer(middleware::from_fn(no_parameters))
        // A body is here whole, and within its own limit, before its route is found.
        .layer(DefaultBodyLimit::disable())
        .method_not_allowed_fallback(async || Problem::no_method())
        .fallback(async || Problem::no_route())
        .with_state(commands)
}

/// No route takes parameters in its address, and one that is ignored might have meant much.
async fn no_parameters(request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let names = query.split('&').filter(|part| !part.is_empty());
    let findings: Vec<Finding> = names
        .map(|part| part.split('=').next().unwrap_or_default())
        .map(|name| name.chars().take(NAME_CHARS_MAX).collect())
        .map(|name| Finding::parameter(name, "There is no such parameter."))
        .collect();
    if findings.is_empty() {
        return next.run(request).await;
    }
    Problem::fields(findings).into_response()
}

/// Answers requests.
pub(super) struct Face {
    gate: Gate,
    routes: TowerToHyperService<Router>,
}

impl Face {
    pub(super) fn new(commands: Commands, gate: Gate) -> Self {
        Self {
            gate,
            routes: TowerToHyperService::new(routes(commands)),
        }
    }

    /// The answer to one request. Nothing is asked of the engine before the header and the whole
    /// body are found good.
    pub(super) async fn answer(&self, request: Request<Incoming>) -> Result<Response, Infallible> {
        let (head, incoming) = request.into_parts();
        let admitted = match self.gate.check(&head) {
            Ok(()) => body::read(&head.headers, incoming).await,
            Err(problem) => {
                body::discard(&head.headers, incoming);
                Err(problem)
            }
        };
        let mut response = match admitted {
            Ok(whole) => {
                let request = Request::from_parts(head, Body::from(whole));
                self.routes.call(request).await?
            }
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
