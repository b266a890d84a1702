//! The real window, under WebKit's own driver.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use crate::clock::{wait_for, within};
use crate::webdriver::{Driver, PATIENCE, Page, built_beside};

/// Notes what is asked for on the session bus beside the driver.
const NOTE: &str = "dbus-monitor --session \"interface='org.freedesktop.Notifications'\" >\"$1\" &
    shift
    exec WebKitWebDriver \"$@\"";

/// How the app is started.
#[derive(Clone)]
pub struct Launch {
    /// Its program; the one that was built with this test.
    pub app: PathBuf,
    /// Its options.
    pub options: Vec<String>,
    /// Where the page keeps what it remembers.
    pub memory: PathBuf,
    /// Where what it asks the system to notify is noted, by `dbus-monitor`.
    pub notes: Option<PathBuf>,
    /// Variables of its environment.
    pub environment: Vec<(String, String)>,
    /// Where its simulated phones listen.
    phones: PathBuf,
}

impl Launch {
    /// The app that was built with this test, on this data directory with four simulated phones.
    ///
    /// # Panics
    /// When it was not built.
    pub fn on(data_dir: &Path) -> Self {
        let app = built_beside("signalbox-desktop");
        assert!(app.exists(), "{} is not built", app.display());
        let data = data_dir.display().to_string();
        Self {
            app,
            options: vec!["--data-dir".to_owned(), data],
            memory: data_dir.with_extension("memory"),
            notes: None,
            environment: Vec::new(),
            phones: data_dir.join("sim/phones.sock"),
        }
    }

    /// The app as somebody starts it who names no data directory: both data sets lie in this one.
    ///
    /// # Panics
    /// When it was not built.
    pub fn at_home(home: &Path) -> Self {
        let simulation = home.join("signalbox/simulation");
        Self {
            options: Vec::new(),
            memory: home.to_path_buf(),
            ..Self::on(&simulation)
        }
    }

    /// With what it asks the system to notify noted here.
    #[must_use]
    pub fn noting(mut self, file: &Path) -> Self {
        self.notes = Some(file.to_path_buf());
        self
    }

    /// With one more variable in its environment.
    #[must_use]
    pub fn knowing(mut self, variable: &str, value: impl ToString) -> Self {
        self.environment
            .push((variable.to_owned(), value.to_string()));
        self
    }

    /// With one more option.
    #[must_use]
    pub fn with(mut self, option: &str, value: impl ToString) -> Self {
        self.options.push(option.to_owned());
        self.options.push(value.to_string());
        self
    }
}

/// The app in its window. Dropping it ends the app, its phones and the driver.
pub struct Window {
    driver: Driver,
    page: Page,
    phones: PathBuf,
    /// The places of the session bus and the like.
    _places: TempDir,
}

impl Window {
    /// Starts the app and waits for its page.
    pub fn open(launch: &Launch) -> Self {
        let places = tempfile::tempdir().expect("a temporary directory");
        // A session bus of its own: the app lets one instance of itself run on each.
        let mut command = Command::new("dbus-run-session");
        match &launch.notes {
            None => command.args(["--", "WebKitWebDriver"]),
            Some(file) => command.args(["--", "sh", "-c", NOTE, "sh"]).arg(file),
        };
        command
            .env("HOME", places.path())
            .env("XDG_DATA_HOME", &launch.memory)
            .env("XDG_CACHE_HOME", places.path().join("cache"))
            .env("XDG_CONFIG_HOME", &launch.memory)
            .env_remove("SIGNALBOX_DATA_DIR")
            .env_remove("USBMUXD_SOCKET_ADDRESS")
            .envs(launch.environment.iter().cloned())
            // What Tauri's own driver sets, and all it adds.
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        let driver = Driver::start(
            command,
            "WebKitWebDriver (Debian: webkit2gtk-driver and dbus)",
        );
        let options = json!({ "binary": launch.app, "args": launch.options });
        let page = Page::open(
            &driver,
            "window",
            &json!({ "webkitgtk:browserOptions": options }),
        );
        Self {
            driver,
            page,
            phones: launch.phones.clone(),
            _places: places,
        }
    }

    /// Answers the system's own dialog that asks where to save, once it is there, with this place.
    ///
    /// # Panics
    /// When there is none, or what it saves does not come.
    pub fn save_as(&self, place: &Path) {
        let dialog = wait_for("the dialog", PATIENCE, || {
            let found = keys(&["search", "--onlyvisible", "--name", "^Save File$"]);
            found.lines().last().map(str::to_owned)
        });
        keys(&["windowfocus", "--sync", &dialog]);
        keys(&["key", "ctrl+a"]);
        keys(&["type", place.to_str().expect("a plain path")]);
        keys(&["key", "Return"]);
        wait_for("the file", PATIENCE, || place.exists().then_some(()));
    }

    /// Takes the window off the screen, so that nobody looks at it.
    pub fn put_away(&self) {
        keys(&[
            "search",
            "--onlyvisible",
            "--name",
            "^Signalbox$",
            "windowunmap",
            "%@",
        ]);
    }

    /// The group of processes that belong to it.
    pub fn process_group(&self) -> u32 {
        self.driver.process()
    }
}

/// What a person does with keys and windows outside the page; what the program says.
fn keys(arguments: &[&str]) -> String {
    let output = Command::new("xdotool").args(arguments).output();
    let output = output.expect("xdotool (Debian: xdotool)");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

impl Deref for Window {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // Told to end, the app ends its phones; ended by the driver, it could not.
        self.driver.end();
        let limit = Duration::from_secs(20);
        let gone = within(limit, || (!self.phones.exists()).then_some(()));
        if !std::thread::panicking() {
            let phones = self.phones.display();
            assert!(gone.is_some(), "the simulated phones still run: {phones}");
        }
    }
}
