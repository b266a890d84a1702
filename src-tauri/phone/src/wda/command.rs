//! What can be asked of WebDriverAgent: plain WDA endpoints only, none of Appium's.

use std::time::Duration;

use hyper::Method;
use serde_json::{Value, json};

use super::session::SessionId;
use crate::limits::{ANSWER_BYTES_MAX, Limits, SCREEN_BYTES_MAX};
use crate::screen::{By, Point};

/// Whether a command can change what the phone shows or does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It only reads.
    Look,
    /// It touches, types, starts, ends.
    Act,
}

/// Which of the time limits holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    Command,
    Session,
    Probe,
}

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Command {
    method: Method,
    path: String,
    body: Option<Value>,
    effect: Effect,
    pace: Pace,
    answer_bytes_max: usize,
    /// Time that the act itself takes, on top of the limit.
    extra: Duration,
    session: Option<SessionId>,
}

impl Command {
    fn new(method: Method, path: String, body: Option<Value>, effect: Effect) -> Self {
        Self {
            method,
            path,
            body,
            effect,
            pace: Pace::Command,
            answer_bytes_max: ANSWER_BYTES_MAX,
            extra: Duration::ZERO,
            session: None,
        }
    }

    /// A question outside any session.
    pub(crate) fn ask(path: &str) -> Self {
        Self::new(Method::GET, path.to_owned(), None, Effect::Look)
    }

    /// A question within a session.
    pub(crate) fn look(session: &SessionId, path: &str) -> Self {
        Self::within(session, Method::GET, path, None, Effect::Look)
    }

    /// A question within a session that has a body.
    pub(crate) fn look_for(session: &SessionId, path: &str, body: Value) -> Self {
        Self::within(session, Method::POST, path, Some(body), Effect::Look)
    }

    /// An act within a session.
    pub(crate) fn act(session: &SessionId, path: &str, body: Value) -> Self {
        Self::within(session, Method::POST, path, Some(body), Effect::Act)
    }

    fn within(
        session: &SessionId,
        method: Method,
        path: &str,
        body: Option<Value>,
        effect: Effect,
    ) -> Self {
        let path = format!("/session/{}{path}", session.as_str());
        let mut command = Self::new(method, path, body, effect);
        command.session = Some(session.clone());
        command
    }

    /// Makes a session. The phone ends any other one first.
    pub(crate) fn create_session(capabilities: Value) -> Self {
        let body = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let mut command = Self::new(Method::POST, "/session".into(), Some(body), Effect::Act);
        command.pace = Pace::Session;
        command
    }

    /// Ends a session.
    pub(crate) fn delete_session(session: &SessionId) -> Self {
        let path = format!("/session/{}", session.as_str());
        Self::new(Method::DELETE, path, None, Effect::Act)
    }

    /// With the limit of a probe.
    pub(crate) fn probing(mut self) -> Self {
        self.pace = Pace::Probe;
        self
    }

    /// With room for a whole screen in the answer.
    pub(crate) fn of_the_screen(mut self) -> Self {
        self.answer_bytes_max = SCREEN_BYTES_MAX;
        self
    }

    /// With this much more time, since the act itself takes it.
    pub(crate) fn lasting(mut self, extra: Duration) -> Self {
        self.extra = extra;
        self
    }

    pub(crate) fn method(&self) -> Method {
        self.method.clone()
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn body(&self) -> Option<Vec<u8>> {
        self.body.as_ref().map(|body| body.to_string().into_bytes())
    }

    pub(crate) fn effect(&self) -> Effect {
        self.effect
    }

    pub(crate) fn session(&self) -> Option<&SessionId> {
        self.session.as_ref()
    }

    pub(crate) fn answer_bytes_max(&self) -> usize {
        self.answer_bytes_max
    }

    pub(crate) fn limit(&self, limits: &Limits) -> Duration {
        let limit = match self.pace {
            Pace::Command => limits.command,
            Pace::Session => limits.session,
            Pace::Probe => limits.probe,
        };
        limit.saturating_add(self.extra)
    }
}

/// `using` and `value` of a find.
pub(crate) fn locator(by: &By) -> Value {
    let (using, value) = match by {
        By::Id(value) => ("accessibility id", value),
        By::Class(value) => ("class name", value),
        By::Predicate(value) => ("predicate string", value),
        By::ClassChain(value) => ("class chain", value),
    };
    json!({ "using": using, "value": value })
}

/// W3C actions of one finger that is dragged.
pub(crate) fn drag(from: Point, to: Point, time: Duration) -> Value {
    let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    json!({ "actions": [{
        "type": "pointer",
        "id": "finger",
        "parameters": { "pointerType": "touch" },
        "actions": [
            { "type": "pointerMove", "duration": 0, "x": from.x, "y": from.y, "origin": "viewport" },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerMove", "duration": ms, "x": to.x, "y": to.y, "origin": "viewport" },
            { "type": "pointerUp", "button": 0 },
        ],
    }] })
}

/// The pause between two taps of one gesture.
pub(crate) const GAP: Duration = Duration::from_millis(60);

/// W3C actions of one finger that taps a place.
pub(crate) fn taps(at: Point, times: u8, each: Duration) -> Value {
    let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let mut actions = vec![
        json!({ "type": "pointerMove", "duration": 0, "x": at.x, "y": at.y, "origin": "viewport" }),
    ];
    for _ in 0..times {
        actions.extend([
            json!({ "type": "pointerDown", "button": 0 }),
            json!({ "type": "pause", "duration": ms(each) }),
            json!({ "type": "pointerUp", "button": 0 }),
            json!({ "type": "pause", "duration": ms(GAP) }),
        ]);
    }
    json!({ "actions": [{
        "type": "pointer",
        "id": "finger",
        "parameters": { "pointerType": "touch" },
        "actions": actions,
    }] })
}
