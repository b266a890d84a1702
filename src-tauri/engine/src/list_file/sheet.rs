//! A file as a sheet: its delimiter, its header, and rows of clean text under known columns.

use std::borrow::Cow;
use std::collections::HashMap;

use super::decode::{Encoding, decode};
use super::problem::{Code, Findings, quoted};
use super::record::{Broken, FIELDS_MAX, Field, Record, Records};
use super::{FIELD_BYTES_MAX, FILE_BYTES_MAX, ROWS_MAX};

/// One column that a kind of file may have.
#[derive(Debug)]
pub(super) struct Column {
    /// Its name in the header.
    pub name: &'static str,
    /// An older name that is accepted too.
    pub alias: Option<&'static str>,
    /// Whether the header must name it.
    pub needed: bool,
    /// Whether its text may have several lines.
    pub lines: bool,
}

/// One row whose fields are text, in the order of the layout's columns.
#[derive(Debug)]
pub(super) struct Row {
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    cells: Vec<Option<String>>,
}

impl Row {
    /// The text of a column; empty where the file has no such column or nothing in it; none
    /// where the field is bad and has been named already.
    pub(super) fn text(&self, column: usize) -> Option<&str> {
        self.cells.get(column)?.as_deref()
    }

    /// As [`Row::text`], with what is empty as none.
    pub(super) fn filled(&self, column: usize) -> Option<String> {
        self.text(column)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    }
}

/// What is to be known of a file's columns before it is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnNames {
    /// What the file calls its columns, where that is not what we call them: from its name, in
    /// lower case, to ours. A column that is called nothing is passed over.
    pub called: HashMap<String, String>,
    /// What stands in each row under a column of ours that the file does not have.
    pub given: HashMap<String, String>,
}

impl ColumnNames {
    /// What stands in each row under a column that the file does not have.
    fn of(&self, column: &Column) -> String {
        self.given.get(column.name).cloned().unwrap_or_default()
    }
}

impl FromIterator<(String, String)> for ColumnNames {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(names: I) -> Self {
        let called = names.into_iter();
        Self {
            called: called
                .map(|(theirs, ours)| (theirs.to_lowercase(), ours))
                .collect(),
            given: HashMap::new(),
        }
    }
}

/// Reads a whole file, hands each readable row on, and puts what is wrong into `findings`.
pub(super) fn read(
    columns: &'static [Column],
    called: &ColumnNames,
    bytes: &[u8],
    findings: &mut Findings,
    mut row: impl FnMut(&Row, &mut Findings),
) {
    if bytes.len() > FILE_BYTES_MAX {
        findings.add(None, None, Code::FileTooLarge, || {
            let most = FILE_BYTES_MAX >> 20;
            format!("the file is larger than {most} MiB; split it into several lists")
        });
        return;
    }
    let Some((text, encoding)) = decode(bytes) else {
        findings.add(None, None, Code::Encoding, || {
            "this looks like UTF-16 without a byte order mark; save the file as UTF-8".to_owned()
        });
        return;
    };
    let delimiter = delimiter(columns, called, &text);
    let mut records = Records::new(&text, delimiter);
    rows(
        (columns, called),
        &mut records,
        (encoding, delimiter),
        findings,
        &mut row,
    );
}

fn rows<'a>(
    (columns, called): (&'static [Column], &ColumnNames),
    records: &mut Records<'a>,
    (encoding, delimiter): (Encoding, u8),
    findings: &mut Findings,
    row: &mut dyn FnMut(&Row, &mut Findings),
) {
    let mut record = Record::default();
    match records.next(&mut record) {
        Ok(true) => {}
        Ok(false) => {
            findings.add(None, None, Code::EmptyFile, || {
                let names = names(columns);
                format!("the file is empty; it begins with a header line, {names}")
            });
            return;
        }
        Err(broken) => return name_broken(broken, None, findings),
    }
    let Some(header) = Header::read((columns, called), &record, encoding, findings) else {
        return;
    };
    let mut count = 0;
    loop {
        match records.next(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(broken) => return name_broken(broken, Some(&header), findings),
        }
        if is_blank(&record) {
            continue;
        }
        count += 1;
        if count > ROWS_MAX {
            findings.add(record.line, None, Code::TooManyRows, || {
                format!("a list has at most {ROWS_MAX} rows; split the file here")
            });
            return;
        }
        if let Some(ready) = header.row(&record, encoding, delimiter, findings) {
            row(&ready, findings);
        }
    }
    if count == 0 {
        findings.add(None, None, Code::NoRows, || {
            "there is a header line and no row below it".to_owned()
        });
    }
}

fn name_broken(broken: Broken, header: Option<&Header>, findings: &mut Findings) {
    match broken {
        Broken::LoneReturn(line) => findings.add(line, None, Code::LineEnd, || {
            "a carriage return alone (old Mac style) ends this line; save the file with LF or \
             CRLF line ends"
                .to_owned()
        }),
        Broken::OpenQuote(line, place) => {
            let field = header.map_or_else(|| number(place), |header| header.name(place));
            findings.add(line, Some(field), Code::Quote, || {
                "the quote that opens this field is never closed".to_owned()
            });
        }
    }
}

/// What separates the fields of the header line: of comma, semicolon and tab the one that makes
/// the most known column names of it, then the most fields, then the first of the three.
pub(super) fn delimiter(columns: &[Column], called: &ColumnNames, text: &[u8]) -> u8 {
    delimiter_of(text, |name| {
        let ours = our_name(called, name);
        find(columns, ours).is_some() || ours.is_empty()
    })
}

/// The same, where `known` tells which names are.
pub(super) fn delimiter_of(text: &[u8], known: impl Fn(&str) -> bool) -> u8 {
    let start = text
        .iter()
        .position(|b| !matches!(b, b'\r' | b'\n'))
        .unwrap_or(text.len());
    let line = text[start..]
        .split(|b| matches!(b, b'\r' | b'\n'))
        .next()
        .unwrap_or_default();
    let line = line.get(..FIELD_BYTES_MAX).unwrap_or(line);
    let score = |delimiter: u8| {
        let mut record = Record::default();
        // A line that breaks off counts by what comes before.
        let _ = Records::new(line, delimiter).next(&mut record);
        let named = record.fields.iter().filter(|field| {
            let name = clean(field, Encoding::Utf8, false);
            name.is_ok_and(|name| !name.is_empty() && known(&name))
        });
        (named.count(), record.count)
    };
    let mut best = (b',', score(b','));
    for candidate in [b';', b'\t'] {
        let scored = score(candidate);
        if scored > best.1 {
            best = (candidate, scored);
        }
    }
    best.0
}

/// A field as it is shown to a person, whatever stands in it.
pub(super) fn label(field: &Field<'_>) -> String {
    let bytes = field.bytes();
    let text = String::from_utf8_lossy(&bytes);
    trim(unguarded(trim(&text))).to_owned()
}

/// Which column stands where.
struct Header {
    columns: &'static [Column],
    /// For each column its place in a row.
    places: Vec<Option<usize>>,
    /// For each column what stands in a row of a file that does not have it.
    given: Vec<String>,
    /// How many fields the header has.
    width: usize,
    /// How many fields a row has at least.
    least: usize,
}

impl Header {
    fn read(
        (columns, called): (&'static [Column], &ColumnNames),
        record: &Record<'_>,
        encoding: Encoding,
        findings: &mut Findings,
    ) -> Option<Self> {
        let before = findings.total();
        let line = record.line;
        if !readable(record, None, findings) {
            return None;
        }
        let mut fields = record.fields.as_slice();
        while let [rest @ .., last] = fields
            && is_empty(last)
        {
            fields = rest;
        }
        let width = fields.len();
        let mut places = vec![None; columns.len()];
        for (place, field) in fields.iter().enumerate() {
            let name = match clean(field, encoding, false) {
                Ok(name) => name,
                Err((code, reason)) => {
                    findings.add(line, Some(number(place)), code, || reason);
                    continue;
                }
            };
            let ours = our_name(called, &name);
            // A column without a name is a slip, unless it is said to be passed over as well.
            if ours.is_empty() && (!name.is_empty() || called.called.contains_key("")) {
                continue;
            }
            match find(columns, ours) {
                None => findings.add(line, Some(number(place)), Code::UnknownColumn, || {
                    format!(
                        "{} is no column; the columns are {}",
                        quoted(&name),
                        names(columns)
                    )
                }),
                Some(at) if places[at].is_some() => {
                    let name = columns[at].name;
                    findings.add(line, Some(name.into()), Code::DuplicateColumn, || {
                        "the header has this column twice".to_owned()
                    });
                }
                Some(at) => places[at] = Some(place),
            }
        }
        name_missing(columns, &places, called, line, findings);
        let needed = columns
            .iter()
            .zip(&places)
            .filter(|(column, _)| column.needed);
        let least = needed
            .filter_map(|(_, place)| *place)
            .max()
            .map_or(0, |last| last + 1);
        (findings.total() == before).then_some(Self {
            columns,
            places,
            given: columns.iter().map(|column| called.of(column)).collect(),
            width,
            least,
        })
    }

    /// The row as text, or none where it cannot be told which field is which.
    fn row(
        &self,
        record: &Record<'_>,
        encoding: Encoding,
        delimiter: u8,
        findings: &mut Findings,
    ) -> Option<Row> {
        if !readable(record, Some(self), findings) {
            return None;
        }
        let more = record.fields.get(self.width..).unwrap_or_default();
        if record.count < self.least || !more.iter().all(is_empty) {
            let place = record.count.min(self.width);
            findings.add(
                record.line,
                Some(self.name(place)),
                Code::FieldCount,
                || {
                    let hint = if delimiter == b';' && record.count > self.width {
                        "; where semicolons separate the fields, actions stand in quotes"
                    } else {
                        ""
                    };
                    let (has, wide) = (record.count, self.width);
                    format!("the row has {has} fields, the header has {wide}{hint}")
                },
            );
            return None;
        }
        let cells = self
            .columns
            .iter()
            .zip(self.places.iter().zip(&self.given))
            .map(|(column, (place, given))| {
                let Some(place) = place else {
                    return Some(given.clone());
                };
                let Some(field) = record.fields.get(*place) else {
                    return Some(String::new());
                };
                match clean(field, encoding, column.lines) {
                    Ok(text) => Some(text),
                    Err((code, reason)) => {
                        findings.add(record.line, Some(column.name.into()), code, || reason);
                        None
                    }
                }
            });
        Some(Row {
            line: record.line,
            cells: cells.collect(),
        })
    }

    fn name(&self, place: usize) -> Cow<'static, str> {
        let at = self.places.iter().position(|p| *p == Some(place));
        at.map_or_else(|| number(place), |at| self.columns[at].name.into())
    }
}

/// Names the columns that each row needs, and that neither the header has nor a value stands for.
fn name_missing(
    columns: &[Column],
    places: &[Option<usize>],
    called: &ColumnNames,
    line: u64,
    findings: &mut Findings,
) {
    for (column, place) in columns.iter().zip(places) {
        if column.needed && place.is_none() && !called.given.contains_key(column.name) {
            findings.add(line, Some(column.name.into()), Code::MissingColumn, || {
                "the header does not have this column".to_owned()
            });
        }
    }
}

/// Whether the fields of a row can be told apart; names it where not.
fn readable(record: &Record<'_>, header: Option<&Header>, findings: &mut Findings) -> bool {
    if record.count > FIELDS_MAX {
        findings.add(record.line, None, Code::FieldCount, || {
            format!(
                "the line has {} fields; no file here has more than {FIELDS_MAX}",
                record.count
            )
        });
        return false;
    }
    if let Some(place) = record.stray_quote {
        let field = header.map_or_else(|| number(place), |header| header.name(place));
        findings.add(record.line, Some(field), Code::Quote, || {
            "a quote stands inside the field; put the whole field in quotes and double the \
             quotes within"
                .to_owned()
        });
        return false;
    }
    true
}

/// The text of a field: decoded, line ends as LF, without space around it and without the quote
/// our own export puts before what a spreadsheet would run.
fn clean(field: &Field<'_>, encoding: Encoding, lines: bool) -> Result<String, (Code, String)> {
    if field.len() > FIELD_BYTES_MAX {
        let length = field.len();
        return Err((
            Code::FieldTooLong,
            format!("the field is {length} bytes long; at most {FIELD_BYTES_MAX} are read"),
        ));
    }
    let bytes = field.bytes();
    let Ok(text) = str::from_utf8(&bytes) else {
        let name = encoding.name();
        return Err((
            Code::NotText,
            format!("the field holds bytes that are not {name}; save the file as UTF-8"),
        ));
    };
    let text = trim(text).replace("\r\n", "\n");
    let text = trim(unguarded(&text));
    let is_bad = |c: &char| c.is_control() && !(lines && matches!(c, '\n' | '\t'));
    if let Some(c) = text.chars().find(is_bad) {
        let (code, name) = (u32::from(c), if c == '\0' { " (NUL)" } else { "" });
        return Err((
            Code::ControlCharacter,
            format!("the field holds the control character U+{code:04X}{name}"),
        ));
    }
    Ok(text.to_owned())
}

/// Undoes the guard of the export: `'` before a text that starts, also after spaces and further
/// quotes, with one of `= + - @`, tab, carriage return or NUL.
pub(crate) fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest)
            if rest
                .trim_start_matches([' ', '\''])
                .starts_with(['=', '+', '-', '@', '\t', '\r', '\0']) =>
        {
            rest
        }
        _ => text,
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\u{A0}'])
}

fn is_empty(field: &Field<'_>) -> bool {
    field
        .bytes()
        .iter()
        .all(|byte| matches!(byte, b' ' | b'\t'))
}

/// Rows of nothing but delimiters, which spreadsheets leave behind.
pub(super) fn is_blank(record: &Record<'_>) -> bool {
    record.count <= FIELDS_MAX && record.stray_quote.is_none() && record.fields.iter().all(is_empty)
}

fn find(columns: &[Column], name: &str) -> Option<usize> {
    columns.iter().position(|column| {
        name.eq_ignore_ascii_case(column.name)
            || column
                .alias
                .is_some_and(|alias| name.eq_ignore_ascii_case(alias))
    })
}

/// Our name for a column that the file calls this.
fn our_name<'n>(called: &'n ColumnNames, name: &'n str) -> &'n str {
    let ours = called.called.get(&name.to_lowercase());
    ours.map_or(name, String::as_str)
}

fn names(columns: &[Column]) -> String {
    let names: Vec<_> = columns.iter().map(|column| column.name).collect();
    names.join(",")
}

/// A field that the header gives no name.
fn number(place: usize) -> Cow<'static, str> {
    format!("field {}", place + 1).into()
}
