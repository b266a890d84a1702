//! WebDriverAgent: envelope, errors, sessions, the main queue.

use std::time::Duration;

use base64::Engine;
use serde_json::{Value, json};

use crate::client::{Sim, within};

/// Method, path (`S` is the session), body, and the status and error that come.
type Wrong = (&'static str, &'static str, Value, u16, &'static str);

async fn check_errors(wrong: &[Wrong]) {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    let session = format!("/session/{}", wda.session);
    for (method, path, body, status, error) in wrong {
        let path = path.replacen('S', &session, 1);
        let (got, answer) = wda.request(method, &path, body.clone()).await;
        let seen = (got, answer["value"]["error"].as_str());
        assert_eq!(seen, (*status, Some(*error)), "{method} {path}");
        assert!(!answer["value"]["message"].as_str().unwrap().is_empty());
    }
}

fn find(using: &str, value: &str) -> Value {
    json!({"using": using, "value": value})
}

#[tokio::test]
async fn errors_of_sessions_and_paths_have_their_codes() {
    check_errors(&[
        (
            "GET",
            "/session/GONE/source",
            Value::Null,
            404,
            "invalid session id",
        ),
        ("POST", "S/execute/sync", json!({}), 404, "unknown command"),
        ("PATCH", "S/element", json!({}), 405, "unknown method"),
        (
            "POST",
            "S/wda/apps/launch",
            json!({"bundleId": "a.b"}),
            500,
            "unknown error",
        ),
        (
            "POST",
            "S/wda/apps/launch",
            json!({"bundleId": 5}),
            400,
            "invalid argument",
        ),
        ("GET", "S/alert/text", Value::Null, 404, "no such alert"),
        (
            "POST",
            "S/alert/text",
            json!({"value": "a"}),
            404,
            "no such alert",
        ),
        // The session there was is gone, although no new one came of it.
        ("POST", "/session", json!({}), 500, "session not created"),
        ("GET", "S", Value::Null, 404, "invalid session id"),
    ])
    .await;
}

#[tokio::test]
async fn errors_of_elements_and_touches_have_their_codes() {
    check_errors(&[
        (
            "POST",
            "S/element",
            find("id", "nothing"),
            404,
            "no such element",
        ),
        (
            "POST",
            "S/element",
            find("css selector", "a"),
            400,
            "invalid argument",
        ),
        (
            "POST",
            "S/element",
            find("predicate string", "label =="),
            400,
            "invalid selector",
        ),
        (
            "POST",
            "S/element",
            json!({"value": "a"}),
            400,
            "invalid argument",
        ),
        (
            "POST",
            "S/element/NONE/click",
            json!({}),
            404,
            "stale element reference",
        ),
        (
            "POST",
            "S/wda/tap",
            json!({"x": 5000, "y": 5}),
            400,
            "invalid coordinates",
        ),
        (
            "POST",
            "S/wda/tap",
            json!({"x": "a"}),
            400,
            "invalid argument",
        ),
        (
            "POST",
            "S/wda/keys",
            json!({"value": ["a"]}),
            400,
            "invalid element state",
        ),
    ])
    .await;
}

#[tokio::test]
async fn many_elements_may_be_none() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    assert_eq!(
        wda.post("/elements", find("id", "nothing")).await,
        json!([])
    );
}

#[tokio::test]
async fn bodies_that_are_no_requests_are_refused() {
    use tokio::io::AsyncWriteExt;
    let sim = Sim::start(1, |_| {}).await;
    for body in ["{", "[1]", "\u{0}\u{1}", &"[".repeat(5_000)] {
        let mut wda = sim.wda(1).await;
        let head = format!(
            "POST /session HTTP/1.1\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        wda.stream
            .write_all(format!("{head}{body}").as_bytes())
            .await
            .unwrap();
        let (status, answer) = wda.receive().await.unwrap();
        assert_eq!(
            (status, answer["value"]["error"].as_str()),
            (400, Some("invalid argument"))
        );
    }
    let mut wda = sim.wda(1).await;
    let big = 2_000_000;
    let head = format!("POST /session HTTP/1.1\r\nContent-Length: {big}\r\n\r\n");
    wda.stream.write_all(head.as_bytes()).await.unwrap();
    wda.stream.write_all(&vec![b' '; big]).await.ok();
    let (status, _) = wda.receive().await.unwrap();
    assert_eq!(status, 400);
    let mut wda = sim.wda(1).await;
    wda.stream
        .write_all(b"\x16\x03\x01 nonsense\r\n\r\n")
        .await
        .unwrap();
    wda.receive().await;
    assert_eq!(
        sim.wda(1)
            .await
            .request("GET", "/status", Value::Null)
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn a_new_session_evicts_the_one_before() {
    let sim = Sim::start(1, |_| {}).await;
    let mut first = sim.app(1).await;
    let mut second = sim.app(1).await;
    assert_ne!(first.session, second.session);
    let refused = first.fails("GET", "/source", Value::Null).await;
    assert_eq!(refused, (404, "invalid session id".to_owned()));
    assert!(second.shows("mainfeed-tab").await);
    second.raw("DELETE", "", Value::Null).await;
    assert_eq!(second.fails("GET", "", Value::Null).await.0, 404);
}

#[tokio::test]
async fn a_session_ends_its_app_unless_it_was_asked_not_to() {
    let sim = Sim::start(1, |_| {}).await;
    let app = json!({"bundleId": "com.burbn.instagram"});
    for (ends, state) in [(true, 1), (false, 4)] {
        let mut wda = sim.wda(1).await;
        let mut wanted = app.clone();
        wanted["appium:shouldTerminateApp"] = json!(ends);
        let body = json!({"capabilities": {"firstMatch": [wanted]}});
        let (_, answer) = wda.request("POST", "/session", body).await;
        wda.session = answer["value"]["sessionId"].as_str().unwrap().to_owned();
        assert_eq!(wda.post("/wda/apps/state", app.clone()).await, 4);
        wda.raw("DELETE", "", Value::Null).await;
        let (_, answer) = wda
            .request("POST", "/session", json!({"capabilities": {}}))
            .await;
        wda.session = answer["value"]["sessionId"].as_str().unwrap().to_owned();
        assert_eq!(wda.post("/wda/apps/state", app.clone()).await, state);
    }
}

#[tokio::test]
async fn apps_start_stop_and_tell_their_state() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    let app = json!({"bundleId": "com.burbn.instagram"});
    wda.request("POST", "/wda/homescreen", json!({})).await;
    assert_eq!(wda.post("/wda/apps/state", app.clone()).await, 3);
    assert_eq!(
        wda.get("/wda/activeAppInfo").await["bundleId"],
        "com.apple.springboard"
    );
    wda.post("/wda/apps/activate", app.clone()).await;
    assert_eq!(
        wda.get("/wda/activeAppInfo").await["bundleId"],
        "com.burbn.instagram"
    );
    assert_eq!(wda.post("/wda/apps/terminate", app.clone()).await, true);
    assert_eq!(wda.post("/wda/apps/terminate", app.clone()).await, false);
    assert_eq!(wda.post("/wda/apps/state", app.clone()).await, 1);
    // Ended on purpose: the home screen is what there is, and its icon starts the app.
    wda.click("Instagram").await;
    assert_eq!(wda.post("/wda/apps/state", app.clone()).await, 4);
    wda.post("/wda/lock", json!({})).await;
    assert_eq!(wda.get("/wda/locked").await, true);
    assert_eq!(wda.fails("POST", "/wda/apps/launch", app).await.0, 500);
    wda.post("/wda/unlock", json!({})).await;
    assert!(wda.finds("mainfeed-tab").await);
}

#[tokio::test]
async fn elements_are_stale_once_their_page_is_left() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    wda.open_user("bob").await;
    let follow = wda.element("user-detail-header-follow-button").await;
    assert_eq!(
        wda.element("user-detail-header-follow-button").await,
        follow
    );
    wda.click("media-thumbnail-cell").await;
    let path = format!("/element/{follow}/attribute/label");
    let stale = wda.fails("GET", &path, Value::Null).await;
    assert_eq!(stale, (404, "stale element reference".to_owned()));
    wda.click("BackButton").await;
    assert_eq!(wda.get(&path).await, "Follow bob");
    wda.click("BackButton").await;
    wda.open_user("bob").await;
    assert_eq!(wda.fails("GET", &path, Value::Null).await.0, 404);
}

#[tokio::test]
async fn elements_are_found_and_described() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    wda.open_user("bob").await;
    for (using, value, count) in [
        ("name", "media-thumbnail-cell", 9),
        ("class name", "XCUIElementTypeNavigationBar", 1),
        (
            "predicate string",
            "label CONTAINS 'by bob' AND visible == 1",
            9,
        ),
        (
            "class chain",
            "**/XCUIElementTypeButton[`label BEGINSWITH 'Follow '`]",
            1,
        ),
        ("partial link text", "label=profile picture", 1),
    ] {
        let body = json!({"using": using, "value": value});
        assert_eq!(
            wda.post("/elements", body).await.as_array().unwrap().len(),
            count,
            "{value}"
        );
    }
    let bar = wda
        .find("class name", "XCUIElementTypeNavigationBar")
        .await
        .unwrap();
    let body = json!({"using": "name", "value": "BackButton"});
    let back = wda.post(&format!("/element/{bar}/element"), body).await;
    let back = back["ELEMENT"].as_str().unwrap();
    let rect = wda.get(&format!("/element/{back}/rect")).await;
    assert_eq!(rect, json!({"x": 4, "y": 47, "width": 44, "height": 44}));
    assert_eq!(
        wda.get(&format!("/element/{back}/name")).await,
        "XCUIElementTypeButton"
    );
    assert_eq!(wda.get(&format!("/element/{back}/text")).await, "Back");
    assert_eq!(wda.get(&format!("/element/{back}/displayed")).await, true);
    let settings = json!({"settings": {"shouldUseCompactResponses": false, "elementResponseAttributes": "type,label,rect"}});
    wda.post("/appium/settings", settings).await;
    let found = wda
        .post("/element", json!({"using": "name", "value": "BackButton"}))
        .await;
    assert_eq!(found["label"], "Back");
    assert_eq!(found["rect"]["width"], 44);
    let tree = wda.get("/source?format=json").await;
    assert_eq!(tree["type"], "Application");
}

#[tokio::test]
async fn a_hung_main_queue_leaves_status_and_pictures_and_a_delete_frees_it() {
    let sim = Sim::scenario(1, "[[fault]]\nkind = \"wda_hang\"\nnth = 2\n").await;
    let mut wda = sim.wda(1).await;
    wda.open_session().await;
    let path = format!("/session/{}/source", wda.session);
    wda.send("GET", &path, &Value::Null).await;
    // The hang is there once its begin is written; then the others are tried.
    within("the begin", async {
        while !sim
            .witness()
            .iter()
            .any(|l| l["request"] == "GET /session/…/source")
        {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
    let mut other = sim.wda(1).await;
    other.session.clone_from(&wda.session);
    assert_eq!(other.request("GET", "/status", Value::Null).await.0, 200);
    assert_eq!(
        other.request("GET", "/screenshot", Value::Null).await.0,
        200
    );
    let mut queued = sim.wda(1).await;
    queued.send("GET", "/window/size", &Value::Null).await;
    assert_eq!(other.raw("DELETE", "", Value::Null).await.0, 200);
    assert_eq!(queued.receive().await.unwrap().0, 200);
    assert_eq!(
        wda.receive().await.unwrap().1["value"]["error"],
        "invalid session id"
    );
}

#[tokio::test]
async fn commands_take_their_time_one_after_the_other() {
    let sim = Sim::start(2, |config| config.latency = Some(Duration::from_millis(40))).await;
    let mut clients = Vec::new();
    for phone in [1, 1, 2] {
        let mut wda = sim.wda(phone).await;
        wda.send("GET", "/window/size", &Value::Null).await;
        clients.push(wda);
    }
    for wda in &mut clients {
        assert_eq!(wda.receive().await.unwrap().0, 200);
    }
    let lines = sim.witness();
    let phone_one: Vec<&Value> = lines
        .iter()
        .filter(|l| l["phone"].as_str().unwrap().ends_with("01"))
        .collect();
    let events: Vec<&str> = phone_one
        .iter()
        .map(|l| l["event"].as_str().unwrap())
        .collect();
    assert_eq!(events, ["begin", "end", "begin", "end"]);
    let t = |at: usize| phone_one[at]["t"].as_u64().unwrap();
    assert!(t(1) - t(0) >= 40_000_000);
    assert!(t(2) >= t(1));
}

#[tokio::test]
async fn the_picture_is_a_real_png_of_the_screen() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    wda.open_user("bob").await;
    let mut picture = async || {
        let (_, answer) = wda.request("GET", "/screenshot", Value::Null).await;
        let text = answer["value"].as_str().unwrap().to_owned();
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(text)
            .unwrap();
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        ((info.width, info.height), pixels)
    };
    let (size, before) = picture().await;
    assert_eq!(size, (780, 1688));
    assert_eq!(picture().await.1, before);
    // The follow button is blue: somewhere inside it, left of its text.
    let at = (262 * 2 * 780 + 22 * 2) * 3;
    assert_eq!(before[at..at + 3], [0, 149, 246]);
}
