//! What one phone is asked to do for one account: the job, its actions and where it goes on.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::engagement::{Acts, Engagement};
use crate::flow::Script;
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
    /// Like posts of the target, as many as the task says.
    LikePost,
    /// Follow the target.
    FollowUser,
    /// Scroll through the home feed.
    ScrollFeed,
    /// Scroll through the explore page.
    ExplorePosts,
    /// Go back to the home feed.
    NavigateHome,
    /// Comment under a post of the target. A step of engagement tasks, which bring the texts; no
    /// task names it.
    CommentPost,
}

impl Action {
    /// Every action that a task may name, in the order of the API's documentation.
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
            Self::CommentPost => "comment_post",
        }
    }

    /// The action of that name; `None` for a word that no task may name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == word)
    }

    /// The act this action does, if it does one.
    pub fn act(self) -> Option<Act> {
        match self {
            Self::LikePost => Some(Act::Like),
            Self::FollowUser => Some(Act::Follow),
            Self::CommentPost => Some(Act::Comment),
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

/// What a task does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Single actions on one profile.
    Instagram {
        /// Whom the task is about; may be empty when no action needs it.
        target: Handle,
        /// What to do, in order.
        actions: Vec<Action>,
        /// Posts that one `like_post` likes, at most [`LIKES_MAX`]; 0 makes it do nothing.
        max_likes: u8,
        /// Follows it may do; `follow_user` beyond it is skipped with reason `max_follows`.
        max_follows: u8,
    },
    /// Named pages, one after the other.
    Engagement(Engagement),
    /// A script.
    Flow {
        /// Whom the task is about, for `${target}`; may be empty.
        target: Handle,
        /// Its files, and the values it was given.
        script: Script,
    },
}

/// A comment that an earlier attempt may have sent.
///
/// It is looked for once; it is never sent again.
#[derive(Clone, PartialEq, Eq)]
pub struct Unsettled {
    /// The step of the comment.
    pub step: u16,
    /// Under which post, as in [`crate::Intent::post`].
    pub post: Option<String>,
    /// What was to be said.
    pub text: String,
}

impl fmt::Debug for Unsettled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "comment of step {}, post {:?}", self.step, self.post)
    }
}

/// One attempt of one task on one phone.
#[derive(Debug, Clone)]
pub struct Job {
    /// The account that acts.
    pub handle: Handle,
    /// What to do.
    pub work: Work,
    /// Where to go on.
    pub resume: Progress,
    /// What has to be settled before anything else is done.
    pub unsettled: Option<Unsettled>,
    /// Whether it may change anything.
    pub mode: Mode,
    /// Version of the app on this phone, where it is known; picks locators made for that version.
    pub app_version: Option<String>,
}

/// One action instance of a task. Its number is the same in every attempt of the task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instance {
    /// Position in the task, from 0.
    pub step: u16,
    /// What it does.
    pub action: Action,
    /// Which of its kind it is on this page, from 0; for likes and comments: which post of the grid.
    pub nth: u16,
    /// Which of the task's pages it is about, from 0; 0 where there is one target.
    pub page: u16,
}

impl Work {
    /// The action instances in order: each action is one, but a `like_post` is one per post.
    pub fn instances(&self) -> Vec<Instance> {
        match self {
            Self::Instagram {
                actions, max_likes, ..
            } => {
                let of = |action| match action {
                    Action::LikePost => (*max_likes).min(LIKES_MAX),
                    _ => 1,
                };
                let all = actions.iter();
                numbered(all.flat_map(|&action| (0..of(action)).map(move |_| (action, 0))))
            }
            Self::Engagement(engagement) => numbered(engagement.actions()),
            // What it does is told by its own commands.
            Self::Flow { .. } => Vec::new(),
        }
    }

    /// Of an engagement task: the acts left on the page of that step, the step counted. A step behind
    /// the last one leaves none.
    pub fn rest(&self, from: u16) -> Option<Acts> {
        let Self::Engagement(engagement) = self else {
            return None;
        };
        let mut left = numbered(engagement.actions())
            .into_iter()
            .skip(usize::from(from))
            .peekable();
        let page = left.peek().map(|one| one.page);
        let left = left.take_while(|one| Some(one.page) == page);
        Some(left.filter_map(|one| one.action.act()).collect())
    }

    /// Whom the instances of that page are about.
    pub fn target(&self, page: u16) -> Option<&Handle> {
        match self {
            Self::Instagram { target, .. } | Self::Flow { target, .. } => Some(target),
            Self::Engagement(engagement) => engagement.pages.get(usize::from(page)),
        }
    }

    /// Follows that an attempt may do.
    pub(crate) fn max_follows(&self) -> u8 {
        match self {
            Self::Instagram { max_follows, .. } => *max_follows,
            Self::Engagement(_) | Self::Flow { .. } => u8::MAX,
        }
    }
}

/// Gives actions, each with its page, their numbers.
fn numbered(actions: impl Iterator<Item = (Action, u16)>) -> Vec<Instance> {
    let mut all: Vec<Instance> = Vec::new();
    for ((action, page), step) in actions.zip(0..=u16::MAX) {
        let same = |one: &&Instance| (one.action, one.page) == (action, page);
        let before = all.iter().rev().find(same);
        let nth = before.map_or(0, |one| one.nth.saturating_add(1));
        all.push(Instance {
            step,
            action,
            nth,
            page,
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{Action, Work};

    fn steps(actions: &[Action], max_likes: u8) -> Vec<(u16, &'static str, u16)> {
        let work = Work::Instagram {
            target: "bob".into(),
            actions: actions.to_vec(),
            max_likes,
            max_follows: 1,
        };
        let all = work.instances();
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
        assert_eq!(Action::parse(Action::CommentPost.as_str()), None);
    }
}
