//! The kinds of faults a scenario can ask for.

use serde::Deserialize;

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The cable is pulled; back after `for` with a new DeviceID, or never.
    Unplug,
    /// The main queue hangs for `for` (default one hour) or until the session is deleted.
    WdaHang,
    /// WebDriverAgent ends: port 8100 refuses for `for` (default 5 s), the session is gone.
    WdaDie,
    /// The answer is held for `for` (default 5 s); the effect happens at once.
    LateReply,
    /// The answer comes twice on the stream.
    DuplicateReply,
    /// Half the answer comes, then the stream ends.
    TruncatedReply,
    /// The session is forgotten, as when another client opened one.
    SessionLost,
    /// A system alert covers the app.
    Alert,
    /// One of the app's own questions covers the page.
    Interstitial,
    /// The app's process ends.
    AppCrash,
    /// The screen locks (for `for`, or until unlocked).
    Lock,
    /// The battery falls to `level` (default 0.05), for `for` or for good.
    LowBattery,
    /// The phone is hot (thermal state 3), for `for` or for good.
    Thermal,
    /// usbmuxd restarts: every connection ends, new ones are refused for `for` (default 200 ms),
    /// every phone has a new DeviceID.
    MuxRestart,
    /// The phone forgets every computer it trusts: InvalidHostID from then on.
    TrustLost,
    /// The app has no network for `for` (default 10 s); as `nth`, that one act fails.
    NetworkError,
    /// A stop sign instead of the act.
    ActionBlock,
    /// The app asks who is there; from then on the account sees nothing else.
    Challenge,
    /// The account is signed out: a login form stands where it was.
    LoggedOut,
    /// The next typed text loses its second character.
    DroppedCharacters,
    /// Every element found so far is stale.
    StaleElements,
    /// Each command takes `for` (default 1 s) more, `times` commands long.
    Slow,
    /// The app animates for `for` (default 10 s): sessions wait for it to be idle, as long as
    /// their `waitForIdleTimeout` says.
    Busy,
}

impl FaultKind {
    /// Whether the act happens although the fault fires (the answer suffers, not the act).
    #[must_use]
    pub fn act_happens(self) -> bool {
        matches!(
            self,
            FaultKind::Unplug
                | FaultKind::WdaHang
                | FaultKind::LateReply
                | FaultKind::DuplicateReply
                | FaultKind::TruncatedReply
                | FaultKind::MuxRestart
                | FaultKind::TrustLost
                | FaultKind::LowBattery
                | FaultKind::Thermal
                | FaultKind::StaleElements
                | FaultKind::DroppedCharacters
                | FaultKind::Slow
                | FaultKind::Busy
        )
    }

    /// Whether the fault waits for a command once its time (`at`) has come.
    #[must_use]
    pub fn waits_for_command(self) -> bool {
        matches!(
            self,
            FaultKind::LateReply
                | FaultKind::DuplicateReply
                | FaultKind::TruncatedReply
                | FaultKind::ActionBlock
                | FaultKind::DroppedCharacters
                | FaultKind::Slow
        )
    }
}
