//! The accounts there are: what they are called, and where each stands.

use std::collections::HashSet;

use signalbox_scheduler::policy::{Act, Need};
use signalbox_scheduler::{Account, Limits, PhoneNo};

use super::live::serial;
use super::states::{at_wall, state_words};
use super::{CommandError, Commands};
use crate::clock::rfc3339;
use crate::dto::{AccountListing, ActUse, DayUse, LimitsView};
use crate::runtime::View;
use crate::store::accounts::AccountRow;
use crate::store::tasks;

/// Which accounts are wanted.
#[derive(Debug, Clone, Default)]
pub struct AccountFilter {
    /// Only those of this group.
    pub group: Option<String>,
    /// Only those whose id, handle or label has this in it, in any case of letters.
    pub q: Option<String>,
    /// Only these.
    pub ids: Option<HashSet<String>>,
}

impl AccountFilter {
    fn takes(&self, row: &AccountRow) -> bool {
        let group = self.group.as_ref().is_none_or(|group| *group == row.group);
        let has = |q: &String| {
            let q = q.to_lowercase();
            [&row.account_id, row.handle.reveal(), &row.label]
                .iter()
                .any(|text| text.to_lowercase().contains(&q))
        };
        let named = |ids: &HashSet<String>| ids.contains(&row.account_id);
        group && self.q.as_ref().is_none_or(has) && self.ids.as_ref().is_none_or(named)
    }
}

impl Commands {
    /// A page of the accounts in the order in which they came, and how many there are in all.
    pub async fn accounts(
        &self,
        filter: AccountFilter,
        skip: usize,
        limit: usize,
    ) -> Result<(Vec<AccountListing>, u64), CommandError> {
        self.read(move |view| {
            let found = || {
                view.directory
                    .accounts()
                    .filter(|(_, row)| filter.takes(row))
            };
            let page = found().skip(skip).take(limit);
            let page = page.filter_map(|(no, row)| {
                let account = view.state.account(no)?;
                Some(listing(view, row, account))
            });
            (page.collect(), found().count() as u64)
        })
        .await
    }
}

impl Commands {
    /// One account.
    pub(super) async fn account(&self, id: String) -> Result<AccountListing, CommandError> {
        let found = self.read(move |view| {
            let no = view.directory.account_by_id(&id)?;
            let (row, account) = (view.directory.account(no)?, view.state.account(no)?);
            Some(listing(view, row, account))
        });
        let message = "There is no such account. Add it first.";
        let unknown = || CommandError::new("unknown_account", message);
        found.await?.ok_or_else(unknown)
    }
}

/// A text of the operator; none where it is empty.
pub(super) fn given(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|it| !it.is_empty())
}

/// Attempts of it that went wrong since its last completed task.
pub(super) fn in_a_row(account: &Account) -> u16 {
    account.mishaps.as_deref().map_or(0, |it| it.in_a_row)
}

/// The serials of phones.
pub(super) fn serials(view: &View<'_>, phones: &[PhoneNo]) -> Vec<String> {
    let serials = phones.iter().filter_map(|phone| serial(view, *phone));
    serials.collect()
}

fn act_use(view: &View<'_>, account: &Account, act: Act) -> ActUse {
    let (settings, no) = (&view.state.settings, act.index());
    let mut one = Need::default();
    one.0[no] = 1;
    let room = account.fits_at(settings, one, view.now.at);
    let ever = !account.never_fits(settings, one);
    ActUse {
        used: account.acts_in_day(no, view.now.at) as u64,
        ceiling: account.ceiling(settings, no),
        room_at: room.filter(|_| ever).map(|at| at_wall(view, at)),
    }
}

fn own_limits(limits: &Limits) -> LimitsView {
    let [follows_per_day, likes_per_day, comments_per_day] = limits.per_day;
    LimitsView {
        follows_per_day,
        likes_per_day,
        comments_per_day,
        action_gap_seconds: limits.act_gap_ms.map(|it| it / 1_000),
    }
}

pub(super) fn listing(view: &View<'_>, row: &AccountRow, account: &Account) -> AccountListing {
    let (state, reason) = state_words(view, account);
    let last = account.last_completed();
    let ended = last.and_then(|task| tasks::ended_ts(view.connection, task).ok().flatten());
    AccountListing {
        account_id: row.account_id.clone(),
        handle: row.handle.reveal().to_owned(),
        device_udid: row.phone.and_then(|phone| serial(view, phone)),
        label: given(&row.label),
        group: given(&row.group),
        note: given(&row.note),
        state: state.to_owned(),
        state_reason: reason.map(str::to_owned),
        waiting_tasks_count: account.waiting() as u64,
        limits: account.limits.as_deref().map(own_limits),
        hours: row
            .hours
            .as_deref()
            .and_then(|it| serde_json::from_str(it).ok()),
        paused: account.paused,
        signed_in_on: serials(view, &account.present),
        consecutive_errors: in_a_row(account),
        last_success_at: ended.map(rfc3339),
        today: DayUse {
            follows: act_use(view, account, Act::Follow),
            likes: act_use(view, account, Act::Like),
            comments: act_use(view, account, Act::Comment),
        },
    }
}
