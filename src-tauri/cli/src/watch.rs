//! Watching a list until it is done, or until waiting makes no sense.

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use signalbox_engine::CommandError;
use signalbox_engine::commands::Progress;
use tokio::time::{Instant, sleep, timeout};

use crate::desk::Desk;
use crate::signals::EndAsked;

/// How long phones may be away or not ready, at the start or in between, before that counts.
const SETTLE: Duration = Duration::from_secs(20);
/// How often the watcher looks at most, and at least.
const LOOK_MIN: Duration = Duration::from_millis(100);
/// With nothing changing, waits get shorter by themselves: they are looked at this often.
const LOOK_MAX: Duration = Duration::from_secs(1);
/// How often plain lines are written where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// How watching ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Every task has ended.
    Done,
    /// What is left waits too long, or for a person.
    Stuck,
    /// The user pressed Ctrl-C.
    Interrupted,
}

/// Shows progress until the list ends in one of these ways.
pub async fn watch(
    desk: &Desk,
    list: &str,
    max_wait: Duration,
    end: &mut EndAsked,
) -> Result<Ended, CommandError> {
    let mut watcher = desk.watch();
    let mut patience = Patience::new(max_wait);
    let mut show: Option<Show> = None;
    loop {
        let progress = desk.progress(list).await?;
        show.get_or_insert_with(|| Show::new(&progress))
            .update(&progress);
        if progress.is_done() {
            return Ok(Ended::Done);
        }
        if patience.ends(&progress) {
            return Ok(Ended::Stuck);
        }
        tokio::select! {
            biased;
            () = end.wait() => return Ok(Ended::Interrupted),
            changed = timeout(LOOK_MAX, watcher.changed()) => match changed {
                Ok(Err(error)) => return Err(error),
                Ok(Ok(())) => sleep(LOOK_MIN).await,
                Err(_) => {}
            },
        }
    }
}

/// Decides when waiting makes no sense any more.
struct Patience {
    max_wait: Duration,
    /// Since when nothing goes on.
    stuck_since: Option<Instant>,
    /// What was seen last, and since when it has been so.
    seen: (u64, u64),
    since: Instant,
}

impl Patience {
    fn new(max_wait: Duration) -> Self {
        Self {
            max_wait,
            stuck_since: None,
            seen: (0, 0),
            since: Instant::now(),
        }
    }

    fn ends(&mut self, progress: &Progress) -> bool {
        let seen = (progress.ended(), progress.running);
        if seen != self.seen {
            (self.seen, self.since) = (seen, Instant::now());
        }
        // Waits that are allowed end within `max_wait`; if nothing has moved for longer, none did.
        if progress.running == 0 && self.since.elapsed() > self.max_wait + SETTLE {
            return true;
        }
        if progress.goes_on(self.max_wait) {
            self.stuck_since = None;
            return false;
        }
        let phones = ["no_device", "device_not_ready", "account_held"];
        let may_settle = progress
            .blockers
            .iter()
            .any(|blocker| phones.contains(&blocker.why.code.as_str()));
        let since = *self.stuck_since.get_or_insert_with(Instant::now);
        !may_settle || since.elapsed() > SETTLE
    }
}

/// A bar on a terminal, plain lines otherwise.
struct Show {
    bar: Option<ProgressBar>,
    began: Instant,
    began_with: u64,
    said: Option<Instant>,
}

impl Show {
    fn new(progress: &Progress) -> Self {
        let plain = !std::io::stderr().is_terminal();
        let template = "{bar:32} {pos}/{len} tasks, {per_sec}, {eta} left  {msg}";
        let style = ProgressStyle::with_template(template)
            .ok()
            .filter(|_| !plain);
        let bar = style.map(|style| {
            let bar =
                ProgressBar::with_draw_target(Some(progress.total), ProgressDrawTarget::stderr());
            bar.set_style(style);
            bar.set_position(progress.ended());
            bar.reset_eta();
            bar
        });
        Self {
            bar,
            began: Instant::now(),
            began_with: progress.ended(),
            said: None,
        }
    }

    fn update(&mut self, progress: &Progress) {
        let running = format!("{} running", progress.running);
        if let Some(bar) = &self.bar {
            bar.set_position(progress.ended());
            bar.set_message(running);
            if progress.is_done() {
                bar.finish();
            }
            return;
        }
        let due = self.said.is_none_or(|said| said.elapsed() >= LINE_EVERY);
        if !due && !progress.is_done() {
            return;
        }
        self.said = Some(Instant::now());
        let (done, total) = (progress.ended(), progress.total);
        eprintln!(
            "{done} of {total} tasks done, {running}{}",
            self.rate(progress)
        );
    }

    /// Rate and time left, once there is a basis for them.
    fn rate(&self, progress: &Progress) -> String {
        let done = progress.ended() - self.began_with;
        let seconds = self.began.elapsed().as_secs_f64();
        if done == 0 || seconds < 1.0 {
            return String::new();
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "for people; a list has 100,000 tasks"
        )]
        let (rate, left) = (
            done as f64 / seconds,
            (progress.total - progress.ended()) as f64,
        );
        format!(", {rate:.1} a second, {:.0} s left", left / rate)
    }
}
