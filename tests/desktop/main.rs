//! The page as an operator meets it, driven from outside by plain WebDriver calls: the same steps in
//! the real window through WebKit's own driver, and in Chromium on `signalbox serve`.
//!
//! It needs a display, WebKitWebDriver, and Chromium with its driver, so it runs only when asked for:
//! `make test` does, under a display without a screen.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

mod attention;
mod data;
mod devices;
mod flow;
mod hostile;
mod notifications;
mod package;
mod settings;
mod shots;
mod sight;
mod trouble;
mod window;

use signalbox_tests::browser::Browser;
use signalbox_tests::list::udid;
use signalbox_tests::place::Place;
use signalbox_tests::serving::Serving;

/// Places beside the screens: what the inspector shows of each kind.
fn inspectors(server: &Serving) -> Vec<String> {
    let tasks = server.get("/api/tasks?limit=1").body;
    let lists = server.get("/api/lists").body;
    let id = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    vec![
        "accounts?open=account:a01".to_owned(),
        format!("devices?open=device:{}", udid(1)),
        format!("tasks?open=task:{}", id(&tasks["tasks"][0]["task_id"])),
        format!("tasks?open=list:{}", id(&lists["lists"][0]["list_id"])),
    ]
}

#[test]
#[ignore = "needs Chromium and its driver: make test runs it"]
fn every_screen_is_sound_in_a_browser_when_there_is_nothing() {
    let place = Place::new();
    let server = Serving::start(&place, &["--simulate", "1"]);
    let browser = Browser::open();
    browser.follow(&server);
    sight::all_screens_are_sound(&browser, "empty", &[]);
}

#[test]
#[ignore = "needs Chromium and its driver: make test runs it"]
fn every_screen_is_sound_in_a_browser_whatever_the_names_are() {
    let place = Place::new();
    let server = data::rich(&place);
    let browser = Browser::open();
    browser.follow(&server);
    let more = inspectors(&server);
    sight::all_screens_are_sound(&browser, "full", &more);
    hostile::names_are_text_and_spoil_nothing(&browser, &more);
}
