//! Follows the engine whether or not the page is looked at, and shows what it says outside the
//! window: notifications, the number on the Dock, the menu-bar item, and keeping the computer awake.

use std::pin::pin;
use std::time::Duration;

use signalbox_engine::Commands;
use signalbox_engine::commands::Update;
use tauri::async_runtime::{JoinHandle, spawn};
use tauri::{AppHandle, Manager as _};
use tauri_plugin_notification::NotificationExt as _;
use tokio::time::{Instant, sleep_until};

use crate::awake::Awake;
use crate::bell::{Bell, Said, Standing};
use crate::host::Host;
use crate::{WINDOW, tray};

/// The task that follows; it ends when this is dropped, or with the engine.
pub struct Attendant(JoinHandle<()>);

impl Attendant {
    /// Begins to follow.
    pub fn start(app: AppHandle, commands: Commands) -> Self {
        Self(spawn(attend(app, commands)))
    }
}

impl Drop for Attendant {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn attend(app: AppHandle, commands: Commands) {
    let mut changes = commands.follow(None);
    let (began, mut bell, mut awake) = (Instant::now(), Bell::default(), Awake::new(&app));
    show(&app, Standing::default());
    loop {
        let mut next = pin!(changes.next());
        let update = loop {
            let due = bell.due().map(|ms| began + Duration::from_millis(ms));
            tokio::select! {
                update = &mut next => break update,
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                    ring(&app, &mut bell, millis(began));
                }
            }
        };
        let host = app.state::<Host>();
        match update {
            None => return show(&app, Standing::default()),
            Some(Update::Snapshot(snapshot)) => bell.see(&snapshot, millis(began)),
            Some(Update::Change(change)) => {
                bell.hear(&change, host.preferences().failure_percent, millis(began));
            }
        }
        let standing = bell.standing();
        awake.keep(standing.works());
        if host.stands(standing) {
            show(&app, standing);
        }
    }
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn ring(app: &AppHandle, bell: &mut Bell, now: u64) {
    let window = app.get_webview_window(WINDOW);
    let focused = window.is_some_and(|it| it.is_focused().unwrap_or(false));
    let muted = app.state::<Host>().preferences().muted;
    for said in bell.ring(&muted, focused, now) {
        notify(app, &said);
    }
}

fn notify(app: &AppHandle, said: &Said) {
    let notification = app.notification().builder();
    let shown = notification.title(&said.title).body(&said.body).show();
    if let Err(error) = shown {
        tracing::info!(%error, kind = ?said.kind, "the system shows no notification");
    }
}

fn show(app: &AppHandle, standing: Standing) {
    tray::show(app, standing);
    let Some(window) = app.get_webview_window(WINDOW) else {
        return;
    };
    let count = i64::try_from(standing.attention).ok().filter(|it| *it > 0);
    if let Err(error) = window.set_badge_count(count) {
        tracing::debug!(%error, "the system shows no number");
    }
}
