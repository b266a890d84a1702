//! Alerts: the system's, and those the app itself raises.

use serde_json::Value;

use super::command::Command;
use super::commands::Hand;
use super::errors::{Code, WdaError};
use super::select::Chain;
use super::settings::AlertAction;
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
                let text = self.typed()?;
                if !self.type_into_alert(&text) {
                    return Err(WdaError::new(
                        Code::UnsupportedOperation,
                        "The alert contains no input fields",
                    ));
                }
                Value::Null
            }
            _ => return Ok(None),
        }))
    }

    /// The open alert: the system's first.
    fn alert(&mut self) -> Result<Node, WdaError> {
        let tree = self.screen();
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
        let wanted = self.body.get("name").and_then(Value::as_str);
        let wanted = wanted.map(str::to_owned);
        self.press_button_of_alert(action, wanted.as_deref())?;
        Ok(Value::Null)
    }

    /// Presses the named button; else the one a selector means; else the last to accept and the
    /// first to dismiss.
    fn press_button_of_alert(
        &mut self,
        action: AlertAction,
        wanted: Option<&str>,
    ) -> Result<(), WdaError> {
        let alert = self.alert()?;
        let settings = self.settings();
        let depth = settings.depth;
        let selector = settings.chain(match action {
            AlertAction::Accept => "acceptAlertButtonSelector",
            AlertAction::Dismiss => "dismissAlertButtonSelector",
        });
        let selected = |chain: Chain| chain.find(&alert, &alert, depth).first().copied();
        let all = buttons(&alert);
        let button = match (wanted, action) {
            (Some(name), _) => all
                .iter()
                .copied()
                .find(|button| button.label.as_deref() == Some(name)),
            (None, AlertAction::Accept) => selector.and_then(selected).or(all.last().copied()),
            (None, AlertAction::Dismiss) => selector.and_then(selected).or(all.first().copied()),
        };
        let Some(button) = button else {
            let name = wanted.unwrap_or_default();
            let message = format!("Failed to find button '{name}' in the alert");
            return Err(WdaError::new(Code::InvalidElementState, message));
        };
        let (x, y) = button.rect.center();
        self.touch(Touch::Tap(x, y))
    }

    /// Answers an open alert where the session said what to do with them: first by
    /// `autoClickAlertSelector`, then by `defaultAlertAction`.
    pub(super) fn handle_alert_by_itself(&mut self, command: &Command) {
        let Some(session) = self.state.session.as_ref() else {
            return;
        };
        let settings = &session.settings;
        if settings.alert_action.is_none() && settings.auto_click.is_none() {
            return;
        }
        let about = matches!(
            command,
            Command::AlertText
                | Command::AlertButtons
                | Command::AlertAccept
                | Command::AlertDismiss
                | Command::AlertType
        );
        if about || !command.touches_app() {
            return;
        }
        let (action, click, depth) = (
            settings.alert_action,
            settings.auto_click.clone(),
            settings.depth,
        );
        let Ok(alert) = self.alert() else { return };
        let button = click.and_then(|chain| {
            let found = chain.find(&alert, &alert, depth);
            found.first().map(|button| button.rect.center())
        });
        let done = match (button, action) {
            (Some((x, y)), _) => self.touch(Touch::Tap(x, y)),
            (None, Some(action)) => self.press_button_of_alert(action, None),
            (None, None) => Ok(()),
        };
        if let Err(error) = done {
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
