//! Pictures of screens over HTTP: whole, by the token or by a ticket for one use, and no others.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::Bench;
use crate::clock::Clock;
use crate::screenshots::Screenshots;
use crate::store::World;

async fn fetched(bench: &Bench, header: String) -> Vec<u8> {
    let mut stream = bench.connect().await;
    let request = format!("{header}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut told = Vec::new();
    stream.read_to_end(&mut told).await.unwrap();
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_told_whole_and_only_to_those_who_may_see_it() {
    let bench = Bench::new(World::Simulated).await;
    let png = b"\x89PNG\r\n\x1a\n and more\0".to_vec();
    let kept = Screenshots::of(bench.engine.data_dir().screenshots());
    let now = Clock::new().read().wall_ms;
    let id = kept.keep(&png, now).unwrap().unwrap();
    let path = format!("/api/screenshots/{id}");
    let is_whole = |told: &[u8]| {
        let head = String::from_utf8_lossy(told).to_ascii_lowercase();
        head.starts_with("http/1.1 200")
            && head.contains("\r\ncontent-type: image/png\r\n")
            && told.ends_with(&png)
    };
    let told = fetched(&bench, bench.header(&format!("GET {path}"))).await;
    assert!(is_whole(&told), "{}", String::from_utf8_lossy(&told));
    let asked = format!(r#"{{"path": "{path}"}}"#);
    let ticket = bench.post("/api/tickets", &asked).await;
    let ticket = ticket.body["ticket"].as_str().unwrap().to_owned();
    let host = bench.server.address();
    let by_ticket = format!("GET {path}?ticket={ticket} HTTP/1.1\r\nHost: {host}\r\n");
    assert!(is_whole(&fetched(&bench, by_ticket.clone()).await));
    assert!(!is_whole(&fetched(&bench, by_ticket).await), "for one use");
    let without = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n");
    let told = fetched(&bench, without).await;
    assert!(told.starts_with(b"HTTP/1.1 401"));

    for other in [
        "019abcde-0000-7000-8000-000000000000",
        "1",
        "..%2F..%2Fapi-token",
        "%00",
        "019ABCDE-0000-7000-8000-00000000000",
    ] {
        let answer = bench.get(&format!("/api/screenshots/{other}")).await;
        answer.is_problem(404, "unknown_screenshot");
    }
    let answer = bench.get(&format!("{path}?size=9")).await;
    answer.is_problem(422, "bad_fields");
    bench.engine.shutdown().await;
}
