//! usbmuxd: lists phones, tells of changes, keeps pair records, and joins a client to a port of a
//! phone.

mod binary;
pub mod codec;
mod device;
pub mod listen;
mod records;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use plist::{Dictionary, Value};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use crate::fleet::{Fleet, Listed, Way};
use crate::phone::Phone;
use crate::services::Opened;
use crate::{lockdown, services};
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
    Join(Listed, Door),
}

/// What is behind a port of a phone.
enum Door {
    Lockdown,
    Wda,
    Pictures,
    Service(Opened),
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
            Ok(request) => answer(request, fleet).await,
            Err(number) => (result(*number), Next::Go),
        };
        if let (Next::Listen, Ok(request)) = (&next, &packet_in.body) {
            return listen::listen(stream, packet_in.tag, request, fleet).await;
        }
        if send(&mut stream, &packet(packet_in.tag, &answer))
            .await
            .is_err()
        {
            return;
        }
        match next {
            Next::Go => {}
            Next::Join(listed, door) => return join(stream, listed, door, fleet).await,
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

async fn answer(request: &Dictionary, fleet: &Arc<Fleet>) -> (Value, Next) {
    let go = |answer: Value| (answer, Next::Go);
    match request.get("MessageType").and_then(Value::as_string) {
        Some("ListDevices") => {
            let listed = fleet.listed().into_iter();
            let list = listed.map(|it| device::attached(it, fleet)).collect();
            go(dict([("DeviceList", Value::Array(list))]))
        }
        Some("Listen") => (result(0), Next::Listen),
        Some("ListListeners") => go(dict([("ListenerList", fleet.listeners.list())])),
        Some("ReadBUID" | "ReadPairRecord" | "SavePairRecord" | "DeletePairRecord") => {
            go(records::answer(request, fleet).await)
        }
        Some("Connect") => connect(request, fleet),
        _ => go(result(1)),
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
    let Some(listed) = fleet.by_device_id(device_id) else {
        return (result(2), Next::Go);
    };
    let phone = &fleet.phones[listed.at];
    // The port comes as it lies in memory on the wire, so its bytes are swapped.
    let door = match port.swap_bytes() {
        LOCKDOWN_PORT => Some(Door::Lockdown),
        WDA_PORT => phone.state().wda_up.then_some(Door::Wda),
        MJPEG_PORT => phone.state().wda_up.then_some(Door::Pictures),
        port => phone.open_ports().take(port).map(Door::Service),
    };
    match door {
        Some(door) => (result(0), Next::Join(listed, door)),
        None => (result(3), Next::Go),
    }
}

/// Raw bytes between client and phone, until the cable is pulled.
async fn join(stream: impl Stream, listed: Listed, door: Door, fleet: &Arc<Fleet>) {
    let at = listed.at;
    let phone = &fleet.phones[at];
    let mut link = phone.link.subscribe();
    let unplugged = async {
        if listed.way == Way::Network {
            return std::future::pending().await;
        }
        // The sender lives as long as the phone.
        let _ = link.changed().await;
    };
    if listed.way == Way::Usb && !phone.state().attached {
        return;
    }
    let served = async {
        match door {
            Door::Lockdown => lockdown::serve(stream, Arc::clone(fleet), at).await,
            Door::Service(opened) => services::serve(stream, opened, phone).await,
            Door::Wda => {
                let served = crate::wda::serve(stream, Arc::clone(fleet), at);
                while_the_runner_runs(served, phone).await;
            }
            Door::Pictures => {
                let served = crate::wda::mjpeg::serve(stream, Arc::clone(fleet), at);
                while_the_runner_runs(served, phone).await;
            }
        }
    };
    // An answer that is ready when the cable goes is lost.
    tokio::select! {
        biased;
        () = unplugged => {}
        () = served => {}
    }
}

/// WebDriverAgent's ports end with it.
async fn while_the_runner_runs(served: impl Future<Output = ()>, phone: &Phone) {
    let mut ended = phone.wda_link.subscribe();
    if !phone.state().wda_up {
        return;
    }
    tokio::select! {
        biased;
        _ = ended.changed() => {}
        () = served => {}
    }
}
