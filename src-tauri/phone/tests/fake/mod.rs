//! A usbmuxd with phones behind it that can be made to misbehave, on a real unix socket.
//!
//! Written from the protocol facts alone, and it parses no more of a question than it needs.

#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod client;
pub mod lockdown;
pub mod wda;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use signalbox_phone::{Address, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Notify, broadcast};
use tokio::task::JoinSet;

/// What a peer does instead of answering a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trick {
    /// Sends exactly these bytes, then says nothing more.
    Bytes(Vec<u8>),
    /// Sends exactly these bytes, then closes.
    BytesThenClose(Vec<u8>),
    /// Sends a good answer, and the same again at once.
    Twice,
    /// Sends this piece again and again until nobody takes it any more.
    Endless(Vec<u8>, Vec<u8>),
    /// Answers when told to by [`Fake::release`].
    Late,
    /// Sends a good answer, and the same again when told to by [`Fake::release`].
    AgainLater,
    /// Sends a good answer and closes.
    GoodThenClose,
}

/// Which question the trick is played on: a usbmux message type, a lockdown request, or a part of
/// a path behind port 8100.
pub type Tricks = HashMap<(u32, String), Trick>;

pub struct Fake {
    _folder: tempfile::TempDir,
    pub path: PathBuf,
    pub state: Arc<State>,
    accepting: Mutex<Option<JoinSet<()>>>,
}

pub struct State {
    pub phones: Mutex<Vec<(u32, String)>>,
    pub tricks: Mutex<Tricks>,
    /// Every request line that a phone's WebDriverAgent took, with the phone's number.
    pub asked: Mutex<Vec<(u32, String)>>,
    /// Streams to port 8100 that are open now.
    pub open: AtomicUsize,
    /// Answers that were given a second time.
    pub repeated: AtomicUsize,
    /// Questions to usbmuxd itself.
    pub mux_asked: AtomicUsize,
    /// Streams that were opened to port 8100.
    pub streams: AtomicUsize,
    pub arrived: Notify,
    release: Notify,
    changes: broadcast::Sender<Vec<u8>>,
    sessions: AtomicUsize,
    pub app_state: AtomicUsize,
    /// What the sessions were last set to say of what they find.
    said: Mutex<String>,
}

/// Short limits, so that a test of a time limit is short too.
pub fn limits() -> Limits {
    Limits {
        mux: Duration::from_millis(400),
        lockdown: Duration::from_millis(400),
        command: Duration::from_millis(400),
        session: Duration::from_millis(800),
        probe: Duration::from_millis(400),
    }
}

impl Fake {
    /// Starts with phones numbered from 1, serial `p1` and so on.
    pub fn start(phones: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mux");
        let state = Arc::new(State {
            phones: Mutex::new((1..=phones).map(|id| (id, format!("p{id}"))).collect()),
            tricks: Mutex::default(),
            asked: Mutex::default(),
            open: AtomicUsize::new(0),
            repeated: AtomicUsize::new(0),
            mux_asked: AtomicUsize::new(0),
            streams: AtomicUsize::new(0),
            arrived: Notify::new(),
            release: Notify::new(),
            changes: broadcast::channel(64).0,
            sessions: AtomicUsize::new(0),
            app_state: AtomicUsize::new(1),
            said: Mutex::default(),
        });
        let fake = Self {
            _folder: folder,
            path,
            state,
            accepting: Mutex::default(),
        };
        fake.up();
        fake
    }

    /// usbmuxd comes (back).
    pub fn up(&self) {
        let _ = std::fs::remove_file(&self.path);
        let listener = UnixListener::bind(&self.path).unwrap();
        let state = Arc::clone(&self.state);
        let mut accepting = JoinSet::new();
        accepting.spawn(async move {
            let mut serving = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                serving.spawn(mux(Arc::clone(&state), stream));
            }
        });
        *self.accepting.lock().unwrap() = Some(accepting);
    }

    /// usbmuxd goes, and every stream with it.
    pub fn down(&self) {
        self.accepting.lock().unwrap().take();
        let _ = std::fs::remove_file(&self.path);
    }

    pub fn address(&self) -> Address {
        Address::unix(&self.path)
    }

    pub fn trick(&self, phone: u32, question: &str, trick: Trick) {
        let key = (phone, question.to_owned());
        self.state.tricks.lock().unwrap().insert(key, trick);
    }

    pub fn behave(&self) {
        self.state.tricks.lock().unwrap().clear();
    }

    /// Lets a late answer go.
    pub fn release(&self) {
        self.state.release.notify_waiters();
    }

    pub fn plug(&self, id: u32, serial: &str) {
        let phone = (id, serial.to_owned());
        let event = framed(&attached(&phone));
        self.state.phones.lock().unwrap().push(phone);
        let _ = self.state.changes.send(event);
    }

    pub fn unplug(&self, id: u32) {
        self.state.phones.lock().unwrap().retain(|(i, _)| *i != id);
        let detached = dict(&[("MessageType", text("Detached")), ("DeviceID", int(id))]);
        let _ = self.state.changes.send(framed(&detached));
    }

    pub fn asked(&self, phone: u32) -> Vec<String> {
        let asked = self.state.asked.lock().unwrap();
        let asked = asked.iter().filter(|(id, _)| *id == phone);
        asked.map(|(_, line)| line.clone()).collect()
    }

    /// Waits until the phone was asked this.
    pub async fn wait_for(&self, phone: u32, part: &str) {
        let waiting = async {
            loop {
                let arrived = self.state.arrived.notified();
                if self.asked(phone).iter().any(|line| line.contains(part)) {
                    return;
                }
                arrived.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waiting)
            .await
            .unwrap_or_else(|_| panic!("phone {phone} was never asked {part}"));
    }
}

fn text(value: &str) -> String {
    format!("<string>{value}</string>")
}

fn int(value: u32) -> String {
    format!("<integer>{value}</integer>")
}

fn dict(pairs: &[(&str, String)]) -> String {
    let inner: String = pairs
        .iter()
        .map(|(key, value)| format!("<key>{key}</key>{value}"))
        .collect();
    format!("<dict>{inner}</dict>")
}

fn attached((id, serial): &(u32, String)) -> String {
    let properties = dict(&[
        ("ConnectionType", text("USB")),
        ("DeviceID", int(*id)),
        ("SerialNumber", text(serial)),
    ]);
    dict(&[
        ("MessageType", text("Attached")),
        ("DeviceID", int(*id)),
        ("Properties", properties),
    ])
}

fn result(number: u32) -> String {
    dict(&[("MessageType", text("Result")), ("Number", int(number))])
}

pub fn plist(inner: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD \
         PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist \
         version=\"1.0\">{inner}</plist>\n"
    )
}

/// A usbmux header with any length in it.
pub fn header(length: u32, kind: u32) -> Vec<u8> {
    [length, 1, kind, 1]
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .collect()
}

/// A usbmux message.
pub fn framed(inner: &str) -> Vec<u8> {
    let body = plist(inner);
    let mut bytes = header(u32::try_from(16 + body.len()).unwrap(), 8);
    bytes.extend(body.as_bytes());
    bytes
}

/// The value after a key of a question; good enough for what clients write.
fn value_of(question: &str, key: &str) -> Option<String> {
    let rest = question.split_once(&format!("<key>{key}</key>"))?.1;
    let start = rest.find('>')? + 1;
    let end = rest[start..].find('<')? + start;
    Some(rest[start..end].to_owned())
}

/// Answers, or plays the trick. `false`: the stream is done for.
async fn answer(
    state: &State,
    stream: &mut UnixStream,
    phone: u32,
    question: &str,
    good: &[u8],
) -> bool {
    let trick = {
        let tricks = state.tricks.lock().unwrap();
        let hit = tricks
            .iter()
            .find(|((id, part), _)| *id == phone && question.contains(part.as_str()));
        hit.map(|(_, trick)| trick.clone())
    };
    match trick {
        None => stream.write_all(good).await.is_ok(),
        Some(Trick::Twice) => {
            let twice = [good, good].concat();
            stream.write_all(&twice).await.is_ok()
        }
        Some(Trick::Bytes(bytes)) => {
            let _ = stream.write_all(&bytes).await;
            // Until the client gives up.
            let _ = stream.read(&mut [0; 64]).await;
            false
        }
        Some(Trick::BytesThenClose(bytes)) => {
            let _ = stream.write_all(&bytes).await;
            false
        }
        Some(Trick::Endless(first, piece)) => {
            let mut sent = stream.write_all(&first).await;
            while sent.is_ok() {
                sent = stream.write_all(&piece).await;
            }
            false
        }
        Some(Trick::GoodThenClose) => {
            let _ = stream.write_all(good).await;
            false
        }
        Some(Trick::AgainLater) => {
            let first = stream.write_all(good).await;
            state.release.notified().await;
            let second = stream.write_all(good).await;
            state.repeated.fetch_add(1, Ordering::Relaxed);
            state.arrived.notify_waiters();
            first.is_ok() && second.is_ok()
        }
        Some(Trick::Late) => {
            state.release.notified().await;
            stream.write_all(good).await.is_ok()
        }
    }
}

async fn mux(state: Arc<State>, mut stream: UnixStream) {
    let mut head = [0; 16];
    while stream.read_exact(&mut head).await.is_ok() {
        let length = u32::from_le_bytes(head[..4].try_into().unwrap());
        let mut body = vec![0; length as usize - 16];
        if stream.read_exact(&mut body).await.is_err() {
            return;
        }
        let question = String::from_utf8(body).unwrap();
        let kind = value_of(&question, "MessageType").unwrap_or_default();
        state.mux_asked.fetch_add(1, Ordering::Relaxed);
        state.arrived.notify_waiters();
        let phones = state.phones.lock().unwrap().clone();
        match kind.as_str() {
            "ListDevices" => {
                let all: String = phones.iter().map(attached).collect();
                let good = framed(&dict(&[("DeviceList", format!("<array>{all}</array>"))]));
                if !answer(&state, &mut stream, 0, "ListDevices", &good).await {
                    return;
                }
            }
            "Listen" => return listen(&state, &mut stream, &phones).await,
            "Connect" => {
                let number = |key| value_of(&question, key).and_then(|v| v.parse::<u32>().ok());
                let id = number("DeviceID").unwrap_or_default();
                let port = number("PortNumber").and_then(|p| u16::try_from(p).ok());
                let port = port.unwrap_or_default().swap_bytes();
                let code = match phones.iter().any(|(i, _)| *i == id) {
                    false => 2,
                    true if port == 8100 || port == 62078 => 0,
                    true => 3,
                };
                let good = framed(&result(code));
                let question = format!("Connect {port}");
                let open = answer(&state, &mut stream, id, &question, &good).await;
                match (open && code == 0, port) {
                    (true, 8100) => return wda::serve(&state, stream, id).await,
                    (true, _) => return lockdown::serve(&state, stream, id).await,
                    _ => return,
                }
            }
            // A relay that knows nothing of pair records; a trick makes it one that does.
            _ => {
                if !answer(&state, &mut stream, 0, &kind, &framed(&result(1))).await {
                    return;
                }
            }
        }
    }
}

async fn listen(state: &State, stream: &mut UnixStream, phones: &[(u32, String)]) {
    let mut changes = state.changes.subscribe();
    let mut first = framed(&result(0));
    for phone in phones {
        first.extend(framed(&attached(phone)));
    }
    if !answer(state, stream, 0, "Listen", &first).await {
        return;
    }
    while let Ok(event) = changes.recv().await {
        if stream.write_all(&event).await.is_err() {
            return;
        }
    }
}
