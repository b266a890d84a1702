//! `tasks.csv`: what is to be done, one row a task.

use std::collections::BTreeSet;
use std::fmt;

use signalbox_automation::{Action, Handle, Work};
use signalbox_scheduler::{Kind, Priority};

use super::engagement::engagement;
use super::flow::{Flows, flow};
use super::guess::REASON;
use super::hash::asked;
use super::key::{KEY_CHARS_MAX, Key, is_key};
use super::name;
use super::problem::{Code, Findings, PROBLEMS_MAX, Problems, quoted};
use super::sheet::{Column, ColumnNames, Row, read};
use super::time::wall_time;
use super::vocabulary::{KINDS, PRIORITIES, kind_word, listed, parse, times_max};
use super::write::ENDING_COLUMNS;
use super::{ACTIONS_MAX, ROWS_MAX};

/// One task of the file. `Debug` leaves out whom it is about and what is said of them.
#[derive(Clone, PartialEq, Eq)]
pub struct TaskRow {
    /// The line of the file on which the row begins, from 1.
    pub line: u64,
    /// The account, or none to have one chosen when the list is accepted.
    pub account_id: Option<String>,
    /// The kind of work.
    pub kind: Kind,
    /// Whom it is about, without `@`, letters as they stand in the file.
    pub target: Handle,
    /// What to do, in order; never empty, at most [`ACTIONS_MAX`].
    pub actions: Vec<Action>,
    /// Posts that one `like_post` likes; a row of a file likes one.
    pub max_likes: u8,
    /// Follows it may do.
    pub max_follows: u8,
    /// What it does beside that; none: an instagram task.
    pub work: Option<Work>,
    /// How early it goes.
    pub priority: Priority,
    /// Not before this time, in ms since 1970 in UTC.
    pub not_before_ms: Option<i64>,
    /// Anything else; may have several lines.
    pub note: Option<String>,
    /// What makes it the same task when it is sent again.
    pub key: Option<Key>,
}

impl TaskRow {
    /// The same row under a key, which stands for the row as it is now.
    #[must_use]
    pub fn keyed(mut self, key: Option<String>) -> Self {
        let asked = asked(&self);
        self.key = key.map(|text| Key { text, asked });
        self
    }

    /// Everybody it is about.
    pub fn targets(&self) -> &[Handle] {
        match &self.work {
            Some(Work::Engagement(engagement)) => &engagement.pages,
            _ => std::slice::from_ref(&self.target),
        }
    }
}

impl fmt::Debug for TaskRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskRow")
            .field("line", &self.line)
            .field("account_id", &self.account_id)
            .field("kind", &self.kind)
            .field("target", &self.target)
            .field("actions", &self.actions)
            .field("priority", &self.priority)
            .field("not_before_ms", &self.not_before_ms)
            .finish_non_exhaustive()
    }
}

const ACCOUNT: usize = 0;
const TYPE: usize = 1;
const TARGET: usize = 2;
const ACTIONS: usize = 3;
const PRIORITY: usize = 4;
const NOT_BEFORE: usize = 5;
const COMMENT: usize = 6;
const FLOW: usize = 7;
const NOTE: usize = 8;
const KEY: usize = 9;

pub(super) const COLUMNS: &[Column] = &[
    Column {
        name: "account_id",
        alias: None,
        needed: true,
        lines: false,
    },
    Column {
        name: "task_type",
        alias: None,
        needed: true,
        lines: false,
    },
    Column {
        name: "target_username",
        alias: None,
        needed: true,
        lines: false,
    },
    Column {
        name: "actions",
        alias: None,
        needed: true,
        lines: false,
    },
    Column {
        name: "priority",
        alias: None,
        needed: false,
        lines: false,
    },
    Column {
        name: "not_before",
        alias: None,
        needed: false,
        lines: false,
    },
    Column {
        name: "comment_text",
        alias: Some("comment"),
        needed: false,
        lines: true,
    },
    Column {
        name: "flow",
        alias: None,
        needed: false,
        lines: false,
    },
    Column {
        name: "note",
        alias: None,
        needed: false,
        lines: true,
    },
    Column {
        name: "idempotency_key",
        alias: None,
        needed: false,
        lines: false,
    },
];

/// Reads a task file: every row, or everything that is wrong with it. `known` tells whether an
/// account id is in the accounts file or in the data set.
pub fn tasks(bytes: &[u8], known: &dyn Fn(&str) -> bool) -> Result<Vec<TaskRow>, Problems> {
    tasks_with(bytes, known, &Flows::new())
}

/// The same of a file whose flows come with it.
pub fn tasks_with(
    bytes: &[u8],
    known: &dyn Fn(&str) -> bool,
    flows: &Flows,
) -> Result<Vec<TaskRow>, Problems> {
    let (rows, problems) = read_rows(bytes, &ColumnNames::default(), (known, flows), PROBLEMS_MAX);
    match problems.total {
        0 => Ok(rows),
        _ => Err(problems),
    }
}

/// Reads a task file whose columns may be called otherwise: the rows that are good, and what is
/// wrong with the others.
pub fn sift(
    bytes: &[u8],
    called: &ColumnNames,
    known: &dyn Fn(&str) -> bool,
) -> (Vec<TaskRow>, Problems) {
    // Each row is told what becomes of it, however many are bad.
    read_rows(bytes, called, (known, &Flows::new()), ROWS_MAX)
}

/// The names of the flows that the rows of a file have, each once; what is wrong with the file is
/// told when it is read.
pub fn flows_named(bytes: &[u8]) -> BTreeSet<String> {
    let mut findings = Findings::new("tasks.csv");
    let mut names = BTreeSet::new();
    read(
        COLUMNS,
        &passing_over_outcomes(&ColumnNames::default()),
        bytes,
        &mut findings,
        |row, _| {
            let flow = row.text(TYPE).and_then(|text| parse(&KINDS, text)) == Some(Kind::Flow);
            names.extend(row.filled(FLOW).filter(|_| flow));
        },
    );
    names
}

/// The columns that an export adds are passed over, unless the operator calls one of ours so.
fn passing_over_outcomes(called: &ColumnNames) -> ColumnNames {
    let mut called = called.clone();
    for name in ENDING_COLUMNS.into_iter().chain([REASON]) {
        called.called.entry(name.to_owned()).or_default();
    }
    called
}

fn read_rows(
    bytes: &[u8],
    called: &ColumnNames,
    (known, flows): (&dyn Fn(&str) -> bool, &Flows),
    kept: usize,
) -> (Vec<TaskRow>, Problems) {
    let mut findings = Findings::keeping("tasks.csv", kept);
    let mut rows = Vec::new();
    let called = &passing_over_outcomes(called);
    read(COLUMNS, called, bytes, &mut findings, |row, findings| {
        let before = findings.total();
        let task = task(row, (known, flows), findings);
        if findings.total() == before {
            rows.extend(task);
        }
    });
    (rows, findings.all())
}

fn task(
    row: &Row,
    (known, flows): (&dyn Fn(&str) -> bool, &Flows),
    findings: &mut Findings,
) -> Option<TaskRow> {
    let line = row.line;
    let account_id = row
        .text(ACCOUNT)
        .and_then(|text| account(text, line, known, findings));
    let kind = row.text(TYPE).and_then(|text| kind(text, line, findings));
    let target = row.text(TARGET).and_then(|text| match kind {
        // A script need not be about anybody.
        Some(Kind::Flow) if text.is_empty() => Some(Handle::new("")),
        _ => name::handle(text, line, "target_username", findings),
    });
    let (actions, work) = work(row, kind, target.as_ref(), flows, findings).unzip();
    let priority = row
        .text(PRIORITY)
        .and_then(|text| priority(text, line, findings));
    let not_before_ms = row
        .text(NOT_BEFORE)
        .and_then(|text| not_before(text, line, findings));
    for (column, field, whose) in [
        (COMMENT, "comment_text", "engagement"),
        (FLOW, "flow", "flow"),
    ] {
        let own = kind.is_some_and(|kind| kind_word(kind) == whose);
        if row.filled(column).is_some() && kind.is_some() && !own {
            findings.add(line, Some(field.into()), Code::Unused, || {
                format!("only a row of type {whose} has this; leave it empty")
            });
        }
    }
    let key = row.text(KEY).and_then(|text| key(text, line, findings));
    let row = TaskRow {
        line,
        account_id: account_id?,
        kind: kind?,
        target: target?,
        actions: actions?,
        max_likes: 1,
        max_follows: 1,
        work: work?,
        priority: priority?,
        not_before_ms: not_before_ms?,
        note: row.filled(NOTE),
        key: None,
    };
    Some(row.keyed(key?))
}

#[expect(
    clippy::option_option,
    reason = "outer: the field is good; inner: there is a key"
)]
fn key(text: &str, line: u64, findings: &mut Findings) -> Option<Option<String>> {
    if text.is_empty() {
        return Some(None);
    }
    if !is_key(text) {
        findings.add(line, Some("idempotency_key".into()), Code::BadKey, || {
            let quoted = quoted(text);
            format!("{quoted} is not 1 to {KEY_CHARS_MAX} printable ASCII characters")
        });
        return None;
    }
    Some(Some(text.to_owned()))
}

/// What the row does: the actions it names, and the work that its type brings.
fn work(
    row: &Row,
    kind: Option<Kind>,
    target: Option<&Handle>,
    flows: &Flows,
    findings: &mut Findings,
) -> Option<(Vec<Action>, Option<Work>)> {
    let named = row.text(ACTIONS)?;
    if kind == Some(Kind::Flow) {
        let told = (row.line, findings);
        let work = flow(target?, named, row.filled(FLOW), flows, told)?;
        return Some((Vec::new(), Some(work)));
    }
    if kind != Some(Kind::Engagement) {
        return Some((actions(named, row.line, findings)?, None));
    }
    let text = row.filled(COMMENT);
    let engagement = engagement(target?, named, text, row.line, findings)?;
    Some((engagement.kinds(), Some(Work::Engagement(engagement))))
}

#[expect(
    clippy::option_option,
    reason = "outer: the field is good; inner: it names an account"
)]
fn account(
    text: &str,
    line: u64,
    known: &dyn Fn(&str) -> bool,
    findings: &mut Findings,
) -> Option<Option<String>> {
    if text.is_empty() {
        return Some(None);
    }
    let id = name::id(text, line, "account_id", findings)?;
    if !known(&id) {
        findings.add(
            line,
            Some("account_id".into()),
            Code::UnknownAccount,
            || format!("{} is no known account", quoted(&id)),
        );
        return None;
    }
    Some(Some(id))
}

fn kind(text: &str, line: u64, findings: &mut Findings) -> Option<Kind> {
    let known = parse(&KINDS, text);
    match known {
        Some(_) => {}
        None if text.is_empty() => {
            findings.add(line, Some("task_type".into()), Code::Empty, || {
                "the field is empty; write instagram".to_owned()
            });
        }
        None => findings.add(
            line,
            Some("task_type".into()),
            Code::UnknownTaskType,
            || format!("{} is none of {}", quoted(text), listed(&KINDS)),
        ),
    }
    known
}

fn actions(text: &str, line: u64, findings: &mut Findings) -> Option<Vec<Action>> {
    if text.is_empty() {
        return Some(Action::DEFAULT.to_vec());
    }
    let before = findings.total();
    let mut add = |code, reason: &dyn Fn() -> String| {
        findings.add(line, Some("actions".into()), code, reason);
    };
    let words: Vec<_> = text
        .strip_suffix(';')
        .unwrap_or(text)
        .split(';')
        .map(str::trim)
        .collect();
    if words.len() > ACTIONS_MAX {
        add(Code::TooManyActions, &|| {
            format!("{} actions; a task has at most {ACTIONS_MAX}", words.len())
        });
        return None;
    }
    let mut actions = Vec::with_capacity(words.len());
    for word in words {
        match Action::parse(&word.to_ascii_lowercase()) {
            Some(action) => actions.push(action),
            None if word.eq_ignore_ascii_case("comment") => add(Code::UnsupportedAction, &|| {
                "comment belongs to rows of type engagement".to_owned()
            }),
            None => add(Code::UnknownAction, &|| {
                let known = Action::ALL.map(Action::as_str).join(", ");
                format!(
                    "{} is none of {known}, separated by semicolons",
                    quoted(word)
                )
            }),
        }
    }
    for action in Action::ALL {
        let times = actions.iter().filter(|named| **named == action).count();
        if times > times_max(action) {
            add(Code::TooManyActions, &|| {
                let most = times_max(action);
                let action = action.as_str();
                format!("{action} stands {times} times in the row; at most {most} per task")
            });
        }
    }
    (findings.total() == before).then_some(actions)
}

fn priority(text: &str, line: u64, findings: &mut Findings) -> Option<Priority> {
    if text.is_empty() {
        return Some(Priority::default());
    }
    let priority = parse(&PRIORITIES, text);
    if priority.is_none() {
        findings.add(line, Some("priority".into()), Code::BadPriority, || {
            format!("{} is none of {}", quoted(text), listed(&PRIORITIES))
        });
    }
    priority
}

#[expect(
    clippy::option_option,
    reason = "outer: the field is good; inner: it names a time"
)]
fn not_before(text: &str, line: u64, findings: &mut Findings) -> Option<Option<i64>> {
    if text.is_empty() {
        return Some(None);
    }
    let time = wall_time(text);
    if time.is_none() {
        findings.add(line, Some("not_before".into()), Code::BadDate, || {
            format!(
                "{} is no time with its zone between 2000 and 2099, as 2026-11-23T14:00:00Z or \
                 2026-11-23T14:00:00+01:00",
                quoted(text)
            )
        });
    }
    time.map(Some)
}
