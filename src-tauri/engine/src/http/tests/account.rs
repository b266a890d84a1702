//! One account over HTTP.

use serde_json::{Value, json};

use super::Bench;
use crate::store::World;

#[tokio::test(flavor = "multi_thread")]
async fn one_account_is_told_whole_and_one_that_is_not_there_is_404() {
    let bench = Bench::new(World::Simulated).await;
    let body =
        json!({"account_id": "anna", "label": "Anna", "group": "north", "note": "by the window"});
    bench.post("/api/accounts", &body.to_string()).await;
    let task = json!({"account_id": "anna", "target_username": "garden"});
    let task = bench.create(&task.to_string()).await.body["task_id"].clone();
    let later = json!({"account_id": "anna", "target_username": "later", "not_before": "2098-01-01T00:00:00Z"});
    bench.create(&later.to_string()).await;
    bench.post("/api/accounts/anna/pause", "").await;

    let whole = bench.get("/api/accounts/anna").await;
    assert_eq!(whole.status, 200, "{whole:?}");
    let whole = whole.body;
    for (field, expected) in [
        ("account_id", json!("anna")),
        ("group", json!("north")),
        ("note", json!("by the window")),
        ("state", json!("available")),
        ("paused", json!(true)),
        ("scheduled_tasks_count", json!(1)),
        ("signed_in_on", json!([])),
        ("last_success_at", Value::Null),
        ("challenge", Value::Null),
        ("held", Value::Null),
    ] {
        assert_eq!(whole[field], expected, "{field}");
    }
    assert_eq!(whole["waiting_on"]["code"], "paused");
    let none = json!({"used": 0, "ceiling": null, "room_at": null});
    assert_eq!(
        whole["today"]["likes"], none,
        "simulated phones have no ceilings"
    );

    let queue = bench.get("/api/accounts/anna/queue?limit=5").await.body;
    assert_eq!(
        (&queue["total"], &queue["tasks"][0]["task_id"]),
        (&json!(1), &task)
    );
    let events = bench.get("/api/accounts/anna/history").await.body;
    let orders: Vec<&Value> = events["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["order"])
        .collect();
    assert_eq!(orders, ["account.pause", "account.add"]);
    assert_eq!(events["next_cursor"], Value::Null);

    for path in ["", "/queue", "/history"] {
        let nobody = bench.get(&format!("/api/accounts/nobody{path}")).await;
        nobody.is_problem(404, "unknown_account");
    }
    for bad in [
        "/queue?limit=0",
        "/history?limit=501",
        "/history?cursor=x",
        "?x=1",
    ] {
        let refused = bench.get(&format!("/api/accounts/anna{bad}")).await;
        refused.is_problem(422, "bad_fields");
    }
    // Its neighbours in the table of routes are what they were.
    assert!(bench.get("/api/accounts/states").await.body["account_states"].is_object());
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_told_by_their_ids() {
    let bench = Bench::new(World::Simulated).await;
    for id in ["a", "b", "c"] {
        bench
            .post("/api/accounts", &json!({"account_id": id}).to_string())
            .await;
    }
    let ids = async |query: &str| {
        let page = bench.get(&format!("/api/accounts?{query}")).await.body;
        let found = page["accounts"].as_array().unwrap().clone();
        let found: Vec<String> = found
            .iter()
            .map(|it| it["account_id"].as_str().unwrap().to_owned())
            .collect();
        (found.join(" "), page["total"].as_u64().unwrap())
    };
    assert_eq!(ids("ids=c&ids=a&ids=nobody").await, ("a c".to_owned(), 2));
    assert_eq!(ids("ids=b").await, ("b".to_owned(), 1));
    bench
        .get("/api/accounts?ids=a%20b")
        .await
        .is_problem(422, "bad_fields");
}
