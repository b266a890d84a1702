//! Going through steps.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use signalbox_phone::Phone;
use tokio::time::Instant;

use super::touch::Seen;
use super::{Line, Runner, Stop};
use crate::job::Work;
use crate::ledger::{Ledger, Status, StepEnd};
use crate::reading::{Page, count_at};
use crate::step::{Condition, LIMIT, Place, Spot, Step, Target, Touch, What, Which};

/// The first pause between two looks while waiting.
const PAUSE_FIRST: Duration = Duration::from_millis(40);
/// The longest one.
const PAUSE_MAX: Duration = Duration::from_millis(500);

impl<P: Phone, L: Ledger> Runner<'_, P, L> {
    /// Goes through the steps; boxed, as steps may hold steps.
    pub(super) fn steps<'s>(
        &'s mut self,
        steps: &'s [Step],
    ) -> Pin<Box<dyn Future<Output = Result<(), Stop>> + Send + 's>> {
        Box::pin(async move {
            for step in steps {
                match self.step(step).await {
                    Err(Stop::Missing(_) | Stop::Unclear(_)) if step.optional => {}
                    done => done?,
                }
            }
            Ok(())
        })
    }

    async fn step(&mut self, step: &Step) -> Result<(), Stop> {
        self.safe_point()?;
        if self.in_flow() {
            return self.flow_step(step).await;
        }
        if let What::While { when, times, steps } = &step.what {
            return self.repeat(when, *times, steps).await;
        }
        let began = Instant::now();
        self.trouble = None;
        let done = self.single(step).await;
        let (what, sought) = words(&step.what);
        let line = match &done {
            Ok(found) => Line {
                found: found.clone(),
                ..Line::new(began, StepEnd::Done)
            },
            Err(stop) => Line::stopped(began, stop, self.trouble),
        };
        self.log(what, &sought, line);
        done.map(|_| ())
    }

    async fn repeat(&mut self, when: &Condition, times: u16, steps: &[Step]) -> Result<(), Stop> {
        for _ in 0..times {
            if *when != Condition::Always {
                self.look().await?;
                if !self.holds(when) {
                    break;
                }
            }
            self.steps(steps).await?;
        }
        Ok(())
    }

    /// One step that holds no others; what was found, for the log.
    async fn single(&mut self, step: &Step) -> Result<Option<String>, Stop> {
        let limit = step.limit;
        match &step.what {
            What::Launch => self.launch().await?,
            What::Terminate => self.terminate().await?,
            What::OpenLink(name) => self.open_link(name).await?,
            What::Back => {
                self.look().await?;
                self.back().await?;
            }
            What::Find(target) => {
                let at = self.await_target(target, limit).await?;
                return Ok(self.said(at));
            }
            What::Read { from, expect } => {
                let at = self.await_target(from, limit).await?;
                return self.expect_text(from, at, expect).map(Some);
            }
            What::Tap(target) => return self.tap(target, limit, Touch::Tap).await,
            What::DoubleTap(target) => return self.tap(target, limit, Touch::DoubleTap).await,
            What::Type { into, text } => {
                self.await_target(into, limit).await?;
                self.type_into(into, text).await?;
            }
            What::Swipe(way) => {
                self.look().await?;
                self.swipe(*way).await?;
            }
            What::WaitUntil(condition) => {
                let condition = condition.clone();
                if !self.wait(limit, |runner| runner.holds(&condition)).await? {
                    return Err(Stop::Missing(awaited(&condition)));
                }
            }
            What::Prove { public } => self.prove_target(*public).await?,
            What::Viewed => self.record(Status::Success, None).await?,
            What::Ensure(ensure) => return self.ensure(ensure, limit).await.map(Some),
            What::OpenComments => return self.open_comments(limit).await,
            What::Comment => return self.comment(limit).await.map(Some),
            // Those that hold others are gone through elsewhere, and those of flows too.
            _ => {}
        }
        Ok(None)
    }

    async fn tap(
        &mut self,
        target: &Target,
        limit: Duration,
        by: Touch,
    ) -> Result<Option<String>, Stop> {
        let at = match self.await_target(target, limit).await {
            Ok(at) => at,
            // The target has fewer posts than the job would like.
            Err(Stop::Missing(_)) if target.which == Which::Instance => {
                return Err(Stop::Settled(Status::Skipped, "no_posts"));
            }
            Err(stop) => return Err(stop),
        };
        let said = self.said(at);
        self.touch(target, by).await?;
        Ok(said)
    }

    /// Waits for the control.
    pub(super) async fn await_target(
        &mut self,
        target: &Target,
        limit: Duration,
    ) -> Result<usize, Stop> {
        let wanted = target.clone();
        self.wait(limit, |runner| matches!(runner.seek(&wanted), Seen::At(_)))
            .await?;
        match self.seek(target) {
            Seen::At(at) => Ok(at),
            Seen::Nowhere => Err(Stop::Missing(target.locator.clone())),
            Seen::Several(n) => Err(Stop::Unclear(format!(
                "There are {n} of {}.",
                target.locator
            ))),
        }
    }

    fn expect_text(&self, from: &Target, at: usize, expect: &str) -> Result<String, Stop> {
        let expect = self.names.variables.expand(expect);
        let said = self.said(at).unwrap_or_default();
        match said == expect {
            true => Ok(said),
            false => Err(Stop::Unclear(format!(
                "{} says something else.",
                from.locator
            ))),
        }
    }

    /// Looks again and again until it holds; false when the time is over. The view is fresh then.
    pub(super) async fn wait(
        &mut self,
        limit: Duration,
        holds: impl Fn(&Self) -> bool + Send,
    ) -> Result<bool, Stop> {
        self.wait_while(limit, true, holds).await
    }

    /// The same; `interruptible` says whether a stop may end it.
    pub(super) async fn wait_while(
        &mut self,
        limit: Duration,
        interruptible: bool,
        holds: impl Fn(&Self) -> bool + Send,
    ) -> Result<bool, Stop> {
        let deadline = Instant::now() + limit;
        let mut pause = PAUSE_FIRST;
        loop {
            if interruptible {
                self.safe_point()?;
            }
            self.look().await?;
            if holds(self) {
                return Ok(true);
            }
            self.check_front().await?;
            if Instant::now() >= deadline {
                return Ok(false);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSE_MAX);
            self.view = None;
        }
    }

    /// Whether the condition holds on the screen as last seen.
    pub(super) fn holds(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Always => true,
            Condition::Visible(target) => self.seek(target) != Seen::Nowhere,
            Condition::On(place) => self.is_on(*place),
            Condition::Not(other) => !self.holds(other),
            Condition::Any(others) => others.iter().any(|one| self.holds(one)),
            Condition::All(others) => others.iter().all(|one| self.holds(one)),
            // Only flows have texts that count.
            Condition::True(_) => false,
        }
    }

    pub(super) fn is_on(&self, place: Place) -> bool {
        let Some(view) = &self.view else { return false };
        let shows = |locator: &str| {
            !self
                .screens
                .find(&view.screen, locator, &self.names)
                .is_empty()
        };
        match place {
            Place::Page(page) => view.page == page,
            Place::TargetProfile => view.page == Page::Profile && shows("profile.title"),
            Place::TargetPost => view.page == Page::Post && self.post_is_targets(),
            Place::TargetGone => self.gone,
        }
    }

    /// Whether the post in front, and no other, is by the target.
    fn post_is_targets(&self) -> bool {
        match self.seek(&Target::only("post.author")) {
            Seen::At(at) => self
                .node(at)
                .is_some_and(|node| self.target.is(&node.label)),
            Seen::Nowhere | Seen::Several(_) => false,
        }
    }

    /// Settles whose page is in front before anything is done with it.
    async fn prove_target(&mut self, public: bool) -> Result<(), Stop> {
        self.look().await?;
        if self.gone {
            return Err(Stop::Settled(
                Status::TargetUnavailable,
                "target_unavailable",
            ));
        }
        if !self.is_on(Place::TargetProfile) {
            return Err(Stop::Missing("profile.title".to_owned()));
        }
        self.vet().await?;
        match public && self.is_private() {
            true => Err(Stop::Settled(Status::PrivateAccount, "private_account")),
            false => Ok(()),
        }
    }

    /// Leaves out acts on pages that the task does not want.
    async fn vet(&mut self) -> Result<(), Stop> {
        let act = self.instance.and_then(|one| one.action.act());
        let (Some(_), Work::Engagement(wanted)) = (act, &self.job.work) else {
            return Ok(());
        };
        if wanted.public_only && self.is_private() {
            return Err(Stop::Settled(Status::Skipped, "private_account"));
        }
        if wanted.min_posts == 0 {
            return Ok(());
        }
        let counter = Target::only("profile.posts");
        let at = self.await_target(&counter, LIMIT).await?;
        let posts = self
            .view
            .as_ref()
            .and_then(|view| count_at(&view.screen, at));
        match posts {
            None => Err(Stop::Unclear(
                "How many posts there are cannot be read.".to_owned(),
            )),
            Some(posts) if posts < u64::from(wanted.min_posts) => {
                Err(Stop::Settled(Status::Skipped, "min_posts"))
            }
            Some(_) => Ok(()),
        }
    }

    pub(super) fn is_private(&self) -> bool {
        self.view.as_ref().is_some_and(|view| view.private)
    }

    /// What the element says, for the log.
    pub(super) fn said(&self, at: usize) -> Option<String> {
        let node = self.node(at)?;
        let texts = [&node.value, &node.label, &node.name];
        texts.into_iter().find(|text| !text.is_empty()).cloned()
    }
}

/// The name of what was waited for in vain.
pub(super) fn awaited(condition: &Condition) -> String {
    match condition {
        Condition::Visible(target) => target.locator.clone(),
        Condition::On(Place::TargetProfile) => "profile.title".to_owned(),
        Condition::On(Place::TargetPost) => "post.author".to_owned(),
        Condition::On(Place::TargetGone) => "a missing page".to_owned(),
        Condition::On(Place::Page(page)) => format!("page {page:?}").to_lowercase(),
        Condition::Any(others) | Condition::All(others) => {
            others.first().map(awaited).unwrap_or_default()
        }
        Condition::True(text) => format!("“{}” to be true", text.shown()),
        Condition::Not(other) => format!("no {}", awaited(other)),
        Condition::Always => String::new(),
    }
}

/// The words of a step's log line.
pub(crate) fn words(what: &What) -> (&'static str, String) {
    match what {
        What::Launch => ("launch", String::new()),
        What::Terminate => ("terminate", String::new()),
        What::OpenLink(name) => ("open_link", name.clone()),
        What::Back => ("back", String::new()),
        What::Find(target) => ("find", target.locator.clone()),
        What::Read { from, .. } => ("read", from.locator.clone()),
        What::Tap(target) => ("tap", target.locator.clone()),
        What::DoubleTap(target) => ("double_tap", target.locator.clone()),
        What::Type { into, .. } => ("type", into.locator.clone()),
        What::Swipe(way) => ("swipe", format!("{way:?}").to_lowercase()),
        What::WaitUntil(condition) => ("wait", awaited(condition)),
        What::Prove { .. } => ("prove", "profile.title".to_owned()),
        What::Viewed => ("record", "view".to_owned()),
        What::Ensure(ensure) => ("ensure", ensure.act.as_str().to_owned()),
        What::OpenComments => ("tap", "post.comment".to_owned()),
        What::Comment => ("comment", "comments.field".to_owned()),
        What::While { .. } => ("while", String::new()),
        What::Retry { .. } => ("retry", String::new()),
        What::OpenApp { app, .. } => ("launch", app.clone().unwrap_or_default()),
        What::EndApp(app) => ("terminate", app.clone().unwrap_or_default()),
        What::OpenUrl(link) => ("open_link", link.shown()),
        What::Touch { on, by, .. } => (touch_word(*by), spot(on)),
        What::Drag(..) => ("swipe", String::new()),
        What::ScrollTo(target, _) => ("scroll", target.locator.clone()),
        // What is typed stands in no log.
        What::Input(_) => ("type", String::new()),
        What::Erase(letters) => ("erase", letters.to_string()),
        What::Copy(from) => ("copy", from.locator.clone()),
        What::Remember(_) => ("remember", String::new()),
        What::HideKeyboard => ("hide_keyboard", String::new()),
        What::Press(key) => ("press", format!("{key:?}").to_lowercase()),
        What::Settle => ("settle", String::new()),
        What::Picture(name) => ("picture", name.clone()),
        What::Impossible(_) => ("impossible", String::new()),
    }
}

fn touch_word(by: Touch) -> &'static str {
    match by {
        Touch::Tap => "tap",
        Touch::DoubleTap => "double_tap",
        Touch::Hold => "hold",
    }
}

fn spot(on: &Spot) -> String {
    match on {
        Spot::Middle(target) | Spot::Within(target, _) => target.locator.clone(),
        Spot::Screen(_) => "a place on the screen".to_owned(),
    }
}
