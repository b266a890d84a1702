//! The report of a day over HTTP: its forms, and what is refused.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::Bench;
use crate::store::World;

async fn download(bench: &Bench, query: &str) -> String {
    let header = bench.header(&format!("GET /api/reports/day{query}"));
    let mut stream = bench.connect().await;
    let request = header + "Connection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut told = Vec::new();
    stream.read_to_end(&mut told).await.unwrap();
    String::from_utf8(told).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_told_as_a_sheet_and_as_json() {
    let bench = Bench::new(World::Simulated).await;
    let sheet = download(&bench, "?date=2026-11-23").await;
    assert!(sheet.contains("\r\ncontent-type: text/csv\r\n"), "{sheet}");
    let named = "\r\ncontent-disposition: attachment; filename=day_export.csv\r\n";
    assert!(sheet.contains(named), "{sheet}");
    assert!(
        sheet.contains("date,scope,id,name,tasks_completed,"),
        "{sheet}"
    );
    assert!(sheet.contains("2026-11-23,all,,,0,0,0,0,0,"), "{sheet}");
    let json = download(&bench, "?format=json").await;
    assert!(
        json.contains("\r\ncontent-type: application/json\r\n"),
        "{json}"
    );
    assert!(json.contains("\"rows\":[{\"scope\":\"all\""), "{json}");
    for (query, name) in [
        ("date=", "date"),
        ("date=today", "date"),
        ("date=2026-02-30", "date"),
        ("date=2026-11-23T00:00:00Z", "date"),
        ("date=1999-12-31", "date"),
        ("date=%00", "date"),
        ("date=2026-11-23&date=2026-11-24", "date"),
        ("account=x", "account"),
        ("guard=maybe", "guard"),
    ] {
        let answer = bench.get(&format!("/api/reports/day?{query}")).await;
        answer.is_problem(422, "bad_fields");
        assert_eq!(answer.body["errors"][0]["parameter"], name, "{query}");
    }
    let answer = bench.get("/api/reports/day?format=pdf").await;
    answer.is_problem(400, "bad_format");
    bench.engine.shutdown().await;
}
