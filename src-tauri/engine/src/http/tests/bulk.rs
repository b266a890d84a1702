//! Many tasks at once over HTTP: all of them or none, and every bad row is named.

use serde_json::{Value, json};

use super::{Answer, Bench};
use crate::store::World;

const BULK: &str = "/api/tasks/bulk";
const HEAD: &str = "account_id,task_type,target_username,actions,comment_text,idempotency_key\n";

/// A server whose data set has accounts `a` and `b`.
pub(super) async fn bench() -> Bench {
    let bench = Bench::new(World::Live).await;
    for id in ["a", "b"] {
        let body = json!({ "account_id": id }).to_string();
        let added = bench.post("/api/accounts", &body).await;
        assert_eq!(added.status, 200, "{added:?}");
    }
    bench
}

async fn rows(bench: &Bench, rows: &Value) -> Answer {
    bench.post(BULK, &rows.to_string()).await
}

async fn csv(bench: &Bench, rows: &str) -> Answer {
    let kind = "Content-Type: text/csv\r\n";
    let line = format!("POST {BULK}?name=monday");
    bench.send(&line, kind, &format!("{HEAD}{rows}")).await
}

async fn is_empty(bench: &Bench) {
    assert_eq!(bench.waiting().await, 0);
    assert_eq!(bench.get("/api/lists").await.body["count"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_all_kinds_become_one_list() {
    let bench = bench().await;
    let script = "- tapOn: \"OK\"\n";
    let asked = json!([
        { "account_id": "a", "target_username": "@one", "max_likes": 2 },
        { "task_type": "instagram", "target_username": "two", "actions": ["view_profile"] },
        { "task_type": "engagement", "account_id": "b", "target_pages": ["three", "four"],
          "actions": { "follow": true } },
        { "task_type": "flow", "account_id": "b", "flow": script, "name": "ok" },
    ]);
    let taken = rows(&bench, &asked).await;
    assert_eq!(taken.status, 200, "{taken:?}");
    let counts = (&taken.body["tasks"], &taken.body["tasks_before"]);
    assert_eq!(counts, (&json!(4), &json!(0)));
    let ids = taken.body["task_ids"].as_array().unwrap();
    let kinds = ["instagram", "instagram", "engagement", "flow"];
    for (id, kind) in ids.iter().zip(kinds) {
        let path = format!("/api/tasks/{}/status", id.as_str().unwrap());
        let task = bench.get(&path).await.body;
        assert_eq!(task["task_type"], kind, "{task}");
    }
    assert_eq!(ids.len(), 4);
    let first = format!("/api/tasks/{}/status", ids[0].as_str().unwrap());
    let first = bench.get(&first).await.body;
    assert_eq!(first["account_id"], "a");
    assert_eq!(first["progress"]["total"], 6, "two likes: {first}");
    let list = taken.body["list_id"].as_str().unwrap();
    let list = bench.get(&format!("/api/lists/{list}")).await.body;
    assert_eq!(
        (&list["name"], &list["counts"]["open"]),
        (&json!("bulk"), &json!(4))
    );
    assert_eq!(list["imported_by"], "http");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_file_is_taken_by_the_same_rules() {
    let bench = bench().await;
    let file = "a,instagram,one,,,\n,engagement,two,follow,,\nb,instagram,three,like_post,,k\n";
    let taken = csv(&bench, file).await;
    assert_eq!(
        (taken.status, &taken.body["tasks"]),
        (200, &json!(3)),
        "{taken:?}"
    );
    let lists = bench.get("/api/lists").await.body;
    assert_eq!(lists["lists"][0]["name"], "monday");
    assert_eq!(lists["lists"][0]["list_id"], taken.body["list_id"]);
    assert_eq!(bench.waiting().await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_row_of_a_file_is_named_with_its_line_and_field_and_nothing_is_taken() {
    let bench = bench().await;
    let file = "a,instagram,good,,,\nnobody,instagram,one,,,\na,dance,two,,,\na,instagram,t w,,,\n\
                a,engagement,page,comment,,\na,flow,x,,,\na,instagram,x,jump,,\n";
    let answer = csv(&bench, file).await;
    answer.is_problem(422, "bad_list");
    let found = answer.body["errors"].as_array().unwrap().iter();
    let found: Vec<(u64, &str)> = found
        .map(|it| (it["line"].as_u64().unwrap(), it["field"].as_str().unwrap()))
        .collect();
    let expected = [
        (3, "account_id"),
        (4, "task_type"),
        (5, "target_username"),
        (6, "comment_text"),
        (7, "flow"),
        (8, "actions"),
    ];
    assert_eq!(found, expected, "{answer:?}");
    is_empty(&bench).await;
    for (file, words) in [("a,instagram", "fields"), ("", "no row below it")] {
        let answer = csv(&bench, file).await;
        answer.is_problem(422, "bad_list");
        let detail = answer.body["errors"][0]["detail"].as_str().unwrap();
        assert!(detail.contains(words), "{detail}");
    }
    is_empty(&bench).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_row_of_an_array_is_named_by_its_pointer_and_nothing_is_taken() {
    let bench = bench().await;
    let check = async |asked: Value, status: u16, code: &str, expected: &[&str]| {
        let answer = rows(&bench, &asked).await;
        answer.is_problem(status, code);
        let found = answer.body["errors"].as_array().unwrap().iter();
        let mut found: Vec<&str> = found.map(|it| it["pointer"].as_str().unwrap()).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{answer:?}");
        is_empty(&bench).await;
    };
    let good = json!({ "account_id": "a", "target_username": "good" });
    for whole in [
        json!([]),
        json!({}),
        json!(null),
        json!("x"),
        json!(7),
        good.clone(),
    ] {
        check(whole, 422, "bad_fields", &[""]).await;
    }
    let bad = json!([
        good,
        null,
        [],
        {},
        { "target_username": "a b", "max_likes": 0, "x": 1 },
        { "task_type": "dance", "target_username": "bob" },
        { "task_type": null, "target_username": "bob" },
        { "task_type": "engagement", "target_pages": [], "actions": { "like": true } },
        { "task_type": "engagement", "target_pages": ["p"], "actions": {} },
        { "task_type": "engagement", "target_pages": ["p"], "actions": { "like": true },
          "skip_rate": 0.5 },
        { "task_type": "flow", "flow": "", "variables": [{ "name": "1", "value": "x" }] },
        { "target_username": "bob", "idempotency_key": "\u{7}" },
    ]);
    let pointers = [
        "/1",
        "/10/flow",
        "/10/variables/0/name",
        "/11/idempotency_key",
        "/2",
        "/3/target_username",
        "/4/max_likes",
        "/4/target_username",
        "/4/x",
        "/5/task_type",
        "/6/task_type",
        "/7/target_pages",
        "/8/actions",
        "/9/skip_rate",
    ];
    check(bad, 422, "bad_fields", &pointers).await;
    let meaning = json!([
        good,
        { "account_id": "nobody", "target_username": "bob" },
        { "task_type": "flow", "account_id": "a", "flow": "- dance\n" },
        { "task_type": "engagement", "account_id": "nobody", "target_pages": ["p"],
          "actions": { "like": true } },
    ]);
    let pointers = ["/1/account_id", "/2/flow", "/3/account_id"];
    check(meaning, 422, "bad_list", &pointers).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_state_refuses_names_the_row_and_nothing_is_taken() {
    let bench = bench().await;
    let check = async |asked: Value, code: &str, pointer: &str| {
        let before = bench.waiting().await;
        let answer = rows(&bench, &asked).await;
        answer.is_problem(409, code);
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{answer:?}");
        assert_eq!(bench.waiting().await, before);
    };
    // The third account on one target within a week.
    let added = bench.post("/api/accounts", r#"{"account_id": "c"}"#).await;
    assert_eq!(added.status, 200);
    let on = |id: &str| json!({ "account_id": id, "target_username": "crowd" });
    let pages = json!({ "task_type": "engagement", "account_id": "c",
        "target_pages": ["quiet", "crowd"], "actions": { "follow": true } });
    check(
        json!([on("a"), on("b"), on("c")]),
        "target_limit",
        "/2/target_username",
    )
    .await;
    check(
        json!([on("a"), on("b"), pages]),
        "target_limit",
        "/2/target_pages",
    )
    .await;
    // A line of ten thousand.
    let view = |no: usize| {
        json!({ "account_id": "a", "target_username": format!("t{no}"),
        "actions": ["view_profile"] })
    };
    let full: Vec<Value> = (0..10_000).map(view).collect();
    let taken = rows(&bench, &full.into()).await;
    assert_eq!(taken.status, 200, "{:?}", taken.body["detail"]);
    check(json!([view(1), view(2)]), "queue_full", "/0/account_id").await;
    let nobody = Bench::new(World::Simulated).await;
    let answer = rows(&nobody, &json!([{ "target_username": "bob" }])).await;
    answer.is_problem(409, "no_accounts");
    // Not even a simulated data set makes an account of a row.
    let answer = rows(&nobody, &json!([on("new")])).await;
    answer.is_problem(422, "bad_list");
    assert_eq!(answer.body["errors"][0]["pointer"], "/0/account_id");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_under_keys_are_the_same_tasks_when_they_are_sent_again() {
    let bench = bench().await;
    let row = |target: &str, key: &str| {
        json!({ "account_id": "a", "target_username": target,
        "idempotency_key": key })
    };
    let asked = json!([row("one", "1"), { "account_id": "b", "target_username": "plain" }]);
    let first = rows(&bench, &asked).await.body;
    let keyed = first["task_ids"][0].clone();
    let again = rows(&bench, &json!([row("two", "2"), row("one", "1")]))
        .await
        .body;
    assert_eq!(
        (&again["tasks"], &again["tasks_before"]),
        (&json!(1), &json!(1)),
        "{again}"
    );
    assert_eq!(again["task_ids"][1], keyed);
    assert_ne!(again["list_id"], first["list_id"]);
    // All of it again: nothing is new, and it is told where it is.
    let third = rows(&bench, &json!([row("one", "1")])).await.body;
    assert_eq!(
        (&third["tasks"], &third["list_id"]),
        (&json!(0), &first["list_id"]),
        "{third}"
    );
    assert_eq!(bench.waiting().await, 3);
    assert_eq!(bench.get("/api/lists").await.body["count"], 2);
    // The key of a single task is the same key.
    let single = json!({ "account_id": "a", "target_username": "one", "idempotency_key": "1" });
    let single = bench.create(&single.to_string()).await.body;
    assert_eq!(single["task_id"], keyed);

    let refused = rows(&bench, &json!([row("new", "3"), row("other", "1")])).await;
    refused.is_problem(409, "key_reused");
    assert_eq!(refused.body["errors"][0]["pointer"], "/1/idempotency_key");
    let twice = rows(&bench, &json!([row("new", "3"), row("new", "3")])).await;
    twice.is_problem(422, "bad_list");
    assert_eq!(twice.body["errors"][0]["pointer"], "/1/idempotency_key");
    let kind = "Content-Type: application/json\r\n";
    let asked = json!([row("one", "1")]).to_string();
    let rehearsal = bench
        .send(&format!("POST {BULK}?rehearsal=true"), kind, &asked)
        .await;
    rehearsal.is_problem(409, "key_reused");
    let file = csv(&bench, "a,instagram,four,,,4\n").await.body;
    let again = csv(&bench, "a,instagram,four,,,4\n").await.body;
    assert_eq!(
        (&again["tasks"], &again["list_id"]),
        (&json!(0), &file["list_id"])
    );
    assert_eq!(bench.waiting().await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_tasks_are_refused() {
    let bench = bench().await;
    let send = async |kind: &str, body: &str, status: u16, code: &str| {
        let kind = format!("Content-Type: {kind}\r\n");
        let answer = bench.send(&format!("POST {BULK}"), &kind, body).await;
        answer.is_problem(status, code);
        is_empty(&bench).await;
    };
    let good = r#"[{"account_id": "a", "target_username": "bob"}]"#;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "text/csv; charset=utf-16",
    ] {
        send(kind, good, 415, "not_json").await;
    }
    send("application/json", "[", 400, "bad_json").await;
    send("application/json", "", 422, "bad_fields").await;
    send("application/json", HEAD, 400, "bad_json").await;
    send("text/csv", good, 422, "bad_list").await;
    send("text/csv", "", 422, "bad_fields").await;
    send("text/csv", "a\u{0}b", 422, "bad_list").await;
    send(
        "text/csv",
        &"x".repeat((8 << 20) + 1),
        413,
        "body_too_large",
    )
    .await;
    let many = format!("[{}]", ["{}"; 100_001].join(","));
    send("application/json", &many, 422, "bad_fields").await;
    for query in ["?name=", "?name=a%0Ab", "?rehearsal=1", "?dry_run=true"] {
        let answer = bench.post(&format!("{BULK}{query}"), good).await;
        answer.is_problem(422, "bad_fields");
    }
    is_empty(&bench).await;
}
