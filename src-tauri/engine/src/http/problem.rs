//! What was refused and why, as RFC 9457 `application/problem+json`.

use std::borrow::Cow;
use std::collections::HashSet;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::commands::CommandError;

/// How many findings one answer names; the rest are counted.
pub(super) const FINDINGS_MAX: usize = 100;
/// How many are counted.
const COUNTED_MAX: usize = 10_000;

/// One bad field or parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "BadField")]
pub(super) struct Finding {
    /// Where in the body, as a JSON pointer (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pointer: Option<String>,
    /// Which parameter of the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parameter: Option<String>,
    /// Which line of a list file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) line: Option<u64>,
    /// Which column of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) field: Option<String>,
    /// What is wrong with it and what would do.
    pub(super) detail: Cow<'static, str>,
}

impl Finding {
    /// About a place in the body.
    pub(super) fn at(pointer: impl Into<String>, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            pointer: Some(pointer.into()),
            parameter: None,
            line: None,
            field: None,
            detail: detail.into(),
        }
    }

    /// About a row of a list file; the detail is to be said.
    pub(super) fn of_row(line: Option<u64>, field: Option<String>) -> Self {
        Self {
            pointer: None,
            parameter: None,
            line,
            field,
            detail: Cow::Borrowed(""),
        }
    }

    /// The same about a place below this one.
    pub(super) fn under(mut self, place: &str) -> Self {
        if let Some(pointer) = &mut self.pointer {
            pointer.insert_str(0, place);
        }
        self
    }

    fn place(&self) -> Option<String> {
        self.pointer.clone().or_else(|| self.parameter.clone())
    }

    /// About a parameter of the address.
    pub(super) fn parameter(name: String, detail: &'static str) -> Self {
        Self {
            pointer: None,
            parameter: Some(name),
            line: None,
            field: None,
            detail: detail.into(),
        }
    }
}

/// Everything that is wrong, as it is found: one finding for each place, and only so many kept.
#[derive(Debug, Default)]
pub(super) struct Findings {
    kept: Vec<Finding>,
    places: HashSet<Option<String>>,
    total: usize,
}

impl Findings {
    /// So much is wrong that no more is looked for.
    pub(super) fn are_many(&self) -> bool {
        self.total >= COUNTED_MAX
    }

    /// Notes what is wrong at a place, unless something is noted there already.
    pub(super) fn add(&mut self, finding: Finding) {
        if !self.are_many() && self.places.insert(finding.place()) {
            self.total += 1;
            if self.kept.len() < FINDINGS_MAX {
                self.kept.push(finding);
            }
        }
    }

    /// Good if nothing was found.
    pub(super) fn finish(self) -> Result<(), Problem> {
        match self.total {
            0 => Ok(()),
            total => Err(Problem::counted(self.kept, total)),
        }
    }
}

/// A refusal. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) status: StatusCode,
    pub(super) code: Cow<'static, str>,
    pub(super) detail: Cow<'static, str>,
    pub(super) findings: Vec<Finding>,
}

impl Problem {
    pub(super) fn new(
        status: StatusCode,
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            detail: detail.into(),
            findings: Vec::new(),
        }
    }

    /// 422: the fields named are bad.
    pub(super) fn fields(mut findings: Vec<Finding>) -> Self {
        let total = findings.len();
        findings.truncate(FINDINGS_MAX);
        Self::counted(findings, total)
    }

    /// The same findings, about parameters of the address instead of fields.
    pub(super) fn about_parameters(mut self) -> Self {
        for finding in &mut self.findings {
            if let Some(pointer) = finding.pointer.take() {
                let name = pointer.split('/').nth(1).unwrap_or_default();
                finding.parameter = Some(name.replace("~1", "/").replace("~0", "~"));
                let detail = finding.detail.replace("field", "parameter");
                finding.detail = detail.into();
            }
        }
        self
    }

    fn counted(findings: Vec<Finding>, total: usize) -> Self {
        let words = if total == 1 { "field is" } else { "fields are" };
        let mut detail = format!("{total} {words} not right, so nothing was changed.");
        if total > FINDINGS_MAX {
            detail.push_str(" The first hundred are named.");
        }
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_fields", detail);
        problem.findings = findings;
        problem
    }

    /// Rows of a list cannot be accepted, so that none was.
    pub(super) fn rows(
        status: StatusCode,
        code: &'static str,
        mut findings: Vec<Finding>,
        total: u64,
    ) -> Self {
        let mut detail = match total {
            0 => "The file cannot be read as a list; nothing was accepted.".to_owned(),
            1 => "One row cannot be accepted; nothing was.".to_owned(),
            _ => format!("{total} rows cannot be accepted; nothing was."),
        };
        if findings.len() > FINDINGS_MAX {
            findings.truncate(FINDINGS_MAX);
            detail.push_str(" The first hundred are named.");
        }
        let mut problem = Self::new(status, code, detail);
        problem.findings = findings;
        problem
    }

    /// The same about the body as a whole, where the place is not known.
    pub(super) fn about_all(mut self) -> Self {
        for finding in &mut self.findings {
            finding.pointer = Some(String::new());
        }
        self
    }

    /// The same, where the target may take no further account: about that field of the body.
    pub(super) fn about_target(mut self, field: &str) -> Self {
        if self.code == "target_limit" && self.findings.is_empty() {
            self.findings = vec![Finding::at(format!("/{field}"), self.detail.clone())];
        }
        self
    }

    /// 503: the engine is ending.
    pub(super) fn ending() -> Self {
        let detail = "The engine is ending and takes nothing new. Start it again.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "engine_stopping", detail)
    }

    /// 404: there is nothing at the address.
    pub(super) fn no_route() -> Self {
        let detail = "There is nothing at this address. Check its path.";
        Self::new(StatusCode::NOT_FOUND, "not_found", detail)
    }

    /// 405: the address takes other methods.
    pub(super) fn no_method() -> Self {
        let detail = "The address does not take this method. The Allow header names those it does.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
    }
}

impl From<CommandError> for Problem {
    fn from(error: CommandError) -> Self {
        let pointer = match error.code.as_str() {
            "unknown_account" => Some("/account_id"),
            _ => None,
        };
        let mut findings: Vec<Finding> = pointer
            .map(|pointer| Finding::at(pointer, error.detail.clone()))
            .into_iter()
            .collect();
        let rows = error.errors.into_iter().take(FINDINGS_MAX);
        findings.extend(rows.map(|row| Finding::at("/tasks", row)));
        Self {
            status: status_of(&error.code),
            findings,
            code: error.code.into(),
            detail: error.detail.into(),
        }
    }
}

/// What the state refuses is a conflict; the other codes are the exceptions.
fn status_of(code: &str) -> StatusCode {
    match code {
        "disk_full" | "stop_not_saved" => StatusCode::INSUFFICIENT_STORAGE,
        "unknown_account" | "bad_file" | "bad_list" | "bad_list_name" | "reason_needed"
        | "bad_reason" | "too_many_points" | "bad_flow" | "variable_missing" | "targets_needed"
        | "bad_date" | "bad_pattern" => StatusCode::UNPROCESSABLE_ENTITY,
        "plan_without_file" | "unknown_job" | "unknown_list" | "unknown_phone" | "unknown_plan"
        | "unknown_screenshot" | "unknown_task" | "unknown_template" => StatusCode::NOT_FOUND,
        "engine_stopping" | "engine_stopped" => StatusCode::SERVICE_UNAVAILABLE,
        "store" | "data_newer" | "data_other_world" | "data_damaged" | "logs_unreadable" => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
        code if code.starts_with("simulator_") => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::CONFLICT,
    }
}

/// A refusal as it is sent: RFC 9457 with a stable `code` and what is wrong where.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(super) struct Shape<'p> {
    /// `about:blank`: `code` says which problem it is.
    r#type: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status of HTTP.
    #[schemars(range(min = 400, max = 599))]
    status: u16,
    /// What happened, why, and what to do.
    detail: &'p str,
    /// Stable, for programs.
    code: &'p str,
    /// Each bad field or parameter.
    errors: &'p [Finding],
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let shape = Shape {
            // RFC 9457 §4.2.1: the status and its phrase say what kind it is; `code` says more.
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: &self.code,
            errors: &self.findings,
        };
        let body = serde_json::to_vec(&shape).unwrap_or_default();
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, kind);
        match self.status {
            StatusCode::UNAUTHORIZED => {
                let scheme = HeaderValue::from_static("Bearer realm=\"signalbox\"");
                headers.insert(header::WWW_AUTHENTICATE, scheme);
            }
            // The rest of the body may never be read, so nothing can follow on the connection.
            StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_their_status() {
        let check = |code: &str, expected: u16| {
            let problem = Problem::from(CommandError::new(code, "Why."));
            assert_eq!(problem.status.as_u16(), expected, "{code}");
            assert_eq!(problem.code, code);
        };
        check("disk_full", 507);
        check("stop_not_saved", 507);
        check("no_accounts", 409);
        check("unknown_task", 404);
        check("key_reused", 409);
        check("queue_full", 409);
        check("handle_taken", 409);
        check("unknown_account", 422);
        check("engine_stopping", 503);
        check("engine_stopped", 503);
        check("simulator_ended", 503);
        check("store", 500);
    }

    #[test]
    fn findings_are_bounded() {
        let findings = (0..1_000).map(|no| Finding::at(format!("/{no}"), "Unknown."));
        let problem = Problem::fields(findings.collect());
        assert_eq!(problem.findings.len(), FINDINGS_MAX);
        assert!(problem.detail.starts_with("1000 fields"), "{problem:?}");
    }
}
