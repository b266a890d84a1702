//! Account and task lists, and histories: from the bytes of a file to rows, or to everything wrong
//! with them.
//!
//! Pure: no file is opened but in [`read`], nothing is looked up but through the closure handed
//! in, nothing is accepted while one row is bad.
//!
//! **Encoding**: UTF-8 with or without a mark, UTF-16 with one. **Separators**: comma, semicolon or
//! tab, told from the header. **Quoting**: RFC 4180, strictly. **Line ends**: LF or CRLF.
//! Column names and words may be written in any case of letters; space around a field does not
//! count; blank rows are passed over; the `'` that our export puts before what a spreadsheet would
//! run is taken off again. Times need a zone (RFC 3339).

mod accounts;
mod decode;
mod engagement;
mod flow;
mod guess;
mod hash;
mod history;
mod key;
mod name;
mod opened;
mod problem;
mod read;
mod record;
mod sheet;
mod tasks;
#[cfg(test)]
mod tests;
mod time;
mod vocabulary;
mod workbook;
mod write;

pub use accounts::{AccountRow, accounts, accounts_called};
pub use decode::as_text;
pub use flow::Flows;
pub use guess::{FileKind, REASON};
pub use hash::normalised_hash;
pub use history::{ACTIONS, HistoryForm, HistoryRow, OUTCOME_COLUMNS, PLATFORM, STATUSES, history};
pub use key::{KEY_CHARS_MAX, Key, is_key};
pub use name::{NAME_CHARS_MAX, is_name};
pub use opened::{OpenedColumn, OpenedFile, opened, raw_rows};
pub use problem::{Code, PROBLEMS_MAX, Problem, Problems};
pub use read::{ReadError, read};
pub use sheet::ColumnNames;
#[cfg(test)]
pub(crate) use sheet::unguarded;
pub use tasks::{TaskRow, flows_named, sift, tasks, tasks_with};
pub(crate) use time::wall_time;
pub use vocabulary::{KINDS, PRIORITIES, kind_word, priority_word};
pub use write::{COLUMNS, ENDING_COLUMNS, as_element, written};

/// The largest file that is read, in bytes.
pub const FILE_BYTES_MAX: usize = 16 << 20;

/// The longest field that is read, in bytes.
pub const FIELD_BYTES_MAX: usize = 4 << 10;

/// The most rows of one list: ten accounts' full queues.
pub const ROWS_MAX: usize = 100_000;

/// The most actions of one task.
pub const ACTIONS_MAX: usize = 32;
