//! The item in the menu bar, beside the clock: how much runs and waits, and what may be wanted while
//! the window is hidden.

use std::path::Path;

use signalbox_engine::http::Window;
use tauri::menu::{Menu, MenuItem, MenuItemBuilder, PredefinedMenuItem, Submenu, SubmenuBuilder};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Manager as _, Wry};

use crate::bell::Standing;
use crate::host::Host;
use crate::{closing, show as show_window};

const OPEN: &str = "tray-open";
const PAUSE: &str = "tray-pause";
const STOP: &str = "tray-stop";
const RESUME: &str = "tray-resume";
const QUIT: &str = "tray-quit";

/// Where Linux keeps the library without which there is no place for the item.
const LINUX_LIBRARIES: [&str; 6] = [
    "/usr/lib/x86_64-linux-gnu/libayatana-appindicator3.so.1",
    "/usr/lib/aarch64-linux-gnu/libayatana-appindicator3.so.1",
    "/usr/lib64/libayatana-appindicator3.so.1",
    "/usr/lib/libayatana-appindicator3.so.1",
    "/usr/lib/x86_64-linux-gnu/libappindicator3.so.1",
    "/usr/lib64/libappindicator3.so.1",
];

/// The item's parts that change.
struct Parts {
    icon: TrayIcon,
    says: MenuItem<Wry>,
    pause: MenuItem<Wry>,
    stop: Submenu<Wry>,
    resume: MenuItem<Wry>,
}

/// Puts the item into the menu bar, where the system has a place for it.
pub fn build(app: &AppHandle) -> tauri::Result<()> {
    let mut libraries = LINUX_LIBRARIES.iter();
    if cfg!(target_os = "linux") && !libraries.any(|path| Path::new(path).exists()) {
        tracing::info!("this desktop has no place for an item beside the clock");
        return Ok(());
    }
    let item = |id: &str, title: &str| MenuItemBuilder::with_id(id, title).build(app);
    let says = MenuItemBuilder::new(sentence(Standing::default()));
    let says = says.enabled(false).build(app)?;
    let (open, quit) = (item(OPEN, "Open Signalbox")?, item(QUIT, "Quit Signalbox")?);
    let (pause, resume) = (
        item(PAUSE, "Pause All")?,
        item(RESUME, "Resume After the Stop…")?,
    );
    // One step away from a click that misses.
    let stop = SubmenuBuilder::new(app, "Emergency Stop");
    let stop = stop.text(STOP, "Stop Every Phone Now").build()?;
    let line = || PredefinedMenuItem::separator(app);
    let menu = Menu::with_items(
        app,
        &[
            &says,
            &line()?,
            &open,
            &pause,
            &stop,
            &resume,
            &line()?,
            &quit,
        ],
    )?;
    let mut icon = TrayIconBuilder::new()
        .menu(&menu)
        .tooltip("Signalbox")
        .on_menu_event(|app, event| chosen(app, event.id.as_ref()));
    if let Some(image) = app.default_window_icon() {
        icon = icon.icon(image.clone());
    }
    let icon = icon.build(app)?;
    app.manage(Parts {
        icon,
        says,
        pause,
        stop,
        resume,
    });
    show(app, Standing::default());
    Ok(())
}

/// Shows how things stand.
pub fn show(app: &AppHandle, standing: Standing) {
    let Some(parts) = app.try_state::<Parts>() else {
        return;
    };
    let pause = match standing.paused {
        true => "Resume",
        false => "Pause All",
    };
    let told = sentence(standing);
    let shown = [
        parts.says.set_text(&told),
        parts.pause.set_text(pause),
        parts.pause.set_enabled(!standing.stopped),
        parts.stop.set_enabled(!standing.stopped),
        parts.resume.set_enabled(standing.stopped),
        parts.icon.set_tooltip(Some(format!("Signalbox: {told}"))),
    ];
    for error in shown.into_iter().filter_map(Result::err) {
        tracing::debug!(%error, "the item beside the clock does not change");
    }
}

fn sentence(standing: Standing) -> String {
    let Standing {
        running, waiting, ..
    } = standing;
    let how = match (standing.stopped, standing.paused) {
        (true, _) => "stopped",
        (false, true) => "paused",
        (false, false) if running == 0 && waiting == 0 => return "Nothing runs".to_owned(),
        (false, false) => return format!("{running} running, {waiting} waiting"),
    };
    format!("{running} running, {waiting} waiting, {how}")
}

fn chosen(app: &AppHandle, id: &str) {
    match id {
        OPEN | RESUME => show_window(app),
        QUIT => closing::ask_to_quit(app),
        STOP => order(app, "/api/system/emergency-stop"),
        PAUSE if app.state::<Host>().standing().paused => order(app, "/api/system/resume"),
        PAUSE => order(app, "/api/system/pause"),
        _ => {}
    }
}

/// Orders something of the engine, whether or not the page is there.
fn order(app: &AppHandle, target: &'static str) {
    let Ok(window) = app.state::<Host>().window() else {
        return show_window(app);
    };
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if !done(&window, target).await {
            tracing::warn!(target, "what was chosen beside the clock was not done");
            show_window(&app);
        }
    });
}

async fn done(window: &Window, target: &str) -> bool {
    window.ask("POST", target, None).await.is_good()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_runs_what_waits_and_why_nothing_starts() {
        let check = |running, waiting, paused, stopped, told: &str| {
            let standing = Standing {
                running,
                waiting,
                paused,
                stopped,
                attention: 0,
            };
            assert_eq!(sentence(standing), told);
        };
        check(0, 0, false, false, "Nothing runs");
        check(2, 14, false, false, "2 running, 14 waiting");
        check(1, 14, true, false, "1 running, 14 waiting, paused");
        check(0, 14, true, true, "0 running, 14 waiting, stopped");
    }

    #[test]
    fn what_it_orders_is_a_route_of_the_api() {
        let document = signalbox_engine::http::openapi();
        for path in ["emergency-stop", "resume", "pause"] {
            let path = format!("/api/system/{path}");
            assert!(document["paths"][&path]["post"].is_object(), "{path}");
        }
    }
}
