//! The window at its limits: 10,000 accounts, 100,000 tasks and 500 changes a second in the page's
//! own code, with a made-up engine behind it (`ui/feeder`), minutes long; and how soon the real app
//! has painted. `scripts/bench-window.sh` builds what it needs. It prints a table.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot be set up has no figure"
)]

use std::fs;
use std::time::Duration;

use serde_json::Value;
use signalbox_tests::clock::{let_pass, now};
use signalbox_tests::webdriver::built_beside;
use signalbox_tests::window::{Launch, Window};

/// How often memory is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// How many starts are measured.
const STARTS: usize = 5;
/// Ticks of a process's start in a second, as Linux tells them to everybody.
const TICKS: f64 = 100.0;
/// Bytes of a page of memory.
const PAGE: u64 = 4_096;

fn main() {
    let minutes = std::env::args().skip(1).find_map(|it| it.parse().ok());
    println!("| what | figure | aim |");
    println!("|---|---|---|");
    first_paint();
    for screen in ["accounts", "tasks"] {
        fed(screen, minutes.unwrap_or(10));
    }
}

/// From the process's start to the first picture with something in it, and to the first data.
fn first_paint() {
    let mut paints = Vec::new();
    let mut ready = Vec::new();
    for _ in 0..STARTS {
        let place = tempfile::tempdir().unwrap();
        let window = Window::open(&Launch::on(&place.path().join("data")));
        window.wait_for("return document.querySelector('main')?.dataset.phase === 'ready'");
        let data = now().wall_ms as f64;
        let painted = window.run(
            "const paint = performance.getEntriesByName('first-contentful-paint')[0];
             return performance.timeOrigin + (paint?.startTime ?? NaN)",
        );
        let began = began(window.process_group(), "signalbox-deskt");
        paints.push(painted.as_f64().unwrap_or(f64::NAN) - began);
        ready.push(data - began);
    }
    let (paint, data) = (middle(&mut paints), middle(&mut ready));
    println!(
        "| from the start of the process to the first paint, median of {STARTS} | {paint:.0} ms | 1,000 ms |"
    );
    println!("| the same to the first data on the screen | {data:.0} ms | |");
}

/// What the fed window takes for each message, and how its memory goes.
fn fed(screen: &str, minutes: u64) {
    let place = tempfile::tempdir().unwrap();
    let mut launch = Launch::on(&place.path().join("data"));
    launch.app = built_beside("fed").join("signalbox-desktop");
    let window = Window::open(&launch);
    window.wait_for("return document.querySelector('main')?.dataset.phase === 'ready'");
    window.run_with("location.hash = '#/' + arguments[0]", &[screen.into()]);
    window.wait_for("return document.querySelectorAll('[data-row]').length > 10");
    // What a start alone costs is not measured.
    let_pass(LOOK_EVERY);
    window.run("window.measured.ticks.length = 0; window.measured.frames.length = 0; window.measured.changes = 0;");
    let mut memory = vec![memory_of(window.process_group())];
    let looks = minutes * 60 / LOOK_EVERY.as_secs();
    for _ in 0..looks {
        let_pass(LOOK_EVERY);
        memory.push(memory_of(window.process_group()));
    }
    let measured = window.run("return window.measured");
    keeps_up(&window);
    window.screenshot(&format!("fed-{screen}"));
    let seconds = looks * LOOK_EVERY.as_secs();
    let changes = measured["changes"].as_u64().unwrap_or(0) / seconds.max(1);
    let (mut ticks, mut frames) = (numbers(&measured["ticks"]), numbers(&measured["frames"]));
    let (tick, frame) = (middle(&mut ticks), middle(&mut frames));
    let worst = ticks[ticks.len() * 99 / 100];
    println!(
        "| {screen}: applied, rendered and laid out, median of {} messages, {changes} changes a second | {tick:.1} ms | 16 ms |",
        ticks.len()
    );
    println!("| {screen}: the same at the 99th part | {worst:.1} ms | |");
    println!("| {screen}: the same and painted, median | {frame:.1} ms | |");
    let fifth = memory.len().div_ceil(5);
    let mean = |part: &[u64]| part.iter().sum::<u64>() as f64 / part.len() as f64 / 1_048_576.0;
    let means: Vec<String> = memory
        .chunks(fifth)
        .map(|part| format!("{:.0}", mean(part)))
        .collect();
    println!(
        "| {screen}: memory of the page's process, MiB, mean of each fifth of {minutes} min | {} | flat |",
        means.join(", ")
    );
}

/// What the page shows is what it was told a moment ago: a page that stands still takes no time.
fn keeps_up(window: &Window) {
    let behind = window.run(
        "const done = document.querySelector('[data-status=done]').textContent;
         return window.measured.turn - Number(done.replaceAll(',', '').match(/[0-9]+/)[0])",
    );
    let behind = behind.as_f64().unwrap_or(f64::NAN);
    assert!(
        (0.0..20.0).contains(&behind),
        "the page shows what was told {behind} messages ago"
    );
}

fn numbers(list: &Value) -> Vec<f64> {
    let list = list.as_array().cloned().unwrap_or_default();
    list.iter().filter_map(Value::as_f64).collect()
}

/// The median; sorts.
fn middle(values: &mut [f64]) -> f64 {
    assert!(!values.is_empty(), "something was measured");
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The fields of `/proc/PID/stat` behind the name, and the name, of every process of a group.
fn processes(group: u32) -> Vec<(String, Vec<String>)> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let stats = entries.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    let told = stats.filter_map(|stat| {
        let (begin, rest) = stat.rsplit_once(") ")?;
        let name = begin.split_once('(')?.1.to_owned();
        Some((name, rest.split(' ').map(str::to_owned).collect::<Vec<_>>()))
    });
    let group = group.to_string();
    told.filter(|(_, fields)| fields.get(2) == Some(&group))
        .collect()
}

/// Bytes that the web view's own process has in memory.
fn memory_of(group: u32) -> u64 {
    let found = processes(group).into_iter();
    let pages = found.filter(|(name, _)| name.starts_with("WebKitWebProces"));
    let pages: u64 = pages
        .filter_map(|(_, it)| it.get(21)?.parse::<u64>().ok())
        .sum();
    pages * PAGE
}

/// When a process of the group began, in wall milliseconds.
fn began(group: u32, name: &str) -> f64 {
    let found = processes(group).into_iter();
    let ticks = found.filter(|(own, _)| own.starts_with(name));
    let ticks = ticks.filter_map(|(_, it)| it.get(19)?.parse::<f64>().ok());
    let ticks = ticks.fold(f64::INFINITY, f64::min);
    let uptime = fs::read_to_string("/proc/uptime").unwrap();
    let uptime: f64 = uptime.split(' ').next().unwrap().parse().unwrap();
    now().wall_ms as f64 - (uptime - ticks / TICKS) * 1_000.0
}
