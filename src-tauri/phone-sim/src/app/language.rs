//! What the app says in another language: the texts that tell what was done and what is refused.
//! Identifiers are the same in all.

use serde::Deserialize;

/// A language of the app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// German.
    #[serde(rename = "de")]
    German,
}

/// English and German, where they differ.
const GERMAN: [(&str, &str); 13] = [
    ("Follow", "Folgen"),
    ("Follow Back", "Auch folgen"),
    ("Following", "Gefolgt"),
    ("Requested", "Angefragt"),
    ("Like", "Gefällt mir"),
    ("Liked", "Gefällt dir"),
    ("Unlike", "Gefällt mir nicht mehr"),
    ("This account is private", "Dieses Konto ist privat"),
    (
        "Sorry, this page isn't available.",
        "Diese Seite ist leider nicht verfügbar.",
    ),
    ("No internet connection", "Keine Internetverbindung"),
    ("Action Blocked", "Handlung blockiert"),
    ("Try Again Later", "Versuche es später noch einmal"),
    ("No Posts Yet", "Noch keine Beiträge"),
];

impl Language {
    /// As the phone tells it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }

    /// Language and region.
    #[must_use]
    pub fn locale(self) -> &'static str {
        match self {
            Language::English => "en_US",
            Language::German => "de_DE",
        }
    }

    /// How it says this English text; as it is, where it has no other word.
    #[must_use]
    pub fn says(self, text: &str) -> String {
        let german = || GERMAN.iter().find(|(english, _)| *english == text);
        match (self, german()) {
            (Language::German, Some((_, german))) => (*german).to_owned(),
            _ => text.to_owned(),
        }
    }

    /// The same about somebody: `Follow bob`, `bob folgen`.
    #[must_use]
    pub fn says_of(self, text: &str, name: &str) -> String {
        match self {
            Language::English => format!("{text} {name}"),
            Language::German if text == "Tap to unfollow" => format!("{name} nicht mehr folgen"),
            Language::German => format!("{name} {}", self.says(text).to_lowercase()),
        }
    }
}
