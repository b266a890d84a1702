//! What an answer says of an element: its id, and the attributes that the session was set to send
//! along with it.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::session::is_plain_id;
use crate::error::{Code, PhoneError, Sent};
use crate::screen::{Element, Point, Rect, Said, Size};

/// What the setting `elementResponseAttributes` makes an answer say of each element. In that list
/// `name` stands for the type, and nothing stands for the value: what the attributes of these
/// names hold is asked for with `attribute/` before them.
pub(super) const SAID: &str = "type,label,rect,enabled,displayed,attribute/name,attribute/value";

/// The keys of an element's id, that of W3C first.
const IDS: [&str; 2] = ["element-6066-11e4-a52e-4f735466cecf", "ELEMENT"];

/// An element as the phone names it. Only its id must be as we know it: a runner that says other
/// things of it, or nothing, is as good for touching it.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Named(Map<String, Value>);

impl TryFrom<Named> for Element {
    type Error = PhoneError;

    fn try_from(mut named: Named) -> Result<Self, PhoneError> {
        let id = IDS.iter().find_map(|key| match named.0.remove(*key) {
            Some(Value::String(id)) => Some(id),
            _ => None,
        });
        match id {
            Some(id) if is_plain_id(&id) => Ok(Self {
                id,
                said: said(named.0),
            }),
            _ => Err(odd("an element without a usable id")),
        }
    }
}

/// What is said of the element; none unless all of it is there and of the type it should have.
fn said(mut of: Map<String, Value>) -> Option<Said> {
    let Value::String(kind) = of.remove("type")? else {
        return None;
    };
    let mut text = |key: &str| as_text(of.remove(key)?).ok();
    Some(Said {
        kind: kind
            .strip_prefix("XCUIElementType")
            .unwrap_or(&kind)
            .to_owned(),
        name: text("attribute/name")?,
        label: text("label")?,
        value: text("attribute/value")?,
        enabled: truth(&of.remove("enabled")?)?,
        visible: truth(&of.remove("displayed")?)?,
        rect: rect(of.remove("rect")?),
    })
}

/// Where an element is, as the phone says it.
#[derive(Deserialize)]
pub(super) struct Frame {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl From<Frame> for Rect {
    fn from(frame: Frame) -> Self {
        Self {
            origin: Point {
                x: frame.x,
                y: frame.y,
            },
            size: Size {
                width: frame.width,
                height: frame.height,
            },
        }
    }
}

fn rect(value: Value) -> Option<Rect> {
    let frame: Result<Frame, _> = serde_json::from_value(value);
    frame.ok().map(Rect::from)
}

/// Truths come as such, or as the numbers of Objective-C.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(yes) => Some(*yes),
        Value::Number(number) => number.as_i64().map(|number| number != 0),
        _ => None,
    }
}

/// An attribute is text, or a number or truth that is shown as text.
pub(super) fn as_text(value: Value) -> Result<Option<String>, PhoneError> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        Value::Bool(true) => Ok(Some("true".into())),
        Value::Bool(false) => Ok(Some("false".into())),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::Array(_) | Value::Object(_) => Err(odd("an attribute that is no text")),
    }
}

/// The error of an answer that cannot be what was asked for.
pub(super) fn odd(what: &str) -> PhoneError {
    PhoneError::new(
        Code::Malformed,
        Sent::Unknown,
        format!("the phone's answer cannot be read: {what}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(body: Value) -> Result<Element, PhoneError> {
        let named: Named = serde_json::from_value(body).unwrap();
        named.try_into()
    }

    fn full() -> Value {
        json!({
            IDS[0]: "E1",
            "ELEMENT": "E1",
            "type": "XCUIElementTypeButton",
            "label": "Follow bob",
            "rect": { "x": 1, "y": 2.5, "width": 3, "height": 4 },
            "enabled": 1,
            "displayed": true,
            "attribute/name": "follow-button",
            "attribute/value": null,
        })
    }

    #[test]
    fn an_answer_says_it_all() {
        let said = Said {
            kind: "Button".into(),
            name: Some("follow-button".into()),
            label: Some("Follow bob".into()),
            value: None,
            rect: Some(Rect {
                origin: Point { x: 1.0, y: 2.5 },
                size: Size {
                    width: 3.0,
                    height: 4.0,
                },
            }),
            enabled: true,
            visible: true,
        };
        let said = Some(said);
        assert_eq!(
            read(full()),
            Ok(Element {
                id: "E1".into(),
                said
            })
        );
    }

    #[test]
    fn what_is_not_said_whole_is_not_said() {
        let check = |key: &str, value: Option<Value>, says: bool| {
            let mut body = full();
            match value.clone() {
                Some(value) => body[key] = value,
                None => drop(body.as_object_mut().unwrap().remove(key)),
            }
            let element = read(body).unwrap();
            assert_eq!(element.said.is_some(), says, "{key} {value:?}");
        };
        for key in ["type", "label", "rect", "enabled", "displayed"] {
            check(key, None, false);
        }
        for key in ["attribute/name", "attribute/value"] {
            check(key, None, false);
            check(key, Some(json!(7)), true);
            check(key, Some(json!(["a"])), false);
        }
        check("label", Some(Value::Null), true);
        check("rect", Some(Value::Null), true);
        check("displayed", Some(json!("yes")), false);
        check("type", Some(Value::Null), false);
        check("ELEMENT", None, true);
    }

    #[test]
    fn an_element_needs_an_id() {
        let check = |body: Value, id: Option<&str>| {
            let read = read(body.clone());
            assert_eq!(read.ok().map(|it| it.id).as_deref(), id, "{body}");
        };
        check(json!({ IDS[0]: "E1" }), Some("E1"));
        check(json!({ "ELEMENT": "E2" }), Some("E2"));
        check(json!({ IDS[0]: "E1", "ELEMENT": "E2" }), Some("E1"));
        check(json!({ "ELEMENT": "a/b" }), None);
        check(json!({ "ELEMENT": 7 }), None);
        check(json!({ "type": "XCUIElementTypeButton" }), None);
    }
}
