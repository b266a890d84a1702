//! What needs a person is helped by the button beside it.

use serde_json::{Value, json};
use signalbox_tests::browser::Browser;
use signalbox_tests::clock::wait_for;
use signalbox_tests::place::{Place, ask};
use signalbox_tests::serving::Serving;
use signalbox_tests::webdriver::{PATIENCE, Page};
use signalbox_tests::witness::Witness;

use crate::{data::ordered, sight};

/// Two comments of which nobody knows whether they went out, and a challenge.
const STOPS: &str = r#"
[[fault]]
kind = "wda_die"
account = "ann"
effect = "comment"
nth = 1
[[fault]]
kind = "wda_die"
account = "bea"
effect = "comment"
nth = 1
[[fault]]
kind = "challenge"
account = "cid"
effect = "like"
nth = 1
"#;

/// One task on a page of its own.
fn task(serving: &Serving, account: &str, page: &str, comment: bool) -> String {
    let texts: &[&str] = if comment { &["Well said"] } else { &[] };
    let body = json!({
        "account_id": account,
        "target_pages": [page],
        "actions": { "follow": false, "like": !comment, "comment": comment },
        "comment_list": texts,
    });
    let made = ordered(serving, "POST", "/api/engagement-task", &body);
    made["task_id"].as_str().expect("an id").to_owned()
}

/// Waits until the engine says that so many things need a person.
fn needs(serving: &Serving, code: &str, number: usize) {
    wait_for("what needs a person", PATIENCE, || {
        let items = serving.get("/api/attention").body["items"].take();
        let items = items.as_array()?.iter().filter(|it| it["code"] == code);
        (items.count() == number).then_some(())
    });
}

/// Waits until the task has ended like this.
fn ends(serving: &Serving, task: &str, status: &str) {
    wait_for("the task's end", PATIENCE, || {
        let told = serving.get(&format!("/api/tasks/{task}/status")).body;
        (told["status"] == status).then_some(())
    });
}

/// Clicks what helps with this item.
fn help(page: &Page, item: &str, with: &str) {
    page.click(&format!("[data-item='{item}'] [data-do={with}]"));
}

/// Waits until nobody is needed for it any more.
fn is_gone(page: &Page, item: &str) {
    page.wait_for(&format!(
        "return document.querySelector(\"[data-item='{item}']\") === null"
    ));
}

/// The item that the page shows of this code and this subject.
fn item(page: &Page, code: &str, words: &str) -> String {
    let found = format!(
        "[...document.querySelectorAll('[data-item][data-code={code}]')]
             .find((it) => it.textContent.includes('{words}'))"
    );
    page.wait_for(&format!("return {found} !== undefined"));
    let id = page.run(&format!("return {found}.dataset.item"));
    id.as_str().expect("an item").to_owned()
}

#[test]
#[ignore = "needs Chromium and its driver: make test runs it"]
fn what_needs_a_person_is_helped_by_a_click_in_a_browser() {
    let place = &Place::new();
    let scenario = place.write("stops.toml", STOPS).display().to_string();
    let witness = place.path("witness.jsonl");
    let serving = Serving::start(
        place,
        &[
            "--simulate",
            "2",
            "--sim-latency-ms",
            "1",
            "--time-scale",
            "20",
            "--scenario",
            &scenario,
            "--witness",
            witness.to_str().expect("a plain path"),
        ],
    );
    for account in ["ann", "bea", "cid"] {
        let body = json!({ "account_id": account, "handle": account });
        ordered(&serving, "POST", "/api/accounts", &body);
    }
    let again = task(&serving, "ann", "lake.one", true);
    let happened = task(&serving, "bea", "lake.two", true);
    let challenged = task(&serving, "cid", "lake.three", false);
    needs(&serving, "unknown_act", 2);
    needs(&serving, "account_suspended", 1);

    let browser = Browser::open();
    browser.follow(&serving);
    browser.wait_for("return document.querySelector('main')?.dataset.phase === 'ready'");
    sight::go(&browser, "overview");

    // Nobody sent the first one: it is sent now, once. The second one is left as it is.
    let first = item(&browser, "unknown_act", "lake.one");
    help(&browser, &first, "again");
    is_gone(&browser, &first);
    ends(&serving, &again, "completed");
    let second = item(&browser, "unknown_act", "lake.two");
    help(&browser, &second, "happened");
    is_gone(&browser, &second);
    ends(&serving, &happened, "completed");
    let sent = Witness::read(&witness);
    let sent = sent
        .requests
        .iter()
        .filter(|it| it.effect.as_deref() == Some("comment"));
    let sent: Vec<_> = sent.map(|it| it.before.subject.clone()).collect();
    assert_eq!(sent, [Some("lake.one".to_owned())]);

    // The owner has confirmed it on the phone; then the account is lifted, with a reason.
    let lifted = ask(
        &place.phones("data"),
        &json!({ "cmd": "lift", "handle": "cid" }),
    );
    assert_eq!(lifted.expect("the phones answer")["ok"], true);
    let suspended = item(&browser, "account_suspended", "cid");
    help(&browser, &suspended, "unsuspend");
    browser.wait_for_one("#confirm input");
    browser.write("#confirm input", "The owner confirmed it.");
    browser.click("#confirm-do");
    is_gone(&browser, &suspended);
    ends(&serving, &challenged, "completed");

    browser
        .wait_for("return document.querySelector('[data-attention]')?.dataset.attention === '0'");
    assert_eq!(serving.get("/api/attention").body["total"], Value::from(0));
}
