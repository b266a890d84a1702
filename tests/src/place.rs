//! A directory of its own for each test: the program, the lists, a data directory, the witness log.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::clock::wait_for;
use crate::list::List;
use crate::program::{self, Ended, PATIENCE, Running};

/// A test's place. Dropping it ends the simulated phones that were left in it; when its test has
/// failed, the files stay and are named.
pub struct Place {
    dir: TempDir,
    /// The directory's path without links, as the program tells it.
    root: PathBuf,
    program: PathBuf,
    outputs: AtomicU32,
}

impl Place {
    /// A new place, with a program that no build replaces while the test runs.
    ///
    /// # Panics
    /// When there is no program, or no room.
    #[expect(
        clippy::new_without_default,
        reason = "it makes a directory; that is said, not defaulted"
    )]
    pub fn new() -> Self {
        // Sockets lie in it, and their paths must be short.
        let dir = tempfile::Builder::new()
            .prefix("signalbox-test-")
            .tempdir_in("/tmp")
            .expect("a temporary directory");
        let root = fs::canonicalize(dir.path()).expect("a temporary directory");
        let program = root.join("signalbox");
        let built = program::built();
        fs::hard_link(&built, &program)
            .or_else(|_| fs::copy(&built, &program).map(|_| ()))
            .expect("a program to run");
        Self {
            dir,
            root,
            program,
            outputs: AtomicU32::new(0),
        }
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Writes a file and gives its path.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).expect("a file in a place of its own");
        path
    }

    /// Reads a file.
    ///
    /// # Panics
    /// When it cannot be read.
    pub fn read(&self, name: &str) -> String {
        let path = self.path(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The program with these arguments.
    pub fn command<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let arguments: Vec<A> = arguments.into_iter().collect();
        let arguments: Vec<&OsStr> = arguments.iter().map(AsRef::as_ref).collect();
        program::command(&self.program, &self.root, &arguments)
    }

    /// Starts a command, its output in files of its own.
    pub fn start(&self, command: Command) -> Running {
        let number = self.outputs.fetch_add(1, Ordering::Relaxed);
        Running::start(command, &self.path(&format!("output-{number}")))
    }

    /// Runs the program with these arguments to its end.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Ended {
        self.start(self.command(arguments)).wait()
    }

    /// The control socket of the simulated phones of a data directory.
    pub fn phones(&self, data: &str) -> PathBuf {
        self.path(data).join("sim/phones.sock.control")
    }

    /// Two simulated phones that pass for real ones, with the accounts of `accounts.csv`, and their
    /// socket.
    ///
    /// # Panics
    /// When they do not come.
    pub fn phones_that_pass_for_real(&self) -> (Running, PathBuf) {
        let socket = self.path("usbmux");
        let mut command = self.command(["simulate", "2"]);
        command.arg("--socket").arg(&socket);
        command.arg("--accounts").arg(self.path("accounts.csv"));
        command.args(["--sim-latency-ms", "1"]);
        let phones = self.start(command);
        let mut control = socket.clone().into_os_string();
        control.push(".control");
        let control = PathBuf::from(control);
        wait_for("the phones", PATIENCE, || {
            ask(&control, &json!({"cmd": "status"}))
        });
        (phones, socket)
    }

    /// The process of the simulated phones of a data directory, if they run.
    pub fn phones_process(&self, data: &str) -> Option<u64> {
        let status = ask(&self.phones(data), &json!({"cmd": "status"}))?;
        status["pid"].as_u64()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let inner = fs::read_dir(&self.root).into_iter().flatten().flatten();
        for entry in inner {
            let socket = entry.path().join("sim/phones.sock.control");
            ask(&socket, &json!({"cmd": "stop"}));
        }
        if std::thread::panicking() {
            eprintln!("the files of this test stay in {}", self.root.display());
            self.dir.disable_cleanup(true);
        }
    }
}

/// One question to simulated phones; none when nobody answers.
pub fn ask(socket: &Path, question: &Value) -> Option<Value> {
    let mut stream = UnixStream::connect(socket).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .ok()?;
    stream.write_all(format!("{question}\n").as_bytes()).ok()?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).ok()?;
    serde_json::from_str(&line).ok()
}

/// The arguments of a run, put together.
#[derive(Clone)]
pub struct Job(Vec<OsString>);

impl Job {
    /// `run` of these two files in a data directory of the place.
    pub fn new(place: &Place, accounts: &Path, tasks: &Path) -> Self {
        Self(vec!["run".into()])
            .with("--accounts", accounts)
            .with("--tasks", tasks)
            .with("--data-dir", place.path("data"))
    }

    /// `run` of the lists that come with the product.
    pub fn examples(place: &Place) -> Self {
        let example = crate::list::example;
        Self::new(place, &example("accounts.csv"), &example("tasks.csv"))
    }

    /// `run` of a list that a test made.
    pub fn of(place: &Place, list: &List) -> Self {
        let accounts = place.write("accounts.csv", list.accounts_csv());
        let tasks = place.write("tasks.csv", list.tasks_csv());
        Self::new(place, &accounts, &tasks)
    }

    /// On so many simulated phones, each command taking `latency_ms`, with a witness, and with the
    /// outcomes written to `out.csv`.
    #[must_use]
    pub fn simulated(self, place: &Place, phones: u16, latency_ms: u32) -> Self {
        self.with("--simulate", phones.to_string())
            .with("--sim-latency-ms", latency_ms.to_string())
            .with("--witness", place.path("witness.jsonl"))
            .with("--out", place.path("out.csv"))
    }

    /// With what is to go wrong.
    #[must_use]
    pub fn scenario(self, place: &Place, text: &str) -> Self {
        let path = place.write("scenario.toml", text);
        self.with("--scenario", path)
    }

    /// With one more option.
    #[must_use]
    pub fn with(self, option: &str, value: impl Into<OsString>) -> Self {
        self.flag(option).flag(value)
    }

    /// With one more argument.
    #[must_use]
    pub fn flag(mut self, flag: impl Into<OsString>) -> Self {
        self.0.push(flag.into());
        self
    }
}

impl IntoIterator for Job {
    type Item = OsString;
    type IntoIter = std::vec::IntoIter<OsString>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
