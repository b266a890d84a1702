//! Lists, numbers and logs: what is told of an engine with a few tasks.

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

use super::{Answer, Bench};
use crate::store::World;

/// Two accounts with three tasks; the ids of the tasks.
async fn some_tasks(bench: &Bench) -> Vec<String> {
    let mut tasks = Vec::new();
    for body in [
        r#"{"account_id": "anna", "target_username": "garden", "priority": "high"}"#,
        r#"{"account_id": "anna", "target_username": "Gallery", "actions": ["view_profile"]}"#,
        r#"{"account_id": "ben", "target_username": "bakery", "not_before": "2098-01-01T00:00:00Z"}"#,
    ] {
        let made = bench.create(body).await;
        assert_eq!(made.status, 200, "{made:?}");
        tasks.push(made.body["task_id"].as_str().unwrap().to_owned());
    }
    tasks
}

fn ids(answer: &Answer) -> Vec<&str> {
    let tasks = answer.body["tasks"].as_array().unwrap();
    tasks
        .iter()
        .map(|it| it["task_id"].as_str().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_are_found_by_what_is_asked_for() {
    let bench = Bench::new(World::Simulated).await;
    let tasks = some_tasks(&bench).await;
    let check = async |query: &str, expected: &[usize], total: u64| {
        let answer = bench.get(&format!("/api/tasks{query}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let expected: Vec<&str> = expected.iter().map(|no| tasks[*no].as_str()).collect();
        assert_eq!(ids(&answer), expected, "{query}");
        assert_eq!(answer.body["total"], total, "{query}");
    };
    check("", &[2, 1, 0], 3).await;
    check("?limit=1", &[2], 3).await;
    check("?limit=1&skip=1", &[1], 3).await;
    check("?skip=3", &[], 3).await;
    check("?account_id=anna", &[1, 0], 2).await;
    check("?account_id=nobody", &[], 0).await;
    check("?status=queued", &[2, 1, 0], 3).await;
    check("?status=running", &[], 0).await;
    check("?status=completed", &[], 0).await;
    check("?status=waiting", &[1, 0], 2).await;
    check("?status=scheduled", &[2], 1).await;
    check("?status=scheduled&account_id=anna", &[], 0).await;
    check("?status=unsuccessful", &[], 0).await;
    check("?task_type=instagram&q=GAR", &[0], 1).await;
    check("?task_type=flow", &[], 0).await;
    check("?q=%25", &[], 0).await;
    check("?q=g&account_id=anna&limit=5", &[1, 0], 2).await;
    check(
        "?from_date=2000-01-01T00:00:00Z&to_date=2001-01-01T00:00:00Z",
        &[],
        0,
    )
    .await;
    check("?from_date=2001-01-01T00:00:00Z", &[2, 1, 0], 3).await;
    let first = bench.get("/api/tasks?account_id=anna").await;
    let whole = bench.get(&format!("/api/tasks/{}/status", tasks[1])).await;
    assert_eq!(
        first.body["tasks"][0], whole.body,
        "a list tells what the task itself tells"
    );
    assert_eq!(whole.body["queue_position"], 1);
    assert_eq!(whole.body["line_length"], 2);
    assert_eq!(whole.body["cancel_asked"], false);
    for bad in [
        "status=done",
        "status=",
        "account_id=a%20b",
        "limit=0",
        "from_date=today",
        "x=1",
    ] {
        bench
            .get(&format!("/api/tasks?{bad}"))
            .await
            .is_problem(422, "bad_fields");
    }

    let queue = bench.get("/api/tasks/queue/status?limit=2").await;
    assert_eq!(queue.body["total_tasks"], 3);
    let expected = json!({"low": 0, "normal": 2, "high": 1, "urgent": 0});
    assert_eq!(queue.body["tasks_by_priority"], expected);
    assert_eq!(ids(&queue), [&tasks[2], &tasks[1]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_a_task_goes_on_where_a_page_ended() {
    let bench = Bench::new(World::Simulated).await;
    let task = some_tasks(&bench).await.remove(0);
    let all = bench.get(&format!("/api/tasks/{task}/logs")).await.body;
    assert_eq!(all["task_id"], task);
    let all = all["logs"].as_array().unwrap();
    for line in all {
        assert!(
            line["timestamp"].is_string() && line["event_type"].is_string(),
            "{line}"
        );
        assert!(line.get("data").is_some(), "{line}");
    }
    let mut paged = Vec::new();
    let mut next = String::new();
    loop {
        let page = bench
            .get(&format!("/api/tasks/{task}/logs?limit=1{next}"))
            .await
            .body;
        paged.extend(page["logs"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(&paged, all);
    let nobody = "018f4c5e-0000-7000-8000-000000000000";
    for id in [nobody, "1", "%00"] {
        bench
            .get(&format!("/api/tasks/{id}/logs"))
            .await
            .is_problem(404, "unknown_task");
    }
    for bad in [
        "cursor=-1",
        "cursor=x",
        "cursor=9999999999999999999",
        "limit=1001",
    ] {
        let answer = bench.get(&format!("/api/tasks/{task}/logs?{bad}")).await;
        answer.is_problem(422, "bad_fields");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_listed_and_told_of() {
    let bench = Bench::new(World::Simulated).await;
    some_tasks(&bench).await;
    let all = bench.get("/api/accounts").await.body;
    assert_eq!(all["total"], 2);
    let unused = json!({"used": 0, "ceiling": null, "room_at": null});
    assert_eq!(
        all["accounts"][0],
        json!({
            "account_id": "anna", "handle": "anna", "device_udid": null, "label": null, "hours": null,
            "group": null, "note": null, "state": "available", "state_reason": null,
            "waiting_tasks_count": 2, "limits": null, "paused": false, "signed_in_on": [],
            "consecutive_errors": 0, "last_success_at": null,
            "today": { "follows": unused, "likes": unused, "comments": unused },
        })
    );
    let check = async |query: &str, expected: &[&str]| {
        let page = bench.get(&format!("/api/accounts?{query}")).await.body;
        let found = page["accounts"].as_array().unwrap().iter();
        let found: Vec<&str> = found.map(|it| it["account_id"].as_str().unwrap()).collect();
        assert_eq!(found, expected, "{query}");
    };
    check("limit=1&skip=1", &["ben"]).await;
    check("q=BE", &["ben"]).await;
    check("group=studio", &[]).await;
    let states = bench.get("/api/accounts/states").await.body;
    let anna = &states["account_states"]["anna"];
    assert_eq!(anna["state"], "available");
    assert_eq!(anna["error_state"], json!({}));
    let own = bench.get("/api/accounts/execution-states/anna").await.body;
    let mut own = own["account_state"].clone();
    own["error_state"] = json!({});
    assert_eq!(*anna, own);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_at_a_glance() {
    let bench = Bench::new(World::Simulated).await;
    let tasks = some_tasks(&bench).await;
    let told = bench.get("/api/dashboard/stats").await.body;
    let stats = &told["system_stats"];
    assert_eq!(stats["total_tasks_created"], 3);
    assert_eq!(stats["queued_waiting_on_account"], 2);
    assert_eq!(stats["average_task_duration"], Value::Null);
    assert_eq!(stats["active_workers"], 0);
    assert!(stats["uptime"].as_f64().unwrap() >= 0.0 && stats["is_running"].is_boolean());
    let six = bench.get("/api/metrics/concurrency").await.body;
    assert_eq!(told["execution_metrics"], six["concurrency_metrics"]);
    let states = bench.get("/api/accounts/execution-states").await.body;
    assert_eq!(told["account_execution_states"], states["account_states"]);
    assert_eq!(
        told["device_status"],
        bench.get("/api/devices/status").await.body
    );
    assert_eq!(
        told["waiting_tasks"],
        json!({
            "by_account": {"anna": [tasks[0], tasks[1]]}, "total_waiting": 2,
        })
    );
    assert_eq!(told["queue_status"]["total_tasks"], 3);
    assert_eq!(
        (&told["active_tasks"], &told["recent_results"]),
        (&json!([]), &json!([]))
    );
    let metrics = bench.get("/api/metrics").await.body;
    assert_eq!(metrics["success"], true);
    let metrics = &metrics["metrics"];
    let expected = json!({"available": 2, "running": 0, "cooldown": 0, "suspended": 0});
    assert_eq!(metrics["account_states"], expected);
    for part in ["interactions", "deduplication", "error_handling"] {
        let numbers = metrics[part].as_object().unwrap();
        assert!(numbers.values().all(|it| *it == 0), "{part} {numbers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_for_prometheus() {
    let bench = Bench::new(World::Simulated).await;
    some_tasks(&bench).await;
    let scrape = async |accept: &str| {
        let request = format!("{}Accept: {accept}\r\n\r\n", bench.header("GET /metrics"));
        let mut stream = bench.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = Answer::read(&mut stream).await;
        assert_eq!(answer.status, 200);
        let kind = answer.value("content-type").unwrap().to_owned();
        (kind, answer.body.as_str().unwrap().to_owned())
    };
    let (kind, text) = scrape("*/*").await;
    assert_eq!(kind, "text/plain; version=0.0.4; charset=utf-8");
    assert!(
        text.contains("# TYPE signalbox_tasks_ended_total counter\n"),
        "{text}"
    );
    let (kind, open) = scrape("application/openmetrics-text").await;
    assert_eq!(
        kind,
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    );
    assert!(
        open.contains("# TYPE signalbox_tasks_ended counter\n"),
        "{open}"
    );
    assert!(open.ends_with("# EOF\n") && !text.contains("EOF"));
    for text in [&text, &open] {
        for line in [
            "signalbox_accounts{state=\"available\"} 2",
            "signalbox_tasks{state=\"waiting\"} 2",
            "signalbox_tasks{state=\"scheduled\"} 1",
            "signalbox_tasks_ended_total{result=\"completed\"} 0",
            "signalbox_breaker_trips_total 0",
            "signalbox_history_checks_total 0",
            "signalbox_attempt_duration_seconds_count{task_type=\"flow\",result=\"other\"} 0",
        ] {
            assert!(text.lines().any(|it| it == line), "{line} in {text}");
        }
        // Each sample stands under the type of its family, and names nobody.
        let mut family = String::new();
        for line in text.lines() {
            if let Some(kind) = line.strip_prefix("# TYPE ") {
                family = kind.split(' ').next().unwrap().to_owned();
            } else if !line.starts_with('#') {
                assert!(line.starts_with(&family), "{line} under {family}");
            }
            for name in ["anna", "ben", "garden"] {
                assert!(!line.contains(name), "{line}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_are_made_and_listed_and_not_restored_under_an_engine() {
    let bench = Bench::new(World::Simulated).await;
    some_tasks(&bench).await;
    assert_eq!(bench.get("/api/backups").await.body["backups"], json!([]));
    let made = bench.send("POST /api/backups", "", "").await;
    assert_eq!(made.status, 200, "{made:?}");
    let name = made.body["backup"]["name"].as_str().unwrap().to_owned();
    assert_eq!(
        bench.get("/api/backups").await.body["backups"][0],
        made.body["backup"]
    );
    let restore = format!("POST /api/backups/{name}/restore");
    let refused = bench.send(&restore, "", "").await;
    refused.is_problem(409, "engine_running");
    let detail = refused.body["detail"].as_str().unwrap();
    assert!(
        detail.contains(&format!("signalbox restore {name}")),
        "{detail}"
    );
    assert_eq!(bench.waiting().await, 2);
    for id in ["x", "..", "..%2F..%2Fetc%2Fpasswd", "%00", "%FF"] {
        let line = format!("POST /api/backups/{id}/restore");
        bench
            .send(&line, "", "")
            .await
            .is_problem(404, "unknown_backup");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_token_is_the_only_one() {
    let bench = Bench::new(World::Simulated).await;
    let answer = bench.send("POST /api/token/rotate", "", "").await;
    let token = answer.body["token"].as_str().unwrap();
    bench.get("/api/accounts").await.is_problem(401, "token");
    let header = bench
        .header("GET /api/accounts")
        .replace(bench.token.reveal(), token);
    let mut stream = bench.connect().await;
    stream
        .write_all(format!("{header}\r\n").as_bytes())
        .await
        .unwrap();
    assert_eq!(Answer::read(&mut stream).await.status, 200);
    let kept = std::fs::read_to_string(bench.engine.data_dir().token()).unwrap();
    assert_eq!(kept.trim(), token);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_for_a_link_and_for_nothing_else() {
    let bench = Bench::new(World::Simulated).await;
    let body = r#"{"path": "/api/accounts"}"#;
    let json = "Content-Type: application/json\r\n";
    let refused = bench.send("POST /api/tickets", json, body).await;
    refused.is_problem(409, "no_ticket_there");
    for body in [
        "{}",
        r#"{"path": "api/accounts"}"#,
        r#"{"path": "http://evil.example/"}"#,
        r#"{"path": "/a b"}"#,
        r#"{"path": null}"#,
    ] {
        let refused = bench.send("POST /api/tickets", json, body).await;
        refused.is_problem(422, "bad_fields");
    }
    bench
        .get("/api/accounts?ticket=x")
        .await
        .is_problem(422, "bad_fields");
}
