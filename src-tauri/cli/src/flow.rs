//! `signalbox flow`: checking a script, and running one.

use std::collections::BTreeMap;

use signalbox_engine::Options;
use signalbox_engine::commands::ImportFiles;
use signalbox_engine::flow_file::{self, FlowError, Problem, Script};
use signalbox_engine::list_file::ReadError;
use signalbox_engine::store::World;

use crate::args::{FlowCheckOptions, FlowCommand, FlowRunOptions};
use crate::exit::{Exit, Failure};
use crate::import::{self, flow_failure};
use crate::phones::engine_options;
use crate::run::carry_out;
use crate::signals::EndAsked;

/// Carries out one of its commands.
pub async fn flow(command: FlowCommand, json: bool) -> Result<Exit, Failure> {
    match command {
        FlowCommand::Check(options) => check(&options, json),
        FlowCommand::Run(options) => run(&options, json).await,
    }
}

/// Says everything that is wrong with a flow, by file and line; nothing is run.
fn check(options: &FlowCheckOptions, json: bool) -> Result<Exit, Failure> {
    let variables: BTreeMap<String, String> = options.env.iter().cloned().collect();
    let (problems, notes, commands) = match flow_file::read(&options.file, &variables) {
        Ok((_, flow)) => (Vec::new(), flow.notes, flow.steps.len()),
        Err(FlowError::Unreadable(error)) => {
            return Err(Failure::new(
                Exit::NotFound,
                ReadError::CODE,
                error.to_string(),
            ));
        }
        Err(FlowError::Wrong(problems)) => (problems.0, Vec::new(), 0),
    };
    let good = problems.is_empty();
    if json {
        let told = serde_json::json!({ "ok": good, "problems": problems, "notes": notes });
        println!("{told}");
    } else {
        tell(&problems, &notes);
        match good {
            true => println!("{}: a flow of {commands} commands.", options.file.display()),
            false => eprintln!("signalbox: {} cannot be run.", options.file.display()),
        }
    }
    Ok(if good { Exit::Ok } else { Exit::Usage })
}

/// The name that the script has in the list of one that it becomes.
const NAMED: &str = "flow.yaml";

/// Runs a script as a list of one row, so that it waits, stops and goes on as every task does.
async fn run(options: &FlowRunOptions, json: bool) -> Result<Exit, Failure> {
    let mut end = EndAsked::listen()?;
    let variables: BTreeMap<String, String> = options.flow.env.iter().cloned().collect();
    // Whom it is about is asked with the row.
    let mut given = variables.clone();
    given.insert("target".to_owned(), options.target.clone());
    let (script, _) = flow_file::read(&options.flow.file, &given).map_err(flow_failure)?;
    let script = Script {
        variables,
        ..script
    };
    let wanted = engine_options("signalbox flow run", &options.phones, &options.data)?;
    let (account, target) = (plain(&options.account)?, plain(&options.target)?);
    let rows = format!(
        "account_id,task_type,target_username,actions,priority,not_before,comment_text,flow\n\
         {account},flow,{target},,,,,{NAMED}\n"
    );
    let files = ImportFiles {
        accounts: accounts(options, &wanted)?,
        tasks: rows.into_bytes(),
        name: import::list_name(&options.flow.file),
        rehearsal: options.list.rehearse,
        flows: [(NAMED.to_owned(), script)].into(),
    };
    import::check(&files, &wanted.data_dir)?;
    carry_out(
        wanted,
        &options.phones,
        &options.list,
        files,
        json,
        &mut end,
    )
    .await
}

/// The account as a file of one row, where it is new or gets another phone.
fn accounts(options: &FlowRunOptions, wanted: &Options) -> Result<Option<Vec<u8>>, Failure> {
    let id = plain(&options.account)?;
    let known = import::accounts_of(&wanted.data_dir).into_iter();
    let known = known
        .filter(|_| !wanted.fresh)
        .find(|row| row.account_id == id);
    let handle = match &known {
        Some(_) if options.device.is_none() => return Ok(None),
        Some(row) => row.handle.reveal().to_owned(),
        None if wanted.phones.world() == World::Simulated => id.to_owned(),
        None => {
            let detail = format!("There is no account “{id}”. Import it first, with its handle.");
            return Err(Failure::new(Exit::Usage, "unknown_account", detail));
        }
    };
    let device = plain(options.device.as_deref().unwrap_or_default())?;
    let file = format!("account_id,handle,device_udid\n{id},{handle},{device}\n");
    Ok(Some(file.into_bytes()))
}

/// A word that may stand in a file as it is.
fn plain(word: &str) -> Result<&str, Failure> {
    let good = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '-' | '@');
    match word.chars().all(good) {
        true => Ok(word),
        false => {
            let detail = format!("“{word}” is no name; it may hold A-Z a-z 0-9 . _ -");
            Err(Failure::new(Exit::Usage, "bad_name", detail))
        }
    }
}

fn tell(problems: &[Problem], notes: &[Problem]) {
    for problem in problems {
        eprintln!("{problem}");
    }
    for note in notes {
        eprintln!("note: {note}");
    }
}
