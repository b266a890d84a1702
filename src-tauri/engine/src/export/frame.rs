//! What all exports are made of: rows of one moment as a sheet (CSV) or as a listing (JSON), in
//! memory that is used again, and written in large pieces.

use std::io::{self, BufWriter, Write};

use csv::ByteRecord;
use rusqlite::{Connection, Transaction};
use serde::Serialize;
use serde_json::Value;

use crate::clock::rfc3339;
use crate::store::{self, StoreError};

/// What is written at once.
pub(super) const BUFFER_BYTES: usize = 128 << 10;

/// All that is read through it is of one moment, also while an engine goes on writing.
pub(super) fn moment(connection: &Connection) -> store::Result<Transaction<'_>> {
    connection.unchecked_transaction().map_err(StoreError::from)
}

fn write_error(error: csv::Error) -> io::Error {
    io::Error::other(error)
}

/// RFC 4180 with CRLF and a header line, field by field.
pub(super) struct Sheet<W: Write> {
    writer: csv::Writer<W>,
    /// A `'` is put before what a spreadsheet would run.
    guard: bool,
    record: ByteRecord,
    field: Vec<u8>,
    rows: u64,
}

impl<W: Write> Sheet<W> {
    /// With its header written.
    pub(super) fn new<C: AsRef<[u8]>>(
        out: W,
        guard: bool,
        columns: impl IntoIterator<Item = C>,
    ) -> io::Result<Self> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .buffer_capacity(BUFFER_BYTES)
            .from_writer(out);
        writer.write_record(columns).map_err(write_error)?;
        Ok(Self {
            writer,
            guard,
            record: ByteRecord::new(),
            field: Vec::new(),
            rows: 0,
        })
    }

    /// A field of our own words.
    pub(super) fn plain(&mut self, value: &str) {
        self.record.push_field(value.as_bytes());
    }

    /// A field of somebody else's.
    pub(super) fn text(&mut self, value: &str) {
        if !self.guard || !would_run(value) {
            return self.plain(value);
        }
        self.field.clear();
        self.field.push(b'\'');
        self.field.extend_from_slice(value.as_bytes());
        self.record.push_field(&self.field);
    }

    /// A number.
    pub(super) fn number(&mut self, value: i64) {
        self.field.clear();
        // Memory takes all that is written into it.
        let _ = write!(self.field, "{value}");
        self.record.push_field(&self.field);
    }

    /// The row is whole.
    pub(super) fn end_row(&mut self) -> io::Result<()> {
        self.rows += 1;
        let written = self.writer.write_byte_record(&self.record);
        self.record.clear();
        written.map_err(write_error)
    }

    /// How many rows it has, once all of them are written.
    pub(super) fn finish(mut self) -> io::Result<u64> {
        self.writer.flush()?;
        Ok(self.rows)
    }
}

/// Whether a spreadsheet would run the text, or might: it starts, also behind spaces, with `=`,
/// `+`, `-`, `@`, a tab, a carriage return or NUL. Quotes before that do not count, so that a text
/// that begins with our own `'` comes back as it was.
pub(super) fn would_run(value: &str) -> bool {
    let first = value.bytes().find(|byte| !matches!(byte, b' ' | b'\''));
    matches!(
        first,
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r' | b'\0')
    )
}

/// One JSON object that says when it was exported, what it is of, and then has its rows.
pub(super) struct Listing<W: Write> {
    out: BufWriter<W>,
    rows: u64,
}

impl<W: Write> Listing<W> {
    /// Up to where its rows, which are called `rows`, begin.
    pub(super) fn new(out: W, now_ms: i64, head: &[(&str, Value)], rows: &str) -> io::Result<Self> {
        let mut out = BufWriter::with_capacity(BUFFER_BYTES, out);
        let exported_at = Value::from(rfc3339(now_ms));
        write!(out, "{{\"exported_at\":{exported_at}")?;
        for (name, value) in head {
            write!(out, ",{}:{value}", Value::from(*name))?;
        }
        write!(out, ",{}:[", Value::from(rows))?;
        Ok(Self { out, rows: 0 })
    }

    /// One more row.
    pub(super) fn row(&mut self, row: &impl Serialize) -> io::Result<()> {
        if self.rows > 0 {
            self.out.write_all(b",")?;
        }
        self.rows += 1;
        serde_json::to_writer(&mut self.out, row).map_err(io::Error::from)
    }

    /// How many rows it has, once all of them are written.
    pub(super) fn finish(mut self) -> io::Result<u64> {
        self.out.write_all(b"]}\n")?;
        self.out.flush()?;
        Ok(self.rows)
    }
}
