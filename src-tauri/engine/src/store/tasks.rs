//! Table `tasks`: what each task is to do, and where it stands.

mod find;
pub mod steps;

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, params};
use signalbox_automation::{Action, Handle, Work};
use signalbox_scheduler::{AccountNo, Kind, ListNo, Priority, TaskId};

use super::{Prepared, Result, StoreError};
use crate::list_file::{self, KINDS, PRIORITIES, kind_word, priority_word};

pub(super) use find::UNSUCCESSFUL;
pub use find::{Filter, count, each_of_list, page, select};

/// What a task is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskSpec {
    /// Its id.
    pub task: TaskId,
    /// The line of the list's file it came from.
    pub row: Option<u32>,
    /// What sort of task it is.
    pub kind: Kind,
    /// Whom it is about; empty when no action needs it.
    pub target: Handle,
    /// What to do, in order.
    pub actions: Vec<Action>,
    /// Posts one `like_post` likes.
    pub max_likes: u8,
    /// Follows it may do.
    pub max_follows: u8,
    /// What it does beside that; none: an instagram task, which is what stands above.
    pub work: Option<Work>,
    /// Urgency.
    pub priority: Priority,
    /// Wall time before which it does not start, ms.
    pub not_before: Option<i64>,
    /// A note for people.
    pub note: String,
    /// It only looks.
    pub rehearsal: bool,
}

impl TaskSpec {
    /// Whom it is about: one, or the pages of an engagement task.
    pub fn targets(&self) -> &[Handle] {
        match &self.work {
            Some(Work::Engagement(engagement)) => &engagement.pages,
            _ => std::slice::from_ref(&self.target),
        }
    }
}

/// What an attempt is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orders {
    /// What to do.
    pub work: Work,
    /// It only looks.
    pub rehearsal: bool,
}

impl Orders {
    /// Those of a task that was only just accepted.
    pub fn of(spec: TaskSpec) -> Self {
        let rehearsal = spec.rehearsal;
        Self {
            work: spec.into_work(),
            rehearsal,
        }
    }
}

impl TaskSpec {
    /// What an attempt of it does.
    pub fn into_work(self) -> Work {
        let (target, actions) = (self.target, self.actions);
        self.work.unwrap_or(Work::Instagram {
            target,
            actions,
            max_likes: self.max_likes,
            max_follows: self.max_follows,
        })
    }

    /// The row of a list that it is, of this account and under no idempotency key.
    pub fn into_row(self, account_id: Option<String>) -> list_file::TaskRow {
        list_file::TaskRow {
            line: self.row.map_or(0, u64::from),
            account_id,
            kind: self.kind,
            target: self.target,
            actions: self.actions,
            max_likes: self.max_likes,
            max_follows: self.max_follows,
            work: self.work,
            priority: self.priority,
            not_before_ms: self.not_before,
            note: Some(self.note).filter(|note| !note.is_empty()),
            key: None,
        }
    }

    /// How many steps it has.
    pub fn steps(&self) -> u16 {
        let steps = self.clone().into_work().instances().len();
        u16::try_from(steps).unwrap_or(u16::MAX)
    }
}

/// The actions of such work as the columns name them, each once.
pub fn actions_of(work: &Work) -> Vec<Action> {
    match work {
        Work::Instagram { actions, .. } => actions.clone(),
        Work::Engagement(engagement) => engagement.kinds(),
        Work::Flow { .. } => Vec::new(),
    }
}

/// New column of `tasks`: the work that the others have no place for, as JSON.
pub(super) const SCHEMA: &str = "ALTER TABLE tasks ADD COLUMN work TEXT;";

fn written(work: Option<&Work>) -> Result<Option<String>> {
    let text = work.map(serde_json::to_string).transpose();
    text.map_err(|error| StoreError::damaged(format!("a task cannot be written: {error}")))
}

fn work_of(task: TaskId, text: Option<String>) -> Result<Option<Work>> {
    let work = text.map(|text| serde_json::from_str(&text)).transpose();
    work.map_err(|error| {
        StoreError::damaged(format!(
            "task {}: its work cannot be read: {error}",
            uuid(task)
        ))
    })
}

/// A task as the tables have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    /// What it is to do.
    pub spec: TaskSpec,
    /// Its account.
    pub account: AccountNo,
    /// Its list.
    pub list: Option<ListNo>,
    /// `queued`, `running`, `completed`, `failed`, `cancelled`, `interrupted`.
    pub status: String,
    /// Attempts so far.
    pub attempts: u32,
    /// Durable retry marks so far.
    pub retry_marks: u32,
    /// Accepted at, ms since 1970 UTC.
    pub created_ts: i64,
    /// First started at.
    pub started_ts: Option<i64>,
    /// Ended at.
    pub ended_ts: Option<i64>,
}

fn meaning<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    table
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, meaning)| *meaning)
}

/// Adds an accepted task; `seq` is its place in the account's order, none while scheduled.
pub fn insert(
    tables: &Prepared<'_>,
    spec: &TaskSpec,
    account: AccountNo,
    list: Option<ListNo>,
    seq: Option<u64>,
    ts: i64,
) -> Result<()> {
    let sql = "INSERT INTO tasks (task_id, account_no, list_no, row_no, kind, target, target_key,
               actions, max_likes, max_follows, priority, not_before, note, rehearsal, status, seq,
               created_ts, work)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 'queued', ?15,
               ?16, ?17)";
    tables.execute(
        sql,
        params![
            id(spec.task),
            account.0,
            list.map(|list| list.0),
            spec.row,
            kind_word(spec.kind),
            spec.target.reveal(),
            spec.target.reveal().to_lowercase(),
            action_words(&spec.actions),
            spec.max_likes,
            spec.max_follows,
            priority_word(spec.priority),
            spec.not_before,
            spec.note,
            spec.rehearsal,
            seq.and_then(|seq| i64::try_from(seq).ok()),
            ts,
            written(spec.work.as_ref())?
        ],
    )?;
    Ok(())
}

/// The 16 bytes a task's id is stored as.
pub fn id(task: TaskId) -> [u8; 16] {
    task.0.to_be_bytes()
}

/// A scheduled task joined its line.
pub fn set_seq(tables: &Prepared<'_>, task: TaskId, seq: u64) -> Result<()> {
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    let sql = "UPDATE tasks SET seq = ?2 WHERE task_id = ?1";
    tables.execute(sql, params![id(task), seq])?;
    Ok(())
}

/// The durable retry mark.
pub fn set_marked(tables: &Prepared<'_>, task: TaskId) -> Result<()> {
    let sql = "UPDATE tasks SET retry_marks = retry_marks + 1 WHERE task_id = ?1";
    tables.execute(sql, params![id(task)])?;
    Ok(())
}

/// A task that had ended is tried again: the durable mark of a retry by hand.
pub fn set_retried(tables: &Prepared<'_>, task: TaskId, seq: u64) -> Result<()> {
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    let sql = "UPDATE tasks SET status = 'queued', seq = ?2, ended_ts = NULL,
               retry_marks = retry_marks + 1 WHERE task_id = ?1";
    tables.execute(sql, params![id(task), seq])?;
    Ok(())
}

/// Tasks of a list that wait or are scheduled, from this row of its file on, with their rows.
pub fn waiting_of_list(
    connection: &Connection,
    list: ListNo,
    from: u32,
    most: usize,
) -> Result<Vec<(TaskId, u32)>> {
    let sql = "SELECT task_id, row_no FROM tasks WHERE list_no = ?1 AND row_no >= ?2
               AND status = 'queued' AND NOT EXISTS
               (SELECT 1 FROM leases l WHERE l.task_id = tasks.task_id AND holds_no IS NOT NULL)
               ORDER BY row_no LIMIT ?3";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![list.0, from, most], |row| {
        Ok((TaskId(u128::from_be_bytes(row.get(0)?)), row.get(1)?))
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// The task ended.
pub fn set_ended(tables: &Prepared<'_>, task: TaskId, status: &str, ts: i64) -> Result<()> {
    let sql = "UPDATE tasks SET status = ?2, ended_ts = ?3 WHERE task_id = ?1";
    tables.execute(sql, params![id(task), status, ts])?;
    Ok(())
}

/// The first step that has no final outcome: a retry goes on there. Which words of outcomes are
/// final, the caller knows.
pub fn next_step(
    connection: &Connection,
    task: TaskId,
    is_final: impl Fn(&str) -> bool,
) -> Result<u16> {
    let sql = "SELECT i.step, i.status FROM tries t JOIN interactions i ON i.attempt_no = t.no
               WHERE t.task_id = ?1 ORDER BY i.step DESC";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![id(task)])?;
    while let Some(row) = rows.next()? {
        if is_final(row.get_ref(1)?.as_str().unwrap_or_default()) {
            return Ok(row.get::<_, u16>(0)?.saturating_add(1));
        }
    }
    Ok(0)
}

/// What is on the way of a task whose attempt begins, in one short look.
pub fn orders(connection: &Connection, task: TaskId) -> Result<Option<Orders>> {
    let sql = "SELECT target, actions, max_likes, max_follows, rehearsal, work FROM tasks
               WHERE task_id = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let row = statement.query_row(params![id(task)], |row| {
        let plain = Work::Instagram {
            target: Handle::new(row.get::<_, String>(0)?),
            actions: actions(row.get_ref(1)?.as_str()?),
            max_likes: row.get(2)?,
            max_follows: row.get(3)?,
        };
        Ok((plain, row.get(4)?, row.get(5)?))
    });
    let Some((plain, rehearsal, text)) = row.optional()? else {
        return Ok(None);
    };
    let work = work_of(task, text)?.unwrap_or(plain);
    Ok(Some(Orders { work, rehearsal }))
}

/// What a task is to do on its target, as one text: two that say the same are equal.
pub fn saying(spec: &TaskSpec) -> String {
    let (kind, actions) = (kind_word(spec.kind), action_words(&spec.actions));
    let (likes, follows) = (spec.max_likes, spec.max_follows);
    let work = written(spec.work.as_ref()).ok().flatten();
    let work = work.unwrap_or_default();
    format!("{kind} {actions} {likes} {follows} {work}")
}

fn action_words(actions: &[Action]) -> String {
    let words: Vec<&str> = actions.iter().map(|action| action.as_str()).collect();
    words.join(";")
}

fn actions(words: &str) -> Vec<Action> {
    words.split(';').filter_map(Action::parse).collect()
}

/// Whether it runs is told by its lease, what was tried by its tries (see the schema).
const COLUMNS: &str = "SELECT task_id, row_no, kind, target, actions, max_likes, max_follows,
    priority, not_before, note, rehearsal, account_no, list_no,
    iif(EXISTS (SELECT 1 FROM leases l WHERE l.task_id = tasks.task_id AND holds_no IS NOT NULL),
        'running', status),
    (SELECT count(*) FROM tries WHERE tries.task_id = tasks.task_id), retry_marks, created_ts,
    (SELECT min(started_ts) FROM tries WHERE tries.task_id = tasks.task_id), ended_ts, work
    FROM tasks ";

/// One task.
pub fn get(connection: &Connection, task: TaskId) -> Result<Option<TaskRow>> {
    let sql = [COLUMNS, "WHERE task_id = ?1"].concat();
    let mut statement = connection.prepare_cached(&sql)?;
    let row = statement
        .query_row(params![id(task)], |row| Ok(read(row)))
        .optional()?;
    row.transpose()
}

/// When a task ended, ms since 1970; `None` if it has not, or there is none.
pub fn ended_ts(connection: &Connection, task: TaskId) -> Result<Option<i64>> {
    let sql = "SELECT ended_ts FROM tasks WHERE task_id = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let row = statement.query_row(params![id(task)], |row| row.get(0));
    Ok(row.optional()?.flatten())
}

/// What the tasks of a list are to do, each with its account, in the order of the file; those that
/// stand as `takes` wants.
pub fn of_list(
    connection: &Connection,
    list: ListNo,
    takes: impl Fn(&str) -> bool,
) -> Result<Vec<(TaskSpec, AccountNo)>> {
    let sql = [COLUMNS, "WHERE list_no = ?1 ORDER BY row_no, task_id"].concat();
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![list.0])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let row = read(row)?;
        if takes(&row.status) {
            found.push((row.spec, row.account));
        }
    }
    Ok(found)
}

/// How many tasks wait, by the word of their priority.
pub fn waiting_by_priority(connection: &Connection) -> Result<BTreeMap<String, u64>> {
    let sql = "SELECT priority, count(*) FROM tasks WHERE status = 'queued' AND NOT EXISTS
               (SELECT 1 FROM leases l WHERE l.task_id = tasks.task_id AND holds_no IS NOT NULL)
               GROUP BY priority";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        let found: i64 = row.get(1)?;
        Ok((row.get(0)?, found.unsigned_abs()))
    })?;
    let found: BTreeMap<String, u64> = rows.collect::<std::result::Result<_, _>>()?;
    let all = PRIORITIES.iter().map(|(word, _)| {
        let waiting = found.get(*word).copied().unwrap_or_default();
        ((*word).to_owned(), waiting)
    });
    Ok(all.collect())
}

/// Why the last attempt of a task did not complete it, as code and sentence.
pub fn last_error(connection: &Connection, task: TaskId) -> Result<Option<(String, String)>> {
    let sql = "SELECT error_code, error FROM tries WHERE task_id = ?1 ORDER BY no DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row(params![id(task)], |row| Ok((row.get(0)?, row.get(1)?)));
    let (code, sentence): (Option<String>, Option<String>) = found.optional()?.unwrap_or_default();
    Ok(code.zip(sentence))
}

/// Serial of the phone that a task was tried on last.
pub fn last_phone(connection: &Connection, task: TaskId) -> Result<Option<String>> {
    let sql = "SELECT (SELECT udid FROM phones p WHERE p.no = t.phone_no) FROM tries t
               WHERE t.task_id = ?1 ORDER BY t.no DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row(params![id(task)], |row| row.get(0));
    Ok(found.optional()?.flatten())
}

fn read(row: &Row<'_>) -> Result<TaskRow> {
    let task = TaskId(u128::from_be_bytes(row.get(0)?));
    let word = |what: &str, word: String| {
        StoreError::damaged(format!("task {}: its {what} is “{word}”", uuid(task)))
    };
    let kind: String = row.get(2)?;
    let priority: String = row.get(7)?;
    let actions: String = row.get(4)?;
    let work = work_of(task, row.get(19)?)?;
    let spec = TaskSpec {
        task,
        row: row.get(1)?,
        kind: meaning(&KINDS, &kind).ok_or_else(|| word("kind", kind))?,
        target: Handle::new(row.get::<_, String>(3)?),
        actions: match &work {
            None => self::actions(&actions),
            Some(work) => actions_of(work),
        },
        max_likes: row.get(5)?,
        max_follows: row.get(6)?,
        work,
        priority: meaning(&PRIORITIES, &priority).ok_or_else(|| word("priority", priority))?,
        not_before: row.get(8)?,
        note: row.get(9)?,
        rehearsal: row.get(10)?,
    };
    Ok(TaskRow {
        spec,
        account: AccountNo(row.get(11)?),
        list: row.get::<_, Option<u32>>(12)?.map(ListNo),
        status: row.get(13)?,
        attempts: row.get(14)?,
        retry_marks: row.get(15)?,
        created_ts: row.get(16)?,
        started_ts: row.get(17)?,
        ended_ts: row.get(18)?,
    })
}

/// Whether a task that says the same waits already, or is under way.
pub fn is_waiting(connection: &Connection, account: AccountNo, spec: &TaskSpec) -> Result<bool> {
    let sql = "SELECT 1 FROM tasks WHERE target_key = ?1 AND status = 'queued' AND account_no = ?2
               AND kind = ?3 AND actions = ?4 AND rehearsal = ?5 AND work IS ?6 LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row(
        params![
            spec.target.reveal().to_lowercase(),
            account.0,
            kind_word(spec.kind),
            action_words(&spec.actions),
            spec.rehearsal,
            written(spec.work.as_ref())?
        ],
        |_| Ok(()),
    );
    Ok(found.optional()?.is_some())
}

/// The id as other programs know it.
pub fn uuid(task: TaskId) -> uuid::Uuid {
    uuid::Uuid::from_u128(task.0)
}
