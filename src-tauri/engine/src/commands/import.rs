//! Lists: accepting the two files, and finding a list again by what is in it.

use uuid::Uuid;

use super::{CommandError, Commands};
use crate::list_file::{self, AccountRow, Problems, TaskRow};
use crate::runtime::{Import, Imported, View};
use crate::simulator::SignIn;
use signalbox_scheduler::{ListNo, TaskId};

/// The two files of a list, as bytes.
#[derive(Debug, Clone)]
pub struct ImportFiles {
    /// `accounts.csv`; `None`: only accounts that are known already.
    pub accounts: Option<Vec<u8>>,
    /// `tasks.csv`.
    pub tasks: Vec<u8>,
    /// What to call the list.
    pub name: String,
    /// It only looks.
    pub rehearsal: bool,
    /// The flows that its rows name.
    pub flows: list_file::Flows,
}

/// What an import did.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
    ts_rs::TS,
)]
pub struct ImportReport {
    /// Id of the list.
    pub list_id: String,
    /// Its name.
    pub list_name: String,
    /// Accounts that were new.
    pub accounts_added: usize,
    /// Accounts that the files name.
    pub accounts: usize,
    /// Tasks accepted.
    pub tasks: usize,
}

/// Whether a list of the same content is there.
#[derive(
    Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
pub struct ListStanding {
    /// The newest list of the same content.
    pub same: Option<SameList>,
    /// The name of another list with open tasks, if there is one.
    pub other_open: Option<String>,
}

/// A list of the same content.
#[derive(
    Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
pub struct SameList {
    /// Its id.
    pub list_id: String,
    /// Not all of its tasks have ended.
    pub open: bool,
}

/// A list that was read and found good.
pub(super) struct PreparedList {
    /// What to call it.
    pub(super) name: String,
    /// It only looks.
    pub(super) rehearsal: bool,
    /// The template that it was made of.
    pub(super) template: Option<Uuid>,
    /// The sha-256 of its normalised rows.
    pub(super) hash: [u8; 32],
    /// Accounts that come with it.
    pub(super) accounts: Vec<AccountRow>,
    /// Its rows.
    pub(super) tasks: Vec<TaskRow>,
}

impl From<(&str, Problems)> for CommandError {
    fn from((file, problems): (&str, Problems)) -> Self {
        let problems = problems.named(file);
        Self::from((file, problems.kept, problems.total))
    }
}

/// Opens a file that an operator chose, and says what it is likely to be. Nothing is changed.
///
/// # Errors
/// `bad_file`: it is no file that could be read as a list.
pub fn open_file(name: &str, bytes: &[u8]) -> Result<list_file::OpenedFile, CommandError> {
    list_file::opened(name, bytes).map_err(|why| CommandError::new("bad_file", why))
}

impl Commands {
    /// Checks both files whole; bad rows of both are named together.
    async fn check(&self, files: &ImportFiles) -> Result<PreparedList, CommandError> {
        let accounts = files
            .accounts
            .as_deref()
            .map_or(Ok(Vec::new()), list_file::accounts);
        let known: std::collections::HashSet<String> = self
            .read(|view| {
                view.directory
                    .accounts()
                    .map(|(_, row)| row.account_id.clone())
                    .collect()
            })
            .await?;
        let named = accounts.as_ref().map(Vec::as_slice).unwrap_or_default();
        let named: std::collections::HashSet<&str> =
            named.iter().map(|row| row.account_id.as_str()).collect();
        let tasks = list_file::tasks_with(
            &files.tasks,
            &|id| named.contains(id) || known.contains(id),
            &files.flows,
        );
        match (accounts, tasks) {
            (Ok(accounts), Ok(tasks)) => {
                let hash = list_file::normalised_hash(&tasks, &accounts);
                Ok(PreparedList {
                    name: files.name.clone(),
                    rehearsal: files.rehearsal,
                    template: None,
                    hash,
                    accounts,
                    tasks,
                })
            }
            // With the accounts unread, every row of the tasks would be of an unknown account.
            (Err(problems), _) => Err(("accounts.csv", problems).into()),
            (Ok(_), Err(problems)) => Err(("tasks.csv", problems).into()),
        }
    }

    /// Accepts a list whole, or nothing of it.
    pub async fn import(&self, files: ImportFiles) -> Result<ImportReport, CommandError> {
        let list = self.check(&files).await?;
        self.import_prepared(list).await
    }

    /// Accepts a list that was found good, whole or nothing of it.
    pub(super) async fn import_prepared(
        &self,
        list: PreparedList,
    ) -> Result<ImportReport, CommandError> {
        let (accounts, list_name) = (list.accounts.len(), list.name.clone());
        let (list_id, done) = self.take(list).await?;
        if done.list.is_none() {
            let detail =
                "Every row was accepted before, under its idempotency key; nothing is new.";
            return Err(CommandError::new("nothing_new", detail));
        }
        Ok(ImportReport {
            accounts,
            list_id: list_id.to_string(),
            list_name,
            accounts_added: done.accounts_added,
            tasks: done.tasks,
        })
    }

    /// The same, with the id that the list has if there is something new in it.
    pub(super) async fn take(&self, list: PreparedList) -> Result<(Uuid, Imported), CommandError> {
        if let Some(phones) = &self.phones {
            // Signed in before their first task can start, as on a real phone.
            let accounts: Vec<SignIn> = list
                .accounts
                .iter()
                .map(|row| SignIn {
                    handle: row.handle.clone(),
                    device_udid: row.device_udid.clone(),
                })
                .collect();
            phones.accounts(&accounts).await?;
        }
        let list_id = Uuid::now_v7();
        let import = Import {
            list_id,
            name: list.name,
            hash: list.hash,
            rehearsal: list.rehearsal,
            template: list.template,
            accounts: list.accounts,
            tasks: list.tasks.into_iter().map(|row| (new_id(), row)).collect(),
        };
        let done = self.order(import, None).await?;
        Ok((list_id, done))
    }

    /// Whether these files are there as a list already, and whether another list is unfinished.
    pub async fn standing(&self, files: &ImportFiles) -> Result<ListStanding, CommandError> {
        let hash = self.check(files).await?.hash;
        let rehearsal = files.rehearsal;
        self.read(move |view| standing(view, hash, rehearsal)).await
    }
}

fn standing(view: &View<'_>, hash: [u8; 32], rehearsal: bool) -> ListStanding {
    let open = |no: ListNo| {
        view.state
            .lists()
            .get(no.0 as usize)
            .is_some_and(|counts| counts.open() > 0)
    };
    let mut lists = view.directory.lists().rev();
    let same = lists.find(|(_, row)| row.hash == hash && row.rehearsal == rehearsal);
    let same = same.map(|(no, row)| SameList {
        list_id: row.list_id.to_string(),
        open: open(no),
    });
    let mut lists = view.directory.lists();
    let other =
        lists.find(|(no, row)| open(*no) && (row.hash != hash || row.rehearsal != rehearsal));
    ListStanding {
        same,
        other_open: other.map(|(_, row)| row.name.clone()),
    }
}

/// A new task id: a UUIDv7, whose order in time keeps the table's pages together.
pub(super) fn new_id() -> TaskId {
    TaskId(Uuid::now_v7().as_u128())
}
