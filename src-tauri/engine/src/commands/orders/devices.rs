//! Orders about phones.

use std::time::Duration;

use super::super::{CommandError, Commands};
use crate::dto::DeviceView;
use crate::runtime::{AddPhone, ChangeDevice, DeviceChange, FindDevice, ForgetDevice, Hand, View};
use crate::simulator::SignIn;

/// How long a phone whose cable was put in may take to be listed.
const HERE_MAX: Duration = Duration::from_secs(10);

impl Commands {
    /// Changes what is said of a phone.
    ///
    /// # Errors
    /// `unknown_phone`.
    pub async fn change_device(
        &self,
        udid: String,
        change: DeviceChange,
    ) -> Result<DeviceView, CommandError> {
        let order = ChangeDevice {
            udid: udid.clone(),
            change,
        };
        self.order(order, None).await?;
        self.device(&udid).await
    }

    /// One more simulated phone, with everybody signed in on it who is on all of them. It comes back
    /// with the others.
    ///
    /// # Errors
    /// `not_simulated` on live phones and where there are none; `simulator_refused` where there is
    /// no room for another.
    pub async fn add_simulated_device(&self) -> Result<DeviceView, CommandError> {
        let phones = self.phones.as_ref().ok_or_else(|| {
            let message = "The phones of this data set are real ones. Plug an iPhone in, or switch \
                           to simulated phones in Settings.";
            CommandError::new("not_simulated", message)
        })?;
        let added = phones.add_phone().await?;
        let everybody = self.read(everybody).await?;
        phones.accounts(&everybody).await?;
        self.order(AddPhone(added.udid.clone()), None).await?;
        phones.plug_in(&added).await?;
        if !self
            .until(&added.udid, HERE_MAX, |phone| phone.present)
            .await?
        {
            let detail = "The simulated phone was added and is not listed yet. Wait a moment.";
            return Err(CommandError::new("simulator_slow", detail));
        }
        self.device(&added.udid).await
    }

    /// Takes a phone that is not here off the list, until it is plugged in again.
    ///
    /// # Errors
    /// `unknown_phone`, `device_connected`, `device_held`.
    pub async fn forget_device(&self, udid: String) -> Result<(), CommandError> {
        self.order(ForgetDevice(udid), None).await
    }

    /// The phone shows which one it is: its screen goes between Apple's settings and the home
    /// screen for some seconds. Then it is looked at, and takes tasks again.
    ///
    /// # Errors
    /// `unknown_phone`, `device_busy`, `in_hand`, `stopped`, `device_not_connected`;
    /// `device_not_ready` where it failed and is to show that it is well.
    pub async fn find_device(&self, udid: String) -> Result<(), CommandError> {
        self.order(FindDevice(udid), None).await
    }

    /// The operator takes the phone: it gets no further task, and what runs there ends at its next
    /// safe point, its account held until the phone is given back. Holds over restarts.
    ///
    /// # Errors
    /// `unknown_phone`, `in_hand`.
    pub async fn take_in_hand(&self, udid: String) -> Result<DeviceView, CommandError> {
        self.order(Hand::Take(udid.clone()), None).await?;
        self.device(&udid).await
    }

    /// The phone is given back: where a task was held it proves itself quiet first.
    ///
    /// # Errors
    /// `unknown_phone`, `not_in_hand`.
    pub async fn give_back(&self, udid: String) -> Result<DeviceView, CommandError> {
        self.order(Hand::GiveBack(udid.clone()), None).await?;
        self.device(&udid).await
    }

    pub(in crate::commands) async fn device(&self, udid: &str) -> Result<DeviceView, CommandError> {
        let devices = self.devices().await?.devices;
        let found = devices.into_iter().find(|device| device.udid == udid);
        found.ok_or_else(|| CommandError::new("unknown_phone", "There is no such phone."))
    }
}

/// Who is signed in where, as simulated phones are told.
fn everybody(view: &View<'_>) -> Vec<SignIn> {
    let phone = |no| view.directory.phone(no);
    let accounts = view.directory.accounts().map(|(_, row)| SignIn {
        handle: row.handle.clone(),
        device_udid: row.phone.and_then(phone).map(|phone| phone.udid.clone()),
    });
    accounts.collect()
}
