use signalbox_scheduler::Settings;

use super::*;

fn chosen(json: serde_json::Value) -> Chosen {
    serde_json::from_value(json).unwrap()
}

#[test]
fn on_live_phones_the_hard_limits_bound_what_is_set() {
    let check = |json: serde_json::Value, expected: &[&str]| {
        let bad = chosen(json.clone()).check(World::Live);
        let fields: Vec<&str> = bad.iter().map(|it| it.pointer.as_str()).collect();
        assert_eq!(fields, expected, "{json}");
        assert!(
            bad.iter().all(|it| it.detail.contains("hard limit")),
            "{bad:?}"
        );
        assert_eq!(chosen(json).check(World::Simulated), []);
    };
    use serde_json::json;
    check(
        json!({"follows_per_day": 80, "likes_per_day": 200, "comments_per_day": 30}),
        &[],
    );
    check(json!({"follows_per_day": 81}), &["/follows_per_day"]);
    check(json!({"likes_per_day": 201}), &["/likes_per_day"]);
    check(json!({"comments_per_day": 31}), &["/comments_per_day"]);
    check(json!({"action_gap_seconds": 10}), &[]);
    check(json!({"action_gap_seconds": 9}), &["/action_gap_seconds"]);
    check(json!({"cooldown_minutes": 30}), &[]);
    check(json!({"cooldown_minutes": 29}), &["/cooldown_minutes"]);
    check(
        json!({"cooldown_after_consecutive": 4}),
        &["/cooldown_after_consecutive"],
    );
    check(json!({"rate_limit_steps": [60, 60, 60, 60]}), &[]);
    check(
        json!({"rate_limit_steps": [60, 59, 60, 60]}),
        &["/rate_limit_steps"],
    );
    check(json!({"accounts_per_target": 4}), &["/accounts_per_target"]);
    check(
        json!({"follows_per_day": 900, "action_gap_seconds": 0}),
        &["/follows_per_day", "/action_gap_seconds"],
    );
}

#[test]
fn what_nobody_set_is_as_it_is_by_default_and_what_somebody_set_holds() {
    let nothing = Chosen::default();
    let policy = |chosen: &Chosen, world, limits| {
        let settings = chosen.policy(world, limits, 7);
        assert_eq!(settings.jitter, Some(7));
        Settings {
            jitter: None,
            hours: signalbox_scheduler::Hours::default(),
            ..settings
        }
    };
    let simulated = Settings::simulated();
    assert_eq!(policy(&nothing, World::Live, false), Settings::live());
    assert_eq!(policy(&nothing, World::Simulated, false), simulated);
    assert_eq!(
        policy(&nothing, World::Simulated, true).per_day,
        Settings::live().per_day
    );
    assert_eq!(in_force(&simulated), ["accounts_per_target"]);
    let one = chosen(serde_json::json!({"likes_per_day": 3, "action_gap_seconds": 5}));
    let held = policy(&one, World::Simulated, false);
    assert_eq!(
        (held.per_day, held.act_gap_ms),
        ([None, Some(3), None], 5_000)
    );
    let names = ["likes_per_day", "action_gap_seconds", "accounts_per_target"];
    assert_eq!(in_force(&held), names);
    // The core holds what it must, whatever it is given.
    assert_eq!(policy(&one, World::Live, false).act_gap_ms, 10_000);
}

#[test]
fn hours_as_people_write_them() {
    let check = |json: serde_json::Value, expected: &[(u16, u16)]| {
        let chosen = chosen(serde_json::json!({"hours": {"": json.clone()}}));
        assert_eq!(chosen.check(World::Live), [], "{json}");
        let weeks: Vec<Week> = chosen.rotas().map(|(_, week)| week).collect();
        assert_eq!(weeks.len(), 1);
        assert_eq!(weeks[0].windows(), expected, "{json}");
    };
    use serde_json::json;
    check(
        json!([{"days": ["mon", "sun"], "from": "08:00", "to": "22:00"}]),
        &[(480, 1_320), (6 * 1_440 + 480, 6 * 1_440 + 1_320)],
    );
    check(
        json!([{"days": ["sun"], "from": "22:00", "to": "06:00"}]),
        &[(0, 360), (9_960, 10_080)],
    );
    check(
        json!([{"days": ["mon"], "from": "00:00", "to": "24:00"}]),
        &[(0, 1_440)],
    );
    check(json!([{"from": "08:00", "to": "08:00"}]), &[(0, 10_080)]);
    check(json!([{"from": "00:00", "to": "00:00"}]), &[(0, 10_080)]);
    let refused = |hours: serde_json::Value, pointer: &str| {
        let bad = chosen(json!({ "hours": hours.clone() })).check(World::Simulated);
        assert_eq!(bad.len(), 1, "{hours}");
        assert_eq!(bad[0].pointer, pointer);
    };
    refused(json!({"night": []}), "/hours/night");
    refused(
        json!({"a/b": [{"days": [], "from": "08:00", "to": "09:00"}]}),
        "/hours/a~1b",
    );
    refused(
        json!({"\u{7}": [{"from": "08:00", "to": "09:00"}]}),
        "/hours",
    );
    for time in ["8:00", "08:60", "24:01", "+8:00", "08:0", "08-00", ""] {
        let window = json!({"hours": {"": [{"from": time, "to": "09:00"}]}});
        assert!(
            serde_json::from_value::<Chosen>(window).is_err(),
            "{time:?}"
        );
    }
}

#[test]
fn history_is_kept_as_long_as_it_is_looked_back_at() {
    let days = |json| chosen(json).history_days();
    assert_eq!(days(serde_json::json!({})), 400);
    assert_eq!(days(serde_json::json!({"history_days": 90})), 90);
    assert_eq!(
        days(serde_json::json!({"history_days": 30, "reengagement_days": 365})),
        365
    );
}

#[test]
fn the_hard_limits_that_are_told_are_those_that_are_held() {
    let told = Chosen::live_bounds();
    let follows = told["follows_per_day"].most.unwrap();
    let with = |follows: u64| Chosen {
        follows_per_day: u16::try_from(follows).ok(),
        ..Chosen::default()
    };
    assert_eq!(with(follows).check(World::Live), []);
    assert_eq!(with(follows + 1).check(World::Live).len(), 1);
    assert_eq!(told["cooldown_minutes"].least, Some(30));
    assert_eq!(told["cooldown_minutes"].most, None);
}
