//! What the operator is told of while the window is not looked at: as the system is asked to show it.

use std::fs;
use std::time::Duration;

use serde_json::json;
use signalbox_tests::clock::wait_for;
use signalbox_tests::place::{Place, ask};
use signalbox_tests::window::{Launch, Window};

#[test]
#[ignore = "needs a display, a session bus and WebKitWebDriver: make test runs it"]
fn a_phone_that_is_lost_is_told_to_the_system() {
    let place = &Place::new();
    let heard = place.path("notifications");
    let launch = Launch::on(&place.path("data")).with("--simulate", 3);
    let window = Window::open(&launch.noting(&heard));
    window.wait_for("return document.querySelector('main')?.dataset.phase === 'ready'");
    // It is known that they were there.
    window.wait_for(
        "return document.querySelector('[data-status=phones]')?.textContent.startsWith('3 of 3')",
    );
    window.put_away();
    let phones = place.phones("data");
    for phone in [2, 3] {
        let request = json!({ "cmd": "plug", "phone": phone, "attached": false });
        assert_eq!(
            ask(&phones, &request).expect("the phones answer")["ok"],
            true
        );
    }
    let told = wait_for("a notification", Duration::from_secs(60), || {
        let told = fs::read_to_string(&heard).ok()?;
        told.contains("member=Notify").then_some(told)
    });
    // One for both, by their names.
    assert_eq!(told.matches("member=Notify").count(), 1, "{told}");
    for name in ["Simulated iPhone 2", "Simulated iPhone 3"] {
        assert!(told.contains(name), "{told}");
    }
}
