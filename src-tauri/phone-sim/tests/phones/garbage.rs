//! Bytes that no client would send: the phones stay up.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::client::{Sim, within};

/// The same numbers at every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn value(&mut self, depth: u32) -> Value {
        match self.roll(if depth == 0 { 6 } else { 8 }) {
            0 => Value::Null,
            1 => json!(self.roll(2) == 0),
            2 => json!(i64::MAX - self.roll(3).cast_signed()),
            3 => json!(-1.0e300),
            4 => json!(self.roll(900)),
            5 => {
                let words = [
                    "",
                    "pointer",
                    "pointerMove",
                    "\u{0}",
                    "viewport",
                    "\u{1f600}",
                    "up",
                    "NaN",
                ];
                json!(words[usize::try_from(self.roll(8)).unwrap()])
            }
            6 => (0..self.roll(4)).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let keys = [
                    "x", "y", "value", "type", "actions", "duration", "origin", "using",
                ];
                let mut object = serde_json::Map::new();
                for _ in 0..self.roll(5) {
                    let key = keys[usize::try_from(self.roll(8)).unwrap()];
                    object.insert(key.to_owned(), self.value(depth - 1));
                }
                Value::Object(object)
            }
        }
    }
}

#[tokio::test]
async fn random_packets_are_survived() {
    let sim = Sim::start(1, |_| {}).await;
    let mut dice = Dice(0x51);
    let request = b"<plist version=\"1.0\"><dict><key>MessageType</key><string>Connect</string>\
        <key>DeviceID</key><integer>1</integer><key>PortNumber</key><integer>42015</integer></dict></plist>";
    for _ in 0..300 {
        let mut body = request.to_vec();
        for _ in 0..=dice.roll(6) {
            let at = usize::try_from(dice.roll(body.len() as u64)).unwrap();
            body[at] = u8::try_from(dice.roll(256)).unwrap();
        }
        let mut stream = sim.connect().await;
        let length = u32::try_from(body.len()).unwrap() + 16;
        for word in [length, u32::try_from(dice.roll(3)).unwrap(), 8, 1] {
            stream.write_all(&word.to_le_bytes()).await.unwrap();
        }
        stream.write_all(&body).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut rest = Vec::new();
        within("an end", stream.read_to_end(&mut rest)).await.ok();
    }
    assert_eq!(sim.mux().await.list().await.len(), 1);
}

#[tokio::test]
async fn random_arguments_are_answered_and_nothing_breaks() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    let mut dice = Dice(0x52);
    let paths = [
        "/actions",
        "/element",
        "/elements",
        "/wda/tap",
        "/wda/swipe",
        "/wda/keys",
        "/wda/pinch",
        "/wda/dragfromtoforduration",
        "/wda/apps/state",
        "/appium/settings",
        "/wda/touchAndHold",
        "/url",
        "/alert/accept",
        "/wda/pressButton",
        "/timeouts",
        "/orientation",
    ];
    for round in 0..1_500 {
        let path = paths[round % paths.len()];
        let mut body = json!({"x": dice.value(2), "y": dice.value(2), "value": dice.value(3)});
        body["actions"] = dice.value(3);
        body["using"] = dice.value(1);
        body["direction"] = dice.value(0);
        for key in [
            "fromX", "fromY", "toX", "toY", "duration", "settings", "name",
        ] {
            body[key] = dice.value(1);
        }
        let (status, value) = wda.raw("POST", path, body.clone()).await;
        let text = value["message"].as_str().unwrap_or_default();
        assert!(!text.contains("broke"), "{path} {body}: {text}");
        assert!([200, 400, 404, 500].contains(&status));
    }
    assert!(wda.shows("XCUIElementTypeApplication").await);
}

#[tokio::test]
async fn a_client_that_vanishes_disturbs_nobody() {
    let sim = Sim::start(1, |config| {
        config.latency = Some(std::time::Duration::from_millis(5))
    })
    .await;
    let mut wda = sim.app(1).await;
    wda.open_user("bob").await;
    let id = wda.element("user-detail-header-follow-button").await;
    for _ in 0..20 {
        let mut other = sim.wda(1).await;
        other.session.clone_from(&wda.session);
        let path = format!("/session/{}/window/rect", wda.session);
        other.send("GET", &path, &Value::Null).await;
    }
    let mut last = sim.wda(1).await;
    let path = format!("/session/{}/element/{id}/click", wda.session);
    last.send("POST", &path, &json!({})).await;
    // The phone acts although nobody waits for the answer any more.
    within("the follow", async {
        while sim.effects().last().unwrap() != "follow anna bob -" {
            drop(std::mem::replace(&mut last, sim.wda(1).await));
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    })
    .await;
    assert_eq!(
        wda.label("user-detail-header-follow-button").await,
        "Following"
    );
}
