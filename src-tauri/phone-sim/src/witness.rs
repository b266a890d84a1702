//! The witness log: what the phones saw, one JSON line per event, appended before the answer goes
//! out. It knows nothing of tasks; that is what makes it a witness.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::clock::monotonic_ns;
use crate::error::SimError;

/// What a request changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The active account follows the subject (or asked to).
    Follow,
    /// It no longer does.
    Unfollow,
    /// It likes the post.
    Like,
    /// It no longer does.
    Unlike,
    /// It commented on the post; the text is in `text`.
    Comment,
    /// Another account became the active one.
    SwitchAccount,
    /// Somebody's profile was opened.
    OpenProfile,
    /// A search was typed; the text is in `text`.
    Search,
}

/// Who is active and what is on the screen.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Scene {
    /// The active account.
    pub account: Option<String>,
    /// Whose profile or post is on the screen.
    pub subject: Option<String>,
    /// The post on the screen.
    pub post: Option<String>,
}

/// The end of a request, or of one of its effects where it had several.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct EndRecord {
    /// The UDID.
    pub phone: String,
    /// Begin and end share one number.
    pub seq: u64,
    /// The number of the request; differs from `seq` for its second and later effects.
    pub of: u64,
    /// Method and path, ids left out.
    pub request: String,
    /// What was on the screen when it ended.
    #[serde(flatten)]
    pub scene: Scene,
    /// What changed.
    pub effect: Option<Effect>,
    /// What was typed, where that is the effect.
    pub text: Option<String>,
}

#[derive(Serialize)]
struct Line<'a> {
    t: u64,
    phone: &'a str,
    seq: u64,
    event: &'static str,
    request: &'a str,
    account: Option<&'a str>,
    subject: Option<&'a str>,
    post: Option<&'a str>,
    effect: Option<Effect>,
    text: Option<&'a str>,
}

#[derive(Deserialize)]
struct SeenLine {
    phone: String,
    seq: u64,
    event: String,
    request: String,
    #[serde(flatten)]
    scene: Scene,
}

struct Book {
    file: Option<File>,
    next_seq: u64,
}

/// The log and the next request number.
pub struct Witness {
    book: Mutex<Book>,
}

/// What an earlier simulator left unfinished in the log.
#[derive(Default)]
struct Left {
    highest_seq: u64,
    open: HashMap<(String, u64), SeenLine>,
}

/// How many last effects the world remembers for the witness; all phones together have far fewer
/// under way at once.
pub(crate) const REMEMBERED_ENDS: usize = 1024;

impl Witness {
    /// Opens the log, and ends the requests that a killed simulator left half done: with their
    /// effect where the world (`ends`, oldest first) kept it, without one otherwise.
    ///
    /// # Errors
    /// [`SimError::Witness`] when the file cannot be read, mended or appended to.
    pub fn open(path: Option<&Path>, ends: &[EndRecord]) -> Result<Witness, SimError> {
        let floor = ends.iter().map(|end| end.seq).max().unwrap_or(0);
        let Some(path) = path else {
            let book = Mutex::new(Book {
                file: None,
                next_seq: floor + 1,
            });
            return Ok(Witness { book });
        };
        let wrong = |e: std::io::Error| SimError::Witness {
            path: path.to_owned(),
            reason: e.to_string(),
        };
        let file = OpenOptions::new()
            .create(true)
            .read(true)
            .append(true)
            .open(path)
            .map_err(wrong)?;
        cut_torn_line(&file).map_err(wrong)?;
        let left = read_left(&file).map_err(wrong)?;
        let next_seq = floor.max(left.highest_seq) + 1;
        let witness = Witness {
            book: Mutex::new(Book {
                file: Some(file),
                next_seq,
            }),
        };
        witness.finish(left, ends).map_err(wrong)?;
        Ok(witness)
    }

    fn finish(&self, left: Left, ends: &[EndRecord]) -> std::io::Result<()> {
        let mut open: Vec<SeenLine> = left.open.into_values().collect();
        open.sort_by_key(|line| line.seq);
        for line in open {
            let of = line.seq;
            let effects = ends
                .iter()
                .filter(|end| end.of == of && end.phone == line.phone);
            let effects: Vec<EndRecord> = effects.cloned().collect();
            let plain = EndRecord {
                phone: line.phone,
                seq: of,
                of,
                request: line.request,
                scene: line.scene,
                effect: None,
                text: None,
            };
            self.end(&effects, &plain)?;
        }
        Ok(())
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number for a request or effect; never given twice, also over restarts.
    pub fn number(&self) -> u64 {
        let mut book = self.book();
        book.next_seq += 1;
        book.next_seq - 1
    }

    /// Writes the begin of a request and gives its number.
    ///
    /// # Errors
    /// When the line cannot be written; the request must then not be done.
    pub fn begin(&self, phone: &str, request: &str, scene: Scene) -> std::io::Result<u64> {
        let mut book = self.book();
        let seq = book.next_seq;
        book.next_seq += 1;
        let begin = EndRecord {
            phone: phone.to_owned(),
            seq,
            of: seq,
            request: request.to_owned(),
            scene,
            effect: None,
            text: None,
        };
        book.write(&[("begin", &begin)])?;
        Ok(seq)
    }

    /// Writes the end of a request. Its first effect shares the request's line (`plain` is
    /// written when there is none); each further one has a begin and an end of its own.
    ///
    /// # Errors
    /// When the lines cannot be written.
    pub fn end(&self, effects: &[EndRecord], plain: &EndRecord) -> std::io::Result<()> {
        let mut lines: Vec<(&'static str, &EndRecord)> = Vec::new();
        if !effects.iter().any(|effect| effect.seq == plain.seq) {
            lines.push(("end", plain));
        }
        for effect in effects {
            if effect.seq != effect.of {
                lines.push(("begin", effect));
            }
            lines.push(("end", effect));
        }
        self.book().write(&lines)
    }
}

impl Book {
    /// Appends the lines in one write, so that a kill leaves all of them or none.
    fn write(&mut self, lines: &[(&'static str, &EndRecord)]) -> std::io::Result<()> {
        let Some(file) = self.file.as_mut() else {
            return Ok(());
        };
        let mut bytes = Vec::with_capacity(lines.len() * 320);
        for (event, end) in lines {
            let line = Line {
                t: monotonic_ns(),
                phone: &end.phone,
                seq: end.seq,
                event,
                request: &end.request,
                account: end.scene.account.as_deref(),
                subject: end.scene.subject.as_deref(),
                post: end.scene.post.as_deref(),
                effect: end.effect.filter(|_| *event == "end"),
                text: end.text.as_deref().filter(|_| *event == "end"),
            };
            serde_json::to_writer(&mut bytes, &line)?;
            bytes.push(b'\n');
        }
        append_whole(file, &bytes)
    }
}

/// Appends `bytes` in one piece: a write that fails half way is taken back.
pub(crate) fn append_whole(file: &mut File, bytes: &[u8]) -> std::io::Result<()> {
    let before = file.metadata()?.len();
    file.write_all(bytes).inspect_err(|_| {
        if let Err(error) = file.set_len(before) {
            tracing::error!(%error, "a half-written line could not be taken back");
        }
    })
}

/// Cuts off what follows the last line end: a killed writer's half line.
pub(crate) fn cut_torn_line(file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::FileExt;
    let mut end = file.metadata()?.len();
    let whole = end;
    let mut block = [0_u8; 4096];
    while end > 0 {
        let start = end.saturating_sub(block.len() as u64);
        let part = &mut block[..usize::try_from(end - start).unwrap_or(0)];
        file.read_exact_at(part, start)?;
        if let Some(at) = part.iter().rposition(|byte| *byte == b'\n') {
            end = start + at as u64 + 1;
            break;
        }
        end = start;
    }
    if end < whole {
        file.set_len(end)
    } else {
        Ok(())
    }
}

fn read_left(file: &File) -> std::io::Result<Left> {
    let mut left = Left::default();
    for line in BufReader::new(file).split(b'\n') {
        // A line of another program is no event; it is left alone.
        let Ok(line) = serde_json::from_slice::<SeenLine>(&line?) else {
            continue;
        };
        left.highest_seq = left.highest_seq.max(line.seq);
        let key = (line.phone.clone(), line.seq);
        if line.event == "begin" {
            left.open.insert(key, line);
        } else {
            left.open.remove(&key);
        }
    }
    Ok(left)
}
