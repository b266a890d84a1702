//! The port through which actions see and touch one phone's screen.

use std::future::Future;
use std::time::Duration;

use crate::error::PhoneError;

/// How to look for an element (WebDriverAgent's bare strategy names).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum By {
    /// `accessibility id`: the identifier, or the label where there is no identifier.
    Id(String),
    /// `class name`, for example `XCUIElementTypeButton`.
    Class(String),
    /// `predicate string`, an NSPredicate over the element's attributes.
    Predicate(String),
    /// `class chain`.
    ClassChain(String),
}

/// An element of the current session; its id goes stale when the element leaves the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    /// What the phone calls it.
    pub id: String,
    /// What the phone said of it in the answer in which it was found. A runner that is too old to
    /// say anything gives none; only then is there a reason to ask for attributes one by one.
    pub said: Option<Said>,
}

impl Element {
    /// An element of which nothing is known but its id.
    pub fn bare(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            said: None,
        }
    }
}

/// What an element was like when it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// Its type without `XCUIElementType`, for example `Button`.
    pub kind: String,
    /// The accessibility id, else the label.
    pub name: Option<String>,
    /// What is read aloud.
    pub label: Option<String>,
    /// The state in words, or what stands in a field.
    pub value: Option<String>,
    /// Where it is, in points; none where it is nowhere.
    pub rect: Option<Rect>,
    /// Whether it can be used.
    pub enabled: bool,
    /// Whether it can be seen.
    pub visible: bool,
}

/// A place on the screen, in points from the top left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Points from the left edge.
    pub x: f64,
    /// Points from the top edge.
    pub y: f64,
}

/// A size in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Points.
    pub width: f64,
    /// Points.
    pub height: f64,
}

/// A rectangle in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Top left corner.
    pub origin: Point,
    /// Width and height.
    pub size: Size,
}

/// The app in front (`/wda/activeAppInfo`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// For example `com.burbn.instagram`.
    pub bundle_id: String,
    /// Process id on the phone.
    pub pid: i64,
}

/// What `/wda/apps/state` says of an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppState {
    /// 0, or a number we do not know.
    Unknown,
    /// 1
    NotRunning,
    /// 2
    Suspended,
    /// 3
    Background,
    /// 4
    Foreground,
}

/// One phone with an open WebDriverAgent session.
///
/// Every call has a time limit of its own and fails with a [`PhoneError`] that says what is known
/// of the request. Calls on one phone are made one after another, never at once.
pub trait Phone: Send + Sync {
    /// Serial of the phone.
    fn udid(&self) -> &crate::Udid;

    /// The whole screen as WebDriverAgent's XML.
    fn source(&self) -> impl Future<Output = Result<String, PhoneError>> + Send;

    /// The first element that matches. [`crate::error::Code::NoSuchElement`] if none does.
    fn find(&self, by: &By) -> impl Future<Output = Result<Element, PhoneError>> + Send;

    /// All elements that match; none is not an error.
    fn find_all(&self, by: &By) -> impl Future<Output = Result<Vec<Element>, PhoneError>> + Send;

    /// The first element below `parent` that matches.
    fn find_in(
        &self,
        parent: &Element,
        by: &By,
    ) -> impl Future<Output = Result<Element, PhoneError>> + Send;

    /// An attribute (`label`, `name`, `value`, `enabled`, `visible`, `type` …); absent ones are `None`.
    fn attribute(
        &self,
        element: &Element,
        name: &str,
    ) -> impl Future<Output = Result<Option<String>, PhoneError>> + Send;

    /// Where the element is.
    fn rect(&self, element: &Element) -> impl Future<Output = Result<Rect, PhoneError>> + Send;

    /// Taps the element once.
    fn click(&self, element: &Element) -> impl Future<Output = Result<(), PhoneError>> + Send;

    /// Taps the element twice, fast.
    fn double_tap(&self, element: &Element) -> impl Future<Output = Result<(), PhoneError>> + Send;

    /// Touches a place of the screen that often, as fast as taps of one gesture are, each time for
    /// that long (W3C actions).
    fn tap_at(
        &self,
        at: Point,
        times: u8,
        each: Duration,
    ) -> impl Future<Output = Result<(), PhoneError>> + Send;

    /// The element that has the keyboard, if there is one.
    fn active_element(&self) -> impl Future<Output = Result<Option<Element>, PhoneError>> + Send;

    /// Presses keys where the keyboard is; a backspace is `\u{8}`.
    fn press_keys(&self, keys: &str) -> impl Future<Output = Result<(), PhoneError>> + Send;

    /// Puts the keyboard away.
    fn hide_keyboard(&self) -> impl Future<Output = Result<(), PhoneError>> + Send;

    /// Presses a button of the phone's case: `home`, `volumeup`, `volumedown`.
    fn press_button(&self, name: &str) -> impl Future<Output = Result<(), PhoneError>> + Send;

    /// Types into the element.
    fn type_text(
        &self,
        element: &Element,
        text: &str,
    ) -> impl Future<Output = Result<(), PhoneError>> + Send;

    /// Empties the element.
    fn clear(&self, element: &Element) -> impl Future<Output = Result<(), PhoneError>> + Send;

    /// Drags a finger from one place to another in the given time (W3C actions).
    fn swipe(
        &self,
        from: Point,
        to: Point,
        time: Duration,
    ) -> impl Future<Output = Result<(), PhoneError>> + Send;

    /// Size of the window in points.
    fn window_size(&self) -> impl Future<Output = Result<Size, PhoneError>> + Send;

    /// Text of the alert in front, if there is one.
    fn alert_text(&self) -> impl Future<Output = Result<Option<String>, PhoneError>> + Send;

    /// Labels of the alert's buttons.
    fn alert_buttons(&self) -> impl Future<Output = Result<Vec<String>, PhoneError>> + Send;

    /// Presses the alert's button of that label (`/alert/accept` with a name).
    fn alert_press(&self, button: &str) -> impl Future<Output = Result<(), PhoneError>> + Send;

    /// The app in front.
    fn active_app(&self) -> impl Future<Output = Result<App, PhoneError>> + Send;

    /// Starts the app, or brings it to the front.
    fn launch(&self, bundle_id: &str) -> impl Future<Output = Result<(), PhoneError>> + Send;

    /// Brings a running app to the front.
    fn activate(&self, bundle_id: &str) -> impl Future<Output = Result<(), PhoneError>> + Send;

    /// Ends the app; true if it was running.
    fn terminate(&self, bundle_id: &str) -> impl Future<Output = Result<bool, PhoneError>> + Send;

    /// Whether the app runs.
    fn app_state(
        &self,
        bundle_id: &str,
    ) -> impl Future<Output = Result<AppState, PhoneError>> + Send;

    /// Opens a deep link with the app that owns it.
    fn open_url(&self, url: &str) -> impl Future<Output = Result<(), PhoneError>> + Send;

    /// The screen as PNG bytes.
    fn screenshot(&self) -> impl Future<Output = Result<Vec<u8>, PhoneError>> + Send;
}
