//! What goes wrong beside the page, and what it says of it: one sentence within three seconds, and
//! it goes on by itself once that is over, without being loaded anew.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rustix::process::geteuid;
use serde_json::json;
use signalbox_tests::browser::Browser;
use signalbox_tests::list::{example, udid};
use signalbox_tests::place::{Place, ask};
use signalbox_tests::serving::Serving;
use signalbox_tests::webdriver::Page;
use signalbox_tests::window::{Launch, Window};

use crate::{data, flow, sight};

/// How soon the page has to say what is wrong.
const SOON: Duration = Duration::from_secs(3);
/// How soon it has to be over it.
const OVER: Duration = Duration::from_secs(30);

/// Waits for the page and marks it, so that a page that was loaded anew is told.
fn mark(page: &Page) {
    page.wait_for("return document.querySelector('main')?.dataset.phase === 'ready'");
    page.run("window.marked = true");
}

/// Opens the page of a server.
fn open(server: &Serving) -> Browser {
    let browser = Browser::open();
    browser.follow(server);
    mark(&browser);
    browser
}

/// Opens the window on the place's data.
fn open_window(place: &Place, phones: u16) -> Window {
    let window = Window::open(&Launch::on(&place.path("data")).with("--simulate", phones));
    mark(&window);
    window
}

fn says(page: &Page, banner: &str, limit: Duration) -> String {
    page.wait_within(
        limit,
        &format!("return document.querySelector('[data-banner={banner}]') !== null"),
    );
    let said = page.text(&format!("[data-banner={banner}] p"));
    page.screenshot(&format!("trouble-{banner}"));
    assert!(said.len() > 20, "a sentence: {said}");
    said
}

fn is_over(page: &Page, banner: &str) {
    page.wait_within(
        OVER,
        &format!("return document.querySelector('[data-banner={banner}]') === null"),
    );
    assert_eq!(
        page.run("return window.marked"),
        json!(true),
        "the same page"
    );
}

#[test]
#[ignore = "needs Chromium and its driver: make test runs it"]
fn a_killed_engine_is_told_and_found_again_in_a_browser() {
    let place = &Place::new();
    let server = Serving::start(place, &["--simulate", "2"]);
    let port = server.address.port().to_string();
    let browser = open(&server);
    // Nothing is there yet, so that the first steps are offered.
    browser.wait_for_one("dialog[open] #welcome-skip");
    browser.click("#welcome-skip");
    // Killed, not ended.
    drop(server);
    let said = says(&browser, "disconnected", SOON);
    assert!(said.contains("does not answer"), "{said}");
    let server = Serving::start(place, &["--simulate", "2", "--port", &port]);
    is_over(&browser, "disconnected");
    // What is ordered now arrives.
    browser.click("#pause");
    browser.wait_for("return document.querySelector('#resume') !== null");
    let stands = server.get("/api/snapshot").body;
    assert_eq!(stands["engine"]["paused"], true, "{stands}");
}

/// Phone 2 of two comes off its cable, and is put back.
fn a_cable_comes_off(page: &Page, place: &Place) {
    let plug = |attached: bool| {
        let request = json!({ "cmd": "plug", "phone": 2, "attached": attached });
        let answer = ask(&place.phones("data"), &request).expect("the phones answer");
        assert_eq!(answer["ok"], true, "{answer}");
    };
    plug(false);
    says(page, "unplugged", SOON);
    sight::go(page, "devices");
    let row = format!("[data-row='{}']", udid(2));
    page.wait_within(
        OVER,
        &format!("return document.querySelector(\"{row}\") !== null"),
    );
    plug(true);
    is_over(page, "unplugged");
}

#[test]
#[ignore = "needs Chromium and its driver: make test runs it"]
fn a_cable_that_came_off_is_told_in_a_browser() {
    let place = &Place::new();
    let server = Serving::start(place, &["--simulate", "2"]);
    a_cable_comes_off(&open(&server), place);
}

#[test]
#[ignore = "needs a display and WebKitWebDriver: make test runs it"]
fn a_cable_that_came_off_is_told_in_the_window() {
    let place = &Place::new();
    a_cable_comes_off(&open_window(place, 2), place);
}

/// The clock is set forward and back.
fn the_clock_jumps(page: &Page) {
    for jump in ["3600e3", "-7200e3"] {
        page.run(&format!(
            "const before = Date.now.bind(Date); Date.now = () => before() + {jump};"
        ));
        let said = says(page, "clock", SOON);
        assert!(said.contains("clock"), "{said}");
        // The engine is as near as before: nobody is told that it is gone.
        assert!(!page.has("[data-banner=disconnected]"));
        is_over(page, "clock");
    }
}

#[test]
#[ignore = "needs Chromium and its driver: make test runs it"]
fn a_clock_that_jumped_is_told_in_a_browser() {
    let place = &Place::new();
    let server = Serving::start(place, &["--simulate", "1"]);
    the_clock_jumps(&open(&server));
}

#[test]
#[ignore = "needs a display and WebKitWebDriver: make test runs it"]
fn a_clock_that_jumped_is_told_in_the_window() {
    the_clock_jumps(&open_window(&Place::new(), 1));
}

/// A file system of 24 MB, which only root can mount.
struct Small<'a>(&'a Path);

impl<'a> Small<'a> {
    fn mount(path: &'a Path) -> Self {
        fs::create_dir(path).expect("a new folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=24m,mode=0700", "tmpfs"])
            .arg(path)
            .status();
        assert!(mounted.expect("mount").success(), "a small file system");
        Self(path)
    }

    /// Takes all the room there is.
    fn fill(&self) {
        let mut filler = File::create(self.0.join("filler")).expect("a file");
        let piece = [0_u8; 4_096];
        while filler.write_all(&piece).is_ok() {}
    }

    fn make_room(&self) {
        fs::remove_file(self.0.join("filler")).expect("the file");
    }
}

impl Drop for Small<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

/// A small disk for the place's data; none where it cannot be made.
fn small_disk(data: &Path) -> Option<Small<'_>> {
    if cfg!(target_os = "linux") && geteuid().is_root() {
        return Some(Small::mount(data));
    }
    println!("left out: a full disk, which only root can mount; the engine's own tests have it");
    None
}

/// The disk fills up while tasks run, and has room again.
fn the_disk_is_full(page: &Page, disk: &Small<'_>) {
    disk.fill();
    let said = says(page, "disk", SOON);
    assert!(said.contains("disk is full"), "{said}");
    disk.make_room();
    is_over(page, "disk");
}

#[test]
#[ignore = "needs Chromium and its driver: make test runs it"]
fn a_full_disk_is_told_in_a_browser() {
    let place = &Place::new();
    let data = place.path("data");
    let Some(disk) = small_disk(&data) else {
        return;
    };
    let server = Serving::start(place, &["--simulate", "4", "--sim-latency-ms", "200"]);
    data::import(&server, "Long list", false);
    let browser = open(&server);
    the_disk_is_full(&browser, &disk);
    drop(browser);
    drop(server);
    ask(&place.phones("data"), &json!({ "cmd": "stop" }));
}

#[test]
#[ignore = "needs a display and WebKitWebDriver: make test runs it"]
fn a_full_disk_is_told_in_the_window() {
    let place = &Place::new();
    let data = place.path("data");
    let Some(disk) = small_disk(&data) else {
        return;
    };
    let launch = Launch::on(&data).with("--simulate", 4);
    let window = Window::open(&launch.with("--sim-latency-ms", 200));
    mark(&window);
    window.wait_for_one("dialog[open] #welcome-skip");
    window.click("#welcome-skip");
    flow::import(
        &window,
        [&example("accounts.csv"), &example("tasks.csv")],
        "12",
    );
    the_disk_is_full(&window, &disk);
    drop(window);
    ask(&place.phones("data"), &json!({ "cmd": "stop" }));
}
