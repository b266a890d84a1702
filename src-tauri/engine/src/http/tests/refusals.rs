//! Host, Origin, token, method, content type and body, alone and together, over a real socket:
//! every refusal has its status and its code, and changes nothing.

use tokio::io::AsyncWriteExt as _;

use super::{Answer, Bench};
use crate::store::World;

/// A request that would change something, taken apart.
#[derive(Clone)]
struct Asked {
    line: String,
    hosts: Vec<String>,
    origins: Vec<String>,
    auths: Vec<String>,
    kinds: Vec<String>,
    more: String,
    body: String,
}

impl Asked {
    fn text(&self) -> String {
        let mut text = format!("{} HTTP/1.1\r\n", self.line);
        for (name, values) in [
            ("Host", &self.hosts),
            ("Origin", &self.origins),
            ("Authorization", &self.auths),
            ("Content-Type", &self.kinds),
        ] {
            for value in values {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        let (more, body) = (&self.more, &self.body);
        format!("{text}{more}Content-Length: {}\r\n\r\n{body}", body.len())
    }

    async fn send(&self, bench: &Bench) -> Answer {
        let mut stream = bench.connect().await;
        stream.write_all(self.text().as_bytes()).await.unwrap();
        Answer::read(&mut stream).await
    }
}

/// What is done to a good request, and what then comes of it.
type Row = (&'static str, fn(&mut Asked), u16, &'static str);

fn of(text: &str) -> Vec<String> {
    vec![text.to_owned()]
}

fn elsewhere(asked: &mut Asked, from: &str, to: &str) {
    asked.line = asked.line.replacen(from, to, 1);
}

fn with_method(asked: &mut Asked, method: &str) {
    let path = asked.line.split(' ').nth(1).unwrap().to_owned();
    asked.line = format!("{method} {path}");
}

const ROWS: &[Row] = &[
    ("no host", |it| it.hosts.clear(), 403, "foreign_host"),
    (
        "another host",
        |it| it.hosts = of("evil.example"),
        403,
        "foreign_host",
    ),
    (
        "another port",
        |it| it.hosts = of("127.0.0.1:1"),
        403,
        "foreign_host",
    ),
    (
        "no port",
        |it| it.hosts = of("localhost"),
        403,
        "foreign_host",
    ),
    (
        "two hosts",
        |it| it.hosts.push(it.hosts[0].clone()),
        403,
        "foreign_host",
    ),
    (
        "a host and a foreign one",
        |it| it.hosts.push("evil.example".into()),
        403,
        "foreign_host",
    ),
    (
        "a foreign address in the line",
        |it| elsewhere(it, " /", " http://evil.example/"),
        403,
        "foreign_host",
    ),
    (
        "a foreign page",
        |it| it.origins = of("http://evil.example"),
        403,
        "foreign_origin",
    ),
    (
        "no page",
        |it| it.origins = of("null"),
        403,
        "foreign_origin",
    ),
    (
        "an empty origin",
        |it| it.origins = of(""),
        403,
        "foreign_origin",
    ),
    (
        "https",
        |it| it.origins = vec![format!("https://{}", it.hosts[0])],
        403,
        "foreign_origin",
    ),
    (
        "two origins",
        |it| it.origins = vec![format!("http://{}", it.hosts[0]); 2],
        403,
        "foreign_origin",
    ),
    (
        "an origin on another port",
        |it| it.origins = of("http://127.0.0.1:1420"),
        403,
        "foreign_origin",
    ),
    ("no token", |it| it.auths.clear(), 401, "token"),
    (
        "an empty token",
        |it| it.auths = of("Bearer "),
        401,
        "token",
    ),
    ("a wrong token", |it| it.auths[0].push('0'), 401, "token"),
    ("half a token", |it| it.auths[0].truncate(30), 401, "token"),
    (
        "another scheme",
        |it| it.auths[0] = it.auths[0].replace("Bearer", "Basic"),
        401,
        "token",
    ),
    (
        "the token twice",
        |it| it.auths.push(it.auths[0].clone()),
        401,
        "token",
    ),
    (
        "the token in the address",
        |it| {
            let token = it.auths[0].replace("Bearer ", "");
            it.line.push_str(&format!("?token={token}"));
            it.auths.clear();
        },
        401,
        "token",
    ),
    (
        "a ticket",
        |it| {
            it.line.push_str("?ticket=00");
            it.auths.clear();
        },
        401,
        "token",
    ),
    (
        "the token in a cookie",
        |it| {
            it.more = format!("Cookie: token={}\r\n", it.auths[0].replace("Bearer ", ""));
            it.auths.clear();
        },
        401,
        "token",
    ),
    ("no content type", |it| it.kinds.clear(), 415, "not_json"),
    ("text", |it| it.kinds = of("text/plain"), 415, "not_json"),
    (
        "a form",
        |it| it.kinds = of("application/x-www-form-urlencoded"),
        415,
        "not_json",
    ),
    (
        "parts",
        |it| it.kinds = of("multipart/form-data; boundary=x"),
        415,
        "not_json",
    ),
    (
        "two content types",
        |it| it.kinds.push("application/json".into()),
        415,
        "not_json",
    ),
    (
        "another charset",
        |it| it.kinds = of("application/json; charset=utf-16"),
        415,
        "not_json",
    ),
    (
        "packed",
        |it| it.more = "Content-Encoding: gzip\r\n".into(),
        415,
        "not_json",
    ),
    (
        "another method",
        |it| with_method(it, "PUT"),
        405,
        "method_not_allowed",
    ),
    (
        "a method of our own",
        |it| with_method(it, "CANCEL"),
        405,
        "method_not_allowed",
    ),
    (
        "asked first, as pages are",
        |it| {
            with_method(it, "OPTIONS");
            it.more = "Access-Control-Request-Method: POST\r\n".into();
        },
        405,
        "method_not_allowed",
    ),
    ("a slash too many", |it| it.line.push('/'), 404, "not_found"),
    (
        "another case",
        |it| elsewhere(it, "/api/", "/API/"),
        404,
        "not_found",
    ),
    (
        "two slashes",
        |it| elsewhere(it, "/api/", "//api/"),
        404,
        "not_found",
    ),
    (
        "a parameter",
        |it| it.line.push_str("?force=true"),
        422,
        "bad_fields",
    ),
    ("no JSON", |it| it.body = "{".into(), 400, "bad_json"),
    ("no text", |it| it.body = "\u{0}".into(), 400, "bad_json"),
    ("a list", |it| it.body = "[]".into(), 422, "bad_fields"),
    (
        "an unknown field",
        |it| it.body = r#"{"dry_run": true}"#.into(),
        422,
        "bad_fields",
    ),
    // The first of two faults is told: nobody learns more than the header earned.
    (
        "a foreign host and no token",
        |it| {
            it.hosts = of("evil.example");
            it.auths.clear();
        },
        403,
        "foreign_host",
    ),
    (
        "a foreign page and a form",
        |it| {
            it.origins = of("http://evil.example");
            it.kinds = of("application/x-www-form-urlencoded");
        },
        403,
        "foreign_origin",
    ),
    (
        "no token and a form",
        |it| {
            it.auths.clear();
            it.kinds = of("application/x-www-form-urlencoded");
        },
        401,
        "token",
    ),
    (
        "no token and another method",
        |it| {
            it.auths.clear();
            with_method(it, "PUT");
        },
        401,
        "token",
    ),
    (
        "no token and nothing there",
        |it| {
            it.auths.clear();
            it.line.push('/');
        },
        401,
        "token",
    ),
    (
        "a form and another method",
        |it| {
            it.kinds = of("text/plain");
            with_method(it, "PUT");
        },
        415,
        "not_json",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_has_its_code_and_changes_nothing() {
    let bench = Bench::new(World::Simulated).await;
    let made = bench
        .create(r#"{"account_id": "anna", "target_username": "bob"}"#)
        .await;
    let task = made.body["task_id"].as_str().unwrap();
    let cancel = format!("DELETE /api/tasks/{task}/cancel");
    let commands = bench.engine.commands();
    let seen = async || {
        let mut snapshot = commands.snapshot().await.unwrap();
        // Time passes whatever is refused.
        snapshot.now.clear();
        let backups = commands.backups().await.unwrap();
        let token = std::fs::read(bench.engine.data_dir().token()).unwrap();
        (snapshot, backups, token)
    };
    let host = bench.server.address().to_string();
    let good = |line: &str, body: &str| Asked {
        line: line.to_owned(),
        hosts: of(&host),
        origins: Vec::new(),
        auths: vec![format!("Bearer {}", bench.token.reveal())],
        kinds: of("application/json"),
        more: String::new(),
        body: body.to_owned(),
    };
    let routes = [
        (
            "POST /api/tasks/create",
            r#"{"account_id": "eve", "target_username": "bob"}"#,
        ),
        ("POST /api/system/emergency-stop", "{}"),
        ("POST /api/backups", "{}"),
        (&cancel, "{}"),
        ("POST /api/token/rotate", "{}"),
    ];
    assert!(ROWS.len() >= 40);
    let before = seen().await;
    for (line, body) in routes {
        for (what, spoil, status, code) in ROWS {
            let mut asked = good(line, body);
            spoil(&mut asked);
            let answer = asked.send(&bench).await;
            let found = (answer.status, answer.body["code"].as_str());
            assert_eq!(found, (*status, Some(*code)), "{line}: {what} {answer:?}");
            answer.is_problem(*status, code);
            assert!(
                !answer.head.contains(bench.token.reveal()),
                "{line}: {what}"
            );
        }
        assert_eq!(seen().await, before, "{line}");
    }
    // Unspoilt, each of them does change something.
    for (line, body) in routes {
        let before = seen().await;
        let mut asked = good(line, body);
        asked.origins = vec![format!("http://{host}")];
        assert_eq!(asked.send(&bench).await.status, 200, "{line}");
        assert_ne!(seen().await, before, "{line}");
    }
}
