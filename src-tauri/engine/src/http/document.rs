//! `GET /api/openapi.json`: the document, made from the table of routes that it stands in.

use std::sync::{Arc, OnceLock};

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::api::Api;
use super::problem::Problem;
use crate::commands::Commands;

/// An OpenAPI document.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
struct Document(serde_json::Map<String, Value>);

/// Lists the route. The document is put into the place that is given back once it is whole.
pub(super) fn routes(api: &mut Api) -> Arc<OnceLock<Value>> {
    let place = Arc::new(OnceLock::new());
    let whole = Arc::clone(&place);
    api.about("document", "This document.");
    api.route(
        Method::GET,
        "/api/openapi.json",
        "openapi",
        "The OpenAPI 3.1 document of this API",
        move |_: Commands| {
            let answer = match whole.get() {
                Some(Value::Object(members)) => Ok(Json(Document(members.clone()))),
                _ => Err(Problem::no_route()),
            };
            std::future::ready(answer)
        },
    );
    place
}
