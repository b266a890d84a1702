//! Rows of type engagement: one page, and one text.

use signalbox_automation::engagement::TEXT_CHARS_MAX;
use signalbox_automation::{Action, Engagement, Handle};

use super::problem::{Code, Findings, quoted};

/// What may be done with a page, under the words of the `actions` field; the names that actions
/// have elsewhere are taken as well.
const WORDS: [(&str, Action); 6] = [
    ("follow", Action::FollowUser),
    ("like", Action::LikePost),
    ("comment", Action::CommentPost),
    ("follow_user", Action::FollowUser),
    ("like_post", Action::LikePost),
    ("comment_post", Action::CommentPost),
];

/// The engagement of a row; an empty `actions` field means all three.
pub(super) fn engagement(
    page: &Handle,
    actions: &str,
    text: Option<String>,
    line: u64,
    findings: &mut Findings,
) -> Option<Engagement> {
    let named = named(actions, line, findings)?;
    let has = |action| named.contains(&action);
    let comment = has(Action::CommentPost);
    let text = self::text(text, comment, line, findings)?;
    Some(Engagement {
        pages: vec![page.clone()],
        texts: text.into_iter().collect(),
        follow: has(Action::FollowUser),
        like: has(Action::LikePost),
        comment,
        posts: 1,
        public_only: false,
        min_posts: 0,
    })
}

fn named(actions: &str, line: u64, findings: &mut Findings) -> Option<Vec<Action>> {
    let all = [Action::FollowUser, Action::LikePost, Action::CommentPost];
    if actions.is_empty() {
        return Some(all.to_vec());
    }
    let before = findings.total();
    let mut named = Vec::new();
    for word in actions.strip_suffix(';').unwrap_or(actions).split(';') {
        let word = word.trim();
        let known = WORDS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(word));
        match known {
            Some((_, action)) => named.push(*action),
            None => findings.add(
                line,
                Some("actions".into()),
                Code::UnsupportedAction,
                || {
                    format!(
                        "{} is none of follow, like, comment, which an engagement row does",
                        quoted(word)
                    )
                },
            ),
        }
    }
    (findings.total() == before).then_some(named)
}

#[expect(
    clippy::option_option,
    reason = "outer: the field is good; inner: there is a text"
)]
fn text(
    text: Option<String>,
    comment: bool,
    line: u64,
    findings: &mut Findings,
) -> Option<Option<String>> {
    let mut add = |code, reason: String| {
        findings.add(line, Some("comment_text".into()), code, || reason);
        None
    };
    match (text, comment) {
        (None, true) => add(
            Code::Empty,
            "the field is empty; write the comment, or name actions without comment".to_owned(),
        ),
        (Some(_), false) => add(
            Code::Unused,
            "the row names its actions, and comment is none of them; leave it empty".to_owned(),
        ),
        (Some(text), true) if text.chars().count() > TEXT_CHARS_MAX => add(
            Code::FieldTooLong,
            format!("a comment has at most {TEXT_CHARS_MAX} characters"),
        ),
        (text, _) => Some(text),
    }
}
