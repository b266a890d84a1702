//! From method and path to a command.

use super::errors::{Code, WdaError};

/// A gesture that may be given on an element or a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gesture {
    /// One tap.
    Tap,
    /// Two taps.
    DoubleTap,
    /// A long press.
    Hold,
    /// By direction.
    Swipe,
    /// By direction or distance.
    Scroll,
    /// From a point to another.
    Drag,
    /// Two fingers; accepted, without effect here.
    Pinch,
}

/// What is asked about an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Value or label.
    Text,
    /// The element type.
    Name,
    /// Whether it can be seen.
    Displayed,
    /// Whether it is enabled.
    Enabled,
    /// Whether it is chosen.
    Selected,
    /// Where it is.
    Rect,
    /// One attribute.
    Attribute(String),
}

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Status,
    Health,
    Healthcheck,
    Shutdown,
    NewSession,
    GetSession,
    DeleteSession,
    Source,
    Find { many: bool, under: Option<String> },
    ActiveElement,
    Click(String),
    Clear(String),
    SetValue(String),
    Ask(String, Ask),
    ElementScreenshot(String),
    WindowSize,
    WindowRect,
    Screenshot,
    Actions,
    ReleaseActions,
    Keys,
    Gesture(Gesture, Option<String>),
    LaunchApp,
    ActivateApp,
    TerminateApp,
    AppState,
    LaunchUnattached,
    ActiveApp,
    HomeScreen,
    Lock,
    Unlock,
    Locked,
    Battery,
    DeviceInfo,
    Screen,
    AlertText,
    AlertAccept,
    AlertDismiss,
    AlertButtons,
    AlertType,
    Url,
    GetSettings,
    SetSettings,
    DismissKeyboard,
    PressButton,
    Timeouts,
    GetOrientation,
    SetOrientation,
    Deactivate,
    SetPasteboard,
    GetPasteboard,
}

impl Command {
    /// Whether it is answered beside the main queue.
    #[must_use]
    pub fn bypasses_queue(&self) -> bool {
        matches!(
            self,
            Command::Status
                | Command::Health
                | Command::Screenshot
                | Command::DeleteSession
                | Command::Shutdown
        )
    }

    /// Whether it can touch the app or look at it; the others say nothing about an account.
    #[must_use]
    pub fn touches_app(&self) -> bool {
        !matches!(
            self,
            Command::Status
                | Command::Health
                | Command::Healthcheck
                | Command::Shutdown
                | Command::NewSession
                | Command::GetSession
                | Command::DeleteSession
                | Command::WindowSize
                | Command::WindowRect
                | Command::Screenshot
                | Command::AppState
                | Command::ActiveApp
                | Command::Locked
                | Command::Battery
                | Command::DeviceInfo
                | Command::Screen
                | Command::GetSettings
                | Command::SetSettings
                | Command::Timeouts
                | Command::GetOrientation
        )
    }
}

/// A routed request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// What is asked.
    pub command: Command,
    /// The session in the path.
    pub session: Option<String>,
    /// The request as the witness writes it: ids are left out.
    pub request: String,
}

/// Finds the command.
///
/// # Errors
/// `unknown command`, or `unknown method` for methods WebDriver does not use.
pub fn route(method: &str, path: &str) -> Result<Route, (String, WdaError)> {
    let segments: Vec<&str> = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    let request = request_text(method, &segments);
    if !matches!(method, "GET" | "POST" | "DELETE" | "PUT") {
        let message = format!("Method {method} is not one of GET, POST, PUT and DELETE");
        return Err((request, WdaError::new(Code::UnknownMethod, message)));
    }
    let (session, rest) = match segments.as_slice() {
        ["session", id, rest @ ..] => (Some((*id).to_owned()), rest),
        all => (None, all),
    };
    let found = match &session {
        Some(_) => with_session(method, rest).or_else(|| anywhere(method, rest)),
        None => without_session(method, rest).or_else(|| anywhere(method, rest)),
    };
    match found {
        Some(command) => Ok(Route {
            command,
            session,
            request,
        }),
        None => {
            let path: String = path.chars().take(200).collect();
            let message = format!("Unhandled endpoint: {path} with parameters {{\n}}");
            Err((request, WdaError::new(Code::UnknownCommand, message)))
        }
    }
}

/// `POST /session/…/element/…/click`.
fn request_text(method: &str, segments: &[&str]) -> String {
    let mut text: String = method.chars().take(16).collect();
    text.push(' ');
    for (at, segment) in segments.iter().take(8).enumerate() {
        let before = at.checked_sub(1).and_then(|at| segments.get(at)).copied();
        let id = matches!(before, Some("session" | "element"))
            && !(before == Some("element") && *segment == "active");
        text.push('/');
        if id {
            text.push('…');
        } else {
            text.extend(segment.chars().take(60));
        }
    }
    if segments.is_empty() {
        text.push('/');
    }
    text
}

fn without_session(method: &str, path: &[&str]) -> Option<Command> {
    Some(match (method, path) {
        ("GET", ["status"]) => Command::Status,
        ("GET", ["health"]) => Command::Health,
        ("GET", ["wda", "healthcheck"]) => Command::Healthcheck,
        ("GET", ["wda", "shutdown"]) => Command::Shutdown,
        ("POST", ["session"]) => Command::NewSession,
        ("POST", ["wda", "homescreen"]) => Command::HomeScreen,
        ("POST", ["wda", "apps", "launchUnattached"]) => Command::LaunchUnattached,
        _ => return None,
    })
}

/// Endpoints that are there with and without a session.
fn anywhere(method: &str, path: &[&str]) -> Option<Command> {
    Some(match (method, path) {
        ("GET", ["source"]) => Command::Source,
        ("GET", ["screenshot"]) => Command::Screenshot,
        ("GET", ["window", "size"]) => Command::WindowSize,
        ("GET", ["wda", "activeAppInfo"]) => Command::ActiveApp,
        ("POST", ["wda", "lock"]) => Command::Lock,
        ("POST", ["wda", "unlock"]) => Command::Unlock,
        ("GET", ["wda", "locked"]) => Command::Locked,
        ("GET", ["wda", "device", "info"]) => Command::DeviceInfo,
        ("GET", ["wda", "screen"]) => Command::Screen,
        ("GET", ["alert", "text"]) => Command::AlertText,
        ("POST", ["alert", "accept"]) => Command::AlertAccept,
        ("POST", ["alert", "dismiss"]) => Command::AlertDismiss,
        ("POST", ["wda", "deactivateApp"]) => Command::Deactivate,
        ("POST", ["wda", "setPasteboard"]) => Command::SetPasteboard,
        ("POST", ["wda", "getPasteboard"]) => Command::GetPasteboard,
        ("GET", ["orientation"]) => Command::GetOrientation,
        ("POST", ["orientation"]) => Command::SetOrientation,
        _ => return None,
    })
}

fn with_session(method: &str, path: &[&str]) -> Option<Command> {
    Some(match (method, path) {
        ("GET", []) => Command::GetSession,
        ("DELETE", []) => Command::DeleteSession,
        ("POST", ["element"]) => Command::Find {
            many: false,
            under: None,
        },
        ("POST", ["elements"]) => Command::Find {
            many: true,
            under: None,
        },
        ("GET", ["element", "active"]) => Command::ActiveElement,
        (_, ["element", id, rest @ ..]) => return on_element(method, id, rest),
        ("GET", ["window", "rect"]) => Command::WindowRect,
        ("POST", ["actions"]) => Command::Actions,
        ("DELETE", ["actions"]) => Command::ReleaseActions,
        ("POST", ["wda", "keys"]) => Command::Keys,
        ("POST", ["wda", "apps", "launch"]) => Command::LaunchApp,
        ("POST", ["wda", "apps", "activate"]) => Command::ActivateApp,
        ("POST", ["wda", "apps", "terminate"]) => Command::TerminateApp,
        ("POST", ["wda", "apps", "state"]) => Command::AppState,
        ("GET", ["wda", "batteryInfo"]) => Command::Battery,
        ("GET", ["wda", "alert", "buttons"]) => Command::AlertButtons,
        ("POST", ["alert", "text"]) => Command::AlertType,
        ("POST", ["url"]) => Command::Url,
        ("GET", ["appium", "settings"]) => Command::GetSettings,
        ("POST", ["appium", "settings"]) => Command::SetSettings,
        ("POST", ["wda", "keyboard", "dismiss"]) => Command::DismissKeyboard,
        ("POST", ["wda", "pressButton"]) => Command::PressButton,
        ("POST", ["timeouts"]) => Command::Timeouts,
        ("POST", ["wda", "element", id, gesture]) => {
            Command::Gesture(gesture_of(gesture)?, Some((*id).to_owned()))
        }
        ("POST", ["wda", gesture]) => Command::Gesture(gesture_of(gesture)?, None),
        _ => return None,
    })
}

fn gesture_of(name: &str) -> Option<Gesture> {
    Some(match name {
        "tap" => Gesture::Tap,
        "doubleTap" => Gesture::DoubleTap,
        "touchAndHold" => Gesture::Hold,
        "swipe" => Gesture::Swipe,
        "scroll" => Gesture::Scroll,
        "dragfromtoforduration" => Gesture::Drag,
        "pinch" => Gesture::Pinch,
        _ => return None,
    })
}

fn on_element(method: &str, id: &str, rest: &[&str]) -> Option<Command> {
    let id = id.to_owned();
    let ask = |ask: Ask| Command::Ask(id.clone(), ask);
    Some(match (method, rest) {
        ("POST", ["element"]) => Command::Find {
            many: false,
            under: Some(id),
        },
        ("POST", ["elements"]) => Command::Find {
            many: true,
            under: Some(id),
        },
        ("POST", ["click"]) => Command::Click(id),
        ("POST", ["clear"]) => Command::Clear(id),
        ("POST", ["value"]) => Command::SetValue(id),
        ("GET", ["text"]) => ask(Ask::Text),
        ("GET", ["name"]) => ask(Ask::Name),
        ("GET", ["displayed"]) => ask(Ask::Displayed),
        ("GET", ["enabled"]) => ask(Ask::Enabled),
        ("GET", ["selected"]) => ask(Ask::Selected),
        ("GET", ["rect"]) => ask(Ask::Rect),
        ("GET", ["attribute", name]) => ask(Ask::Attribute((*name).to_owned())),
        ("GET", ["screenshot"]) => Command::ElementScreenshot(id),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_find_their_commands() {
        let check = |method: &str, path: &str, command: Option<Command>, request: &str| {
            let found = route(method, path);
            let text = match &found {
                Ok(route) => &route.request,
                Err((request, _)) => request,
            };
            assert_eq!(text, request);
            assert_eq!(
                found.ok().map(|route| route.command),
                command,
                "{method} {path}"
            );
        };
        let find = Command::Find {
            many: true,
            under: Some("E".to_owned()),
        };
        check("GET", "/status", Some(Command::Status), "GET /status");
        check(
            "POST",
            "/session",
            Some(Command::NewSession),
            "POST /session",
        );
        check(
            "GET",
            "/session/S",
            Some(Command::GetSession),
            "GET /session/…",
        );
        check(
            "DELETE",
            "/session/S",
            Some(Command::DeleteSession),
            "DELETE /session/…",
        );
        check("GET", "/source", Some(Command::Source), "GET /source");
        check(
            "GET",
            "/session/S/source",
            Some(Command::Source),
            "GET /session/…/source",
        );
        let request = "POST /session/…/element/…/elements";
        check("POST", "/session/S/element/E/elements", Some(find), request);
        let request = "GET /session/…/element/active";
        check(
            "GET",
            "/session/S/element/active",
            Some(Command::ActiveElement),
            request,
        );
        let tap = Command::Gesture(Gesture::Tap, Some("E".to_owned()));
        check(
            "POST",
            "/session/S/wda/element/E/tap",
            Some(tap),
            "POST /session/…/wda/element/…/tap",
        );
        check(
            "POST",
            "/session/S/execute",
            None,
            "POST /session/…/execute",
        );
        check("GET", "/session/S/status", None, "GET /session/…/status");
        check("POST", "/element", None, "POST /element");
        check("GET", "/", None, "GET /");
    }
}
