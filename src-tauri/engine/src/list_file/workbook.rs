//! An Excel workbook as a list file: its first sheet that has something in it, as CSV. Nothing of it
//! is run: formulas come as the values that were saved with them.

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx};

use super::ROWS_MAX;
use super::record::FIELDS_MAX;

/// Bytes of text that a workbook may become: it is packed, and may unpack to anything.
const TEXT_BYTES_MAX: usize = super::FILE_BYTES_MAX;

/// The first sheet with something in it, under its name; `None`: there is none. The error is a
/// sentence.
pub(super) fn first_sheet(bytes: &[u8]) -> Result<Option<(String, String)>, String> {
    let broken = |error: &dyn std::fmt::Display| {
        format!("The workbook cannot be read: {error}. Save it again as .xlsx, or as CSV.")
    };
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    for name in book.sheet_names() {
        // Sheets that are only pictures have no cells to be read.
        let Ok(mut cells) = book.worksheet_cells_reader(&name) else {
            continue;
        };
        let mut sheet = Sheet::default();
        while let Some(cell) = cells.next_cell().map_err(|error| broken(&error))? {
            let (row, column) = cell.get_position();
            sheet.put(row, column, &text(cell.get_value()))?;
        }
        if !sheet.is_empty() {
            return sheet.finish().map(|text| Some((name, text)));
        }
    }
    Ok(None)
}

/// Rows as they become text, in their order.
#[derive(Default)]
struct Sheet {
    text: String,
    row: u32,
    /// The row behind the last one that was written.
    next: u32,
    fields: Vec<String>,
    rows: usize,
}

impl Sheet {
    fn put(&mut self, row: u32, column: u32, value: &str) -> Result<(), String> {
        if value.trim().is_empty() {
            return Ok(());
        }
        if row != self.row {
            self.end_row()?;
            // Rows with nothing in them keep their lines, so that lines are those of the sheet.
            let empty = row.saturating_sub(self.next) as usize;
            self.text.push_str(&"\r\n".repeat(empty));
            self.row = row;
        }
        let column = column as usize;
        if column >= FIELDS_MAX {
            return Err(format!(
                "The sheet has more than {FIELDS_MAX} columns. Leave out those that are not needed."
            ));
        }
        if self.fields.len() <= column {
            self.fields.resize(column + 1, String::new());
        }
        self.fields[column].push_str(value);
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), String> {
        if self.fields.is_empty() {
            return Ok(());
        }
        self.rows += 1;
        self.next = self.row.saturating_add(1);
        for (place, field) in self.fields.drain(..).enumerate() {
            if place > 0 {
                self.text.push(',');
            }
            self.text.push('"');
            self.text.push_str(&field.replace('"', "\"\""));
            self.text.push('"');
        }
        self.text.push_str("\r\n");
        // The header is one of them.
        if self.rows > ROWS_MAX + 1 || self.text.len() > TEXT_BYTES_MAX {
            return Err(format!(
                "The sheet is larger than a list may be ({ROWS_MAX} rows, {} MiB). Split it.",
                TEXT_BYTES_MAX >> 20
            ));
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.rows == 0 && self.fields.is_empty()
    }

    fn finish(mut self) -> Result<String, String> {
        self.end_row()?;
        Ok(self.text)
    }
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(true) => "true".to_owned(),
        DataRef::Bool(false) => "false".to_owned(),
        DataRef::DateTime(time) => date(time),
        DataRef::Error(error) => error.to_string(),
        _ => String::new(),
    }
}

/// A date of a sheet has no zone; a time that a task waits for needs one, and says so.
fn date(time: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}
