//! One number for what a list says, whatever its file looks like.

use sha2::{Digest, Sha256};

use signalbox_automation::Work;

use super::{AccountRow, TaskRow, kind_word, priority_word};

/// The sha-256 of what the rows mean. Byte order mark, encoding, separator, line ends, quoting,
/// order of the columns, blank rows, words left out for their default and the order of the
/// accounts make no difference; the order of the tasks does, since lines are first in, first out.
///
/// Only fields that are filled in count, each under a number of its own: a later version with
/// more columns gives an old file the same number, so that its list goes on after an update.
pub fn normalised_hash(tasks: &[TaskRow], accounts: &[AccountRow]) -> [u8; 32] {
    let mut hash = Fields(Sha256::new());
    hash.0.update(b"signalbox list 1");
    let mut by_id: Vec<_> = accounts.iter().collect();
    by_id.sort_by(|a, b| a.account_id.cmp(&b.account_id));
    for account in by_id {
        hash.field(1, Some(&account.account_id));
        hash.field(2, Some(account.handle.reveal()));
        hash.field(3, account.device_udid.as_ref().map(|udid| udid.reveal()));
        hash.field(4, account.label.as_deref());
        hash.field(5, account.group.as_deref());
        hash.field(6, account.note.as_deref());
        hash.end();
    }
    hash.end();
    for task in tasks {
        hash.task(task);
    }
    hash.0.finalize().into()
}

/// The sha-256 of what one row asks for.
pub(super) fn asked(row: &TaskRow) -> [u8; 32] {
    let mut hash = Fields(Sha256::new());
    hash.0.update(b"signalbox task 1");
    hash.task(row);
    hash.0.finalize().into()
}

struct Fields(Sha256);

impl Fields {
    /// One row.
    fn task(&mut self, task: &TaskRow) {
        self.field(1, task.account_id.as_deref());
        self.field(2, Some(kind_word(task.kind)));
        self.field(3, Some(task.target.reveal()));
        for action in &task.actions {
            self.field(4, Some(action.as_str()));
        }
        self.field(5, Some(priority_word(task.priority)));
        self.field(6, task.not_before_ms.map(|ms| ms.to_string()).as_deref());
        self.field(7, task.note.as_deref());
        if let Some(Work::Engagement(engagement)) = &task.work {
            for text in &engagement.texts {
                self.field(8, Some(text));
            }
            // What a row of a file has no place for counts only where it is there.
            for page in engagement.pages.iter().skip(1) {
                self.field(11, Some(page.reveal()));
            }
            self.more(12, engagement.posts.into(), 1);
            self.more(13, engagement.public_only.into(), 0);
            self.more(14, engagement.min_posts.into(), 0);
        }
        if let Some(Work::Flow { script, .. }) = &task.work {
            for (name, text) in script.files.iter().chain(&script.variables) {
                self.field(9, Some(name));
                self.field(10, Some(text));
            }
        }
        self.more(15, task.max_likes.into(), 1);
        self.more(16, task.max_follows.into(), 1);
        self.end();
    }

    /// A number that is not what every row of a file has.
    fn more(&mut self, number: u8, value: u64, plain: u64) {
        if value != plain {
            self.field(number, Some(&value.to_string()));
        }
    }

    /// A field under its number (never 0), its length before it so that no two rows run together.
    fn field(&mut self, number: u8, text: Option<&str>) {
        if let Some(text) = text {
            self.0.update([number]);
            self.0.update((text.len() as u64).to_be_bytes());
            self.0.update(text);
        }
    }

    fn end(&mut self) {
        self.0.update([0]);
    }
}
