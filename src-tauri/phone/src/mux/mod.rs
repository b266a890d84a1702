//! usbmuxd: which phones are attached, and streams to their ports.
//!
//! This module and [`crate::lockdown`] are the only ones that know of `idevice`. Every question
//! has a time limit, runs in a task of its own, and reads through `framing`, so that a hostile
//! or broken peer costs one error and no memory. No local port is opened: a stream to a phone is
//! the very socket on which usbmuxd was asked for it.

mod framing;
mod hotplug;
mod shape;
mod talk;

use std::collections::HashMap;
use std::fmt;
use std::io;

use idevice::pairing_file::PairingFile;
use idevice::usbmuxd::errors::UsbmuxdError;
use idevice::usbmuxd::{UsbmuxdConnection, UsbmuxdDevice};
use idevice::{IdeviceError, ReadWrite};
use plist::Value;
use tokio::net::{TcpStream, UnixStream};
use tracing::warn;

pub(crate) use framing::{Framed, Plan};
pub use hotplug::{Change, Hotplug};
use talk::Talk;

use crate::address::Address;
use crate::error::{Code, PhoneError, Sent};
use crate::limits::{ID_BYTES_MAX, Limits, PHONES_MAX};
use crate::task::{Lost, guarded};
use crate::udid::Udid;

/// What we call ourselves towards usbmuxd and lockdownd.
const LABEL: &str = "signalbox";
/// usbmuxd's answer where it keeps no such record (ENOENT).
const NO_SUCH_RECORD: u64 = 2;

/// How a phone is connected. The order is the order of preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Connection {
    /// By cable.
    Usb,
    /// By Wi-Fi, or in a way we do not know.
    Network,
}

/// One way to a phone: usbmuxd's number for it. A phone on cable and Wi-Fi has two, and a phone
/// that is plugged in again gets a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Serial of the phone.
    pub udid: Udid,
    /// usbmuxd's number, used for nothing but this link.
    pub mux_id: u32,
    /// Cable or not.
    pub connection: Connection,
}

impl Link {
    /// Takes what usbmuxd says, if the serial is one.
    fn new(serial: &str, mux_id: u32, connection: Connection) -> Option<Self> {
        let fits = !serial.is_empty()
            && serial.len() <= ID_BYTES_MAX
            && serial
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !fits {
            warn!("usbmuxd named a phone whose serial is none; it is left alone");
            return None;
        }
        // Newer phones are shown with a dash everywhere, but usbmuxd may leave it out.
        let udid = match serial.split_at_checked(8) {
            Some((chip, rest)) if serial.len() == 24 && !serial.contains('-') => {
                Udid::new(format!("{chip}-{rest}"))
            }
            _ => Udid::new(serial),
        };
        Some(Self {
            udid,
            mux_id,
            connection,
        })
    }

    fn from_idevice(device: &UsbmuxdDevice) -> Option<Self> {
        let connection = match device.connection_type {
            idevice::usbmuxd::Connection::Usb => Connection::Usb,
            _ => Connection::Network,
        };
        Self::new(&device.udid, device.device_id, connection)
    }
}

/// What usbmuxd says when it is asked for a pair record.
pub(crate) enum PairRecord {
    /// This.
    Kept(Box<PairingFile>),
    /// It keeps none.
    None,
    /// Neither; some relays of usbmuxd know no pair records.
    NotSaid,
}

/// A usbmuxd, real or simulated. Cheap to clone; holds no connection of its own.
#[derive(Debug, Clone)]
pub struct Muxer {
    address: Address,
    limits: Limits,
}

impl Muxer {
    /// Names the usbmuxd to ask; nothing is opened yet.
    pub fn new(address: Address, limits: Limits) -> Self {
        Self { address, limits }
    }

    /// Where it listens.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The time limits in use.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The attached phones, one link each: by cable where there is one.
    ///
    /// # Errors
    /// [`Code::Usbmux`], [`Code::Timeout`], [`Code::ConnectionLost`] or [`Code::Malformed`].
    pub async fn list(&self) -> Result<Vec<Link>, PhoneError> {
        let links = self.list_links().await?;
        let mut best: HashMap<Udid, Link> = HashMap::new();
        for link in links {
            match best.get(&link.udid) {
                Some(known) if known.connection <= link.connection => {}
                _ => {
                    best.insert(link.udid.clone(), link);
                }
            }
        }
        let mut best: Vec<_> = best.into_values().collect();
        best.sort_by(|a, b| a.udid.cmp(&b.udid));
        Ok(best)
    }

    /// Every link usbmuxd knows.
    pub(crate) async fn list_links(&self) -> Result<Vec<Link>, PhoneError> {
        let devices = self
            .ask(Plan::Mux, |mut mux| async move { mux.get_devices().await })
            .await?;
        if devices.len() > PHONES_MAX {
            warn!("usbmuxd names more than {PHONES_MAX} phones; the rest is left alone");
        }
        let links = devices.iter().take(PHONES_MAX);
        Ok(links.filter_map(Link::from_idevice).collect())
    }

    /// Opens the stream of attach and detach events.
    ///
    /// # Errors
    /// As [`Muxer::list`].
    pub async fn listen(&self) -> Result<Hotplug, PhoneError> {
        self.talking(async |talk| Hotplug::open(talk).await).await
    }

    /// The pair record that usbmuxd keeps of the phone, that is, what this computer shows to be
    /// trusted by it. It holds private keys: it is not logged, and lives no longer than a session.
    ///
    /// # Errors
    /// [`Code::NotTrusted`] if there is one that cannot be read, and as [`Muxer::list`].
    pub(crate) async fn pair_record(&self, udid: &Udid) -> Result<PairRecord, PhoneError> {
        let fields = [
            ("MessageType", "ReadPairRecord"),
            ("PairRecordID", udid.reveal()),
        ];
        self.talking(async |mut talk| {
            talk.ask(&fields).await?;
            let answer = talk.message().await?;
            let number = answer.get("Number").and_then(Value::as_unsigned_integer);
            match (answer.get("PairRecordData"), number) {
                (Some(Value::Data(record)), _) => {
                    // usbmuxd may keep it in either form; the scan is for the one that it can read.
                    if !record.starts_with(b"bplist") {
                        shape::check(record).map_err(|_| bad_record())?;
                    }
                    let record = PairingFile::from_bytes(record).map_err(|_| bad_record())?;
                    Ok(PairRecord::Kept(Box::new(record)))
                }
                (None, Some(NO_SUCH_RECORD)) => Ok(PairRecord::None),
                _ => Ok(PairRecord::NotSaid),
            }
        })
        .await
    }

    /// A stream to a port of the phone, over usbmuxd's own socket.
    ///
    /// # Errors
    /// [`Code::Refused`] if nothing listens there, [`Code::NotAttached`] if the link is gone, and
    /// as [`Muxer::list`]. Always [`Sent::NotSent`].
    pub async fn open(&self, mux_id: u32, port: u16) -> Result<Stream, PhoneError> {
        self.connect(mux_id, port, Plan::MuxThenRaw)
            .await
            .map(Stream)
    }

    /// A stream to a port behind which lockdown messages follow.
    pub(crate) async fn open_lockdown(
        &self,
        mux_id: u32,
        port: u16,
    ) -> Result<Box<dyn ReadWrite>, PhoneError> {
        self.connect(mux_id, port, Plan::MuxThenLockdown).await
    }

    async fn connect(
        &self,
        mux_id: u32,
        port: u16,
        plan: Plan,
    ) -> Result<Box<dyn ReadWrite>, PhoneError> {
        let device = self
            .ask(plan, move |mux| mux.connect_to_device(mux_id, port, LABEL))
            .await?;
        device.get_socket().ok_or_else(|| {
            PhoneError::new(
                Code::Usbmux,
                Sent::NotSent,
                "usbmuxd gave no stream to the phone; plug it in again",
            )
        })
    }

    /// Puts one question on a connection of its own.
    async fn ask<T, F, Q>(&self, plan: Plan, question: Q) -> Result<T, PhoneError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, IdeviceError>> + Send + 'static,
        Q: FnOnce(UsbmuxdConnection) -> F + Send + 'static,
    {
        let address = self.address.clone();
        let limit = self.limits.mux;
        let asked = guarded(limit, async move {
            let socket = dial(&address).await?;
            let framed = Framed::new(socket, plan, limit);
            question(UsbmuxdConnection::new(Box::new(framed), 0)).await
        });
        match asked.await {
            Ok(answer) => answer.map_err(mux_error),
            Err(lost) => Err(self.lost(lost)),
        }
    }

    /// Talks on a connection of its own, without `idevice`.
    async fn talking<T>(
        &self,
        talk: impl AsyncFnOnce(Talk) -> Result<T, PhoneError>,
    ) -> Result<T, PhoneError> {
        let talking = async {
            let socket = dial(&self.address).await.map_err(io_error)?;
            let framed = Framed::new(socket, Plan::Mux, self.limits.mux);
            talk(Talk::new(framed)).await
        };
        match tokio::time::timeout(self.limits.mux, talking).await {
            Ok(done) => done,
            Err(_) => Err(self.lost(Lost::Timeout)),
        }
    }

    fn lost(&self, lost: Lost) -> PhoneError {
        match lost {
            Lost::Timeout => PhoneError::new(
                Code::Timeout,
                Sent::NotSent,
                format!(
                    "usbmuxd did not answer within {} ms; plug the phone in again, or restart \
                     the computer if that does not help",
                    self.limits.mux.as_millis()
                ),
            ),
            Lost::Panicked => malformed("the answer could not be read"),
        }
    }
}

/// A stream to a port of a phone.
#[derive(Debug)]
pub struct Stream(pub(crate) Box<dyn ReadWrite>);

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Usb => "usb",
            Self::Network => "network",
        })
    }
}

async fn dial(address: &Address) -> io::Result<Box<dyn ReadWrite>> {
    Ok(match address {
        Address::Unix(path) => Box::new(UnixStream::connect(path).await?),
        Address::Tcp { host, port } => {
            let stream = TcpStream::connect((host.as_str(), *port)).await?;
            stream.set_nodelay(true)?;
            Box::new(stream)
        }
    })
}

/// What an error between us and usbmuxd means. Nothing of it reached the phone.
fn mux_error(error: IdeviceError) -> PhoneError {
    let (code, message) = match error {
        IdeviceError::Socket(error) => return io_error(error),
        IdeviceError::Usbmuxd(UsbmuxdError::ConnectionRefused) => (
            Code::Refused,
            "nothing listens on that port of the phone (usbmux result 3): the runner is not \
             started, or not yet",
        ),
        IdeviceError::Usbmuxd(UsbmuxdError::BadDevice) => (
            Code::NotAttached,
            "the phone is no longer on the cable (usbmux result 2); plug it in again",
        ),
        IdeviceError::Usbmuxd(_) => (
            Code::Usbmux,
            "usbmuxd refused the question; it may be too old or not usbmuxd at all",
        ),
        _ => return malformed("it holds something else than was asked for"),
    };
    PhoneError::new(code, Sent::NotSent, message)
}

fn io_error(error: io::Error) -> PhoneError {
    use io::ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionReset, InvalidData, TimedOut, UnexpectedEof,
    };
    match error.kind() {
        InvalidData => malformed(&error.to_string()),
        UnexpectedEof | BrokenPipe | ConnectionReset | ConnectionAborted => PhoneError::new(
            Code::ConnectionLost,
            Sent::NotSent,
            "usbmuxd closed the connection before its answer was whole; plug the phone in again",
        ),
        TimedOut => PhoneError::new(
            Code::Timeout,
            Sent::NotSent,
            "usbmuxd stopped in the middle of an answer; plug the phone in again",
        ),
        _ => PhoneError::new(
            Code::Usbmux,
            Sent::NotSent,
            format!("usbmuxd cannot be reached ({error}); is it installed and running?"),
        ),
    }
}

fn bad_record() -> PhoneError {
    PhoneError::new(
        Code::NotTrusted,
        Sent::NotSent,
        "the pair record that this computer keeps of the phone cannot be read; unlock the phone, \
         plug it in again, and tap Trust when it asks",
    )
}

fn malformed(why: &str) -> PhoneError {
    PhoneError::new(
        Code::Malformed,
        Sent::NotSent,
        format!("usbmuxd's answer cannot be read: {why}; is that really usbmuxd?"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_are_taken_as_people_write_them() {
        let check = |serial: &str, expected: Option<&str>| {
            let link = Link::new(serial, 1, Connection::Usb);
            assert_eq!(link.as_ref().map(|l| l.udid.reveal()), expected);
        };
        check(
            "000080305100000000000001",
            Some("00008030-5100000000000001"),
        );
        check(
            "00008030-5100000000000001",
            Some("00008030-5100000000000001"),
        );
        let forty = "a".repeat(40);
        check(&forty, Some(&forty));
        check("", None);
        check("a/../b", None);
        check(&"a".repeat(129), None);
    }
}
