//! The numbers over time, over HTTP.

use serde_json::json;

use super::Bench;
use crate::commands::Who;
use crate::store::World;

#[tokio::test]
async fn the_series_ends_with_now_and_tells_pauses() {
    let bench = Bench::new(World::Simulated).await;
    let body = r#"{"account_id": "a", "target_username": "somebody"}"#;
    assert_eq!(bench.create(body).await.status, 200);
    bench
        .engine
        .commands()
        .by(Who::Window)
        .pause()
        .await
        .unwrap();
    for (query, seconds) in [
        ("", 60),
        ("?range=15m", 60),
        ("?range=7d", 900),
        ("?range=30d&step=1h", 3_600),
    ] {
        let answer = bench.get(&format!("/api/metrics/series{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {answer:?}");
        let series = &answer.body["series"];
        assert_eq!(series["step_seconds"], seconds);
        let now = series["points"].as_array().unwrap().last().unwrap();
        assert_eq!(now["metrics"]["total_tasks_queued_waiting"], 1);
        assert_eq!(now["tasks_completed"], 0);
        assert_eq!(now["latency"], json!(null));
        assert_eq!(series["gaps"], json!([]));
        let whole = json!({
            "tasks_completed": 0, "tasks_failed": 0, "interactions": {}, "latency": null,
        });
        assert_eq!(series["whole"], whole);
        let told = &series["annotations"][0];
        assert_eq!(
            (&told["action"], &told["who"]),
            (&json!("system.pause"), &json!("window"))
        );
    }
    let sheet = bench.get("/api/metrics/export?range=15m").await;
    assert_eq!(sheet.value("content-type"), Some("text/csv"));
    let path = "/api/metrics/export?range=1h&format=json";
    assert_eq!(bench.get(path).await.status, 200);
    for (query, code) in [
        ("range=2d", "bad_fields"),
        ("range=30d&step=1m", "too_many_points"),
    ] {
        let answer = bench.get(&format!("/api/metrics/series?{query}")).await;
        assert_eq!(
            (answer.status, &answer.body["code"]),
            (422, &json!(code)),
            "{query}"
        );
    }
}

#[tokio::test]
async fn who_comes_back_is_told_what_came_of_it_and_who_ordered() {
    let bench = Bench::new(World::Simulated).await;
    let body = r#"{"account_id": "a", "target_username": "somebody"}"#;
    assert_eq!(bench.create(body).await.status, 200);
    let commands = bench.engine.commands();
    commands.by(Who::Window).pause().await.unwrap();
    let database = bench.engine.data_dir().database();
    let connection = rusqlite::Connection::open(database).unwrap();
    let now = crate::clock::Clock::new().read().wall_ms;
    for (no, status, ms) in [(1, "success", 100), (2, "success", 1_600), (3, "failed", 9)] {
        connection
            .execute(
                "INSERT INTO interactions (task_id, attempt_no, step, account_no, phone_no,
                 rehearsal, target, action, status, reason, latency_ms, at, ts)
                 VALUES (x'00', 1, ?1, 0, 0, 0, 't', 'like', ?2, '', ?3, 1, ?4)",
                rusqlite::params![no, status, ms, now],
            )
            .unwrap();
    }
    let since = async |from: &str| {
        let answer = bench
            .get(&format!("/api/metrics/since?from_date={from}"))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["since"].clone()
    };
    let told = since("2020-01-01T00:00:00Z").await;
    assert_eq!(told["orders"], json!({ "http": 1, "window": 1 }));
    assert_eq!(
        told["sums"]["interactions"],
        json!({ "failed": 1, "success": 2 })
    );
    let latency = &told["sums"]["latency"];
    assert_eq!(
        (&latency["count"], &latency["p50_ms"]),
        (&json!(2), &json!(100))
    );
    let slow = latency["p95_ms"].as_u64().unwrap();
    assert!(slow.abs_diff(1_600) <= 100, "{latency}");
    assert!(told["from"].as_str().unwrap() > "2026", "{told}");
    let told = since("2098-01-01T00:00:00Z").await;
    assert_eq!(
        told["orders"],
        json!({}),
        "nothing is ordered in what is to come"
    );
    for query in [
        "",
        "?from_date=",
        "?from_date=yesterday",
        "?from_date=2026-11-23",
    ] {
        let answer = bench.get(&format!("/api/metrics/since{query}")).await;
        answer.is_problem(422, "bad_fields");
    }
}
