//! What a computer may change about a phone. It lasts as long as the simulator runs.

use std::collections::BTreeMap;

use plist::{Dictionary, Value};

/// Domain, key and kind of what can be set; everything else is the phone's own business.
const WRITABLE: [(&str, &str, Kind); 6] = [
    ("", "DeviceName", Kind::Text),
    ("", "TimeZone", Kind::Text),
    ("", "Uses24HourClock", Kind::Flag),
    ("com.apple.international", "Language", Kind::Text),
    ("com.apple.international", "Locale", Kind::Text),
    (
        "com.apple.mobile.wireless_lockdown",
        "EnableWifiConnections",
        Kind::Flag,
    ),
];
/// The longest text that is taken.
const MAX_TEXT: usize = 1_000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Flag,
}

/// What was set.
#[derive(Default)]
pub struct Settings(BTreeMap<(&'static str, &'static str), Value>);

impl Settings {
    /// Sets a value, or takes it back.
    ///
    /// # Errors
    /// What lockdownd says when that is not allowed.
    pub fn set(
        &mut self,
        domain: &str,
        key: &str,
        value: Option<&Value>,
    ) -> Result<(), &'static str> {
        let known = WRITABLE.iter().find(|it| it.0 == domain && it.1 == key);
        let prohibited = match value {
            Some(_) => "SetProhibited",
            None => "RemoveProhibited",
        };
        let (domain, key, kind) = *known.ok_or(prohibited)?;
        let Some(value) = value else {
            self.0.remove(&(domain, key));
            return Ok(());
        };
        let fits = match kind {
            Kind::Text => value.as_string().is_some_and(|text| text.len() <= MAX_TEXT),
            Kind::Flag => value.as_boolean().is_some(),
        };
        if !fits {
            return Err("InvalidValue");
        }
        self.0.insert((domain, key), value.clone());
        Ok(())
    }

    /// Puts what was set over the facts of a domain.
    pub fn lay_over(&self, domain: &str, facts: &mut Dictionary) {
        for ((of, key), value) in &self.0 {
            if *of == domain {
                facts.insert((*key).to_owned(), value.clone());
            }
        }
    }
}
