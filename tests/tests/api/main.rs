//! The loopback HTTP API of the real program: who may come in, what it tells, how it ends.

#![allow(clippy::unwrap_used, reason = "a test fails by panic")]

mod lifecycle;
mod replaced;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use signalbox_tests::clock::{timed, wait_for};
use signalbox_tests::http::{Answer, send};
use signalbox_tests::place::Place;
use signalbox_tests::serving::Serving;

/// How long a few tasks may take on simulated phones.
const PATIENCE: Duration = Duration::from_secs(120);
/// A body that would be a task.
const TASK: &str = r#"{"account_id": "anna", "target_username": "bob"}"#;
const JSON: &str = "application/json";

/// What a request is made of, beside a good one.
#[derive(Clone, Copy)]
struct Case<'c> {
    line: &'c str,
    host: Option<&'c str>,
    origin: Option<&'c str>,
    authorization: Option<&'c str>,
    content_type: Option<&'c str>,
    body: &'c str,
}

impl Case<'_> {
    /// As bytes; `PORT` and `TOKEN` stand for the server's own.
    fn request(&self, serving: &Serving) -> String {
        let mut request = format!("{} HTTP/1.1\r\nConnection: close\r\n", self.line);
        for (name, value) in [
            ("Host", self.host),
            ("Origin", self.origin),
            ("Authorization", self.authorization),
            ("Content-Type", self.content_type),
        ] {
            if let Some(value) = value {
                request += &format!("{name}: {value}\r\n");
            }
        }
        if !self.body.is_empty() {
            request += &format!("Content-Length: {}\r\n", self.body.len());
        }
        request += &format!("\r\n{}", self.body);
        let port = serving.address.port().to_string();
        request
            .replace("PORT", &port)
            .replace("TOKEN", &serving.token)
    }
}

const GET: Case<'_> = Case {
    line: "GET /api/metrics/concurrency",
    host: Some("127.0.0.1:PORT"),
    origin: None,
    authorization: Some("Bearer TOKEN"),
    content_type: None,
    body: "",
};

const CREATE: Case<'_> = Case {
    line: "POST /api/tasks/create",
    content_type: Some(JSON),
    body: TASK,
    ..GET
};

/// Sends cases to one server, and holds that none of them changes anything.
struct Table<'s> {
    serving: &'s Serving,
    before: Value,
    checked: usize,
}

impl<'s> Table<'s> {
    fn new(serving: &'s Serving) -> Self {
        Self {
            serving,
            before: counts(serving),
            checked: 0,
        }
    }

    #[track_caller]
    fn check(&mut self, case: Case<'_>, expected: u16) {
        let request = case.request(self.serving);
        let answer = send(self.serving.address, &request);
        assert_eq!(answer.status, expected, "{request} {answer:?}");
        assert!(!answer.head.contains("access-control"), "{answer:?}");
        if expected >= 400 && !case.line.starts_with("HEAD") {
            is_problem(&answer);
        }
        assert_eq!(counts(self.serving), self.before, "{request}");
        self.checked += 1;
    }
}

/// All that tasks and accounts are.
fn counts(serving: &Serving) -> Value {
    let metrics = serving.get("/api/metrics/concurrency");
    let states = serving.get("/api/accounts/execution-states");
    assert_eq!((metrics.status, states.status), (200, 200));
    let states = &states.body["account_states"];
    json!([metrics.body["concurrency_metrics"], states])
}

#[test]
fn every_combination_of_headers_is_refused_that_must_be() {
    let place = Place::new();
    let serving = Serving::start(&place, &["--simulate", "2"]);
    let mut table = Table::new(&serving);
    // Each of the three alone is enough to refuse what reads and what changes.
    for good in [GET, CREATE] {
        foreign_hosts(&mut table, good);
        foreign_origins(&mut table, good);
        wrong_tokens(&mut table, good);
    }
    wrong_bodies(&mut table);
    what_may_come_in(&mut table);
    assert!(table.checked >= 40, "{}", table.checked);
    let task = serde_json::from_str(TASK).unwrap();
    let made = serving.post("/api/tasks/create", &task);
    assert_eq!(made.status, 200, "the body was good all along: {made:?}");
}

fn foreign_hosts(table: &mut Table<'_>, good: Case<'_>) {
    for host in [
        None,
        Some(""),
        Some("127.0.0.1"),
        Some("localhost:1"),
        Some("evil.example"),
        Some("evil.example:PORT"),
        Some("localhost.evil.example:PORT"),
        Some("0.0.0.0:PORT"),
    ] {
        table.check(Case { host, ..good }, 403);
    }
}

fn foreign_origins(table: &mut Table<'_>, good: Case<'_>) {
    for origin in [
        "null",
        "http://evil.example",
        "http://localhost:1420",
        "https://127.0.0.1:PORT",
        "http://127.0.0.1",
        "tauri://localhost",
    ] {
        let origin = Some(origin);
        table.check(Case { origin, ..good }, 403);
    }
}

fn wrong_tokens(table: &mut Table<'_>, good: Case<'_>) {
    for authorization in [
        None,
        Some(""),
        Some("TOKEN"),
        Some("Bearer"),
        Some("Basic TOKEN"),
        Some("Bearer TOKENTOKEN"),
        Some("Bearer 0000000000000000000000000000000000000000000000000000000000000000"),
    ] {
        let case = Case {
            authorization,
            ..good
        };
        table.check(case, 401);
    }
}

fn wrong_bodies(table: &mut Table<'_>) {
    for content_type in [
        None,
        Some("text/plain"),
        Some("text/csv"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        Some("application/json; charset=utf-16"),
    ] {
        let case = Case {
            content_type,
            ..CREATE
        };
        table.check(case, 415);
    }
    for method in ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
        let line = &format!("{method} /api/tasks/create");
        table.check(Case { line, ..CREATE }, 405);
    }
    for line in ["POST /api/tasks/create/", "POST /no/such"] {
        table.check(Case { line, ..CREATE }, 404);
    }
    let line = "POST /api/tasks";
    table.check(Case { line, ..CREATE }, 405);
    for line in [
        "POST /api/tasks/create?account_id=anna",
        "GET /api/metrics/concurrency?token=TOKEN",
    ] {
        table.check(Case { line, ..CREATE }, 422);
    }
    for (body, status) in [("", 422), ("{", 400), ("{}", 422), ("[1]", 422)] {
        table.check(Case { body, ..CREATE }, status);
    }
}

fn what_may_come_in(table: &mut Table<'_>) {
    for host in ["localhost:PORT", "LOCALHOST:PORT", "[::1]:PORT"] {
        let host = Some(host);
        table.check(Case { host, ..GET }, 200);
    }
    let origin = Some("http://127.0.0.1:PORT");
    table.check(Case { origin, ..GET }, 200);
    for line in ["GET /api/", "GET /api/system/health", "HEAD /api/"] {
        let open = Case {
            line,
            authorization: None,
            ..GET
        };
        table.check(open, 200);
        let host = Some("evil.example");
        table.check(Case { host, ..open }, 403);
    }
}

/// RFC 9457.
fn is_problem(answer: &Answer) {
    let kind = answer.header("content-type");
    assert_eq!(kind, Some("application/problem+json"), "{answer:?}");
    assert_eq!(answer.body["status"], answer.status, "{answer:?}");
    for field in ["type", "title", "detail", "code"] {
        assert!(answer.body[field].is_string(), "{answer:?}");
    }
    assert!(answer.body["errors"].is_array(), "{answer:?}");
    let asks = answer.header("www-authenticate").is_some();
    assert_eq!(asks, answer.status == 401, "{answer:?}");
}

#[test]
fn tasks_run_and_are_seen_to() {
    let place = Place::new();
    let serving = Serving::start(&place, &["--simulate", "2"]);
    let create = |target: &str| {
        let body = json!({
            "account_id": "anna",
            "target_username": target,
            "actions": ["view_profile", "follow_user"],
        });
        let made = serving.post("/api/tasks/create", &body);
        assert_eq!(
            (made.status, &made.body["status"]),
            (200, &json!("created"))
        );
        made.body["task_id"].as_str().unwrap().to_owned()
    };
    let tasks = ["bob", "carol", "dave"].map(create);
    let ended = wait_for("the tasks", PATIENCE, || {
        let all = tasks.each_ref().map(|task| {
            let path = format!("/api/tasks/{task}/status");
            serving.get(&path).body
        });
        let state = serving.get("/api/accounts/execution-states/anna").body;
        agree(&state["account_state"]);
        let done = all.iter().all(|it| it["status"] == "completed");
        done.then_some(all)
    });
    for (before, after) in ended.iter().zip(&ended[1..]) {
        let (end, start) = (&before["ended_at"], &after["started_at"]);
        assert!(end.as_str() <= start.as_str(), "{before} {after}");
    }
    for task in &ended {
        assert_eq!(task["account_id"], "anna");
        assert_eq!(task["progress"], json!({"done": 2, "total": 2}));
        assert_eq!(task["attempt"], 1);
        let once = json!({"success": 1});
        assert_eq!(task["result"], json!({"view": once, "follow": once}));
        assert_eq!(task["queue_position"], Value::Null);
        assert_eq!(task["waiting_on"], Value::Null);
    }
    let state = serving.get("/api/accounts/execution-states/anna").body;
    let state = &state["account_state"];
    assert_eq!(state["state"], "available");
    assert_eq!(state["simulated"], true);
    assert_eq!(state["total_tasks_completed"], 3);
    assert_eq!(state["last_completed_task"], *tasks[2]);
    assert_eq!(state["last_completed_at"], ended[2]["ended_at"]);
    let metrics = serving.get("/api/metrics/concurrency").body;
    let metrics = &metrics["concurrency_metrics"];
    assert_eq!(metrics["total_accounts_tracked"], 1);
    assert_eq!(metrics["total_tasks_queued_waiting"], 0);
    assert!(
        metrics["total_concurrency_blocks"].as_u64() >= Some(2),
        "{metrics}"
    );
    let health = serving.get("/api/system/health").body;
    assert_eq!(
        (&health["status"], &health["devices_ready"]),
        (&json!("healthy"), &json!(2))
    );
}

/// What one answer says of an account does not contradict itself.
fn agree(state: &Value) {
    let running = state["state"] == "running";
    for field in [
        "current_task_id",
        "current_device_id",
        "task_type",
        "started_at",
    ] {
        assert_eq!(state[field].is_string(), running, "{field} {state}");
    }
    assert_eq!(state["execution_duration"].is_number(), running, "{state}");
    let line = state["waiting_task_ids"].as_array().map(Vec::len);
    assert!(line.is_some(), "{state}");
    assert_eq!(state["waiting_tasks_count"], json!(line), "{state}");
}

#[test]
fn the_server_ends_when_told_and_comes_back_with_its_token_and_its_tasks() {
    let place = Place::new();
    let serving = Serving::start(&place, &["-vv", "--simulate", "2"]);
    let mode = fs::metadata(&serving.token_file)
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(serving.token.len(), 64);
    let body = json!({
        "account_id": "anna",
        "target_username": "bob",
        "not_before": "2099-01-01T00:00:00Z",
        "idempotency_key": "bob, once",
    });
    let made = serving.post("/api/tasks/create", &body).body;
    let wrong = Case {
        authorization: Some("Bearer TOKENx"),
        ..GET
    };
    assert_eq!(send(serving.address, &wrong.request(&serving)).status, 401);
    let token = serving.token.clone();
    let ((ended, told), took) = timed(|| serving.stop());
    assert_eq!(ended.code(), Some(0), "{told}");
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert!(
        !told.contains(&token),
        "the token is in what the program said"
    );
    assert_eq!(holders(&place.path("data"), &token), ["api-token"]);

    let serving = Serving::start(&place, &["--simulate", "2"]);
    assert_eq!(serving.token, token);
    let again = serving.post("/api/tasks/create", &body).body;
    assert_eq!(again["task_id"], made["task_id"]);
    let path = format!("/api/tasks/{}/status", made["task_id"].as_str().unwrap());
    let status = serving.get(&path).body;
    assert_eq!(status["waiting_on"]["code"], "scheduled", "{status}");
    assert_eq!(status["result"], Value::Null);
    assert_eq!(serving.stop().0.code(), Some(0));
}

/// The files below a directory that hold the text.
fn holders(dir: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holders(&path, text));
        } else if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            if bytes.windows(text.len()).any(|it| it == text.as_bytes()) {
                found.push(path.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
    }
    found
}
