//! Plain W3C WebDriver calls: what a person does with a page, the same for the window's web view
//! and for a browser. `window.rs` and `browser.rs` open one each.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::clock::within;

/// How long one thing may take to appear; a whole run of a list is inside it.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// How long a driver may take to listen, and what it started to end.
const DRIVER: Duration = Duration::from_secs(20);

/// The key under which WebDriver hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A driver that runs in a process group of its own. Dropping it ends the whole group.
pub struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    /// Starts a driver; `what` says where it comes from.
    ///
    /// # Panics
    /// When it does not start or does not listen.
    pub fn start(mut command: Command, what: &str) -> Self {
        let port = free_port();
        command.arg(format!("--port={port}")).process_group(0);
        let child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{what} does not start: {error}"));
        let driver = Self { child, port };
        let listens = || TcpStream::connect(("127.0.0.1", port)).ok();
        assert!(within(DRIVER, listens).is_some(), "{what} does not listen");
        driver
    }

    /// The number of its process, and of the group.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Ends the group and waits for the driver.
    pub fn end(&mut self) {
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
        let _ = self.child.wait();
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.end();
    }
}

/// A page that is driven from outside.
pub struct Page {
    agent: ureq::Agent,
    session: String,
    /// What its pictures are called.
    name: &'static str,
}

impl Page {
    /// Opens a session with these capabilities.
    ///
    /// # Panics
    /// When the driver gives none.
    pub fn open(driver: &Driver, name: &'static str, capabilities: &Value) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE + Duration::from_secs(30)))
            .build()
            .new_agent();
        let session = format!("http://127.0.0.1:{}/session", driver.port);
        let mut page = Self {
            agent,
            session,
            name,
        };
        let wanted = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let opened = page.post("", &wanted);
        let id = opened["sessionId"].as_str();
        let id = id.unwrap_or_else(|| panic!("no session: {opened}"));
        page.session = format!("{}/{id}", page.session);
        let limits = json!({ "script": PATIENCE.as_millis() as u64 });
        page.post("/timeouts", &limits);
        page
    }

    /// What it is: the window, or a browser.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Goes to an address.
    pub fn visit(&self, address: &str) {
        self.post("/url", &json!({ "url": address }));
    }

    /// Loads the page anew.
    pub fn reload(&self) {
        self.post("/refresh", &json!({}));
    }

    /// Makes the page this large, in CSS pixels; what a browser has around it comes on top.
    pub fn resize(&self, width: u32, height: u32) {
        self.set_rect(width, height);
        let around = self.run("return [outerWidth - innerWidth, outerHeight - innerHeight]");
        let around = |at: usize| around[at].as_i64().and_then(|it| u32::try_from(it).ok());
        self.set_rect(
            width + around(0).unwrap_or(0),
            height + around(1).unwrap_or(0),
        );
    }

    fn set_rect(&self, width: u32, height: u32) {
        let rect = json!({ "width": width, "height": height, "x": 0, "y": 0 });
        self.post("/window/rect", &rect);
    }

    /// Runs a function body in the page and answers what it returns.
    pub fn run(&self, body: &str) -> Value {
        self.run_with(body, &[])
    }

    /// The same, with arguments.
    pub fn run_with(&self, body: &str, arguments: &[Value]) -> Value {
        self.post(
            "/execute/sync",
            &json!({ "script": body, "args": arguments }),
        )
    }

    /// Runs a function body that calls its last argument with its answer.
    pub fn run_until_done(&self, body: &str) -> Value {
        self.post("/execute/async", &json!({ "script": body, "args": [] }))
    }

    /// Waits until the function body returns true in the page.
    ///
    /// # Panics
    /// When it does not within [`PATIENCE`].
    #[track_caller]
    pub fn wait_for(&self, body: &str) {
        self.wait_within(PATIENCE, body);
    }

    /// Waits until the function body returns true in the page, no longer than `limit`.
    ///
    /// # Panics
    /// When it does not in time.
    #[track_caller]
    pub fn wait_within(&self, limit: Duration, body: &str) {
        let held = within(limit, || (self.run(body) == json!(true)).then_some(()));
        if held.is_none() {
            self.screenshot("waited-in-vain");
            panic!(
                "{}: waited {limit:?} in vain for: {body}\nthe page: {}",
                self.name,
                self.text("body")
            );
        }
    }

    /// Waits until there is such an element that can be seen.
    #[track_caller]
    pub fn wait_for_one(&self, selector: &str) {
        let selector = json!(selector);
        self.wait_for(&format!(
            "const found = document.querySelector({selector});
             return found !== null && found.getClientRects().length > 0"
        ));
    }

    /// Whether there is such an element.
    pub fn has(&self, selector: &str) -> bool {
        let body = "return document.querySelector(arguments[0]) !== null";
        self.run_with(body, &[json!(selector)]) == json!(true)
    }

    /// Clicks the first element that the selector finds, once it is there, as a person would.
    ///
    /// # Panics
    /// When there is none, or it cannot be clicked.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        self.wait_for_one(selector);
        let answer = self.of(selector, "click", &json!({}));
        assert_eq!(answer, Value::Null, "{}: click on {selector}", self.name);
    }

    /// Writes into a field, in the place of what is in it.
    ///
    /// # Panics
    /// When it cannot be written into.
    #[track_caller]
    pub fn write(&self, selector: &str, text: &str) {
        self.wait_for_one(selector);
        self.of(selector, "clear", &json!({}));
        let answer = self.of(selector, "value", &json!({ "text": text }));
        assert_eq!(answer, Value::Null, "{}: write into {selector}", self.name);
    }

    /// Gives a file field these files.
    ///
    /// # Panics
    /// When it takes none.
    #[track_caller]
    pub fn choose_files(&self, selector: &str, files: &[&Path]) {
        let files: Vec<String> = files
            .iter()
            .map(|file| file.display().to_string())
            .collect();
        let body = json!({ "text": files.join("\n") });
        let answer = self.of(selector, "value", &body);
        assert_eq!(answer, Value::Null, "{}: files for {selector}", self.name);
    }

    /// Presses keys together, Ctrl and K as `["\u{e009}", "k"]`, and lets go of them.
    pub fn press(&self, keys: &[&str]) {
        let down = keys.iter().map(|key| ("keyDown", key));
        let up = keys.iter().rev().map(|key| ("keyUp", key));
        let moves: Vec<Value> = down
            .chain(up)
            .map(|(kind, key)| json!({ "type": kind, "value": key }))
            .collect();
        let actions = json!([{ "type": "key", "id": "keys", "actions": moves }]);
        self.post("/actions", &json!({ "actions": actions }));
    }

    /// Presses the pointer's button on an element and holds it for this long.
    ///
    /// # Panics
    /// When there is no such element.
    #[track_caller]
    pub fn hold(&self, selector: &str, time: Duration) {
        let element = json!({ ELEMENT: self.element(selector) });
        let actions = json!([{
            "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" },
            "actions": [
                { "type": "pointerMove", "duration": 0, "x": 0, "y": 0, "origin": element },
                { "type": "pointerDown", "button": 0 },
                { "type": "pause", "duration": time.as_millis() as u64 },
                { "type": "pointerUp", "button": 0 },
            ],
        }]);
        self.post("/actions", &json!({ "actions": actions }));
    }

    /// The visible text of the first element that the selector finds.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        // Not the driver's own: WebKit's takes what is cut with an ellipsis for invisible.
        let body = "return document.querySelector(arguments[0])?.innerText.trim() ?? null";
        let text = self.run_with(body, &[json!(selector)]);
        let text = text.as_str();
        text.unwrap_or_else(|| panic!("{}: no {selector}", self.name))
            .to_owned()
    }

    /// What is on the screen, as PNG, once it is drawn.
    ///
    /// # Panics
    /// When the driver gives no picture.
    pub fn picture(&self) -> Vec<u8> {
        // What was changed a moment ago is drawn by the frame after the next.
        self.run_until_done(
            "const done = arguments[arguments.length - 1];
             requestAnimationFrame(() => requestAnimationFrame(() => done(true)));",
        );
        let picture = self.get("/screenshot");
        BASE64_STANDARD
            .decode(picture.as_str().expect("a picture"))
            .expect("base64")
    }

    /// Keeps a picture of the page beside the test's program, as `PAGE-NAME.png`.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn screenshot(&self, name: &str) {
        let folder = built_beside("..");
        let file = folder.join(format!("{}-{name}.png", self.name));
        fs::write(file, self.picture()).expect("a place for pictures");
    }

    fn of(&self, selector: &str, what: &str, body: &Value) -> Value {
        let path = format!("/element/{}/{what}", self.element(selector));
        self.post(&path, body)
    }

    #[track_caller]
    fn element(&self, selector: &str) -> String {
        let using = json!({ "using": "css selector", "value": selector });
        let found = self.post("/element", &using);
        let element = found[ELEMENT].as_str();
        let element = element.unwrap_or_else(|| panic!("{}: no {selector}: {found}", self.name));
        element.to_owned()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let address = format!("{}{path}", self.session);
        value(
            self.agent
                .post(address)
                .send_json(body)
                .expect("the driver answers"),
        )
    }

    fn get(&self, path: &str) -> Value {
        let address = format!("{}{path}", self.session);
        value(self.agent.get(address).call().expect("the driver answers"))
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

/// A path beside the programs that cargo built: this test lies in `deps` below them.
///
/// # Panics
/// When this test has no path.
pub fn built_beside(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("this test has a path");
    let deps = test.ancestors().find(|path| path.ends_with("deps"));
    let target = deps.and_then(Path::parent).expect("target/…/deps");
    match name {
        ".." => target.parent().expect("target").to_path_buf(),
        name => target.join(name),
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port()
}
