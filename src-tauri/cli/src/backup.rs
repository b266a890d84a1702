//! `signalbox backup`: a whole copy of the data set, also beside an engine that works with it.

use signalbox_engine::CommandError;
use signalbox_engine::commands::{BackupView, backup as take, list_backups};
use signalbox_engine::paths::DataDir;

use crate::args::BackupOptions;
use crate::exit::{Exit, Failure};
use crate::paths::{data_dir, world};

/// Makes a backup, or names those there are.
pub fn backup(options: &BackupOptions, json: bool) -> Result<Exit, Failure> {
    let path = data_dir(&options.data, world(options.simulated))?;
    let dir = DataDir::locate(&path).map_err(CommandError::from)?;
    if options.list {
        list(&list_backups(&dir), json);
        return Ok(Exit::Ok);
    }
    // The directory of backups may be missing where there is a data set, and only there.
    if dir.database().exists() {
        DataDir::open(&path).map_err(CommandError::from)?;
    }
    let made = take(&dir, options.to.as_deref())?;
    if json {
        println!("{}", serde_json::json!(made));
    } else {
        println!("{}", made.path);
    }
    Ok(Exit::Ok)
}

/// One line each, the oldest first.
fn list(backups: &[BackupView], json: bool) {
    if json {
        println!("{}", serde_json::json!(backups));
        return;
    }
    for backup in backups {
        let kind = if backup.daily { "daily" } else { "asked" };
        let (taken, kib) = (&backup.taken_at, backup.bytes.div_ceil(1_024));
        println!("{taken}  {kind}  {kib:>9} KiB  {}", backup.name);
    }
}
