//! Bodies of `POST /api/tasks/create`, good and bad.

use signalbox_automation::Action;
use signalbox_scheduler::Priority;

use serde_json::{Value, json};

use super::{Answer, Bench, read_body};
use crate::commands::NewTask;
use crate::http::problem::Problem;
use crate::http::tasks::CreateTask;
use crate::store::World;

fn new_task(body: &[u8]) -> Result<NewTask, Problem> {
    read_body::<CreateTask>(body).map(NewTask::from)
}

fn good(body: &str) -> NewTask {
    new_task(body.as_bytes()).unwrap_or_else(|problem| panic!("{body}: {problem:?}"))
}

/// Refused as bad fields, with these JSON pointers in any order.
fn check(body: &str, expected: &[&str]) {
    let problem = new_task(body.as_bytes()).expect_err(body);
    let found = problem.findings.iter().map(|it| it.pointer.as_deref());
    let mut found: Vec<&str> = found.map(Option::unwrap).collect();
    found.sort_unstable();
    assert_eq!(found, expected, "{body} {problem:?}");
    assert_eq!(problem.status.as_u16(), 422, "{body}");
}

/// Bad in this one field beside a good target.
fn bad(name: &str, value: &str) {
    let expected = format!("/{name}");
    if name == "target_username" {
        return check(&format!(r#"{{"target_username": {value}}}"#), &[&expected]);
    }
    check(
        &format!(r#"{{"target_username": "bob", "{name}": {value}}}"#),
        &[&expected],
    );
}

#[test]
fn what_is_left_out_has_its_default() {
    let task = good(r#"{"target_username": "bob"}"#);
    assert_eq!(task.target, "bob");
    assert_eq!(task.account_id, None);
    assert_eq!(task.actions, Action::DEFAULT);
    assert_eq!((task.max_likes, task.max_follows), (3, 1));
    assert_eq!(task.priority, Priority::Normal);
    assert_eq!((task.not_before, task.idempotency_key), (None, None));
}

#[test]
fn every_field_is_taken() {
    let task = good(
        r#"{"account_id": "a.B_c-9", "target_username": "@bob", "max_likes": 10.0,
            "max_follows": 0, "actions": ["open_app", "like_post"], "priority": "urgent",
            "not_before": "2026-11-23T13:00:00.120+01:00", "idempotency_key": "list 7, row 3"}"#,
    );
    assert_eq!(task.account_id.as_deref(), Some("a.B_c-9"));
    assert_eq!(task.target, "bob");
    assert_eq!((task.max_likes, task.max_follows), (10, 0));
    assert_eq!(task.actions, [Action::OpenApp, Action::LikePost]);
    assert_eq!(task.priority, Priority::Urgent);
    assert_eq!(task.not_before, Some(1_795_435_200_120));
    assert_eq!(task.idempotency_key.as_deref(), Some("list 7, row 3"));
}

#[test]
fn bodies_that_are_no_object() {
    for body in ["", "[]", "null", "\"bob\"", "7", "true", "[{}]"] {
        check(body, &[""]);
    }
    let many: Vec<String> = (0..300).map(|no| format!("\"f{no}\": 1")).collect();
    check(&format!("{{{}}}", many.join(",")), &[""]);
    for body in [
        &b"{"[..],
        b"{]",
        b"{} {}",
        b"target_username=bob",
        b"{'target_username': 'bob'}",
        b"{\"target_username\": \"bob\",}",
        b"{\"target_username\": \"b\xffb\"}",
        b"\xff\xfe{\0}\0",
        b"{\"target_username\": NaN}",
        b"{\"target_username\": \"a\nb\"}",
    ] {
        let problem = new_task(body).expect_err("bad JSON");
        assert_eq!((problem.status.as_u16(), &*problem.code), (400, "bad_json"));
    }
    let deep = format!("{{\"x\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(new_task(deep.as_bytes()).unwrap_err().status.as_u16(), 400);
}

#[test]
fn fields_that_are_bad() {
    check("{}", &["/target_username"]);
    let long = format!("\"{}\"", "x".repeat(65));
    for name in ["target_username", "account_id"] {
        for value in [
            "null",
            "7",
            "[]",
            "\"\"",
            "\" bob\"",
            "\"b b\"",
            "\"bób\"",
            "\"../x\"",
            "\"a/b\"",
            "\"a\\u0000b\"",
            "\"'; DROP TABLE tasks; --\"",
            &long,
        ] {
            bad(name, value);
        }
    }
    bad("target_username", "\"@\"");
    bad("target_username", "\"@@bob\"");
    bad("account_id", "\"@bob\"");
    for value in [
        "null", "0", "11", "-1", "2.5", "\"3\"", "true", "1e300", "[3]", "256",
    ] {
        bad("max_likes", value);
    }
    for value in ["null", "2", "-1", "0.5", "\"1\"", "false"] {
        bad("max_follows", value);
    }
    for value in ["null", "1", "\"Low\"", "\"\"", "\"highest\""] {
        bad("priority", value);
    }
    for value in [
        "null",
        "1795435200",
        "\"\"",
        "\"tomorrow\"",
        "\"2026-11-23\"",
        "\"2026-11-23T12:00:00\"",
        "\"2026-02-30T12:00:00Z\"",
        "\"1999-12-31T23:59:59Z\"",
        "\"2100-01-01T00:00:00Z\"",
    ] {
        bad("not_before", value);
    }
    let long = format!("\"{}\"", "k".repeat(129));
    for value in [
        "null",
        "1",
        "\"\"",
        "\"a\\nb\"",
        "\"ключ\"",
        "\"a\\u007f\"",
        &long,
    ] {
        bad("idempotency_key", value);
    }
    for value in ["null", "\"like_post\"", "{}", "[]"] {
        bad("actions", value);
    }
    bad("actions", &format!("[{}]", ["\"open_app\""; 33].join(",")));
}

#[test]
fn actions_are_named_one_by_one() {
    let check = |actions: &str, expected: &[&str]| {
        check(
            &format!(r#"{{"target_username": "bob", "actions": {actions}}}"#),
            expected,
        );
    };
    check(
        r#"["open_app", "Like_Post", 7, null, "like_post", "comment"]"#,
        &["/actions/1", "/actions/2", "/actions/3", "/actions/5"],
    );
    check(r#"["follow_user", "follow_user"]"#, &["/actions"]);
    // Three each, where nothing else is said.
    check(
        &format!("[{}]", ["\"like_post\""; 4].join(",")),
        &["/actions"],
    );
    let body = r#"{"target_username": "bob", "max_likes": 1, "actions": ["#;
    good(&format!("{body}{}]}}", ["\"like_post\""; 10].join(",")));
}

#[test]
fn everything_wrong_is_named_at_once() {
    check(
        r#"{"target": "bob", "max_likes": 0, "a/b~c": 1, "priority": "high", "priority": "low"}"#,
        &[
            "/a~1b~0c",
            "/max_likes",
            "/priority",
            "/target",
            "/target_username",
        ],
    );
    let name = "x".repeat(10_000);
    let body = format!(r#"{{"target_username": "bob", "{name}": 1}}"#);
    check(&body, &[&format!("/{}", &name[..64])]);
}

/// The limit on own accounts on one target holds for tasks one by one as it does for lists.
#[tokio::test(flavor = "multi_thread")]
async fn a_target_takes_no_further_account_than_the_limit_says() {
    let bench = Bench::new(World::Simulated).await;
    let create = async |body: Value| bench.create(&body.to_string()).await;
    let on =
        |account: &str, target: &str| json!({"account_id": account, "target_username": target});
    let pages = |account: Option<&str>, pages: &[&str]| {
        let mut body = json!({"target_pages": pages, "actions": {"like": true}});
        if let Some(account) = account {
            body["account_id"] = account.into();
        }
        body.to_string()
    };
    let engage = async |body: String| bench.post("/api/engagement-task", &body).await;
    let refused = |answer: Answer, pointer: &str| {
        answer.is_problem(409, "target_limit");
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{answer:?}");
        let detail = answer.body["detail"].as_str().unwrap();
        assert!(detail.contains("by 3 of your accounts within seven days; 2 may"));
    };
    for account in ["a", "b", "a"] {
        assert_eq!(create(on(account, "crowd")).await.status, 200);
    }
    refused(create(on("c", "CROWD")).await, "/target_username");
    let states = bench.get("/api/accounts/execution-states").await;
    assert_eq!(states.body["account_states"]["c"], Value::Null, "not made");
    refused(
        engage(pages(Some("c"), &["quiet", "crowd"])).await,
        "/target_pages",
    );
    // Who only looks is none of them.
    let mut look = on("c", "crowd");
    look["actions"] = json!(["view_profile"]);
    assert_eq!(create(look).await.status, 200);
    // Without an account it is one of those that are there, the one with the least to do.
    let chosen = async |target: &str| {
        let answer = create(json!({"target_username": target})).await;
        answer.body["account_id"].clone()
    };
    assert_eq!(chosen("crowd").await, "b");
    assert_eq!(chosen("elsewhere").await, "c");
    let engaged = engage(pages(None, &["quiet", "crowd"])).await;
    assert_eq!(engaged.body["account_id"], "a", "{engaged:?}");
    for account in ["a", "b"] {
        let path = format!("/api/accounts/{account}/pause");
        assert_eq!(bench.post(&path, "{}").await.status, 200);
    }
    refused(
        create(json!({"target_username": "crowd"})).await,
        "/target_username",
    );
    let more = json!({"accounts_per_target": 3}).to_string();
    assert_eq!(bench.ask("PUT", "/api/settings", &more).await.status, 200);
    assert_eq!(create(on("c", "crowd")).await.status, 200);
    bench.engine.shutdown().await;
}
