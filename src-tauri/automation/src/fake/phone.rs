//! A phone that runs the little app, and fails when told to.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use signalbox_phone::{
    App, AppState, By, Code, Element, Phone, PhoneError, Point, Rect, Said, Sent, Size, Udid,
};

use super::{Over, Place, World};
use crate::reading::{Node, Snapshot};

/// What goes wrong with one touch of a control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing happens; the phone answers with this.
    Refuses(Code, Sent),
    /// It happens, but the answer is lost.
    AnswerLost,
    /// It is answered with success and nothing happens.
    Nothing,
    /// A stop sign comes instead.
    Sign(Over),
    /// Somebody else does it first, just before the touch.
    Raced,
    /// Another page opens than the one that was meant.
    Elsewhere(Place),
    /// The app ends.
    Crash,
    /// When it is found, it says this; it is back as it was when looked at again.
    Says(&'static str),
}

/// The phone.
pub struct FakePhone {
    udid: Udid,
    inner: Mutex<Inner>,
}

struct Inner {
    world: World,
    /// Trouble for the next touch of the control of that name.
    troubles: Vec<(&'static str, Trouble)>,
    elements: Vec<(Node, usize)>,
    calls: Vec<String>,
    /// It says nothing of what it finds.
    mute: bool,
}

impl FakePhone {
    pub fn new(world: World) -> Self {
        let inner = Inner {
            world,
            troubles: Vec::new(),
            elements: Vec::new(),
            calls: Vec::new(),
            mute: false,
        };
        Self {
            udid: Udid::new("00008030-5100000000000001"),
            inner: Mutex::new(inner),
        }
    }

    pub fn trouble(self, control: &'static str, trouble: Trouble) -> Self {
        self.with(|inner| inner.troubles.push((control, trouble)));
        self
    }

    /// With a runner that says nothing of what it finds.
    pub fn mute(self) -> Self {
        self.with(|inner| inner.mute = true);
        self
    }

    pub fn world(&self) -> World {
        self.with(|inner| inner.world.clone())
    }

    /// Every call so far.
    pub fn calls(&self) -> Vec<String> {
        self.with(|inner| inner.calls.clone())
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        work(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn find_nodes(&self, by: &By) -> Result<Vec<Element>, PhoneError> {
        self.with(|inner| {
            inner.calls.push(format!("find {by:?}"));
            let nodes = inner.nodes();
            let found = nodes.iter().filter(|node| is(by, node));
            let same =
                |node: &Node, at: usize| nodes[..at].iter().filter(|n| n.name == node.name).count();
            let mut ids = Vec::new();
            for node in found {
                let at = nodes
                    .iter()
                    .position(|other| std::ptr::eq(other, node))
                    .unwrap_or(0);
                inner.elements.push((node.clone(), same(node, at)));
                ids.push(inner.described(node));
            }
            Ok(ids)
        })
    }

    fn touch(&self, element: &Element, twice: bool) -> Result<(), PhoneError> {
        self.with(|inner| {
            let (node, nth) = inner.known(element)?;
            inner.calls.push(format!(
                "{} {}",
                if twice { "double_tap" } else { "click" },
                node.name
            ));
            let trouble = inner.troubles.iter().position(|(control, trouble)| {
                node.name.starts_with(control) && !matches!(trouble, Trouble::Says(_))
            });
            match trouble.map(|at| inner.troubles.remove(at).1) {
                None => inner.world.touch(&node, nth, twice),
                Some(Trouble::Refuses(code, sent)) => return Err(error(code, sent)),
                Some(Trouble::AnswerLost) => {
                    inner.world.touch(&node, nth, twice);
                    return Err(error(Code::ConnectionLost, Sent::Unknown));
                }
                Some(Trouble::Nothing) => {}
                Some(Trouble::Sign(over)) => inner.world.over = Some(over),
                Some(Trouble::Elsewhere(place)) => inner.world.stack.push(place),
                Some(Trouble::Raced | Trouble::Says(_)) => {}
                Some(Trouble::Crash) => {
                    inner.world.running = false;
                    inner.world.stack = vec![Place::Feed];
                    return Err(error(Code::InvalidElementState, Sent::Failed));
                }
            }
            Ok(())
        })
    }
}

impl Inner {
    fn nodes(&self) -> Vec<Node> {
        Snapshot::parse(self.world.source())
            .unwrap()
            .nodes()
            .to_vec()
    }

    /// The element that was kept last, as an answer says it.
    fn described(&mut self, node: &Node) -> Element {
        let says = |(control, trouble): &(&str, Trouble)| {
            matches!(trouble, Trouble::Says(_)) && node.name.starts_with(control)
        };
        let other = self.troubles.iter().position(says);
        let label = match other.map(|at| self.troubles.remove(at).1) {
            Some(Trouble::Says(label)) => label.to_owned(),
            _ => node.label.clone(),
        };
        let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let said = Said {
            kind: node.kind.clone(),
            name: text(&node.name),
            label: text(&label),
            value: text(&node.value),
            rect: Some(node.rect),
            enabled: true,
            visible: node.visible,
        };
        Element {
            id: self.elements.len().to_string(),
            said: Some(said).filter(|_| !self.mute),
        }
    }

    /// The element, if the screen still has it as it was.
    fn known(&mut self, element: &Element) -> Result<(Node, usize), PhoneError> {
        let at: usize = element.id.parse().unwrap();
        let (node, nth) = self.elements[at - 1].clone();
        let there = self
            .nodes()
            .iter()
            .any(|now| now.name == node.name && now.label == node.label);
        match there {
            true => Ok((node, nth)),
            false => Err(error(Code::StaleElement, Sent::Failed)),
        }
    }
}

fn error(code: Code, sent: Sent) -> PhoneError {
    PhoneError {
        w3c: (code == Code::InvalidElementState).then_some("invalid element state"),
        ..PhoneError::new(code, sent, format!("made for the test: {code:?}"))
    }
}

/// The strategies that are used, predicates in the one form that is used.
fn is(by: &By, node: &Node) -> bool {
    match by {
        By::Id(id) => node.name == *id,
        By::Class(class) => class.ends_with(&node.kind),
        By::Predicate(text) => text.split(" AND ").all(|part| {
            let (attribute, value) = part.split_once(" == ").unwrap();
            let value = value.trim_matches('"');
            match attribute {
                "name" => node.name == value,
                "label" => node.label == value,
                _ => node.value == value,
            }
        }),
        By::ClassChain(_) => false,
    }
}

impl Phone for FakePhone {
    fn udid(&self) -> &Udid {
        &self.udid
    }

    async fn source(&self) -> Result<String, PhoneError> {
        self.with(|inner| {
            inner.calls.push("source".to_owned());
            Ok(inner.world.source())
        })
    }

    async fn find(&self, by: &By) -> Result<Element, PhoneError> {
        // The race is lost between the look and the find.
        self.with(|inner| {
            if let By::Predicate(_) = by
                && let Some(at) = inner
                    .troubles
                    .iter()
                    .position(|(_, t)| *t == Trouble::Raced)
            {
                inner.troubles.remove(at);
                if let Place::Profile(name) = inner.world.place() {
                    inner.world.following.insert(name);
                }
            }
        });
        let found = self.find_nodes(by)?;
        found
            .into_iter()
            .next()
            .ok_or_else(|| error(Code::NoSuchElement, Sent::Failed))
    }

    async fn find_all(&self, by: &By) -> Result<Vec<Element>, PhoneError> {
        self.find_nodes(by)
    }

    async fn find_in(&self, _: &Element, by: &By) -> Result<Element, PhoneError> {
        self.find(by).await
    }

    async fn attribute(&self, _: &Element, _: &str) -> Result<Option<String>, PhoneError> {
        Ok(None)
    }

    async fn rect(&self, _: &Element) -> Result<Rect, PhoneError> {
        Err(error(Code::Other, Sent::Failed))
    }

    async fn click(&self, element: &Element) -> Result<(), PhoneError> {
        self.touch(element, false)
    }

    async fn double_tap(&self, element: &Element) -> Result<(), PhoneError> {
        self.touch(element, true)
    }

    async fn tap_at(&self, at: Point, times: u8, each: Duration) -> Result<(), PhoneError> {
        self.with(|inner| {
            inner
                .calls
                .push(format!("tap_at {},{} {times} {each:?}", at.x, at.y));
            let nodes = inner.nodes();
            let inside = |node: &&Node| {
                let (origin, size) = (node.rect.origin, node.rect.size);
                node.visible
                    && (origin.x..origin.x + size.width).contains(&at.x)
                    && (origin.y..origin.y + size.height).contains(&at.y)
            };
            if let Some(node) = nodes.iter().rev().find(inside) {
                inner.world.touch(node, 0, times > 1);
            }
            Ok(())
        })
    }

    async fn active_element(&self) -> Result<Option<Element>, PhoneError> {
        self.with(|inner| {
            let nodes = inner.nodes();
            let field = nodes
                .iter()
                .find(|node| node.kind.ends_with("Field") || node.kind == "TextView");
            Ok(field.map(|node| {
                inner.elements.push((node.clone(), 0));
                inner.described(node)
            }))
        })
    }

    async fn press_keys(&self, keys: &str) -> Result<(), PhoneError> {
        self.with(|inner| {
            inner.calls.push(format!("keys {}", keys.escape_default()));
            for key in keys.chars() {
                match key {
                    '\u{8}' => drop(inner.world.typed.pop()),
                    key => inner.world.typed.push(key),
                }
            }
            Ok(())
        })
    }

    async fn hide_keyboard(&self) -> Result<(), PhoneError> {
        self.with(|inner| inner.calls.push("hide_keyboard".to_owned()));
        Ok(())
    }

    async fn press_button(&self, name: &str) -> Result<(), PhoneError> {
        self.with(|inner| inner.calls.push(format!("press {name}")));
        Ok(())
    }

    async fn type_text(&self, element: &Element, text: &str) -> Result<(), PhoneError> {
        self.with(|inner| {
            let (node, _) = inner.known(element)?;
            inner.calls.push(format!("type {}", node.name));
            let lost = std::mem::take(&mut inner.world.drop_letter);
            inner
                .world
                .typed
                .extend(text.chars().skip(usize::from(lost)));
            if inner.world.autocorrects {
                inner.world.typed.push('s');
            }
            Ok(())
        })
    }

    async fn clear(&self, _: &Element) -> Result<(), PhoneError> {
        self.with(|inner| {
            inner.world.typed.clear();
            Ok(())
        })
    }

    async fn swipe(&self, from: Point, to: Point, _: Duration) -> Result<(), PhoneError> {
        self.with(|inner| {
            inner.calls.push("swipe".to_owned());
            if from.x < 20.0 && to.x > 100.0 && inner.world.over.is_none() {
                inner.world.back();
            }
            if inner.world.over == Some(Over::Switcher) {
                let most = (inner.world.accounts.len() + 1).saturating_sub(inner.world.rows);
                inner.world.first_row = (inner.world.first_row + 2).min(most);
            }
            Ok(())
        })
    }

    async fn window_size(&self) -> Result<Size, PhoneError> {
        Ok(Size {
            width: 390.0,
            height: 844.0,
        })
    }

    async fn alert_text(&self) -> Result<Option<String>, PhoneError> {
        Ok(None)
    }

    async fn alert_buttons(&self) -> Result<Vec<String>, PhoneError> {
        Ok(Vec::new())
    }

    async fn alert_press(&self, button: &str) -> Result<(), PhoneError> {
        self.with(|inner| {
            inner.calls.push(format!("alert_press {button}"));
            inner.world.over = None;
            Ok(())
        })
    }

    async fn active_app(&self) -> Result<App, PhoneError> {
        self.with(|inner| {
            let app = inner.world.running && inner.world.in_front;
            let bundle_id = if app {
                "com.burbn.instagram"
            } else {
                "com.apple.springboard"
            };
            Ok(App {
                bundle_id: bundle_id.to_owned(),
                pid: 7,
            })
        })
    }

    async fn launch(&self, bundle_id: &str) -> Result<(), PhoneError> {
        self.with(|inner| {
            let social = bundle_id == "com.burbn.instagram";
            inner.calls.push("launch".to_owned());
            inner.world.running |= social;
            inner.world.in_front = social;
            Ok(())
        })
    }

    async fn activate(&self, bundle_id: &str) -> Result<(), PhoneError> {
        self.launch(bundle_id).await
    }

    async fn terminate(&self, _: &str) -> Result<bool, PhoneError> {
        self.with(|inner| {
            inner.calls.push("terminate".to_owned());
            inner.world.over = None;
            inner.world.stack = vec![Place::Feed];
            Ok(std::mem::replace(&mut inner.world.running, false))
        })
    }

    async fn app_state(&self, _: &str) -> Result<AppState, PhoneError> {
        self.with(|inner| match (inner.world.running, inner.world.in_front) {
            (false, _) => Ok(AppState::NotRunning),
            (true, false) => Ok(AppState::Background),
            (true, true) => Ok(AppState::Foreground),
        })
    }

    async fn open_url(&self, url: &str) -> Result<(), PhoneError> {
        self.with(|inner| {
            inner.calls.push(format!("open {url}"));
            if let Some(name) = url.strip_prefix("instagram://user?username=") {
                inner.world.stack.push(Place::Profile(name.to_owned()));
            }
            Ok(())
        })
    }

    async fn screenshot(&self) -> Result<Vec<u8>, PhoneError> {
        Ok(vec![0x89, b'P', b'N', b'G'])
    }
}
