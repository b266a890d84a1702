//! The real window, driven from outside through WebKit's own driver: the example lists run to their
//! end in it, and what it shows at the end is what was asked for.
//!
//! It needs a display and WebKitWebDriver, so it runs only when asked for: `make test` does, under a
//! display without a screen.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

mod driver;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use driver::Window;
use serde_json::{Value, json};

/// Watches, from before the first click, every value that a metric takes.
const WATCH_METRICS: &str = "
    window.seen = {};
    const note = () => {
        for (const tile of document.querySelectorAll('[data-metric]')) {
            const value = Number(tile.querySelector('dd').textContent.replaceAll(',', ''));
            const values = (window.seen[tile.dataset.metric] ??= []);
            if (values.at(-1) !== value) values.push(value);
        }
    };
    note();
    new MutationObserver(note).observe(document, { subtree: true, childList: true, characterData: true });
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

/// The accounts of the example lists, in order, each with its number of tasks.
fn examples() -> BTreeMap<String, u64> {
    let column = |file: &str| -> Vec<String> {
        let mut reader = csv::Reader::from_path(root().join("examples").join(file)).unwrap();
        let at = reader
            .headers()
            .unwrap()
            .iter()
            .position(|name| name == "account_id")
            .unwrap();
        reader
            .records()
            .map(|row| row.unwrap()[at].to_owned())
            .collect()
    };
    let mut tasks: BTreeMap<String, u64> = column("accounts.csv")
        .into_iter()
        .map(|account| (account, 0))
        .collect();
    for account in column("tasks.csv") {
        *tasks.get_mut(&account).unwrap() += 1;
    }
    tasks
}

fn no_policy_violation(window: &Window) {
    let seen = window.run("return { ...document.documentElement.dataset }");
    assert_eq!(
        seen["policyViolations"], "0",
        "refused: {}",
        seen["policyViolation"]
    );
}

/// The theme that the page says it has, and whether its background really is that dark.
fn theme(window: &Window) -> Value {
    window.run(
        "const [red] = getComputedStyle(document.body).backgroundColor.match(/[0-9]+/);
         return [document.documentElement.dataset.theme, Number(red) < 128];",
    )
}

#[test]
#[ignore = "needs a display and WebKitWebDriver: make test runs it"]
fn the_example_lists_run_to_their_end_in_the_window() {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open(data.path());

    window.wait_for("return document.querySelector('main')?.dataset.phase === 'empty'");
    assert!(
        window.text("header").contains("Simulation"),
        "the badge says that nothing is real"
    );
    no_policy_violation(&window);
    window.screenshot("empty-light");

    window.run(WATCH_METRICS);
    window.click("#import");
    window.wait_for(
        "return document.querySelector('[data-sonner-toast]')?.textContent.includes('imported')",
    );
    choose_dark(&window);
    pause_and_go_on(&window);
    window.click("a[href='#/accounts']");
    window.wait_for("return document.querySelectorAll('.pill.blue').length >= 2");
    window.screenshot("running-dark");

    let tasks = examples();
    let total: u64 = tasks.values().sum();
    window.wait_for(&format!(
        "return document.querySelector('[data-status=done]').textContent === '{total} of {total} tasks done'"
    ));
    metrics_are_right(&window, &tasks);
    table_is_right(&window, &tasks);
    no_policy_violation(&window);
    window.screenshot("done-dark");
}

/// The menu opens, and its choice is what the window then looks like.
fn choose_dark(window: &Window) {
    assert_eq!(theme(window), json!(["light", false]));
    window.click(".menu-button");
    window.wait_for("return document.querySelectorAll('[role=menuitemradio]').length === 3");
    window.screenshot("menu-light");
    window.click("[role=menuitemradio]:last-of-type");
    window.wait_for("return document.querySelector('[role=menu]') === null");
    assert_eq!(theme(window), json!(["dark", true]));
}

/// Pausing is told with a way back, and taken back.
fn pause_and_go_on(window: &Window) {
    let shows = |word: &str| {
        let status = "document.querySelector('[data-status=engine]').textContent";
        window.wait_for(&format!("return {status} === '{word}'"));
    };
    window.click("#pause");
    shows("Paused");
    window.wait_for(
        "return [...document.querySelectorAll('[data-sonner-toast]')].some(
            (toast) => toast.textContent.includes('No new tasks start') && toast.textContent.includes('Undo'))",
    );
    window.click("#resume");
    shows("Started");
}

fn metrics_are_right(window: &Window, tasks: &BTreeMap<String, u64>) {
    let seen = window.run("return window.seen");
    let values = |metric: &str| -> Vec<u64> {
        seen[metric]
            .as_array()
            .unwrap()
            .iter()
            .map(|value| value.as_u64().unwrap())
            .collect()
    };
    let total: u64 = tasks.values().sum();
    let with_tasks = tasks.values().filter(|count| **count > 0).count() as u64;
    for (metric, last) in [
        ("total_accounts_tracked", tasks.len() as u64),
        ("accounts_running", 0),
        ("accounts_waiting", 0),
        ("accounts_cooldown", 0),
        // All but the first task of each account came to stand behind another one.
        ("total_concurrency_blocks", total - with_tasks),
        ("total_tasks_queued_waiting", 0),
    ] {
        assert_eq!(
            values(metric).last(),
            Some(&last),
            "{metric}: {:?}",
            values(metric)
        );
    }
    let running = values("accounts_running").into_iter().max();
    assert!(
        matches!(running, Some(2..=4)),
        "as many at once as there are phones: {running:?}"
    );
    assert!(
        values("total_tasks_queued_waiting").len() > 10,
        "the queue was seen to get shorter"
    );
}

fn table_is_right(window: &Window, tasks: &BTreeMap<String, u64>) {
    let rows = window.run(
        "return [...document.querySelectorAll('[data-row]')].map((row) => [
            row.dataset.row,
            ...['state', 'waiting', 'phone', 'done'].map(
                (column) => row.querySelector(`[data-column=${column}]`).textContent.trim()),
        ]);",
    );
    let mut shown: Vec<Value> = rows.as_array().unwrap().clone();
    shown.sort_by_key(|row| row[0].as_str().unwrap().to_owned());
    let expected: Vec<Value> = tasks
        .iter()
        .map(|(account, done)| json!([account, "Available", "0", "—", done.to_string()]))
        .collect();
    assert_eq!(shown, expected);
}

#[test]
#[ignore = "needs a display and WebKitWebDriver: make test runs it"]
fn an_engine_that_cannot_start_is_told_in_words_and_can_be_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::write(&data, "a file where a folder belongs").unwrap();
    let window = Window::open(&data);

    window.wait_for("return document.querySelector('main')?.dataset.phase === 'error'");
    for part in ["h2", "p:not(.mono)", "p.mono"] {
        let told = window.text(&format!("[role=alert] {part}"));
        assert!(
            !told.is_empty(),
            "what happened, what to do, and the code: {part}"
        );
    }
    no_policy_violation(&window);
    window.screenshot("error-light");

    fs::remove_file(&data).unwrap();
    window.click("#retry");
    window.wait_for("return document.querySelector('main')?.dataset.phase === 'empty'");
}
