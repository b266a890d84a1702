//! One simulated iPhone: what it is, and the state it is in.

mod springboard;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{broadcast, watch};

use crate::app::language::Language;
use crate::app::node::Node;
use crate::app::{App, BUNDLE_ID, View};
use crate::clock::monotonic_ns;
use crate::config::{AppVersion, udid};
use crate::lockdown::Settings;
use crate::people::hash;
use crate::scenario::{PhoneSpec, Trust};
use crate::services::Ports;
use crate::wda::session::Session;
use crate::witness::Scene;
use springboard::{alert_tree, application, home_tree, locked_tree, other_tree};

/// How the key of an alert's field ends.
pub const ALERT_FIELD: &str = "field:alert";
/// Locking or unlocking the screen posts this.
pub const LOCK_STATE: &str = "com.apple.springboard.lockstate";
/// The screen has been locked.
pub const LOCK_COMPLETE: &str = "com.apple.springboard.lockcomplete";

/// Bytes that data can take up on a phone, all together.
pub const DISK_FREE_MAX: u64 = 117_249_363_968;
/// Bytes of them that are free where nothing else is said.
const DISK_FREE: u64 = 61_203_283_968;

/// SpringBoard, the home screen.
pub const SPRINGBOARD: &str = "com.apple.springboard";

/// What stands in front.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Front {
    /// The home screen.
    Home,
    /// The social app.
    App,
    /// Some other app.
    Other(String),
}

/// An alert of the system, over everything.
#[derive(Clone, Debug, Hash)]
pub struct SystemAlert {
    /// Counts alerts, so that elements of an earlier one are stale.
    pub number: u64,
    /// What it says.
    pub text: String,
    /// Its buttons; the last accepts, the first dismisses.
    pub buttons: Vec<String>,
    /// What its field shows while it is empty, and what is typed into it.
    pub field: Option<(String, String)>,
}

/// How the phone is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Held {
    /// Upright.
    #[default]
    Portrait,
    /// On its side, the charging port to the right.
    LandscapeLeft,
    /// On its side, the charging port to the left.
    LandscapeRight,
}

/// What a recorded video is called and how it is made, as clients are told.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// An upper-case UUID.
    pub uuid: String,
    /// Pictures a second.
    pub fps: i64,
    /// 0 is H.264, 1 is HEVC.
    pub codec: i64,
    /// Seconds since 1970.
    pub started: f64,
}

/// A tree that was made, and the hash of what it was made from.
struct Made {
    from: u64,
    tree: Arc<Node>,
}

/// What changes on a phone.
pub struct State {
    /// Whether the cable is in.
    pub attached: bool,
    /// Given anew at each attach.
    pub device_id: u32,
    /// The id under which usbmuxd lists it by Wi-Fi, where it does.
    pub wifi_id: Option<u32>,
    /// What somebody taps when a computer wants to be trusted.
    pub trust: Trust,
    /// Whether WebDriverAgent listens.
    pub wda_up: bool,
    /// Its one session.
    pub session: Option<Session>,
    /// The social app, where it runs.
    pub app: Option<App>,
    /// What stands in front.
    pub front: Front,
    /// Over everything.
    pub alert: Option<SystemAlert>,
    /// Whether the screen is locked.
    pub locked: bool,
    /// 0 to 1.
    pub battery: f64,
    /// 0 nominal to 3 critical.
    pub thermal: u8,
    /// Bytes free for data, at most [`DISK_FREE_MAX`].
    pub disk_free: u64,
    /// Whether developer mode is on.
    pub developer_mode: bool,
    /// The app has no network until then (monotonic ns).
    pub offline_until: u64,
    /// Typed texts that lose a character.
    pub drop_characters: u32,
    /// Questions the app will ask when it is next in front.
    pub pending_question: Option<(String, Vec<String>)>,
    /// The app was started on this phone before.
    pub started_before: bool,
    /// How it is held.
    pub held: Held,
    /// What was copied, base64, by its type: `plaintext`, `image` or `url`.
    pub pasteboard: (String, String),
    /// Where the phone is made to believe it is: latitude and longitude in degrees.
    pub location: Option<(f64, f64)>,
    /// Whether the system looks dark.
    pub dark: bool,
    /// The video that is being recorded.
    pub recording: Option<Recording>,
    /// What the app was started with: arguments and environment.
    pub started_with: (serde_json::Value, serde_json::Value),
    /// The app animates and is not idle until then (monotonic ns).
    pub busy_until: u64,
    /// The trees last shown: with the system alert, and without.
    made: [Option<Made>; 2],
    next_pid: u32,
    alerts: u64,
}

impl State {
    /// Whether the app has no network now.
    #[must_use]
    pub fn offline(&self, now: u64) -> bool {
        now < self.offline_until
    }

    /// Starts the app (cold) or brings it to the front.
    pub fn open_app(&mut self, cold: bool, version: AppVersion) {
        if cold || self.app.is_none() {
            self.next_pid += 1;
            let mut app = App::start(self.next_pid);
            if !self.started_before && version.asks_at_first_start() {
                app.ask_this(
                    "Turn on notifications".to_owned(),
                    vec!["Turn on".to_owned(), version.not_now().to_owned()],
                );
            }
            self.started_before = true;
            self.app = Some(app);
        }
        self.front = Front::App;
        if let Some((title, buttons)) = self.pending_question.take()
            && let Some(app) = self.app.as_mut()
        {
            app.ask_this(title, buttons);
        }
    }

    /// Ends the app; whether it ran.
    pub fn end_app(&mut self) -> bool {
        if self.front == Front::App {
            self.front = Front::Home;
        }
        self.app.take().is_some()
    }

    /// Raises a system alert.
    pub fn raise(&mut self, text: String, buttons: Vec<String>, field: Option<String>) {
        self.alerts += 1;
        self.alert = Some(SystemAlert {
            number: self.alerts,
            text,
            buttons,
            field: field.map(|hint| (hint, String::new())),
        });
    }

    /// Whether what is in front lies on its side: the home and lock screens never do.
    #[must_use]
    pub fn lies_down(&self) -> bool {
        self.held != Held::Portrait && !self.locked && self.front != Front::Home
    }

    /// Everything that the trees are made from, as one number.
    fn made_from(&self, view: &View<'_>, alert: bool) -> u64 {
        let mut hasher = DefaultHasher::new();
        let alert = self.alert.as_ref().filter(|_| alert);
        (&self.front, self.locked, self.held, alert).hash(&mut hasher);
        (view.offline, view.world.changes(), &self.app).hash(&mut hasher);
        hasher.finish()
    }

    fn shown(&mut self, view: &View<'_>, installed: bool, alert: bool) -> Arc<Node> {
        let alert = alert && self.alert.is_some();
        let from = self.made_from(view, alert);
        let slot = usize::from(alert);
        if let Some(made) = self.made[slot].as_ref().filter(|made| made.from == from) {
            return Arc::clone(&made.tree);
        }
        let mut root = self.build(view, installed);
        if let Some(alert) = self.alert.as_ref().filter(|_| alert) {
            root.children.push(alert_tree(alert));
        }
        if self.lies_down() {
            root.lie_down();
        }
        let tree = Arc::new(root);
        self.made[slot] = Some(Made {
            from,
            tree: Arc::clone(&tree),
        });
        tree
    }

    /// The bundle id of what is in front.
    #[must_use]
    pub fn front_bundle(&self) -> &str {
        match &self.front {
            _ if self.locked => SPRINGBOARD,
            Front::Home => SPRINGBOARD,
            Front::App => BUNDLE_ID,
            Front::Other(bundle) => bundle,
        }
    }

    /// Everything on the screen, the system alert on top.
    pub fn screen(&mut self, view: &View<'_>, installed: bool) -> Arc<Node> {
        self.shown(view, installed, true)
    }

    /// What is in front, without the system alert.
    pub fn front_tree(&mut self, view: &View<'_>, installed: bool) -> Arc<Node> {
        self.shown(view, installed, false)
    }

    /// The system alert alone, as the system shows it while it is the active application.
    #[must_use]
    pub fn alert_alone(&self) -> Option<Arc<Node>> {
        let alert = self.alert.as_ref()?;
        let mut root = application(" ");
        root.seal("springboard");
        root.children.push(alert_tree(alert));
        if self.lies_down() {
            root.lie_down();
        }
        Some(Arc::new(root))
    }

    fn build(&self, view: &View<'_>, installed: bool) -> Node {
        match (&self.front, &self.app) {
            _ if self.locked => locked_tree(),
            (Front::App, Some(app)) => app.tree(view),
            (Front::Other(bundle), _) => other_tree(bundle),
            _ => home_tree(installed),
        }
    }

    /// Who is active and what is on the screen, for the witness.
    #[must_use]
    pub fn scene(&self, view: &View<'_>) -> Scene {
        match (&self.front, &self.app) {
            (Front::App, Some(app)) if !self.locked => app.scene(view),
            _ => Scene {
                account: view.me().map(str::to_owned),
                ..Scene::default()
            },
        }
    }
}

/// One simulated iPhone.
pub struct Phone {
    /// From 1.
    pub number: u16,
    /// The UDID.
    pub udid: String,
    /// The app's release.
    pub version: AppVersion,
    /// Whether the app is on the phone.
    pub installed: bool,
    /// The phone's name.
    pub name: String,
    /// The iOS version.
    pub ios: String,
    /// What phone and app speak.
    pub language: Language,
    /// Whether usbmuxd lists it by Wi-Fi as well.
    pub wifi: bool,
    /// Whether a locked screen asks for a passcode.
    pub passcode: bool,
    /// How it stands to this computer, where the scenario says so.
    pub trust: Option<Trust>,
    /// Commands run one after the other here, in the order they came.
    pub queue: tokio::sync::Mutex<()>,
    /// Changes when every connection to the phone ends.
    pub link: watch::Sender<u64>,
    /// Changes when every connection to WebDriverAgent ends.
    pub wda_link: watch::Sender<u64>,
    /// The main queue hangs until then (monotonic ns).
    pub hang: watch::Sender<u64>,
    /// Names of the system's notifications, as they are posted.
    pub notices: broadcast::Sender<&'static str>,
    /// The picture last streamed.
    pub frame: Mutex<Option<crate::wda::mjpeg::Frame>>,
    state: Mutex<State>,
    settings: Mutex<Settings>,
    ports: Mutex<Ports>,
}

impl Phone {
    /// Phone `number` as the scenario wants it; not attached yet.
    #[must_use]
    pub fn new(number: u16, spec: Option<&PhoneSpec>, version: AppVersion) -> Phone {
        let developer_mode = spec.and_then(|s| s.developer_mode).unwrap_or(true);
        let state = State {
            attached: false,
            device_id: 0,
            wifi_id: None,
            trust: spec.and_then(|s| s.trust).unwrap_or_default(),
            wda_up: spec.and_then(|s| s.wda).unwrap_or(developer_mode),
            session: None,
            app: None,
            front: Front::Home,
            alert: None,
            locked: spec.and_then(|s| s.locked).unwrap_or(false),
            battery: spec.and_then(|s| s.battery).unwrap_or(0.87),
            thermal: spec.and_then(|s| s.thermal).unwrap_or(0),
            disk_free: spec.and_then(|s| s.disk_free).unwrap_or(DISK_FREE),
            developer_mode,
            offline_until: 0,
            drop_characters: 0,
            pending_question: None,
            started_before: false,
            held: Held::default(),
            pasteboard: ("plaintext".to_owned(), String::new()),
            location: None,
            dark: false,
            recording: None,
            started_with: (serde_json::json!([]), serde_json::json!({})),
            busy_until: 0,
            made: [None, None],
            next_pid: 400 + u32::try_from(monotonic_ns() / 1_000_000 % 20_000).unwrap_or(0),
            alerts: 0,
        };
        let name = spec.and_then(|s| s.name.clone());
        Phone {
            number,
            udid: udid(number),
            version,
            installed: spec.and_then(|s| s.app_installed).unwrap_or(true),
            name: name.unwrap_or_else(|| format!("Simulated iPhone {number}")),
            ios: spec
                .and_then(|s| s.ios.clone())
                .unwrap_or_else(|| "18.3.2".to_owned()),
            language: spec.and_then(|s| s.language).unwrap_or_default(),
            wifi: spec.and_then(|s| s.wifi).unwrap_or(false),
            passcode: spec.and_then(|s| s.passcode).unwrap_or(false),
            trust: spec.and_then(|s| s.trust),
            queue: tokio::sync::Mutex::new(()),
            link: watch::Sender::new(0),
            wda_link: watch::Sender::new(0),
            hang: watch::Sender::new(0),
            notices: broadcast::channel(64).0,
            frame: Mutex::new(None),
            state: Mutex::new(state),
            settings: Mutex::default(),
            ports: Mutex::default(),
        }
    }

    /// Locks the screen.
    pub fn lock(&self) {
        self.state().locked = true;
        self.post(LOCK_STATE);
        self.post(LOCK_COMPLETE);
    }

    /// Unlocks it.
    pub fn unlock(&self) {
        self.state().locked = false;
        self.post(LOCK_STATE);
    }

    /// Posts one of the system's notifications.
    pub fn post(&self, name: &'static str) {
        // Mostly nobody waits for one.
        let _ = self.notices.send(name);
    }

    /// The phone's state, held for a moment.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What computers set on it, held for a moment.
    pub fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ports of its services, held for a moment.
    pub fn open_ports(&self) -> MutexGuard<'_, Ports> {
        self.ports.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the cable is in.
    #[must_use]
    pub fn is_attached(&self) -> bool {
        self.state().attached
    }

    /// Whether the screen is locked and only a passcode opens it.
    #[must_use]
    pub fn passcode_locked(&self) -> bool {
        self.passcode && self.state().locked
    }

    /// The battery's level, 0 to 100.
    #[must_use]
    pub fn battery_percent(&self) -> u64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a level from 0 to 1 was checked"
        )]
        let percent = (self.state().battery * 100.0).round() as u64;
        percent
    }

    /// Whether the battery is being charged: over the cable, until it is full.
    #[must_use]
    pub fn is_charging(&self) -> bool {
        self.battery_percent() < 100 && self.is_attached()
    }

    /// The made-up address of its Wi-Fi; it stays with the phone.
    #[must_use]
    pub fn wifi_address(&self) -> String {
        self.hardware_address(0)
    }

    /// A made-up hardware address, one of those that follow the Wi-Fi's.
    #[must_use]
    pub fn hardware_address(&self, offset: u8) -> String {
        let b = hash(&self.udid).to_le_bytes();
        let last = b[2].wrapping_add(offset);
        format!("3c:2e:f9:{:02x}:{:02x}:{last:02x}", b[0], b[1])
    }
}
