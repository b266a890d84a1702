//! RFC 4180, strictly: rows of fields out of bytes, with the line each row begins on.
//!
//! A lenient reader would take a quote in the middle of a field or a lone carriage return and
//! make something of it; here such a row is named, since the file is somebody's day of work.

use std::borrow::Cow;

/// Fields of one row that are kept; more are only counted. Twice what any header here has room for.
pub(super) const FIELDS_MAX: usize = 32;

/// One field: where it stands, and whether its doubled quotes are still doubled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field<'a> {
    raw: &'a [u8],
    doubled: bool,
}

impl<'a> Field<'a> {
    /// Its length in the file in bytes, without the quotes around it.
    pub(super) fn len(&self) -> usize {
        self.raw.len()
    }

    /// Its bytes. Copies only where a quote was doubled.
    pub(super) fn bytes(&self) -> Cow<'a, [u8]> {
        if !self.doubled {
            return Cow::Borrowed(self.raw);
        }
        let mut single = Vec::with_capacity(self.raw.len());
        let mut rest = self.raw.iter();
        while let Some(byte) = rest.next() {
            single.push(*byte);
            if *byte == b'"' {
                rest.next();
            }
        }
        Cow::Owned(single)
    }
}

/// One row.
#[derive(Debug, Default)]
pub(super) struct Record<'a> {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The first [`FIELDS_MAX`] fields.
    pub fields: Vec<Field<'a>>,
    /// All fields.
    pub count: usize,
    /// The first field, from 0, in which a quote stands where none may.
    pub stray_quote: Option<usize>,
}

/// Why the file cannot be read on from some place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// A carriage return without a line feed, outside quotes; the line it ends.
    LoneReturn(u64),
    /// A quoted field that never ends: the line of the row, the number of the field from 0.
    OpenQuote(u64, usize),
}

/// Reads one row after the other.
#[derive(Debug)]
pub(super) struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
    delimiter: u8,
}

/// What came after a field.
enum After {
    Delimiter,
    End,
}

impl<'a> Records<'a> {
    /// A reader at the top of the file.
    pub(super) fn new(bytes: &'a [u8], delimiter: u8) -> Self {
        Self {
            bytes,
            at: 0,
            line: 1,
            delimiter,
        }
    }

    /// Reads the next row that is not blank into `record`; false at the end of the file.
    pub(super) fn next(&mut self, record: &mut Record<'a>) -> Result<bool, Broken> {
        while self.line_end()? {}
        if self.at >= self.bytes.len() {
            return Ok(false);
        }
        record.line = self.line;
        record.fields.clear();
        record.count = 0;
        record.stray_quote = None;
        loop {
            let (field, after) = self.field(record)?;
            if record.fields.len() < FIELDS_MAX {
                record.fields.push(field);
            }
            record.count += 1;
            if let After::End = after {
                return Ok(true);
            }
        }
    }

    /// Takes a line end, if one is next.
    fn line_end(&mut self) -> Result<bool, Broken> {
        let length = match &self.bytes[self.at..] {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            [b'\r', ..] => return Err(Broken::LoneReturn(self.line)),
            _ => return Ok(false),
        };
        self.at += length;
        self.line += 1;
        Ok(true)
    }

    fn field(&mut self, record: &mut Record<'a>) -> Result<(Field<'a>, After), Broken> {
        if self.bytes.get(self.at) == Some(&b'"') {
            self.quoted_field(record)
        } else {
            self.plain_field(record, self.at)
        }
    }

    fn quoted_field(&mut self, record: &mut Record<'a>) -> Result<(Field<'a>, After), Broken> {
        let open = self.at;
        let mut at = open + 1;
        let mut doubled = false;
        let mut lines = 0;
        loop {
            match self.bytes.get(at) {
                None => return Err(Broken::OpenQuote(record.line, record.count)),
                Some(b'"') if self.bytes.get(at + 1) == Some(&b'"') => {
                    doubled = true;
                    at += 2;
                }
                Some(b'"') => break,
                Some(byte) => {
                    lines += u64::from(*byte == b'\n');
                    at += 1;
                }
            }
        }
        self.line += lines;
        self.at = at + 1;
        let raw = &self.bytes[open + 1..at];
        if let Some(after) = self.after()? {
            return Ok((Field { raw, doubled }, after));
        }
        // Text behind the closing quote: read on to the next delimiter, the row is bad anyway.
        record.stray_quote.get_or_insert(record.count);
        self.plain_field(record, open)
    }

    fn plain_field(
        &mut self,
        record: &mut Record<'a>,
        from: usize,
    ) -> Result<(Field<'a>, After), Broken> {
        loop {
            let end = self.at;
            if let Some(after) = self.after()? {
                let raw = &self.bytes[from..end];
                return Ok((
                    Field {
                        raw,
                        doubled: false,
                    },
                    after,
                ));
            }
            if self.bytes[self.at] == b'"' {
                record.stray_quote.get_or_insert(record.count);
            }
            self.at += 1;
        }
    }

    /// Takes what may stand behind a field, if it is next.
    fn after(&mut self) -> Result<Option<After>, Broken> {
        match self.bytes.get(self.at) {
            None => Ok(Some(After::End)),
            Some(byte) if *byte == self.delimiter => {
                self.at += 1;
                Ok(Some(After::Delimiter))
            }
            Some(b'\n' | b'\r') => {
                self.line_end()?;
                Ok(Some(After::End))
            }
            Some(_) => Ok(None),
        }
    }
}
