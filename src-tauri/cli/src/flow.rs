//! `signalbox flow`: checking a script, and running one.

use std::collections::BTreeMap;

use signalbox_engine::flow_file::{self, FlowError, Problem};
use signalbox_engine::list_file::ReadError;

use crate::args::{FlowCheckOptions, FlowCommand};
use crate::exit::{Exit, Failure};

/// Carries out one of its commands.
pub async fn flow(command: FlowCommand, json: bool) -> Result<Exit, Failure> {
    match command {
        FlowCommand::Check(options) => check(&options, json),
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

fn tell(problems: &[Problem], notes: &[Problem]) {
    for problem in problems {
        eprintln!("{problem}");
    }
    for note in notes {
        eprintln!("note: {note}");
    }
}
