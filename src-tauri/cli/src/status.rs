//! `signalbox status`: how the engine that runs stands.

use signalbox_engine::CommandError;
use signalbox_engine::commands::EngineStatus;
use signalbox_engine::paths::DataDir;

use crate::args::EngineOptions;
use crate::control::Control;
use crate::exit::{Exit, Failure};
use crate::paths::{data_dir, world};
use crate::switch::hint;

/// Prints it; exit 4 where none runs.
pub async fn status(options: &EngineOptions, json: bool) -> Result<Exit, Failure> {
    let path = data_dir(&options.data, world(options.simulated))?;
    let dir = DataDir::locate(&path).map_err(CommandError::from)?;
    let Some(control) = Control::find(&dir).await? else {
        let detail = format!(
            "No Signalbox runs on the data set in {}. Name another one{}.",
            dir.path().display(),
            hint(options)
        );
        return Err(Failure::new(Exit::NotRunning, "not_running", detail));
    };
    let status = control.status().await?;
    match json {
        true => println!("{}", serde_json::json!(status)),
        false => tell(&status),
    }
    Ok(Exit::Ok)
}

fn tell(status: &EngineStatus) {
    let kind = match status.simulated {
        true => "simulated",
        false => "live",
    };
    println!("state     {}, for {}", status.state, time(status.uptime));
    println!("version   {}", status.version);
    println!("data      {} ({kind})", status.data_dir);
    println!(
        "phones    {} attached, {} ready",
        status.devices_attached, status.devices_ready
    );
    println!(
        "accounts  {}: {} running, {} in cooldown, {} suspended",
        status.accounts,
        status.accounts_running,
        status.accounts_cooldown,
        status.accounts_suspended
    );
    println!(
        "tasks     {} running, {} waiting, {} scheduled",
        status.tasks_running, status.tasks_waiting, status.tasks_scheduled
    );
    for issue in &status.issues {
        println!("look      {issue}");
    }
}

/// Seconds as a person says them.
fn time(seconds: f64) -> String {
    match seconds {
        ..120.0 => format!("{seconds:.0} s"),
        ..7_200.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.0} h", seconds / 3_600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let check = |seconds, expected: &str| assert_eq!(time(seconds), expected);
        check(0.4, "0 s");
        check(119.0, "119 s");
        check(120.0, "2 min");
        check(7_199.0, "120 min");
        check(7_200.0, "2 h");
        check(1_000_000.0, "278 h");
    }
}
