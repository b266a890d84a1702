//! Acting only after reading: read the state, ask, act if needed, read again.

use std::time::Duration;

use signalbox_phone::{Code, Element, Phone, PhoneError, Sent};
use tokio::time::Instant;

use super::look::gone_before;
use super::touch::{Seen, is_retryable};
use super::{Line, Runner, Stop, Trouble};
use crate::ending::Ending;
use crate::job::{Act, Mode};
use crate::ledger::{Intent, Ledger, Status, Verdict};
use crate::reading::{FollowState, LikeState, ReadState, follow_state, like_state, post_key};
use crate::step::{Ensure, Place, Touch};

/// The time the app is given to show what an act changed.
const CHANGE: Duration = Duration::from_secs(6);
/// If asking took longer than this, the screen is looked at again before the act.
const STALE: Duration = Duration::from_millis(500);

/// What the control of an act says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Read {
    /// It is so already; the word for it.
    Done(Done),
    /// It is not so.
    Undone(usize),
    /// The page of the act is not in front, or the control is not on it.
    Nowhere,
    /// It can be read in two ways, or in none.
    Unclear(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Following,
    Requested,
    Liked,
}

impl Done {
    fn already(self) -> &'static str {
        match self {
            Self::Following => "already_following",
            Self::Requested => "already_requested",
            Self::Liked => "already_liked",
        }
    }

    /// What is worth saying of a success.
    fn reached(self) -> Option<&'static str> {
        (self == Self::Requested).then_some("requested")
    }
}

impl<P: Phone, L: Ledger> Runner<'_, P, L> {
    /// Does the act unless it is done already; says what was found, for the log.
    pub(super) async fn ensure(
        &mut self,
        ensure: &Ensure,
        limit: Duration,
    ) -> Result<String, Stop> {
        let clear = |runner: &Self| matches!(runner.read(ensure), Read::Done(_) | Read::Undone(_));
        self.wait(limit, clear).await?;
        let at = match self.read(ensure) {
            Read::Done(done) => {
                self.note_post(ensure);
                self.record(Status::Already, Some(done.already())).await?;
                return Ok(done.already().to_owned());
            }
            Read::Undone(at) => at,
            Read::Nowhere => return Err(Stop::Missing(ensure.state.locator.clone())),
            Read::Unclear(what) => return Err(Stop::Unclear(what)),
        };
        // A request to follow is an act of another kind than the task asks for.
        if ensure.act == Act::Follow && self.is_private() {
            return Err(Stop::Settled(Status::PrivateAccount, "private_account"));
        }
        self.note_post(ensure);
        let said = self.said(at).unwrap_or_default();
        if self.job.mode == Mode::Rehearse {
            let reason = match ensure.act {
                Act::Follow => "would_follow",
                Act::Like => "would_like",
                Act::Comment => "would_comment",
            };
            self.record(Status::Would, Some(reason)).await?;
            return Ok(said);
        }
        if ensure.act == Act::Follow && self.follows >= self.job.work.max_follows() {
            return Err(Stop::Settled(Status::Skipped, "max_follows"));
        }
        self.ask(ensure.act, None).await?;
        self.act(ensure).await?;
        Ok(said)
    }

    fn note_post(&mut self, ensure: &Ensure) {
        let Some(view) = &self.view else { return };
        if ensure.act != Act::Follow {
            self.post = post_key(&view.screen, self.screens, &self.names);
        }
    }

    /// Asks the ledger; returns when it says go.
    pub(super) async fn ask(&mut self, act: Act, text: Option<&str>) -> Result<(), Stop> {
        let Some(instance) = self.instance else {
            return Err(Stop::Unclear(
                "There is no act before the account is proven.".to_owned(),
            ));
        };
        let intent = Intent {
            act,
            target: self.target.clone(),
            post: self.post.clone(),
            text: text.map(str::to_owned),
            rest: self.rest(),
        };
        let asked = Instant::now();
        let verdict = self.ledger.intend(instance.step, &intent).await;
        let waited = asked.elapsed();
        self.waited += waited;
        if waited > STALE {
            self.view = None;
        }
        match verdict {
            Verdict::Go => Ok(()),
            Verdict::Skip(reason) => Err(Stop::Settled(reason.status(), reason.as_str())),
            Verdict::Yield => Err(Stop::End(Ending::Yielded)),
            Verdict::Stop => Err(Stop::End(Ending::Cancelled)),
        }
    }

    /// From here on every way out records an outcome: the intent is durable.
    async fn act(&mut self, ensure: &Ensure) -> Result<(), Stop> {
        for again in [true, false] {
            if let Err(stop) = self.look().await {
                return self.not_done(stop).await;
            }
            let at = match self.read(ensure) {
                Read::Undone(at) => at,
                Read::Done(done) => {
                    return self.record(Status::Already, Some(done.already())).await;
                }
                Read::Nowhere => {
                    return self
                        .not_done(Stop::Missing(ensure.state.locator.clone()))
                        .await;
                }
                Read::Unclear(what) => return self.not_done(Stop::Unclear(what)).await,
            };
            // Looking for the control is no act: if that answer is lost, nothing was done.
            let element = match self.element_for_act(ensure, at).await {
                Ok(element) => element,
                Err(error) if again && is_retryable(&error) => {
                    self.view = None;
                    continue;
                }
                Err(error) => return self.not_touched(ensure, error).await,
            };
            let began = Instant::now();
            let touched = self.touch_element(&element, ensure.by).await;
            self.log_touch(ensure, began, touched.as_ref().err());
            self.view = None;
            match touched {
                Ok(()) => return self.verify(ensure).await,
                Err(error) if again && is_retryable(&error) => {}
                Err(error) if error.sent == Sent::Unknown => {
                    self.record(Status::Unknown, Some("timeout")).await?;
                    return Err(self.fault(error).await);
                }
                Err(error) => return self.not_touched(ensure, error).await,
            }
        }
        Ok(())
    }

    async fn element_for_act(&self, ensure: &Ensure, at: usize) -> Result<Element, PhoneError> {
        if ensure.touch == ensure.state {
            return self.element_as_read(at).await;
        }
        match self.seek(&ensure.touch) {
            Seen::At(at) => self.element(at).await,
            Seen::Nowhere | Seen::Several(_) => {
                let what = format!("There is not one {}.", ensure.touch.locator);
                Err(PhoneError::new(Code::NoSuchElement, Sent::NotSent, what))
            }
        }
    }

    /// The phone said that it did not do it, or was not asked to.
    async fn not_touched(&mut self, ensure: &Ensure, error: PhoneError) -> Result<(), Stop> {
        self.trouble = Some(Trouble::of(&error));
        let stop = match gone_before(&error) {
            true => Stop::Missing(ensure.touch.locator.clone()),
            false => self.fault(error).await,
        };
        self.not_done(stop).await
    }

    fn log_touch(&self, ensure: &Ensure, began: Instant, error: Option<&PhoneError>) {
        let what = match ensure.by {
            Touch::Tap => "tap",
            Touch::DoubleTap => "double_tap",
            Touch::Hold => "hold",
        };
        let line = Line::called(began, error);
        self.log(what, &ensure.touch.locator, line);
    }

    /// Reads again after the act. A stop does not end this: what was done has to be known.
    async fn verify(&mut self, ensure: &Ensure) -> Result<(), Stop> {
        let done = |runner: &Self| matches!(runner.read(ensure), Read::Done(_));
        let looked = self.wait_while(CHANGE, false, done).await;
        let read = self.read(ensure);
        match (looked, read) {
            (looked, Read::Done(done)) => {
                if ensure.act == Act::Follow {
                    self.follows = self.follows.saturating_add(1);
                }
                self.record(Status::Success, done.reached()).await?;
                looked.map(|_| ())
            }
            (Err(stop @ Stop::End(Ending::RateLimited { .. })), _) => {
                self.record(Status::RateLimited, Some("rate_limited"))
                    .await?;
                Err(stop)
            }
            (Err(stop), Read::Undone(_)) => self.not_done(stop).await,
            (Err(stop), Read::Nowhere | Read::Unclear(_)) => {
                self.record(Status::Unknown, Some(code_of(&stop))).await?;
                Err(stop)
            }
            (Ok(_), Read::Undone(_)) => {
                self.record(Status::Failed, Some("no_change")).await?;
                let what = format!(
                    "The {} changed nothing that can be seen.",
                    ensure.act.as_str()
                );
                Err(Stop::Unclear(what))
            }
            (Ok(_), Read::Nowhere | Read::Unclear(_)) => {
                self.record(Status::Unknown, Some("not_seen")).await?;
                let what = format!("What the {} did cannot be read.", ensure.act.as_str());
                Err(Stop::Unclear(what))
            }
        }
    }

    /// The act was not done, and the attempt ends.
    pub(super) async fn not_done(&mut self, stop: Stop) -> Result<(), Stop> {
        let status = match &stop {
            Stop::End(Ending::RateLimited { .. }) => Status::RateLimited,
            _ => Status::Failed,
        };
        self.record(status, Some(code_of(&stop))).await?;
        Err(stop)
    }

    /// What the control of the act says, where its page is in front.
    fn read(&self, ensure: &Ensure) -> Read {
        let Some(view) = &self.view else {
            return Read::Nowhere;
        };
        let locator = ensure.state.locator.as_str();
        match ensure.act {
            Act::Follow if self.is_on(Place::TargetProfile) => {
                match follow_state(&view.screen, self.screens, &self.names, locator) {
                    ReadState::Is(FollowState::Following, _) => Read::Done(Done::Following),
                    ReadState::Is(FollowState::Requested, _) => Read::Done(Done::Requested),
                    ReadState::Is(FollowState::NotFollowing | FollowState::FollowBack, at) => {
                        Read::Undone(at)
                    }
                    ReadState::Missing => Read::Nowhere,
                    ReadState::Unclear(what) => Read::Unclear(what),
                }
            }
            Act::Like if self.is_on(Place::TargetPost) => {
                match like_state(&view.screen, self.screens, &self.names, locator) {
                    ReadState::Is(LikeState::Liked, _) => Read::Done(Done::Liked),
                    ReadState::Is(LikeState::NotLiked, at) => Read::Undone(at),
                    ReadState::Missing => Read::Nowhere,
                    ReadState::Unclear(what) => Read::Unclear(what),
                }
            }
            Act::Follow | Act::Like | Act::Comment => Read::Nowhere,
        }
    }
}

/// The stable word for why an act has no success.
pub(super) fn code_of(stop: &Stop) -> &'static str {
    match stop {
        Stop::End(ending) => ending.code(),
        Stop::Missing(_) => "element_not_found",
        Stop::Unclear(_) => "unknown",
        Stop::Settled(_, reason) => reason,
    }
}
