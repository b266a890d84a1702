//! Settings in the real window: what the engine refuses is said at its field, and the window goes
//! over to the other data set only after it has named whom that touches.

use serde_json::json;
use signalbox_tests::place::Place;
use signalbox_tests::webdriver::Page;
use signalbox_tests::window::{Launch, Window};

use crate::sight;

const ACCOUNTS: &str = "account_id,handle,device_udid\nann,ann,\n";

/// Waits until the window has the phones of this kind.
fn has(page: &Page, mode: &str) {
    page.wait_for(&format!(
        "return document.querySelector('header [data-mode]')?.dataset.mode === '{mode}'"
    ));
}

/// Opens the sheet about the other data set and reads what it says.
fn asks_to_switch(page: &Page) -> String {
    sight::go(page, "settings?pane=simulation");
    page.click("#switch-set");
    page.wait_for("return document.querySelector('#switch-do')?.disabled === false");
    page.text("dialog[open]")
}

fn ready_phones(page: &Page, number: usize) {
    sight::go(page, "devices");
    page.wait_for(&format!(
        "return document.querySelectorAll('[data-row]').length === {number}"
    ));
}

#[test]
#[ignore = "needs a display and WebKitWebDriver: make test runs it"]
fn the_other_data_set_is_another_one_in_the_window() {
    let place = &Place::new();
    place.write("accounts.csv", ACCOUNTS);
    let (_phones, socket) = place.phones_that_pass_for_real();
    let launch = Launch::at_home(&place.path("home"))
        .with("--simulate", 3)
        .knowing(
            "USBMUXD_SOCKET_ADDRESS",
            format!("UNIX:{}", socket.display()),
        );
    let window = Window::open(&launch);
    has(&window, "simulation");
    window.wait_for_one("dialog[open] #welcome-skip");
    window.click("#welcome-skip");
    ready_phones(&window, 3);

    // Nothing is done by asking; the phones that would be driven are named.
    let asked = asks_to_switch(&window);
    assert!(asked.contains("Simulated iPhone 1"), "{asked}");
    has(&window, "simulation");
    window.screenshot("switch-to-live");
    window.click("#switch-do");
    has(&window, "live");
    ready_phones(&window, 2);

    // A hard limit is the engine's own, and holds here.
    sight::go(&window, "settings?pane=limits");
    window.write("#setting-likes_per_day", "201");
    window.click("#settings-save");
    window.wait_for("return document.querySelector('.row.wrong [role=alert]') !== null");
    let refused = window.text(".row.wrong [role=alert]");
    assert!(refused.contains("200"), "{refused}");
    window.write("#setting-likes_per_day", "150");
    window.click("#settings-save");
    window.wait_for("return document.querySelector('#settings-save').disabled");

    // The way back names no phones, and what was set stays where it was set.
    let asked = asks_to_switch(&window);
    assert!(!asked.contains("Simulated iPhone 1"), "{asked}");
    window.click("#switch-do");
    has(&window, "simulation");
    ready_phones(&window, 3);
    sight::go(&window, "settings?pane=limits");
    window.wait_for("return document.querySelector('#setting-likes_per_day')?.value === '100'");
    assert_eq!(
        window.run("return document.querySelectorAll('.row.wrong').length"),
        json!(0)
    );
    sight::no_policy_violation(&window);
}
