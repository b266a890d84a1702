//! Outcomes over HTTP: what is found, what an export is sent as, and what is refused.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::Bench;
use crate::store::World;

/// Outcomes as an engine would have left them: of one account, one task to four outcomes. Only an
/// engine that waits for nothing leaves a second connection time to write.
fn record(bench: &Bench, rows: u32) {
    let database = bench.engine.data_dir().database();
    let connection = rusqlite::Connection::open(database).unwrap();
    connection
        .execute_batch(&format!(
            "INSERT INTO phones (no, udid) VALUES (0, '00008030-5100000000000001');
             INSERT INTO lists (no, list_id, name, hash, rehearsal, tasks, who, ts) VALUES
                (0, x'019abcde000070008000000000000001', 'l', x'00', 0, 1, 'cli', 1);
             WITH RECURSIVE n(no) AS (SELECT 0 UNION ALL SELECT no + 1 FROM n WHERE no + 1 < {rows})
             INSERT INTO interactions (task_id, attempt_no, step, account_no, phone_no, list_no,
                rehearsal, target, action, status, reason, latency_ms, at, ts)
             SELECT CAST(printf('%016d', no / 4) AS BLOB), no / 4, no % 4, 0, 0,
                iif(no % 2, 0, NULL), 0, iif(no % 3, 'Garden', '=cmd|A0'),
                iif(no % 4, 'like', 'follow'), iif(no % 5, 'success', 'failed'), '', no, no,
                1795000000000 + no FROM n"
        ))
        .unwrap();
}

async fn bench(rows: u32) -> Bench {
    let bench = Bench::new(World::Simulated).await;
    let made = bench
        .create(r#"{"account_id": "anna", "target_username": "x"}"#)
        .await;
    assert_eq!(made.status, 200, "{made:?}");
    record(&bench, rows);
    bench
}

/// The whole answer: its header and the bytes of its body, chunks put together.
async fn download(bench: &Bench, path: &str) -> (String, Vec<u8>) {
    let header = bench.header(&format!("GET {path}"));
    let mut stream = bench.connect().await;
    let request = header + "Connection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut all = Vec::new();
    stream.read_to_end(&mut all).await.unwrap();
    let at = all.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(all[..at].to_vec()).unwrap();
    let (mut rest, mut body) = (&all[at + 4..], Vec::new());
    loop {
        let line = rest.windows(2).position(|it| it == b"\r\n").unwrap();
        let length = std::str::from_utf8(&rest[..line]).unwrap();
        let length = usize::from_str_radix(length, 16).unwrap();
        if length == 0 {
            return (head.to_ascii_lowercase(), body);
        }
        body.extend_from_slice(&rest[line + 2..line + 2 + length]);
        rest = &rest[line + 4 + length..];
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_found_page_by_page() {
    let bench = bench(60).await;
    let check = async |query: &str, count: usize, total: u64| {
        let answer = bench
            .get(&format!("/api/interactions/events?total=true&{query}"))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.body["count"], count, "{query}");
        assert_eq!(answer.body["total"], total, "{query}");
        assert_eq!(
            answer.body["events"].as_array().unwrap().len(),
            count,
            "{query}"
        );
    };
    check("", 60, 60).await;
    check("limit=7", 7, 60).await;
    check("limit=7&skip=58", 2, 60).await;
    check("account_id=anna", 60, 60).await;
    check("account_id=nobody", 0, 0).await;
    check("target_username=@gARDEN", 40, 40).await;
    check("action=follow", 15, 15).await;
    check("status=failed&action=like", 9, 9).await;
    check("device=00008030-5100000000000001", 60, 60).await;
    check("device=00008030-5100000000000002", 0, 0).await;
    check("list=019abcde-0000-7000-8000-000000000001", 30, 30).await;
    check("list=019abcde-0000-7000-8000-000000000002", 0, 0).await;
    check("from_date=2026-11-18T11:06:40.050Z", 10, 10).await;
    check("to_date=2026-11-18T11:06:40.009Z", 10, 10).await;
    check("rehearsal=true", 0, 0).await;

    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/interactions/events?limit=25{cursor}");
        let answer = bench.get(&path).await;
        let events = answer.body["events"].as_array().unwrap();
        seen.extend(events.iter().map(|it| it["latency_ms"].as_u64().unwrap()));
        match &answer.body["next_cursor"] {
            Value::String(next) => cursor = format!("&cursor={next}"),
            end => break assert!(end.is_null()),
        }
    }
    assert_eq!(seen, (0..60).rev().collect::<Vec<u64>>());

    let newest = bench.get("/api/interactions/events?limit=1").await;
    assert_eq!(
        newest.body["events"][0],
        json!({
            "platform": "instagram", "account_id": "anna", "target_username": "Garden",
            "action": "like", "status": "success", "reason": "", "latency_ms": 59,
            "task_id": "30303030-3030-3030-3030-303030303134",
            "device_id": "00008030-5100000000000001", "ts": "2026-11-18T11:06:40.059Z",
        })
    );
    bench.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_latest_of_an_action_says_until_when_it_is_not_done_again() {
    let bench = bench(60).await;
    let path = "/api/interactions/latest?account_id=anna&username=garden&action=follow";
    let answer = bench.get(path).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        answer.body["interaction"],
        json!({
            "account_id": "anna", "target_username": "Garden", "action": "follow",
            "last_status": "success", "last_ts": "2026-11-18T11:06:40.056Z", "expires_at": null,
        })
    );
    let connection = rusqlite::Connection::open(bench.engine.data_dir().database()).unwrap();
    let done =
        "INSERT INTO intents (attempt_no, step, task_id, account_no, act, target_key, at, ts,
                done) VALUES (1, 0, x'00', 0, 'follow', 'garden', 1, ?1, 1)";
    connection.execute(done, [4_000_000_000_000_i64]).unwrap();
    let answer = bench.get(path).await;
    assert_eq!(
        answer.body["interaction"]["expires_at"],
        "2096-11-01T07:06:40.000Z"
    );
    let answer = bench
        .get("/api/interactions/latest?account_id=anna&username=b&action=view")
        .await;
    assert_eq!(answer.body, json!({ "success": true, "interaction": null }));
    bench.engine.shutdown().await;
}

/// An id names the account that has it now or, while none has, the last that had it.
#[tokio::test(flavor = "multi_thread")]
async fn the_latest_of_an_id_that_came_back_is_of_the_account_that_has_it_now() {
    let bench = Bench::new(World::Simulated).await;
    let add = async |handle: &str| {
        let body = json!({ "account_id": "anna", "handle": handle }).to_string();
        let added = bench.post("/api/accounts", &body).await;
        assert_eq!(added.status, 200, "{added:?}");
    };
    let remove = async || {
        let gone = bench.ask("DELETE", "/api/accounts/anna", "").await;
        assert_eq!(gone.status, 200, "{gone:?}");
    };
    let connection = rusqlite::Connection::open(bench.engine.data_dir().database()).unwrap();
    let act = |account: i64, target: &str, ts: i64| {
        let sql = "INSERT INTO intents (attempt_no, step, task_id, account_no, act, target_key, at,
                   ts, done) VALUES (?1, 0, zeroblob(16), ?1, 'follow', ?2, 1, ?3, 1)";
        connection.execute(sql, (account, target, ts)).unwrap();
        let sql = "INSERT INTO interactions (task_id, attempt_no, step, account_no, phone_no,
                   rehearsal, target, action, status, reason, latency_ms, at, ts)
                   VALUES (zeroblob(16), ?1, 0, ?1, 0, 0, ?2, 'follow', 'success', '', 1, 1, ?3)";
        connection.execute(sql, (account, target, ts)).unwrap();
    };
    // An import counts once it is whole.
    let imported = |seq: i64, account: i64, target: &str, ts: i64| {
        let sql = "INSERT INTO imported VALUES
                   (?1, ?2, ?3, ?3, 'follow', 'success', '', '', 1, 1, ?4)";
        connection.execute(sql, (seq, account, target, ts)).unwrap();
        let sql = "INSERT INTO imports (name, rows, upto, who, ts) VALUES ('old', 1, ?1, 'cli', 1)";
        connection.execute(sql, [seq]).unwrap();
    };
    let latest = async |target: &str| {
        let path = "/api/interactions/latest?account_id=anna&action=follow&username=";
        let answer = bench.get(&format!("{path}{target}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let it = &answer.body["interaction"];
        (it["last_ts"].clone(), it["expires_at"].clone())
    };
    let (first, second) = (4_000_000_000_000, 4_000_086_400_000);
    // Not again for thirty days.
    let at = |day: &str| json!(format!("2096-{day}T07:06:40.000Z"));
    let of_first = (at("10-02"), at("11-01"));
    let of_second = (at("10-03"), at("11-02"));
    connection
        .execute("INSERT INTO phones (no, udid) VALUES (0, 'p')", [])
        .unwrap();
    add("anna.one").await;
    act(0, "garden", first);
    imported(-9, 0, "gallery", first);
    for target in ["garden", "gallery"] {
        assert_eq!(latest(target).await, of_first, "{target}");
    }
    remove().await;
    assert_eq!(latest("garden").await, of_first, "the last that had it");
    assert_eq!(latest("gallery").await, of_first, "the last that had it");
    add("anna.two").await;
    let nothing = (Value::Null, Value::Null);
    assert_eq!(latest("garden").await, nothing, "it did nothing so far");
    assert_eq!(latest("gallery").await, nothing);
    act(1, "garden", second);
    imported(-8, 1, "gallery", second);
    assert_eq!(latest("garden").await, of_second);
    assert_eq!(latest("gallery").await, of_second);
    remove().await;
    assert_eq!(latest("garden").await, of_second);
    bench.engine.shutdown().await;
}

/// The system that was replaced sent CSV as `application/json`, and cut it at 10,000 rows.
#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_whole_and_has_its_own_content_type() {
    let bench = bench(25_000).await;
    let (head, body) = download(&bench, "/api/interactions/export?format=csv").await;
    assert!(head.contains("content-type: text/csv\r\n"), "{head}");
    let disposition = "content-disposition: attachment; filename=interactions_export.csv\r\n";
    assert!(head.contains(disposition), "{head}");
    let text = String::from_utf8(body).unwrap();
    assert_eq!(text.matches("\r\n").count(), 25_001);
    let first = text.lines().next().unwrap();
    let columns = "platform,account_id,target_username,action,status,reason,task_id,device_id,\
                   latency_ms,ts";
    assert_eq!(first, columns);
    assert!(text.contains(",'=cmd|A0,"));

    let (_, off) = download(&bench, "/api/interactions/export?guard=off&status=failed").await;
    let off = String::from_utf8(off).unwrap();
    assert_eq!(off.matches("\r\n").count(), 5_001);
    assert!(off.contains(",=cmd|A0,"));

    let path =
        "/api/interactions/export?format=json&action=follow&to_date=2026-11-18T11:06:40.999Z";
    let (head, body) = download(&bench, path).await;
    assert!(
        head.contains("content-type: application/json\r\n"),
        "{head}"
    );
    let told: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(told["total_events"], 250);
    assert_eq!(told["events"].as_array().unwrap().len(), 250);
    let filters = json!({
        "action": "follow", "rehearsal": false, "to_date": "2026-11-18T11:06:40.999Z",
    });
    assert_eq!(told["filters"], filters);
    bench.engine.shutdown().await;
}

/// More clients than exports at a time go away in the middle; the next one is served.
#[tokio::test(flavor = "multi_thread")]
async fn clients_that_go_away_cost_nothing() {
    let bench = bench(60_000).await;
    let request = bench.header("GET /api/interactions/export?format=json") + "\r\n";
    for _ in 0..5 {
        let mut stream = bench.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut first = [0; 1_000];
        stream.read_exact(&mut first).await.unwrap();
    }
    let (_, body) = download(&bench, "/api/interactions/export").await;
    assert_eq!(body.iter().filter(|it| **it == b'\n').count(), 60_001);
    bench.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_parameters_are_named() {
    let bench = bench(4).await;
    let long = "x".repeat(65);
    let cases = [
        ("account_id=x'%20OR%20'1'='1", "account_id"),
        ("account_id=", "account_id"),
        ("account_id=a%00b", "account_id"),
        ("account_id=..%2f..%2fetc", "account_id"),
        (&format!("account_id={long}"), "account_id"),
        ("account_id=a&account_id=b", "account_id"),
        ("target_username=a%0d%0ab", "target_username"),
        ("target_username=%25", "target_username"),
        ("action=unfollow", "action"),
        ("action=follow;DROP%20TABLE%20interactions", "action"),
        ("status=done", "status"),
        ("device=..%2F", "device"),
        ("from_date=yesterday", "from_date"),
        ("from_date=2026-11-18", "from_date"),
        ("to_date=2026-02-30T00:00:00Z", "to_date"),
        ("task_id=1", "task_id"),
        ("task_id=019ABCDE-0000-7000-8000-000000000001", "task_id"),
        ("list=%00", "list"),
        ("rehearsal=yes", "rehearsal"),
        ("nonsense=1", "nonsense"),
    ];
    for (query, name) in cases {
        for path in ["events", "export"] {
            let answer = bench
                .get(&format!("/api/interactions/{path}?{query}"))
                .await;
            answer.is_problem(422, "bad_fields");
            assert_eq!(answer.body["errors"][0]["parameter"], name, "{query}");
        }
    }
    for (query, name) in [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=ten", "limit"),
        ("skip=-1", "skip"),
        ("cursor=1", "cursor"),
        ("cursor=1.2.3", "cursor"),
        ("cursor=9999999999999999999.1", "cursor"),
        ("format=csv", "format"),
    ] {
        let answer = bench
            .get(&format!("/api/interactions/events?{query}"))
            .await;
        answer.is_problem(422, "bad_fields");
        assert_eq!(answer.body["errors"][0]["parameter"], name, "{query}");
    }
    for query in [
        "format=xml",
        "format=",
        "format=CSV",
        "format=csv&format=xlsx",
    ] {
        let answer = bench
            .get(&format!("/api/interactions/export?{query}"))
            .await;
        answer.is_problem(400, "bad_format");
    }
    for query in ["guard=maybe", "limit=1"] {
        let answer = bench
            .get(&format!("/api/interactions/export?{query}"))
            .await;
        answer.is_problem(422, "bad_fields");
    }
    bench.engine.shutdown().await;
}
