//! The social app and its traps, in both versions.

use serde_json::{Value, json};
use signalbox_phone_sim::{AppVersion, SignIn, udid};

use crate::client::{Sim, Wda, within};

const BOTH: [AppVersion; 2] = [AppVersion::A, AppVersion::B];

async fn version(version: AppVersion) -> Sim {
    Sim::start(1, |config| config.app_version = Some(version)).await
}

#[tokio::test]
async fn following_is_read_from_the_label_and_unfollowed_in_a_sheet() {
    for (v, after) in [
        (AppVersion::A, "Following"),
        (AppVersion::B, "Tap to unfollow bob"),
    ] {
        let sim = version(v).await;
        let mut wda = sim.app(1).await;
        wda.open_user("Bob").await;
        let button = "user-detail-header-follow-button";
        assert_eq!(wda.label(button).await, "Follow bob");
        wda.click(button).await;
        assert_eq!(wda.label(button).await, after);
        // A second tap asks, it does not unfollow.
        wda.click(button).await;
        assert!(wda.finds("Unfollow").await);
        assert_eq!(
            sim.effects(),
            ["open_profile anna bob -", "follow anna bob -"]
        );
        wda.click("Mute").await;
        wda.click(button).await;
        wda.click("Unfollow").await;
        assert_eq!(wda.label(button).await, "Follow bob");
        assert_eq!(sim.effects().last().unwrap(), "unfollow anna bob -");
    }
}

async fn liked(wda: &mut Wda, v: AppVersion) -> bool {
    match v {
        AppVersion::A => wda.label("like-button").await == "Liked",
        AppVersion::B => wda.value("like-button").await == "Unlike",
    }
}

#[tokio::test]
async fn the_like_button_toggles_and_the_picture_only_likes() {
    for v in BOTH {
        let sim = version(v).await;
        let mut wda = sim.app(1).await;
        wda.open_post("bob_2").await;
        assert!(!liked(&mut wda, v).await);
        wda.double_tap(195, 300).await;
        assert!(liked(&mut wda, v).await);
        wda.double_tap(195, 300).await;
        assert!(liked(&mut wda, v).await);
        wda.click("like-button").await;
        assert!(!liked(&mut wda, v).await);
        // Two fast taps on the button like and unlike: two effects of one request.
        let id = wda.element("like-button").await;
        wda.post(&format!("/wda/element/{id}/doubleTap"), json!({}))
            .await;
        assert!(!liked(&mut wda, v).await);
        let like = "like anna bob bob_2";
        let unlike = "unlike anna bob bob_2";
        assert_eq!(sim.effects(), [like, unlike, like, unlike]);
        let lines = sim.witness();
        let begins = lines.iter().filter(|l| l["event"] == "begin").count();
        assert_eq!(
            begins * 2,
            lines.len(),
            "each effect has a begin and an end"
        );
    }
}

#[tokio::test]
async fn a_search_leads_to_the_profile_as_the_version_wants_it() {
    for v in BOTH {
        let sim = version(v).await;
        let mut wda = sim.app(1).await;
        wda.click("explore-tab").await;
        wda.click("search-bar").await;
        wda.type_into("search-text-input", "bob").await;
        assert_eq!(wda.value("search-text-input").await, "bob");
        assert!(!wda.finds("mainfeed-tab").await);
        let field = wda.element("search-text-input").await;
        let class = wda.get(&format!("/element/{field}/name")).await;
        match v {
            AppVersion::A => {
                assert_eq!(class, "XCUIElementTypeSearchField");
                wda.click("search-collection-view-cell-bob").await;
            }
            AppVersion::B => {
                assert_eq!(class, "XCUIElementTypeTextField");
                assert!(!wda.finds("search-collection-view-cell-bob").await);
                // The cell is a trap: it opens a page of results.
                let cells = json!({"using": "class name", "value": "XCUIElementTypeCell"});
                let cells = wda.post("/elements", cells).await;
                let cell = cells[1]["ELEMENT"].as_str().unwrap().to_owned();
                wda.post(&format!("/element/{cell}/click"), json!({})).await;
                assert!(wda.finds("Accounts").await);
                assert!(!wda.finds("user-detail-header-follow-button").await);
                wda.click("bob").await;
            }
        }
        assert!(wda.finds("user-detail-header-follow-button").await);
        assert_eq!(
            sim.effects(),
            ["search anna - -", "open_profile anna bob -"]
        );
        let searches = sim.witness();
        let search = searches.iter().find(|l| l["effect"] == "search").unwrap();
        assert_eq!(search["text"], "bob");
    }
}

#[tokio::test]
async fn people_who_are_private_missing_or_suspended_look_like_it() {
    let scenario = "[[profile]]\nname = \"shy\"\nprivate = true\n\
                    [[profile]]\nname = \"gone\"\nmissing = true\n\
                    [[profile]]\nname = \"bad\"\nsuspended = true\n\
                    [[profile]]\nname = \"fan\"\nfollows_back = true\nposts = 0\n";
    let sim = Sim::scenario(1, scenario).await;
    let mut wda = sim.app(1).await;
    let button = "user-detail-header-follow-button";
    for (name, text, has_button) in [
        ("shy", "This account is private", true),
        ("gone", "User not found", false),
        ("bad", "Sorry, this page isn't available.", false),
        ("fan", "No Posts Yet", true),
    ] {
        wda.open_user(name).await;
        assert!(wda.shows(text).await, "{name}");
        assert_eq!(wda.finds(button).await, has_button, "{name}");
        assert!(!wda.finds("media-thumbnail-cell").await);
    }
    assert_eq!(wda.label(button).await, "Follow Back");
    wda.open_user("shy").await;
    wda.click(button).await;
    assert_eq!(wda.label(button).await, "Requested");
}

#[tokio::test]
async fn switching_accounts_starts_over_and_each_has_its_own_state() {
    for v in BOTH {
        let sim = version(v).await;
        let mut wda = sim.app(1).await;
        wda.open_user("bob").await;
        wda.click("user-detail-header-follow-button").await;
        wda.swipe((2, 400), (300, 400), 200).await;
        wda.click("profile-tab").await;
        assert_eq!(wda.label("user-switch-title-button").await, "anna");
        wda.click("user-switch-title-button").await;
        assert!(wda.finds("Add Instagram account").await);
        wda.click("bert").await;
        assert!(wda.finds("main-feed-logo").await);
        assert_eq!(sim.effects().last().unwrap(), "switch_account bert - -");
        wda.open_user("bob").await;
        assert_eq!(
            wda.label("user-detail-header-follow-button").await,
            "Follow bob"
        );
    }
}

#[tokio::test]
async fn accounts_are_signed_in_where_they_belong() {
    let sim = Sim::start(2, |config| {
        let on = |handle: &str, phone| SignIn {
            handle: handle.to_owned(),
            device_udid: phone,
        };
        config.accounts = vec![on("anna", Some(udid(1))), on("bert", None)];
    })
    .await;
    let switcher = async |phone: u16| {
        let mut wda = sim.app(phone).await;
        wda.click("profile-tab").await;
        wda.click("user-switch-title-button").await;
        let all = wda.source().await;
        ["anna", "bert", "dora"].map(|name| all.contains(&format!("label=\"{name}\"")))
    };
    assert_eq!(switcher(1).await, [true, true, false]);
    assert_eq!(switcher(2).await, [false, true, false]);
    let more =
        json!({"cmd": "accounts", "accounts": [{"handle": "@Dora", "device_udid": udid(2)}]});
    assert_eq!(sim.control(more.clone()).await["added"], 1);
    assert_eq!(sim.control(more).await["added"], 0);
    assert_eq!(switcher(1).await, [true, true, false]);
    assert_eq!(switcher(2).await, [false, true, true]);
}

#[tokio::test]
async fn where_nobody_is_signed_in_stands_a_login_form() {
    let sim = Sim::start(1, |config| config.accounts.clear()).await;
    let mut wda = sim.app(1).await;
    assert!(
        wda.finds("username").await && wda.finds("password").await && wda.finds("Log in").await
    );
    wda.type_into("password", "secret").await;
    assert!(!wda.shows("secret").await);
    wda.open_user("bob").await;
    assert!(wda.finds("Log in").await);
    assert_eq!(sim.effects(), Vec::<String>::new());
}

#[tokio::test]
async fn a_comment_stands_in_the_list_afterwards() {
    for (v, field) in [
        (AppVersion::A, "text-view"),
        (AppVersion::B, "comment-text-input"),
    ] {
        let sim = version(v).await;
        let mut wda = sim.app(1).await;
        wda.open_post("bob_1").await;
        wda.click("comment-button").await;
        let send = json!({"using": "predicate string", "value": "name == 'send-button' AND label == 'Post comment'"});
        let send = wda.post("/element", send).await["ELEMENT"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(wda.get(&format!("/element/{send}/enabled")).await, false);
        wda.type_into(field, "Lovely light \u{1f600}").await;
        wda.post(&format!("/element/{send}/click"), json!({})).await;
        assert!(wda.finds("Lovely light \u{1f600}").await);
        assert_eq!(sim.effects(), ["comment anna bob bob_1"]);
        let lines = sim.witness();
        assert_eq!(lines.last().unwrap()["effect"], Value::Null);
        let end = lines.iter().find(|l| l["effect"] == "comment").unwrap();
        assert_eq!(end["text"], "Lovely light \u{1f600}");
    }
}

#[tokio::test]
async fn slow_scrolls_load_nothing_and_short_swipes_open_posts() {
    let sim = version(AppVersion::A).await;
    let mut wda = sim.app(1).await;
    wda.click("explore-tab").await;
    wda.swipe((130, 300), (130, 270), 80).await;
    assert!(wda.finds("like-button").await);
    wda.click("BackButton").await;
    for _ in 0..30 {
        wda.swipe((195, 700), (195, 200), 3_000).await;
    }
    let bottom = wda.source().await;
    wda.swipe((195, 700), (195, 200), 3_000).await;
    assert_eq!(wda.source().await, bottom);
    wda.swipe((195, 700), (195, 200), 150).await;
    assert_ne!(wda.source().await, bottom);
}

#[tokio::test]
async fn requests_that_cannot_touch_the_app_name_no_account() {
    let sim = version(AppVersion::A).await;
    let mut wda = sim.app(1).await;
    wda.open_user("bob").await;
    wda.request("GET", "/status", Value::Null).await;
    wda.get("").await;
    wda.get("/wda/batteryInfo").await;
    let lines = sim.witness();
    for request in [
        "GET /status",
        "POST /session",
        "GET /session/…",
        "GET /session/…/wda/batteryInfo",
    ] {
        let mut of = lines
            .iter()
            .filter(|line| line["request"] == request)
            .peekable();
        assert!(of.peek().is_some(), "{request}");
        assert!(
            of.all(|line| line["account"].is_null() && line["subject"].is_null()),
            "{request}"
        );
    }
    within("nothing", async { wda.finds("BackButton").await }).await;
    let lines = sim.witness();
    let last = lines.last().unwrap();
    assert_eq!(
        (&last["account"], &last["subject"]),
        (&json!("anna"), &json!("bob"))
    );
}
