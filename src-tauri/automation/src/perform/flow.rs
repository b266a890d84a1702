//! Running a flow: its bounds, and what each of its steps does on the screen.
//!
//! Before every step the screen is read, as for actions: a stop sign ends the attempt, harmless
//! questions are dismissed unless the step itself is about them, and on a login or sign-up screen
//! nothing is done. What a touch means for the social app is in `acts`.

mod acts;
mod apps;
mod find;
mod keys;
mod touch;

use std::future::Future;
use std::pin::Pin;

use signalbox_phone::Phone;
use tokio::time::Instant;

use super::{Line, Runner, Stop};
use crate::ending::Ending;
use crate::flow::{COMMANDS_MAX, Flow, Live, RUN_MAX, Script as Kept, Selector, parse_script};
use crate::handle::Handle;
use crate::job::Mode;
use crate::ledger::{Ledger, StepEnd};
use crate::reading::Page;
use crate::step::{Condition, Step, What};

/// What is known of a flow under way.
pub(super) struct Script {
    live: Live,
    /// Commands carried out.
    commands: u32,
    /// When it must be over.
    until: Instant,
    /// What the step under way is about: a question that holds it is not dismissed.
    about: Option<Box<Selector>>,
    /// Whether the social app is in front of the screen as last seen.
    social: bool,
    /// Acts asked for so far; their numbers are the steps of the outcomes.
    acts: u16,
    /// The post that was in front last, with its author: its comments do not name it.
    post: Option<(Handle, Option<String>)>,
}

impl Script {
    fn new() -> Self {
        Self {
            live: Live::default(),
            commands: 0,
            until: Instant::now() + RUN_MAX,
            about: None,
            social: true,
            acts: 0,
            post: None,
        }
    }
}

impl<P: Phone, L: Ledger> Runner<'_, P, L> {
    /// Reads a script and goes through it. It was read when it was accepted, but who acts is known
    /// only now.
    pub(super) async fn script(&mut self, target: &Handle, script: &Kept) -> Result<(), Stop> {
        let mut more = vec![("handle", self.job.handle.reveal())];
        if !target.reveal().is_empty() {
            more.push(("target", target.reveal()));
        }
        match parse_script(script, &more) {
            Ok(flow) => match flow.needs.first() {
                None => self.flow(&flow).await,
                Some(name) => Err(refused(format!("The variable “{name}” has no value."))),
            },
            Err(problems) => Err(refused(problems.to_string())),
        }
    }

    /// Proves the account and goes through a flow. A rehearsal goes no further than that: what a
    /// flow's taps change cannot be told from what they only show.
    async fn flow(&mut self, flow: &Flow) -> Result<(), Stop> {
        self.start().await?;
        self.gone = false;
        if self.job.mode == Mode::Rehearse {
            let line = Line::new(Instant::now(), StepEnd::Skipped);
            self.log("rehearse", "a flow is only read in a rehearsal", line);
            return Ok(());
        }
        self.script = Some(Script::new());
        let done = self.body(flow).await;
        let failed = matches!(&done, Err(stop) if can_go_on(stop));
        if done.is_ok() || failed {
            // What puts things back in order is done for a failed flow as well; what failed first
            // is told.
            let after = self.steps(&flow.after).await;
            return done.and(after).map_err(failing);
        }
        done
    }

    async fn body(&mut self, flow: &Flow) -> Result<(), Stop> {
        self.steps(&flow.before).await?;
        self.steps(&flow.steps).await
    }

    /// Whether a flow is under way.
    pub(super) fn in_flow(&self) -> bool {
        self.script.is_some()
    }

    /// One step of a flow, counted and within its bounds.
    pub(super) fn flow_step<'s>(
        &'s mut self,
        step: &'s Step,
    ) -> Pin<Box<dyn Future<Output = Result<(), Stop>> + Send + 's>> {
        Box::pin(async move {
            self.count()?;
            let place = step.place.as_deref().unwrap_or_default();
            match &step.what {
                What::While { when, times, steps } => self.rounds(step, when, *times, steps).await,
                What::Retry { times, steps } => self.retry(*times, steps).await,
                _ => {
                    let began = Instant::now();
                    self.trouble = None;
                    let (what, sought) = super::run::words(&step.what);
                    let done = self.flow_single(step).await;
                    let line = match &done {
                        Ok(found) => Line {
                            found: found.clone(),
                            ..Line::new(began, StepEnd::Done)
                        },
                        Err(_) if step.optional => Line::new(began, StepEnd::Skipped),
                        Err(stop) => Line::stopped(began, stop, self.trouble),
                    };
                    self.log(what, &format!("{sought} ({place})"), line);
                    done.map(|_| ()).map_err(|stop| at(place, stop))
                }
            }
        })
    }

    fn count(&mut self) -> Result<(), Stop> {
        let Some(script) = &mut self.script else {
            return Ok(());
        };
        script.commands += 1;
        let why = if script.commands > COMMANDS_MAX {
            format!("The flow carried out {COMMANDS_MAX} commands, the most of one run.")
        } else if Instant::now() >= script.until {
            let minutes = RUN_MAX.as_secs() / 60;
            format!("The flow ran for {minutes} minutes, the longest that one may run.")
        } else {
            return Ok(());
        };
        Err(Stop::End(Ending::FlowFailed { why }))
    }

    async fn rounds(
        &mut self,
        step: &Step,
        when: &Condition,
        times: u16,
        steps: &[Step],
    ) -> Result<(), Stop> {
        for round in 0..times {
            if round > 0 {
                self.count()?;
            }
            if *when != Condition::Always && !self.met(when, step.limit).await? {
                break;
            }
            self.steps(steps).await?;
        }
        Ok(())
    }

    async fn retry(&mut self, times: u16, steps: &[Step]) -> Result<(), Stop> {
        for _ in 0..times {
            match self.steps(steps).await {
                Err(stop) if can_go_on(&stop) => self.count()?,
                done => return done,
            }
        }
        self.steps(steps).await
    }

    async fn flow_single(&mut self, step: &Step) -> Result<Option<String>, Stop> {
        let limit = step.limit;
        self.about(&step.what);
        match &step.what {
            What::OpenApp { app, anew } => self.open_app(app.as_deref(), *anew).await?,
            What::EndApp(app) => self.end_app(app.as_deref()).await?,
            What::OpenUrl(link) => self.open_url(link).await?,
            What::Back => {
                self.look().await?;
                self.flow_back().await?;
            }
            What::Swipe(way) => {
                self.look().await?;
                self.swipe(*way).await?;
            }
            What::WaitUntil(condition) => {
                if !self.met(condition, limit).await? {
                    return Err(Stop::Missing(super::run::awaited(condition)));
                }
            }
            What::Touch {
                on,
                by,
                times,
                pause,
            } => return self.touch_spot(on, *by, (*times, *pause), limit).await,
            What::Drag(stroke, time) => self.stroke(stroke, *time, limit).await?,
            What::ScrollTo(target, way) => self.scroll_to(target, *way, limit).await?,
            What::Input(text) => self.input(text, limit).await?,
            What::Erase(letters) => self.erase(*letters, limit).await?,
            What::Copy(from) => return self.copy(from, limit).await.map(Some),
            What::Remember(text) => self.remember(text),
            What::HideKeyboard => self.put_keyboard_away().await?,
            What::Press(key) => self.press_key(*key).await?,
            What::Settle => self.settle(limit).await?,
            What::Picture(name) => return self.picture(name).await.map(Some),
            What::Impossible(why) => {
                let why = (*why).to_owned();
                return Err(Stop::End(Ending::FlowFailed { why }));
            }
            // Only the steps of actions.
            _ => {}
        }
        Ok(None)
    }

    /// Notes what the step is about.
    fn about(&mut self, what: &What) {
        use crate::step::{Spot, Stroke};
        let target = match what {
            What::Touch { on, .. } => match on {
                Spot::Middle(target) | Spot::Within(target, _) => Some(target),
                Spot::Screen(_) => None,
            },
            What::Drag(Stroke::From(target, _), _) => Some(target),
            What::ScrollTo(target, _) | What::Copy(target) => Some(target),
            What::WaitUntil(Condition::Visible(target)) => Some(target),
            _ => None,
        };
        let selector = target.and_then(|target| target.selector.clone());
        if let Some(script) = &mut self.script {
            script.about = selector;
        }
    }

    /// Whether the social app is in front, as far as a flow last saw.
    pub(super) fn social(&self) -> bool {
        self.script.as_ref().is_none_or(|script| script.social)
    }

    /// After a screen was read in a flow: which app it is, and what of it has to be remembered.
    pub(super) async fn note_front(&mut self) -> Result<(), Stop> {
        if !self.in_flow() {
            return Ok(());
        }
        let front = match self.phone.active_app().await {
            Ok(app) => app.bundle_id,
            Err(error) => return Err(self.fault(error).await),
        };
        let social = front == self.screens.bundle_id();
        let post = self.post_in_front();
        let page = self.view.as_ref().map(|view| view.page);
        if let Some(script) = &mut self.script {
            script.social = social;
            match (social, page) {
                (true, Some(Page::Post)) => script.post = post,
                (true, Some(Page::Comments | Page::Unknown)) => {}
                _ => script.post = None,
            }
        }
        Ok(())
    }

    /// Whether the step under way is about something in a question that is in front.
    pub(super) fn is_about_question(&self) -> bool {
        let (Some(script), Some(view)) = (&self.script, &self.view) else {
            return false;
        };
        let Some(selector) = &script.about else {
            return false;
        };
        !selector.candidates(&view.screen, &script.live).is_empty()
    }

    /// A login or sign-up screen, of any app: no flow goes through one.
    pub(super) fn entry_screen(&self) -> Option<Stop> {
        let view = self.view.as_ref()?;
        let nodes = view.screen.nodes();
        let shows = |wanted: fn(&str) -> bool| {
            nodes
                .iter()
                .any(|node| node.visible && wanted(node.kind.as_str()))
        };
        let secret = shows(|kind| kind == "SecureTextField");
        let sends = || {
            let found = self.screens.find(&view.screen, "login.send", &self.names);
            !found.is_empty() && shows(|kind| kind == "TextField")
        };
        (secret || sends()).then(|| {
            refused("A login or sign-up screen is in front; no flow goes through one. Sign in on the phone by hand.")
        })
    }
}

/// The end of an attempt that wanted what no flow does.
fn refused(why: impl Into<String>) -> Stop {
    Stop::End(Ending::FlowRefused { why: why.into() })
}

/// Whether the attempt may go on behind a step that ended so: nothing of it is in the dark.
fn can_go_on(stop: &Stop) -> bool {
    matches!(stop, Stop::Missing(_) | Stop::Unclear(_))
}

/// With its place in the flow.
fn at(place: &str, stop: Stop) -> Stop {
    match stop {
        Stop::Missing(what) => Stop::Missing(format!("{what} ({place})")),
        Stop::Unclear(what) => Stop::Unclear(format!("{place}: {what}")),
        Stop::End(Ending::FlowRefused { why }) => refused(format!("{place}: {why}")),
        Stop::End(Ending::FlowFailed { why }) => Stop::End(Ending::FlowFailed {
            why: format!("{place}: {why}"),
        }),
        other => other,
    }
}

/// A flow whose step failed: what was not there is the flow's matter, not a locator's.
fn failing(stop: Stop) -> Stop {
    let why = match stop {
        Stop::Missing(what) => format!("Not on the screen in time: {what}."),
        Stop::Unclear(what) => what,
        other => return other,
    };
    Stop::End(Ending::FlowFailed { why })
}
