//! The window's door: the same routes, asked by a call in the same process. What is ordered here
//! stands under `window` in the audit; there is no gate, because nobody else can call.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::{HeaderValue, Method, Request, Uri, header};
use axum::response::{IntoResponse as _, Response};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;

use super::problem::Problem;
use super::router::routes;
use crate::commands::{CommandError, Commands, Who};

/// The largest answer that is taken whole, in bytes. Exports are longer, and are taken piece by
/// piece.
const WHOLE_BYTES_MAX: usize = 64 << 20;

/// The routes, for a page in this process.
#[derive(Clone)]
pub struct Window(TowerToHyperService<Router>);

/// What was answered.
pub struct Reply(Response);

impl Window {
    /// The window's way to this engine.
    pub fn new(commands: &Commands) -> Self {
        let (router, _, _) = routes(commands.by(Who::Window), &Arc::default());
        Self(TowerToHyperService::new(router))
    }

    /// Asks a route: `POST`, `/api/system/pause` with its parameters, and a body in JSON if it
    /// takes one. A route that is none answers as one that refuses.
    pub async fn ask(&self, method: &str, target: &str, body: Option<String>) -> Reply {
        let method = Method::from_bytes(method.as_bytes());
        let (Ok(method), Ok(target)) = (method, target.parse::<Uri>()) else {
            return Reply(Problem::no_route().into_response());
        };
        let mut request = Request::new(Body::empty());
        *request.method_mut() = method;
        *request.uri_mut() = target;
        if let Some(body) = body {
            let json = HeaderValue::from_static("application/json");
            request.headers_mut().insert(header::CONTENT_TYPE, json);
            *request.body_mut() = Body::from(body);
        }
        match self.0.call(request).await {
            Ok(response) => Reply(response),
            Err(never) => match never {},
        }
    }
}

impl Reply {
    /// It was done; else the body says why not, as RFC 9457.
    pub fn is_good(&self) -> bool {
        self.0.status().is_success()
    }

    /// The whole body.
    pub async fn whole(mut self) -> Result<Vec<u8>, CommandError> {
        let mut whole = Vec::new();
        while let Some(piece) = self.piece().await? {
            if whole.len() + piece.len() > WHOLE_BYTES_MAX {
                let detail = "The answer is larger than 64 MiB. Ask for less, or export it.";
                return Err(CommandError::new("answer_too_large", detail));
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole)
    }

    /// The next piece of the body, as it is made; `None` at its end.
    pub async fn piece(&mut self) -> Result<Option<Bytes>, CommandError> {
        loop {
            let body = self.0.body_mut();
            let Some(frame) = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await else {
                return Ok(None);
            };
            let frame = frame.map_err(|error| {
                let detail = format!("The answer broke off: {error}. Ask again.");
                CommandError::new("broken_answer", detail)
            })?;
            if let Ok(piece) = frame.into_data() {
                return Ok(Some(piece));
            }
        }
    }
}
