//! Orders about what accounts did while another program worked for them. It comes bit by bit, so
//! that nobody waits long for the loop, and counts only once all of it is there.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use signalbox_scheduler::policy::DAY_MS;
use signalbox_scheduler::{AccountNo, Input};

use super::{Carried, Operator, Order, Taken};
use crate::runtime::message::Refused;
use crate::runtime::turn::Turn;
use crate::store;
use crate::store::audit::{Entry, Subject};
use crate::store::imported::{self, ImportedRow};
use crate::store::imports::{self, ImportRow};

/// Rows of an earlier import that are taken away at once.
const DROPPED_MAX: u32 = 500;

/// What an import that broke off left behind goes, some of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DropUnfinished;

impl Order for DropUnfinished {
    /// How many rows went; none: there are no more, and this is the number of the last one.
    type Done = Result<usize, i64>;

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<Self::Done> {
        let went = imported::drop_unfinished(&turn.tables, DROPPED_MAX)?;
        let told = match went {
            0 => Err(imported::last(&turn.tables)?),
            went => Ok(went),
        };
        Ok(Ok(Carried::unchanged(told)))
    }
}

/// Some rows, which do not count yet.
#[derive(Debug, Clone)]
pub(crate) struct AddRows(pub(crate) Vec<ImportedRow>);

impl Order for AddRows {
    /// How many of them were new.
    type Done = u64;
    const BRINGS_NEW: bool = true;

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<u64> {
        let mut added = 0;
        for row in &self.0 {
            added += u64::from(imported::insert(
                &turn.tables,
                row,
                turn.policy_time(row.ts),
            )?);
        }
        Ok(Ok(Carried::unchanged(added)))
    }
}

/// All rows are there: from now on they count.
#[derive(Debug, Clone)]
pub(crate) struct ImportHistory {
    /// The name of the file.
    pub(crate) name: String,
    /// The number of the row before the first one.
    pub(crate) behind: i64,
    /// Rows that were new.
    pub(crate) added: u64,
    /// Rows of the file.
    pub(crate) rows: u64,
    /// Accounts that they are of.
    pub(crate) accounts: Vec<AccountNo>,
}

impl Order for ImportHistory {
    type Done = ();
    const BRINGS_NEW: bool = true;

    fn take(&self, turn: &mut Turn<'_>, by: &Operator) -> Taken<()> {
        let gone = self.accounts.iter().find(|no| {
            let row = turn.memory.directory.account(**no);
            row.is_none_or(|row| row.removed)
        });
        if let Some(gone) = gone {
            let name = turn.memory.directory.account_title(*gone);
            let message = format!("The account “{name}” was removed meanwhile. Import it again.");
            return Ok(Err(Refused::new("unknown_account", message)));
        }
        let upto = imported::last(&turn.tables)?;
        let row = ImportRow {
            name: self.name.clone(),
            rows: self.added,
            upto,
            who: by.who.as_str(),
            ts: turn.ts,
        };
        let acts = turn.recent_acts(self.behind)?;
        if let Err(refused) = turn.order_core(&Input::Recall { acts })? {
            return Ok(Err(refused));
        }
        imports::insert(&turn.tables, &row)?;
        let after = json!({
            "accounts": self.accounts.len(),
            "rows": self.rows,
            "rows_added": self.added,
        });
        let subject = Subject::new("history", "").named(&self.name);
        let entry = Entry::new("history.import", subject, Value::Null, after);
        Ok(Ok(Carried::new((), entry)))
    }
}

impl Turn<'_> {
    /// The policy time at which the wall said this; negative before policy time began.
    fn policy_time(&self, ts: i64) -> i64 {
        let at = i64::try_from(self.now.at).unwrap_or(i64::MAX);
        at.saturating_sub(self.ts.saturating_sub(ts))
    }

    /// What the rows behind this one say of the last day, by account.
    fn recent_acts(&self, behind: i64) -> store::Result<Vec<(AccountNo, [Vec<i64>; 3])>> {
        let at = i64::try_from(self.now.at).unwrap_or(i64::MAX);
        let since = at.saturating_sub_unsigned(DAY_MS);
        let mut acts: BTreeMap<AccountNo, [Vec<i64>; 3]> = BTreeMap::new();
        for (account, act, at) in imported::acts_since(&self.tables, behind, since)? {
            acts.entry(account).or_default()[act.index()].push(at);
        }
        Ok(acts.into_iter().collect())
    }
}
