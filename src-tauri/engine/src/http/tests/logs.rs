//! The log files over HTTP: page by page, by filter, and nothing but them.

use serde_json::{Value, json};

use super::Bench;
use crate::store::World;

const LINES: [&str; 3] = [
    r#"{"ts":"2026-11-23T12:00:00.000Z","level":"info","target":"signalbox","message":"one","fields":{}}"#,
    r#"{"ts":"2026-11-23T12:00:01.000Z","level":"error","target":"signalbox","message":"two","fields":{"code":"E-MUX"}}"#,
    "\u{1b}[31mhalf",
];

#[tokio::test(flavor = "multi_thread")]
async fn logs_are_told_page_by_page_and_by_filter() {
    let bench = Bench::new(World::Simulated).await;
    let dir = bench.engine.data_dir().logs();
    std::fs::write(dir.join("signalbox-000009.log"), LINES.join("\n") + "\n").unwrap();
    std::fs::write(dir.join("other.log"), "secret\n").unwrap();
    let check = async |query: &str, expected: &[&str]| {
        let answer = bench.get(&format!("/api/logs?{query}")).await;
        assert_eq!(answer.status, 200, "{query} {answer:?}");
        let entries = answer.body["entries"].as_array().unwrap().iter();
        let told: Vec<&str> = entries.map(|it| it["message"].as_str().unwrap()).collect();
        assert_eq!(told, expected, "{query}");
        answer.body["next_cursor"].clone()
    };
    let damaged = "\\u{1b}[31mhalf";
    let end = check("", &[damaged, "two", "one"]).await;
    assert_eq!(end, Value::Null);
    check("level=error", &[damaged, "two"]).await;
    check("q=e-mux", &["two"]).await;
    check("from_date=2026-11-23T12:00:01Z", &["two"]).await;
    check("to_date=2026-11-23T12:00:00Z", &["one"]).await;
    let next = check("limit=2", &[damaged, "two"]).await;
    let next = next.as_str().unwrap().to_owned();
    check(&format!("limit=2&cursor={next}"), &["one"]).await;
    let first = bench.get("/api/logs?q=one").await.body["entries"][0].clone();
    assert_eq!(
        first,
        json!({ "ts": "2026-11-23T12:00:00.000Z", "level": "info", "target": "signalbox",
            "message": "one", "fields": {}, "damaged": false })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_page_of_the_logs_is_refused() {
    let bench = Bench::new(World::Simulated).await;
    for query in [
        "cursor=../../api-token",
        "cursor=1",
        "cursor=1.-1",
        "cursor=99999999999.0",
        "cursor=1.2%00",
        "level=loud",
        "level=ERROR",
        "from_date=yesterday",
        "limit=0",
        "limit=1001",
        "q=",
        "q=a%0ab",
        "file=api-token",
        "path=/etc/passwd",
    ] {
        let answer = bench.get(&format!("/api/logs?{query}")).await;
        answer.is_problem(422, "bad_fields");
    }
    let answer = bench.get("/api/logs/..%2fapi-token").await;
    answer.is_problem(404, "not_found");
}
