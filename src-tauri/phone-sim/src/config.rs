//! How a set of simulated phones is asked for.

use std::path::PathBuf;
use std::time::Duration;

use crate::accounts::SignIn;
use crate::scenario::Scenario;

/// The most phones one simulator carries.
pub const MAX_PHONES: u16 = 256;
/// How long a command takes on the phone's main queue when nothing else is said.
pub const DEFAULT_LATENCY: Duration = Duration::from_millis(20);
/// How long a simulator started as a child lives with no client connected.
pub const CHILD_LINGER: Duration = Duration::from_secs(600);

/// Everything [`crate::serve`] needs to know. Start from [`Config::new`] and change fields.
#[derive(Clone)]
pub struct Config {
    /// How many phones, 1 to [`MAX_PHONES`]. Phone `n` has the UDID [`udid`]`(n)`.
    pub phones: u16,
    /// The usbmux socket to open (mode 0600). `PATH.control` beside it is the control socket.
    pub socket: PathBuf,
    /// Also listen at `127.0.0.1:PORT`; 0 lets the system choose (see [`Ready::tcp`]).
    pub tcp: Option<u16>,
    /// Who is signed in where; see [`crate::accounts::read_accounts`].
    pub accounts: Vec<SignIn>,
    /// The witness log to append to, or none.
    pub witness: Option<PathBuf>,
    /// The world file. Without one the world lives and dies with the process.
    pub world: Option<PathBuf>,
    /// Faults, profiles and phones that differ; see [`crate::scenario::Scenario::read`].
    pub scenario: Scenario,
    /// How long a command holds the main queue. `None`: what the scenario says, else
    /// [`DEFAULT_LATENCY`]. Zero is really instant.
    pub latency: Option<Duration>,
    /// The app's version on all phones, where the scenario says nothing about a phone.
    /// `None`: what the scenario says for all, else A.
    pub app_version: Option<AppVersion>,
    /// End by itself after this long without a usbmux client. `None`: never (started by hand).
    /// A child process sets [`CHILD_LINGER`].
    pub linger: Option<Duration>,
    /// What `status` on the control socket repeats, so that an engine knows its own child.
    pub fingerprint: Option<String>,
}

impl Config {
    /// Phones with no accounts, world, witness or scenario, at this socket.
    #[must_use]
    pub fn new(phones: u16, socket: impl Into<PathBuf>) -> Config {
        Config {
            phones,
            socket: socket.into(),
            tcp: None,
            accounts: Vec::new(),
            witness: None,
            world: None,
            scenario: Scenario::default(),
            latency: None,
            app_version: None,
            linger: None,
            fingerprint: None,
        }
    }

    /// Where the control socket lies: the usbmux socket's path with `.control` behind it.
    #[must_use]
    pub fn control_socket(&self) -> PathBuf {
        let mut path = self.socket.clone().into_os_string();
        path.push(".control");
        PathBuf::from(path)
    }
}

/// What a started simulator tells its starter, once every phone is listed.
#[derive(Clone)]
pub struct Ready {
    /// The UDIDs, phone 1 first.
    pub udids: Vec<String>,
    /// The address really listened at, where TCP was asked for.
    pub tcp: Option<std::net::SocketAddr>,
    /// The control socket.
    pub control: PathBuf,
}

/// The two releases of the simulated app; they differ where real ones do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub enum AppVersion {
    /// The older one.
    #[default]
    A,
    /// The newer one.
    B,
}

/// The UDID of phone `number` (from 1).
#[must_use]
pub fn udid(number: u16) -> String {
    format!("00008030-51{number:014}")
}
