//! Templates over HTTP: tasks that are saved without a target, and lists made of them.

use serde_json::{Value, json};

use super::Answer;
use super::Bench;
use super::bulk::bench;
use crate::store::World;

const ALL: &str = "/api/templates";
const NOTHING: &str = "/api/templates/00000000-0000-7000-8000-000000000000";

fn likes() -> Value {
    json!({ "name": "Likes", "task": { "actions": ["view_profile", "like_post"], "max_likes": 2 } })
}

async fn post(bench: &Bench, path: &str, body: &Value) -> Answer {
    bench.post(path, &body.to_string()).await
}

/// The address of a template that is saved now.
async fn saved(bench: &Bench, body: &Value) -> String {
    let saved = post(bench, ALL, body).await;
    assert_eq!(saved.status, 200, "{saved:?}");
    format!("{ALL}/{}", saved.body["template_id"].as_str().unwrap())
}

async fn run(bench: &Bench, at: &str, body: Value) -> Answer {
    post(bench, &format!("{at}/run"), &body).await
}

async fn tasks(bench: &Bench) -> Vec<Value> {
    let mut tasks = bench.get("/api/tasks").await.body["tasks"].take();
    let mut tasks = std::mem::take(tasks.as_array_mut().unwrap());
    tasks.reverse();
    tasks
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_of_all_kinds_are_saved_changed_listed_and_deleted() {
    let bench = bench().await;
    let engage = json!({ "name": "Engage", "task_type": "engagement", "task": {
        "actions": { "follow": true, "like": false, "comment": true },
        "comment_list": ["Lovely"], "max_posts_per_page": 2,
        "profile_validation": { "public_only": true, "min_posts": 3 }, "priority": "low",
    } });
    let flow = json!({ "name": "flow", "task_type": "flow", "task": {
        "flow": "- tapOn: \"${WHOM} ${target}\"\n",
        "files": [], "variables": [{ "name": "WHOM", "value": "x" }],
        "name": "a walk", "priority": "high",
    } });
    let first = saved(&bench, &likes()).await;
    for body in [&engage, &flow] {
        let one = bench.get(&saved(&bench, body).await).await.body;
        for field in ["name", "task_type", "task"] {
            assert_eq!(one[field], body[field], "what was saved is told again");
        }
    }
    let list = bench.get(&format!("{ALL}?limit=2")).await.body;
    let names: Vec<&Value> = list["templates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["name"])
        .collect();
    assert_eq!(
        (names, &list["count"]),
        (vec![&json!("Engage"), &json!("flow")], &json!(3))
    );

    post(&bench, ALL, &json!({ "name": "LIKES", "task": {} }))
        .await
        .is_problem(409, "template_exists");
    let other = json!({ "name": "likes", "task": { "max_likes": 7 } });
    let changed = bench.ask("PUT", &first, &other.to_string()).await;
    assert_eq!(
        (changed.status, &changed.body["task"]["max_likes"]),
        (200, &json!(7)),
        "{changed:?}"
    );
    assert_eq!(changed.body["name"], "likes");
    let taken = json!({ "name": "FLOW", "task": {} }).to_string();
    bench
        .ask("PUT", &first, &taken)
        .await
        .is_problem(409, "template_exists");
    assert_eq!(bench.get(&first).await.body, changed.body);

    let bench = bench.again(World::Live).await;
    assert_eq!(bench.get(&first).await.body, changed.body, "it is kept");
    assert_eq!(
        bench.send(&format!("DELETE {first}"), "", "").await.status,
        200
    );
    bench.get(&first).await.is_problem(404, "unknown_template");
    assert_eq!(bench.get(ALL).await.body["count"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_makes_a_list_that_keeps_what_it_was_made_with() {
    let bench = bench().await;
    let likes = saved(&bench, &likes()).await;
    let targets = json!({ "targets": ["@one", "two", "three", "four"], "priority": "urgent" });
    let made = run(&bench, &likes, targets).await;
    assert_eq!(
        (made.status, &made.body["tasks"]),
        (200, &json!(4)),
        "{made:?}"
    );
    let list = bench
        .get(&format!(
            "/api/lists/{}",
            made.body["list_id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(list.body["name"], "Likes");
    assert_eq!(
        bench.send(&format!("DELETE {likes}"), "", "").await.status,
        200
    );
    let made = tasks(&bench).await;
    let accounts: Vec<&Value> = made.iter().map(|it| &it["account_id"]).collect();
    assert_eq!(
        accounts,
        ["a", "b", "a", "b"],
        "each for the account with the least to do"
    );
    let targets: Vec<&Value> = made.iter().map(|it| &it["target_username"]).collect();
    assert_eq!(targets, ["one", "two", "three", "four"]);
    for task in &made {
        assert_eq!(
            (&task["progress"]["total"], &task["priority"]),
            (&json!(3), &json!("urgent"))
        );
    }

    let engage = json!({ "name": "E", "task_type": "engagement",
        "task": { "actions": { "follow": true } } });
    let engage = saved(&bench, &engage).await;
    let one = json!({ "target_pages": ["p"], "spread": { "accounts": ["b"] }, "name": "pages" });
    assert_eq!(run(&bench, &engage, one).await.body["tasks"], 1);
    let flow = json!({ "name": "F", "task_type": "flow", "task": { "flow": "- back\n" } });
    let flow = saved(&bench, &flow).await;
    assert_eq!(
        run(&bench, &flow, json!({ "rehearsal": true })).await.body["tasks"],
        1
    );
    let made = tasks(&bench).await;
    let last: Vec<[&Value; 3]> = made[4..]
        .iter()
        .map(|it| [&it["task_type"], &it["account_id"], &it["target_username"]])
        .collect();
    let expected = [["engagement", "b", "p"], ["flow", "a", ""]];
    assert_eq!(
        last,
        expected
            .map(|row| row.map(Value::from))
            .iter()
            .map(|row| [&row[0], &row[1], &row[2]])
            .collect::<Vec<_>>()
    );
    assert_eq!(
        bench.get("/api/lists").await.body["lists"][1]["name"],
        "pages"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_are_spread_over_a_group_or_over_phones() {
    let bench = bench().await;
    let phone = "00008030-5100000000000001";
    for (id, body) in [
        ("a", json!({ "group": "day" })),
        ("b", json!({ "device_udid": phone })),
    ] {
        let done = bench
            .ask("PATCH", &format!("/api/accounts/{id}"), &body.to_string())
            .await;
        assert_eq!(done.status, 200, "{done:?}");
    }
    let likes = saved(&bench, &likes()).await;
    // More each time than the other accounts have to do, so that none of them would get nothing.
    for (spread, account, count) in [
        (json!({ "devices": [phone] }), "b", 2),
        (json!({ "group": "day" }), "a", 6),
    ] {
        let targets: Vec<String> = (0..count).map(|no| format!("t{no}")).collect();
        let made = json!({ "targets": targets, "spread": spread });
        let made = run(&bench, &likes, made).await;
        assert_eq!(made.status, 200, "{made:?}");
        let made = tasks(&bench).await;
        for task in &made[made.len() - count..] {
            assert_eq!(task["account_id"], account);
        }
    }
    let nobody = json!({ "targets": ["z"], "spread": { "group": "night" } });
    let nobody = run(&bench, &likes, nobody).await;
    nobody.is_problem(409, "no_accounts");
    assert_eq!(nobody.body["errors"][0]["pointer"], "/targets/0");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_template_is_not_accepted() {
    let bench = bench().await;
    let targets = json!({ "targets": ["bob"] });
    for at in [
        NOTHING,
        "/api/templates/1",
        "/api/templates/..%2Ftasks",
        "/api/templates/'%20OR%201=1--",
    ] {
        run(&bench, at, targets.clone())
            .await
            .is_problem(404, "unknown_template");
        bench.get(at).await.is_problem(404, "unknown_template");
        bench
            .ask("PUT", at, &likes().to_string())
            .await
            .is_problem(404, "unknown_template");
        bench
            .send(&format!("DELETE {at}"), "", "")
            .await
            .is_problem(404, "unknown_template");
    }
    assert_eq!(bench.waiting().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_device_list_is_not_accepted() {
    let bench = bench().await;
    let likes = saved(&bench, &likes()).await;
    let check = async |body: Value, pointer: &str| {
        let answer = run(&bench, &likes, body.clone()).await;
        answer.is_problem(422, answer.body["code"].as_str().unwrap());
        let found = answer.body["errors"].as_array().unwrap().iter();
        let found: Vec<&str> = found.map(|it| it["pointer"].as_str().unwrap()).collect();
        assert_eq!(found, [pointer], "{body}: {answer:?}");
        assert_eq!(bench.waiting().await, 0);
    };
    let with = |spread: Value| json!({ "targets": ["bob"], "spread": spread });
    check(with(json!({ "devices": [] })), "/spread/devices").await;
    check(with(json!({ "devices": ["gone"] })), "/spread/devices").await;
    check(with(json!({ "devices": ["a/b"] })), "/spread/devices/0").await;
    check(with(json!({ "accounts": [] })), "/spread/accounts").await;
    check(with(json!({ "accounts": ["nobody"] })), "/spread/accounts").await;
    check(with(json!({ "accounts": ["a"], "group": "x" })), "/spread").await;
    check(with(json!({})), "/spread").await;
    check(with(Value::Null), "/spread").await;
    check(json!({ "targets": [] }), "/targets").await;
    check(json!({ "targets": ["a b"] }), "/targets/0").await;
    check(json!({ "targets": null }), "/targets").await;
    check(json!({}), "/targets").await;
    check(json!({ "target_pages": [] }), "/target_pages").await;
    check(json!({ "targets": ["x"], "target_pages": ["y"] }), "").await;
    check(
        json!({ "targets": ["x"], "account_id": "a" }),
        "/account_id",
    )
    .await;
    check(json!({ "targets": ["x"], "priority": "most" }), "/priority").await;
    check(
        json!({ "targets": ["x"], "not_before": "soon" }),
        "/not_before",
    )
    .await;
    check(json!({ "targets": ["x"], "name": "" }), "/name").await;
    check(json!({ "targets": vec!["x"; 10_001] }), "/targets").await;
}

/// A template that is refused with these pointers, in the order of the alphabet.
async fn refused(bench: &Bench, body: Value, expected: &[&str]) {
    let answer = post(bench, ALL, &body).await;
    assert_eq!(answer.status, 422, "{body}: {answer:?}");
    let found = answer.body["errors"].as_array().unwrap().iter();
    let mut found: Vec<&str> = found.map(|it| it["pointer"].as_str().unwrap()).collect();
    found.sort_unstable();
    assert_eq!(found, expected, "{body}: {answer:?}");
    assert_eq!(bench.get(ALL).await.body["count"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_is_checked_as_a_task_is() {
    let bench = bench().await;
    let check = async |task_type: &str, task: Value, expected: &[&str]| {
        let body = json!({ "name": "x", "task_type": task_type, "task": task });
        refused(&bench, body, expected).await;
    };
    let both = ["/task/actions", "/task/max_likes"];
    let task = json!({ "max_likes": 11, "actions": [] });
    check("instagram", task, &both).await;
    let twice = json!({ "actions": ["follow_user", "follow_user"] });
    check("instagram", twice, &["/task/actions"]).await;
    for field in [
        "account_id",
        "idempotency_key",
        "not_before",
        "target_username",
    ] {
        let place = format!("/task/{field}");
        check("instagram", json!({ field: "x" }), &[&place]).await;
    }
    check("dance", json!({}), &["/task_type"]).await;
    for task in [json!({}), json!({ "actions": {} })] {
        check("engagement", task, &["/task/actions"]).await;
    }
    let silent = json!({ "actions": { "comment": true } });
    check("engagement", silent, &["/task/comment_list"]).await;
    let about = json!({ "actions": { "like": true }, "target_pages": ["p"] });
    check("engagement", about, &["/task/target_pages"]).await;
    for flow in ["", "- dance\n"] {
        check("flow", json!({ "flow": flow }), &["/task/flow"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_template_is_refused() {
    let bench = bench().await;
    refused(&bench, json!([]), &[""]).await;
    refused(&bench, json!({}), &["/name", "/task"]).await;
    let long = "x".repeat(81);
    for name in [
        json!(""),
        json!("  "),
        json!("a\nb"),
        json!(long),
        json!(7),
        Value::Null,
    ] {
        let body = json!({ "name": name, "task": {} });
        refused(&bench, body, &["/name"]).await;
    }
    let twice = r#"{"name": "x", "name": "y", "task": {}}"#;
    bench.post(ALL, twice).await.is_problem(422, "bad_fields");
    bench.post(ALL, "").await.is_problem(422, "bad_fields");
    bench.post(ALL, "{").await.is_problem(400, "bad_json");
    let flow = |flow: &str| json!({ "name": "x", "task_type": "flow", "task": { "flow": flow } });
    let missing = post(&bench, ALL, &flow("- tapOn: \"${WHOM}\"\n")).await;
    missing.is_problem(422, "variable_missing");
    // What it needs to be told when it runs is told by its run.
    let about = saved(&bench, &flow("- tapOn: \"${target}\"\n")).await;
    let answer = run(&bench, &about, json!({})).await;
    answer.is_problem(422, "bad_list");
    assert_eq!(bench.waiting().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_counts_its_versions_and_knows_when_it_was_used() {
    let bench = bench().await;
    let at = saved(&bench, &likes()).await;
    let told = async || {
        let one = bench.get(&at).await.body;
        (
            one["version"].as_u64().unwrap(),
            one["last_used_at"].is_null(),
        )
    };
    assert_eq!(told().await, (1, true));
    bench.ask("PUT", &at, &likes().to_string()).await;
    assert_eq!(told().await, (1, true), "the same is no new version");
    let other = json!({ "name": "Likes", "task": { "max_likes": 5 } });
    bench.ask("PUT", &at, &other.to_string()).await;
    assert_eq!(told().await, (2, true));
    let ran = run(&bench, &at, json!({ "targets": ["one"] })).await;
    assert_eq!(ran.status, 200, "{ran:?}");
    assert_eq!(told().await, (2, false));
    let audit = bench.get("/api/audit?limit=1").await.body;
    let of = &audit["entries"][0]["after"]["template_id"];
    assert!(at.ends_with(of.as_str().unwrap()), "{audit}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_may_give_the_names_of_a_flow_other_values() {
    let bench = bench().await;
    let flow = json!({ "name": "flow", "task_type": "flow", "task": {
        "flow": "- tapOn: \"${WHOM}\"\n", "variables": [{ "name": "WHOM", "value": "x" }],
    } });
    let at = saved(&bench, &flow).await;
    let ran = run(
        &bench,
        &at,
        json!({ "variables": [{ "name": "WHOM", "value": "y" }] }),
    )
    .await;
    assert_eq!(ran.status, 200, "{ran:?}");
    let list = ran.body["list_id"].as_str().unwrap();
    let told = bench
        .get(&format!("/api/lists/{list}/export?format=json"))
        .await;
    assert!(
        told.status == 200 || told.head.contains("chunked"),
        "{told:?}"
    );
    let twice =
        json!({ "variables": [{ "name": "A", "value": "1" }, { "name": "A", "value": "2" }] });
    run(&bench, &at, twice).await.is_problem(422, "bad_fields");
}
