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

/// A PNG, or a JPEG where WebDriverAgent was set to take pictures so.
pub(super) struct Picture(pub(super) Vec<u8>);

/// How every JPEG begins.
const JPEG: [u8; 3] = [0xff, 0xd8, 0xff];

impl IntoResponse for Picture {
    fn into_response(self) -> Response {
        let media = HeaderValue::from_static(match self.0.starts_with(&JPEG) {
            true => "image/jpeg",
            false => "image/png",
        });
        let mut response = Response::new(Body::from(self.0));
        response.headers_mut().insert(header::CONTENT_TYPE, media);
        response
    }
}

impl Answer for Picture {
    fn describe(operation: &mut Operation<'_>) {
        let bytes =
            |media: &str| json!({ "schema": { "type": "string", "contentMediaType": media } });
        let [png, jpeg] = ["image/png", "image/jpeg"];
        operation.answers(json!({ png: bytes(png), jpeg: bytes(jpeg) }));
    }
}

async fn screenshot(
    commands: Commands,
    Segment(id): Segment<PictureKey>,
) -> Result<Picture, Problem> {
    Ok(Picture(commands.screenshot(id.0).await?))
}
