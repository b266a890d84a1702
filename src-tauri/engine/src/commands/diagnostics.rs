//! What is told to who helps with a problem: how the engine is and what it said, without anything
//! that names an account, a target or a phone, and without a secret.

use std::fs;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use serde::Serialize;

use super::{CommandError, Commands};
use crate::clock::rfc3339;
use crate::logs::{self, masked};

/// The most bytes of a log file that are told: its end.
const LOG_BYTES_MAX: u64 = 512 << 10;
/// The most log files that are told: the newest.
const LOGS_MAX: usize = 4;

/// One file of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ts_rs::TS)]
pub struct DiagnosticsPart {
    /// Its name in the bundle.
    pub name: String,
    /// All that is in it.
    pub text: String,
}

/// Of a phone, what names nobody.
#[derive(Serialize)]
struct Phone {
    model: Option<String>,
    ios_version: Option<String>,
    status: String,
    error_code: Option<String>,
    simulated: bool,
}

impl Commands {
    /// Everything that a bundle of diagnostics holds, so that it can be looked at before it is
    /// given away.
    ///
    /// # Errors
    /// `diagnostics_unreadable`: the log files cannot be read.
    pub async fn diagnostics(&self) -> Result<Vec<DiagnosticsPart>, CommandError> {
        let about = serde_json::json!({
            "version": env!("CARGO_PKG_VERSION"),
            "made_at": rfc3339(self.clock.read().wall_ms),
            "system": std::env::consts::OS,
            "processor": std::env::consts::ARCH,
            "data_set": self.world.as_str(),
        });
        let storage = self.storage().await?;
        let storage = serde_json::json!({
            "database_bytes": storage.database_bytes,
            "logs_bytes": storage.logs_bytes,
            "screenshots_bytes": storage.screenshots_bytes,
            "backups_bytes": storage.backups_bytes,
            "free_bytes": storage.free_bytes,
        });
        let settings = self.settings().await?;
        let mut settings = serde_json::json!(settings);
        if let Some(hours) = settings["settings"]["hours"].as_object_mut() {
            // Groups are named by the operator.
            let groups = hours.len();
            settings["settings"]["hours"] = serde_json::json!({ "groups": groups });
        }
        let phones = self.snapshot().await?.devices.into_iter().map(|it| Phone {
            model: it.model,
            ios_version: it.ios_version,
            status: it.status,
            error_code: it.error_code,
            simulated: it.simulated,
        });
        let phones: Vec<Phone> = phones.collect();
        let mut parts = vec![
            part("about.json", &about),
            part("health.json", &self.health().await?),
            part("settings.json", &settings),
            part("phones.json", &phones),
            part("storage.json", &storage),
        ];
        let dir = self.data_dir.clone();
        let read = tokio::task::spawn_blocking(move || told(&dir.logs(), &dir.phones_log()));
        let read = read.await.map_err(|_| CommandError::gone())?;
        parts.extend(read.map_err(|error| {
            let detail = format!("The log files cannot be read: {error}. Try again.");
            CommandError::new("diagnostics_unreadable", detail)
        })?);
        Ok(parts)
    }
}

fn part(name: &str, told: &impl Serialize) -> DiagnosticsPart {
    let text = serde_json::to_string_pretty(told).unwrap_or_default();
    DiagnosticsPart {
        name: name.to_owned(),
        text: by_line(&text),
    }
}

fn told(logs: &Path, phones: &Path) -> io::Result<Vec<DiagnosticsPart>> {
    let mut files = logs::files(logs)?;
    let newest = files.split_off(files.len().saturating_sub(LOGS_MAX));
    let files = newest.into_iter().chain([phones.to_owned()]);
    let mut parts = Vec::new();
    for file in files {
        let name = file.file_name().and_then(|it| it.to_str());
        let (Some(name), Some(text)) = (name, end_of(&file)?) else {
            continue;
        };
        parts.push(DiagnosticsPart {
            name: format!("logs/{name}"),
            text: by_line(&text),
        });
    }
    Ok(parts)
}

/// The end of a file in whole lines; `None` where there is none.
fn end_of(path: &Path) -> io::Result<Option<String>> {
    let mut file = match fs::File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let from = file.metadata()?.len().saturating_sub(LOG_BYTES_MAX);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(LOG_BYTES_MAX).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let whole = match (from, text.split_once('\n')) {
        (0, _) | (_, None) => text.as_ref(),
        (_, Some((_, rest))) => rest,
    };
    Ok(Some(whole.to_owned()))
}

/// Each line masked as a line of the log is.
fn by_line(text: &str) -> String {
    text.lines().map(|line| masked(line) + "\n").collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::told;

    #[test]
    fn logs_are_told_masked_and_the_newest_alone() {
        let dir = tempfile::tempdir().unwrap();
        for number in 1..=6 {
            let line = format!("{{\"msg\":\"of {number}\"}}\nAuthorization: Bearer abcdef\n");
            fs::write(dir.path().join(format!("signalbox-{number:06}.log")), line).unwrap();
        }
        fs::write(dir.path().join("private.txt"), "not ours").unwrap();

        let parts = told(dir.path(), &dir.path().join("phones.log")).unwrap();
        let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(
            names,
            [3, 4, 5, 6].map(|it| format!("logs/signalbox-{it:06}.log"))
        );
        assert_eq!(
            parts[0].text,
            "{\"msg\":\"of 3\"}\nAuthorization: Bearer …\n"
        );
    }
}
