//! `signalbox import`, and reading the two files of a list.

use std::path::Path;

use signalbox_engine::commands::{HistoryFile, ImportFiles};
use signalbox_engine::flow_file::{self, FlowError, Script};
use signalbox_engine::list_file::{self, ReadError};
use signalbox_engine::paths::{Base, DataDir, Environment};
use signalbox_engine::store::accounts::AccountRow;
use signalbox_engine::store::{Durability, Store};
use signalbox_engine::{CommandError, Options, Phones};

use crate::args::ImportOptions;
use crate::desk::Desk;
use crate::exit::{Exit, Failure};
use crate::history;
use crate::paths::{data_dir, world};

/// The longest name of a list.
const LIST_NAME_CHARS_MAX: usize = 200;

/// Accepts a list, or a history: into the engine that runs, or into the data set where none does.
pub async fn import(options: ImportOptions, json: bool) -> Result<Exit, Failure> {
    let world = world(options.simulated);
    let data_dir = data_dir(&options.data, world)?;
    let brings = match (&options.history.history, &options.tasks) {
        (Some(path), _) => Brings::History(history::read(path, &options.history)?),
        (None, Some(tasks)) => {
            let files = read(options.accounts.as_deref(), tasks, options.rehearse)?;
            check(&files, &data_dir)?;
            Brings::List(files)
        }
        (None, None) => {
            let detail = "Name a list with --tasks, or a history with --history.";
            return Err(Failure::new(Exit::Usage, "usage", detail));
        }
    };
    let wanted = Options {
        program: "signalbox import",
        base: Base::find(&Environment::of_process()).map_err(CommandError::from)?,
        data_dir,
        phones: Phones::Absent(world),
        time_scale: 1,
        limits: false,
        fresh: false,
        durability: Durability::Full,
    };
    let desk = Desk::reach(wanted, None).await?;
    let done = match brings {
        Brings::List(files) => list(&desk, files, json).await,
        Brings::History(file) => history::import(&desk, file, options.history.check, json).await,
    };
    desk.leave().await;
    done
}

/// What an import brings.
enum Brings {
    List(ImportFiles),
    History(HistoryFile),
}

async fn list(desk: &Desk, files: ImportFiles, json: bool) -> Result<Exit, Failure> {
    let report = desk.import(files).await?;
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
    let name = list_name(tasks);
    let rows = read(tasks)?;
    Ok(ImportFiles {
        accounts: accounts.map(read).transpose()?,
        flows: flows(&rows, tasks)?,
        tasks: rows,
        name,
        rehearsal,
    })
}

/// What a list is called after its file: one line, not too long.
pub fn list_name(file: &Path) -> String {
    let name = file.file_name().unwrap_or(file.as_os_str());
    let plain = |it: char| if it.is_control() { '\u{fffd}' } else { it };
    let name = name.to_string_lossy();
    name.chars().map(plain).take(LIST_NAME_CHARS_MAX).collect()
}

/// The flows that the rows name, read beside their file.
fn flows(rows: &[u8], tasks: &Path) -> Result<list_file::Flows, Failure> {
    let folder = tasks.parent().unwrap_or(Path::new(""));
    let mut flows = list_file::Flows::new();
    for name in list_file::flows_named(rows) {
        // What is asked of the row is asked with it: whom it is about, for one.
        let given = [("target".to_owned(), String::new())].into();
        let (script, _) = flow_file::read(&folder.join(&name), &given).map_err(flow_failure)?;
        let variables = std::collections::BTreeMap::new();
        flows.insert(
            name,
            Script {
                variables,
                ..script
            },
        );
    }
    Ok(flows)
}

/// Why a flow was not taken, with each of its problems.
pub fn flow_failure(error: FlowError) -> Failure {
    match error {
        FlowError::Unreadable(error) => {
            Failure::new(Exit::Usage, ReadError::CODE, error.to_string())
        }
        FlowError::Wrong(problems) => CommandError::from(problems).into(),
    }
}

/// Finds bad rows before any phone is started for them.
pub fn check(files: &ImportFiles, data_dir: &Path) -> Result<(), Failure> {
    let accounts = files
        .accounts
        .as_deref()
        .map_or(Ok(Vec::new()), list_file::accounts);
    let accounts =
        accounts.map_err(|bad| Failure::from(CommandError::from(("accounts.csv", bad))))?;
    let known = accounts_of(data_dir).into_iter();
    let mut known: std::collections::HashSet<String> = known.map(|row| row.account_id).collect();
    known.extend(accounts.into_iter().map(|row| row.account_id));
    list_file::tasks_with(&files.tasks, &|id| known.contains(id), &files.flows)
        .map_err(|bad| Failure::from(CommandError::from(("tasks.csv", bad))))?;
    Ok(())
}

/// The accounts of the data set, as far as it can be read: the engine checks again.
pub fn accounts_of(data_dir: &Path) -> Vec<AccountRow> {
    let rows = DataDir::locate(data_dir)
        .ok()
        .filter(|dir| dir.database().exists())
        .and_then(|dir| Store::reader(&dir.database()).ok())
        .and_then(|reader| signalbox_engine::store::accounts::all(&reader).ok());
    rows.unwrap_or_default()
}
