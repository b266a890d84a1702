//! What an operator orders: of everything, of tasks, of accounts, of phones.

mod accounts;
mod devices;
mod system;
mod tasks;

use std::borrow::Cow;

use axum::http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::api::Api;
use super::input::Named;
use super::problem::Problem;
use super::term::Because;
use crate::commands::CommandError;
use crate::list_file::is_name;

pub(super) fn routes(api: &mut Api) {
    system::routes(api);
    tasks::routes(api);
    accounts::routes(api);
    devices::routes(api);
}

/// An order was carried out.
#[derive(Debug, Serialize, JsonSchema)]
struct Done {
    success: bool,
    /// One sentence.
    message: Cow<'static, str>,
}

impl Done {
    fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            success: true,
            message: message.into(),
        }
    }
}

/// Why something is ordered.
#[derive(Debug, Deserialize, JsonSchema)]
struct Reasoned {
    /// Why. It stands in the audit.
    reason: Because,
}

/// An account, by its id.
pub(in crate::http) struct AccountKey(pub(in crate::http) String);

impl Named for AccountKey {
    fn parse(text: &str) -> Option<Self> {
        is_name(text).then(|| Self(text.to_owned()))
    }

    fn unknown() -> Option<Problem> {
        let detail = "There is no account of this id.";
        let status = StatusCode::NOT_FOUND;
        Some(Problem::new(status, "unknown_account", detail))
    }
}

impl JsonSchema for AccountKey {
    fn schema_name() -> Cow<'static, str> {
        "AccountKey".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$", "examples": ["studio-1"],
        })
    }
}

/// A phone, by its serial.
pub(super) struct DeviceKey(pub(super) String);

impl Named for DeviceKey {
    fn parse(text: &str) -> Option<Self> {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let is_serial = (1..=64).contains(&text.len()) && text.bytes().all(known);
        is_serial.then(|| Self(text.to_owned()))
    }

    fn unknown() -> Option<Problem> {
        let detail = "There is no phone of this serial.";
        let status = StatusCode::NOT_FOUND;
        Some(Problem::new(status, "unknown_phone", detail))
    }
}

impl JsonSchema for DeviceKey {
    fn schema_name() -> Cow<'static, str> {
        "DeviceKey".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "pattern": "^[A-Za-z0-9-]{1,64}$",
            "examples": ["00008030-5100000000000001"],
        })
    }
}

/// What is named in the path and is not there is an address of nothing.
pub(super) fn of<N: Named>(error: CommandError) -> Problem {
    let nothing = ["unknown_account", "unknown_phone", "unknown_task"];
    let unknown = nothing.contains(&error.code.as_str()).then(N::unknown);
    unknown.flatten().unwrap_or_else(|| error.into())
}
