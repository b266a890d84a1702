//! What one account keeps beside the settings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signalbox_scheduler::Limits;

use super::{BadField, Chosen};
use crate::store::World;

/// Limits of one account: the smaller ceiling and the longer gap hold, these or those of the
/// settings. What is left out is as the settings say; with none of them, the account has no limits
/// of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnLimits {
    /// Follows in 24 hours. At most 80 on live phones.
    #[schemars(range(min = 0, max = 1_000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows_per_day: Option<u16>,
    /// Likes in 24 hours. At most 200 on live phones.
    #[schemars(range(min = 0, max = 1_000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likes_per_day: Option<u16>,
    /// Comments in 24 hours. At most 30 on live phones.
    #[schemars(range(min = 0, max = 1_000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments_per_day: Option<u16>,
    /// Least seconds between two acts. At least 10 on live phones.
    #[schemars(range(min = 0, max = 86_400))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_gap_seconds: Option<u64>,
}

impl OwnLimits {
    /// What the hard limits do not allow in such a data set; the pointers are into these limits.
    pub fn check(&self, world: World) -> Vec<BadField> {
        let fields = Chosen {
            follows_per_day: self.follows_per_day,
            likes_per_day: self.likes_per_day,
            comments_per_day: self.comments_per_day,
            action_gap_seconds: self.action_gap_seconds,
            ..Chosen::default()
        };
        fields.check(world)
    }

    /// As the core keeps them.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            per_day: [
                self.follows_per_day,
                self.likes_per_day,
                self.comments_per_day,
            ],
            act_gap_ms: self.action_gap_seconds.map(|it| it.saturating_mul(1_000)),
        }
    }

    /// As people are told of what the core keeps.
    pub(crate) fn of(limits: &Limits) -> Self {
        let [follows_per_day, likes_per_day, comments_per_day] = limits.per_day;
        Self {
            follows_per_day,
            likes_per_day,
            comments_per_day,
            action_gap_seconds: limits.act_gap_ms.map(|it| it / 1_000),
        }
    }
}
