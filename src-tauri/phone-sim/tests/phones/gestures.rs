//! Touches and typing over the wire.

use serde_json::{Value, json};

use crate::client::{Sim, Wda};

const FOLLOW: &str = "user-detail-header-follow-button";

async fn middle(wda: &mut Wda, id: &str) -> (i64, i64) {
    let rect = wda.get(&format!("/element/{id}/rect")).await;
    let side = |key: &str| rect[key].as_i64().unwrap();
    (
        side("x") + side("width") / 2,
        side("y") + side("height") / 2,
    )
}

#[tokio::test]
async fn a_button_can_be_pressed_in_many_ways() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    for (n, way) in ["click", "tap", "tap0", "tapAt", "taps", "actions", "origin"]
        .iter()
        .enumerate()
    {
        wda.open_user(&format!("person{n}")).await;
        let id = wda.element(FOLLOW).await;
        let (x, y) = middle(&mut wda, &id).await;
        let finger = |x: i64, y: i64, origin: Value| {
            json!({"actions": [{"type": "pointer", "id": "f", "actions": [
                {"type": "pointerMove", "duration": 0, "x": x, "y": y, "origin": origin},
                {"type": "pointerDown"}, {"type": "pause", "duration": 40}, {"type": "pointerUp"},
            ]}]})
        };
        let (path, body) = match *way {
            "click" => (format!("/element/{id}/click"), json!({})),
            "tap" => (format!("/wda/element/{id}/tap"), json!({"x": 5, "y": 5})),
            "tap0" => ("/wda/tap/0".to_owned(), json!({"x": x, "y": y})),
            "tapAt" => ("/wda/tap".to_owned(), json!({"x": x, "y": y})),
            "taps" => (
                format!("/wda/element/{id}/tapWithNumberOfTaps"),
                json!({"numberOfTaps": 1, "numberOfTouches": 1}),
            ),
            "actions" => ("/actions".to_owned(), finger(x, y, json!("viewport"))),
            _ => ("/actions".to_owned(), finger(0, 0, json!({"ELEMENT": id}))),
        };
        wda.post(&path, body).await;
        assert_ne!(
            wda.label(FOLLOW).await,
            json!(format!("Follow person{n}")),
            "{way}"
        );
    }
}

#[tokio::test]
async fn pages_move_with_the_finger() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    wda.swipe((200, 600), (200, 300), 2_000).await;
    let cell = wda
        .find("xpath", "(//XCUIElementTypeCell)[1]")
        .await
        .unwrap();
    let picture = wda
        .find("xpath", "(//XCUIElementTypeCell)[1]/XCUIElementTypeImage")
        .await;
    let on = format!("/wda/element/{}", picture.unwrap());
    let drag = json!({"fromX": 200, "fromY": 600, "toX": 200, "toY": 450, "duration": 0.1});
    let back = json!({"fromX": 200, "fromY": 300, "toX": 200, "toY": 500, "velocity": 300,
        "pressDuration": 0, "holdDuration": 0});
    for (path, body, up) in [
        (
            format!("{on}/swipe"),
            json!({"direction": "down", "velocity": 100}),
            false,
        ),
        (format!("{on}/swipe"), json!({"direction": "UP"}), true),
        (
            format!("{on}/scroll"),
            json!({"direction": "up", "distance": 0.4}),
            false,
        ),
        (
            format!("{on}/scroll"),
            json!({"direction": "down", "distance": "0.2"}),
            true,
        ),
        ("/wda/pressAndDragWithVelocity".to_owned(), back, false),
        ("/wda/dragfromtoforduration".to_owned(), drag, true),
    ] {
        let (_, before) = middle(&mut wda, &cell).await;
        wda.post(&path, body.clone()).await;
        let (_, after) = middle(&mut wda, &cell).await;
        assert!(
            before != after && (after < before) == up,
            "{path} {body}: {before} → {after}"
        );
    }
}

#[tokio::test]
async fn what_is_below_is_scrolled_into_sight() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    wda.open_user("bob").await;
    for (path, body) in [
        ("/wda/scroll", json!({"name": "media-thumbnail-cell"})),
        (
            "/wda/scroll",
            json!({"predicateString": "label CONTAINS 'by bob'"}),
        ),
    ] {
        wda.post(path, body).await;
    }
    let all = json!({"using": "id", "value": "media-thumbnail-cell"});
    let all = wda.post("/elements", all).await;
    let last = all.as_array().unwrap().last().unwrap()["ELEMENT"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(wda.get(&format!("/element/{last}/displayed")).await, true);
    wda.post(&format!("/wda/element/{last}/scrollTo"), json!({}))
        .await;
    let nothing = json!({"name": "nothing-of-that-name"});
    assert_eq!(wda.fails("POST", "/wda/scroll", nothing).await.0, 404);
}

#[tokio::test]
async fn gestures_of_several_fingers_do_nothing_and_wrong_ones_are_refused() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    let before = wda.source().await;
    for (path, body) in [
        ("/wda/pinch", json!({"scale": 2.0, "velocity": 1.0})),
        ("/wda/rotate", json!({"rotation": 1.0, "velocity": 1.0})),
        ("/wda/twoFingerTap", json!({})),
        (
            "/wda/forceTouch",
            json!({"x": 200, "y": 20, "pressure": 0.5, "duration": 1}),
        ),
        (
            "/wda/touchAndHold",
            json!({"x": 200, "y": 20, "duration": 1}),
        ),
    ] {
        wda.post(path, body).await;
    }
    assert_eq!(wda.source().await, before);
    for (path, body, error) in [
        ("/wda/swipe", json!({}), "invalid argument"),
        ("/wda/swipe", json!({"direction": "in"}), "invalid argument"),
        ("/wda/scroll", json!({}), "invalid argument"),
        (
            "/wda/scroll",
            json!({"predicateString": "label =="}),
            "invalid selector",
        ),
        ("/wda/pinch", json!({"scale": 2.0}), "invalid argument"),
        (
            "/wda/touchAndHold",
            json!({"x": 5, "y": 5}),
            "invalid argument",
        ),
        ("/wda/doubleTap", json!({"x": 5}), "invalid argument"),
        (
            "/wda/doubleTap",
            json!({"x": -5, "y": 5}),
            "invalid coordinates",
        ),
        (
            "/wda/tapWithNumberOfTaps",
            json!({"numberOfTaps": 1}),
            "invalid argument",
        ),
        (
            "/wda/pickerwheel/0/select",
            json!({"order": "next"}),
            "invalid argument",
        ),
        ("/actions", json!({}), "invalid argument"),
    ] {
        let refused = wda.fails("POST", path, body.clone()).await;
        assert_eq!(refused, (400, error.to_owned()), "{path} {body}");
    }
}

#[tokio::test]
async fn keys_go_where_the_focus_is() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    wda.click("explore-tab").await;
    let nobody = wda.fails("POST", "/wda/keyboard/dismiss", json!({})).await;
    assert_eq!(nobody, (400, "invalid element state".to_owned()));
    wda.click("search-bar").await;
    let field = wda.element("search-text-input").await;
    let active = wda.get("/element/active").await;
    assert_eq!(active["ELEMENT"], field.as_str());
    assert_eq!(
        wda.get(&format!("/element/{field}/attribute/focused"))
            .await,
        true
    );
    let key = |key: &str| json!({"type": "keyDown", "value": key});
    for (path, body, value) in [
        ("/wda/keys".to_owned(), json!({"value": ["a", "b"]}), "ab"),
        (
            "/wda/keys".to_owned(),
            json!({"value": "c", "frequency": 10}),
            "abc",
        ),
        (
            format!("/element/{field}/value"),
            json!({"text": "d"}),
            "abcd",
        ),
        (
            format!("/element/{field}/value"),
            json!({"value": ["\u{8}", "\u{e003}"]}),
            "ab",
        ),
        (
            "/actions".to_owned(),
            json!({"actions": [{"type": "key", "id": "k", "actions": [
                key("\u{e008}"), key("x"), {"type": "keyUp", "value": "\u{e008}"}, key("y"),
            ]}]}),
            "abXy",
        ),
        (
            format!("/wda/element/{field}/keyboardInput"),
            json!({"keys": ["z", {"key": "q", "modifierFlags": 2}, {"key": "v", "modifierFlags": 16}]}),
            "abXyzQ",
        ),
    ] {
        wda.post(&path, body.clone()).await;
        assert_eq!(wda.value("search-text-input").await, value, "{path} {body}");
    }
    wda.post(&format!("/element/{field}/clear"), json!({}))
        .await;
    wda.post("/wda/keys", json!({"value": "bob"})).await;
    // A key that is not there leaves the keyboard where it is; the one that is, is pressed.
    let wrong = wda
        .fails(
            "POST",
            "/wda/keyboard/dismiss",
            json!({"keyNames": ["Done"]}),
        )
        .await;
    assert_eq!(wrong.0, 400);
    wda.post(
        "/wda/keyboard/dismiss",
        json!({"keyNames": ["Done", "search"]}),
    )
    .await;
    assert!(wda.finds("For you").await && !wda.shows("XCUIElementTypeKeyboard").await);
    let (status, _) = wda.raw("GET", "/element/active", Value::Null).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn typing_takes_the_time_the_frequency_says() {
    let latency = std::time::Duration::from_millis(1);
    let sim = Sim::start(1, |config| config.latency = Some(latency)).await;
    let mut wda = sim.app(1).await;
    wda.click("explore-tab").await;
    wda.click("search-bar").await;
    for (settings, body, least, most) in [
        (
            json!({}),
            json!({"value": "0123456789", "frequency": 20}),
            500,
            2_000,
        ),
        (
            json!({"maxTypingFrequency": 25}),
            json!({"value": "0123456789"}),
            400,
            2_000,
        ),
        (
            json!({"maxTypingFrequency": 10_000}),
            json!({"value": "0123456789"}),
            1,
            400,
        ),
    ] {
        wda.post("/appium/settings", json!({ "settings": settings }))
            .await;
        let begun = tokio::time::Instant::now();
        wda.post("/wda/keys", body.clone()).await;
        let took = begun.elapsed().as_millis();
        assert!((least..most).contains(&took), "{body}: {took} ms");
    }
}
