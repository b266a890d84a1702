//! usbmuxd and lockdownd.

use plist::{Dictionary, Value as Plist};
use serde_json::json;
use signalbox_phone_sim::udid;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Mux, Sim, within};

#[tokio::test]
async fn phones_are_listed_over_unix_socket_and_tcp() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let sim = Sim::start(3, |config| config.tcp = Some(port)).await;
    let list = sim.mux().await.list().await;
    let udids: Vec<String> = list.iter().map(|(udid, _)| udid.clone()).collect();
    assert_eq!(udids, [udid(1), udid(2), udid(3)]);
    assert_eq!(udids[0], "00008030-5100000000000001");

    let mut tcp = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let xml = "<plist version=\"1.0\"><dict><key>MessageType</key><string>ReadBUID</string></dict></plist>";
    for word in [16 + u32::try_from(xml.len()).unwrap(), 1, 8, 9] {
        tcp.write_all(&word.to_le_bytes()).await.unwrap();
    }
    tcp.write_all(xml.as_bytes()).await.unwrap();
    let mut header = [0; 16];
    within("an answer", tcp.read_exact(&mut header))
        .await
        .unwrap();
    assert_eq!(header[4..], [1, 0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0]);
}

#[tokio::test]
async fn requests_are_answered_by_number() {
    let sim = Sim::start(1, |_| {}).await;
    let mut mux = sim.mux().await;
    let id = mux.list().await[0].1;
    let check = |name: &'static str, more: Vec<(&'static str, Plist)>, number: u64| {
        let mut body = vec![("MessageType", Plist::from(name))];
        body.extend(more);
        (body, number)
    };
    let port = |port: u16| Plist::from(u64::from(port.swap_bytes()));
    for (body, number) in [
        check("Nonsense", vec![], 1),
        check("ReadPairRecord", vec![("PairRecordID", udid(1).into())], 2),
        check("ReadPairRecord", vec![], 22),
        check("Connect", vec![("DeviceID", id.into())], 1),
        check(
            "Connect",
            vec![("DeviceID", id.into()), ("PortNumber", 70_000_u64.into())],
            1,
        ),
        check(
            "Connect",
            vec![("DeviceID", 999_u64.into()), ("PortNumber", port(8100))],
            2,
        ),
        check(
            "Connect",
            vec![("DeviceID", id.into()), ("PortNumber", port(8101))],
            3,
        ),
        check(
            "Connect",
            vec![("DeviceID", id.into()), ("PortNumber", port(8100))],
            0,
        ),
    ] {
        let answer = mux.ask(&body).await;
        assert_eq!(
            answer["Number"].as_unsigned_integer(),
            Some(number),
            "{body:?}"
        );
        assert_eq!(answer["MessageType"].as_string(), Some("Result"));
    }
    let mut mux = sim.mux().await;
    let answer = mux.ask(&[("MessageType", "ListListeners".into())]).await;
    assert!(answer["ListenerList"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn broken_packets_end_one_connection_and_no_other() {
    let sim = Sim::start(1, |_| {}).await;
    let mut good = sim.mux().await;
    for length in [0_u32, 15, 65_537, u32::MAX] {
        let mut bad = sim.connect().await;
        bad.write_all(&length.to_le_bytes()).await.unwrap();
        bad.write_all(&[0; 12]).await.unwrap();
        let mut rest = Vec::new();
        within("the end", bad.read_to_end(&mut rest)).await.ok();
        assert!(rest.is_empty());
    }
    let mut old = sim.mux().await;
    for word in [16_u32, 0, 3, 5] {
        old.stream.write_all(&word.to_le_bytes()).await.unwrap();
    }
    let (tag, answer) = old.receive().await.unwrap();
    assert_eq!((tag, answer["Number"].as_unsigned_integer()), (5, Some(6)));
    assert_eq!(good.list().await.len(), 1);
}

async fn event(mux: &mut Mux) -> (String, u64) {
    let (tag, event) = mux.receive().await.unwrap();
    assert_eq!(tag, 0);
    let id = event["DeviceID"].as_unsigned_integer().unwrap();
    (event["MessageType"].as_string().unwrap().to_owned(), id)
}

#[tokio::test]
async fn listeners_hear_phones_come_and_go_with_new_ids() {
    let sim = Sim::start(2, |_| {}).await;
    let mut mux = sim.mux().await;
    let answer = mux.ask(&[("MessageType", "Listen".into())]).await;
    assert_eq!(answer["Number"].as_unsigned_integer(), Some(0));
    let (first, second) = (event(&mut mux).await, event(&mut mux).await);
    assert_eq!((&*first.0, &*second.0), ("Attached", "Attached"));

    let mut wda = sim.wda(1).await;
    sim.control(json!({"cmd": "plug", "phone": 1, "attached": false}))
        .await;
    assert_eq!(event(&mut mux).await, ("Detached".to_owned(), first.1));
    assert_eq!(wda.receive().await, None);
    assert_eq!(sim.mux().await.join(1, 8100).await, 2);

    sim.control(json!({"cmd": "plug", "phone": 1, "attached": true}))
        .await;
    let back = event(&mut mux).await;
    assert_eq!(back.0, "Attached");
    assert!(back.1 > second.1, "a DeviceID was used twice");
    assert_eq!(
        sim.wda(1)
            .await
            .request("GET", "/status", json!({}))
            .await
            .0,
        200
    );

    mux.send(1, &[("MessageType", "ListDevices".into())]).await;
    let (_, refused) = mux.receive().await.unwrap();
    assert_eq!(refused["Number"].as_unsigned_integer(), Some(1));
    assert!(mux.receive().await.is_none());
}

async fn lockdown(mux: &mut Mux, request: &[(&str, Plist)]) -> Option<Dictionary> {
    let pairs = request
        .iter()
        .map(|(key, value)| ((*key).to_owned(), value.clone()));
    let mut xml = Vec::new();
    Plist::Dictionary(pairs.collect::<Dictionary>())
        .to_writer_xml(&mut xml)
        .unwrap();
    mux.stream
        .write_u32(u32::try_from(xml.len()).unwrap())
        .await
        .unwrap();
    mux.stream.write_all(&xml).await.unwrap();
    let length = within("an answer", mux.stream.read_u32()).await.ok()?;
    let mut body = vec![0; length as usize];
    mux.stream.read_exact(&mut body).await.unwrap();
    Plist::from_reader_xml(&body[..]).unwrap().into_dictionary()
}

#[tokio::test]
async fn lockdown_tells_facts_in_clear_text() {
    let sim = Sim::scenario(
        2,
        "[[phone]]\nphone = 2\nname = \"Rack 2\"\nbattery = 0.4\n",
    )
    .await;
    let mut mux = sim.mux().await;
    assert_eq!(mux.join(2, 62078).await, 0);
    let answer = lockdown(&mut mux, &[("Request", "QueryType".into())])
        .await
        .unwrap();
    assert_eq!(
        answer["Type"].as_string(),
        Some("com.apple.mobile.lockdown")
    );
    let get = |key: &'static str| vec![("Request", "GetValue".into()), ("Key", key.into())];
    for (key, value) in [
        ("DeviceName", "Rack 2"),
        ("UniqueDeviceID", "00008030-5100000000000002"),
        ("ProductVersion", "18.3.2"),
    ] {
        let answer = lockdown(&mut mux, &get(key)).await.unwrap();
        assert_eq!(answer["Value"].as_string(), Some(value));
        assert_eq!(answer["Key"].as_string(), Some(key));
    }
    let missing = lockdown(&mut mux, &get("NoSuchThing")).await.unwrap();
    assert_eq!(missing["Error"].as_string(), Some("MissingValue"));
    assert!(!missing.contains_key("Value"));
    let all = lockdown(&mut mux, &[("Request", "GetValue".into())])
        .await
        .unwrap();
    assert!(all["Value"].as_dictionary().unwrap().len() > 10);
    let mut battery = get("BatteryCurrentCapacity");
    battery.push(("Domain", "com.apple.mobile.battery".into()));
    let answer = lockdown(&mut mux, &battery).await.unwrap();
    assert_eq!(answer["Value"].as_unsigned_integer(), Some(40));
    let session = [("Request", "StartSession".into()), ("HostID", "x".into())];
    let answer = lockdown(&mut mux, &session).await.unwrap();
    assert_eq!(answer["Error"].as_string(), Some("InvalidHostID"));

    mux.stream.write_u32(u32::MAX).await.unwrap();
    let mut rest = Vec::new();
    within("the end", mux.stream.read_to_end(&mut rest))
        .await
        .ok();
    assert!(rest.is_empty());
}
