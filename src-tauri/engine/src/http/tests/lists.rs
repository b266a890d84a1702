//! Lists over HTTP: a file is planned, its rows are looked at, and it is accepted as it was shown.

use serde_json::{Value, json};

use super::{Answer, Bench};
use crate::store::World;

const ACCOUNTS: &str = "account_id,handle,device_udid\na,anna,\nb,bert,\n";

fn file(rows: &str) -> Value {
    let tasks = format!("account_id,task_type,target_username,actions\n{rows}");
    json!({ "name": "monday", "tasks": tasks, "accounts": ACCOUNTS })
}

async fn post(bench: &Bench, path: &str, body: Value) -> Answer {
    bench.post(path, &body.to_string()).await
}

#[tokio::test]
async fn a_file_is_planned_looked_at_and_accepted_as_it_was_shown() {
    let bench = Bench::new(World::Simulated).await;
    let rows = "a,instagram,one,\n,instagram,two,like_post\nb,instagram,no name,\n";
    let plan = post(&bench, "/api/lists/plan", file(rows)).await;
    assert_eq!(plan.status, 200, "{plan:?}");
    assert_eq!(plan.body["counts"]["accepted"], 2);
    assert_eq!(plan.body["counts"]["refused"], 1);
    assert_eq!(plan.body["ends_at"], Value::Null, "nothing was seen to end");
    let id = plan.body["plan_id"].as_str().unwrap();
    let refused = bench
        .get(&format!("/api/lists/plan/{id}?verdict=refused"))
        .await;
    let row = &refused.body["rows"][0];
    assert_eq!(
        (&row["line"], &row["field"]),
        (&json!(4), &json!("target_username"))
    );

    let bad = post(&bench, "/api/lists", json!({ "plan_id": id })).await;
    bad.is_problem(409, "plan_has_bad_rows");
    assert_eq!(bench.waiting().await, 0);
    let accept = json!({ "plan_id": id, "leave_out_refused": true });
    let list = post(&bench, "/api/lists", accept).await;
    assert_eq!((list.status, &list.body["tasks"]), (200, &json!(2)));
    assert_eq!(bench.waiting().await, 2);

    let lists = bench.get("/api/lists?limit=1").await;
    assert_eq!(lists.body["count"], 1);
    assert_eq!(lists.body["lists"][0]["list_id"], list.body["list_id"]);
    let id = list.body["list_id"].as_str().unwrap();
    let one = bench.get(&format!("/api/lists/{id}")).await;
    assert_eq!(one.body["counts"]["open"], 2);
    assert_eq!(one.body["paused"], false);
    bench.post(&format!("/api/lists/{id}/pause"), "").await;
    let paused = bench.get(&format!("/api/lists/{id}")).await;
    assert_eq!(paused.body["paused"], true);
    bench.post(&format!("/api/lists/{id}/resume"), "").await;
    let eta = bench.get(&format!("/api/lists/{id}/eta")).await;
    assert_eq!(eta.body["ends_at"], Value::Null, "no phone is there");
    let tasks = bench.get(&format!("/api/tasks?list_id={id}")).await;
    let task = &tasks.body["tasks"][0];
    assert_eq!(
        (&task["list_id"], &task["list_name"]),
        (&list.body["list_id"], &json!("monday"))
    );
    let again = post(
        &bench,
        &format!("/api/lists/{id}/again"),
        json!({ "which": "all" }),
    )
    .await;
    again.is_problem(409, "list_open");
    let rehearsal = post(&bench, &format!("/api/lists/{id}/rehearse"), json!({})).await;
    assert_eq!(rehearsal.body["tasks"], 2, "{rehearsal:?}");
}

#[tokio::test]
async fn what_is_wrong_with_a_file_or_a_request_is_named() {
    let bench = Bench::new(World::Simulated).await;
    let check = async |path: &str, body: Value, status: u16, code: &str| {
        post(&bench, path, body).await.is_problem(status, code);
        assert_eq!(bench.waiting().await, 0);
    };
    let nothing = "/api/lists/00000000-0000-7000-8000-000000000000";
    check(
        "/api/lists/plan",
        json!({ "name": "x", "tasks": "" }),
        422,
        "bad_fields",
    )
    .await;
    check(
        "/api/lists/plan",
        json!({ "name": "x", "tasks": "no header" }),
        422,
        "bad_list",
    )
    .await;
    for spread in [
        json!({ "group": "a", "accounts": ["b"] }),
        json!({}),
        json!({ "accounts": [] }),
        json!({ "accounts": ["no name"] }),
        json!({ "accounts": null }),
        json!([]),
        json!({ "phones": ["x"] }),
    ] {
        let mut plan = file("a,instagram,one,\n");
        plan["spread"] = spread;
        check("/api/lists/plan", plan, 422, "bad_fields").await;
    }
    let unknown = json!({ "plan_id": "00000000-0000-7000-8000-000000000000" });
    check("/api/lists", unknown, 404, "unknown_plan").await;
    check(
        "/api/lists",
        json!({ "plan_id": "1; DROP TABLE lists" }),
        422,
        "bad_fields",
    )
    .await;
    let again = json!({ "which": "all" });
    check(&format!("{nothing}/again"), again, 404, "unknown_list").await;
    check(&format!("{nothing}/again"), json!({}), 422, "bad_fields").await;
    check(
        "/api/lists/..%2f..%2fetc/again",
        json!({ "which": "all" }),
        404,
        "unknown_list",
    )
    .await;
    let columns = json!({ "name": "x", "tasks": "a\nb", "columns": { "a": 1 } });
    check("/api/lists/plan", columns, 422, "bad_fields").await;
}
