//! JSON as it came in: a name that stands twice in an object is seen, and 3.0 is a whole number.

use std::fmt;

use axum::http::StatusCode;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::{Map, Number, Value};

use super::problem::{Finding, Problem};

/// The most members an object may have; all that we know have far fewer.
const MEMBERS_MAX: usize = 256;
/// The first whole number beyond which a double no longer holds each.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

/// Reads a body. No JSON is a 400; what is JSON but ambiguous comes with findings.
pub(super) fn read(body: &[u8]) -> Result<(Value, Vec<Finding>), Problem> {
    let mut place = Place::default();
    let mut source = serde_json::Deserializer::from_slice(body);
    let read = Element(&mut place).deserialize(&mut source);
    match read.and_then(|value| source.end().map(|()| value)) {
        Ok(value) => Ok((value, place.twice)),
        Err(error) if error.classify() == Category::Data && std::str::from_utf8(body).is_ok() => {
            let detail = format!("An object may have {MEMBERS_MAX} fields at most.");
            Err(Problem::fields(vec![Finding::at("", detail)]))
        }
        Err(error) => Err(not_json(&error)),
    }
}

/// A step of a JSON pointer (RFC 6901).
pub(super) fn step(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn not_json(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let detail = format!("The body is no JSON in UTF-8: see line {line}, column {column}.");
    Problem::new(StatusCode::BAD_REQUEST, "bad_json", detail)
}

/// Where in the body we are, and what was found there.
#[derive(Default)]
struct Place {
    pointer: String,
    twice: Vec<Finding>,
}

struct Element<'p>(&'p mut Place);

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Value, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Element<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(number(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let Place { pointer, .. } = &mut *self.0;
        let (length, mut list) = (pointer.len(), Vec::new());
        loop {
            self.0.pointer.push_str(&format!("/{}", list.len()));
            let item = items.next_element_seed(Element(&mut *self.0))?;
            self.0.pointer.truncate(length);
            match item {
                Some(item) => list.push(item),
                None => return Ok(list.into()),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        let length = self.0.pointer.len();
        let mut count = 0;
        while let Some(name) = members.next_key::<String>()? {
            count += 1;
            if count > MEMBERS_MAX {
                return Err(A::Error::custom("too many fields"));
            }
            self.0.pointer.push_str(&step(&name));
            let value = members.next_value_seed(Element(&mut *self.0))?;
            if map.insert(name, value).is_some() {
                let detail = "The field stands there twice.";
                let finding = Finding::at(self.0.pointer.clone(), detail);
                self.0.twice.push(finding);
            }
            self.0.pointer.truncate(length);
        }
        Ok(map.into())
    }
}

/// A number as whole as it is.
pub(super) fn number(value: f64) -> Value {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is whole and within the bounds of an i64"
    )]
    if value.fract() == 0.0 && value.abs() < WHOLE_MAX {
        return (value as i64).into();
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_read() {
        let check = |body: &str, expected: Value, twice: &[&str]| {
            let (value, findings) = read(body.as_bytes()).expect(body);
            assert_eq!(value, expected, "{body}");
            let found = findings.iter().map(|it| it.pointer.as_deref());
            assert_eq!(
                found.collect::<Vec<_>>(),
                twice.iter().map(|it| Some(*it)).collect::<Vec<_>>()
            );
        };
        check("null", Value::Null, &[]);
        check(
            r#"{"a": [1, 2.0, 2.5, -3]}"#,
            json!({"a": [1, 2, 2.5, -3]}),
            &[],
        );
        check("18446744073709551615", json!(u64::MAX), &[]);
        check("1e300", json!(1e300), &[]);
        check(
            r#"{"a": 1, "b": 2, "a": 3}"#,
            json!({"a": 3, "b": 2}),
            &["/a"],
        );
        check(
            r#"[{"x": {"a/b~": 1, "a/b~": 2}}]"#,
            json!([{"x": {"a/b~": 2}}]),
            &["/0/x/a~1b~0"],
        );
    }
}
