//! Commands on elements, touches and typing.

use serde_json::{Value, json};

use super::commands::{Answer, Hand};
use super::errors::{Code, WdaError};
use super::find::selector;
use super::router::{Ask, Command, Gesture};
use super::source;
use super::touch::{Touch, round, touches};
use crate::app::gestures::Drag;
use crate::app::node::{Node, Rect};
use crate::app::tap::{Field, Tap};
use crate::phone::Front;

/// The W3C name of an element id.
const W3C: &str = "element-6066-11e4-a52e-4f735466cecf";
/// The longest text one command types.
const MAX_TYPED: usize = 20_000;

impl Hand<'_, '_> {
    /// Commands on elements; none when it is another command.
    pub(super) fn on_elements(&mut self, command: &Command) -> Result<Option<Answer>, WdaError> {
        let value = match command {
            Command::Source => self.source()?,
            Command::Find { many, under } => self.find(*many, under.as_deref())?,
            Command::ActiveElement => self.active_element()?,
            Command::Click(id) => {
                let (x, y) = self.middle(id)?;
                self.touch(Touch::Tap(x, y))?;
                Value::Null
            }
            Command::Clear(id) => self.clear(id)?,
            Command::SetValue(id) => self.set_value(id)?,
            Command::Ask(id, ask) => self.ask(id, ask)?,
            Command::ElementScreenshot(id) => {
                let (tree, key) = self.tree_with(id)?;
                let rect = tree.by_key(&key).map(|node| node.rect);
                return Ok(Some(Answer::Picture(Box::new(tree), rect)));
            }
            Command::Actions => self.actions()?,
            Command::ReleaseActions => Value::Null,
            Command::Keys => {
                let text = self.typed()?;
                self.type_text(&text)?;
                Value::Null
            }
            Command::Gesture(gesture, id) => self.gesture(*gesture, id.as_deref())?,
            _ => return Ok(None),
        };
        Ok(Some(Answer::Value(value)))
    }

    fn source(&self) -> Result<Value, WdaError> {
        let query = |key: &str| {
            self.body
                .get("?")
                .and_then(|q| q.get(key))
                .and_then(Value::as_str)
        };
        let tree = self.tree()?;
        match query("format").unwrap_or("xml") {
            "xml" => {
                let excluded: Vec<&str> = query("excluded_attributes")
                    .unwrap_or_default()
                    .split(',')
                    .collect();
                Ok(Value::from(source::xml(&tree, &excluded)))
            }
            "json" => Ok(source::json(&tree)),
            "description" => Ok(Value::from(source::description(&tree))),
            other => {
                let message = format!(
                    "Unknown source format '{other}'. Only xml, json and description are supported."
                );
                Err(WdaError::argument(message))
            }
        }
    }

    fn find(&mut self, many: bool, under: Option<&str>) -> Result<Value, WdaError> {
        let (selector, using, value) = selector(self.body)?;
        let tree = self.tree()?;
        let key = match under {
            Some(id) => Some(self.key(id)?),
            None => None,
        };
        let root = match &key {
            Some(key) => tree
                .by_key(key)
                .ok_or_else(|| WdaError::stale(under.unwrap_or_default()))?,
            None => &tree,
        };
        let mut found = selector.find(root);
        if under.is_none() && selector.matches(&tree) {
            found.insert(0, &tree);
        }
        let Some(session) = self.state.session.as_mut() else {
            return Err(WdaError::no_session());
        };
        let compact = session
            .settings
            .get("shouldUseCompactResponses")
            .is_none_or(super::session::truth);
        let attributes = session.settings.get("elementResponseAttributes");
        let attributes = attributes
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let mut describe = |node: &Node| {
            let id = session.elements.id_of(&node.key);
            let mut value = json!({ W3C: id, "ELEMENT": id });
            if !compact {
                add_attributes(&mut value, node, &attributes);
            }
            value
        };
        if many {
            return Ok(found.into_iter().take(1_000).map(describe).collect());
        }
        match found.first() {
            Some(node) => Ok(describe(node)),
            None => {
                let message = format!("unable to find an element using '{using}', value '{value}'");
                Err(WdaError::new(Code::NoSuchElement, message))
            }
        }
    }

    fn active_element(&mut self) -> Result<Value, WdaError> {
        let tree = self.tree()?;
        let focus = self.state.app.as_ref().and_then(|app| app.focused());
        let node = focus.and_then(|field| find_field(&tree, field));
        let session = self.state.session.as_mut();
        match (node, session) {
            (Some(node), Some(session)) => {
                let id = session.elements.id_of(&node.key);
                Ok(json!({ W3C: id, "ELEMENT": id }))
            }
            _ => Err(WdaError::new(
                Code::NoSuchElement,
                "no element has the keyboard focus",
            )),
        }
    }

    fn key(&mut self, id: &str) -> Result<String, WdaError> {
        let session = self
            .state
            .session
            .as_mut()
            .ok_or_else(WdaError::no_session)?;
        session
            .elements
            .key_of(id)
            .ok_or_else(|| WdaError::stale(id))
    }

    /// The whole screen, and the key of an element that is on it.
    fn tree_with(&mut self, id: &str) -> Result<(Node, String), WdaError> {
        // An app that crashed is told before a stale element is.
        self.tree()?;
        let key = self.key(id)?;
        let tree = self.state.screen(&self.turn.view(), self.phone.installed);
        if tree.by_key(&key).is_none() {
            return Err(WdaError::stale(id));
        }
        Ok((tree, key))
    }

    /// Where a finger meets the element.
    fn middle(&mut self, id: &str) -> Result<(i32, i32), WdaError> {
        let (tree, key) = self.tree_with(id)?;
        let node = tree.by_key(&key).filter(|node| node.visible);
        match node.and_then(|node| node.rect.cut(&Rect::screen())) {
            Some(rect) => Ok(rect.center()),
            None => {
                let message = format!("The element \"{id}\" is not visible on the screen");
                Err(WdaError::new(Code::ElementNotVisible, message))
            }
        }
    }

    fn ask(&mut self, id: &str, ask: &Ask) -> Result<Value, WdaError> {
        let (tree, key) = self.tree_with(id)?;
        let Some(node) = tree.by_key(&key) else {
            return Err(WdaError::stale(id));
        };
        Ok(match ask {
            Ask::Text => Value::from(node.text_value().unwrap_or_default()),
            Ask::Name => Value::from(node.class()),
            Ask::Displayed => Value::from(node.visible),
            Ask::Enabled => Value::from(!node.disabled),
            Ask::Selected => Value::from(node.selected),
            Ask::Rect => source::rect(node),
            Ask::Attribute(name) => source::attribute(node, name)
                .map_err(|()| WdaError::argument(format!("The attribute '{name}' is unknown")))?,
        })
    }

    /// The text field an element is.
    fn field(&mut self, id: &str) -> Result<Field, WdaError> {
        let (_, key) = self.tree_with(id)?;
        let fields = [
            Field::Search,
            Field::Comment,
            Field::Username,
            Field::Password,
        ];
        let field = fields.into_iter().find(|field| key.ends_with(field.mark()));
        field.ok_or_else(|| {
            WdaError::new(
                Code::InvalidElementState,
                "The element does not accept text input",
            )
        })
    }

    fn clear(&mut self, id: &str) -> Result<Value, WdaError> {
        let field = self.field(id)?;
        if let Some(app) = self.state.app.as_mut() {
            app.clear(self.turn, field);
        }
        Ok(Value::Null)
    }

    fn set_value(&mut self, id: &str) -> Result<Value, WdaError> {
        let text = self.typed()?;
        let field = self.field(id)?;
        if self.state.app.as_ref().and_then(|app| app.focused()) != Some(field) {
            let (x, y) = self.middle(id)?;
            self.touch(Touch::Tap(x, y))?;
        }
        self.type_text(&text)?;
        Ok(Value::Null)
    }

    /// The text of `value` (array or string) or `text`.
    fn typed(&self) -> Result<String, WdaError> {
        let text = match self.body.get("value").or_else(|| self.body.get("text")) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(parts)) => parts.iter().filter_map(Value::as_str).collect(),
            _ => {
                return Err(WdaError::argument(
                    "Neither 'value' nor 'text' parameter is provided",
                ));
            }
        };
        if text.len() > MAX_TYPED {
            return Err(WdaError::argument(format!(
                "more than {MAX_TYPED} bytes to type"
            )));
        }
        Ok(text)
    }

    fn type_text(&mut self, text: &str) -> Result<(), WdaError> {
        let in_front = self.state.front == Front::App && !self.state.locked;
        let Some(app) = self.state.app.as_mut().filter(|_| in_front) else {
            return Err(WdaError::no_keyboard());
        };
        if self.state.drop_characters > 0 && text.chars().count() > 1 {
            self.state.drop_characters -= 1;
            let short: String = text
                .chars()
                .enumerate()
                .filter(|(at, _)| *at != 1)
                .map(|(_, c)| c)
                .collect();
            return app.type_text(self.turn, &short);
        }
        app.type_text(self.turn, text)
    }

    fn actions(&mut self) -> Result<Value, WdaError> {
        let body = self.body;
        let all = touches(body, &mut |id| self.middle(id))?;
        for touch in all {
            self.touch(touch)?;
        }
        Ok(Value::Null)
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
            Touch::Keys(text) if text.is_empty() => Ok(()),
            Touch::Keys(text) => self.type_text(&text),
        }
    }

    /// What a tap and a double tap at the point do.
    fn hit(&self, x: i32, y: i32) -> Result<(Option<Tap>, Option<Tap>), WdaError> {
        if !Rect::screen().contains(x, y) {
            let message = format!("The point {{{x}, {y}}} is outside of the screen");
            return Err(WdaError::new(Code::InvalidCoordinates, message));
        }
        let tree = self.state.screen(&self.turn.view(), self.phone.installed);
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
        if !Rect::screen().contains(drag.from.0, drag.from.1) {
            let message = format!(
                "The point {{{}, {}}} is outside of the screen",
                drag.from.0, drag.from.1
            );
            return Err(WdaError::new(Code::InvalidCoordinates, message));
        }
        if self.state.alert.is_some() || self.state.locked || self.state.front != Front::App {
            return Ok(());
        }
        match self.state.app.as_mut() {
            Some(app) => app.drag(self.turn, drag),
            None => Ok(()),
        }
    }

    fn gesture(&mut self, gesture: Gesture, id: Option<&str>) -> Result<Value, WdaError> {
        let area = match id {
            Some(id) => {
                let (tree, key) = self.tree_with(id)?;
                tree.by_key(&key).map_or(Rect::screen(), |node| node.rect)
            }
            None => Rect::screen(),
        };
        let optional = |key: &str| self.body.get(key).and_then(Value::as_f64);
        let number = |key: &str| {
            optional(key).ok_or_else(|| WdaError::argument(format!("'{key}' must be a number")))
        };
        // Points of an element gesture count from its corner.
        let (left, top) = if id.is_some() {
            (area.x, area.y)
        } else {
            (0, 0)
        };
        let point = |x: &str, y: &str| -> Result<(i32, i32), WdaError> {
            Ok((round(number(x)?) + left, round(number(y)?) + top))
        };
        let at = match id {
            Some(id) if optional("x").is_none() => self.middle(id),
            _ => point("x", "y"),
        };
        let touch = match gesture {
            Gesture::Tap => at.map(|(x, y)| Touch::Tap(x, y))?,
            Gesture::DoubleTap => at.map(|(x, y)| Touch::DoubleTap(x, y))?,
            Gesture::Hold => at.map(|(x, y)| Touch::Hold(x, y))?,
            Gesture::Drag => {
                let (from, to) = (point("fromX", "fromY")?, point("toX", "toY")?);
                // The duration is how long the finger rests first; it moves at usual speed.
                number("duration")?;
                Touch::Drag(Drag {
                    from,
                    to,
                    seconds: 0.3,
                })
            }
            Gesture::Swipe | Gesture::Scroll => Touch::Drag(self.directed(gesture, area)?),
            Gesture::Pinch => return Ok(Value::Null),
        };
        self.touch(touch)?;
        Ok(Value::Null)
    }

    /// A swipe or scroll by its direction inside `area`.
    fn directed(&self, gesture: Gesture, area: Rect) -> Result<Drag, WdaError> {
        let Some(area) = area.cut(&Rect::screen()) else {
            return Err(WdaError::new(
                Code::ElementNotVisible,
                "The element is not visible",
            ));
        };
        let far = self
            .body
            .get("distance")
            .and_then(Value::as_f64)
            .unwrap_or(0.7)
            .clamp(0.05, 0.9);
        let (cx, cy) = area.center();
        let dx = round(f64::from(area.w) * far / 2.0);
        let dy = round(f64::from(area.h) * far / 2.0);
        // A swipe names where the finger goes; a scroll, what comes into sight.
        let flip = if gesture == Gesture::Scroll { -1 } else { 1 };
        let (fx, fy) = match self.text("direction")? {
            "up" => (0, -dy * flip),
            "down" => (0, dy * flip),
            "left" => (-dx * flip, 0),
            "right" => (dx * flip, 0),
            other => {
                return Err(WdaError::argument(format!(
                    "Unsupported direction '{other}'"
                )));
            }
        };
        Ok(Drag {
            from: (cx - fx, cy - fy),
            to: (cx + fx, cy + fy),
            seconds: 0.2,
        })
    }
}

fn find_field(tree: &Node, field: Field) -> Option<&Node> {
    let mut found = None;
    tree.walk(&mut |node| {
        if node.key.ends_with(field.mark()) {
            found = Some(node);
        }
    });
    found
}

/// What `elementResponseAttributes` asks for.
fn add_attributes(value: &mut Value, node: &Node, names: &str) {
    for name in names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
    {
        let found = match name {
            "type" | "name" => Some(Value::from(node.class())),
            "text" => Some(Value::from(node.text_value().unwrap_or_default())),
            "displayed" => Some(Value::from(node.visible)),
            name => {
                let bare = name.strip_prefix("attribute/").unwrap_or(name);
                source::attribute(node, bare).ok()
            }
        };
        if let Some(found) = found {
            value[name] = found;
        }
    }
}
