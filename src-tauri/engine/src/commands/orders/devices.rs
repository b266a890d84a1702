//! Orders about phones.

use super::super::{CommandError, Commands};
use crate::dto::DeviceView;
use crate::runtime::{ChangeDevice, DeviceChange, ForgetDevice, Hand};

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

    /// Takes a phone that is not here off the list, until it is plugged in again.
    ///
    /// # Errors
    /// `unknown_phone`, `device_connected`, `device_held`.
    pub async fn forget_device(&self, udid: String) -> Result<(), CommandError> {
        self.order(ForgetDevice(udid), None).await
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

    pub(super) async fn device(&self, udid: &str) -> Result<DeviceView, CommandError> {
        let devices = self.devices().await?.devices;
        let found = devices.into_iter().find(|device| device.udid == udid);
        found.ok_or_else(|| CommandError::new("unknown_phone", "There is no such phone."))
    }
}
