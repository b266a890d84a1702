//! Bugs planted on purpose, so that the simulator can be seen to find them.
//!
//! They exist only in builds with `--cfg planted` (never a cargo feature, so that no dependency
//! graph can switch one on); everywhere else [`planted`] is the constant `false`.

/// A deliberate fault of the core or of the loop around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Bug {
    /// An account that runs may be started again.
    NoAccountLock = 1,
    /// A phone that runs may be started again.
    NoPhoneLease,
    /// The newest waiting task of an account goes first.
    Lifo,
    /// After a crash the task is simply put back, with no doubt and no mark.
    AutoRequeue,
    /// An interrupted task is tried again without the durable mark.
    UnmarkedRetry,
    /// Effects are carried out before their records are committed (in the loop).
    DispatchBeforeCommit,
    /// Submissions are acknowledged before they are committed (in the loop).
    AcknowledgeBeforeCommit,
    /// Doubt holds the phone but frees the account.
    AccountFreedInDoubt,
    /// Doubt is lifted without any check.
    NoQuietCheck,
    /// A start whose commit failed is carried out all the same (in the loop).
    DispatchOnFullDisk,
    /// An answer to an older quiet check lifts doubt.
    StaleQuietAccepted,
    /// A finish that arrives in doubt frees phone and account.
    StaleFinishAccepted,
    /// Entering doubt does not order the phone to stop.
    NoStopInDoubt,
    /// Cooldowns follow the wall clock.
    WallClockCooldown,
    /// A finish whose commit failed is dropped instead of tried again (in the loop).
    LostFinishOnFullDisk,
    /// An input whose commit failed goes to the back of the inbox (in the loop).
    ReorderOnFullDisk,
    /// The ceiling of acts per day is not looked at.
    NoCeiling,
    /// The cooldown after a rate limit is not begun.
    NoCooldown,
    /// A challenge does not suspend the account.
    NoSuspend,
    /// An account that was released and runs again is freed by what its old phone says.
    TwoPhonesAfterRelease,
    /// A snapshot leaves out that attempts are in doubt.
    SnapshotForgetsDoubt,
    /// A snapshot leaves out until when accounts rest.
    SnapshotForgetsCooldown,
    /// The engine goes on with a snapshot and leaves out what the journal says since (in the loop).
    SnapshotWithoutTail,
    /// Tasks are started outside the hours of their account.
    NoHours,
    /// Jitter takes a cooldown under the hard limit.
    JitterUnderHardLimit,
    /// The ceilings an account keeps beside the settings are not looked at.
    NoOwnLimits,
    /// An act that failed and is tried again has no room reserved any more.
    RoomNotKept,
    /// Tasks of a paused kind or list start.
    PausedListStarts,
    /// A quiet check is ordered while the operator has the phone in hand.
    CheckInHand,
    /// An attempt that ends because the operator takes its phone frees its account.
    HandFreesAccount,
    /// An account that was removed in a rest and added again does not rest.
    HeirForgetsRest,
    /// A retry by hand does not ask whether an act of the task happened.
    RetryOfUnknownAct,
    /// A phone that fails too often is not taken out.
    NoBreaker,
    /// An answer to an older health check lets a phone in again.
    StaleHealthAccepted,
    /// A task starts on a version of the app for which one of its actions is paused.
    PausedActionStarts,
    /// A task that acts starts on a phone whose app speaks a language nobody reads.
    ActsUnread,
    /// A comment that may have been sent is sent again.
    CommentAgain,
    /// What accounts did while another program worked for them does not count.
    HistoryForgotten,
    /// A phone that was given back takes a task before it was looked at.
    UnvisitedStarts,
    /// What a challenge put on an account is lifted without a look at a phone.
    LiftedUnseen,
}

impl Bug {
    /// All of them, in the order of their numbers.
    pub const ALL: [Bug; 40] = [
        Bug::NoAccountLock,
        Bug::NoPhoneLease,
        Bug::Lifo,
        Bug::AutoRequeue,
        Bug::UnmarkedRetry,
        Bug::DispatchBeforeCommit,
        Bug::AcknowledgeBeforeCommit,
        Bug::AccountFreedInDoubt,
        Bug::NoQuietCheck,
        Bug::DispatchOnFullDisk,
        Bug::StaleQuietAccepted,
        Bug::StaleFinishAccepted,
        Bug::NoStopInDoubt,
        Bug::WallClockCooldown,
        Bug::LostFinishOnFullDisk,
        Bug::ReorderOnFullDisk,
        Bug::NoCeiling,
        Bug::NoCooldown,
        Bug::NoSuspend,
        Bug::TwoPhonesAfterRelease,
        Bug::SnapshotForgetsDoubt,
        Bug::SnapshotForgetsCooldown,
        Bug::SnapshotWithoutTail,
        Bug::NoHours,
        Bug::JitterUnderHardLimit,
        Bug::NoOwnLimits,
        Bug::RoomNotKept,
        Bug::PausedListStarts,
        Bug::CheckInHand,
        Bug::HandFreesAccount,
        Bug::HeirForgetsRest,
        Bug::RetryOfUnknownAct,
        Bug::NoBreaker,
        Bug::StaleHealthAccepted,
        Bug::PausedActionStarts,
        Bug::ActsUnread,
        Bug::CommentAgain,
        Bug::HistoryForgotten,
        Bug::UnvisitedStarts,
        Bug::LiftedUnseen,
    ];
}

#[cfg(planted)]
static PLANTED: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(0);

/// Plants one bug in this process, or none.
#[cfg(planted)]
pub fn plant(bug: Option<Bug>) {
    PLANTED.store(
        bug.map_or(0, |bug| bug as u8),
        std::sync::atomic::Ordering::Relaxed,
    );
}

/// Whether the bug is planted. The constant `false` in every build that ships.
#[cfg(planted)]
#[inline]
pub fn planted(bug: Bug) -> bool {
    PLANTED.load(std::sync::atomic::Ordering::Relaxed) == bug as u8
}

/// Whether the bug is planted. The constant `false` in every build that ships.
#[cfg(not(planted))]
#[inline]
pub const fn planted(_bug: Bug) -> bool {
    false
}
