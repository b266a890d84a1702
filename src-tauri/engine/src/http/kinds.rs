//! Objects with a form for each kind of task: their `task_type` says which, and it is that of
//! plain tasks where they say nothing.

use std::any::TypeId;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use signalbox_scheduler::Kind;

use super::operation::Operation;
use super::problem::{Finding, Problem};
use super::shape::Shapes;
use crate::list_file::{KINDS, kind_word};

/// The field that says which form.
const FIELD: &str = "task_type";
/// What it says where it is left out.
const DEFAULT: Kind = Kind::Instagram;

/// One of the three forms.
pub(super) enum Kinded<I, E, F> {
    Instagram(I),
    Engagement(E),
    Flow(F),
}

/// What a form is read into.
pub(super) trait Form: JsonSchema + DeserializeOwned + 'static {}

impl<T: JsonSchema + DeserializeOwned + 'static> Form for T {}

impl<I: Form, E: Form, F: Form> Kinded<I, E, F> {
    /// The schema of the choice. Its forms stand in the document under `name`s of their kinds.
    pub(super) fn schema(operation: &mut Operation<'_>, name: &str) -> Value {
        let forms = [
            (Kind::Instagram, operation.shape::<I>()),
            (Kind::Engagement, operation.shape::<E>()),
            (Kind::Flow, operation.shape::<F>()),
        ];
        let forms = forms.map(|(kind, shape)| {
            let mut schema = shape.schema.clone();
            schema["properties"][FIELD] = json!({ "const": kind_word(kind) });
            if kind == DEFAULT {
                schema["properties"][FIELD]["default"] = kind_word(kind).into();
            } else if let Value::Array(needed) = &mut schema["required"] {
                needed.push(FIELD.into());
            } else {
                schema["required"] = json!([FIELD]);
            }
            let word = kind_word(kind);
            let title = word[..1].to_uppercase() + &word[1..];
            operation.component(&format!("{title}{name}"), schema)
        });
        json!({ "oneOf": forms })
    }

    /// The object as its form, or everything that is wrong with it: `noted` and what is found now.
    pub(super) fn read(
        shapes: &Shapes,
        value: Value,
        noted: Vec<Finding>,
    ) -> Result<Self, Problem> {
        let Value::Object(mut object) = value else {
            return Err(bad("", "It must be a JSON object."));
        };
        let kind = match object.remove(FIELD) {
            None => DEFAULT,
            Some(word) => {
                let known = KINDS.iter().find(|(known, _)| word == *known);
                let words = "It must be one of instagram, engagement, flow.";
                known.ok_or_else(|| bad("/task_type", words))?.1
            }
        };
        let value = object.into();
        Ok(match kind {
            Kind::Instagram => Self::Instagram(read(shapes, value, noted)?),
            Kind::Engagement => Self::Engagement(read(shapes, value, noted)?),
            Kind::Flow => Self::Flow(read(shapes, value, noted)?),
        })
    }
}

fn read<T: Form>(shapes: &Shapes, value: Value, noted: Vec<Finding>) -> Result<T, Problem> {
    let shape = shapes.get(&TypeId::of::<T>());
    let shape = shape.ok_or_else(Problem::no_route)?;
    shape.read(value, noted)
}

fn bad(pointer: &'static str, detail: &'static str) -> Problem {
    Problem::fields(vec![Finding::at(pointer, detail)])
}
