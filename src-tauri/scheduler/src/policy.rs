//! The brakes: settings, hard limits, and the arithmetic of cooldowns and order (DESIGN §4).

use serde::{Deserialize, Serialize};

use crate::hours::Hours;
use crate::ids::{ActionNo, AttemptNo};
use crate::planted::{Bug, planted};

/// One day in policy milliseconds; ceilings roll over it.
pub const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// The most act times kept per account and act, and so the highest ceiling there can be (R9).
pub const ACTS_KEPT_MAX: u16 = 1_000;
/// Mishaps of an account that are told (R9).
pub const MISHAPS_KEPT_MAX: usize = 10;
/// Waiting tasks an account may have (R9).
pub const QUEUE_MAX: usize = 10_000;
/// Marked retries after interruption; then a person decides.
pub const INTERRUPTIONS_MAX: u8 = 3;
/// Times a task keeps the head after a rate limit.
pub const RATE_LIMITS_MAX: u8 = 5;
/// Times a task is tried again after a network error.
pub const NETWORK_ERRORS_MAX: u8 = 5;
/// Times a task is tried again after the app crashed.
pub const APP_CRASHES_MAX: u8 = 3;
/// Times a task is tried again after a missing element or an unknown error.
pub const MISSING_MAX: u8 = 2;
/// Phones a task is tried on in vain before it needs a person.
pub const PHONES_MISSED_MAX: usize = 2;
/// How long a network error keeps the task from its next try.
pub const NETWORK_DELAY_MS: u64 = 30_000;
/// How long a crash of the app keeps the task from its next try.
pub const CRASH_DELAY_MS: u64 = 120_000;
/// Waits before a quiet check that failed is ordered again.
pub const CHECK_AGAIN_MS: [u64; 4] = [10_000, 20_000, 40_000, 60_000];
/// Counted failures of a phone within [`BREAKER_WINDOW_MS`] that take it out.
pub const BREAKER_FAILURES: usize = 5;
/// The time in which they count together.
pub const BREAKER_WINDOW_MS: u64 = 5 * 60 * 1_000;
/// The time in which a locator missed on two phones pauses the action.
pub const MISSES_WINDOW_MS: u64 = 30 * 60 * 1_000;
/// Misses that are remembered (R9); older ones go first.
pub const MISSES_MAX: usize = 256;
/// What one step of priority is worth in waiting time.
pub const PRIORITY_MS: i64 = 5 * 60 * 1_000;

/// What a task does on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Single actions on one profile.
    Instagram,
    /// Named pages with follow, like and comment.
    Engagement,
    /// A script.
    Flow,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 3] = [Kind::Instagram, Kind::Engagement, Kind::Flow];
}

/// The acts that others can see, and that are therefore intended, counted and limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Follow a profile. Ensured: reading tells whether it is done.
    Follow,
    /// Like a post. Ensured.
    Like,
    /// Comment on a post. Not ensured: a second one would be seen.
    Comment,
}

impl Act {
    /// All of them, in the order of their places in arrays.
    pub const ALL: [Act; 3] = [Act::Follow, Act::Like, Act::Comment];

    /// The place in an array by act.
    pub fn index(self) -> usize {
        match self {
            Act::Follow => 0,
            Act::Like => 1,
            Act::Comment => 2,
        }
    }

    /// Whether doing it again after an unknown outcome is safe, because it is read first.
    pub fn is_ensured(self) -> bool {
        !matches!(self, Act::Comment)
    }
}

/// Urgency among accounts that compete for a phone. Never reorders within an account.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// 0
    Low,
    /// 1
    #[default]
    Normal,
    /// 2
    High,
    /// 3
    Urgent,
}

impl Priority {
    /// Smaller goes first: when the task became head, less five minutes a step of priority.
    pub fn rank(self, head_since: u64) -> i64 {
        i64::try_from(head_since)
            .unwrap_or(i64::MAX)
            .saturating_sub(self as i64 * PRIORITY_MS)
    }
}

/// How many acts of each sort a task still means to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need(pub [u8; 3]);

impl Need {
    /// Whether the task only looks.
    pub fn is_none(self) -> bool {
        self.0 == [0; 3]
    }
}

/// The actions a task goes through, by their numbers: a pause of an action holds the tasks that
/// name it here. A rehearsal names none, since it is also the look after a change of the app.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actions(pub u16);

/// The place that says that one of them is an act.
const ACTS: u16 = 1 << 15;

impl Actions {
    /// These and one more. A number there cannot be adds nothing.
    #[must_use]
    pub fn and(self, action: ActionNo) -> Self {
        let place = 1u16.checked_shl(u32::from(action.0)).unwrap_or(0);
        Self(self.0 | (place & !ACTS))
    }

    /// Whether the action is among them.
    pub fn has(self, action: ActionNo) -> bool {
        self.0 & Self::default().and(action).0 != 0
    }

    /// These, and whether one of them changes anything for others.
    pub(crate) fn acting(self, acts: bool) -> Self {
        Self(if acts { self.0 | ACTS } else { self.0 & !ACTS })
    }

    pub(crate) fn act(self) -> bool {
        self.0 & ACTS != 0
    }
}

/// Everything that can be set. Times are milliseconds of policy time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Acts an account may do in 24 rolling hours, by [`Act::index`]; `None`: no ceiling.
    pub per_day: [Option<u16>; 3],
    /// Least time between two acts of an account.
    pub act_gap_ms: u64,
    /// Cooldowns after the first, second … rate limit in a row.
    pub rate_limit_steps_ms: [u64; 4],
    /// From this many rate limits in a row on, the long cooldown.
    pub cooldown_after_consecutive: u8,
    /// The long cooldown.
    pub cooldown_ms: u64,
    /// Own accounts that may act on one target in seven days; `None`: no limit.
    pub accounts_per_target: Option<u16>,
    /// Uses of one comment text a day; `None`: no limit.
    pub text_uses_per_day: Option<u16>,
    /// When tasks may start.
    #[serde(default)]
    pub hours: Hours,
    /// What the cooldown steps are spread by; `None`: they are as they are set.
    #[serde(default)]
    pub jitter: Option<u64>,
    /// The phones are real: the hard limits hold, whatever is set. Never taken back.
    #[serde(default)]
    pub live: bool,
}

/// What one account keeps beside the settings: the smaller ceiling and the longer gap hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Acts it may do in 24 rolling hours, by [`Act::index`]; `None`: as the settings say.
    pub per_day: [Option<u16>; 3],
    /// Least time between two of its acts, ms; `None`: as the settings say.
    pub act_gap_ms: Option<u64>,
}

/// Cooldown steps are spread by so much of a thousand in either direction.
const JITTER_PER_MILLE: u64 = 250;

/// The least gap between acts on live phones.
pub const LIVE_ACT_GAP_MIN_MS: u64 = 10_000;
/// The most acts a day on live phones, by [`Act::index`].
pub const LIVE_PER_DAY_MAX: [u16; 3] = [80, 200, 30];
/// The shortest long cooldown on live phones.
pub const LIVE_COOLDOWN_MIN_MS: u64 = 30 * 60 * 1_000;
/// The shortest first cooldown on live phones.
pub const LIVE_FIRST_STEP_MIN_MS: u64 = 60_000;
/// The latest moment of the long cooldown on live phones, in rate limits in a row.
pub const LIVE_CONSECUTIVE_MAX: u8 = 3;
/// The most own accounts on one target on live phones.
pub const LIVE_ACCOUNTS_PER_TARGET_MAX: u16 = 3;

impl Settings {
    /// The defaults for live phones.
    pub fn live() -> Self {
        Self {
            per_day: [Some(50), Some(100), Some(20)],
            act_gap_ms: 20_000,
            rate_limit_steps_ms: [60_000, 120_000, 300_000, 600_000],
            cooldown_after_consecutive: 3,
            cooldown_ms: 45 * 60 * 1_000,
            accounts_per_target: Some(2),
            text_uses_per_day: Some(5),
            hours: Hours::default(),
            jitter: None,
            live: true,
        }
    }

    /// The defaults for simulated phones: ceilings and gap are off unless asked for.
    pub fn simulated() -> Self {
        Self {
            per_day: [None; 3],
            act_gap_ms: 0,
            live: false,
            ..Self::live()
        }
    }

    /// These settings moved inside the hard limits that hold on live phones.
    ///
    /// ```
    /// # use signalbox_scheduler::Settings;
    /// let wild = Settings { act_gap_ms: 0, per_day: [None; 3], ..Settings::live() };
    /// let held = wild.within_live_limits();
    /// assert_eq!(held.act_gap_ms, 10_000);
    /// assert_eq!(held.per_day, [Some(80), Some(200), Some(30)]);
    /// ```
    pub fn within_live_limits(mut self) -> Self {
        self.live = true;
        for (set, most) in self.per_day.iter_mut().zip(LIVE_PER_DAY_MAX) {
            *set = Some(set.map_or(most, |set| set.min(most)));
        }
        self.act_gap_ms = self.act_gap_ms.max(LIVE_ACT_GAP_MIN_MS);
        for step in &mut self.rate_limit_steps_ms {
            *step = (*step).max(LIVE_FIRST_STEP_MIN_MS);
        }
        self.cooldown_after_consecutive = self
            .cooldown_after_consecutive
            .clamp(1, LIVE_CONSECUTIVE_MAX);
        self.cooldown_ms = self.cooldown_ms.max(LIVE_COOLDOWN_MIN_MS);
        let most = LIVE_ACCOUNTS_PER_TARGET_MAX;
        self.accounts_per_target = Some(self.accounts_per_target.map_or(most, |set| set.min(most)));
        let most = 5;
        self.text_uses_per_day = Some(self.text_uses_per_day.map_or(most, |set| set.min(most)));
        self
    }

    /// These settings as the core takes them: what the hard limits do not allow is moved inside
    /// them, and no ceiling is above the acts that are remembered.
    pub fn held(self) -> Self {
        let mut held = if self.live {
            self.within_live_limits()
        } else {
            self
        };
        for set in held.per_day.iter_mut().flatten() {
            *set = (*set).min(ACTS_KEPT_MAX);
        }
        held
    }

    /// How long an account rests after its `in_a_row`th rate limit in a row (from 1), which this
    /// attempt met.
    pub fn cooldown_after(&self, in_a_row: u8, attempt: AttemptNo) -> u64 {
        if in_a_row >= self.cooldown_after_consecutive {
            return self.cooldown_ms;
        }
        let step = usize::from(in_a_row.max(1) - 1).min(self.rate_limit_steps_ms.len() - 1);
        let spread = self.spread(self.rate_limit_steps_ms[step], attempt);
        if self.live && !planted(Bug::JitterUnderHardLimit) {
            return spread.max(LIVE_FIRST_STEP_MIN_MS);
        }
        spread
    }

    /// A step spread by a hash of the seed and the attempt: another attempt rests another time,
    /// and a replay of the same one the same.
    fn spread(&self, step: u64, attempt: AttemptNo) -> u64 {
        let Some(seed) = self.jitter else {
            return step;
        };
        let span = 2 * JITTER_PER_MILLE + 1;
        let per_mille = 1_000 - JITTER_PER_MILLE + mixed(seed ^ mixed(attempt.0)) % span;
        (step / 1_000)
            .saturating_mul(per_mille)
            .saturating_add(step % 1_000 * per_mille / 1_000)
    }
}

/// The output function of SplitMix64: every bit of the value moves every bit of the answer.
fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
