//! What of a plan would start at once: an account that is free takes its first task, if a phone for
//! it is idle and nothing else holds it.

use signalbox_scheduler::{Kind, Need, PhoneNo};

use super::check::Check;
use super::facts::{AccountFacts, Facts};
use crate::list_file::TaskRow;
use crate::runtime::View;

/// The first task that a plan gives an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct First {
    kind: Kind,
    need: Need,
    not_before: Option<i64>,
}

impl First {
    pub(super) fn of(row: &TaskRow, need: Need) -> Self {
        Self {
            kind: row.kind,
            need,
            not_before: row.not_before_ms,
        }
    }
}

/// Whether anything starts at all.
pub(super) fn goes(view: &View<'_>) -> bool {
    let held = view.state.is_paused() || view.state.is_stopped();
    let broken = view.broken || view.disk_full || view.draining || view.damage.is_some();
    !held && !broken
}

/// The phones that could take a task now: number, serial, and whether they only look.
pub(super) fn idle(view: &View<'_>) -> Vec<(PhoneNo, String, bool)> {
    let idle = view.state.phones().filter(|(_, phone)| phone.is_idle());
    let named = idle.filter_map(|(no, phone)| {
        let row = view.directory.phone(no)?;
        Some((no, row.udid.reveal().to_owned(), phone.look_only))
    });
    named.collect()
}

impl Check<'_> {
    /// How many tasks of the plan would start at once. Accounts with few phones to choose from
    /// come first, as they would if they waited.
    pub(super) fn starts_now(&self) -> u64 {
        if !self.facts.goes {
            return 0;
        }
        let mut wanted: Vec<Vec<usize>> = self
            .accounts
            .iter()
            .filter_map(|account| {
                let first = account
                    .first
                    .filter(|first| self.is_free(account, *first))?;
                Some(phones_for(self.facts, account, first))
            })
            .collect();
        wanted.sort_by_key(Vec::len);
        let mut taken = vec![false; self.facts.idle.len()];
        let mut starts = 0;
        for phones in wanted {
            if let Some(place) = phones.into_iter().find(|place| !taken[*place]) {
                taken[place] = true;
                starts += 1;
            }
        }
        starts
    }

    /// Whether nothing but a phone keeps the account from its first task.
    fn is_free(&self, account: &AccountFacts, first: First) -> bool {
        let facts = self.facts;
        let mut room = account.ceilings.iter().zip(account.used).zip(first.need.0);
        let fits = room.all(|((ceiling, used), need)| {
            ceiling.is_none_or(|ceiling| need == 0 || used + u64::from(need) <= u64::from(ceiling))
        });
        account.tasks == 0
            && account.free_in == Some(0)
            && fits
            && !facts.kinds_paused.contains(&first.kind)
            && first.not_before.is_none_or(|time| time <= facts.wall)
            && facts.settings.hours.is_open(account.rota, facts.wall)
    }
}

/// The idle phones, by their places, on which the account could begin.
fn phones_for(facts: &Facts, account: &AccountFacts, first: First) -> Vec<usize> {
    let idle = facts.idle.iter().enumerate();
    let usable = idle.filter(|(_, (no, serial, look_only))| {
        let may = match &account.may_use {
            Some(phones) => phones.contains(no),
            None => account.phone.as_ref().is_none_or(|only| only == serial),
        };
        may && (!look_only || first.need.is_none())
    });
    usable.map(|(place, _)| place).collect()
}
