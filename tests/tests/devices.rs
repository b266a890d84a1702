//! A phone is let go, brought up, and its WebDriverAgent started anew, as a script orders it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use serde_json::{Value, json};
use signalbox_tests::clock::{now, wait_for};
use signalbox_tests::http::Answer;
use signalbox_tests::list::udid;
use signalbox_tests::place::{Place, ask};
use signalbox_tests::program::PATIENCE;
use signalbox_tests::serving::Serving;
use signalbox_tests::witness::Witness;

fn device(serving: &Serving) -> Value {
    serving.get("/api/devices/status").body["devices"][0].clone()
}

fn task(serving: &Serving, account: &str) -> String {
    let body = json!({"account_id": account, "target_username": "somebody",
        "actions": ["search_user", "view_profile"]});
    let made = serving.post("/api/tasks/create", &body);
    assert_eq!(made.status, 200, "{}", made.body);
    format!(
        "/api/tasks/{}/status",
        made.body["task_id"].as_str().unwrap()
    )
}

fn wait_until(serving: &Serving, task: &str, status: &str) {
    wait_for(status, PATIENCE, || {
        (serving.get(task).body["status"] == status).then_some(())
    });
}

fn refused(answer: &Answer, status: u16, code: &str) {
    let found = (answer.status, answer.body["code"].as_str());
    assert_eq!(found, (status, Some(code)), "{}", answer.body);
}

fn path(order: &str) -> String {
    format!("/api/devices/{}/{order}", udid(1))
}

/// What is no phone of this engine is an address of nothing.
fn of_no_phone(serving: &Serving) {
    let none = json!({});
    for (serial, status) in [
        ("00008030-5100000000000009", 404),
        ("a b", 404),
        ("%00", 404),
    ] {
        for order in ["initialize", "restart-wda"] {
            let asked = serving.post(&format!("/api/devices/{serial}/{order}"), &none);
            assert!(
                asked.status == status || asked.status == 400,
                "{}",
                asked.body
            );
        }
        let asked = serving.delete(&format!("/api/devices/{serial}/cleanup"));
        assert!(
            asked.status == status || asked.status == 400,
            "{}",
            asked.body
        );
    }
}

fn refused_while_a_task_runs(serving: &Serving) {
    let none = json!({});
    let second = task(serving, "anna");
    wait_until(serving, &second, "running");
    refused(
        &serving.post(&path("restart-wda"), &none),
        409,
        "device_busy",
    );
    refused(&serving.delete(&path("cleanup")), 409, "device_busy");
    wait_until(serving, &second, "completed");
}

#[test]
fn a_phone_is_let_go_brought_up_and_its_runner_started_anew() {
    let place = Place::new();
    let witness = place.path("witness.jsonl");
    let more = ["--simulate", "1", "--sim-latency-ms", "30", "--witness"];
    let more = [&more[..], &[witness.to_str().unwrap()]].concat();
    let serving = Serving::start(&place, &more);
    wait_for("a phone that can work", PATIENCE, || {
        (device(&serving)["status"] == "ready").then_some(())
    });
    let none = json!({});
    of_no_phone(&serving);
    // Let go: nothing is said to it, whatever waits.
    assert_eq!(serving.delete(&path("cleanup")).status, 200);
    assert_eq!(device(&serving)["stopped"], true);
    let let_go = now().monotonic_ns;
    let first = task(&serving, "anna");
    assert_eq!(
        serving.get(&first).body["waiting_on"]["code"],
        "device_not_ready"
    );
    refused(&serving.post(&path("restart-wda"), &none), 409, "stopped");
    // Brought up while its runner does not answer: the rung is named.
    let phones = place.phones("data");
    let runner = |up: bool| ask(&phones, &json!({"cmd": "wda", "phone": 1, "up": up}));
    assert_eq!(runner(false).unwrap()["ok"], true);
    let silent = Witness::read(&witness);
    let asked = silent.requests.iter().filter(|it| it.began > let_go);
    assert_eq!(asked.count(), 0, "nothing was said to it");
    let failed = serving.post(&path("initialize"), &none);
    refused(&failed, 409, "device_not_ready");
    let detail = failed.body["detail"].as_str().unwrap();
    assert!(detail.contains("WebDriverAgent"), "{detail}");
    assert_eq!(runner(true).unwrap()["ok"], true);
    let up = serving.post(&path("initialize"), &none);
    if up.status == 200 {
        assert_eq!(
            (&up.body["stopped"], &up.body["wda"]),
            (&json!(false), &json!("answers"))
        );
    } else {
        // The task that waited may have started already.
        refused(&up, 409, "device_busy");
    }
    wait_until(&serving, &first, "completed");
    refused_while_a_task_runs(&serving);
    let anew = serving.post(&path("restart-wda"), &none);
    assert_eq!(
        (anew.status, &anew.body["status"]),
        (200, &json!("ready")),
        "{}",
        anew.body
    );
    assert_eq!(serving.post(&path("in-hand"), &none).status, 200);
    for order in ["initialize", "restart-wda"] {
        refused(&serving.post(&path(order), &none), 409, "in_hand");
    }
    refused(&serving.delete(&path("cleanup")), 409, "in_hand");
    assert_eq!(serving.post(&path("give-back"), &none).status, 200);
    let third = task(&serving, "anna");
    wait_until(&serving, &third, "completed");
    drop(serving);
    let told = Witness::read(&witness);
    let ends = told.requests.iter();
    let ends = ends.filter(|it| it.request == "GET /wda/shutdown").count();
    assert_eq!(ends, 1);
}
