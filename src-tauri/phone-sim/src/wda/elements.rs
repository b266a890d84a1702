//! Looking at elements: source, find, and what one of them is.

use std::sync::Arc;

use serde_json::{Value, json};

use super::attribute::{Attribute, accessible, rect_json};
use super::command::{Ask, Command};
use super::commands::{Answer, Hand};
use super::errors::{Code, WdaError};
use super::select::{Look, Selector};
use super::session::Session;
use super::source::{self, Shown};
use crate::app::node::Node;

/// The W3C name of an element id.
const W3C: &str = "element-6066-11e4-a52e-4f735466cecf";
/// The most elements one command gives.
const MAX_FOUND: usize = 1_000;

impl Hand<'_, '_> {
    /// Commands that look at elements; none when it is another command.
    pub(super) fn on_elements(&mut self, command: &Command) -> Result<Option<Answer>, WdaError> {
        let value = match command {
            Command::Source => self.source()?,
            Command::Find { many, under } => self.find(*many, under.as_deref())?,
            Command::ActiveElement => self.active_element()?,
            Command::Ask(id, ask) => self.ask(id, ask)?,
            Command::ElementScreenshot(id) => {
                let (tree, key) = self.tree_with(id)?;
                let part = tree.by_key(&key).and_then(|node| node.rect.cut(&tree.rect));
                let Some(part) = part else {
                    return Err(WdaError::new(
                        Code::UnableToCapture,
                        format!("Cannot take a screenshot of the element \"{id}\""),
                    ));
                };
                let quality = super::settings::Quality::Lossless;
                return Ok(Some(Answer::Picture(tree, Some(part), quality)));
            }
            _ => return Ok(None),
        };
        Ok(Some(Answer::Value(value)))
    }

    fn source(&mut self) -> Result<Value, WdaError> {
        let tree = self.tree()?;
        let settings = self.settings();
        let query = |key: &str| {
            let query = self.body.get("?")?.get(key)?;
            query.as_str()
        };
        let excluded = query("excluded_attributes").unwrap_or_default();
        let shown = Shown {
            excluded: excluded.split(',').map(str::trim).collect(),
            scope: query("scope"),
            depth: settings.depth,
            hittable: settings.is_on("includeHittableInPageSource"),
            native_frame: settings.is_on("includeNativeFrameInPageSource"),
        };
        match query("format").unwrap_or("xml") {
            "xml" => Ok(Value::from(source::xml(&tree, &shown))),
            "json" => Ok(source::json(&tree, &shown)),
            "description" => Ok(Value::from(source::description(&tree, settings.depth))),
            other => {
                let message = format!(
                    "Unknown source format '{other}'. Only xml, json and description are supported."
                );
                Err(WdaError::argument(message))
            }
        }
    }

    fn find(&mut self, many: bool, under: Option<&str>) -> Result<Value, WdaError> {
        let (selector, using, value) = Selector::read(self.body)?;
        let tree = self.tree()?;
        let from = match under {
            Some(id) => {
                let key = self.key(id)?;
                tree.by_key(&key).ok_or_else(|| WdaError::stale(id))?
            }
            None => &*tree,
        };
        let Some(session) = self.state.session.as_mut() else {
            return Err(WdaError::no_session());
        };
        let look = Look {
            root: &tree,
            from,
            depth: session.settings.depth,
            limited: session.settings.is_on("limitXPathContextScope"),
        };
        let found = selector.find(&look, !many)?;
        if many {
            let found = found.into_iter().take(MAX_FOUND);
            return Ok(found.map(|node| described(session, node, &tree)).collect());
        }
        match found.first() {
            Some(node) => Ok(described(session, node, &tree)),
            None => {
                let message = format!("unable to find an element using '{using}', value '{value}'");
                Err(WdaError::new(Code::NoSuchElement, message))
            }
        }
    }

    fn active_element(&mut self) -> Result<Value, WdaError> {
        let tree = self.tree()?;
        let mut focused = None;
        tree.walk(&mut |node| {
            if node.focused {
                focused = Some(node);
            }
        });
        match (focused, self.state.session.as_mut()) {
            (Some(node), Some(session)) => Ok(described(session, node, &tree)),
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
        let key = session.elements.key_of(id);
        key.map(str::to_owned).ok_or_else(|| WdaError::stale(id))
    }

    /// The whole screen, and the key of an element that is on it.
    pub(super) fn tree_with(&mut self, id: &str) -> Result<(Arc<Node>, String), WdaError> {
        // An app that crashed is told before a stale element is.
        self.tree()?;
        let key = self.key(id)?;
        let tree = self.screen();
        if tree.by_key(&key).is_none() {
            return Err(WdaError::stale(id));
        }
        Ok((tree, key))
    }

    /// Where a finger meets the element.
    pub(super) fn middle(&mut self, id: &str) -> Result<(i32, i32), WdaError> {
        let (tree, key) = self.tree_with(id)?;
        let node = tree.by_key(&key).filter(|node| node.visible);
        match node.and_then(|node| node.rect.cut(&tree.rect)) {
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
            Ask::Rect => rect_json(node.rect),
            Ask::Accessible => Value::from(accessible(node)),
            Ask::Container => Attribute::Container.of(node, &tree).json(),
            Ask::Attribute(name) => match Attribute::named(name) {
                Some(attribute) => attribute.of(node, &tree).json(),
                None => {
                    return Err(WdaError::argument(format!(
                        "The attribute '{name}' is unknown"
                    )));
                }
            },
        })
    }
}

/// An element as clients get it, with the attributes they asked for.
fn described(session: &mut Session, node: &Node, root: &Node) -> Value {
    let id = session.elements.id_of(&node.key);
    let mut value = json!({ W3C: id, "ELEMENT": id });
    if !session.settings.is_on("shouldUseCompactResponses") {
        let names = session.settings.text("elementResponseAttributes");
        add_attributes(&mut value, node, root, names);
    }
    value
}

/// What `elementResponseAttributes` asks for.
fn add_attributes(value: &mut Value, node: &Node, root: &Node, names: &str) {
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
                Attribute::named(bare).map(|attribute| attribute.of(node, root).json())
            }
        };
        if let Some(found) = found {
            value[name] = found;
        }
    }
}
