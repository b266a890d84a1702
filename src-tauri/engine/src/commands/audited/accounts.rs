//! Cases about accounts.

use serde_json::{Value, json};
use signalbox_scheduler::{AttemptNo, Ending, Input};

use super::super::tests::plug_in;
use super::{Case, case};
use crate::commands::{AccountChange, Commands};
use crate::settings::OwnLimits;

fn facts(handle: &str, label: &str, phone: Option<&str>) -> Value {
    json!({"device_udid": phone, "group": "", "handle": handle, "hours": null, "label": label, "limits": null,
        "note": ""})
}

fn named(handle: &str) -> AccountChange {
    AccountChange {
        handle: Some(signalbox_automation::Handle::new(handle)),
        ..AccountChange::default()
    }
}

fn standing(state: &str) -> Value {
    json!({"state": state, "suspended_next": false})
}

/// An order with a reason about account `a`.
fn disciplined<F: Future<Output = ()> + Send + 'static>(
    action: &'static str,
    [before, after]: [&str; 2],
    order: impl Fn(Commands) -> F + 'static,
) -> Case {
    let (before, after) = (standing(before), standing(after));
    Case {
        why: Some("because"),
        ..case(action, ["account", "a", "a.name"], before, after, order)
    }
}

pub(super) fn cases() -> Vec<Case> {
    let z = ["account", "z", "z.name"];
    vec![
        case(
            "account.add",
            z,
            Value::Null,
            facts("z.name", "", None),
            |it| async move {
                it.add_account("z".to_owned(), named("z.name"))
                    .await
                    .unwrap();
            },
        ),
        case(
            "account.change",
            z,
            facts("z.name", "", None),
            facts("z.name", "Zoe", Some("phone-9")),
            |it| async move {
                let change = AccountChange {
                    label: Some("Zoe".to_owned()),
                    phone: Some(Some("phone-9".to_owned())),
                    ..AccountChange::default()
                };
                it.change_account("z".to_owned(), change).await.unwrap();
            },
        ),
        case(
            "account.remove",
            z,
            facts("z.name", "Zoe", Some("phone-9")),
            Value::Null,
            |it| async move { it.remove_account("z".to_owned()).await.unwrap() },
        ),
    ]
}

#[tokio::test]
async fn limits_of_its_own_hold_for_an_account_and_are_told_before_and_after() {
    let bench = super::bench().await;
    let commands = bench.engine.commands();
    let limits = |follows: Option<u16>, gap: Option<u64>| AccountChange {
        limits: Some(OwnLimits {
            follows_per_day: follows,
            action_gap_seconds: gap,
            ..OwnLimits::default()
        }),
        ..AccountChange::default()
    };
    let rows = super::audit(&commands).await.len();
    let change = |change| commands.change_account("a".to_owned(), change);
    let told = change(limits(Some(3), Some(90)))
        .await
        .unwrap()
        .limits
        .unwrap();
    assert_eq!(
        (told.follows_per_day, told.action_gap_seconds),
        (Some(3), Some(90))
    );
    // The same again changes nothing and leaves no row.
    change(limits(Some(3), Some(90))).await.unwrap();
    assert_eq!(change(limits(None, None)).await.unwrap().limits, None);
    let rows = super::audit(&commands).await.split_off(rows);
    let own = json!({"follows_per_day": 3, "action_gap_seconds": 90});
    let found = rows
        .iter()
        .map(|it| [&it.before["limits"], &it.after["limits"]]);
    let found: Vec<[&Value; 2]> = found.collect();
    assert_eq!(found, [[&Value::Null, &own], [&own, &Value::Null]]);
    // They hold: three acts a day are its ceiling, a task that means to do four never fits.
    change(limits(Some(0), None)).await.unwrap();
    let view = commands.read(|view| {
        let account = view.directory.account_by_id("a")?;
        let it = view.state.account(account)?;
        Some(it.ceiling(&view.state.settings, 0))
    });
    assert_eq!(view.await.unwrap(), Some(Some(0)));
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn hours_of_its_own_are_told_before_and_after_and_kept_up_to_a_bound() {
    let bench = super::bench().await;
    let commands = bench.engine.commands();
    let hours = |minute: u32| {
        let text = format!(
            r#"[{{"from": "{:02}:{:02}", "to": "24:00"}}]"#,
            minute / 60,
            minute % 60
        );
        AccountChange {
            hours: serde_json::from_str(&text).unwrap(),
            ..AccountChange::default()
        }
    };
    let rows = super::audit(&commands).await.len();
    commands
        .change_account("a".to_owned(), hours(65))
        .await
        .unwrap();
    commands
        .change_account("a".to_owned(), hours(65))
        .await
        .unwrap();
    let rows = super::audit(&commands).await.split_off(rows);
    let found: Vec<[&Value; 2]> = rows
        .iter()
        .map(|it| [&it.before["hours"], &it.after["hours"]])
        .collect();
    let own = json!([{"from": "01:05", "to": "24:00"}]);
    assert_eq!(
        found,
        [[&Value::Null, &own]],
        "the same again leaves no row"
    );
    for more in 1..200 {
        commands
            .add_account(format!("more-{more}"), hours(65 + more))
            .await
            .unwrap();
    }
    let refused = commands.add_account("last".to_owned(), hours(0)).await;
    assert_eq!(refused.unwrap_err().code, "too_many_hours");
    commands
        .add_account("last".to_owned(), hours(70))
        .await
        .unwrap();
    bench.engine.shutdown().await;
}

/// What is ordered with a reason, and of what waits.
pub(super) fn disciplines() -> Vec<Case> {
    let a = || "a".to_owned();
    vec![
        disciplined(
            "account.suspend",
            ["available", "suspended"],
            move |it| async move {
                it.suspend(a(), "because").await.unwrap();
            },
        ),
        disciplined(
            "account.unsuspend",
            ["suspended", "available"],
            move |it| async move {
                it.unsuspend(a(), " because ").await.unwrap();
            },
        ),
        disciplined(
            "account.end_cooldown",
            ["cooldown", "available"],
            move |it| async move {
                plug_in(&it, "phone-1").await;
                let (attempt, ending) = (AttemptNo(1), Ending::RateLimited);
                it.order(Input::Ended { attempt, ending }, None)
                    .await
                    .unwrap();
                it.end_cooldown(a(), "because").await.unwrap();
            },
        ),
        disciplined(
            "account.release",
            ["running", "available"],
            move |it| async move {
                let attempt = AttemptNo(2);
                it.order(Input::Lost { attempt }, None).await.unwrap();
                it.release(a(), "because").await.unwrap();
            },
        ),
        case(
            "account.cancel_tasks",
            ["account", "a", "a.name"],
            Value::Null,
            json!({"cancelled": 1}),
            move |it| async move {
                let done = it.cancel_tasks_of_account(a()).await.unwrap();
                assert_eq!(done.cancelled, 1);
            },
        ),
    ]
}

#[tokio::test]
async fn what_an_account_is_in_the_way_of_is_refused_in_words() {
    let bench = super::bench().await;
    let commands = bench.engine.commands();
    let rows = super::audit(&commands).await;
    let a = || "a".to_owned();
    let refused = |done: Result<(), crate::commands::CommandError>, code: &str| {
        assert_eq!(done.unwrap_err().code, code);
    };
    refused(commands.remove_account(a()).await, "account_has_tasks");
    refused(commands.suspend(a(), " ").await, "reason_needed");
    refused(
        commands.unsuspend(a(), "why").await.map(drop),
        "wrong_state",
    );
    refused(commands.end_cooldown(a(), "why").await, "wrong_state");
    refused(commands.release(a(), "why").await, "wrong_state");
    refused(
        commands.suspend("b".to_owned(), "why").await,
        "unknown_account",
    );
    let add = |id: &str, handle: &str| commands.add_account(id.to_owned(), named(handle));
    assert_eq!(add("a", "b").await.unwrap_err().code, "account_exists");
    assert_eq!(add("b", "A.Name").await.unwrap_err().code, "handle_taken");
    plug_in(&commands, "phone-1").await;
    let renamed = commands.change_account(a(), named("new")).await;
    assert_eq!(renamed.unwrap_err().code, "account_held");
    assert_eq!(super::audit(&commands).await, rows);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn an_account_that_went_is_free_to_come_back_and_goes_on_resting() {
    let bench = super::bench().await;
    let commands = bench.engine.commands();
    plug_in(&commands, "phone-1").await;
    let (attempt, ending) = (AttemptNo(1), Ending::RateLimited);
    commands
        .order(Input::Ended { attempt, ending }, None)
        .await
        .unwrap();
    let a = || "a".to_owned();
    commands.cancel_tasks_of_account(a()).await.unwrap();
    commands.remove_account(a()).await.unwrap();
    let (states, _) = commands.execution_states().await.unwrap();
    assert!(states.is_empty());
    assert_eq!(
        commands
            .concurrency_metrics()
            .await
            .unwrap()
            .0
            .total_accounts_tracked,
        0
    );
    let again = commands.add_account(a(), named("A.name")).await.unwrap();
    assert_eq!(
        (again.state.as_str(), again.account_id.as_str()),
        ("cooldown", "a")
    );
    bench.engine.shutdown().await;
}
