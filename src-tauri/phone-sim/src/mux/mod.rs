//! usbmuxd: lists phones, tells of changes, and joins a client to a port of a phone.

pub mod codec;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use plist::{Dictionary, Value};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::broadcast::error::RecvError;

use crate::fleet::{Fleet, HotPlug};
use crate::people::hash;
use codec::{dict, packet, read_packet};

/// The port of lockdownd.
const LOCKDOWN_PORT: u16 = 62_078;
/// The port of WebDriverAgent.
const WDA_PORT: u16 = 8_100;
/// The port of its stream of pictures.
const MJPEG_PORT: u16 = 9_100;
/// How long a client may take to accept what it is sent.
pub(crate) const WRITE_LIMIT: Duration = Duration::from_secs(30);

/// A stream from a client, over the unix socket or TCP.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for T {}

/// What is done after an answer.
enum Next {
    Go,
    Listen,
    Join(usize, u16),
}

/// Counts a client while it is connected.
struct Counted(Arc<Fleet>);

impl Counted {
    fn new(fleet: &Arc<Fleet>) -> Counted {
        fleet.clients.fetch_add(1, Ordering::SeqCst);
        fleet.clients_seen.fetch_add(1, Ordering::SeqCst);
        Counted(Arc::clone(fleet))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if self.0.clients.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.clients_changed.notify_waiters();
        }
    }
}

/// Serves one client until it goes, does something wrong, or usbmuxd restarts.
pub async fn serve_client(stream: impl Stream, fleet: Arc<Fleet>) {
    let _counted = Counted::new(&fleet);
    if fleet.mux_down() {
        return;
    }
    let mut restart = fleet.mux_link.subscribe();
    let mut stop = fleet.stop.subscribe();
    tokio::select! {
        biased;
        _ = restart.changed() => {}
        _ = stop.wait_for(|stop| *stop) => {}
        () = talk(stream, &fleet) => {}
    }
}

async fn talk(mut stream: impl Stream, fleet: &Arc<Fleet>) {
    loop {
        let packet_in = match read_packet(&mut stream).await {
            Ok(packet) => packet,
            Err(error) => {
                tracing::debug!(%error, "a usbmux connection ended");
                return;
            }
        };
        let (answer, next) = match &packet_in.body {
            Ok(request) => answer(request, fleet),
            Err(number) => (result(*number), Next::Go),
        };
        if let Next::Listen = next {
            return listen(stream, packet_in.tag, fleet).await;
        }
        if send(&mut stream, &packet(packet_in.tag, &answer))
            .await
            .is_err()
        {
            return;
        }
        match next {
            Next::Go => {}
            Next::Join(phone, port) => return join(stream, phone, port, fleet).await,
            Next::Listen => return,
        }
    }
}

async fn send(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> std::io::Result<()> {
    tokio::time::timeout(WRITE_LIMIT, stream.write_all(bytes))
        .await
        .map_err(|_| std::io::Error::from(std::io::ErrorKind::TimedOut))?
}

fn result(number: u64) -> Value {
    dict([
        ("MessageType", Value::from("Result")),
        ("Number", Value::from(number)),
    ])
}

fn attached(device_id: u32, udid: &str) -> Value {
    dict([
        ("MessageType", Value::from("Attached")),
        ("DeviceID", Value::from(device_id)),
        (
            "Properties",
            dict([
                ("ConnectionSpeed", Value::from(480_000_000_u64)),
                ("ConnectionType", Value::from("USB")),
                ("DeviceID", Value::from(device_id)),
                ("LocationID", Value::from(hash(udid) & 0x00ff_ffff)),
                ("ProductID", Value::from(4_776_u64)),
                ("SerialNumber", Value::from(udid)),
            ]),
        ),
    ])
}

fn answer(request: &Dictionary, fleet: &Fleet) -> (Value, Next) {
    let text = |key: &str| request.get(key).and_then(Value::as_string);
    match text("MessageType") {
        Some("ListDevices") => {
            let devices = fleet.attached();
            let list = devices
                .iter()
                .map(|(id, udid)| attached(*id, udid))
                .collect();
            (dict([("DeviceList", Value::Array(list))]), Next::Go)
        }
        Some("Listen") => (result(0), Next::Listen),
        Some("ListListeners") => (dict([("ListenerList", Value::Array(Vec::new()))]), Next::Go),
        Some("ReadBUID") => {
            let buid = "5160A1B0-0000-4000-8000-516E414C0B0C";
            (dict([("BUID", Value::from(buid))]), Next::Go)
        }
        // No pairing yet: there is no record (ENOENT), and an empty id makes no sense (EINVAL).
        Some("ReadPairRecord") => {
            let number = if text("PairRecordID").is_none() {
                22
            } else {
                2
            };
            (result(number), Next::Go)
        }
        Some("Connect") => connect(request, fleet),
        _ => (result(1), Next::Go),
    }
}

fn connect(request: &Dictionary, fleet: &Fleet) -> (Value, Next) {
    let number = |key: &str| request.get(key).and_then(Value::as_unsigned_integer);
    let Some(device_id) = number("DeviceID") else {
        return (result(1), Next::Go);
    };
    let Some(port) = number("PortNumber").and_then(|port| u16::try_from(port).ok()) else {
        return (result(1), Next::Go);
    };
    let Some(at) = fleet.by_device_id(device_id) else {
        return (result(2), Next::Go);
    };
    // The port comes as it lies in memory on the wire, so its bytes are swapped.
    match port.swap_bytes() {
        LOCKDOWN_PORT => (result(0), Next::Join(at, LOCKDOWN_PORT)),
        port @ (WDA_PORT | MJPEG_PORT) if fleet.phones[at].state().wda_up => {
            (result(0), Next::Join(at, port))
        }
        _ => (result(3), Next::Go),
    }
}

/// Events only, from here on; a further request ends it.
async fn listen(mut stream: impl Stream, tag: u32, fleet: &Fleet) {
    let (present, mut events) = fleet.listen();
    let mut bytes = packet(tag, &result(0));
    for (device_id, udid) in &present {
        bytes.extend(packet(0, &attached(*device_id, udid)));
    }
    if send(&mut stream, &bytes).await.is_err() {
        return;
    }
    let mut byte = [0_u8; 1];
    loop {
        tokio::select! {
            event = events.recv() => {
                let event = match event {
                    Ok(HotPlug::Attached { device_id, udid }) => attached(device_id, &udid),
                    Ok(HotPlug::Detached { device_id }) => dict([
                        ("MessageType", Value::from("Detached")),
                        ("DeviceID", Value::from(device_id)),
                    ]),
                    Err(RecvError::Lagged(_) | RecvError::Closed) => return,
                };
                if send(&mut stream, &packet(0, &event)).await.is_err() {
                    return;
                }
            }
            read = stream.read(&mut byte) => {
                if matches!(read, Ok(count) if count > 0) {
                    // The rest of the request is not waited for.
                    let _ = send(&mut stream, &packet(0, &result(1))).await;
                }
                return;
            }
        }
    }
}

/// Raw bytes between client and phone, until the cable is pulled.
async fn join(stream: impl Stream, at: usize, port: u16, fleet: &Arc<Fleet>) {
    let phone = &fleet.phones[at];
    let mut unplugged = phone.link.subscribe();
    if !phone.state().attached {
        return;
    }
    if port == LOCKDOWN_PORT {
        tokio::select! {
            biased;
            _ = unplugged.changed() => {}
            () = crate::lockdown::serve(stream, phone) => {}
        }
        return;
    }
    let mut ended = phone.wda_link.subscribe();
    if !phone.state().wda_up {
        return;
    }
    let fleet = Arc::clone(fleet);
    let served = async {
        if port == MJPEG_PORT {
            crate::wda::mjpeg::serve(stream, fleet, at).await;
        } else {
            crate::wda::serve(stream, fleet, at).await;
        }
    };
    // An answer that is ready when the cable goes is lost.
    tokio::select! {
        biased;
        _ = unplugged.changed() => {}
        _ = ended.changed() => {}
        () = served => {}
    }
}
