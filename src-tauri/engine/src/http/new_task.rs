//! The body of `POST /api/tasks/create`, checked whole before anything is asked of the engine.

use serde_json::Value;
use signalbox_automation::Action;
use signalbox_automation::job::LIKES_MAX;
use signalbox_scheduler::Priority;

use super::fields::{Fields, pointer};
use super::problem::Problem;
use crate::commands::NewTask;
use crate::list_file::{self, ACTIONS_MAX, PRIORITIES, is_name};

/// Posts one `like_post` likes where nothing is said.
const LIKES_DEFAULT: u8 = 3;
/// Follows of a task where nothing is said; also the most.
const FOLLOWS_MAX: u8 = 1;
/// The longest idempotency key, in characters.
const KEY_CHARS_MAX: usize = 128;

/// The task that a body describes, or everything that is wrong with it.
pub(super) fn new_task(body: &[u8]) -> Result<NewTask, Problem> {
    let mut fields = Fields::read(body)?;
    let account_id = fields.text("account_id", |text| name(text).map(str::to_owned));
    let target = fields.needed_text("target_username", |text| {
        name(text.strip_prefix('@').unwrap_or(text)).map(str::to_owned)
    });
    let actions = actions(&mut fields);
    let max_likes = fields.number("max_likes", 1..=LIKES_MAX);
    let max_follows = fields.number("max_follows", 0..=FOLLOWS_MAX);
    let priority = fields.text("priority", priority);
    let not_before = fields.text("not_before", |text| {
        list_file::wall_time(text).ok_or(
            "It must be a time with its zone between 2000 and 2099, as 2026-11-23T14:00:00Z.",
        )
    });
    let idempotency_key = fields.text("idempotency_key", key);
    let actions = actions.unwrap_or_else(|| Action::DEFAULT.to_vec());
    let max_likes = max_likes.unwrap_or(LIKES_DEFAULT);
    check_likes(&mut fields, &actions, max_likes);
    let task = target.map(|target| NewTask {
        account_id,
        target,
        actions,
        max_likes,
        max_follows: max_follows.unwrap_or(FOLLOWS_MAX),
        priority: priority.unwrap_or_default(),
        not_before,
        idempotency_key,
    });
    fields.finish(task)
}

fn name(text: &str) -> Result<&str, &'static str> {
    if is_name(text) {
        return Ok(text);
    }
    Err("It must be 1 to 64 of the characters A-Z a-z 0-9 . _ -")
}

fn priority(text: &str) -> Result<Priority, &'static str> {
    let found = PRIORITIES.iter().find(|(word, _)| *word == text);
    found
        .map(|(_, priority)| *priority)
        .ok_or("It must be one of low, normal, high, urgent.")
}

fn key(text: &str) -> Result<String, &'static str> {
    let printable = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if printable && (1..=KEY_CHARS_MAX).contains(&text.len()) {
        return Ok(text.to_owned());
    }
    Err("It must be 1 to 128 printable ASCII characters.")
}

fn actions(fields: &mut Fields) -> Option<Vec<Action>> {
    let value = fields.take("actions")?;
    let words = match value {
        Value::Array(words) if (1..=ACTIONS_MAX).contains(&words.len()) => words,
        _ => {
            let detail = format!("It must be an array of 1 to {ACTIONS_MAX} actions.");
            fields.refuse(pointer("actions"), detail);
            return None;
        }
    };
    let mut actions = Vec::with_capacity(words.len());
    for (place, word) in words.iter().enumerate() {
        match word.as_str().and_then(Action::parse) {
            Some(action) => actions.push(action),
            None => {
                let known = Action::ALL.map(Action::as_str).join(", ");
                let detail = format!("It must be one of {known}.");
                fields.refuse(format!("/actions/{place}"), detail);
            }
        }
    }
    let follows = actions.iter().filter(|it| **it == Action::FollowUser);
    if follows.count() > usize::from(FOLLOWS_MAX) {
        let detail = "follow_user may stand there once: a task follows its target once.";
        fields.refuse(pointer("actions"), detail);
    }
    Some(actions)
}

/// A task likes up to ten posts, however they are asked for.
fn check_likes(fields: &mut Fields, actions: &[Action], max_likes: u8) {
    let times = actions.iter().filter(|it| **it == Action::LikePost).count();
    if times * usize::from(max_likes) > usize::from(LIKES_MAX) {
        let detail = format!(
            "A task likes at most {LIKES_MAX} posts: {times} times like_post with max_likes \
             {max_likes} is more."
        );
        fields.refuse(pointer("actions"), detail);
    }
}
