//! Touching what a look at the screen found.

use std::time::Duration;

use signalbox_phone::error::Code;
use signalbox_phone::{By, Element, Phone, PhoneError, Point, Sent, Size};

use super::look::gone_before;
use super::{Runner, Stop, Trouble};
use crate::ending::Ending;
use crate::ledger::Ledger;
use crate::reading::Node;
use crate::screens::fold;
use crate::step::{Swipe, Target, Touch, Which};

/// How long the finger moves. Slow swipes load nothing, and a finger that rests opens things.
const SWIPE: Duration = Duration::from_millis(250);
/// How long a finger rests.
const HOLD: Duration = Duration::from_secs(3);
/// The screen where the source tells no size.
const USUAL: Size = Size {
    width: 390.0,
    height: 844.0,
};
/// How often a text is typed when letters are lost.
const TYPED_MAX: u8 = 3;
/// The time a field is given to show what was typed.
const TYPED: Duration = Duration::from_secs(2);

/// What a look for one control gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// It is there.
    At(usize),
    /// It is not there.
    Nowhere,
    /// There are that many.
    Several(usize),
}

impl<P: Phone, L: Ledger> Runner<'_, P, L> {
    /// Where the control is on the screen as last seen.
    pub(super) fn seek(&self, target: &Target) -> Seen {
        let Some(view) = &self.view else {
            return Seen::Nowhere;
        };
        let found = self
            .screens
            .find(&view.screen, &target.locator, &self.names);
        let nth = match target.which {
            Which::Only if found.len() > 1 => return Seen::Several(found.len()),
            Which::Only | Which::First => 0,
            Which::Instance => self.instance.map_or(0, |one| usize::from(one.nth)),
        };
        found.get(nth).map_or(Seen::Nowhere, |&at| Seen::At(at))
    }

    pub(super) fn node(&self, at: usize) -> Option<&Node> {
        self.view
            .as_ref()
            .and_then(|view| view.screen.nodes().get(at))
    }

    /// Touches the control, once more after a new look if it was not there any more. Not for acts.
    pub(super) async fn touch(&mut self, target: &Target, by: Touch) -> Result<(), Stop> {
        for again in [true, false] {
            let at = match self.seek(target) {
                Seen::At(at) => at,
                Seen::Nowhere => return Err(Stop::Missing(target.locator.clone())),
                Seen::Several(n) => {
                    return Err(Stop::Unclear(format!(
                        "There are {n} of {}.",
                        target.locator
                    )));
                }
            };
            let touched = match self.element(at).await {
                Ok(element) => self.touch_element(&element, by).await,
                Err(error) => Err(error),
            };
            self.view = None;
            match touched {
                Ok(()) => return Ok(()),
                Err(error) if again && is_retryable(&error) => self.look().await?,
                Err(error) if gone_before(&error) => {
                    self.trouble = Some(Trouble::of(&error));
                    return Err(Stop::Missing(target.locator.clone()));
                }
                Err(error) => return Err(self.fault(error).await),
            }
        }
        Ok(())
    }

    /// Touches an element once found; says what the phone said.
    pub(super) async fn touch_element(
        &self,
        element: &Element,
        by: Touch,
    ) -> Result<(), PhoneError> {
        match by {
            Touch::Tap => self.phone.click(element).await,
            Touch::DoubleTap => self.phone.double_tap(element).await,
            Touch::Hold => {
                let rect = self.phone.rect(element).await?;
                let (origin, size) = (rect.origin, rect.size);
                let middle = Point {
                    x: origin.x + size.width / 2.0,
                    y: origin.y + size.height / 2.0,
                };
                self.phone.tap_at(middle, 1, HOLD).await
            }
        }
    }

    /// Taps the element at that position of the view. One that went stale is found once more, and
    /// tapped only if what is there now is what was read.
    pub(super) async fn press(&self, at: usize) -> Result<(), PhoneError> {
        let element = self.element(at).await?;
        match self.phone.click(&element).await {
            Err(error) if error.code == Code::StaleElement && error.sent != Sent::Unknown => {
                let element = self.element(at).await?;
                self.phone.click(&element).await
            }
            done => done,
        }
    }

    /// The phone's handle for the element at that position: by its name, and where several share
    /// it, by its place among them; only if it is still what was read.
    pub(super) async fn element(&self, at: usize) -> Result<Element, PhoneError> {
        let Some(view) = &self.view else {
            return Err(nothing_there("a screen"));
        };
        let nodes = view.screen.nodes();
        let Some(node) = nodes.get(at) else {
            return Err(nothing_there("an element"));
        };
        let same = |other: &&Node| match node.name.is_empty() {
            true => other.kind == node.kind,
            false => other.name == node.name,
        };
        let by = match node.name.is_empty() {
            true => By::Class(format!("XCUIElementType{}", node.kind)),
            false => By::Id(node.name.clone()),
        };
        let before = nodes[..at].iter().filter(same).count();
        let element = if before == 0 && !nodes[at + 1..].iter().any(|other| same(&other)) {
            self.phone.find(&by).await?
        } else {
            let all = self.phone.find_all(&by).await?;
            all.into_iter()
                .nth(before)
                .ok_or_else(|| nothing_there("the same number of elements"))?
        };
        match is_still(&element, node) {
            true => Ok(element),
            false => Err(changed()),
        }
    }

    /// The element at that position, only if it still says what was read: the look and the touch
    /// are two commands, and a control may change its meaning between them. Here the phone itself
    /// is asked for an element that says so, and the state may stand in the value as well.
    pub(super) async fn element_as_read(&self, at: usize) -> Result<Element, PhoneError> {
        let Some(node) = self.node(at).filter(|node| !node.name.is_empty()) else {
            return self.element(at).await;
        };
        let mut wanted = format!("name == {}", quoted(&node.name));
        if !node.label.is_empty() {
            wanted.push_str(&format!(" AND label == {}", quoted(&node.label)));
        }
        if !node.value.is_empty() {
            wanted.push_str(&format!(" AND value == {}", quoted(&node.value)));
        }
        let element = self.phone.find(&By::Predicate(wanted)).await?;
        match is_still(&element, node) {
            true => Ok(element),
            false => Err(changed()),
        }
    }

    /// Puts a text into a field and reads it back.
    pub(super) async fn type_into(&mut self, target: &Target, text: &str) -> Result<(), Stop> {
        let text = self.names.variables.expand(text);
        self.write(target, &text).await
    }

    /// The same with a text of the operator's, as it stands.
    pub(super) async fn write(&mut self, target: &Target, text: &str) -> Result<(), Stop> {
        for _ in 0..TYPED_MAX {
            let at = match self.seek(target) {
                Seen::At(at) => at,
                Seen::Nowhere => return Err(Stop::Missing(target.locator.clone())),
                Seen::Several(n) => {
                    return Err(Stop::Unclear(format!(
                        "There are {n} of {}.",
                        target.locator
                    )));
                }
            };
            let Some(node) = self.node(at) else { continue };
            if node.kind == "SecureTextField" {
                let what = "The field takes a secret; nothing is ever typed into those.".to_owned();
                return Err(Stop::Unclear(what));
            }
            let filled = !field_text(node).is_empty();
            if field_text(node) == text {
                return Ok(());
            }
            self.fill(at, filled, text).await?;
            if self.reads(target, text).await? {
                return Ok(());
            }
        }
        let what = format!(
            "{} does not show what was typed, {TYPED_MAX} times.",
            target.locator
        );
        Err(Stop::Unclear(what))
    }

    async fn fill(&mut self, at: usize, filled: bool, text: &str) -> Result<(), Stop> {
        let typed = async {
            let element = self.element(at).await?;
            if filled {
                self.phone.clear(&element).await?;
            }
            match text {
                "" => Ok(()),
                text => self.phone.type_text(&element, text).await,
            }
        };
        let typed = typed.await;
        self.view = None;
        match typed {
            Ok(()) => Ok(()),
            // The next look finds the field anew.
            Err(error) if is_retryable(&error) => Ok(()),
            Err(error) => Err(self.fault(error).await),
        }
    }

    /// Whether the field shows the text within its time.
    async fn reads(&mut self, target: &Target, text: &str) -> Result<bool, Stop> {
        let target = target.clone();
        let shows = |runner: &Self| match runner.seek(&target) {
            Seen::At(at) => runner.node(at).is_some_and(|node| field_text(node) == text),
            _ => false,
        };
        self.wait(TYPED, shows).await
    }

    /// Goes back one page.
    pub(super) async fn back(&mut self) -> Result<(), Stop> {
        let button = Target::first("nav.back");
        if let Seen::At(_) = self.seek(&button) {
            return self.touch(&button, Touch::Tap).await;
        }
        let size = self.size();
        let middle = size.height / 2.0;
        let from = Point { x: 1.0, y: middle };
        let to = Point {
            x: size.width * 0.8,
            y: middle,
        };
        self.drag(from, to).await
    }

    /// Swipes over the middle of the screen.
    pub(super) async fn swipe(&mut self, way: Swipe) -> Result<(), Stop> {
        let size = self.size();
        let place = |part: f64| Point {
            x: size.width / 2.0,
            y: size.height * part,
        };
        let (from, to) = match way {
            Swipe::Up => (place(0.75), place(0.25)),
            Swipe::Down => (place(0.25), place(0.75)),
        };
        self.drag(from, to).await
    }

    pub(super) async fn drag(&mut self, from: Point, to: Point) -> Result<(), Stop> {
        let done = self.phone.swipe(from, to, SWIPE).await;
        self.view = None;
        match done {
            Ok(()) => Ok(()),
            Err(error) => Err(self.fault(error).await),
        }
    }

    pub(super) fn size(&self) -> Size {
        self.view
            .as_ref()
            .and_then(|view| view.screen.size())
            .unwrap_or(USUAL)
    }

    /// Brings the app to the front.
    pub(super) async fn launch(&mut self) -> Result<(), Stop> {
        let bundle_id = self.screens.bundle_id();
        let done = async {
            if self.phone.active_app().await?.bundle_id != bundle_id {
                self.phone.launch(bundle_id).await?;
            }
            Ok(())
        };
        match done.await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.fault(error).await),
        }
    }

    /// Ends the app.
    pub(super) async fn terminate(&mut self) -> Result<(), Stop> {
        self.view = None;
        match self.phone.terminate(self.screens.bundle_id()).await {
            Ok(_) => Ok(()),
            Err(error) => Err(self.fault(error).await),
        }
    }

    /// Opens a deep link of the screens file.
    pub(super) async fn open_link(&mut self, name: &str) -> Result<(), Stop> {
        let Some(link) = self.screens.link(name) else {
            return Err(Stop::End(Ending::ElementNotFound {
                locator: format!("links.{name}"),
            }));
        };
        let link = self.names.variables.expand(link);
        self.view = None;
        match self.phone.open_url(&link).await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.fault(error).await),
        }
    }
}

/// Whether what the phone found is what was read on its screen: the same kind of element with the
/// same name and label, and still in sight. Values are left out: those of fields and counters
/// change by themselves. A runner that describes nothing leaves nothing to compare.
fn is_still(element: &Element, node: &Node) -> bool {
    let Some(said) = &element.said else {
        return true;
    };
    let same = |said: &Option<String>, read: &str| {
        plain(said.as_deref().unwrap_or_default()) == plain(read)
    };
    said.kind == node.kind
        && same(&said.name, &node.name)
        && same(&said.label, &node.label)
        && said.visible
}

/// A text as both a screen's source and an answer can write it: XML has no control characters.
fn plain(text: &str) -> String {
    let odd = |letter: char| letter.is_control() && !letter.is_whitespace();
    fold(&text.replace(odd, ""))
}

/// What stands in a field; what an empty one shows is nothing.
pub(super) fn field_text(node: &Node) -> &str {
    let empty = node.value == node.placeholder && !node.placeholder.is_empty();
    if empty { "" } else { &node.value }
}

/// Whether nothing happened, and another look may find the control again.
pub(super) fn is_retryable(error: &PhoneError) -> bool {
    match error.sent {
        Sent::NotSent => matches!(
            error.code,
            Code::NoSuchElement | Code::StaleElement | Code::Other
        ),
        Sent::Failed => {
            let codes = [
                Code::NoSuchElement,
                Code::StaleElement,
                Code::UnexpectedAlert,
            ];
            codes.contains(&error.code)
        }
        Sent::Unknown => false,
    }
}

fn nothing_there(what: &str) -> PhoneError {
    PhoneError::new(
        Code::NoSuchElement,
        Sent::NotSent,
        format!("There was not {what} any more."),
    )
}

fn changed() -> PhoneError {
    PhoneError::new(
        Code::StaleElement,
        Sent::NotSent,
        "What was to be touched is not what was read any more; it was not touched.",
    )
}

/// A string of the predicate language.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use signalbox_phone::{Element, Said};

    use super::{is_still, quoted};
    use crate::reading::Snapshot;

    #[test]
    fn quotes_do_not_end_a_predicate_string() {
        assert_eq!(quoted(r#"a"b\c"#), r#""a\"b\\c""#);
    }

    #[test]
    fn what_is_found_is_what_was_read() {
        let xml = r#"<XCUIElementTypeButton type="XCUIElementTypeButton" name="row"
            label="Ann&#10;B" value="1"/>"#;
        let node = Snapshot::parse(xml.to_owned()).unwrap().nodes()[0].clone();
        let said = Said {
            kind: "Button".into(),
            name: Some("row".into()),
            label: Some("Ann B".into()),
            value: None,
            rect: None,
            enabled: true,
            visible: true,
        };
        let check = |change: &dyn Fn(&mut Said), expected: bool| {
            let mut said = said.clone();
            change(&mut said);
            let element = Element {
                id: "1".into(),
                said: Some(said.clone()),
            };
            assert_eq!(is_still(&element, &node), expected, "{said:?}");
        };
        check(&|_| {}, true);
        check(&|said| said.label = Some("Ann\u{1}\nB".into()), true);
        check(&|said| said.value = Some("2".into()), true);
        check(&|said| said.label = Some("Ann".into()), false);
        check(&|said| said.label = None, false);
        check(&|said| said.name = Some("row 2".into()), false);
        check(&|said| said.kind = "Cell".into(), false);
        check(&|said| said.visible = false, false);
        assert!(is_still(&Element::bare("1"), &node));
    }
}
