//! Rows of a file that were rejected, as they stand there, with the reason of each in a column of
//! its own. The whole can be mended and imported again: that column is passed over.

use std::collections::HashMap;
use std::io::Write;

use serde_json::{Map, Value};

use super::frame::{Listing, Sheet};
use super::{ExportError, Format};
use crate::list_file::{ColumnNames, REASON, raw_rows};

/// Writes the rows whose lines have a reason, and gives their number.
pub fn export_rejected(
    text: &[u8],
    columns: &ColumnNames,
    reasons: &HashMap<u64, String>,
    (format, now_ms): (Format, i64),
    out: impl Write,
) -> Result<u64, ExportError> {
    let mut header: Vec<String> = Vec::new();
    let mut rows: Vec<Vec<String>> = Vec::new();
    raw_rows(text, columns, |line, fields| {
        let owned = || fields.iter().map(|field| field.to_string()).collect();
        if header.is_empty() {
            header = owned();
        } else if let Some(reason) = reasons.get(&line) {
            let mut row: Vec<String> = owned();
            row.resize(header.len(), String::new());
            row.push(reason.clone());
            rows.push(row);
        }
    });
    header.push(REASON.to_owned());
    match format {
        Format::Csv { guard } => {
            let mut sheet = Sheet::new(out, guard, &header)?;
            for row in &rows {
                row.iter().for_each(|field| sheet.text(field));
                sheet.end_row()?;
            }
            Ok(sheet.finish()?)
        }
        Format::Json => {
            let mut listing = Listing::new(out, now_ms, &[], "rows")?;
            for row in rows {
                let named = header.iter().cloned().zip(row.into_iter().map(Value::from));
                listing.row(&named.collect::<Map<String, Value>>())?;
            }
            Ok(listing.finish()?)
        }
    }
}
