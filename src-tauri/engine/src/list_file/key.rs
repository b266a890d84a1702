//! Idempotency keys: a row that is sent again under its key is the same task.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// The longest key, in characters.
pub const KEY_CHARS_MAX: usize = 128;

/// A key, and what was asked under it. `Debug` leaves the key out, since it may say anything.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub text: String,
    /// The sha-256 of what was asked.
    pub asked: [u8; 32],
}

impl Key {
    /// What the key stands for. A rehearsal of a row is another task than the row.
    pub fn hash(&self, rehearsal: bool) -> [u8; 32] {
        match rehearsal {
            true => Sha256::digest(self.asked).into(),
            false => self.asked,
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").finish_non_exhaustive()
    }
}

/// Whether a key is 1 to 128 printable ASCII characters.
pub fn is_key(text: &str) -> bool {
    let printable = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    (1..=KEY_CHARS_MAX).contains(&text.len()) && text.bytes().all(printable)
}
