//! WebDriverAgent about the device: orientation, pasteboard, location, notices, video, settings.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Sim, Wda, within};

/// One session does all of `steps`, a line each: method, path, body, and the value or error that
/// comes, as JSON.
async fn check_steps(wda: &mut Wda, steps: &str) {
    for step in steps.lines().map(str::trim).filter(|step| !step.is_empty()) {
        let (ask, expected) = step.split_once(" → ").unwrap();
        let mut words = ask.splitn(3, ' ');
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        let body = words
            .next()
            .map_or(Value::Null, |body| serde_json::from_str(body).unwrap());
        let (status, value) = wda.raw(method, path, body).await;
        let seen = if status == 200 {
            value
        } else {
            json!(format!("{status} {}", value["error"].as_str().unwrap()))
        };
        let expected: Value = serde_json::from_str(expected).unwrap();
        assert_eq!(seen, expected, "{step}");
    }
}

#[tokio::test]
async fn a_phone_on_its_side_keeps_everything_in_place() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    let upright = json!({"width": 390, "height": 844});
    let lying = json!({"width": 844, "height": 390});
    let steps = r#"
        GET /orientation → "PORTRAIT"
        GET /window/size → {"width": 390, "height": 844}
        POST /orientation {"orientation": "LANDSCAPE"} → null
        GET /orientation → "LANDSCAPE"
        GET /wda/deviceOrientation → "LANDSCAPE"
        GET /rotation → {"x": 0, "y": 0, "z": 270}
        GET /window/size → {"width": 844, "height": 390}
        GET /window/rect → {"x": 0, "y": 0, "width": 844, "height": 390}
        POST /orientation {"orientation": "UIA_DEVICE_ORIENTATION_LANDSCAPERIGHT"} → null
        GET /orientation → "LANDSCAPE"
        GET /wda/deviceOrientation → "UIA_DEVICE_ORIENTATION_LANDSCAPERIGHT"
        GET /rotation → {"x": 0, "y": 0, "z": 90}
        POST /orientation {"orientation": "UIA_DEVICE_ORIENTATION_PORTRAIT_UPSIDEDOWN"} → "500 unknown error"
        POST /orientation {"orientation": "SIDEWAYS"} → "500 unknown error"
        POST /orientation {} → "400 invalid argument"
        POST /rotation {"x": 0} → "400 invalid argument"
        POST /rotation {"x": 0, "y": 0, "z": 45} → "400 invalid argument"
        POST /rotation {"x": 0, "y": 0, "z": 270} → null
    "#;
    check_steps(&mut wda, steps).await;
    // What is found there is tapped there, and fingers go over the screen that is seen.
    let tab = wda.element("explore-tab").await;
    let rect = wda.get(&format!("/element/{tab}/rect")).await;
    assert!(rect["y"].as_i64().unwrap() > 300 && rect["x"].as_i64().unwrap() < 844);
    wda.click("explore-tab").await;
    assert!(wda.finds("search-bar").await);
    wda.click("mainfeed-tab").await;
    let like = wda.element("like-button").await;
    let place = format!("/element/{like}/rect");
    let before = wda.get(&place).await["y"].as_i64().unwrap();
    wda.swipe((420, 250), (420, 200), 1_000).await;
    let after = wda.get(&place).await["y"].as_i64().unwrap();
    assert!((before - after - 50).abs() <= 2, "{before} → {after}");
    let beyond = json!({"x": 100, "y": 500});
    assert_eq!(wda.fails("POST", "/wda/tap", beyond).await.0, 400);
    // The home screen does not turn.
    wda.request("POST", "/wda/homescreen", json!({})).await;
    assert_eq!(wda.get("/window/size").await, upright);
    wda.click("Instagram").await;
    assert_eq!(wda.get("/window/size").await, lying);
    wda.post("/orientation", json!({"orientation": "portrait"}))
        .await;
    assert_eq!(wda.get("/window/size").await, upright);
}

#[tokio::test]
async fn the_device_keeps_what_it_is_told() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    let steps = r#"
        POST /wda/setPasteboard {"content": "aGk="} → null
        POST /wda/getPasteboard {} → "aGk="
        POST /wda/getPasteboard {"contentType": "image"} → ""
        POST /wda/setPasteboard {"content": "%"} → "400 invalid argument"
        POST /wda/setPasteboard {} → "400 invalid argument"
        POST /wda/getPasteboard {"contentType": "sound"} → "500 unknown error"
        GET /wda/simulatedLocation → {"latitude": null, "longitude": null, "altitude": null}
        POST /wda/simulatedLocation {"latitude": 52.5, "longitude": 13.4} → null
        GET /wda/simulatedLocation → {"latitude": 52.5, "longitude": 13.4, "altitude": 0}
        GET /wda/device/location → {"latitude": 52.5, "longitude": 13.4, "altitude": 0, "authorizationStatus": 3}
        DELETE /wda/simulatedLocation → null
        GET /wda/simulatedLocation → {"latitude": null, "longitude": null, "altitude": null}
        POST /wda/simulatedLocation {"latitude": 1} → "400 invalid argument"
        POST /wda/device/appearance {"name": "dark"} → null
        POST /wda/device/appearance {"name": "pink"} → "400 invalid argument"
        POST /wda/resetAppAuth {"resource": 3} → null
        POST /wda/resetAppAuth {} → "400 invalid argument"
        POST /wda/pressButton {"name": "volumeUp"} → null
        POST /wda/pressButton {"name": "doorbell"} → "500 unknown error"
        POST /wda/siri/activate {"text": "hello"} → null
        POST /wda/performAccessibilityAudit {} → []
        POST /timeouts {"implicit": 5} → null
        GET /wda/batteryInfo → {"level": 0.87, "state": 2}
        GET /wda/locked → false
        GET /wda/video → null
        POST /wda/video/stop {} → null
    "#;
    check_steps(&mut wda, steps).await;
    let info = wda.get("/wda/device/info").await;
    assert_eq!(info["userInterfaceStyle"], "dark");
    assert_eq!(info["thermalState"], 0);
    let video = wda.post("/wda/video/start", json!({"fps": 30})).await;
    assert_eq!((&video["fps"], &video["codec"]), (&json!(30), &json!(0)));
    assert!(video["startedAt"].as_f64().unwrap() > 1.7e9);
    assert_eq!(wda.get("/wda/video").await, video);
    assert_eq!(wda.post("/wda/video/stop", json!({})).await, video);
    assert_eq!(wda.get("/wda/video").await, Value::Null);
    let screen = wda.get("/wda/screen").await;
    assert_eq!(screen["screenSize"], json!({"width": 390, "height": 844}));
    assert_eq!(screen["scale"], 2);
    let home = json!({"page": 12, "usage": 64, "duration": 0.01});
    wda.post("/wda/performIoHidEvent", home).await;
    let front = wda.get("/wda/apps/list").await;
    assert_eq!(front[0]["bundleId"], "com.apple.springboard");
}

#[tokio::test]
async fn pages_of_health_are_there_and_shutdown_ends_the_runner() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.wda(1).await;
    for (method, path, status) in [
        ("GET", "/health", 200),
        ("GET", "/wda/healthcheck", 200),
        ("OPTIONS", "/status", 200),
        ("GET", "/nothing", 404),
        ("POST", "/status", 404),
    ] {
        let (got, _) = wda.request(method, path, Value::Null).await;
        assert_eq!(got, status, "{method} {path}");
    }
    let (_, status) = wda.request("GET", "/status", Value::Null).await;
    assert_eq!(status["value"]["ready"], true);
    assert_eq!(status["value"]["os"]["name"], "iOS");
    let (_, unknown) = wda.request("GET", "/no/such", Value::Null).await;
    let message = unknown["value"]["message"].as_str().unwrap();
    assert!(message.starts_with("Unhandled endpoint: /no/such with parameters {"));
    wda.send("GET", "/wda/shutdown", &Value::Null).await;
    wda.receive().await;
    let mut mux = sim.mux().await;
    assert_eq!(mux.join(1, 8100).await, 3);
    let mut mux = sim.mux().await;
    assert_eq!(mux.join(1, 9100).await, 3);
}

#[tokio::test]
async fn an_app_goes_away_and_comes_back() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    wda.click("explore-tab").await;
    wda.post("/wda/deactivateApp", json!({"duration": 0.05}))
        .await;
    assert!(wda.finds("search-bar").await);
    wda.post("/wda/deactivateApp", json!({"duration": -1}))
        .await;
    let app = json!({"bundleId": "com.burbn.instagram"});
    assert_eq!(wda.post("/wda/apps/state", app).await, 3);
}

#[tokio::test]
async fn a_notice_is_waited_for_or_does_not_come() {
    let sim = Sim::scenario(1, "[[fault]]\nkind = \"lock\"\nat = \"300ms\"\n").await;
    let mut wda = sim.app(1).await;
    let expect =
        |name: &str, timeout: f64| json!({"name": name, "type": "darwin", "timeout": timeout});
    let waited = wda.raw(
        "POST",
        "/wda/expectNotification",
        expect("com.apple.springboard.lockcomplete", 15.0),
    );
    assert_eq!(within("the lock", waited).await, (200, Value::Null));
    assert_eq!(wda.get("/wda/locked").await, true);
    let never = wda.fails("POST", "/wda/expectNotification", expect("never", 0.05));
    assert_eq!(never.await, (408, "timeout".to_owned()));
    for wrong in [json!({}), json!({"name": "a", "type": "smoke"})] {
        let refused = wda.fails("POST", "/wda/expectNotification", wrong).await;
        assert_eq!(refused, (400, "invalid argument".to_owned()));
    }
}

#[tokio::test]
async fn a_busy_app_is_waited_for_as_long_as_the_settings_say() {
    let busy = "[[fault]]\nkind = \"busy\"\nat = \"0s\"\nfor = \"1h\"\n";
    let sim = Sim::scenario(1, busy).await;
    let mut wda = sim.wda(1).await;
    let took = async |wda: &mut Wda, capabilities: Value| {
        let mut all = json!({"bundleId": "com.burbn.instagram"});
        all.as_object_mut()
            .unwrap()
            .extend(capabilities.as_object().unwrap().clone());
        let body = json!({"capabilities": {"alwaysMatch": all}});
        let (_, answer) = wda.request("POST", "/session", body).await;
        wda.session = answer["value"]["sessionId"].as_str().unwrap().to_owned();
        let lines = sim.witness().len();
        wda.source().await;
        let seen = sim.witness();
        let t = |at: usize| seen[at]["t"].as_u64().unwrap();
        Duration::from_nanos(t(lines + 1) - t(lines))
    };
    let half = Duration::from_millis(500);
    assert!(took(&mut wda, json!({"waitForIdleTimeout": 0.5})).await >= half);
    assert!(took(&mut wda, json!({"waitForIdleTimeout": 0})).await < half);
    let still = json!({"shouldWaitForQuiescence": false});
    assert!(took(&mut wda, still).await < half);
}
