//! What phones tell of themselves, and what of it keeps them from work, as an operator meets it:
//! in `doctor`, in the list of devices, and in why a task is not running.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use serde_json::{Value, json};
use signalbox_tests::clock::wait_for;
use signalbox_tests::list::{List, udid};
use signalbox_tests::place::{Job, Place, ask};
use signalbox_tests::program::{PATIENCE, Running};
use signalbox_tests::serving::Serving;
use signalbox_tests::witness::Witness;

/// Simulated phones of nobody's, in a place.
struct Phones {
    // Ends before its place does.
    _running: Running,
    socket: PathBuf,
    place: Place,
}

impl Phones {
    fn start(count: u16, scenario: &str) -> Self {
        let place = Place::new();
        let scenario = place.write("scenario.toml", scenario);
        let (socket, control) = (place.path("phones"), place.path("phones.control"));
        let mut command = place.command(["simulate", &count.to_string(), "--socket"]);
        command.arg(&socket).arg("--scenario").arg(scenario);
        command.arg("--witness").arg(place.path("witness.jsonl"));
        let mut running = place.start(command);
        wait_for("the phones", PATIENCE, || {
            if let Some(ended) = running.ended() {
                panic!("{}", ended.told());
            }
            ask(&control, &json!({"cmd": "status"}))
        });
        Self {
            _running: running,
            socket,
            place,
        }
    }

    /// What `doctor` tells of each phone.
    fn doctor(&self, code: i32) -> Vec<Value> {
        let mut command = self.place.command(["doctor", "--json", "--simulated-at"]);
        command.arg(&self.socket);
        command.arg("--data-dir").arg(self.place.path("data"));
        let ended = self.place.start(command).wait().expect_code(code);
        let told: Value = serde_json::from_str(&ended.stdout).expect("JSON");
        told["phones"].as_array().unwrap().clone()
    }
}

/// The codes of the rungs that do not hold, lowest first.
fn failing(phone: &Value) -> Vec<&str> {
    let rungs = phone["rungs"].as_array().unwrap().iter();
    let failed = rungs.filter(|rung| rung["state"] == "failed");
    let codes = failed.map(|rung| {
        for what in ["cause", "fix"] {
            let sentence = rung[what].as_str().unwrap();
            assert!(sentence.ends_with('.'), "{rung}");
        }
        rung["code"].as_str().unwrap()
    });
    codes.collect()
}

const ILL: &str = r#"
[[phone]]
phone = 2
battery = 0.1
app_version = "B"
[[phone]]
phone = 3
trust = "unpaired"
[[phone]]
phone = 4
trust = "forgotten"
[[phone]]
phone = 5
passcode = true
locked = true
[[phone]]
phone = 6
developer_mode = false
[[phone]]
phone = 7
thermal = 2
disk_free = 499999999
[[phone]]
phone = 8
app_installed = false
ios = "15.8.3"
name = "Rack 8"
"#;

#[test]
fn doctor_names_what_keeps_a_phone_from_work() {
    let phones = Phones::start(8, ILL);
    let told = phones.doctor(6);
    let expected: [&[&str]; 8] = [
        &[],
        &["E-DEV-BATTERY"],
        &["E-DEV-TRUST"],
        &["E-DEV-TRUST"],
        &["E-DEV-LOCKED"],
        &["E-DEV-DEVMODE", "E-DEV-REFUSED"],
        &["E-DEV-HOT", "E-DEV-STORAGE"],
        &["E-DEV-NO-APP"],
    ];
    let found: Vec<_> = told.iter().map(failing).collect();
    assert_eq!(found, expected);

    let app = "com.burbn.instagram";
    let fact = |number: usize, pointer: &str| told[number - 1]["facts"].pointer(pointer);
    for (number, pointer, expected) in [
        (1, "/name", json!("Simulated iPhone 1")),
        (8, "/name", json!("Rack 8")),
        (8, "/ios_version", json!("15.8.3")),
        (1, "/trusted", json!(true)),
        (3, "/trusted", json!(false)),
        (5, "/trusted", Value::Null),
        (
            1,
            "/condition/battery",
            json!({"percent": 87, "charging": true}),
        ),
        (2, "/condition/battery/percent", json!(10)),
        (3, "/condition/battery", Value::Null),
        (1, "/condition/disk/free", json!(61_203_283_968_u64)),
        (7, "/condition/disk/free", json!(499_999_999)),
        (1, "/condition/thermal", json!("nominal")),
        (6, "/condition/thermal", Value::Null),
        (7, "/condition/thermal", json!("serious")),
        (
            1,
            &format!("/condition/apps/{app}/version"),
            json!("361.1.0"),
        ),
        (
            2,
            &format!("/condition/apps/{app}/version"),
            json!("402.0.0"),
        ),
        (8, "/condition/developer_mode", json!(true)),
    ] {
        assert_eq!(fact(number, pointer), Some(&expected), "{number} {pointer}");
    }
    let of_8 = fact(8, "/condition/apps").unwrap().as_object().unwrap();
    assert_eq!(of_8.len(), 1, "only the runner: {of_8:?}");
}

#[test]
fn doctor_has_nothing_to_say_against_phones_as_they_come() {
    let phones = Phones::start(2, "");
    for phone in phones.doctor(0) {
        assert_eq!(failing(&phone), [""; 0]);
        let rungs = phone["rungs"].as_array().unwrap().iter();
        let unknown = rungs.filter(|rung| rung["state"] != "ok");
        let unknown: Vec<_> = unknown.map(|rung| &rung["name"]).collect();
        assert_eq!(unknown, ["session"], "it would disturb");
    }
}

/// For each phone, the code of what is the matter, a word of its sentence, and what mends it.
fn matters() -> [(&'static str, &'static str, Value); 5] {
    [
        (
            "E-DEV-BATTERY",
            "4 %",
            json!({"cmd": "condition", "battery": 0.9}),
        ),
        (
            "E-DEV-HOT",
            "hot",
            json!({"cmd": "condition", "thermal": 1}),
        ),
        (
            "E-DEV-STORAGE",
            "storage",
            json!({"cmd": "condition", "disk_free": 4_000_000_000_u64}),
        ),
        (
            "E-DEV-TRUST",
            "tap Trust",
            json!({"cmd": "trust", "trust": "paired"}),
        ),
        (
            "E-DEV-LOCKED",
            "passcode",
            json!({"cmd": "condition", "locked": false}),
        ),
    ]
}

const UNFIT: &str = r#"
[[phone]]
phone = 1
battery = 0.04
[[phone]]
phone = 2
thermal = 3
[[phone]]
phone = 3
disk_free = 1000
[[phone]]
phone = 4
trust = "forgotten"
[[phone]]
phone = 5
passcode = true
locked = true
"#;

#[test]
fn a_phone_that_is_not_fit_takes_no_task_until_it_is() {
    let place = Place::new();
    let mut list = List::default();
    for number in 1..=5 {
        let account = format!("a{number}");
        list = list.account(&account, Some(number));
        list = list.tasks(&account, 1, "search_user;view_profile");
    }
    let mut import = vec!["import".into(), "--simulated".into()];
    import.extend(Job::of(&place, &list).into_iter().skip(1));
    place.run(import).expect_code(0);
    let (scenario, witness) = (
        place.write("unfit.toml", UNFIT),
        place.path("witness.jsonl"),
    );
    let paths = [scenario.to_str().unwrap(), witness.to_str().unwrap()];
    let [scenario, witness] = paths;
    let more = [
        "--simulate",
        "5",
        "--scenario",
        scenario,
        "--witness",
        witness,
    ];
    let serving = Serving::start(&place, &more);
    let device = |number: u16| {
        let told = serving.get("/api/devices/status").body;
        let devices = told["devices"].as_array().unwrap().clone();
        devices.into_iter().find(|it| it["udid"] == udid(number))
    };
    let mut tasks = Vec::new();
    for (number, (code, word, _)) in (1..).zip(matters()) {
        let ill = wait_for(code, PATIENCE, || {
            device(number).filter(|device| device["error_code"] == code)
        });
        assert_eq!(ill["status"], "error", "{ill}");
        let path = format!("/api/accounts/execution-states/a{number}");
        let state = serving.get(&path).body;
        let task = state["account_state"]["waiting_task_ids"][0].clone();
        let path = format!("/api/tasks/{}/status", task.as_str().expect("it waits"));
        let why = serving.get(&path).body["waiting_on"].clone();
        assert_eq!(why["code"], "device_not_ready", "{why}");
        let sentence = why["sentence"].as_str().unwrap();
        assert!(sentence.contains(word), "{sentence}");
        tasks.push(path);
    }
    assert_eq!(device(1).unwrap()["battery"], 4);
    assert_eq!(device(3).unwrap()["disk_free"], 1000);
    assert_eq!(device(4).unwrap()["battery"], Value::Null);
    let touched = |witness: &Witness| witness.requests.iter().any(|it| it.touches_app());
    assert!(!touched(&Witness::read(&place.path("witness.jsonl"))));

    for (number, (code, _, mut mend)) in (1..).zip(matters()) {
        mend["phone"] = json!(number);
        let done = ask(&place.phones("data"), &mend).expect("the phones answer");
        assert_eq!(done["ok"], true, "{code}: {done}");
    }
    for (number, task) in (1..).zip(&tasks) {
        wait_for(task, PATIENCE, || {
            let status = serving.get(task).body;
            (status["status"] == "completed").then_some(())
        });
        let well = device(number).unwrap();
        assert_eq!(well["error_code"], Value::Null, "{well}");
        assert_eq!(well["app_version"], "361.1.0");
    }
}

#[test]
fn locators_go_by_the_release_that_is_on_the_phone() {
    let (here, elsewhere) = ("explore-tab", "profile-tab");
    for (release, before, since) in [("A", here, elsewhere), ("B", elsewhere, here)] {
        let scenario = format!("app_version = \"{release}\"\n");
        let phones = Phones::start(1, &scenario);
        // The keys of a new pairing take a while; a phone that is known already does not wait.
        phones.doctor(0);
        let place = &phones.place;
        let data = place.path("data");
        fs::create_dir_all(&data).unwrap();
        fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
        // Both are visible: where the release is not known, the first one is tapped.
        let screens = format!(
            "format = 1\n[locators]\n\"tab.explore\" = [\n  {{ id = \"{before}\", before = \"400\" \
             }},\n  {{ id = \"{since}\", since = \"400\" }},\n]\n"
        );
        place.write("data/screens.toml", screens);
        let list = List::default().account("anna", None);
        let list = list.tasks("anna", 1, "search_user;view_profile");
        let job = Job::of(place, &list).with("--simulated-at", &phones.socket);
        place.run(job).expect_code(0);
        // A wrong tab leads nowhere, and the profile is opened by its link instead.
        let witness = Witness::read(&place.path("witness.jsonl"));
        let mut effects = witness
            .requests
            .iter()
            .filter_map(|it| it.effect.as_deref());
        assert!(effects.any(|effect| effect == "search"), "{release}");
    }
}
