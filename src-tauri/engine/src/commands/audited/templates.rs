//! Cases about templates.

use serde_json::{Value, json};
use signalbox_automation::Action;
use signalbox_scheduler::Priority;
use uuid::Uuid;

use super::{Case, case};
use crate::commands::{Commands, NewRow, NewTask, NewTemplate};

fn template(name: &str, max_likes: u8) -> NewTemplate {
    let task = NewTask {
        account_id: None,
        target: "nobody".to_owned(),
        actions: vec![Action::LikePost],
        max_likes,
        max_follows: 1,
        priority: Priority::Normal,
        not_before: None,
        idempotency_key: None,
    };
    NewTemplate {
        name: name.to_owned(),
        task: NewRow::Instagram(task),
    }
}

async fn only(commands: &Commands) -> Uuid {
    let (templates, count) = commands.templates(0, 10).await.unwrap();
    assert_eq!(count, 1);
    Uuid::try_parse(&templates[0].template_id).unwrap()
}

fn facts(name: &str, max_likes: u8) -> Value {
    let work = json!({ "instagram": {
        "target": "", "actions": ["like_post"], "max_likes": max_likes, "max_follows": 1,
    } });
    json!({ "name": name, "priority": "normal", "task": work })
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case(
            "template.add",
            ["template", "*", "Likes"],
            Value::Null,
            facts("Likes", 2),
            |it| async move {
                it.add_template(template("Likes", 2)).await.unwrap();
                let twice = it.add_template(template("lIKES", 3)).await.unwrap_err();
                assert_eq!(twice.code, "template_exists", "and leaves no row");
            },
        ),
        case(
            "template.change",
            ["template", "*", "More"],
            facts("Likes", 2),
            facts("More", 5),
            |it| async move {
                let id = only(&it).await;
                let more = || template("More", 5);
                it.change_template(id, more()).await.unwrap();
                it.change_template(id, more()).await.unwrap();
            },
        ),
        case(
            "template.remove",
            ["template", "*", "More"],
            facts("More", 5),
            Value::Null,
            |it| async move {
                let id = only(&it).await;
                it.remove_template(id).await.unwrap();
                let gone = it.remove_template(id).await.unwrap_err();
                assert_eq!(gone.code, "unknown_template");
            },
        ),
    ]
}
