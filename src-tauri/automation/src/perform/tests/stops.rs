//! Stop signs, failures, and what is known after them.

use signalbox_phone::{Code, Sent};

use super::*;
use crate::fake::{Over, Trouble};
use crate::{Ending, StepEnd};

#[tokio::test(start_paused = true)]
async fn people_may_write_what_they_like() {
    for words in [
        "Try again later",
        "Action Blocked",
        "Confirm it's you",
        "This account is private",
    ] {
        let phone = phone(Release::A, |world| {
            world.bio = words;
            world.caption = words;
        });
        let told = ["active ann", "0 intend like", "0 like success"];
        check(
            phone,
            job(&[Action::LikePost]),
            go(),
            "completed",
            &told,
            &["ann like bob 1"],
        )
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn stop_signs_instead_of_the_act() {
    let sign = |text| Over::Sign(text, vec!["OK", "Tell us"]);
    let cases = [
        (
            sign("Action Blocked"),
            "rate_limited",
            "rate_limited rate_limited",
        ),
        (
            sign("We limit how often you can do certain things"),
            "rate_limited",
            "rate_limited rate_limited",
        ),
        (
            sign("Confirm it\u{2019}s you"),
            "challenge",
            "unknown challenge",
        ),
        (
            sign("Help us confirm. Try again later"),
            "challenge",
            "unknown challenge",
        ),
        (
            sign("Help us confirm. We limit how often you can do certain things"),
            "rate_limited",
            "rate_limited rate_limited",
        ),
        (
            Over::Banner("Something went wrong"),
            "network_error",
            "failed network_error",
        ),
        (sign("Somebody likes you"), "unknown", "unknown unknown"),
    ];
    for release in BOTH {
        for (over, ending, outcome) in cases.clone() {
            let follow = format!("0 follow {outcome}");
            let told = ["active ann", "0 intend follow", follow.as_str()];
            let phone = phone(release, |_| {}).trouble(FOLLOW, Trouble::Sign(over));
            let job = job(&[Action::FollowUser]);
            let report = check(phone, job, go(), ending, &told, &[]).await;
            assert!(
                report
                    .evidence
                    .is_some_and(|kept| kept.screenshot.is_some())
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_known_of_a_failed_touch_decides() {
    let done = ["ann follow bob"];
    let cases: [(Trouble, &str, &str, &[&str]); 8] = [
        (Trouble::AnswerLost, "timeout", "unknown timeout", &done),
        (
            Trouble::Refuses(Code::Timeout, Sent::Unknown),
            "timeout",
            "unknown timeout",
            &[],
        ),
        (
            Trouble::Refuses(Code::StaleElement, Sent::Failed),
            "completed",
            "success",
            &done,
        ),
        (
            Trouble::Refuses(Code::NoSuchElement, Sent::NotSent),
            "completed",
            "success",
            &done,
        ),
        (
            Trouble::Refuses(Code::Refused, Sent::NotSent),
            "timeout",
            "failed timeout",
            &[],
        ),
        (Trouble::Nothing, "unknown", "failed no_change", &[]),
        (Trouble::Crash, "app_crash", "failed app_crash", &[]),
        (
            Trouble::Raced,
            "completed",
            "skipped already_following",
            &[],
        ),
    ];
    for (trouble, ending, outcome, effects) in cases {
        let follow = format!("0 follow {outcome}");
        let told = ["active ann", "0 intend follow", follow.as_str()];
        let phone = phone(Release::A, |_| {}).trouble(FOLLOW, trouble.clone());
        let ledger = go();
        let report = run(&phone, &job(&[Action::FollowUser]), &ledger).await;
        assert_eq!(
            report.ending.code(),
            ending,
            "{trouble:?} {:?}",
            report.ending
        );
        assert_eq!(ledger.told(), told, "{trouble:?}");
        assert_eq!(phone.world().effects, effects, "{trouble:?}");
        let taps = phone
            .calls()
            .iter()
            .filter(|call| *call == &format!("click {FOLLOW}"))
            .count();
        assert!(taps <= 2, "{trouble:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_to_a_like_ends_in_doubt_and_nothing_follows() {
    let phone = phone(Release::B, |_| {}).trouble(PICTURE, Trouble::AnswerLost);
    let told = ["active ann", "0 intend like", "0 like unknown timeout"];
    let job = job(&[Action::LikePost, Action::FollowUser]);
    let ledger = go();
    let report = run(&phone, &job, &ledger).await;
    assert!(matches!(report.ending, Ending::Timeout { .. }));
    assert_eq!(ledger.told(), told);
    assert_eq!(
        phone.calls().last().map(String::as_str),
        Some("double_tap Photo by bob")
    );
    assert_eq!(report.evidence, None);
    assert_eq!(report.at, Some(0));
}

#[tokio::test(start_paused = true)]
async fn a_follow_button_that_cannot_be_read_is_not_touched() {
    for label in ["Abonnieren", "", "Follows you"] {
        let phone = phone(Release::A, |world| world.follow_label = Some(label));
        let job = job(&[Action::FollowUser]);
        let report = check(phone, job, go(), "unknown", &["active ann"], &[]).await;
        let kept = report.evidence.unwrap();
        assert!(kept.source.is_some_and(|xml| xml.contains(FOLLOW)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_obeyed_between_steps_but_never_between_act_and_look() {
    let before = FakeLedger::stopping_at("search.field");
    let phone_a = phone(Release::A, |_| {});
    check(
        phone_a,
        job(&Action::DEFAULT),
        before,
        "cancelled",
        &["active ann"],
        &[],
    )
    .await;
    let during = FakeLedger::stopping_at("profile.follow");
    let told = ["active ann", "0 intend follow", "0 follow success"];
    let phone_b = phone(Release::B, |_| {});
    let two = job(&[Action::FollowUser, Action::NavigateHome]);
    check(
        phone_b,
        two,
        during,
        "cancelled",
        &told,
        &["ann follow bob"],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn nothing_is_touched_after_a_fact_was_not_kept() {
    let full = FakeLedger::full();
    let told = ["active ann", "0 view success"];
    let job = job(&[Action::ViewProfile, Action::FollowUser]);
    check(phone(Release::A, |_| {}), job, full, "halted", &told, &[]).await;
}

#[tokio::test(start_paused = true)]
async fn the_task_log_says_what_was_sent() {
    let phone = phone(Release::A, |_| {}).trouble(FOLLOW, Trouble::AnswerLost);
    let ledger = go();
    run(&phone, &job(&[Action::FollowUser]), &ledger).await;
    let lines = ledger.lines();
    let lost = lines.iter().find(|line| line.sent.is_some()).unwrap();
    assert_eq!((lost.what, lost.sought.as_str()), ("tap", "profile.follow"));
    assert_eq!(
        (lost.sent, lost.end, lost.step),
        (Some(Sent::Unknown), StepEnd::Failed, Some(0))
    );
}

#[tokio::test(start_paused = true)]
async fn the_task_log_says_what_the_phone_answered_and_what_was_found_instead() {
    let refuses = || Trouble::Refuses(Code::InvalidElementState, Sent::Failed);
    let act = phone(Release::A, |_| {}).trouble(FOLLOW, refuses());
    let ledger = go();
    run(&act, &job(&[Action::FollowUser]), &ledger).await;
    let failed = ledger
        .lines()
        .into_iter()
        .filter(|line| line.error.is_some());
    let failed: Vec<_> = failed
        .map(|line| (line.what, line.sent, line.error))
        .collect();
    let (sent, error) = (Some(Sent::Failed), Some("invalid element state"));
    assert_eq!(failed, [("tap", sent, error), ("ensure", sent, error)]);
    // A step that acts on nobody says so too.
    let step = phone(Release::A, |_| {}).trouble("explore-tab", refuses());
    let ledger = go();
    run(&step, &job(&[Action::FollowUser]), &ledger).await;
    let lines = ledger.lines();
    let told = lines.iter().find(|line| line.error.is_some()).unwrap();
    assert_eq!((told.what, told.sent, told.error), ("tap", sent, error));
    assert!(
        told.found
            .as_ref()
            .is_some_and(|said| said.contains("made for the test"))
    );
    let well = lines.iter().filter(|line| line.end == StepEnd::Done);
    assert!(
        well.into_iter()
            .all(|line| line.sent.is_none() && line.error.is_none())
    );
}

/// What the phone was asked from the first find of that control on, up to its touch.
fn asked_of(phone: &FakePhone, control: &str) -> Vec<String> {
    let calls = phone.calls();
    let find = |call: &&String| call.starts_with("find") && call.contains(control);
    let touch = format!("click {control}");
    let from = calls.iter().position(|call| find(&call)).unwrap();
    let to = calls.iter().position(|call| *call == touch).unwrap();
    let word = |call: &String| call.split(' ').next().unwrap_or_default().to_owned();
    calls[from..=to].iter().map(word).collect()
}

#[tokio::test(start_paused = true)]
async fn what_says_something_else_than_was_read_is_not_touched() {
    for (control, says) in [(FOLLOW, "Following"), ("explore-tab", "Reels")] {
        let phone = phone(Release::A, |_| {}).trouble(control, Trouble::Says(says));
        let report = run(&phone, &job(&[Action::FollowUser]), &go()).await;
        assert_eq!(report.ending, Ending::Completed, "{control}");
        assert_eq!(phone.world().effects, ["ann follow bob"], "{control}");
        let asked = asked_of(&phone, control);
        assert_eq!(asked, ["find", "source", "find", "click"], "{control}");
    }
    // Nobody follows by the first answer, and nobody by the second.
    let never = phone(Release::A, |_| {})
        .trouble(FOLLOW, Trouble::Says("Following"))
        .trouble(FOLLOW, Trouble::Says("Requested"));
    let told = [
        "active ann",
        "0 intend follow",
        "0 follow failed element_not_found",
    ];
    let ending = "element_not_found";
    check(never, job(&[Action::FollowUser]), go(), ending, &told, &[]).await;
}

#[tokio::test(start_paused = true)]
async fn a_runner_that_describes_nothing_will_do() {
    let phone = phone(Release::A, |_| {}).mute();
    let told = ["active ann", "0 intend follow", "0 follow success"];
    let follow = job(&[Action::FollowUser]);
    check(phone, follow, go(), "completed", &told, &["ann follow bob"]).await;
}

#[tokio::test(start_paused = true)]
async fn an_account_that_goes_stale_is_found_once_more() {
    let amy = Job {
        handle: "amy".into(),
        ..job(&[Action::FollowUser])
    };
    let stale = || Trouble::Refuses(Code::StaleElement, Sent::NotSent);
    let once = phone(Release::A, |_| {}).trouble("amy", stale());
    let report = run(&once, &amy, &go()).await;
    assert_eq!(report.ending, Ending::Completed);
    assert_eq!(once.world().effects, ["amy follow bob"]);
    let twice = phone(Release::A, |_| {})
        .trouble("amy", stale())
        .trouble("amy", stale());
    let report = run(&twice, &amy, &go()).await;
    assert_eq!(report.ending.code(), "unknown");
    let calls = twice.calls();
    let taps = calls.iter().filter(|call| *call == "click amy").count();
    assert_eq!(taps, 2, "{calls:#?}");
    // Another account's row where this one was: it is not chosen.
    let other = phone(Release::A, |_| {})
        .trouble("amy", stale())
        .trouble("amy", Trouble::Says("ann"));
    let report = run(&other, &amy, &go()).await;
    assert_eq!(report.ending.code(), "unknown");
    assert_eq!(other.world().active, "ann");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_typed_into_a_secret_whatever_an_operators_locators_say() {
    let own = "format = 1\n[locators]\n\"search.field\" = [{ id = \"search-text-input\" }]\n";
    let screens = Screens::load(Some(own)).unwrap();
    for secret in [false, true] {
        let phone = phone(Release::A, |world| world.secret_search = secret);
        let job = job(&[Action::SearchUser, Action::ViewProfile]);
        let report = perform(&phone, &screens, &job, &go()).await;
        // Without the search the profile is opened by its link.
        assert_eq!(report.ending.code(), "completed", "{:?}", report.ending);
        let typed = |call: &String| call.starts_with("type ");
        assert_eq!(
            phone.calls().iter().any(typed),
            !secret,
            "{:?}",
            phone.calls()
        );
    }
}
