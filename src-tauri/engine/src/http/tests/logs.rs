//! The log files over HTTP: page by page, by filter, and nothing but them.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::Bench;
use crate::store::World;

const LINES: [&str; 3] = [
    r#"{"ts":"2026-11-23T12:00:00.000Z","level":"info","target":"signalbox","message":"one","fields":{}}"#,
    r#"{"ts":"2026-11-23T12:00:01.000Z","level":"error","target":"signalbox::cables","message":"two","fields":{"code":"E-MUX"}}"#,
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
    check("source=signalbox", &["two", "one"]).await;
    check("source=signalbox::cables", &["two"]).await;
    check("source=signal", &[]).await;
    check("pattern=%5EO.E%24", &["one"]).await;
    check("pattern=e-(mux%7Cpool)", &["two"]).await;
    check("pattern=tw&q=one", &[]).await;
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
async fn all_lines_of_a_filter_are_exported_one_object_a_line() {
    let bench = Bench::new(World::Simulated).await;
    let dir = bench.engine.data_dir().logs();
    let line = |no: u32| LINES[1].replace("two", &format!("no {no}"));
    let lines: Vec<String> = (0..2_500).map(line).collect();
    std::fs::write(dir.join("signalbox-000009.log"), lines.join("\n") + "\n").unwrap();
    let header = bench.header("GET /api/logs/export?q=no&level=error");
    let request = header + "Connection: close\r\n\r\n";
    let mut stream = bench.connect().await;
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut told = Vec::new();
    stream.read_to_end(&mut told).await.unwrap();
    let told = String::from_utf8(told).unwrap();
    let named = "\r\ncontent-disposition: attachment; filename=logs_export.jsonl\r\n";
    assert!(told.contains(named), "{}", &told[..400]);
    let found: Vec<Value> = told
        .lines()
        .filter(|line| line.starts_with("{\"ts\""))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(found.len(), 2_500);
    assert_eq!(found[0]["message"], "no 2499", "the newest first");
    assert_eq!(found[2_499]["message"], "no 0");
    let answer = bench.get("/api/logs/export?pattern=(").await;
    answer.is_problem(422, "bad_fields");
    assert_eq!(answer.body["errors"][0]["parameter"], "pattern");
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
        "pattern=(",
        "pattern=a%7B1000000%7D",
        "source=",
    ] {
        let answer = bench.get(&format!("/api/logs?{query}")).await;
        answer.is_problem(422, "bad_fields");
    }
    let answer = bench.get("/api/logs/..%2fapi-token").await;
    answer.is_problem(404, "not_found");
}
