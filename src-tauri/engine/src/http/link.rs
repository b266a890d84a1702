//! Links of the document (OpenAPI 3.1, 4.8.20): what one answer names, and the routes that take it.

use serde_json::{Map, Value, json};

use super::api::Rule;

/// Something that a good answer of a route names.
pub(super) struct Link {
    /// The route's place in the table.
    pub(super) from: usize,
    /// Where it stands in the answer, as a JSON pointer.
    pub(super) pointer: &'static str,
    /// Who takes it.
    pub(super) to: Taker,
}

/// Who takes what an answer names.
pub(super) enum Taker {
    /// Every route whose path begins so, up to the name in it.
    Paths(&'static str),
    /// The body of one route, by its id, in this field.
    Body(&'static str, &'static str),
}

/// Writes the links into the entries of their routes.
pub(super) fn put(links: &[Link], routes: &mut [(Rule, Map<String, Value>)]) {
    for link in links {
        let value = format!("$response.body#{}", link.pointer);
        let mut found = Map::new();
        match link.to {
            Taker::Paths(prefix) => {
                let Some(name) = named(prefix) else { continue };
                for (rule, entry) in routes.iter() {
                    let rest = rule.path.strip_prefix(prefix);
                    if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
                        let told = json!({
                            "operationId": entry["operationId"], "parameters": { name: value },
                        });
                        found.insert(key(&entry["operationId"], link.pointer), told);
                    }
                }
            }
            Taker::Body(id, field) => {
                let told = json!({
                    "operationId": id, "requestBody": { field: format!("{{{value}}}") },
                });
                found.insert(key(&id.into(), link.pointer), told);
            }
        }
        let Some((_, entry)) = routes.get_mut(link.from) else {
            continue;
        };
        let good = entry.get_mut("responses").and_then(Value::as_object_mut);
        let good = good.and_then(|it| it.iter_mut().find(|(status, _)| status.starts_with('2')));
        if let Some(links) = good.and_then(|(_, answer)| answer.as_object_mut()) {
            let links = links.entry("links").or_insert_with(|| json!({}));
            if let Some(links) = links.as_object_mut() {
                links.append(&mut found);
            }
        }
    }
}

/// The name at the end of a path, without its braces.
fn named(path: &str) -> Option<&str> {
    path.rsplit('/')
        .next()?
        .strip_prefix('{')?
        .strip_suffix('}')
}

/// A link's name, of the characters that one may have.
fn key(operation: &Value, pointer: &str) -> String {
    let operation = operation.as_str().unwrap_or_default();
    format!("{operation}{}", pointer.replace('/', "."))
}
