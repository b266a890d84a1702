//! What a client asks for when it makes a session.

use serde_json::{Map, Value};

use super::session::{Session, truth};

/// Capabilities that are settings under the same name.
const SETTINGS: [&str; 6] = [
    "shouldUseCompactResponses",
    "elementResponseAttributes",
    "maxTypingFrequency",
    "waitForIdleTimeout",
    "defaultAlertAction",
    "animationCoolOffTimeout",
];

/// Joins `alwaysMatch` with the first of `firstMatch` that fits, and takes `appium:` away.
///
/// # Errors
/// Why no session can be made of them.
pub fn joined(wanted: Option<&Value>) -> Result<Map<String, Value>, String> {
    let Some(wanted) = wanted.and_then(Value::as_object) else {
        return Err("'capabilities' is mandatory to create a new session".to_owned());
    };
    let empty = Map::new();
    let object = |value: &Value| value.as_object().map(bare);
    let always = match wanted.get("alwaysMatch") {
        None | Some(Value::Null) => empty.clone(),
        Some(always) => object(always).ok_or("'alwaysMatch' must be an object")??,
    };
    let first = match wanted.get("firstMatch") {
        None | Some(Value::Null) => Vec::new(),
        Some(first) => first
            .as_array()
            .ok_or("'firstMatch' must be an array")?
            .iter()
            .map(|one| object(one).ok_or("all in 'firstMatch' must be objects")?)
            .collect::<Result<_, _>>()?,
    };
    let mut problem = None;
    for one in &first {
        match one.keys().find(|name| always.contains_key(*name)) {
            Some(twice) => problem = problem.or(Some(twice)),
            None => return Ok(always.into_iter().chain(one.clone()).collect()),
        }
    }
    match problem {
        None => Ok(always),
        Some(twice) => Err(format!(
            "The capability '{twice}' is in 'alwaysMatch' and in every entry of 'firstMatch'"
        )),
    }
}

fn bare(all: &Map<String, Value>) -> Result<Map<String, Value>, String> {
    let mut bare = Map::new();
    for (name, value) in all.iter().filter(|(_, value)| !value.is_null()) {
        let name = name.strip_prefix("appium:").unwrap_or(name);
        if bare.insert(name.to_owned(), value.clone()).is_some() {
            return Err(format!("The capability '{name}' is given twice"));
        }
    }
    Ok(bare)
}

/// How the app of a session is started.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Start {
    /// The app, where one is named.
    pub bundle: Option<String>,
    /// What is opened in it.
    pub url: Option<String>,
    /// Whether a running app is ended first.
    pub force: bool,
    /// Its arguments.
    pub arguments: Value,
    /// Its environment.
    pub environment: Value,
}

/// A session as the capabilities want it, and how its app is started.
///
/// # Errors
/// Why no session can be made of them.
pub fn session(capabilities: &Map<String, Value>) -> Result<(Session, Start), String> {
    let get = |name: &str| capabilities.get(name);
    let text = |name: &str| match get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(format!(
            "The capability '{name}' must be a string, not {other}"
        )),
    };
    let mut session = Session::new();
    for name in SETTINGS {
        if let Some(value) = get(name) {
            session.settings.set(name, value)?;
        }
    }
    session.ends_app = get("shouldTerminateApp").is_none_or(truth);
    session.waits_for_idle = get("shouldWaitForQuiescence").is_none_or(truth);
    session.bundle = text("bundleId")?;
    let arguments = get("arguments").cloned();
    let environment = get("environment").cloned();
    if arguments.as_ref().is_some_and(|value| !value.is_array()) {
        return Err("The capability 'arguments' must be an array".to_owned());
    }
    if environment.as_ref().is_some_and(|value| !value.is_object()) {
        return Err("The capability 'environment' must be an object".to_owned());
    }
    let start = Start {
        bundle: session.bundle.clone(),
        url: text("initialUrl")?,
        force: get("forceAppLaunch").is_none_or(truth),
        arguments: arguments.unwrap_or_else(|| Value::Array(Vec::new())),
        environment: environment.unwrap_or_else(|| Value::Object(Map::new())),
    };
    Ok((session, start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn capabilities_are_joined() {
        let check = |wanted: Value, expected: Option<Value>| {
            let found = joined(Some(&wanted)).ok().map(Value::Object);
            assert_eq!(found, expected, "{wanted}");
        };
        check(json!({}), Some(json!({})));
        check(
            json!({"alwaysMatch": {"appium:bundleId": "a.b"}}),
            Some(json!({"bundleId": "a.b"})),
        );
        check(
            json!({"alwaysMatch": {"a": 1}, "firstMatch": [{"a": 2}, {"appium:b": 3}, {"c": 4}]}),
            Some(json!({"a": 1, "b": 3})),
        );
        check(json!({"firstMatch": [{"a": 1}]}), Some(json!({"a": 1})));
        check(
            json!({"firstMatch": [], "alwaysMatch": {"a": null}}),
            Some(json!({})),
        );
        check(
            json!({"alwaysMatch": {"a": 1}, "firstMatch": [{"a": 1}]}),
            None,
        );
        check(json!({"alwaysMatch": {"a": 1, "appium:a": 2}}), None);
        check(json!({"alwaysMatch": 1}), None);
        check(json!({"firstMatch": {}}), None);
        check(json!({"firstMatch": [1]}), None);
        check(json!("a"), None);
        assert!(joined(None).is_err());
    }

    #[test]
    fn wrong_capabilities_make_no_session() {
        let check = |capabilities: Value, good: bool| {
            let made = session(capabilities.as_object().unwrap());
            assert_eq!(made.is_ok(), good, "{capabilities}");
        };
        check(json!({}), true);
        check(
            json!({"bundleId": "a.b", "arguments": ["-x"], "environment": {"A": "1"}}),
            true,
        );
        check(json!({"bundleId": 5}), false);
        check(json!({"initialUrl": []}), false);
        check(json!({"arguments": "-x"}), false);
        check(json!({"environment": ["A"]}), false);
        check(json!({"defaultAlertAction": "laugh"}), false);
        check(
            json!({"maxTypingFrequency": 10, "nobodyKnowsThis": {}}),
            true,
        );
    }
}
