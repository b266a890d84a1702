//! Jobs over HTTP: many tasks are cancelled or tried again by one order.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::bulk::bench;
use super::{Answer, Bench};
use crate::commands::ImportFiles;
use crate::store::World;

const CANCEL: &str = "/api/tasks/cancel";
const RETRY: &str = "/api/tasks/retry";

async fn post(bench: &Bench, path: &str, body: &Value) -> Answer {
    bench.post(path, &body.to_string()).await
}

/// The ids of so many tasks of account `a` that only look.
async fn tasks(bench: &Bench, account: &str, count: usize) -> Vec<Value> {
    let row = |no: usize| {
        json!({ "account_id": account, "target_username": format!("t{no}"),
        "actions": ["view_profile"] })
    };
    let rows: Vec<Value> = (0..count).map(row).collect();
    let taken = post(bench, "/api/tasks/bulk", &rows.into()).await;
    assert_eq!(taken.status, 200, "{:?}", taken.body["detail"]);
    taken.body["task_ids"].as_array().unwrap().clone()
}

/// The job that a good order begins, at its end.
async fn job(bench: &Bench, path: &str, body: &Value) -> Value {
    let begun = post(bench, path, body).await;
    assert_eq!(begun.status, 202, "{begun:?}");
    let id = begun.body["job_id"].as_str().unwrap();
    let at = begun.value("location").unwrap();
    assert_eq!(at, format!("/api/jobs/{id}"));
    let commands = bench.engine.commands();
    commands
        .job_ended(Uuid::try_parse(id).unwrap())
        .await
        .unwrap();
    bench.get(at).await.body
}

async fn status(bench: &Bench, task: &Value) -> String {
    let path = format!("/api/tasks/{}/status", task.as_str().unwrap());
    let task = bench.get(&path).await.body;
    task["status"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn named_tasks_are_cancelled_and_tried_again_and_what_is_refused_is_named() {
    let bench = bench().await;
    let ids = tasks(&bench, "a", 5).await;
    let nobody = json!("018f4c5e-0000-7000-8000-000000000000");
    let some = json!({ "ids": [ids[1], ids[3], ids[1], nobody], "reason": "wrong list" });
    let done = job(&bench, CANCEL, &some).await;
    assert_eq!(
        (&done["state"], &done["work"]),
        (&json!("done"), &json!("cancel")),
        "{done}"
    );
    assert_eq!(
        (&done["total"], &done["done"]),
        (&json!(3), &json!(3)),
        "named twice, meant once"
    );
    let refused = json!([{ "code": "unknown_task", "tasks": 1, "task_ids": [nobody] }]);
    assert_eq!(done["result"], json!({ "changed": 2, "refused": refused }));
    assert_eq!(
        (&done["reason"], &done["ordered_by"]),
        (&json!("wrong list"), &json!("http"))
    );
    assert_eq!(bench.waiting().await, 3);
    let again = job(&bench, CANCEL, &json!({ "ids": [ids[1]] })).await;
    assert_eq!(again["result"]["refused"][0]["code"], "ended");

    let all = json!({ "ids": [ids[3], ids[1], ids[0]] });
    let done = job(&bench, RETRY, &all).await;
    let refused = json!([{ "code": "not_ended", "tasks": 1, "task_ids": [ids[0]] }]);
    assert_eq!(
        done["result"],
        json!({ "changed": 2, "refused": refused }),
        "{done}"
    );
    let line = bench.get("/api/accounts/waiting-tasks").await.body;
    let expected = json!({ "a": [ids[0], ids[2], ids[4], ids[3], ids[1]] });
    assert_eq!(
        line["waiting_tasks_by_account"], expected,
        "in the order they were named"
    );

    let jobs = bench.get("/api/jobs?limit=1").await.body;
    assert_eq!((&jobs["count"], &jobs["jobs"][0]), (&json!(3), &done));
    let audit = bench.get("/api/audit?action=job.cancel_tasks").await.body;
    assert_eq!(audit["entries"].as_array().unwrap().len(), 2);
    assert_eq!(audit["entries"][1]["why"], "wrong list");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_means_what_it_finds_when_the_job_begins() {
    let bench = bench().await;
    let (a, b) = (tasks(&bench, "a", 4).await, tasks(&bench, "b", 3).await);
    let list = bench.get("/api/lists").await.body["lists"][0]["list_id"].clone();
    let check = async |path: &str, filter: Value, changed: u64| {
        let done = job(&bench, path, &json!({ "filter": filter })).await;
        assert_eq!(done["selection"], json!({ "filter": filter }));
        let expected = json!({ "changed": changed, "refused": [] });
        assert_eq!(
            (&done["total"], &done["result"]),
            (&json!(changed), &expected),
            "{filter}"
        );
    };
    check(CANCEL, json!({ "account_id": "a", "q": "T2" }), 1).await;
    assert_eq!(status(&bench, &a[2]).await, "cancelled");
    check(CANCEL, json!({ "list_id": list }), 3).await;
    assert_eq!(status(&bench, &b[0]).await, "cancelled");
    check(CANCEL, json!({ "task_type": "flow" }), 0).await;
    check(
        CANCEL,
        json!({ "from_date": "2099-01-01T00:00:00.000Z" }),
        0,
    )
    .await;
    check(CANCEL, json!({ "account_id": "a", "status": "queued" }), 3).await;
    assert_eq!(bench.waiting().await, 0);
    // What ended in another way than it should have is tried again, in its order.
    check(RETRY, json!({ "account_id": "a" }), 4).await;
    let line = bench.get("/api/accounts/waiting-tasks").await.body;
    assert_eq!(line["waiting_tasks_by_account"], json!({ "a": a }));
    check(RETRY, json!({ "account_id": "a" }), 0).await;
    check(RETRY, json!({ "to_date": "2099-01-01T00:00:00.000Z" }), 3).await;
}

/// Refused with this pointer, by both routes; nothing begins.
async fn refused(bench: &Bench, body: Value, pointer: &str) {
    for path in [CANCEL, RETRY] {
        let answer = post(bench, path, &body).await;
        assert_eq!(answer.status, 422, "{body}: {answer:?}");
        let found = &answer.body["errors"][0]["pointer"];
        assert_eq!(found, pointer, "{body}: {answer:?}");
    }
    assert_eq!(bench.get("/api/jobs").await.body["count"], 0, "{body}");
    assert_eq!(bench.waiting().await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_choice_of_tasks_begins_no_job() {
    let bench = bench().await;
    let ids = tasks(&bench, "a", 2).await;
    for body in [
        json!({}),
        json!([]),
        json!({ "ids": ids, "filter": { "q": "x" } }),
        json!({ "reason": "x" }),
    ] {
        refused(&bench, body, "").await;
    }
    for ids in [json!([]), json!("all"), Value::Null] {
        refused(&bench, json!({ "ids": ids }), "/ids").await;
    }
    for id in [
        json!("1"),
        json!(7),
        json!("'; DROP TABLE tasks; --"),
        Value::Null,
    ] {
        refused(&bench, json!({ "ids": [id] }), "/ids/0").await;
    }
    for reason in [json!(" "), json!("x".repeat(501)), json!("a\nb")] {
        let body = json!({ "ids": ids, "reason": reason });
        refused(&bench, body, "/reason").await;
    }
    let odd = json!({ "ids": ids, "dry_run": true });
    refused(&bench, odd, "/dry_run").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_is_none_begins_no_job() {
    const NOTHING: &str = "018f4c5e-0000-7000-8000-000000000000";
    let bench = bench().await;
    tasks(&bench, "a", 2).await;
    for filter in [json!({}), Value::Null, json!([])] {
        refused(&bench, json!({ "filter": filter }), "/filter").await;
    }
    for (field, value) in [
        ("everything", json!(true)),
        ("account_id", json!("nobody")),
        ("account_id", json!("a' OR 1=1")),
        ("status", json!("nowhere")),
        ("task_type", json!(1)),
        ("list_id", json!("x")),
        ("list_id", json!(NOTHING)),
        ("from_date", json!("today")),
        ("to_date", Value::Null),
        ("q", json!("")),
        ("q", json!("a\u{0}b")),
    ] {
        let body = json!({ "filter": { field: value } });
        refused(&bench, body, &format!("/filter/{field}")).await;
    }
    for id in [NOTHING, "1", "..%2Ftasks", "'%20OR%201=1--"] {
        let at = format!("/api/jobs/{id}");
        bench.get(&at).await.is_problem(404, "unknown_job");
        let cancel = bench.post(&format!("{at}/cancel"), "{}").await;
        cancel.is_problem(404, "unknown_job");
    }
}

/// A hundred thousand tasks wait; they are cancelled by filter while another task is accepted and
/// answered, and nobody who asks the loop waits long for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_tasks_are_cancelled_by_filter_beside_everything_else() {
    const EACH: usize = 10_000;
    const HEAD: &str = "account_id,handle,device_udid\n";
    const COLUMNS: &str = "account_id,task_type,target_username,actions\n";
    let bench = Bench::new(World::Live).await;
    let accounts = (0..10).map(|no| format!("a{no},h{no},\n"));
    let accounts = accounts.fold(HEAD.to_owned(), |file, row| file + &row);
    let rows = (0..10 * EACH).map(|no| format!("a{},instagram,t{no},view_profile\n", no % 10));
    let rows = rows.fold(COLUMNS.to_owned(), |file, row| file + &row);
    let commands = bench.engine.commands();
    let files = ImportFiles {
        accounts: Some(accounts.into_bytes()),
        tasks: rows.into_bytes(),
        name: "many".to_owned(),
        rehearsal: false,
        flows: Default::default(),
    };
    commands.import(files).await.unwrap();
    assert_eq!(bench.waiting().await, 100_000);
    let begun = post(&bench, CANCEL, &json!({ "filter": { "status": "queued" } })).await;
    assert_eq!(
        (begun.status, &begun.body["total"]),
        (202, &json!(100_000)),
        "{begun:?}"
    );
    let at = begun.value("location").unwrap().to_owned();
    // A line has room again while the job is under way, and what is new is not meant.
    let new = json!({ "account_id": "a9", "target_username": "new" }).to_string();
    let new = loop {
        let answer = bench.create(&new).await;
        if answer.status == 200 {
            break answer.body["task_id"].clone();
        }
        answer.is_problem(409, "queue_full");
    };
    let under_way = bench.get(&at).await.body;
    assert_eq!(under_way["state"], "running", "{under_way}");
    let id = Uuid::try_parse(begun.body["job_id"].as_str().unwrap()).unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(300), commands.job_ended(id)).await;
    let ended = ended.expect("it ends").unwrap();
    assert_eq!(
        (ended.state.as_str(), ended.result.changed),
        ("done", 100_000)
    );
    assert_eq!(bench.waiting().await, 1);
    assert_eq!(status(&bench, &new).await, "queued");
    let audit = bench.get("/api/audit?action=job.cancel_tasks").await.body;
    assert_eq!(
        audit["entries"].as_array().unwrap().len(),
        1,
        "one row for all of it"
    );
    assert_eq!(audit["entries"][0]["after"]["changed"], 100_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_cancelled_or_interrupted_and_what_it_changed_stays_changed() {
    let bench = bench().await;
    tasks(&bench, "a", 10_000).await;
    let begun = post(&bench, CANCEL, &json!({ "filter": { "account_id": "a" } })).await;
    let at = begun.value("location").unwrap().to_owned();
    let cancelled = bench.post(&format!("{at}/cancel"), "{}").await;
    assert_eq!(cancelled.status, 200, "{cancelled:?}");
    let told = cancelled.body;
    assert_eq!(told["state"], "cancelled", "{told}");
    let changed = told["result"]["changed"].as_u64().unwrap();
    assert!(changed < 10_000, "{told}");
    assert_eq!(bench.waiting().await, 10_000 - changed);
    bench
        .post(&format!("{at}/cancel"), "{}")
        .await
        .is_problem(409, "job_ended");

    let begun = post(&bench, CANCEL, &json!({ "filter": { "account_id": "a" } })).await;
    let at = begun.value("location").unwrap().to_owned();
    let bench = bench.again(World::Live).await;
    let told = bench.get(&at).await.body;
    assert_eq!(told["state"], "interrupted", "{told}");
    let more = told["result"]["changed"].as_u64().unwrap();
    assert_eq!(bench.waiting().await, 10_000 - changed - more);
    assert!(told["ended_at"].is_string(), "{told}");
    let audit = bench.get("/api/audit?action=job.cancel_tasks").await.body;
    let states: Vec<&Value> = audit["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["after"]["state"])
        .collect();
    assert_eq!(states, ["interrupted", "cancelled"]);
    assert_eq!(audit["entries"][0]["who"], "http");
}
