//! `signalbox restore`: a backup in the place of the data set.

use signalbox_engine::commands::{RestoreReport, restore as put};
use signalbox_engine::paths::Environment;
use signalbox_engine::store::World;

use crate::args::RestoreOptions;
use crate::exit::{Exit, Failure};
use crate::paths::{data_dir, world};

/// Restores the backup and says what it does not know.
pub fn restore(options: &RestoreOptions, json: bool) -> Result<Exit, Failure> {
    let path = data_dir(&options.data, world(options.simulated))?;
    let report = put("signalbox restore", &path, &options.file, asked(options))?;
    if json {
        println!("{}", serde_json::json!(report));
    } else {
        tell(&report);
    }
    Ok(Exit::Ok)
}

/// The world the backup must be of. In a directory that was named, its data set tells.
fn asked(options: &RestoreOptions) -> Option<World> {
    let named = options.data.data_dir.is_some() || Environment::of_process().data_dir.is_some();
    (options.simulated || !named).then(|| world(options.simulated))
}

fn tell(report: &RestoreReport) {
    let since = &report.taken_at;
    let kind = if report.simulated {
        "simulated"
    } else {
        "live"
    };
    println!("Restored {}, {kind}, of {since}.", report.file.display());
    if let Some(aside) = &report.set_aside {
        println!("The data set that was here is now {}.", aside.display());
    }
    println!("What was done since {since} is not known to the restored data.");
    if let Some(lost) = report.lost {
        println!(
            "The data set that was here knows of {} acts by {} accounts since then, {} tasks that \
             ended and {} that were accepted.",
            lost.acts, lost.accounts, lost.tasks_ended, lost.tasks_accepted
        );
    }
    println!(
        "Tasks that ended since then wait again: what was followed or liked is seen to be so, a \
         comment would be written twice. Ceilings do not count what was done since; where accounts \
         acted, wait a day."
    );
    println!(
        "Nothing starts by itself: look at what waits, then go on with --resume (run, serve), or \
         with Start in the window."
    );
}
