//! The accounts there are: what they are called, and where each stands.

use signalbox_scheduler::{Account, Limits};

use super::states::state_words;
use super::{CommandError, Commands};
use crate::dto::{AccountListing, LimitsView};
use crate::runtime::View;
use crate::store::accounts::AccountRow;

/// Which accounts are wanted.
#[derive(Debug, Clone, Default)]
pub struct AccountFilter {
    /// Only those of this group.
    pub group: Option<String>,
    /// Only those whose id, handle or label has this in it, in any case of letters.
    pub q: Option<String>,
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
        group && self.q.as_ref().is_none_or(has)
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

fn own_limits(limits: &Limits) -> LimitsView {
    let [follows_per_day, likes_per_day, comments_per_day] = limits.per_day;
    LimitsView {
        follows_per_day,
        likes_per_day,
        comments_per_day,
        action_gap_seconds: limits.act_gap_ms.map(|it| it / 1_000),
    }
}

fn listing(view: &View<'_>, row: &AccountRow, account: &Account) -> AccountListing {
    let (state, reason) = state_words(view, account);
    let phone = row.phone.and_then(|phone| view.directory.phone(phone));
    let given = |text: &String| Some(text.clone()).filter(|it| !it.is_empty());
    AccountListing {
        account_id: row.account_id.clone(),
        handle: row.handle.reveal().to_owned(),
        device_udid: phone.map(|phone| phone.udid.reveal().to_owned()),
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
    }
}
