//! Plain W3C WebDriver calls to WebKitWebDriver, which starts the app and drives its web view.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long one thing may take to appear; the whole example run is inside it.
const PATIENCE: Duration = Duration::from_secs(300);

/// The key under which WebDriver hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A running app. Dropping it ends the app and the driver.
pub struct Window {
    driver: Child,
    agent: ureq::Agent,
    session: String,
    /// The socket of the simulated phones that the app starts.
    phones: PathBuf,
    /// Where the page keeps what it remembers.
    _memory: TempDir,
}

impl Window {
    /// Starts the app on this data directory and waits for its window.
    pub fn open(data_dir: &Path) -> Self {
        let port = free_port();
        let memory = tempfile::tempdir().unwrap();
        // A session bus of its own: the app lets one instance of itself run on each.
        let driver = Command::new("dbus-run-session")
            .args(["--", "WebKitWebDriver"])
            .arg(format!("--port={port}"))
            .env("SIGNALBOX_DATA_DIR", data_dir)
            .env("XDG_DATA_HOME", memory.path())
            .env("XDG_CACHE_HOME", memory.path())
            // What tauri's own driver sets, and all it adds.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            // A group of its own, which ends as a whole.
            .process_group(0)
            .spawn()
            .expect("dbus-run-session starts: it is in Debian's dbus");
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE + Duration::from_secs(30)))
            .build()
            .new_agent();
        let mut window = Self {
            driver,
            agent,
            session: format!("http://127.0.0.1:{port}/session"),
            phones: data_dir.join("sim/phones.sock"),
            _memory: memory,
        };
        let listens = || TcpStream::connect(("127.0.0.1", port)).is_ok();
        assert!(
            became_true(listens),
            "WebKitWebDriver listens: it is in Debian's webkit2gtk-driver"
        );
        let options = json!({ "binary": app(), "args": [] });
        let wanted = json!({ "capabilities": {
            "alwaysMatch": { "webkitgtk:browserOptions": options },
        } });
        let opened = window.post("", &wanted);
        window.session.push('/');
        window
            .session
            .push_str(opened["sessionId"].as_str().expect("a session"));
        let limits = json!({ "script": PATIENCE.as_millis() as u64 });
        window.post("/timeouts", &limits);
        window
    }

    /// Runs a function body in the page and answers what it returns.
    pub fn run(&self, body: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": body, "args": [] }))
    }

    /// Waits until the function body returns true in the page, looking again after every change.
    pub fn wait_for(&self, body: &str) {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             const holds = () => {{ {body} }};
             if (holds()) return done(true);
             const seen = new MutationObserver(() => {{ if (holds()) {{ seen.disconnect(); done(true); }} }});
             seen.observe(document, {{ subtree: true, childList: true, characterData: true, attributes: true }});"
        );
        let answer = self.post("/execute/async", &json!({ "script": script, "args": [] }));
        if answer != json!(true) {
            self.screenshot("waited-in-vain");
            panic!(
                "waited in vain for: {body}\n{answer}\nthe page: {}",
                self.text("body")
            );
        }
    }

    /// Clicks the first element that the selector finds, as a person would.
    pub fn click(&self, selector: &str) {
        let answer = self.post(
            &format!("/element/{}/click", self.element(selector)),
            &json!({}),
        );
        assert_eq!(answer, Value::Null, "click on {selector}");
    }

    /// The visible text of the first element that the selector finds.
    pub fn text(&self, selector: &str) -> String {
        let text = self.get(&format!("/element/{}/text", self.element(selector)));
        text.as_str().expect("a text").to_owned()
    }

    /// Keeps a picture of the window in target/window-NAME.png.
    pub fn screenshot(&self, name: &str) {
        // What was changed a moment ago is drawn by the frame after the next.
        let drawn = "const done = arguments[arguments.length - 1];
                     requestAnimationFrame(() => requestAnimationFrame(() => done(true)));";
        self.post("/execute/async", &json!({ "script": drawn, "args": [] }));
        let picture = self.get("/screenshot");
        let bytes = BASE64_STANDARD
            .decode(picture.as_str().expect("a picture"))
            .unwrap();
        let folder = target_dir().parent().unwrap().to_path_buf();
        fs::write(folder.join(format!("window-{name}.png")), bytes).unwrap();
    }

    fn element(&self, selector: &str) -> String {
        let using = json!({ "using": "css selector", "value": selector });
        let found = self.post("/element", &using);
        found[ELEMENT]
            .as_str()
            .unwrap_or_else(|| panic!("no {selector}: {found}"))
            .to_owned()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let sent = self
            .agent
            .post(format!("{}{path}", self.session))
            .send_json(body);
        value(sent.expect("the driver answers"))
    }

    fn get(&self, path: &str) -> Value {
        value(
            self.agent
                .get(format!("{}{path}", self.session))
                .call()
                .expect("the driver answers"),
        )
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // Told to end, the app ends its phones; ended by the driver, it could not.
        let group = format!("-{}", self.driver.id());
        let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
        let _ = self.driver.wait();
        let gone = became_true(|| !self.phones.exists());
        if !std::thread::panicking() {
            assert!(
                gone,
                "the simulated phones still run: {}",
                self.phones.display()
            );
        }
    }
}

fn value(mut answer: ureq::http::Response<ureq::Body>) -> Value {
    let mut body: Value = answer
        .body_mut()
        .with_config()
        .limit(64 << 20)
        .read_json()
        .expect("JSON");
    body["value"].take()
}

/// Where cargo puts binaries: this test lies in `deps` below it.
fn target_dir() -> PathBuf {
    std::env::current_exe()
        .unwrap()
        .ancestors()
        .nth(2)
        .unwrap()
        .to_path_buf()
}

fn app() -> PathBuf {
    let app = target_dir().join("signalbox-desktop");
    assert!(
        app.exists(),
        "{} is not built: make test builds it",
        app.display()
    );
    app
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// Whether the condition holds within 20 s.
#[expect(
    clippy::disallowed_methods,
    reason = "other programs give no event to wait on"
)]
fn became_true(holds: impl Fn() -> bool) -> bool {
    (0..400).any(|_| {
        let held = holds();
        if !held {
            std::thread::sleep(Duration::from_millis(50));
        }
        held
    })
}
