//! The simulated phones' process: starting it, finding the one that runs, and talking to it.
//!
//! It is a child that outlives us, as a real phone does: in a process group of its own, so that
//! Ctrl-C at our terminal does not reach it, with its output in a file, so that our death breaks
//! no pipe of it. What finds it again is its control socket; what tells whether it is the one we
//! would start is a fingerprint of how it was started. The engine does not link the simulator: all
//! that goes between the two is a command line and the lines of that socket.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, test_kill_process};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use signalbox_automation::Handle;
use signalbox_phone::Udid;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::paths::DataDir;

mod error;
#[cfg(test)]
mod tests;

pub use error::SimulatorError;

/// How long a started process may take until all its phones are listed.
const START_LIMIT: Duration = Duration::from_secs(30);
/// How long one that was told to stop may take to be gone: it lets commands under way end.
const STOP_LIMIT: Duration = Duration::from_secs(30);
/// How long it may take to answer a command.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
/// The first wait between two looks at the socket; it doubles.
const LOOK_FIRST: Duration = Duration::from_millis(2);
/// The longest wait between two looks.
const LOOK_MAX: Duration = Duration::from_millis(100);
/// How long it lives with nobody connected, as its command line writes it.
const LINGER: &str = "10m";
/// The longest answer that is read, in bytes: 256 phones need a tenth of it.
const ANSWER_BYTES_MAX: u64 = 1 << 20;
/// Accounts handed over in one command.
const ACCOUNTS_AT_ONCE: usize = 500;
/// A log larger than this is begun anew at the next start, in bytes.
const LOG_BYTES_MAX: u64 = 1 << 20;
/// How much of a scenario counts for the fingerprint, in bytes.
const SCENARIO_BYTES_MAX: u64 = 1 << 20;

/// An account that is signed in on one simulated phone, or on all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The account's name in the app.
    pub handle: Handle,
    /// The only phone, or none for all.
    pub device_udid: Option<Udid>,
}

/// What a running simulator says of itself.
#[derive(Debug, Clone, Deserialize)]
pub struct Status {
    /// Its process.
    pub pid: u32,
    /// One for each of its phones; only how many is looked at.
    phones: Vec<IgnoredAny>,
    /// How it was started, where its starter said so.
    #[serde(default)]
    pub fingerprint: Option<String>,
}

impl Status {
    /// How many phones it has.
    pub fn phones(&self) -> usize {
        self.phones.len()
    }
}

/// A phone that was added.
#[derive(Debug, Clone, Deserialize)]
pub struct AddedPhone {
    /// Its number among them, from 1.
    #[serde(rename = "phone")]
    number: u16,
    /// Its serial.
    pub udid: String,
}

/// How simulated phones are to be started.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The command line's program, `signalbox`.
    pub program: PathBuf,
    /// How many phones.
    pub count: u16,
    /// The data directory in which they live.
    pub dir: DataDir,
    /// The scenario file, if any.
    pub scenario: Option<PathBuf>,
    /// The witness log, if any.
    pub witness: Option<PathBuf>,
    /// How long a command takes, where it is not to be the usual.
    pub latency_ms: Option<u64>,
}

impl Launch {
    /// The phones: those that run, if they were started in the same way, else newly started ones,
    /// in the world that is there. Ones started in another way are stopped first. The accounts are
    /// signed in before this returns; who is signed in already stays so.
    pub async fn run(&self, accounts: &[SignIn]) -> Result<Simulator, SimulatorError> {
        let phones = Simulator::at(self.dir.phones_socket());
        let fingerprint = self.fingerprint();
        match phones.status().await {
            Ok(status) if self.is_of_ours(&status, &fingerprint) => {
                match phones.accounts(accounts).await {
                    // Nobody was connected, and its time ran out just now.
                    Err(SimulatorError::NotThere { .. }) => {}
                    signed => return signed.map(|()| phones),
                }
            }
            Ok(_) => phones.stop().await?,
            Err(SimulatorError::NotThere { .. }) => {}
            Err(error) => return Err(error),
        }
        self.start(&phones, &fingerprint).await?;
        phones.accounts(accounts).await?;
        Ok(phones)
    }

    fn is_of_ours(&self, status: &Status, fingerprint: &str) -> bool {
        // Some may have been added since; how many were asked for is in the fingerprint.
        status.fingerprint.as_deref() == Some(fingerprint)
            && status.phones() >= usize::from(self.count)
    }

    /// A short text that differs when anything differs that the process keeps from its start: the
    /// program (it may have been replaced by an update), what is asked of it, and the text of the
    /// scenario.
    fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        let mut add = |part: &[u8]| {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        };
        let program = std::fs::metadata(&self.program);
        let made =
            program.map(|found| (found.ino(), found.size(), found.mtime(), found.mtime_nsec()));
        add(format!("{made:?}").as_bytes());
        let scenario = self.scenario.as_ref().map(|path| {
            let mut text = Vec::new();
            let read = File::open(path)
                .and_then(|file| file.take(SCENARIO_BYTES_MAX).read_to_end(&mut text));
            // One that cannot be read is named by the process itself, which checks it.
            read.map(|_| text).unwrap_or_default()
        });
        add(scenario.as_deref().unwrap_or_default());
        for argument in self.arguments() {
            add(argument.as_encoded_bytes());
        }
        hash.finalize()
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    fn arguments(&self) -> Vec<std::ffi::OsString> {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let mut arguments = vec!["simulate".into(), self.count.to_string().into()];
        arguments.extend(["--socket".into(), self.dir.phones_socket().into_os_string()]);
        arguments.extend(["--world".into(), self.dir.world().into_os_string()]);
        for (option, path) in [("--scenario", &self.scenario), ("--witness", &self.witness)] {
            if let Some(path) = path {
                arguments.extend([option.into(), absolute(path).into_os_string()]);
            }
        }
        if let Some(latency_ms) = self.latency_ms {
            arguments.extend(["--sim-latency-ms".into(), latency_ms.to_string().into()]);
        }
        arguments.extend(["--linger".into(), LINGER.into()]);
        arguments
    }

    async fn start(&self, phones: &Simulator, fingerprint: &str) -> Result<(), SimulatorError> {
        let log = self.dir.phones_log();
        let cannot = |path: &Path, source| SimulatorError::Start {
            path: path.to_owned(),
            source,
        };
        let (output, from) = open_log(&log).map_err(|source| cannot(&log, source))?;
        let errors = output.try_clone().map_err(|source| cannot(&log, source))?;
        let mut child = Command::new(&self.program)
            .args(self.arguments())
            .args(["--fingerprint", fingerprint])
            // Its log lies beside ours, and what it would say of each request holds typed texts.
            .env_remove("SIGNALBOX_LOG")
            .current_dir(self.dir.simulation())
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .map_err(|source| cannot(&self.program, source))?;
        let started = timeout(START_LIMIT, self.started(phones, &mut child)).await;
        match started {
            // The child is let go here, and runs on; when it ends while we live, it is reaped.
            Ok(true) => Ok(()),
            Ok(false) => Err(SimulatorError::Ended {
                said: last_line(&log, from),
                log,
            }),
            Err(_) => {
                // Half started is of no use to the next try either.
                let _ = child.kill().await;
                Err(SimulatorError::TooSlow {
                    what: "did not start",
                    limit: START_LIMIT,
                })
            }
        }
    }

    /// Waits until all phones are listed; false when the process ends instead.
    async fn started(&self, phones: &Simulator, child: &mut Child) -> bool {
        let mut pause = LOOK_FIRST;
        loop {
            // A process that takes back its socket while it fails answers badly: its end tells why.
            let status = phones.status().await;
            if status.is_ok_and(|status| status.phones() >= usize::from(self.count)) {
                return true;
            }
            tokio::select! {
                _ended = child.wait() => return false,
                () = sleep(pause) => pause = (pause * 2).min(LOOK_MAX),
            }
        }
    }
}

/// Simulated phones that run, by the paths of their sockets.
#[derive(Debug, Clone)]
pub struct Simulator {
    socket: PathBuf,
    control: PathBuf,
}

impl Simulator {
    /// The phones whose usbmux socket is at this path, running or not.
    pub fn at(socket: PathBuf) -> Self {
        let mut control = socket.clone().into_os_string();
        control.push(".control");
        Self {
            socket,
            control: control.into(),
        }
    }

    /// The usbmux socket, for the phones' pool.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// What they say of themselves. [`SimulatorError::NotThere`] when none run.
    pub async fn status(&self) -> Result<Status, SimulatorError> {
        let answer = self.command(&json!({"cmd": "status"})).await?;
        serde_json::from_value(answer).map_err(|error| SimulatorError::Malformed {
            reason: error.to_string(),
        })
    }

    /// Signs accounts in, each on its phone or on all. Those that are signed in stay so.
    pub async fn accounts(&self, accounts: &[SignIn]) -> Result<(), SimulatorError> {
        for some in accounts.chunks(ACCOUNTS_AT_ONCE) {
            let list = some.iter().map(|account| {
                let device_udid = account.device_udid.as_ref().map(Udid::reveal);
                json!({"handle": account.handle.reveal(), "device_udid": device_udid})
            });
            let list: Vec<_> = list.collect();
            self.command(&json!({"cmd": "accounts", "accounts": list}))
                .await?;
        }
        Ok(())
    }

    /// One more phone, whose cable is not in yet; it comes back whenever these phones are started in
    /// this world.
    pub async fn add_phone(&self) -> Result<AddedPhone, SimulatorError> {
        let answer = self.command(&json!({"cmd": "add_phone"})).await?;
        serde_json::from_value(answer).map_err(|error| SimulatorError::Malformed {
            reason: error.to_string(),
        })
    }

    /// Puts the cable of a phone in.
    pub async fn plug_in(&self, phone: &AddedPhone) -> Result<(), SimulatorError> {
        let plug = json!({"cmd": "plug", "phone": phone.number, "attached": true});
        self.command(&plug).await.map(drop)
    }

    /// Empties the world: nobody follows anybody, and only these accounts are signed in.
    pub async fn reset(&self, accounts: &[SignIn]) -> Result<(), SimulatorError> {
        self.command(&json!({"cmd": "reset"})).await?;
        self.accounts(accounts).await
    }

    /// Ends the process and waits until it is gone; fine when it is not there.
    ///
    /// Its sockets close before it has let go of the world and taken their files away, so what
    /// counts is its process: one started earlier would lose its sockets to the old one's broom.
    pub async fn stop(&self) -> Result<(), SimulatorError> {
        let told = async {
            let status = self.status().await?;
            match self.command(&json!({"cmd": "stop"})).await {
                // It may end before its answer is out.
                Ok(_) | Err(SimulatorError::NotThere { .. }) => Ok(status.pid),
                Err(error) => Err(error),
            }
        };
        let pid = match told.await {
            Ok(pid) => pid,
            Err(SimulatorError::NotThere { .. }) => return Ok(()),
            Err(error) => return Err(error),
        };
        let gone = async {
            let mut pause = LOOK_FIRST;
            while is_alive(pid) {
                sleep(pause).await;
                pause = (pause * 2).min(LOOK_MAX);
            }
        };
        timeout(STOP_LIMIT, gone)
            .await
            .map_err(|_| SimulatorError::TooSlow {
                what: "did not end",
                limit: STOP_LIMIT,
            })
    }

    /// One command, one answer.
    async fn command(&self, command: &Value) -> Result<Value, SimulatorError> {
        let answered = timeout(ANSWER_LIMIT, self.exchange(command)).await;
        let line = answered.map_err(|_| SimulatorError::TooSlow {
            what: "did not answer",
            limit: ANSWER_LIMIT,
        })??;
        let answer: Value =
            serde_json::from_slice(&line).map_err(|error| SimulatorError::Malformed {
                reason: error.to_string(),
            })?;
        if answer["ok"] == true {
            return Ok(answer);
        }
        let text = |value: &Value| value.as_str().unwrap_or("no reason given").to_owned();
        Err(SimulatorError::Refused {
            command: text(&command["cmd"]),
            reason: text(&answer["error"]),
        })
    }

    async fn exchange(&self, command: &Value) -> Result<Vec<u8>, SimulatorError> {
        // One that hangs up without a word is about to be gone.
        let broken = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe => SimulatorError::NotThere {
                socket: self.control.clone(),
            },
            _ => SimulatorError::Malformed {
                reason: error.to_string(),
            },
        };
        let mut stream = UnixStream::connect(&self.control).await.map_err(broken)?;
        stream
            .write_all(format!("{command}\n").as_bytes())
            .await
            .map_err(broken)?;
        let mut line = Vec::new();
        let mut answer = BufReader::new(stream).take(ANSWER_BYTES_MAX);
        match answer.read_until(b'\n', &mut line).await.map_err(broken)? {
            0 => Err(broken(io::ErrorKind::ConnectionReset.into())),
            length if line.last() != Some(&b'\n') => {
                let reason = format!("it ends after {length} bytes");
                Err(SimulatorError::Malformed { reason })
            }
            _ => Ok(line),
        }
    }
}

/// Whether a process runs. One that has ended and waits for its parent to notice does not: nobody
/// may ever notice in a container.
fn is_alive(pid: u32) -> bool {
    let Some(id) = i32::try_from(pid).ok().and_then(Pid::from_raw) else {
        return false;
    };
    let there = test_kill_process(id) != Err(rustix::io::Errno::SRCH);
    // `PID (NAME) STATE …`; the name may hold anything.
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit(") ").next().unwrap_or_default();
    there && !state.starts_with(['Z', 'X'])
}

/// The log to append to, and where this start's part of it begins.
fn open_log(path: &Path) -> io::Result<(File, u64)> {
    let log = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)?;
    let mut length = log.metadata()?.len();
    if length > LOG_BYTES_MAX {
        log.set_len(0)?;
        length = 0;
    }
    Ok((log, length))
}

/// The last line with anything on it that was written since `from`.
fn last_line(log: &Path, from: u64) -> String {
    let mut text = Vec::new();
    let read = File::open(log).and_then(|mut file| {
        file.seek(SeekFrom::Start(from))?;
        file.take(LOG_BYTES_MAX).read_to_end(&mut text)
    });
    let text = String::from_utf8_lossy(&text);
    let said = text.lines().rev().find(|line| !line.trim().is_empty());
    match (read, said) {
        (Ok(_), Some(line)) => line.trim().chars().take(500).collect(),
        _ => "it ended without a word".to_owned(),
    }
}
