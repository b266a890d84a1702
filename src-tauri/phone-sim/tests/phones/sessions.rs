//! What sessions are made of: capabilities, settings, and elements found with them.

use serde_json::{Value, json};

use crate::client::{Sim, Wda};

const APP: &str = "com.burbn.instagram";

async fn session(wda: &mut Wda, capabilities: Value) -> (u16, Value) {
    let (status, answer) = wda
        .request("POST", "/session", json!({ "capabilities": capabilities }))
        .await;
    if let Some(id) = answer["value"]["sessionId"].as_str() {
        wda.session = id.to_owned();
    }
    (status, answer["value"].clone())
}

fn always(capabilities: Value) -> Value {
    json!({ "alwaysMatch": capabilities })
}

#[tokio::test]
async fn capabilities_start_the_app_as_they_say() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.wda(1).await;
    let with = json!({
        "appium:bundleId": APP,
        "appium:arguments": ["-x"],
        "appium:environment": {"A": "1"},
        "appium:shouldTerminateApp": false,
    });
    let (status, value) = session(&mut wda, always(with)).await;
    assert_eq!(status, 200);
    assert_eq!(value["capabilities"]["device"], "iphone");
    let first = wda.get("/wda/activeAppInfo").await;
    assert_eq!(
        first["processArguments"],
        json!({"args": ["-x"], "env": {"A": "1"}})
    );
    wda.click("explore-tab").await;
    // Not started anew: the page is still there, and so is the process.
    let same = json!({"bundleId": APP, "forceAppLaunch": false, "shouldTerminateApp": false});
    session(&mut wda, always(same)).await;
    assert!(wda.finds("search-bar").await);
    assert_eq!(wda.get("/wda/activeAppInfo").await["pid"], first["pid"]);
    let link = json!({"bundleId": APP, "initialUrl": "instagram://user?username=bob"});
    session(&mut wda, json!({"firstMatch": [link]})).await;
    assert!(wda.finds("user-detail-header-follow-button").await);
    assert_ne!(wda.get("/wda/activeAppInfo").await["pid"], first["pid"]);
}

#[tokio::test]
async fn wrong_capabilities_make_no_session_and_end_the_one_before() {
    let sim = Sim::start(1, |_| {}).await;
    for wrong in [
        json!("none"),
        always(json!({"bundleId": "no.such.app"})),
        always(json!({"bundleId": 5})),
        always(json!({"defaultAlertAction": "laugh"})),
        always(json!({"arguments": "-x"})),
        always(json!({"initialUrl": "http://example.org"})),
        json!({"alwaysMatch": {"bundleId": APP}, "firstMatch": [{"bundleId": APP}]}),
        json!({"firstMatch": "none"}),
    ] {
        let mut wda = sim.app(1).await;
        let (status, value) = session(&mut wda, wrong.clone()).await;
        assert_eq!(
            (status, value["error"].as_str()),
            (500, Some("session not created")),
            "{wrong}"
        );
        assert_eq!(wda.fails("GET", "", Value::Null).await.0, 404, "{wrong}");
    }
}

#[tokio::test]
async fn settings_are_kept_for_a_session_only() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    let usual = wda.get("/appium/settings").await;
    assert_eq!(usual["snapshotMaxDepth"], 50);
    let wanted = json!({"snapshotMaxDepth": 2, "useFirstMatch": true, "nobodyKnowsThis": 1});
    let kept = wda
        .post("/appium/settings", json!({ "settings": wanted }))
        .await;
    assert_eq!(kept["snapshotMaxDepth"], 2);
    assert_eq!(kept["useFirstMatch"], true);
    assert_eq!(kept.get("nobodyKnowsThis"), None);
    for wrong in [
        json!({}),
        json!({"settings": 1}),
        json!({"settings": {"defaultAlertAction": "laugh"}}),
        json!({"settings": {"snapshotMaxDepth": 9, "autoClickAlertSelector": "**/["}}),
    ] {
        let refused = wda.fails("POST", "/appium/settings", wrong).await;
        assert_eq!(refused, (400, "invalid argument".to_owned()));
    }
    assert_eq!(wda.get("/appium/settings").await, kept);
    wda.open_session().await;
    assert_eq!(wda.get("/appium/settings").await, usual);
}

#[tokio::test]
async fn depth_cuts_what_is_seen() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    let count = async |wda: &mut Wda, depth: u32| {
        let settings = json!({"settings": {"snapshotMaxDepth": depth}});
        wda.post("/appium/settings", settings).await;
        let all = json!({"using": "xpath", "value": "//*"});
        let found = wda.post("/elements", all).await.as_array().unwrap().len();
        let lines = wda.source().await.matches("<XCUIElementType").count();
        assert_eq!(found, lines, "at depth {depth}");
        found
    };
    let mut last = 0;
    for depth in 0..4 {
        let now = count(&mut wda, depth).await;
        assert!(now > last, "depth {depth} shows {now} elements");
        last = now;
    }
    assert_eq!(count(&mut wda, 1).await, 2);
    assert!(!wda.finds("mainfeed-tab").await);
    count(&mut wda, 50).await;
    assert!(wda.finds("mainfeed-tab").await);
}

#[tokio::test]
async fn a_find_brings_the_attributes_that_were_asked_for() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.wda(1).await;
    let capabilities = json!({
        "bundleId": APP,
        "shouldUseCompactResponses": false,
        "elementResponseAttributes":
            "type,label,rect,text,displayed,enabled,selected,attribute/traits,nope",
    });
    session(&mut wda, always(capabilities)).await;
    let by = json!({"using": "id", "value": "mainfeed-tab"});
    let found = wda.post("/element", by).await;
    let id = found["ELEMENT"].as_str().unwrap().to_owned();
    assert_eq!(found["element-6066-11e4-a52e-4f735466cecf"], id.as_str());
    assert_eq!(found["rect"], wda.get(&format!("/element/{id}/rect")).await);
    let mut rest = found.as_object().unwrap().clone();
    for key in ["ELEMENT", "element-6066-11e4-a52e-4f735466cecf", "rect"] {
        rest.remove(key);
    }
    let expected = json!({
        "type": "XCUIElementTypeButton", "label": "Home", "text": "1", "displayed": true,
        "enabled": true, "selected": true, "attribute/traits": "Button, Selected",
    });
    assert_eq!(Value::Object(rest), expected);
}

#[tokio::test]
async fn every_strategy_finds_the_same_button() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    wda.open_user("bob").await;
    let name = "user-detail-header-follow-button";
    let button = wda.element(name).await;
    for (using, value) in [
        ("id", name.to_owned()),
        ("name", name.to_owned()),
        ("link text", "label=Follow bob".to_owned()),
        ("partial link text", "label=ollow bo".to_owned()),
        (
            "predicate string",
            "label MATCHES[c] 'follow b.b' AND rect.width > 10".to_owned(),
        ),
        (
            "predicate string",
            format!("name IN {{'a', '{name}'}} AND hittable == 1"),
        ),
        (
            "class chain",
            format!("**/XCUIElementTypeButton[`name == '{name}'`][-1]"),
        ),
        (
            "class chain",
            "**/*[$label == 'Follow bob'$]/XCUIElementTypeButton[`label == 'Follow bob'`]"
                .to_owned(),
        ),
        ("xpath", format!("//XCUIElementTypeButton[@name='{name}']")),
        (
            "xpath",
            "//*[starts-with(@label, 'Follow') and @visible='true'][last()]".to_owned(),
        ),
    ] {
        assert_eq!(
            wda.find(using, &value).await,
            Some(button.clone()),
            "{using} {value}"
        );
    }
    // From the navigation bar down, the button is not there.
    let bar = wda
        .find("class name", "XCUIElementTypeNavigationBar")
        .await
        .unwrap();
    let path = format!("/element/{bar}/elements");
    for (using, value, count) in [
        ("id", name, 0),
        ("xpath", "//XCUIElementTypeButton", 1),
        ("class chain", "XCUIElementTypeButton", 1),
        ("class name", "XCUIElementTypeNavigationBar", 1),
        ("predicate string", "type == 'XCUIElementTypeStaticText'", 1),
    ] {
        let found = wda
            .post(&path, json!({"using": using, "value": value}))
            .await;
        assert_eq!(found.as_array().unwrap().len(), count, "{using} {value}");
    }
}

#[tokio::test]
async fn the_source_comes_as_it_is_asked_for() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    let xml = wda.source().await;
    assert!(xml.contains(" traits=\"TabBar\"") && !xml.contains(" hittable="));
    let less = wda.get("/source?excluded_attributes=visible,traits").await;
    let less = less.as_str().unwrap();
    assert!(
        !less.contains(" visible=") && !less.contains(" traits=") && less.contains(" enabled=")
    );
    let inside = wda.get("/source?format=xml&scope=AppiumAUT").await;
    assert!(
        inside
            .as_str()
            .unwrap()
            .contains("<AppiumAUT>\n  <XCUIElementTypeApplication ")
    );
    let hittable = json!({"settings": {"includeHittableInPageSource": true}});
    wda.post("/appium/settings", hittable).await;
    assert!(wda.source().await.contains(" hittable=\"true\""));
    let tree = wda
        .get("/source?format=json&excluded_attributes=frame")
        .await;
    assert_eq!(
        (&tree["type"], tree.get("frame")),
        (&json!("Application"), None)
    );
    let text = wda.get("/source?format=description").await;
    assert!(
        text.as_str()
            .unwrap()
            .starts_with("Application, {{0.0, 0.0}, {390.0, 844.0}}")
    );
    let refused = wda.fails("GET", "/source?format=pdf", Value::Null).await;
    assert_eq!(refused, (400, "invalid argument".to_owned()));
}

#[tokio::test]
async fn screenshots_have_the_quality_that_was_set() {
    use base64::Engine;
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    for (quality, begins) in [
        (3, [0x89, 0x50]),
        (1, [0xff, 0xd8]),
        (2, [0xff, 0xd8]),
        (0, [0x89, 0x50]),
    ] {
        let settings = json!({"settings": {"screenshotQuality": quality}});
        wda.post("/appium/settings", settings).await;
        let text = wda.get("/screenshot").await;
        let bytes = base64::engine::general_purpose::STANDARD.decode(text.as_str().unwrap());
        assert_eq!(bytes.unwrap()[..2], begins, "quality {quality}");
    }
    let tab = wda.element("mainfeed-tab").await;
    for path in [
        format!("/element/{tab}/screenshot"),
        format!("/screenshot/{tab}"),
    ] {
        assert!(wda.get(&path).await.as_str().unwrap().starts_with("iVBOR"));
    }
}

#[tokio::test]
async fn the_element_not_used_for_longest_falls_out() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    let kept = wda.element("mainfeed-tab").await;
    let lost = wda.element("explore-tab").await;
    // Each visit has elements of its own.
    for visit in 0..80 {
        wda.open_user(&format!("visited{visit}")).await;
        let all = json!({"using": "class name", "value": "XCUIElementTypeAny"});
        wda.post("/elements", all).await;
        wda.raw("GET", &format!("/element/{kept}/enabled"), Value::Null)
            .await;
    }
    // Back where both are on the screen: one was asked for all the time, the other was not.
    while !wda.finds("mainfeed-tab").await {
        wda.click("BackButton").await;
    }
    assert_eq!(wda.get(&format!("/element/{kept}/enabled")).await, true);
    let lost = format!("/element/{lost}/enabled");
    let stale = wda.fails("GET", &lost, Value::Null).await;
    assert_eq!(stale, (404, "stale element reference".to_owned()));
}
