//! From the bytes of a file to bytes that are UTF-8 wherever the file holds text.
//!
//! What is not text stays in place as a byte that UTF-8 never uses, so that the row reader can
//! name the line and the field of it. RFC 4180's own characters are ASCII and survive either way.

use std::borrow::Cow;

/// A byte that never occurs in UTF-8; stands for a UTF-16 unit that is no text.
const NEVER_UTF8: u8 = 0xFF;

/// How a file says it is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-8, with or without its mark.
    Utf8,
    /// UTF-16 of either byte order, told by its mark.
    Utf16,
}

impl Encoding {
    /// Its name in a sentence.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16 => "UTF-16",
        }
    }
}

/// The text of a file and how it was encoded, or none where it looks like UTF-16 without a mark:
/// guessing the byte order of somebody's work is not for us.
pub(super) fn decode(bytes: &[u8]) -> Option<(Cow<'_, [u8]>, Encoding)> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => Some((Cow::Borrowed(rest), Encoding::Utf8)),
        [0xFF, 0xFE, rest @ ..] => {
            Some((Cow::Owned(utf16(rest, u16::from_le_bytes)), Encoding::Utf16))
        }
        [0xFE, 0xFF, rest @ ..] => {
            Some((Cow::Owned(utf16(rest, u16::from_be_bytes)), Encoding::Utf16))
        }
        _ if looks_like_utf16(bytes) => None,
        _ => Some((Cow::Borrowed(bytes), Encoding::Utf8)),
    }
}

/// The text of a file, for another program; none where not all of it is text.
pub fn as_text(bytes: &[u8]) -> Option<String> {
    let (text, _) = decode(bytes)?;
    String::from_utf8(text.into_owned()).ok()
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<u8> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text = Vec::with_capacity(pairs.len() + 1);
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match decoded {
            Ok(c) => text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Err(_) => text.push(NEVER_UTF8),
        }
    }
    if !odd.is_empty() {
        text.push(NEVER_UTF8);
    }
    text
}

/// Every second byte of a header in UTF-16 is NUL, since its column names are ASCII.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let (pairs, _) = bytes.get(..16).unwrap_or(bytes).as_chunks::<2>();
    pairs.len() >= 4
        && (pairs.iter().all(|[a, b]| *a == 0 && *b != 0)
            || pairs.iter().all(|[a, b]| *a != 0 && *b == 0))
}
