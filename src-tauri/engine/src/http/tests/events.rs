//! The change feed over HTTP.

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::Bench;
use crate::store::World;

/// An open stream of events.
struct Stream(BufReader<TcpStream>);

/// One event.
#[derive(Debug)]
struct Event {
    id: i64,
    name: String,
    data: Value,
}

impl Stream {
    async fn open(bench: &Bench, seen: Option<&str>) -> Self {
        let seen = seen.map_or(String::new(), |id| format!("Last-Event-ID: {id}\r\n"));
        let request = bench.header("GET /api/events") + &seen + "\r\n";
        let mut stream = bench.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut stream = Self(BufReader::new(stream));
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(stream.0.read_line(&mut head).await.unwrap() > 0, "{head}");
        }
        let head = head.to_ascii_lowercase();
        assert!(
            head.contains("content-type: text/event-stream\r\n"),
            "{head}"
        );
        assert!(head.starts_with("http/1.1 200"), "{head}");
        stream
    }

    /// The next event; `None` at the end of the stream.
    async fn next(&mut self) -> Option<Event> {
        let mut event = Event {
            id: 0,
            name: String::new(),
            data: Value::Null,
        };
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).await.unwrap_or(0) == 0 {
                return None;
            }
            // Lines of the chunks' sizes stand between, and mean nothing here.
            match line.trim_end().split_once(": ") {
                Some(("id", id)) => event.id = id.parse().unwrap(),
                Some(("event", name)) => name.clone_into(&mut event.name),
                Some(("data", data)) => event.data = serde_json::from_str(data).unwrap(),
                _ if !event.data.is_null() => return Some(event),
                _ => {}
            }
        }
    }
}

fn create(account: &str) -> String {
    format!(r#"{{"account_id": "{account}", "target_username": "somebody"}}"#)
}

/// Ids of the accounts in an event.
fn accounts(entities: &Value) -> Vec<&str> {
    let accounts = entities["accounts"].as_array().unwrap();
    accounts
        .iter()
        .map(|it| it["account_id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_stream_begins_with_a_snapshot_and_tells_each_change() {
    let bench = Bench::new(World::Simulated).await;
    let mut stream = Stream::open(&bench, None).await;
    let first = stream.next().await.unwrap();
    assert_eq!(first.name, "snapshot");
    assert_eq!(first.data["rev"], first.id);
    assert_eq!(first.data["engine"]["metrics"]["total_accounts_tracked"], 0);
    assert_eq!(first.data["engine"]["damage"], Value::Null);

    assert_eq!(bench.create(&create("a")).await.status, 200);
    let change = stream.next().await.unwrap();
    assert_eq!(change.name, "change");
    assert_eq!(change.data["since"], first.id);
    assert_eq!(change.data["rev"], change.id);
    assert!(change.id > first.id);
    assert_eq!(accounts(&change.data["upserts"]), ["a"]);
    assert_eq!(
        change.data["upserts"]["accounts"][0]["waiting_tasks_count"],
        1
    );

    let commands = bench.engine.commands();
    commands.pause().await.unwrap();
    let paused = stream.next().await.unwrap();
    assert_eq!(paused.data["since"], change.id);
    assert_eq!(paused.data["engine"]["paused"], true);
    assert_eq!(accounts(&paused.data["upserts"]), [""; 0]);
}

#[tokio::test]
async fn a_change_is_told_also_when_a_heartbeat_came_between() {
    let bench = Bench::new(World::Simulated).await;
    let (_, mut changes) = bench.engine.commands().subscribe().await.unwrap();
    assert_eq!(bench.create(&create("a")).await.status, 200);
    // What a heartbeat does: the call is given up after it heard of the change and before it told.
    let given_up = tokio::time::timeout(Duration::from_millis(20), changes.next()).await;
    assert!(
        given_up.is_err(),
        "changes are gathered for longer than that"
    );
    let told = tokio::time::timeout(Duration::from_secs(5), changes.next()).await;
    assert!(told.unwrap().is_some());
}

#[tokio::test]
async fn who_was_cut_off_goes_on_without_a_gap_and_else_begins_anew() {
    let bench = Bench::new(World::Simulated).await;
    let mut stream = Stream::open(&bench, None).await;
    let first = stream.next().await.unwrap().id;
    bench.create(&create("a")).await;
    let seen = stream.next().await.unwrap().id;
    drop(stream);
    bench.create(&create("b")).await;

    // What has the same revision is told twice rather than never.
    let after = |seen: i64| {
        let bench = &bench;
        async move {
            let mut stream = Stream::open(bench, Some(&seen.to_string())).await;
            stream.next().await.unwrap()
        }
    };
    let missed = after(seen).await;
    assert_eq!(
        (missed.name.as_str(), &missed.data["since"]),
        ("change", &seen.into())
    );
    assert!(
        accounts(&missed.data["upserts"]).contains(&"b"),
        "{missed:?}"
    );
    let missed = after(first).await;
    assert_eq!(accounts(&missed.data["upserts"]), ["a", "b"]);
    let unknown = after(missed.id + 1).await;
    assert_eq!(unknown.name, "snapshot");
    assert_eq!(accounts(&unknown.data), ["a", "b"]);
    let mut garbage = Stream::open(&bench, Some("x")).await;
    assert_eq!(garbage.next().await.unwrap().name, "snapshot");
}

#[tokio::test]
async fn a_stream_ends_with_the_server_and_not_later() {
    let bench = Bench::new(World::Simulated).await;
    let mut stream = Stream::open(&bench, None).await;
    stream.next().await.unwrap();
    let began = tokio::time::Instant::now();
    bench.server.shutdown().await;
    assert!(stream.next().await.is_none());
    // Answers under way have two seconds; a stream has none.
    assert!(began.elapsed() < std::time::Duration::from_secs(1));
}
