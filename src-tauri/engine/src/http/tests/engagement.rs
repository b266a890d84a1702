//! Bodies of `POST /api/engagement-task`, good and bad.

use serde_json::{Value, json};

use super::{Bench, read_body};
use crate::commands::NewEngagement;
use crate::http::engagement::CreateEngagement;
use crate::http::problem::Problem;
use crate::store::World;

fn new(body: &str) -> Result<NewEngagement, Problem> {
    read_body::<CreateEngagement>(body.as_bytes())?.checked()
}

/// A body with these fields beside good ones.
fn with(fields: &str) -> String {
    format!(r#"{{"target_pages": ["bob"], {fields}}}"#)
}

/// Refused with this pointer and a detail that holds these words.
fn check(body: &str, pointer: &str, words: &str) {
    let problem = new(body).expect_err(body);
    assert_eq!(problem.status.as_u16(), 422, "{body}");
    let is = |it: &&crate::http::problem::Finding| it.pointer.as_deref() == Some(pointer);
    let found = problem.findings.iter().find(is);
    let detail = found.map(|it| it.detail.to_string()).unwrap_or_default();
    assert!(detail.contains(words), "{body} {problem:?}");
}

#[test]
fn what_is_left_out_has_its_default() {
    let task = new(&with(r#""actions": {"follow": true}"#)).unwrap();
    let it = task.engagement;
    assert_eq!((it.follow, it.like, it.comment), (true, false, false));
    assert_eq!((it.posts, it.public_only, it.min_posts), (1, false, 0));
    assert_eq!(it.pages, ["bob".into()]);
    let whole = r#""comment_list": ["Well said", "Two\nlines"], "actions": {"comment": true},
        "max_posts_per_page": 10, "profile_validation": {"public_only": true, "min_posts": 3},
        "account_id": "a", "priority": "high", "idempotency_key": "k""#;
    let it = new(&with(whole)).unwrap().engagement;
    assert_eq!(it.texts, ["Well said", "Two\nlines"]);
    assert_eq!((it.posts, it.public_only, it.min_posts), (10, true, 3));
}

#[test]
fn what_the_replaced_system_did_is_refused_with_the_reason() {
    let like = r#""actions": {"like": true}"#;
    let users = with(&format!(r#"{like}, "max_users_per_page": 20"#));
    check(&users, "/max_users_per_page", "other people's followers");
    let skips = with(&format!(r#"{like}, "skip_rate": 0.3"#));
    check(&skips, "/skip_rate", "look human");
    let odd = with(&format!(r#"{like}, "whatever": 1"#));
    check(&odd, "/whatever", "no such field");
}

#[test]
fn fields_that_are_bad() {
    check(&with(r#""actions": {}"#), "/actions", "At least one");
    check(
        &with(r#""actions": {"comment": true}"#),
        "/comment_list",
        "one text",
    );
    let silent = r#""actions": {"like": true}, "comment_list": ["Hello"]"#;
    check(&with(silent), "/comment_list", "not among the actions");
    check(
        r#"{"target_pages": [], "actions": {"like": true}}"#,
        "/target_pages",
        "",
    );
    check(r#"{"actions": {"like": true}}"#, "/target_pages", "needed");
    for posts in ["0", "11", "null", "1.5"] {
        let body = format!(r#""actions": {{"like": true}}, "max_posts_per_page": {posts}"#);
        check(&with(&body), "/max_posts_per_page", "");
    }
    for text in ["\"\"", "\"  \"", "7", "\"a\\u0000b\"", "\"a\\tb\""] {
        let body = format!(r#""actions": {{"comment": true}}, "comment_list": [{text}]"#);
        check(&with(&body), "/comment_list/0", "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn how_engagement_stands_and_what_became_of_it() {
    let bench = Bench::new(World::Simulated).await;
    let other = r#"{"account_id": "a", "target_username": "bob"}"#;
    let other = bench.create(other).await.body["task_id"].clone();
    let mut tasks = Vec::new();
    for page in ["one", "two", "three"] {
        let body = json!({"account_id": "a", "target_pages": [page], "actions": {"like": true}});
        let made = bench.post("/api/engagement-task", &body.to_string()).await;
        assert_eq!(made.status, 200, "{made:?}");
        tasks.push(made.body["task_id"].clone());
    }
    let cancelled = format!("/api/engagement-task/{}/cancel", tasks[1].as_str().unwrap());
    let done = bench.send(&format!("DELETE {cancelled}"), "", "").await;
    assert_eq!(done.status, 200, "{done:?}");
    let stands = bench.get("/api/engagement-status").await.body;
    let stats = json!({
        "is_running": true, "total_tasks": 3, "queued": 2, "running": 0, "completed": 0,
        "failed": 0, "cancelled": 1, "interrupted": 0,
    });
    assert_eq!(stands["engagement_stats"], stats);
    let ids = |tasks: &Value| -> Vec<Value> {
        let tasks = tasks.as_array().unwrap().iter();
        tasks.map(|it| it["task_id"].clone()).collect()
    };
    assert_eq!(
        ids(&stands["engagement_queue"]),
        [tasks[2].clone(), tasks[0].clone()]
    );
    assert_eq!(stands["active_engagement_tasks"], json!([]));
    bench.post("/api/engagement/stop", "{}").await;
    let stands = bench.get("/api/engagement-status").await.body;
    assert_eq!(stands["engagement_stats"]["is_running"], false);
    let history = bench.get("/api/engagement-history?limit=5").await.body;
    assert_eq!(ids(&history["tasks"]), [tasks[1].clone()]);
    assert_eq!(
        (&history["total"], &history["limit"], &history["skip"]),
        (&json!(1), &json!(5), &json!(0))
    );
    let past = bench.get("/api/engagement-history?skip=1").await.body;
    assert_eq!(past["tasks"], json!([]));
    let log = |id: &Value| format!("/api/engagement-task/{}/logs", id.as_str().unwrap());
    let own = bench.get(&log(&tasks[0])).await;
    assert_eq!(
        (own.status, &own.body["task_id"]),
        (200, &tasks[0]),
        "{own:?}"
    );
    for id in [
        &other,
        &json!("018f4c5e-0000-7000-8000-000000000000"),
        &json!("1"),
    ] {
        bench.get(&log(id)).await.is_problem(404, "unknown_task");
    }
    for bad in [
        "history?limit=0",
        "history?limit=1001",
        "history?skip=-1",
        "history?x=1",
    ] {
        let path = format!("/api/engagement-{bad}");
        bench.get(&path).await.is_problem(422, "bad_fields");
    }
    let path = format!("{}?cursor=x", log(&tasks[0]));
    bench.get(&path).await.is_problem(422, "bad_fields");
}
