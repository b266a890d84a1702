//! Typing where the keyboard is, and keys.

use std::time::Duration;

use signalbox_phone::{Element, Phone, PhoneError, Said};
use tokio::time::Instant;

use super::{Runner, Stop, refused};
use crate::flow::Template;
use crate::ledger::Ledger;
use crate::perform::look::gone_before;
use crate::perform::touch::is_retryable;
use crate::reading::Page;
use crate::step::{Key, Target};

/// How often a text is typed when letters are lost.
const TYPED_MAX: u8 = 3;
/// The pause between two looks for the keyboard.
const PAUSE: Duration = Duration::from_millis(200);
/// The key that takes a letter away.
const BACKSPACE: char = '\u{8}';

impl<P: Phone, L: Ledger> Runner<'_, P, L> {
    /// Types behind what stands in the field that has the keyboard, and reads it back.
    pub(super) async fn input(&mut self, text: &Template, limit: Duration) -> Result<(), Stop> {
        let text = self.text(text);
        let (mut element, field) = self.field(limit).await?;
        let before = self.filled(&field);
        if text.contains('\n') {
            self.may_return()?;
        }
        let whole = format!("{before}{text}");
        let mut rest = text;
        for _ in 0..TYPED_MAX {
            let typed = self.phone.type_text(&element, &rest).await;
            self.view = None;
            if let Err(error) = typed {
                if !is_retryable(&error) {
                    return Err(self.fault(error).await);
                }
                // Nothing was typed.
                element = self.field(limit).await?.0;
                continue;
            }
            // A return may end the typing; then there is nothing to read back.
            let Some((again, said)) = self.active().await? else {
                return Ok(());
            };
            let shown = self.filled(&said);
            let done = shown == whole || shown == whole.trim_end_matches('\n');
            // A return may go on to another field, and not every field tells what stands in it.
            let other = said.kind != field.kind || said.name != field.name;
            if done || other || said.value.is_none() {
                return Ok(());
            }
            if let Err(error) = self.phone.clear(&again).await {
                return Err(self.fault(error).await);
            }
            element = again;
            rest.clone_from(&whole);
        }
        let what = format!("The field does not show what was typed, {TYPED_MAX} times.");
        Err(Stop::Unclear(what))
    }

    /// Takes letters away from the end of the field that has the keyboard.
    pub(super) async fn erase(&mut self, letters: u16, limit: Duration) -> Result<(), Stop> {
        let (element, field) = self.field(limit).await?;
        let there = self.filled(&field).chars().count();
        let erased = match usize::from(letters) >= there {
            true if there == 0 => return Ok(()),
            true => self.phone.clear(&element).await,
            false => {
                let keys = String::from(BACKSPACE).repeat(usize::from(letters));
                self.phone.press_keys(&keys).await
            }
        };
        self.view = None;
        match erased {
            Ok(()) => Ok(()),
            Err(error) => Err(self.fault(error).await),
        }
    }

    /// Waits until a field has the keyboard. Nothing is ever typed into a secure one.
    async fn field(&mut self, limit: Duration) -> Result<(Element, Said), Stop> {
        let deadline = Instant::now() + limit;
        loop {
            self.safe_point()?;
            self.look().await?;
            if let Some((element, said)) = self.active().await? {
                if said.kind == "SecureTextField" {
                    return Err(refused(
                        "The field takes a secret; nothing is ever typed into those.",
                    ));
                }
                return Ok((element, said));
            }
            if Instant::now() >= deadline {
                return Err(Stop::Missing("a field with the keyboard".to_owned()));
            }
            tokio::time::sleep(PAUSE).await;
            self.view = None;
        }
    }

    /// The element that has the keyboard, with what it says.
    async fn active(&mut self) -> Result<Option<(Element, Said)>, Stop> {
        match self.ask_active().await {
            Ok(found) => Ok(found),
            Err(error) if gone_before(&error) => Ok(None),
            Err(error) => Err(self.fault(error).await),
        }
    }

    async fn ask_active(&self) -> Result<Option<(Element, Said)>, PhoneError> {
        let Some(element) = self.phone.active_element().await? else {
            return Ok(None);
        };
        if let Some(said) = element.said.clone() {
            return Ok(Some((element, said)));
        }
        // An older runner says nothing by itself.
        let kind = self.phone.attribute(&element, "type").await?;
        let kind = kind.unwrap_or_default();
        let said = Said {
            kind: kind.trim_start_matches("XCUIElementType").to_owned(),
            name: self.phone.attribute(&element, "name").await?,
            label: self.phone.attribute(&element, "label").await?,
            value: self.phone.attribute(&element, "value").await?,
            rect: None,
            enabled: true,
            visible: true,
        };
        Ok(Some((element, said)))
    }

    /// What stands in a field; what an empty one shows is nothing.
    fn filled(&self, said: &Said) -> String {
        let value = said.value.clone().unwrap_or_default();
        let name = said.name.clone().unwrap_or_default();
        let nodes = self.view.iter().flat_map(|view| view.screen.nodes());
        let empty = nodes
            .filter(|node| node.kind == said.kind && node.name == name)
            .any(|node| !node.placeholder.is_empty() && node.placeholder == value);
        if empty { String::new() } else { value }
    }

    /// A return may send what stands in a field: below a post that is an act, and its button sends.
    fn may_return(&self) -> Result<(), Stop> {
        let comments = self.view.as_ref().map(|view| view.page) == Some(Page::Comments);
        match self.social() && comments {
            true => Err(refused(
                "A comment is sent with its button, not with a return.",
            )),
            false => Ok(()),
        }
    }

    pub(super) async fn press_key(&mut self, key: Key) -> Result<(), Stop> {
        self.look().await?;
        let pressed = match key {
            Key::Enter => {
                self.may_return()?;
                self.phone.press_keys("\n").await
            }
            Key::Backspace => self.phone.press_keys(&BACKSPACE.to_string()).await,
            Key::Home => self.phone.press_button("home").await,
            Key::VolumeUp => self.phone.press_button("volumeup").await,
            Key::VolumeDown => self.phone.press_button("volumedown").await,
        };
        self.view = None;
        match pressed {
            Ok(()) => Ok(()),
            Err(error) => Err(self.fault(error).await),
        }
    }

    /// No keyboard is no failure.
    pub(super) async fn put_keyboard_away(&mut self) -> Result<(), Stop> {
        self.look().await?;
        if self.active().await?.is_none() {
            return Ok(());
        }
        let hidden = self.phone.hide_keyboard().await;
        self.view = None;
        match hidden {
            Ok(()) => Ok(()),
            Err(error) => Err(self.fault(error).await),
        }
    }

    /// Remembers what an element says; that much of it goes into the log.
    pub(super) async fn copy(&mut self, from: &Target, limit: Duration) -> Result<String, Stop> {
        let at = self.await_element(from, limit).await?;
        let text = self.node(at).map(|node| {
            let texts = [&node.value, &node.label];
            let text = texts.into_iter().find(|text| !text.is_empty());
            text.cloned().unwrap_or_default()
        });
        let text = text.unwrap_or_default();
        if let Some(script) = &mut self.script {
            script.live.copied.clone_from(&text);
        }
        Ok(text)
    }

    pub(super) fn remember(&mut self, text: &Template) {
        let text = self.text(text);
        if let Some(script) = &mut self.script {
            script.live.copied = text;
        }
    }
}
