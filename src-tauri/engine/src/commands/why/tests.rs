//! Of several reasons the first is told, and what went wrong with an account beside it.

use serde_json::{Value, json};
use signalbox_automation::Action;
use signalbox_scheduler::{AttemptNo, Ending, Priority, TaskId};
use uuid::Uuid;

use super::*;
use crate::commands::tests::{Bench, plug_in, unplug};
use crate::commands::{Commands, NewTask, Part};
use crate::runtime::Message;

/// Three tasks of account `a`: the head of its line, one behind it, and one whose time comes in
/// many years.
struct Line {
    bench: Bench,
    commands: Commands,
    tasks: [TaskId; 3],
}

impl Line {
    async fn new() -> Self {
        let bench = Bench::new().await;
        let commands = bench.engine.commands();
        let task = |not_before| NewTask {
            account_id: Some("a".to_owned()),
            target: "garden".to_owned(),
            actions: vec![Action::FollowUser],
            max_likes: 1,
            max_follows: 1,
            priority: Priority::Normal,
            not_before,
            idempotency_key: None,
        };
        let mut tasks = Vec::new();
        for not_before in [None, None, Some(4_000_000_000_000)] {
            let made = commands.create_task(task(not_before)).await.unwrap();
            tasks.push(TaskId(Uuid::try_parse(&made.task_id).unwrap().as_u128()));
        }
        Self {
            bench,
            commands,
            tasks: tasks.try_into().unwrap(),
        }
    }

    /// The codes of the three, as they are while there is room on the disk, and while there is none.
    async fn wait_for(&self, expected: [&str; 3], full: [&str; 3]) {
        let tasks = self.tasks;
        let look = self.commands.read(move |view| {
            [false, true].map(|disk_full| {
                let view = View { disk_full, ..*view };
                tasks.map(|task| why(&view, task).map_or(String::new(), |why| why.code))
            })
        });
        let [found, without_room] = look.await.unwrap();
        assert_eq!(found, expected);
        assert_eq!(without_room, full, "on a full disk, beside {expected:?}");
    }

    /// The same, where a full disk is the first reason of all that wait.
    async fn wait(&self, expected: [&str; 3]) {
        let full = expected.map(|code| if code.is_empty() { "" } else { "disk_full" });
        self.wait_for(expected, full).await;
    }

    async fn set(&self, fields: Value) {
        let fields = serde_json::from_value(fields).unwrap();
        let set = self.commands.set_settings(fields).await;
        assert!(set.is_ok(), "{:?}", set.err());
    }

    async fn end(&self, attempt: u64, ending: Ending, code: &'static str) {
        let message = Message::Ended {
            attempt: AttemptNo(attempt),
            ending,
            error: (ending != Ending::Completed).then(|| (code, format!("It was {code}."))),
            missing: None,
        };
        self.commands.inbox.send(message).await.unwrap();
        // It is durable before anything is asked of the tables.
        self.commands.read(|_| ()).await.unwrap();
    }

    /// The word, the errors in a row and the codes of the last errors, as the states tell them.
    async fn has_error_state(&self, state: &str, in_a_row: u64, recent: &[&str]) {
        let (states, _) = self.commands.account_errors().await.unwrap();
        let told = serde_json::to_value(&states["a"]).unwrap();
        let told = &told["error_state"];
        assert_eq!(
            (&told["state"], &told["consecutive_errors"]),
            (&json!(state), &json!(in_a_row)),
            "{told}"
        );
        let codes = told["recent_errors"].as_array().unwrap().iter();
        let codes: Vec<&str> = codes.map(|it| it["code"].as_str().unwrap()).collect();
        assert_eq!(codes, recent);
        assert_eq!(
            told["last_error_time"],
            told["recent_errors"][0]["timestamp"]
        );
        let rests = told["cooldown_remaining"].as_f64();
        assert_eq!(rests.is_some(), told["cooldown_until"].is_string());
        if state == "cooldown" {
            assert!(rests.unwrap() > 30.0, "{told}");
        }
    }
}

/// Hours that are three days away.
fn shut() -> Value {
    let wall = crate::clock::Clock::new().read().wall_ms;
    // The first of January 1970 was a Thursday.
    let day = usize::try_from(wall / 86_400_000 + 3 + 3).unwrap() % 7;
    let day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][day];
    json!({"hours": {"": [{"days": [day], "from": "11:00", "to": "13:00"}]}})
}

/// Times of one millisecond cannot be told apart.
async fn later() {
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
}

const BEHIND: [&str; 2] = ["behind_task", "scheduled"];

fn head(code: &str) -> [&str; 3] {
    [code, BEHIND[0], BEHIND[1]]
}

#[tokio::test]
async fn of_several_reasons_to_wait_the_first_is_told() {
    let line = Line::new().await;
    let commands = &line.commands;
    line.wait(head("no_device")).await;
    plug_in(commands, "one").await;
    line.wait(["", "account_running_task", "account_running_task"])
        .await;
    line.end(1, Ending::RateLimited, "rate_limited").await;
    // All at once, and then one after the other is lifted, from the first on.
    line.set(shut()).await;
    line.set(json!({"follows_per_day": 0})).await;
    unplug(commands, "one").await;
    commands.suspend("a".to_owned(), "because").await.unwrap();
    commands
        .pause_part(Part::Account("a".to_owned()))
        .await
        .unwrap();
    commands.stop_part(Part::All).await.unwrap();
    line.wait_for(["stopped"; 3], ["stopped"; 3]).await;
    commands.unstop_part(Part::All).await.unwrap();
    line.wait(["paused"; 3]).await;
    commands
        .resume_part(Part::Account("a".to_owned()))
        .await
        .unwrap();
    line.wait(["account_suspended"; 3]).await;
    commands.unsuspend("a".to_owned(), "because").await.unwrap();
    line.wait(["account_in_cooldown"; 3]).await;
    commands
        .end_cooldown("a".to_owned(), "because")
        .await
        .unwrap();
    line.wait(head("outside_hours")).await;
    line.set(json!({"hours": {}})).await;
    line.wait(head("limit_reached")).await;
    line.set(json!({"follows_per_day": 9})).await;
    line.wait(head("no_device")).await;
    plug_in(commands, "one").await;
    line.wait(["", "account_running_task", "account_running_task"])
        .await;
    // What is told once it failed, and while its phone is in doubt.
    line.end(2, Ending::NetworkError, "network_error").await;
    line.set(json!({"follows_per_day": 0})).await;
    unplug(commands, "one").await;
    line.wait(head("retry_at")).await;
    line.set(shut()).await;
    line.wait(head("outside_hours")).await;
    line.bench.engine.shutdown().await;
}

#[tokio::test]
async fn an_account_in_doubt_is_held_before_all_that_comes_behind_it() {
    let line = Line::new().await;
    plug_in(&line.commands, "one").await;
    line.set(shut()).await;
    unplug(&line.commands, "one").await;
    // The head is the task of the attempt that nobody knows the end of.
    line.wait(["", "account_held", "account_held"]).await;
    line.commands.pause_part(Part::All).await.unwrap();
    line.wait(["", "paused", "paused"]).await;
    line.bench.engine.shutdown().await;
}

#[tokio::test]
async fn the_error_state_follows_the_account_and_is_active_again_after_a_success() {
    let line = Line::new().await;
    let commands = &line.commands;
    let (states, _) = commands.account_errors().await.unwrap();
    let told = serde_json::to_value(&states["a"]).unwrap();
    assert_eq!(told["error_state"], json!({}), "nothing went wrong");
    plug_in(commands, "one").await;
    line.end(1, Ending::NetworkError, "network_error").await;
    line.has_error_state("error", 1, &["network_error"]).await;
    line.wait(head("retry_at")).await;
    // What waited half a minute is gone, and the next one is the head.
    let first = Uuid::from_u128(line.tasks[0].0);
    commands.cancel_task(first).await.unwrap();
    later().await;
    line.end(2, Ending::RateLimited, "rate_limited").await;
    let two = ["rate_limited", "network_error"];
    line.has_error_state("cooldown", 2, &two).await;
    commands.suspend("a".to_owned(), "because").await.unwrap();
    line.has_error_state("suspended", 2, &two).await;
    commands.unsuspend("a".to_owned(), "because").await.unwrap();
    line.has_error_state("cooldown", 2, &two).await;
    commands
        .end_cooldown("a".to_owned(), "because")
        .await
        .unwrap();
    line.has_error_state("error", 2, &two).await;
    later().await;
    line.end(3, Ending::Completed, "").await;
    line.has_error_state("active", 0, &two).await;
    line.bench.engine.shutdown().await;
}
