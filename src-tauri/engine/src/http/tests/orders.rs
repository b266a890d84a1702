//! What an operator orders over HTTP.

use serde_json::{Value, json};

use super::{Answer, Bench};
use crate::store::World;

async fn post(bench: &Bench, path: &str, body: Value) -> Answer {
    bench.post(path, &body.to_string()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_comes_changes_is_suspended_and_goes() {
    let bench = Bench::new(World::Live).await;
    let added = post(
        &bench,
        "/api/accounts",
        json!({"account_id": "a", "handle": "@Anna", "device_udid": "phone-1"}),
    )
    .await;
    assert_eq!(added.status, 200, "{added:?}");
    assert_eq!(added.body["handle"], "Anna");
    let twice = post(&bench, "/api/accounts", json!({"account_id": "a"})).await;
    twice.is_problem(409, "account_exists");
    let change = json!({"label": "Anna's", "device_udid": ""}).to_string();
    let changed = bench.ask("PATCH", "/api/accounts/a", &change).await;
    assert_eq!(changed.body["label"], "Anna's");
    assert_eq!(changed.body["device_udid"], Value::Null);
    let wrong = json!({"hours": 7}).to_string();
    let refused = bench.ask("PATCH", "/api/accounts/a", &wrong).await;
    assert_eq!(refused.status, 422);

    for order in ["suspend", "unsuspend", "end-cooldown", "release"] {
        let path = format!("/api/accounts/a/{order}");
        for body in [json!({}), json!({"reason": " "}), json!({"reason": null})] {
            assert_eq!(post(&bench, &path, body).await.status, 422, "{order}");
        }
        let nobody = format!("/api/accounts/b/{order}");
        let because = json!({"reason": "because"});
        post(&bench, &nobody, because)
            .await
            .is_problem(404, "unknown_account");
    }
    let because = || json!({"reason": "because"});
    let rested = post(&bench, "/api/accounts/a/end-cooldown", because()).await;
    rested.is_problem(409, "wrong_state");
    let done = post(&bench, "/api/accounts/a/suspend", because()).await;
    assert_eq!(done.body["success"], true);
    let state = bench.get("/api/accounts/execution-states/a").await;
    assert_eq!(state.body["account_state"]["state"], "suspended");
    let done = post(&bench, "/api/accounts/a/unsuspend", because()).await;
    assert_eq!(done.status, 200, "the operator's own suspension: {done:?}");
    let states = async || {
        let states = bench.get("/api/accounts/states").await.body;
        states["account_states"].as_object().unwrap().len()
    };
    assert_eq!(states().await, 1);
    let gone = bench.ask("DELETE", "/api/accounts/a", "").await;
    assert_eq!(gone.status, 200, "{gone:?}");
    assert_eq!(states().await, 0, "it is gone there as well");
    let gone = bench.ask("DELETE", "/api/accounts/a", "").await;
    gone.is_problem(404, "unknown_account");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_cancelled_and_tried_again() {
    let bench = Bench::new(World::Simulated).await;
    let created = bench
        .create(r#"{"account_id": "a", "target_username": "somebody"}"#)
        .await;
    let id = created.body["task_id"].as_str().unwrap().to_owned();
    let path = |order: &str| format!("/api/tasks/{id}/{order}");
    let early = post(&bench, &path("retry"), json!({})).await;
    early.is_problem(409, "not_ended");
    let done = bench.ask("DELETE", &path("cancel"), "").await;
    assert_eq!(done.body["status"], "cancelled", "{done:?}");
    let twice = bench.ask("DELETE", &path("cancel"), "").await;
    twice.is_problem(409, "ended");
    let again = post(&bench, &path("retry"), json!({})).await;
    assert_eq!(again.body["queue_position"], 0, "{again:?}");
    let told = post(&bench, &path("resolve"), json!({"happened": true})).await;
    told.is_problem(409, "not_ended");
    let many = post(&bench, "/api/accounts/a/cancel-tasks", json!({})).await;
    assert_eq!(many.body["cancelled"], 1);
    let nothing = post(&bench, &path("resolve"), json!({"happened": true})).await;
    nothing.is_problem(409, "nothing_unknown");
    let nobody = "/api/tasks/019abcde-0000-7000-8000-000000000000/retry";
    post(&bench, nobody, json!({}))
        .await
        .is_problem(404, "unknown_task");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_task_says_which_pause_holds_it() {
    let bench = Bench::new(World::Simulated).await;
    let created = bench
        .create(r#"{"account_id": "a", "target_username": "somebody"}"#)
        .await;
    let id = created.body["task_id"].as_str().unwrap().to_owned();
    let check = async |order: &str, code: &str, words: &str| {
        let done = post(&bench, &format!("/api/{order}"), json!({})).await;
        assert_eq!(done.status, 200, "{order}: {done:?}");
        let status = bench.get(&format!("/api/tasks/{id}/status")).await;
        let why = &status.body["waiting_on"];
        assert_eq!(why["code"], code, "{order}");
        let sentence = why["sentence"].as_str().unwrap();
        assert!(sentence.contains(words), "{order}: {sentence}");
    };
    check("accounts/a/pause", "paused", "Account a is paused").await;
    check("accounts/a/resume", "no_device", "").await;
    check("engagement/stop", "no_device", "").await;
    check("engagement/start", "no_device", "").await;
    check("system/pause", "paused", "Paused by you").await;
    check("system/emergency-stop", "stopped", "Everything was stopped").await;
    check("system/emergency-resume", "paused", "Paused by you").await;
    check("system/resume", "no_device", "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_nobody_knows_takes_no_order() {
    let bench = Bench::new(World::Simulated).await;
    let orders = [
        "pause",
        "resume",
        "stop",
        "in-hand",
        "give-back",
        "find",
        "forget",
    ];
    for order in orders {
        let path = format!("/api/devices/phone-7/{order}");
        post(&bench, &path, json!({}))
            .await
            .is_problem(404, "unknown_phone");
    }
    let change = json!({"label": "Rack"}).to_string();
    let path = "/api/devices/phone-7";
    bench
        .ask("PATCH", path, &change)
        .await
        .is_problem(404, "unknown_phone");
    // An account names it: it is known, and not here.
    let account = json!({"account_id": "a", "device_udid": "phone-7"});
    post(&bench, "/api/accounts", account).await;
    let changed = bench.ask("PATCH", path, &change).await;
    assert_eq!(
        (&changed.body["label"], changed.status),
        (&json!("Rack"), 200)
    );
    let taken = post(&bench, "/api/devices/phone-7/in-hand", json!({})).await;
    assert_eq!(taken.body["in_hand"], true);
    let forgotten = post(&bench, "/api/devices/phone-7/forget", json!({})).await;
    assert_eq!(forgotten.status, 200, "{forgotten:?}");
    assert_eq!(
        bench.get("/api/devices/status").await.body["total_devices"],
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_limits_of_its_own_inside_the_hard_ones() {
    for world in [World::Simulated, World::Live] {
        let bench = Bench::new(world).await;
        let new = r#"{"account_id": "a", "limits": {"likes_per_day": 9}}"#;
        let made = bench.post("/api/accounts", new).await;
        assert_eq!(made.status, 200, "{made:?}");
        assert_eq!(made.body["limits"], json!({"likes_per_day": 9}));
        let check = async |limits: &str, pointer: Option<&str>| {
            let before = bench.get("/api/accounts").await.body["accounts"][0].clone();
            let body = format!(r#"{{"limits": {limits}}}"#);
            let done = bench.ask("PATCH", "/api/accounts/a", &body).await;
            let after = bench.get("/api/accounts").await.body["accounts"][0].clone();
            match pointer {
                None => assert_eq!(done.status, 200, "{limits}: {done:?}"),
                Some(pointer) => {
                    done.is_problem(422, "bad_fields");
                    let named = done.body["errors"].to_string();
                    assert!(named.contains(pointer), "{limits}: {named}");
                    assert_eq!(after, before, "nothing changed");
                }
            }
            after["limits"].clone()
        };
        let own = check(r#"{"follows_per_day": 2, "action_gap_seconds": 60}"#, None).await;
        assert_eq!(own, json!({"follows_per_day": 2, "action_gap_seconds": 60}));
        let live = (world == World::Live).then_some("/limits/follows_per_day");
        check(r#"{"follows_per_day": 81}"#, live).await;
        let live = (world == World::Live).then_some("/limits/action_gap_seconds");
        check(r#"{"action_gap_seconds": 9}"#, live).await;
        assert_eq!(check("{}", None).await, Value::Null);
        for (bad, pointer) in [
            (r#"{"follows_per_day": 1001}"#, "/limits/follows_per_day"),
            (r#"{"likes_per_day": -1}"#, "/limits/likes_per_day"),
            (r#"{"comments_per_day": "3"}"#, "/limits/comments_per_day"),
            (r#"{"comments_per_day": null}"#, "/limits/comments_per_day"),
            (
                r#"{"action_gap_seconds": 1.5}"#,
                "/limits/action_gap_seconds",
            ),
            (r#"{"per_day": 3}"#, "/limits/per_day"),
            ("null", "/limits"),
            ("[]", "/limits"),
            ("7", "/limits"),
        ] {
            check(bad, Some(pointer)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_hours_of_its_own() {
    let bench = Bench::new(World::Simulated).await;
    let task = r#"{"account_id": "a", "target_username": "bob"}"#;
    let made = bench.post("/api/tasks/create", task).await.body;
    let status = format!("/api/tasks/{}/status", made["task_id"].as_str().unwrap());
    let patch = async |hours: &str| {
        let body = format!(r#"{{"hours": {hours}}}"#);
        bench.ask("PATCH", "/api/accounts/a", &body).await
    };
    let waits = async |hours: &str| {
        let done = patch(hours).await;
        assert_eq!(done.status, 200, "{done:?}");
        let told = bench.get(&status).await.body["waiting_on"]["code"].clone();
        (
            told.as_str().unwrap().to_owned(),
            done.body["hours"].clone(),
        )
    };
    // One of the two minutes is not now.
    let minutes = [
        r#"[{"from": "03:17", "to": "03:18"}]"#,
        r#"[{"days": ["mon", "sun"], "from": "15:40", "to": "15:41"}]"#,
    ];
    let mut codes = Vec::new();
    for minute in minutes {
        let (code, hours) = waits(minute).await;
        let days = json!(minute.contains("days").then_some(["mon", "sun"]));
        assert_eq!(hours[0]["days"], days);
        assert_eq!(hours[0]["from"].as_str().unwrap().len(), 5);
        codes.push(code);
    }
    assert!(codes.contains(&"outside_hours".to_owned()), "{codes:?}");
    // Another account with none of its own is not held by them.
    let other = r#"{"account_id": "b", "target_username": "bob"}"#;
    let made = bench.post("/api/tasks/create", other).await.body;
    let path = format!("/api/tasks/{}/status", made["task_id"].as_str().unwrap());
    assert_eq!(
        bench.get(&path).await.body["waiting_on"]["code"],
        "no_device"
    );
    let open = r#"[{"from": "00:00", "to": "24:00"}]"#;
    assert_eq!(waits(open).await.0, "no_device");
    // Those of its own hold over those of all; without any, those of all hold again.
    let never = format!(r#"{{"hours": {{"": {}}}}}"#, minutes[1]);
    let set = bench.ask("PUT", "/api/settings", &never).await;
    assert_eq!(set.status, 200, "{set:?}");
    assert_eq!(waits(open).await.0, "no_device");
    let (_, hours) = waits("[]").await;
    assert_eq!(hours, Value::Null);
    for (bad, pointer) in [
        (r#"[{"from": "8:00", "to": "09:00"}]"#, "/hours/0/from"),
        (r#"[{"from": "08:00"}]"#, "/hours/0"),
        (
            r#"[{"days": [], "from": "08:00", "to": "09:00"}]"#,
            "/hours/0/days",
        ),
        (
            r#"[{"days": ["noday"], "from": "08:00", "to": "09:00"}]"#,
            "/hours/0/days/0",
        ),
        (r#"{"from": "08:00", "to": "09:00"}"#, "/hours"),
        ("null", "/hours"),
        ("7", "/hours"),
    ] {
        let refused = patch(bad).await;
        refused.is_problem(422, "bad_fields");
        let named = refused.body["errors"].to_string();
        assert!(named.contains(pointer), "{bad}: {named}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_of_an_account_outlive_another_that_is_removed() {
    let bench = Bench::new(World::Simulated).await;
    let open = r#"[{"from": "00:00", "to": "24:00"}]"#;
    let all = format!(r#"{{"hours": {{"night": {open}}}}}"#);
    assert_eq!(bench.ask("PUT", "/api/settings", &all).await.status, 200);
    let mut codes = Vec::new();
    for minute in ["03:17", "15:40"] {
        let closed = format!(r#"[{{"from": "{minute}", "to": "{}9"}}]"#, &minute[..4]);
        for (id, hours) in [("a", open), ("b", &*closed)] {
            let new = format!(r#"{{"account_id": "{id}", "hours": {hours}}}"#);
            let made = bench.post("/api/accounts", &new).await;
            assert_eq!(made.status, 200, "{made:?}");
        }
        let gone = bench.ask("DELETE", "/api/accounts/a", "").await;
        assert_eq!(gone.status, 200, "{gone:?}");
        let list = r#"{"name": "l", "rehearsal": false,
            "tasks": "account_id,task_type,target_username,actions\nb,instagram,bob,\n"}"#;
        let taken = bench.post("/api/lists/import", list).await;
        assert_eq!(taken.status, 200, "{taken:?}");
        let tasks = bench
            .get("/api/tasks?account_id=b&status=queued")
            .await
            .body;
        let path = format!(
            "/api/tasks/{}/status",
            tasks["tasks"][0]["task_id"].as_str().unwrap()
        );
        let told = bench.get(&path).await.body["waiting_on"]["code"].clone();
        codes.push(told.as_str().unwrap().to_owned());
        let path = path.replace("/status", "/cancel");
        assert_eq!(bench.ask("DELETE", &path, "").await.status, 200);
        assert_eq!(bench.ask("DELETE", "/api/accounts/b", "").await.status, 200);
    }
    // One of the two minutes is not now.
    assert!(codes.contains(&"outside_hours".to_owned()), "{codes:?}");
}
