//! Chromium without a screen, under its own driver.

use std::ops::Deref;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use crate::serving::Serving;
use crate::webdriver::{Driver, Page};

/// What keeps it from talking to anybody but the page.
const QUIET: [&str; 8] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

/// A browser with one page. Dropping it ends it.
pub struct Browser {
    page: Page,
    // After the page: it goes first.
    _driver: Driver,
    downloads: TempDir,
}

impl Browser {
    /// Starts it, 1280 by 800, on an empty page.
    ///
    /// # Panics
    /// When it does not start.
    pub fn open() -> Self {
        let downloads = tempfile::tempdir().expect("a temporary directory");
        let mut command = Command::new("chromedriver");
        command.stdout(Stdio::null());
        let driver = Driver::start(command, "chromedriver (Debian: chromium-driver)");
        let options = json!({
            "args": QUIET,
            "prefs": { "download.default_directory": downloads.path() },
        });
        let page = Page::open(
            &driver,
            "browser",
            &json!({ "goog:chromeOptions": options }),
        );
        page.resize(1280, 800);
        Self {
            page,
            _driver: driver,
            downloads,
        }
    }

    /// Opens the page of a server by its link.
    pub fn follow(&self, server: &Serving) {
        self.page.visit(&format!(
            "http://{}/#token={}",
            server.address, server.token
        ));
    }

    /// Where what is saved comes to lie.
    pub fn saved(&self, name: &str) -> PathBuf {
        self.downloads.path().join(name)
    }
}

impl Deref for Browser {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}
