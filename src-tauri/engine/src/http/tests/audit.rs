//! The audit over HTTP.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::Bench;
use crate::commands::Who;
use crate::store::World;

/// A server on which a task was created over HTTP, and everything paused and started in the
/// window and on the command line.
async fn bench() -> Bench {
    let bench = Bench::new(World::Simulated).await;
    let body = r#"{"account_id": "a", "target_username": "somebody"}"#;
    assert_eq!(bench.create(body).await.status, 200);
    let commands = bench.engine.commands();
    commands.by(Who::Window).pause().await.unwrap();
    commands.by(Who::Cli).start().await.unwrap();
    bench
}

fn actions(page: &Value) -> Vec<&str> {
    let entries = page["entries"].as_array().unwrap();
    entries
        .iter()
        .map(|it| it["action"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn the_audit_is_told_page_by_page_and_by_filter() {
    let bench = bench().await;
    let check = async |query: &str, expected: &[&str]| {
        let answer = bench.get(&format!("/api/audit?{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {answer:?}");
        assert_eq!(actions(&answer.body), expected, "{query}");
        answer.body
    };
    let all = check("", &["system.resume", "system.pause", "task.create"]).await;
    let entry = &all["entries"][1];
    assert_eq!(
        (&entry["who"], &entry["why"]),
        (&json!("window"), &Value::Null)
    );
    assert_eq!(
        (&entry["before"]["paused"], &entry["after"]["paused"]),
        (&json!(false), &json!(true))
    );
    let task = all["entries"][2]["subject"].as_str().unwrap();

    check("who=http", &["task.create"]).await;
    check("action=system.pause", &["system.pause"]).await;
    check(&format!("subject={task}"), &["task.create"]).await;
    check("from_date=2099-01-01T00:00:00Z", &[]).await;
    check("to_date=2001-01-01T00:00:00Z", &[]).await;
    check("action=%27%20OR%201%3D1%20--", &[]).await;
    let first = check("limit=2", &["system.resume", "system.pause"]).await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let last = check(&format!("limit=2&cursor={cursor}"), &["task.create"]).await;
    assert_eq!(last["next_cursor"], Value::Null);
    for bad in [
        "who=me",
        "limit=0",
        "cursor=x",
        "from_date=now",
        "other=1",
        "action=",
    ] {
        assert_eq!(
            bench.get(&format!("/api/audit?{bad}")).await.status,
            422,
            "{bad}"
        );
    }
}

/// What an address answers until its connection ends.
async fn whole(bench: &Bench, path: &str) -> (String, String) {
    let request = bench.header(&format!("GET {path}")) + "Connection: close\r\n\r\n";
    let mut stream = bench.connect().await;
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.to_ascii_lowercase(), body.to_owned())
}

#[tokio::test]
async fn the_audit_is_exported_as_csv_and_json() {
    let bench = bench().await;
    let (head, csv) = whole(&bench, "/api/audit/export?format=csv").await;
    assert!(head.contains("\r\ncontent-type: text/csv\r\n"), "{head}");
    assert!(head.contains("filename=audit_export.csv"), "{head}");
    let columns = "seq,ts,who,action,subject_kind,subject,subject_name,why,before,after\r\n";
    assert!(csv.contains(columns), "{csv}");
    assert!(csv.contains(",cli,system.resume,system,,,,"), "{csv}");

    let (head, json) = whole(&bench, "/api/audit/export?format=json&who=http").await;
    assert!(
        head.contains("\r\ncontent-type: application/json\r\n"),
        "{head}"
    );
    let object = &json[json.find('{').unwrap()..=json.rfind('}').unwrap()];
    let told: Value = serde_json::from_str(object).unwrap();
    assert_eq!(actions(&told), ["task.create"]);
    assert_eq!(told["filters"]["who"], "http");
    assert_eq!(told["entries"][0]["after"]["account_id"], "a");
    assert_eq!(bench.get("/api/audit/export?format=xml").await.status, 400);
}
