//! The control socket: who may come in, what it answers, and that it keeps every limit of the
//! loopback address.

use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::time::{Instant, timeout};

use super::super::body::BODY_BYTES_MAX;
use super::super::listen::CONNECTIONS_MAX;
use super::{Answer, Bench};
use crate::http::Control;
use crate::store::World;

/// Longer than anything takes here.
const SOON: Duration = Duration::from_secs(20);

/// A bench with an open control socket.
struct Desk {
    bench: Bench,
    control: Control,
}

impl Desk {
    async fn new() -> Self {
        let bench = Bench::new(World::Simulated).await;
        let control = Control::open(&bench.engine.commands()).unwrap();
        Self { bench, control }
    }

    fn path(&self) -> PathBuf {
        self.control.path().to_owned()
    }

    async fn connect(&self) -> UnixStream {
        UnixStream::connect(self.control.path()).await.unwrap()
    }

    async fn say(&self, request: &str) -> Answer {
        let mut stream = self.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        timeout(SOON, Answer::read(&mut stream)).await.unwrap()
    }

    async fn get(&self, path: &str) -> Answer {
        self.say(&format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"))
            .await
    }

    async fn post(&self, path: &str, body: &str) -> Answer {
        let length = body.len();
        self.say(&format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        ))
        .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_open_the_file_needs_no_token_and_stands_in_the_audit_as_cli() {
    let desk = Desk::new().await;
    let mode = std::fs::metadata(desk.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let status = desk.get("/api/system/status").await;
    assert_eq!(status.status, 200, "{status:?}");
    assert_eq!(status.body["state"], "started");
    assert_eq!(status.body["simulated"], true);
    let foreign = "GET /api/accounts/states HTTP/1.1\r\nHost: evil.example\r\n\
                   Origin: http://evil.example\r\nAuthorization: Bearer wrong\r\n\r\n";
    assert_eq!(desk.say(foreign).await.status, 200);

    assert_eq!(desk.post("/api/system/pause", "").await.status, 200);
    assert_eq!(desk.get("/api/system/status").await.body["state"], "paused");
    let stopped = desk.post("/api/system/emergency-stop", "").await;
    assert_eq!(stopped.status, 200);
    assert_eq!(
        desk.get("/api/system/status").await.body["state"],
        "stopped"
    );
    let audit = desk.bench.get("/api/audit").await.body;
    let rows: Vec<_> = audit["entries"].as_array().expect("rows").clone();
    let told: Vec<_> = rows.iter().map(|it| (&it["who"], &it["action"])).collect();
    assert_eq!(
        told,
        [
            (&json!("cli"), &json!("system.stop")),
            (&json!("cli"), &json!("system.pause"))
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_is_asked_for_on_the_loopback_address_all_the_same() {
    let desk = Desk::new().await;
    let host = desk.bench.server.address();
    let mut stream = desk.bench.connect().await;
    let request = format!("GET /api/system/status HTTP/1.1\r\nHost: {host}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    Answer::read(&mut stream).await.is_problem(401, "token");
    assert_eq!(desk.bench.get("/api/system/status").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_engine_left_is_replaced_and_what_is_not_ours_is_not() {
    let bench = Bench::new(World::Simulated).await;
    let commands = bench.engine.commands();
    let path = commands.data_dir().control_socket();

    std::fs::write(&path, "of somebody else").unwrap();
    let taken = Control::open(&commands).unwrap_err();
    assert_eq!(taken.code(), "control_socket_taken");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "of somebody else");
    std::fs::remove_file(&path).unwrap();

    // A socket whose process is gone: nobody listens, and the file is there.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert!(std::fs::metadata(&path).unwrap().file_type().is_socket());
    assert!(UnixStream::connect(&path).await.is_err());
    let control = Control::open(&commands).unwrap();
    assert!(UnixStream::connect(&path).await.is_ok());

    control.shutdown().await;
    assert!(!path.exists(), "it goes in good order");
    let again = Control::open(&commands).unwrap();
    drop(again);
    assert!(!path.exists(), "and where it is dropped");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_refused_as_on_the_loopback_address() {
    let desk = Desk::new().await;
    let check = async |answer: Answer, status, code: &str| answer.is_problem(status, code);
    check(desk.get("/api/nothing").await, 404, "not_found").await;
    check(
        desk.post("/api/system/status", "").await,
        405,
        "method_not_allowed",
    )
    .await;
    check(
        desk.post("/api/tasks/create", "{\"target_username\":")
            .await,
        400,
        "bad_json",
    )
    .await;
    check(
        desk.post(
            "/api/lists/import",
            "{\"name\":\"a\",\"tasks\":\"x\",\"more\":1}",
        )
        .await,
        422,
        "bad_fields",
    )
    .await;
    let text = "POST /api/lists/import HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n\
                Content-Length: 2\r\n\r\n{}";
    check(desk.say(text).await, 415, "not_json").await;
    let large = format!(
        "POST /api/lists/import HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        BODY_BYTES_MAX + 1
    );
    check(desk.say(&large).await, 413, "body_too_large").await;
    for broken in ["\0\0\0\r\n\r\n", "GET\r\n\r\n", "PRI * HTTP/2.0\r\n\r\n"] {
        let mut stream = desk.connect().await;
        let _ = stream.write_all(broken.as_bytes()).await;
        let _ = stream.shutdown().await;
        let mut told = Vec::new();
        let _ = timeout(SOON, stream.read_to_end(&mut told)).await.unwrap();
        assert!(!told.starts_with(b"HTTP/1.1 2"), "{broken:?}");
    }
    assert_eq!(desk.bench.waiting().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_beyond_the_limit_wait_and_the_loopback_address_does_not_notice() {
    let desk = Desk::new().await;
    let mut idle = Vec::new();
    for _ in 0..CONNECTIONS_MAX {
        idle.push(desk.connect().await);
    }
    let mut last = desk.connect().await;
    let request = b"GET /api/ HTTP/1.1\r\nHost: x\r\n\r\n";
    last.write_all(request).await.unwrap();
    let early = timeout(Duration::from_millis(300), Answer::read(&mut last)).await;
    assert!(early.is_err(), "{early:?}");
    assert_eq!(desk.bench.get("/api/system/status").await.status, 200);
    idle.pop();
    let answer = timeout(SOON, Answer::read(&mut last)).await.unwrap();
    assert_eq!(answer.status, 200);
}

#[tokio::test(start_paused = true)]
async fn slow_clients_are_let_go_and_cannot_hold_the_end_up() {
    let desk = Desk::new().await;
    for sent in ["", "GET /api/ HTTP/1.1\r\nHost: x\r\n"] {
        let mut stream = desk.connect().await;
        stream.write_all(sent.as_bytes()).await.unwrap();
        let begun = Instant::now();
        let mut told = String::new();
        let _ = stream.read_to_string(&mut told).await;
        assert!(begun.elapsed() < Duration::from_secs(13), "{sent:?}");
        assert!(begun.elapsed() > Duration::from_secs(9), "{sent:?}");
    }
    let mut half = desk.connect().await;
    let header = "POST /api/tasks/create HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\
                  Content-Type: application/json\r\nContent-Length: 100\r\n\r\n";
    half.write_all(header.as_bytes()).await.unwrap();
    assert_eq!(Answer::read(&mut half).await.status, 100);
    let begun = Instant::now();
    desk.control.shutdown().await;
    assert!(begun.elapsed() < Duration::from_secs(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_comes_in_whole_and_is_found_again() {
    let desk = Desk::new().await;
    let files = json!({
        "name": "a.csv",
        "accounts": "account_id,handle,device_udid\nanna,anna.h,\n",
        "tasks": "account_id,task_type,target_username,actions,priority,not_before,comment_text,\
                  flow\nanna,instagram,bob,like_post\nanna,flow,,,,,,open.yaml\n",
        "flows": [{
            "name": "open.yaml",
            "main": "open.yaml",
            "files": [{ "name": "open.yaml", "text": "appId: com.burbn.instagram\n---\n- back\n" }],
        }],
    });
    let text = files.to_string();
    let before = desk.post("/api/lists/standing", &text).await;
    assert_eq!(before.body, json!({ "same": null, "other_open": null }));
    let report = desk.post("/api/lists/import", &text).await;
    assert_eq!(report.status, 200, "{report:?}");
    assert_eq!(
        (&report.body["tasks"], &report.body["accounts_added"]),
        (&json!(2), &json!(1))
    );
    let list_id = report.body["list_id"].as_str().unwrap();
    let after = desk.post("/api/lists/standing", &text).await.body;
    assert_eq!(after["same"], json!({ "list_id": list_id, "open": true }));
    let progress = desk.get(&format!("/api/lists/{list_id}/progress")).await;
    assert_eq!(progress.body["total"], 2);
    assert_eq!(progress.body["blockers"][0]["account_id"], "anna");
    assert_eq!(progress.body["blockers"][0]["why"]["code"], "no_device");

    // Nothing of a list with a bad row, or with a flow that stands there twice.
    let mut bad = files.clone();
    bad["tasks"] = "account_id,task_type,target_username,actions\nanna,instagram,b b,\n".into();
    let refused = desk.post("/api/lists/import", &bad.to_string()).await;
    refused.is_problem(422, "bad_list");
    let row = refused.body["errors"][0]["detail"].as_str().unwrap();
    assert!(row.starts_with("tasks.csv:2: target_username"), "{row}");
    let mut twice = files.clone();
    let flow = twice["flows"][0].clone();
    twice["flows"].as_array_mut().unwrap().push(flow);
    let refused = desk.post("/api/lists/import", &twice.to_string()).await;
    refused.is_problem(422, "bad_fields");
    assert_eq!(refused.body["errors"][0]["pointer"], "/flows/1/name");
    let unknown = "/api/lists/019abcde-0000-7000-8000-000000000000/progress";
    desk.get(unknown).await.is_problem(404, "unknown_list");
    assert_eq!(desk.bench.waiting().await, 2);
}
