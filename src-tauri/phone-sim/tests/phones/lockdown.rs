//! lockdownd: facts, settings, sessions.

use std::io::Write as _;

use plist::Value as Plist;
use serde_json::json;
use signalbox_phone_sim::udid;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::client::{Sim, within};
use crate::talk::{Talk, VERSIONS, framed, framed_binary};

const BATTERY: &str = "com.apple.mobile.battery";
const RACK: &str = "[[phone]]\nphone = 2\nname = \"Rack 2\"\nbattery = 0.4\n";

#[tokio::test]
async fn strangers_are_told_little_and_trusted_computers_all() {
    let sim = Sim::scenario(2, RACK).await;
    let mut clear = sim.lockdown(2).await;
    let asked = [("Request", "QueryType".into())];
    let answer = clear.ask(&asked).await;
    let kind = answer["Type"].as_string();
    assert_eq!(kind, Some("com.apple.mobile.lockdown"));
    let mut session = sim.session(2).await;

    let prohibited = Err("GetProhibited".to_owned());
    let missing = Err("MissingValue".to_owned());
    let text = |text: &str| Ok(Plist::from(text));
    for (domain, key, stranger, trusted) in [
        ("", "DeviceName", text("Rack 2"), text("Rack 2")),
        ("", "UniqueDeviceID", text(&udid(2)), text(&udid(2))),
        ("", "ProductVersion", text("18.3.2"), text("18.3.2")),
        ("", "DeviceClass", text("iPhone"), text("iPhone")),
        ("", "SerialNumber", prohibited.clone(), text("SIM000000002")),
        ("", "ActivationState", prohibited.clone(), text("Activated")),
        ("", "NoSuchThing", missing.clone(), missing.clone()),
        (
            BATTERY,
            "BatteryCurrentCapacity",
            prohibited.clone(),
            Ok(40_u64.into()),
        ),
        (
            BATTERY,
            "BatteryIsCharging",
            prohibited.clone(),
            Ok(true.into()),
        ),
        (
            "com.apple.disk_usage",
            "TotalDiskCapacity",
            prohibited,
            Ok(127_989_493_760_u64.into()),
        ),
        ("com.example.none", "Key", missing.clone(), missing),
    ] {
        assert_eq!(clear.value(domain, key).await, stranger, "{domain} {key}");
        assert_eq!(session.value(domain, key).await, trusted, "{domain} {key}");
    }
    let (few, all) = (clear.values("").await, session.values("").await);
    assert!(few.len() > 15 && all.len() > few.len() + 10);
    let key = few["DevicePublicKey"].as_data().unwrap();
    assert!(key.starts_with(b"-----BEGIN RSA PUBLIC KEY-----\n"));
    assert_eq!(all["DevicePublicKey"], few["DevicePublicKey"]);
    assert!(clear.values(BATTERY).await.is_empty());
    assert_eq!(session.values(BATTERY).await.len(), 7);
}

#[tokio::test]
async fn the_condition_is_what_the_owner_says() {
    let ill = "[[phone]]\nphone = 1\nthermal = 2\ndisk_free = 1000\ndeveloper_mode = false\n";
    let sim = Sim::scenario(1, ill).await;
    let mut session = sim.session(1).await;
    let told = [
        (BATTERY, "BatteryCurrentCapacity"),
        ("com.apple.disk_usage", "TotalDataAvailable"),
        ("com.apple.security.mac.amfi", "DeveloperModeStatus"),
    ];
    let mut expect = async |values: [Plist; 3]| {
        for ((domain, key), value) in told.into_iter().zip(values) {
            assert_eq!(session.value(domain, key).await, Ok(value), "{key}");
        }
    };
    expect([87.into(), 1000.into(), false.into()]).await;
    let refused = sim.mux().await.join(1, 8100).await;
    assert_eq!(refused, 3, "without developer mode nothing is launched");

    for (change, ok) in [
        (json!({"battery": 0.03, "developer_mode": true}), true),
        (json!({"disk_free": 117_249_363_968_u64}), true),
        (json!({"thermal": 4}), false),
        (json!({"battery": 1.01}), false),
        (json!({"disk_free": 117_249_363_969_u64}), false),
    ] {
        let mut command = json!({"cmd": "condition", "phone": 1});
        let fields = command.as_object_mut().unwrap();
        fields.extend(change.as_object().unwrap().clone());
        let answer = sim.control(command.clone()).await;
        assert_eq!(answer["ok"], ok, "{command}: {answer}");
    }
    expect([3.into(), 117_249_363_968_u64.into(), true.into()]).await;
}

#[tokio::test]
async fn the_battery_follows_the_phone() {
    let low = "[[fault]]\nkind = \"low_battery\"\nat = \"0s\"\nlevel = 0.04\n";
    let sim = Sim::scenario(1, low).await;
    let mut session = sim.session(1).await;
    within("a low battery", async {
        while session.value(BATTERY, "BatteryCurrentCapacity").await != Ok(4_u64.into()) {}
    })
    .await;
}

#[tokio::test]
async fn a_request_may_be_a_binary_plist() {
    let sim = Sim::start(1, |_| {}).await;
    let mut clear = sim.lockdown(1).await;
    let request = [
        ("Request", "GetValue".into()),
        ("Key", "ProductVersion".into()),
    ];
    let expected = clear.ask(&request).await;
    clear
        .stream
        .write_all(&framed_binary(&request))
        .await
        .unwrap();
    assert_eq!(clear.receive().await, Some(expected));
}

#[tokio::test]
async fn some_things_can_be_set_in_a_session() {
    let sim = Sim::scenario(2, RACK).await;
    let set = |key: &'static str, value: Plist| {
        [
            ("Request", "SetValue".into()),
            ("Key", key.into()),
            ("Value", value),
        ]
    };
    let name = set("DeviceName", "Rack 7".into());
    let outcome = sim.lockdown(2).await.outcome(&name).await;
    assert_eq!(outcome, "SessionInactive");
    let mut session = sim.session(2).await;
    for (request, expected) in [
        (name, "Success"),
        (set("DeviceName", true.into()), "InvalidValue"),
        (set("ProductVersion", "99".into()), "SetProhibited"),
    ] {
        assert_eq!(session.outcome(&request).await, expected, "{request:?}");
    }
    assert_eq!(session.value("", "DeviceName").await, Ok("Rack 7".into()));
    let remove = [
        ("Request", "RemoveValue".into()),
        ("Key", "DeviceName".into()),
    ];
    assert_eq!(session.outcome(&remove).await, "Success");
    assert_eq!(session.value("", "DeviceName").await, Ok("Rack 2".into()));
    let mut wrong = remove;
    wrong[1].1 = "ProductType".into();
    assert_eq!(session.outcome(&wrong).await, "RemoveProhibited");
}

#[tokio::test]
async fn requests_that_cannot_be_are_answered_by_name() {
    let sim = Sim::start(1, |_| {}).await;
    let mut clear = sim.lockdown(1).await;
    let (start, service) = ("StartSession", "com.apple.mobile.installation_proxy");
    for (request, expected) in [
        (vec![("Request", "Dance".into())], "InvalidRequest"),
        (vec![("Label", "nothing".into())], "InvalidRequest"),
        (vec![("Request", start.into())], "MissingHostID"),
        (
            vec![("Request", start.into()), ("HostID", "x".into())],
            "InvalidHostID",
        ),
        (vec![("Request", "StopSession".into())], "SessionInactive"),
        (
            vec![
                ("Request", "StartService".into()),
                ("Service", service.into()),
            ],
            "SessionInactive",
        ),
        (vec![("Request", "Pair".into())], "MissingPairRecord"),
    ] {
        assert_eq!(clear.outcome(&request).await, expected, "{request:?}");
    }
    let mut session = sim.session(1).await;
    for (request, expected) in [
        (
            vec![("Request", start.into()), ("HostID", "x".into())],
            "SessionActive",
        ),
        (
            vec![("Request", "StopSession".into()), ("SessionID", "x".into())],
            "InvalidSessionID",
        ),
        (vec![("Request", "StartService".into())], "MissingService"),
        (
            vec![
                ("Request", "StartService".into()),
                ("Service", "com.apple.afc".into()),
            ],
            "InvalidService",
        ),
    ] {
        assert_eq!(session.outcome(&request).await, expected, "{request:?}");
    }
}

#[tokio::test]
async fn what_is_no_request_ends_the_stream() {
    let sim = Sim::start(1, |_| {}).await;
    let deep = format!(
        "<plist version=\"1.0\"><dict><key>Request</key>{}{}</dict></plist>",
        "<array>".repeat(5_000),
        "</array>".repeat(5_000)
    );
    for (length, body) in [
        (u32::MAX, ""),
        (65_537, ""),
        (0, ""),
        (5, "hello"),
        (u32::try_from(deep.len()).unwrap(), deep.as_str()),
    ] {
        let mut clear = sim.lockdown(1).await;
        clear.stream.write_u32(length).await.unwrap();
        clear.stream.write_all(body.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        let read = clear.stream.read_to_end(&mut rest);
        within("the end", read).await.ok();
        assert!(rest.is_empty(), "{length}");
    }
    assert_eq!(sim.session(1).await.values(BATTERY).await.len(), 7);
}

#[tokio::test]
async fn a_session_is_encrypted_and_can_be_left_again() {
    let sim = Sim::start(1, |_| {}).await;
    let record = sim.record(1).await;
    for version in VERSIONS {
        for farewell in [true, false] {
            let mut clear = sim.lockdown(1).await;
            let id = clear.start_session(&record).await;
            let mut session = clear.encrypt(&record, &[version]).await.unwrap();
            let key = session.value("", "SerialNumber").await;
            assert_eq!(key, Ok("SIM000000001".into()), "{version:?}");
            let stop = [
                ("Request", "StopSession".into()),
                ("SessionID", id.as_str().into()),
            ];
            assert_eq!(session.outcome(&stop).await, "Success");
            let mut rest = Vec::new();
            let end = session.stream.read_to_end(&mut rest);
            within("the phone's farewell", end).await.unwrap();

            let (mut stream, mut tls) = session.stream.into_inner();
            if farewell {
                tls.send_close_notify();
                let mut bytes = Vec::new();
                tls.write_tls(&mut bytes).unwrap();
                stream.write_all(&bytes).await.unwrap();
            }
            let mut clear = Talk { stream };
            let key = clear.value("", "SerialNumber").await;
            assert_eq!(key, Err("GetProhibited".to_owned()), "{version:?}");
            let again = clear.open(&record).await;
            assert_ne!(again.1, id);
            let mut session = again.0;
            assert!(session.value("", "SerialNumber").await.is_ok());
        }
    }
}

#[tokio::test]
async fn a_client_may_go_on_in_clear_text_in_the_same_breath() {
    let sim = Sim::start(1, |_| {}).await;
    let record = sim.record(1).await;
    for version in VERSIONS {
        let mut clear = sim.lockdown(1).await;
        let id = clear.start_session(&record).await;
        let session = clear.encrypt(&record, &[version]).await.unwrap();
        let (mut stream, mut tls) = session.stream.into_inner();
        let stop = [("Request", "StopSession".into()), ("SessionID", id.into())];
        tls.writer().write_all(&framed(&stop)).unwrap();
        tls.send_close_notify();
        let mut bytes = Vec::new();
        while tls.wants_write() {
            tls.write_tls(&mut bytes).unwrap();
        }
        bytes.extend(framed(&[("Request", "QueryType".into())]));
        stream.write_all(&bytes).await.unwrap();

        // Record by record, so that nothing behind the phone's farewell is taken for TLS.
        let closed = async {
            loop {
                let mut bytes = vec![0; 5];
                stream.read_exact(&mut bytes).await.unwrap();
                let length = u16::from_be_bytes([bytes[3], bytes[4]]);
                bytes.resize(5 + usize::from(length), 0);
                stream.read_exact(&mut bytes[5..]).await.unwrap();
                tls.read_tls(&mut bytes.as_slice()).unwrap();
                if tls.process_new_packets().unwrap().peer_has_closed() {
                    return;
                }
            }
        };
        within("the phone's farewell", closed).await;
        let answer = Talk { stream }.receive().await.unwrap();
        assert!(answer.contains_key("Type"), "{version:?}");
    }
}

#[tokio::test]
async fn a_stranger_with_a_known_name_is_turned_away() {
    let sim = Sim::start(2, |_| {}).await;
    let (mine, other) = (sim.record(1).await, sim.record(2).await);
    assert_ne!(mine["HostID"], other["HostID"]);
    // The name of one pairing, the certificate of another.
    let mut mixed = mine.clone();
    mixed.insert("HostCertificate".into(), other["HostCertificate"].clone());
    for version in VERSIONS {
        let mut clear = sim.lockdown(1).await;
        clear.start_session(&mine).await;
        let Ok(mut session) = clear.encrypt(&mixed, &[version]).await else {
            continue;
        };
        // In TLS 1.3 the client hears of it behind its own handshake.
        session.send(&[("Request", "QueryType".into())]).await;
        assert!(session.receive().await.is_none(), "{version:?}");
    }
    // The root's certificate and key are as good as the computer's own.
    let mut root = mine.clone();
    root.insert("HostCertificate".into(), mine["RootCertificate"].clone());
    root.insert("HostPrivateKey".into(), mine["RootPrivateKey"].clone());
    let (mut session, _) = sim.lockdown(1).await.open(&root).await;
    assert!(session.value("", "SerialNumber").await.is_ok());
}

#[tokio::test]
async fn a_pulled_cable_ends_a_session() {
    let sim = Sim::start(1, |_| {}).await;
    let mut session = sim.session(1).await;
    sim.control(json!({"cmd": "plug", "phone": 1, "attached": false}))
        .await;
    assert!(session.receive().await.is_none());
}
