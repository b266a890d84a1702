//! What is wrong with a list file: one line per finding, bounded in number and in length.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

/// How many problems of one file are kept; the rest are only counted.
pub const PROBLEMS_MAX: usize = 1_000;

/// How many characters of a value are repeated in a reason.
const QUOTED_CHARS_MAX: usize = 60;

/// A stable code for each way a row or a file can be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The file is larger than [`super::FILE_BYTES_MAX`].
    FileTooLarge,
    /// There is nothing in the file.
    EmptyFile,
    /// There is a header line and nothing below it.
    NoRows,
    /// More than [`super::ROWS_MAX`] rows.
    TooManyRows,
    /// UTF-16 without a byte order mark.
    Encoding,
    /// A carriage return alone ends a line.
    LineEnd,
    /// A quote stands where RFC 4180 has none, or one is never closed.
    Quote,
    /// The header does not name a column that is needed.
    MissingColumn,
    /// The header names a column that nobody knows.
    UnknownColumn,
    /// The header names a column twice.
    DuplicateColumn,
    /// A row has more or fewer fields than the header.
    FieldCount,
    /// A field is longer than [`super::FIELD_BYTES_MAX`].
    FieldTooLong,
    /// Bytes that are no text in the file's encoding.
    NotText,
    /// A character that does not belong into text, NUL among them.
    ControlCharacter,
    /// A field that must be filled in is empty.
    Empty,
    /// An account id, handle or target name of the wrong form.
    BadName,
    /// A phone's udid of the wrong form.
    BadUdid,
    /// The account is neither in the accounts file nor in the data set.
    UnknownAccount,
    /// The account id stands twice in the file.
    DuplicateAccount,
    /// Two account ids share one handle.
    DuplicateHandle,
    /// The task type is none that exists.
    UnknownTaskType,
    /// The flow of that name did not come with the list.
    UnknownFlow,
    /// The flow cannot be run.
    BadFlow,
    /// The action is none that exists.
    UnknownAction,
    /// The action exists, and tasks of this type do not do it.
    UnsupportedAction,
    /// More actions than a task may have, or one more often than it may stand.
    TooManyActions,
    /// The priority is none of the four.
    BadPriority,
    /// The date is no RFC 3339 date with a time zone, or out of range.
    BadDate,
    /// The idempotency key is none.
    BadKey,
    /// The field is filled in and a task of this type has no use for it.
    Unused,
    /// The word is none of those that can stand here.
    UnknownWord,
    /// The text is no number of the kind that stands here.
    BadNumber,
    /// The time of something that was done is still to come.
    Future,
    /// What is there has another form than what is read.
    BadForm,
}

impl Code {
    /// The code as it stands in JSON answers and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FileTooLarge => "file_too_large",
            Self::EmptyFile => "empty_file",
            Self::NoRows => "no_rows",
            Self::TooManyRows => "too_many_rows",
            Self::Encoding => "encoding",
            Self::LineEnd => "line_end",
            Self::Quote => "quote",
            Self::MissingColumn => "missing_column",
            Self::UnknownColumn => "unknown_column",
            Self::DuplicateColumn => "duplicate_column",
            Self::FieldCount => "field_count",
            Self::FieldTooLong => "field_too_long",
            Self::NotText => "not_text",
            Self::ControlCharacter => "control_character",
            Self::Empty => "empty",
            Self::BadName => "bad_name",
            Self::BadUdid => "bad_udid",
            Self::UnknownAccount => "unknown_account",
            Self::DuplicateAccount => "duplicate_account",
            Self::DuplicateHandle => "duplicate_handle",
            Self::UnknownTaskType => "unknown_task_type",
            Self::UnknownFlow => "unknown_flow",
            Self::BadFlow => "bad_flow",
            Self::UnknownAction => "unknown_action",
            Self::UnsupportedAction => "unsupported_action",
            Self::TooManyActions => "too_many_actions",
            Self::BadPriority => "bad_priority",
            Self::BadDate => "bad_date",
            Self::BadKey => "bad_key",
            Self::Unused => "unused",
            Self::UnknownWord => "unknown_word",
            Self::BadNumber => "bad_number",
            Self::Future => "future",
            Self::BadForm => "bad_form",
        }
    }
}

/// One finding. `Display` is one line: `tasks.csv:17: priority: "hgih" is none of low, normal,
/// high, urgent`. `Debug` leaves the reason out, since that repeats what stands in the file.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file's name as people know it; `accounts.csv` or `tasks.csv` until
    /// [`Problems::named`] says otherwise.
    pub file: Cow<'static, str>,
    /// The line of the file on which the row begins, from 1; none when the whole file is meant.
    pub line: Option<u64>,
    /// The column of the header, or `field 4` where the header has no name for it.
    pub field: Option<Cow<'static, str>>,
    /// What kind of finding.
    pub code: Code,
    /// The reason in words, without line and field.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Shown(&self.file))?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(field) = &self.field {
            write!(f, ": {field}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Problem")
            .field("line", &self.line)
            .field("field", &self.field)
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

/// Everything that is wrong with one file: the first [`PROBLEMS_MAX`] findings in the order of
/// the file, and how many there are in all. `Display` gives one line each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Problems {
    /// The findings that were kept.
    pub kept: Vec<Problem>,
    /// All findings, kept or not.
    pub total: u64,
    /// Rows of which at least one is about.
    pub rows: u64,
}

impl Problems {
    /// The same findings under the name the operator gave the file.
    #[must_use]
    pub fn named(mut self, file: &str) -> Self {
        for problem in &mut self.kept {
            problem.file = Cow::Owned(file.to_owned());
        }
        self
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.kept.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        let left = self.total.saturating_sub(self.kept.len() as u64);
        if left > 0 {
            write!(f, "\n… and {left} more")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// Collects findings while a file is read.
#[derive(Debug)]
pub(super) struct Findings {
    file: &'static str,
    most: usize,
    problems: Problems,
    /// The line of the row found bad last; findings come in the order of the file.
    last: Option<u64>,
}

impl Findings {
    /// No findings yet.
    pub(super) fn new(file: &'static str) -> Self {
        Self::keeping(file, PROBLEMS_MAX)
    }

    /// The same, of which so many will be kept.
    pub(super) fn keeping(file: &'static str, most: usize) -> Self {
        Self {
            file,
            most,
            problems: Problems {
                kept: Vec::new(),
                total: 0,
                rows: 0,
            },
            last: None,
        }
    }

    /// One more finding. The reason is made only when it is kept.
    pub(super) fn add(
        &mut self,
        line: impl Into<Option<u64>>,
        field: Option<Cow<'static, str>>,
        code: Code,
        reason: impl FnOnce() -> String,
    ) {
        let line = line.into();
        self.problems.total += 1;
        if line.is_some() && line != self.last {
            self.problems.rows += 1;
            self.last = line;
        }
        if self.problems.kept.len() < self.most {
            self.problems.kept.push(Problem {
                file: Cow::Borrowed(self.file),
                line,
                field,
                code,
                reason: reason(),
            });
        }
    }

    /// How many there are, so that a caller can tell whether a row added any.
    pub(super) fn total(&self) -> u64 {
        self.problems.total
    }

    /// Everything that was found.
    pub(super) fn all(self) -> Problems {
        self.problems
    }

    /// The rows, if nothing was found.
    pub(super) fn or<T>(self, rows: T) -> Result<T, Problems> {
        if self.problems.total == 0 {
            Ok(rows)
        } else {
            Err(self.problems)
        }
    }
}

/// A value of the file as a reason repeats it: in quotes, cut to a readable length, with every
/// character that could move a terminal's cursor or turn the direction of the text spelled out.
pub(super) fn quoted(value: &str) -> String {
    let mut shown = String::from("\"");
    let mut chars = value.chars();
    for c in chars.by_ref().take(QUOTED_CHARS_MAX) {
        push_shown(&mut shown, c);
    }
    if chars.next().is_some() {
        shown.push('…');
    }
    shown.push('"');
    shown
}

/// A file's name with the same characters spelled out.
struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = String::new();
        for c in self.0.chars() {
            push_shown(&mut shown, c);
        }
        f.write_str(&shown)
    }
}

fn push_shown(shown: &mut String, c: char) {
    if c.is_control() || turns_text(c) {
        shown.extend(c.escape_unicode());
    } else {
        shown.push(c);
    }
}

/// Marks that reorder or hide the text around them.
fn turns_text(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}
