//! Phones, by what is clicked on their screen.

use signalbox_tests::browser::Browser;
use signalbox_tests::clock::wait_for;
use signalbox_tests::list::udid;
use signalbox_tests::place::Place;
use signalbox_tests::serving::Serving;
use signalbox_tests::webdriver::PATIENCE;
use signalbox_tests::witness::Witness;

use crate::{flow::told, sight};

#[test]
#[ignore = "needs Chromium and its driver: make test runs it"]
fn a_phone_is_found_among_others_in_a_browser() {
    let place = &Place::new();
    let witness = place.path("witness.jsonl");
    let words = witness.to_str().expect("a plain path");
    let serving = Serving::start(place, &["--simulate", "2", "--witness", words]);
    let browser = Browser::open();
    browser.follow(&serving);
    browser.wait_for(
        "return document.querySelector('[data-status=phones]')?.textContent.startsWith('2 of 2')",
    );
    sight::go(&browser, "devices");
    browser.click(&format!("[data-row='{}'] .more-menu", udid(2)));
    browser.wait_for_one("[data-action=find]");
    browser.click("[data-action=find]");
    told(&browser, "goes to the settings and back, four times");
    wait_for("its screen", PATIENCE, || {
        let requests = Witness::read(&witness).requests;
        let homes = requests
            .iter()
            .filter(|it| it.request.ends_with("/wda/pressButton"));
        let phones: Vec<_> = homes.map(|it| it.phone.clone()).collect();
        (phones == vec![udid(2); 4]).then_some(())
    });
}
