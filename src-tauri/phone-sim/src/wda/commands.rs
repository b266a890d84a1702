//! A command at work: what it may touch, and which part of this room does it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::command::Command;
use super::errors::WdaError;
use super::settings::{Quality, Settings};
use crate::app::BUNDLE_ID;
use crate::app::node::{Node, Rect};
use crate::app::turn::Turn;
use crate::phone::{Front, Phone, State};

/// What a command answers.
pub enum Answer {
    /// A value in the envelope.
    Value(Value),
    /// A picture of the screen or a part of it, drawn where nobody waits.
    Picture(Arc<Node>, Option<Rect>, Quality),
    /// The command is over when the system posts this notification.
    Notice(String, Duration),
    /// The value, once so much time has passed: keys are being typed.
    Later(Value, Duration),
    /// Nothing, once so much time has passed and what was in front is back.
    Away(Front, Duration),
}

/// A command at work: the phone, its state and the turn.
pub struct Hand<'a, 't> {
    /// This one.
    pub phone: &'a Phone,
    /// Its state.
    pub state: &'a mut State,
    /// What the command may touch.
    pub turn: &'a mut Turn<'t>,
    /// What the client sent.
    pub body: &'a Value,
}

impl<'a> Hand<'a, '_> {
    /// Does the command.
    ///
    /// # Errors
    /// What WebDriverAgent would answer.
    pub fn execute(
        &mut self,
        command: &Command,
        session: Option<&str>,
    ) -> Result<Answer, WdaError> {
        if let Some(id) = session
            && self
                .state
                .session
                .as_ref()
                .is_none_or(|session| session.id != id)
        {
            return Err(WdaError::no_session());
        }
        self.handle_alert_by_itself(command);
        if let Some(answer) = self.on_elements(command)? {
            return Ok(answer);
        }
        if let Some(answer) = self.on_keys(command)? {
            return Ok(answer);
        }
        if let Some(value) = self.on_touches(command)? {
            return Ok(Answer::Value(value));
        }
        if let Some(value) = self.on_alerts(command)? {
            return Ok(Answer::Value(value));
        }
        if let Some(answer) = self.on_apps(command)? {
            return Ok(answer);
        }
        if let Some(answer) = self.on_the_device(command)? {
            return Ok(answer);
        }
        Ok(match command {
            Command::Screenshot => {
                let tree = self.state.screen(&self.turn.view(), self.phone.installed);
                Answer::Picture(tree, None, self.settings().quality())
            }
            Command::GetSettings => Answer::Value(self.settings().json()),
            Command::SetSettings => Answer::Value(self.set_settings()?),
            // The runner answers these, or they are accepted and ignored, as on a phone.
            _ => Answer::Value(Value::Null),
        })
    }

    /// The session's settings; those of a new one where there is none.
    pub(super) fn settings(&self) -> std::borrow::Cow<'_, Settings> {
        match &self.state.session {
            Some(session) => std::borrow::Cow::Borrowed(&session.settings),
            None => std::borrow::Cow::Owned(Settings::default()),
        }
    }

    fn set_settings(&mut self) -> Result<Value, WdaError> {
        let Some(wanted) = self.body.get("settings").and_then(Value::as_object) else {
            return Err(WdaError::argument("'settings' must be an object"));
        };
        if let Some(session) = self.state.session.as_mut() {
            // All or nothing.
            let mut settings = session.settings.clone();
            for (name, value) in wanted {
                settings.set(name, value).map_err(WdaError::argument)?;
            }
            session.settings = settings;
        }
        Ok(self.settings().json())
    }

    /// A string of the body.
    pub(super) fn text(&self, key: &str) -> Result<&'a str, WdaError> {
        let text = self.body.get(key).and_then(Value::as_str);
        text.ok_or_else(|| WdaError::argument(format!("'{key}' must be a string")))
    }

    /// A number of the body; clients also write numbers as text.
    pub(super) fn optional_number(&self, key: &str) -> Result<Option<f64>, WdaError> {
        let number = match self.body.get(key) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(value) => value.as_f64(),
        };
        match number.filter(|number: &f64| number.is_finite()) {
            Some(number) => Ok(Some(number)),
            None => Err(WdaError::argument(format!("'{key}' must be a number"))),
        }
    }

    /// The same where it must be there.
    pub(super) fn number(&self, key: &str) -> Result<f64, WdaError> {
        self.optional_number(key)?
            .ok_or_else(|| WdaError::argument(format!("'{key}' must be a number")))
    }

    /// The tree that source and find look at.
    ///
    /// # Errors
    /// When the app under test is gone without being asked to.
    pub(super) fn tree(&mut self) -> Result<Arc<Node>, WdaError> {
        let session = self.state.session.as_ref();
        if let Some(session) = session
            && session.expects_app
            && session.bundle.as_deref() == Some(BUNDLE_ID)
            && self.state.app.is_none()
        {
            return Err(WdaError::crashed(BUNDLE_ID));
        }
        // The system is the active application while its alert is open.
        if session.is_some_and(|session| session.settings.respects_alerts)
            && let Some(alert) = self.state.alert_alone()
        {
            return Ok(alert);
        }
        Ok(self
            .state
            .front_tree(&self.turn.view(), self.phone.installed))
    }

    /// The whole screen, with what lies over the app.
    pub(super) fn screen(&mut self) -> Arc<Node> {
        self.state.screen(&self.turn.view(), self.phone.installed)
    }
}
