//! Keeps a Mac from falling asleep, and the app from being put to rest, while tasks run. Linux does
//! neither to a program by itself.

use tauri::AppHandle;

/// Whether it is kept awake. Dropping this lets it sleep.
pub struct Awake {
    app: AppHandle,
    kept: bool,
    #[cfg(target_os = "macos")]
    sleepless: Option<std::process::Child>,
}

impl Awake {
    /// Nothing is kept awake yet.
    pub fn new(app: &AppHandle) -> Self {
        Self {
            app: app.clone(),
            kept: false,
            #[cfg(target_os = "macos")]
            sleepless: None,
        }
    }

    /// Keeps it awake from now on, or no more.
    pub fn keep(&mut self, awake: bool) {
        if self.kept != awake {
            self.kept = awake;
            self.change(awake);
        }
    }

    #[cfg(not(target_os = "macos"))]
    fn change(&mut self, awake: bool) {
        tracing::debug!(
            awake,
            app = self.app.package_info().name,
            "nothing to do for it"
        );
    }

    #[cfg(target_os = "macos")]
    fn change(&mut self, awake: bool) {
        if let Some(mut child) = self.sleepless.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if awake {
            // It ends with this process too, however that ends.
            let own = std::process::id().to_string();
            let started = std::process::Command::new("/usr/bin/caffeinate")
                .args(["-i", "-w", own.as_str()])
                .spawn();
            self.sleepless = started
                .inspect_err(|error| tracing::warn!(%error, "the Mac may fall asleep"))
                .ok();
        }
        let changed = self.app.run_on_main_thread(move || mac::be_active(awake));
        if let Err(error) = changed {
            tracing::warn!(%error, "App Nap could not be held off");
        }
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        self.keep(false);
    }
}

#[cfg(target_os = "macos")]
mod mac {
    //! App Nap would stretch the timers of a window that is hidden.

    use std::any::Any;
    use std::cell::RefCell;

    use objc2_foundation::{NSActivityOptions, NSProcessInfo, NSString};

    thread_local! {
        /// It lasts while it is held; the main thread's alone.
        static ACTIVITY: RefCell<Option<Box<dyn Any>>> = const { RefCell::new(None) };
    }

    pub(super) fn be_active(active: bool) {
        let activity = active.then(|| -> Box<dyn Any> {
            Box::new(
                NSProcessInfo::processInfo().beginActivityWithOptions_reason(
                    NSActivityOptions::UserInitiatedAllowingIdleSystemSleep,
                    &NSString::from_str("Tasks run on iPhones."),
                ),
            )
        });
        ACTIVITY.with_borrow_mut(|held| *held = activity);
    }
}
