//! Which page is in front, and what lies over it.

use serde::Deserialize;

use super::Snapshot;
use crate::screens::{Names, PageRule, Screens};

/// The pages of the app that the automation tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    /// A login form.
    Login,
    /// The comments of a post.
    Comments,
    /// The search page, with its field.
    Search,
    /// The active account's own profile.
    OwnProfile,
    /// Somebody's profile.
    Profile,
    /// The home feed.
    Feed,
    /// One post.
    Post,
    /// The explore page.
    Explore,
    /// A page of search results.
    Results,
    /// Another page of the app with the tab bar.
    Other,
    /// None of them: a page without anything known on it.
    Unknown,
}

/// The page in front, by the first rule of the screens file that fits.
pub fn classify(screen: &Snapshot, screens: &Screens, job: &Names) -> Page {
    let shows = |name: &String| !screens.find(screen, name, job).is_empty();
    let fits = |rule: &&PageRule| {
        rule.all.iter().all(shows)
            && (rule.any.is_empty() || rule.any.iter().any(shows))
            && !rule.none.iter().any(shows)
    };
    screens
        .pages
        .iter()
        .find(fits)
        .map_or(Page::Unknown, |rule| rule.page)
}

/// What kind of thing lies over the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverlayKind {
    /// An alert of the app or of the system.
    Alert,
    /// A sheet, with or without a veil behind it.
    Sheet,
    /// A line of text that goes away by itself.
    Banner,
}

/// Something that lies over the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlay {
    /// What it is.
    pub kind: OverlayKind,
    /// Its visible texts, each once.
    pub texts: Vec<String>,
    /// The positions of its buttons.
    pub buttons: Vec<usize>,
    /// Whether it is one that the automation itself opens.
    pub own: bool,
}

/// Everything that lies over the page, in the order of the tree.
pub fn overlays(screen: &Snapshot, screens: &Screens, job: &Names) -> Vec<Overlay> {
    let kinds = [
        ("overlay.alert", OverlayKind::Alert),
        ("overlay.sheet", OverlayKind::Sheet),
        ("overlay.banner", OverlayKind::Banner),
    ];
    let mut own = Vec::new();
    for name in &screens.own_overlays {
        own.extend(screens.find(screen, name, job));
    }
    let mut roots: Vec<(usize, OverlayKind)> = Vec::new();
    for (name, kind) in kinds {
        for at in screens.find(screen, name, job) {
            let inside = roots
                .iter()
                .any(|&(root, _)| screen.below(root).any(|below| below == at));
            if !inside {
                roots.push((at, kind));
            }
        }
    }
    let read = |(root, kind): (usize, OverlayKind)| Overlay {
        kind,
        texts: texts(screen, std::iter::once(root).chain(screen.below(root))),
        buttons: screen
            .below(root)
            .filter(|&at| is_button(screen, at))
            .collect(),
        own: screen.below(root).any(|at| own.contains(&at)),
    };
    roots.into_iter().map(read).collect()
}

/// Whether the element is a strip: as wide as the screen, at most 80 points high, in the top fifth
/// or the bottom quarter, in no list, with a text and nothing that can be pressed. Banners have no
/// name to find them by.
pub fn is_strip(screen: &Snapshot, at: usize) -> bool {
    let (Some(node), Some(whole)) = (screen.nodes().get(at), screen.size()) else {
        return false;
    };
    let (rect, height) = (node.rect, whole.height);
    let end = rect.origin.y + rect.size.height;
    let placed = rect.size.width >= 0.95 * whole.width
        && (1.0..=80.0).contains(&rect.size.height)
        && (end <= 0.2 * height || rect.origin.y >= 0.75 * height);
    let plain = |at: usize| {
        let kind = screen.nodes().get(at).map_or("", |node| node.kind.as_str());
        matches!(kind, "StaticText" | "Image" | "Other" | "Window")
    };
    let speaks = |at: usize| {
        screen
            .nodes()
            .get(at)
            .is_some_and(|node| node.visible && node.kind == "StaticText")
    };
    placed
        && screen.below(at).all(plain)
        && screen.below(at).any(speaks)
        && !screen
            .above(at)
            .any(|around| matches!(around.kind.as_str(), "Cell" | "NavigationBar"))
}

/// The visible texts of the page itself, each once, without what stands in lists and pictures:
/// those hold words of other people.
pub fn page_texts(screen: &Snapshot) -> Vec<String> {
    let own = |at: &usize| {
        let is_list = |kind: &str| matches!(kind, "Cell" | "Image" | "Keyboard");
        screen
            .nodes()
            .get(*at)
            .is_some_and(|node| !is_list(&node.kind))
            && !screen.above(*at).any(|around| is_list(&around.kind))
    };
    texts(screen, (0..screen.nodes().len()).filter(own))
}

fn is_button(screen: &Snapshot, at: usize) -> bool {
    screen
        .nodes()
        .get(at)
        .is_some_and(|node| node.visible && node.kind == "Button")
}

fn texts(screen: &Snapshot, among: impl Iterator<Item = usize>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for node in among
        .filter_map(|at| screen.nodes().get(at))
        .filter(|node| node.visible)
    {
        for text in [&node.label, &node.value] {
            if !text.is_empty() && !all.contains(text) {
                all.push(text.clone());
            }
        }
    }
    all
}
