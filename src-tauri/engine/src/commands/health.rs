//! How the engine is, in a few numbers that name nobody: it is told without a token.

use signalbox_scheduler::Counts;

use super::notices;
use super::{CommandError, Commands};
use crate::runtime::{Durations, View};
use crate::store::restore;

/// How the engine is.
#[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct Health {
    /// `healthy`, or `warning` when there are issues.
    pub status: &'static str,
    /// One sentence each, without names.
    pub issues: Vec<String>,
    /// Seconds since the engine started.
    pub uptime: f64,
    /// Tasks under way or in doubt.
    pub workers_active: u64,
    /// Phones that can work.
    pub devices_ready: u64,
    /// Tasks that wait in a line.
    pub queue_size: u64,
}

/// The engine in numbers, of one moment, for those who draw them over time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Numbers {
    /// Seconds since the engine started.
    pub uptime: f64,
    /// Accounts and tasks.
    pub counts: Counts,
    /// Phones that were seen and are not attached.
    pub phones_gone: u64,
    /// Phones that are attached.
    pub phones_attached: u64,
    /// Those that can work.
    pub phones_ready: u64,
    /// New tasks may start.
    pub started: bool,
    /// Nothing can be saved at the moment.
    pub disk_full: bool,
    /// How long attempts took since the engine began.
    pub durations: Durations,
}

impl Commands {
    /// How the engine is.
    pub async fn health(&self) -> Result<Health, CommandError> {
        let uptime = self.uptime();
        self.read(move |view| health(view, uptime)).await
    }

    /// The engine in numbers.
    pub async fn numbers(&self) -> Result<Numbers, CommandError> {
        let uptime = self.uptime();
        self.read(move |view| {
            let phones = || view.state.phones().map(|(_, phone)| phone);
            let attached = phones().filter(|phone| phone.present).count() as u64;
            Numbers {
                uptime,
                counts: view.state.counts(),
                phones_gone: phones().count() as u64 - attached,
                phones_attached: attached,
                phones_ready: phones()
                    .filter(|phone| phone.present && phone.ready)
                    .count() as u64,
                started: !view.state.is_paused() && !view.state.is_stopped(),
                disk_full: view.disk_full,
                durations: *view.durations,
            }
        })
        .await
    }

    /// Seconds since the engine started.
    pub(super) fn uptime(&self) -> f64 {
        let ran = self.clock.read().boot_ms.saturating_sub(self.started_ms);
        std::time::Duration::from_millis(ran).as_secs_f64()
    }
}

pub(super) fn health(view: &View<'_>, uptime: f64) -> Health {
    let phones = || view.state.phones().filter(|(_, phone)| phone.present);
    let attached = phones().count();
    let ready = phones()
        .filter(|(_, phone)| phone.ready && phone.breaker.is_none())
        .count();
    let mut issues = issues(view.disk_full, view.draining, attached, ready);
    if view.state.is_paused() {
        issues.extend(restore::held(view.connection).ok().flatten());
    }
    issues.extend(view.damage.map(str::to_owned));
    issues.extend(notices::all(view).into_iter().map(|notice| notice.sentence));
    Health {
        status: if issues.is_empty() {
            "healthy"
        } else {
            "warning"
        },
        issues,
        uptime,
        workers_active: view.state.counts().tasks_running,
        devices_ready: ready as u64,
        queue_size: view.state.counts().tasks_waiting,
    }
}

fn issues(disk_full: bool, draining: bool, attached: usize, ready: usize) -> Vec<String> {
    let mut issues = Vec::new();
    if disk_full {
        issues.push("The disk is full: nothing starts until there is room.".to_owned());
    }
    if draining {
        issues.push("The engine is ending: nothing starts any more.".to_owned());
    }
    match attached - ready.min(attached) {
        _ if attached == 0 => issues.push("No phone is connected. Plug one in.".to_owned()),
        0 => {}
        1 => issues.push(format!("1 of {attached} connected phones is not ready.")),
        more => issues.push(format!(
            "{more} of {attached} connected phones are not ready."
        )),
    }
    issues
}

#[cfg(test)]
mod tests {
    use signalbox_scheduler::{AttemptNo, Ending, Input, Kind};

    use super::super::audited::lists::files;
    use super::super::tests::{Bench, plug_in};
    use super::*;

    #[tokio::test]
    async fn attempts_are_counted_by_how_long_they_took() {
        let bench = Bench::new().await;
        let commands = bench.engine.commands();
        let rows = ["a,instagram,one,", "a,instagram,two,"];
        commands.import(files("a", &rows)).await.unwrap();
        plug_in(&commands, "phone-1").await;
        for (attempt, ending) in [(1, Ending::Completed), (2, Ending::RateLimited)] {
            let attempt = AttemptNo(attempt);
            let ended = Input::Ended { attempt, ending };
            commands.order(ended, None).await.unwrap();
        }
        let durations = commands.numbers().await.unwrap().durations;
        let counted = durations.each().filter(|(.., it)| it.count > 0);
        let counted: Vec<_> = counted
            .map(|(kind, done, it)| (kind, done, it.count))
            .collect();
        let kind = Kind::Instagram;
        assert_eq!(counted, [(kind, true, 1), (kind, false, 1)]);
        bench.engine.shutdown().await;
    }

    #[test]
    fn what_is_worth_a_warning() {
        let check = |disk_full, draining, attached, ready, expected: &[&str]| {
            let found = issues(disk_full, draining, attached, ready);
            assert_eq!(found.len(), expected.len(), "{found:?}");
            for (found, expected) in found.iter().zip(expected) {
                assert!(found.contains(expected), "{found:?} {expected:?}");
            }
        };
        check(false, false, 4, 4, &[]);
        check(false, false, 4, 3, &["1 of 4 connected phones is not"]);
        check(false, false, 4, 0, &["4 of 4 connected phones are not"]);
        check(false, false, 0, 0, &["No phone"]);
        check(true, true, 1, 1, &["disk is full", "is ending"]);
    }
}
