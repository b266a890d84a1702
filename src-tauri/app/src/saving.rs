//! Saving a file where the operator says: asked for first, then written piece by piece beside the
//! place that was chosen, and put there in one step. A file that was there stays until then.

use std::io;
use std::path::{Path, PathBuf};

use signalbox_engine::CommandError;
use signalbox_engine::http::Reply;
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt as _;
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::oneshot;

/// Whoever knows where a file is to be saved.
pub trait Asker: Sync {
    /// The place that the operator chose for a file of this name; `None`: none.
    fn place_for(&self, name: &str) -> impl Future<Output = Option<PathBuf>> + Send;
}

/// What is saved, as it is made.
pub trait Pieces: Send {
    /// The next piece; `None` at its end.
    fn next(&mut self) -> impl Future<Output = Result<Option<Vec<u8>>, CommandError>> + Send;
}

impl Pieces for Reply {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, CommandError> {
        Ok(self.piece().await?.map(|piece| piece.to_vec()))
    }
}

/// Something that is there whole.
pub struct Whole(pub Option<Vec<u8>>);

impl Pieces for Whole {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, CommandError> {
        Ok(self.0.take())
    }
}

/// The system's own dialog.
pub struct Dialog(pub AppHandle);

impl Asker for Dialog {
    async fn place_for(&self, name: &str) -> Option<PathBuf> {
        let (chosen, answer) = oneshot::channel();
        let dialog = self.0.dialog().file().set_file_name(name);
        dialog.save_file(|path| {
            let _ = chosen.send(path);
        });
        answer.await.ok()??.into_path().ok()
    }
}

/// Saves the pieces, until there are no more. Answers where, or `None` where the operator
/// chose not to; then nothing was taken of it.
pub async fn save(
    asker: &impl Asker,
    name: &str,
    pieces: &mut impl Pieces,
) -> Result<Option<PathBuf>, CommandError> {
    let Some(place) = asker.place_for(&plain(name)).await else {
        return Ok(None);
    };
    let part = beside(&place);
    let written = write(&part, pieces).await;
    let done = match written {
        Ok(()) => fs::rename(&part, &place)
            .await
            .map_err(|error| refused(&place, &error)),
        Err(error) => Err(error),
    };
    if done.is_err() {
        let _ = fs::remove_file(&part).await;
    }
    done.map(|()| Some(place))
}

async fn write(part: &Path, pieces: &mut impl Pieces) -> Result<(), CommandError> {
    let refused = |error: io::Error| refused(part, &error);
    let mut file = File::create(part).await.map_err(refused)?;
    while let Some(piece) = pieces.next().await? {
        file.write_all(&piece).await.map_err(refused)?;
    }
    file.sync_all().await.map_err(refused)
}

fn refused(path: &Path, error: &io::Error) -> CommandError {
    let detail = format!(
        "{} could not be written: {error}. Choose another place, or make room on the disk.",
        path.display()
    );
    CommandError::new("not_saved", detail)
}

/// A name that begins no other folder and is no hidden file.
fn plain(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last
        .chars()
        .filter(|it| !it.is_control())
        .take(120)
        .collect();
    let kept = kept.trim_start_matches('.').trim();
    match kept.is_empty() {
        true => "signalbox".to_owned(),
        false => kept.to_owned(),
    }
}

/// Where it is written first.
fn beside(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".{name}.part-{}", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Chose(Option<PathBuf>);

    impl Asker for Chose {
        async fn place_for(&self, _: &str) -> Option<PathBuf> {
            self.0.clone()
        }
    }

    struct Made(std::vec::IntoIter<Piece>);

    impl Pieces for Made {
        async fn next(&mut self) -> Piece {
            self.0.next().unwrap_or(Ok(None))
        }
    }

    type Piece = Result<Option<Vec<u8>>, CommandError>;

    async fn saved(place: Option<PathBuf>, pieces: Vec<Piece>) -> Result<Option<PathBuf>, String> {
        let mut made = Made(pieces.into_iter());
        let done = save(&Chose(place), "a.csv", &mut made).await;
        done.map_err(|error| error.code)
    }

    fn names(dir: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(dir).unwrap();
        let mut names: Vec<String> = entries
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn pieces_are_put_together_and_take_the_place_of_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("out.csv");
        std::fs::write(&place, "old").unwrap();
        let pieces = vec![Ok(Some(b"one,".to_vec())), Ok(Some(b"two".to_vec()))];
        let done = saved(Some(place.clone()), pieces).await;
        assert_eq!(done, Ok(Some(place.clone())));
        assert_eq!(std::fs::read_to_string(&place).unwrap(), "one,two");
        assert_eq!(names(dir.path()), ["out.csv"]);
    }

    #[tokio::test]
    async fn what_breaks_off_leaves_what_was_there_and_nothing_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("out.csv");
        std::fs::write(&place, "old").unwrap();
        let broken = CommandError::new("broken_answer", "It broke off.");
        let pieces = vec![Ok(Some(b"one".to_vec())), Err(broken)];
        let done = saved(Some(place.clone()), pieces).await;
        assert_eq!(done, Err("broken_answer".to_owned()));
        assert_eq!(std::fs::read_to_string(&place).unwrap(), "old");
        assert_eq!(names(dir.path()), ["out.csv"]);
    }

    #[tokio::test]
    async fn nothing_is_taken_or_written_where_no_place_is_chosen_or_none_is_writable() {
        assert_eq!(saved(None, vec![Ok(Some(b"one".to_vec()))]).await, Ok(None));
        let nowhere = PathBuf::from("/nowhere/there/out.csv");
        assert_eq!(
            saved(Some(nowhere), Vec::new()).await,
            Err("not_saved".to_owned())
        );
    }

    #[test]
    fn a_name_is_only_a_name() {
        let check = |name, shown| assert_eq!(plain(name), shown);
        check("a.csv", "a.csv");
        check("../../etc/passwd", "passwd");
        check("C:\\x\\y.zip", "y.zip");
        check(".hidden", "hidden");
        check("a\nb.csv", "ab.csv");
        check("..", "signalbox");
    }
}
