//! usbmuxd.

use plist::Value as Plist;
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
        check("ReadPairRecord", vec![("PairRecordID", udid(9).into())], 2),
        check("ReadPairRecord", vec![("PairRecordID", "".into())], 22),
        check("ReadPairRecord", vec![], 22),
        check("SavePairRecord", vec![("PairRecordID", udid(1).into())], 22),
        check(
            "SavePairRecord",
            vec![
                ("PairRecordID", udid(1).into()),
                ("PairRecordData", Plist::Data(b"no plist".to_vec())),
            ],
            22,
        ),
        check(
            "DeletePairRecord",
            vec![("PairRecordID", udid(1).into())],
            0,
        ),
        check(
            "DeletePairRecord",
            vec![("PairRecordID", udid(1).into())],
            2,
        ),
        check("ReadPairRecord", vec![("PairRecordID", udid(1).into())], 2),
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

#[tokio::test]
async fn those_who_listen_are_listed_until_they_go() {
    let sim = Sim::start(1, |_| {}).await;
    let mut listener = sim.mux().await;
    let listen = [
        ("MessageType", "Listen".into()),
        ("ProgName", "rack-watch".into()),
        ("kLibUSBMuxVersion", 3_u64.into()),
    ];
    listener.ask(&listen).await;
    let mut mux = sim.mux().await;
    let list = mux.ask(&[("MessageType", "ListListeners".into())]).await;
    let list = list["ListenerList"].as_array().unwrap();
    let names = list
        .iter()
        .map(|it| &it.as_dictionary().unwrap()["ProgName"]);
    let names: Vec<_> = names.filter_map(Plist::as_string).collect();
    assert_eq!(names, ["rack-watch"]);
    drop(listener);
    within("an empty list", async {
        loop {
            let list = mux.ask(&[("MessageType", "ListListeners".into())]).await;
            if list["ListenerList"].as_array().unwrap().is_empty() {
                return;
            }
        }
    })
    .await;
}

/// How a listed phone is reached: its way, its DeviceID, and the rest of what is said of it.
async fn ways(mux: &mut Mux) -> Vec<(String, u64, plist::Dictionary)> {
    let list = mux.ask(&[("MessageType", "ListDevices".into())]).await;
    let list = list["DeviceList"].as_array().unwrap().iter();
    let listed = list.map(|device| {
        let device = device.as_dictionary().unwrap();
        let properties = device["Properties"].as_dictionary().unwrap().clone();
        let way = properties["ConnectionType"].as_string().unwrap().to_owned();
        let id = device["DeviceID"].as_unsigned_integer().unwrap();
        (way, id, properties)
    });
    listed.collect()
}

#[tokio::test]
async fn a_phone_on_wifi_is_listed_twice_and_outlives_its_cable() {
    let wifi =
        "[[phone]]\nphone = 1\nwifi = true\n[[phone]]\nphone = 2\nwifi = true\nattached = false\n";
    let sim = Sim::scenario(3, wifi).await;
    let mut mux = sim.mux().await;
    let listed = ways(&mut mux).await;
    let short: Vec<String> = listed
        .iter()
        .map(|(way, _, said)| format!("{way} {}", said["SerialNumber"].as_string().unwrap()))
        .collect();
    let expected = [("USB", 1), ("USB", 3), ("Network", 1), ("Network", 2)];
    assert_eq!(short, expected.map(|(way, n)| format!("{way} {}", udid(n))));
    let mut ids: Vec<u64> = listed.iter().map(|(_, id, _)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4, "each has a DeviceID of its own");

    // A sockaddr of a Mac: length, family, then an address of that family.
    for (listed, length, family) in [(&listed[2], 0x10, 2), (&listed[3], 0x1c, 30)] {
        let address = listed.2["NetworkAddress"].as_data().unwrap();
        assert_eq!(address[..2], [length, family]);
        assert_eq!(address.len(), usize::from(length));
        assert!(listed.2["InterfaceIndex"].as_unsigned_integer().unwrap() > 0);
        let name = listed.2["EscapedFullServiceName"].as_string().unwrap();
        assert!(name.ends_with("._apple-mobdev2._tcp.local."), "{name}");
        assert!(!listed.2.contains_key("LocationID"));
    }

    let mut joined = sim.mux().await;
    assert_eq!(joined.connect(listed[2].1, 8100).await, 0);
    let mut wda = crate::client::Wda {
        stream: tokio::io::BufReader::new(joined.stream),
        session: String::new(),
    };
    sim.control(json!({"cmd": "plug", "phone": 1, "attached": false}))
        .await;
    let (status, _) = wda.request("GET", "/status", json!({})).await;
    assert_eq!(status, 200, "the cable is out, Wi-Fi is not");
    let left: Vec<String> = ways(&mut mux).await.into_iter().map(|it| it.0).collect();
    assert_eq!(left, ["USB", "Network", "Network"]);
}
