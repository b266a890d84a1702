//! Reading a list's file off the disk, never more of it than a list may have.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::FILE_BYTES_MAX;

/// The file could not be read at all. Stable code: `file_unreadable`.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be read: {source}. Check the name and whether you may read it.", path.display())]
pub struct ReadError {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl ReadError {
    /// The stable code.
    pub const CODE: &'static str = "file_unreadable";
}

/// The bytes of a file for [`super::accounts`] and [`super::tasks`]. Of one that is too large, or
/// that never ends, one byte more than a list may have is read, which those then refuse in words.
pub fn read(path: &Path) -> Result<Vec<u8>, ReadError> {
    let limit = FILE_BYTES_MAX as u64 + 1;
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(limit).read_to_end(&mut bytes))
        .map_err(|source| ReadError {
            path: path.to_owned(),
            source,
        })?;
    Ok(bytes)
}
