//! What lockdownd starts: installation_proxy and diagnostics_relay.

use plist::{Dictionary, Value as Plist};

use crate::client::Sim;
use crate::talk::{Talk, VERSIONS};

const APPS: &str = "com.apple.mobile.installation_proxy";
const DIAGNOSTICS: &str = "com.apple.mobile.diagnostics_relay";
const RUNNER: &str = "dev.signalbox.WebDriverAgentRunner.xctrunner";

fn options<const N: usize>(command: &str, pairs: [(&str, Plist); N]) -> [(&'static str, Plist); 2] {
    let pairs = pairs.map(|(key, value)| (key.to_owned(), value));
    [
        ("Command", command.into()),
        (
            "ClientOptions",
            Plist::Dictionary(pairs.into_iter().collect()),
        ),
    ]
}

fn texts<const N: usize>(texts: [&str; N]) -> Plist {
    Plist::Array(texts.map(Plist::from).to_vec())
}

/// The bundle ids of a Browse, whose answers have to add up.
async fn browse(sim: &Sim, kind: &str) -> Vec<Dictionary> {
    let mut proxy = sim.service(1, APPS).await;
    proxy
        .send(&options("Browse", [("ApplicationType", kind.into())]))
        .await;
    let mut apps = Vec::new();
    loop {
        let answer = proxy.receive().await.unwrap();
        if answer["Status"].as_string() == Some("Complete") {
            return apps;
        }
        assert_eq!(answer["Status"].as_string(), Some("BrowsingApplications"));
        let number = |key: &str| answer[key].as_unsigned_integer().unwrap();
        let list = answer["CurrentList"].as_array().unwrap();
        assert_eq!(number("CurrentIndex"), apps.len() as u64);
        assert_eq!(number("CurrentAmount"), list.len() as u64);
        apps.extend(list.iter().filter_map(Plist::as_dictionary).cloned());
        assert!(apps.len() as u64 <= number("Total"));
    }
}

fn ids(apps: &[Dictionary]) -> Vec<&str> {
    let id = |app| Dictionary::get(app, "CFBundleIdentifier")?.as_string();
    apps.iter().filter_map(id).collect()
}

#[tokio::test]
async fn apps_are_listed_by_kind_in_several_answers() {
    let sim = Sim::start(1, |_| {}).await;
    let user = browse(&sim, "User").await;
    assert_eq!(ids(&user), ["com.burbn.instagram", RUNNER]);
    let system = browse(&sim, "System").await;
    assert!(system.len() >= 5 && ids(&system).contains(&"com.apple.Preferences"));
    let any = browse(&sim, "Any").await;
    assert_eq!(any.len(), user.len() + system.len());
    for app in &any {
        for key in [
            "CFBundleIdentifier",
            "CFBundleName",
            "CFBundleDisplayName",
            "CFBundleShortVersionString",
            "CFBundleVersion",
            "CFBundleExecutable",
            "ApplicationType",
            "Path",
        ] {
            assert!(app[key].as_string().is_some_and(|it| !it.is_empty()));
        }
    }
    let runner = user[1]["CFBundleExecutable"].as_string().unwrap();
    assert!(runner.ends_with("-Runner"));
    assert!(user[0].contains_key("Container"));
}

#[tokio::test]
async fn the_app_has_the_release_that_the_scenario_says() {
    for (scenario, expected) in [
        ("", Some("361.1.0")),
        ("app_version = \"B\"\n", Some("402.0.0")),
        ("[[phone]]\nphone = 1\napp_installed = false\n", None),
    ] {
        let sim = Sim::scenario(1, scenario).await;
        let mut proxy = sim.service(1, APPS).await;
        let asked = [
            (
                "BundleIDs",
                texts(["com.burbn.instagram", "com.example.none"]),
            ),
            (
                "ReturnAttributes",
                texts(["CFBundleIdentifier", "CFBundleShortVersionString"]),
            ),
        ];
        let answer = proxy.ask(&options("Lookup", asked)).await;
        assert_eq!(answer["Status"].as_string(), Some("Complete"));
        let found = answer["LookupResult"].as_dictionary().unwrap();
        let app = found
            .get("com.burbn.instagram")
            .map(|app| app.as_dictionary().unwrap());
        assert_eq!(found.len(), usize::from(expected.is_some()));
        assert_eq!(app.map(Dictionary::len), expected.map(|_| 2));
        let version = app.and_then(|app| app["CFBundleShortVersionString"].as_string());
        assert_eq!(version, expected, "{scenario}");
    }
}

#[tokio::test]
async fn a_service_answers_more_than_once_and_says_what_it_does_not_know() {
    let sim = Sim::start(1, |_| {}).await;
    let mut proxy = sim.service(1, APPS).await;
    for (request, error) in [
        (vec![("Command", "Dance".into())], "UnknownCommand"),
        (vec![("Label", "nothing".into())], "MissingCommand"),
    ] {
        let answer = proxy.ask(&request).await;
        assert_eq!(answer["Error"].as_string(), Some(error));
    }
    let answer = proxy.ask(&[("Command", "Lookup".into())]).await;
    assert!(answer["LookupResult"].as_dictionary().unwrap().len() > 5);
}

#[tokio::test]
async fn the_battery_tells_its_inside() {
    let hot = "[[phone]]\nphone = 1\nbattery = 0.5\n[[fault]]\nkind = \"thermal\"\nat = \"0s\"\n";
    let sim = Sim::scenario(1, hot).await;
    let mut relay = sim.service(1, DIAGNOSTICS).await;
    let battery = |by: &'static str| {
        [
            ("Request", "IORegistry".into()),
            (by, "AppleSmartBattery".into()),
        ]
    };
    for by in ["EntryName", "EntryClass"] {
        let answer = relay.ask(&battery(by)).await;
        let inside = &answer["Diagnostics"].as_dictionary().unwrap()["IORegistry"];
        let inside = inside.as_dictionary().unwrap();
        assert_eq!(inside["CurrentCapacity"].as_unsigned_integer(), Some(50));
        assert_eq!(inside["IsCharging"].as_boolean(), Some(true));
    }
    crate::client::within("heat", async {
        loop {
            let answer = relay.ask(&battery("EntryName")).await;
            let inside = &answer["Diagnostics"].as_dictionary().unwrap()["IORegistry"];
            let heat = inside.as_dictionary().unwrap()["Temperature"].as_unsigned_integer();
            if heat.unwrap() > 4_300 {
                return;
            }
        }
    })
    .await;
    for (request, status) in [
        (vec![("Request", "GasGauge".into())], "Success"),
        (vec![("Request", "All".into())], "Success"),
        (vec![("Request", "Dance".into())], "UnknownRequest"),
        (
            vec![("Request", "IORegistry".into()), ("EntryName", "x".into())],
            "Failure",
        ),
        (vec![("Request", "Goodbye".into())], "Success"),
    ] {
        let answer = relay.ask(&request).await;
        assert_eq!(answer["Status"].as_string(), Some(status), "{request:?}");
    }
    assert!(relay.receive().await.is_none(), "Goodbye ends it");
}

#[tokio::test]
async fn a_port_is_for_one_client_and_for_the_computer_that_asked() {
    let sim = Sim::start(2, |_| {}).await;
    let mut session = sim.session(1).await;
    let port = session.service(APPS).await;
    assert_ne!(port, session.service(APPS).await);
    assert_eq!(sim.mux().await.join(2, port).await, 3, "another phone's");

    let mut mux = sim.mux().await;
    assert_eq!(mux.join(1, port).await, 0);
    assert_eq!(sim.mux().await.join(1, port).await, 3, "taken");
    let mut mixed = sim.record(1).await;
    let other = sim.record(2).await;
    mixed.insert("HostCertificate".into(), other["HostCertificate"].clone());
    let talk = Talk { stream: mux.stream };
    if let Ok(mut proxy) = talk.encrypt(&mixed, &VERSIONS).await {
        proxy.send(&[("Command", "Lookup".into())]).await;
        assert!(proxy.receive().await.is_none());
    }
}
