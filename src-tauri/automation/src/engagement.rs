//! Engagement: named pages, each of them viewed, followed, liked and commented on.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::handle::Handle;
use crate::job::{Act, Action};

/// The most pages of one task.
pub const PAGES_MAX: usize = 100;
/// The most texts of one task.
pub const TEXTS_MAX: usize = 100;
/// The longest text, in characters: what the app itself takes.
pub const TEXT_CHARS_MAX: usize = 2_200;
/// The most posts of a page that are liked and commented on.
pub const POSTS_MAX: u8 = 10;

/// What is done with each of the named pages. `Debug` leaves out what is said.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Engagement {
    /// The pages, in order; at most [`PAGES_MAX`].
    pub pages: Vec<Handle>,
    /// The operator's texts; at most [`TEXTS_MAX`]. Each is sent as it stands, or not at all.
    pub texts: Vec<String>,
    /// Follow the page.
    pub follow: bool,
    /// Like its posts.
    pub like: bool,
    /// Comment on its posts.
    pub comment: bool,
    /// Posts of a page, from 1 to [`POSTS_MAX`].
    pub posts: u8,
    /// Pages whose posts are not open to all are left out.
    pub public_only: bool,
    /// Pages with fewer posts are left out.
    pub min_posts: u32,
}

impl Engagement {
    /// The actions on all pages, in order, each with its page.
    pub(crate) fn actions(&self) -> impl Iterator<Item = (Action, u16)> + '_ {
        let pages = u16::try_from(self.pages.len()).unwrap_or(u16::MAX);
        (0..pages).flat_map(|page| self.of_page().into_iter().map(move |action| (action, page)))
    }

    /// The actions on one page, in order: it is viewed and followed, then post after post is liked
    /// and commented on.
    pub fn of_page(&self) -> Vec<Action> {
        let mut actions = vec![Action::ViewProfile];
        actions.extend(self.follow.then_some(Action::FollowUser));
        for _ in 0..self.posts.min(POSTS_MAX) {
            actions.extend(self.like.then_some(Action::LikePost));
            actions.extend(self.comment.then_some(Action::CommentPost));
        }
        actions
    }

    /// What is done, each sort of action once.
    pub fn kinds(&self) -> Vec<Action> {
        let mut actions = self.of_page();
        let end = 1 + usize::from(self.follow) + usize::from(self.like) + usize::from(self.comment);
        actions.truncate(end);
        actions
    }

    /// The acts of one page, by act.
    pub fn need(&self) -> Acts {
        self.of_page().into_iter().filter_map(Action::act).collect()
    }

    /// The texts for one comment in the order in which they are tried: each comment of a task
    /// begins with the next text of the list.
    pub(crate) fn texts_for(&self, page: u16, post: u16) -> impl Iterator<Item = &str> {
        let nth = usize::from(page) * usize::from(self.posts) + usize::from(post);
        let from = nth.checked_rem(self.texts.len()).unwrap_or(0);
        let (before, after) = self.texts.split_at(from);
        after.iter().chain(before).map(String::as_str)
    }
}

impl fmt::Debug for Engagement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engagement")
            .field("pages", &self.pages)
            .field("texts", &self.texts.len())
            .field("follow", &self.follow)
            .field("like", &self.like)
            .field("comment", &self.comment)
            .field("posts", &self.posts)
            .field("public_only", &self.public_only)
            .field("min_posts", &self.min_posts)
            .finish()
    }
}

/// How many acts of each sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Acts {
    /// Follows.
    pub follows: u8,
    /// Likes.
    pub likes: u8,
    /// Comments.
    pub comments: u8,
}

impl FromIterator<Act> for Acts {
    fn from_iter<T: IntoIterator<Item = Act>>(acts: T) -> Self {
        let mut sum = Self::default();
        for act in acts {
            let count = match act {
                Act::Follow => &mut sum.follows,
                Act::Like => &mut sum.likes,
                Act::Comment => &mut sum.comments,
            };
            *count = count.saturating_add(1);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::{Acts, Engagement};
    use crate::job::Work;

    fn engagement() -> Engagement {
        Engagement {
            pages: vec!["bob".into(), "carl".into()],
            texts: vec!["one".into(), "two".into(), "three".into()],
            follow: true,
            like: true,
            comment: true,
            posts: 2,
            public_only: true,
            min_posts: 0,
        }
    }

    #[test]
    fn steps_go_page_by_page_and_post_by_post() {
        let check = |engagement: Engagement, expected: &[&str]| {
            let work = Work::Engagement(engagement);
            let said = work.instances().into_iter().map(|one| {
                let page = work.target(one.page).unwrap().reveal();
                format!("{} {page} {} {}", one.step, one.action.as_str(), one.nth)
            });
            assert_eq!(said.collect::<Vec<_>>(), expected);
        };
        let likes = Engagement {
            follow: false,
            comment: false,
            ..engagement()
        };
        check(
            likes,
            &[
                "0 bob view_profile 0",
                "1 bob like_post 0",
                "2 bob like_post 1",
                "3 carl view_profile 0",
                "4 carl like_post 0",
                "5 carl like_post 1",
            ],
        );
        let first = Engagement {
            pages: vec!["bob".into()],
            ..engagement()
        };
        check(
            first,
            &[
                "0 bob view_profile 0",
                "1 bob follow_user 0",
                "2 bob like_post 0",
                "3 bob comment_post 0",
                "4 bob like_post 1",
                "5 bob comment_post 1",
            ],
        );
    }

    #[test]
    fn a_page_needs_its_own_acts_and_each_comment_the_next_text() {
        let acts = Acts {
            follows: 1,
            likes: 2,
            comments: 2,
        };
        assert_eq!(engagement().need(), acts);
        let texts = |page, post| {
            engagement()
                .texts_for(page, post)
                .map(str::to_owned)
                .collect()
        };
        let check = |page, post, expected: [&str; 3]| {
            let found: Vec<String> = texts(page, post);
            assert_eq!(found, expected, "{page} {post}");
        };
        check(0, 0, ["one", "two", "three"]);
        check(0, 1, ["two", "three", "one"]);
        check(1, 0, ["three", "one", "two"]);
        check(1, 1, ["one", "two", "three"]);
        let none = Engagement {
            texts: Vec::new(),
            ..engagement()
        };
        assert_eq!(none.texts_for(1, 1).count(), 0);
    }

    #[test]
    fn what_is_left_is_of_the_page_at_hand() {
        // Six steps a page: view, follow, and twice like and comment.
        let work = Work::Engagement(engagement());
        let check = |from, (follows, likes, comments)| {
            let acts = Acts {
                follows,
                likes,
                comments,
            };
            assert_eq!(work.rest(from), Some(acts), "{from}");
        };
        check(0, (1, 2, 2));
        check(2, (0, 2, 2));
        check(5, (0, 0, 1));
        check(6, (1, 2, 2));
        check(11, (0, 0, 1));
        check(12, (0, 0, 0));
    }

    #[test]
    fn what_is_said_is_in_no_log() {
        assert!(!format!("{:?}", engagement()).contains("two"));
    }
}
