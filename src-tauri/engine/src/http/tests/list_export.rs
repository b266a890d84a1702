//! Lists over HTTP: what waits of one is taken out, and one is exported and read back.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::Bench;
use super::bulk::bench;

const HEAD: &str = "account_id,task_type,target_username,actions,priority,not_before,comment_text,\
                    flow,note,task_id,status,attempts,started_at,ended_at,result,error_code,\
                    error_message";

/// The address of the list that these tasks are.
async fn list(bench: &Bench, tasks: &Value) -> String {
    let taken = bench.post("/api/tasks/bulk", &tasks.to_string()).await;
    assert_eq!(taken.status, 200, "{taken:?}");
    format!("/api/lists/{}", taken.body["list_id"].as_str().unwrap())
}

/// What an address answers until its connection ends, without the marks of its pieces.
async fn whole(bench: &Bench, path: &str) -> (String, String) {
    let request = bench.header(&format!("GET {path}")) + "Connection: close\r\n\r\n";
    let mut stream = bench.connect().await;
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let (head, mut rest) = text.split_once("\r\n\r\n").unwrap();
    let mut body = String::new();
    while let Some((size, more)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        body.push_str(&more[..size]);
        rest = &more[size + 2..];
        if size == 0 {
            break;
        }
    }
    (head.to_ascii_lowercase(), body)
}

fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(csv.as_bytes());
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| row.iter().map(str::to_owned).collect())
        .collect()
}

fn plain() -> Value {
    json!([
        { "account_id": "a", "target_username": "one", "actions": ["view_profile", "like_post"],
          "max_likes": 3, "priority": "high", "not_before": "2098-01-02T03:04:05Z" },
        { "task_type": "engagement", "account_id": "b", "target_pages": ["two"],
          "actions": { "follow": true, "comment": true },
          "comment_list": ["=cmd|' /C calc'!A0, \"really\"\nyes"] },
        { "account_id": "a", "target_username": "three" },
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_exported_as_a_list_file_with_what_came_of_it_and_read_back() {
    let bench = bench().await;
    let at = list(&bench, &plain()).await;
    let task = bench.get("/api/tasks?q=three").await.body["tasks"][0]["task_id"].take();
    let cancel = format!("DELETE /api/tasks/{}/cancel", task.as_str().unwrap());
    assert_eq!(bench.send(&cancel, "", "").await.status, 200);

    let (head, csv) = whole(&bench, &format!("{at}/export")).await;
    assert!(head.contains("\r\ncontent-type: text/csv\r\n"), "{head}");
    assert!(head.contains("filename=list_export.csv"), "{head}");
    assert!(csv.starts_with(&format!("{HEAD}\r\n")), "{csv}");
    let told = rows(&csv);
    assert_eq!(told.len(), 4);
    let likes = "view_profile;like_post;like_post;like_post";
    let first = [
        "a",
        "instagram",
        "one",
        likes,
        "high",
        "2098-01-02T03:04:05Z",
        "",
        "",
        "",
    ];
    assert_eq!(told[1][..9], first);
    assert_eq!(told[1][10..12], ["queued", "0"]);
    assert_eq!(told[2][3], "follow;comment");
    assert!(
        told[2][6].starts_with("'=cmd|"),
        "a spreadsheet runs nothing of it: {csv}"
    );
    assert_eq!(told[3][9..11], [task.as_str().unwrap(), "cancelled"]);
    assert!(!told[3][13].is_empty(), "when it ended");
    let (_, unguarded) = whole(&bench, &format!("{at}/export?guard=off")).await;
    assert!(rows(&unguarded)[2][6].starts_with("=cmd|"));

    // The file as it was exported is a list again, and means the same.
    let kind = "Content-Type: text/csv\r\n";
    let again = bench.send("POST /api/tasks/bulk", kind, &csv).await;
    assert_eq!(
        (again.status, &again.body["tasks"]),
        (200, &json!(3)),
        "{again:?}"
    );
    let again = format!(
        "/api/lists/{}/export",
        again.body["list_id"].as_str().unwrap()
    );
    let (_, again) = whole(&bench, &again).await;
    for (before, after) in told.iter().zip(rows(&again)) {
        assert_eq!(before[..9], after[..9]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_exported_as_json_whose_tasks_a_bulk_takes() {
    let bench = bench().await;
    let mut tasks = plain();
    tasks.as_array_mut().unwrap().extend([
        json!({ "task_type": "engagement", "account_id": "a", "target_pages": ["p", "q"],
            "actions": { "like": true }, "max_posts_per_page": 4,
            "profile_validation": { "public_only": true, "min_posts": 2 } }),
        json!({ "task_type": "flow", "account_id": "b", "flow": "- runFlow: x.yaml\n",
            "files": [{ "name": "x.yaml", "text": "- back\n" }], "name": "walk" }),
    ]);
    let at = list(&bench, &tasks).await;
    let exported = async |at: &str| {
        let (head, json) = whole(&bench, &format!("{at}/export?format=json")).await;
        assert!(
            head.contains("\r\ncontent-type: application/json\r\n"),
            "{head}"
        );
        serde_json::from_str::<Value>(&json).unwrap()
    };
    let told = exported(&at).await;
    assert_eq!(told["list"]["total_tasks"], 5);
    let elements = |told: &Value| {
        let tasks = told["tasks"].as_array().unwrap().iter();
        tasks.map(|it| it["task"].clone()).collect::<Vec<Value>>()
    };
    let first = &told["tasks"][0];
    assert_eq!(
        (&first["row"], &first["status"]),
        (&json!(1), &json!("queued"))
    );
    assert_eq!(first["result"], json!({}));
    let again = exported(&list(&bench, &elements(&told).into()).await).await;
    assert_eq!(elements(&again), elements(&told));
    // What a list file has no words for is refused when it is read back, and never read otherwise.
    let (_, csv) = whole(&bench, &format!("{at}/export")).await;
    let kind = "Content-Type: text/csv\r\n";
    let refused = bench.send("POST /api/tasks/bulk", kind, &csv).await;
    refused.is_problem(422, "bad_list");
    let fields = refused.body["errors"].as_array().unwrap().iter();
    let mut fields: Vec<String> = fields
        .map(|it| format!("{} {}", it["line"], it["field"].as_str().unwrap()))
        .collect();
    fields.dedup();
    // The comment of the second row has two lines.
    assert_eq!(fields, ["6 target_username", "7 flow"], "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_of_a_list_is_taken_out() {
    let bench = bench().await;
    let (first, second) = (list(&bench, &plain()).await, list(&bench, &plain()).await);
    let done = bench.post(&format!("{first}/cancel"), "{}").await;
    assert_eq!(
        (done.status, &done.body["cancelled"]),
        (200, &json!(3)),
        "{done:?}"
    );
    assert_eq!(bench.get(&first).await.body["counts"]["cancelled"], 3);
    assert_eq!(bench.get(&second).await.body["counts"]["open"], 3);
    let again = bench.post(&format!("{first}/cancel"), "{}").await;
    assert_eq!(again.body["cancelled"], 0);

    for id in ["00000000-0000-7000-8000-000000000000", "1", "..%2Ftasks"] {
        let at = format!("/api/lists/{id}");
        let cancel = bench.post(&format!("{at}/cancel"), "{}").await;
        cancel.is_problem(404, "unknown_list");
        let export = bench.get(&format!("{at}/export")).await;
        export.is_problem(404, "unknown_list");
    }
    let odd = bench.get(&format!("{second}/export?format=xml")).await;
    odd.is_problem(400, "bad_format");
    for query in ["guard=maybe", "limit=1", "format=csv&format=json"] {
        let odd = bench.get(&format!("{second}/export?{query}")).await;
        odd.is_problem(422, "bad_fields");
    }
    let fields = bench
        .post(&format!("{second}/cancel"), r#"{"all": true}"#)
        .await;
    fields.is_problem(422, "bad_fields");
    assert_eq!(bench.get(&second).await.body["counts"]["open"], 3);
}
