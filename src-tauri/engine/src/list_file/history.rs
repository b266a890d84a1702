//! What another program recorded: an export of outcomes in the columns of our own, as CSV or as
//! JSON, read into rows or into everything that is wrong with it.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer as _;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::problem::{Code, Findings, Problems, quoted};
use super::sheet::{Column, ColumnNames, read};
use super::time::wall_time;
use super::{FIELD_BYTES_MAX, FILE_BYTES_MAX, ROWS_MAX, name};
use crate::clock::rfc3339;

/// The columns of an export of outcomes, in order, for good.
pub const OUTCOME_COLUMNS: [&str; 10] = [
    "platform",
    "account_id",
    "target_username",
    "action",
    "status",
    "reason",
    "task_id",
    "device_id",
    "latency_ms",
    "ts",
];

/// What stands in the column `platform`.
pub const PLATFORM: &str = "instagram";

const NAMES: [&str; 10] = OUTCOME_COLUMNS;

/// What can be done to somebody, as exports call it.
pub const ACTIONS: [&str; 4] = ["follow", "like", "comment", "view"];

/// What can come of it, as exports call it.
pub const STATUSES: [&str; 9] = [
    "success",
    "failed",
    "skipped",
    "retry",
    "dedupe_hit",
    "rate_limited",
    "private_account",
    "target_unavailable",
    "unknown",
];

/// The longest name of an account or a phone that another program may have given.
const FOREIGN_CHARS_MAX: usize = 200;
/// What our own exports put before the reason of a row that was imported.
const IMPORTED: &str = "imported";

/// One recorded outcome of the file.
#[derive(Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// Where it stands: its line in a CSV file, from 1; its place among the events, from 0.
    pub place: u64,
    /// The account as the file calls it.
    pub account: String,
    /// Whom it is about.
    pub target: String,
    /// One of [`ACTIONS`].
    pub action: &'static str,
    /// One of [`STATUSES`].
    pub status: &'static str,
    /// What the other program says of it.
    pub reason: String,
    /// The task it was recorded by, where that has an id of our form.
    pub task: Option<Uuid>,
    /// The phone as the file calls it.
    pub device: String,
    /// How long it took.
    pub latency_ms: u64,
    /// When, ms since 1970 UTC.
    pub ts: i64,
}

impl fmt::Debug for HistoryRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HistoryRow")
            .field("place", &self.place)
            .field("action", &self.action)
            .field("status", &self.status)
            .field("ts", &self.ts)
            .finish_non_exhaustive()
    }
}

/// The form of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryForm {
    /// A header line, and one line to each outcome.
    Csv,
    /// One object with the outcomes as `events`.
    Json,
}

impl HistoryForm {
    /// Told by how the file begins.
    pub fn of(bytes: &[u8]) -> Self {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{') => Self::Json,
            _ => Self::Csv,
        }
    }
}

const fn column(name: &'static str, needed: bool, lines: bool) -> Column {
    Column {
        name,
        alias: None,
        needed,
        lines,
    }
}

const COLUMNS: &[Column] = &[
    column(NAMES[0], false, false),
    column(NAMES[1], true, false),
    column(NAMES[2], true, false),
    column(NAMES[3], true, false),
    column(NAMES[4], true, false),
    column(NAMES[5], false, true),
    column(NAMES[6], false, false),
    column(NAMES[7], false, false),
    column(NAMES[8], false, false),
    column(NAMES[9], true, false),
];

/// Reads an export of outcomes of before `now_ms`: every row, or everything that is wrong with it.
pub fn history(bytes: &[u8], form: HistoryForm, now_ms: i64) -> Result<Vec<HistoryRow>, Problems> {
    let mut findings = Findings::new("history");
    let mut rows = Vec::new();
    match form {
        HistoryForm::Csv => {
            let called = ColumnNames::default();
            read(COLUMNS, &called, bytes, &mut findings, |row, findings| {
                let mut cells = Cells {
                    line: Some(row.line),
                    place: row.line,
                    findings,
                };
                rows.extend(cells.row(now_ms, |at| row.text(at).map(Cow::Borrowed)));
            });
        }
        HistoryForm::Json => events(bytes, &mut findings, |place, event, findings| {
            rows.extend(of_event(place, &event, now_ms, findings));
        }),
    }
    findings.or(rows)
}

/// The cells of one row, and where to say what is wrong with them.
struct Cells<'f> {
    /// The line, in a file that has lines.
    line: Option<u64>,
    place: u64,
    findings: &'f mut Findings,
}

impl Cells<'_> {
    fn add(&mut self, at: usize, code: Code, reason: impl FnOnce() -> String) {
        let field: Cow<'static, str> = match self.line {
            Some(_) => NAMES[at].into(),
            None => format!("events/{}/{}", self.place, NAMES[at]).into(),
        };
        self.findings.add(self.line, Some(field), code, reason);
    }

    /// The row, unless something is wrong with it. A cell of `None` was named already.
    fn row<'t>(
        &mut self,
        now_ms: i64,
        text: impl Fn(usize) -> Option<Cow<'t, str>>,
    ) -> Option<HistoryRow> {
        let before = self.findings.total();
        let cell = |at| text(at).unwrap_or_default();
        if let Some(platform) = text(0)
            && !platform.is_empty()
            && !platform.eq_ignore_ascii_case(PLATFORM)
        {
            self.add(0, Code::UnknownWord, || {
                format!("{} is not {PLATFORM}", quoted(&platform))
            });
        }
        let account = self.foreign(1, text(1), true);
        let target = text(2).and_then(|text| {
            let name = text.strip_prefix('@').unwrap_or(&text);
            let good = name::is_name(name).then(|| name.to_owned());
            if good.is_none() {
                self.add(2, Code::BadName, || {
                    let quoted = quoted(&text);
                    format!("{quoted} is not 1 to 64 of the characters A-Z a-z 0-9 . _ -")
                });
            }
            good
        });
        let action = text(3).and_then(|text| self.word(3, &text, &ACTIONS));
        let status = text(4).and_then(|text| self.word(4, &text, &STATUSES));
        let device = self.foreign(7, text(7), false);
        let latency_ms = text(8).and_then(|text| self.latency(&text));
        let ts = text(9).and_then(|text| self.time(&text, now_ms));
        let row = HistoryRow {
            place: self.place,
            account: account?,
            target: target?,
            action: action?,
            status: status?,
            reason: own_reason(&cell(5)).to_owned(),
            task: Uuid::try_parse(&cell(6)).ok(),
            device: device?,
            latency_ms: latency_ms?,
            ts: ts?,
        };
        (self.findings.total() == before).then_some(row)
    }

    /// A name that another program gave.
    fn foreign(&mut self, at: usize, text: Option<Cow<'_, str>>, needed: bool) -> Option<String> {
        let text = text?;
        if needed && text.is_empty() {
            self.add(at, Code::Empty, || "the field is empty".to_owned());
            return None;
        }
        if text.chars().count() > FOREIGN_CHARS_MAX {
            self.add(at, Code::FieldTooLong, || {
                format!("a name here has at most {FOREIGN_CHARS_MAX} characters")
            });
            return None;
        }
        Some(text.into_owned())
    }

    fn word(&mut self, at: usize, text: &str, words: &[&'static str]) -> Option<&'static str> {
        let mut known = words.iter();
        let found = known.find(|word| text.eq_ignore_ascii_case(word)).copied();
        if found.is_none() {
            self.add(at, Code::UnknownWord, || {
                format!("{} is none of {}", quoted(text), words.join(", "))
            });
        }
        found
    }

    /// Whole milliseconds; a fraction of one does not matter.
    fn latency(&mut self, text: &str) -> Option<u64> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
        if text.is_empty() {
            return Some(0);
        }
        let ms = whole.parse().ok().filter(|ms| i64::try_from(*ms).is_ok());
        let ms = ms.filter(|_| digits(whole) && digits(part));
        if ms.is_none() {
            self.add(8, Code::BadNumber, || {
                format!("{} is no number of milliseconds", quoted(text))
            });
        }
        ms
    }

    fn time(&mut self, text: &str, now_ms: i64) -> Option<i64> {
        let Some(ts) = wall_time(text) else {
            self.add(9, Code::BadDate, || {
                format!(
                    "{} is no time with its zone between 2000 and 2099, as 2026-11-23T14:00:00Z",
                    quoted(text)
                )
            });
            return None;
        };
        if ts > now_ms {
            self.add(9, Code::Future, || {
                let now = rfc3339(now_ms);
                format!("{} is still to come: it is {now}", quoted(text))
            });
            return None;
        }
        Some(ts)
    }
}

/// The reason without what our own export says of a row that was imported.
fn own_reason(reason: &str) -> &str {
    match reason.strip_prefix(IMPORTED) {
        Some("") => "",
        Some(rest) => rest.strip_prefix(": ").unwrap_or(reason),
        None => reason,
    }
}

fn of_event(place: u64, event: &Value, now_ms: i64, findings: &mut Findings) -> Option<HistoryRow> {
    let mut cells = Cells {
        line: None,
        place,
        findings,
    };
    let Value::Object(event) = event else {
        let field = Some(format!("events/{place}").into());
        let reason = || "an event is an object".to_owned();
        cells.findings.add(None, field, Code::BadForm, reason);
        return None;
    };
    for name in event.keys().filter(|name| !NAMES.contains(&name.as_str())) {
        let field = Some(format!("events/{place}/{}", shortened(name)).into());
        let reason = || format!("the fields of an event are {}", NAMES.join(", "));
        cells.findings.add(None, field, Code::UnknownColumn, reason);
    }
    let texts: Vec<_> = (0..NAMES.len())
        .map(|at| value(&mut cells, event, at))
        .collect();
    cells.row(now_ms, |at| texts.get(at).cloned().flatten())
}

/// A name that stands in a file, as part of a place: a pointer of one step, bounded.
fn shortened(name: &str) -> String {
    let name: String = name.chars().take(name::NAME_CHARS_MAX).collect();
    name.replace('~', "~0").replace('/', "~1")
}

/// The text of a field; none where it has been named already.
fn value<'e>(
    cells: &mut Cells<'_>,
    event: &'e Map<String, Value>,
    at: usize,
) -> Option<Cow<'e, str>> {
    let bad = |c: char| c.is_control() && !(COLUMNS[at].lines && matches!(c, '\n' | '\t'));
    match event.get(NAMES[at]) {
        None | Some(Value::Null) => Some("".into()),
        Some(Value::Number(number)) if at == 8 => Some(number.to_string().into()),
        Some(Value::String(text)) if text.len() > FIELD_BYTES_MAX => {
            cells.add(at, Code::FieldTooLong, || {
                let length = text.len();
                format!("the field is {length} bytes long; at most {FIELD_BYTES_MAX} are read")
            });
            None
        }
        Some(Value::String(text)) if text.contains(bad) => {
            let reason = || format!("{} holds a control character", quoted(text));
            cells.add(at, Code::ControlCharacter, reason);
            None
        }
        Some(Value::String(text)) => Some(text.trim_matches(' ').into()),
        Some(_) => {
            cells.add(at, Code::BadForm, || {
                "the field is a string, or null".to_owned()
            });
            None
        }
    }
}

/// Reads one event after the other, so that no more than one is in memory beside the file.
fn events(bytes: &[u8], findings: &mut Findings, each: impl FnMut(u64, Value, &mut Findings)) {
    if bytes.len() > FILE_BYTES_MAX {
        let most = FILE_BYTES_MAX >> 20;
        let reason = || format!("the file is larger than {most} MiB; import it in several parts");
        return findings.add(None, None, Code::FileTooLarge, reason);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut source = serde_json::Deserializer::from_slice(bytes);
    let whole = Whole {
        findings: &mut *findings,
        each,
    };
    let ended = source.deserialize_map(whole).and_then(|found| {
        source.end()?;
        Ok(found)
    });
    match ended {
        Ok(true) => {}
        Ok(false) => findings.add(None, Some("events".into()), Code::MissingColumn, || {
            "there is no field “events” with the recorded outcomes".to_owned()
        }),
        Err(error) => findings.add(None, None, Code::BadForm, || {
            let (line, column) = (error.line(), error.column());
            format!("line {line}, column {column} is no JSON of an export of outcomes")
        }),
    }
}

/// The object around the events.
struct Whole<'f, E> {
    findings: &'f mut Findings,
    each: E,
}

impl<'de, E: FnMut(u64, Value, &mut Findings)> Visitor<'de> for Whole<'_, E> {
    /// Whether there were events.
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with events")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<bool, A::Error> {
        let mut found = false;
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "events" if !found => {
                    found = true;
                    map.next_value_seed(Events(&mut self))?;
                }
                "exported_at" | "total_events" | "filters" => {
                    map.next_value::<IgnoredAny>()?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    let field = Some(shortened(&name).into());
                    let code = match name.as_str() {
                        "events" => Code::DuplicateColumn,
                        _ => Code::UnknownColumn,
                    };
                    self.findings.add(None, field, code, || {
                        "an export has exported_at, total_events, filters and, once, events"
                            .to_owned()
                    });
                }
            }
        }
        Ok(found)
    }
}

/// The events.
struct Events<'w, 'f, E>(&'w mut Whole<'f, E>);

impl<'de, E: FnMut(u64, Value, &mut Findings)> DeserializeSeed<'de> for Events<'_, '_, E> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_seq(self)
    }
}

impl<'de, E: FnMut(u64, Value, &mut Findings)> Visitor<'de> for Events<'_, '_, E> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut events: A) -> Result<(), A::Error> {
        let mut place = 0;
        while let Some(event) = events.next_element::<Value>()? {
            if place >= ROWS_MAX as u64 {
                let field = Some(format!("events/{place}").into());
                self.0.findings.add(None, field, Code::TooManyRows, || {
                    format!("an import has at most {ROWS_MAX} rows; import it in several parts")
                });
                while events.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(());
            }
            (self.0.each)(place, event, self.0.findings);
            place += 1;
        }
        Ok(())
    }
}
