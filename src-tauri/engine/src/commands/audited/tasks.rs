//! Cases about tasks.

use serde_json::{Value, json};
use signalbox_automation::{Action, Handle, Intent};
use signalbox_scheduler::{Input, Priority};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::super::tests::plug_in;
use super::{Case, case};
use crate::commands::{Commands, NewTask};
use crate::runtime::{IntentAnswer, Message};

pub(in crate::commands) fn new_task(account_id: &str) -> NewTask {
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
    let task = ["task", "*", ""];
    vec![
        case(
            "task.create",
            ["task", "*", ""],
            Value::Null,
            created,
            |commands| async move {
                commands.create_task(new_task("new")).await.unwrap();
            },
        ),
        case(
            "task.cancel",
            task,
            status("queued"),
            status("cancelled"),
            |it| async move {
                it.cancel_task(newest(&it).await).await.unwrap();
            },
        ),
        case(
            "task.retry",
            task,
            status("cancelled"),
            status("queued"),
            |it| async move {
                let ordered = it.retry_task(newest(&it).await).await.unwrap();
                assert_eq!(ordered.queue_position, Some(0));
            },
        ),
        case(
            "task.resolve",
            task,
            json!({"happened": null, "status": "interrupted"}),
            json!({"happened": true, "status": "queued"}),
            |it| async move {
                let id = newest(&it).await;
                comment_of_unknown_outcome(&it).await;
                assert_eq!(it.retry_task(id).await.unwrap_err().code, "unknown_act");
                it.resolve_task(id, true).await.unwrap();
                assert_eq!(comments(&it).await, ["success told_by_operator"]);
            },
        ),
    ]
}

fn status(word: &str) -> Value {
    json!({ "status": word })
}

/// The task of account `new`.
async fn newest(commands: &Commands) -> Uuid {
    let found = commands.read(|view| {
        let sql = "SELECT task_id FROM tasks ORDER BY task_id DESC LIMIT 1";
        view.connection.query_row(sql, [], |row| row.get(0))
    });
    Uuid::from_bytes(found.await.unwrap().unwrap())
}

/// Both accounts' tasks start, and the one of `new` is interrupted in the middle of a comment.
pub(in crate::commands) async fn comment_of_unknown_outcome(commands: &Commands) {
    for udid in ["phone-1", "phone-2"] {
        plug_in(commands, udid).await;
    }
    let (no, phone) = commands
        .read(|view| {
            let new = view.directory.account_by_id("new").unwrap();
            let mut attempts = view.state.attempts();
            let found = attempts.find(|(_, it)| it.account == Some(new));
            found.map(|(no, it)| (no, it.phone)).unwrap()
        })
        .await
        .unwrap();
    let intent = Intent {
        act: signalbox_automation::Act::Comment,
        target: Handle::new("somebody"),
        post: Some("post".to_owned()),
        text: Some("Lovely".to_owned()),
        rest: None,
    };
    let (reply, answer) = oneshot::channel();
    let asked = Message::Intend {
        attempt: no,
        step: 0,
        intent,
        reply,
    };
    commands.inbox.send(asked).await.unwrap();
    assert_eq!(answer.await.unwrap(), IntentAnswer::Proceed);
    commands
        .order(Input::Lost { attempt: no }, None)
        .await
        .unwrap();
    let check = commands
        .read(move |view| view.state.attempt(no)?.doubt?.check)
        .await
        .unwrap()
        .unwrap();
    commands
        .order(Input::Quiet { phone, check }, None)
        .await
        .unwrap();
}

async fn comments(commands: &Commands) -> Vec<String> {
    let found = commands.read(|view| {
        let sql = "SELECT status || ' ' || reason FROM interactions WHERE action = 'comment'";
        let mut statement = view.connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    });
    found.await.unwrap()
}

#[tokio::test]
async fn what_is_left_of_a_task_is_what_a_retry_means_to_do() {
    let bench = super::bench().await;
    let commands = bench.engine.commands();
    commands.create_task(new_task("new")).await.unwrap();
    let id = newest(&commands).await;
    assert_eq!(commands.retry_task(id).await.unwrap_err().code, "not_ended");
    comment_of_unknown_outcome(&commands).await;
    // It did not happen: the step is tried again, and no row says that it is unknown.
    let again = commands.resolve_task(id, false).await.unwrap();
    assert_eq!(again.status, "running", "a phone was free");
    assert_eq!(comments(&commands).await, [""; 0]);
    let status = commands.task_status(id).await.unwrap().unwrap();
    assert_eq!((status.attempt, status.retry_marks), (2, 1));
    let once = commands.resolve_task(id, true).await.unwrap_err();
    assert_eq!(once.code, "not_ended");
    let nobody = commands.cancel_task(Uuid::from_u128(7)).await.unwrap_err();
    assert_eq!(nobody.code, "unknown_task");
    bench.engine.shutdown().await;
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
