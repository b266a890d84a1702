//! Commenting: read what is there, type, ask, send, read again. What cannot be read for certain is
//! never done a second time.

use std::time::Duration;

use signalbox_phone::{Phone, PhoneError, Sent};
use tokio::time::Instant;

use super::ensure::code_of;
use super::look::gone_before;
use super::touch::{Seen, field_text, is_retryable};
use super::{Line, Runner, Stop, Trouble};
use crate::ending::Ending;
use crate::job::{Act, Mode, Unsettled, Work};
use crate::ledger::{Ledger, SkipReason, Status};
use crate::reading::{Page, comment_is_there, post_key};
use crate::step::{Place, Target, Touch};

/// The time the app is given to show a comment that was sent.
const SENT: Duration = Duration::from_secs(10);
/// The time the list is given to show what stands under a post already.
const LISTED: Duration = Duration::from_secs(4);

impl<P: Phone, L: Ledger> Runner<'_, P, L> {
    /// Opens the comments of the post in front, and notes which post it is.
    pub(super) async fn open_comments(&mut self, limit: Duration) -> Result<Option<String>, Stop> {
        self.look().await?;
        if let Some(view) = &self.view {
            self.post = post_key(&view.screen, self.screens, &self.names);
        }
        let button = Target::only("post.comment");
        match self.await_target(&button, limit).await {
            Ok(at) => {
                let said = self.said(at);
                self.touch(&button, Touch::Tap).await?;
                Ok(said)
            }
            Err(Stop::Missing(_)) if self.is_on(Place::TargetPost) => {
                Err(Stop::Settled(Status::Skipped, "comments_closed"))
            }
            Err(stop) => Err(stop),
        }
    }

    /// Comments, with the first text of the task that may be used here; says which field, for the
    /// log.
    pub(super) async fn comment(&mut self, limit: Duration) -> Result<String, Stop> {
        let job = self.job;
        if let Some(unsettled) = job.unsettled.as_ref().filter(|_| self.settles()) {
            return self.look_for(unsettled).await;
        }
        let (Work::Engagement(work), Some(instance)) = (&job.work, self.instance) else {
            let what = "Only engagement tasks have texts for comments.".to_owned();
            return Err(Stop::Unclear(what));
        };
        let field = Target::only("comments.field");
        let said = self.await_target(&field, limit).await?;
        let said = self.node(said).map(|node| node.name.clone());
        let said = said.unwrap_or_default();
        for text in work.texts_for(instance.page, instance.nth) {
            if self.listed(text).await? {
                return Err(Stop::Settled(Status::Already, "already_commented"));
            }
            if job.mode == Mode::Rehearse {
                return Err(Stop::Settled(Status::Would, "would_comment"));
            }
            self.write(&field, text).await?;
            match self.ask(Act::Comment, Some(text)).await {
                Ok(()) => {
                    self.send(&field, text).await?;
                    return Ok(said);
                }
                Err(stop) => {
                    if matches!(stop, Stop::End(Ending::Cancelled)) {
                        return Err(stop);
                    }
                    self.write(&field, "").await?;
                    if !matches!(&stop, Stop::Settled(_, reason) if *reason == USED) {
                        return Err(stop);
                    }
                }
            }
        }
        Err(Stop::Settled(Status::Skipped, USED))
    }

    /// From here on every way out records an outcome: the intent is durable.
    pub(super) async fn send(&mut self, field: &Target, text: &str) -> Result<(), Stop> {
        let button = Target::only("comments.send");
        for again in [true, false] {
            if let Err(stop) = self.look().await {
                return self.not_done(stop).await;
            }
            let typed = |at| self.node(at).is_some_and(|node| field_text(node) == text);
            let stop = match (self.seek(field), self.seek(&button)) {
                (Seen::At(at), Seen::At(_)) if !typed(at) => {
                    Some(Stop::Unclear("The field says something else.".to_owned()))
                }
                (Seen::At(_), Seen::At(_)) => None,
                (Seen::At(_), _) => Some(Stop::Missing(button.locator.clone())),
                _ => Some(Stop::Missing(field.locator.clone())),
            };
            if let Some(stop) = stop {
                return self.not_done(stop).await;
            }
            let Seen::At(at) = self.seek(&button) else {
                continue;
            };
            // Looking for the button is no act: if that answer is lost, nothing was sent.
            let element = match self.element_as_read(at).await {
                Ok(element) => element,
                Err(error) if again && is_retryable(&error) => {
                    self.view = None;
                    continue;
                }
                Err(error) => return self.not_sent(error).await,
            };
            let began = Instant::now();
            let touched = self.touch_element(&element, Touch::Tap).await;
            self.log_send(began, touched.as_ref().err());
            self.view = None;
            match touched {
                Ok(()) => return self.prove(text).await,
                Err(error) if again && is_retryable(&error) => {}
                Err(error) if error.sent == Sent::Unknown => {
                    self.record(Status::Unknown, Some("timeout")).await?;
                    return Err(self.fault(error).await);
                }
                Err(error) => return self.not_sent(error).await,
            }
        }
        self.not_done(Stop::Missing(button.locator)).await
    }

    /// The phone said that it did not tap, or was not asked to.
    async fn not_sent(&mut self, error: PhoneError) -> Result<(), Stop> {
        self.trouble = Some(Trouble::of(&error));
        let stop = match gone_before(&error) {
            true => Stop::Missing("comments.send".to_owned()),
            false => self.fault(error).await,
        };
        self.not_done(stop).await
    }

    fn log_send(&self, began: Instant, error: Option<&PhoneError>) {
        let line = Line::called(began, error);
        self.log("tap", "comments.send", line);
    }

    /// Reads the list until the comment is in it. A stop does not end this: what was done has to be
    /// known. A comment that is not seen may still come: nobody knows, and it is not sent again.
    async fn prove(&mut self, text: &str) -> Result<(), Stop> {
        let looked = self
            .wait_while(SENT, false, |runner| runner.lists(text))
            .await;
        match looked {
            _ if self.lists(text) => {
                self.record(Status::Success, None).await?;
                looked.map(|_| ())
            }
            Err(stop @ Stop::End(Ending::RateLimited { .. })) => {
                self.record(Status::RateLimited, Some("rate_limited"))
                    .await?;
                Err(stop)
            }
            Err(stop) => {
                self.record(Status::Unknown, Some(code_of(&stop))).await?;
                Err(stop)
            }
            Ok(_) => {
                self.record(Status::Unknown, Some("not_seen")).await?;
                let what = "The comment was sent and is not in the list.".to_owned();
                Err(Stop::Unclear(what))
            }
        }
    }

    /// Looks for a comment that may have been sent, and does nothing else.
    async fn look_for(&mut self, unsettled: &Unsettled) -> Result<String, Stop> {
        // The grid may have moved on since: then this is another post.
        let same = unsettled.post.is_none() || unsettled.post == self.post;
        if same && self.listed(&unsettled.text).await? {
            self.record(Status::Already, Some("already_commented"))
                .await?;
            return Ok("the comment".to_owned());
        }
        Err(Stop::End(Ending::Unsettled))
    }

    /// Whether the list shows the account's comment, once it had its time to load.
    pub(super) async fn listed(&mut self, text: &str) -> Result<bool, Stop> {
        let rows = Target::first("comments.row");
        let loaded = |runner: &Self| runner.lists(text) || runner.seek(&rows) != Seen::Nowhere;
        self.wait(LISTED, loaded).await?;
        Ok(self.lists(text))
    }

    fn lists(&self, text: &str) -> bool {
        let Some(view) = self
            .view
            .as_ref()
            .filter(|view| view.page == Page::Comments)
        else {
            return false;
        };
        let rows = self.screens.find(&view.screen, "comments.row", &self.names);
        let ours = |at: &usize| comment_is_there(&view.screen, *at, &self.job.handle, text);
        rows.iter().any(ours)
    }
}

/// Why a text is not used: another one may be.
const USED: &str = SkipReason::TextLimit.as_str();
