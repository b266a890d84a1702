//! A name on the social app that does not leak into logs.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An account's or target's name as the app shows it, without the leading `@`.
///
/// `Debug` and `Display` mask it (`@b…`); [`Handle::reveal`] gives the whole of it for the screen,
/// the database and exports. Two handles are equal when they are the same name, whatever the case
/// of their letters.
#[derive(Clone, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Handle(String);

impl Handle {
    /// Wraps a name; spaces around it and a leading `@` are dropped.
    pub fn new(name: impl AsRef<str>) -> Self {
        let name = name.as_ref().trim();
        Self(name.strip_prefix('@').unwrap_or(name).to_owned())
    }

    /// The whole name.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether `text` is this name, case folded.
    pub fn is(&self, text: &str) -> bool {
        fold(text.trim()) == fold(&self.0)
    }
}

/// Lower case, for comparing names as the app does.
fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

impl PartialEq for Handle {
    fn eq(&self, other: &Self) -> bool {
        self.is(&other.0)
    }
}

impl Eq for Handle {}

impl From<String> for Handle {
    fn from(name: String) -> Self {
        Self::new(name)
    }
}

impl From<&str> for Handle {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<Handle> for String {
    fn from(handle: Handle) -> Self {
        handle.0
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.chars().next() {
            Some(first) => write!(f, "@{first}…"),
            None => write!(f, "@"),
        }
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::Handle;

    #[test]
    fn equality_folds_case_and_drops_the_at_sign() {
        assert_eq!(Handle::new("@Bob.Smith "), Handle::new("bob.smith"));
        assert_ne!(Handle::new("bob"), Handle::new("bob_"));
    }

    #[test]
    fn debug_and_display_do_not_name_anybody() {
        let handle = Handle::new("canary_name");
        assert_eq!(format!("{handle:?} {handle}"), "@c… @c…");
    }
}
