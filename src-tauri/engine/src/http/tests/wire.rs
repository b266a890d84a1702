//! Bodies, connections and time limits over real sockets.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::{Answer, Bench};
use crate::http::Page;
use crate::http::body::BODY_BYTES_MAX;
use crate::http::listen::CONNECTIONS_MAX;
use crate::http::{ServeError, serve};
use crate::store::World;

/// Long enough for anything that is to happen.
const SOON: Duration = Duration::from_secs(20);
/// Longer than anything may last, in tests where time is paused and so costs nothing.
const NEVER: Duration = Duration::from_secs(600);
const JSON: &str = "Content-Type: application/json\r\n";

fn create(bench: &Bench, rest: &str) -> String {
    bench.header("POST /api/tasks/create") + JSON + rest + "\r\n"
}

#[tokio::test]
async fn only_this_computer() {
    let bench = Bench::new(World::Simulated).await;
    let check = async |address: &str, expected: &str| {
        let address: SocketAddr = address.parse().unwrap();
        let served = serve(bench.engine.commands(), address, Page::default()).await;
        let answer = served.err().map_or("ok", |error| error.code());
        assert_eq!(answer, expected, "{address}");
    };
    check("127.0.0.1:0", "ok").await;
    check("0.0.0.0:0", "not_loopback").await;
    check("[::]:0", "not_loopback").await;
    check("127.0.0.2:0", "not_loopback").await;
    check("192.168.1.2:0", "not_loopback").await;
    check("[::ffff:127.0.0.1]:0", "not_loopback").await;
    check(&bench.server.address().to_string(), "bind").await;
    let error = ServeError::NotLoopback([0, 0, 0, 0].into()).to_string();
    assert!(error.contains("127.0.0.1"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn localhost_is_the_same_server_in_both_families() {
    let bench = Bench::new(World::Simulated).await;
    let six = SocketAddr::from((std::net::Ipv6Addr::LOCALHOST, bench.server.address().port()));
    if tokio::net::TcpListener::bind("[::1]:0").await.is_err() {
        return;
    }
    let mut stream = TcpStream::connect(six).await.unwrap();
    let request = format!("GET /api/ HTTP/1.1\r\nHost: {six}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    assert_eq!(Answer::read(&mut stream).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn large_bodies() {
    let bench = Bench::new(World::Simulated).await;
    let check = async |header: String, body: Vec<u8>, status: u16, code: &str| {
        let mut stream = bench.connect().await;
        // As many clients do: everything is sent before the answer is looked at.
        stream.write_all(header.as_bytes()).await.unwrap();
        stream.write_all(&body).await.unwrap();
        let answer = timeout(SOON, Answer::read(&mut stream)).await.unwrap();
        answer.is_problem(status, code);
    };
    let length = |length: usize| format!("Content-Length: {length}\r\n");
    let over = BODY_BYTES_MAX + 1;
    let header = create(&bench, &length(over));
    check(header, vec![b' '; over], 413, "body_too_large").await;
    let header = create(&bench, &length(BODY_BYTES_MAX));
    check(header, vec![b' '; BODY_BYTES_MAX], 400, "bad_json").await;
    let header = create(&bench, "Transfer-Encoding: chunked\r\n");
    let mut chunked = Vec::new();
    for _ in 0..(over / 4_096 + 1) {
        chunked.extend_from_slice(b"1000\r\n");
        chunked.extend_from_slice(&[b' '; 4_096]);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    check(header, chunked, 413, "body_too_large").await;
    // What is refused by its header is read on as well.
    let header = create(&bench, &length(over)).replace("Bearer ", "Bearer x");
    check(header, vec![b' '; over], 401, "token").await;
    let header = create(&bench, &length(over)).replace("application/json", "text/csv");
    check(header, vec![b' '; over], 415, "not_json").await;
    let header = create(&bench, &length(over));
    let header = header.replace("Host: 127", "Host: 128");
    check(header, vec![b' '; over], 403, "foreign_host").await;
    assert_eq!(bench.waiting().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_large_is_said_at_once_and_the_rest_is_read_for_a_while_only() {
    let bench = Bench::new(World::Simulated).await;
    let mut stream = bench.connect().await;
    let header = create(&bench, "Content-Length: 1000000000\r\n");
    stream.write_all(header.as_bytes()).await.unwrap();
    let answer = timeout(SOON, Answer::read(&mut stream)).await.unwrap();
    answer.is_problem(413, "body_too_large");
    assert_eq!(answer.value("connection"), Some("close"));
    let mut sent = 0;
    let piece = [b' '; 1 << 16];
    let sending = async {
        while let Ok(bytes) = stream.write(&piece).await {
            sent += bytes;
        }
    };
    timeout(SOON, sending).await.expect("the connection ends");
    // The systems' buffers hold some more than what was read.
    assert!((16 << 20..64 << 20).contains(&sent), "{sent}");
}

#[tokio::test(start_paused = true)]
async fn who_asks_before_sending_too_much_is_not_waited_for() {
    let bench = Bench::new(World::Simulated).await;
    let begun = Instant::now();
    let mut stream = bench.connect().await;
    let header = create(
        &bench,
        "Content-Length: 9000000\r\nExpect: 100-continue\r\n",
    );
    stream.write_all(header.as_bytes()).await.unwrap();
    let answer = Answer::read(&mut stream).await;
    answer.is_problem(413, "body_too_large");
    let ended = timeout(NEVER, stream.read(&mut [0])).await.unwrap();
    assert_eq!(ended.unwrap(), 0);
    assert!(begun.elapsed() < Duration::from_secs(1), "{begun:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_before_sending_is_told_to_go_on() {
    let bench = Bench::new(World::Simulated).await;
    let body = r#"{"account_id": "anna", "target_username": "bob"}"#;
    let length = format!("Content-Length: {}\r\nExpect: 100-continue\r\n", body.len());
    let mut stream = bench.connect().await;
    stream
        .write_all(create(&bench, &length).as_bytes())
        .await
        .unwrap();
    let answer = timeout(SOON, Answer::read(&mut stream)).await.unwrap();
    assert_eq!(answer.status, 100);
    stream.write_all(body.as_bytes()).await.unwrap();
    let answer = timeout(SOON, Answer::read(&mut stream)).await.unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_requests_harm_nobody() {
    let bench = Bench::new(World::Simulated).await;
    let good = bench.header("GET /api/metrics/concurrency");
    let long = format!("{good}X: {}\r\n\r\n", "x".repeat(1 << 20));
    let many = format!("{good}{}\r\n", "X: x\r\n".repeat(1_000));
    let chunks = create(&bench, "Transfer-Encoding: chunked\r\n") + "zz\r\n\r\n";
    let two = create(&bench, "Content-Length: 2\r\nContent-Length: 3\r\n") + "{}";
    for broken in [
        "\0\0\0\0\r\n\r\n",
        "GET\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\n",
        &long,
        &many,
        &chunks,
        &two,
    ] {
        let mut stream = bench.connect().await;
        let _ = stream.write_all(broken.as_bytes()).await;
        let _ = stream.shutdown().await;
        let mut told = Vec::new();
        let _ = timeout(SOON, stream.read_to_end(&mut told)).await.unwrap();
        let told = String::from_utf8_lossy(&told);
        assert!(!told.starts_with("HTTP/1.1 2"), "{told}");
    }
    let mut half = bench.connect().await;
    half.write_all(good.as_bytes()).await.unwrap();
    assert_eq!(bench.get("/api/metrics/concurrency").await.status, 200);
    assert_eq!(bench.waiting().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_takes_many_requests() {
    let bench = Bench::new(World::Simulated).await;
    let mut stream = bench.connect().await;
    let good = bench.header("GET /api/metrics/concurrency") + "\r\n";
    let wrong = create(&bench, "Content-Length: 2\r\n").replace("Bearer ", "Bearer x") + "{}";
    for _ in 0..3 {
        stream.write_all(wrong.as_bytes()).await.unwrap();
        Answer::read(&mut stream).await.is_problem(401, "token");
        stream.write_all(good.as_bytes()).await.unwrap();
        assert_eq!(Answer::read(&mut stream).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_beyond_the_limit_wait() {
    let bench = Bench::new(World::Simulated).await;
    let mut idle = Vec::new();
    for _ in 0..CONNECTIONS_MAX {
        idle.push(bench.connect().await);
    }
    let mut last = bench.connect().await;
    let good = bench.header("GET /api/metrics/concurrency") + "\r\n";
    last.write_all(good.as_bytes()).await.unwrap();
    let early = timeout(Duration::from_millis(300), Answer::read(&mut last)).await;
    assert!(early.is_err(), "{early:?}");
    idle.pop();
    let answer = timeout(SOON, Answer::read(&mut last)).await.unwrap();
    assert_eq!(answer.status, 200);
}

/// Sends this, and sees the connection end after about so many seconds (of paused time).
async fn ends_after(bench: &Bench, sent: String, seconds: u64) -> String {
    let mut stream = bench.connect().await;
    stream.write_all(sent.as_bytes()).await.unwrap();
    let begun = Instant::now();
    let mut told = String::new();
    let reading = stream.read_to_string(&mut told);
    timeout(NEVER, reading).await.expect("an end").unwrap();
    let took = begun.elapsed();
    let least = Duration::from_secs(seconds) - Duration::from_millis(100);
    assert!(took > least, "{took:?} {sent}");
    assert!(took < least + Duration::from_secs(3), "{took:?} {sent}");
    told
}

#[tokio::test(start_paused = true)]
async fn slow_clients_are_let_go() {
    let bench = Bench::new(World::Simulated).await;
    let good = bench.header("GET /api/");
    assert_eq!(ends_after(&bench, String::new(), 10).await, "");
    ends_after(&bench, good.clone(), 10).await;
    let told = ends_after(&bench, good + "\r\n", 10).await;
    assert!(told.starts_with("HTTP/1.1 200"), "{told}");
    let body = create(&bench, "Content-Length: 100\r\n") + "{";
    let told = ends_after(&bench, body, 30).await;
    assert!(told.starts_with("HTTP/1.1 408"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_under_way_finish_when_the_server_ends() {
    let Bench {
        server,
        token,
        engine,
        _dir,
    } = Bench::new(World::Simulated).await;
    let address = server.address();
    let mut idle = TcpStream::connect(address).await.unwrap();
    let mut busy = TcpStream::connect(address).await.unwrap();
    let body = r#"{"account_id": "anna", "target_username": "bob"}"#;
    let (length, token) = (body.len(), token.reveal());
    let header = format!(
        "POST /api/tasks/create HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Expect: 100-continue\r\n{JSON}Content-Length: {length}\r\n\r\n"
    );
    busy.write_all(header.as_bytes()).await.unwrap();
    assert_eq!(Answer::read(&mut busy).await.status, 100);
    let ending = tokio::task::JoinSet::from_iter([server.shutdown()]);
    let mut nothing = [0];
    assert_eq!(
        timeout(SOON, idle.read(&mut nothing))
            .await
            .unwrap()
            .unwrap(),
        0
    );
    busy.write_all(body.as_bytes()).await.unwrap();
    assert_eq!(Answer::read(&mut busy).await.status, 200);
    ending.join_all().await;
    assert!(TcpStream::connect(address).await.is_err());
    engine.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_client_cannot_hold_the_end_up() {
    let bench = Bench::new(World::Simulated).await;
    let mut stream = bench.connect().await;
    let header = create(&bench, "Expect: 100-continue\r\nContent-Length: 100\r\n");
    stream.write_all(header.as_bytes()).await.unwrap();
    assert_eq!(Answer::read(&mut stream).await.status, 100);
    let begun = Instant::now();
    bench.server.shutdown().await;
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
}
