//! Following the witness log while it grows.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use crate::witness::Line;

/// A reader that remembers how far it came.
pub struct Tail {
    path: PathBuf,
    at: u64,
    rest: Vec<u8>,
}

impl Tail {
    /// Begins at the end of what is there now.
    pub fn new(path: &Path) -> Self {
        let at = std::fs::metadata(path).map_or(0, |file| file.len());
        Self {
            path: path.to_path_buf(),
            at,
            rest: Vec::new(),
        }
    }

    /// What came since it was last asked.
    pub fn lines(&mut self) -> Vec<Line> {
        let Ok(mut file) = File::open(&self.path) else {
            return Vec::new();
        };
        let read = file
            .seek(SeekFrom::Start(self.at))
            .and_then(|_| file.read_to_end(&mut self.rest));
        self.at += read.unwrap_or_default() as u64;
        let whole = self.rest.iter().rposition(|byte| *byte == b'\n');
        let Some(whole) = whole else {
            return Vec::new();
        };
        let lines: Vec<u8> = self.rest.drain(..=whole).collect();
        let lines = lines.split(|byte| *byte == b'\n');
        lines
            .filter_map(|line| serde_json::from_slice(line).ok())
            .collect()
    }
}
