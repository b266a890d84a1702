//! Typing, and the keyboard.

use std::time::Duration;

use serde_json::Value;

use super::command::Command;
use super::commands::{Answer, Hand};
use super::errors::{Code, WdaError};
use super::touch::Touch;
use crate::app::App;
use crate::app::tap::Field;
use crate::phone::{ALERT_FIELD, Front};

/// The longest text one command types.
const MAX_TYPED: usize = 20_000;
/// The fields of the app.
const FIELDS: [Field; 4] = [
    Field::Search,
    Field::Comment,
    Field::Username,
    Field::Password,
];

impl Hand<'_, '_> {
    /// Commands that type; none when it is another command.
    pub(super) fn on_keys(&mut self, command: &Command) -> Result<Option<Answer>, WdaError> {
        let text = match command {
            Command::Clear(id) => {
                self.clear(id)?;
                return Ok(Some(Answer::Value(Value::Null)));
            }
            Command::DismissKeyboard => {
                self.dismiss_keyboard()?;
                return Ok(Some(Answer::Value(Value::Null)));
            }
            Command::SetValue(id) => self.set_value(id)?,
            Command::Keys => {
                let text = self.typed()?;
                self.type_text(&text)?;
                text
            }
            Command::KeyboardInput(id) => self.keyboard_input(id.as_deref())?,
            _ => return Ok(None),
        };
        Ok(Some(Answer::Later(Value::Null, self.time_to_type(&text)?)))
    }

    /// How long a keyboard needs for the text: `frequency`, else `maxTypingFrequency`, keys a
    /// second.
    fn time_to_type(&self, text: &str) -> Result<Duration, WdaError> {
        let frequency = self
            .optional_number("frequency")?
            .filter(|frequency| *frequency > 0.0)
            .unwrap_or_else(|| self.settings().number("maxTypingFrequency"))
            .clamp(1.0, 10_000.0);
        let keys = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        Ok(Duration::from_secs_f64(f64::from(keys) / frequency))
    }

    /// Whether the element is an alert's own field.
    fn is_alert_field(&mut self, id: &str) -> Result<bool, WdaError> {
        let (_, key) = self.tree_with(id)?;
        Ok(key.ends_with(ALERT_FIELD))
    }

    /// The text field an element is.
    fn field(&mut self, id: &str) -> Result<Field, WdaError> {
        let (_, key) = self.tree_with(id)?;
        let field = FIELDS.into_iter().find(|field| key.ends_with(field.mark()));
        field.ok_or_else(|| {
            WdaError::new(
                Code::InvalidElementState,
                "The element does not accept text input",
            )
        })
    }

    fn clear(&mut self, id: &str) -> Result<(), WdaError> {
        if self.is_alert_field(id)? {
            if let Some((_, typed)) = self.alert_field() {
                typed.clear();
            }
            return Ok(());
        }
        let field = self.field(id)?;
        if let Some(app) = self.state.app.as_mut() {
            app.clear(self.turn, field);
        }
        Ok(())
    }

    fn alert_field(&mut self) -> Option<&mut (String, String)> {
        self.state.alert.as_mut()?.field.as_mut()
    }

    /// Types into the field of the open alert; whether it has one.
    pub(super) fn type_into_alert(&mut self, text: &str) -> bool {
        let Some((_, typed)) = self.alert_field() else {
            return false;
        };
        for letter in text.chars() {
            match letter {
                '\u{8}' | '\u{7f}' | '\u{e003}' | '\u{e017}' => {
                    typed.pop();
                }
                '\n' | '\r' | '\u{e000}'..='\u{e05d}' => {}
                letter => typed.push(letter),
            }
        }
        true
    }

    fn set_value(&mut self, id: &str) -> Result<String, WdaError> {
        let text = self.typed()?;
        if self.is_alert_field(id)? {
            self.type_into_alert(&text);
            return Ok(text);
        }
        let field = self.field(id)?;
        if self.state.app.as_ref().and_then(App::focused) != Some(field) {
            let (x, y) = self.middle(id)?;
            self.touch(Touch::Tap(x, y))?;
        }
        self.type_text(&text)?;
        Ok(text)
    }

    /// The text of `value` (array or string) or `text`.
    pub(super) fn typed(&self) -> Result<String, WdaError> {
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

    /// Types where the focus is.
    pub(super) fn type_text(&mut self, text: &str) -> Result<(), WdaError> {
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

    /// Keys by name or letter, each with the modifiers held; with any but shift held they are
    /// shortcuts and write nothing.
    fn keyboard_input(&mut self, id: Option<&str>) -> Result<String, WdaError> {
        let Some(keys) = self.body.get("keys").and_then(Value::as_array) else {
            return Err(WdaError::argument("The 'keys' argument must be an array"));
        };
        let mut text = String::new();
        for item in keys {
            let (key, held) = match item {
                Value::String(key) => (key.as_str(), 0),
                Value::Object(all) => {
                    let key = all.get("key").and_then(Value::as_str);
                    let key = key.ok_or_else(|| {
                        WdaError::argument("All dictionaries of 'keys' array must have the 'key'")
                    })?;
                    let held = all.get("modifierFlags").and_then(Value::as_u64);
                    (key, held.unwrap_or(0))
                }
                _ => {
                    return Err(WdaError::argument(
                        "All items of the 'keys' array must be either dictionaries or strings",
                    ));
                }
            };
            let key = match key {
                "XCUIKeyboardKeyReturn" | "XCUIKeyboardKeyEnter" => "\n",
                "XCUIKeyboardKeySpace" => " ",
                "XCUIKeyboardKeyDelete" => "\u{8}",
                name if name.starts_with("XCUIKeyboardKey") => "",
                key => key,
            };
            // 2 is shift, 4 control, 8 option, 16 command.
            match held {
                0 | 1 => text.push_str(key),
                2 | 3 => text.push_str(&key.to_uppercase()),
                _ => {}
            }
        }
        if let Some(id) = id {
            let field = self.field(id)?;
            if self.state.app.as_ref().and_then(App::focused) != Some(field) {
                let (x, y) = self.middle(id)?;
                self.touch(Touch::Tap(x, y))?;
            }
        }
        self.type_text(&text)?;
        Ok(text)
    }

    /// Presses the first of the named keys that is there; without names, puts the keyboard away.
    fn dismiss_keyboard(&mut self) -> Result<(), WdaError> {
        if self.state.app.as_ref().and_then(App::focused).is_none() {
            return Err(WdaError::no_keyboard());
        }
        let names: Vec<&str> = match self.body.get("keyNames") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            Some(_) => return Err(WdaError::argument("'keyNames' must be an array")),
        };
        if names.is_empty() {
            if let Some(app) = self.state.app.as_mut() {
                app.hide_keyboard();
            }
            return Ok(());
        }
        let tree = self.screen();
        let mut key = None;
        tree.walk(&mut |node| {
            let keyboard = node.key.contains("/keyboard/");
            if keyboard && node.name().is_some_and(|name| names.contains(&name)) {
                key = key.or(Some(node.rect.center()));
            }
        });
        if let Some((x, y)) = key {
            self.touch(Touch::Tap(x, y))?;
        }
        match self.state.app.as_ref().and_then(App::focused) {
            None => Ok(()),
            Some(_) => Err(WdaError::new(
                Code::InvalidElementState,
                "Did not know how to dismiss the keyboard. Try to dismiss it in the way supported \
                 by your application under test.",
            )),
        }
    }
}
