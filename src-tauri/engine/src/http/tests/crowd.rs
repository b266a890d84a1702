//! Many clients that do nothing right: the engine does not notice.

use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Answer, Bench};
use crate::http::body::BODY_BYTES_MAX;
use crate::store::World;

const SOON: Duration = Duration::from_secs(20);
/// How many clients there are.
const CLIENTS: usize = 1_000;

/// Lets this process have as many sockets as the system allows.
fn may_have_sockets() {
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(8_192).min(8_192);
    let _ = setrlimit(
        Resource::Nofile,
        Rlimit {
            current: Some(most),
            maximum: limit.maximum,
        },
    );
}

/// A command in process is answered, at once, a hundred times.
async fn notices_nothing(bench: &Bench) {
    let commands = bench.engine.commands();
    for _ in 0..100 {
        let answer = timeout(Duration::from_secs(2), commands.concurrency_metrics()).await;
        answer.expect("an answer in time").unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_connections_of_all_bad_kinds() {
    may_have_sockets();
    let bench = Bench::new(World::Simulated).await;
    let good = bench.header("GET /api/metrics/concurrency");
    let create = bench.header("POST /api/tasks/create") + "Content-Type: application/json\r\n";
    let kinds = [
        String::new(),
        "GET".to_owned(),
        good.clone(),
        format!("{create}Content-Length: 1000\r\n\r\n{{"),
        format!("{create}Transfer-Encoding: chunked\r\n\r\n5\r\n{{"),
        format!("{create}Content-Length: {}\r\n\r\n", BODY_BYTES_MAX + 1),
        "\u{0}\u{1}\r\n\r\n".to_owned(),
        // Asks much and reads nothing.
        format!("{good}\r\n").repeat(50),
    ];
    let mut crowd = Vec::new();
    for no in 0..CLIENTS {
        let connected = timeout(SOON, bench.connect()).await;
        let mut stream = connected.expect("the system's backlog takes it");
        let sent = kinds[no % kinds.len()].as_bytes();
        let _ = timeout(Duration::from_secs(1), stream.write_all(sent)).await;
        crowd.push(stream);
        if no % 100 == 0 {
            notices_nothing(&bench).await;
        }
    }
    notices_nothing(&bench).await;
    assert_eq!(bench.waiting().await, 0);
    // Half of them shut one direction, the others go without a word.
    for (no, stream) in crowd.iter_mut().enumerate() {
        if no % 2 == 0 {
            let _ = stream.shutdown().await;
        }
    }
    notices_nothing(&bench).await;
    drop(crowd);
    let answer = timeout(SOON, bench.get("/api/metrics/concurrency")).await;
    assert_eq!(answer.expect("the server is there again").status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_over_the_limit_from_many_at_once() {
    let bench = Bench::new(World::Simulated).await;
    let header = bench.header("POST /api/tasks/create")
        + "Content-Type: application/json\r\n"
        + &format!("Content-Length: {}\r\n\r\n", 4 * BODY_BYTES_MAX);
    let mut streams: Vec<TcpStream> = Vec::new();
    for _ in 0..16 {
        let mut stream = bench.connect().await;
        stream.write_all(header.as_bytes()).await.unwrap();
        streams.push(stream);
    }
    let piece = vec![b'['; 1 << 16];
    for stream in &mut streams {
        for _ in 0..16 {
            let _ = timeout(Duration::from_secs(1), stream.write_all(&piece)).await;
        }
    }
    notices_nothing(&bench).await;
    for stream in &mut streams {
        let answer = timeout(SOON, Answer::read(stream)).await.unwrap();
        answer.is_problem(413, "body_too_large");
    }
    assert_eq!(bench.waiting().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_sends_a_byte_now_and_then() {
    let bench = Bench::new(World::Simulated).await;
    let request = bench.header("GET /api/metrics/concurrency") + "\r\n";
    let mut slow = Vec::new();
    for _ in 0..8 {
        slow.push(bench.connect().await);
    }
    for byte in request.bytes() {
        for stream in &mut slow {
            stream.write_all(&[byte]).await.unwrap();
        }
    }
    notices_nothing(&bench).await;
    for stream in &mut slow {
        assert_eq!(Answer::read(stream).await.status, 200);
    }
    // Gone in the middle of a request, without an end.
    let mut gone = bench.connect().await;
    gone.write_all(&request.as_bytes()[..20]).await.unwrap();
    gone.set_zero_linger().unwrap();
    drop(gone);
    notices_nothing(&bench).await;
}
