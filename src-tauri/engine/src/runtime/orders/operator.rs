//! Who orders something, and why.

use super::super::Refused;

/// Most characters of a reason.
pub const REASON_MAX: usize = 500;

/// The face through which an operator orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// The window.
    Window,
    /// A script or tool over HTTP.
    Http,
    /// The command line.
    Cli,
}

impl Who {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Window, Self::Http, Self::Cli];

    /// The word in the audit and in the table of lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::Http => "http",
            Self::Cli => "cli",
        }
    }

    /// The face that such a word means.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|who| who.as_str() == word)
    }
}

/// Why an operator orders something, in words of their own: 1 to 500 characters, none of them a
/// control character, without blanks around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// Checks the words. `reason_needed` if there are none, `bad_reason` if they are no reason.
    pub fn new(words: &str) -> Result<Self, Refused> {
        let words = words.trim();
        if words.is_empty() {
            return Err(Refused::new(
                "reason_needed",
                "This order needs a reason, and none was given. Say in a few words why.",
            ));
        }
        if words.chars().count() > REASON_MAX {
            let message = format!("The reason is longer than {REASON_MAX} characters. Shorten it.");
            return Err(Refused::new("bad_reason", message));
        }
        if words.chars().any(char::is_control) {
            let message = "The reason has control characters in it. Write it in one line of text.";
            return Err(Refused::new("bad_reason", message));
        }
        Ok(Self(words.to_owned()))
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The author of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Through which face.
    pub who: Who,
    /// Why, where they said it.
    pub why: Option<Reason>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_a_line_of_text_and_not_too_long() {
        let check = |words: &str, expected: Result<&str, &str>| {
            let found = Reason::new(words);
            let found = found.as_ref().map(Reason::as_str).map_err(|it| it.code);
            assert_eq!(found, expected, "{words:?}");
        };
        let (longest, longer) = ("ß".repeat(REASON_MAX), "ß".repeat(REASON_MAX + 1));
        check("looked at the phone", Ok("looked at the phone"));
        check("  blanks around  ", Ok("blanks around"));
        check(&longest, Ok(&longest));
        check("", Err("reason_needed"));
        check(" \t\n", Err("reason_needed"));
        check(&longer, Err("bad_reason"));
        check("two\nlines", Err("bad_reason"));
        check("bell\u{7}", Err("bad_reason"));
    }
}
