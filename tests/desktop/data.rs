//! A data set in which every screen has something to show, made through the API alone.

use std::time::Duration;

use serde_json::{Value, json};
use signalbox_tests::clock::wait_for;
use signalbox_tests::list::example;
use signalbox_tests::place::Place;
use signalbox_tests::serving::Serving;

const PATIENCE: Duration = Duration::from_secs(300);

/// One account rests after an action block, one is challenged, and one task fails.
const STOPS: &str = r#"
[[fault]]
kind = "action_block"
account = "demo.meadow"
effect = "follow"
nth = 1
[[fault]]
kind = "challenge"
account = "demo.quarry"
effect = "follow"
nth = 1
[[fault]]
kind = "logged_out"
account = "demo.ferry"
effect = "like"
nth = 1
"#;

/// Profiles that nothing can be done about, and a phone whose battery runs low.
const MORE: &str = r#"
[[profile]]
name = "sample.garden.188"
private = true
[[profile]]
name = "sample.coffee.013"
missing = true
[[profile]]
name = "sample.bakery.007"
private = true
[[phone]]
phone = 5
battery = 0.34
[[phone]]
phone = 6
battery = 0.08
"#;

/// Names that would do harm, or spoil a layout, if they were anything but text.
pub struct Hostile {
    /// What would be carried out as a page's own source.
    pub markup: String,
    /// What turns the direction of a line.
    pub turned: String,
    /// As long as it may be.
    pub long: String,
    /// Signs of several code points.
    pub signs: String,
    /// 500 characters, which a phone may call itself.
    pub endless: String,
}

/// The worst names that the API takes.
pub fn hostile() -> Hostile {
    Hostile {
        markup: "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
            .to_owned(),
        turned: "\u{202e}abc \u{2067}\u{05e9}\u{05dc}\u{05d5}\u{05dd}\u{2069} 123 \u{0645}\u{0631}\u{062d}\u{0628}\u{0627}".to_owned(),
        long: "W".repeat(200),
        endless: format!("<b>{}</b>\u{202e}", "endless name ".repeat(38))
            .chars()
            .take(500)
            .collect(),
        signs: "👩‍👩‍👧‍👦🏳️‍🌈🇳🇴é̷̢̛͓ ".repeat(8).trim().to_owned(),
    }
}

/// Orders something, and answers what came of it.
pub fn ordered(serving: &Serving, method: &str, path: &str, body: &Value) -> Value {
    let answer = serving.ask(method, path, body);
    assert!(
        (200..300).contains(&answer.status),
        "{method} {path}: {answer:?}"
    );
    answer.body
}

/// Starts a server with four phones on which something goes wrong, and fills it: the example lists
/// run to their end but for the accounts that are stopped, and what comes after waits.
pub fn rich(place: &Place) -> Serving {
    // Nobody gave this phone another name than its own.
    let phone = format!("[[phone]]\nphone = 5\nname = {:?}\n", hostile().endless);
    let phone = phone.replace("\\u{202e}", "\\u202e");
    let serving = filled(place, "5", &format!("{STOPS}{phone}"));
    name_things(&serving);
    make_more(&serving);
    serving
}

/// The same without names that would do harm: a data set as people have them.
pub fn friendly(place: &Place) -> Serving {
    let serving = filled(place, "6", &format!("{STOPS}{MORE}"));
    settle_in(&serving);
    serving
}

/// Shelves, templates, a rehearsal, a task for later, and a note: what a week of work leaves.
fn settle_in(serving: &Serving) {
    let snapshot = serving.get("/api/snapshot").body;
    let phones = snapshot["devices"].as_array().expect("phones").clone();
    for (at, phone) in phones.iter().enumerate() {
        let udid = phone["udid"].as_str().expect("a serial");
        let change =
            json!({ "label": format!("Shelf {}", at + 1), "slot": format!("A{}", at + 1) });
        ordered(serving, "PATCH", &format!("/api/devices/{udid}"), &change);
    }
    let look = ["search_user", "view_profile"];
    let like = ["search_user", "view_profile", "like_post", "follow_user"];
    for (name, actions, likes) in [
        ("Look at gardens", &look[..], json!(null)),
        ("Follow and like two posts", &like[..], json!(2)),
    ] {
        let mut task = json!({ "actions": actions });
        if !likes.is_null() {
            task["max_likes"] = likes;
        }
        let template = json!({ "name": name, "task": task });
        ordered(serving, "POST", "/api/templates", &template);
    }
    import(serving, "Autumn, rehearsed", true);
    let later = json!({
        "account_id": "a09", "target_username": "sample.orchard.900",
        "actions": ["search_user", "view_profile"], "not_before": "2031-01-01T08:00:00Z",
    });
    ordered(serving, "POST", "/api/tasks/create", &later);
    let note = json!({ "text": "Quarry waits for its owner, who comes at four.\nPhone 5 has a new cable." });
    ordered(serving, "PUT", "/api/shift-note", &note);
}

fn filled(place: &Place, phones: &str, scenario: &str) -> Serving {
    let scenario = place.write("stops.toml", scenario);
    let options = ["--simulate", phones, "--sim-latency-ms", "1", "--scenario"];
    let mut options = options.to_vec();
    options.push(scenario.to_str().expect("a plain path"));
    let serving = Serving::start(place, &options);
    import(&serving, "Spring list", false);
    wait_for("the phones' work", PATIENCE, || {
        let snapshot = serving.get("/api/snapshot").body;
        let progress = &snapshot["engine"]["progress"];
        let ended = progress["completed"].as_u64()? + progress["failed"].as_u64()?;
        (ended > 100).then_some(())
    });
    serving
}

/// Accepts the example lists.
pub fn import(serving: &Serving, name: &str, rehearsal: bool) -> Value {
    let text = |file: &str| std::fs::read_to_string(example(file)).expect("the examples");
    let list = json!({
        "name": name,
        "accounts": text("accounts.csv"),
        "tasks": text("tasks.csv"),
        "rehearsal": rehearsal,
    });
    ordered(serving, "POST", "/api/lists/import", &list)
}

/// Labels, groups and notes: friendly ones, and the worst there can be.
fn name_things(serving: &Serving) {
    let Hostile {
        markup,
        turned,
        long,
        signs,
        ..
    } = hostile();
    let worst = [&markup, &turned, &long, &signs];
    for (account, name) in ["a01", "a02", "a03", "a07"].iter().zip(worst) {
        let change = json!({ "label": name, "group": name, "note": name });
        ordered(
            serving,
            "PATCH",
            &format!("/api/accounts/{account}"),
            &change,
        );
    }
    let snapshot = serving.get("/api/snapshot").body;
    let phones = snapshot["devices"].as_array().expect("phones").clone();
    // Of five, the last one keeps the name it came with.
    for (phone, name) in phones.iter().zip(worst) {
        let udid = phone["udid"].as_str().expect("a serial");
        let change = json!({ "label": name, "slot": "A1", "note": name });
        ordered(serving, "PATCH", &format!("/api/devices/{udid}"), &change);
    }
}

/// What waits for a person, for a time, or for nothing any more.
fn make_more(serving: &Serving) {
    let Hostile { markup, signs, .. } = hostile();
    let later = json!({
        "account_id": "a09", "target_username": "later.on", "actions": ["view_profile"],
        "not_before": "2031-01-01T08:00:00Z",
    });
    ordered(serving, "POST", "/api/tasks/create", &later);
    let reason = json!({ "reason": markup });
    ordered(serving, "POST", "/api/accounts/a11/suspend", &reason);
    let blocked = json!({
        "account_id": "a11", "target_username": "waits.here",
        "actions": ["view_profile", "like_post"],
    });
    ordered(serving, "POST", "/api/tasks/create", &blocked);
    ordered(serving, "POST", "/api/accounts/a12/pause", &json!({}));
    for name in [&markup, &signs] {
        let name: String = name.chars().take(80).collect();
        let task = json!({ "actions": ["view_profile", "like_post"], "max_likes": 2 });
        let template = json!({ "name": name.trim(), "task": task });
        ordered(serving, "POST", "/api/templates", &template);
    }
}
