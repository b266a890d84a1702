//! What a handler is handed of a request: its body, the parameters of its address, and what the
//! path names. Each is described in the document by the type that it is read into.

use std::any::TypeId;
use std::borrow::Cow;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::request::Parts;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::answer::Refusal;
use super::json;
use super::operation::Operation;
use super::problem::{Finding, Findings, Problem};
use super::shape::{NAME_CHARS_MAX, Shape, Shapes};

/// A request as it reached its route: its head and its whole body.
pub(super) struct Call {
    pub(super) head: Parts,
    /// What stands in the path where the route has a name; `None` if it is no UTF-8.
    pub(super) named: Option<String>,
    pub(super) body: Bytes,
    pub(super) shapes: Arc<Shapes>,
}

impl Call {
    fn query(&self) -> &str {
        self.head.uri.query().unwrap_or_default()
    }
}

/// A part of a request.
pub(super) trait Input: Sized + Send + 'static {
    /// Adds the part to the document.
    fn describe(operation: &mut Operation<'_>);

    /// Takes it from the request, or says everything that is wrong with it.
    fn take(call: &Call) -> Result<Self, Problem>;
}

/// A JSON body.
pub(super) struct Body<T>(pub(super) T);

impl<T: JsonSchema + DeserializeOwned + Send + 'static> Input for Body<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.body::<T>();
    }

    fn take(call: &Call) -> Result<Self, Problem> {
        let shape = shape::<T>(call)?;
        if call.body.is_empty() {
            let finding = Finding::at("", "A body in JSON is needed.");
            return Err(Problem::fields(vec![finding]));
        }
        let (value, twice) = json::read(&call.body)?;
        shape.read(value, twice).map(Self)
    }
}

/// The parameters of the address.
pub(super) struct Query<T>(pub(super) T);

impl<T: JsonSchema + DeserializeOwned + Send + 'static> Input for Query<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.query::<T>();
    }

    fn take(call: &Call) -> Result<Self, Problem> {
        let shape = shape::<T>(call)?;
        let (value, twice) = parameters(&shape, call.query());
        shape
            .read(value, twice)
            .map(Self)
            .map_err(|problem| problem.about_parameters())
    }
}

/// The shape of a type that the route describes.
pub(super) fn shape<T: 'static>(call: &Call) -> Result<Arc<Shape>, Problem> {
    let shape = call.shapes.get(&TypeId::of::<T>());
    shape.cloned().ok_or_else(Problem::no_route)
}

/// Each parameter as the kind of value that its schema wants, where it can be read as one.
fn parameters(shape: &Shape, query: &str) -> (Value, Vec<Finding>) {
    let (mut values, mut twice) = (Map::new(), Vec::new());
    for (name, text) in form_urlencoded::parse(query.as_bytes()) {
        let rule = shape.member(&name);
        let of_many = rule.filter(|rule| rule["type"] == "array");
        let value = match of_many {
            Some(rule) => typed(&rule["items"], &text),
            None => rule.map_or_else(|| Value::from(&*text), |rule| typed(rule, &text)),
        };
        let name: String = match rule {
            Some(_) => name.into_owned(),
            None => name.chars().take(NAME_CHARS_MAX).collect(),
        };
        if of_many.is_some() {
            let many = values.entry(name).or_insert_with(|| json!([]));
            if let Value::Array(many) = many {
                many.push(value);
            }
        } else if values.contains_key(&name) && rule.is_some() {
            twice.push(Finding::at(
                json::step(&name),
                "The parameter stands there twice.",
            ));
        } else {
            values.insert(name, value);
        }
    }
    (values.into(), twice)
}

fn typed(rule: &Value, text: &str) -> Value {
    let read = match rule["type"].as_str() {
        Some("integer" | "number") => serde_json::from_str::<f64>(text).ok().map(json::number),
        Some("boolean") => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    };
    read.unwrap_or_else(|| text.into())
}

/// What a path can name: an id of something.
pub(super) trait Named: JsonSchema + Sized + Send + 'static {
    /// The thing of this id; `None` if the text is no id.
    fn parse(text: &str) -> Option<Self>;

    /// The answer where there is nothing of that id; `None` if the route answers itself.
    fn unknown() -> Option<Problem>;
}

/// What the path names.
pub(super) struct Segment<T>(pub(super) T);

impl<T: Named> Input for Segment<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.segment(&Shape::of::<T>());
        operation.refuses(Refusal::NotFound);
    }

    fn take(call: &Call) -> Result<Self, Problem> {
        let text = call.named.as_deref();
        let found = text.and_then(T::parse);
        found
            .map(Self)
            .ok_or_else(|| T::unknown().unwrap_or_else(Problem::no_route))
    }
}

/// Refuses parameters where a route takes none: one that is ignored might have meant much.
pub(super) fn no_parameters(call: &Call) -> Result<(), Problem> {
    let mut findings = Findings::default();
    for (name, _) in form_urlencoded::parse(call.query().as_bytes()) {
        let name: String = name.chars().take(NAME_CHARS_MAX).collect();
        findings.add(Finding::parameter(name, "There is no such parameter."));
    }
    findings.finish()
}

/// Refuses fields where a route takes no body; an empty object says as little as none.
pub(super) fn no_body(call: &Call) -> Result<(), Problem> {
    if call.body.is_empty() {
        return Ok(());
    }
    let refuse = |at: Cow<'static, str>, detail: &'static str| {
        Problem::fields(vec![Finding::at(at, detail)])
    };
    let (value, _) = json::read(&call.body)?;
    match value {
        Value::Object(members) => match members.keys().next() {
            None => Ok(()),
            Some(name) => {
                let name: String = name.chars().take(NAME_CHARS_MAX).collect();
                Err(refuse(json::step(&name).into(), "There is no such field."))
            }
        },
        _ => Err(refuse("".into(), "Nothing is taken here: send no body.")),
    }
}
