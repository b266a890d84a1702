use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::sync::mpsc::RecvTimeoutError;

use rustix::process::{Pid, Signal, kill_process_group};

use super::*;

/// Set for the fake phones: the arguments they were started with.
const FAKE: &str = "SIGNALBOX_TEST_FAKE_PHONES";
/// Set for a second engine: the data directory.
const ENGINE: &str = "SIGNALBOX_TEST_ENGINE";

/// Not a test of its own: the process that [`program`] starts. It keeps to the lines of the control
/// socket, notes the accounts it is given in its world file, and ends on `stop`, or after a minute
/// when its test was killed.
#[test]
fn fake_phones() {
    let Ok(arguments) = std::env::var(FAKE) else {
        return;
    };
    let arguments: Vec<_> = arguments.split('\n').collect();
    let option = |name| {
        let at = arguments.iter().position(|argument| *argument == name)?;
        arguments.get(at + 1).copied()
    };
    if let Some(scenario) = option("--scenario") {
        eprintln!("{}\n", std::fs::read_to_string(scenario).unwrap());
        std::process::exit(2);
    }
    let (_alive, ended) = std::sync::mpsc::channel::<()>();
    let (_on, over) = std::sync::mpsc::channel::<()>();
    std::thread::spawn(move || {
        if over.recv_timeout(Duration::from_secs(60)) == Err(RecvTimeoutError::Timeout) {
            std::process::exit(1);
        }
    });
    let control = format!("{}.control", option("--socket").unwrap());
    let _ = std::fs::remove_file(&control);
    let listener = UnixListener::bind(&control).unwrap();
    loop {
        let (mut stream, _) = listener.accept().unwrap();
        let mut line = String::new();
        BufReader::new(&stream).read_line(&mut line).unwrap();
        // A look that only sees whether the socket answers.
        let Ok(command) = serde_json::from_str::<Value>(&line) else {
            continue;
        };
        let answer = match command["cmd"].as_str().unwrap() {
            "status" => json!({
                "ok": true,
                "pid": std::process::id(),
                "phones": vec!["x"; arguments[1].parse().unwrap()],
                "fingerprint": option("--fingerprint"),
            }),
            "accounts" => {
                let world = OpenOptions::new()
                    .append(true)
                    .create(true)
                    .open(option("--world").unwrap());
                writeln!(world.unwrap(), "{}", command["accounts"]).unwrap();
                json!({"ok": true})
            }
            "stop" => {
                // As the real ones: the socket closes first, and its file goes a while later.
                writeln!(stream, "{}", json!({"ok": true})).unwrap();
                drop(listener);
                let _ = ended.recv_timeout(Duration::from_millis(100));
                std::fs::remove_file(&control).unwrap();
                return;
            }
            other => json!({"ok": false, "error": format!("unknown command {other}")}),
        };
        let _ = writeln!(stream, "{answer}");
    }
}

/// A program that takes the command line of `signalbox simulate` and becomes [`fake_phones`].
fn program(dir: &Path) -> PathBuf {
    let path = dir.join("signalbox");
    let test = std::env::current_exe().unwrap();
    let script = format!(
        "#!/bin/sh\nIFS='\n'\nexport {FAKE}=\"$*\"\nexec '{}' --exact simulator::tests::fake_phones --nocapture\n",
        test.display()
    );
    if !path.exists() {
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    path
}

fn launch(dir: &Path) -> Launch {
    Launch {
        program: program(dir),
        count: 3,
        dir: DataDir::open(&dir.join("d")).unwrap(),
        scenario: None,
        witness: None,
        latency_ms: None,
    }
}

fn sign_in(handle: &str, udid: Option<&str>) -> SignIn {
    SignIn {
        handle: handle.into(),
        device_udid: udid.map(Udid::new),
    }
}

/// Stops whatever fake phones a test leaves, also when it fails.
struct Stopped(Launch);

impl Drop for Stopped {
    fn drop(&mut self) {
        let control = Simulator::at(self.0.dir.phones_socket()).control;
        if let Ok(mut stream) = std::os::unix::net::UnixStream::connect(control) {
            let _ = writeln!(stream, "{}", json!({"cmd": "stop"}));
            let _ = BufReader::new(stream).read_line(&mut String::new());
        }
    }
}

#[tokio::test]
async fn phones_are_started_once_and_found_again() {
    let temporary = tempfile::tempdir().unwrap();
    let stopped = Stopped(launch(temporary.path()));
    let launch = &stopped.0;
    let phones = Simulator::at(launch.dir.phones_socket());
    assert_eq!(
        phones.status().await.unwrap_err().code(),
        "simulator_not_there"
    );

    let accounts = [sign_in("one", None), sign_in("two", Some("U2"))];
    let started = launch.run(&accounts).await.unwrap();
    let first = started.status().await.unwrap();
    assert_eq!(first.phones(), 3);
    let again = launch.run(&[sign_in("three", None)]).await.unwrap();
    assert_eq!(
        again.status().await.unwrap().pid,
        first.pid,
        "the running child is used"
    );
    let world = std::fs::read_to_string(launch.dir.world()).unwrap();
    assert_eq!(
        world,
        "[{\"device_udid\":null,\"handle\":\"one\"},{\"device_udid\":\"U2\",\"handle\":\"two\"}]\n\
         [{\"device_udid\":null,\"handle\":\"three\"}]\n"
    );

    let other = Launch {
        latency_ms: Some(0),
        ..launch.clone()
    };
    let replaced = other.run(&[]).await.unwrap();
    assert_ne!(
        replaced.status().await.unwrap().pid,
        first.pid,
        "started in another way"
    );

    assert!(
        !is_alive(first.pid),
        "the old ones are gone before the new ones come"
    );

    let refused = replaced.reset(&[]).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "The simulated phones refused `reset`: unknown command reset"
    );
    replaced.stop().await.unwrap();
    assert_eq!(
        replaced.status().await.unwrap_err().code(),
        "simulator_not_there"
    );
    replaced.stop().await.unwrap();
}

#[test]
fn what_changes_the_fingerprint() {
    let temporary = tempfile::tempdir().unwrap();
    let plain = launch(temporary.path());
    let scenario = temporary.path().join("s.toml");
    std::fs::write(&scenario, "a").unwrap();
    let with = Launch {
        scenario: Some(scenario.clone()),
        ..plain.clone()
    };
    let before = with.fingerprint();
    assert_eq!(plain.fingerprint(), launch(temporary.path()).fingerprint());
    std::fs::write(&scenario, "b").unwrap();
    let mut all = vec![
        plain.fingerprint(),
        before,
        with.fingerprint(),
        Launch {
            count: 4,
            ..plain.clone()
        }
        .fingerprint(),
        Launch {
            witness: Some("/w".into()),
            ..plain.clone()
        }
        .fingerprint(),
        Launch {
            latency_ms: Some(20),
            ..plain.clone()
        }
        .fingerprint(),
    ];
    std::fs::remove_file(&plain.program).unwrap();
    program(temporary.path());
    std::fs::write(&plain.program, "another program").unwrap();
    all.push(plain.fingerprint());
    let distinct: std::collections::HashSet<_> = all.iter().collect();
    assert_eq!(distinct.len(), all.len(), "{all:?}");
}

#[tokio::test]
async fn phones_that_do_not_start_say_why() {
    let temporary = tempfile::tempdir().unwrap();
    let launch = launch(temporary.path());
    let scenario = temporary.path().join("s.toml");
    let with = Launch {
        scenario: Some(scenario.clone()),
        ..launch.clone()
    };
    let log = launch.dir.phones_log();
    for said in [
        "The scenario is bad: line 1.",
        "The scenario is bad: line 2.",
    ] {
        std::fs::write(&scenario, said).unwrap();
        assert_eq!(
            with.run(&[]).await.unwrap_err().to_string(),
            format!(
                "The simulated phones did not start: {said} (log: {})",
                log.display()
            )
        );
    }
    let length = std::fs::metadata(&log).unwrap().len();
    assert_eq!(
        last_line(&log, length),
        "it ended without a word",
        "not what an earlier one said"
    );
    assert_eq!(std::fs::metadata(&log).unwrap().mode() & 0o777, 0o600);
    let none = Launch {
        program: "/nowhere/signalbox".into(),
        ..launch
    };
    assert_eq!(none.run(&[]).await.unwrap_err().code(), "simulator_start");
}

/// Not a test of its own: an engine that starts phones and waits to be killed.
#[tokio::test]
async fn second_engine() {
    let Some(dir) = std::env::var_os(ENGINE) else {
        return;
    };
    let phones = launch(Path::new(&dir)).run(&[]).await.unwrap();
    println!("\npid {}", phones.status().await.unwrap().pid);
    let _ = io::stdin().read(&mut [0]);
}

#[tokio::test]
async fn phones_outlive_the_engine_and_its_terminal() {
    let temporary = tempfile::tempdir().unwrap();
    let stopped = Stopped(launch(temporary.path()));
    let mut engine = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "simulator::tests::second_engine", "--nocapture"])
        .env(ENGINE, temporary.path())
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(engine.stdout.take().unwrap()).lines();
    let pid = said
        .map_while(Result::ok)
        .find_map(|line| Some(line.split_once("pid ")?.1.to_owned()));
    let pid: u32 = pid.unwrap().parse().unwrap();
    let group = Pid::from_raw(i32::try_from(engine.id()).unwrap()).unwrap();
    kill_process_group(group, Signal::KILL).unwrap();
    engine.wait().unwrap();

    let found = stopped.0.run(&[]).await.unwrap();
    assert_eq!(found.status().await.unwrap().pid, pid);
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_that_ended_unnoticed_is_not_alive() {
    use rustix::process::{WaitId, WaitIdOptions, waitid};
    let mut child = Command::new("true").spawn().unwrap();
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    waitid(
        WaitId::Pid(pid),
        WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
    )
    .unwrap();
    assert!(!is_alive(child.id()));
    child.wait().unwrap();
    assert!(!is_alive(child.id()));
    assert!(is_alive(std::process::id()));
}

/// A control socket that answers every command with the same bytes.
fn answering(dir: &Path, bytes: &'static [u8]) -> Simulator {
    let phones = Simulator::at(dir.join("s"));
    let _ = std::fs::remove_file(&phones.control);
    let listener = UnixListener::bind(&phones.control).unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        BufReader::new(&stream)
            .read_line(&mut String::new())
            .unwrap();
        let _ = stream.write_all(bytes);
    });
    phones
}

#[tokio::test]
async fn answers_that_cannot_be_read() {
    let temporary = tempfile::tempdir().unwrap();
    let endless = " ".repeat(2 << 20) + "{\"ok\":true,\"pid\":1,\"phones\":[]}\n";
    for (bytes, expected) in [
        (b"".as_slice(), "simulator_not_there"),
        (b"{\"ok\":true", "simulator_malformed"),
        (b"hello\n", "simulator_malformed"),
        (b"[]\n", "simulator_refused"),
        (b"{\"ok\":true}\n", "simulator_malformed"),
        (
            b"{\"ok\":true,\"pid\":-1,\"phones\":[]}\n",
            "simulator_malformed",
        ),
        (b"{\"ok\":false,\"error\":7}\n", "simulator_refused"),
        (endless.leak().as_bytes(), "simulator_malformed"),
    ] {
        let phones = answering(temporary.path(), bytes);
        assert_eq!(
            phones.status().await.unwrap_err().code(),
            expected,
            "{}",
            bytes.len()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_has_an_end() {
    let temporary = tempfile::tempdir().unwrap();
    let phones = Simulator::at(temporary.path().join("s"));
    // Takes connections and never answers.
    let _listener = UnixListener::bind(&phones.control).unwrap();
    assert_eq!(phones.status().await.unwrap_err().code(), "simulator_slow");
}
