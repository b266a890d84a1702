//! Log files: what the engine says of its own doings, as lines of JSON in `logs/` of the data
//! directory, bounded in all, and read again newest first.
//!
//! A program puts [`layer`] into its subscriber once, before it knows a data directory; an engine
//! names the place with [`attach`] while it holds the lock, so that one process writes there. Only
//! our own crates are heard: what others say may hold what they send. Names are masked by their
//! types, and once more by their look ([`mask`]). Nothing here waits for a disk but a thread of its
//! own: who logs hands a line over, and where that thread is behind, lines are counted instead.

mod files;
mod layer;
mod mask;
mod read;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::{fs, io};

pub use layer::layer;
pub(crate) use mask::masked;
pub use read::{LogEntry, LogPage, LogPlace, Wanted, read};

use crate::paths::DataDir;
use files::Files;

/// Lines that may wait for the disk.
const WAITING_MAX: usize = 1_024;

/// Where lines go, while an engine has named a place.
static SINK: RwLock<Option<Sink>> = RwLock::new(None);

/// How many places were named so far.
static NAMED: AtomicU64 = AtomicU64::new(0);

struct Sink {
    number: u64,
    lines: SyncSender<String>,
    /// Lines that found no room since the last one that did.
    lost: AtomicU64,
}

/// A place for log lines. Dropping it writes what waits and lets it go.
#[derive(Debug)]
#[must_use = "logging ends when this is dropped"]
pub struct Attached {
    number: u64,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// Names the place for log lines, in place of the one before.
///
/// # Errors
/// The files cannot be written.
pub fn attach(dir: &DataDir) -> io::Result<Attached> {
    let files = Files::open(&dir.logs())?;
    let number = NAMED.fetch_add(1, Ordering::Relaxed);
    let (lines, waiting) = sync_channel(WAITING_MAX);
    let thread = std::thread::Builder::new().name("signalbox-log".to_owned());
    let thread = thread.spawn(move || write(files, &waiting))?;
    let sink = Sink {
        number,
        lines,
        lost: AtomicU64::new(0),
    };
    *SINK.write().unwrap_or_else(PoisonError::into_inner) = Some(sink);
    Ok(Attached {
        number,
        thread: Mutex::new(Some(thread)),
    })
}

impl Drop for Attached {
    fn drop(&mut self) {
        let mut sink = SINK.write().unwrap_or_else(PoisonError::into_inner);
        if sink.as_ref().is_some_and(|it| it.number == self.number) {
            *sink = None;
        }
        drop(sink);
        let thread = self.thread.get_mut();
        if let Some(thread) = thread.unwrap_or_else(PoisonError::into_inner).take() {
            let _ = thread.join();
        }
    }
}

/// Hands a line over; never waits.
fn hand_over(line: String) {
    let sink = SINK.read().unwrap_or_else(PoisonError::into_inner);
    let Some(sink) = &*sink else { return };
    let lost = sink.lost.swap(0, Ordering::Relaxed);
    if lost > 0 && sink.lines.try_send(layer::lost(lost)).is_err() {
        sink.lost.fetch_add(lost, Ordering::Relaxed);
    }
    if sink.lines.try_send(line).is_err() {
        sink.lost.fetch_add(1, Ordering::Relaxed);
    }
}

/// Whether anybody writes lines down at the moment.
fn is_heard() -> bool {
    let sink = SINK.read().unwrap_or_else(PoisonError::into_inner);
    sink.is_some()
}

/// A disk that takes no line is no reason to stop: the next line is tried as well.
fn write(mut files: Files, waiting: &Receiver<String>) {
    while let Ok(line) = waiting.recv() {
        let _: io::Result<()> = files.add(&line);
    }
}

/// The name of a file, made from its number alone.
fn name(number: u32) -> String {
    format!("signalbox-{number:06}.log")
}

/// The log files there are, the oldest first.
pub(crate) fn files(dir: &std::path::Path) -> io::Result<Vec<std::path::PathBuf>> {
    Ok(numbers(dir)?
        .into_iter()
        .map(|it| dir.join(name(it)))
        .collect())
}

/// The numbers of the files there are, in order. What is not named as ours is, or is no file, is
/// passed over.
fn numbers(dir: &std::path::Path) -> io::Result<Vec<u32>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let number = entry.file_name().into_string().ok().and_then(|found| {
            let digits = found.strip_prefix("signalbox-")?.strip_suffix(".log")?;
            let number = digits.parse().ok()?;
            (name(number) == found).then_some(number)
        });
        if let Some(number) = number.filter(|_| entry.file_type().is_ok_and(|it| it.is_file())) {
            found.push(number);
        }
    }
    found.sort_unstable();
    Ok(found)
}
