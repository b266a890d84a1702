//! Pictures of phones' screens, kept where an attempt failed: files in a folder of the data
//! directory, so many and so large at most. Lines of tasks' logs name them; nothing is lost but a
//! picture when one is gone.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use uuid::Uuid;

/// The most pictures that are kept.
const PICTURES_MAX: usize = 500;
/// The most bytes of all of them.
const BYTES_MAX: u64 = 256 << 20;
/// The most bytes of one.
const PICTURE_BYTES_MAX: usize = 8 << 20;
/// How long one is kept.
const KEPT_MS: u64 = 30 * 24 * 60 * 60 * 1_000;
/// How a PNG begins.
const MAGIC: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The folder.
#[derive(Debug, Clone)]
pub struct Screenshots {
    dir: PathBuf,
}

impl Screenshots {
    /// Those in this folder, which need not be there yet.
    pub fn of(dir: PathBuf) -> Self {
        Self { dir }
    }

    fn path(&self, id: Uuid) -> PathBuf {
        self.dir.join(format!("{}.png", id.hyphenated()))
    }

    /// Keeps a picture taken now, and gives its id; none of what is no PNG, or too large. What is
    /// too much or too old goes.
    pub fn keep(&self, png: &[u8], now_ms: i64) -> io::Result<Option<Uuid>> {
        if !png.starts_with(MAGIC) || png.len() > PICTURE_BYTES_MAX {
            return Ok(None);
        }
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.dir)?;
        let id = Uuid::now_v7();
        let part = self.dir.join(format!("{}.part", id.hyphenated()));
        let written = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&part)
            .and_then(|mut file| file.write_all(png))
            .and_then(|()| fs::rename(&part, self.path(id)));
        if let Err(error) = written {
            let _ = fs::remove_file(&part);
            return Err(error);
        }
        self.prune(now_ms)?;
        Ok(Some(id))
    }

    /// The picture of this id; `None`: there is none, or none any more.
    pub fn read(&self, id: Uuid) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.path(id)) {
            Ok(png) => Ok(Some(png)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The oldest go until what is left is neither too many, nor too much, nor too old; so do
    /// pieces of pictures that were cut off.
    pub fn prune(&self, now_ms: i64) -> io::Result<()> {
        let mut kept = Vec::new();
        let mut bytes = 0;
        for entry in self.entries()? {
            let entry = entry?;
            let path = entry.path();
            let size = entry.metadata().map_or(0, |it| it.len());
            match id_of(&path) {
                Some(id) => {
                    kept.push((id, size, path));
                    bytes += size;
                }
                None => self.drop_piece(&path, now_ms)?,
            }
        }
        // Their ids grow with time.
        kept.sort_unstable_by_key(|(id, ..)| *id);
        let oldest = now_ms.saturating_sub_unsigned(KEPT_MS);
        let mut left = kept.len();
        for (id, size, path) in kept {
            let good = left <= PICTURES_MAX && bytes <= BYTES_MAX;
            if good && taken_ms(id) >= oldest {
                break;
            }
            remove(&path)?;
            (left, bytes) = (left - 1, bytes - size);
        }
        Ok(())
    }

    fn entries(&self) -> io::Result<Box<dyn Iterator<Item = io::Result<fs::DirEntry>>>> {
        match fs::read_dir(&self.dir) {
            Ok(entries) => Ok(Box::new(entries)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Ok(Box::new(std::iter::empty()))
            }
            Err(error) => Err(error),
        }
    }

    /// Another attempt may be writing this piece: it goes only when it is of yesterday.
    fn drop_piece(&self, path: &Path, now_ms: i64) -> io::Result<()> {
        /// How long a piece may stand there.
        const PIECE_MS: i64 = 24 * 60 * 60 * 1_000;
        let piece = path.extension().is_some_and(|it| it == "part");
        let taken = path.file_stem().and_then(|it| it.to_str());
        let taken = taken.and_then(|it| Uuid::try_parse(it).ok()).map(taken_ms);
        match taken {
            Some(taken) if piece && taken < now_ms.saturating_sub(PIECE_MS) => remove(path),
            _ => Ok(()),
        }
    }

    /// All of them go: the data set that they are of is emptied.
    pub fn clear(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn id_of(path: &Path) -> Option<Uuid> {
    let name = path.file_name()?.to_str()?.strip_suffix(".png")?;
    Uuid::try_parse(name).ok()
}

/// When the id was made, ms since 1970; an id without a time is of long ago.
fn taken_ms(id: Uuid) -> i64 {
    let (seconds, nanos) = id.get_timestamp().map_or((0, 0), |it| it.to_unix());
    let ms = seconds
        .saturating_mul(1_000)
        .saturating_add(u64::from(nanos / 1_000_000));
    i64::try_from(ms).unwrap_or(i64::MAX)
}

/// Whoever prunes beside us may have been first.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;
    use crate::clock::Clock;

    fn png(bytes: usize) -> Vec<u8> {
        let mut png = MAGIC.to_vec();
        png.resize(bytes, 7);
        png
    }

    #[test]
    fn what_is_kept_can_be_read_and_what_is_no_picture_is_not_kept() {
        let dir = tempfile::tempdir().unwrap();
        let kept = Screenshots::of(dir.path().join("screenshots"));
        let now = Clock::new().read().wall_ms;
        assert_eq!(kept.read(Uuid::now_v7()).unwrap(), None);
        kept.prune(now).unwrap();
        let id = kept.keep(&png(100), now).unwrap().unwrap();
        assert_eq!(kept.read(id).unwrap(), Some(png(100)));
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
        assert_eq!((mode(&kept.dir), mode(&kept.path(id))), (0o700, 0o600));
        assert_eq!(kept.keep(b"<html>", now).unwrap(), None);
        assert_eq!(kept.keep(&png(PICTURE_BYTES_MAX + 1), now).unwrap(), None);
        assert_eq!(fs::read_dir(&kept.dir).unwrap().count(), 1);
        kept.clear().unwrap();
        kept.clear().unwrap();
        assert_eq!(kept.read(id).unwrap(), None);
    }

    #[test]
    fn the_oldest_go_by_number_by_bytes_and_by_age() {
        let dir = tempfile::tempdir().unwrap();
        let kept = Screenshots::of(dir.path().to_owned());
        let now = Clock::new().read().wall_ms;
        let mut ids: Vec<Uuid> = (0..PICTURES_MAX + 3).map(|_| Uuid::now_v7()).collect();
        for id in &ids {
            fs::write(kept.path(*id), png(9)).unwrap();
        }
        // What is not ours stays.
        fs::write(dir.path().join("note.txt"), "mine").unwrap();
        kept.prune(now).unwrap();
        let left = |id: &Uuid| kept.read(*id).unwrap().is_some();
        assert_eq!(ids.iter().filter(|id| left(id)).count(), PICTURES_MAX);
        assert!(!ids.drain(..3).any(|id| left(&id)));
        // Sparse files: as many bytes as all of them may have lie in the newest.
        let newest = fs::File::options()
            .write(true)
            .open(kept.path(ids[PICTURES_MAX - 1]));
        newest.unwrap().set_len(BYTES_MAX - 9).unwrap();
        kept.prune(now).unwrap();
        let found: Vec<bool> = ids.iter().map(left).collect();
        assert_eq!(found.iter().filter(|it| **it).count(), 2);
        assert!(found[PICTURES_MAX - 1] && found[PICTURES_MAX - 2]);
        kept.prune(now.saturating_add_unsigned(KEPT_MS + 60_000))
            .unwrap();
        assert!(!ids.iter().any(left));
        assert!(dir.path().join("note.txt").exists());
    }
}
