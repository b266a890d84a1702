//! The world's own tools take the simulated phones for real ones: those that Debian ships, each a
//! program that knows nothing of this product.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]
// macOS has these tools from other sources only, and its own usbmuxd beside them.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use signalbox_tests::clock::wait_for;
use signalbox_tests::place::{Place, ask};
use signalbox_tests::program::{Ended, PATIENCE, Running};

/// Phones in a place, and the ways to reach them.
struct Phones {
    // Ends before its place does.
    running: Running,
    socket: PathBuf,
    port: u16,
    place: Place,
}

/// A port that nobody uses just now.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("a port").port()
}

impl Phones {
    fn start(scenario: &str) -> Self {
        let place = Place::new();
        let scenario = place.write("scenario.toml", scenario);
        let (socket, port) = (place.path("phones"), free_port());
        let mut command = place.command(["simulate", "3", "--socket"]);
        command.arg(&socket);
        command.arg("--tcp").arg(port.to_string());
        command.arg("--scenario").arg(scenario);
        let mut running = place.start(command);
        let control = place.path("phones.control");
        wait_for("the phones", PATIENCE, || {
            if let Some(ended) = running.ended() {
                panic!("{}", ended.told());
            }
            ask(&control, &json!({"cmd": "status"}))
        });
        Self {
            running,
            socket,
            port,
            place,
        }
    }

    fn unix(&self) -> String {
        format!("UNIX:{}", self.socket.display())
    }

    fn tcp(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// A tool with the phones at this address.
    fn tool(&self, address: &str, program: &str, arguments: &[&str]) -> Command {
        let found = std::env::var_os("PATH").is_some_and(|path| {
            let mut folders = std::env::split_paths(&path);
            folders.any(|folder| folder.join(program).is_file())
        });
        assert!(
            found,
            "{program} is not installed: run scripts/setup-linux.sh test"
        );
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env("HOME", self.place.path(""))
            .env("USBMUXD_SOCKET_ADDRESS", address);
        command
    }

    fn run(&self, address: &str, program: &str, arguments: &[&str]) -> Ended {
        self.place
            .start(self.tool(address, program, arguments))
            .wait()
    }

    /// What a tool prints when it goes well.
    fn told(&self, program: &str, arguments: &[&str]) -> String {
        let ended = self.run(&self.unix(), program, arguments);
        ended.expect_code(0).stdout
    }
}

fn udid(number: u16) -> String {
    format!("00008030-51{number:014}")
}

/// Lines of the form `key: value`.
fn facts(text: &str) -> BTreeMap<&str, &str> {
    let lines = text.lines();
    lines.filter_map(|line| line.split_once(": ")).collect()
}

#[test]
fn idevice_id_lists_the_phones_at_both_addresses() {
    let phones = Phones::start("[[phone]]\nphone = 2\nwifi = true\n");
    let cabled = [1, 2, 3]
        .map(|number| format!("{}\n", udid(number)))
        .concat();
    for address in [phones.unix(), phones.tcp()] {
        let ended = phones.run(&address, "idevice_id", &["-l"]);
        assert_eq!(ended.expect_code(0).stdout, cabled, "{address}");
    }
    let wireless = format!("{}\n", udid(2));
    assert_eq!(phones.told("idevice_id", &["-n"]), wireless);
}

#[test]
fn ideviceinfo_reads_a_phone_with_and_without_a_session() {
    let phones = Phones::start("[[phone]]\nphone = 2\nname = \"Rack 2\"\nbattery = 0.4\n");
    let second = udid(2);
    let simple = phones.told("ideviceinfo", &["-s", "-u", &second]);
    let simple = facts(&simple);
    assert_eq!(simple["DeviceName"], "Rack 2");
    assert_eq!(simple["ProductVersion"], "18.3.2");
    assert_eq!(simple["UniqueDeviceID"], second);
    assert!(!simple.contains_key("SerialNumber"), "that takes a session");

    let session = phones.told("ideviceinfo", &["-u", &second]);
    let session = facts(&session);
    for (key, value) in &simple {
        assert_eq!(session.get(key), Some(value), "{key}");
    }
    assert_eq!(session["SerialNumber"], "SIM000000002");
    assert_eq!(session["ActivationState"], "Activated");

    let battery = ["-u", &second, "-q", "com.apple.mobile.battery"];
    let battery = phones.told("ideviceinfo", &battery);
    let battery = facts(&battery);
    assert_eq!(battery["BatteryCurrentCapacity"], "40");
    assert_eq!(battery["BatteryIsCharging"], "true");
    assert_eq!(battery.len(), 7);

    let inside = ["-u", &second, "ioregentry", "AppleSmartBattery"];
    let inside = phones.told("idevicediagnostics", &inside);
    assert!(inside.contains("<key>Temperature</key>"), "{inside}");
}

#[test]
fn idevicepair_pairs_validates_and_unpairs() {
    let scenario = "[[phone]]\nphone = 1\ntrust = \"pending\"\n\
        [[phone]]\nphone = 2\ntrust = \"denied\"\n[[phone]]\nphone = 3\nlocked = true\n\
        passcode = true\ntrust = \"unpaired\"\n";
    let phones = Phones::start(scenario);
    let pair = |number: u16, what: &str| {
        let ended = phones.run(&phones.unix(), "idevicepair", &["-u", &udid(number), what]);
        format!("{}{}", ended.stdout, ended.stderr)
    };
    for (number, part) in [
        (1, "accept the trust dialog"),
        (2, "user denied the trust dialog"),
        (3, "passcode is set"),
    ] {
        let told = pair(number, "pair");
        assert!(told.contains(part), "{number}: {told}");
    }
    let tap = json!({"cmd": "trust", "phone": 1, "trust": "unpaired"});
    ask(&phones.place.path("phones.control"), &tap).expect("an answer");
    for (what, part) in [
        ("pair", "SUCCESS: Paired"),
        ("validate", "SUCCESS: Validated"),
        ("unpair", "SUCCESS: Unpaired"),
    ] {
        let told = pair(1, what);
        assert!(told.contains(part), "{what}: {told}");
    }
}

#[test]
fn iproxy_brings_curl_to_webdriveragent() {
    let phones = Phones::start("");
    let local = free_port();
    let forward = [format!("{local}:8100"), "-u".to_owned(), udid(3)];
    let forward = forward.each_ref().map(String::as_str);
    let proxy = phones.tool(&phones.unix(), "iproxy", &forward);
    let _proxy = phones.place.start(proxy);
    let url = format!("http://127.0.0.1:{local}/status");
    // iproxy does not say when it listens; curl waits for it.
    let arguments = [
        "--silent",
        "--show-error",
        "--retry",
        "100",
        "--retry-connrefused",
        "--retry-delay",
        "1",
        &url,
    ];
    let status: Value = serde_json::from_str(&phones.told("curl", &arguments)).unwrap();
    assert_eq!(status["value"]["ready"], true);
    assert_eq!(status["value"]["os"]["version"], "18.3.2");

    phones.running.interrupt();
    let Phones { running, .. } = phones;
    running.wait().expect_code(0);
}
