//! How much room a data set takes, and how much is left.

use std::fs;
use std::io;
use std::path::Path;

use super::{CommandError, Commands};

/// The room that the files of a data set take, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct StorageView {
    /// The data directory.
    pub data_dir: String,
    /// The database, with its log of changes.
    pub database_bytes: u64,
    /// Log files.
    pub logs_bytes: u64,
    /// Pictures of screens on which tasks failed.
    pub screenshots_bytes: u64,
    /// Backups.
    pub backups_bytes: u64,
    /// The simulated phones and their world.
    pub simulation_bytes: u64,
    /// Data sets that were set aside when a backup was restored.
    pub set_aside_bytes: u64,
    /// What is free on the disk; null where the system does not tell.
    pub free_bytes: Option<u64>,
}

impl Commands {
    /// How much room the data set takes.
    ///
    /// # Errors
    /// `storage_unreadable`: the data directory cannot be read.
    pub async fn storage(&self) -> Result<StorageView, CommandError> {
        let dir = self.data_dir.clone();
        let looked = tokio::task::spawn_blocking(move || {
            let root = dir.path();
            Ok(StorageView {
                data_dir: root.display().to_string(),
                database_bytes: named(root, |name| name.starts_with("signalbox.db"))?,
                logs_bytes: below(&dir.logs())?,
                screenshots_bytes: below(&dir.screenshots())?,
                backups_bytes: below(&dir.backups())?,
                simulation_bytes: below(&dir.simulation())?,
                set_aside_bytes: named(root, |name| name.starts_with("signalbox-replaced-"))?,
                free_bytes: free(root),
            })
        });
        let looked: io::Result<StorageView> = looked.await.map_err(|_| CommandError::gone())?;
        looked.map_err(|error| {
            let detail = format!(
                "The data directory cannot be read: {error}. Check your rights on it, and that \
                 its disk is there."
            );
            CommandError::new("storage_unreadable", detail)
        })
    }
}

/// The sizes of the files of a folder whose names are wanted.
fn named(folder: &Path, wanted: impl Fn(&str) -> bool) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(&wanted) {
            bytes += size(&entry)?;
        }
    }
    Ok(bytes)
}

/// The sizes of all files below a folder; none where there is no such folder. Links are not followed.
fn below(folder: &Path) -> io::Result<u64> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let mut bytes = 0;
    for entry in entries {
        let entry = entry?;
        bytes += match entry.file_type()?.is_dir() {
            true => below(&entry.path())?,
            false => size(&entry)?,
        };
    }
    Ok(bytes)
}

/// The size of a file, which may be gone by now.
fn size(entry: &fs::DirEntry) -> io::Result<u64> {
    match entry.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        found => Ok(found?.len()),
    }
}

fn free(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{below, named};

    #[test]
    fn the_room_of_folders_is_that_of_all_files_in_them() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path();
        fs::create_dir_all(path.join("logs/old")).unwrap();
        fs::write(path.join("logs/a"), [0; 10]).unwrap();
        fs::write(path.join("logs/old/b"), [0; 5]).unwrap();
        fs::write(path.join("signalbox.db-wal"), [0; 3]).unwrap();
        fs::write(path.join("other"), [0; 100]).unwrap();

        assert_eq!(below(&path.join("logs")).unwrap(), 15);
        assert_eq!(below(&path.join("missing")).unwrap(), 0);
        let database = named(path, |name| name.starts_with("signalbox.db"));
        assert_eq!(database.unwrap(), 3);
    }
}
