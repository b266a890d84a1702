//! Pictures of the screens on which attempts failed, over HTTP.

use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::json;
use uuid::Uuid;

use super::answer::Answer;
use super::api::Api;
use super::input::{Named, Segment};
use super::operation::Operation;
use super::problem::Problem;
use super::term::uuid;
use crate::commands::Commands;

pub(super) fn routes(api: &mut Api) {
    let picture = api.route(
        Method::GET,
        "/api/screenshots/{id}",
        "screenshot",
        "The screen on which an attempt failed, as its task's log names it",
        screenshot,
    );
    picture.by_ticket();
}

/// A picture, by its id.
struct PictureKey(Uuid);

impl Named for PictureKey {
    fn parse(text: &str) -> Option<Self> {
        uuid(text).map(Self)
    }

    fn unknown() -> Option<Problem> {
        let detail = "There is no picture of this id.";
        let code = "unknown_screenshot";
        Some(Problem::new(StatusCode::NOT_FOUND, code, detail))
    }
}

impl JsonSchema for PictureKey {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ScreenshotId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "format": "uuid",
            "examples": ["019abcde-0000-7000-8000-000000000000"],
        })
    }
}

/// A PNG.
struct Picture(Vec<u8>);

impl IntoResponse for Picture {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.0));
        let media = HeaderValue::from_static("image/png");
        response.headers_mut().insert(header::CONTENT_TYPE, media);
        response
    }
}

impl Answer for Picture {
    fn describe(operation: &mut Operation<'_>) {
        let bytes = json!({ "type": "string", "contentMediaType": "image/png" });
        operation.answers(json!({ "image/png": { "schema": bytes } }));
    }
}

async fn screenshot(
    commands: Commands,
    Segment(id): Segment<PictureKey>,
) -> Result<Picture, Problem> {
    Ok(Picture(commands.screenshot(id.0).await?))
}
