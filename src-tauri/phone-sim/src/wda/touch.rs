//! Gestures from W3C actions: what a finger and a keyboard did.

use serde_json::Value;

use super::errors::WdaError;
use crate::app::gestures::Drag;

/// More steps than these are refused.
const MAX_STEPS: usize = 1_000;
/// A finger that moved less is still.
const STILL: i32 = 10;
/// Longer on the glass than this, in seconds, is a long press.
const LONG: f64 = 0.5;
/// Two taps within this many seconds are one double tap.
const DOUBLE: f64 = 0.35;

/// What a finger or the keyboard did.
#[derive(Clone, Debug, PartialEq)]
pub enum Touch {
    /// One tap.
    Tap(i32, i32),
    /// Two, fast, at one place.
    DoubleTap(i32, i32),
    /// A long press.
    Hold(i32, i32),
    /// A drag.
    Drag(Drag),
    /// Keys.
    Keys(String),
}

/// Finds the middle of an element that actions start from.
pub type Origin<'a> = &'a mut dyn FnMut(&str) -> Result<(i32, i32), WdaError>;

/// Reads the body of `POST /actions`.
///
/// # Errors
/// `invalid argument`, or what `origin` says about an element.
pub fn touches(body: &Value, origin: Origin<'_>) -> Result<Vec<Touch>, WdaError> {
    let Some(sources) = body.get("actions").and_then(Value::as_array) else {
        return Err(WdaError::argument("'actions' must be an array"));
    };
    let mut all = Vec::new();
    for source in sources.iter().take(8) {
        let empty = Vec::new();
        let steps = source
            .get("actions")
            .and_then(Value::as_array)
            .unwrap_or(&empty);
        if steps.len() > MAX_STEPS {
            return Err(WdaError::argument(format!(
                "more than {MAX_STEPS} action items"
            )));
        }
        match source.get("type").and_then(Value::as_str) {
            Some("pointer") => all.extend(pointer(steps, origin)?),
            Some("key") => all.push(Touch::Keys(keys(steps)?)),
            Some("none") => {}
            other => {
                let message = format!("'{}' is not a supported action type", other.unwrap_or(""));
                return Err(WdaError::argument(message));
            }
        }
    }
    Ok(all)
}

fn keys(steps: &[Value]) -> Result<String, WdaError> {
    let mut text = String::new();
    for step in steps {
        let value = step
            .get("value")
            .and_then(Value::as_str)
            .unwrap_or_default();
        match step.get("type").and_then(Value::as_str) {
            Some("keyDown") => text.push_str(value),
            Some("keyUp" | "pause") => {}
            _ => {
                return Err(WdaError::argument(
                    "a key action is keyDown, keyUp or pause",
                ));
            }
        }
    }
    Ok(text)
}

struct Finger {
    at: (i32, i32),
    clock: f64,
    /// Where and when it came down, and how long it has moved since.
    down: Option<((i32, i32), f64, f64)>,
}

/// A touch, and when it began and ended; taps that follow fast are joined later.
struct Timed(Touch, f64, f64);

fn pointer(steps: &[Value], origin: Origin<'_>) -> Result<Vec<Touch>, WdaError> {
    let mut finger = Finger {
        at: (0, 0),
        clock: 0.0,
        down: None,
    };
    let mut done: Vec<Timed> = Vec::new();
    for step in steps {
        let seconds = step
            .get("duration")
            .and_then(Value::as_f64)
            .unwrap_or(0.0)
            .clamp(0.0, 60_000.0)
            / 1000.0;
        match step.get("type").and_then(Value::as_str) {
            Some("pause") => finger.clock += seconds,
            Some("pointerDown") => finger.down = Some((finger.at, finger.clock, 0.0)),
            Some("pointerMove") => {
                finger.at = target(step, finger.at, origin)?;
                finger.clock += seconds;
                if let Some((_, _, moved)) = finger.down.as_mut() {
                    *moved += seconds;
                }
            }
            Some("pointerUp") => {
                let Some((from, since, moved)) = finger.down.take() else {
                    return Err(WdaError::argument("pointerUp must follow pointerDown"));
                };
                let touch = released(from, finger.at, finger.clock - since, moved);
                done.push(Timed(touch, since, finger.clock));
            }
            Some("pointerCancel") => finger.down = None,
            _ => return Err(WdaError::argument("an unknown pointer action")),
        }
    }
    Ok(joined(done))
}

fn target(step: &Value, at: (i32, i32), origin: Origin<'_>) -> Result<(i32, i32), WdaError> {
    let number = |key: &str| {
        let number = step.get(key).and_then(Value::as_f64);
        number.ok_or_else(|| WdaError::argument(format!("'{key}' must be a number")))
    };
    let (x, y) = (round(number("x")?), round(number("y")?));
    let (ox, oy) = match step.get("origin") {
        None | Some(Value::Null) => (0, 0),
        Some(Value::String(word)) if word == "viewport" => (0, 0),
        Some(Value::String(word)) if word == "pointer" => at,
        Some(other) => {
            let Some(id) = element_id(other) else {
                return Err(WdaError::argument("an unknown pointer origin"));
            };
            origin(&id)?
        }
    };
    Ok((x.saturating_add(ox), y.saturating_add(oy)))
}

/// The id in a W3C element object.
#[must_use]
pub fn element_id(value: &Value) -> Option<String> {
    if let Value::String(id) = value {
        return Some(id.clone());
    }
    let key = value
        .get("element-6066-11e4-a52e-4f735466cecf")
        .or_else(|| value.get("ELEMENT"));
    key.and_then(Value::as_str).map(str::to_owned)
}

/// To whole points, within what a screen can be.
#[must_use]
pub fn round(number: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "clamped before")]
    let whole = number.clamp(-100_000.0, 100_000.0).round() as i32;
    whole
}

fn released(from: (i32, i32), to: (i32, i32), lasted: f64, moved: f64) -> Touch {
    if (to.0 - from.0).abs() >= STILL || (to.1 - from.1).abs() >= STILL {
        return Touch::Drag(Drag {
            from,
            to,
            seconds: moved,
        });
    }
    if lasted >= LONG {
        Touch::Hold(from.0, from.1)
    } else {
        Touch::Tap(from.0, from.1)
    }
}

/// Joins two taps of one finger that follow fast.
fn joined(done: Vec<Timed>) -> Vec<Touch> {
    let mut all: Vec<Timed> = Vec::new();
    for next in done {
        let doubled = match (all.last(), &next) {
            (Some(Timed(Touch::Tap(x, y), _, until)), Timed(Touch::Tap(nx, ny), since, _)) => {
                since - until <= DOUBLE && (x - nx).abs() < 30 && (y - ny).abs() < 30
            }
            _ => false,
        };
        if doubled {
            let Timed(touch, since, until) = next;
            all.pop();
            let touch = match touch {
                Touch::Tap(x, y) => Touch::DoubleTap(x, y),
                other => other,
            };
            all.push(Timed(touch, since, until));
        } else {
            all.push(next);
        }
    }
    all.into_iter().map(|Timed(touch, _, _)| touch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(steps: Value) -> Result<Vec<Touch>, WdaError> {
        let body = json!({ "actions": [{ "type": "pointer", "id": "f", "actions": steps }] });
        touches(&body, &mut |_| Ok((50, 60)))
    }

    #[test]
    fn fingers_tap_hold_and_drag() {
        let to = |x: i32, y: i32, ms: i32| json!({"type": "pointerMove", "duration": ms, "x": x, "y": y});
        let down = || json!({"type": "pointerDown", "button": 0});
        let up = || json!({"type": "pointerUp", "button": 0});
        let wait = |ms: i32| json!({"type": "pause", "duration": ms});
        let check = |steps: Value, expected: Vec<Touch>| assert_eq!(read(steps), Ok(expected));
        check(
            json!([to(5, 6, 0), down(), wait(50), up()]),
            vec![Touch::Tap(5, 6)],
        );
        check(
            json!([to(5, 6, 0), down(), wait(900), up()]),
            vec![Touch::Hold(5, 6)],
        );
        check(
            json!([to(5, 6, 0), down(), up(), wait(100), down(), up()]),
            vec![Touch::DoubleTap(5, 6)],
        );
        check(
            json!([to(5, 6, 0), down(), up(), wait(900), down(), up()]),
            vec![Touch::Tap(5, 6), Touch::Tap(5, 6)],
        );
        check(
            json!([to(5, 600, 0), down(), to(5, 100, 500), up()]),
            vec![Touch::Drag(Drag {
                from: (5, 600),
                to: (5, 100),
                seconds: 0.5,
            })],
        );
        let origin = json!({"ELEMENT": "E"});
        check(
            json!([{"type": "pointerMove", "origin": origin, "x": 1, "y": 2}, down(), up()]),
            vec![Touch::Tap(51, 62)],
        );
    }

    #[test]
    fn wrong_actions_are_refused() {
        for steps in [
            json!([{ "type": "pointerUp" }]),
            json!([{ "type": "pointerMove", "x": 1 }]),
            json!([{ "type": "jump" }]),
            json!([{ "type": "pointerMove", "x": 1, "y": 1, "origin": 7 }]),
        ] {
            assert!(read(steps).is_err());
        }
        assert!(touches(&json!({}), &mut |_| Ok((0, 0))).is_err());
    }
}
