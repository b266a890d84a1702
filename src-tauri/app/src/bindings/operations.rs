//! The routes as the page knows them: made from the OpenAPI document, which is made from the code.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value};

/// The types of every schema in the document, the types of every operation, and where each is.
pub(super) fn declare(document: &Value) -> String {
    let mut text = String::new();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for (name, schema) in schemas {
        comment(&mut text, "", schema);
        writeln!(
            text,
            "export type {} = {};\n",
            identifier(name),
            shape(schema)
        )
        .unwrap();
    }
    let mut operations = String::new();
    let mut routes = String::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, entry) in methods.as_object().unwrap() {
            let id = entry["operationId"].as_str().unwrap();
            writeln!(
                operations,
                "  /** {}. */",
                entry["summary"].as_str().unwrap()
            )
            .unwrap();
            writeln!(operations, "  {id}: {};", operation(path, entry)).unwrap();
            let method = method.to_uppercase();
            writeln!(routes, "  {id}: [\"{method}\", \"{path}\"],").unwrap();
        }
    }
    writeln!(
        text,
        "/** What each operation takes and answers. */\nexport interface Operations {{\n{operations}}}\n"
    )
    .unwrap();
    writeln!(
        text,
        "/** Where each operation is; `{{…}}` stands for its id. */\n\
         export const ROUTES: Readonly<Record<keyof Operations, readonly [method: string, path: string]>> = {{\n{routes}}};"
    )
    .unwrap();
    text
}

fn operation(path: &str, entry: &Value) -> String {
    let mut parts = Vec::new();
    if path.contains('{') {
        parts.push("id: string".to_owned());
    }
    let parameters = entry["parameters"].as_array().into_iter().flatten();
    let queries: Vec<_> = parameters.filter(|it| it["in"] == "query").collect();
    if !queries.is_empty() {
        let needed = queries.iter().any(|it| it["required"] == true);
        let members = queries.iter().map(|it| {
            let name = it["name"].as_str().unwrap();
            member(name, &shape(&it["schema"]), it["required"] == true)
        });
        let members = members.collect::<Vec<_>>().join("; ");
        parts.push(format!("query{}: {{ {members} }}", optional(needed)));
    }
    let body = &entry["requestBody"];
    if let Some(schema) = body["content"]["application/json"].get("schema") {
        let needed = body["required"] == true;
        parts.push(format!("body{}: {}", optional(needed), shape(schema)));
    }
    let answer = answer(entry);
    let takes = parts.join("; ");
    format!("{{ takes: {{ {takes} }}; answer: {answer} }}")
}

/// What a good answer is; `unknown` where it is no JSON.
fn answer(entry: &Value) -> String {
    let answers = entry["responses"].as_object().unwrap();
    let good = answers.iter().filter(|(status, _)| status.starts_with('2'));
    let shapes: BTreeSet<_> = good
        .map(
            |(_, answer)| match answer["content"]["application/json"].get("schema") {
                Some(schema) => shape(schema),
                None => "unknown".to_owned(),
            },
        )
        .collect();
    shapes.into_iter().collect::<Vec<_>>().join(" | ")
}

fn optional(needed: bool) -> &'static str {
    if needed { "" } else { "?" }
}

fn member(name: &str, shape: &str, needed: bool) -> String {
    let quoted = match name
        .bytes()
        .all(|it| it.is_ascii_alphanumeric() || it == b'_')
    {
        true => name.to_owned(),
        false => format!("\"{name}\""),
    };
    match needed {
        true => format!("{quoted}: {shape}"),
        false => format!("{quoted}?: {shape} | undefined"),
    }
}

fn identifier(name: &str) -> String {
    name.chars()
        .map(|it| if it.is_ascii_alphanumeric() { it } else { '_' })
        .collect()
}

fn comment(text: &mut String, indent: &str, schema: &Value) {
    if let Some(description) = schema["description"].as_str() {
        let line = description.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(text, "{indent}/** {} */", line.replace("*/", "* /")).unwrap();
    }
}

/// A schema as a type of TypeScript.
fn shape(schema: &Value) -> String {
    let Some(members) = schema.as_object() else {
        return "unknown".to_owned();
    };
    if let Some(name) = schema["$ref"].as_str() {
        let own = identifier(name.rsplit('/').next().unwrap());
        return own;
    }
    if let Some(value) = members.get("const") {
        return value.to_string();
    }
    if let Some(values) = schema["enum"].as_array() {
        return union(values.iter().map(Value::to_string));
    }
    let mut parts = Vec::new();
    for word in ["anyOf", "oneOf"] {
        if let Some(some) = schema[word].as_array() {
            parts.push(format!("({})", union(some.iter().map(shape))));
        }
    }
    parts.extend(schema["allOf"].as_array().into_iter().flatten().map(shape));
    match &schema["type"] {
        Value::String(kind) => parts.push(of_kind(kind, members)),
        Value::Array(kinds) => {
            let kinds = kinds
                .iter()
                .map(|kind| of_kind(kind.as_str().unwrap(), members));
            parts.push(format!("({})", union(kinds)));
        }
        _ if members.contains_key("properties") => parts.push(of_kind("object", members)),
        _ => {}
    }
    parts.dedup();
    match parts.is_empty() {
        true => "unknown".to_owned(),
        false => parts.join(" & "),
    }
}

fn union(shapes: impl Iterator<Item = String>) -> String {
    let mut all = Vec::new();
    for shape in shapes {
        if !all.contains(&shape) {
            all.push(shape);
        }
    }
    all.join(" | ")
}

fn of_kind(kind: &str, schema: &Map<String, Value>) -> String {
    match kind {
        "integer" | "number" => "number".to_owned(),
        "string" | "boolean" | "null" => kind.to_owned(),
        "array" => match schema.get("items") {
            Some(items) => format!("readonly ({})[]", shape(items)),
            None => "readonly unknown[]".to_owned(),
        },
        "object" => object(schema),
        other => panic!("no type for {other}"),
    }
}

fn object(schema: &Map<String, Value>) -> String {
    let required = schema.get("required").and_then(Value::as_array);
    let needed = |name: &str| required.is_some_and(|it| it.contains(&name.into()));
    let members = schema.get("properties").and_then(Value::as_object);
    let mut text = String::from("{");
    for (name, schema) in members.into_iter().flatten() {
        text.push('\n');
        comment(&mut text, "  ", schema);
        write!(text, "  {};", member(name, &shape(schema), needed(name))).unwrap();
    }
    let extra = schema
        .get("additionalProperties")
        .filter(|it| it.is_object() || **it == true);
    match (members.is_some(), extra) {
        (true, _) => text + "\n}",
        (false, Some(extra)) => format!("Readonly<Record<string, {}>>", shape(extra)),
        (false, None) => "Readonly<Record<string, unknown>>".to_owned(),
    }
}
