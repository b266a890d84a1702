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
use signalbox_tests::list::udid;
use signalbox_tests::place::{Place, ask};
use signalbox_tests::serving::Serving;
use signalbox_tests::webdriver::Page;

use crate::{data, sight};

/// How soon the page has to say what is wrong.
const SOON: Duration = Duration::from_secs(3);
/// How soon it has to be over it.
const OVER: Duration = Duration::from_secs(30);

/// Opens the page of a server and marks it, so that a page that was loaded anew is told.
fn open(server: &Serving) -> Browser {
    let browser = Browser::open();
    browser.follow(server);
    browser.wait_for("return document.querySelector('main')?.dataset.phase === 'ready'");
    browser.run("window.marked = true");
    browser
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

#[test]
#[ignore = "needs Chromium and its driver: make test runs it"]
fn a_cable_that_came_off_is_told_in_a_browser() {
    let place = &Place::new();
    let server = Serving::start(place, &["--simulate", "2"]);
    let browser = open(&server);
    let plug = |attached: bool| {
        let request = json!({ "cmd": "plug", "phone": 2, "attached": attached });
        let answer = ask(&place.phones("data"), &request).expect("the phones answer");
        assert_eq!(answer["ok"], true, "{answer}");
    };
    plug(false);
    says(&browser, "unplugged", SOON);
    sight::go(&browser, "devices");
    let row = format!("[data-row='{}']", udid(2));
    browser.wait_within(
        OVER,
        &format!("return document.querySelector(\"{row}\") !== null"),
    );
    plug(true);
    is_over(&browser, "unplugged");
}

#[test]
#[ignore = "needs Chromium and its driver: make test runs it"]
fn a_clock_that_jumped_is_told_in_a_browser() {
    let place = &Place::new();
    let server = Serving::start(place, &["--simulate", "1"]);
    let browser = open(&server);
    for jump in ["3600e3", "-7200e3"] {
        browser.run(&format!(
            "const before = Date.now.bind(Date); Date.now = () => before() + {jump};"
        ));
        let said = says(&browser, "clock", SOON);
        assert!(said.contains("clock"), "{said}");
        // The engine is as near as before: nobody is told that it is gone.
        assert!(!browser.has("[data-banner=disconnected]"));
        is_over(&browser, "clock");
    }
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

#[test]
#[ignore = "needs Chromium and its driver: make test runs it"]
fn a_full_disk_is_told_in_a_browser() {
    let place = &Place::new();
    if !cfg!(target_os = "linux") || !geteuid().is_root() {
        println!(
            "left out: a full disk, which only root can mount; the engine's own tests have it"
        );
        return;
    }
    let data = place.path("data");
    let disk = Small::mount(&data);
    let server = Serving::start(place, &["--simulate", "4", "--sim-latency-ms", "200"]);
    data::import(&server, "Long list", false);
    let browser = open(&server);
    disk.fill();
    let said = says(&browser, "disk", SOON);
    assert!(said.contains("disk is full"), "{said}");
    disk.make_room();
    is_over(&browser, "disk");
    drop(browser);
    drop(server);
    ask(&place.phones("data"), &json!({ "cmd": "stop" }));
}
