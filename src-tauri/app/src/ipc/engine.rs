//! What the page may do with the app and its engine: what the app remembers, which data set it works
//! with, and its end.

use std::time::Duration;

use serde::Serialize;
use signalbox_engine::CommandError;
use signalbox_engine::commands::{CopyReport, OtherSet, look_at_set};
use signalbox_engine::store::World;
use signalbox_engine::{doctor, usbmux_address};
use tauri::{AppHandle, State};
use tauri_plugin_autostart::ManagerExt as _;
use tokio::time::timeout;

use crate::command_line::{Folders, Installed};
use crate::host::{Host, command_line};
use crate::menu;
use crate::preferences::{AppChange, Preferences};

/// How long attached phones may take to tell their names.
const LOOK_MAX: Duration = Duration::from_secs(10);

/// The app, as its settings show it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AppView {
    /// What is remembered.
    preferences: Preferences,
    /// There is a data set for each kind of phones; else one directory was named at the start.
    has_both: bool,
    /// The data set that is worked with.
    data_dir: String,
    /// Where real phones are reached.
    phones_from: Option<String>,
    /// Where the API is served.
    api_url: Option<String>,
    /// Why it is not, though that is wanted.
    api_problem: Option<CommandError>,
    /// The file of its token.
    token_file: String,
    /// Signalbox opens when the user logs in; null where the system does not tell.
    start_at_login: Option<bool>,
    /// The command of the terminal.
    command_line: Option<Installed>,
    /// `macos` or `linux`.
    system: &'static str,
}

/// What going over to the other data set means.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SwitchView {
    /// To real phones.
    live: bool,
    /// What is in the data set; null: there is none yet, and an empty one is made.
    there: Option<OtherSet>,
    /// Real phones that are attached, as they call themselves.
    attached: Vec<String>,
    /// Why they could not be asked.
    attached_problem: Option<String>,
    /// Tasks under way in the data set that is left; they end at their next safe point.
    running: u64,
}

/// The app as it is.
#[tauri::command]
pub async fn app_view(app: AppHandle, host: State<'_, Host>) -> Result<AppView, CommandError> {
    let running = host.running()?;
    let program = command_line().ok();
    let folders = Folders::of_process();
    Ok(AppView {
        preferences: host.preferences(),
        has_both: host.places()?.has_both(),
        data_dir: running.data_dir().path().display().to_string(),
        phones_from: usbmux_address().ok().map(|it| it.to_string()),
        api_url: running.served(|it| it.url()),
        api_problem: running.served(|it| it.problem()),
        token_file: running.data_dir().token().display().to_string(),
        start_at_login: app.autolaunch().is_enabled().ok(),
        command_line: program.and_then(|program| folders.installed(&program)),
        system: std::env::consts::OS,
    })
}

/// Changes what the app remembers; another number of simulated phones restarts its engine.
#[tauri::command]
pub async fn change_app(
    app: AppHandle,
    host: State<'_, Host>,
    change: AppChange,
) -> Result<AppView, CommandError> {
    let before = host.preferences();
    let wanted = before.with(&change)?;
    if let Some(start) = change.start_at_login {
        start_at_login(&app, start)?;
    }
    if wanted.phones != before.phones && !wanted.live {
        host.replace(wanted, false, |_| Ok(())).await?;
    } else if wanted != before {
        host.remember(wanted.clone())?;
        if (wanted.api, wanted.api_port) != (before.api, before.api_port) {
            host.serve(&wanted).await?;
        }
    }
    app_view(app, host).await
}

fn start_at_login(app: &AppHandle, start: bool) -> Result<(), CommandError> {
    let launch = app.autolaunch();
    let done = match start {
        true => launch.enable(),
        false if launch.is_enabled().unwrap_or(false) => launch.disable(),
        false => Ok(()),
    };
    done.map_err(|error| {
        let detail = format!(
            "The system did not take it: {error}. Add Signalbox to the login items in its settings."
        );
        CommandError::new("start_at_login", detail)
    })
}

/// What going over to the other data set means: phones, accounts, and what waits there.
#[tauri::command]
pub async fn switch_view(host: State<'_, Host>, live: bool) -> Result<SwitchView, CommandError> {
    let world = match live {
        true => World::Live,
        false => World::Simulated,
    };
    let dir = host.places()?.data_set(world);
    let there = tokio::task::spawn_blocking(move || look_at_set(&dir)).await;
    let there = there.map_err(|error| CommandError::new("internal", error.to_string()))??;
    let (attached, attached_problem) = match live {
        true => attached().await,
        false => (Vec::new(), None),
    };
    Ok(SwitchView {
        live,
        there,
        attached,
        attached_problem,
        running: host.standing().running,
    })
}

/// The names of the real phones that are attached, and why they could not be asked.
async fn attached() -> (Vec<String>, Option<String>) {
    let address = match usbmux_address() {
        Ok(address) => address,
        Err(error) => return (Vec::new(), Some(error)),
    };
    let Ok(found) = timeout(LOOK_MAX, doctor::phones(address, false)).await else {
        let detail = "The attached phones did not answer in time.";
        return (Vec::new(), Some(detail.to_owned()));
    };
    let names = found.phones.into_iter().map(|phone| {
        let name = phone.facts.name.filter(|name| !name.is_empty());
        name.unwrap_or(phone.udid)
    });
    (names.collect(), found.usbmux)
}

/// Goes over to the data set of the other kind of phones.
#[tauri::command]
pub async fn switch_set(host: State<'_, Host>, live: bool) -> Result<(), CommandError> {
    if !host.places()?.has_both() {
        let detail = "SIGNALBOX_DATA_DIR names one data directory, which holds one kind of phones. \
                      Start Signalbox without it.";
        return Err(CommandError::new("one_data_set", detail));
    }
    let wanted = Preferences {
        live,
        ..host.preferences()
    };
    host.replace(wanted, false, |_| Ok(())).await
}

/// Begins with an empty simulated data set and world.
#[tauri::command]
pub async fn empty_simulation(host: State<'_, Host>) -> Result<(), CommandError> {
    let preferences = host.preferences();
    if preferences.live {
        let detail = "Only a simulated data set can be emptied, and this is the live one.";
        return Err(CommandError::new("live_not_emptied", detail));
    }
    host.replace(preferences, true, |_| Ok(())).await
}

/// Copies accounts and lists from the other data set into this one, and pauses it.
#[tauri::command]
pub async fn copy_across(host: State<'_, Host>) -> Result<CopyReport, CommandError> {
    let running = host.running()?;
    let other = match running.world() {
        World::Live => World::Simulated,
        World::Simulated => World::Live,
    };
    let places = host.places()?;
    if !places.has_both() {
        let detail = "Only one data directory is known, so there is nothing to copy from.";
        return Err(CommandError::new("one_data_set", detail));
    }
    running.commands().copy_from(places.data_set(other)).await
}

/// Puts a backup of this data set in its place.
#[tauri::command]
pub async fn restore_backup(host: State<'_, Host>, name: String) -> Result<(), CommandError> {
    let known = host.running()?.commands().backups().await?;
    if known.iter().all(|it| it.name != name) {
        let detail = "There is no backup of this name in this data set.";
        return Err(CommandError::new("unknown_backup", detail));
    }
    host.restore(name).await
}

/// The token of the API, for somebody who asks to see it.
#[tauri::command]
pub async fn api_token(host: State<'_, Host>) -> Result<String, CommandError> {
    let token = host.running()?.commands().token_file().open()?;
    Ok(token.reveal().to_owned())
}

/// Draws the page larger, smaller, or as it is: `zoom-in`, `zoom-out`, `zoom-none`.
#[tauri::command]
pub async fn zoom(app: AppHandle, step: String) -> Result<(), CommandError> {
    menu::zoom(&app, &step).map_err(|error| {
        let detail = format!("The page cannot be drawn in another size: {error}.");
        CommandError::new("not_zoomed", detail)
    })
}

/// Ends Signalbox in good order; what was asked before is the page's.
#[tauri::command]
pub async fn quit(app: AppHandle) -> Result<(), CommandError> {
    app.exit(0);
    Ok(())
}
