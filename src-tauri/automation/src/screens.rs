//! What is known of the social app's screens: locators, pages, texts. One data file, checked when
//! it is loaded; an operator's file overrides it entry by entry.

mod check;
mod file;
mod text;

use std::collections::BTreeMap;

use crate::reading::{FollowState, LikeState, Page, Snapshot, is_strip};

pub(crate) use text::{Pattern, Variables, contains_words, fold};

/// The file's name, built in and in a data directory.
pub const FILE_NAME: &str = "screens.toml";
/// The longest override that is read, in bytes.
pub const OVERRIDE_BYTES_MAX: usize = 1024 * 1024;

const BUILT_IN: &str = include_str!("screens.toml");

/// Why a screens file was refused; nothing of it is used then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct ScreensError {
    /// Which file, and where in it: a line, or the entry's name.
    pub place: String,
    /// What is wrong there and what is expected.
    pub what: String,
}

/// The classes of stop signs, the ones that win first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignClass {
    /// The app wants to know who is there.
    Challenge,
    /// The app limits the account.
    RateLimited,
    /// There is no such page.
    Unavailable,
    /// The posts are not public.
    Private,
    /// No network, or the app's server failed.
    Network,
}

/// A stop sign that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// What it means.
    pub class: SignClass,
    /// The whole text on the screen in which it stood.
    pub text: String,
}

/// One alternative of a locator.
#[derive(Debug, Clone)]
pub(crate) struct Locator {
    id: Option<Pattern>,
    kind: Option<String>,
    label: Option<Pattern>,
    within: Option<Pattern>,
    shape: Option<file::Shape>,
    since: Option<Version>,
    before: Option<Version>,
}

/// Numbers of an app's version, the first counting most.
type Version = Vec<u64>;

/// How one page is told from the others; the names are keys of the locators.
#[derive(Debug, Clone)]
pub(crate) struct PageRule {
    pub page: Page,
    pub all: Vec<String>,
    pub any: Vec<String>,
    pub none: Vec<String>,
}

/// Everything that is known of the app's screens.
#[derive(Debug, Clone)]
pub struct Screens {
    bundle_id: String,
    links: BTreeMap<String, String>,
    locators: BTreeMap<String, Vec<Locator>>,
    pub(crate) pages: Vec<PageRule>,
    pub(crate) own_overlays: Vec<String>,
    pub(crate) decline: Vec<Pattern>,
    pub(crate) acknowledge: Vec<Pattern>,
    harmless: Vec<String>,
    follow: Vec<(Pattern, FollowState)>,
    like: Vec<(Pattern, LikeState)>,
    signs: Vec<(String, SignClass)>,
    languages: Vec<String>,
}

impl Screens {
    /// Loads the built-in file, overridden by the operator's text where there is one.
    pub fn load(overriding: Option<&str>) -> Result<Self, ScreensError> {
        check::load(BUILT_IN, overriding)
    }

    /// The app's bundle id.
    pub fn bundle_id(&self) -> &str {
        &self.bundle_id
    }

    /// The languages whose texts are known.
    pub fn languages(&self) -> &[String] {
        &self.languages
    }

    /// Whether what the app says in this language is known: the language itself, or the one it is
    /// a variety of (`en` covers `en-GB`).
    ///
    /// ```
    /// # use signalbox_automation::Screens;
    /// let screens = Screens::load(None)?;
    /// assert!(screens.covers("en") && screens.covers("en-GB") && screens.covers("EN_us"));
    /// assert!(!screens.covers("de") && !screens.covers("enm"));
    /// # Ok::<(), signalbox_automation::ScreensError>(())
    /// ```
    pub fn covers(&self, language: &str) -> bool {
        let plain = |text: &str| text.replace('_', "-").to_lowercase();
        let spoken = plain(language);
        self.languages.iter().any(|known| {
            let rest = spoken.strip_prefix(&plain(known));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        })
    }

    /// The deep link of that name, with variables still in it.
    pub(crate) fn link(&self, name: &str) -> Option<&str> {
        self.links.get(name).map(String::as_str)
    }

    /// The visible elements of the first alternative that has any.
    pub(crate) fn find(&self, screen: &Snapshot, locator: &str, job: &Names) -> Vec<usize> {
        let alternatives = self
            .locators
            .get(locator)
            .map(Vec::as_slice)
            .unwrap_or_default();
        for alternative in alternatives
            .iter()
            .filter(|one| one.is_for(job.version.as_ref()))
        {
            let found: Vec<usize> = (0..screen.nodes().len())
                .filter(|&at| alternative.matches(screen, at, &job.variables))
                .collect();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// What the follow button says.
    pub(crate) fn follow_meaning(&self, text: &str, job: &Names) -> Vec<FollowState> {
        meaning(&self.follow, text, job)
    }

    /// What the like button says.
    pub(crate) fn like_meaning(&self, text: &str, job: &Names) -> Vec<LikeState> {
        meaning(&self.like, text, job)
    }

    /// The stop sign among these texts: the longest, then the class that wins first.
    pub fn sign(&self, texts: &[String]) -> Option<Sign> {
        let mut best: Option<(usize, SignClass, &String)> = None;
        for text in texts {
            let folded = fold(text);
            for (words, class) in &self.signs {
                let better = best.is_none_or(|(length, known, _)| {
                    words.len() > length || (words.len() == length && *class < known)
                });
                if better && contains_words(&folded, words) {
                    best = Some((words.len(), *class, text));
                }
            }
        }
        best.map(|(_, class, text)| Sign {
            class,
            text: text.clone(),
        })
    }

    /// The class of a text that is nothing but a stop sign (a final full stop aside).
    pub(crate) fn exact_sign(&self, text: &str) -> Option<SignClass> {
        let folded = fold(text);
        let bare = folded.trim_end_matches('.');
        self.signs
            .iter()
            .find(|(words, _)| words == bare)
            .map(|(_, class)| *class)
    }

    /// Whether one of these texts is a question known to be harmless.
    pub(crate) fn is_harmless(&self, texts: &[String]) -> bool {
        let holds = |text: &String| {
            let text = fold(text);
            self.harmless
                .iter()
                .any(|words| contains_words(&text, words))
        };
        texts.iter().any(holds)
    }
}

/// The names and the app version that locators and texts are compared with.
#[derive(Clone, Default)]
pub struct Names {
    pub(crate) variables: Variables,
    version: Option<Version>,
}

impl Names {
    /// For one job.
    pub fn new(target: &str, handle: &str, app_version: Option<&str>) -> Self {
        Self {
            variables: Variables::new(target, handle),
            version: app_version.and_then(check::version),
        }
    }

    /// From now on `${target}` is this account.
    pub(crate) fn set_target(&mut self, handle: &str) {
        self.variables.set_target(handle);
    }

    /// From now on `${active}` is this account.
    pub(crate) fn set_active(&mut self, handle: &str) {
        self.variables.set_active(handle);
    }
}

impl Locator {
    /// Whether it is made for that version; where the version is not known, every one may be.
    fn is_for(&self, version: Option<&Version>) -> bool {
        let Some(version) = version else { return true };
        self.since.as_ref().is_none_or(|since| version >= since)
            && self.before.as_ref().is_none_or(|before| version < before)
    }

    fn matches(&self, screen: &Snapshot, at: usize, variables: &Variables) -> bool {
        let Some(node) = screen.nodes().get(at) else {
            return false;
        };
        node.visible
            && self.kind.as_ref().is_none_or(|kind| *kind == node.kind)
            && self
                .id
                .as_ref()
                .is_none_or(|id| id.matches_folded(&node.name_folded, variables))
            && self
                .label
                .as_ref()
                .is_none_or(|label| label.matches_folded(&node.label_folded, variables))
            && self.within.as_ref().is_none_or(|within| {
                screen
                    .above(at)
                    .any(|around| within.matches_folded(&around.name_folded, variables))
            })
            && self
                .shape
                .is_none_or(|file::Shape::Strip| is_strip(screen, at))
    }
}

/// The states whose heaviest pattern matches the text: one, or the text is not clear.
fn meaning<T: Copy + PartialEq>(table: &[(Pattern, T)], text: &str, job: &Names) -> Vec<T> {
    let matching: Vec<&(Pattern, T)> = table
        .iter()
        .filter(|(pattern, _)| pattern.matches(text, &job.variables))
        .collect();
    let heaviest = matching.iter().map(|(pattern, _)| pattern.weight()).max();
    let mut states = Vec::new();
    for (pattern, state) in matching {
        if Some(pattern.weight()) == heaviest && !states.contains(state) {
            states.push(*state);
        }
    }
    states
}

#[cfg(test)]
mod tests;
