//! A simulator in this process, and a client that knows the wire only.

use std::path::PathBuf;
use std::time::Duration;

use plist::{Dictionary, Value as Plist};
use serde_json::{Value, json};
use signalbox_phone_sim::{Config, Scenario, SignIn, serve};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::task::JoinSet;
use tokio_rustls::client::TlsStream;

use crate::talk::Talk;

/// Longer than anything here takes.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// Waits with a deadline, and says what did not come.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(DEADLINE, future).await {
        Ok(value) => value,
        Err(_) => panic!("{what} did not come within {DEADLINE:?}"),
    }
}

/// A running simulator with a folder of its own.
pub struct Sim {
    pub dir: tempfile::TempDir,
    pub config: Config,
    running: JoinSet<()>,
}

/// Accounts that are signed in on all phones.
pub fn everywhere(handles: &[&str]) -> Vec<SignIn> {
    let sign_in = |handle: &&str| SignIn {
        handle: (*handle).to_owned(),
        device_udid: None,
    };
    handles.iter().map(sign_in).collect()
}

impl Sim {
    /// Phones with instant commands, three accounts, a world and a witness; `change` does the rest.
    pub async fn start(phones: u16, change: impl FnOnce(&mut Config)) -> Sim {
        let dir = tempfile::tempdir().unwrap();
        let mut config = Config::new(phones, dir.path().join("mux"));
        config.latency = Some(Duration::ZERO);
        config.accounts = everywhere(&["anna", "bert", "cleo"]);
        config.world = Some(dir.path().join("world"));
        config.witness = Some(dir.path().join("witness"));
        change(&mut config);
        let mut sim = Sim {
            dir,
            config,
            running: JoinSet::new(),
        };
        sim.run().await;
        sim
    }

    /// The same with a scenario.
    pub async fn scenario(phones: u16, text: &str) -> Sim {
        let scenario = Scenario::parse(text).unwrap();
        Sim::start(phones, |config| config.scenario = scenario).await
    }

    /// Starts it again on the same files.
    pub async fn run(&mut self) {
        let (tell, told) = tokio::sync::oneshot::channel();
        let config = self.config.clone();
        self.running.spawn(async move {
            serve(config, |ready| tell.send(ready.udids.len()).unwrap())
                .await
                .unwrap();
        });
        let told = within("the start", told).await.unwrap();
        assert!(told >= usize::from(self.config.phones));
    }

    /// Ends it over the control socket.
    pub async fn stop(&mut self) {
        assert_eq!(self.control(json!({"cmd": "stop"})).await["ok"], true);
        let ended = within("the end", self.running.join_next()).await;
        ended.unwrap().unwrap();
    }

    pub async fn connect(&self) -> UnixStream {
        within("a connection", UnixStream::connect(&self.config.socket))
            .await
            .unwrap()
    }

    pub async fn control(&self, request: Value) -> Value {
        let stream = UnixStream::connect(self.config.control_socket())
            .await
            .unwrap();
        let mut stream = BufReader::new(stream);
        stream
            .write_all(format!("{request}\n").as_bytes())
            .await
            .unwrap();
        let mut line = String::new();
        within("a control answer", stream.read_line(&mut line))
            .await
            .unwrap();
        serde_json::from_str(&line).unwrap()
    }

    pub async fn mux(&self) -> Mux {
        Mux {
            stream: self.connect().await,
        }
    }

    /// What usbmuxd keeps of phone `number`.
    pub async fn record(&self, number: u16) -> Dictionary {
        let udid = signalbox_phone_sim::udid(number);
        let read = [
            ("MessageType", "ReadPairRecord".into()),
            ("PairRecordID", udid.into()),
        ];
        let answer = self.mux().await.ask(&read).await;
        let record = answer["PairRecordData"].as_data().unwrap();
        let record = Plist::from_reader_xml(record).unwrap();
        record.into_dictionary().unwrap()
    }

    /// A client of lockdownd on phone `number`, in clear text.
    pub async fn lockdown(&self, number: u16) -> Talk<UnixStream> {
        let mut mux = self.mux().await;
        assert_eq!(mux.join(number, 62078).await, 0);
        Talk { stream: mux.stream }
    }

    /// The same in a session.
    pub async fn session(&self, number: u16) -> Talk<TlsStream<UnixStream>> {
        let record = self.record(number).await;
        let talk = self.lockdown(number).await;
        talk.open(&record).await.0
    }

    /// A client of WebDriverAgent on phone `number`, without a session.
    pub async fn wda(&self, number: u16) -> Wda {
        let mut mux = self.mux().await;
        assert_eq!(mux.join(number, 8100).await, 0);
        Wda {
            stream: BufReader::new(mux.stream),
            session: String::new(),
        }
    }

    /// The same, with the app in front.
    pub async fn app(&self, number: u16) -> Wda {
        let mut wda = self.wda(number).await;
        wda.open_session().await;
        if wda.finds("Not Now").await {
            wda.click("Not Now").await;
        }
        wda
    }

    pub fn witness_path(&self) -> PathBuf {
        self.config.witness.clone().unwrap()
    }

    /// The witness log's lines.
    pub fn witness(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.witness_path()).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The effects seen, as `effect account subject post`.
    pub fn effects(&self) -> Vec<String> {
        let text = |line: &Value, key: &str| line[key].as_str().unwrap_or("-").to_owned();
        let lines = self.witness();
        let ends = lines
            .iter()
            .filter(|line| line["event"] == "end" && !line["effect"].is_null());
        ends.map(|line| {
            ["effect", "account", "subject", "post"]
                .map(|key| text(line, key))
                .join(" ")
        })
        .collect()
    }
}

/// A connection to usbmuxd.
pub struct Mux {
    pub stream: UnixStream,
}

impl Mux {
    pub async fn send(&mut self, tag: u32, body: &[(&str, Plist)]) {
        let pairs = body
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()));
        let mut xml = Vec::new();
        Plist::Dictionary(pairs.collect::<Dictionary>())
            .to_writer_xml(&mut xml)
            .unwrap();
        let length = u32::try_from(xml.len()).unwrap() + 16;
        for word in [length, 1, 8, tag] {
            self.stream.write_all(&word.to_le_bytes()).await.unwrap();
        }
        self.stream.write_all(&xml).await.unwrap();
    }

    /// The next packet; none when the connection ended.
    pub async fn receive(&mut self) -> Option<(u32, Dictionary)> {
        within("a packet", async {
            let mut words = [0; 4];
            for word in &mut words {
                *word = self.stream.read_u32_le().await.ok()?;
            }
            assert_eq!(words[1..3], [1, 8]);
            let mut body = vec![0; words[0] as usize - 16];
            self.stream.read_exact(&mut body).await.ok()?;
            let body = Plist::from_reader_xml(&body[..]).unwrap();
            Some((words[3], body.into_dictionary().unwrap()))
        })
        .await
    }

    pub async fn ask(&mut self, body: &[(&str, Plist)]) -> Dictionary {
        self.send(77, body).await;
        let (tag, answer) = self.receive().await.unwrap();
        assert_eq!(tag, 77);
        answer
    }

    /// The attached phones as (UDID, DeviceID).
    pub async fn list(&mut self) -> Vec<(String, u64)> {
        let answer = self.ask(&[("MessageType", "ListDevices".into())]).await;
        let list = answer["DeviceList"]
            .as_array()
            .unwrap()
            .iter()
            .map(|device| {
                let device = device.as_dictionary().unwrap();
                assert_eq!(device["MessageType"].as_string(), Some("Attached"));
                let properties = device["Properties"].as_dictionary().unwrap();
                assert_eq!(properties["DeviceID"], device["DeviceID"]);
                let udid = properties["SerialNumber"].as_string().unwrap().to_owned();
                (udid, device["DeviceID"].as_unsigned_integer().unwrap())
            });
        list.collect()
    }

    /// Joins a port of phone `number`; the Result number.
    pub async fn join(&mut self, number: u16, port: u16) -> u64 {
        let udid = signalbox_phone_sim::udid(number);
        let list = self.list().await;
        let id = list
            .iter()
            .find(|(listed, _)| *listed == udid)
            .map_or(0, |(_, id)| *id);
        self.connect(id, port).await
    }

    pub async fn connect(&mut self, id: u64, port: u16) -> u64 {
        let answer = self
            .ask(&[
                ("MessageType", "Connect".into()),
                ("DeviceID", id.into()),
                ("PortNumber", u64::from(port.swap_bytes()).into()),
            ])
            .await;
        answer["Number"].as_unsigned_integer().unwrap()
    }
}

/// A connection to WebDriverAgent.
pub struct Wda {
    pub stream: BufReader<UnixStream>,
    pub session: String,
}

impl Wda {
    pub async fn send(&mut self, method: &str, path: &str, body: &Value) {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: phone\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.stream
            .write_all(format!("{head}{body}").as_bytes())
            .await
            .unwrap();
    }

    /// The next answer; none when the connection ended.
    pub async fn receive(&mut self) -> Option<(u16, Value)> {
        within("an answer", async {
            let mut line = String::new();
            self.stream
                .read_line(&mut line)
                .await
                .ok()
                .filter(|count| *count > 0)?;
            let status = line.split(' ').nth(1)?.parse().unwrap();
            let mut length = 0;
            loop {
                let mut line = String::new();
                self.stream
                    .read_line(&mut line)
                    .await
                    .ok()
                    .filter(|count| *count > 0)?;
                if line == "\r\n" {
                    break;
                }
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
            }
            let mut body = vec![0; length];
            self.stream.read_exact(&mut body).await.ok()?;
            Some((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
        })
        .await
    }

    pub async fn request(&mut self, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.send(method, path, &body).await;
        self.receive().await.unwrap()
    }

    pub async fn open_session(&mut self) {
        let capabilities = json!({"bundleId": "com.burbn.instagram", "shouldTerminateApp": false});
        let body = json!({"capabilities": {"alwaysMatch": capabilities}});
        let (status, answer) = self.request("POST", "/session", body).await;
        assert_eq!(status, 200, "{answer}");
        self.session = answer["value"]["sessionId"].as_str().unwrap().to_owned();
        assert_eq!(answer["sessionId"], self.session.as_str());
    }

    /// A command in the session; the status and the `value`.
    pub async fn raw(&mut self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let path = format!("/session/{}{path}", self.session);
        let (status, mut answer) = self.request(method, &path, body).await;
        (status, answer["value"].take())
    }

    /// The same; it has to work.
    pub async fn post(&mut self, path: &str, body: Value) -> Value {
        let (status, value) = self.raw("POST", path, body).await;
        assert_eq!(status, 200, "{path}: {value}");
        value
    }

    pub async fn get(&mut self, path: &str) -> Value {
        let (status, value) = self.raw("GET", path, Value::Null).await;
        assert_eq!(status, 200, "{path}: {value}");
        value
    }

    /// The W3C error of a command that fails, with its HTTP status.
    pub async fn fails(&mut self, method: &str, path: &str, body: Value) -> (u16, String) {
        let (status, value) = self.raw(method, path, body).await;
        assert_ne!(status, 200, "{path}: {value}");
        (
            status,
            value["error"].as_str().unwrap_or_default().to_owned(),
        )
    }

    pub async fn find(&mut self, using: &str, value: &str) -> Option<String> {
        let body = json!({"using": using, "value": value});
        let (_, value) = self.raw("POST", "/element", body).await;
        value["ELEMENT"].as_str().map(str::to_owned)
    }

    pub async fn finds(&mut self, name: &str) -> bool {
        self.find("accessibility id", name).await.is_some()
    }

    pub async fn element(&mut self, name: &str) -> String {
        match self.find("accessibility id", name).await {
            Some(id) => id,
            None => panic!("{name} is not on the screen:\n{}", self.source().await),
        }
    }

    pub async fn click(&mut self, name: &str) {
        let id = self.element(name).await;
        self.post(&format!("/element/{id}/click"), json!({})).await;
    }

    pub async fn label(&mut self, name: &str) -> Value {
        let id = self.element(name).await;
        self.get(&format!("/element/{id}/attribute/label")).await
    }

    pub async fn value(&mut self, name: &str) -> Value {
        let id = self.element(name).await;
        self.get(&format!("/element/{id}/attribute/value")).await
    }

    pub async fn type_into(&mut self, name: &str, text: &str) {
        let id = self.element(name).await;
        self.post(&format!("/element/{id}/value"), json!({"value": [text]}))
            .await;
    }

    pub async fn source(&mut self) -> String {
        self.get("/source")
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    pub async fn shows(&mut self, text: &str) -> bool {
        self.source().await.contains(text)
    }

    pub async fn open_user(&mut self, name: &str) {
        self.post(
            "/url",
            json!({"url": format!("instagram://user?username={name}")}),
        )
        .await;
    }

    pub async fn open_post(&mut self, id: &str) {
        self.post("/url", json!({"url": format!("instagram://media?id={id}")}))
            .await;
    }

    /// Fingers: each a list of W3C steps.
    pub async fn finger(&mut self, steps: Value) {
        let body = json!({"actions": [{"type": "pointer", "id": "f", "actions": steps}]});
        self.post("/actions", body).await;
    }

    pub async fn swipe(&mut self, from: (i32, i32), to: (i32, i32), ms: u32) {
        self.finger(json!([
            {"type": "pointerMove", "duration": 0, "x": from.0, "y": from.1},
            {"type": "pointerDown"},
            {"type": "pointerMove", "duration": ms, "x": to.0, "y": to.1},
            {"type": "pointerUp"},
        ]))
        .await;
    }

    pub async fn double_tap(&mut self, x: i32, y: i32) {
        self.finger(json!([
            {"type": "pointerMove", "duration": 0, "x": x, "y": y},
            {"type": "pointerDown"}, {"type": "pointerUp"},
            {"type": "pause", "duration": 60},
            {"type": "pointerDown"}, {"type": "pointerUp"},
        ]))
        .await;
    }
}
