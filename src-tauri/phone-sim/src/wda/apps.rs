//! Sessions and apps: starting, ending, links, the home screen.

use std::time::Duration;

use serde_json::{Value, json};

use super::capabilities::{Start, joined, session};
use super::command::Command;
use super::commands::{Answer, Hand};
use super::errors::{Code, WdaError};
use crate::app::{App, BUNDLE_ID};
use crate::mishaps::installed;
use crate::phone::{Front, SPRINGBOARD};

/// How long an app is away where the client does not say.
const AWAY: f64 = 3.0;
/// The process id of the home screen.
const SPRINGBOARD_PID: u32 = 57;

impl Hand<'_, '_> {
    /// Commands on sessions and apps; none when it is another command.
    pub(super) fn on_apps(&mut self, command: &Command) -> Result<Option<Answer>, WdaError> {
        let value = match command {
            Command::NewSession => self.new_session()?,
            Command::GetSession => self.session_info(),
            Command::DeleteSession => self.delete_session(),
            Command::LaunchApp => self.launch(false)?,
            Command::ActivateApp | Command::LaunchUnattached => self.launch(true)?,
            Command::TerminateApp => self.terminate()?,
            Command::AppState => self.app_state()?,
            Command::ActiveApp => self.active_app(),
            Command::ActiveApps => {
                let (pid, bundle) = self.front();
                json!([{ "pid": pid, "bundleId": bundle }])
            }
            Command::Url => self.url()?,
            Command::HomeScreen => {
                self.go_home();
                Value::Null
            }
            Command::Deactivate => return self.deactivate().map(Some),
            Command::ResetAppAuth => {
                if self.body.get("resource").and_then(Value::as_i64).is_none() {
                    return Err(WdaError::argument(
                        "The 'resource' argument must be set to a valid resource identifier \
                         (numeric value)",
                    ));
                }
                Value::Null
            }
            _ => return Ok(None),
        };
        Ok(Some(Answer::Value(value)))
    }

    fn new_session(&mut self) -> Result<Value, WdaError> {
        // The one session there is goes first, whoever made it.
        self.delete_session();
        let refused = |message: String| WdaError::new(Code::SessionNotCreated, message);
        let capabilities = joined(self.body.get("capabilities")).map_err(refused)?;
        let (mut session, start) = session(&capabilities).map_err(refused)?;
        if let Some(bundle) = &start.bundle {
            if !installed(self.phone, bundle) || self.state.locked {
                return Err(refused(format!(
                    "Cannot launch {bundle} application. Make sure the correct bundle identifier \
                     has been provided in capabilities and check the device log for possible \
                     crash report occurrences"
                )));
            }
            self.start(bundle, &start);
            session.expects_app = true;
        }
        if let Some(url) = &start.url {
            self.follow_link(url, start.bundle.as_deref())
                .map_err(|error| refused(error.message))?;
        }
        let id = session.id.clone();
        self.state.session = Some(session);
        Ok(self.session_value(&id))
    }

    fn start(&mut self, bundle: &str, start: &Start) {
        let runs = App::is(bundle) && self.state.app.is_some();
        if App::is(bundle) && (start.force || !runs) {
            self.state.started_with = (start.arguments.clone(), start.environment.clone());
        }
        self.bring(bundle, start.force);
    }

    fn session_value(&self, id: &str) -> Value {
        json!({
            "sessionId": id,
            "capabilities": { "device": "iphone", "sdkVersion": self.phone.ios },
        })
    }

    fn session_info(&self) -> Value {
        let session = self.state.session.as_ref();
        self.session_value(session.map_or("", |session| session.id.as_str()))
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
        if !activate && App::is(&bundle) && self.state.app.is_none() {
            let given = |key: &str| self.body.get(key).cloned();
            self.state.started_with = (
                given("arguments").unwrap_or_else(|| json!([])),
                given("environment").unwrap_or_else(|| json!({})),
            );
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
            (false, _) => i32::from(installed(self.phone, bundle)),
        }))
    }

    fn front(&self) -> (u32, &str) {
        let bundle = self.state.front_bundle();
        let app = self.state.app.as_ref().filter(|_| App::is(bundle));
        (app.map_or(SPRINGBOARD_PID, |app| app.pid), bundle)
    }

    fn active_app(&self) -> Value {
        let (pid, bundle) = self.front();
        let (arguments, environment) = if App::is(bundle) {
            self.state.started_with.clone()
        } else {
            (json!([]), json!({}))
        };
        json!({
            "pid": pid,
            "bundleId": bundle,
            "name": "",
            "processArguments": { "args": arguments, "env": environment },
        })
    }

    fn url(&mut self) -> Result<Value, WdaError> {
        let url = self.text("url")?.to_owned();
        let bundle = match self.body.get("bundleId") {
            None | Some(Value::Null) => None,
            Some(_) => Some(self.text("bundleId")?.to_owned()),
        };
        self.follow_link(&url, bundle.as_deref())?;
        Ok(Value::Null)
    }

    fn follow_link(&mut self, url: &str, bundle: Option<&str>) -> Result<(), WdaError> {
        let own = url.starts_with("instagram://") && bundle.is_none_or(App::is);
        if !own || !self.phone.installed {
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

    /// To the home screen, unless it is locked.
    pub(super) fn go_home(&mut self) {
        if !self.state.locked {
            self.state.front = Front::Home;
        }
    }

    /// The app goes to the background and comes back after a while; a negative time leaves it
    /// there.
    fn deactivate(&mut self) -> Result<Answer, WdaError> {
        let seconds = self.optional_number("duration")?.unwrap_or(AWAY);
        if seconds < 0.0 || self.state.locked || self.state.front == Front::Home {
            self.go_home();
            return Ok(Answer::Value(Value::Null));
        }
        let away = Duration::from_secs_f64(seconds.min(600.0));
        let back = std::mem::replace(&mut self.state.front, Front::Home);
        Ok(Answer::Away(back, away))
    }
}
