//! Comparing what a screen says with what the screens file expects.

use std::borrow::Cow;

/// A text as it is compared: lower case, plain quotes, single spaces.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for letter in text.chars() {
        let letter = match letter {
            '\u{2018}' | '\u{2019}' | '\u{02bc}' => '\'',
            '\u{201c}' | '\u{201d}' => '"',
            '\u{2026}' => {
                out.push_str("...");
                continue;
            }
            // Marks that say which way to write are no part of the words.
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => continue,
            other => other,
        };
        if letter.is_whitespace() {
            space = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut space) {
            out.push(' ');
        }
        match letter.is_ascii() {
            true => out.push(letter.to_ascii_lowercase()),
            false => out.extend(letter.to_lowercase()),
        }
    }
    out
}

/// Whether the words stand in the text, whole: `verify` does not stand in `verified account`.
/// Both are folded.
pub fn contains_words(text: &str, words: &str) -> bool {
    let outside = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric());
    text.match_indices(words).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + words.len()..].chars().next();
        outside(before) && outside(after)
    })
}

/// A text with `*` for anything, and variables, compared folded and whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// Takes the pattern as written in the screens file.
    pub fn new(text: &str) -> Self {
        Self(fold(text))
    }

    /// How many letters of it are no `*`: the longer one of two that match is the better one.
    pub fn weight(&self) -> usize {
        self.0.chars().filter(|&letter| letter != '*').count()
    }

    /// Whether the whole text is this pattern, with the variables' values put in.
    pub fn matches(&self, text: &str, variables: &Variables) -> bool {
        self.matches_folded(&fold(text), variables)
    }

    /// The same for a text that is folded already.
    pub fn matches_folded(&self, text: &str, variables: &Variables) -> bool {
        let mut parts = self.0.split('*').map(|part| variables.fill(part));
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = text.strip_prefix(first.as_ref()) else {
            return false;
        };
        let Some(mut part) = parts.next() else {
            return rest.is_empty();
        };
        for next in parts {
            let Some(at) = rest.find(part.as_ref()) else {
                return false;
            };
            rest = &rest[at + part.len()..];
            part = next;
        }
        rest.ends_with(part.as_ref())
    }
}

/// What stands for `${target}`, `${handle}` and `${active}`; an empty one stands for nothing that
/// a screen can say.
#[derive(Clone, Default)]
pub struct Variables {
    target: String,
    handle: String,
    active: String,
}

impl Variables {
    /// The values of one job; who is active is not known yet.
    pub fn new(target: &str, handle: &str) -> Self {
        Self {
            target: target.to_owned(),
            handle: handle.to_owned(),
            active: String::new(),
        }
    }

    /// Sets `${target}`.
    pub fn set_target(&mut self, handle: &str) {
        handle.clone_into(&mut self.target);
    }

    /// Sets `${active}`.
    pub fn set_active(&mut self, handle: &str) {
        handle.clone_into(&mut self.active);
    }

    /// The text with the values put in, as they are written.
    pub fn expand(&self, text: &str) -> String {
        self.put(text, str::to_owned).into_owned()
    }

    /// The same for a folded text.
    fn fill<'a>(&self, part: &'a str) -> Cow<'a, str> {
        self.put(part, |value| match value {
            "" => "\u{0}".to_owned(),
            value => fold(value),
        })
    }

    fn put<'a>(&self, text: &'a str, as_written: impl Fn(&str) -> String) -> Cow<'a, str> {
        if !text.contains("${") {
            return Cow::Borrowed(text);
        }
        let all = [
            ("${target}", &self.target),
            ("${handle}", &self.handle),
            ("${active}", &self.active),
        ];
        let filled = all
            .into_iter()
            .fold(text.to_owned(), |text, (name, value)| {
                text.replace(name, &as_written(value))
            });
        Cow::Owned(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, Variables, contains_words, fold};

    #[test]
    fn folding() {
        let check = |text: &str, want: &str| assert_eq!(fold(text), want, "{text}");
        check("  Confirm it\u{2019}s\n you ", "confirm it's you");
        check(
            "Couldn\u{2019}t refresh\u{a0}feed\u{2026}",
            "couldn't refresh feed...",
        );
        check("\u{202b}Try Again\u{202c} Later", "try again later");
    }

    #[test]
    fn words_are_whole() {
        let check = |text, words, want| {
            assert_eq!(contains_words(text, words), want, "{words} in {text}");
        };
        check("verified account", "verify", false);
        check("verify your account", "verify", true);
        check("please verify", "verify", true);
        check("try again later.", "try again later", true);
        check("retry again later", "try again later", false);
    }

    #[test]
    fn patterns() {
        let variables = Variables::new("Bob.Smith", "ann");
        let check = |pattern: &str, text: &str, want: bool| {
            let got = Pattern::new(pattern).matches(text, &variables);
            assert_eq!(got, want, "{pattern} on {text}");
        };
        check("Follow", "follow", true);
        check("Follow", "Following", false);
        check("Follow *", "Follow Bob", true);
        check("Follow *", "Following", false);
        check("Photo by *", "Photo by bob on May 1", true);
        check(
            "* photos or videos from *",
            "3 photos or videos from bob",
            true,
        );
        check("* photos or videos from *", "3 photos from bob", false);
        check("a*a", "a", false);
        check("${target}", "bob.smith", true);
        check(
            "${target}, verified account",
            "BOB.SMITH, verified account",
            true,
        );
        check("${target}", "bob.smithy", false);
        check("*", "", true);
    }
}
