//! The menu bar: every command of the keyboard, by the name the page knows it under. What is chosen
//! is told to the page, which alone knows what it means there; the window's own are done here.

use tauri::menu::{IsMenuItem, Menu, MenuItemBuilder, PredefinedMenuItem, Submenu, SubmenuBuilder};
use tauri::{AppHandle, Manager as _, Wry};

use crate::feed::Message;
use crate::host::Host;
use crate::{WINDOW, closing, show};

/// An entry of a menu.
enum Entry {
    /// A command: its id, what it is called, and its keys.
    Command(&'static str, &'static str, Option<&'static str>),
    /// A line.
    Line,
    /// What every app has, and the system does.
    System(fn(&AppHandle) -> tauri::Result<PredefinedMenuItem<Wry>>),
}

use Entry::{Command, Line, System};

const APP: &[Entry] = &[
    Command("go-about", "About Signalbox", None),
    Line,
    Command("go-settings", "Settings…", Some("CmdOrCtrl+,")),
    Line,
    System(|app| PredefinedMenuItem::services(app, None)),
    Line,
    System(|app| PredefinedMenuItem::hide(app, None)),
    System(|app| PredefinedMenuItem::hide_others(app, None)),
    System(|app| PredefinedMenuItem::show_all(app, None)),
    Line,
    Command("quit", "Quit Signalbox", Some("CmdOrCtrl+Q")),
];

const FILE: &[Entry] = &[
    Command("new-task", "New Task…", Some("CmdOrCtrl+N")),
    Command("import", "Import a List…", Some("CmdOrCtrl+Shift+I")),
    Command("paste", "Paste Names…", None),
    Command("add-account", "Add an Account…", None),
    Line,
    Command("export", "Export…", Some("CmdOrCtrl+E")),
    Command("day-report", "Report of the Day…", None),
    Line,
    System(|app| PredefinedMenuItem::close_window(app, None)),
];

const EDIT: &[Entry] = &[
    System(|app| PredefinedMenuItem::undo(app, None)),
    System(|app| PredefinedMenuItem::redo(app, None)),
    Line,
    System(|app| PredefinedMenuItem::cut(app, None)),
    System(|app| PredefinedMenuItem::copy(app, None)),
    System(|app| PredefinedMenuItem::paste(app, None)),
    // Of a table it ticks every row, in a field it selects the text: the page knows which is meant.
    Command("select-all", "Select All", Some("CmdOrCtrl+A")),
    Line,
    Command("filter", "Filter", Some("CmdOrCtrl+F")),
];

const TASKS: &[Entry] = &[
    Command("retry-selected", "Retry Selected", Some("CmdOrCtrl+R")),
    // Without its key: Delete belongs to whoever types.
    Command("cancel-selected", "Cancel Selected", None),
    Line,
    Command(
        "pause-resume",
        "Pause All, or Resume",
        Some("CmdOrCtrl+Shift+P"),
    ),
    Command(
        "emergency-stop",
        "Emergency Stop (Twice)",
        Some("CmdOrCtrl+Shift+."),
    ),
];

const VIEW: &[Entry] = &[
    Command("go-overview", "Overview", Some("CmdOrCtrl+1")),
    Command("go-devices", "Devices", Some("CmdOrCtrl+2")),
    Command("go-accounts", "Accounts", Some("CmdOrCtrl+3")),
    Command("go-tasks", "Tasks", Some("CmdOrCtrl+4")),
    Command("go-templates", "Templates", Some("CmdOrCtrl+5")),
    Command("go-interactions", "Interactions", Some("CmdOrCtrl+6")),
    Command("go-logs", "Logs", Some("CmdOrCtrl+7")),
    Command("go-metrics", "Metrics", Some("CmdOrCtrl+8")),
    Line,
    Command("palette", "Command Palette…", Some("CmdOrCtrl+K")),
    Command("inspector", "Close the Inspector", Some("CmdOrCtrl+I")),
    Command(
        "sidebar",
        "Show or Hide the Sidebar",
        Some("CmdOrCtrl+Shift+S"),
    ),
    Line,
    Command("appearance-system", "Appearance: As the System", None),
    Command("appearance-light", "Appearance: Light", None),
    Command("appearance-dark", "Appearance: Dark", None),
    Line,
    Command("zoom-in", "Zoom In", Some("CmdOrCtrl+=")),
    Command("zoom-out", "Zoom Out", Some("CmdOrCtrl+-")),
    Command("zoom-none", "Actual Size", Some("CmdOrCtrl+0")),
    Line,
    System(|app| PredefinedMenuItem::fullscreen(app, None)),
];

const WINDOW_MENU: &[Entry] = &[
    System(|app| PredefinedMenuItem::minimize(app, None)),
    System(|app| PredefinedMenuItem::maximize(app, None)),
    Line,
    System(|app| PredefinedMenuItem::bring_all_to_front(app, None)),
];

const HELP: &[Entry] = &[
    Command("welcome", "First Steps…", None),
    Command("shortcuts", "Keyboard Shortcuts", None),
];

const MENUS: &[(&str, &[Entry])] = &[
    ("Signalbox", APP),
    ("File", FILE),
    ("Edit", EDIT),
    ("Tasks", TASKS),
    ("View", VIEW),
    ("Window", WINDOW_MENU),
    ("Help", HELP),
];

/// How far the page may be drawn larger or smaller.
const ZOOMS: [f64; 7] = [0.8, 0.9, 1.0, 1.25, 1.5, 1.75, 2.0];

/// The menu bar.
pub fn build(app: &AppHandle) -> tauri::Result<Menu<Wry>> {
    let menu = Menu::new(app)?;
    for (title, entries) in MENUS {
        menu.append(&submenu(app, title, entries)?)?;
    }
    Ok(menu)
}

fn submenu(app: &AppHandle, title: &str, entries: &[Entry]) -> tauri::Result<Submenu<Wry>> {
    let mut items: Vec<Box<dyn IsMenuItem<Wry>>> = Vec::new();
    for entry in entries {
        items.push(match entry {
            Line => Box::new(PredefinedMenuItem::separator(app)?),
            System(make) => Box::new(make(app)?),
            Command(id, title, keys) => {
                let item = MenuItemBuilder::with_id(*id, title);
                let item = keys.iter().fold(item, |item, keys| item.accelerator(keys));
                Box::new(item.build(app)?)
            }
        });
    }
    let items: Vec<&dyn IsMenuItem<Wry>> = items.iter().map(AsRef::as_ref).collect();
    SubmenuBuilder::new(app, title).items(&items).build()
}

/// Something was chosen in the menu bar.
pub fn chosen(app: &AppHandle, id: &str) {
    if id == "quit" {
        return closing::ask_to_quit(app);
    }
    show(app);
    let id = id.to_owned();
    app.state::<Host>().tell(Message::Menu { id });
}

/// Draws the page larger, smaller, or as it is: `zoom-in`, `zoom-out`, `zoom-none`.
pub fn zoom(app: &AppHandle, id: &str) -> tauri::Result<()> {
    let host = app.state::<Host>();
    let zoom = zoomed(host.zoom(), id);
    let Some(window) = app.get_webview_window(WINDOW) else {
        return Ok(());
    };
    window.set_zoom(zoom)?;
    host.zooms(zoom);
    Ok(())
}

/// The next size.
fn zoomed(now: f64, id: &str) -> f64 {
    let mut larger = ZOOMS.into_iter().filter(|it| *it > now + 0.01);
    let mut smaller = ZOOMS.into_iter().rev().filter(|it| *it < now - 0.01);
    match id {
        "zoom-in" => larger.next().unwrap_or(now),
        "zoom-out" => smaller.next().unwrap_or(now),
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const FRAME: &str = include_str!("../../../ui/src/lib/frame-commands.ts");
    const ROUTE: &str = include_str!("../../../ui/src/lib/route.svelte.ts");
    /// Those that screens bring, and those that the window does itself.
    const OTHERS: [&str; 9] = [
        "export",
        "select-all",
        "cancel-selected",
        "retry-selected",
        "go-about",
        "quit",
        "zoom-in",
        "zoom-out",
        "zoom-none",
    ];

    fn quoted(text: &str) -> impl Iterator<Item = &str> {
        text.split('"').skip(1).step_by(2)
    }

    /// The commands of the page's frame, each with the first of its keys.
    fn of_the_page() -> BTreeMap<String, Option<String>> {
        let mut found = BTreeMap::new();
        for entry in FRAME.split("id: \"").skip(1) {
            let id = entry.split('"').next().unwrap();
            let entry = entry.split("run:").next().unwrap();
            let keys = entry
                .split("keys: [")
                .nth(1)
                .and_then(|it| quoted(it).next());
            found.insert(id.to_owned(), keys.map(str::to_owned));
        }
        let screens = ROUTE.split("SCREENS = [").nth(1).unwrap();
        let screens = screens.split(']').next().unwrap();
        for (at, screen) in (1..).zip(quoted(screens)) {
            let keys = match screen {
                "settings" => "Mod+,".to_owned(),
                _ => format!("Mod+{at}"),
            };
            found.insert(format!("go-{screen}"), Some(keys));
        }
        for look in ["system", "light", "dark"] {
            found.insert(format!("appearance-{look}"), None);
        }
        found
    }

    #[test]
    fn every_command_of_the_page_is_in_the_menu_bar_with_its_keys_and_no_other_is() {
        let mut in_menu = BTreeMap::new();
        for (_, entries) in MENUS {
            for entry in *entries {
                let Command(id, title, keys) = entry else {
                    continue;
                };
                assert!(!title.is_empty(), "{id}");
                assert_eq!(in_menu.insert(*id, *keys), None, "{id} is there twice");
            }
        }
        let page = of_the_page();
        for (id, keys) in &page {
            let found = in_menu.remove(id.as_str());
            let found = found.unwrap_or_else(|| panic!("{id} is not in the menu bar"));
            // Keys without a modifier are left to whoever types.
            let keys = keys.as_deref().filter(|it| it.contains('+'));
            let keys = keys.map(|it| it.replace("Mod", "CmdOrCtrl"));
            assert_eq!(found, keys.as_deref(), "{id}");
        }
        let mut left: Vec<&str> = in_menu.into_keys().collect();
        let mut others = OTHERS;
        left.sort_unstable();
        others.sort_unstable();
        assert_eq!(left, others);
    }

    #[test]
    fn zoom_goes_by_steps_and_ends_at_its_ends() {
        let check =
            |now, id, then: f64| assert!((zoomed(now, id) - then).abs() < 0.001, "{now} {id}");
        check(1.0, "zoom-in", 1.25);
        check(2.0, "zoom-in", 2.0);
        check(1.0, "zoom-out", 0.9);
        check(0.8, "zoom-out", 0.8);
        check(1.75, "zoom-none", 1.0);
    }
}
