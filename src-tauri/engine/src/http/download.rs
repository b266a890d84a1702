//! Exports as they are asked for and sent: CSV or JSON, piece by piece.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::answer::{Answer, Refusal};
use super::input::{Call, Input, Query};
use super::operation::Operation;
use super::problem::{Finding, Problem};
use super::term::{FormWord, GuardWord};
use crate::commands::{Export, ExportFormat};

/// The form that is wanted.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(super) struct Form {
    /// `csv` where nothing is said.
    format: Option<FormWord>,
    /// Whether a `'` stands before what a spreadsheet would run; `on` where nothing is said. JSON
    /// is not guarded.
    guard: Option<GuardWord>,
}

impl Form {
    /// For the engine.
    pub(super) fn format(self) -> ExportFormat {
        match self.format.is_some_and(|it| it.0) {
            true => ExportFormat::Json,
            false => ExportFormat::Csv {
                guard: self.guard.is_none_or(|it| it.0),
            },
        }
    }

    /// The export as a file that is named by what is in it.
    pub(super) fn sent(self, export: Export, of: &str) -> Sent {
        let (media, ending) = match self.format() {
            ExportFormat::Json => ("application/json", "json"),
            ExportFormat::Csv { .. } => ("text/csv", "csv"),
        };
        let name = format!("attachment; filename={of}_export.{ending}");
        Sent {
            export,
            media,
            name,
        }
    }
}

/// What is to be exported, and how.
#[derive(Deserialize, JsonSchema)]
struct Asked<T> {
    #[serde(flatten)]
    which: T,
    #[serde(flatten)]
    form: Form,
}

/// Parameters of an export: a form that is none is a 400.
pub(super) struct Asks<T>(pub(super) T, pub(super) Form);

impl<T: JsonSchema + DeserializeOwned + Send + 'static> Input for Asks<T> {
    fn describe(operation: &mut Operation<'_>) {
        Query::<Asked<T>>::describe(operation);
        operation.refuses(Refusal::BadRequest);
    }

    fn take(call: &Call) -> Result<Self, Problem> {
        let query = call.head.uri.query().unwrap_or_default();
        let mut forms = form_urlencoded::parse(query.as_bytes()).filter(|it| it.0 == "format");
        if forms.any(|(_, form)| !FormWord::is_one(&form)) {
            let detail = "The formats of an export are csv and json.";
            let mut problem = Problem::new(StatusCode::BAD_REQUEST, "bad_format", detail);
            problem.findings = vec![Finding::parameter("format".to_owned(), detail)];
            return Err(problem);
        }
        let Query(asked) = Query::<Asked<T>>::take(call)?;
        Ok(Self(asked.which, asked.form))
    }
}

/// An export as it is sent.
pub(super) struct Sent {
    export: Export,
    media: &'static str,
    name: String,
}

impl hyper::body::Body for Sent {
    type Data = Bytes;
    type Error = crate::commands::CommandError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let piece = self.export.poll_piece(cx);
        piece.map(|piece| piece.map(|piece| piece.map(|bytes| Frame::data(bytes.into()))))
    }
}

impl IntoResponse for Sent {
    fn into_response(self) -> Response {
        let media = HeaderValue::from_static(self.media);
        let name = HeaderValue::from_str(&self.name);
        let mut response = Response::new(Body::new(self));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, media);
        if let Ok(name) = name {
            headers.insert(header::CONTENT_DISPOSITION, name);
        }
        response
    }
}

impl Answer for Sent {
    fn describe(operation: &mut Operation<'_>) {
        let text = json!({ "schema": { "type": "string" } });
        let object = json!({ "schema": { "type": "object" } });
        operation.answers(json!({ "text/csv": text, "application/json": object }));
    }
}

/// An export of lines, each a JSON object.
pub(super) struct SentLines(Sent);

impl SentLines {
    /// As a file that is named by what is in it.
    pub(super) fn new(export: Export, of: &str) -> Self {
        Self(Sent {
            export,
            media: "application/x-ndjson",
            name: format!("attachment; filename={of}_export.jsonl"),
        })
    }
}

impl IntoResponse for SentLines {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl Answer for SentLines {
    fn describe(operation: &mut Operation<'_>) {
        let text = json!({ "schema": { "type": "string" } });
        operation.answers(json!({ "application/x-ndjson": text }));
    }
}
