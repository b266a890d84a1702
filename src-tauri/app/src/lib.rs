//! The desktop shell: a window with the engine inside it. It has no logic of its own; what the page
//! may ask for is in `ipc`, which hands everything to the engine's commands.

#[cfg(test)]
mod bindings;
mod feed;
mod host;
mod ipc;
mod launch;

use clap::Parser as _;
use host::Host;
use launch::Launch;
use signalbox_engine::logs;
use tauri::{AppHandle, Manager, RunEvent};
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
    let app = tauri::Builder::default()
        // First of all plugins: a second start must end before it touches anything.
        .plugin(tauri_plugin_single_instance::init(
            |app, _arguments, _folder| show(app),
        ))
        .manage(Host::new(launch))
        .invoke_handler(ipc::handler())
        .setup(|app| {
            tauri::async_runtime::spawn(end_on_signal(app.handle().clone()));
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => app.run_return(|app, event| {
            if let RunEvent::Exit = event {
                tauri::async_runtime::block_on(app.state::<Host>().shutdown());
            }
        }),
        Err(error) => {
            eprintln!("Signalbox could not open its window: {error}. Is there a display?");
            1
        }
    }
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

/// Brings the window to the front: somebody started Signalbox a second time.
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
