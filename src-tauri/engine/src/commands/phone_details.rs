//! One phone more closely: its ladder as far as it is known, what was tried on it, its screen.

use schemars::JsonSchema;
use serde::Serialize;
use signalbox_scheduler::PhoneNo;

use super::states::at_wall;
use super::{CommandError, Commands};
use crate::clock::rfc3339;
use crate::dto::RungView;
use crate::runtime::View;
use crate::store::attempts::{self, OnPhone};
use crate::store::tasks::uuid;

/// What must hold before a phone can work, lowest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeviceLadder {
    /// Its serial.
    pub udid: String,
    /// The rungs.
    pub rungs: Vec<RungView>,
}

/// What was tried on a phone, the last one first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeviceAttempts {
    /// The attempts.
    pub attempts: Vec<DeviceAttempt>,
}

/// A try of a task on a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeviceAttempt {
    /// Its task.
    pub task_id: String,
    /// Its account.
    pub account_id: String,
    /// RFC 3339.
    pub started_at: String,
    /// RFC 3339; null while it is under way.
    pub ended_at: Option<String>,
    /// `running`; `in_doubt`: it has ended, and the phone has not proven itself quiet yet; or how it
    /// ended: `completed`, `failed`, `interrupted` ...
    pub ending: String,
    /// Code of what went wrong.
    pub error_code: Option<String>,
    /// The same as a sentence.
    pub error_message: Option<String>,
}

impl Commands {
    /// What must hold before this phone can work, as far as it is known; nothing is said to the
    /// phone, so that nobody who works on it is disturbed.
    ///
    /// # Errors
    /// `unknown_phone`.
    pub async fn device_ladder(&self, udid: String) -> Result<DeviceLadder, CommandError> {
        self.device(&udid).await?;
        let rungs = self.facts.ladder(&udid, &self.bundle_id);
        Ok(DeviceLadder { udid, rungs })
    }

    /// What was tried on this phone among the newest attempts, and what is under way there.
    ///
    /// # Errors
    /// `unknown_phone`.
    pub async fn device_attempts(
        &self,
        udid: String,
        most: u32,
    ) -> Result<DeviceAttempts, CommandError> {
        self.device(&udid).await?;
        let found = self.read(move |view| {
            let no = view.directory.phone_by_serial(&udid)?;
            Some((no, under_way(view, no)))
        });
        let found = found.await?;
        let (no, now) = found.ok_or_else(unknown_phone)?;
        let over = self.query(move |connection| attempts::on_phone(connection, no, most));
        let over = over.await?;
        let named = self.read(move |view| {
            let over = over.into_iter().map(|it| ended(view, it));
            now.into_iter().chain(over).collect::<Vec<_>>()
        });
        let mut attempts: Vec<DeviceAttempt> = named.await?;
        // What was under way may have ended between the two looks.
        let mut seen = std::collections::HashSet::new();
        attempts.retain(|it| seen.insert((it.task_id.clone(), it.started_at.clone())));
        attempts.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        Ok(DeviceAttempts { attempts })
    }

    /// A picture of the phone's screen now, as PNG or JPEG. Who works on the phone is left alone.
    ///
    /// # Errors
    /// `unknown_phone`, `device_not_connected`; `stopped`: nothing is said to the phone;
    /// `device_not_ready`: it did not answer.
    pub async fn device_screen(&self, udid: String) -> Result<Vec<u8>, CommandError> {
        let device = self.device(&udid).await?;
        let Some(phones) = self.phones_there.as_ref() else {
            return Err(not_connected());
        };
        if device.status == "disconnected" {
            return Err(not_connected());
        }
        let picture = phones.picture(&udid).await;
        picture.map_err(|(code, detail)| CommandError::new(code, detail))
    }
}

fn unknown_phone() -> CommandError {
    CommandError::new("unknown_phone", "There is no such phone.")
}

fn not_connected() -> CommandError {
    let message = "The phone is not connected. Plug it in.";
    CommandError::new("device_not_connected", message)
}

/// The attempt that holds the phone.
fn under_way(view: &View<'_>, no: PhoneNo) -> Option<DeviceAttempt> {
    let attempt = view.state.attempt(view.state.phone(no)?.lease?)?;
    let account = attempt
        .account
        .or_else(|| Some(view.state.task(attempt.task)?.account));
    let account = account.map(|account| view.directory.account_title(account).to_owned());
    let doubt = attempt.doubt.as_ref();
    Some(DeviceAttempt {
        task_id: uuid(attempt.task).to_string(),
        account_id: account.unwrap_or_default(),
        started_at: at_wall(view, attempt.started_at),
        ended_at: doubt.map(|doubt| at_wall(view, doubt.since)),
        ending: match doubt {
            Some(_) => "in_doubt",
            None => "running",
        }
        .to_owned(),
        error_code: None,
        error_message: None,
    })
}

fn ended(view: &View<'_>, attempt: OnPhone) -> DeviceAttempt {
    let (error_code, error_message) = attempt.error.unzip();
    DeviceAttempt {
        task_id: uuid(attempt.task).to_string(),
        account_id: view.directory.account_title(attempt.account).to_owned(),
        started_at: rfc3339(attempt.started_ts),
        ended_at: Some(rfc3339(attempt.ended_ts)),
        ending: attempt.ending,
        error_code,
        error_message: error_message.filter(|it| !it.is_empty()),
    }
}
