//! The start of a job, the account, and what is in the way.

use super::*;
use crate::Ending;
use crate::fake::{Over, Place, Trouble};

#[tokio::test(start_paused = true)]
async fn the_account_is_switched_and_proven() {
    for release in BOTH {
        let told = [
            "active amy of ann,amy",
            "0 intend follow",
            "0 follow success",
        ];
        let job = Job {
            handle: "amy".into(),
            ..job(&[Action::FollowUser])
        };
        let phone = phone(release, |_| {});
        let report = check(phone, job, go(), "completed", &told, &["amy follow bob"]).await;
        assert!(report.switched);
        assert_eq!(report.active, Some("ann".into()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_list_of_accounts_is_scrolled() {
    let many = |world: &mut World| {
        world.accounts = vec!["ann", "a1", "a2", "a3", "a4", "a5", "a6", "amy"];
        world.rows = 3;
    };
    for release in BOTH {
        let told = ["active amy of ann,a1,a2,a3,a4,a5,a6,amy", "0 view success"];
        let amy = Job {
            handle: "amy".into(),
            ..job(&[Action::ViewProfile])
        };
        check(phone(release, many), amy, go(), "completed", &told, &[]).await;
        let back = phone(release, |world| {
            many(world);
            world.active = "amy".into();
        });
        let told = ["active ann of ann,a1,a2 and more", "0 view success"];
        check(
            back,
            job(&[Action::ViewProfile]),
            go(),
            "completed",
            &told,
            &[],
        )
        .await;
        let told = ["active ann of ann,a1,a2,a3,a4,a5,a6,amy"];
        let zoe = Job {
            handle: "zoe".into(),
            ..job(&[Action::ViewProfile])
        };
        check(
            phone(release, many),
            zoe,
            go(),
            "account_not_on_phone",
            &told,
            &[],
        )
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_not_there() {
    let told = ["active ann of ann,amy"];
    let job = Job {
        handle: "zoe".into(),
        ..job(&[Action::FollowUser])
    };
    let phone = phone(Release::B, |_| {});
    let report = run(&phone, &job, &FakeLedger::default()).await;
    assert_eq!(
        report.ending,
        Ending::AccountNotOnPhone {
            seen: vec!["ann".into(), "amy".into()]
        }
    );
    assert_eq!(phone.world().over, None);
    check(phone, job, go(), "account_not_on_phone", &told, &[]).await;
}

#[tokio::test(start_paused = true)]
async fn questions_are_dismissed_and_unknown_ones_end_the_job() {
    let told = ["active ann", "0 view success"];
    let harmless = [
        Over::Question("Save your login info?", vec!["Save", "Not now"]),
        Over::Question("Turn on notifications", vec!["Turn on", "Not Now"]),
        Over::Sign("Allow tracking?", vec!["Allow", "Ask App Not to Track"]),
        Over::Sign("What is new", vec!["OK"]),
        Over::Sign("Turn on notifications", vec!["OK", "Settings"]),
    ];
    for release in BOTH {
        for over in harmless.clone() {
            let phone = phone(release, |world| world.over = Some(over));
            check(
                phone,
                job(&[Action::ViewProfile]),
                go(),
                "completed",
                &told,
                &[],
            )
            .await;
        }
    }
    // In the way when the job starts it may be left from another one: the app is started anew.
    let unknown = Over::Sign("Share your contacts?", vec!["OK", "Learn more"]);
    let left = phone(Release::A, |world| world.over = Some(unknown.clone()));
    check(
        left,
        job(&[Action::ViewProfile]),
        go(),
        "completed",
        &told,
        &[],
    )
    .await;
    let later = phone(Release::A, |_| {}).trouble("explore-tab", Trouble::Sign(unknown));
    check(
        later,
        job(&[Action::ViewProfile]),
        go(),
        "unknown",
        &["active ann"],
        &[],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_sign_of_an_earlier_job_is_nobodys() {
    let sign = Over::Sign("Action Blocked", vec!["OK", "Tell us"]);
    let left = phone(Release::B, |world| world.over = Some(sign));
    let told = ["active ann", "0 view success"];
    check(
        left,
        job(&[Action::ViewProfile]),
        go(),
        "completed",
        &told,
        &[],
    )
    .await;
    for shut in ["Confirm it's you", ""] {
        let phone = phone(Release::A, |world| world.shut = Some(shut));
        let report = check(
            phone,
            job(&[Action::ViewProfile]),
            go(),
            "phone_blocked",
            &[],
            &[],
        )
        .await;
        assert_eq!(report.active, None);
    }
}

#[tokio::test(start_paused = true)]
async fn the_start_finds_its_way_from_anywhere() {
    let starts = [
        vec![
            Place::Feed,
            Place::Profile("bob".into()),
            Place::Post("bob".into(), 2),
        ],
        vec![Place::Explore, Place::Search, Place::Results],
        vec![Place::Own],
    ];
    for release in BOTH {
        for stack in starts.clone() {
            let phone = phone(release, |world| {
                world.stack = stack;
                world.typed = "bob".into();
            });
            let told = ["active ann", "0 view success"];
            check(
                phone,
                job(&[Action::ViewProfile]),
                go(),
                "completed",
                &told,
                &[],
            )
            .await;
        }
    }
    // A missing page that an earlier job left says nothing about this target.
    let left = phone(Release::A, |world| {
        world.stack = vec![Place::Feed, Place::Profile("carl".into())];
        world.gone = Some("User not found");
        world.gone_of = "carl";
    });
    let told = ["active ann", "0 view success"];
    check(
        left,
        job(&[Action::ViewProfile]),
        go(),
        "completed",
        &told,
        &[],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn another_page_than_the_targets_is_never_acted_on() {
    for release in BOTH {
        // The search opened somebody else: the deep link is taken.
        let other = Trouble::Elsewhere(Place::Profile("bobby".into()));
        let wrong = phone(release, |_| {}).trouble("bob", other);
        let told = ["active ann", "0 intend follow", "0 follow success"];
        let follow = job(&[Action::FollowUser]);
        check(wrong, follow, go(), "completed", &told, &["ann follow bob"]).await;
        let other = Trouble::Elsewhere(Place::Post("carl".into(), 1));
        let wrong = phone(release, |_| {}).trouble("media-thumbnail-cell", other);
        let like = job(&[Action::LikePost]);
        check(wrong, like, go(), "element_not_found", &["active ann"], &[]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn another_app_in_front_and_a_crash_between_steps() {
    let away = phone(Release::A, |world| world.in_front = false);
    let told = ["active ann", "0 view success"];
    check(
        away,
        job(&[Action::ViewProfile]),
        go(),
        "completed",
        &told,
        &[],
    )
    .await;
    let crash = phone(Release::A, |_| {}).trouble("explore-tab", Trouble::Crash);
    check(
        crash,
        job(&[Action::ViewProfile]),
        go(),
        "app_crash",
        &["active ann"],
        &[],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn lost_letters_are_typed_again() {
    let phone = phone(Release::B, |world| world.drop_letter = true);
    let told = ["active ann", "0 view success"];
    check(
        phone,
        job(&[Action::ViewProfile]),
        go(),
        "completed",
        &told,
        &[],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_text_that_does_not_stand_there_exactly_goes_nowhere() {
    let phone = phone(Release::B, |world| world.autocorrects = true);
    let report = run(&phone, &job(&[Action::ViewProfile]), &go()).await;
    let calls = phone.calls();
    let typed = calls.iter().filter(|call| call.starts_with("type")).count();
    assert_eq!(typed, 3, "{calls:#?}");
    assert!(
        !calls.iter().any(|call| call.starts_with("click bob")),
        "nothing that the wrong text brought up was tapped: {calls:#?}"
    );
    // The deep link needs no text.
    assert_eq!(report.ending, Ending::Completed);
}

#[tokio::test(start_paused = true)]
async fn a_look_reads_who_is_active_and_says_what_stands_there() {
    let screens = Screens::load(None).unwrap();
    let check = async |account: Option<&str>, change: fn(&mut World), code: &str, active: &str| {
        for release in BOTH {
            let phone = phone(release, change);
            let account = account.map(crate::Handle::new);
            let found = crate::visit(&phone, &screens, account.as_ref(), None).await;
            assert_eq!(found.ending.code(), code, "{account:?}");
            let last = found.seen.last().map(|seen| seen.active.reveal());
            assert_eq!(last.unwrap_or_default(), active, "{account:?}");
            assert!(phone.world().effects.is_empty(), "nothing is changed");
        }
    };
    let blocked = |world: &mut World| world.shut = Some("Confirm it\u{2019}s you");
    check(None, |_| {}, "completed", "ann").await;
    check(Some("ann"), |_| {}, "completed", "ann").await;
    check(Some("amy"), |_| {}, "completed", "amy").await;
    check(Some("zoe"), |_| {}, "account_not_on_phone", "ann").await;
    check(None, blocked, "phone_blocked", "").await;
    check(Some("ann"), blocked, "phone_blocked", "").await;
}

#[tokio::test(start_paused = true)]
async fn a_phone_shows_which_one_it_is_without_the_app() {
    let phone = phone(BOTH[0], |_| {});
    crate::show_itself(&phone).await.unwrap();
    assert_eq!(phone.calls(), ["launch", "press home"].repeat(4));
    assert!(!phone.world().in_front, "the app was not opened");
}
