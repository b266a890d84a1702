//! The sums of a day's report against a recount of the rows.

use rusqlite::params;
use serde_json::Value;

use super::*;
use crate::commands::ImportFiles;
use crate::commands::tests::{Bench, rows as tasks_csv};
use crate::export::day_columns;
use crate::list_file::Flows;

/// The whole of an export.
async fn taken(export: Result<Export, CommandError>) -> Vec<u8> {
    let mut export = export.unwrap();
    let mut whole = Vec::new();
    while let Some(piece) = std::future::poll_fn(|cx| export.poll_piece(cx)).await {
        whole.extend(piece.unwrap());
    }
    whole
}

/// SplitMix64.
fn random(seed: &mut u64, end: u64) -> i64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*seed ^ (*seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) % end).cast_signed()
}

const ACTIONS: [&str; 4] = ["follow", "like", "comment", "view"];
const STATUSES: [&str; 5] = ["success", "failed", "dedupe_hit", "unknown", "skipped"];
const ENDS: [&str; 4] = ["completed", "failed", "cancelled", "interrupted"];
const ENDINGS: [&str; 3] = ["completed", "rate_limited", "challenge"];

/// Accounts `a` and `=b`, two lists, and rows of tasks, attempts and outcomes around a day, as an
/// engine would have left them.
async fn bench(from: i64, to: i64) -> Bench {
    let bench = Bench::new().await;
    for name in ["=one", "two"] {
        let files = ImportFiles {
            accounts: Some(b"account_id,handle,device_udid\na,aa,\nb,bb,\n".to_vec()),
            tasks: tasks_csv(&["a,instagram,x,view_profile", "b,instagram,y,view_profile"]),
            name: name.to_owned(),
            rehearsal: false,
            flows: Flows::new(),
        };
        bench.engine.commands().import(files).await.unwrap();
    }
    let path = bench.engine.data_dir().database();
    let connection = Connection::open(path).unwrap();
    connection
        .execute("INSERT INTO phones (no, udid) VALUES (0, 'p')", [])
        .unwrap();
    let mut seed = 7;
    // A third of it lies before the day, a third behind it, and some exactly at its borders.
    let length = to - from;
    let times = [from - 1, from, to - 1, to];
    for no in 100..400_i64 {
        let task = u128::from(no.unsigned_abs()).to_be_bytes();
        let account = random(&mut seed, 2);
        let list = Some(random(&mut seed, 3)).filter(|list| *list < 2);
        let rehearsal = no % 13 == 0;
        let ended = match no % 7 {
            0 => times[usize::try_from(random(&mut seed, 4)).unwrap()],
            _ => from - length + random(&mut seed, length.unsigned_abs() * 3),
        };
        let end = ENDS[usize::try_from(no % 4).unwrap()];
        connection
            .execute(
                "INSERT INTO tasks (task_id, account_no, list_no, kind, target, target_key, actions,
                 max_likes, max_follows, priority, rehearsal, status, created_ts, ended_ts)
                 VALUES (?1, ?2, ?3, 'instagram', 't', 't', '', 1, 1, 'normal', ?4, ?5, 1, ?6)",
                params![task, account, list, rehearsal, end, ended],
            )
            .unwrap();
        let ending = ENDINGS[usize::try_from(no % 3).unwrap()];
        connection
            .execute(
                "INSERT INTO attempts (no, task_id, account_no, phone_no, started_ts, ended_ts,
                 ending) VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6)",
                params![
                    no,
                    task,
                    account,
                    ended - random(&mut seed, 90_000),
                    ended,
                    ending
                ],
            )
            .unwrap();
        let action = ACTIONS[usize::try_from(random(&mut seed, 4)).unwrap()];
        let status = STATUSES[usize::try_from(random(&mut seed, 5)).unwrap()];
        connection
            .execute(
                "INSERT INTO interactions (task_id, attempt_no, step, account_no, phone_no, list_no,
                 rehearsal, target, action, status, reason, latency_ms, at, ts)
                 VALUES (?1, ?2, 0, ?3, 0, ?4, ?5, 't', ?6, ?7,
                 iif(?2 % 2 = 0, 'no_change', ''), 1, 1, ?8)",
                params![task, no, account, list, rehearsal, action, status, ended],
            )
            .unwrap();
    }
    // Half of it is filed.
    crate::store::filing::file(&connection, 150).unwrap();
    bench
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value}"))
}

/// Counts the rows of one scope one by one.
fn recounted(connection: &Connection, row: &Value, (from, to): (i64, i64)) {
    let id = row["id"].as_str().unwrap();
    let of = match row["scope"].as_str().unwrap() {
        "all" => "1".to_owned(),
        "account" => format!("account_no = {}", i32::from(id == "b")),
        _ => format!(
            "list_no = (SELECT no FROM lists WHERE list_id = x'{}')",
            id.replace('-', "")
        ),
    };
    let one = |sql: &str| -> i64 {
        let sql = sql.replace("{of}", &of);
        connection.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    let day = |column: &str| format!("{column} >= {from} AND {column} < {to} AND rehearsal = 0");
    for end in ENDS {
        let sql = format!(
            "SELECT count(*) FROM tasks WHERE {{of}} AND status = '{end}' AND {}",
            day("ended_ts")
        );
        assert_eq!(number(&row["tasks"][end]), one(&sql), "{end} of {row}");
    }
    let waiting = "SELECT count(*) FROM tasks WHERE {of} AND status = 'queued'";
    assert_eq!(number(&row["tasks"]["waiting"]), one(waiting));
    for action in ACTIONS {
        for status in STATUSES {
            let sql = format!(
                "SELECT count(*) FROM interactions WHERE {{of}} AND action = '{action}'
                 AND status = '{status}' AND {}",
                day("ts")
            );
            let told = row["acts"][action].get(status).map_or(0, number);
            assert_eq!(told, one(&sql), "{action} {status} of {row}");
        }
    }
    for (field, status) in [("unknown", "unknown"), ("dedupe_hits", "dedupe_hit")] {
        let sql = format!(
            "SELECT count(*) FROM interactions WHERE {{of}} AND status = '{status}' AND {}",
            day("ts")
        );
        assert_eq!(number(&row[field]), one(&sql), "{field} of {row}");
    }
    for status in STATUSES {
        let sql = format!(
            "SELECT count(*) FROM interactions WHERE {{of}} AND reason = 'no_change'
             AND status = '{status}' AND status <> 'success' AND {}",
            day("ts")
        );
        let told = row["reasons"][status].get("no_change").map_or(0, number);
        assert_eq!(told, one(&sql), "why {status}, of {row}");
    }
    let with_tasks = "FROM (SELECT a.*, t.list_no, t.rehearsal FROM attempts a
                      JOIN tasks t ON t.task_id = a.task_id) WHERE {of}";
    for (field, ending) in [("rests", "rate_limited"), ("challenges", "challenge")] {
        let day = day("ended_ts");
        let sql = format!("SELECT count(*) {with_tasks} AND ending = '{ending}' AND {day}");
        assert_eq!(number(&row[field]), one(&sql), "{field} of {row}");
    }
    // Minute by minute would be the same: each attempt's part of the day.
    let sql = format!(
        "SELECT coalesce(sum(min(ended_ts, {to}) - max(started_ts, {from})), 0) {with_tasks}
         AND rehearsal = 0 AND ended_ts > {from} AND started_ts < {to}"
    );
    assert_eq!(number(&row["worked_ms"]), one(&sql), "worked, of {row}");
}

#[tokio::test]
async fn the_sums_of_a_day_are_those_of_a_recount() {
    let clock = crate::clock::Clock::new();
    let date = clock.today();
    let (from, to) = clock.day(&date).unwrap();
    let bench = bench(from, to).await;
    let commands = bench.engine.commands();
    commands.suspend("b".to_owned(), "tests").await.unwrap();
    let whole = taken(commands.day_report(None, Format::Json).await).await;
    let told: Value = serde_json::from_slice(&whole).unwrap();
    assert_eq!(told["date"], date);
    let rows = told["rows"].as_array().unwrap();
    let scopes: Vec<_> = rows
        .iter()
        .map(|row| row["scope"].as_str().unwrap())
        .collect();
    assert_eq!(scopes, ["all", "account", "account", "list", "list"]);
    let connection = Connection::open(bench.engine.data_dir().database()).unwrap();
    for row in rows {
        recounted(&connection, row, (from, to));
    }
    let suspended: Vec<_> = rows.iter().map(|row| row["suspensions"].as_i64()).collect();
    assert_eq!(suspended, [Some(1), Some(0), Some(1), None, None]);
    assert_eq!(rows[1]["ceilings"]["follow"], 50);

    // The sheet says the same, and a spreadsheet runs nothing of it.
    let sheet = taken(commands.day_report(None, Format::Csv { guard: true }).await).await;
    let mut sheet = csv::Reader::from_reader(sheet.as_slice());
    assert_eq!(
        sheet.headers().unwrap().iter().collect::<Vec<_>>(),
        day_columns()
    );
    let place = |name: &str| day_columns().iter().position(|it| it == name).unwrap();
    for (row, told) in sheet.records().zip(rows) {
        let row = row.unwrap();
        assert_eq!(&row[place("scope")], told["scope"].as_str().unwrap());
        let completed = number(&told["tasks"]["completed"]).to_string();
        assert_eq!(&row[place("tasks_completed")], completed);
        let likes = told["acts"]["like"].get("success").map_or(0, number);
        assert_eq!(&row[place("like_success")], likes.to_string());
        assert!(!row[place("name")].starts_with('='), "{row:?}");
        let skipped = told["reasons"]["skipped"]
            .get("no_change")
            .map_or(0, number);
        let why = format!("skipped no_change {skipped}");
        assert_eq!(row[place("reasons")].contains(&why), skipped > 0, "{row:?}");
    }
    let none = commands
        .day_report(Some("2026-02-30".to_owned()), Format::Json)
        .await;
    assert_eq!(none.unwrap_err().code, "bad_date");
    bench.engine.shutdown().await;
}
