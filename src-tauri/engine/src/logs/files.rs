//! Writing lines into files that are never longer, nor more, than a bound.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::{name, numbers};

/// The longest file, in bytes.
pub(super) const FILE_BYTES_MAX: u64 = 10 << 20;
/// How many files are kept.
pub(super) const FILES_MAX: usize = 7;

/// The files of one directory; the one with the highest number is written to.
#[derive(Debug)]
pub(super) struct Files {
    dir: PathBuf,
    number: u32,
    file: File,
    bytes: u64,
}

impl Files {
    /// Goes on in the newest file.
    pub(super) fn open(dir: &Path) -> io::Result<Self> {
        let number = numbers(dir)?.last().copied().unwrap_or(1);
        let mut files = Self {
            dir: dir.to_owned(),
            number,
            file: file(&dir.join(name(number)))?,
            bytes: 0,
        };
        files.bytes = files.file.metadata()?.len();
        files.end_line()?;
        Ok(files)
    }

    /// Ends a line that a crash left half written, so that it takes no other with it.
    fn end_line(&mut self) -> io::Result<()> {
        if self.bytes == 0 {
            return Ok(());
        }
        let mut last = [0];
        self.file.seek(SeekFrom::Start(self.bytes - 1))?;
        self.file.read_exact(&mut last)?;
        if last != *b"\n" {
            self.file.write_all(b"\n")?;
            self.bytes += 1;
        }
        Ok(())
    }

    /// Writes a line, in a new file where it would make this one too long.
    pub(super) fn add(&mut self, line: &str) -> io::Result<()> {
        let bytes = line.len() as u64 + 1;
        if self.bytes > 0 && self.bytes + bytes > FILE_BYTES_MAX {
            self.next()?;
        }
        self.file.write_all(format!("{line}\n").as_bytes())?;
        self.bytes += bytes;
        Ok(())
    }

    fn next(&mut self) -> io::Result<()> {
        let number = self.number.saturating_add(1);
        self.file = file(&self.dir.join(name(number)))?;
        (self.number, self.bytes) = (number, 0);
        let there = numbers(&self.dir)?;
        let old = there.len().saturating_sub(FILES_MAX);
        for number in &there[..old] {
            fs::remove_file(self.dir.join(name(*number)))?;
        }
        Ok(())
    }
}

/// A file for the owner alone.
fn file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
}
