//! The first thing of every job: the app in front, acting as the right account.

use std::time::Duration;

use signalbox_phone::{Phone, Point};

use super::touch::Seen;
use super::{Runner, Stop};
use crate::actions;
use crate::ending::Ending;
use crate::handle::Handle;
use crate::ledger::{Ledger, SignedIn};
use crate::step::{self, Condition, Step, Target, What};

/// The time the app is given to start over as another account.
const SWITCH: Duration = Duration::from_secs(20);
/// The time the active account is looked for to close the list.
const CLOSE: Duration = Duration::from_secs(1);
/// Swipes through a long list of accounts.
const SCROLLS_MAX: u8 = 20;

/// The accounts in the switcher.
struct Listed {
    all: Vec<Handle>,
    /// Where the button of the job's account is.
    at: Option<usize>,
    complete: bool,
}

impl<P: Phone, L: Ledger> Runner<'_, P, L> {
    /// Brings up the app and proves the account.
    ///
    /// What an earlier job left on the screen says nothing about this one's account: if it is in
    /// the way, the app is started anew, once. A stop sign that still stands there belongs to
    /// whoever is active, and that cannot be read behind it.
    pub(super) async fn start(&mut self) -> Result<(), Stop> {
        let active = self.whoever().await?;
        if active != self.job.handle {
            self.switch(&active).await?;
            return Ok(());
        }
        self.tell_active(active).await
    }

    /// Brings up the app and reads who is active, whoever it is.
    pub(super) async fn meet(&mut self) -> Result<(), Stop> {
        let active = self.whoever().await?;
        self.tell_active(active).await
    }

    async fn tell_active(&self, active: Handle) -> Result<(), Stop> {
        self.tell(SignedIn {
            active,
            all: None,
            complete: false,
        })
        .await
    }

    async fn whoever(&mut self) -> Result<Handle, Stop> {
        match self.own_profile().await {
            Err(stop) if may_be_left_over(&stop) => {
                self.safe_point()?;
                self.terminate().await?;
                self.own_profile().await.map_err(not_attributed)?;
            }
            done => done?,
        }
        let active = self.title()?;
        self.names.set_active(active.reveal());
        self.active = Some(active.clone());
        Ok(active)
    }

    async fn own_profile(&mut self) -> Result<(), Stop> {
        self.steps(&actions::open_app()).await?;
        self.steps(&actions::own_profile()).await
    }

    /// Who the own profile says is active.
    fn title(&self) -> Result<Handle, Stop> {
        let title = Target::only("own.title");
        let label = match self.seek(&title) {
            Seen::At(at) => self
                .node(at)
                .map(|node| node.label.clone())
                .unwrap_or_default(),
            Seen::Nowhere => return Err(Stop::Missing(title.locator)),
            Seen::Several(n) => return Err(Stop::Unclear(format!("There are {n} own.title."))),
        };
        match label.is_empty() {
            true => Err(Stop::Unclear(
                "The own profile names no account.".to_owned(),
            )),
            false => Ok(Handle::new(label)),
        }
    }

    async fn tell(&self, seen: SignedIn) -> Result<(), Stop> {
        let kept = self.ledger.signed_in(&seen).await;
        kept.map_err(|_| Stop::End(Ending::Halted))
    }

    /// Switches from the active account to the job's.
    async fn switch(&mut self, active: &Handle) -> Result<(), Stop> {
        self.steps(&[Step::new(What::Tap(Target::only("own.title")))])
            .await?;
        self.listing = true;
        let open = |runner: &Self| !runner.accounts_shown().is_empty();
        if !self.wait(step::LIMIT, open).await? {
            return Err(Stop::Missing("switcher.active".to_owned()));
        }
        let Listed { all, at, complete } = self.list_accounts().await?;
        let Some(at) = at else {
            self.close_switcher().await?;
            self.listing = false;
            self.tell(SignedIn {
                active: active.clone(),
                all: Some(all.clone()),
                complete,
            })
            .await?;
            return Err(Stop::End(Ending::AccountNotOnPhone { seen: all }));
        };
        self.switched = true;
        let pressed = self.press(at).await;
        self.view = None;
        self.listing = false;
        if let Err(error) = pressed {
            return Err(self.fault(error).await);
        }
        // The old profile may stay for a moment; the new one starts on its home screen.
        let moved = |runner: &Self| match runner.title() {
            Ok(title) => title == runner.job.handle,
            Err(_) => runner.holds(&Condition::Visible(Target::first("tab.profile"))),
        };
        self.wait(SWITCH, moved).await?;
        self.steps(&actions::own_profile()).await?;
        let arrived = |runner: &Self| runner.title().is_ok_and(|title| title == runner.job.handle);
        if !self.wait(SWITCH, arrived).await? {
            let what = "The account was switched, but the profile names another one.".to_owned();
            return Err(Stop::Unclear(what));
        }
        self.names.set_active(self.job.handle.reveal());
        self.tell(SignedIn {
            active: self.job.handle.clone(),
            all: Some(all),
            complete,
        })
        .await
    }

    /// Reads the list of accounts until the job's is in sight, or to its end.
    async fn list_accounts(&mut self) -> Result<Listed, Stop> {
        let mut all: Vec<Handle> = Vec::new();
        let mut nothing_new = 0;
        for _ in 0..=SCROLLS_MAX {
            let known = all.len();
            let shown = self.accounts_shown();
            let at = shown.iter().find(|(handle, _)| *handle == self.job.handle);
            let at = at.map(|(_, at)| *at);
            for (handle, _) in shown {
                if !all.contains(&handle) {
                    all.push(handle);
                }
            }
            // A swipe may not take: only the second one in vain says that this is the end.
            nothing_new = if all.len() == known {
                nothing_new + 1
            } else {
                0
            };
            let last_row = self.seek(&Target::first("switcher.add")) != Seen::Nowhere;
            let complete = last_row || nothing_new > 1;
            if at.is_some() || complete {
                return Ok(Listed { all, at, complete });
            }
            self.scroll_switcher().await?;
            self.look().await?;
        }
        Err(Stop::Unclear(
            "The list of accounts does not end.".to_owned(),
        ))
    }

    fn accounts_shown(&self) -> Vec<(Handle, usize)> {
        let Some(view) = &self.view else {
            return Vec::new();
        };
        let others = self
            .screens
            .find(&view.screen, "switcher.other", &self.names);
        let buttons = view.overlays.iter().filter(|overlay| overlay.own);
        let buttons = buttons.flat_map(|overlay| overlay.buttons.iter().copied());
        let mut shown = Vec::new();
        for at in buttons.filter(|at| !others.contains(at)) {
            let label = self
                .node(at)
                .map(|node| node.label.clone())
                .unwrap_or_default();
            if !label.is_empty() {
                shown.push((Handle::new(label), at));
            }
        }
        shown
    }

    async fn scroll_switcher(&mut self) -> Result<(), Stop> {
        let size = self.size();
        let place = |part: f64| Point {
            x: size.width / 2.0,
            y: size.height * part,
        };
        self.drag(place(0.85), place(0.45)).await
    }

    /// Chooses the active account, which changes nothing. If the list stays open, the next job
    /// starts the app anew.
    async fn close_switcher(&mut self) -> Result<(), Stop> {
        let close = Step::new(What::Tap(Target::first("switcher.active")));
        self.steps(&[close.within(CLOSE).optional()]).await
    }
}

/// Whether what ended the start may be left from another job.
fn may_be_left_over(stop: &Stop) -> bool {
    match stop {
        Stop::Missing(_) | Stop::Unclear(_) => true,
        Stop::End(ending) => matches!(
            ending,
            Ending::RateLimited { .. } | Ending::Challenge { .. } | Ending::NetworkError { .. }
        ),
        Stop::Settled(..) => false,
    }
}

/// A stop sign before the account is proven is nobody's.
fn not_attributed(stop: Stop) -> Stop {
    match stop {
        Stop::End(Ending::RateLimited { text } | Ending::Challenge { text }) => {
            Stop::End(Ending::Blocked { text })
        }
        other => other,
    }
}
