//! WebDriverAgent: an HTTP server on a port of each phone.

pub mod attribute;
pub mod errors;
pub mod mjpeg;
pub mod select;
pub mod session;
pub mod settings;

mod alerts;
mod apps;
mod capabilities;
mod command;
mod commands;
mod device;
mod elements;
mod gestures;
mod keys;
mod reply;
mod router;
mod runner;
mod source;
mod touch;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value, json};

use crate::fleet::Fleet;
use crate::mux::Stream;
use errors::WdaError;
use reply::{FaultyStream, Spoiler};

/// The longest body a client may send.
const MAX_BODY: usize = 1024 * 1024;
/// How long a client may take to send it.
const BODY_LIMIT: Duration = Duration::from_secs(30);
/// The longest head of a request.
const MAX_HEAD: usize = 64 * 1024;

/// What goes back to the client.
pub(crate) enum Reply {
    /// An envelope with its HTTP status.
    Envelope(u16, Value),
    /// Some other text, with its content type.
    Text(&'static str, &'static str),
}

/// Serves one client of phone `at` until it goes.
pub async fn serve(stream: impl Stream, fleet: Arc<Fleet>, at: usize) {
    let spoiler = Spoiler::default();
    let stream = FaultyStream::new(stream, spoiler.clone());
    let service = service_fn(move |request| {
        let fleet = Arc::clone(&fleet);
        let spoiler = spoiler.clone();
        async move { Ok::<_, Infallible>(handle(request, fleet, at, spoiler).await) }
    });
    let served = hyper::server::conn::http1::Builder::new()
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a WebDriverAgent connection ended");
    }
}

async fn handle(
    request: Request<Incoming>,
    fleet: Arc<Fleet>,
    at: usize,
    spoiler: Spoiler,
) -> Response<Full<Bytes>> {
    let method = request.method().as_str().to_owned();
    let path = request.uri().path().to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let body = match read_body(request.into_body(), &query).await {
        Ok(body) => body,
        Err(error) => return response(error_reply(&error, None)),
    };
    // The command goes on when the client is gone, as it does on a phone.
    let work = runner::run(fleet, at, method, path, body);
    let done = match crate::clock::spawn(work).await {
        Ok(done) => done,
        Err(error) => {
            tracing::error!(%error, "a command broke");
            let error = WdaError::unknown("the simulated phone broke while doing this");
            return response(error_reply(&error, None));
        }
    };
    spoiler.set(done.spoil);
    response(done.reply)
}

fn error_reply(error: &WdaError, session: Option<&str>) -> Reply {
    let (_, status) = error.code.parts();
    Reply::Envelope(
        status,
        json!({ "value": error.value(), "sessionId": session }),
    )
}

fn response(reply: Reply) -> Response<Full<Bytes>> {
    let (status, kind, bytes) = match reply {
        Reply::Envelope(status, value) => {
            let bytes = Bytes::from(value.to_string());
            (status, "application/json;charset=UTF-8", bytes)
        }
        Reply::Text(kind, text) => (200, kind, Bytes::from_static(text.as_bytes())),
    };
    let mut response = Response::new(Full::new(bytes));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-type", kind),
        ("server", "WebDriverAgent/1.0"),
        ("access-control-allow-origin", "*"),
        ("cache-control", "no-store"),
    ] {
        headers.insert(name, hyper::header::HeaderValue::from_static(value));
    }
    response
}

/// The body as an object; the query lies in it under `?`.
async fn read_body(body: Incoming, query: &str) -> Result<Value, WdaError> {
    let collected = tokio::time::timeout(BODY_LIMIT, Limited::new(body, MAX_BODY).collect()).await;
    let bytes = match collected {
        Ok(Ok(collected)) => collected.to_bytes(),
        Ok(Err(_)) => {
            return Err(WdaError::argument(format!(
                "the body is broken or exceeds {MAX_BODY} bytes"
            )));
        }
        Err(_) => return Err(WdaError::argument("the body did not come in time")),
    };
    let mut object = if bytes.iter().all(u8::is_ascii_whitespace) {
        Map::new()
    } else {
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(object)) => object,
            Ok(_) => return Err(WdaError::argument("the body must be a JSON object")),
            Err(error) => return Err(WdaError::argument(format!("the body is not JSON: {error}"))),
        }
    };
    if !query.is_empty() {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let pairs = pairs.map(|(key, value)| (key.to_owned(), Value::from(decode(value))));
        object.insert("?".to_owned(), Value::Object(pairs.collect()));
    }
    Ok(Value::Object(object))
}

/// Undoes percent encoding.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = text
            .get(at + 1..at + 3)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (byte, hex) {
            (b'%', Some(decoded)) => {
                out.push(decoded);
                at += 3;
            }
            (b'+', _) => {
                out.push(b' ');
                at += 1;
            }
            (byte, _) => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
