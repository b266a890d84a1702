//! The desktop shell: a window with the engine inside it, and what an app does beside its window.
//! It decides nothing about tasks; what the page may ask for is in `ipc`, which hands everything to
//! the engine's routes and commands.

mod attend;
mod awake;
mod bell;
#[cfg(test)]
mod bindings;
mod closing;
mod command_line;
mod feed;
mod host;
mod ipc;
mod launch;
mod menu;
mod places;
mod preferences;
mod saving;
mod serving;
mod tray;
mod zip;

use clap::Parser as _;
use host::Host;
use launch::Launch;
use signalbox_engine::http::Page;
use signalbox_engine::logs;
use tauri::{App, AppHandle, Manager, RunEvent, WindowEvent};
use tauri_plugin_autostart::MacosLauncher;
use tauri_plugin_window_state::StateFlags;
use tokio::signal::unix::{SignalKind, signal};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

const WINDOW: &str = "main";

/// Opens the window and stays until it is closed. Answers the process's exit code.
pub fn run() -> i32 {
    // What the options say wrong, and their help, end the app before it touches anything.
    let launch = Launch::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let stderr = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry()
        .with(stderr.with_filter(filter))
        .with(logs::layer(LevelFilter::INFO))
        .init();
    // A window that was hidden when the app ended is shown when it starts.
    let kept = StateFlags::all() - StateFlags::VISIBLE;
    let app = tauri::Builder::default()
        // First of all plugins: a second start must end before it touches anything.
        .plugin(tauri_plugin_single_instance::init(
            |app, _arguments, _folder| show(app),
        ))
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(kept)
                .build(),
        )
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_autostart::init(
            MacosLauncher::LaunchAgent,
            None,
        ))
        .invoke_handler(ipc::handler())
        .on_menu_event(|app, event| menu::chosen(app, event.id().as_ref()))
        .on_window_event(|window, event| {
            if let WindowEvent::CloseRequested { api, .. } = event
                && !closing::may_close(window)
            {
                api.prevent_close();
            }
        })
        .setup(|app| Ok(set_up(app, launch)?))
        .build(tauri::generate_context!());
    match app {
        Ok(app) => app.run_return(|app, event| match event {
            RunEvent::Exit => {
                tauri::async_runtime::block_on(app.state::<Host>().shutdown());
            }
            #[cfg(target_os = "macos")]
            RunEvent::Reopen { .. } => show(app),
            _ => {}
        }),
        Err(error) => {
            eprintln!("Signalbox could not open its window: {error}. Is there a display?");
            1
        }
    }
}

fn set_up(app: &mut App, launch: Launch) -> tauri::Result<()> {
    let handle = app.handle();
    app.manage(Host::new(handle.clone(), launch, page(handle)));
    // Elsewhere an app has no menu bar of its own; its commands are in the palette.
    if cfg!(target_os = "macos") {
        app.set_menu(menu::build(handle)?)?;
    }
    if let Err(error) = tray::build(handle) {
        tracing::warn!(%error, "there is no item beside the clock");
    }
    tauri::async_runtime::spawn(end_on_signal(handle.clone()));
    Ok(())
}

/// The page that is in this program, for a browser. Made once, for as long as the process lives.
fn page(app: &AppHandle) -> Page {
    let assets = app.asset_resolver();
    let names: Vec<String> = assets.iter().map(|(name, _)| name.into_owned()).collect();
    let files = names.into_iter().filter_map(|name| {
        let asset = assets.get(name.clone())?;
        let name: &'static str = name.trim_start_matches('/').to_owned().leak();
        let bytes: &'static [u8] = asset.bytes.leak();
        Some((name, bytes))
    });
    Page(files.collect::<Vec<_>>().leak())
}

/// Ctrl-C in the terminal and a logout end the app as closing its window does: in good order.
async fn end_on_signal(app: AppHandle) {
    let signals = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    );
    let (Ok(mut terminate), Ok(mut interrupt)) = signals else {
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    app.exit(0);
}

/// Brings the window to the front: somebody started Signalbox a second time, or chose to.
fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window(WINDOW) else {
        return;
    };
    for done in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = done {
            tracing::warn!(%error, "the window could not be brought to the front");
        }
    }
}
