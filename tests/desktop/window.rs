//! What only the window has: an engine of its own, which may fail to start.

use std::fs;

use signalbox_tests::place::Place;
use signalbox_tests::window::{Launch, Window};

use crate::{data, hostile, inspectors, sight};

#[test]
#[ignore = "needs a display and WebKitWebDriver: make test runs it"]
fn an_engine_that_cannot_start_is_told_in_words_and_can_be_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::write(&data, "a file where a folder belongs").unwrap();
    let window = Window::open(&Launch::on(&data));

    window.wait_for("return document.querySelector('main')?.dataset.phase === 'error'");
    for part in ["h2", "p:not(.buttons)", ".mono"] {
        let told = window.text(&format!("[role=alert] {part}"));
        assert!(
            !told.is_empty(),
            "what happened, what to do, and the code: {part}"
        );
    }
    sight::no_policy_violation(&window);
    window.screenshot("error-light");

    fs::remove_file(&data).unwrap();
    window.click("#retry");
    window.wait_for("return document.querySelector('main')?.dataset.phase === 'ready'");
}

#[test]
#[ignore = "needs a display and WebKitWebDriver: make test runs it"]
fn every_screen_is_sound_in_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let window = Window::open(&Launch::on(&folder.path().join("data")).with("--simulate", 2));
    window.wait_for("return document.querySelector('main')?.dataset.phase === 'ready'");
    sight::all_screens_are_sound(&window, "empty", &[]);
}

#[test]
#[ignore = "needs a display and WebKitWebDriver: make test runs it"]
fn every_screen_is_sound_in_the_window_whatever_the_names_are() {
    let place = Place::new();
    let server = data::rich(&place);
    let more = inspectors(&server);
    server.stop();
    let launch = Launch::on(&place.path("data"))
        .with("--simulate", 5)
        .with("--scenario", place.path("stops.toml").display());
    let window = Window::open(&launch);
    window.wait_for("return document.querySelector('main')?.dataset.phase === 'ready'");
    sight::all_screens_are_sound(&window, "full", &more);
    hostile::names_are_text_and_spoil_nothing(&window, &more);
}
