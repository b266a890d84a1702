//! Orders about WebDriverAgent on a phone.

use std::time::Duration;

use signalbox_scheduler::Phone;

use super::super::{CommandError, Commands};
use crate::dto::DeviceView;
use crate::runtime::Runner;

/// How long a phone that was brought up may take until it can work.
const READY_MAX: Duration = Duration::from_secs(10);
/// The same where its runner has to start.
const RUNNER_MAX: Duration = Duration::from_secs(60);

impl Commands {
    /// Brings a phone up: neither paused nor stopped any more, it is looked at at once, and this
    /// waits until it can work. The runner itself is started on the phone by whoever keeps it there.
    ///
    /// # Errors
    /// `unknown_phone`, `device_busy`, `in_hand`, `stopped`; `device_not_ready`: the lowest rung that
    /// does not hold, and what to do.
    pub async fn initialize_device(&self, udid: String) -> Result<DeviceView, CommandError> {
        self.order(Runner::Initialize(udid.clone()), None).await?;
        if let Some(phones) = &self.phones_there {
            let looked = phones.look(&udid).await;
            looked.map_err(|detail| CommandError::new("device_not_ready", detail))?;
        }
        self.ready_within(&udid, READY_MAX).await
    }

    /// Lets a phone go: nothing more is said to it, over restarts, until it is brought up or resumed.
    ///
    /// # Errors
    /// `unknown_phone`, `device_busy`, `in_hand`, `stopped` where everything is.
    pub async fn let_device_go(&self, udid: String) -> Result<(), CommandError> {
        self.order(Runner::LetGo(udid), None).await
    }

    /// Ends WebDriverAgent on a phone, and waits until who keeps it running there has started it
    /// again. Until then the phone takes no task.
    ///
    /// # Errors
    /// `unknown_phone`, `device_busy`, `in_hand`, `stopped`, `device_not_connected`;
    /// `device_not_ready`: it did not end, or has not come back.
    pub async fn restart_runner(&self, udid: String) -> Result<DeviceView, CommandError> {
        self.order(Runner::Restart(udid.clone()), None).await?;
        if let Some(phones) = &self.phones_there {
            let ended = phones.end_runner(&udid).await;
            ended.map_err(|detail| CommandError::new("device_not_ready", detail))?;
        }
        self.ready_within(&udid, RUNNER_MAX).await
    }

    async fn ready_within(&self, udid: &str, limit: Duration) -> Result<DeviceView, CommandError> {
        if !self.until(udid, limit, |phone| phone.ready).await? {
            let told = self.device(udid).await?.error_message;
            let why = told.unwrap_or_else(|| "It does not say why.".to_owned());
            let detail = format!(
                "The phone cannot work after {} s: {why} Start WebDriverAgent on it.",
                limit.as_secs()
            );
            return Err(CommandError::new("device_not_ready", detail));
        }
        self.device(udid).await
    }

    /// Waits until a phone is so; false when it is not within that time.
    pub(super) async fn until(
        &self,
        udid: &str,
        limit: Duration,
        is_so: fn(&Phone) -> bool,
    ) -> Result<bool, CommandError> {
        let so = async {
            let mut watcher = self.feed.watch();
            loop {
                let serial = udid.to_owned();
                let so = self.read(move |view| {
                    let no = view.directory.phone_by_serial(&serial)?;
                    Some(is_so(view.state.phone(no)?))
                });
                if so.await? == Some(true) {
                    return Ok::<(), CommandError>(());
                }
                watcher.changed().await.ok_or_else(CommandError::gone)?;
            }
        };
        match tokio::time::timeout(limit, so).await {
            Ok(done) => done.map(|()| true),
            Err(_) => Ok(false),
        }
    }
}
