//! The fields of a JSON body, taken one by one; whatever is wrong is named by its JSON pointer.

use std::fmt;
use std::ops::RangeInclusive;

use axum::http::StatusCode;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;
use serde_json::error::Category;

use super::problem::{Finding, Problem};

/// The most fields a body may have; every one we know is among far fewer.
const FIELDS_MAX: usize = 256;
/// How much of an unknown field's name is repeated.
const NAME_CHARS_MAX: usize = 64;

/// A JSON object's members as they came, so that a name that stands twice is seen.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    if members.len() == FIELDS_MAX {
                        return Err(A::Error::custom("too many fields"));
                    }
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// A body's fields. Each is taken by its name; those that are left in the end are unknown.
pub(super) struct Fields {
    members: Vec<(String, Value)>,
    findings: Vec<Finding>,
}

impl Fields {
    /// Reads a body: no JSON is a 400, and JSON that is no object a 422.
    pub(super) fn read(body: &[u8]) -> Result<Self, Problem> {
        let not_an_object = |detail| Problem::fields(vec![Finding::at("", detail)]);
        if body.is_empty() {
            return Err(not_an_object("A JSON object is needed."));
        }
        match serde_json::from_slice::<Members>(body) {
            Ok(Members(members)) => Ok(Self {
                members,
                findings: Vec::new(),
            }),
            Err(error) if error.classify() == Category::Data => {
                let text = std::str::from_utf8(body).is_ok();
                let detail = "It must be one JSON object with at most 256 fields.";
                if text {
                    Err(not_an_object(detail))
                } else {
                    Err(not_json(&error))
                }
            }
            Err(error) => Err(not_json(&error)),
        }
    }

    /// Notes what is wrong with a field.
    pub(super) fn refuse(
        &mut self,
        pointer: String,
        detail: impl Into<std::borrow::Cow<'static, str>>,
    ) {
        self.findings.push(Finding::at(pointer, detail));
    }

    /// A field that may be left out; null is no way to do so.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        let place = self.members.iter().position(|(member, _)| member == name)?;
        let (_, value) = self.members.swap_remove(place);
        if self.members.iter().any(|(member, _)| member == name) {
            self.members.retain(|(member, _)| member != name);
            self.refuse(pointer(name), "The field stands there twice.");
            return None;
        }
        if value.is_null() {
            self.refuse(pointer(name), "It must not be null. Leave the field out.");
            return None;
        }
        Some(value)
    }

    /// A text that the closure turns into what it stands for, or refuses with a sentence.
    pub(super) fn text<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        let parsed = match self.take(name)? {
            Value::String(text) => parse(&text),
            _ => Err("It must be a string."),
        };
        match parsed {
            Ok(parsed) => Some(parsed),
            Err(detail) => {
                self.refuse(pointer(name), detail);
                None
            }
        }
    }

    /// Like [`Self::text`], and the field has to be there.
    pub(super) fn needed_text<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        if self.members.iter().any(|(member, _)| member == name) {
            return self.text(name, parse);
        }
        self.refuse(pointer(name), "The field is needed.");
        None
    }

    /// A whole number within bounds.
    pub(super) fn number(&mut self, name: &str, range: RangeInclusive<u8>) -> Option<u8> {
        let value = self.take(name)?;
        let Value::Number(number) = value else {
            self.refuse(pointer(name), "It must be a number.");
            return None;
        };
        // 3.0 is a whole number in JSON, and beyond 2^53 nothing is within bounds anyway.
        let found = number.as_f64().unwrap_or(f64::NAN);
        let found = range.clone().find(|good| f64::from(*good) == found);
        if found.is_none() {
            let (least, most) = range.into_inner();
            let detail = format!("It must be a whole number from {least} to {most}.");
            self.refuse(pointer(name), detail);
        }
        found
    }

    /// The value, unless something was found; fields that nobody took are unknown.
    pub(super) fn finish<T>(mut self, value: Option<T>) -> Result<T, Problem> {
        for (name, _) in std::mem::take(&mut self.members) {
            let name: String = name.chars().take(NAME_CHARS_MAX).collect();
            self.refuse(pointer(&name), "There is no such field.");
        }
        match value {
            Some(value) if self.findings.is_empty() => Ok(value),
            _ => Err(Problem::fields(self.findings)),
        }
    }
}

/// The JSON pointer of a member of the body (RFC 6901).
pub(super) fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn not_json(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let detail = format!("The body is no JSON in UTF-8: see line {line}, column {column}.");
    Problem::new(StatusCode::BAD_REQUEST, "bad_json", detail)
}
