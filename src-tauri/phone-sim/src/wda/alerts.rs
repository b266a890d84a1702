//! Alerts: the system's, and those the app itself raises.

use serde_json::Value;

use super::commands::Hand;
use super::errors::{Code, WdaError};
use super::router::Command;
use super::session::AlertAction;
use super::touch::Touch;
use crate::app::node::Node;

impl Hand<'_, '_> {
    /// Commands on alerts; none when it is another command.
    pub(super) fn on_alerts(&mut self, command: &Command) -> Result<Option<Value>, WdaError> {
        Ok(Some(match command {
            Command::AlertText => {
                let alert = self.alert()?;
                let mut texts = Vec::new();
                alert.walk(&mut |node| {
                    if node.kind == "StaticText" {
                        texts.extend(node.label.clone());
                    }
                });
                Value::from(texts.join("\n"))
            }
            Command::AlertButtons => buttons(&self.alert()?)
                .iter()
                .filter_map(|button| button.label.clone())
                .collect(),
            Command::AlertAccept => self.press_alert(AlertAction::Accept)?,
            Command::AlertDismiss => self.press_alert(AlertAction::Dismiss)?,
            Command::AlertType => {
                self.alert()?;
                return Err(WdaError::new(
                    Code::UnsupportedOperation,
                    "The alert contains no input fields",
                ));
            }
            _ => return Ok(None),
        }))
    }

    /// The open alert: the system's first.
    fn alert(&self) -> Result<Node, WdaError> {
        let tree = self.state.screen(&self.turn.view(), self.phone.installed);
        let mut found = None;
        tree.walk(&mut |node| {
            if node.kind == "Alert" {
                found = Some(node.clone());
            }
        });
        let message = "An attempt was made to operate on a modal dialog when one was not open";
        found.ok_or_else(|| WdaError::new(Code::NoSuchAlert, message))
    }

    fn press_alert(&mut self, action: AlertAction) -> Result<Value, WdaError> {
        let alert = self.alert()?;
        let all = buttons(&alert);
        let wanted = self.body.get("name").and_then(Value::as_str);
        let button = match (wanted, action) {
            (Some(name), _) => all
                .iter()
                .find(|button| button.label.as_deref() == Some(name)),
            (None, AlertAction::Accept) => all.last(),
            (None, AlertAction::Dismiss) => all.first(),
        };
        let Some(button) = button else {
            let name = wanted.unwrap_or_default();
            let message = format!("Failed to find button '{name}' in the alert");
            return Err(WdaError::new(Code::InvalidElementState, message));
        };
        let (x, y) = button.rect.center();
        self.touch(Touch::Tap(x, y))?;
        Ok(Value::Null)
    }

    /// Answers an open alert where the session said what to do with them.
    pub(super) fn handle_alert_by_itself(&mut self, command: &Command) {
        let action = self
            .state
            .session
            .as_ref()
            .and_then(|session| session.alert_action);
        let about = matches!(
            command,
            Command::AlertText
                | Command::AlertButtons
                | Command::AlertAccept
                | Command::AlertDismiss
                | Command::AlertType
        );
        let Some(action) = action.filter(|_| !about && command.touches_app()) else {
            return;
        };
        if self.alert().is_ok()
            && let Err(error) = self.press_alert(action)
        {
            tracing::debug!(message = %error.message, "an alert could not be answered by itself");
        }
    }
}

fn buttons(alert: &Node) -> Vec<&Node> {
    let mut found = Vec::new();
    alert.walk(&mut |node| {
        if node.kind == "Button" {
            found.push(node);
        }
    });
    found
}
