//! Orders about accounts.

use signalbox_automation::Handle;

use super::super::{CommandError, Commands, Reason};
use crate::dto::AccountListing;
use crate::runtime::{AccountChange, AddAccount, ChangeAccount, Discipline, RemoveAccount};
use crate::simulator::SignIn;

impl Commands {
    /// Adds an account; without a handle its id is also its name in the app.
    ///
    /// # Errors
    /// `account_exists`, `handle_taken`.
    pub async fn add_account(
        &self,
        account_id: String,
        change: AccountChange,
    ) -> Result<AccountListing, CommandError> {
        let order = AddAccount {
            account_id: account_id.clone(),
            change,
        };
        self.order(order, None).await?;
        self.sign_in(&account_id).await?;
        self.account(account_id).await
    }

    /// Changes an account. Another phone counts from its next start on. Another name is refused
    /// while a task of it is under way, which acts under the old one; after it, the account is
    /// looked for anew on every phone.
    ///
    /// # Errors
    /// `unknown_account`, `handle_taken`, `account_held`.
    pub async fn change_account(
        &self,
        account_id: String,
        change: AccountChange,
    ) -> Result<AccountListing, CommandError> {
        let moves = change.handle.is_some() || change.phone.is_some();
        let order = ChangeAccount {
            account_id: account_id.clone(),
            change,
        };
        self.order(order, None).await?;
        if moves {
            self.sign_in(&account_id).await?;
        }
        self.account(account_id).await
    }

    /// Removes an account. Its history stays; its id and its name are free for another, which goes
    /// on under the brakes of this one if it has its name.
    ///
    /// # Errors
    /// `unknown_account`, `account_has_tasks`, `account_held`.
    pub async fn remove_account(&self, account_id: String) -> Result<(), CommandError> {
        self.order(RemoveAccount(account_id), None).await
    }

    /// The account takes no task until the operator lifts that; one that runs finishes.
    ///
    /// # Errors
    /// `unknown_account`, `reason_needed`, `bad_reason`.
    pub async fn suspend(&self, account_id: String, why: &str) -> Result<(), CommandError> {
        self.discipline(Discipline::Suspend(account_id), why).await
    }

    /// Lifts a suspension.
    ///
    /// # Errors
    /// As [`Commands::suspend`]; `wrong_state`; `operator_needed`: the platform challenged the
    /// account, and its phones are live.
    pub async fn unsuspend(&self, account_id: String, why: &str) -> Result<(), CommandError> {
        let world = self.world();
        self.discipline(Discipline::Unsuspend(account_id, world), why)
            .await
    }

    /// Ends a rest before its time.
    ///
    /// # Errors
    /// As [`Commands::suspend`]; `wrong_state`.
    pub async fn end_cooldown(&self, account_id: String, why: &str) -> Result<(), CommandError> {
        self.discipline(Discipline::EndCooldown(account_id), why)
            .await
    }

    /// Frees an account whose phone does not prove itself quiet.
    ///
    /// # Errors
    /// As [`Commands::suspend`]; `wrong_state`.
    pub async fn release(&self, account_id: String, why: &str) -> Result<(), CommandError> {
        self.discipline(Discipline::Release(account_id), why).await
    }

    async fn discipline(&self, order: Discipline, why: &str) -> Result<(), CommandError> {
        let why = Reason::new(why)?;
        self.order(order, Some(why)).await
    }

    /// Simulated phones are told who is signed in on them.
    async fn sign_in(&self, account_id: &str) -> Result<(), CommandError> {
        let Some(phones) = &self.phones else {
            return Ok(());
        };
        let id = account_id.to_owned();
        let signed_in = self.read(move |view| {
            let no = view.directory.account_by_id(&id)?;
            let row = view.directory.account(no)?;
            let phone = row.phone.and_then(|phone| view.directory.phone(phone));
            Some(SignIn {
                handle: Handle::new(row.handle.reveal()),
                device_udid: phone.map(|phone| phone.udid.clone()),
            })
        });
        let signed_in: Vec<SignIn> = signed_in.await?.into_iter().collect();
        Ok(phones.accounts(&signed_in).await?)
    }
}
