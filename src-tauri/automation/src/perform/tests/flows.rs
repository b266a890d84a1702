//! Flows on a phone: what they touch, what counts as an act, and what they are refused.

use super::*;
use crate::fake::{Over, Place, Trouble};
use crate::flow::Script;
use crate::{Report, SkipReason, Verdict, Work};

const OPEN: &str = "- openLink: instagram://user?username=bob\n";
const FOLLOW: &str = "- tapOn: {id: user-detail-header-follow-button}\n";
const POST: &str = "- tapOn: {id: media-thumbnail-cell, index: 0}\n";
const PICTURE: &str = "- doubleTapOn: Photo by bob\n";

async fn play(phone: &FakePhone, text: &str, job: &Job, ledger: &FakeLedger) -> Report {
    let script = Script {
        main: "f.yaml".to_owned(),
        files: [("f.yaml".to_owned(), text.to_owned())].into(),
        ..Script::default()
    };
    let job = Job {
        work: Work::Flow {
            target: "bob".into(),
            script,
        },
        ..job.clone()
    };
    perform(phone, &Screens::load(None).unwrap(), &job, ledger).await
}

/// Runs a flow and compares how it ended, what the ledger was told, and what changed for others.
async fn check_flow(
    phone: FakePhone,
    text: &str,
    ledger: FakeLedger,
    ending: &str,
    told: &[&str],
    effects: &[&str],
) -> String {
    let report = play(&phone, text, &job(&[]), &ledger).await;
    let sentence = report.ending.sentence();
    let what = format!("{text}{sentence}\n{:#?}", ledger.lines());
    assert_eq!(report.ending.code(), ending, "{what}");
    assert_eq!(ledger.told()[1..], *told, "{what}");
    assert_eq!(phone.world().effects, effects, "{what}");
    sentence
}

#[tokio::test(start_paused = true)]
async fn touches_that_are_acts_are_counted_as_acts() {
    for release in BOTH {
        let told = [
            "0 intend follow",
            "0 follow success",
            "1 intend like",
            "1 like success",
        ];
        let effects = ["ann follow bob", "ann like bob 1"];
        let text = [OPEN, FOLLOW, POST, PICTURE].concat();
        let plain = phone(release, |_| {});
        check_flow(plain, &text, go(), "completed", &told, &effects).await;
        let told = ["0 intend like", "0 like success"];
        let text = format!("{OPEN}{POST}- tapOn: {{id: like-button}}\n");
        let plain = phone(release, |_| {});
        check_flow(
            plain,
            &text,
            go(),
            "completed",
            &told,
            &["ann button like bob 1"],
        )
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_ever_taken_back() {
    for release in BOTH {
        let done = |world: &mut World| {
            world.following.insert("bob".into());
            world.liked.insert(("bob".into(), 1));
        };
        // By its id, a control that is so already is left alone.
        let text = format!("{OPEN}{FOLLOW}{POST}- tapOn: {{id: like-button}}\n{PICTURE}");
        let told = [
            "0 follow skipped already_following",
            "1 like skipped already_liked",
            "2 like skipped already_liked",
        ];
        check_flow(phone(release, done), &text, go(), "completed", &told, &[]).await;
        // By what it says, the flow means to undo it.
        for said in ["Following", "Tap to unfollow bob"] {
            let text = format!("{OPEN}- tapOn: {{text: {said}, optional: true}}\n- back\n");
            let there = (release == Release::A) == (said == "Following");
            let ending = if there { "flow_refused" } else { "completed" };
            check_flow(phone(release, done), &text, go(), ending, &[], &[]).await;
        }
        // Two taps on a toggle, and the sheet that an app may open.
        let text = format!("{OPEN}{POST}- doubleTapOn: {{id: like-button}}\n");
        check_flow(
            phone(release, |_| {}),
            &text,
            go(),
            "flow_refused",
            &[],
            &[],
        )
        .await;
        let sheet =
            phone(release, |_| {}).trouble("media-thumbnail", Trouble::Sign(Over::Unfollow));
        let text = format!("{OPEN}{POST}- tapOn: Unfollow\n");
        check_flow(sheet, &text, go(), "flow_refused", &[], &[]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_counted_is_refused() {
    // On the feed stand posts of several people.
    let feed = "- tapOn: {id: mainfeed-tab}\n- tapOn: {id: like-button}\n";
    let why = check_flow(
        phone(Release::A, |_| {}),
        feed,
        go(),
        "flow_refused",
        &[],
        &[],
    )
    .await;
    assert!(why.starts_with("f.yaml:2: Whom that would"), "{why}");
    let hold = format!("{OPEN}- longPressOn: {{id: user-detail-header-follow-button}}\n");
    check_flow(
        phone(Release::B, |_| {}),
        &hold,
        go(),
        "flow_refused",
        &[],
        &[],
    )
    .await;
    // Another account than the task's.
    let switch = "- tapOn: {id: user-switch-title-button}\n- tapOn: amy\n";
    let phone_b = phone(Release::B, |_| {});
    let report = play(&phone_b, switch, &job(&[]), &go()).await;
    assert_eq!(report.ending.code(), "flow_refused");
    assert_eq!(phone_b.world().active, "ann");
    let hold = "- longPressOn: {id: profile-tab}\n";
    check_flow(
        phone(Release::A, |_| {}),
        hold,
        go(),
        "flow_refused",
        &[],
        &[],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_ledgers_word_holds_for_flows() {
    let text = [OPEN, FOLLOW, "- back\n"].concat();
    let cases = [
        (
            Verdict::Skip(SkipReason::Dedupe),
            "completed",
            Some("0 follow dedupe_hit dedupe"),
        ),
        (Verdict::Yield, "yielded", None),
        (Verdict::Stop, "cancelled", None),
    ];
    for (verdict, ending, outcome) in cases {
        let mut told = vec!["0 intend follow"];
        told.extend(outcome);
        let ledger = FakeLedger::answering(&[verdict]);
        check_flow(phone(Release::A, |_| {}), &text, ledger, ending, &told, &[]).await;
    }
    // What an earlier attempt settled is not asked for again.
    let resumed = Job {
        resume: Progress { next: 1 },
        ..job(&[])
    };
    let phone = phone(Release::A, |_| {});
    let ledger = go();
    let report = play(&phone, &[&text, POST, PICTURE].concat(), &resumed, &ledger).await;
    assert_eq!(
        report.ending.code(),
        "flow_failed",
        "back to the feed: no grid there"
    );
    assert_eq!(ledger.told(), ["active ann"]);
    assert!(phone.world().effects.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_act_that_fails_ends_the_flow_whatever_it_says() {
    let text = format!(
        "{OPEN}- retry:\n    maxRetries: 3\n    commands:\n      - tapOn: {{id: user-detail-header-follow-button, optional: true}}\n"
    );
    let button = "user-detail-header-follow-button";
    let told = ["0 intend follow", "0 follow failed no_change"];
    let lazy = phone(Release::A, |_| {}).trouble(button, Trouble::Nothing);
    check_flow(lazy, &text, go(), "flow_failed", &told, &[]).await;
    let told = ["0 intend follow", "0 follow unknown timeout"];
    let lost = phone(Release::A, |_| {}).trouble(button, Trouble::AnswerLost);
    check_flow(lost, &text, go(), "timeout", &told, &["ann follow bob"]).await;
}

#[tokio::test(start_paused = true)]
async fn stop_signs_end_a_flow_and_questions_do_not() {
    let blocked = Over::Sign("Try Again Later", vec!["OK", "Tell us"]);
    let text = format!("{OPEN}{POST}- tapOn: OK\n");
    let phone_a = phone(Release::A, |_| {}).trouble("media-thumbnail", Trouble::Sign(blocked));
    check_flow(phone_a, &text, go(), "rate_limited", &[], &[]).await;
    // A harmless question is answered, unless the flow answers it.
    let asks = || Over::Sign("Turn on notifications", vec!["Turn on", "Not now"]);
    let text = format!("{OPEN}{POST}- assertVisible: {{id: media-thumbnail-cell}}\n");
    let phone_b = phone(Release::B, |_| {}).trouble("media-thumbnail", Trouble::Sign(asks()));
    check_flow(phone_b, &text, go(), "completed", &[], &[]).await;
    // One that is not known is the flow's to answer.
    let asks = || Over::Sign("Share your contacts?", vec!["OK", "Learn more"]);
    let text = format!("{OPEN}{POST}- tapOn: Learn more\n{POST}");
    let phone_b = phone(Release::B, |_| {}).trouble("media-thumbnail", Trouble::Sign(asks()));
    check_flow(phone_b, &text, go(), "completed", &[], &[]).await;
}

#[tokio::test(start_paused = true)]
async fn nothing_is_done_on_a_login_screen() {
    let app = "- launchApp: com.example.other\n";
    let field = r#"<XCUIElementTypeTextField type="XCUIElementTypeTextField" name="mail"/>"#;
    let secure =
        r#"<XCUIElementTypeSecureTextField type="XCUIElementTypeSecureTextField" name="p"/>"#;
    let button = r#"<XCUIElementTypeButton name="b" label="Create new account"/>"#;
    for (screen, ending) in [
        (format!("{field}{secure}"), "flow_refused"),
        (format!("{field}{button}"), "flow_refused"),
        (field.to_owned(), "completed"),
        // Its words are no stop signs: it is another app.
        (
            format!("{field}<XCUIElementTypeStaticText label=\"Action Blocked\"/>"),
            "completed",
        ),
    ] {
        let screen: &'static str = Box::leak(screen.into_boxed_str());
        for step in [
            "- assertVisible: {id: mail}\n",
            "- tapOn: {id: mail}\n",
            "- inputText: x\n",
        ] {
            let other = phone(Release::A, |world| world.other_app = screen);
            let ledger = go();
            let report = play(&other, &format!("{app}{step}"), &job(&[]), &ledger).await;
            assert_eq!(report.ending.code(), ending, "{screen} {step}");
            let typed = other.calls().iter().any(|call| call.starts_with("type "));
            assert!(!typed || ending == "completed", "{screen}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_typed_into_a_secret_that_only_the_keyboard_tells_of() {
    let app = "- launchApp: com.example.other\n";
    for (kind, ending) in [
        ("SecureTextField", "flow_refused"),
        ("TextField", "completed"),
    ] {
        // It has the keyboard, and is not to be seen.
        let field = format!(
            r#"<XCUIElementType{kind} type="XCUIElementType{kind}" name="p" visible="false"/>"#
        );
        let screen: &'static str = Box::leak(field.into_boxed_str());
        let other = phone(Release::A, |world| world.other_app = screen);
        let text = format!("{app}- inputText: x\n");
        let report = play(&other, &text, &job(&[]), &go()).await;
        assert_eq!(report.ending.code(), ending, "{:?}", other.calls());
        let typed = |call: &String| call.starts_with("type ") || call.starts_with("keys ");
        assert_eq!(other.calls().iter().any(typed), ending == "completed");
    }
}

#[tokio::test(start_paused = true)]
async fn commands_that_hold_commands() {
    let calls = |phone: &FakePhone, part: &str| {
        let calls = phone.calls();
        calls.iter().filter(|call| call.contains(part)).count()
    };
    let plain = || phone(Release::A, |world| world.stack = vec![Place::Own]);
    let check = |text: &'static str, ending: &'static str, taps: usize| async move {
        let phone = plain();
        let before = {
            let other = plain();
            play(&other, "- back\n", &job(&[]), &go()).await;
            calls(&other, "click explore-tab")
        };
        let report = play(&phone, text, &job(&[]), &go()).await;
        assert_eq!(
            report.ending.code(),
            ending,
            "{text} {}",
            report.ending.sentence()
        );
        assert_eq!(calls(&phone, "click explore-tab") - before, taps, "{text}");
    };
    let tap = "tapOn: {id: explore-tab}";
    let text = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    check(
        text(format!("- repeat: {{times: 3, commands: [{tap}]}}")),
        "completed",
        3,
    )
    .await;
    let once =
        format!("- repeat: {{while: {{notVisible: {{id: search-bar}}}}, commands: [{tap}]}}");
    check(text(once), "completed", 1).await;
    let never_ends =
        format!("- repeat: {{while: {{visible: {{id: profile-tab}}}}, commands: [{tap}]}}");
    check(text(never_ends), "flow_failed", 100).await;
    let not_here = format!("- runFlow: {{when: {{visible: Nowhere}}, commands: [{tap}]}}");
    check(text(not_here), "completed", 0).await;
    let other_system = format!("- runFlow: {{when: {{platform: Android}}, commands: [{tap}]}}");
    check(text(other_system), "completed", 0).await;
    let twice =
        format!("- retry: {{maxRetries: 2, commands: [{tap}, {{assertVisible: Nowhere}}]}}");
    check(text(twice), "flow_failed", 3).await;
    let left_out = format!("- tapOn: {{text: Nowhere, optional: true}}\n- {tap}");
    check(text(left_out), "completed", 1).await;
    check(
        text(format!("- assertTrue: ${{1 == 2}}\n- {tap}")),
        "flow_failed",
        0,
    )
    .await;
    let after = format!("onFlowComplete: [{tap}]\n---\n- assertVisible: Nowhere\n");
    check(text(after), "flow_failed", 1).await;
    // A hundred rounds of a hundred are more than one run may have.
    let many = "- repeat:\n    times: 100\n    commands:\n      - repeat: {times: 100, commands: [setClipboard: a]}\n";
    check(many, "flow_failed", 0).await;
    check("- clearKeychain\n", "flow_failed", 0).await;
}

#[tokio::test(start_paused = true)]
async fn typing_is_read_back_and_what_is_copied_is_pasted() {
    let text = "- tapOn: {id: explore-tab}\n- tapOn: {id: search-bar}\n- inputText: bob\n\
        - eraseText: 1\n- inputText: t\n- copyTextFrom: {id: search-text-input}\n\
        - eraseText\n- inputText: x\n- pasteText\n- assertTrue: ${maestro.copiedText == 'bot'}\n";
    let phone = phone(Release::A, |world| world.drop_letter = true);
    let ledger = go();
    let report = play(&phone, text, &job(&[]), &ledger).await;
    let told = format!("{} {:#?}", report.ending.sentence(), phone.calls());
    assert_eq!(report.ending.code(), "completed", "{told}");
    assert_eq!(phone.world().typed, "xbot");
    let typed = |line: &crate::StepLog| line.what == "type" && line.sought.contains("bob");
    assert!(
        !ledger.lines().iter().any(typed),
        "typed text stands in no log"
    );
}

#[tokio::test(start_paused = true)]
async fn a_comment_is_asked_for_sent_once_and_seen() {
    let text = format!(
        "{OPEN}{POST}- tapOn: {{id: comment-button}}\n- inputText: So good\n- tapOn: Post comment\n"
    );
    for release in BOTH {
        let told = ["0 intend comment", "0 comment success"];
        let effects = ["ann comment bob 1: So good"];
        check_flow(
            phone(release, |_| {}),
            &text,
            go(),
            "completed",
            &told,
            &effects,
        )
        .await;
        let told = ["0 intend comment", "0 comment dedupe_hit dedupe"];
        let ledger = FakeLedger::answering(&[Verdict::Skip(SkipReason::Dedupe)]);
        check_flow(
            phone(release, |_| {}),
            &text,
            ledger,
            "completed",
            &told,
            &[],
        )
        .await;
        let entered = text.replace("- tapOn: Post comment", "- pressKey: Enter");
        check_flow(
            phone(release, |_| {}),
            &entered,
            go(),
            "flow_refused",
            &[],
            &[],
        )
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_rehearsal_only_proves_the_account() {
    let rehearsal = Job {
        mode: Mode::Rehearse,
        ..job(&[])
    };
    let phone = phone(Release::B, |_| {});
    let ledger = go();
    let text = [OPEN, FOLLOW].concat();
    let report = play(&phone, &text, &rehearsal, &ledger).await;
    assert_eq!(report.ending.code(), "completed");
    assert_eq!(ledger.told(), ["active ann"]);
    assert!(!phone.calls().iter().any(|call| call.starts_with("open ")));
}
