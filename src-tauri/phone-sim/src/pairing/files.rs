//! One property list per phone in the folder `WORLD.pairings`, readable by this user alone.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;

use plist::{Dictionary, Value};

/// The file of this computer's own side.
pub const COMPUTER: &str = "SystemConfiguration";

/// Where pairings are kept; nowhere without a world file.
pub struct Files(Option<PathBuf>);

impl Files {
    /// The folder beside a world file.
    pub fn beside(world: Option<PathBuf>) -> Files {
        Files(world.map(|path| {
            let mut path = path.into_os_string();
            path.push(".pairings");
            PathBuf::from(path)
        }))
    }

    /// Reads a file; none when there is none, or it is damaged.
    pub fn read(&self, name: &str) -> Option<Dictionary> {
        let path = self.0.as_ref()?.join(format!("{name}.plist"));
        match Value::from_file(&path) {
            Ok(value) => value.into_dictionary(),
            Err(error) => {
                if path.exists() {
                    let path = path.display();
                    tracing::warn!(%error, %path, "a pairing cannot be read and is made anew");
                }
                None
            }
        }
    }

    /// Writes a file whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, name: &str, page: Dictionary) -> std::io::Result<()> {
        let Some(folder) = &self.0 else { return Ok(()) };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
        let fresh = folder.join(format!("{name}.plist.new"));
        let mut file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(true)
            .mode(0o600)
            .open(&fresh)?;
        let mut xml = Vec::new();
        Value::Dictionary(page)
            .to_writer_xml(&mut xml)
            .map_err(std::io::Error::other)?;
        file.write_all(&xml)?;
        std::fs::rename(&fresh, folder.join(format!("{name}.plist")))
    }
}
