//! Which of the operator's accounts act on one target within seven days (DESIGN §4, the brakes):
//! asked for a whole list at once, before any of its rows is accepted, and for a task alone.

use std::collections::{HashMap, HashSet};

use rusqlite::Connection;
use signalbox_automation::Handle;
use signalbox_scheduler::AccountNo;

use crate::store::{self, intents};

/// The accounts on each target: those that acted there or still mean to, and those of the rows
/// before.
pub(crate) struct TargetUse<'c, T> {
    connection: &'c Connection,
    /// The most accounts on one target.
    most: u16,
    /// Policy time, ms.
    at: u64,
    title: T,
    on_target: HashMap<String, HashSet<String>>,
}

impl<'c, T: Fn(AccountNo) -> String> TargetUse<'c, T> {
    /// Nothing asked yet; `title` gives an account's id.
    pub(crate) fn new(connection: &'c Connection, most: u16, at: u64, title: T) -> Self {
        Self {
            connection,
            most,
            at,
            title,
            on_target: HashMap::new(),
        }
    }

    /// The ids of the accounts on a target.
    fn names(&mut self, target: &Handle) -> store::Result<&mut HashSet<String>> {
        let key = target.reveal().to_lowercase();
        if !self.on_target.contains_key(&key) {
            let before = intents::accounts_on(self.connection, &key, self.at)?;
            let names = before.into_iter().map(&self.title).collect();
            self.on_target.insert(key.clone(), names);
        }
        Ok(self.on_target.entry(key).or_default())
    }

    /// Whether this account may be set on the target beside those that are.
    pub(crate) fn has_room(&mut self, target: &Handle, account_id: &str) -> store::Result<bool> {
        let most = usize::from(self.most);
        let names = self.names(target)?;
        Ok(names.contains(account_id) || names.len() < most)
    }

    /// The same for all of these targets.
    pub(crate) fn has_room_on_all(
        &mut self,
        targets: &[Handle],
        account_id: &str,
    ) -> store::Result<bool> {
        for target in targets {
            if !self.has_room(target, account_id)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The ids of the accounts that may be set on all of these targets; `None`: any may.
    pub(crate) fn only(&mut self, targets: &[Handle]) -> store::Result<Option<HashSet<String>>> {
        let most = usize::from(self.most);
        let mut only: Option<HashSet<String>> = None;
        for target in targets {
            let names = self.names(target)?;
            if names.len() < most {
                continue;
            }
            match &mut only {
                None => only = Some(names.clone()),
                Some(only) => only.retain(|it| names.contains(it)),
            }
        }
        Ok(only)
    }

    /// Why this account may not be set on the target, if it may not.
    pub(crate) fn refuses(
        &mut self,
        target: &Handle,
        account_id: &str,
    ) -> store::Result<Option<String>> {
        if self.has_room(target, account_id)? {
            return Ok(None);
        }
        let (most, would) = (self.most, self.names(target)?.len() + 1);
        Ok(Some(format!(
            "“{}” would be acted on by {would} of your accounts within seven days; {most} may. \
             Leave it out, or wait.",
            target.reveal(),
        )))
    }

    /// Sets an account on the target, or says why it may not be.
    pub(crate) fn add(
        &mut self,
        target: &Handle,
        account_id: &str,
    ) -> store::Result<Result<(), String>> {
        if let Some(why) = self.refuses(target, account_id)? {
            return Ok(Err(why));
        }
        self.names(target)?.insert(account_id.to_owned());
        Ok(Ok(()))
    }
}
