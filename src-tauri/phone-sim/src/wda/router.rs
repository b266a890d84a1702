//! From method and path to a command.

use super::command::{Ask, Command, Gesture};
use super::errors::{Code, WdaError};

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
    if !matches!(
        method,
        "GET" | "POST" | "DELETE" | "PUT" | "OPTIONS" | "HEAD"
    ) {
        let message = format!("Method {method} is not one that WebDriverAgent knows");
        return Err((request, WdaError::new(Code::UnknownMethod, message)));
    }
    let (session, rest) = match segments.as_slice() {
        ["session", id, rest @ ..] => (Some((*id).to_owned()), rest),
        all => (None, all),
    };
    let found = match &session {
        _ if method == "OPTIONS" => Some(Command::Ping),
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
            let message = format!(
                "Unhandled endpoint: {path} with parameters {{\n    wildcard = \"{}\";\n}}",
                rest.join("/").chars().take(200).collect::<String>()
            );
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
        ("GET", ["alert", "text"]) => Command::AlertText,
        ("POST", ["alert", "accept"]) => Command::AlertAccept,
        ("POST", ["alert", "dismiss"]) => Command::AlertDismiss,
        ("GET", ["orientation"]) => Command::GetOrientation,
        ("POST", ["orientation"]) => Command::SetOrientation,
        ("GET", ["rotation"]) => Command::GetRotation,
        ("POST", ["rotation"]) => Command::SetRotation,
        (_, ["wda", rest @ ..]) => return wda_anywhere(method, rest),
        _ => return None,
    })
}

fn wda_anywhere(method: &str, path: &[&str]) -> Option<Command> {
    Some(match (method, path) {
        ("GET", ["activeAppInfo"]) => Command::ActiveApp,
        ("POST", ["lock"]) => Command::Lock,
        ("POST", ["unlock"]) => Command::Unlock,
        ("GET", ["locked"]) => Command::Locked,
        ("GET", ["device", "info"]) => Command::DeviceInfo,
        ("POST", ["device", "appearance"]) => Command::Appearance,
        ("GET", ["device", "location"]) => Command::Location,
        ("GET", ["screen"]) => Command::Screen,
        ("POST", ["deactivateApp"]) => Command::Deactivate,
        ("POST", ["setPasteboard"]) => Command::SetPasteboard,
        ("POST", ["getPasteboard"]) => Command::GetPasteboard,
        ("GET", ["deviceOrientation"]) => Command::DeviceOrientation,
        ("GET", ["simulatedLocation"]) => Command::GetSimulatedLocation,
        ("POST", ["simulatedLocation"]) => Command::SetSimulatedLocation,
        ("DELETE", ["simulatedLocation"]) => Command::ClearSimulatedLocation,
        ("POST", ["video", "start"]) => Command::StartVideo,
        ("POST", ["video", "stop"]) => Command::StopVideo,
        ("GET", ["video"]) => Command::GetVideo,
        _ => return None,
    })
}

fn with_session(method: &str, path: &[&str]) -> Option<Command> {
    let find = |many: bool| Command::Find { many, under: None };
    Some(match (method, path) {
        ("GET", []) => Command::GetSession,
        ("DELETE", []) => Command::DeleteSession,
        ("POST", ["element"]) => find(false),
        ("POST", ["elements"]) => find(true),
        ("GET", ["element", "active"]) => Command::ActiveElement,
        (_, ["element", id, rest @ ..]) => return on_element(method, id, rest),
        ("GET", ["screenshot", id]) => Command::ElementScreenshot((*id).to_owned()),
        ("GET", ["window", "rect"]) => Command::WindowRect,
        ("POST", ["actions"]) => Command::Actions,
        ("POST", ["alert", "text"]) => Command::AlertType,
        ("POST", ["url"]) => Command::Url,
        ("GET", ["appium", "settings"]) => Command::GetSettings,
        ("POST", ["appium", "settings"]) => Command::SetSettings,
        ("POST", ["timeouts"]) => Command::Timeouts,
        (_, ["wda", rest @ ..]) => return wda_with_session(method, rest),
        _ => return None,
    })
}

fn wda_with_session(method: &str, path: &[&str]) -> Option<Command> {
    // Clients write 0 where they mean no element.
    let element = |id: &str| (id != "0").then(|| id.to_owned());
    let ask = |id: &str, ask: Ask| Command::Ask(id.to_owned(), ask);
    Some(match (method, path) {
        ("POST", ["keys"]) => Command::Keys,
        ("POST", ["apps", "launch"]) => Command::LaunchApp,
        ("POST", ["apps", "activate"]) => Command::ActivateApp,
        ("POST", ["apps", "terminate"]) => Command::TerminateApp,
        ("POST", ["apps", "state"]) => Command::AppState,
        ("GET", ["apps", "list"]) => Command::ActiveApps,
        ("GET", ["batteryInfo"]) => Command::Battery,
        ("GET", ["alert", "buttons"]) => Command::AlertButtons,
        ("POST", ["keyboard", "dismiss"]) => Command::DismissKeyboard,
        ("POST", ["pressButton"]) => Command::PressButton,
        ("POST", ["resetAppAuth"]) => Command::ResetAppAuth,
        ("POST", ["expectNotification"]) => Command::ExpectNotification,
        ("POST", ["siri", "activate"]) => Command::Siri,
        ("POST", ["performIoHidEvent"]) => Command::HidEvent,
        ("POST", ["performAccessibilityAudit"]) => Command::Audit,
        ("POST", ["tap", id]) => Command::Gesture(Gesture::Tap, element(id)),
        ("POST", ["pickerwheel", id, "select"]) => Command::Gesture(Gesture::Wheel, element(id)),
        ("GET", ["element", id, "accessible"]) => ask(id, Ask::Accessible),
        ("GET", ["element", id, "accessibilityContainer"]) => ask(id, Ask::Container),
        ("POST", ["element", id, "keyboardInput"]) => Command::KeyboardInput(element(id)),
        ("POST", ["element", id, gesture]) => Command::Gesture(gesture_of(gesture)?, element(id)),
        ("POST", [gesture]) => Command::Gesture(gesture_of(gesture)?, None),
        _ => return None,
    })
}

fn gesture_of(name: &str) -> Option<Gesture> {
    Some(match name {
        "tap" => Gesture::Tap,
        "doubleTap" => Gesture::DoubleTap,
        "tapWithNumberOfTaps" => Gesture::Taps,
        "twoFingerTap" => Gesture::TwoFingers,
        "touchAndHold" => Gesture::Hold,
        "forceTouch" => Gesture::Force,
        "swipe" => Gesture::Swipe,
        "scroll" => Gesture::Scroll,
        "scrollTo" => Gesture::ScrollTo,
        "dragfromtoforduration" => Gesture::Drag,
        "pressAndDragWithVelocity" => Gesture::PressAndDrag,
        "pinch" => Gesture::Pinch,
        "rotate" => Gesture::Rotate,
        _ => return None,
    })
}

fn on_element(method: &str, id: &str, rest: &[&str]) -> Option<Command> {
    let id = id.to_owned();
    let ask = |ask: Ask| Command::Ask(id.clone(), ask);
    let find = |many: bool| Command::Find {
        many,
        under: Some(id.clone()),
    };
    Some(match (method, rest) {
        ("POST", ["element"]) => find(false),
        ("POST", ["elements"]) => find(true),
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

    #[test]
    fn what_is_no_endpoint_is_not_found() {
        for path in [
            "execute/sync",
            "back",
            "window/handles",
            "contexts",
            "cookie",
            "frame",
        ] {
            let path = format!("/session/S/{path}");
            for method in ["GET", "POST", "DELETE"] {
                assert!(route(method, &path).is_err(), "{method} {path}");
            }
        }
        let command = |method: &str, path: &str| route(method, path).ok().map(|r| r.command);
        assert_eq!(command("OPTIONS", "/anything"), Some(Command::Ping));
        assert_eq!(command("PATCH", "/session/S/element"), None);
        let tap = Some(Command::Gesture(Gesture::Tap, None));
        assert_eq!(command("POST", "/session/S/wda/tap/0"), tap);
    }

    /// Each endpoint: with a session only (`S`), without only (`N`), or both (`B`).
    #[test]
    fn endpoints_are_where_they_should_be() {
        let all = "\
            N GET /status\nN GET /health\nN GET /wda/healthcheck\nN GET /wda/shutdown\n\
            N POST /session\nN POST /wda/homescreen\nN POST /wda/apps/launchUnattached\n\
            B GET /source\nB GET /screenshot\nB GET /window/size\nB GET /alert/text\n\
            B POST /alert/accept\nB POST /alert/dismiss\nB GET /orientation\nB POST /orientation\n\
            B GET /rotation\nB POST /rotation\nB GET /wda/activeAppInfo\nB POST /wda/lock\n\
            B POST /wda/unlock\nB GET /wda/locked\nB GET /wda/device/info\n\
            B POST /wda/device/appearance\nB GET /wda/device/location\nB GET /wda/screen\n\
            B POST /wda/deactivateApp\nB POST /wda/setPasteboard\nB POST /wda/getPasteboard\n\
            B GET /wda/deviceOrientation\nB GET /wda/simulatedLocation\n\
            B POST /wda/simulatedLocation\nB DELETE /wda/simulatedLocation\n\
            B POST /wda/video/start\nB POST /wda/video/stop\nB GET /wda/video\n\
            S GET /element/active\nS POST /element\nS POST /elements\nS POST /element/E/element\n\
            S POST /element/E/elements\nS POST /element/E/click\nS POST /element/E/clear\n\
            S POST /element/E/value\nS GET /element/E/text\nS GET /element/E/name\n\
            S GET /element/E/displayed\nS GET /element/E/enabled\nS GET /element/E/selected\n\
            S GET /element/E/rect\nS GET /element/E/attribute/label\nS GET /element/E/screenshot\n\
            S GET /screenshot/E\nS GET /window/rect\nS POST /actions\nS POST /alert/text\n\
            S POST /url\nS GET /appium/settings\nS POST /appium/settings\nS POST /timeouts\n\
            S POST /wda/keys\nS POST /wda/apps/launch\nS POST /wda/apps/activate\n\
            S POST /wda/apps/terminate\nS POST /wda/apps/state\nS GET /wda/apps/list\n\
            S GET /wda/batteryInfo\nS GET /wda/alert/buttons\nS POST /wda/keyboard/dismiss\n\
            S POST /wda/pressButton\nS POST /wda/resetAppAuth\nS POST /wda/expectNotification\n\
            S POST /wda/siri/activate\nS POST /wda/performIoHidEvent\n\
            S POST /wda/performAccessibilityAudit\nS POST /wda/tap/E\n\
            S POST /wda/pickerwheel/E/select\nS GET /wda/element/E/accessible\n\
            S GET /wda/element/E/accessibilityContainer\nS POST /wda/element/E/keyboardInput";
        let gestures = "tap doubleTap tapWithNumberOfTaps twoFingerTap touchAndHold forceTouch \
            swipe scroll scrollTo dragfromtoforduration pressAndDragWithVelocity pinch rotate";
        let gestures = gestures.split_whitespace().flat_map(|gesture| {
            [
                format!("S POST /wda/{gesture}"),
                format!("S POST /wda/element/E/{gesture}"),
            ]
        });
        for line in all.lines().map(str::to_owned).chain(gestures) {
            let mut words = line.split(' ');
            let mut word = || words.next().unwrap();
            let (place, method, path) = (word(), word(), word());
            let inside = format!("/session/S{path}");
            let there = (route(method, &inside).is_ok(), route(method, path).is_ok());
            let expected = match place {
                "S" => (true, false),
                "N" => (false, true),
                _ => (true, true),
            };
            assert_eq!(there, expected, "{line}");
        }
    }
}
