//! The change feed as Server-Sent Events: a snapshot, then what changes, with the revision as the
//! event's id, so that who was cut off goes on where it was.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use serde::Serialize;
use serde_json::json;
use tokio::sync::watch;

use super::answer::Answer;
use super::api::Api;
use super::input::{Call, Input};
use super::operation::Operation;
use super::problem::Problem;
use crate::commands::{Changes, Commands, Update};
use crate::dto::{Change, Snapshot};

/// How often something is sent where nothing happens: a page says after three seconds of silence
/// that what it shows is old, and both sides notice a dead connection.
const HEARTBEAT: Duration = Duration::from_secs(1);

pub(super) fn routes(api: &mut Api) {
    api.about("events", "Everything that changes, as it changes.");
    api.route(
        Method::GET,
        "/api/events",
        "events",
        "A snapshot, then every change, at most ten a second",
        follow,
    )
    .by_ticket();
    api.route(
        Method::GET,
        "/api/snapshot",
        "snapshot",
        "Everything that is watched, of one moment; the events go on from its revision",
        snapshot,
    );
}

async fn snapshot(commands: Commands) -> Result<Json<Snapshot>, Problem> {
    Ok(Json(commands.snapshot().await?))
}

/// The server ends: streams that have no end of their own do then. Each request carries one.
#[derive(Debug, Clone)]
pub(super) struct Closing(pub(super) watch::Receiver<bool>);

/// Where the client was cut off, and how it learns of the server's end.
struct Follower {
    seen: Option<i64>,
    closing: Option<Closing>,
}

impl Input for Follower {
    fn describe(operation: &mut Operation<'_>) {
        operation.parameters.push(json!({
            "name": "Last-Event-ID", "in": "header", "required": false,
            "schema": { "type": "string" },
            "description": "The id of the last event that arrived. Where what came since is still \
                            known, the stream goes on from there; else it begins with a snapshot.",
        }));
    }

    fn take(call: &Call) -> Result<Self, Problem> {
        let seen = call.head.headers.get("last-event-id");
        Ok(Self {
            seen: seen.and_then(|id| id.to_str().ok()?.trim().parse().ok()),
            closing: call.head.extensions.get().cloned(),
        })
    }
}

async fn follow(commands: Commands, follower: Follower) -> Result<Events, Problem> {
    Ok(Events(Some(Box::pin(next(Source {
        changes: commands.follow(follower.seen),
        closing: follower.closing,
    })))))
}

struct Source {
    changes: Changes,
    closing: Option<Closing>,
}

impl Source {
    /// Waits until the server ends.
    async fn closed(closing: &mut Option<Closing>) {
        match closing {
            Some(Closing(closed)) => {
                let _ = closed.wait_for(|closed| *closed).await;
            }
            None => std::future::pending().await,
        }
    }
}

/// The next piece of the stream, and what gives the one after it; nothing at its end.
async fn next(mut source: Source) -> Option<(Bytes, Source)> {
    let piece = tokio::select! {
        update = source.changes.next() => match update? {
            Update::Snapshot(snapshot) => event("snapshot", snapshot.rev, &snapshot),
            Update::Change(change) => event("change", change.rev, &change),
        },
        () = tokio::time::sleep(HEARTBEAT) => Some(Bytes::from_static(b":\n\n")),
        () = Source::closed(&mut source.closing) => None,
    };
    piece.map(|piece| (piece, source))
}

/// One event. JSON has no line breaks of its own, so one line of data holds it.
fn event(name: &str, rev: i64, data: &impl Serialize) -> Option<Bytes> {
    let data = serde_json::to_string(data).ok()?;
    Some(Bytes::from(format!(
        "id: {rev}\nevent: {name}\ndata: {data}\n\n"
    )))
}

type Next = Pin<Box<dyn Future<Output = Option<(Bytes, Source)>> + Send>>;

/// The stream: what is waited for, until its end.
struct Events(Option<Next>);

impl hyper::body::Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(waiting) = &mut self.0 else {
            return Poll::Ready(None);
        };
        let Poll::Ready(found) = waiting.as_mut().poll(cx) else {
            return Poll::Pending;
        };
        let piece = found.map(|(piece, source)| {
            self.0 = Some(Box::pin(next(source)));
            Ok(Frame::data(piece))
        });
        if piece.is_none() {
            self.0 = None;
        }
        Poll::Ready(piece)
    }
}

impl IntoResponse for Events {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::new(self));
        let media = HeaderValue::from_static("text/event-stream");
        response.headers_mut().insert(header::CONTENT_TYPE, media);
        response
    }
}

impl Answer for Events {
    fn describe(operation: &mut Operation<'_>) {
        let data = [
            operation.answer_schema::<Snapshot>(),
            operation.answer_schema::<Change>(),
        ];
        operation.answers(json!({ "text/event-stream": {
            "schema": {
                "type": "string",
                "description": "Events `snapshot` and `change`, whose data is JSON; a comment \
                                every 15 s. A change whose `since` is later than what is known \
                                means that something was missed.",
            },
            "x-data": { "oneOf": data },
        }}));
    }
}
