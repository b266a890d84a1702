//! Running one job on one phone.

mod account;
mod comment;
mod ensure;
mod flow;
mod look;
mod run;
mod touch;
mod visit;

#[cfg(test)]
mod tests;

use signalbox_phone::{Phone, PhoneError, Sent};
use tokio::time::Instant;

use crate::actions;
use crate::ending::{Ending, Evidence, Report};
use crate::engagement::Acts;
use crate::handle::Handle;
use crate::job::{Action, Instance, Interaction, Job, Work};
use crate::ledger::{Ledger, Outcome, Status, StepEnd, StepLog};
use crate::screens::{Names, Screens};
use look::View;
pub(crate) use run::words;
pub use visit::{Visit, show_itself, visit};

/// Runs the job: the app in front, the account proven, then each action from where it goes on.
///
/// Never fails: how it ended is in the report. It issues one call to the phone at a time, and none
/// after a call whose outcome is not known. Dropping the future leaves a call under way in doubt.
pub async fn perform<P: Phone, L: Ledger>(
    phone: &P,
    screens: &Screens,
    job: &Job,
    ledger: &L,
) -> Report {
    let mut runner = Runner::new(phone, screens, job, ledger);
    let done = match &job.work {
        Work::Flow { target, script } => runner.script(target, script).await,
        Work::Instagram { .. } | Work::Engagement(_) => runner.job().await,
    };
    let ending = match done {
        Ok(()) => Ending::Completed,
        Err(stop) => stop.into_ending(),
    };
    let evidence = runner.evidence(&ending).await;
    Report {
        phone: phone.udid().clone(),
        at: runner
            .instance
            .map(|one| one.step)
            .filter(|_| ending != Ending::Completed),
        ending,
        active: runner.active,
        switched: runner.switched,
        evidence,
    }
}

/// Why a step did not go on.
#[derive(Debug)]
enum Stop {
    /// The attempt ends.
    End(Ending),
    /// A control was not there in time; its name.
    Missing(String),
    /// What is on the screen can be read in two ways.
    Unclear(String),
    /// The action is settled without its other steps.
    Settled(Status, &'static str),
}

impl Stop {
    fn into_ending(self) -> Ending {
        match self {
            Self::End(ending) => ending,
            Self::Missing(locator) => Ending::ElementNotFound { locator },
            Self::Unclear(what) => Ending::Unknown { what },
            Self::Settled(status, reason) => Ending::Unknown {
                what: format!("The action ended as {} ({reason}).", status.as_str()),
            },
        }
    }

    /// What a step's log line says was found instead.
    fn said(&self) -> Option<String> {
        match self {
            Self::End(Ending::Cancelled | Ending::Yielded | Ending::Halted) | Self::Missing(_) => {
                None
            }
            Self::End(ending) => Some(ending.sentence()),
            Self::Unclear(what) => Some(what.clone()),
            Self::Settled(status, reason) => Some(format!("{} ({reason})", status.as_str())),
        }
    }

    /// What a step's log line says of it.
    fn step_end(&self) -> StepEnd {
        match self {
            Self::End(Ending::Timeout { .. } | Ending::AppCrash) => StepEnd::Failed,
            Self::End(_) | Self::Settled(..) => StepEnd::Stopped,
            Self::Missing(_) => StepEnd::NotFound,
            Self::Unclear(_) => StepEnd::Ambiguous,
        }
    }
}

/// A call to the phone that failed.
#[derive(Debug, Clone, Copy)]
struct Trouble {
    sent: Sent,
    error: Option<&'static str>,
}

impl Trouble {
    fn of(error: &PhoneError) -> Self {
        Self {
            sent: error.sent,
            error: error.w3c,
        }
    }
}

/// One job under way.
struct Runner<'a, P, L> {
    phone: &'a P,
    screens: &'a Screens,
    job: &'a Job,
    ledger: &'a L,
    /// Whom the action under way is about; the job's target, but in flows whoever is in front.
    target: Handle,
    /// What is known of the flow under way, if it is one.
    script: Option<flow::Script>,
    names: Names,
    /// The screen as last seen; `None` once something may have changed it.
    view: Option<View>,
    /// The action instance under way; `None` while the account is proven.
    instance: Option<Instance>,
    /// When it began.
    began: Instant,
    /// How long the ledger was waited for since.
    waited: std::time::Duration,
    /// The post it is about.
    post: Option<String>,
    /// Follows done by this job.
    follows: u8,
    /// The list of accounts is open: a sheet without anything known on it is a part of it.
    listing: bool,
    /// Questions dismissed by this job.
    dismissed: u8,
    /// The app said that there is no such page as the target's.
    gone: bool,
    /// What is known of the call to the phone that failed in the step under way.
    trouble: Option<Trouble>,
    active: Option<Handle>,
    switched: bool,
}

impl<'a, P: Phone, L: Ledger> Runner<'a, P, L> {
    fn new(phone: &'a P, screens: &'a Screens, job: &'a Job, ledger: &'a L) -> Self {
        let target = job.work.target(0).cloned().unwrap_or_else(|| "".into());
        Self {
            phone,
            screens,
            job,
            ledger,
            target: target.clone(),
            script: None,
            names: Names::new(
                target.reveal(),
                job.handle.reveal(),
                job.app_version.as_deref(),
            ),
            view: None,
            instance: None,
            began: Instant::now(),
            waited: std::time::Duration::ZERO,
            post: None,
            follows: 0,
            listing: false,
            dismissed: 0,
            gone: false,
            trouble: None,
            active: None,
            switched: false,
        }
    }
}

impl<P: Phone, L: Ledger> Runner<'_, P, L> {
    async fn job(&mut self) -> Result<(), Stop> {
        self.start().await?;
        // Whatever page was in front before says nothing about this job's target.
        self.gone = false;
        for instance in self.job.work.instances() {
            if instance.step < self.job.resume.next {
                self.follows += u8::from(instance.action == Action::FollowUser);
                continue;
            }
            self.instance = Some(instance);
            self.began = Instant::now();
            self.waited = std::time::Duration::ZERO;
            self.post = None;
            self.turn_to(instance.page);
            self.safe_point()?;
            let settles = self.settles();
            match self.action(instance.action).await {
                Ok(()) => {}
                // What became of the comment is not told by what the page says today.
                Err(Stop::Settled(..)) if settles => return Err(Stop::End(Ending::Unsettled)),
                Err(Stop::Settled(status, reason)) => {
                    self.record(status, Some(reason)).await?;
                    if !status.is_final() {
                        return Err(Stop::Settled(status, reason));
                    }
                }
                Err(stop) => return Err(stop),
            }
        }
        Ok(())
    }

    async fn action(&mut self, action: Action) -> Result<(), Stop> {
        if action.needs_target() {
            if self.target.reveal().is_empty() {
                return Err(Stop::Unclear(format!(
                    "{} needs a target.",
                    action.as_str()
                )));
            }
            if self.gone {
                return Err(Stop::Settled(
                    Status::TargetUnavailable,
                    "target_unavailable",
                ));
            }
            if action.act().is_some() && self.target == self.job.handle {
                return Err(Stop::Settled(Status::Skipped, "own_account"));
            }
        }
        self.steps(&actions::steps(action)).await
    }

    /// The actions from here on are about that page of the task.
    fn turn_to(&mut self, page: u16) {
        let Some(target) = self.job.work.target(page) else {
            return;
        };
        if *target != self.target {
            self.target = target.clone();
            self.names.set_target(target.reveal());
            (self.gone, self.view) = (false, None);
        }
    }

    /// Whether the action under way only looks for a comment of unknown outcome.
    fn settles(&self) -> bool {
        let step = self.instance.map(|one| one.step);
        let unsettled = self.job.unsettled.as_ref().map(|it| it.step);
        unsettled.is_some() && step == unsettled
    }

    /// The acts left on the page at hand, the one under way counted.
    fn rest(&self) -> Option<Acts> {
        self.job.work.rest(self.instance?.step)
    }

    /// Tells the ledger what came of the action under way, if it has a row.
    async fn record(&mut self, status: Status, reason: Option<&'static str>) -> Result<(), Stop> {
        let Some(instance) = self.instance else {
            return Ok(());
        };
        let Some(interaction) = instance.action.interaction() else {
            return Ok(());
        };
        let outcome = Outcome {
            interaction,
            target: self.target.clone(),
            post: self
                .post
                .clone()
                .filter(|_| interaction != Interaction::View),
            status,
            reason,
            latency: self.began.elapsed().saturating_sub(self.waited),
        };
        let kept = self.ledger.outcome(instance.step, &outcome).await;
        kept.map_err(|_| Stop::End(Ending::Halted))
    }

    /// Between two calls to the phone: the place to stop when asked to.
    fn safe_point(&self) -> Result<(), Stop> {
        match self.ledger.stop_asked() {
            true => Err(Stop::End(Ending::Cancelled)),
            false => Ok(()),
        }
    }

    fn log(&self, what: &'static str, sought: &str, line: Line) {
        let trouble = line.trouble;
        self.ledger.log(StepLog {
            step: self.instance.map(|one| one.step),
            what,
            sought: sought.to_owned(),
            found: line.found,
            end: line.end,
            sent: trouble.map(|it| it.sent),
            error: trouble.and_then(|it| it.error),
            took: line.began.elapsed(),
        });
    }

    /// What was on the screen, for the endings that somebody may want to look into. Asks the phone
    /// for its picture only where it is not in doubt.
    async fn evidence(&self, ending: &Ending) -> Option<Evidence> {
        let wanted = match ending {
            Ending::RateLimited { .. }
            | Ending::Challenge { .. }
            | Ending::Blocked { .. }
            | Ending::NetworkError { .. }
            | Ending::ElementNotFound { .. }
            | Ending::AppCrash
            | Ending::FlowFailed { .. }
            | Ending::FlowRefused { .. }
            | Ending::Unsettled
            | Ending::Unknown { .. } => true,
            Ending::Completed
            | Ending::AccountNotOnPhone { .. }
            | Ending::Timeout { .. }
            | Ending::Yielded
            | Ending::Cancelled
            | Ending::Halted => false,
        };
        if !wanted {
            return None;
        }
        let screenshot = match self.ledger.stop_asked() {
            true => None,
            false => self.phone.screenshot().await.ok(),
        };
        let source = self.view.as_ref().map(|view| view.screen.evidence());
        Some(Evidence { source, screenshot })
    }
}

/// The part of a log line that the step knows.
struct Line {
    began: Instant,
    found: Option<String>,
    end: StepEnd,
    /// Of the call that failed, if one did.
    trouble: Option<Trouble>,
}

impl Line {
    fn new(began: Instant, end: StepEnd) -> Self {
        Self {
            began,
            found: None,
            end,
            trouble: None,
        }
    }

    /// Of a step that did not go on.
    fn stopped(began: Instant, stop: &Stop, trouble: Option<Trouble>) -> Self {
        Self {
            found: stop.said(),
            trouble,
            ..Self::new(began, stop.step_end())
        }
    }

    /// Of a call to the phone that failed, or did not.
    fn called(began: Instant, error: Option<&PhoneError>) -> Self {
        match error {
            None => Self::new(began, StepEnd::Done),
            Some(error) => Self {
                found: Some(error.message.clone()),
                trouble: Some(Trouble::of(error)),
                ..Self::new(began, StepEnd::Failed)
            },
        }
    }

    fn found(mut self, text: impl Into<String>) -> Self {
        self.found = Some(text.into());
        self
    }
}
