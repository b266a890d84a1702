//! Routes: their shapes and their refusals.

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

use super::{Answer, Bench};
use crate::store::World;

fn keys(value: &Value) -> Vec<&str> {
    let object = value.as_object().expect("an object");
    object.keys().map(String::as_str).collect()
}

/// RFC 3339 in UTC with milliseconds.
fn is_time(value: &Value) {
    let text = value.as_str().unwrap();
    assert!(text.parse::<jiff::Timestamp>().is_ok(), "{text}");
    assert!(text.len() == 24 && text.ends_with('Z'), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_no_token() {
    let bench = Bench::new(World::Simulated).await;
    for path in ["/api/", "/api/system/health"] {
        let host = bench.server.address();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let mut stream = bench.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = Answer::read(&mut stream).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.value("content-type"), Some("application/json"));
        assert_eq!(answer.value("cache-control"), Some("no-store"));
    }
    let about = bench.get("/api/").await.body;
    assert_eq!(about["message"], "iOS Instagram Automation API");
    assert_eq!(about["version"], env!("CARGO_PKG_VERSION"));
    let health = bench.get("/api/system/health").await.body;
    assert_eq!(health["status"], "warning");
    assert_eq!(
        health["issues"],
        json!(["No phone is connected. Plug one in."])
    );
    let mut found = keys(&health);
    found.sort_unstable();
    let expected = [
        "devices_ready",
        "issues",
        "queue_size",
        "status",
        "uptime",
        "workers_active",
    ];
    assert_eq!(found, expected);
    assert!(health["uptime"].as_f64().unwrap() >= 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_phones_there_are_no_devices() {
    let bench = Bench::new(World::Simulated).await;
    for path in ["/api/devices/discover", "/api/devices/status"] {
        let expected = json!({
            "total_devices": 0, "ready_devices": 0, "busy_devices": 0, "error_devices": 0,
            "devices": [],
        });
        assert_eq!(bench.get(path).await.body, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_and_their_account() {
    let bench = Bench::new(World::Simulated).await;
    let none = bench.create(r#"{"target_username": "bob"}"#).await;
    none.is_problem(409, "no_accounts");
    let body = r#"{"account_id": "anna", "target_username": "@bob", "idempotency_key": "1"}"#;
    let first = bench.create(body).await;
    assert_eq!(first.status, 200, "{first:?}");
    let task = first.body["task_id"].as_str().unwrap().to_owned();
    assert_eq!(first.body["status"], "created");
    assert_eq!(first.body["account_id"], "anna");
    assert_eq!(first.body["queue_position"], 0);
    assert_eq!(first.body["account_created"], true);
    let again = bench.create(body).await;
    assert_eq!(again.body["task_id"], first.body["task_id"]);
    let other = r#"{"account_id": "anna", "target_username": "eve", "idempotency_key": "1"}"#;
    bench.create(other).await.is_problem(409, "key_reused");
    let second = bench.create(r#"{"target_username": "eve"}"#).await;
    assert_eq!(second.body["account_id"], "anna");
    assert_eq!(second.body["queue_position"], 1);
    assert_eq!(second.body["account_created"], false);

    let status = bench.get(&format!("/api/tasks/{task}/status")).await.body;
    assert_eq!(status["task_id"], task);
    assert_eq!(status["status"], "queued");
    assert_eq!(status["target_username"], "bob");
    assert_eq!(status["waiting_on"]["code"], "no_device");
    assert_eq!(status["progress"], json!({"done": 0, "total": 7}));
    is_time(&status["created_at"]);

    let states = bench.get("/api/accounts/execution-states").await.body;
    assert_eq!(keys(&states), ["account_states", "success", "updated_at"]);
    is_time(&states["updated_at"]);
    let one = bench.get("/api/accounts/execution-states/anna").await.body;
    assert_eq!(
        (&one["success"], &one["account_state"]["state"]),
        (&json!(true), &json!("available"))
    );
    assert_eq!(one["account_state"], states["account_states"]["anna"]);
    assert_eq!(one["account_state"]["waiting_tasks_count"], 2);

    let lines = bench.get("/api/accounts/waiting-tasks").await.body;
    let expected = json!({"anna": [task, second.body["task_id"]]});
    assert_eq!(lines["waiting_tasks_by_account"], expected);
    assert_eq!(lines["total_waiting_tasks"], 2);
    let metrics = bench.get("/api/metrics/concurrency").await.body;
    let expected = json!({
        "total_accounts_tracked": 1,
        "accounts_running": 0,
        "accounts_waiting": 1,
        "accounts_cooldown": 0,
        "total_concurrency_blocks": metrics["concurrency_metrics"]["total_concurrency_blocks"],
        "total_tasks_queued_waiting": 2,
    });
    assert_eq!(metrics["concurrency_metrics"], expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_data_set_makes_no_account_up() {
    let bench = Bench::new(World::Live).await;
    let answer = bench.create(r#"{"account_id": "anna", "target_username": "bob"}"#);
    let answer = answer.await;
    answer.is_problem(422, "unknown_account");
    assert_eq!(answer.body["errors"][0]["pointer"], "/account_id");
    let none = bench.create(r#"{"target_username": "bob"}"#).await;
    none.is_problem(409, "no_accounts");
    assert_eq!(bench.waiting().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_in_paths() {
    let bench = Bench::new(World::Simulated).await;
    for id in [
        "018f4c5e-0000-7000-8000-000000000000",
        "018f4c5e00007000800000000000000",
        "%7B018f4c5e-0000-7000-8000-000000000000%7D",
        "",
        "1",
        "%00",
        "..%2Fcreate",
        "'%20OR%201=1--",
        "%F0%9F%93%B1",
    ] {
        let answer = bench.get(&format!("/api/tasks/{id}/status")).await;
        answer.is_problem(404, "unknown_task");
    }
    for id in [
        "nobody",
        "a%2Fb",
        "%00",
        "..",
        "%3Cimg%3E",
        "'%20OR%201=1--",
    ] {
        let answer = bench
            .get(&format!("/api/accounts/execution-states/{id}"))
            .await;
        assert_eq!(answer.status, 200, "{id}");
        assert_eq!(keys(&answer.body), ["message", "success"], "{id}");
        assert_eq!(answer.body["success"], false, "{id}");
    }
    for path in [
        "/api/accounts/execution-states/",
        "/api/accounts/execution-states/a/b",
        "/api/accounts/execution-states/%FF",
    ] {
        bench.get(path).await.is_problem(404, "not_found");
    }
    bench
        .get("/api/tasks/%FF/status")
        .await
        .is_problem(404, "unknown_task");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there() {
    let bench = Bench::new(World::Simulated).await;
    let send = async |line: &str| {
        let mut stream = bench.connect().await;
        let request = bench.header(line) + "\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        Answer::read(&mut stream).await
    };
    for path in ["/api", "/api/nothing", "/assets/x.js", "/api/tasks/"] {
        send(&format!("GET {path}"))
            .await
            .is_problem(404, "not_found");
    }
    for (line, allowed) in [
        ("DELETE /api/system/health", "get,head"),
        ("POST /api/", "get,head"),
        ("PUT /api/metrics/concurrency", "get,head"),
        ("OPTIONS /api/metrics/concurrency", "get,head"),
        ("GET /api/tasks/create", "post"),
        ("PATCH /api/tasks/create", "post"),
    ] {
        let answer = send(line).await;
        answer.is_problem(405, "method_not_allowed");
        assert_eq!(answer.value("allow"), Some(allowed), "{line}");
    }
    let answer = send("GET /api/metrics/concurrency?token=secret&x").await;
    answer.is_problem(422, "bad_fields");
    let expected = json!([
        {"parameter": "token", "detail": "There is no such parameter."},
        {"parameter": "x", "detail": "There is no such parameter."},
    ]);
    assert_eq!(answer.body["errors"], expected);
    send("POST /api/tasks/create?dry_run=1")
        .await
        .is_problem(422, "bad_fields");
}
