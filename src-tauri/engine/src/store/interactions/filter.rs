//! Which outcomes are meant: each condition is one constant text with one bound value.

use rusqlite::types::Value;
use signalbox_scheduler::ListNo;
use uuid::Uuid;

/// One thing that must hold of an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Of the task of this id.
    Task(Uuid),
    /// Of this list.
    List(ListNo),
    /// Of the list of this id.
    ListId(Uuid),
    /// About this person, in any case of letters.
    Target(String),
    /// Of the account with this id.
    Account(String),
    /// What came of it.
    Status(String),
    /// What it was.
    Action(String),
    /// On the phone with this serial.
    Device(String),
    /// Not before this, ms since 1970.
    From(i64),
    /// Not after this, ms since 1970.
    Until(i64),
}

/// How a condition is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lead {
    /// By looking at each row.
    Row,
    /// By an index; the greater, the fewer rows it gives.
    Status,
    Account,
    Target,
    List,
    Task,
}

impl Condition {
    fn lead(&self) -> Lead {
        match self {
            Self::Task(_) => Lead::Task,
            Self::List(_) | Self::ListId(_) => Lead::List,
            Self::Target(_) => Lead::Target,
            Self::Account(_) => Lead::Account,
            Self::Status(_) => Lead::Status,
            Self::Action(_) | Self::Device(_) | Self::From(_) | Self::Until(_) => Lead::Row,
        }
    }

    /// In SQL. A `+` keeps the planner from an index of its own: another condition leads.
    fn sql(&self, leads: bool) -> &'static str {
        match (self, leads) {
            (Self::Task(_), _) => " AND attempt_no IN (SELECT no FROM tries WHERE task_id = ?)",
            (Self::List(_), true) => " AND list_no = ?",
            (Self::List(_), false) => " AND +list_no = ?",
            (Self::ListId(_), true) => " AND list_no = (SELECT no FROM lists WHERE list_id = ?)",
            (Self::ListId(_), false) => " AND +list_no = (SELECT no FROM lists WHERE list_id = ?)",
            (Self::Target(_), true) => " AND target = ? COLLATE NOCASE",
            (Self::Target(_), false) => " AND +target = ? COLLATE NOCASE",
            (Self::Account(_), true) => {
                " AND account_no = (SELECT max(no) FROM accounts WHERE account_id = ?)"
            }
            (Self::Account(_), false) => {
                " AND +account_no = (SELECT max(no) FROM accounts WHERE account_id = ?)"
            }
            (Self::Status(_), true) => " AND status = ?",
            (Self::Status(_), false) => " AND +status = ?",
            (Self::Action(_), _) => " AND action = ?",
            (Self::Device(_), _) => " AND phone_no = (SELECT no FROM phones WHERE udid = ?)",
            (Self::From(_), _) => " AND ts >= ?",
            (Self::Until(_), _) => " AND ts <= ?",
        }
    }

    /// In SQL, of rows that were imported; none of them is of a task or a list.
    fn imported_sql(&self) -> Option<&'static str> {
        Some(match self {
            Self::Task(_) | Self::List(_) | Self::ListId(_) => return None,
            Self::Target(_) => " AND target_key = lower(?)",
            Self::Device(_) => " AND device = ?",
            Self::Account(_)
            | Self::Status(_)
            | Self::Action(_)
            | Self::From(_)
            | Self::Until(_) => self.sql(true),
        })
    }

    fn value(&self) -> Value {
        match self {
            Self::Task(id) | Self::ListId(id) => id.as_bytes().to_vec().into(),
            Self::List(no) => i64::from(no.0).into(),
            Self::Target(text)
            | Self::Account(text)
            | Self::Status(text)
            | Self::Action(text)
            | Self::Device(text) => text.clone().into(),
            Self::From(ts) | Self::Until(ts) => (*ts).into(),
        }
    }

    /// Its name among the parameters of an address, and in an export.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Task(_) => "task_id",
            Self::List(_) | Self::ListId(_) => "list",
            Self::Target(_) => "target_username",
            Self::Account(_) => "account_id",
            Self::Status(_) => "status",
            Self::Action(_) => "action",
            Self::Device(_) => "device",
            Self::From(_) => "from_date",
            Self::Until(_) => "to_date",
        }
    }
}

/// Which outcomes to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of rehearsals rather than of tasks that acted.
    pub rehearsal: bool,
    /// All of these hold.
    pub conditions: Vec<Condition>,
}

impl Filter {
    /// Of this list only.
    pub fn of_list(list: ListNo) -> Self {
        Self {
            conditions: vec![Condition::List(list)],
            ..Self::default()
        }
    }

    /// The condition on table `imported` with its values; `None`: no row of it can be meant.
    pub(super) fn imported_sql(&self) -> Option<(String, Vec<Value>)> {
        if self.rehearsal {
            return None;
        }
        let mut sql = " seq <= (SELECT coalesce(max(upto), -1e18) FROM imports)".to_owned();
        let mut values = Vec::new();
        for condition in &self.conditions {
            sql.push_str(condition.imported_sql()?);
            values.push(condition.value());
        }
        Some((sql, values))
    }

    /// The condition `rehearsal = ? AND …` with its values.
    pub(super) fn sql(&self) -> (String, Vec<Value>) {
        let lead = self.conditions.iter().map(Condition::lead).max();
        let mut sql = " rehearsal = ?".to_owned();
        let mut values = vec![Value::from(self.rehearsal)];
        for condition in &self.conditions {
            sql.push_str(condition.sql(lead == Some(condition.lead())));
            values.push(condition.value());
        }
        (sql, values)
    }
}
