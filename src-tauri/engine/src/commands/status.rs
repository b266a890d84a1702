//! What an engine is and how it stands, on one page: for whoever comes to it from a terminal.

use super::health::health;
use super::{CommandError, Commands};
use crate::runtime::View;
use crate::store::World;

/// How an engine stands.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct EngineStatus {
    /// The version of the program.
    pub version: String,
    /// Where its data set is.
    pub data_dir: String,
    /// Whether its phones are simulated.
    pub simulated: bool,
    /// Seconds since it started.
    pub uptime: f64,
    /// `started`, `paused`, or `stopped` (by an emergency stop).
    pub state: String,
    /// What is worth a look, one sentence each.
    pub issues: Vec<String>,
    /// Phones that are attached.
    pub devices_attached: u64,
    /// Those that can work.
    pub devices_ready: u64,
    /// Accounts there are.
    pub accounts: u64,
    /// Accounts with a task under way or in doubt.
    pub accounts_running: u64,
    /// Accounts that rest.
    pub accounts_cooldown: u64,
    /// Accounts that are suspended.
    pub accounts_suspended: u64,
    /// Tasks under way or in doubt.
    pub tasks_running: u64,
    /// Tasks that wait in a line.
    pub tasks_waiting: u64,
    /// Tasks that wait for their time.
    pub tasks_scheduled: u64,
}

impl Commands {
    /// What the engine is, and how it stands.
    pub async fn status(&self) -> Result<EngineStatus, CommandError> {
        let (uptime, simulated) = (self.uptime(), self.world() == World::Simulated);
        let data_dir = self.data_dir().path().display().to_string();
        self.read(move |view| {
            let state = &view.state;
            let counts = state.counts();
            let health = health(view, uptime);
            let attached = state.phones().filter(|(_, phone)| phone.present);
            EngineStatus {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                data_dir,
                simulated,
                uptime,
                state: state_word(view).to_owned(),
                issues: health.issues,
                devices_attached: attached.count() as u64,
                devices_ready: health.devices_ready,
                accounts: counts.accounts,
                accounts_running: counts.accounts_running,
                accounts_cooldown: counts.accounts_cooldown,
                accounts_suspended: counts.accounts_suspended,
                tasks_running: counts.tasks_running,
                tasks_waiting: counts.tasks_waiting,
                tasks_scheduled: counts.tasks_scheduled,
            }
        })
        .await
    }
}

fn state_word(view: &View<'_>) -> &'static str {
    match () {
        () if view.state.is_stopped() => "stopped",
        () if view.state.is_paused() => "paused",
        () => "started",
    }
}
