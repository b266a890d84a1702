//! The data set of the other kind of phones: what going over to it means, and copying accounts and
//! lists from it. What was done there is never copied: it happened on other phones.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use signalbox_scheduler::AccountNo;
use tokio::task::JoinSet;

use super::import::PreparedList;
use super::{AccountChange, CommandError, Commands};
use crate::list_file::TaskRow;
use crate::paths::DataDir;
use crate::store::accounts::AccountRow;
use crate::store::lists::ListRow;
use crate::store::{self, Store, accounts, lists, phones, tasks};

/// Accounts that are added at a time.
const AT_ONCE: usize = 64;

/// What is in a data set.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, ts_rs::TS)]
pub struct OtherSet {
    /// Its accounts, as people call them.
    pub accounts: Vec<String>,
    /// The phones it knows, as people call them.
    pub phones: Vec<String>,
    /// Its lists.
    pub lists: u64,
    /// Tasks that wait in it.
    pub waiting: u64,
}

/// What was copied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, ts_rs::TS)]
pub struct CopyReport {
    /// Accounts that are new here.
    pub accounts: u64,
    /// Accounts that were here, or whose name in the app is another account's; they stay as they are.
    pub accounts_kept: u64,
    /// Lists that are new here.
    pub lists: u64,
    /// Lists of the same content that were here.
    pub lists_kept: u64,
    /// Tasks of the new lists.
    pub tasks: u64,
}

/// Looks at a data set from outside, whether an engine has it or not. `None`: there is none yet.
pub fn look_at(data_dir: &Path) -> Result<Option<OtherSet>, CommandError> {
    let database = DataDir::locate(data_dir)?.database();
    if !database.exists() {
        return Ok(None);
    }
    let connection = Store::reader(&database)?;
    let accounts = accounts::all(&connection)?;
    let accounts = accounts.into_iter().filter(|row| !row.removed);
    let phones = phones::all(&connection)?;
    Ok(Some(OtherSet {
        accounts: accounts.map(|row| title(&row)).collect(),
        phones: phones.iter().map(|row| row.title().to_owned()).collect(),
        lists: lists::all(&connection)?.len() as u64,
        waiting: tasks::waiting_by_priority(&connection)?.values().sum(),
    }))
}

fn title(row: &AccountRow) -> String {
    match row.label.is_empty() {
        true => row.account_id.clone(),
        false => row.label.clone(),
    }
}

/// What is copied: accounts, and lists with their rows.
struct Copied {
    accounts: Vec<AccountRow>,
    lists: Vec<(ListRow, Vec<TaskRow>)>,
}

fn read(database: &Path) -> store::Result<Copied> {
    let connection = Store::reader(database)?;
    let moment = connection.unchecked_transaction()?;
    let accounts = accounts::all(&moment)?;
    let name = |no: AccountNo| accounts.get(no.0 as usize).filter(|row| !row.removed);
    let mut copied = Vec::new();
    for (no, list) in (0..).zip(lists::all(&moment)?) {
        let rows = tasks::of_list(&moment, signalbox_scheduler::ListNo(no), |_| true)?;
        let rows = rows.into_iter().filter_map(|(spec, account)| {
            let account = name(account)?.account_id.clone();
            Some(TaskRow {
                not_before_ms: None,
                ..spec.into_row(Some(account))
            })
        });
        copied.push((list, rows.collect()));
    }
    moment.finish()?;
    Ok(Copied {
        accounts: accounts.into_iter().filter(|row| !row.removed).collect(),
        lists: copied,
    })
}

impl Commands {
    /// Copies accounts and lists from another data set into this one, which is paused first: what
    /// was only tried on simulated phones must not begin on real ones by itself. Phones that an
    /// account is bound to are not copied; they are others.
    ///
    /// # Errors
    /// `nothing_to_copy`; those of an import.
    pub async fn copy_from(&self, data_dir: PathBuf) -> Result<CopyReport, CommandError> {
        let database = DataDir::locate(&data_dir)?.database();
        let nothing = || {
            let detail =
                "The other data set has no account and no list, so there is nothing to copy.";
            CommandError::new("nothing_to_copy", detail)
        };
        if !database.exists() {
            return Err(nothing());
        }
        let copied = tokio::task::spawn_blocking(move || read(&database));
        let copied = copied.await.map_err(|_| CommandError::gone())??;
        if copied.accounts.is_empty() && copied.lists.is_empty() {
            return Err(nothing());
        }
        self.pause().await?;
        let mut report = CopyReport::default();
        self.copy_accounts(copied.accounts, &mut report).await?;
        self.copy_lists(copied.lists, &mut report).await?;
        Ok(report)
    }

    async fn copy_accounts(
        &self,
        rows: Vec<AccountRow>,
        report: &mut CopyReport,
    ) -> Result<(), CommandError> {
        let mut adding = JoinSet::new();
        for row in rows {
            if adding.len() >= AT_ONCE {
                count(adding.join_next().await, report)?;
            }
            let commands = self.clone();
            adding.spawn(async move {
                let change = AccountChange {
                    handle: Some(row.handle),
                    label: Some(row.label).filter(|it| !it.is_empty()),
                    group: Some(row.group).filter(|it| !it.is_empty()),
                    note: Some(row.note).filter(|it| !it.is_empty()),
                    ..AccountChange::default()
                };
                commands.add_account(row.account_id, change).await.map(drop)
            });
        }
        while !adding.is_empty() {
            count(adding.join_next().await, report)?;
        }
        Ok(())
    }

    async fn copy_lists(
        &self,
        lists: Vec<(ListRow, Vec<TaskRow>)>,
        report: &mut CopyReport,
    ) -> Result<(), CommandError> {
        let there: HashSet<([u8; 32], bool)> = self
            .read(|view| {
                let lists = view.directory.lists();
                lists.map(|(_, row)| (row.hash, row.rehearsal)).collect()
            })
            .await?;
        for (list, tasks) in lists {
            if tasks.is_empty() || there.contains(&(list.hash, list.rehearsal)) {
                report.lists_kept += 1;
                continue;
            }
            let taken = self.import_prepared(PreparedList {
                name: list.name,
                rehearsal: list.rehearsal,
                template: None,
                hash: list.hash,
                accounts: Vec::new(),
                tasks,
            });
            report.tasks += taken.await?.tasks as u64;
            report.lists += 1;
        }
        Ok(())
    }
}

type Added = Result<Result<(), CommandError>, tokio::task::JoinError>;

/// An account that is here already is no failure.
fn count(added: Option<Added>, report: &mut CopyReport) -> Result<(), CommandError> {
    match added {
        None => Ok(()),
        Some(Err(_)) => Err(CommandError::gone()),
        Some(Ok(Ok(()))) => {
            report.accounts += 1;
            Ok(())
        }
        Some(Ok(Err(error))) if ["account_exists", "handle_taken"].contains(&&*error.code) => {
            report.accounts_kept += 1;
            Ok(())
        }
        Some(Ok(Err(error))) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::tests::{Bench, rows};
    use crate::commands::{AccountFilter, ImportFiles};
    use crate::store::World;

    const ACCOUNTS: &str = "account_id,handle,device_udid,label,group\n\
                            a,anna,00008030-5100000000000001,Anna,team\n\
                            b,bert,,,\n";

    async fn tried_out() -> Bench {
        let bench = Bench::of(World::Simulated).await;
        let files = ImportFiles {
            accounts: Some(ACCOUNTS.into()),
            tasks: rows(&["a,instagram,one,follow_user", "b,instagram,two,like_post"]),
            name: "monday".to_owned(),
            rehearsal: false,
            flows: Default::default(),
        };
        bench.engine.commands().import(files).await.unwrap();
        bench
    }

    #[tokio::test]
    async fn what_is_in_a_data_set_is_told_from_outside() {
        let bench = tried_out().await;
        let there = look_at(bench.engine.data_dir().path()).unwrap().unwrap();
        assert_eq!(there.accounts, ["Anna", "b"]);
        assert_eq!((there.lists, there.waiting), (1, 2));

        let empty = tempfile::tempdir().unwrap();
        assert_eq!(look_at(empty.path()).unwrap(), None);
    }

    #[tokio::test]
    async fn accounts_and_lists_are_copied_once_and_begin_paused_and_bound_to_no_phone() {
        let (simulated, live) = (tried_out().await, Bench::of(World::Live).await);
        let from = simulated.engine.data_dir().path().to_owned();
        let commands = live.engine.commands();
        commands.start().await.unwrap();

        let copied = commands.copy_from(from.clone()).await.unwrap();
        let expected = CopyReport {
            accounts: 2,
            lists: 1,
            tasks: 2,
            ..CopyReport::default()
        };
        assert_eq!(copied, expected);
        let snapshot = commands.snapshot().await.unwrap();
        assert!(snapshot.engine.paused, "nothing of it starts by itself");
        assert_eq!(snapshot.lists[0].name, "monday");
        let (accounts, _) = commands
            .accounts(AccountFilter::default(), 0, 10)
            .await
            .unwrap();
        let anna = accounts.iter().find(|it| it.account_id == "a").unwrap();
        assert_eq!(
            (anna.handle.as_str(), anna.group.as_deref()),
            ("anna", Some("team"))
        );
        assert_eq!(anna.device_udid, None, "it was another phone");

        let again = commands.copy_from(from).await.unwrap();
        let expected = CopyReport {
            accounts_kept: 2,
            lists_kept: 1,
            ..CopyReport::default()
        };
        assert_eq!(again, expected);
        assert_eq!(commands.lists((0, 10)).await.unwrap().1, 1);
    }

    #[tokio::test]
    async fn from_nothing_nothing_is_copied_and_nothing_is_paused() {
        let live = Bench::of(World::Live).await;
        let commands = live.engine.commands();
        commands.start().await.unwrap();
        let empty = tempfile::tempdir().unwrap();
        let refused = commands.copy_from(empty.path().to_owned()).await;
        assert_eq!(refused.unwrap_err().code, "nothing_to_copy");
        assert!(commands.snapshot().await.unwrap().engine.started);
    }
}
