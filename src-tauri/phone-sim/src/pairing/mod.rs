//! Pairings: what this computer keeps of each phone (its pair record), and which computers each
//! phone trusts. Both lie on disk beside the world, one file per phone, and are made when they are
//! first needed, since keys take a while.

pub mod certificates;
mod files;
mod record;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use plist::{Dictionary, Value};

use crate::phone::Phone;
use crate::scenario::Trust;
use certificates::{CertificateError, Chain, Key};
use files::Files;
pub use record::{Host, HostError};

/// Keys that are made for phones; those of a larger rack share them, since nobody compares them
/// and each takes a tenth of a second.
const DEVICE_KEYS: u16 = 4;

/// Why a pairing cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PairingError {
    /// Keys or certificates.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The system gives no randomness.
    #[error("the system gives no randomness: {0}")]
    Randomness(getrandom::Error),
    /// The files beside the world.
    #[error("the pairings beside the world cannot be written: {0}")]
    Io(#[from] std::io::Error),
}

/// What this computer and one phone know of each other.
#[derive(Clone)]
pub struct Pairing {
    /// The phone's key; it stays the same whoever it is paired with.
    pub device_key: Key,
    /// What this computer keeps.
    pub record: Option<Dictionary>,
    /// Whom the phone trusts.
    pub hosts: Vec<Host>,
}

/// This computer's own side.
struct Computer {
    buid: String,
    root_key: Key,
    host_key: Key,
}

#[derive(Default)]
struct Book {
    computer: Option<Arc<Computer>>,
    phones: HashMap<String, Pairing>,
    /// Keys that were made for phones.
    keys: HashMap<u16, Key>,
}

/// The pairings of all phones.
pub struct Pairings {
    files: Files,
    /// Locked for a moment only.
    book: Mutex<Book>,
    /// Locked while something is made or written.
    work: Mutex<()>,
}

impl Pairings {
    /// Pairings beside this world file; in memory without one.
    #[must_use]
    pub fn new(world: Option<PathBuf>) -> Pairings {
        Pairings {
            files: Files::beside(world),
            book: Mutex::default(),
            work: Mutex::default(),
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) -> MutexGuard<'_, ()> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The id of this computer's usbmuxd. Blocks while keys are made the first time.
    ///
    /// # Errors
    /// See [`PairingError`].
    pub fn buid(&self) -> Result<String, PairingError> {
        let _work = self.work();
        Ok(self.computer()?.buid.clone())
    }

    /// What is known of the phone. Blocks while it is made the first time.
    ///
    /// # Errors
    /// See [`PairingError`].
    pub fn of(&self, phone: &Phone) -> Result<Pairing, PairingError> {
        if let Some(known) = self.book().phones.get(&phone.udid) {
            return Ok(known.clone());
        }
        let _work = self.work();
        self.look_up(phone)
    }

    /// Changes what is known of the phone, on disk first.
    ///
    /// # Errors
    /// See [`PairingError`]; nothing changed then.
    pub fn change(
        &self,
        phone: &Phone,
        change: impl FnOnce(&mut Pairing),
    ) -> Result<(), PairingError> {
        let _work = self.work();
        let mut pairing = self.look_up(phone)?;
        change(&mut pairing);
        self.keep(phone, pairing)
    }

    /// From now on the phone and this computer stand to each other like this.
    ///
    /// # Errors
    /// See [`PairingError`]; nothing changed then.
    pub fn stand(&self, phone: &Phone, trust: Trust) -> Result<(), PairingError> {
        let _work = self.work();
        let key = self.look_up(phone)?.device_key;
        let pairing = self.make(phone, trust, key)?;
        self.keep(phone, pairing)
    }

    fn keep(&self, phone: &Phone, pairing: Pairing) -> Result<(), PairingError> {
        let mut page = Dictionary::new();
        page.insert("DeviceKey".into(), Value::Data(pairing.device_key.pem()?));
        if let Some(record) = &pairing.record {
            page.insert("Record".into(), Value::Dictionary(record.clone()));
        }
        let hosts = pairing.hosts.iter().map(Host::page);
        page.insert("Hosts".into(), Value::Array(hosts.collect()));
        self.files.write(&phone.udid, page)?;
        self.book().phones.insert(phone.udid.clone(), pairing);
        Ok(())
    }

    /// From memory, from disk, or made; the caller holds `work`.
    fn look_up(&self, phone: &Phone) -> Result<Pairing, PairingError> {
        if let Some(known) = self.book().phones.get(&phone.udid) {
            return Ok(known.clone());
        }
        let on_disk = self.files.read(&phone.udid).and_then(|page| read(&page));
        let pairing = match (on_disk, phone.trust) {
            (Some(pairing), None) => {
                let mut book = self.book();
                book.phones.insert(phone.udid.clone(), pairing.clone());
                return Ok(pairing);
            }
            // What the scenario says holds at every start.
            (Some(pairing), Some(trust)) => self.make(phone, trust, pairing.device_key)?,
            (None, trust) => {
                let key = self.device_key(phone)?;
                self.make(phone, trust.unwrap_or_default(), key)?
            }
        };
        self.keep(phone, pairing.clone())?;
        Ok(pairing)
    }

    /// The key of a phone that has none yet; the caller holds `work`.
    fn device_key(&self, phone: &Phone) -> Result<Key, PairingError> {
        let slot = phone.number % DEVICE_KEYS;
        if let Some(key) = self.book().keys.get(&slot) {
            return Ok(key.clone());
        }
        let key = Key::make()?;
        self.book().keys.insert(slot, key.clone());
        Ok(key)
    }

    fn make(&self, phone: &Phone, trust: Trust, device_key: Key) -> Result<Pairing, PairingError> {
        let mut pairing = Pairing {
            device_key,
            record: None,
            hosts: Vec::new(),
        };
        if !matches!(trust, Trust::Paired | Trust::Forgotten) {
            return Ok(pairing);
        }
        let computer = self.computer()?;
        let chain = Chain::make(&computer.root_key, &computer.host_key, &pairing.device_key)?;
        let host = Host {
            id: uuid()?,
            root: chain.root,
            host: chain.host,
            device: chain.device,
            escrow_bag: random::<32>()?.to_vec(),
        };
        let record = [
            ("DeviceCertificate", Value::Data(host.device.clone())),
            ("EscrowBag", Value::Data(host.escrow_bag.clone())),
            ("HostCertificate", Value::Data(host.host.clone())),
            ("HostID", Value::from(host.id.as_str())),
            ("HostPrivateKey", Value::Data(computer.host_key.pem()?)),
            ("RootCertificate", Value::Data(host.root.clone())),
            ("RootPrivateKey", Value::Data(computer.root_key.pem()?)),
            ("SystemBUID", Value::from(computer.buid.as_str())),
            ("UDID", Value::from(phone.udid.as_str())),
            ("WiFiMACAddress", Value::from(phone.wifi_address())),
        ];
        let record = record.map(|(key, value)| (key.to_owned(), value));
        pairing.record = Some(record.into_iter().collect());
        if trust == Trust::Paired {
            pairing.hosts.push(host);
        }
        Ok(pairing)
    }

    /// From memory, from disk, or made; the caller holds `work`.
    fn computer(&self) -> Result<Arc<Computer>, PairingError> {
        if let Some(computer) = &self.book().computer {
            return Ok(Arc::clone(computer));
        }
        let on_disk = self.files.read(files::COMPUTER);
        let computer = match on_disk.and_then(|page| read_computer(&page)) {
            Some(computer) => computer,
            None => {
                let computer = Computer {
                    buid: uuid()?,
                    root_key: Key::make()?,
                    host_key: Key::make()?,
                };
                let mut page = Dictionary::new();
                page.insert("SystemBUID".into(), Value::from(computer.buid.as_str()));
                page.insert("RootKey".into(), Value::Data(computer.root_key.pem()?));
                page.insert("HostKey".into(), Value::Data(computer.host_key.pem()?));
                self.files.write(files::COMPUTER, page)?;
                computer
            }
        };
        let computer = Arc::new(computer);
        self.book().computer = Some(Arc::clone(&computer));
        Ok(computer)
    }
}

/// A phone's page; none when it is none, and then the phone is paired anew.
fn read(page: &Dictionary) -> Option<Pairing> {
    let hosts = page.get("Hosts")?.as_array()?.iter();
    Some(Pairing {
        device_key: Key::read(page.get("DeviceKey")?.as_data()?).ok()?,
        record: page.get("Record").and_then(Value::as_dictionary).cloned(),
        hosts: hosts
            .map(|host| Host::read(host.as_dictionary()?).ok())
            .collect::<Option<_>>()?,
    })
}

fn read_computer(page: &Dictionary) -> Option<Computer> {
    let key = |name: &str| Key::read(page.get(name)?.as_data()?).ok();
    Some(Computer {
        buid: page.get("SystemBUID")?.as_string()?.to_owned(),
        root_key: key("RootKey")?,
        host_key: key("HostKey")?,
    })
}

/// Bytes that nobody can guess.
///
/// # Errors
/// When the system gives none.
pub fn random<const N: usize>() -> Result<[u8; N], PairingError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(PairingError::Randomness)?;
    Ok(bytes)
}

/// An id as Apple writes them.
///
/// # Errors
/// When the system gives no randomness.
pub fn uuid() -> Result<String, PairingError> {
    let id = uuid::Builder::from_random_bytes(random()?).into_uuid();
    Ok(id.to_string().to_uppercase())
}
