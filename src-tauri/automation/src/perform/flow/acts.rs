//! What a flow's touch means for the social app.
//!
//! A touch that reaches the control of a follow, a like or a comment counts as that act, with all
//! brakes: the state is read first, the ledger is asked, and what came of it is read again. A flow
//! never takes anything back: where the account follows already, the control is not touched; a
//! flow that names it by that very state means to undo it, and is refused. So is what cannot be
//! counted: an act whose target the screen does not name, and another account's choice.

use std::time::Duration;

use signalbox_phone::{Phone, Point};
use tokio::time::Instant;

use super::touch::Aim;
use super::{Runner, Stop, failing, refused};
use crate::flow::means;
use crate::handle::Handle;
use crate::job::{Act, Action, Instance};
use crate::ledger::{Ledger, Status, StepEnd};
use crate::perform::Line;
use crate::perform::touch::field_text;
use crate::reading::{FollowState, LikeState, ReadState};
use crate::reading::{Node, Page, follow_state, like_state, post_key};
use crate::step::{Ensure, Target, Touch};

/// The time the control of an act is given to be readable.
const READ: Duration = Duration::from_secs(8);

/// What a touch means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// No more than what it touches.
    Plain,
    /// The same, but no second touch may follow it at once.
    Apart,
    /// An act, done in that way.
    Act(Act, Touch),
}

impl<P: Phone, L: Ledger> Runner<'_, P, L> {
    /// What the touch means, or why it is refused.
    pub(super) fn meaning(&self, aim: &Aim<'_>) -> Result<Meaning, Stop> {
        let Some(view) = self.view.as_ref().filter(|_| self.social()) else {
            return Ok(Meaning::Plain);
        };
        let hit = self.hit(aim);
        let meets = |locator: &str| {
            let found = self.screens.find(&view.screen, locator, &self.names);
            found.iter().any(|at| hit.contains(at))
        };
        if meets("follow.undo") {
            return Err(refused(
                "That would take a follow back; this program never does that.",
            ));
        }
        if meets("profile.follow") {
            self.undoes(aim, "profile.follow")?;
            return match (aim.by, view.page) {
                (Touch::Tap, Page::Profile) => Ok(Meaning::Act(Act::Follow, Touch::Tap)),
                (Touch::Tap, _) => Err(refused(WHOSE)),
                _ => Err(refused("A follow is one tap.")),
            };
        }
        if meets("post.like") {
            self.undoes(aim, "post.like")?;
            return match (aim.by, view.page) {
                (Touch::Tap, Page::Post) => Ok(Meaning::Act(Act::Like, Touch::Tap)),
                (Touch::Tap, _) => Err(refused(WHOSE)),
                _ => Err(refused(
                    "A like is one tap on its button, or two on the picture.",
                )),
            };
        }
        if meets("comments.send") {
            return match (aim.by, view.page) {
                (Touch::Tap, Page::Comments) => Ok(Meaning::Act(Act::Comment, Touch::Tap)),
                _ => Err(refused("A comment is sent with one tap below its post.")),
            };
        }
        if meets("post.picture") {
            let twice = aim.by == Touch::DoubleTap || aim.times > 1;
            return match (twice, view.page) {
                (false, _) => Ok(Meaning::Apart),
                (true, Page::Post) => Ok(Meaning::Act(Act::Like, Touch::DoubleTap)),
                (true, _) => Err(refused(WHOSE)),
            };
        }
        self.others(aim, &hit, &meets)?;
        Ok(Meaning::Plain)
    }

    /// What else in the app a flow does not touch.
    fn others(
        &self,
        aim: &Aim<'_>,
        hit: &[usize],
        meets: &dyn Fn(&str) -> bool,
    ) -> Result<(), Stop> {
        let Some(view) = &self.view else {
            return Ok(());
        };
        let chooses = view
            .overlays
            .iter()
            .any(|over| over.own && over.buttons.iter().any(|at| hit.contains(at)));
        if chooses && !meets("switcher.active") {
            return Err(refused(
                "A flow runs as one account; it does not choose another.",
            ));
        }
        if meets("tab.profile") && (aim.by != Touch::Tap || aim.times > 1) {
            return Err(refused(
                "That would choose another account; a flow runs as one.",
            ));
        }
        let nodes = view.screen.nodes();
        let keyboard = |at: &usize| {
            let mut around = view.screen.above(*at);
            around.any(|node| node.kind == "Keyboard")
        };
        if view.page == Page::Comments && hit.iter().any(keyboard) {
            return Err(refused(
                "A comment is written with inputText and sent with its button.",
            ));
        }
        let counts = |node: &&Node| {
            let said = [&node.label, &node.value];
            let said = said.into_iter().filter(|text| !text.is_empty());
            let mut said = said.map(String::as_str);
            node.kind == "Button"
                && said.any(|text| {
                    !self.screens.follow_meaning(text, &self.names).is_empty()
                        || !self.screens.like_meaning(text, &self.names).is_empty()
                })
        };
        let uncounted = hit
            .iter()
            .filter_map(|&at| nodes.get(at))
            .any(|node| counts(&node));
        match uncounted && !meets("profile.following") {
            true => Err(refused(WHOSE)),
            false => Ok(()),
        }
    }

    /// The elements that a finger at that place meets, and the one that is meant.
    fn hit(&self, aim: &Aim<'_>) -> Vec<usize> {
        let Some(view) = &self.view else {
            return Vec::new();
        };
        let nodes = view.screen.nodes();
        let meets = |&at: &usize| {
            let met = nodes.get(at).is_some_and(|node| {
                let whole = matches!(node.kind.as_str(), "Application" | "Window");
                node.visible && !whole && contains(node, aim.point)
            });
            met || aim.at == Some(at)
        };
        (0..nodes.len()).filter(meets).collect()
    }

    /// Refuses a flow that names a control by the very state that a touch would undo.
    fn undoes(&self, aim: &Aim<'_>, locator: &str) -> Result<(), Stop> {
        let (Some(view), Some(selector), Some(script)) = (&self.view, aim.selector, &self.script)
        else {
            return Ok(());
        };
        let (screen, screens, names) = (&view.screen, self.screens, &self.names);
        let done = match locator {
            "profile.follow" => match follow_state(screen, screens, names, locator) {
                ReadState::Is(FollowState::Following | FollowState::Requested, at) => Some(at),
                _ => None,
            },
            _ => match like_state(screen, screens, names, locator) {
                ReadState::Is(LikeState::Liked, at) => Some(at),
                _ => None,
            },
        };
        let named = done.and_then(|at| self.node(at)).is_some_and(|node| {
            let text = selector.text.as_ref().map(|text| text.text(&script.live));
            let literal =
                text.is_some_and(|text| !text.contains(['.', '*', '+', '[', '(', '|', '?']));
            let said = [&node.label, &node.value];
            literal
                && said
                    .into_iter()
                    .any(|said| means(selector, said, &script.live))
        });
        match named {
            true => Err(refused(
                "The flow names the control by what is so already, so it means to take it back; \
                 this program never does that.",
            )),
            false => Ok(()),
        }
    }

    /// The post in front, with its author.
    pub(super) fn post_in_front(&self) -> Option<(Handle, Option<String>)> {
        let view = self.view.as_ref().filter(|view| view.page == Page::Post)?;
        let found = self.screens.find(&view.screen, "post.author", &self.names);
        let [at] = found.as_slice() else { return None };
        let author = Handle::new(&self.node(*at)?.label);
        let mut names = self.names.clone();
        names.set_target(author.reveal());
        Some((author, post_key(&view.screen, self.screens, &names)))
    }

    /// Whose profile is in front.
    fn profile_in_front(&self) -> Option<Handle> {
        let view = self
            .view
            .as_ref()
            .filter(|view| view.page == Page::Profile)?;
        let found = self.screens.find(&view.screen, "profile.name", &self.names);
        let [at] = found.as_slice() else { return None };
        let name = &self.node(*at)?.name;
        let name = name.split(',').next().unwrap_or_default();
        Some(Handle::new(name)).filter(|handle| !handle.reveal().is_empty())
    }

    /// Does the act that a touch stands for, with all brakes; what came of it, for the log.
    pub(super) async fn act_in_flow(&mut self, act: Act, by: Touch) -> Result<String, Stop> {
        let (target, post) = match act {
            Act::Follow => (self.profile_in_front(), None),
            Act::Like => (self.post_in_front().map(|(author, _)| author), None),
            // Its comments do not name a post; it was seen before they were opened.
            Act::Comment => self.script.as_ref().and_then(|it| it.post.clone()).unzip(),
        };
        let (Some(target), Some(script)) = (target, &mut self.script) else {
            return Err(refused(WHOSE));
        };
        let step = script.acts;
        script.acts = script.acts.saturating_add(1);
        if step < self.job.resume.next {
            self.view = None;
            return Ok("done by an earlier attempt".to_owned());
        }
        self.names.set_target(target.reveal());
        self.target = target;
        self.instance = Some(Instance {
            step,
            action: match act {
                Act::Follow => Action::FollowUser,
                Act::Like => Action::LikePost,
                Act::Comment => Action::CommentPost,
            },
            nth: 0,
            page: 0,
        });
        self.began = Instant::now();
        self.waited = Duration::ZERO;
        self.post = post.flatten();
        if act == Act::Comment {
            let done = self.say().await;
            return self.came_out(act, done).await;
        }
        let locator = match act {
            Act::Follow => "profile.follow",
            Act::Like | Act::Comment => "post.like",
        };
        let touch = match by {
            Touch::DoubleTap => "post.picture",
            _ => locator,
        };
        self.ensured(&Ensure {
            act,
            state: Target::only(locator),
            touch: Target::only(touch),
            by,
        })
        .await
    }

    async fn ensured(&mut self, ensure: &Ensure) -> Result<String, Stop> {
        let done = match self.target == self.job.handle {
            true => Err(Stop::Settled(Status::Skipped, "own_account")),
            false => self.ensure(ensure, READ).await,
        };
        self.came_out(ensure.act, done).await
    }

    /// Sends the comment that stands in the field, if it does not stand below the post already.
    async fn say(&mut self) -> Result<String, Stop> {
        let field = Target::only("comments.field");
        let at = self.await_target(&field, READ).await?;
        let text = self.node(at).map(field_text).unwrap_or_default().to_owned();
        if text.trim().is_empty() {
            return Err(Stop::Unclear("There is no comment to send.".to_owned()));
        }
        if self.listed(&text).await? {
            return Err(Stop::Settled(Status::Already, "already_commented"));
        }
        self.ask(Act::Comment, Some(&text)).await?;
        self.send(&field, &text).await?;
        Ok("sent".to_owned())
    }

    /// What came of an act: what is settled goes on with the next command.
    async fn came_out(&mut self, act: Act, done: Result<String, Stop>) -> Result<String, Stop> {
        self.view = None;
        match done {
            Ok(said) => Ok(said),
            Err(Stop::Settled(status, reason)) => {
                self.record(status, Some(reason)).await?;
                let line = Line::new(Instant::now(), StepEnd::Skipped).found(reason);
                self.log("act", act.as_str(), line);
                match status.is_final() {
                    true => Ok(reason.to_owned()),
                    false => Err(Stop::Settled(status, reason)),
                }
            }
            // Neither `optional` nor `retry` goes on behind an act that did not come out well.
            Err(stop) => Err(failing(stop)),
        }
    }
}

const WHOSE: &str = "Whom that would follow or like cannot be told on this page, so it cannot be \
    counted; open the profile or the post first.";

fn contains(node: &Node, point: Point) -> bool {
    let (origin, size) = (node.rect.origin, node.rect.size);
    (origin.x..origin.x + size.width).contains(&point.x)
        && (origin.y..origin.y + size.height).contains(&point.y)
}
