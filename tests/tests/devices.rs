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

/// How often the phone of this number was sent home by a button.
fn shown(witness: &std::path::Path, number: u16) -> usize {
    let requests = Witness::read(witness).requests;
    let of = requests.iter().filter(|it| it.phone == udid(number));
    of.filter(|it| it.request.ends_with("/wda/pressButton"))
        .count()
}

#[test]
fn a_phone_shows_which_one_it_is_while_nobody_works_there() {
    let place = Place::new();
    let witness = place.path("witness.jsonl");
    let more = ["--simulate", "2", "--sim-latency-ms", "1", "--witness"];
    let more = [&more[..], &[witness.to_str().unwrap()]].concat();
    let serving = Serving::start(&place, &more);
    wait_for("phones that can work", PATIENCE, || {
        (ready(&serving) == 2).then_some(())
    });
    let none = json!({});
    let find = || serving.post(&path("find"), &none);
    for (order, code, back) in [
        ("stop", "stopped", "resume"),
        ("in-hand", "in_hand", "give-back"),
    ] {
        assert_eq!(serving.post(&path(order), &none).status, 200);
        refused(&find(), 409, code);
        assert_eq!(serving.post(&path(back), &none).status, 200);
    }
    wait_for("a phone that may be found", PATIENCE, || {
        (find().status == 200).then_some(())
    });
    refused(&find(), 409, "device_busy");
    wait_for("a screen that was seen", PATIENCE, || {
        (shown(&witness, 1) == 4).then_some(())
    });
    // It takes tasks again, once it has proven itself quiet.
    let body = json!({"account_id": "anna", "device_udid": udid(1)});
    assert_eq!(serving.post("/api/accounts", &body).status, 200);
    let after = task(&serving, "anna");
    wait_until(&serving, &after, "completed");
    assert_eq!((shown(&witness, 1), shown(&witness, 2)), (4, 0));
    let requests = Witness::read(&witness).requests;
    let effects: Vec<_> = requests.iter().flat_map(|it| it.effect.as_ref()).collect();
    assert_eq!(
        effects,
        ["search", "open_profile"],
        "the task's, and no more"
    );
}

fn ready(serving: &Serving) -> u64 {
    let devices = serving.get("/api/devices/status").body;
    let all = devices["devices"].as_array().unwrap();
    all.iter().filter(|it| it["status"] == "ready").count() as u64
}

/// The states of the rungs, lowest first.
fn rungs(serving: &Serving, of: &str) -> Vec<String> {
    let ladder = serving.get(&format!("/api/devices/{of}/ladder"));
    assert_eq!(ladder.status, 200, "{}", ladder.body);
    let rungs = ladder.body["rungs"].as_array().unwrap();
    let told = rungs.iter().map(|it| (&it["name"], &it["state"]));
    told.map(|(name, state)| format!("{} {}", name.as_str().unwrap(), state.as_str().unwrap()))
        .collect()
}

#[test]
fn one_more_simulated_phone_works_and_comes_back() {
    let place = Place::new();
    let more = ["--simulate", "1"];
    let serving = Serving::start(&place, &more);
    let first = task(&serving, "anna");
    wait_until(&serving, &first, "completed");
    let none = json!({});
    let added = serving.post("/api/devices/simulated", &none);
    let told = (added.status, added.body["udid"].as_str());
    assert_eq!(told, (200, Some(udid(2).as_str())), "{}", added.body);
    wait_for("both phones", PATIENCE, || {
        (ready(&serving) == 2).then_some(())
    });
    // Who may use any phone is signed in on the new one too.
    assert_eq!(serving.post(&path("pause"), &none).status, 200);
    let second = task(&serving, "anna");
    wait_until(&serving, &second, "completed");
    let tried = serving.get(&format!("/api/devices/{}/attempts", udid(2)));
    let tried = &tried.body["attempts"];
    assert_eq!(tried.as_array().unwrap().len(), 1, "{tried}");
    assert_eq!(
        (&tried[0]["account_id"], &tried[0]["ending"]),
        (&json!("anna"), &json!("completed"))
    );
    let ordered = serving.get("/api/audit?action=device.add").body;
    assert_eq!(ordered["entries"][0]["subject"], json!(udid(2)));
    // The phones outlive an engine that is killed, and an end in order starts them anew.
    drop(serving);
    let serving = Serving::start(&place, &more);
    wait_for("both phones, found again", PATIENCE, || {
        (ready(&serving) == 2).then_some(())
    });
    serving.stop();
    let serving = Serving::start(&place, &more);
    wait_for("both phones, started anew", PATIENCE, || {
        (rungs(&serving, &udid(2))[0] == "cable ok").then_some(())
    });
}

#[test]
fn what_is_known_of_a_phone_is_told_without_a_word_to_it() {
    let place = Place::new();
    let witness = place.path("witness.jsonl");
    let more = ["--simulate", "1", "--sim-latency-ms", "30", "--witness"];
    let more = [&more[..], &[witness.to_str().unwrap()]].concat();
    let serving = Serving::start(&place, &more);
    wait_for("a phone that can work", PATIENCE, || {
        (ready(&serving) == 1).then_some(())
    });
    let none = json!({});
    let rung = |name: &str| {
        let rungs = rungs(&serving, &udid(1));
        rungs.into_iter().find(|it| it.starts_with(name)).unwrap()
    };
    wait_for("all rungs", PATIENCE, || {
        let all = rungs(&serving, &udid(1));
        all.iter().all(|it| it.ends_with(" ok")).then_some(())
    });
    // The screen is shown beside a task that runs, and the task does not notice.
    let running = task(&serving, "anna");
    wait_until(&serving, &running, "running");
    let picture = serving.get_bytes(&path("screen"));
    assert!(picture.starts_with(b"HTTP/1.1 200"));
    assert!(
        picture
            .windows(8)
            .any(|bytes| bytes == b"\x89PNG\r\n\x1a\n")
    );
    wait_until(&serving, &running, "completed");
    // What fails is named with what to do, and so is what stands on it.
    let phones = place.phones("data");
    let runner = |up: bool| ask(&phones, &json!({"cmd": "wda", "phone": 1, "up": up}));
    assert_eq!(runner(false).unwrap()["ok"], true);
    refused(
        &serving.post(&path("initialize"), &none),
        409,
        "device_not_ready",
    );
    wait_for("the rung", PATIENCE, || {
        (rung("runner") == "runner failed").then_some(())
    });
    refused(&serving.get(&path("screen")), 409, "device_not_ready");
    assert_eq!(runner(true).unwrap()["ok"], true);
    wait_for("the rung", PATIENCE, || {
        (rung("runner") == "runner ok").then_some(())
    });
    // A stop is silence, for whoever wants to see the screen as well.
    assert_eq!(serving.post(&path("stop"), &none).status, 200);
    let stopped = now().monotonic_ns;
    refused(&serving.get(&path("screen")), 409, "stopped");
    assert_eq!(rung("cable"), "cable ok");
    let told = Witness::read(&witness);
    let later = told.requests.iter().filter(|it| it.began > stopped);
    assert_eq!(later.count(), 0);
    let unplug = json!({"cmd": "plug", "phone": 1, "attached": false});
    assert_eq!(ask(&phones, &unplug).unwrap()["ok"], true);
    wait_for("the cable", PATIENCE, || {
        (rung("cable") == "cable failed").then_some(())
    });
    refused(&serving.get(&path("screen")), 409, "device_not_connected");
    for what in ["ladder", "attempts", "screen"] {
        let nobody = serving.get(&format!("/api/devices/{}/{what}", udid(9)));
        refused(&nobody, 404, "unknown_phone");
    }
}
