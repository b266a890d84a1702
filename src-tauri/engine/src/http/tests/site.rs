//! The page in a browser: public, without data, and nothing but its own files.

use tokio::io::AsyncWriteExt as _;

use super::super::site::POLICY;
use super::{Answer, Bench};
use crate::http::Page;
use crate::store::World;

/// A small page.
pub(super) const PAGE: Page = Page(&[
    ("assets/index-D3pHpTiA.js", b"run()"),
    ("assets/logo.svg", b"<svg/>"),
    ("index.html", b"<!doctype html>"),
]);

/// Asks without a token.
async fn ask(bench: &Bench, line: &str) -> Answer {
    let host = bench.server.address();
    let mut stream = bench.connect().await;
    let request = format!("{line} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    Answer::read_of(&mut stream, line.starts_with("HEAD")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_the_page_are_public_and_guarded() {
    let bench = Bench::new(World::Simulated).await;
    for_each(&bench, "GET").await;
    for_each(&bench, "HEAD").await;
}

async fn for_each(bench: &Bench, method: &str) {
    for (path, kind, caching, body) in [
        (
            "/",
            "text/html; charset=utf-8",
            "no-cache",
            "<!doctype html>",
        ),
        (
            "/?from=bookmark",
            "text/html; charset=utf-8",
            "no-cache",
            "<!doctype html>",
        ),
        (
            "/assets/index-D3pHpTiA.js",
            "text/javascript; charset=utf-8",
            "public, max-age=31536000, immutable",
            "run()",
        ),
        ("/assets/logo.svg", "image/svg+xml", "no-cache", "<svg/>"),
    ] {
        let answer = ask(bench, &format!("{method} {path}")).await;
        assert_eq!(answer.status, 200, "{path} {answer:?}");
        let policy = POLICY.to_ascii_lowercase();
        let length = body.len().to_string();
        for (name, value) in [
            ("content-type", kind),
            ("cache-control", caching),
            ("content-length", &length),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", &policy),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.value(name), Some(value), "{method} {path} {name}");
        }
        let sent = if method == "HEAD" {
            serde_json::Value::Null
        } else {
            body.into()
        };
        assert_eq!(answer.body, sent, "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_leads_to_anything_else() {
    let bench = Bench::new(World::Simulated).await;
    for path in [
        "/assets/",
        "/assets/nothing.js",
        "/assets/index-D3pHpTiA.js/",
        "/assets/INDEX-D3pHpTiA.js",
        "/assets/index%2DD3pHpTiA.js",
        "/assets/../index.html",
        "/assets/..%2findex.html",
        "/assets/%2e%2e/%2e%2e/api-token",
        "/assets/..%5c..%5capi-token",
        "/assets//etc/passwd",
        "/assets/%00",
        "/assets/./logo.svg",
    ] {
        ask(&bench, &format!("GET {path}"))
            .await
            .is_problem(404, "not_found");
    }
    for path in [
        "/index.html",
        "/assets",
        "//assets/logo.svg",
        "/favicon.ico",
        "/%2e/assets/logo.svg",
    ] {
        ask(&bench, &format!("GET {path}"))
            .await
            .is_problem(401, "token");
        bench.get(path).await.is_problem(404, "not_found");
    }
    ask(&bench, "POST /").await.is_problem(401, "token");
    let refused = bench.send("POST /assets/logo.svg", "", "").await;
    refused.is_problem(405, "method_not_allowed");
    assert_eq!(refused.value("allow"), Some("get, head"));
}

#[test]
fn a_program_without_its_page_says_how_to_build_it() {
    let get = axum::http::Method::GET;
    let answer = Page::default().answer(&get, "/").unwrap();
    assert_eq!(answer.status(), 404);
    assert!(Page::default().answer(&get, "/api/").is_none());
}
