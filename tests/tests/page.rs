//! The window's page as the program serves it to a browser.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use std::fs;

use serde_json::Value;
use signalbox_tests::http::{Answer, send};
use signalbox_tests::list::root;
use signalbox_tests::place::Place;
use signalbox_tests::serving::Serving;

/// A browser's request: no token.
fn visit(server: &Serving, path: &str) -> Answer {
    let host = server.address;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    send(host, &request)
}

/// What `default-src …` and the like say, by their names.
fn policy(text: &str) -> Vec<(String, String)> {
    let parts = text.split(';').map(str::trim);
    let mut parts: Vec<_> = parts
        .map(|part| part.split_once(' ').expect("a name and its sources"))
        .map(|(name, sources)| (name.to_owned(), sources.to_owned()))
        .collect();
    parts.sort();
    parts
}

#[test]
fn the_page_is_served_as_it_was_built_under_the_windows_own_policy() {
    let place = Place::new();
    let server = Serving::start(&place, &["--simulate", "1"]);
    let start = visit(&server, "/");
    let built = root().join("ui/dist");
    if !built.join("index.html").exists() {
        assert_eq!(
            (start.status, &start.body["code"]),
            (404, &"no_page".into())
        );
        return;
    }
    assert_eq!(start.status, 200, "{start:?}");
    let files = fs::read_dir(built.join("assets")).unwrap();
    let mut count = 0;
    for file in files {
        let name = file.unwrap().file_name().into_string().unwrap();
        let answer = visit(&server, &format!("/assets/{name}"));
        assert_eq!(answer.status, 200, "{name}");
        let length = fs::metadata(built.join("assets").join(&name))
            .unwrap()
            .len();
        assert_eq!(answer.header("content-length"), Some(&*length.to_string()));
        count += 1;
    }
    assert!(count >= 2, "a script and a style");

    // The same policy as in the window, without the window's own way to the engine.
    let conf: Value =
        serde_json::from_str(&fs::read_to_string(root().join("tauri.conf.json")).unwrap()).unwrap();
    let window = conf["app"]["security"]["csp"].as_object().unwrap().iter();
    let mut window: Vec<_> = window
        .map(|(name, sources)| (name.clone(), sources.as_str().unwrap().to_owned()))
        .map(|(name, sources)| (name, sources.replace(" ipc: http://ipc.localhost", "")))
        .collect();
    window.sort();
    assert_eq!(
        policy(start.header("content-security-policy").unwrap()),
        window
    );
    drop(server);
}
