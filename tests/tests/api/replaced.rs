//! What scripts of the system that Signalbox replaces rely on, asked of the real program; and what
//! that system got wrong, each under its name.

use std::time::Duration;

use serde_json::{Value, json};
use signalbox_tests::clock::wait_for;
use signalbox_tests::place::Place;
use signalbox_tests::serving::Serving;

/// How long a few tasks may take on simulated phones.
const PATIENCE: Duration = Duration::from_secs(120);

const STATE: [&str; 16] = [
    "account_id",
    "state",
    "current_task_id",
    "current_device_id",
    "task_type",
    "started_at",
    "waiting_tasks_count",
    "waiting_task_ids",
    "last_completed_task",
    "last_completed_at",
    "total_tasks_completed",
    "execution_duration",
    "cooldown_until",
    "state_reason",
    "simulated",
    "error_state",
];

const METRICS: [&str; 6] = [
    "total_accounts_tracked",
    "accounts_running",
    "accounts_waiting",
    "accounts_cooldown",
    "total_concurrency_blocks",
    "total_tasks_queued_waiting",
];

/// It is an object with at least these fields.
#[track_caller]
fn has(object: &Value, fields: &[&str]) {
    for field in fields {
        assert!(object.get(field).is_some(), "{field} is missing: {object}");
    }
}

fn create(serving: &Serving, account: &str, target: &str) -> String {
    let body = json!({
        "account_id": account,
        "target_username": target,
        "actions": ["view_profile", "follow_user"],
    });
    let made = serving.post("/api/tasks/create", &body);
    assert_eq!(made.status, 200, "{made:?}");
    made.body["task_id"].as_str().unwrap().to_owned()
}

fn all_completed(serving: &Serving, tasks: &[String]) {
    wait_for("the tasks", PATIENCE, || {
        let done = tasks.iter().all(|task| {
            let status = serving.get(&format!("/api/tasks/{task}/status")).body;
            status["status"] == "completed"
        });
        done.then_some(())
    });
}

/// A server whose account `anna` has done two tasks.
fn done(place: &Place) -> Serving {
    let serving = Serving::start(place, &["--simulate", "2"]);
    let tasks = ["bob", "carol"].map(|target| create(&serving, "anna", target));
    all_completed(&serving, &tasks);
    serving
}

#[test]
fn the_five_answers_of_concurrency_have_their_shapes() {
    let place = Place::new();
    let serving = done(&place);
    let states = serving.get("/api/accounts/execution-states").body;
    assert_eq!(states["success"], true);
    has(&states, &["account_states", "updated_at"]);
    has(&states["account_states"]["anna"], &STATE[..15]);

    let one = serving.get("/api/accounts/execution-states/anna").body;
    assert_eq!(one["success"], true);
    assert_eq!(one["account_state"], states["account_states"]["anna"]);
    let nobody = serving.get("/api/accounts/execution-states/nobody");
    assert_eq!(
        (nobody.status, &nobody.body["success"]),
        (200, &json!(false))
    );
    assert!(nobody.body["message"].is_string());

    let waiting = serving.get("/api/accounts/waiting-tasks").body;
    assert_eq!(waiting["success"], true);
    has(&waiting, &["waiting_tasks_by_account", "updated_at"]);
    assert_eq!(waiting["total_waiting_tasks"], 0);

    let metrics = serving.get("/api/metrics/concurrency").body;
    assert_eq!(metrics["success"], true);
    for field in METRICS {
        assert!(
            metrics["concurrency_metrics"][field].is_u64(),
            "{field} {metrics}"
        );
    }
    has(&metrics, &["updated_at"]);

    let states = serving.get("/api/accounts/states").body;
    has(&states["account_states"]["anna"], &STATE);
}

#[test]
fn events_and_both_exports_have_their_types_and_all_rows() {
    let place = Place::new();
    let serving = done(&place);
    let events = serving
        .get("/api/interactions/events?account_id=anna&limit=3")
        .body;
    assert_eq!(events["success"], true);
    assert_eq!((&events["limit"], &events["skip"]), (&json!(3), &json!(0)));
    assert_eq!(events["events"].as_array().map(Vec::len), Some(3));

    let latest = "/api/interactions/latest?account_id=anna&username=bob&action=follow";
    let latest = serving.get(latest).body;
    let fields = [
        "account_id",
        "target_username",
        "action",
        "last_status",
        "last_ts",
        "expires_at",
    ];
    has(&latest["interaction"], &fields);
    assert_eq!(latest["interaction"]["last_status"], "success");

    let csv = serving.get("/api/interactions/export?format=csv");
    assert_eq!(
        csv.header("content-type"),
        Some("text/csv"),
        "the wrong content type"
    );
    let attachment = "attachment; filename=interactions_export.csv";
    assert_eq!(csv.header("content-disposition"), Some(attachment));
    let columns = "platform,account_id,target_username,action,status,reason,task_id,device_id,\
                   latency_ms,ts\r\n";
    assert!(csv.text.contains(columns), "{}", csv.text);
    let rows = csv.text.matches("instagram,anna,").count();
    assert_eq!(rows, 4, "{}", csv.text);

    let json = serving.get("/api/interactions/export?format=json");
    assert_eq!(json.header("content-type"), Some("application/json"));
    assert!(json.text.contains("\"total_events\":4"), "{}", json.text);
    assert_eq!(
        serving.get("/api/interactions/export?format=xml").status,
        400
    );
}

#[test]
fn metrics_clean_up_health_and_dashboard_have_their_shapes() {
    let place = Place::new();
    let serving = done(&place);
    let metrics = serving.get("/api/metrics").body;
    let metrics = &metrics["metrics"];
    let interactions = [
        "total_interactions",
        "successful_follows",
        "successful_likes",
        "successful_comments",
        "dedupe_hits",
        "rate_limit_events",
        "failed_interactions",
        "private_accounts",
        "target_unavailable",
    ];
    has(&metrics["interactions"], &interactions);
    assert_eq!(metrics["interactions"]["total_interactions"], 4);
    assert_eq!(metrics["interactions"]["successful_follows"], 2);
    has(&metrics["deduplication"], &["total_checks", "dedupe_hits"]);
    let errors = [
        "total_errors",
        "rate_limit_errors",
        "private_account_errors",
        "target_unavailable_errors",
        "network_errors",
        "accounts_in_cooldown",
        "circuit_breaker_trips",
    ];
    has(&metrics["error_handling"], &errors);
    has(metrics, &["account_states", "updated_at"]);

    let cleaned = serving.post("/api/interactions/cleanup", &json!({})).body;
    assert_eq!(cleaned["success"], true);
    assert!(cleaned["message"].is_string());

    let health = serving.get("/api/system/health").body;
    has(
        &health,
        &[
            "status",
            "issues",
            "uptime",
            "workers_active",
            "devices_ready",
            "queue_size",
        ],
    );

    let stats = serving.get("/api/dashboard/stats").body;
    let parts = [
        "system_stats",
        "device_status",
        "queue_status",
        "active_tasks",
        "recent_results",
        "account_execution_states",
        "execution_metrics",
        "waiting_tasks",
    ];
    has(&stats, &parts);
    has(&stats["waiting_tasks"], &["by_account", "total_waiting"]);
    assert_eq!(stats["system_stats"]["total_tasks_completed"], 2);
}

#[test]
fn a_settings_update_that_drops_the_other_settings() {
    let place = Place::new();
    let serving = Serving::start(&place, &["--simulate", "2"]);
    let read = || {
        let answer = serving.get("/api/settings").body;
        assert_eq!(answer["success"], true);
        answer["settings"].clone()
    };
    let mut before = read();
    let fields = [
        "reengagement_days",
        "rate_limit_steps",
        "cooldown_after_consecutive",
        "cooldown_minutes",
        "follows_per_day",
        "likes_per_day",
        "comments_per_day",
        "action_gap_seconds",
        "accounts_per_target",
    ];
    has(&before, &fields);
    let changed = serving.ask("PUT", "/api/settings", &json!({ "likes_per_day": 60 }));
    assert_eq!(changed.status, 200, "{changed:?}");
    let after = read();
    for field in fields {
        if field != "likes_per_day" {
            assert_eq!(after[field], before[field], "{field}");
        }
    }
    assert_eq!(after["likes_per_day"], 60);
    before = after;
    let refused = serving.ask(
        "PUT",
        "/api/settings",
        &json!({ "likes_per_day": 10, "no_such": 1 }),
    );
    assert_eq!(refused.status, 422);
    assert_eq!(read(), before, "nothing of it was taken");
    drop(serving);
    let serving = Serving::start(&place, &["--simulate", "2"]);
    assert_eq!(
        serving.get("/api/settings").body["settings"]["likes_per_day"],
        60
    );
}

#[test]
fn the_phones_id_used_as_the_accounts() {
    let place = Place::new();
    let serving = Serving::start(&place, &["--simulate", "2"]);
    let tasks = [
        create(&serving, "anna", "bob"),
        create(&serving, "bert", "bob"),
    ];
    all_completed(&serving, &tasks);
    let states = serving.get("/api/accounts/execution-states").body;
    let states = states["account_states"].as_object().unwrap();
    assert_eq!(states.keys().collect::<Vec<_>>(), ["anna", "bert"]);
    let events = serving.get("/api/interactions/events").body;
    for event in events["events"].as_array().unwrap() {
        assert_ne!(event["account_id"], event["device_id"], "{event}");
    }
}

#[test]
fn total_concurrency_blocks_never_counted() {
    let place = Place::new();
    let serving = Serving::start(&place, &["--simulate", "2"]);
    let tasks = ["bob", "carol", "dave"].map(|target| create(&serving, "anna", target));
    all_completed(&serving, &tasks);
    let metrics = serving.get("/api/metrics/concurrency").body;
    let blocks = metrics["concurrency_metrics"]["total_concurrency_blocks"].as_u64();
    // The first starts at once, if it is alone in its line; the two behind it cannot.
    assert!(blocks >= Some(2), "{metrics}");
}

#[test]
fn an_empty_device_list_or_an_unknown_template_accepted_with_200() {
    let place = Place::new();
    let serving = Serving::start(&place, &["--simulate", "2"]);
    let devices = json!({ "target_username": "bob", "devices": [] });
    let refused = serving.post("/api/tasks/create", &devices);
    assert_eq!(
        (refused.status, &refused.body["errors"][0]["pointer"]),
        (422, &json!("/devices"))
    );
    let template = "/api/templates/00000000-0000-7000-8000-000000000000/run";
    let refused = serving.post(template, &json!({ "targets": ["bob"] }));
    assert_eq!(refused.status, 404, "{refused:?}");
    let metrics = serving.get("/api/metrics/concurrency").body;
    assert_eq!(
        metrics["concurrency_metrics"]["total_tasks_queued_waiting"],
        0
    );
}
