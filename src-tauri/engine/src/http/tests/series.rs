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
    for (query, seconds) in [("", 60), ("?range=7d", 900), ("?range=30d&step=1h", 3_600)] {
        let answer = bench.get(&format!("/api/metrics/series{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {answer:?}");
        let series = &answer.body["series"];
        assert_eq!(series["step_seconds"], seconds);
        let now = series["points"].as_array().unwrap().last().unwrap();
        assert_eq!(now["metrics"]["total_tasks_queued_waiting"], 1);
        assert_eq!(now["tasks_completed"], 0);
        assert_eq!(series["gaps"], json!([]));
        let told = &series["annotations"][0];
        assert_eq!(
            (&told["action"], &told["who"]),
            (&json!("system.pause"), &json!("window"))
        );
    }
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
