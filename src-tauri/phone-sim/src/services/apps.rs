//! installation_proxy: the apps on the phone.

use plist::{Dictionary, Value};

use crate::app::BUNDLE_ID;
use crate::lockdown::frame::dictionary;
use crate::people::hash;
use crate::phone::Phone;

/// The WebDriverAgent runner.
const RUNNER: &str = "dev.signalbox.WebDriverAgentRunner.xctrunner";
/// Its release.
const RUNNER_VERSION: &str = "16.7.3";
/// Apps told of in one answer.
const CHUNK: usize = 4;
/// Bundle id, name and executable of what came with the phone.
const SYSTEM: [(&str, &str, &str); 8] = [
    ("com.apple.Preferences", "Settings", "Preferences"),
    ("com.apple.camera", "Camera", "Camera"),
    ("com.apple.mobileslideshow", "Photos", "MobileSlideShow"),
    ("com.apple.mobiletimer", "Clock", "MobileTimer"),
    ("com.apple.Maps", "Maps", "Maps"),
    ("com.apple.mobilenotes", "Notes", "MobileNotes"),
    ("com.apple.mobilesafari", "Safari", "MobileSafari"),
    ("com.apple.AppStore", "App Store", "AppStore"),
];

/// The answers to one command, in order.
pub fn answers(request: &Dictionary, phone: &Phone) -> Vec<Dictionary> {
    let command = request.get("Command").and_then(Value::as_string);
    let options = request.get("ClientOptions").and_then(Value::as_dictionary);
    let options = options.cloned().unwrap_or_default();
    match command {
        Some("Browse") => browse(&options, phone),
        Some("Lookup") => vec![lookup(&options, phone)],
        Some(_) => vec![dictionary([("Error", Value::from("UnknownCommand"))])],
        None => vec![dictionary([("Error", Value::from("MissingCommand"))])],
    }
}

fn browse(options: &Dictionary, phone: &Phone) -> Vec<Dictionary> {
    let apps: Vec<Value> = chosen(options, phone).map(|(_, app)| app).collect();
    let total = apps.len();
    let mut answers = Vec::new();
    for (chunk, index) in apps.chunks(CHUNK).zip((0..).step_by(CHUNK)) {
        answers.push(dictionary([
            ("Status", Value::from("BrowsingApplications")),
            ("CurrentAmount", Value::from(chunk.len() as u64)),
            ("CurrentIndex", Value::from(index)),
            ("CurrentList", Value::Array(chunk.to_vec())),
            ("Total", Value::from(total as u64)),
        ]));
    }
    answers.push(dictionary([("Status", Value::from("Complete"))]));
    answers
}

fn lookup(options: &Dictionary, phone: &Phone) -> Dictionary {
    let asked = options.get("BundleIDs").and_then(Value::as_array);
    let meant = |id: &str| asked.is_none_or(|ids| ids.iter().any(|it| it.as_string() == Some(id)));
    let found = chosen(options, phone).filter(|(id, _)| meant(id));
    dictionary([
        ("LookupResult", Value::Dictionary(found.collect())),
        ("Status", Value::from("Complete")),
    ])
}

/// The apps of the kind that is asked for, with the keys that are asked for.
fn chosen(options: &Dictionary, phone: &Phone) -> impl Iterator<Item = (String, Value)> + use<> {
    let kind = options.get("ApplicationType").and_then(Value::as_string);
    let kind = kind.filter(|kind| *kind != "Any").map(str::to_owned);
    let keys = options.get("ReturnAttributes").and_then(Value::as_array);
    let keys: Option<Vec<String>> = keys.map(|keys| {
        let keys = keys.iter().filter_map(Value::as_string);
        keys.map(str::to_owned).collect()
    });
    let text = |app: &Dictionary, key: &str| {
        let text = app.get(key).and_then(Value::as_string);
        text.unwrap_or_default().to_owned()
    };
    all(phone).into_iter().filter_map(move |mut app| {
        let of_kind = text(&app, "ApplicationType");
        if kind.as_ref().is_some_and(|kind| *kind != of_kind) {
            return None;
        }
        let id = text(&app, "CFBundleIdentifier");
        if let Some(keys) = &keys {
            app.retain(|key, _| keys.iter().any(|asked| asked == key));
        }
        Some((id, Value::Dictionary(app)))
    })
}

fn all(phone: &Phone) -> Vec<Dictionary> {
    let mut apps = Vec::new();
    if phone.installed {
        let version = phone.version.number();
        let mut app = user(phone, BUNDLE_ID, "Instagram", "Instagram", version);
        app.insert("CFBundleVersion".into(), Value::from(build(version)));
        apps.push(app);
    }
    let runner = "WebDriverAgentRunner-Runner";
    let mut app = user(phone, RUNNER, runner, runner, RUNNER_VERSION);
    app.insert(
        "SignerIdentity".into(),
        Value::from("Apple Development: Signalbox (SIMULATED1)"),
    );
    app.insert("ProfileValidated".into(), Value::from(true));
    apps.push(app);
    apps.extend(SYSTEM.map(|(id, name, executable)| system(phone, id, name, executable)));
    apps
}

/// The build number that goes with a release: 361.1.0 is build 361010000.
fn build(version: &str) -> String {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0_u64));
    let mut part = || parts.next().unwrap_or(0);
    let (major, minor, patch) = (part(), part(), part());
    (major * 1_000_000 + minor * 10_000 + patch).to_string()
}

fn user(phone: &Phone, id: &str, name: &str, executable: &str, version: &str) -> Dictionary {
    let place = |what: &str| {
        let (a, b) = (hash(&format!("{what}{id}")), hash(&phone.udid));
        format!(
            "{:08X}-{:04X}-4{:03X}-8{:03X}-{:012X}",
            a >> 32,
            a >> 16 & 0xffff,
            a & 0xfff,
            b >> 48 & 0xfff,
            b & 0xffff_ffff_ffff
        )
    };
    let (bundle, data) = (place("bundle"), place("data"));
    let mut app = dictionary([
        ("ApplicationType", Value::from("User")),
        (
            "Container",
            Value::from(format!(
                "/private/var/mobile/Containers/Data/Application/{data}"
            )),
        ),
        (
            "Path",
            Value::from(format!(
                "/private/var/containers/Bundle/Application/{bundle}/{executable}.app"
            )),
        ),
    ]);
    app.extend(common(id, name, executable, version));
    app
}

fn system(phone: &Phone, id: &str, name: &str, executable: &str) -> Dictionary {
    let mut app = dictionary([
        ("ApplicationType", Value::from("System")),
        (
            "Path",
            Value::from(format!("/Applications/{executable}.app")),
        ),
    ]);
    app.extend(common(id, name, executable, &phone.ios));
    app
}

fn common(id: &str, name: &str, executable: &str, version: &str) -> Dictionary {
    dictionary([
        ("CFBundleDisplayName", Value::from(name)),
        ("CFBundleExecutable", Value::from(executable)),
        ("CFBundleIdentifier", Value::from(id)),
        ("CFBundleName", Value::from(name)),
        ("CFBundlePackageType", Value::from("APPL")),
        ("CFBundleShortVersionString", Value::from(version)),
        ("CFBundleVersion", Value::from(version)),
        ("MinimumOSVersion", Value::from("15.0")),
    ])
}
