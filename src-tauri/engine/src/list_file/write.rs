//! Rows as they are written: in the columns of a list file, and as an element of a bulk. Both are
//! read back as the same row.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};
use signalbox_automation::flow::Script;
use signalbox_automation::{Action, Engagement, Work};

use super::tasks::TaskRow;
use super::time;
use super::{kind_word, priority_word};

/// The columns of a row, in order.
pub const COLUMNS: [&str; 9] = [
    "account_id",
    "task_type",
    "target_username",
    "actions",
    "priority",
    "not_before",
    "comment_text",
    "flow",
    "note",
];

/// Columns that an export puts behind those: what came of each row. A reader passes over them.
pub const ENDING_COLUMNS: [&str; 8] = [
    "task_id",
    "status",
    "attempts",
    "started_at",
    "ended_at",
    "result",
    "error_code",
    "error_message",
];

/// The row in the columns of a list file, without its idempotency key: it would be the same task.
///
/// What a file has no word for, such as more posts of a page, stands under `actions` as a word that
/// no reader takes: such a row is refused by name, and never read as one that does something else.
pub fn written(row: &TaskRow) -> [String; COLUMNS.len()] {
    let (mut target, mut text) = (row.target.reveal().to_owned(), String::new());
    let (mut flow, mut actions) = (String::new(), Vec::new());
    match &row.work {
        None | Some(Work::Instagram { .. }) => actions = named(row),
        Some(Work::Engagement(engagement)) => {
            let pages = engagement.pages.iter().map(|page| page.reveal());
            target = pages.collect::<Vec<_>>().join(";");
            text = engagement.texts.first().cloned().unwrap_or_default();
            actions = engaged(engagement);
        }
        Some(Work::Flow { script, .. }) => flow.clone_from(&script.main),
    }
    [
        row.account_id.clone().unwrap_or_default(),
        kind_word(row.kind).to_owned(),
        target,
        actions.join(";"),
        priority_word(row.priority).to_owned(),
        row.not_before_ms.map(time::written).unwrap_or_default(),
        text,
        flow,
        row.note.clone().unwrap_or_default(),
    ]
}

/// Each like is a word of its own: a `like_post` of a file likes one post.
fn named(row: &TaskRow) -> Vec<String> {
    let mut words = Vec::new();
    for action in &row.actions {
        let times = match action {
            Action::LikePost => row.max_likes,
            _ => 1,
        };
        words.extend((0..times).map(|_| action.as_str().to_owned()));
    }
    if row.max_follows == 0 && row.actions.contains(&Action::FollowUser) {
        words.push("max_follows=0".to_owned());
    }
    words
}

fn engaged(engagement: &Engagement) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = |is_there: bool, word: &str| words.extend(is_there.then(|| word.to_owned()));
    word(engagement.follow, "follow");
    word(engagement.like, "like");
    word(engagement.comment, "comment");
    word(engagement.public_only, "public_only");
    let numbers = [
        ("posts", u64::from(engagement.posts), 1),
        ("min_posts", engagement.min_posts.into(), 0),
        ("texts", engagement.texts.len().max(1) as u64, 1),
    ];
    for (name, value, plain) in numbers {
        let mut told = String::new();
        // Memory takes all that is written into it.
        let _ = write!(told, "{name}={value}");
        word(value != plain, &told);
    }
    words
}

/// The row as an element of a bulk, without its idempotency key and its note.
pub fn as_element(row: &TaskRow) -> Value {
    let mut element = match &row.work {
        None | Some(Work::Instagram { .. }) => json!({
            "target_username": row.target.reveal(),
            "actions": row.actions.iter().map(|it| it.as_str()).collect::<Vec<_>>(),
            "max_likes": row.max_likes,
            "max_follows": row.max_follows,
        }),
        Some(Work::Engagement(it)) => json!({
            "target_pages": it.pages.iter().map(|page| page.reveal()).collect::<Vec<_>>(),
            "comment_list": it.texts,
            "actions": { "follow": it.follow, "like": it.like, "comment": it.comment },
            "max_posts_per_page": it.posts,
            "profile_validation": { "public_only": it.public_only, "min_posts": it.min_posts },
        }),
        Some(Work::Flow { target, script }) => {
            let mut flow = script_fields(script);
            if !target.reveal().is_empty() {
                flow.insert("target_username".to_owned(), target.reveal().into());
            }
            if let Some(name) = &row.note {
                flow.insert("name".to_owned(), name.as_str().into());
            }
            flow.into()
        }
    };
    element["task_type"] = kind_word(row.kind).into();
    element["priority"] = priority_word(row.priority).into();
    if let Some(account_id) = &row.account_id {
        element["account_id"] = account_id.as_str().into();
    }
    if let Some(ms) = row.not_before_ms {
        element["not_before"] = time::written(ms).into();
    }
    element
}

fn script_fields(script: &Script) -> Map<String, Value> {
    let main = script.files.get(&script.main);
    let files = script
        .files
        .iter()
        .filter(|(name, _)| **name != script.main);
    let files = files.map(|(name, text)| json!({ "name": name, "text": text }));
    let variables = script.variables.iter();
    let variables = variables.map(|(name, value)| json!({ "name": name, "value": value }));
    let mut fields = Map::new();
    fields.insert("flow".to_owned(), main.map_or("", String::as_str).into());
    fields.insert("files".to_owned(), files.collect());
    fields.insert("variables".to_owned(), variables.collect());
    fields
}
