//! What clients can ask for.

/// A gesture that may be given on an element or a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gesture {
    /// One tap.
    Tap,
    /// Two taps.
    DoubleTap,
    /// As many taps with as many fingers as the body says.
    Taps,
    /// One tap of two fingers.
    TwoFingers,
    /// A long press.
    Hold,
    /// A long press, harder.
    Force,
    /// By direction.
    Swipe,
    /// By direction and distance, or until something can be seen.
    Scroll,
    /// Until the element can be seen.
    ScrollTo,
    /// From a point to another.
    Drag,
    /// The same, slower at both ends.
    PressAndDrag,
    /// Two fingers apart or together.
    Pinch,
    /// Two fingers around each other.
    Rotate,
    /// To the next or previous row of a picker wheel.
    Wheel,
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
    /// Whether assistive technology stops at it.
    Accessible,
    /// Whether it holds others for assistive technology.
    Container,
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
    Ping,
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
    Keys,
    KeyboardInput(Option<String>),
    Gesture(Gesture, Option<String>),
    LaunchApp,
    ActivateApp,
    TerminateApp,
    AppState,
    LaunchUnattached,
    ActiveApp,
    ActiveApps,
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
    DeviceOrientation,
    GetRotation,
    SetRotation,
    Deactivate,
    SetPasteboard,
    GetPasteboard,
    Location,
    GetSimulatedLocation,
    SetSimulatedLocation,
    ClearSimulatedLocation,
    ResetAppAuth,
    ExpectNotification,
    Appearance,
    Siri,
    HidEvent,
    Audit,
    StartVideo,
    StopVideo,
    GetVideo,
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
                | Command::Ping
                | Command::NewSession
                | Command::GetSession
                | Command::DeleteSession
                | Command::WindowSize
                | Command::WindowRect
                | Command::Screenshot
                | Command::AppState
                | Command::ActiveApp
                | Command::ActiveApps
                | Command::Locked
                | Command::Battery
                | Command::DeviceInfo
                | Command::Screen
                | Command::GetSettings
                | Command::SetSettings
                | Command::Timeouts
                | Command::GetOrientation
                | Command::DeviceOrientation
                | Command::GetRotation
                | Command::Location
                | Command::GetSimulatedLocation
                | Command::SetSimulatedLocation
                | Command::ClearSimulatedLocation
                | Command::ExpectNotification
                | Command::GetVideo
        )
    }
}
