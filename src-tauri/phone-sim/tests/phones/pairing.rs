//! How phones and computers come to know each other, and forget.

use plist::{Dictionary, Value as Plist};
use serde_json::json;
use signalbox_phone_sim::udid;

use crate::client::Sim;

async fn start_session(sim: &Sim, record: &Dictionary) -> String {
    let start = [
        ("Request", "StartSession".into()),
        ("HostID", record["HostID"].clone()),
    ];
    let answer = sim.lockdown(1).await.ask(&start).await;
    let error = answer.get("Error").and_then(Plist::as_string);
    error.unwrap_or("Success").to_owned()
}

async fn pair(sim: &Sim, request: &str, record: &Dictionary) -> String {
    let request = [
        ("Request", request.into()),
        ("PairRecord", Plist::Dictionary(record.clone())),
    ];
    sim.lockdown(1).await.outcome(&request).await
}

/// What another computer would introduce itself with: everything but its private keys.
async fn other_computer() -> Dictionary {
    let other = Sim::start(1, |_| {}).await;
    let mut record = other.record(1).await;
    record.remove("HostPrivateKey");
    record.remove("RootPrivateKey");
    record
}

#[tokio::test]
async fn records_and_ids_survive_a_restart() {
    let mut sim = Sim::start(2, |_| {}).await;
    let buid = [("MessageType", "ReadBUID".into())];
    let before = sim.mux().await.ask(&buid).await;
    let (first, second) = (sim.record(1).await, sim.record(2).await);
    for key in [
        "HostID",
        "DeviceCertificate",
        "HostCertificate",
        "EscrowBag",
    ] {
        assert_ne!(first[key], second[key], "{key} is the phone's own");
    }
    assert_eq!(first["SystemBUID"], before["BUID"]);
    for key in ["HostPrivateKey", "RootPrivateKey"] {
        let pem = first[key].as_data().unwrap();
        assert!(pem.starts_with(b"-----BEGIN RSA PRIVATE KEY-----\n"));
    }
    let delete = [
        ("MessageType", "DeletePairRecord".into()),
        ("PairRecordID", udid(2).into()),
    ];
    let answer = sim.mux().await.ask(&delete).await;
    assert_eq!(answer["Number"].as_unsigned_integer(), Some(0));

    sim.stop().await;
    sim.run().await;
    assert_eq!(sim.mux().await.ask(&buid).await, before);
    assert_eq!(sim.record(1).await, first);
    assert_eq!(start_session(&sim, &first).await, "Success");
    let read = [
        ("MessageType", "ReadPairRecord".into()),
        ("PairRecordID", udid(2).into()),
    ];
    let answer = sim.mux().await.ask(&read).await;
    assert_eq!(answer["Number"].as_unsigned_integer(), Some(2));
}

#[tokio::test]
async fn a_damaged_pairing_is_made_anew() {
    let mut sim = Sim::start(1, |_| {}).await;
    let before = sim.record(1).await;
    sim.stop().await;
    let folder = sim.dir.path().join("world.pairings");
    std::fs::write(folder.join(format!("{}.plist", udid(1))), "<plist").unwrap();
    sim.run().await;
    let after = sim.record(1).await;
    assert_ne!(after["HostID"], before["HostID"]);
    assert_eq!(start_session(&sim, &after).await, "Success");
}

#[tokio::test]
async fn saved_records_are_told_to_listeners_and_read_back() {
    let sim = Sim::start(2, |_| {}).await;
    let mut listener = sim.mux().await;
    listener.ask(&[("MessageType", "Listen".into())]).await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let (_, event) = listener.receive().await.unwrap();
        ids.push(event["DeviceID"].clone());
    }
    let mut record = sim.record(2).await;
    record.insert("HostID".into(), "ANOTHER".into());
    let mut xml = Vec::new();
    Plist::Dictionary(record.clone())
        .to_writer_binary(&mut xml)
        .unwrap();
    // Clients write the serial with or without its dash.
    let save = [
        ("MessageType", "SavePairRecord".into()),
        ("PairRecordID", udid(2).replace('-', "").into()),
        ("PairRecordData", Plist::Data(xml)),
        ("DeviceID", ids[1].clone()),
    ];
    let answer = sim.mux().await.ask(&save).await;
    assert_eq!(answer["Number"].as_unsigned_integer(), Some(0));
    let (_, event) = listener.receive().await.unwrap();
    assert_eq!(event["MessageType"].as_string(), Some("Paired"));
    assert_eq!(event["DeviceID"], ids[1]);
    assert_eq!(sim.record(2).await, record);
}

#[tokio::test]
async fn a_scenario_says_how_they_stand_at_the_start() {
    let other = other_computer().await;
    for (trust, keeps_record, session, answer) in [
        ("paired", true, "Success", "Success"),
        ("forgotten", true, "InvalidHostID", "Success"),
        ("unpaired", false, "", "Success"),
        ("pending", false, "", "PairingDialogResponsePending"),
        ("denied", false, "", "UserDeniedPairing"),
    ] {
        let text = format!("[[phone]]\nphone = 1\ntrust = \"{trust}\"\n");
        let sim = Sim::scenario(1, &text).await;
        let read = [
            ("MessageType", "ReadPairRecord".into()),
            ("PairRecordID", udid(1).into()),
        ];
        let record = sim.mux().await.ask(&read).await;
        assert_eq!(
            record.contains_key("PairRecordData"),
            keeps_record,
            "{trust}"
        );
        if keeps_record {
            let record = sim.record(1).await;
            assert_eq!(start_session(&sim, &record).await, session, "{trust}");
        } else {
            assert_eq!(record["Number"].as_unsigned_integer(), Some(2), "{trust}");
        }
        assert_eq!(pair(&sim, "Pair", &other).await, answer, "{trust}");
        let trusted = if answer == "Success" {
            "Success"
        } else {
            "InvalidHostID"
        };
        assert_eq!(start_session(&sim, &other).await, trusted, "{trust}");
    }
}

#[tokio::test]
async fn a_computer_is_trusted_once_somebody_taps_trust_and_until_it_leaves() {
    let other = other_computer().await;
    let sim = Sim::scenario(1, "[[phone]]\nphone = 1\ntrust = \"pending\"\n").await;
    assert_eq!(pair(&sim, "ValidatePair", &other).await, "InvalidHostID");
    assert_eq!(
        pair(&sim, "Pair", &other).await,
        "PairingDialogResponsePending"
    );
    let tap = json!({"cmd": "trust", "phone": 1, "trust": "unpaired"});
    assert_eq!(sim.control(tap).await["ok"], true);
    assert_eq!(pair(&sim, "Pair", &other).await, "Success");
    assert_eq!(pair(&sim, "ValidatePair", &other).await, "Success");
    assert_eq!(start_session(&sim, &other).await, "Success");
    assert_eq!(pair(&sim, "Unpair", &other).await, "Success");
    assert_eq!(pair(&sim, "Unpair", &other).await, "InvalidHostID");
    assert_eq!(start_session(&sim, &other).await, "InvalidHostID");

    let mut nobody = other.clone();
    nobody.remove("HostID");
    assert_eq!(pair(&sim, "Pair", &nobody).await, "MissingHostID");
    let mut broken = other;
    broken.insert("RootCertificate".into(), Plist::Data(b"none".to_vec()));
    assert_eq!(pair(&sim, "Pair", &broken).await, "InvalidPairRecord");
}

#[tokio::test]
async fn a_phone_that_forgets_says_so() {
    let lost = "[[fault]]\nkind = \"trust_lost\"\nat = \"0s\"\n";
    let sim = Sim::scenario(1, lost).await;
    let record = sim.record(1).await;
    crate::client::within("a phone that forgot", async {
        while start_session(&sim, &record).await != "InvalidHostID" {}
    })
    .await;
    assert_eq!(sim.record(1).await, record, "the computer still keeps it");
}

#[tokio::test]
async fn behind_a_passcode_nobody_is_paired_and_services_need_the_escrow_bag() {
    let other = other_computer().await;
    let locked = "[[phone]]\nphone = 1\nlocked = true\npasscode = true\n";
    let sim = Sim::scenario(1, locked).await;
    assert_eq!(pair(&sim, "Pair", &other).await, "PasswordProtected");
    let mut session = sim.session(1).await;
    let locked = session.value("", "PasswordProtected").await;
    assert_eq!(locked, Ok(true.into()));
    let mut start = vec![
        ("Request", "StartService".into()),
        ("Service", "com.apple.mobile.installation_proxy".into()),
    ];
    assert_eq!(session.outcome(&start).await, "PasswordProtected");
    start.push(("EscrowBag", Plist::Data(b"wrong".to_vec())));
    assert_eq!(session.outcome(&start).await, "PasswordProtected");
    start[2].1 = sim.record(1).await["EscrowBag"].clone();
    assert_eq!(session.outcome(&start).await, "Success");
}
