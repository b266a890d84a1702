//! Gestures from W3C actions: what fingers and a keyboard did, tick by tick.

use std::collections::BTreeSet;

use serde_json::Value;

use super::errors::WdaError;
use crate::app::gestures::Drag;

/// More steps of one source than these are refused.
const MAX_STEPS: usize = 1_000;
/// More sources than these too: ten fingers, a keyboard and some that only wait.
const MAX_SOURCES: usize = 16;
/// No step lasts longer than this, in seconds.
const LONGEST: f64 = 60.0;
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
    /// Several fingers at once: a pinch, a turn, a tap with two.
    Fingers,
    /// Keys.
    Keys(String),
}

/// Finds the middle of an element that actions start from.
pub type Origin<'a> = &'a mut dyn FnMut(&str) -> Result<(i32, i32), WdaError>;

/// Reads the body of `POST /actions`. The sources go on together: each tick lasts as long as the
/// longest step in it.
///
/// # Errors
/// `invalid argument`, or what `origin` says about an element.
pub fn touches(body: &Value, origin: Origin<'_>) -> Result<Vec<Touch>, WdaError> {
    let sources = sources(body)?;
    let ticks = sources.iter().map(|source| source.steps.len()).max();
    let mut hands: Vec<Hand> = sources.iter().map(|_| Hand::default()).collect();
    let mut done = Vec::new();
    let mut clock = 0.0;
    for tick in 0..ticks.unwrap_or(0) {
        let mut longest: f64 = 0.0;
        for (at, source) in sources.iter().enumerate() {
            let (Some(step), Some(hand)) = (source.steps.get(tick), hands.get_mut(at)) else {
                continue;
            };
            let seconds = seconds(step)?;
            longest = longest.max(seconds);
            let now = Tick {
                source: at,
                clock,
                seconds,
            };
            match source.kind {
                Kind::Pointer => hand.point(step, &now, origin, &mut done)?,
                Kind::Key => hand.press(step, &now, &mut done)?,
                Kind::Nothing => hand.wait(step)?,
            }
        }
        clock += longest;
    }
    // What is still on the glass is lifted when the gesture is over.
    for (at, hand) in hands.iter_mut().enumerate() {
        let now = Tick {
            source: at,
            clock,
            seconds: 0.0,
        };
        done.extend(hand.lift(&now));
    }
    Ok(joined(done))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Pointer,
    Key,
    Nothing,
}

struct Source<'a> {
    kind: Kind,
    steps: &'a [Value],
}

fn sources(body: &Value) -> Result<Vec<Source<'_>>, WdaError> {
    let Some(sources) = body.get("actions").and_then(Value::as_array) else {
        return Err(WdaError::argument("'actions' must be an array"));
    };
    if sources.is_empty() || sources.len() > MAX_SOURCES {
        return Err(WdaError::argument(format!(
            "'actions' must have 1 to {MAX_SOURCES} sources"
        )));
    }
    let mut ids = BTreeSet::new();
    let read = |source| read_source(source, &mut ids);
    sources.iter().map(read).collect()
}

fn read_source<'a>(source: &'a Value, ids: &mut BTreeSet<&'a str>) -> Result<Source<'a>, WdaError> {
    let text = |key: &str| source.get(key).and_then(Value::as_str);
    let Some(id) = text("id").filter(|id| !id.is_empty()) else {
        return Err(WdaError::argument("each source of actions must have an id"));
    };
    if !ids.insert(id) {
        return Err(WdaError::argument(format!(
            "two sources have the id '{id}'"
        )));
    }
    let kind = match text("type") {
        Some("pointer") => Kind::Pointer,
        Some("key") => Kind::Key,
        Some("none") => Kind::Nothing,
        other => {
            let message = format!("'{}' is not a supported action type", other.unwrap_or(""));
            return Err(WdaError::argument(message));
        }
    };
    let parameters = source.get("parameters");
    let finger = parameters.and_then(|all| all.get("pointerType"));
    if let Some(other) = finger.filter(|finger| *finger != "touch") {
        return Err(WdaError::argument(format!(
            "{other} is no pointer type of a phone; only touch is"
        )));
    }
    let Some(steps) = source.get("actions").and_then(Value::as_array) else {
        return Err(WdaError::argument(format!(
            "'{id}' must have an array of actions"
        )));
    };
    if steps.len() > MAX_STEPS {
        return Err(WdaError::argument(format!(
            "more than {MAX_STEPS} action items"
        )));
    }
    Ok(Source { kind, steps })
}

fn kind(step: &Value) -> &str {
    step.get("type").and_then(Value::as_str).unwrap_or_default()
}

/// How long a step lasts.
fn seconds(step: &Value) -> Result<f64, WdaError> {
    match step.get("duration") {
        None | Some(Value::Null) => Ok(0.0),
        Some(duration) => match duration.as_f64().filter(|ms| *ms >= 0.0) {
            Some(ms) => Ok((ms / 1000.0).min(LONGEST)),
            None => Err(WdaError::argument(
                "a duration must be 0 or more milliseconds",
            )),
        },
    }
}

/// A step's moment.
struct Tick {
    source: usize,
    clock: f64,
    seconds: f64,
}

/// Something that was done, from one moment to another.
struct Done {
    touch: Touch,
    source: usize,
    since: f64,
    until: f64,
}

/// One source at work.
#[derive(Default)]
struct Hand {
    at: (i32, i32),
    /// Where and when it came down, and how long it has moved since.
    down: Option<((i32, i32), f64, f64)>,
    shift: bool,
    /// Control, option or command is held: keys are shortcuts and write nothing.
    shortcut: bool,
}

impl Hand {
    fn point(
        &mut self,
        step: &Value,
        now: &Tick,
        origin: Origin<'_>,
        done: &mut Vec<Done>,
    ) -> Result<(), WdaError> {
        match kind(step) {
            "pause" => {}
            "pointerDown" if self.down.is_some() => {
                return Err(WdaError::argument(
                    "pointerDown must not follow pointerDown",
                ));
            }
            "pointerDown" => self.down = Some((self.at, now.clock, 0.0)),
            "pointerMove" => {
                self.at = target(step, self.at, origin)?;
                if let Some((_, _, moved)) = self.down.as_mut() {
                    *moved += now.seconds;
                }
            }
            "pointerUp" if self.down.is_none() => {
                return Err(WdaError::argument("pointerUp must follow pointerDown"));
            }
            "pointerUp" => done.extend(self.lift(now)),
            "pointerCancel" => self.down = None,
            other => {
                return Err(WdaError::argument(format!(
                    "'{other}' is no pointer action"
                )));
            }
        }
        Ok(())
    }

    fn lift(&mut self, now: &Tick) -> Option<Done> {
        let (from, since, moved) = self.down.take()?;
        Some(Done {
            touch: released(from, self.at, now.clock - since, moved),
            source: now.source,
            since,
            until: now.clock,
        })
    }

    fn press(&mut self, step: &Value, now: &Tick, done: &mut Vec<Done>) -> Result<(), WdaError> {
        let down = match kind(step) {
            "keyDown" => true,
            "keyUp" => false,
            "pause" => return Ok(()),
            other => return Err(WdaError::argument(format!("'{other}' is no key action"))),
        };
        let Some(value) = step.get("value").and_then(Value::as_str) else {
            return Err(WdaError::argument(
                "'value' of a key action must be a string",
            ));
        };
        match value {
            "\u{e000}" => (self.shift, self.shortcut) = (false, false),
            "\u{e008}" | "\u{e050}" => self.shift = down,
            "\u{e009}" | "\u{e00a}" | "\u{e03d}" | "\u{e051}" | "\u{e052}" | "\u{e053}" => {
                self.shortcut = down;
            }
            key if down && !self.shortcut => {
                let key = if self.shift {
                    key.to_uppercase()
                } else {
                    key.to_owned()
                };
                done.push(Done {
                    touch: Touch::Keys(key),
                    source: now.source,
                    since: now.clock,
                    until: now.clock,
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn wait(&mut self, step: &Value) -> Result<(), WdaError> {
        match kind(step) {
            "pause" => Ok(()),
            other => Err(WdaError::argument(format!("'{other}' is no way to wait"))),
        }
    }
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

/// The same number without a point, where it has nothing behind it.
#[must_use]
pub fn whole(number: f64) -> Option<i32> {
    let rounded = round(number);
    (f64::from(rounded) == number).then_some(rounded)
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

/// In the order of their ends: fingers that were down together are one gesture, two fast taps one
/// double tap, and keys one text.
fn joined(mut done: Vec<Done>) -> Vec<Touch> {
    done.sort_by(|a, b| a.until.total_cmp(&b.until));
    let mut all: Vec<Done> = Vec::new();
    for next in done {
        let Some(last) = all.last_mut() else {
            all.push(next);
            continue;
        };
        match (&mut last.touch, &next.touch) {
            (Touch::Keys(text), Touch::Keys(more)) => text.push_str(more),
            (Touch::Keys(_), _) | (_, Touch::Keys(_)) => all.push(next),
            _ if last.source != next.source && next.since < last.until => {
                last.touch = Touch::Fingers;
                last.until = next.until;
            }
            (Touch::Tap(x, y), Touch::Tap(nx, ny))
                if next.since - last.until <= DOUBLE
                    && (*x - nx).abs() < 30
                    && (*y - ny).abs() < 30 =>
            {
                last.touch = Touch::DoubleTap(*nx, *ny);
                last.until = next.until;
            }
            _ => all.push(next),
        }
    }
    all.into_iter().map(|done| done.touch).collect()
}

#[cfg(test)]
mod tests;
