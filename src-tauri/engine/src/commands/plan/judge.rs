//! One row of a plan: the account it is given, and why it cannot be accepted or need not be.

use std::collections::HashSet;

use signalbox_scheduler::policy::QUEUE_MAX;
use signalbox_scheduler::{AccountNo, Need};

use super::Verdict;
use super::check::Check;
use super::starts::First;
use crate::commands::CommandError;
use crate::commands::import::new_id;
use crate::commands::spread::Spread;
use crate::list_file::TaskRow;
use crate::runtime::{need, spec_of};
use crate::store::tasks::TaskSpec;
use crate::store::{StoreError, intents, keys, tasks};

/// Why a row is not simply accepted.
pub(super) struct Finding {
    pub(super) verdict: Verdict,
    pub(super) code: &'static str,
    pub(super) field: &'static str,
    pub(super) reason: String,
}

impl Finding {
    fn refused(code: &'static str, field: &'static str, reason: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Refused,
            code,
            field,
            reason: reason.into(),
        }
    }
}

impl Check<'_> {
    /// What becomes of a row, and the account it names or is given.
    pub(super) fn judge(
        &mut self,
        row: &TaskRow,
        spread: &mut Spread,
        rehearsal: bool,
    ) -> Result<(Option<usize>, Option<Finding>), CommandError> {
        if let Some(finding) = self.was_keyed(row, rehearsal)? {
            return Ok((None, Some(finding)));
        }
        let spec = spec_of(new_id(), row, rehearsal);
        let need = need(&spec);
        let accounts = &self.accounts;
        let mut targets = self.targets.as_mut().filter(|_| !need.is_none());
        let place = match &row.account_id {
            Some(id) => self.by_id.get(id).copied(),
            None => spread.choose(|place| match &mut targets {
                Some(use_of) => use_of.has_room_on_all(row.targets(), &accounts[place].id),
                None => Ok::<_, StoreError>(true),
            })?,
        };
        let Some(place) = place else {
            let finding = match &row.account_id {
                Some(id) => {
                    let reason = format!("“{id}” is no known account");
                    Finding::refused("unknown_account", "account_id", reason)
                }
                None => {
                    let reason = "there is no account that this row could be given to";
                    Finding::refused("no_accounts", "account_id", reason)
                }
            };
            return Ok((None, Some(finding)));
        };
        let mut full = None;
        for target in row.targets() {
            if let (Some(targets), None) = (&mut targets, &full) {
                full = targets.refuses(target, &accounts[place].id)?;
            }
        }
        let full = full.map(|why| Finding::refused("target_limit", "target_username", why));
        let finding = full.or_else(|| self.has_no_room(place, need));
        let finding = match finding {
            Some(finding) => Some(finding),
            None => self.says_the_same(row, &spec, place)?,
        };
        if finding.is_none() {
            self.give(place, row, need, rehearsal)?;
        }
        Ok((Some(place), finding))
    }

    /// What is to be said of the row's idempotency key, if it was used before.
    fn was_keyed(
        &mut self,
        row: &TaskRow,
        rehearsal: bool,
    ) -> Result<Option<Finding>, CommandError> {
        let Some(key) = &row.key else {
            return Ok(None);
        };
        let field = "idempotency_key";
        if let Some(line) = self.keys.insert(key.text.clone(), row.line) {
            let reason = format!("row {line} has this key already");
            return Ok(Some(Finding::refused("duplicate_key", field, reason)));
        }
        let found = keys::find(self.reader, &key.text)?;
        Ok(found.map(|(_, hash)| match hash == key.hash(rehearsal) {
            true => Finding {
                verdict: Verdict::Duplicate,
                code: "known_key",
                field,
                reason: "the same task was accepted before, under this key".to_owned(),
            },
            false => {
                let reason = "the key was used for another task; choose a new key";
                Finding::refused("key_reused", field, reason)
            }
        }))
    }

    /// Why the account cannot take the row, if it cannot.
    fn has_no_room(&self, place: usize, need: Need) -> Option<Finding> {
        let account = &self.accounts[place];
        if account.tasks + account.given >= QUEUE_MAX as u64 {
            let reason = format!("the line of {} is full ({QUEUE_MAX} tasks)", account.id);
            return Some(Finding::refused("queue_full", "account_id", reason));
        }
        let mut ceilings = self.facts.settings.per_day.iter().zip(need.0);
        let never = ceilings.any(|(most, need)| most.is_some_and(|most| u16::from(need) > most));
        never.then(|| {
            let reason = "it means to do more than the daily ceilings ever allow; split it";
            Finding::refused("never_fits", "actions", reason)
        })
    }

    /// A row before, or a task that waits, which says the same.
    fn says_the_same(
        &mut self,
        row: &TaskRow,
        spec: &TaskSpec,
        place: usize,
    ) -> Result<Option<Finding>, CommandError> {
        let target = row.target.reveal().to_lowercase();
        let duplicate = |code, reason| Finding {
            verdict: Verdict::Duplicate,
            code,
            field: "target_username",
            reason,
        };
        let said = (row.account_id.clone(), target, tasks::saying(spec));
        if let Some(line) = self.said.get(&said) {
            let reason = format!("line {line} says the same");
            return Ok(Some(duplicate("duplicate_row", reason)));
        }
        self.said.insert(said, row.line);
        // Of a row that names no account it is not known whether another one is meant.
        let (Some(_), Some(no)) = (&row.account_id, self.accounts[place].no) else {
            return Ok(None);
        };
        let waits = tasks::is_waiting(self.reader, no, spec)?;
        Ok(waits.then(|| {
            let reason = "a task that says the same waits for this account already".to_owned();
            duplicate("duplicate_task", reason)
        }))
    }

    /// The row is the account's from now on.
    fn give(
        &mut self,
        place: usize,
        row: &TaskRow,
        need: Need,
        rehearsal: bool,
    ) -> Result<(), CommandError> {
        let account = &mut self.accounts[place];
        account.given += 1;
        account.first.get_or_insert(First::of(row, need));
        let gap_ms = account.gap_ms;
        for (sum, need) in account.wanted.iter_mut().zip(need.0) {
            *sum += u64::from(need);
        }
        if let (Some(targets), false) = (&mut self.targets, need.is_none()) {
            for target in row.targets() {
                let _ = targets.add(target, &account.id)?;
            }
        }
        self.not_before = self.not_before.max(row.not_before_ms);
        let facts = self.facts;
        let ms = self
            .pace
            .of(row.kind, rehearsal, need, gap_ms, facts.time_scale);
        self.longest = self.longest.max(ms.unwrap_or(0));
        self.work = self.work.zip(ms).map(|(work, ms)| work + ms);
        Ok(())
    }

    /// Acts of the row that the account did on its target lately.
    pub(super) fn done_before(
        &self,
        row: &TaskRow,
        no: AccountNo,
    ) -> Result<Vec<String>, CommandError> {
        let target = row.target.reveal().to_lowercase();
        let (at, days) = (self.facts.at, self.facts.reengagement_days);
        let done = intents::done_on(self.reader, &target, no, at, days)?;
        let acts: HashSet<&str> = row
            .actions
            .iter()
            .filter_map(|it| it.act())
            .map(|it| it.as_str())
            .collect();
        Ok(done
            .into_iter()
            .filter(|act| acts.contains(act.as_str()))
            .collect())
    }
}
