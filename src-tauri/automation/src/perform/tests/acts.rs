//! Acts: asked for, done once, left out, rehearsed.

use super::*;
use crate::fake::{Place, Trouble};
use crate::{Ending, SkipReason, Verdict};

#[tokio::test(start_paused = true)]
async fn the_usual_task_on_both_releases() {
    for release in BOTH {
        let told = [
            "active ann",
            "1 view success",
            "2 intend like",
            "2 like success",
            "3 intend follow",
            "3 follow success",
        ];
        let phone = phone(release, |_| {});
        let ledger = go();
        let report = run(&phone, &job(&Action::DEFAULT), &ledger).await;
        assert_eq!(
            report.ending,
            Ending::Completed,
            "{release:?} {:#?}",
            ledger.lines()
        );
        assert_eq!(ledger.told(), told);
        assert_eq!(phone.world().effects, ["ann like bob 1", "ann follow bob"]);
        assert_eq!(phone.world().place(), Place::Feed);
        assert!(phone.calls().len() <= 45, "{:#?}", phone.calls());
        assert!(
            !ledger
                .lines()
                .iter()
                .any(|line| format!("{line:?}").contains("${"))
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_so_already_is_not_touched() {
    for release in BOTH {
        let phone = phone(release, |world| {
            world.following.insert("bob".into());
            world.liked.insert(("bob".into(), 1));
        });
        let told = [
            "active ann",
            "0 like skipped already_liked",
            "1 follow skipped already_following",
        ];
        let job = job(&[Action::LikePost, Action::FollowUser]);
        check(phone, job, go(), "completed", &told, &[]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn several_posts_are_acts_of_their_own() {
    let told = [
        "active ann",
        "0 intend like",
        "0 like success",
        "1 intend like",
        "1 like success",
        "2 like skipped no_posts",
    ];
    let phone = phone(Release::B, |world| world.posts = 2);
    let job = Job {
        work: work("bob", &[Action::LikePost], (3, 1)),
        ..job(&[])
    };
    check(
        phone,
        job,
        go(),
        "completed",
        &told,
        &["ann like bob 1", "ann like bob 2"],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_retry_goes_on_behind_the_last_outcome() {
    let told = ["active ann", "3 intend follow", "3 follow success"];
    let job = Job {
        resume: Progress { next: 3 },
        ..job(&Action::DEFAULT)
    };
    check(
        phone(Release::A, |_| {}),
        job,
        go(),
        "completed",
        &told,
        &["ann follow bob"],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn verdicts() {
    let cases = [
        (
            Verdict::Skip(SkipReason::Dedupe),
            "completed",
            Some("0 follow dedupe_hit dedupe"),
        ),
        (
            Verdict::Skip(SkipReason::Limit),
            "completed",
            Some("0 follow skipped limit_reached"),
        ),
        (
            Verdict::Skip(SkipReason::CheckFailed),
            "completed",
            Some("0 follow skipped check_failed"),
        ),
        (Verdict::Yield, "yielded", None),
        (Verdict::Stop, "cancelled", None),
    ];
    for (verdict, ending, outcome) in cases {
        let mut told = vec!["active ann", "0 intend follow"];
        told.extend(outcome);
        let ledger = FakeLedger::answering(&[verdict]);
        let phone = phone(Release::A, |_| {});
        check(
            phone,
            job(&[Action::FollowUser]),
            ledger,
            ending,
            &told,
            &[],
        )
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn private_and_missing_targets_go_on_with_the_next_action() {
    let all = job(&Action::DEFAULT);
    let private = [
        "active ann",
        "1 view private_account private_account",
        "2 like private_account private_account",
        "3 follow private_account private_account",
    ];
    check(
        phone(Release::A, |w| w.private = true),
        all.clone(),
        go(),
        "completed",
        &private,
        &[],
    )
    .await;
    let gone = [
        "active ann",
        "1 view target_unavailable target_unavailable",
        "2 like target_unavailable target_unavailable",
        "3 follow target_unavailable target_unavailable",
    ];
    for notice in ["Sorry, this page isn't available.", "User not found"] {
        let phone = phone(Release::B, |world| world.gone = Some(notice));
        check(phone, all.clone(), go(), "completed", &gone, &[]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn rehearsal_says_what_would_be_done_and_changes_nothing() {
    let rehearse = |actions: &[Action]| Job {
        mode: Mode::Rehearse,
        ..job(actions)
    };
    let all = rehearse(&Action::DEFAULT);
    for release in BOTH {
        let would = [
            "active ann",
            "1 view success",
            "2 like would would_like",
            "3 follow would would_follow",
        ];
        check(
            phone(release, |_| {}),
            all.clone(),
            go(),
            "completed",
            &would,
            &[],
        )
        .await;
        let already = ["active ann", "0 follow skipped already_following"];
        let followed = phone(release, |world| _ = world.following.insert("bob".into()));
        let follow = rehearse(&[Action::FollowUser]);
        check(followed, follow, go(), "completed", &already, &[]).await;
        let private = ["active ann", "0 follow private_account private_account"];
        let hidden = phone(release, |world| world.private = true);
        let follow = rehearse(&[Action::FollowUser]);
        check(hidden, follow, go(), "completed", &private, &[]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn follows_are_bounded_by_the_job() {
    let none = Job {
        work: work("bob", &[Action::FollowUser], (1, 0)),
        ..job(&[])
    };
    let told = ["active ann", "0 follow skipped max_follows"];
    check(
        phone(Release::A, |_| {}),
        none,
        go(),
        "completed",
        &told,
        &[],
    )
    .await;
    let own = Job {
        work: work("ANN", &[Action::FollowUser], (1, 1)),
        ..job(&[])
    };
    let told = ["active ann", "0 follow skipped own_account"];
    check(
        phone(Release::A, |_| {}),
        own,
        go(),
        "completed",
        &told,
        &[],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn nothing_that_is_debugged_names_anybody() {
    let phone = phone(Release::A, |_| {}).trouble(FOLLOW, Trouble::AnswerLost);
    let named = Job {
        work: work("canary", &[Action::FollowUser], (1, 1)),
        ..job(&[])
    };
    let ledger = go();
    let report = run(&phone, &named, &ledger).await;
    let all = format!("{named:?} {report:?} {:?}", ledger.lines());
    assert!(all.contains("follow") && !all.contains("canary"), "{all}");
    assert!(
        ledger
            .lines()
            .iter()
            .any(|line| line.found.as_deref() == Some("canary"))
    );
}
