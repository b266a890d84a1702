//! Touches: clicks, W3C actions, and gestures by name.

use serde_json::Value;

use super::attribute::Attribute;
use super::command::{Command, Gesture};
use super::commands::Hand;
use super::errors::{Code, WdaError};
use super::select::{Predicate, descendants};
use super::touch::{Touch, element_id, round, touches};
use crate::app::gestures::Drag;
use crate::app::node::{Node, Rect, upright};
use crate::app::tap::Tap;
use crate::phone::Front;

/// How far one drag goes at most, as a part of the area.
const REACH: f64 = 0.9;
/// How many drags one scroll makes at most.
const MAX_DRAGS: u32 = 20;

impl Hand<'_, '_> {
    /// Commands that touch; none when it is another command.
    pub(super) fn on_touches(&mut self, command: &Command) -> Result<Option<Value>, WdaError> {
        match command {
            Command::Click(id) => {
                let (x, y) = self.middle(id)?;
                self.touch(Touch::Tap(x, y))?;
            }
            Command::Actions => {
                let body = self.body;
                let all = touches(body, &mut |id| self.middle(id))?;
                for touch in all {
                    self.touch(touch)?;
                }
            }
            Command::Gesture(gesture, id) => self.gesture(*gesture, id.as_deref())?,
            _ => return Ok(None),
        }
        Ok(Some(Value::Null))
    }

    /// A finger on the glass.
    pub(super) fn touch(&mut self, touch: Touch) -> Result<(), WdaError> {
        match touch {
            Touch::Tap(x, y) => self.tap_at(x, y),
            Touch::DoubleTap(x, y) => match self.hit(x, y)?.1 {
                Some(tap) => self.perform(tap),
                None => {
                    self.tap_at(x, y)?;
                    self.tap_at(x, y)
                }
            },
            Touch::Hold(x, y) => self.hit(x, y).map(|_| ()),
            Touch::Drag(drag) => self.drag(drag),
            // Nothing in the app answers to more than one finger.
            Touch::Fingers => Ok(()),
            Touch::Keys(text) if text.is_empty() => Ok(()),
            Touch::Keys(text) => self.type_text(&text),
        }
    }

    /// What a tap and a double tap at the point do.
    fn hit(&mut self, x: i32, y: i32) -> Result<(Option<Tap>, Option<Tap>), WdaError> {
        let tree = self.screen();
        if !tree.rect.contains(x, y) {
            return Err(outside(x, y));
        }
        let node = tree.hit(x, y).filter(|node| !node.disabled);
        Ok(node.map_or((None, None), |node| (node.tap.clone(), node.double.clone())))
    }

    fn tap_at(&mut self, x: i32, y: i32) -> Result<(), WdaError> {
        match self.hit(x, y)?.0 {
            Some(tap) => self.perform(tap),
            None => Ok(()),
        }
    }

    fn perform(&mut self, tap: Tap) -> Result<(), WdaError> {
        match tap {
            Tap::AlertButton(_) => {
                self.state.alert = None;
                Ok(())
            }
            Tap::LaunchApp => {
                self.state.open_app(false, self.phone.version);
                Ok(())
            }
            tap => match self.state.app.as_mut() {
                Some(app) => app.tap(self.turn, tap),
                None => Ok(()),
            },
        }
    }

    fn drag(&mut self, drag: Drag) -> Result<(), WdaError> {
        let lies = self.state.lies_down();
        let screen = if lies {
            Rect::screen().on_its_side()
        } else {
            Rect::screen()
        };
        if !screen.contains(drag.from.0, drag.from.1) {
            return Err(outside(drag.from.0, drag.from.1));
        }
        if self.state.alert.is_some() || self.state.locked || self.state.front != Front::App {
            return Ok(());
        }
        // The app reckons with an upright screen.
        let drag = if lies {
            Drag {
                from: upright(drag.from.0, drag.from.1),
                to: upright(drag.to.0, drag.to.1),
                ..drag
            }
        } else {
            drag
        };
        match self.state.app.as_mut() {
            Some(app) => app.drag(self.turn, drag),
            None => Ok(()),
        }
    }

    /// Where an element is, or the whole screen where none is named.
    fn area(&mut self, id: Option<&str>) -> Result<Rect, WdaError> {
        match id {
            Some(id) => {
                let (tree, key) = self.tree_with(id)?;
                tree.by_key(&key)
                    .map(|node| node.rect)
                    .ok_or_else(|| WdaError::stale(id))
            }
            None => Ok(self.screen().rect),
        }
    }

    /// A point of the body; those of an element's gesture count from its corner.
    fn point(&self, x: &str, y: &str, area: Rect) -> Result<(i32, i32), WdaError> {
        Ok((
            round(self.number(x)?).saturating_add(area.x),
            round(self.number(y)?).saturating_add(area.y),
        ))
    }

    fn gesture(&mut self, gesture: Gesture, id: Option<&str>) -> Result<(), WdaError> {
        let area = self.area(id)?;
        let at = |hand: &mut Self| match id {
            Some(id) if hand.body.get("x").is_none() => hand.middle(id),
            _ => hand.point("x", "y", area),
        };
        let touch = match gesture {
            Gesture::Tap => at(self).map(|(x, y)| Touch::Tap(x, y))?,
            Gesture::DoubleTap => at(self).map(|(x, y)| Touch::DoubleTap(x, y))?,
            Gesture::Taps => return self.taps(id, area),
            Gesture::Hold => {
                self.number("duration")?;
                at(self).map(|(x, y)| Touch::Hold(x, y))?
            }
            Gesture::Force => {
                self.optional_number("pressure")?;
                self.optional_number("duration")?;
                match id {
                    None if self.body.get("x").is_none() => {
                        Touch::Hold(area.center().0, area.center().1)
                    }
                    _ => at(self).map(|(x, y)| Touch::Hold(x, y))?,
                }
            }
            Gesture::Drag => {
                // The duration is how long the finger rests first; it moves at usual speed.
                self.number("duration")?;
                self.dragged(area, None)?
            }
            Gesture::PressAndDrag => {
                self.number("pressDuration")?;
                self.number("holdDuration")?;
                self.dragged(area, Some(self.number("velocity")?))?
            }
            Gesture::Swipe => return self.swipe(area),
            Gesture::Scroll => return self.scroll(id, area),
            Gesture::ScrollTo => {
                let id = id.ok_or_else(|| WdaError::argument("scrollTo needs an element"))?;
                return self.scroll_to(id);
            }
            Gesture::TwoFingers => Touch::Fingers,
            Gesture::Pinch => {
                self.number("scale")?;
                self.number("velocity")?;
                Touch::Fingers
            }
            Gesture::Rotate => {
                self.number("rotation")?;
                self.number("velocity")?;
                Touch::Fingers
            }
            Gesture::Wheel => {
                return Err(WdaError::argument(
                    "The element is expected to be a valid Picker Wheel control",
                ));
            }
        };
        self.touch(touch)
    }

    fn taps(&mut self, id: Option<&str>, area: Rect) -> Result<(), WdaError> {
        let count = |key: &str| -> Result<i32, WdaError> {
            match self.body.get(key) {
                Some(_) => Ok(round(self.number(key)?)),
                None => Err(WdaError::argument(
                    "Both 'numberOfTaps' and 'numberOfTouches' arguments must be provided",
                )),
            }
        };
        let (taps, fingers) = (count("numberOfTaps")?, count("numberOfTouches")?);
        let (x, y) = match id {
            Some(id) => self.middle(id)?,
            None => area.center(),
        };
        if fingers != 1 {
            return self.touch(Touch::Fingers);
        }
        for _ in 0..taps.clamp(0, 10) / 2 {
            self.touch(Touch::DoubleTap(x, y))?;
        }
        if taps % 2 == 1 {
            self.touch(Touch::Tap(x, y))?;
        }
        Ok(())
    }

    /// A drag between two points, or to another element, at a speed in points per second.
    fn dragged(&mut self, area: Rect, speed: Option<f64>) -> Result<Touch, WdaError> {
        let (from, to) = match self.body.get("toElement").and_then(element_id) {
            Some(other) => (area.center(), self.middle(&other)?),
            None => (
                self.point("fromX", "fromY", area)?,
                self.point("toX", "toY", area)?,
            ),
        };
        let far = f64::from((to.0 - from.0).abs().max((to.1 - from.1).abs()));
        let seconds = speed.map_or(0.3, |speed| far / speed.max(1.0));
        Ok(Touch::Drag(Drag { from, to, seconds }))
    }

    fn swipe(&mut self, area: Rect) -> Result<(), WdaError> {
        let way = way(self.text("direction")?)?;
        let speed = self.optional_number("velocity")?;
        let drag = across(area, &self.screen(), way, 0.7)?;
        let far = f64::from(
            (drag.to.0 - drag.from.0)
                .abs()
                .max((drag.to.1 - drag.from.1).abs()),
        );
        let seconds = speed
            .filter(|speed| *speed > 0.0)
            .map_or(0.2, |speed| far / speed);
        self.touch(Touch::Drag(Drag { seconds, ..drag }))
    }

    /// Scrolls by direction and distance, or until something in the area can be seen.
    fn scroll(&mut self, id: Option<&str>, area: Rect) -> Result<(), WdaError> {
        let wanted = match (self.body.get("name"), self.body.get("predicateString")) {
            (Some(_), _) => Some(self.named(id, self.text("name")?)?),
            (None, None) => None,
            (None, Some(_)) if self.body.get("direction").is_some() => None,
            (None, Some(_)) => Some(self.predicated(id, self.text("predicateString")?)?),
        };
        if let Some(key) = wanted {
            return self.scroll_until(&key);
        }
        if self.body.get("direction").is_some() {
            // A scroll names what comes into sight: the finger goes the other way.
            let (dx, dy) = way(self.text("direction")?)?;
            let mut left = self.optional_number("distance")?.unwrap_or(1.0);
            for _ in 0..MAX_DRAGS {
                if left <= 0.0 {
                    break;
                }
                let drag = across(area, &self.screen(), (-dx, -dy), left.min(REACH))?;
                self.touch(Touch::Drag(drag))?;
                left -= REACH;
            }
            return Ok(());
        }
        match (self.body.get("toVisible"), id) {
            (Some(_), Some(id)) => self.scroll_to(id),
            _ => Err(WdaError::argument("Unsupported scroll type")),
        }
    }

    /// The key of the last element in the area with this identifier.
    fn named(&mut self, id: Option<&str>, name: &str) -> Result<String, WdaError> {
        let what = format!("'{name}' identifier");
        self.last_inside(id, &what, |node, _| node.name() == Some(name))
    }

    fn predicated(&mut self, id: Option<&str>, text: &str) -> Result<String, WdaError> {
        let wrong = |reason: String| WdaError::new(Code::InvalidSelector, reason);
        let predicate = Predicate::parse(text).map_err(wrong)?;
        let what = format!("'{text}' predicate");
        self.last_inside(id, &what, |node, root| predicate.holds(node, root))
    }

    fn last_inside(
        &mut self,
        id: Option<&str>,
        what: &str,
        means: impl Fn(&Node, &Node) -> bool,
    ) -> Result<String, WdaError> {
        let depth = self.settings().depth;
        let (tree, key) = match id {
            Some(id) => self.tree_with(id)?,
            None => (self.screen(), String::new()),
        };
        let from = tree.by_key(&key).unwrap_or(&tree);
        let mut found = None;
        descendants(from, depth, &mut |node, _| {
            if means(node, &tree) {
                found = Some(node.key.clone());
            }
            true
        });
        let message = format!("{what} didn't match any elements");
        found.ok_or_else(|| WdaError::new(Code::NoSuchElement, message))
    }

    fn scroll_to(&mut self, id: &str) -> Result<(), WdaError> {
        let (_, key) = self.tree_with(id)?;
        self.scroll_until(&key)
    }

    /// Drags until the element's middle is on the screen.
    fn scroll_until(&mut self, key: &str) -> Result<(), WdaError> {
        for _ in 0..MAX_DRAGS {
            let tree = self.screen();
            let Some(node) = tree.by_key(key) else {
                break;
            };
            let (x, y) = node.rect.center();
            if tree.rect.contains(x, y) && Attribute::Hittable.of(node, &tree).json() == true {
                return Ok(());
            }
            let (middle_x, middle_y) = tree.rect.center();
            let way = match (x - middle_x, y - middle_y) {
                (dx, dy) if dx.abs() > dy.abs() => (-dx.signum(), 0),
                (_, dy) => (0, -dy.signum()),
            };
            let before = node.rect;
            let drag = across(tree.rect, &tree, way, 0.3)?;
            self.touch(Touch::Drag(Drag {
                seconds: 1.0,
                ..drag
            }))?;
            let after = self.screen();
            if after.by_key(key).is_some_and(|node| node.rect == before) {
                break;
            }
        }
        let message = "Failed to perform scroll: the element cannot be scrolled into sight";
        Err(WdaError::new(Code::InvalidElementState, message))
    }
}

fn outside(x: i32, y: i32) -> WdaError {
    let message = format!("The point {{{x}, {y}}} is outside of the screen");
    WdaError::new(Code::InvalidCoordinates, message)
}

/// Where a direction leads.
fn way(direction: &str) -> Result<(i32, i32), WdaError> {
    Ok(match direction.to_lowercase().as_str() {
        "up" => (0, -1),
        "down" => (0, 1),
        "left" => (-1, 0),
        "right" => (1, 0),
        other => {
            return Err(WdaError::argument(format!(
                "Unsupported swipe direction '{other}'. Only the following directions are \
                 supported: up, down, left, right"
            )));
        }
    })
}

/// A drag around the middle of what can be seen of `area`.
fn across(area: Rect, screen: &Node, way: (i32, i32), far: f64) -> Result<Drag, WdaError> {
    let Some(area) = area.cut(&screen.rect) else {
        return Err(WdaError::new(
            Code::ElementNotVisible,
            "The element is not visible",
        ));
    };
    let far = far.clamp(0.05, REACH);
    let (x, y) = area.center();
    let dx = round(f64::from(area.w) * far / 2.0) * way.0;
    let dy = round(f64::from(area.h) * far / 2.0) * way.1;
    Ok(Drag {
        from: (x - dx, y - dy),
        to: (x + dx, y + dy),
        seconds: 0.2,
    })
}
