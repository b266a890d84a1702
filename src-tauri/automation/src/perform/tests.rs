//! Whole jobs on the little app.

mod acts;
mod comments;
mod flows;
mod start;
mod stops;

use crate::fake::{FakeLedger, FakePhone, Release, World};
use crate::{Action, Job, Mode, Progress, Report, Screens, Work, perform};

const BOTH: [Release; 2] = [Release::A, Release::B];
const FOLLOW: &str = "user-detail-header-follow-button";
const PICTURE: &str = "Photo by";

fn work(target: &str, actions: &[Action], (max_likes, max_follows): (u8, u8)) -> Work {
    Work::Instagram {
        target: target.into(),
        actions: actions.to_vec(),
        max_likes,
        max_follows,
    }
}

fn job(actions: &[Action]) -> Job {
    Job {
        handle: "ann".into(),
        work: work("bob", actions, (1, 1)),
        resume: Progress::default(),
        unsettled: None,
        mode: Mode::Act,
        app_version: None,
    }
}

async fn run(phone: &FakePhone, job: &Job, ledger: &FakeLedger) -> Report {
    perform(phone, &Screens::load(None).unwrap(), job, ledger).await
}

/// Runs a job on the phone; its ending's code, what the ledger was told, what changed.
async fn check(
    phone: FakePhone,
    job: Job,
    ledger: FakeLedger,
    ending: &str,
    told: &[&str],
    effects: &[&str],
) -> Report {
    let report = run(&phone, &job, &ledger).await;
    assert_eq!(
        report.ending.code(),
        ending,
        "{}\n{:#?}",
        report.ending.sentence(),
        ledger.lines()
    );
    assert_eq!(ledger.told(), told, "told");
    assert_eq!(phone.world().effects, effects, "effects");
    report
}

fn phone(release: Release, change: impl FnOnce(&mut World)) -> FakePhone {
    let mut world = World::new(release);
    change(&mut world);
    FakePhone::new(world)
}

fn go() -> FakeLedger {
    FakeLedger::default()
}
