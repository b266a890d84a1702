//! Reading the state of a control: whether we follow, whether we like.

use super::Snapshot;
use crate::screens::{Names, Screens, fold};

/// How the account stands to the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowState {
    /// It does not follow.
    NotFollowing,
    /// It does not follow, but is followed.
    FollowBack,
    /// It follows.
    Following,
    /// It asked to.
    Requested,
}

/// Whether the account likes the post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LikeState {
    /// It does not.
    NotLiked,
    /// It does.
    Liked,
}

/// What a look at a control gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadState<T> {
    /// The state, with the control's position.
    Is(T, usize),
    /// There is no such control.
    Missing,
    /// There are several, or what it says is none of the known words, or two of them.
    Unclear(String),
}

/// The state of the follow button.
pub fn follow_state(
    screen: &Snapshot,
    screens: &Screens,
    job: &Names,
    locator: &str,
) -> ReadState<FollowState> {
    read(screen, screens, job, locator, |text| {
        screens.follow_meaning(text, job)
    })
}

/// The state of the like button.
pub fn like_state(
    screen: &Snapshot,
    screens: &Screens,
    job: &Names,
    locator: &str,
) -> ReadState<LikeState> {
    read(screen, screens, job, locator, |text| {
        screens.like_meaning(text, job)
    })
}

/// Label and value are both asked, as releases differ in which of them tells the state. If they
/// tell different ones, nothing is known.
fn read<T: Copy + PartialEq>(
    screen: &Snapshot,
    screens: &Screens,
    job: &Names,
    locator: &str,
    meaning: impl Fn(&str) -> Vec<T>,
) -> ReadState<T> {
    let found = screens.find(screen, locator, job);
    let at = match found.as_slice() {
        [] => return ReadState::Missing,
        [at] => *at,
        several => return ReadState::Unclear(format!("{} of {locator} at once", several.len())),
    };
    let Some(node) = screen.nodes().get(at) else {
        return ReadState::Missing;
    };
    let mut states: Vec<T> = Vec::new();
    for state in meaning(&node.label).into_iter().chain(meaning(&node.value)) {
        if !states.contains(&state) {
            states.push(state);
        }
    }
    match states.as_slice() {
        [state] => ReadState::Is(*state, at),
        _ => {
            let said = [node.label.as_str(), node.value.as_str()];
            let said = said
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>();
            ReadState::Unclear(format!("{locator} says “{}”", said.join("”, “")))
        }
    }
}

/// A key for the post in front, made from what its page says of it and nobody else can change:
/// author and caption. The same post has the same key on every phone. `None` when the page says
/// nothing that tells this post from the author's others.
pub fn post_key(screen: &Snapshot, screens: &Screens, job: &Names) -> Option<String> {
    let label = |locator: &str| {
        let at = *screens.find(screen, locator, job).first()?;
        screen
            .nodes()
            .get(at)
            .map(|node| fold(&node.label))
            .filter(|text| !text.is_empty())
    };
    let author = label("post.author")?;
    let caption = label("post.caption")?;
    Some(format!("{:016x}", fnv1a(&format!("{author}\n{caption}"))))
}

/// FNV-1a, 64 bits: small, and the same on every machine for good.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
