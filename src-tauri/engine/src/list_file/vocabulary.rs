//! The words of a task list for what the rooms below have as types.

use signalbox_automation::Action;
use signalbox_automation::job::LIKES_MAX;
use signalbox_scheduler::{Kind, Priority};

use super::ACTIONS_MAX;

/// All kinds of task, under the words of files and of the API.
pub const KINDS: [(&str, Kind); 3] = [
    ("instagram", Kind::Instagram),
    ("engagement", Kind::Engagement),
    ("flow", Kind::Flow),
];

/// All priorities, lowest first, under the words of files and of the API.
pub const PRIORITIES: [(&str, Priority); 4] = [
    ("low", Priority::Low),
    ("normal", Priority::Normal),
    ("high", Priority::High),
    ("urgent", Priority::Urgent),
];

/// The word for a kind.
pub fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Instagram => "instagram",
        Kind::Engagement => "engagement",
        Kind::Flow => "flow",
    }
}

/// The word for a priority.
pub fn priority_word(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => "low",
        Priority::Normal => "normal",
        Priority::High => "high",
        Priority::Urgent => "urgent",
    }
}

/// How often one task may name an action: it follows its target once, and likes up to ten posts.
pub(super) fn times_max(action: Action) -> usize {
    match action {
        Action::FollowUser => 1,
        Action::LikePost => usize::from(LIKES_MAX),
        _ => ACTIONS_MAX,
    }
}

/// What a word of the table stands for, in any case of letters.
pub(super) fn parse<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    let found = table
        .iter()
        .find(|(name, _)| word.eq_ignore_ascii_case(name));
    found.map(|(_, meaning)| *meaning)
}

/// The words of a table, for a sentence.
pub(super) fn listed<T>(table: &[(&str, T)]) -> String {
    let words: Vec<_> = table.iter().map(|(word, _)| *word).collect();
    words.join(", ")
}
