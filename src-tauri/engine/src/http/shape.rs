//! What comes in, as a JSON schema made from its Rust type: the document shows it, and the very
//! same schema is what a body and the parameters of an address are checked against.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::Arc;

use axum::http::StatusCode;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, ValidationError, Validator};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::json::step;
use super::problem::{FINDINGS_MAX, Finding, Findings, Problem};

/// How much of an unknown field's name is repeated.
pub(super) const NAME_CHARS_MAX: usize = 64;
/// The largest whole number that every JSON reader keeps.
const WHOLE_MAX: i64 = (1 << 53) - 1;
/// A sentence in a schema, for whatever is wrong at its place.
pub(super) const RULE: &str = "x-rule";
/// Where a schema names fields that are refused for a reason of their own.
const REFUSED: &str = "x-refused";
/// Says in a schema that null means something at its place.
const NULL: &str = "x-null";

/// The schema of a type, with what checks against it.
pub(super) struct Shape {
    /// The name of the type.
    pub(super) name: String,
    /// The schema, with nothing outside it.
    pub(super) schema: Value,
    validator: Option<Validator>,
}

/// All shapes, by their types.
pub(super) type Shapes = HashMap<TypeId, Arc<Shape>>;

impl Shape {
    /// The shape of a type. Objects are closed: a field that is not named is refused. An
    /// `Option` is a field that may be left out; null is no way to do so, unless the field says
    /// `#[schemars(extend("x-null" = true))]`.
    pub(super) fn of<T: JsonSchema>() -> Self {
        let settings = SchemaSettings::draft2020_12()
            .for_deserialize()
            .with(|settings| {
                settings.inline_subschemas = true;
                settings.meta_schema = None;
            });
        let mut schema = settings.into_generator().into_root_schema_for::<T>();
        schema.remove("title");
        let mut schema = schema.to_value();
        close(&mut schema);
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .build(&schema);
        if let Err(error) = &validator {
            tracing::error!(%error, name = %T::schema_name(), "a schema is not right");
        }
        Self {
            name: T::schema_name().into_owned(),
            schema,
            validator: validator.ok(),
        }
    }

    /// Whether the schema can be checked against; a test asks.
    #[cfg(test)]
    pub(super) fn is_sound(&self) -> bool {
        self.validator.is_some()
    }

    /// The schema of a member.
    pub(super) fn member(&self, name: &str) -> Option<&Value> {
        self.schema.get("properties")?.get(name)
    }

    /// The value as its type, or everything that is wrong with it: `noted` and what is found now.
    pub(super) fn read<T: DeserializeOwned>(
        &self,
        value: Value,
        noted: Vec<Finding>,
    ) -> Result<T, Problem> {
        let Some(validator) = &self.validator else {
            let detail = "The schema of this request is not right: please report it.";
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            return Err(Problem::new(status, "schema", detail));
        };
        let mut findings = Findings::default();
        for finding in noted {
            findings.add(finding);
        }
        for error in validator.iter_errors(&value) {
            self.explain(&error, &mut findings);
            if findings.are_many() {
                break;
            }
        }
        findings.finish()?;
        serde_json::from_value(value)
            .map_err(|error| Problem::fields(vec![Finding::at("", sentence(&error.to_string()))]))
    }

    /// One finding for each place that an error is about.
    fn explain(&self, error: &ValidationError<'_>, findings: &mut Findings) {
        let place = error.instance_path().as_str();
        match error.kind() {
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                findings.add(Finding::at(
                    format!("{place}{}", step(name)),
                    "The field is needed.",
                ));
            }
            ValidationErrorKind::AdditionalProperties { unexpected }
            | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
                for name in unexpected.iter().take(FINDINGS_MAX) {
                    let name: String = name.chars().take(NAME_CHARS_MAX).collect();
                    let pointer = format!("{place}{}", step(&name));
                    let refused = self.schema.get(REFUSED).and_then(|it| it.get(&name));
                    let refused = refused.and_then(Value::as_str).filter(|_| place.is_empty());
                    let detail = refused.unwrap_or("There is no such field.").to_owned();
                    findings.add(Finding::at(pointer, detail));
                }
            }
            _ => {
                let keyword = error.schema_path().as_str();
                let rule = keyword.rsplit_once('/').map_or("", |(rule, _)| rule);
                let rule = self.schema.pointer(rule).unwrap_or(&self.schema);
                let null = error.instance().is_null() && !place.is_empty();
                let detail = if null && rule.get(RULE).is_none_or(Value::is_string) {
                    "It must not be null. Leave the field out.".to_owned()
                } else {
                    wanted(rule)
                };
                findings.add(Finding::at(place, detail));
            }
        }
    }
}

/// For a schema, as its `oneOf`: exactly one of these fields is there.
pub(super) fn one_of(fields: &[&str]) -> Value {
    let forms = fields.iter().map(|field| json!({ "required": [field] }));
    forms.collect()
}

/// What would do at a place, in a sentence.
fn wanted(rule: &Value) -> String {
    if let Some(rule) = rule.get(RULE).and_then(Value::as_str) {
        return rule.to_owned();
    }
    if let Some(words) = rule.get("enum").and_then(Value::as_array) {
        let words: Vec<String> = words.iter().map(word).collect();
        return format!("It must be one of {}.", words.join(", "));
    }
    if let Some(only) = rule.get("const") {
        return format!("It must be {}.", word(only));
    }
    let bounds = |least: &str, most: &str| {
        let of = |name: &str| rule.get(name).map(Value::to_string);
        match (of(least), of(most)) {
            (Some(least), Some(most)) => format!("{least} to {most} "),
            (Some(least), None) => format!("at least {least} "),
            (None, Some(most)) => format!("at most {most} "),
            (None, None) => String::new(),
        }
    };
    let range = || {
        let bounds = bounds("minimum", "maximum");
        if bounds.is_empty() {
            bounds
        } else if bounds.starts_with("at ") {
            format!(" of {}", bounds.trim_end())
        } else {
            format!(" from {}", bounds.trim_end())
        }
    };
    let kind = rule.get("type");
    let kind = kind.and_then(|kind| kind.as_str().or_else(|| kind.get(0)?.as_str()));
    match kind {
        Some("integer") => format!("It must be a whole number{}.", range()),
        Some("number") => format!("It must be a number{}.", range()),
        Some("boolean") => "It must be true or false.".to_owned(),
        Some("string") => match bounds("minLength", "maxLength") {
            none if none.is_empty() => "It must be a string.".to_owned(),
            bounds => format!("It must be a string of {bounds}characters."),
        },
        Some("array") => match bounds("minItems", "maxItems") {
            none if none.is_empty() => "It must be an array.".to_owned(),
            bounds => format!("It must be an array of {bounds}entries."),
        },
        Some("object") => "It must be a JSON object.".to_owned(),
        _ => "It has none of the forms that are taken here.".to_owned(),
    }
}

fn word(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// What serde says, with a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string());
    let rest = letters.as_str().trim_end_matches('.');
    format!("{}{rest}.", first.unwrap_or_default())
}

/// Makes a schema say all that is meant: objects closed, no null beside a value, whole numbers
/// bounded by what is a whole number in all JSON readers.
fn close(schema: &mut Value) {
    match schema {
        Value::Array(parts) => parts.iter_mut().for_each(close),
        Value::Object(map) => {
            without_null(map);
            if map.contains_key("properties") && !map.contains_key("additionalProperties") {
                map.insert("additionalProperties".to_owned(), false.into());
            }
            map.remove("unevaluatedProperties");
            bound(map);
            for (name, inner) in map.iter_mut() {
                match name.as_str() {
                    // Names of members, not of keywords.
                    "properties" | "patternProperties" | "$defs" => {
                        if let Value::Object(members) = inner {
                            members.values_mut().for_each(close);
                        }
                    }
                    // What stands in `allOf` says more of the same object.
                    "allOf" | "default" | "examples" | "example" | "enum" | "const" => {}
                    _ => close(inner),
                }
            }
        }
        _ => {}
    }
}

/// The numbers of Rust's integers as bounds; their names are no formats of JSON Schema.
fn bound(map: &mut Map<String, Value>) {
    let Some(format) = map.get("format").and_then(Value::as_str) else {
        return;
    };
    let (least, most) = match format {
        "uint8" => (json!(0), json!(u8::MAX)),
        "uint16" => (json!(0), json!(u16::MAX)),
        "uint32" => (json!(0), json!(u32::MAX)),
        "uint" | "uint64" => (json!(0), json!(WHOLE_MAX)),
        "int32" => (json!(i32::MIN), json!(i32::MAX)),
        "int" | "int64" => (json!(-WHOLE_MAX), json!(WHOLE_MAX)),
        "double" | "float" => {
            map.remove("format");
            return;
        }
        _ => return,
    };
    map.remove("format");
    map.entry("minimum").or_insert(least);
    map.entry("maximum").or_insert(most);
}

fn without_null(map: &mut Map<String, Value>) {
    if map.remove(NULL).is_some() {
        return;
    }
    if map.get("default").is_some_and(Value::is_null) {
        map.remove("default");
    }
    let null = |value: &Value| value.get("type").is_some_and(|kind| kind == "null");
    let mut nullable = false;
    if let Some(Value::Array(kinds)) = map.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        nullable = true;
        if let [only] = kinds.as_slice() {
            let only = only.clone();
            map.insert("type".to_owned(), only);
        }
    }
    if nullable && let Some(Value::Array(words)) = map.get_mut("enum") {
        words.retain(|word| !word.is_null());
    }
    let Some(Value::Array(forms)) = map.get_mut("anyOf") else {
        return;
    };
    let before = forms.len();
    forms.retain(|form| !null(form));
    if let (true, [Value::Object(only)]) = (forms.len() < before, forms.as_slice()) {
        let only = only.clone();
        map.remove("anyOf");
        for (name, value) in only {
            map.entry(name).or_insert(value);
        }
    }
}
