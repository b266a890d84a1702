//! The history of another program: checked whole, shown, and taken whole so that it counts.

use std::collections::{BTreeMap, HashMap};

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use signalbox_scheduler::policy::DAY_MS;
use signalbox_scheduler::{AccountNo, TaskId};

use super::{CommandError, Commands};
use crate::list_file::{self, HistoryForm, HistoryRow, Problems};
use crate::runtime::{AddRows, DropUnfinished, ImportHistory};
use crate::store::imported::{self, ImportedRow};
use crate::store::{self, World};

/// Rows that are written at once.
const ROWS_AT_ONCE: usize = 250;
/// Rows of one sort that a report names.
const NAMED_MAX: usize = 100;
/// How the serials of simulated phones begin.
const SIMULATED: &str = "00008030-51000000";

/// An export of another program's outcomes.
#[derive(Debug, Clone)]
pub struct HistoryFile {
    /// What to call it.
    pub name: String,
    /// The file as it is.
    pub bytes: Vec<u8>,
    /// Its form.
    pub form: HistoryForm,
    /// What the file calls accounts, where it calls them otherwise: from its name to ours, or to
    /// nothing for an account whose rows are left out.
    pub accounts: BTreeMap<String, String>,
}

/// Rows of one account of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HistoryAccount {
    /// What the file calls it.
    pub name: String,
    /// The account whose history they are; null where there is none of that name.
    pub account_id: Option<String>,
    /// Rows of the file.
    pub rows: u64,
    /// The first of them: its line, or its place among the events.
    pub first: u64,
}

/// A row that says what one before it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RepeatedRow {
    /// Its line, or its place among the events.
    pub row: u64,
    /// Where the same stood first.
    pub first: u64,
}

/// What an import of a history did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HistoryReport {
    /// Rows of the file.
    pub rows: u64,
    /// Rows that are new, and count from now on.
    pub added: u64,
    /// Rows that were imported before, or that this data set recorded itself.
    pub known: u64,
    /// Rows that say what one before them says.
    pub repeated: u64,
    /// The first hundred of these.
    pub repeated_rows: Vec<RepeatedRow>,
    /// Rows older than history is kept.
    pub too_old: u64,
    /// Rows of accounts that were left out.
    pub left_out: u64,
    /// Of the new ones, those for which an act is not done again.
    pub counts_for_deduplication: u64,
    /// Of the new ones, those that count under the ceilings of a day.
    pub counts_for_ceilings: u64,
    /// The accounts of the file, in the order of their names.
    pub accounts: Vec<HistoryAccount>,
}

/// Why a history was not taken. Nothing was changed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum HistoryError {
    /// Rows of it are bad.
    #[error("{0}")]
    Rows(Problems),
    /// Accounts of it are not known here.
    #[error("{}", unknown(.0))]
    Accounts(Vec<HistoryAccount>),
    /// Anything else.
    #[error(transparent)]
    Other(#[from] CommandError),
}

fn unknown(accounts: &[HistoryAccount]) -> String {
    let (one, are) = match accounts {
        [one] => (format!("“{}”", one.name), "is no account"),
        many => (
            format!("{} accounts of the history", many.len()),
            "are not known",
        ),
    };
    format!(
        "{one} {are} here, so nothing was imported. Add the accounts, or say which of yours they \
         are, or leave their rows out."
    )
}

impl From<store::StoreError> for HistoryError {
    fn from(error: store::StoreError) -> Self {
        Self::Other(error.into())
    }
}

impl From<HistoryError> for CommandError {
    fn from(error: HistoryError) -> Self {
        let told = error.to_string();
        match error {
            HistoryError::Rows(problems) => {
                let detail = format!(
                    "The history has {} that are not right; nothing was imported.",
                    match problems.total {
                        1 => "1 field or row".to_owned(),
                        total => format!("{total} fields or rows"),
                    }
                );
                let errors = problems.kept.iter().map(ToString::to_string).collect();
                let code = "bad_history".to_owned();
                Self {
                    code,
                    detail,
                    errors,
                }
            }
            HistoryError::Accounts(accounts) => {
                let rows = accounts.iter().take(NAMED_MAX);
                let line = |it: &HistoryAccount| {
                    format!("“{}”: {} rows, first at {}", it.name, it.rows, it.first)
                };
                Self {
                    code: "unknown_accounts".to_owned(),
                    detail: told,
                    errors: rows.map(line).collect(),
                }
            }
            HistoryError::Other(error) => error,
        }
    }
}

/// What the check looks at in memory.
struct Facts {
    accounts: HashMap<String, AccountNo>,
    history_days: u64,
    reengagement_days: u64,
    now_ms: i64,
    world: World,
}

/// A history that was found good.
struct Checked {
    report: HistoryReport,
    rows: Vec<ImportedRow>,
}

impl Commands {
    /// Takes the history of another program, whole or nothing of it; a row that is there already
    /// stays as it is. `check`: only says what would be done, also of accounts that are not known.
    pub async fn import_history(
        &self,
        file: HistoryFile,
        check: bool,
    ) -> Result<HistoryReport, HistoryError> {
        let one = self.histories.try_lock().map_err(|_| {
            let detail = "Another history is being imported. Wait until that is done.";
            CommandError::new("history_under_way", detail)
        })?;
        let now_ms = self.clock.read().wall_ms;
        let world = self.world;
        let facts = self.read(move |view| Facts {
            accounts: view
                .directory
                .accounts()
                .map(|(no, row)| (row.account_id.clone(), no))
                .collect(),
            history_days: view.chosen.history_days(),
            reengagement_days: view.chosen.reengagement_days(),
            now_ms,
            world,
        });
        let facts = facts.await?;
        let name = file.name.clone();
        let checked = self
            .query(move |reader| look(reader, &facts, &file))
            .await??;
        let Checked { mut report, rows } = checked;
        if check {
            return Ok(report);
        }
        let unknown = report.accounts.iter().filter(|it| it.account_id.is_none());
        let unknown: Vec<HistoryAccount> = unknown.cloned().collect();
        if !unknown.is_empty() {
            return Err(HistoryError::Accounts(unknown));
        }
        if !rows.is_empty() {
            report.added = self.take_in(name, report.rows, rows).await?;
        }
        drop(one);
        Ok(report)
    }

    /// Brings the rows in bit by bit; they count with the last order.
    async fn take_in(
        &self,
        name: String,
        of: u64,
        mut rows: Vec<ImportedRow>,
    ) -> Result<u64, CommandError> {
        let behind = loop {
            if let Err(last) = self.order(DropUnfinished, None).await? {
                break last;
            }
        };
        let mut accounts: Vec<AccountNo> = rows.iter().map(|row| row.account).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let mut added = 0;
        while !rows.is_empty() {
            let rest = rows.split_off(rows.len().min(ROWS_AT_ONCE));
            let some = std::mem::replace(&mut rows, rest);
            added += self.order(AddRows(some), None).await?;
        }
        let import = ImportHistory {
            name,
            behind,
            added,
            rows: of,
            accounts,
        };
        self.order(import, None).await?;
        Ok(added)
    }
}

/// Reads the file and looks each of its rows up, beside the loop.
fn look(
    reader: &Connection,
    facts: &Facts,
    file: &HistoryFile,
) -> store::Result<Result<Checked, HistoryError>> {
    let rows = match list_file::history(&file.bytes, file.form, facts.now_ms) {
        Ok(rows) => rows,
        Err(problems) => return Ok(Err(HistoryError::Rows(problems.named(&file.name)))),
    };
    if let Some(refused) = refuses(facts, file, &rows) {
        return Ok(Err(refused.into()));
    }
    let mut check = Check {
        reader,
        facts,
        called: &file.accounts,
        report: HistoryReport {
            rows: rows.len() as u64,
            ..HistoryReport::default()
        },
        accounts: BTreeMap::new(),
        seen: HashMap::with_capacity(rows.len()),
        rows: Vec::new(),
    };
    for row in rows {
        check.add(row)?;
    }
    check.report.accounts = check.accounts.into_values().collect();
    Ok(Ok(Checked {
        report: check.report,
        rows: check.rows,
    }))
}

/// What a data set does not take, whatever the rows say.
fn refuses(facts: &Facts, file: &HistoryFile, rows: &[HistoryRow]) -> Option<CommandError> {
    let simulated = rows.iter().find(|row| row.device.starts_with(SIMULATED));
    if let (World::Live, Some(row)) = (facts.world, simulated) {
        let detail = format!(
            "Row {} was recorded on a simulated iPhone, and this data set is a live one. History \
             is never copied from one to the other.",
            row.place
        );
        return Some(CommandError::new("simulated_history", detail));
    }
    let ours = file.accounts.values().filter(|ours| !ours.is_empty());
    let missing = ours
        .into_iter()
        .find(|ours| !facts.accounts.contains_key(*ours));
    missing.map(|missing| {
        let detail = format!("There is no account “{missing}” here. Add it first.");
        CommandError::new("unknown_account", detail)
    })
}

/// One row after the other.
struct Check<'c> {
    reader: &'c Connection,
    facts: &'c Facts,
    called: &'c BTreeMap<String, String>,
    report: HistoryReport,
    accounts: BTreeMap<String, HistoryAccount>,
    /// Where a row of this account, target, action, status and time stood first.
    seen: HashMap<(AccountNo, String, &'static str, &'static str, i64), u64>,
    rows: Vec<ImportedRow>,
}

impl Check<'_> {
    fn add(&mut self, row: HistoryRow) -> store::Result<()> {
        let ours = self.called.get(&row.account).unwrap_or(&row.account);
        if ours.is_empty() {
            self.report.left_out += 1;
            return Ok(());
        }
        let account = self.facts.accounts.get(ours).copied();
        let told = self.accounts.entry(row.account.clone());
        let told = told.or_insert_with(|| HistoryAccount {
            name: row.account.clone(),
            account_id: account.map(|_| ours.clone()),
            rows: 0,
            first: row.place,
        });
        told.rows += 1;
        let Some(account) = account else {
            return Ok(());
        };
        let kept_ms = self.facts.history_days.saturating_mul(DAY_MS);
        if row.ts < self.facts.now_ms.saturating_sub_unsigned(kept_ms) {
            self.report.too_old += 1;
            return Ok(());
        }
        let target = row.target.to_lowercase();
        let key = (account, target, row.action, row.status, row.ts);
        if let Some(first) = self.seen.get(&key) {
            self.report.repeated += 1;
            if self.report.repeated_rows.len() < NAMED_MAX {
                let (row, first) = (row.place, *first);
                self.report.repeated_rows.push(RepeatedRow { row, first });
            }
            return Ok(());
        }
        self.seen.insert(key, row.place);
        let own = match row.task {
            Some(id) => imported::is_own(self.reader, TaskId(id.as_u128()))?,
            None => false,
        };
        let new = ImportedRow {
            account,
            target: row.target,
            action: row.action,
            status: row.status,
            reason: row.reason,
            device: row.device,
            latency_ms: row.latency_ms,
            ts: row.ts,
        };
        if own || imported::is_known(self.reader, &new)? {
            self.report.known += 1;
            return Ok(());
        }
        self.count(&new);
        self.rows.push(new);
        Ok(())
    }

    fn count(&mut self, row: &ImportedRow) {
        self.report.added += 1;
        let age = self.facts.now_ms.saturating_sub(row.ts);
        let within = |days: u64| age < days.saturating_mul(DAY_MS).cast_signed();
        let unknown = row.status == "unknown";
        let (act, took_place) = (row.action != "view", row.status == "success");
        let for_good = took_place || unknown && row.action == "comment";
        let counts = act && for_good && within(self.facts.reengagement_days);
        self.report.counts_for_deduplication += u64::from(counts);
        let counts = act && (took_place || unknown) && within(1);
        self.report.counts_for_ceilings += u64::from(counts);
    }
}

#[cfg(test)]
pub(super) mod tests;
