//! What the replaced system got wrong, each by its name, as somebody sees it who asks for accounts
//! and their tasks.

use signalbox_scheduler::{AttemptNo, Ending, Input};

use super::Commands;
use super::audited::lists::files;
use super::tests::{Bench, plug_in};

/// An engine with these tasks, each as account and target.
async fn with(tasks: &[(&str, &str)]) -> Bench {
    let bench = Bench::new().await;
    for account in ["a", "b"] {
        let rows = tasks.iter().filter(|(of, _)| *of == account);
        let rows: Vec<String> = rows
            .map(|(of, target)| format!("{of},instagram,{target},"))
            .collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        if !rows.is_empty() {
            let files = files(account, &rows);
            bench.engine.commands().import(files).await.unwrap();
        }
    }
    bench
}

async fn end(commands: &Commands, attempt: u64, ending: Ending) {
    let attempt = AttemptNo(attempt);
    let ended = Input::Ended { attempt, ending };
    commands.order(ended, None).await.unwrap();
}

/// The targets of an account's line, in order.
async fn line(commands: &Commands, account: &str) -> Vec<String> {
    let (states, _) = commands.execution_states().await.unwrap();
    let mut targets = Vec::new();
    for (place, id) in states[account].waiting_task_ids.iter().enumerate() {
        let id = id.parse().unwrap();
        let task = commands.task_status(id).await.unwrap().unwrap();
        assert_eq!(task.queue_position, Some(place), "positions are right");
        targets.push(task.target_username);
    }
    targets
}

async fn blocks(commands: &Commands) -> u64 {
    let metrics = commands.concurrency_metrics().await.unwrap().0;
    metrics.total_concurrency_blocks
}

#[tokio::test]
async fn fifo_is_not_lost_where_a_blocked_task_waits_at_its_head() {
    let bench = with(&[("a", "one"), ("a", "two"), ("a", "three"), ("b", "other")]).await;
    let commands = bench.engine.commands();
    plug_in(&commands, "phone-1").await;
    assert_eq!(line(&commands, "a").await, ["two", "three"]);
    // Its first task failed and waits for its time; the other account goes on meanwhile.
    end(&commands, 1, Ending::NetworkError).await;
    let (states, _) = commands.execution_states().await.unwrap();
    assert_eq!(states["b"].state, "running");
    assert_eq!(line(&commands, "a").await, ["one", "two", "three"]);
    // On a limit it keeps the head as well.
    end(&commands, 2, Ending::RateLimited).await;
    assert_eq!(line(&commands, "b").await, ["other"]);
    assert_eq!(line(&commands, "a").await, ["one", "two", "three"]);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn the_id_of_a_phone_is_not_used_as_that_of_an_account() {
    let bench = with(&[("a", "one")]).await;
    let commands = bench.engine.commands();
    plug_in(&commands, "phone-1").await;
    let (states, _) = commands.execution_states().await.unwrap();
    assert_eq!(states.keys().collect::<Vec<_>>(), ["a"]);
    let a = &states["a"];
    assert_eq!(a.account_id, "a");
    assert_eq!(a.current_device_id.as_deref(), Some("phone-1"));
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn total_concurrency_blocks_is_counted_and_waits_for_phones_do_not_count() {
    let bench = with(&[("a", "one"), ("b", "other")]).await;
    let commands = bench.engine.commands();
    assert_eq!(blocks(&commands).await, 0, "both wait for a phone alone");
    let files = files("a", &["a,instagram,two,", "a,instagram,three,"]);
    commands.import(files).await.unwrap();
    assert_eq!(blocks(&commands).await, 2, "each behind another");
    plug_in(&commands, "phone-1").await;
    end(&commands, 1, Ending::Completed).await;
    assert_eq!(blocks(&commands).await, 2, "starting counts nothing");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn suspended_is_set_by_a_challenge_and_stays() {
    let bench = with(&[("a", "one"), ("a", "two")]).await;
    let commands = bench.engine.commands();
    plug_in(&commands, "phone-1").await;
    end(&commands, 1, Ending::Challenge).await;
    let (states, _) = commands.execution_states().await.unwrap();
    assert_eq!(states["a"].state, "suspended");
    assert_eq!(states["a"].state_reason.as_deref(), Some("challenge"));
    assert_eq!(line(&commands, "a").await, ["one", "two"]);
    // Nothing but the operator ends it: neither time nor a phone that comes.
    plug_in(&commands, "phone-2").await;
    let (states, _) = commands.execution_states().await.unwrap();
    assert_eq!(states["a"].state, "suspended");
    bench.engine.shutdown().await;
}
