//! Reading log files newest first, block by block from their ends: memory is bounded whatever is in
//! them.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;

use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::mask::escaped;
use super::{name, numbers};

/// How much is read at a time, and the longest line that is put together.
const BLOCK: usize = 64 << 10;

/// The levels, the gravest first.
pub(super) const LEVELS: [&str; 5] = ["error", "warn", "info", "debug", "trace"];

/// Which lines are wanted. What is left out does not matter.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Of this level or a graver one: `error`, `warn`, `info`, `debug`, `trace`.
    pub level: Option<String>,
    /// Said at this time or later, RFC 3339 in UTC with milliseconds.
    pub from: Option<String>,
    /// Said at this time or before, in the same form.
    pub to: Option<String>,
    /// With these words in it, whatever the case of their letters.
    pub words: Option<String>,
    /// By this part of the program, or a part of it.
    pub source: Option<String>,
    /// What is said in it is matched by this, whatever the case of its letters.
    pub pattern: Option<Regex>,
    /// Only lines before this one.
    pub before: Option<LogPlace>,
    /// The most lines.
    pub limit: usize,
}

/// Where a line begins: the number of its file, and the bytes before it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogPlace {
    /// The file.
    pub file: u32,
    /// The bytes.
    pub offset: u64,
}

/// One line of a log.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct LogEntry {
    /// When it was said, RFC 3339; null of a damaged line.
    pub ts: Option<String>,
    /// `error`, `warn`, `info`, `debug`, `trace`; null of a damaged line.
    pub level: Option<String>,
    /// By which part of the program; null of a damaged line.
    pub target: Option<String>,
    /// What was said; of a damaged line, all of it, with control characters escaped.
    pub message: String,
    /// What was said with it.
    pub fields: Map<String, Value>,
    /// It is no line as we write them: the file was changed, or a write broke off.
    pub damaged: bool,
}

/// Lines, and where the next ones begin.
#[derive(Debug, Clone, PartialEq)]
pub struct LogPage {
    /// The newest first.
    pub entries: Vec<LogEntry>,
    /// Before which line the next page begins, if there may be more.
    pub next: Option<LogPlace>,
}

/// A line as it is written.
#[derive(Deserialize)]
struct Written {
    ts: String,
    level: String,
    target: String,
    message: String,
    fields: Map<String, Value>,
}

/// Reads a page of the files of a directory. A file that rotation takes away meanwhile counts as
/// empty.
///
/// # Errors
/// A file cannot be read.
pub fn read(dir: &Path, wanted: &Wanted) -> io::Result<LogPage> {
    let words = wanted.words.as_ref().map(|it| it.to_lowercase());
    let mut page = LogPage {
        entries: Vec::new(),
        next: None,
    };
    let before = wanted.before;
    let numbers = numbers(dir)?.into_iter().rev();
    for number in numbers.filter(|number| before.is_none_or(|place| *number <= place.file)) {
        let mut file = match File::open(dir.join(name(number))) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let length = file.metadata()?.len();
        let end = before.filter(|place| place.file == number);
        let end = end.map_or(length, |place| place.offset.min(length));
        let read = lines_back(&mut file, end, |offset, line| {
            let entry = entry(line);
            if !meets(&entry, wanted, words.as_deref()) {
                return ControlFlow::Continue(());
            }
            page.entries.push(entry);
            match page.entries.len() >= wanted.limit {
                true => ControlFlow::Break(LogPlace {
                    file: number,
                    offset,
                }),
                false => ControlFlow::Continue(()),
            }
        })?;
        if let ControlFlow::Break(place) = read {
            page.next = Some(place);
            break;
        }
    }
    Ok(page)
}

/// Goes through the lines that end before `end`, the last first, each with where it begins. A line
/// that is longer than a block comes in pieces.
fn lines_back<T>(
    file: &mut File,
    end: u64,
    mut each: impl FnMut(u64, &[u8]) -> ControlFlow<T>,
) -> io::Result<ControlFlow<T>> {
    // What was read of a line whose beginning was not.
    let mut held: Vec<u8> = Vec::new();
    let mut at = end;
    while at > 0 {
        let size = at.min(BLOCK as u64);
        at -= size;
        let mut block = vec![0; usize::try_from(size).unwrap_or(BLOCK)];
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut block)?;
        block.append(&mut held);
        let mut lines = block.as_slice();
        while let Some(newline) = lines.iter().rposition(|byte| *byte == b'\n') {
            let line = &lines[newline + 1..];
            if !line.is_empty()
                && let ControlFlow::Break(done) = each(at + newline as u64 + 1, line)
            {
                return Ok(ControlFlow::Break(done));
            }
            lines = &lines[..newline];
        }
        held = lines.to_vec();
        if (held.len() >= BLOCK || at == 0)
            && !held.is_empty()
            && let ControlFlow::Break(done) = each(at, &std::mem::take(&mut held))
        {
            return Ok(ControlFlow::Break(done));
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn entry(line: &[u8]) -> LogEntry {
    match serde_json::from_slice::<Written>(line) {
        Ok(written) if LEVELS.contains(&written.level.as_str()) => LogEntry {
            ts: Some(written.ts),
            level: Some(written.level),
            target: Some(escaped(&written.target)),
            message: escaped(&written.message),
            fields: written.fields,
            damaged: false,
        },
        _ => LogEntry {
            ts: None,
            level: None,
            target: None,
            message: escaped(&String::from_utf8_lossy(line)),
            fields: Map::new(),
            damaged: true,
        },
    }
}

/// Whether a line is wanted. A damaged one has no level and no time, and is not left out for that:
/// who looks for what went wrong has to see it, unless times are asked for.
fn meets(entry: &LogEntry, wanted: &Wanted, words: Option<&str>) -> bool {
    let rank = |level: &str| LEVELS.iter().position(|it| *it == level);
    let grave = match (&wanted.level, &entry.level) {
        (Some(most), Some(level)) => rank(level) <= rank(most),
        _ => true,
    };
    let ts = entry.ts.as_deref().unwrap_or_default();
    let from = wanted.from.as_deref().is_none_or(|from| ts >= from);
    let to = wanted.to.as_deref();
    let to = to.is_none_or(|to| !ts.is_empty() && ts <= to);
    let source = wanted.source.as_deref();
    let by = source.is_none_or(|source| is_of(entry.target.as_deref().unwrap_or_default(), source));
    let has = |text: &str| words.is_none_or(|words| text.to_lowercase().contains(words));
    let pattern = wanted.pattern.as_ref();
    let matches = |text: &str| pattern.is_none_or(|pattern| pattern.is_match(text));
    grave && from && to && by && any_text(entry, has) && any_text(entry, matches)
}

/// Whether a part of the program is this one, or a part of it.
fn is_of(target: &str, source: &str) -> bool {
    let rest = target.strip_prefix(source);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Whether this holds of something that is said in the line.
fn any_text(entry: &LogEntry, holds: impl Fn(&str) -> bool) -> bool {
    let mut fields = entry.fields.values();
    holds(&entry.message)
        || holds(entry.target.as_deref().unwrap_or_default())
        || fields.any(|value| match value {
            Value::String(text) => holds(text),
            other => holds(&other.to_string()),
        })
}
