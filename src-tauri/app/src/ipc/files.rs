//! What the page may do with files and links: save an answer, show a folder, open a page of help.

use signalbox_engine::CommandError;
use signalbox_engine::commands::DiagnosticsPart;
use tauri::{AppHandle, State};
use tauri_plugin_opener::OpenerExt as _;

use super::{Refusal, refused};
use crate::command_line::{Folders, Installed};
use crate::host::{Host, command_line};
use crate::saving::{self, Dialog, Whole};
use crate::zip;

/// Pages of help, by the names the page knows them under. No other address is ever opened.
const LINKS: [(&str, &str); 3] = [
    (
        "developer_mode",
        "https://developer.apple.com/documentation/xcode/enabling-developer-mode-on-a-device",
    ),
    (
        "web_driver_agent",
        "https://appium.github.io/appium-xcuitest-driver/latest/preparation/real-device-config/",
    ),
    ("trust", "https://support.apple.com/109054"),
];

/// Saves what a route answers where the operator says. Answers where, or null where they chose not to.
#[tauri::command]
pub async fn save(
    app: AppHandle,
    host: State<'_, Host>,
    target: String,
    name: String,
) -> Result<Option<String>, Refusal> {
    let window = host.window().map_err(refused)?;
    let mut reply = window.ask("GET", &target, None).await;
    if !reply.is_good() {
        let whole = reply.whole().await.map_err(refused)?;
        return Err(serde_json::from_slice(&whole).unwrap_or_default());
    }
    let saved = saving::save(&Dialog(app), &name, &mut reply).await;
    Ok(saved.map_err(refused)?.map(|it| it.display().to_string()))
}

/// Shows a folder of the data set in the system's file browser: `data`, `logs` or `backups`.
#[tauri::command]
pub async fn reveal(
    app: AppHandle,
    host: State<'_, Host>,
    folder: String,
) -> Result<(), CommandError> {
    let running = host.running()?;
    let dir = running.data_dir();
    let path = match folder.as_str() {
        "data" => dir.path().to_owned(),
        "logs" => dir.logs(),
        "backups" => dir.backups(),
        _ => {
            let detail = "Only the folders data, logs and backups can be shown.";
            return Err(CommandError::new("unknown_folder", detail));
        }
    };
    let opened = app
        .opener()
        .open_path(path.display().to_string(), None::<&str>);
    opened.map_err(|error| {
        let detail = format!(
            "The system does not show {}: {error}. Open it by hand.",
            path.display()
        );
        CommandError::new("not_revealed", detail)
    })
}

/// Opens a page of help in the browser, or, with `api`, this window's page under the API's address.
#[tauri::command]
pub async fn open_link(
    app: AppHandle,
    host: State<'_, Host>,
    link: String,
) -> Result<(), CommandError> {
    let address = match link.as_str() {
        "api" => api_page(&host)?,
        link => {
            let found = LINKS.iter().find(|(name, _)| *name == link);
            let unknown = || CommandError::new("unknown_link", "There is no such page of help.");
            found.ok_or_else(unknown)?.1.to_owned()
        }
    };
    app.opener()
        .open_url(address, None::<&str>)
        .map_err(|error| {
            let detail =
                format!("The system opens no browser: {error}. Choose one in its settings.");
            CommandError::new("not_opened", detail)
        })
}

/// The address with the token in its fragment, which no server is sent.
fn api_page(host: &Host) -> Result<String, CommandError> {
    let running = host.running()?;
    let off = || {
        let detail = "The API is switched off. Switch it on first.";
        CommandError::new("api_off", detail)
    };
    let url = running.served(|it| it.url()).ok_or_else(off)?;
    let token = running.commands().token_file().open()?;
    Ok(format!("{url}/#token={}", token.reveal()))
}

/// Everything that a bundle of diagnostics holds.
#[tauri::command]
pub async fn diagnostics(host: State<'_, Host>) -> Result<Vec<DiagnosticsPart>, CommandError> {
    host.running()?.commands().diagnostics().await
}

/// Saves the bundle where the operator says. Answers where, or null where they chose not to.
#[tauri::command]
pub async fn save_diagnostics(
    app: AppHandle,
    host: State<'_, Host>,
    name: String,
) -> Result<Option<String>, CommandError> {
    let parts = host.running()?.commands().diagnostics().await?;
    let files = parts.iter().map(|it| (it.name.as_str(), it.text.as_str()));
    let mut whole = Whole(zip::archive(files));
    let saved = saving::save(&Dialog(app), &name, &mut whole).await?;
    Ok(saved.map(|it| it.display().to_string()))
}

/// Makes `signalbox` a command of the terminal.
#[tauri::command]
pub async fn install_command_line() -> Result<Installed, CommandError> {
    let program = command_line()?;
    Folders::of_process().install(&program)
}
