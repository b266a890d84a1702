//! What can be set, and setting it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{CommandError, Commands};
use crate::runtime::SettingsChange;
use crate::settings::{BadField, Bound, Chosen, SettingsView, in_force};

/// What is set, and which of the brakes hold.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct SettingsReport {
    /// Every field.
    pub settings: SettingsView,
    /// The brakes that hold. On simulated phones the ceilings and the gap are off until somebody
    /// sets them, or the engine is started with `--limits`.
    pub in_force: Vec<&'static str>,
    /// The hard limits that live phones add to the bounds of a field, by its name.
    pub live_bounds: BTreeMap<&'static str, Bound>,
}

/// Why a change was not made. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotSet {
    /// Some fields are outside their bounds.
    Bad(Vec<BadField>),
    /// The engine did not take it.
    Refused(CommandError),
}

impl From<CommandError> for NotSet {
    fn from(error: CommandError) -> Self {
        Self::Refused(error)
    }
}

impl Commands {
    /// What is set.
    pub async fn settings(&self) -> Result<SettingsReport, CommandError> {
        self.read(|view| SettingsReport {
            settings: view.chosen.view(view.durability),
            in_force: in_force(&view.state.settings),
            live_bounds: Chosen::live_bounds(),
        })
        .await
    }

    /// Sets the named fields and leaves the others; what is set from then on.
    pub async fn set_settings(&self, fields: Chosen) -> Result<SettingsReport, NotSet> {
        let bad = fields.check(self.world());
        if !bad.is_empty() {
            return Err(NotSet::Bad(bad));
        }
        self.order(SettingsChange { fields }, None).await?;
        Ok(self.settings().await?)
    }
}
