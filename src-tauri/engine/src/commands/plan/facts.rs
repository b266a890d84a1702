//! What a plan looks at in memory, once for all rows.

use std::collections::{HashMap, HashSet};

use signalbox_scheduler::{AccountNo, AccountState, Kind, PhoneNo, RotaNo, Settings};

use super::starts::{self, First};

use crate::list_file::KINDS;
use crate::runtime::View;
use crate::store::accounts::handle_key;

/// One account at the moment of the plan, and what the plan gives it.
#[derive(Clone)]
pub(super) struct AccountFacts {
    pub(super) no: Option<AccountNo>,
    pub(super) id: String,
    pub(super) group: String,
    /// The serial of the only phone it may use.
    pub(super) phone: Option<String>,
    /// Tasks that have not ended.
    pub(super) tasks: u64,
    /// It may be given a task that names no account.
    pub(super) open: bool,
    /// Milliseconds of policy time until it could start a task; none: a person has to help.
    pub(super) free_in: Option<u64>,
    /// Acts of the last day, by act.
    pub(super) used: [u64; 3],
    /// Its ceilings, by act.
    pub(super) ceilings: [Option<u16>; 3],
    /// The gap between its acts, ms.
    pub(super) gap_ms: u64,
    /// Its hours.
    pub(super) rota: RotaNo,
    /// The idle phones that it may use; none: it is new, and nobody has looked.
    pub(super) may_use: Option<Vec<PhoneNo>>,
    /// The first task of the plan.
    pub(super) first: Option<First>,
    /// Tasks of the plan.
    pub(super) given: u64,
    /// Acts that those mean to do.
    pub(super) wanted: [u64; 3],
}

fn serial(view: &View<'_>, no: PhoneNo) -> Option<String> {
    let row = view.directory.phone(no)?;
    Some(row.udid.reveal().to_owned())
}

/// What is true at the moment of the plan.
pub(super) struct Facts {
    pub(super) settings: Settings,
    /// Days in which an act is not done again.
    pub(super) reengagement_days: u64,
    /// Policy time, ms.
    pub(super) at: u64,
    /// Wall time as policy has it, ms.
    pub(super) wall: i64,
    pub(super) time_scale: u32,
    pub(super) accounts: Vec<AccountFacts>,
    /// Account ids by handle.
    pub(super) handles: HashMap<String, String>,
    pub(super) phones_ready: u64,
    /// The serials of all phones.
    pub(super) phones: HashSet<String>,
    /// Those that could take a task now, each with whether it only looks.
    pub(super) idle: Vec<(PhoneNo, String, bool)>,
    /// Tasks start, as far as nothing of their own keeps them.
    pub(super) goes: bool,
    /// Kinds of which none starts.
    pub(super) kinds_paused: Vec<Kind>,
}

impl Facts {
    /// Looks at memory once, for all rows.
    pub(super) fn of(view: &View<'_>) -> Self {
        let at = view.now.at;
        let idle = starts::idle(view);
        let facts = view.state.accounts().filter_map(|(no, account)| {
            let row = view.directory.account(no).filter(|row| !row.removed)?;
            let free_in = match account.state {
                AccountState::Suspended { .. } => None,
                _ if account.paused => None,
                AccountState::Cooldown { until } => Some(until.saturating_sub(at)),
                AccountState::Available | AccountState::Running(_) => Some(0),
            };
            let used = [0, 1, 2].map(|act| account.acts_in_day(act, at) as u64);
            Some(AccountFacts {
                no: Some(no),
                id: row.account_id.clone(),
                group: row.group.clone(),
                phone: row.phone.and_then(|no| serial(view, no)),
                tasks: account.tasks() as u64,
                open: account.is_open(),
                free_in,
                used,
                ceilings: [0, 1, 2].map(|act| account.ceiling(&view.state.settings, act)),
                gap_ms: account.act_gap_ms(&view.state.settings),
                rota: account.rota,
                may_use: Some(
                    idle.iter()
                        .map(|(no, ..)| *no)
                        .filter(|no| account.may_use(*no))
                        .collect(),
                ),
                first: None,
                given: 0,
                wanted: [0; 3],
            })
        });
        let accounts = facts.collect();
        let handles = view.directory.accounts();
        let handles = handles.map(|(_, row)| (handle_key(&row.handle), row.account_id.clone()));
        let phones = view.directory.phones();
        let ready = view.state.phones().filter(|(_, phone)| phone.ready);
        Self {
            settings: view.state.settings.clone(),
            reengagement_days: view.chosen.reengagement_days(),
            at,
            wall: view.now.wall,
            time_scale: view.time_scale,
            accounts,
            handles: handles.collect(),
            phones_ready: ready.count() as u64,
            phones: phones.filter_map(|(no, _)| serial(view, no)).collect(),
            goes: starts::goes(view),
            kinds_paused: KINDS
                .iter()
                .map(|(_, kind)| *kind)
                .filter(|kind| view.state.is_kind_paused(*kind))
                .collect(),
            idle,
        }
    }
}
