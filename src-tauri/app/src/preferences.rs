//! What the app itself remembers, outside both data sets: which of them it opens, how many phones
//! are simulated, whether the API is served, what the operator is told of.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use signalbox_engine::CommandError;

use crate::bell::Kind;

/// Simulated phones at most: each is a few sockets and a screen.
pub const PHONES_MAX: u16 = 32;

/// What is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(default)]
pub struct Preferences {
    /// The data set of real phones is opened.
    pub live: bool,
    /// How many iPhones are simulated.
    pub phones: u16,
    /// The HTTP API is served on this computer.
    pub api: bool,
    /// Its port; 0: any free one.
    pub api_port: u16,
    /// Notifications that are not wanted.
    pub muted: BTreeSet<Kind>,
    /// From this many percent of failed tasks on the operator is told.
    pub failure_percent: u8,
    /// It was said once that the window only hides while work goes on.
    pub told_hiding: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            live: false,
            phones: 4,
            api: false,
            api_port: 0,
            muted: BTreeSet::new(),
            failure_percent: 50,
            told_hiding: false,
        }
    }
}

/// A change of some of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(default, deny_unknown_fields)]
pub struct AppChange {
    /// How many iPhones are simulated.
    pub phones: Option<u16>,
    /// The HTTP API is served on this computer.
    pub api: Option<bool>,
    /// Its port; 0: any free one.
    pub api_port: Option<u16>,
    /// Notifications that are not wanted.
    pub muted: Option<BTreeSet<Kind>>,
    /// From this many percent of failed tasks on the operator is told.
    pub failure_percent: Option<u8>,
    /// Signalbox opens when the user logs in.
    pub start_at_login: Option<bool>,
}

impl Preferences {
    /// Those in the file; the usual ones where there is none, or none that can be read.
    pub fn load(path: &Path) -> Self {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Self::default(),
            text => text,
        };
        let read = text
            .map_err(|error| error.to_string())
            .and_then(|text| serde_json::from_str(&text).map_err(|error| error.to_string()));
        read.unwrap_or_else(|error| {
            tracing::warn!(%error, "the app's preferences cannot be read; the usual ones hold");
            Self::default()
        })
    }

    /// Keeps them, whole or not at all.
    pub fn save(&self, path: &Path) -> Result<(), CommandError> {
        let written = serde_json::to_vec_pretty(self)
            .map_err(io::Error::from)
            .and_then(|text| replace(path, &text));
        written.map_err(|error| {
            let detail = format!(
                "{} could not be written: {error}. Nothing was changed; check the disk and your \
                 rights on the folder.",
                path.display()
            );
            CommandError::new("preferences_unwritable", detail)
        })
    }

    /// These with a change made; the field that cannot be so, with its bound.
    pub fn with(&self, change: &AppChange) -> Result<Self, CommandError> {
        let bad = |field: &str, detail: &str| {
            let mut error = CommandError::new("validation", detail);
            error.errors = vec![format!("/{field}")];
            Err(error)
        };
        if change
            .phones
            .is_some_and(|it| !(1..=PHONES_MAX).contains(&it))
        {
            return bad("phones", "Between 1 and 32 iPhones can be simulated.");
        }
        if change
            .api_port
            .is_some_and(|port| (1..1024).contains(&port))
        {
            let detail = "Ports below 1024 belong to the system. Choose 1024 to 65535, or 0 for any free one.";
            return bad("api_port", detail);
        }
        if change
            .failure_percent
            .is_some_and(|it| !(1..=100).contains(&it))
        {
            return bad(
                "failure_percent",
                "A share of failed tasks is 1 to 100 percent.",
            );
        }
        let mut with = self.clone();
        with.phones = change.phones.unwrap_or(self.phones);
        with.api = change.api.unwrap_or(self.api);
        with.api_port = change.api_port.unwrap_or(self.api_port);
        with.failure_percent = change.failure_percent.unwrap_or(self.failure_percent);
        if let Some(muted) = &change.muted {
            with.muted.clone_from(muted);
        }
        Ok(with)
    }
}

/// Replaces a file in one step.
fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let fresh: PathBuf = path.with_extension("new");
    let mut file: File = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&fresh)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(&fresh, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_there_again_and_what_cannot_be_read_is_as_usual() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("below/app.json");
        assert_eq!(Preferences::load(&path), Preferences::default());

        let change = AppChange {
            phones: Some(7),
            muted: Some([Kind::QueueFinished].into()),
            ..AppChange::default()
        };
        let changed = Preferences::default().with(&change).unwrap();
        changed.save(&path).unwrap();
        assert_eq!(Preferences::load(&path), changed);
        assert_eq!(changed.phones, 7);

        fs::write(&path, "{ not json").unwrap();
        assert_eq!(Preferences::load(&path), Preferences::default());
        fs::write(&path, r#"{ "phones": 9, "of a newer version": true }"#).unwrap();
        assert_eq!(Preferences::load(&path).phones, 9);
    }

    #[test]
    fn a_field_outside_its_bounds_is_named() {
        let check = |change: AppChange, field: Option<&str>| {
            let found = Preferences::default().with(&change);
            let found = found.err().map(|error| error.errors.concat());
            assert_eq!(found.as_deref(), field, "{change:?}");
        };
        let change = AppChange::default;
        check(change(), None);
        check(
            AppChange {
                phones: Some(0),
                ..change()
            },
            Some("/phones"),
        );
        check(
            AppChange {
                phones: Some(33),
                ..change()
            },
            Some("/phones"),
        );
        check(
            AppChange {
                api_port: Some(80),
                ..change()
            },
            Some("/api_port"),
        );
        check(
            AppChange {
                api_port: Some(0),
                ..change()
            },
            None,
        );
        let percent = |it| AppChange {
            failure_percent: Some(it),
            ..change()
        };
        check(percent(0), Some("/failure_percent"));
        check(percent(100), None);
    }
}
