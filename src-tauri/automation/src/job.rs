//! What one phone is asked to do for one account: the job, its actions and where it goes on.

use serde::{Deserialize, Serialize};

use crate::handle::Handle;

/// The most posts of one target that one job may like.
pub const LIKES_MAX: u8 = 10;

/// What changes something for other people; nothing else is an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Follow the target.
    Follow,
    /// Like one post of the target.
    Like,
    /// Comment under one post of the target.
    Comment,
}

impl Act {
    /// The word used in records and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Follow => "follow",
            Self::Like => "like",
            Self::Comment => "comment",
        }
    }
}

/// What a row of the interactions table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interaction {
    /// The target's profile was looked at.
    View,
    /// See [`Act::Follow`].
    Follow,
    /// See [`Act::Like`].
    Like,
    /// See [`Act::Comment`].
    Comment,
}

impl Interaction {
    /// The word used in records and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Follow => "follow",
            Self::Like => "like",
            Self::Comment => "comment",
        }
    }
}

impl From<Act> for Interaction {
    fn from(act: Act) -> Self {
        match act {
            Act::Follow => Self::Follow,
            Act::Like => Self::Like,
            Act::Comment => Self::Comment,
        }
    }
}

/// One action of a task, as named in `tasks.csv` and the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Bring the app to the front.
    OpenApp,
    /// Look for the target in the app's search and open its profile.
    SearchUser,
    /// Open the target's profile and prove that it is the target's.
    ViewProfile,
    /// Like posts of the target, [`Job::max_likes`] of them.
    LikePost,
    /// Follow the target.
    FollowUser,
    /// Scroll through the home feed.
    ScrollFeed,
    /// Scroll through the explore page.
    ExplorePosts,
    /// Go back to the home feed.
    NavigateHome,
}

impl Action {
    /// Every action, in the order of the API's documentation.
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

    /// What an empty list of actions means.
    pub const DEFAULT: [Self; 5] = [
        Self::SearchUser,
        Self::ViewProfile,
        Self::LikePost,
        Self::FollowUser,
        Self::NavigateHome,
    ];

    /// The word used in files and the API.
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

    /// The action of that name; `None` for a word that is none.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == word)
    }

    /// The act this action does, if it does one.
    pub fn act(self) -> Option<Act> {
        match self {
            Self::LikePost => Some(Act::Like),
            Self::FollowUser => Some(Act::Follow),
            _ => None,
        }
    }

    /// The interaction whose outcome this action records, if it records one.
    pub fn interaction(self) -> Option<Interaction> {
        match self {
            Self::ViewProfile => Some(Interaction::View),
            other => other.act().map(Interaction::from),
        }
    }

    /// Whether the action needs to know whom the task is about.
    pub fn needs_target(self) -> bool {
        self == Self::SearchUser || self.interaction().is_some()
    }
}

/// Whether the job may change anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Does the acts.
    Act,
    /// Goes to every screen, finds every control, reads its state, and taps nothing that changes
    /// anything for anybody. [`crate::Ledger::intend`] is never called.
    Rehearse,
}

/// How far earlier attempts of the same task came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// The first step that is not done: one more than the last step with an outcome for which
    /// [`crate::Status::is_final`] holds; 0 for a first attempt.
    pub next: u16,
}

/// One attempt of one task on one phone.
#[derive(Debug, Clone)]
pub struct Job {
    /// The account that acts.
    pub handle: Handle,
    /// Whom the task is about; may be empty when no action needs it.
    pub target: Handle,
    /// What to do, in order.
    pub actions: Vec<Action>,
    /// Posts that one `like_post` likes, at most [`LIKES_MAX`]; 0 makes it do nothing.
    pub max_likes: u8,
    /// Follows this job may do; `follow_user` beyond it is skipped with reason `max_follows`.
    pub max_follows: u8,
    /// Where to go on.
    pub resume: Progress,
    /// Whether it may change anything.
    pub mode: Mode,
    /// Version of the app on this phone, where it is known; picks locators made for that version.
    pub app_version: Option<String>,
}

/// One action instance of a job. Its number is the same in every attempt of the task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instance {
    /// Position in the job, from 0.
    pub step: u16,
    /// What it does.
    pub action: Action,
    /// Which of its kind it is in this job, from 0; for a like: which post of the grid.
    pub nth: u16,
}

impl Job {
    /// The action instances in order: each action is one, but a `like_post` is one per post.
    pub fn instances(&self) -> Vec<Instance> {
        let mut all = Vec::with_capacity(self.actions.len());
        let mut counts = [0u16; Action::ALL.len()];
        for &action in &self.actions {
            let times = match action {
                Action::LikePost => self.max_likes.min(LIKES_MAX),
                _ => 1,
            };
            for _ in 0..times {
                let count = &mut counts[action as usize];
                let step = u16::try_from(all.len()).unwrap_or(u16::MAX);
                all.push(Instance {
                    step,
                    action,
                    nth: *count,
                });
                *count = count.saturating_add(1);
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, Job, Mode, Progress};

    fn steps(actions: &[Action], max_likes: u8) -> Vec<(u16, &'static str, u16)> {
        let job = Job {
            handle: "ann".into(),
            target: "bob".into(),
            actions: actions.to_vec(),
            max_likes,
            max_follows: 1,
            resume: Progress::default(),
            mode: Mode::Act,
            app_version: None,
        };
        let all = job.instances();
        all.iter()
            .map(|one| (one.step, one.action.as_str(), one.nth))
            .collect()
    }

    #[test]
    fn each_liked_post_is_a_step_of_its_own() {
        let got = steps(
            &[Action::ViewProfile, Action::LikePost, Action::FollowUser],
            2,
        );
        let want = vec![
            (0, "view_profile", 0),
            (1, "like_post", 0),
            (2, "like_post", 1),
            (3, "follow_user", 0),
        ];
        assert_eq!(got, want);
    }

    #[test]
    fn likes_are_bounded_and_a_second_like_action_takes_the_next_posts() {
        assert_eq!(steps(&[Action::LikePost], 200).len(), 10);
        assert_eq!(steps(&[Action::LikePost], 0).len(), 0);
        assert_eq!(steps(&[Action::LikePost, Action::LikePost], 1)[1].2, 1);
    }

    #[test]
    fn every_action_has_a_word_that_parses_back() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.as_str()), Some(action));
        }
        assert_eq!(Action::parse("like_posts"), None);
    }
}
