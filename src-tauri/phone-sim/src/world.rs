//! The world: who follows whom, what is liked, who is signed in. It is a log on disk, one line per
//! change, written before the answer goes out and replayed at the next start; with each change
//! lies the end of the request that made it, so that world and witness agree after any kill.

mod change;

use std::collections::{HashMap, HashSet, VecDeque};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use change::{Change, Comment, Follow};

use crate::error::SimError;
use crate::witness::{EndRecord, REMEMBERED_ENDS, append_whole, cut_torn_line};

/// The first line of a world file.
const HEADER: &str = "{\"signalbox_world\":1}\n";

#[derive(Deserialize, Serialize)]
struct LogLine {
    change: Change,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end: Option<EndRecord>,
}

/// The accounts of one phone.
#[derive(Clone, Default)]
pub struct Signed {
    /// In the order they came.
    pub handles: Vec<String>,
    /// The same, to look one up.
    known: HashSet<String>,
    /// The active one.
    pub active: Option<String>,
}

impl Signed {
    /// Whether the account is signed in here.
    #[must_use]
    pub fn has(&self, handle: &str) -> bool {
        self.known.contains(handle)
    }
}

/// The world as it stands.
#[derive(Default)]
pub struct World {
    follows: HashMap<String, HashMap<String, Follow>>,
    likes: HashMap<String, HashSet<String>>,
    comments: HashMap<String, Vec<Comment>>,
    phones: HashMap<String, Signed>,
    challenged: HashMap<String, String>,
    added: u16,
    ends: VecDeque<EndRecord>,
    log: Option<(File, PathBuf)>,
    closed: bool,
    changes: u64,
}

impl World {
    /// Opens the world file, replays and compacts it. `None` keeps the world in memory only.
    ///
    /// # Errors
    /// [`SimError::World`] when it cannot be read or written, when it is no world file, or when
    /// another simulator holds it.
    pub fn open(path: Option<&Path>) -> Result<World, SimError> {
        let mut world = World::default();
        let Some(path) = path else { return Ok(world) };
        let wrong = |reason: String| SimError::World {
            path: path.to_owned(),
            reason,
        };
        let io = |e: std::io::Error| wrong(e.to_string());
        let file = OpenOptions::new()
            .create(true)
            .read(true)
            .append(true)
            .open(path)
            .map_err(io)?;
        lock(&file).map_err(|_| wrong("another simulator holds it".to_owned()))?;
        cut_torn_line(&file).map_err(io)?;
        world.replay(&file).map_err(wrong)?;
        let file = world.compact(path).map_err(io)?;
        world.log = Some((file, path.to_owned()));
        Ok(world)
    }

    fn replay(&mut self, file: &File) -> Result<(), String> {
        for (at, line) in BufReader::new(file).lines().enumerate() {
            let line = line.map_err(|e| e.to_string())?;
            if at == 0 {
                if line.trim_end() != HEADER.trim_end() {
                    return Err("its first line is not that of a world file".to_owned());
                }
                continue;
            }
            let line: LogLine = serde_json::from_str(&line)
                .map_err(|e| format!("line {} is not a change: {e}", at + 1))?;
            self.apply(line.change);
            if let Some(end) = line.end {
                self.remember(end);
            }
        }
        Ok(())
    }

    /// Writes the world anew beside the old file and puts it in its place.
    fn compact(&self, path: &Path) -> std::io::Result<File> {
        let mut fresh = path.to_owned().into_os_string();
        fresh.push(".new");
        let fresh = PathBuf::from(fresh);
        if let Err(error) = std::fs::remove_file(&fresh)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(error);
        }
        let file = OpenOptions::new()
            .create_new(true)
            .read(true)
            .append(true)
            .open(&fresh)?;
        lock(&file)?;
        let mut out = BufWriter::new(&file);
        out.write_all(HEADER.as_bytes())?;
        // The ends ride on the last changes; a change that is already so changes nothing.
        for change in self.snapshot() {
            serde_json::to_writer(&mut out, &LogLine { change, end: None })?;
            out.write_all(b"\n")?;
        }
        for end in &self.ends {
            if let Some(change) = self.repeat_of(end) {
                serde_json::to_writer(
                    &mut out,
                    &LogLine {
                        change,
                        end: Some(end.clone()),
                    },
                )?;
                out.write_all(b"\n")?;
            }
        }
        out.flush()?;
        drop(out);
        std::fs::rename(&fresh, path)?;
        Ok(file)
    }

    /// A change that leaves the world as it is, to carry a remembered end.
    fn repeat_of(&self, end: &EndRecord) -> Option<Change> {
        let phone = &end.phone;
        let signed = self.phones.get(phone)?;
        let account = signed
            .active
            .clone()
            .or_else(|| signed.handles.first().cloned())?;
        Some(if signed.active.is_some() {
            Change::Active {
                phone: phone.clone(),
                account,
            }
        } else {
            Change::SignIn {
                phone: phone.clone(),
                account,
            }
        })
    }

    fn snapshot(&self) -> Vec<Change> {
        let mut all = Vec::new();
        for (phone, signed) in &self.phones {
            let phone = || phone.clone();
            all.extend(
                signed
                    .handles
                    .iter()
                    .cloned()
                    .map(|account| Change::SignIn {
                        phone: phone(),
                        account,
                    }),
            );
            all.extend(signed.active.iter().cloned().map(|account| Change::Active {
                phone: phone(),
                account,
            }));
        }
        for (account, targets) in &self.follows {
            all.extend(targets.iter().map(|(target, state)| Change::Follow {
                account: account.clone(),
                target: target.clone(),
                state: *state,
            }));
        }
        for (account, posts) in &self.likes {
            all.extend(posts.iter().map(|post| Change::Like {
                account: account.clone(),
                post: post.clone(),
            }));
        }
        for (post, comments) in &self.comments {
            all.extend(comments.iter().map(|comment| Change::Comment {
                account: comment.account.clone(),
                post: post.clone(),
                text: comment.text.clone(),
            }));
        }
        all.extend(
            self.challenged
                .iter()
                .map(|(account, text)| Change::Challenge {
                    account: account.clone(),
                    text: text.clone(),
                }),
        );
        all.extend((self.added > 0).then_some(Change::Phones { added: self.added }));
        all
    }

    /// Makes a change: on disk first, then here. With it lies the end of the request that made it.
    ///
    /// # Errors
    /// When the line cannot be written; then nothing changed.
    pub fn commit(&mut self, change: Change, end: Option<&EndRecord>) -> std::io::Result<()> {
        if self.closed {
            return Err(std::io::Error::other("the simulated world has ended"));
        }
        if let Some((file, _)) = self.log.as_mut() {
            let line = LogLine {
                change: change.clone(),
                end: end.cloned(),
            };
            let mut bytes = serde_json::to_vec(&line)?;
            bytes.push(b'\n');
            append_whole(file, &bytes)?;
        }
        self.apply(change);
        if let Some(end) = end {
            self.remember(end.clone());
        }
        Ok(())
    }

    fn remember(&mut self, end: EndRecord) {
        self.ends.push_back(end);
        if self.ends.len() > REMEMBERED_ENDS {
            self.ends.pop_front();
        }
    }

    fn apply(&mut self, change: Change) {
        self.changes += 1;
        match change {
            Change::Follow {
                account,
                target,
                state,
            } => {
                self.follows
                    .entry(account)
                    .or_default()
                    .insert(target, state);
            }
            Change::Unfollow { account, target } => {
                self.follows.entry(account).or_default().remove(&target);
            }
            Change::Like { account, post } => {
                self.likes.entry(account).or_default().insert(post);
            }
            Change::Unlike { account, post } => {
                self.likes.entry(account).or_default().remove(&post);
            }
            Change::Comment {
                account,
                post,
                text,
            } => {
                self.comments
                    .entry(post)
                    .or_default()
                    .push(Comment { account, text });
            }
            Change::SignIn { phone, account } => {
                let signed = self.phones.entry(phone).or_default();
                if signed.known.insert(account.clone()) {
                    signed.handles.push(account.clone());
                }
                signed.active.get_or_insert(account);
            }
            Change::Active { phone, account } => {
                self.phones.entry(phone).or_default().active = Some(account);
            }
            Change::Challenge { account, text } => {
                self.challenged.insert(account, text);
            }
            Change::Lift { account } => {
                self.challenged.remove(&account);
            }
            Change::Phones { added } => self.added = added,
        }
    }

    /// Empties the world, sign-ins included; the file too.
    ///
    /// # Errors
    /// When the file cannot be written anew.
    pub fn reset(&mut self) -> std::io::Result<()> {
        let log = self.log.take();
        let changes = self.changes + 1;
        *self = World::default();
        self.changes = changes;
        if let Some((_, path)) = log {
            let file = self.compact(&path)?;
            self.log = Some((file, path));
        }
        Ok(())
    }

    /// Lets the file go; nothing can be changed any more.
    pub fn close(&mut self) {
        // Dropping the file would leave the lock with a process that is just being started.
        if let Some((file, _)) = self.log.take()
            && let Err(error) = rustix::fs::flock(&file, rustix::fs::FlockOperation::Unlock)
        {
            tracing::warn!(%error, "the world file stays locked until this process ends");
        }
        self.closed = true;
    }

    /// How many phones were added to those of the start.
    #[must_use]
    pub fn added(&self) -> u16 {
        self.added
    }

    /// Grows with each change: what was made from an older world is made again.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// How `account` stands to `target`.
    #[must_use]
    pub fn follow(&self, account: &str, target: &str) -> Option<Follow> {
        self.follows.get(account)?.get(target).copied()
    }

    /// Whom the account follows (not only asked to).
    pub fn followed_by(&self, account: &str) -> impl Iterator<Item = &str> {
        let follows = self.follows.get(account).into_iter().flatten();
        follows
            .filter(|(_, state)| **state == Follow::Following)
            .map(|(name, _)| name.as_str())
    }

    /// Whether `account` likes `post`.
    #[must_use]
    pub fn likes(&self, account: &str, post: &str) -> bool {
        self.likes
            .get(account)
            .is_some_and(|posts| posts.contains(post))
    }

    /// How many of the world's accounts like `post`.
    #[must_use]
    pub fn like_count(&self, post: &str) -> u64 {
        self.likes
            .values()
            .filter(|posts| posts.contains(post))
            .count() as u64
    }

    /// How many of the world's accounts follow `target`.
    #[must_use]
    pub fn follower_count(&self, target: &str) -> u64 {
        let follows = |targets: &&HashMap<String, Follow>| {
            targets
                .get(target)
                .is_some_and(|state| *state == Follow::Following)
        };
        self.follows.values().filter(follows).count() as u64
    }

    /// The comments the world's accounts left under `post`, oldest first.
    #[must_use]
    pub fn comments(&self, post: &str) -> &[Comment] {
        self.comments.get(post).map_or(&[], Vec::as_slice)
    }

    /// Who is signed in on the phone.
    #[must_use]
    pub fn signed(&self, phone: &str) -> Option<&Signed> {
        self.phones.get(phone)
    }

    /// The active account of the phone.
    #[must_use]
    pub fn active(&self, phone: &str) -> Option<&str> {
        self.phones.get(phone)?.active.as_deref()
    }

    /// What covers the account's app, if something does.
    #[must_use]
    pub fn challenge(&self, account: &str) -> Option<&str> {
        self.challenged.get(account).map(String::as_str)
    }

    /// The last ends that came with a change, oldest first.
    pub(crate) fn ends(&self) -> impl Iterator<Item = &EndRecord> {
        self.ends.iter()
    }
}

fn lock(file: &File) -> std::io::Result<()> {
    rustix::fs::flock(file, rustix::fs::FlockOperation::NonBlockingLockExclusive)?;
    Ok(())
}
