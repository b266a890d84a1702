//! Lists: what was imported, how far each is, and a list once more.

use rusqlite::Connection;
use sha2::{Digest as _, Sha256};
use signalbox_scheduler::ListNo;
use uuid::Uuid;

use super::import::{ImportReport, PreparedList};
use super::{CommandError, Commands, Export, TasksCancelled};
use crate::clock::rfc3339;
use crate::dto::{ListCounts, ListView};
use crate::export::{Format, export_list};
use crate::list_file::TaskRow;
use crate::runtime::View;
use crate::store::lists::ListRow;
use crate::store::tasks;
use crate::store::tasks::TaskSpec;

/// Which tasks of a list are to be done once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// All; the list must have ended.
    All,
    /// Those that failed, or ended with an unknown act.
    Failed,
    /// Those that ended without being completed.
    NotDone,
}

impl Again {
    /// The word of the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Failed => "failed",
            Self::NotDone => "not_done",
        }
    }

    /// Whether a task that stands so is meant.
    fn takes(self, status: &str) -> bool {
        match self {
            Self::All => true,
            Self::Failed => matches!(status, "failed" | "interrupted"),
            Self::NotDone => matches!(status, "failed" | "interrupted" | "cancelled"),
        }
    }
}

/// The number of a list by its id.
pub(super) fn number(view: &View<'_>, list_id: Uuid) -> Option<ListNo> {
    let mut lists = view.directory.lists();
    lists
        .find(|(_, row)| row.list_id == list_id)
        .map(|(no, _)| no)
}

pub(super) fn shown(view: &View<'_>, no: ListNo, row: &ListRow) -> ListView {
    let counts = view.state.lists().get(no.0 as usize);
    let counts = counts.copied().unwrap_or_default();
    ListView {
        list_id: row.list_id.to_string(),
        name: row.name.clone(),
        rehearsal: row.rehearsal,
        paused: counts.paused,
        sha256: row.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        imported_by: row.who.clone(),
        imported_at: rfc3339(row.ts),
        counts: ListCounts {
            total: counts.tasks,
            open: counts.open(),
            completed: counts.completed,
            failed: counts.failed,
            cancelled: counts.cancelled,
            interrupted: counts.interrupted,
        },
    }
}

pub(super) fn unknown_list() -> CommandError {
    CommandError::new("unknown_list", "There is no list of this id.")
}

impl Commands {
    /// Lists, newest first, and how many there are.
    pub async fn lists(
        &self,
        (skip, limit): (usize, usize),
    ) -> Result<(Vec<ListView>, u64), CommandError> {
        self.read(move |view| {
            let lists = view.directory.lists().rev().skip(skip).take(limit);
            let shown = lists.map(|(no, row)| shown(view, no, row)).collect();
            (shown, view.directory.lists().count() as u64)
        })
        .await
    }

    /// One list.
    pub async fn list(&self, list_id: Uuid) -> Result<ListView, CommandError> {
        self.list_of(list_id).await.map(|(_, list)| list)
    }

    /// One list with its number.
    pub(super) async fn list_of(&self, list_id: Uuid) -> Result<(ListNo, ListView), CommandError> {
        let found = self.read(move |view| {
            let no = number(view, list_id)?;
            let row = view.directory.list(no)?;
            Some((no, shown(view, no, row)))
        });
        found.await?.ok_or_else(unknown_list)
    }

    /// Begins an export of a list, with what came of each of its rows, all of this moment.
    ///
    /// # Errors
    /// `unknown_list`.
    pub async fn export_list(&self, list_id: Uuid, format: Format) -> Result<Export, CommandError> {
        let (no, _) = self.list_of(list_id).await?;
        let now = self.clock.read().wall_ms;
        self.stream(move |reader, out| export_list(reader, no, format, now, out))
            .await
    }

    /// Cancels every task of a list that waits or is scheduled. What runs goes on.
    ///
    /// # Errors
    /// `unknown_list`.
    pub async fn cancel_list(&self, list_id: Uuid) -> Result<TasksCancelled, CommandError> {
        let (no, _) = self.list_of(list_id).await?;
        self.cancel_tasks_of_list(no).await
    }

    /// A list once more, whole or what of it did not come about, as a new list.
    pub async fn again(&self, list_id: Uuid, which: Again) -> Result<ImportReport, CommandError> {
        let (no, list) = self.list_of(list_id).await?;
        if which == Again::All && list.counts.open > 0 {
            let detail = format!(
                "{} tasks of “{}” have not ended, and would be done twice. Wait for them, or cancel \
                 the rest.",
                list.counts.open, list.name
            );
            return Err(CommandError::new("list_open", detail));
        }
        let name = format!("{} ({})", list.name, again_word(which));
        self.repeat(no, &list, which, name, list.rehearsal).await
    }

    /// A look-only run of a list, as a new list.
    pub async fn rehearse(&self, list_id: Uuid) -> Result<ImportReport, CommandError> {
        let (no, list) = self.list_of(list_id).await?;
        let name = format!("{} (rehearsal)", list.name);
        self.repeat(no, &list, Again::All, name, true).await
    }

    async fn repeat(
        &self,
        no: ListNo,
        list: &ListView,
        which: Again,
        name: String,
        rehearsal: bool,
    ) -> Result<ImportReport, CommandError> {
        let of_list = move |connection: &Connection| {
            tasks::of_list(connection, no, |status| which.takes(status))
        };
        let rows = self.query(of_list).await?;
        if rows.is_empty() {
            let detail = format!("“{}” has no task of that sort.", list.name);
            return Err(CommandError::new("nothing_to_repeat", detail));
        }
        let (specs, accounts): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let titles: Vec<String> = self
            .read(move |view| {
                let titles = accounts.into_iter();
                titles
                    .map(|no| view.directory.account_title(no).to_owned())
                    .collect()
            })
            .await?;
        let tasks = specs.into_iter().zip(titles);
        let tasks: Vec<TaskRow> = tasks.map(|(spec, title)| row(spec, title)).collect();
        self.import_prepared(PreparedList {
            template: None,
            hash: hash(&list.sha256, which, &tasks),
            name: clipped(name),
            rehearsal,
            accounts: Vec::new(),
            tasks,
        })
        .await
    }
}

/// The row of a task that was accepted before. A time it waited for is past.
fn row(spec: TaskSpec, account_id: String) -> TaskRow {
    TaskRow {
        not_before_ms: None,
        ..spec.into_row(Some(account_id))
    }
}

/// Of the whole list the same number, so that its file goes on with it; of a part its own.
fn hash(whole: &str, which: Again, tasks: &[TaskRow]) -> [u8; 32] {
    let bytes: Vec<u8> = (0..whole.len() / 2)
        .filter_map(|at| u8::from_str_radix(whole.get(2 * at..2 * at + 2)?, 16).ok())
        .collect();
    if let (Again::All, Ok(same)) = (which, <[u8; 32]>::try_from(bytes.as_slice())) {
        return same;
    }
    let mut hash = Sha256::new();
    hash.update(which.as_str());
    hash.update(&bytes);
    for task in tasks {
        hash.update(task.line.to_be_bytes());
    }
    hash.finalize().into()
}

fn again_word(which: Again) -> &'static str {
    match which {
        Again::All => "again",
        Again::Failed => "failed again",
        Again::NotDone => "not done, again",
    }
}

/// A name within what a list may be called.
fn clipped(name: String) -> String {
    let most = super::plan::LIST_NAME_CHARS_MAX;
    match name.char_indices().nth(most) {
        Some((end, _)) => name[..end].to_owned(),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use signalbox_scheduler::{Input, TaskId};

    use super::*;
    use crate::commands::ImportFiles;
    use crate::commands::tests::{Bench, rows};

    const ACCOUNTS: &str = "account_id,handle,device_udid\na,anna,\nb,bert,\n";

    #[tokio::test]
    async fn what_ended_without_being_done_is_done_again_and_nothing_twice() {
        let bench = Bench::new().await;
        let commands = bench.engine.commands();
        let files = ImportFiles {
            accounts: Some(ACCOUNTS.into()),
            tasks: rows(&[
                "a,instagram,one,follow_user",
                "b,instagram,two,like_post",
                "a,instagram,three,view_profile",
            ]),
            name: "monday".to_owned(),
            rehearsal: false,
            flows: Default::default(),
        };
        let report = commands.import(files).await.unwrap();
        let id = Uuid::try_parse(&report.list_id).unwrap();
        let open = commands.again(id, Again::All).await.unwrap_err();
        assert_eq!(open.code, "list_open");
        let nothing = commands.again(id, Again::NotDone).await.unwrap_err();
        assert_eq!(nothing.code, "nothing_to_repeat");

        let line = commands.waiting_tasks().await.unwrap().0;
        for task in [&line["a"][1], &line["b"][0]] {
            let task = TaskId(Uuid::try_parse(task).unwrap().as_u128());
            commands.order(Input::Cancel { task }, None).await.unwrap();
        }
        let again = commands.again(id, Again::NotDone).await.unwrap();
        assert_eq!(
            (again.tasks, again.list_name.as_str()),
            (2, "monday (not done, again)")
        );
        assert_eq!(bench.waiting().await, 3);
        let failed = commands.again(id, Again::Failed).await.unwrap_err();
        assert_eq!(failed.code, "nothing_to_repeat", "cancelled is not failed");

        let (lists, count) = commands.lists((0, 10)).await.unwrap();
        assert_eq!((lists.len(), count), (2, 2));
        assert_eq!(lists[0].list_id, again.list_id, "newest first");
        let counts = lists[1].counts;
        assert_eq!((counts.total, counts.open, counts.cancelled), (3, 1, 2));
        assert_ne!(lists[0].sha256, lists[1].sha256, "a part is another list");
        let unknown = commands.list(Uuid::nil()).await.unwrap_err();
        assert_eq!(unknown.code, "unknown_list");
    }

    #[tokio::test]
    async fn a_rehearsal_of_a_list_has_all_of_its_rows_and_only_looks() {
        let bench = Bench::new().await;
        let commands = bench.engine.commands();
        let files = ImportFiles {
            accounts: Some(ACCOUNTS.into()),
            tasks: rows(&["a,instagram,one,follow_user", "b,instagram,two,like_post"]),
            name: "monday".to_owned(),
            rehearsal: false,
            flows: Default::default(),
        };
        let report = commands.import(files).await.unwrap();
        let id = Uuid::try_parse(&report.list_id).unwrap();
        let rehearsal = commands.rehearse(id).await.unwrap();
        assert_eq!(rehearsal.tasks, 2);
        let id = Uuid::try_parse(&rehearsal.list_id).unwrap();
        assert!(commands.list(id).await.unwrap().rehearsal);
    }
}
