//! The token that every request to the HTTP API shows.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use subtle::ConstantTimeEq as _;

/// Random bytes of a token.
const BYTES: usize = 32;

/// Their hex digits.
const DIGITS: usize = 2 * BYTES;

/// The token file is missing, was tampered with, or cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Others may read or change the file: what stands in it is a secret no more.
    #[error("Others may read or change {}. Delete it; a new token is made at the next start.", path.display())]
    TooOpen {
        /// The file.
        path: PathBuf,
    },
    /// What stands in it is no token.
    #[error("{} does not hold a token (64 hex digits). Delete it; a new one is made at the next start.", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
    },
    /// The system refused.
    #[error("The token file {} cannot be used: {source}. Check that you may read and write it.", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no source of random numbers.
    #[error(
        "The system gives no random numbers ({0}), so no token can be made. Restart the computer."
    )]
    Random(getrandom::Error),
}

impl TokenError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooOpen { .. } => "token_too_open",
            Self::Malformed { .. } => "token_malformed",
            Self::Io { .. } => "token_unusable",
            Self::Random(_) => "no_random",
        }
    }
}

/// A token: 32 random bytes as 64 small hex digits. `Debug` masks it; it has no `Display`.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// The token in the file, or a new one in a new file that the owner alone can read.
    ///
    /// Only the holder of the data directory's lock calls this, so nobody makes one meanwhile.
    pub fn open(path: &Path) -> Result<Self, TokenError> {
        match Self::read(path) {
            Err(TokenError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                Self::make(path)
            }
            found => found,
        }
    }

    /// The token in the file, for a client.
    pub fn read(path: &Path) -> Result<Self, TokenError> {
        let io = |source| TokenError::Io {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(io)?;
        let found = file.metadata().map_err(io)?;
        if found.mode() & 0o077 != 0 {
            return Err(TokenError::TooOpen {
                path: path.to_owned(),
            });
        }
        let mut text = Vec::new();
        file.take(DIGITS as u64 + 2)
            .read_to_end(&mut text)
            .map_err(io)?;
        Self::parse(&text).ok_or_else(|| TokenError::Malformed {
            path: path.to_owned(),
        })
    }

    /// A new token in place of the one in the file.
    fn renew(path: &Path) -> Result<Self, TokenError> {
        let io = |source| TokenError::Io {
            path: path.to_owned(),
            source,
        };
        let fresh = path.with_extension("new");
        match fs::remove_file(&fresh) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io(error)),
            _ => {}
        }
        let token = Self::make(&fresh)?;
        fs::rename(&fresh, path).map_err(io)?;
        Ok(token)
    }

    fn make(path: &Path) -> Result<Self, TokenError> {
        let io = |source| TokenError::Io {
            path: path.to_owned(),
            source,
        };
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(TokenError::Random)?;
        let token = Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
        // O_EXCL: a file or link that somebody else put there is never written through.
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(io)?;
        file.write_all(format!("{}\n", token.0).as_bytes())
            .map_err(io)?;
        file.sync_all().map_err(io)?;
        Ok(token)
    }

    fn parse(text: &[u8]) -> Option<Self> {
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != DIGITS || !text.iter().all(is_digit) {
            return None;
        }
        String::from_utf8(text.to_vec()).ok().map(Self)
    }

    /// Whether a client showed this token. Takes the same time however much of it is right.
    pub fn is(&self, shown: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(shown).into()
    }

    /// The token itself, for the link a person opens and for our own requests. Never for a log.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The token of one data directory, as a running engine knows it.
#[derive(Debug)]
pub struct TokenFile {
    path: PathBuf,
    token: RwLock<Option<Token>>,
}

impl TokenFile {
    /// Nothing is read before it is asked for.
    pub(crate) fn new(path: PathBuf) -> Self {
        let token = RwLock::default();
        Self { path, token }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The token; one is made if there is none yet.
    pub fn open(&self) -> Result<Token, TokenError> {
        let mut kept = self.token.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = &*kept {
            return Ok(token.clone());
        }
        let token = Token::open(&self.path)?;
        *kept = Some(token.clone());
        Ok(token)
    }

    /// A new token in place of the one there was, which is worth nothing from then on.
    pub fn rotate(&self) -> Result<Token, TokenError> {
        let mut kept = self.token.write().unwrap_or_else(PoisonError::into_inner);
        let token = Token::renew(&self.path)?;
        *kept = Some(token.clone());
        Ok(token)
    }

    /// Whether a client showed the token. Takes the same time however much of it is right.
    pub fn is(&self, shown: &[u8]) -> bool {
        let kept = self.token.read().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().is_some_and(|token| token.is(shown))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_token_is_made_once_and_kept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("api-token");
        let made = Token::open(&path).unwrap();
        assert_eq!(made.reveal().len(), 64);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(Token::open(&path).unwrap().reveal(), made.reveal());
        assert_eq!(Token::read(&path).unwrap().reveal(), made.reveal());
        assert_eq!(format!("{made:?}"), "Token(…)");
        let other = Token::open(&dir.path().join("other")).unwrap();
        assert!(!made.is(other.reveal().as_bytes()));
    }

    #[test]
    fn a_rotated_token_replaces_the_old_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("api-token");
        let file = TokenFile::new(path.clone());
        assert!(!file.is(b""), "nothing is right before there is a token");
        let old = file.open().unwrap();
        assert!(file.is(old.reveal().as_bytes()));
        fs::write(path.with_extension("new"), "left by a crash").unwrap();
        let new = file.rotate().unwrap();
        assert!(!file.is(old.reveal().as_bytes()));
        assert!(file.is(new.reveal().as_bytes()));
        assert_eq!(file.open().unwrap().reveal(), new.reveal());
        assert_eq!(Token::open(&path).unwrap().reveal(), new.reveal());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn only_the_whole_token_counts() {
        let dir = tempfile::tempdir().unwrap();
        let token = Token::open(&dir.path().join("api-token")).unwrap();
        let right = token.reveal().to_owned();
        let mut flipped = right.clone().into_bytes();
        flipped[63] ^= 1;
        let check = |shown: &[u8], expected| assert_eq!(token.is(shown), expected, "{shown:?}");
        check(right.as_bytes(), true);
        check(&flipped, false);
        check(b"", false);
        check(&right.as_bytes()[..63], false);
        check(format!("{right}\n").as_bytes(), false);
        check(
            right.to_uppercase().as_bytes(),
            right == right.to_uppercase(),
        );
    }

    #[test]
    fn files_that_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("api-token");
        let check = |text: &str, mode: u32, expected: &str| {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let answer = Token::open(&path).map(|_| ()).map_err(|error| error.code());
            assert_eq!(answer.err().unwrap_or("ok"), expected, "{text:?} {mode:o}");
            assert_eq!(
                fs::read_to_string(&path).unwrap(),
                text,
                "nothing is overwritten"
            );
        };
        let good = "0123456789abcdef".repeat(4);
        check(&good, 0o600, "ok");
        check(&format!("{good}\n"), 0o400, "ok");
        check(&good, 0o640, "token_too_open");
        check(&good, 0o604, "token_too_open");
        check(&good, 0o620, "token_too_open");
        check("", 0o600, "token_malformed");
        check(&good[1..], 0o600, "token_malformed");
        check(&format!("{good}0"), 0o600, "token_malformed");
        check(&format!("{good}\n\n"), 0o600, "token_malformed");
        check(&good.to_uppercase(), 0o600, "token_malformed");
        check(&good.repeat(1_000_000), 0o600, "token_malformed");
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink(dir.path().join("elsewhere"), &path).unwrap();
        assert_eq!(Token::open(&path).unwrap_err().code(), "token_unusable");
        assert!(!dir.path().join("elsewhere").exists());
    }
}
