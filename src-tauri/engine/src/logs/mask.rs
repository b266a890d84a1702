//! Text as it may stand in a log: on one line, not too long, without what looks like a secret.
//!
//! Types mask what they hold; this is for what got past them inside some other text.

/// The most characters of one text.
const CHARS_MAX: usize = 2_000;

/// A run of so many hex digits is a key, a token or a phone's old serial. Ids have hyphens.
const HEX_MIN: usize = 32;

/// The text without control characters and secrets.
pub(crate) fn masked(text: &str) -> String {
    let mut told = String::new();
    let mut after_bearer = false;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|it: char| !is_inner(it)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let secret = after_bearer && !word.is_empty();
        match secret {
            true => told.push('…'),
            false => told.push_str(&shown(word)),
        }
        if !word.is_empty() {
            after_bearer = word.eq_ignore_ascii_case("bearer");
        }
        let mut letters = after.chars();
        if let Some(between) = letters.next() {
            push(&mut told, between);
        }
        rest = letters.as_str();
    }
    match told.char_indices().nth(CHARS_MAX) {
        Some((at, _)) => format!("{}…", &told[..at]),
        None => told,
    }
}

/// Text without control characters, and nothing else changed.
pub(super) fn escaped(text: &str) -> String {
    let mut told = String::new();
    text.chars()
        .take(CHARS_MAX)
        .for_each(|letter| push(&mut told, letter));
    told
}

fn push(told: &mut String, letter: char) {
    match letter.is_control() {
        true => told.extend(letter.escape_unicode()),
        false => told.push(letter),
    }
}

/// A letter of a word: of an id, a token, a serial.
fn is_inner(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')
}

/// A word, or what may be told of it.
fn shown(word: &str) -> String {
    let hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let serial =
        word.len() == 25 && word.as_bytes()[8] == b'-' && hex(&word[..8]) && hex(&word[9..]);
    match serial || (word.len() >= HEX_MIN && hex(word)) {
        true => format!("…{}", &word[word.len() - 4..]),
        false => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_stand_in_a_log() {
        let check = |text: &str, expected: &str| assert_eq!(masked(text), expected, "{text:?}");
        check("", "");
        check("a plain sentence, 12.5 %.", "a plain sentence, 12.5 %.");
        check("Bearer abc.def", "Bearer ….def");
        check("authorization: bearer x1", "authorization: bearer …");
        check(
            &format!("token {} end", "0af1".repeat(16)),
            "token …0af1 end",
        );
        check("00008030-5100000000000001", "…0001");
        check("at 00008030-001A2B3C4D5E6F70: gone", "at …6F70: gone");
        let id = "019abcde-0000-7000-8000-000000000000";
        check(id, id);
        check("two\nlines\u{1b}[31m", "two\\u{a}lines\\u{1b}[31m");
        check("grüße 🦊", "grüße 🦊");
        assert_eq!(masked(&"é".repeat(5_000)).chars().count(), CHARS_MAX + 1);
        assert_eq!(escaped("a\u{7}b Bearer x"), "a\\u{7}b Bearer x");
    }
}
