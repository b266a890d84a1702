//! `signalbox import --history`: what accounts did while another program worked for them.

use std::collections::BTreeMap;
use std::path::Path;

use signalbox_engine::commands::{HistoryFile, HistoryForm, HistoryReport};
use signalbox_engine::list_file::{self, ReadError};

use crate::args::HistoryOptions;
use crate::desk::Desk;
use crate::exit::{Exit, Failure};
use crate::import::list_name;

/// Reads the export, with what it calls accounts.
pub fn read(path: &Path, options: &HistoryOptions) -> Result<HistoryFile, Failure> {
    let bytes = list_file::read(path)
        .map_err(|error| Failure::new(Exit::Usage, ReadError::CODE, error.to_string()))?;
    let mut accounts = BTreeMap::new();
    for (theirs, ours) in &options.map {
        if accounts.insert(theirs.clone(), ours.clone()).is_some() {
            let detail = format!("--map names “{theirs}” twice.");
            return Err(Failure::new(Exit::Usage, "usage", detail));
        }
    }
    Ok(HistoryFile {
        name: list_name(path),
        form: HistoryForm::of(&bytes),
        bytes,
        accounts,
    })
}

/// Takes it into the data set, or only says what that would do.
pub async fn import(
    desk: &Desk,
    file: HistoryFile,
    check: bool,
    json: bool,
) -> Result<Exit, Failure> {
    let name = file.name.clone();
    let report = desk.import_history(file, check).await?;
    if json {
        println!("{}", serde_json::json!(report));
    } else {
        tell(&name, &report, check);
    }
    Ok(Exit::Ok)
}

fn tell(name: &str, report: &HistoryReport, check: bool) {
    let (are, count) = match check {
        true => ("would be new", "would count"),
        false => ("are new", "count from now on"),
    };
    println!(
        "History “{name}”: {} rows; {} {are}, {} are there already.",
        report.rows, report.added, report.known
    );
    println!(
        "{} {count} for deduplication, {} under the ceilings of a day.",
        report.counts_for_deduplication, report.counts_for_ceilings
    );
    for (rows, why) in [
        (report.repeated, "say what another row says"),
        (report.too_old, "are older than history is kept"),
        (report.left_out, "are of accounts that were left out"),
    ] {
        if rows > 0 {
            println!("{rows} rows {why}.");
        }
    }
    for account in report.accounts.iter().filter(|it| it.account_id.is_none()) {
        println!(
            "“{}” is no account here: {} rows. Add it, or say which of yours it is with --map.",
            account.name, account.rows
        );
    }
}
