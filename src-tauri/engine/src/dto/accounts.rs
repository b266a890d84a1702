//! What accounts did in the last 24 hours, beside what they may.

use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

/// What an account did of one sort of act in the last 24 hours, beside what it may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct ActUse {
    /// Acts in the last 24 hours.
    pub used: u64,
    /// Acts it may do in 24 hours: the smaller of the settings' and its own; null: no ceiling.
    pub ceiling: Option<u16>,
    /// When there is room for one more, RFC 3339; null: there is room now, or there never is any.
    pub room_at: Option<String>,
}

/// What an account did in the last 24 hours, by act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct DayUse {
    /// Follows.
    pub follows: ActUse,
    /// Likes.
    pub likes: ActUse,
    /// Comments.
    pub comments: ActUse,
}
