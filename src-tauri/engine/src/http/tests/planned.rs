//! What is told before work is made: files that are opened, tasks that are planned, flows that are
//! read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::bulk::bench;
use super::{Answer, Bench};

async fn post(bench: &Bench, path: &str, body: &Value) -> Answer {
    bench.post(path, &body.to_string()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_any_header_is_opened_planned_and_what_is_bad_in_it_comes_back() {
    let bench = bench().await;
    let file = "Who;Colour\nanna;red\nno name;\"=1+1;\"\nbert;blue\n";
    let open = json!({ "name": "monday.csv", "base64": STANDARD.encode(file) });
    let opened = post(&bench, "/api/lists/open", &open).await;
    assert_eq!(opened.status, 200, "{opened:?}");
    assert_eq!(opened.body["columns"][0]["samples"][0], "anna");
    let plan = json!({
        "name": "monday", "tasks": opened.body["text"],
        "columns": { "Who": "target_username", "Colour": "" },
        "values": { "account_id": "", "task_type": "instagram", "actions": "view_profile" },
    });
    let planned = post(&bench, "/api/lists/plan", &plan).await;
    assert_eq!(planned.status, 200, "{planned:?}");
    let counts = &planned.body["counts"];
    assert_eq!(
        (&counts["accepted"], &counts["refused"]),
        (&json!(2), &json!(1))
    );
    let id = planned.body["plan_id"].as_str().unwrap();
    let rejected = format!("/api/lists/plan/{id}/rejected");
    let ticket = post(&bench, "/api/tickets", &json!({ "path": rejected })).await;
    assert_eq!(
        ticket.status, 200,
        "the page saves it as a browser does: {ticket:?}"
    );
    let back = bench.engine.commands();
    let id = uuid::Uuid::try_parse(id).unwrap();
    let mut export = back
        .export_rejected(id, crate::commands::ExportFormat::Csv { guard: true })
        .await
        .unwrap();
    let piece = std::future::poll_fn(|cx| export.poll_piece(cx)).await;
    let text = String::from_utf8(piece.unwrap().unwrap()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert_eq!(lines[0], "Who,Colour,reason");
    assert!(
        lines[1].starts_with("no name,'=1+1;,\"target_username: "),
        "{text}"
    );

    for bad in [
        json!({ "name": "x", "base64": "?" }),
        json!({ "name": "x" }),
    ] {
        post(&bench, "/api/lists/open", &bad)
            .await
            .is_problem(422, "bad_fields");
    }
    let none = json!({ "name": "x", "base64": STANDARD.encode("a\0b") });
    post(&bench, "/api/lists/open", &none)
        .await
        .is_problem(422, "bad_file");
    post(&bench, "/api/lists/plan", &json!({ "name": "x" }))
        .await
        .is_problem(422, "bad_fields");
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_are_planned_and_accepted_only_if_that_was_asked_for() {
    let bench = bench().await;
    let tasks = json!([
        { "target_username": "one" },
        { "task_type": "engagement", "target_pages": ["two"], "actions": { "comment": true },
          "comment_list": ["Lovely", "Nice"] },
        { "task_type": "flow", "flow": "- tapOn: \"${WHOM}\"\n" },
    ]);
    let asked = json!({ "name": "mixed", "tasks": tasks, "spread": { "accounts": ["b"] } });
    let planned = post(&bench, "/api/tasks/plan", &asked).await;
    assert_eq!(planned.status, 200, "{planned:?}");
    let counts = &planned.body["plan"]["counts"];
    assert_eq!(
        (&counts["accepted"], &counts["refused"]),
        (&json!(2), &json!(1))
    );
    let row = &planned.body["rows"][0];
    assert_eq!((&row["line"], &row["field"]), (&json!(3), &json!("flow")));
    let gone = json!({ "plan_id": planned.body["plan"]["plan_id"] });
    post(&bench, "/api/lists", &gone)
        .await
        .is_problem(404, "unknown_plan");

    let mut kept = asked.clone();
    kept["keep"] = json!(true);
    kept["tasks"].as_array_mut().unwrap().pop();
    let planned = post(&bench, "/api/tasks/plan", &kept).await;
    let plan = json!({ "plan_id": planned.body["plan"]["plan_id"] });
    let list = post(&bench, "/api/lists", &plan).await;
    assert_eq!(
        (list.status, &list.body["tasks"]),
        (200, &json!(2)),
        "{list:?}"
    );
    assert_eq!(bench.waiting().await, 2);

    let check = async |body: Value, place: &str| {
        let refused = post(&bench, "/api/tasks/plan", &body).await;
        refused.is_problem(422, "bad_fields");
        assert_eq!(refused.body["errors"][0]["pointer"], place, "{refused:?}");
    };
    check(
        json!({ "tasks": [{ "target_username": "no name" }] }),
        "/tasks/0/target_username",
    )
    .await;
    check(json!({ "tasks": [] }), "/tasks").await;
    check(json!({}), "/tasks").await;
    check(
        json!({ "tasks": [{ "target_username": "a" }], "nothing": 1 }),
        "/nothing",
    )
    .await;
    check(
        json!({ "tasks": [{ "target_username": "a" }], "spread": {} }),
        "/spread",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_is_read_before_it_is_saved() {
    let bench = bench().await;
    let check = async |flow: &str| {
        let body = json!({ "flow": flow, "files": [], "variables": [] });
        let read = post(&bench, "/api/flows/check", &body).await;
        assert_eq!(read.status, 200, "{read:?}");
        read.body
    };
    let good =
        check("- launchApp\n- repeat:\n    times: 2\n    commands:\n      - tapOn: OK\n").await;
    assert_eq!(good["good"], true, "{good}");
    let steps: Vec<_> = good["steps"].as_array().unwrap().iter().collect();
    let told: Vec<_> = steps
        .iter()
        .map(|it| (it["what"].as_str().unwrap(), it["depth"].as_u64().unwrap()))
        .collect();
    assert_eq!(told, [("launch", 0), ("while", 0), ("tap", 1)]);
    assert_eq!(steps[2]["place"], "flow.yaml:5");
    let needs = check("- tapOn: \"${WHOM} ${target}\"\n").await;
    assert_eq!(
        needs["needs"],
        json!(["WHOM"]),
        "who it is about is known when it runs"
    );
    let with = needs["steps"][0]["with"].as_str().unwrap();
    assert!(with.contains("${WHOM}"), "{with}");
    let bad = check("- launchApp\n- doMagic\n").await;
    assert_eq!(
        (&bad["good"], &bad["problems"][0]["line"]),
        (&json!(false), &json!(2))
    );
    assert_eq!(bench.waiting().await, 0);
}
