//! A million outcomes exported over HTTP while tasks run on four simulated phones: what that costs
//! the run, and how much memory it takes.
//!
//! In turn: a few tasks with such an export going on beside them from the first one, as fast as the
//! client takes it, and as many without. Every export is taken to its end.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot be set up has no figure"
)]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};
use signalbox_measure::{Goal, MIB, Process, Row, Spread, Stopwatch, in_turn};
use signalbox_tests::clock::wait_for;
use signalbox_tests::place::Place;
use signalbox_tests::serving::Serving;

/// Outcomes in the data set.
const ROWS: u64 = 1_000_000;
/// Simulated phones, with an account on each.
const PHONES: u64 = 4;
/// Tasks of each account in one measurement.
const TASKS: u64 = 6;
/// Measurements of either kind.
const RUNS: usize = 5;
/// Longer than one of them takes.
const PATIENCE: Duration = Duration::from_secs(300);

fn main() {
    let place = Place::new();
    let serving = serve(&place);
    let first = run(&serving);
    assert!(first > 0.0);
    let (status, said) = serving.stop();
    assert!(status.success(), "{said}");
    fill(&place);

    let serving = serve(&place);
    run(&serving);
    let engine = Process::of(serving.process());
    let before = engine.peak_bytes().unwrap();
    let pairs = in_turn(
        RUNS,
        || {
            let export = exporting(&serving);
            let figure = run(&serving);
            let rows = export.join().unwrap();
            assert!(rows > ROWS, "only {rows} rows were exported");
            figure
        },
        || run(&serving),
    );
    Row::new(
        "tasks while 1,000,000 outcomes are exported",
        "tasks/s",
        pairs.ours(),
    )
    .beside("the same tasks alone", pairs.other())
    .ratio(pairs.ratio())
    .goal(Goal::RatioAtLeast(0.9))
    .print();
    let more = engine.peak_bytes().unwrap().saturating_sub(before) as f64 / MIB;
    Row::new(
        "memory of the engine, more by those exports",
        "MiB",
        Spread::of(vec![more]),
    )
    .goal(Goal::AtMost(16.0))
    .print();
}

fn serve(place: &Place) -> Serving {
    let phones = PHONES.to_string();
    let serving = Serving::start(place, &["--simulate", &phones]);
    wait_for("phones that can work", PATIENCE, || {
        let ready = serving.get("/api/system/health").body["devices_ready"].as_u64();
        (ready == Some(PHONES)).then_some(())
    });
    serving
}

fn completed(serving: &Serving) -> u64 {
    let told = serving.get("/api/dashboard/stats").body;
    let stats = &told["system_stats"];
    stats["total_tasks_completed"].as_u64().unwrap()
}

/// Tasks a second, from the first that is accepted to the end of the last.
fn run(serving: &Serving) -> f64 {
    let before = completed(serving);
    let watch = Stopwatch::start();
    for no in 0..TASKS * PHONES {
        let task: Value = json!({
            "account_id": format!("a{}", no % PHONES),
            "target_username": format!("somebody{no}"),
            "actions": ["search_user", "view_profile"],
        });
        let made = serving.post("/api/tasks/create", &task);
        assert_eq!(made.status, 200, "{}", made.body);
    }
    let all = before + TASKS * PHONES;
    wait_for("the end of the last task", PATIENCE, || {
        (completed(serving) == all).then_some(())
    });
    (TASKS * PHONES) as f64 / watch.elapsed().as_secs_f64()
}

/// As an engine would have left them, filed and counted.
fn fill(place: &Place) {
    let connection = rusqlite::Connection::open(place.path("data/signalbox.db")).unwrap();
    connection
        .execute_batch(&format!(
            "BEGIN;
             WITH RECURSIVE n(no) AS (SELECT 1 UNION ALL SELECT no + 1 FROM n WHERE no < {ROWS})
             INSERT INTO interactions (task_id, attempt_no, step, account_no, phone_no, list_no,
                rehearsal, target, action, status, reason, latency_ms, at, ts, filed)
             SELECT CAST(printf('%016d', no / 4) AS BLOB), 1000000 + no / 4, no % 4, no % {PHONES},
                no % {PHONES}, NULL, 0, printf('target.%d', no % 300000), 'like', 'success', '',
                no % 9000, 1, 1795000000000 + no, 1 FROM n;
             INSERT INTO filing (rehearsal, action, status, rows, upto)
             VALUES (0, 'like', 'success', {ROWS}, (SELECT max(seq) FROM interactions))
             ON CONFLICT (rehearsal, action, status)
             DO UPDATE SET rows = rows + excluded.rows, upto = excluded.upto;
             COMMIT;"
        ))
        .unwrap();
}

/// Takes an export to its end, and counts its lines.
fn exporting(serving: &Serving) -> JoinHandle<u64> {
    let (address, token) = (serving.address, serving.token.clone());
    std::thread::spawn(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        let request = format!(
            "GET /api/interactions/export HTTP/1.1\r\nHost: {address}\r\n\
             Authorization: Bearer {token}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let (mut piece, mut rows) = (vec![0; 1 << 16], 0);
        loop {
            let taken = stream.read(&mut piece).unwrap();
            if taken == 0 {
                return rows;
            }
            let lines = piece[..taken].iter().filter(|byte| **byte == b'\n');
            rows += lines.count() as u64;
        }
    })
}
