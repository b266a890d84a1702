//! `signalbox import`, and reading the two files of a list.

use std::path::Path;

use signalbox_engine::commands::ImportFiles;
use signalbox_engine::list_file::{self, ReadError};
use signalbox_engine::paths::{Base, DataDir, Environment};
use signalbox_engine::store::{Durability, Store};
use signalbox_engine::{CommandError, Engine, Options, Phones};

use crate::args::ImportOptions;
use crate::exit::{Exit, Failure};
use crate::paths::{data_dir, world};

/// Accepts a list into a data set in which no engine works.
pub async fn import(options: ImportOptions, json: bool) -> Result<Exit, Failure> {
    let world = world(options.simulated);
    let data_dir = data_dir(&options.data, world)?;
    let files = read(
        options.accounts.as_deref(),
        &options.tasks,
        options.rehearse,
    )?;
    check(&files, &data_dir)?;
    let engine = Engine::start(Options {
        program: "signalbox import",
        base: Base::find(&Environment::of_process()).map_err(CommandError::from)?,
        data_dir,
        phones: Phones::Absent(world),
        time_scale: 1,
        limits: false,
        fresh: false,
        durability: Durability::Full,
    })
    .await?;
    let done = engine.commands().import(files).await;
    engine.shutdown().await;
    let report = done?;
    if json {
        println!("{}", serde_json::json!(report));
    } else {
        println!(
            "List “{}”: {} tasks accepted, {} new accounts.",
            report.list_name, report.tasks, report.accounts_added
        );
    }
    Ok(Exit::Ok)
}

/// Reads the files of a list.
pub fn read(
    accounts: Option<&Path>,
    tasks: &Path,
    rehearsal: bool,
) -> Result<ImportFiles, Failure> {
    let read = |path: &Path| {
        list_file::read(path)
            .map_err(|error| Failure::new(Exit::Usage, ReadError::CODE, error.to_string()))
    };
    let name = tasks
        .file_name()
        .unwrap_or(tasks.as_os_str())
        .to_string_lossy()
        .into_owned();
    Ok(ImportFiles {
        accounts: accounts.map(read).transpose()?,
        tasks: read(tasks)?,
        name,
        rehearsal,
    })
}

/// Finds bad rows before any phone is started for them.
pub fn check(files: &ImportFiles, data_dir: &Path) -> Result<(), Failure> {
    let accounts = files
        .accounts
        .as_deref()
        .map_or(Ok(Vec::new()), list_file::accounts);
    let accounts =
        accounts.map_err(|bad| Failure::from(CommandError::from(("accounts.csv", bad))))?;
    let mut known = known_accounts(data_dir);
    known.extend(accounts.into_iter().map(|row| row.account_id));
    list_file::tasks(&files.tasks, &|id| known.contains(id))
        .map_err(|bad| Failure::from(CommandError::from(("tasks.csv", bad))))?;
    Ok(())
}

/// The accounts of the data set, as far as it can be read: the engine checks again.
fn known_accounts(data_dir: &Path) -> std::collections::HashSet<String> {
    let rows = DataDir::locate(data_dir)
        .ok()
        .filter(|dir| dir.database().exists())
        .and_then(|dir| Store::reader(&dir.database()).ok())
        .and_then(|reader| signalbox_engine::store::accounts::all(&reader).ok());
    rows.unwrap_or_default()
        .into_iter()
        .map(|row| row.account_id)
        .collect()
}
