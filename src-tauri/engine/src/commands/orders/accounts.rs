//! Orders about accounts.

use std::time::Duration;

use signalbox_automation::Handle;
use signalbox_scheduler::{AccountState, PhoneNo};

use super::super::{CommandError, Commands, Reason};
use crate::dto::AccountListing;
use crate::runtime::{AccountChange, AddAccount, ChangeAccount, Discipline, Found, RemoveAccount};
use crate::settings::{BadField, OwnLimits};
use crate::simulator::SignIn;

/// How long an operator is kept waiting for what a phone shows; it is looked at all the same.
const LOOK_MAX: Duration = Duration::from_secs(60);

/// What became of a suspension that an operator wants lifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lift {
    /// It is lifted.
    Lifted,
    /// The phone on which the account is signed in is at work. It is looked at when its task has
    /// ended, and the suspension lifted if nothing stands there.
    Awaited,
}

impl Commands {
    /// Adds an account; without a handle its id is also its name in the app.
    ///
    /// # Errors
    /// `account_exists`, `handle_taken`; `hard_limit` as [`Commands::change_account`].
    pub async fn add_account(
        &self,
        account_id: String,
        change: AccountChange,
    ) -> Result<AccountListing, CommandError> {
        self.fits_hard_limits(&change)?;
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
    /// `unknown_account`, `handle_taken`, `account_held`; `hard_limit`: its own limits would be outside
    /// what live phones allow ([`Commands::outside_hard_limits`] names the fields).
    pub async fn change_account(
        &self,
        account_id: String,
        change: AccountChange,
    ) -> Result<AccountListing, CommandError> {
        self.fits_hard_limits(&change)?;
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

    /// What the hard limits do not allow of limits of an account's own.
    pub fn outside_hard_limits(&self, limits: &OwnLimits) -> Vec<BadField> {
        limits.check(self.world())
    }

    fn fits_hard_limits(&self, change: &AccountChange) -> Result<(), CommandError> {
        let bad = change.limits.map(|it| self.outside_hard_limits(&it));
        let first = bad.into_iter().flatten().next();
        first.map_or(Ok(()), |bad| {
            Err(CommandError::new("hard_limit", bad.detail))
        })
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
        let order = Discipline::Suspend(account_id);
        self.discipline(order, why).await.map(drop)
    }

    /// Lifts a suspension. What the platform put on an account is lifted only once a phone on which
    /// it is signed in was looked at and shows nothing any more: then this waits for that, up to a
    /// minute.
    ///
    /// # Errors
    /// As [`Commands::suspend`]; `wrong_state`; `operator_needed`: the platform challenged the
    /// account, its phones are live, and this is not the window; `no_device`: no phone could be
    /// looked at. Of the look: `challenge_stands`, `account_not_on_phone`, `screen_unread`,
    /// `look_failed`, `look_broken_off`; the account stays suspended.
    pub async fn unsuspend(&self, account_id: String, why: &str) -> Result<Lift, CommandError> {
        let order = Discipline::Unsuspend(account_id.clone(), self.world());
        if self.discipline(order, why).await?.is_none() {
            return Ok(Lift::Lifted);
        }
        let looked = tokio::time::timeout(LOOK_MAX, self.looked_at(account_id));
        looked.await.unwrap_or(Ok(Lift::Awaited))
    }

    /// Waits until no phone is to be looked at for the account, and tells what that came to.
    async fn looked_at(&self, account_id: String) -> Result<Lift, CommandError> {
        let mut watcher = self.feed.watch();
        loop {
            let id = account_id.clone();
            let look = self.read(move |view| {
                let no = view.directory.account_by_id(&id)?;
                let mut phones = view.state.phones();
                let waits = phones.any(|(_, it)| it.visit.is_some_and(|it| it.account == Some(no)));
                let challenged = AccountState::Suspended { challenge: true };
                let stands = view.state.account(no)?.state == challenged;
                Some((waits, stands, view.looks.get(&no).cloned()))
            });
            let (waits, stands, found) = look.await?.unwrap_or_default();
            if !waits {
                return lifted(stands, found);
            }
            watcher.changed().await.ok_or_else(CommandError::gone)?;
        }
    }

    /// Ends a rest before its time.
    ///
    /// # Errors
    /// As [`Commands::suspend`]; `wrong_state`.
    pub async fn end_cooldown(&self, account_id: String, why: &str) -> Result<(), CommandError> {
        let order = Discipline::EndCooldown(account_id);
        self.discipline(order, why).await.map(drop)
    }

    /// Frees an account whose phone does not prove itself quiet.
    ///
    /// # Errors
    /// As [`Commands::suspend`]; `wrong_state`.
    pub async fn release(&self, account_id: String, why: &str) -> Result<(), CommandError> {
        let order = Discipline::Release(account_id);
        self.discipline(order, why).await.map(drop)
    }

    async fn discipline(
        &self,
        order: Discipline,
        why: &str,
    ) -> Result<Option<PhoneNo>, CommandError> {
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

/// What a look that is over means for the operator who waits for it.
fn lifted(stands: bool, found: Option<Found>) -> Result<Lift, CommandError> {
    match found {
        Some(found) if found.code == "clear" && !stands => Ok(Lift::Lifted),
        Some(found) => {
            let detail = format!("{} The account stays suspended.", found.sentence);
            Err(CommandError::new(found.code, detail))
        }
        None => Err(CommandError::new(
            "look_broken_off",
            "The phone was unplugged, stopped, taken in hand, or the engine began anew before it \
             could be looked at. The account stays suspended; order it again.",
        )),
    }
}
