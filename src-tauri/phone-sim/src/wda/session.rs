//! The one session of a phone, and the elements found in it.

use std::collections::HashMap;

use serde_json::Value;
use uuid::Uuid;

use super::settings::Settings;

/// Elements a session remembers; the one not used for longest is forgotten first.
pub const MAX_ELEMENTS: usize = 1024;

/// A WebDriverAgent session.
pub struct Session {
    /// An upper-case UUID.
    pub id: String,
    /// The app under test, where the session named one.
    pub bundle: Option<String>,
    /// Whether that app should be running; it is not after it was terminated on purpose.
    pub expects_app: bool,
    /// Whether the app ends with the session.
    pub ends_app: bool,
    /// Whether commands wait while the app is busy: `shouldWaitForQuiescence`.
    pub waits_for_idle: bool,
    /// What `appium/settings` holds.
    pub settings: Settings,
    /// The elements found.
    pub elements: Elements,
}

impl Session {
    /// A session without an app.
    #[must_use]
    pub fn new() -> Session {
        Session {
            id: Uuid::now_v7().to_string().to_uppercase(),
            bundle: None,
            expects_app: false,
            ends_app: true,
            waits_for_idle: true,
            settings: Settings::default(),
            elements: Elements::default(),
        }
    }
}

impl Default for Session {
    fn default() -> Session {
        Session::new()
    }
}

/// Truth as clients write it.
#[must_use]
pub fn truth(value: &Value) -> bool {
    match value {
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64().is_some_and(|n| n != 0.0),
        Value::String(text) => matches!(text.as_str(), "true" | "1" | "YES" | "yes"),
        _ => false,
    }
}

/// Element ids and the keys of the nodes they mean.
#[derive(Default)]
pub struct Elements {
    by_id: HashMap<String, (String, u64)>,
    ids: HashMap<String, String>,
    used: u64,
}

impl Elements {
    /// The id for a node; the same node has the same id while it is remembered.
    pub fn id_of(&mut self, key: &str) -> String {
        self.used += 1;
        if let Some(id) = self.ids.get(key) {
            if let Some((_, used)) = self.by_id.get_mut(id) {
                *used = self.used;
            }
            return id.clone();
        }
        if self.by_id.len() >= MAX_ELEMENTS {
            let oldest = self.by_id.iter().min_by_key(|(_, (_, used))| *used);
            if let Some((id, (key, _))) = oldest.map(|(id, entry)| (id.clone(), entry.clone())) {
                self.by_id.remove(&id);
                self.ids.remove(&key);
            }
        }
        let id = Uuid::now_v7().to_string().to_uppercase();
        self.by_id.insert(id.clone(), (key.to_owned(), self.used));
        self.ids.insert(key.to_owned(), id.clone());
        id
    }

    /// The key an id means.
    pub fn key_of(&mut self, id: &str) -> Option<&str> {
        self.used += 1;
        let used = self.used;
        let entry = self.by_id.get_mut(id)?;
        entry.1 = used;
        Some(&entry.0)
    }

    /// Forgets them all.
    pub fn forget(&mut self) {
        self.by_id.clear();
        self.ids.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_element_not_used_for_longest_is_forgotten() {
        let mut elements = Elements::default();
        let first = elements.id_of("first");
        let second = elements.id_of("second");
        assert_eq!(elements.id_of("first"), first);
        for n in 0..MAX_ELEMENTS - 1 {
            elements.id_of(&format!("n{n}"));
        }
        assert_eq!(elements.key_of(&first), Some("first"));
        assert_eq!(elements.key_of(&second), None);
    }
}
