//! The form of the screens file, as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::reading::Page;

/// A screens file, the built-in one or an override.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Version of the form; this one is 1.
    pub format: Option<u32>,
    /// The app.
    pub bundle_id: Option<String>,
    /// Deep links by name.
    #[serde(default)]
    pub links: BTreeMap<String, String>,
    /// Locators by name.
    #[serde(default)]
    pub locators: BTreeMap<String, Vec<LocatorEntry>>,
    /// How pages are told apart; an override replaces the whole list.
    pub page: Option<Vec<PageEntry>>,
    /// What to do about what lies over a page; an override replaces the lists it names.
    #[serde(default)]
    pub overlays: OverlayEntry,
    /// Texts by language; an override replaces a language's whole table.
    #[serde(default)]
    pub language: BTreeMap<String, LanguageEntry>,
}

/// One alternative of a locator.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocatorEntry {
    pub id: Option<String>,
    pub kind: Option<String>,
    pub label: Option<String>,
    pub within: Option<String>,
    pub shape: Option<Shape>,
    pub since: Option<String>,
    pub before: Option<String>,
}

/// What an element looks like, where it has no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// See [`crate::reading::is_strip`].
    Strip,
}

/// How one page is told from the others.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageEntry {
    pub page: Page,
    #[serde(default)]
    pub all: Vec<String>,
    #[serde(default)]
    pub any: Vec<String>,
    #[serde(default)]
    pub none: Vec<String>,
}

/// What to do about overlays.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverlayEntry {
    pub own: Option<Vec<String>>,
    pub decline: Option<Vec<String>>,
    pub acknowledge: Option<Vec<String>>,
    pub harmless: Option<Vec<String>>,
}

/// Texts of one language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanguageEntry {
    pub follow: FollowEntry,
    pub like: LikeEntry,
    pub signs: SignEntry,
}

/// Labels of the follow button.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowEntry {
    pub not_following: Vec<String>,
    pub follow_back: Vec<String>,
    pub following: Vec<String>,
    pub requested: Vec<String>,
}

/// Labels or values of the like button.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LikeEntry {
    pub not_liked: Vec<String>,
    pub liked: Vec<String>,
}

/// Stop signs by class.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignEntry {
    pub challenge: Vec<String>,
    pub rate_limited: Vec<String>,
    pub private: Vec<String>,
    pub unavailable: Vec<String>,
    pub network_error: Vec<String>,
}

impl File {
    /// This file with the other's entries in place of its own.
    pub fn overridden_by(mut self, other: Self) -> Self {
        self.format = other.format.or(self.format);
        self.bundle_id = other.bundle_id.or(self.bundle_id);
        self.links.extend(other.links);
        self.locators.extend(other.locators);
        self.page = other.page.or(self.page);
        self.overlays.own = other.overlays.own.or(self.overlays.own);
        self.overlays.decline = other.overlays.decline.or(self.overlays.decline);
        self.overlays.acknowledge = other.overlays.acknowledge.or(self.overlays.acknowledge);
        self.overlays.harmless = other.overlays.harmless.or(self.overlays.harmless);
        self.language.extend(other.language);
        self
    }
}
