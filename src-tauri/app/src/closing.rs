//! Closing the window and quitting: neither ends work by surprise.

use tauri::{AppHandle, Manager as _, Window};
use tauri_plugin_dialog::DialogExt as _;

use crate::feed::Message;
use crate::host::Host;
use crate::show;

/// What is said the first time that the window hides instead of closing.
const STAYS: &str = "Tasks run or wait, so Signalbox goes on without its window. Open it again from \
    the Dock or the menu bar, or by starting Signalbox once more. To end the work, quit Signalbox.";

/// The window is to close. Answers whether it may: while work goes on it only hides, and the first
/// time that is said.
pub fn may_close(window: &Window) -> bool {
    let app = window.app_handle();
    let host = app.state::<Host>();
    if !host.standing().goes_on() {
        return true;
    }
    let preferences = host.preferences();
    if preferences.told_hiding {
        hide(window);
        return false;
    }
    let mut told = preferences;
    told.told_hiding = true;
    if let Err(error) = host.remember(told) {
        tracing::warn!(
            code = error.code,
            "it will be said again that the window only hides"
        );
    }
    let hidden = window.clone();
    let said = app.dialog().message(STAYS).title("Signalbox goes on");
    said.show(move |_| hide(&hidden));
    false
}

fn hide(window: &Window) {
    if let Err(error) = window.hide() {
        tracing::warn!(%error, "the window does not hide");
    }
}

/// Somebody wants to quit. While tasks run the page asks whether that is meant; where there is no
/// page to ask, the app ends in good order.
pub fn ask_to_quit(app: &AppHandle) {
    let host = app.state::<Host>();
    let standing = host.standing();
    let running = standing.running;
    if standing.works() && host.tell(Message::Quit { running }) {
        show(app);
    } else {
        app.exit(0);
    }
}
