//! The words a task list may use.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a task does on the screen, one at a time and in the order given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Bring the app to the front.
    OpenApp,
    /// Look the target up.
    SearchUser,
    /// Open the target's profile.
    ViewProfile,
    /// Like one post of the target.
    LikePost,
    /// Follow the target.
    FollowUser,
    /// Look through the feed.
    ScrollFeed,
    /// Look through the explore page.
    ExplorePosts,
    /// Go back to the home screen of the app.
    NavigateHome,
}

impl Action {
    /// All actions, in the order in which they are listed to people.
    pub const ALL: [Self; 8] = [
        Self::OpenApp,
        Self::SearchUser,
        Self::ViewProfile,
        Self::LikePost,
        Self::FollowUser,
        Self::ScrollFeed,
        Self::ExplorePosts,
        Self::NavigateHome,
    ];

    /// What a row does whose `actions` are empty.
    pub const DEFAULT: [Self; 5] = [
        Self::SearchUser,
        Self::ViewProfile,
        Self::LikePost,
        Self::FollowUser,
        Self::NavigateHome,
    ];

    /// Its name in files and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenApp => "open_app",
            Self::SearchUser => "search_user",
            Self::ViewProfile => "view_profile",
            Self::LikePost => "like_post",
            Self::FollowUser => "follow_user",
            Self::ScrollFeed => "scroll_feed",
            Self::ExplorePosts => "explore_posts",
            Self::NavigateHome => "navigate_home",
        }
    }

    /// How often one task may name it: it follows its target once, and likes up to ten posts.
    pub fn times_max(self) -> usize {
        match self {
            Self::FollowUser => 1,
            Self::LikePost => 10,
            _ => super::ACTIONS_MAX,
        }
    }

    /// The action of that name, in any case of letters.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|action| name.eq_ignore_ascii_case(action.as_str()))
    }
}

/// How early an account's head goes among the accounts that compete for a phone.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// 0.
    Low,
    /// 1, and what an empty field means.
    #[default]
    Normal,
    /// 2.
    High,
    /// 3.
    Urgent,
}

impl Priority {
    /// All priorities, lowest first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// Its name in files and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// The priority of that name, in any case of letters.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|priority| name.eq_ignore_ascii_case(priority.as_str()))
    }
}

/// What kind of work a row asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskType {
    /// A list of actions on one target.
    Instagram,
    /// One page engaged with, a text of the operator's among it. Known, and not run yet.
    Engagement,
    /// A script. Known, and not run yet.
    Flow,
}

impl TaskType {
    /// All types.
    pub const ALL: [Self; 3] = [Self::Instagram, Self::Engagement, Self::Flow];

    /// Its name in files and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Instagram => "instagram",
            Self::Engagement => "engagement",
            Self::Flow => "flow",
        }
    }

    /// Whether this version runs tasks of the type. A row that nothing would ever run is refused
    /// at the door.
    pub fn runs(self) -> bool {
        self == Self::Instagram
    }

    /// The type of that name, in any case of letters.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| name.eq_ignore_ascii_case(kind.as_str()))
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for TaskType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
