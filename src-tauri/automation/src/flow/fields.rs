//! The keys of a command, each read as what it must be.

use std::time::Duration;

use super::RUN_MAX;
use super::document::{Node, Value as Yaml};
use super::parse::{Reader, Scope};
use super::template::Template;

/// The keys of one map; each that nobody asked for is unknown.
pub(super) struct Fields<'n> {
    pairs: &'n [(Node, Node)],
    asked: Vec<bool>,
    command: &'n str,
}

impl<'n> Fields<'n> {
    pub fn new(command: &'n str, pairs: &'n [(Node, Node)]) -> Self {
        Self {
            pairs,
            asked: vec![false; pairs.len()],
            command,
        }
    }

    /// The value of the key, if it is there.
    pub fn get(&mut self, key: &str) -> Option<&'n Node> {
        let at = self
            .pairs
            .iter()
            .position(|(it, _)| it.text() == Some(key))?;
        if let Some(asked) = self.asked.get_mut(at) {
            *asked = true;
        }
        self.pairs.get(at).map(|(_, value)| value)
    }

    /// The key itself, for its line.
    pub fn key(&self, key: &str) -> Option<&'n Node> {
        let pair = self.pairs.iter().find(|(it, _)| it.text() == Some(key));
        pair.map(|(key, _)| key)
    }

    /// Tells of the keys that nobody asked for.
    pub fn end(self, reader: &mut Reader<'_>, scope: &Scope) {
        for ((key, _), _) in self
            .pairs
            .iter()
            .zip(&self.asked)
            .filter(|(_, asked)| !**asked)
        {
            let named = key.text().unwrap_or("?");
            let what = format!("unknown key “{named}” of {}", self.command);
            reader.findings.add(&scope.at(key), "unknown_key", what);
        }
    }
}

impl Reader<'_> {
    /// The text of a key.
    pub fn text_of(
        &mut self,
        scope: &Scope,
        fields: &mut Fields<'_>,
        key: &str,
    ) -> Option<Template> {
        let node = fields.get(key)?;
        self.template(scope, node, key)
    }

    /// A key that is true or false; false where it is not there.
    pub fn truth_of(&mut self, scope: &Scope, fields: &mut Fields<'_>, key: &str) -> Option<bool> {
        let node = fields.get(key)?;
        let text = self.fixed(scope, node, key)?;
        match text.trim() {
            "true" => Some(true),
            "false" => Some(false),
            // A variable without a value: told already.
            "undefined" => None,
            other => {
                let what = format!("{key} must be true or false, not “{other}”");
                self.findings.add(&scope.at(node), "bad_value", what);
                None
            }
        }
    }

    /// A whole number within bounds.
    pub fn number(
        &mut self,
        scope: &Scope,
        node: &Node,
        key: &str,
        (least, most): (u32, u32),
    ) -> Option<u32> {
        let text = self.fixed(scope, node, key)?;
        if text == "undefined" {
            return None;
        }
        // Numbers may be written with separators, as 10_000.
        let plain = text.trim().replace('_', "");
        let number = plain.parse::<f64>().ok().filter(|it| it.fract() == 0.0);
        let fits = number.filter(|it| (f64::from(least)..=f64::from(most)).contains(it));
        if fits.is_none() {
            let what = format!("{key} must be a whole number from {least} to {most}, not “{text}”");
            self.findings.add(&scope.at(node), "bad_value", what);
        }
        fits.map(|number| number as u32)
    }

    /// The same of a key.
    pub fn number_of(
        &mut self,
        scope: &Scope,
        fields: &mut Fields<'_>,
        key: &str,
        bounds: (u32, u32),
    ) -> Option<u32> {
        let node = fields.get(key)?;
        self.number(scope, node, key, bounds)
    }

    /// A time in milliseconds, no longer than a run.
    pub fn time_of(
        &mut self,
        scope: &Scope,
        fields: &mut Fields<'_>,
        key: &str,
    ) -> Option<Duration> {
        let most = u32::try_from(RUN_MAX.as_millis()).unwrap_or(u32::MAX);
        let ms = self.number_of(scope, fields, key, (0, most))?;
        Some(Duration::from_millis(u64::from(ms)))
    }

    /// The pairs of a map; anything else is told.
    pub fn pairs<'n>(
        &mut self,
        scope: &Scope,
        command: &str,
        node: &'n Node,
    ) -> Option<&'n [(Node, Node)]> {
        match &node.value {
            Yaml::Map(pairs) => Some(pairs),
            _ => {
                let what = format!("{command} needs a map of keys, not {}", node.kind());
                self.findings.add(&scope.at(node), "bad_value", what);
                None
            }
        }
    }
}
