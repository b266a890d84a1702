//! The product's own program, run as an operator would.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::clock::{Moment, now, wait_for};

/// Longer than any run of these tests takes on a slow machine.
pub const PATIENCE: Duration = Duration::from_secs(240);

/// `signalbox` in the target directory that this test was built into.
///
/// # Panics
/// When it has not been built.
pub fn built() -> PathBuf {
    let test = std::env::current_exe().expect("this test has a path");
    let target = test.ancestors().find(|path| path.ends_with("deps"));
    let target = target
        .and_then(Path::parent)
        .expect("cargo puts tests into target/…/deps");
    let program = target.join("signalbox");
    assert!(
        program.is_file(),
        "{} is not there: run `cargo build -p signalbox` first",
        program.display()
    );
    program
}

/// A program that runs, its output in files. Dropping it kills it.
pub struct Running {
    child: Child,
    stdout: PathBuf,
    stderr: PathBuf,
}

/// How a program ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
}

/// A program that was killed: at some moment between these two.
#[derive(Debug)]
pub struct Killed {
    /// Right before the kill.
    pub before: Moment,
    /// When it was gone.
    pub gone: Moment,
    /// What it left behind.
    pub ended: Ended,
}

impl Running {
    /// Starts it; `output` is the path of its two output files, less their endings.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(mut command: Command, output: &Path) -> Self {
        let stdout = output.with_extension("out");
        let stderr = output.with_extension("err");
        let file = |path: &Path| File::create(path).expect("an output file");
        command.stdout(file(&stdout)).stderr(file(&stderr));
        command.stdin(std::process::Stdio::null());
        let child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        Self {
            child,
            stdout,
            stderr,
        }
    }

    /// Its end, if it has ended.
    pub fn ended(&mut self) -> Option<Ended> {
        let status = self.child.try_wait().expect("its own child");
        status.map(|status| self.end(status))
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it does not end in [`PATIENCE`].
    pub fn wait(mut self) -> Ended {
        let errors = self.stderr.clone();
        let what = format!("the end of a program that writes to {}", errors.display());
        wait_for(&what, PATIENCE, || self.ended())
    }

    /// Kills it and waits until it is gone.
    pub fn kill(mut self) -> Killed {
        let before = now();
        self.child.kill().expect("its own child");
        let status = self.child.wait().expect("its own child");
        Killed {
            before,
            gone: now(),
            ended: self.end(status),
        }
    }

    /// Ctrl-C.
    pub fn interrupt(&self) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.expect("a process"), Signal::INT).expect("its own child");
    }

    /// What it wrote to stderr so far.
    pub fn stderr(&self) -> String {
        std::fs::read_to_string(&self.stderr).unwrap_or_default()
    }

    fn end(&self, status: ExitStatus) -> Ended {
        let text = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
        Ended {
            code: status.code(),
            signal: status.signal(),
            stdout: text(&self.stdout),
            stderr: text(&self.stderr),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

impl Ended {
    /// Both outputs, for a message.
    pub fn told(&self) -> String {
        format!(
            "exit {:?}, signal {:?}\n{}{}",
            self.code, self.signal, self.stdout, self.stderr
        )
    }

    /// Fails unless it ended with this code.
    ///
    /// # Panics
    /// When it did not.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.told());
        self
    }
}

/// The product's program with these arguments, where nothing of this computer user's own is found.
pub fn command(program: &Path, home: &Path, arguments: &[&OsStr]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(home)
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("share"))
        .env_remove("SIGNALBOX_DATA_DIR")
        .env_remove("USBMUXD_SOCKET_ADDRESS")
        .env_remove("RUST_LOG");
    command
}
