//! A file as an operator hands it over, read far enough to be shown: what it is written in, what
//! separates its fields, its columns with what they are likely to be, and all of its text.
//!
//! Here more is taken than what a list file may be: Windows-1252 and Excel workbooks, since what
//! was read is shown to a person before anything is made of it.

use std::borrow::Cow;

use super::decode::{Encoding, decode};
use super::guess::{FileKind, guessed, kind_of};
use super::record::{Record, Records};
use super::sheet::{delimiter, delimiter_of, is_blank, label};
use super::tasks::COLUMNS as TASKS;
use super::workbook;

/// Values of a column that are shown.
const SAMPLES: usize = 3;
/// How much of a value is shown, in characters.
const SAMPLE_CHARS_MAX: usize = 60;

/// A file that was opened.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema, ts_rs::TS)]
pub struct OpenedFile {
    /// What it is likely to be.
    pub kind: FileKind,
    /// `UTF-8`, `UTF-16`, `Windows-1252` or `Excel`.
    pub encoding: String,
    /// What separates its fields: `comma`, `semicolon`, `tab`; null in a workbook.
    pub delimiter: Option<String>,
    /// The sheet of the workbook that was read.
    pub sheet: Option<String>,
    /// Rows below its header.
    pub rows: u64,
    /// Its columns, in order.
    pub columns: Vec<OpenedColumn>,
    /// All of it, as UTF-8, to plan with.
    pub text: String,
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema, ts_rs::TS)]
pub struct OpenedColumn {
    /// What the file calls it.
    pub name: String,
    /// Our name of it, if the file is one of accounts.
    pub as_account: Option<String>,
    /// Our name of it, if the file is one of tasks.
    pub as_task: Option<String>,
    /// The first values that are not empty, cut to what can be shown.
    pub samples: Vec<String>,
}

/// Opens a file. The error is a sentence.
pub fn opened(name: &str, bytes: &[u8]) -> Result<OpenedFile, String> {
    if bytes.is_empty() {
        return Err("The file is empty.".to_owned());
    }
    if bytes.starts_with(b"PK\x03\x04") {
        let found = workbook::first_sheet(bytes)?;
        let (sheet, text) = found.ok_or("No sheet of the workbook has anything in it.")?;
        let mut file = shown(name, text, "Excel");
        file.delimiter = None;
        file.sheet = Some(sheet);
        return Ok(file);
    }
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        let detail = "This is a workbook in the old form of Excel. Save it as .xlsx, or as CSV.";
        return Err(detail.to_owned());
    }
    let Some((text, encoding)) = decode(bytes) else {
        let detail = "This looks like UTF-16 without a byte order mark. Save it as UTF-8.";
        return Err(detail.to_owned());
    };
    let (text, encoding) = match (String::from_utf8(text.into_owned()), encoding) {
        (Ok(text), encoding) => (text, encoding.name()),
        (Err(_), Encoding::Utf16) => {
            return Err("The file holds what is no text in UTF-16. Save it as UTF-8.".to_owned());
        }
        (Err(error), Encoding::Utf8) => (windows_1252(error.as_bytes()), "Windows-1252"),
    };
    if text.contains('\0') {
        return Err("This is no text file and no .xlsx workbook.".to_owned());
    }
    Ok(shown(name, text, encoding))
}

fn shown(name: &str, text: String, encoding: &str) -> OpenedFile {
    let separated = separator(text.as_bytes());
    let mut records = Records::new(text.as_bytes(), separated);
    let mut record = Record::default();
    // What is broken in it is named when it is planned with.
    let mut header: Vec<String> = match records.next(&mut record) {
        Ok(true) => record.fields.iter().map(label).collect(),
        _ => Vec::new(),
    };
    while header.last().is_some_and(String::is_empty) {
        header.pop();
    }
    let mut samples = vec![Vec::new(); header.len()];
    let mut rows = 0;
    while let Ok(true) = records.next(&mut record) {
        if is_blank(&record) {
            continue;
        }
        rows += 1;
        for (place, samples) in samples.iter_mut().enumerate() {
            let value = record.fields.get(place).map(label).unwrap_or_default();
            if samples.len() < SAMPLES && !value.is_empty() {
                samples.push(value.chars().take(SAMPLE_CHARS_MAX).collect());
            }
        }
    }
    let accounts = guessed(FileKind::Accounts, &header);
    let tasks = guessed(FileKind::Tasks, &header);
    let columns = header.iter().zip(samples).enumerate();
    let columns = columns.map(|(place, (name, samples))| OpenedColumn {
        name: name.clone(),
        as_account: accounts[place].map(str::to_owned),
        as_task: tasks[place].map(str::to_owned),
        samples,
    });
    let word = match separated {
        b';' => "semicolon",
        b'\t' => "tab",
        _ => "comma",
    };
    OpenedFile {
        kind: kind_of(name, &header),
        encoding: encoding.to_owned(),
        delimiter: Some(word.to_owned()),
        sheet: None,
        rows,
        columns: columns.collect(),
        text,
    }
}

/// What separates the fields: that which makes the most columns whose names can be guessed.
fn separator(text: &[u8]) -> u8 {
    delimiter_of(text, |name| {
        let name = [name.to_owned()];
        let guess = |kind| guessed(kind, &name)[0].is_some();
        guess(FileKind::Tasks) || guess(FileKind::Accounts)
    })
}

/// Each row of a task file with its line and its fields as they stand there, the header first.
pub fn raw_rows(
    text: &[u8],
    called: &super::ColumnNames,
    mut each: impl FnMut(u64, &[Cow<'_, str>]),
) {
    let Some((text, _)) = decode(text) else {
        return;
    };
    let mut records = Records::new(&text, delimiter(TASKS, called, &text));
    let mut record = Record::default();
    while let Ok(true) = records.next(&mut record) {
        let fields = record.fields.iter();
        let fields: Vec<Cow<'_, [u8]>> = fields.map(super::record::Field::bytes).collect();
        let fields: Vec<Cow<'_, str>> = fields
            .iter()
            .map(|bytes| String::from_utf8_lossy(bytes))
            .collect();
        each(record.line, &fields);
    }
}

/// What the bytes 0x80 to 0x9F are in Windows-1252; the five that are nothing stay controls, which
/// no field may have.
const UPPER: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

fn windows_1252(bytes: &[u8]) -> String {
    let chars = bytes.iter().map(|byte| match byte {
        0x80..=0x9F => UPPER[usize::from(byte - 0x80)],
        byte => char::from(*byte),
    });
    chars.collect()
}
