//! Apps, links, pictures, and waiting for a screen to come to rest.

use std::time::Duration;

use signalbox_phone::Phone;
use tokio::time::Instant;

use super::{Runner, Stop};
use crate::flow::Template;
use crate::ledger::Ledger;
use crate::ledger::StepEnd;
use crate::perform::Line;

/// The pause between two looks at a screen that may be moving.
const REST: Duration = Duration::from_millis(200);
/// The longest link.
const LINK_MAX: usize = 2_000;

impl<P: Phone, L: Ledger> Runner<'_, P, L> {
    pub(super) async fn open_app(&mut self, app: Option<&str>, anew: bool) -> Result<(), Stop> {
        let app = app.unwrap_or(self.screens.bundle_id()).to_owned();
        self.view = None;
        let opened = async {
            if anew {
                self.phone.terminate(&app).await?;
            }
            self.phone.launch(&app).await
        };
        match opened.await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.fault(error).await),
        }
    }

    pub(super) async fn end_app(&mut self, app: Option<&str>) -> Result<(), Stop> {
        let app = app.unwrap_or(self.screens.bundle_id()).to_owned();
        self.view = None;
        match self.phone.terminate(&app).await {
            Ok(_) => Ok(()),
            Err(error) => Err(self.fault(error).await),
        }
    }

    pub(super) async fn open_url(&mut self, link: &Template) -> Result<(), Stop> {
        let link = self.text(link);
        let plain = |it: char| !it.is_control() && !it.is_whitespace();
        if link.is_empty() || link.len() > LINK_MAX || !link.chars().all(plain) {
            return Err(Stop::Unclear(
                "That is no link that can be opened.".to_owned(),
            ));
        }
        self.view = None;
        match self.phone.open_url(&link).await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.fault(error).await),
        }
    }

    /// A text with what was copied put in.
    pub(super) fn text(&self, template: &Template) -> String {
        let live = self.script.as_ref().map(|script| &script.live);
        live.map(|live| template.text(live)).unwrap_or_default()
    }

    /// Waits until two looks show the same; a screen that never rests is no failure.
    pub(super) async fn settle(&mut self, limit: Duration) -> Result<(), Stop> {
        let deadline = Instant::now() + limit;
        let mut before = None;
        loop {
            self.safe_point()?;
            self.view = None;
            self.look().await?;
            let now = self.view.as_ref().map(|view| view.screen.evidence());
            if now == before || Instant::now() >= deadline {
                return Ok(());
            }
            before = now;
            tokio::time::sleep(REST).await;
        }
    }

    /// Keeps a picture of the screen with the task.
    pub(super) async fn picture(&mut self, name: &str) -> Result<String, Stop> {
        self.look().await?;
        let taken = match self.phone.screenshot().await {
            Ok(picture) => picture,
            Err(error) => return Err(self.fault(error).await),
        };
        let told = format!("{name}: {} bytes", taken.len());
        let line = Line::new(Instant::now(), StepEnd::Done).found(told.clone());
        self.log("picture", name, line);
        Ok(told)
    }
}
