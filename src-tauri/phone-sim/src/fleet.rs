//! All the phones of one simulator, and what they share.

use std::sync::atomic::{AtomicU16, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, broadcast, watch};

use crate::accounts::{SignIn, clean_handle};
use crate::clock::monotonic_ns;
use crate::config::{Config, DEFAULT_LATENCY, MAX_PHONES};
use crate::error::SimError;
use crate::faults::Faults;
use crate::mux::listen::Listeners;
use crate::pairing::Pairings;
use crate::people::People;
use crate::phone::Phone;
use crate::scenario::FaultSpec;
use crate::witness::{EndRecord, Witness};
use crate::world::{Change, World};

/// How a phone is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By cable.
    Usb,
    /// By Wi-Fi.
    Network,
}

/// A phone as usbmuxd lists it.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    /// Never used before.
    pub device_id: u32,
    /// Its place in [`Fleet::phones`].
    pub at: usize,
    /// How it is reached.
    pub way: Way,
}

/// What listeners on the usbmux socket hear.
#[derive(Clone, Copy)]
pub enum HotPlug {
    /// A phone came, with its new DeviceID.
    Attached(Listed),
    /// The phone with this DeviceID went.
    Detached(u32),
    /// The phone with this DeviceID was paired.
    Paired(u32),
}

/// All the phones, and what they share.
pub struct Fleet {
    /// Phone 1 first, and behind those that are there the ones that can be added: who has a place
    /// here keeps it, however many come.
    pub phones: Vec<Phone>,
    /// How many of them there are.
    count: AtomicU16,
    /// Everybody in the app.
    pub people: People,
    /// What goes wrong.
    pub faults: Faults,
    /// The same, as written.
    pub specs: Vec<FaultSpec>,
    /// What the phones saw.
    pub witness: Witness,
    /// Which computers the phones trust, and this one's pair records.
    pub pairings: Pairings,
    /// Who listens at usbmuxd.
    pub listeners: Listeners,
    /// How long a command takes.
    pub latency: Duration,
    /// Changes when usbmuxd restarts: every connection ends.
    pub mux_link: watch::Sender<u64>,
    /// New mux connections are refused until then (monotonic ns).
    pub mux_down_until: AtomicU64,
    /// Becomes true when the simulator has to end.
    pub stop: watch::Sender<bool>,
    /// Mux connections that are open.
    pub clients: AtomicUsize,
    /// Mux connections that ever were.
    pub clients_seen: AtomicUsize,
    /// Told when `clients` falls to nothing.
    pub clients_changed: Notify,
    /// The configuration, as it was given.
    pub config: Config,
    world: Mutex<World>,
    /// Guards attach and detach, so that a listener misses none; holds the last DeviceID.
    devices: Mutex<u32>,
    events: broadcast::Sender<HotPlug>,
}

impl Fleet {
    /// The phones of a configuration, attached unless the scenario says otherwise.
    ///
    /// # Errors
    /// See [`SimError`].
    pub fn new(config: Config) -> Result<Arc<Fleet>, SimError> {
        if config.phones == 0 || config.phones > MAX_PHONES {
            let reason = format!(
                "{} phones cannot be simulated; 1 to {MAX_PHONES} can.",
                config.phones
            );
            return Err(SimError::Config(reason));
        }
        let scenario = &config.scenario;
        scenario
            .check_phones(config.phones)
            .map_err(|reason| SimError::Config(format!("The scenario does not fit: {reason}.")))?;
        let world = World::open(config.world.as_deref())?;
        let ends: Vec<EndRecord> = world.ends().cloned().collect();
        let witness = Witness::open(config.witness.as_deref(), &ends)?;
        let count = config.phones.saturating_add(world.added()).min(MAX_PHONES);
        let fleet = Fleet {
            phones: places(&config),
            count: AtomicU16::new(count),
            people: People::new(&scenario.profiles),
            faults: Faults::new(&scenario.faults),
            specs: scenario.faults.clone(),
            witness,
            pairings: Pairings::new(config.world.clone()),
            listeners: Listeners::default(),
            latency: config
                .latency
                .or(scenario.latency)
                .unwrap_or(DEFAULT_LATENCY),
            mux_link: watch::Sender::new(0),
            mux_down_until: AtomicU64::new(0),
            stop: watch::Sender::new(false),
            clients: AtomicUsize::new(0),
            clients_seen: AtomicUsize::new(0),
            clients_changed: Notify::new(),
            world: Mutex::new(world),
            devices: Mutex::new(0),
            events: broadcast::channel(1024).0,
            config,
        };
        let world_failed = |e: std::io::Error| SimError::World {
            path: fleet.config.world.clone().unwrap_or_default(),
            reason: e.to_string(),
        };
        fleet
            .sign_in(&fleet.config.accounts)
            .map_err(world_failed)?;
        for (at, phone) in fleet.there().iter().enumerate() {
            let spec = fleet
                .config
                .scenario
                .phones
                .iter()
                .find(|s| s.phone == phone.number);
            if spec.and_then(|s| s.attached).unwrap_or(true) {
                fleet.attach(at);
            }
            fleet.join_wifi(at);
        }
        Ok(Arc::new(fleet))
    }

    /// The world, held for a moment.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Signs accounts in: on the phone they name, or on all. What is already so stays so.
    ///
    /// # Errors
    /// When the world cannot be written.
    pub fn sign_in(&self, accounts: &[SignIn]) -> std::io::Result<usize> {
        let mut world = self.world();
        let mut added = 0;
        for account in accounts {
            let handle = clean_handle(&account.handle);
            if handle.is_empty() {
                continue;
            }
            for phone in self.there() {
                let here = account
                    .device_udid
                    .as_deref()
                    .is_none_or(|udid| udid == phone.udid);
                let known = world.signed(&phone.udid).is_some_and(|s| s.has(&handle));
                if here && !known {
                    let change = Change::SignIn {
                        phone: phone.udid.clone(),
                        account: handle.clone(),
                    };
                    world.commit(change, None)?;
                    added += 1;
                }
            }
        }
        Ok(added)
    }

    /// The phones that there are, phone 1 first.
    #[must_use]
    pub fn there(&self) -> &[Phone] {
        let count = usize::from(self.count.load(Ordering::Acquire));
        self.phones.get(..count).unwrap_or(&self.phones)
    }

    /// One more phone, its cable not in yet; it comes back with the world. Answers its place, or
    /// nothing where there is no room for another.
    ///
    /// # Errors
    /// When the world cannot be written; there is no phone more then.
    pub fn add_phone(&self) -> std::io::Result<Option<usize>> {
        let mut world = self.world();
        let count = self.count.load(Ordering::Acquire);
        if count >= MAX_PHONES {
            return Ok(None);
        }
        let added = count + 1 - self.config.phones;
        world.commit(Change::Phones { added }, None)?;
        self.count.store(count + 1, Ordering::Release);
        Ok(Some(usize::from(count)))
    }

    /// Takes the phones away that were added to those of the start, when the world is emptied.
    pub fn drop_added(&self) {
        for at in usize::from(self.config.phones)..self.there().len() {
            self.detach(at);
        }
        self.count.store(self.config.phones, Ordering::Release);
    }

    fn devices(&self) -> MutexGuard<'_, u32> {
        self.devices.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts the cable in; the phone has a new DeviceID.
    pub fn attach(&self, at: usize) {
        let Some(phone) = self.there().get(at) else {
            return;
        };
        let mut last = self.devices();
        let mut state = phone.state();
        if state.attached {
            return;
        }
        *last += 1;
        state.attached = true;
        state.device_id = *last;
        let listed = Listed {
            device_id: *last,
            at,
            way: Way::Usb,
        };
        // Nobody may be listening.
        let _ = self.events.send(HotPlug::Attached(listed));
    }

    /// Pulls the cable: every connection over it ends.
    pub fn detach(&self, at: usize) {
        let phone = &self.phones[at];
        let _last = self.devices();
        let mut state = phone.state();
        if !state.attached {
            return;
        }
        state.attached = false;
        let _ = self.events.send(HotPlug::Detached(state.device_id));
        drop(state);
        phone.open_ports().close();
        phone.link.send_modify(|link| *link += 1);
    }

    /// Lists the phone by Wi-Fi with a new DeviceID, where the scenario wants it to be.
    pub fn join_wifi(&self, at: usize) {
        let phone = &self.phones[at];
        if !phone.wifi {
            return;
        }
        let mut last = self.devices();
        *last += 1;
        let before = phone.state().wifi_id.replace(*last);
        if let Some(before) = before {
            let _ = self.events.send(HotPlug::Detached(before));
        }
        let listed = Listed {
            device_id: *last,
            at,
            way: Way::Network,
        };
        let _ = self.events.send(HotPlug::Attached(listed));
    }

    /// Tells listeners that this phone was paired.
    pub fn tell_paired(&self, at: usize) {
        let _last = self.devices();
        for listed in self.listed_now().into_iter().filter(|it| it.at == at) {
            let _ = self.events.send(HotPlug::Paired(listed.device_id));
        }
    }

    /// The phones as usbmuxd lists them, those on a cable first.
    #[must_use]
    pub fn listed(&self) -> Vec<Listed> {
        let _last = self.devices();
        self.listed_now()
    }

    fn listed_now(&self) -> Vec<Listed> {
        let ids = self.there().iter().enumerate().map(|(at, phone)| {
            let state = phone.state();
            (at, state.attached.then_some(state.device_id), state.wifi_id)
        });
        let ids: Vec<_> = ids.collect();
        let listed = |way, at, device_id: Option<u32>| {
            device_id.map(|device_id| Listed { device_id, at, way })
        };
        let cabled = ids
            .iter()
            .filter_map(|(at, id, _)| listed(Way::Usb, *at, *id));
        let wireless = ids
            .iter()
            .filter_map(|(at, _, id)| listed(Way::Network, *at, *id));
        cabled.chain(wireless).collect()
    }

    /// The listed phones and every change after that, with none between.
    pub fn listen(&self) -> (Vec<Listed>, broadcast::Receiver<HotPlug>) {
        let _last = self.devices();
        (self.listed_now(), self.events.subscribe())
    }

    /// The listed phone with this DeviceID.
    #[must_use]
    pub fn by_device_id(&self, device_id: u64) -> Option<Listed> {
        let mut listed = self.listed().into_iter();
        listed.find(|it| u64::from(it.device_id) == device_id)
    }

    /// Whether usbmuxd is away just now.
    #[must_use]
    pub fn mux_down(&self) -> bool {
        monotonic_ns() < self.mux_down_until.load(Ordering::Relaxed)
    }

    /// The UDIDs, phone 1 first.
    #[must_use]
    pub fn udids(&self) -> Vec<String> {
        self.there().iter().map(|it| it.udid.clone()).collect()
    }
}

/// A place for every phone that there can be, as the scenario wants it.
fn places(config: &Config) -> Vec<Phone> {
    let scenario = &config.scenario;
    let common = config.app_version.or(scenario.app_version);
    let common = common.unwrap_or_default();
    let phones = (1..=MAX_PHONES).map(|number| {
        let spec = scenario.phones.iter().find(|spec| spec.phone == number);
        let version = spec.and_then(|s| s.app_version).unwrap_or(common);
        Phone::new(number, spec, version)
    });
    phones.collect()
}
