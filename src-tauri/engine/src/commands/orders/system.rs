//! Pauses and stops of everything, or of a part.

use signalbox_scheduler::{Kind, Scope};
use uuid::Uuid;

use super::super::{CommandError, Commands};
use crate::runtime::{Refused, Switch};

/// What is paused, stopped, or goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Everything.
    All,
    /// Tasks of one kind.
    Kind(Kind),
    /// A list, by its id.
    List(Uuid),
    /// An account, by its id.
    Account(String),
    /// A phone, by its serial.
    Device(String),
}

impl Commands {
    async fn scope_of(&self, part: Part) -> Result<Scope, CommandError> {
        let found = self.read(move |view| {
            let directory = view.directory;
            match part {
                Part::All => Ok(Scope::All),
                Part::Kind(kind) => Ok(Scope::Kind(kind)),
                Part::List(id) => {
                    let mut lists = directory.lists();
                    let found = lists.find(|(_, row)| row.list_id == id);
                    let found = found.map(|(no, _)| Scope::List(no));
                    found.ok_or_else(|| Refused::new("unknown_list", "There is no such list."))
                }
                Part::Account(id) => {
                    let found = directory.account_by_id(&id).map(Scope::Account);
                    let message = "There is no such account. Add it first.";
                    found.ok_or_else(|| Refused::new("unknown_account", message))
                }
                Part::Device(udid) => {
                    let found = directory.phone_by_serial(&udid).map(Scope::Phone);
                    found.ok_or_else(|| Refused::new("unknown_phone", "There is no such phone."))
                }
            }
        });
        Ok(found.await??)
    }

    /// No new task of the part starts; running ones finish.
    ///
    /// # Errors
    /// There is no such part, or the order could not be saved.
    pub async fn pause_part(&self, part: Part) -> Result<(), CommandError> {
        let scope = self.scope_of(part).await?;
        self.order(Switch::Pause(scope), None).await
    }

    /// The pause of the part is over.
    ///
    /// # Errors
    /// As [`Commands::pause_part`].
    pub async fn resume_part(&self, part: Part) -> Result<(), CommandError> {
        let scope = self.scope_of(part).await?;
        self.order(Switch::Resume(scope), None).await
    }

    /// No further call goes out to a phone of the part, from now on and over restarts. Calls in
    /// flight are recorded as unknown; their accounts are held.
    ///
    /// # Errors
    /// As [`Commands::pause_part`]; `not_to_be_stopped` of a kind, a list or an account.
    pub async fn stop_part(&self, part: Part) -> Result<(), CommandError> {
        let scope = self.scope_of(part).await?;
        self.order(Switch::Stop(scope), None).await
    }

    /// The stop of the part is over: its phones prove themselves quiet, and work goes on.
    ///
    /// # Errors
    /// As [`Commands::stop_part`].
    pub async fn unstop_part(&self, part: Part) -> Result<(), CommandError> {
        let scope = self.scope_of(part).await?;
        self.order(Switch::Unstop(scope), None).await
    }
}
