//! An account on its way through its states, driven over HTTP alone by what the platform says: it
//! rests after an action block, over a restart too, is suspended by a challenge, and each time the
//! line behind it goes on by itself.

use std::time::Duration;

use serde_json::{Value, json};
use signalbox_tests::books::Books;
use signalbox_tests::clock::wait_for;
use signalbox_tests::place::{Place, ask};
use signalbox_tests::serving::Serving;

const PATIENCE: Duration = Duration::from_secs(120);

/// The first follow is blocked, the third one is challenged.
const STOPS: &str = "[[fault]]\nkind = \"action_block\"\naccount = \"anna\"\neffect = \"follow\"\n\
                     nth = 1\n\
                     [[fault]]\nkind = \"challenge\"\naccount = \"anna\"\neffect = \"follow\"\n\
                     nth = 3\n";

struct Drive {
    serving: Serving,
    tasks: Vec<String>,
}

impl Drive {
    fn state(&self) -> Value {
        let state = self.serving.get("/api/accounts/execution-states/anna").body;
        state["account_state"].clone()
    }

    /// Waits for a state of the account, and gives it.
    fn reaches(&self, state: &str) -> Value {
        wait_for(state, PATIENCE, || {
            Some(self.state()).filter(|it| it["state"] == state)
        })
    }

    fn task(&self, place: usize) -> Value {
        let path = format!("/api/tasks/{}/status", self.tasks[place]);
        self.serving.get(&path).body
    }

    fn completes(&self, place: usize) {
        wait_for("the task", PATIENCE, || {
            (self.task(place)["status"] == "completed").then_some(())
        });
    }

    fn order(&self, path: &str, body: &Value, expected: u16) -> Value {
        let answer = self.serving.post(path, body);
        assert_eq!(answer.status, expected, "{path} {answer:?}");
        answer.body
    }
}

/// Four follows of one account on one phone.
fn four_follows(place: &Place, arguments: &[&str]) -> Drive {
    let serving = Serving::start(place, arguments);
    // Ten minutes, that is ten seconds here, so that a restart fits into them.
    let steps = json!({ "rate_limit_steps": [600, 600, 600, 600] });
    assert_eq!(serving.ask("PUT", "/api/settings", &steps).status, 200);
    let mut drive = Drive {
        serving,
        tasks: Vec::new(),
    };
    for target in ["bob", "carol", "dave", "erin"] {
        let new = json!({
            "account_id": "anna",
            "target_username": target,
            "actions": ["view_profile", "follow_user"],
        });
        let made = drive.order("/api/tasks/create", &new, 200);
        let task = made["task_id"].as_str().unwrap();
        drive.tasks.push(task.to_owned());
    }
    drive
}

/// It rests after the block, and over a kill and a new start no longer and no shorter.
fn rests_over_a_restart(mut drive: Drive, place: &Place, arguments: &[&str]) -> Drive {
    let rests = drive.reaches("cooldown");
    let until = rests["cooldown_until"].clone();
    assert!(until.is_string(), "{rests}");
    assert_eq!(rests["state_reason"], "rate_limit");
    let waits = drive.task(0);
    let code = &waits["waiting_on"]["code"];
    assert_eq!(code, "account_in_cooldown", "{waits}");
    assert_eq!(waits["queue_position"], 0, "it keeps the head");
    assert_eq!(drive.task(1)["queue_position"], 1);

    // Killed, so that the phones, and their count of follows, live on.
    drop(drive.serving);
    drive.serving = Serving::start(place, arguments);
    let after = drive.state();
    assert_eq!(after["state"], "cooldown", "it rests on: {after}");
    assert_eq!(after["cooldown_until"], until, "no longer and no shorter");
    assert_eq!(after["waiting_tasks_count"], 4);
    // It ends by itself, and the head goes on by itself.
    drive.completes(0);
    drive
}

/// It is suspended by the challenge until its owner answered and somebody says why.
fn suspended_and_back(drive: &Drive, place: &Place) {
    let suspended = drive.reaches("suspended");
    assert_eq!(suspended["state_reason"], "challenge");
    assert_eq!(drive.task(0)["status"], "completed");
    assert_eq!(drive.task(1)["waiting_on"]["code"], "account_suspended");
    drive.order("/api/accounts/anna/unsuspend", &json!({}), 422);
    assert_eq!(drive.state()["state"], "suspended", "not without a reason");
    // Its owner answers the platform on the phone; nobody else can.
    let lift = json!({ "cmd": "lift", "handle": "anna" });
    let lifted = ask(&place.phones("data"), &lift).unwrap();
    assert_eq!(lifted["ok"], true, "{lifted}");
    let reason = json!({ "reason": "The owner confirmed it on the phone." });
    drive.order("/api/accounts/anna/unsuspend", &reason, 200);
    for place in 1..4 {
        drive.completes(place);
    }
}

/// What became of the account, as the journal tells it.
fn way(books: &Books) -> Vec<&'static str> {
    let told = [
        "started",
        "cooldown_begun",
        "cooldown_ended",
        "suspended",
        "unsuspended",
    ];
    let records = books.journal.iter().flat_map(|entry| &entry.records);
    records
        .filter_map(|record| told.into_iter().find(|name| record.get(name).is_some()))
        .collect()
}

#[test]
fn through_rest_and_suspension_and_back_with_a_restart_in_the_middle() {
    let place = Place::new();
    let scenario = place.write("stops.toml", STOPS);
    let arguments = [
        "--simulate",
        "1",
        "--time-scale",
        "60",
        "--scenario",
        scenario.to_str().unwrap(),
    ];
    let drive = four_follows(&place, &arguments);
    let drive = rests_over_a_restart(drive, &place, &arguments);
    suspended_and_back(&drive, &place);
    let idle = drive.reaches("available");
    assert_eq!(idle["total_tasks_completed"], 4);
    assert_eq!(drive.serving.stop().0.code(), Some(0));
    let once = [
        "started",
        "cooldown_begun",
        "cooldown_ended",
        "started",
        "started",
        "suspended",
        "unsuspended",
        "started",
        "started",
        "started",
    ];
    assert_eq!(way(&Books::read(&place.path("data"))), once);
}
