//! What each command does: sessions, apps and facts here, elements and touches beside it.

use serde_json::{Value, json};

use super::errors::{Code, WdaError};
use super::router::Command;
use super::session::{AlertAction, Session, truth};
use crate::app::node::{Node, Rect, SCREEN_H, SCREEN_W};
use crate::app::turn::Turn;
use crate::app::{App, BUNDLE_ID};
use crate::mishaps::installed;
use crate::phone::{Front, Phone, SPRINGBOARD, State, alert_tree};

/// What a command answers.
pub enum Answer {
    /// A value in the envelope.
    Value(Value),
    /// A picture of the screen or a part of it, drawn where nobody waits.
    Picture(Box<Node>, Option<Rect>),
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

impl Hand<'_, '_> {
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
        if let Some(value) = self.on_alerts(command)? {
            return Ok(Answer::Value(value));
        }
        Ok(Answer::Value(match command {
            Command::NewSession => self.new_session()?,
            Command::GetSession => self.session_info(),
            Command::DeleteSession => self.delete_session(),
            Command::Screenshot => {
                let tree = self.state.screen(&self.turn.view(), self.phone.installed);
                return Ok(Answer::Picture(Box::new(tree), None));
            }
            Command::LaunchApp => self.launch(false)?,
            Command::ActivateApp => self.launch(true)?,
            Command::LaunchUnattached => self.launch(true)?,
            Command::TerminateApp => self.terminate()?,
            Command::AppState => self.app_state()?,
            Command::Url => self.url()?,
            Command::GetSettings => self.settings(),
            Command::SetSettings => self.set_settings()?,
            Command::HomeScreen | Command::Deactivate => {
                self.go_home();
                Value::Null
            }
            Command::PressButton => self.press_button()?,
            Command::Lock => {
                self.state.locked = true;
                Value::Null
            }
            Command::Unlock => {
                self.state.locked = false;
                Value::Null
            }
            other => self.facts(other)?,
        }))
    }

    fn facts(&mut self, command: &Command) -> Result<Value, WdaError> {
        Ok(match command {
            Command::Status => status(self.phone),
            Command::Locked => Value::from(self.state.locked),
            Command::WindowSize => json!({ "width": SCREEN_W, "height": SCREEN_H }),
            Command::WindowRect => {
                json!({ "x": 0, "y": 0, "width": SCREEN_W, "height": SCREEN_H })
            }
            Command::Screen => json!({
                "screenSize": { "width": SCREEN_W, "height": SCREEN_H },
                "statusBarSize": { "width": SCREEN_W, "height": 47 },
                "scale": crate::picture::SCALE,
                "displayId": 1,
            }),
            Command::Battery => json!({
                "level": self.state.battery,
                "state": if self.state.battery >= 1.0 { 3 } else { 2 },
            }),
            Command::DeviceInfo => json!({
                "name": self.phone.name,
                "model": "iPhone",
                "currentLocale": "en_US",
                "timeZone": "UTC",
                "uuid": format!("51600000-0000-4000-8000-{:012}", self.phone.number),
                "userInterfaceIdiom": 0,
                "userInterfaceStyle": "light",
                "isSimulator": false,
                "thermalState": self.state.thermal,
            }),
            Command::ActiveApp => {
                let bundle = self.state.front_bundle().to_owned();
                let pid = self.state.app.as_ref().filter(|_| App::is(&bundle));
                json!({
                    "pid": pid.map_or(57, |app| app.pid),
                    "bundleId": bundle,
                    "name": "",
                    "processArguments": { "args": [], "env": {} },
                })
            }
            Command::GetOrientation => Value::from(self.state.orientation.as_str()),
            Command::SetOrientation => {
                let wanted = self.text("orientation")?;
                if !matches!(wanted, "PORTRAIT" | "LANDSCAPE") {
                    return Err(WdaError::argument(format!(
                        "unknown orientation '{wanted}'"
                    )));
                }
                self.state.orientation = wanted.to_owned();
                Value::Null
            }
            Command::SetPasteboard => {
                self.state.pasteboard = self.text("content")?.to_owned();
                Value::Null
            }
            Command::GetPasteboard => Value::from(self.state.pasteboard.as_str()),
            Command::DismissKeyboard => self.dismiss_keyboard()?,
            // Accepted and ignored, as on a phone.
            _ => Value::Null,
        })
    }

    /// A string of the body.
    pub(super) fn text(&self, key: &str) -> Result<&str, WdaError> {
        let text = self.body.get(key).and_then(Value::as_str);
        text.ok_or_else(|| WdaError::argument(format!("'{key}' must be a string")))
    }

    fn new_session(&mut self) -> Result<Value, WdaError> {
        let refused = |message: String| WdaError::new(Code::SessionNotCreated, message);
        let Some(wanted) = self.body.get("capabilities").filter(|c| c.is_object()) else {
            return Err(refused(
                "'capabilities' is mandatory to create a new session".to_owned(),
            ));
        };
        let mut capabilities = serde_json::Map::new();
        let first = wanted.get("firstMatch").and_then(|all| all.get(0));
        for part in [wanted.get("alwaysMatch"), first].into_iter().flatten() {
            for (name, value) in part.as_object().into_iter().flatten() {
                let name = name.strip_prefix("appium:").unwrap_or(name);
                capabilities.insert(name.to_owned(), value.clone());
            }
        }
        // The one session there is goes first, whoever made it.
        self.delete_session();
        let mut session = Session::new();
        let get = |name: &str| capabilities.get(name);
        let text = |name: &str| get(name).and_then(Value::as_str);
        session.ends_app = get("shouldTerminateApp").is_none_or(truth);
        session.alert_action = match text("defaultAlertAction") {
            Some("accept") => Some(AlertAction::Accept),
            Some("dismiss") => Some(AlertAction::Dismiss),
            _ => None,
        };
        if let Some(bundle) = text("bundleId") {
            let force = get("forceAppLaunch").is_none_or(truth);
            if !installed(self.phone, bundle) || self.state.locked {
                return Err(refused(format!("Cannot launch '{bundle}' on this device")));
            }
            self.bring(bundle, force);
            session.bundle = Some(bundle.to_owned());
            session.expects_app = true;
        }
        if let Some(url) = text("initialUrl") {
            self.follow_link(url)?;
        }
        let id = session.id.clone();
        self.state.session = Some(session);
        Ok(self.session_value(&id))
    }

    fn session_value(&self, id: &str) -> Value {
        json!({
            "sessionId": id,
            "capabilities": { "device": "iphone", "sdkVersion": self.phone.ios },
        })
    }

    fn session_info(&self) -> Value {
        let id = self
            .state
            .session
            .as_ref()
            .map(|session| session.id.clone());
        self.session_value(&id.unwrap_or_default())
    }

    /// Ends the session, and its app unless it was asked not to.
    fn delete_session(&mut self) -> Value {
        if let Some(session) = self.state.session.take() {
            let own = session.bundle.as_deref() == Some(BUNDLE_ID);
            if session.ends_app && own {
                self.state.end_app();
            }
        }
        Value::Null
    }

    /// Brings an app to the front; `cold` starts it anew.
    fn bring(&mut self, bundle: &str, cold: bool) {
        if App::is(bundle) {
            self.state.open_app(cold, self.phone.version);
        } else if bundle == SPRINGBOARD {
            self.state.front = Front::Home;
        } else {
            self.state.front = Front::Other(bundle.to_owned());
        }
    }

    fn launch(&mut self, activate: bool) -> Result<Value, WdaError> {
        let bundle = self.text("bundleId")?.to_owned();
        if !installed(self.phone, &bundle) {
            let verb = if activate { "activate" } else { "launch" };
            return Err(WdaError::unknown(format!(
                "Failed to {verb} {bundle}: not installed"
            )));
        }
        if self.state.locked {
            let message = format!(
                "Unable to launch {bundle} because the device was not, or could not be, unlocked"
            );
            return Err(WdaError::unknown(message));
        }
        // A running app is only brought to the front.
        self.bring(&bundle, false);
        self.expect_app(&bundle, true);
        Ok(Value::Null)
    }

    fn expect_app(&mut self, bundle: &str, expects: bool) {
        if let Some(session) = self.state.session.as_mut()
            && session.bundle.as_deref() == Some(bundle)
        {
            session.expects_app = expects;
        }
    }

    fn terminate(&mut self) -> Result<Value, WdaError> {
        let bundle = self.text("bundleId")?.to_owned();
        self.expect_app(&bundle, false);
        if App::is(&bundle) {
            return Ok(Value::from(self.state.end_app()));
        }
        let other = Front::Other(bundle);
        let ran = self.state.front == other;
        if ran {
            self.state.front = Front::Home;
        }
        Ok(Value::from(ran))
    }

    fn app_state(&mut self) -> Result<Value, WdaError> {
        let bundle = self.text("bundleId")?;
        let front = self.state.front_bundle() == bundle;
        let runs = match bundle {
            BUNDLE_ID => self.state.app.is_some(),
            SPRINGBOARD => true,
            _ => front,
        };
        Ok(Value::from(match (runs, front) {
            (true, true) => 4,
            (true, false) => 3,
            (false, _) => 1,
        }))
    }

    fn url(&mut self) -> Result<Value, WdaError> {
        let url = self.text("url")?.to_owned();
        self.follow_link(&url)?;
        Ok(Value::Null)
    }

    fn follow_link(&mut self, url: &str) -> Result<(), WdaError> {
        if !url.starts_with("instagram://") || !self.phone.installed {
            return Err(WdaError::unknown(format!(
                "The URL '{url}' cannot be opened here"
            )));
        }
        if self.state.locked {
            return Err(WdaError::unknown("The device is locked"));
        }
        self.state.open_app(false, self.phone.version);
        self.expect_app(BUNDLE_ID, true);
        match self.state.app.as_mut() {
            Some(app) => app.open_link(self.turn, url),
            None => Ok(()),
        }
    }

    fn settings(&self) -> Value {
        let settings = self
            .state
            .session
            .as_ref()
            .map(|session| session.settings.clone());
        Value::Object(settings.unwrap_or_default())
    }

    fn set_settings(&mut self) -> Result<Value, WdaError> {
        let Some(wanted) = self.body.get("settings").and_then(Value::as_object) else {
            return Err(WdaError::argument("'settings' must be an object"));
        };
        if let Some(session) = self.state.session.as_mut() {
            // Unknown settings are ignored; only known ones are kept, so this stays bounded.
            for (name, value) in wanted {
                if let Some(slot) = session.settings.get_mut(name) {
                    *slot = value.clone();
                }
            }
            session.alert_action = match session.settings.get("defaultAlertAction") {
                Some(Value::String(word)) if word == "accept" => Some(AlertAction::Accept),
                Some(Value::String(word)) if word == "dismiss" => Some(AlertAction::Dismiss),
                _ => session.alert_action,
            };
        }
        Ok(self.settings())
    }

    fn go_home(&mut self) {
        if !self.state.locked {
            self.state.front = Front::Home;
        }
    }

    fn press_button(&mut self) -> Result<Value, WdaError> {
        match self.text("name")? {
            "home" => self.go_home(),
            "volumeup" | "volumeUp" | "volumedown" | "volumeDown" | "action" | "camera" => {}
            other => {
                let message = format!(
                    "The button '{other}' is not known. Supported buttons: home, volumeup, volumedown"
                );
                return Err(WdaError::argument(message));
            }
        }
        Ok(Value::Null)
    }

    fn dismiss_keyboard(&mut self) -> Result<Value, WdaError> {
        let hidden = self.state.app.as_mut().is_some_and(App::hide_keyboard);
        if hidden {
            Ok(Value::Null)
        } else {
            Err(WdaError::no_keyboard())
        }
    }

    /// The tree that source and find look at.
    ///
    /// # Errors
    /// When the app under test is gone without being asked to.
    pub(super) fn tree(&self) -> Result<Node, WdaError> {
        let session = self.state.session.as_ref();
        if let Some(session) = session
            && session.expects_app
            && session.bundle.as_deref() == Some(BUNDLE_ID)
            && self.state.app.is_none()
        {
            return Err(WdaError::crashed(BUNDLE_ID));
        }
        let respects = session.is_some_and(Session::respects_alerts);
        if let Some(alert) = self.state.alert.as_ref().filter(|_| respects) {
            // The system is the active application while its alert is open.
            let mut root = Node::new("Application", Rect::screen()).id(" ").label(" ");
            root.seal("springboard");
            root.children.push(alert_tree(alert));
            return Ok(root);
        }
        Ok(self
            .state
            .front_tree(&self.turn.view(), self.phone.installed))
    }
}

/// What `/status` says.
#[must_use]
pub fn status(phone: &Phone) -> Value {
    json!({
        "ready": true,
        "message": "WebDriverAgent is ready to accept commands",
        "state": "success",
        "os": {
            "name": "iOS",
            "version": phone.ios,
            "sdkVersion": "18.2",
            "testmanagerdVersion": 65535,
        },
        "ios": { "ip": "127.0.0.1" },
        "build": {
            "time": "Sep  1 2026 12:00:00",
            "productBundleIdentifier": "dev.signalbox.WebDriverAgentRunner",
            "version": "16.7.3",
        },
        "device": "iphone",
    })
}
