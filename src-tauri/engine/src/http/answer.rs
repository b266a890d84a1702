//! What a handler answers, and what may be refused, as the document tells it.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::operation::Operation;

/// A good answer.
pub(super) trait Answer: IntoResponse {
    /// Adds it to the document.
    fn describe(operation: &mut Operation<'_>);
}

impl<T: Serialize + JsonSchema> Answer for Json<T> {
    fn describe(operation: &mut Operation<'_>) {
        let schema = operation.answer_schema::<T>();
        operation.answers(json!({ "application/json": { "schema": schema } }));
    }
}

/// What was begun, and the address at which it is told of.
pub(super) struct Accepted<T> {
    /// The address.
    pub(super) at: String,
    /// What is answered now.
    pub(super) told: T,
}

impl<T: Serialize> IntoResponse for Accepted<T> {
    fn into_response(self) -> Response {
        let mut response = (StatusCode::ACCEPTED, Json(self.told)).into_response();
        if let Ok(at) = HeaderValue::from_str(&self.at) {
            response.headers_mut().insert(header::LOCATION, at);
        }
        response
    }
}

impl<T: Serialize + JsonSchema> Answer for Accepted<T> {
    fn describe(operation: &mut Operation<'_>) {
        let schema = operation.answer_schema::<T>();
        let content = json!({ "application/json": { "schema": schema } });
        operation.accepts(content);
    }
}

/// A refusal that a route can answer with, each with its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Refusal {
    /// 400.
    BadRequest,
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 404.
    NotFound,
    /// 405.
    MethodNotAllowed,
    /// 408.
    TooSlow,
    /// 409.
    Conflict,
    /// 413.
    TooLarge,
    /// 415.
    NotJson,
    /// 422.
    BadFields,
    /// 500.
    Failed,
    /// 503.
    Ending,
    /// 507.
    DiskFull,
}

impl Refusal {
    /// All of them.
    pub(super) const ALL: [Self; 13] = [
        Self::BadRequest,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::TooSlow,
        Self::Conflict,
        Self::TooLarge,
        Self::NotJson,
        Self::BadFields,
        Self::Failed,
        Self::Ending,
        Self::DiskFull,
    ];

    /// Its status.
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BadFields => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Ending => StatusCode::SERVICE_UNAVAILABLE,
            Self::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        }
    }

    /// Its name in the document.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::BadRequest => "BadRequest",
            Self::Unauthorized => "Unauthorized",
            Self::Forbidden => "Forbidden",
            Self::NotFound => "NotFound",
            Self::MethodNotAllowed => "MethodNotAllowed",
            Self::TooSlow => "TooSlow",
            Self::Conflict => "Conflict",
            Self::TooLarge => "TooLarge",
            Self::NotJson => "NotJson",
            Self::BadFields => "BadFields",
            Self::Failed => "Failed",
            Self::Ending => "Ending",
            Self::DiskFull => "DiskFull",
        }
    }

    /// What it means, in a sentence.
    pub(super) fn meaning(self) -> &'static str {
        match self {
            Self::BadRequest => "The request is malformed, or its body is no JSON in UTF-8.",
            Self::Unauthorized => "The token is missing or wrong.",
            Self::Forbidden => "The Host or the Origin is not this server's own.",
            Self::NotFound => "There is nothing of this id.",
            Self::MethodNotAllowed => "The address takes other methods: see Allow.",
            Self::TooSlow => "The body did not arrive in time.",
            Self::Conflict => "The state refuses it; `code` says why.",
            Self::TooLarge => "The body is over 8 MiB.",
            Self::NotJson => "A body needs its Content-Type.",
            Self::BadFields => "Fields or parameters are not right: `errors` names each.",
            Self::Failed => "Something failed that should not; nothing was changed.",
            Self::Ending => "The engine is ending, or its simulator is not there.",
            Self::DiskFull => "The disk is full.",
        }
    }
}
