//! Cases about tasks.

use serde_json::{Value, json};
use signalbox_automation::Action;
use signalbox_scheduler::Priority;

use super::{Case, case};
use crate::commands::NewTask;

fn new_task(account_id: &str) -> NewTask {
    NewTask {
        account_id: Some(account_id.to_owned()),
        target: "somebody".to_owned(),
        actions: vec![Action::ViewProfile, Action::LikePost],
        max_likes: 1,
        max_follows: 1,
        priority: Priority::Normal,
        not_before: None,
        idempotency_key: None,
    }
}

pub(super) fn cases() -> Vec<Case> {
    let created = json!({
        "account_created": true,
        "account_id": "new",
        "actions": ["view_profile", "like_post"],
        "target_username": "somebody",
        "task_type": "instagram",
    });
    vec![case(
        "task.create",
        ["task", "*", ""],
        Value::Null,
        created,
        |commands| async move {
            commands.create_task(new_task("new")).await.unwrap();
        },
    )]
}

#[tokio::test]
async fn what_is_refused_or_was_done_before_leaves_no_row() {
    let bench = super::bench().await;
    let commands = bench.engine.commands();
    let keyed = |target: &str| NewTask {
        target: target.to_owned(),
        idempotency_key: Some("key".to_owned()),
        ..new_task("a")
    };
    let first = commands.create_task(keyed("somebody")).await.unwrap();
    let rows = super::audit(&commands).await;
    let again = commands.create_task(keyed("somebody")).await.unwrap();
    assert_eq!(again.task_id, first.task_id);
    let refused = commands.create_task(keyed("another")).await.unwrap_err();
    assert_eq!(refused.code, "key_reused");
    assert_eq!(super::audit(&commands).await, rows);
    bench.engine.shutdown().await;
}
