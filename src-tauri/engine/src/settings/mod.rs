//! What can be set: the fields with their defaults and bounds, and what they mean for the core.

mod hours;
mod own;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signalbox_scheduler::policy::{
    LIVE_ACCOUNTS_PER_TARGET_MAX, LIVE_ACT_GAP_MIN_MS, LIVE_CONSECUTIVE_MAX, LIVE_COOLDOWN_MIN_MS,
    LIVE_FIRST_STEP_MIN_MS, LIVE_PER_DAY_MAX,
};
use signalbox_scheduler::{Settings, Week};

pub use hours::{Day, Window, week};
pub use own::OwnLimits;

use crate::store::{Durability, World};

/// Tasks' hours, by group of accounts; those of no group's name hold for all the others.
pub type Hours = BTreeMap<String, Vec<Window>>;

/// Groups that may have hours of their own.
const GROUPS_MAX: usize = 100;
/// Characters of a group's name.
const GROUP_CHARS_MAX: usize = 200;
/// Windows of one group, or of one account.
pub const WINDOWS_MAX: usize = 50;

/// How long history is kept, unless somebody set it. An act is not done again within 30 days; and a
/// month can be compared with the same one a year before.
pub const HISTORY_DAYS: u64 = 400;
/// In how many days an act is not done again, unless somebody set it.
pub const REENGAGEMENT_DAYS: u64 = 30;

/// The fields that somebody set; also a change of some of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Chosen {
    /// Days in which the same act on the same target is not done again.
    #[schemars(range(min = 1, max = 365))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reengagement_days: Option<u64>,
    /// Seconds an account rests after the first, second, third and every later rate limit in a
    /// row; spread by a quarter. At least 60 on live phones.
    #[schemars(inner(range(min = 1, max = 86_400)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit_steps: Option<[u64; 4]>,
    /// From this many rate limits in a row on, the long cooldown. At most 3 on live phones.
    #[schemars(range(min = 1, max = 10))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cooldown_after_consecutive: Option<u8>,
    /// How long the long cooldown is. At least 30 on live phones.
    #[schemars(range(min = 1, max = 1_440))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cooldown_minutes: Option<u64>,
    /// Follows of an account in 24 hours. At most 80 on live phones.
    #[schemars(range(min = 0, max = 1_000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows_per_day: Option<u16>,
    /// Likes of an account in 24 hours. At most 200 on live phones.
    #[schemars(range(min = 0, max = 1_000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likes_per_day: Option<u16>,
    /// Comments of an account in 24 hours. At most 30 on live phones.
    #[schemars(range(min = 0, max = 1_000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments_per_day: Option<u16>,
    /// Least seconds between two acts of an account. At least 10 on live phones.
    #[schemars(range(min = 0, max = 86_400))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_gap_seconds: Option<u64>,
    /// Own accounts that act on one target in seven days. At most 3 on live phones.
    #[schemars(range(min = 1, max = 100))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accounts_per_target: Option<u16>,
    /// When tasks start, in local time, by group of accounts. The windows under the empty name
    /// hold for every account whose group has none here; without them it is always open. Running
    /// tasks finish.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// How sure a commit is: `full` survives a power cut, `normal` a kill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub durability: Option<Durability>,
    /// Days that outcomes, attempts and logs are kept; never fewer than `reengagement_days`.
    #[schemars(range(min = 30, max = 3_650))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_days: Option<u64>,
}

/// Every field as it holds, or as it would once somebody sets it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SettingsView {
    /// Days in which the same act on the same target is not done again.
    pub reengagement_days: u64,
    /// Seconds an account rests after the first, second, third and every later rate limit in a row.
    pub rate_limit_steps: [u64; 4],
    /// From this many rate limits in a row on, the long cooldown.
    pub cooldown_after_consecutive: u8,
    /// How long the long cooldown is.
    pub cooldown_minutes: u64,
    /// Follows of an account in 24 hours.
    pub follows_per_day: u16,
    /// Likes of an account in 24 hours.
    pub likes_per_day: u16,
    /// Comments of an account in 24 hours.
    pub comments_per_day: u16,
    /// Least seconds between two acts of an account.
    pub action_gap_seconds: u64,
    /// Own accounts that act on one target in seven days.
    pub accounts_per_target: u16,
    /// When tasks start, in local time, by group of accounts.
    pub hours: Hours,
    /// How sure a commit is.
    pub durability: Durability,
    /// Days that outcomes, attempts and logs are kept.
    pub history_days: u64,
}

/// Between what a field has to stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Bound {
    /// No less than this.
    pub least: Option<u64>,
    /// No more than this.
    pub most: Option<u64>,
}

/// A field that cannot be set so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadField {
    /// Where, as a JSON pointer.
    pub pointer: String,
    /// Its bound, and why it is there.
    pub detail: String,
}

impl Chosen {
    /// These fields with the changed ones over them.
    pub fn with(&self, change: &Self) -> Self {
        let (kept, new) = (self.clone(), change.clone());
        Self {
            reengagement_days: new.reengagement_days.or(kept.reengagement_days),
            rate_limit_steps: new.rate_limit_steps.or(kept.rate_limit_steps),
            cooldown_after_consecutive: new
                .cooldown_after_consecutive
                .or(kept.cooldown_after_consecutive),
            cooldown_minutes: new.cooldown_minutes.or(kept.cooldown_minutes),
            follows_per_day: new.follows_per_day.or(kept.follows_per_day),
            likes_per_day: new.likes_per_day.or(kept.likes_per_day),
            comments_per_day: new.comments_per_day.or(kept.comments_per_day),
            action_gap_seconds: new.action_gap_seconds.or(kept.action_gap_seconds),
            accounts_per_target: new.accounts_per_target.or(kept.accounts_per_target),
            hours: new.hours.or(kept.hours),
            durability: new.durability.or(kept.durability),
            history_days: new.history_days.or(kept.history_days),
        }
    }

    /// What the hard limits of live phones and the shape of hours forbid. The plain bounds are the
    /// schema's.
    pub fn check(&self, world: World) -> Vec<BadField> {
        let mut bad = match &self.hours {
            Some(hours) => bad_hours(hours),
            None => Vec::new(),
        };
        if world == World::Live {
            bad.extend(self.beyond_hard_limits());
        }
        bad
    }

    fn beyond_hard_limits(&self) -> Vec<BadField> {
        let outside = |(field, set, least, most): (&str, Option<u64>, u64, u64)| {
            let set = set?;
            let bound = if set < least {
                format!("at least {least}")
            } else if set > most {
                format!("at most {most}")
            } else {
                return None;
            };
            let detail = format!(
                "On live phones it must be {bound}: a hard limit, which protects the accounts and \
                 cannot be moved."
            );
            let pointer = format!("/{field}");
            Some(BadField { pointer, detail })
        };
        self.hard_limits().into_iter().filter_map(outside).collect()
    }

    /// Fields with what is set, and the least and the most that live phones allow.
    fn hard_limits(&self) -> [(&'static str, Option<u64>, u64, u64); 8] {
        let [follows, likes, comments] = LIVE_PER_DAY_MAX.map(u64::from);
        let shortest = |steps: [u64; 4]| steps.into_iter().min();
        let least = |field, set, least| (field, set, least, u64::MAX);
        let most = |field, set: Option<u16>, most| (field, set.map(u64::from), 0, most);
        [
            most("follows_per_day", self.follows_per_day, follows),
            most("likes_per_day", self.likes_per_day, likes),
            most("comments_per_day", self.comments_per_day, comments),
            least(
                "action_gap_seconds",
                self.action_gap_seconds,
                LIVE_ACT_GAP_MIN_MS / 1_000,
            ),
            least(
                "cooldown_minutes",
                self.cooldown_minutes,
                LIVE_COOLDOWN_MIN_MS / 60_000,
            ),
            most(
                "cooldown_after_consecutive",
                self.cooldown_after_consecutive.map(u16::from),
                u64::from(LIVE_CONSECUTIVE_MAX),
            ),
            least(
                "rate_limit_steps",
                self.rate_limit_steps.and_then(shortest),
                LIVE_FIRST_STEP_MIN_MS / 1_000,
            ),
            most(
                "accounts_per_target",
                self.accounts_per_target,
                u64::from(LIVE_ACCOUNTS_PER_TARGET_MAX),
            ),
        ]
    }

    /// The hard limits of live phones, by the names of their fields.
    pub fn live_bounds() -> BTreeMap<&'static str, Bound> {
        let bound = |least: u64, most: u64| Bound {
            least: Some(least).filter(|it| *it > 0),
            most: Some(most).filter(|it| *it < u64::MAX),
        };
        let limits = Self::default().hard_limits().into_iter();
        limits
            .map(|(field, _, least, most)| (field, bound(least, most)))
            .collect()
    }

    /// What the core is to hold to. `limits`: the ceilings and the gap also where nobody set them.
    pub fn policy(&self, world: World, limits: bool, seed: u64) -> Settings {
        let mut settings = match world {
            World::Live => Settings::live(),
            World::Simulated if limits => Settings {
                live: false,
                ..Settings::live()
            },
            World::Simulated => Settings::simulated(),
        };
        let ceilings = [
            self.follows_per_day,
            self.likes_per_day,
            self.comments_per_day,
        ];
        for (held, set) in settings.per_day.iter_mut().zip(ceilings) {
            *held = set.or(*held);
        }
        if let Some(seconds) = self.action_gap_seconds {
            settings.act_gap_ms = seconds.saturating_mul(1_000);
        }
        if let Some(steps) = self.rate_limit_steps {
            settings.rate_limit_steps_ms = steps.map(|seconds| seconds.saturating_mul(1_000));
        }
        if let Some(times) = self.cooldown_after_consecutive {
            settings.cooldown_after_consecutive = times;
        }
        if let Some(minutes) = self.cooldown_minutes {
            settings.cooldown_ms = minutes.saturating_mul(60_000);
        }
        settings.accounts_per_target = self.accounts_per_target.or(settings.accounts_per_target);
        settings.hours.rotas = self.rotas().map(|(_, week)| week).collect();
        settings.jitter = Some(seed);
        settings.held()
    }

    /// The rotas of the core with the groups that keep them, in the order of their numbers; the
    /// first is that of all other accounts.
    pub fn rotas(&self) -> impl Iterator<Item = (&str, Week)> {
        let default = || [].as_slice();
        let hours = self.hours.iter().flatten();
        let of_all = self.hours.as_ref().and_then(|hours| hours.get(""));
        let of_all = of_all.map_or_else(default, Vec::as_slice);
        let groups = hours.filter(|(group, _)| !group.is_empty());
        let groups = groups.map(|(group, windows)| (group.as_str(), windows.as_slice()));
        let rotas = std::iter::once(("", of_all)).chain(groups);
        rotas.map(|(group, windows)| (group, hours::week(windows)))
    }

    /// Days in which an act is not done again.
    pub fn reengagement_days(&self) -> u64 {
        self.reengagement_days.unwrap_or(REENGAGEMENT_DAYS)
    }

    /// Days that history is kept: what is looked back at stays.
    pub fn history_days(&self) -> u64 {
        let days = self.history_days.unwrap_or(HISTORY_DAYS);
        days.max(self.reengagement_days())
    }

    /// All fields, those that nobody set as they are by default.
    pub fn view(&self, durability: Durability) -> SettingsView {
        let default = Settings::live();
        let per_day = |set: Option<u16>, act: usize| set.or(default.per_day[act]).unwrap_or(0);
        SettingsView {
            reengagement_days: self.reengagement_days(),
            rate_limit_steps: self
                .rate_limit_steps
                .unwrap_or(default.rate_limit_steps_ms.map(|ms| ms / 1_000)),
            cooldown_after_consecutive: self
                .cooldown_after_consecutive
                .unwrap_or(default.cooldown_after_consecutive),
            cooldown_minutes: self
                .cooldown_minutes
                .unwrap_or(default.cooldown_ms / 60_000),
            follows_per_day: per_day(self.follows_per_day, 0),
            likes_per_day: per_day(self.likes_per_day, 1),
            comments_per_day: per_day(self.comments_per_day, 2),
            action_gap_seconds: self
                .action_gap_seconds
                .unwrap_or(default.act_gap_ms / 1_000),
            accounts_per_target: self
                .accounts_per_target
                .or(default.accounts_per_target)
                .unwrap_or(0),
            hours: self.hours.clone().unwrap_or_default(),
            durability: self.durability.unwrap_or(durability),
            history_days: self.history_days(),
        }
    }
}

/// The brakes that hold, by the names of their fields.
pub fn in_force(settings: &Settings) -> Vec<&'static str> {
    let [follows, likes, comments] = settings.per_day.map(|ceiling| ceiling.is_some());
    let brakes = [
        ("follows_per_day", follows),
        ("likes_per_day", likes),
        ("comments_per_day", comments),
        ("action_gap_seconds", settings.act_gap_ms > 0),
        (
            "accounts_per_target",
            settings.accounts_per_target.is_some(),
        ),
    ];
    let held = brakes.into_iter().filter(|(_, held)| *held);
    held.map(|(name, _)| name).collect()
}

fn bad_hours(hours: &Hours) -> Vec<BadField> {
    let bad = |pointer: String, detail: String| BadField { pointer, detail };
    if hours.len() > GROUPS_MAX {
        let detail = format!("At most {GROUPS_MAX} groups may have hours of their own.");
        return vec![bad("/hours".to_owned(), detail)];
    }
    let of_group = |(group, windows): (&String, &Vec<Window>)| {
        let pointer = format!("/hours/{}", group.replace('~', "~0").replace('/', "~1"));
        if group.chars().count() > GROUP_CHARS_MAX || group.chars().any(char::is_control) {
            let detail = format!(
                "A group's name is at most {GROUP_CHARS_MAX} characters, none of them a control \
                 character."
            );
            return Some(bad("/hours".to_owned(), detail));
        }
        let detail = if windows.is_empty() {
            "Without a window it would never open. Leave the group out, or pause its accounts."
                .to_owned()
        } else if windows.len() > WINDOWS_MAX {
            format!("A group may have at most {WINDOWS_MAX} windows.")
        } else if windows
            .iter()
            .any(|window| window.days.as_ref().is_some_and(Vec::is_empty))
        {
            "A window without days would never open. Leave `days` out for every day.".to_owned()
        } else {
            return None;
        };
        Some(bad(pointer, detail))
    };
    hours.iter().filter_map(of_group).collect()
}
