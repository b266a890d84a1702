//! `POST /api/flow-task`, good and bad.

use serde_json::{Value, json};

use super::bulk::bench;
use crate::store::World;

const FLOW: &str = "/api/flow-task";

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_is_accepted_as_a_task_with_its_files_and_values() {
    let bench = bench().await;
    let asked = json!({
        "account_id": "a",
        "target_username": "@bob",
        "flow": "- tapOn: \"${WHOM} ${target}\"\n- runFlow: more.yaml\n",
        "files": [{ "name": "more.yaml", "text": "- back\n" }],
        "variables": [{ "name": "WHOM", "value": "hello" }],
        "name": "greet",
        "priority": "urgent",
        "idempotency_key": "once",
    });
    let first = bench.post(FLOW, &asked.to_string()).await;
    assert_eq!(
        (first.status, &first.body["account_id"]),
        (200, &json!("a")),
        "{first:?}"
    );
    let again = bench.post(FLOW, &asked.to_string()).await;
    assert_eq!(again.body["task_id"], first.body["task_id"]);
    assert_eq!(bench.waiting().await, 1);
    let path = format!(
        "/api/tasks/{}/status",
        first.body["task_id"].as_str().unwrap()
    );
    let task = bench.get(&path).await.body;
    let told = [
        &task["task_type"],
        &task["target_username"],
        &task["priority"],
        &task["status"],
    ];
    assert_eq!(told, ["flow", "bob", "urgent", "queued"]);
    let other = json!({ "account_id": "a", "flow": "- back\n", "idempotency_key": "once" });
    let other = bench.post(FLOW, &other.to_string()).await;
    other.is_problem(409, "key_reused");
    assert_eq!(bench.waiting().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_that_cannot_be_run_is_refused_with_the_place() {
    let bench = bench().await;
    let check = async |asked: Value, status: u16, code: &str, words: &str| {
        let answer = bench.post(FLOW, &asked.to_string()).await;
        answer.is_problem(status, code);
        let told = answer.body.to_string();
        assert!(told.contains(words), "{words}: {told}");
        assert_eq!(bench.waiting().await, 0);
    };
    let flow = |text: &str| json!({ "account_id": "a", "flow": text });
    check(flow("- back\n- dance\n"), 422, "bad_flow", "2").await;
    check(
        flow("- tapOn: \"${WHOM}\"\n"),
        422,
        "variable_missing",
        "WHOM",
    )
    .await;
    check(flow("- runFlow: gone.yaml\n"), 422, "bad_flow", "gone.yaml").await;
    check(flow(""), 422, "bad_fields", "/flow").await;
    check(json!({ "account_id": "a" }), 422, "bad_fields", "/flow").await;
    check(
        json!({ "flow": "- back\n", "account_id": "nobody" }),
        422,
        "unknown_account",
        "/account_id",
    )
    .await;
    let twice = json!({ "flow": "- back\n", "files": [
        { "name": "x", "text": "- back\n" }, { "name": "x", "text": "- back\n" },
    ] });
    check(twice, 422, "bad_fields", "/files/1/name").await;
    let named = json!({ "flow": "- back\n", "variables": [{ "name": "1x", "value": "y" }] });
    check(named, 422, "bad_fields", "/variables/0/name").await;
    check(
        json!({ "flow": "- back\n", "max_likes": 1 }),
        422,
        "bad_fields",
        "/max_likes",
    )
    .await;
    let nobody = super::Bench::new(World::Live).await;
    let answer = nobody.post(FLOW, r#"{"flow": "- back\n"}"#).await;
    answer.is_problem(409, "no_accounts");
}
