//! NSPredicate, as far as it compares attributes of one element with what is written.

use regex::{Regex, RegexBuilder};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::parse::Reader;
use super::tokens::tokens;
use crate::app::node::Node;
use crate::wda::attribute::{Attribute, Held};

/// Longer predicates are refused.
const MAX_LENGTH: usize = 4_096;
/// How much memory a regular expression may take, in bytes.
const MAX_REGEX: usize = 1 << 20;

/// A predicate that was read.
#[derive(Clone, Debug)]
pub enum Predicate {
    /// Holds for everything, or for nothing.
    Constant(bool),
    /// Both.
    And(Box<Predicate>, Box<Predicate>),
    /// Either.
    Or(Box<Predicate>, Box<Predicate>),
    /// The contrary.
    Not(Box<Predicate>),
    /// Two things compared.
    Compare(Operand, Operator, Operand, Folds),
    /// Equal to one of them.
    In(Operand, Vec<Operand>, Folds),
    /// Between the two, or equal to one of them.
    Between(Operand, Box<[Operand; 2]>),
    /// Matches as a whole.
    Matches(Operand, Regex, Folds),
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// An attribute of the element.
    Attribute(Attribute),
    /// Something that is written there.
    Constant(Constant),
}

/// Something written in a predicate.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// `nil`.
    Nil,
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
}

/// How two things are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// The same.
    Equals,
    /// Not the same.
    Differs,
    /// Smaller.
    Less,
    /// Not larger.
    AtMost,
    /// Larger.
    More,
    /// Not smaller.
    AtLeast,
    /// Starts so.
    BeginsWith,
    /// Ends so.
    EndsWith,
    /// Has it inside.
    Contains,
    /// `*` and `?` stand for anything and one character.
    Like,
}

/// What does not count when texts are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Folds {
    /// `[c]`: upper and lower case.
    pub case: bool,
    /// `[d]`: accents.
    pub marks: bool,
}

impl Folds {
    fn fold(self, text: &str) -> String {
        let text = if self.marks {
            text.nfd()
                .filter(|letter| !is_combining_mark(*letter))
                .collect()
        } else {
            text.to_owned()
        };
        if self.case { text.to_lowercase() } else { text }
    }

    fn folds(self) -> bool {
        self.case || self.marks
    }
}

impl Predicate {
    /// Reads a predicate.
    ///
    /// # Errors
    /// What could not be read.
    pub fn parse(text: &str) -> Result<Predicate, String> {
        if text.len() > MAX_LENGTH {
            return Err(format!("the predicate is longer than {MAX_LENGTH} bytes"));
        }
        Reader::new(&tokens(text)?).whole()
    }

    /// Whether it holds for the element; `root` is the whole screen.
    #[must_use]
    pub fn holds(&self, node: &Node, root: &Node) -> bool {
        match self {
            Predicate::Constant(holds) => *holds,
            Predicate::And(a, b) => a.holds(node, root) && b.holds(node, root),
            Predicate::Or(a, b) => a.holds(node, root) || b.holds(node, root),
            Predicate::Not(a) => !a.holds(node, root),
            Predicate::Compare(a, operator, b, folds) => {
                compare(&a.of(node, root), *operator, &b.of(node, root), *folds)
            }
            Predicate::In(a, all, folds) => {
                let a = a.of(node, root);
                all.iter()
                    .any(|b| compare(&a, Operator::Equals, &b.of(node, root), *folds))
            }
            Predicate::Between(a, ends) => {
                let (a, [least, most]) = (a.of(node, root), &**ends);
                let plain = Folds::default();
                compare(&a, Operator::AtLeast, &least.of(node, root), plain)
                    && compare(&a, Operator::AtMost, &most.of(node, root), plain)
            }
            Predicate::Matches(a, regex, folds) => texts(&a.of(node, root)).is_some_and(|text| {
                if folds.marks {
                    regex.is_match(&folds.fold(&text))
                } else {
                    regex.is_match(&text)
                }
            }),
        }
    }
}

/// A regular expression that has to match the whole text.
///
/// # Errors
/// When it is none, or too large.
pub(super) fn regex(pattern: &str, folds: Folds) -> Result<Regex, String> {
    let pattern = if folds.marks {
        folds.fold(pattern)
    } else {
        pattern.to_owned()
    };
    RegexBuilder::new(&format!("\\A(?:{pattern})\\z"))
        .case_insensitive(folds.case)
        .size_limit(MAX_REGEX)
        .build()
        .map_err(|error| format!("'{pattern}' is no regular expression: {error}"))
}

impl Operand {
    fn of<'a>(&'a self, node: &'a Node, root: &Node) -> Held<'a> {
        match self {
            Operand::Attribute(attribute) => attribute.of(node, root),
            Operand::Constant(Constant::Nil) => Held::Nil,
            Operand::Constant(Constant::Text(text)) => Held::Text(text.as_str().into()),
            Operand::Constant(Constant::Number(number)) => Held::Number(*number),
            Operand::Constant(Constant::Flag(flag)) => Held::Flag(*flag),
        }
    }
}

/// What is held as a number; clients write truth as 1 and values as '1' or 1.
fn number(held: &Held<'_>) -> Option<f64> {
    match held {
        Held::Number(number) => Some(*number),
        Held::Flag(flag) => Some(f64::from(u8::from(*flag))),
        Held::Text(text) => match text.as_ref() {
            "true" => Some(1.0),
            "false" => Some(0.0),
            text => text.trim().parse().ok(),
        },
        Held::Nil | Held::Rect(_) => None,
    }
}

/// What is held as text.
fn texts(held: &Held<'_>) -> Option<String> {
    match held {
        Held::Text(text) => Some(text.to_string()),
        Held::Number(number) => Some(number.to_string()),
        Held::Flag(flag) => Some(u8::from(*flag).to_string()),
        Held::Nil | Held::Rect(_) => None,
    }
}

fn compare(a: &Held<'_>, operator: Operator, b: &Held<'_>, folds: Folds) -> bool {
    match operator {
        Operator::Equals => equal(a, b, folds),
        Operator::Differs => !equal(a, b, folds),
        Operator::Less => order(a, b, folds).is_some_and(|o| o.is_lt()),
        Operator::AtMost => order(a, b, folds).is_some_and(|o| o.is_le()),
        Operator::More => order(a, b, folds).is_some_and(|o| o.is_gt()),
        Operator::AtLeast => order(a, b, folds).is_some_and(|o| o.is_ge()),
        Operator::BeginsWith | Operator::EndsWith | Operator::Contains | Operator::Like => {
            let (Some(a), Some(b)) = (texts(a), texts(b)) else {
                return false;
            };
            let (a, b) = (folds.fold(&a), folds.fold(&b));
            match operator {
                Operator::BeginsWith => a.starts_with(&b),
                Operator::EndsWith => a.ends_with(&b),
                Operator::Like => like(&a, &b),
                _ => a.contains(&b),
            }
        }
    }
}

fn equal(a: &Held<'_>, b: &Held<'_>, folds: Folds) -> bool {
    match (a, b) {
        (Held::Nil, Held::Nil) => true,
        (Held::Text(a), Held::Text(b)) if folds.folds() => folds.fold(a) == folds.fold(b),
        (Held::Text(a), Held::Text(b)) => a == b,
        (Held::Rect(a), Held::Rect(b)) => a == b,
        _ => number(a).zip(number(b)).is_some_and(|(a, b)| a == b),
    }
}

fn order(a: &Held<'_>, b: &Held<'_>, folds: Folds) -> Option<std::cmp::Ordering> {
    match (a, b) {
        (Held::Text(a), Held::Text(b)) => Some(folds.fold(a).cmp(&folds.fold(b))),
        _ => number(a)?.partial_cmp(&number(b)?),
    }
}

/// `*` stands for anything, `?` for one character.
fn like(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) =
        (text.chars().collect(), pattern.chars().collect());
    let (mut t, mut p) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                t += 1;
                p += 1;
            }
            _ => match star {
                Some((from, at)) => {
                    star = Some((from, at + 1));
                    p = from + 1;
                    t = at + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::node::Rect;

    fn check_all(cases: &[(&str, bool)]) {
        let mut node = Node::text("Follow bób", Rect::new(10, 20, 30, 40))
            .id("follow-button")
            .value("3");
        node.disabled = true;
        node.seal("t");
        for (text, expected) in cases {
            let found = Predicate::parse(text).map(|p| p.holds(&node, &node));
            assert_eq!(found, Ok(*expected), "{text}");
        }
    }

    #[test]
    fn texts_are_compared() {
        check_all(&[
            ("label == 'Follow bób'", true),
            ("label = \"Follow bób\"", true),
            ("'Follow bób' == label", true),
            ("label == \"follow bób\"", false),
            ("label ==[c] 'follow BÓB'", true),
            ("label ==[d] 'Follow bob'", true),
            ("label ==[cd] 'FOLLOW BOB'", true),
            ("label ==[c] 'follow bob'", false),
            ("label != 'x'", true),
            ("label <> 'x'", true),
            ("label == name", false),
            ("name == identifier", true),
            ("wdName == 'follow-button'", true),
            ("label BEGINSWITH 'Fo'", true),
            ("label beginswith[c] 'fo'", true),
            ("label BEGINSWITH 'fo'", false),
            ("label ENDSWITH[cd] 'BOB'", true),
            ("label CONTAINS 'ow b'", true),
            ("'Follow bób and more' CONTAINS label", true),
            ("label LIKE 'F*b?b'", true),
            ("label LIKE 'F*b?'", false),
            ("label LIKE[cd] '*BOB'", true),
            ("label MATCHES 'Fol+ow .*'", true),
            ("label MATCHES 'Fol+ow'", false),
            ("label MATCHES[c] 'FOLLOW B.B'", true),
            ("label MATCHES[cd] 'follow bob|x'", true),
            ("label IN {'a', 'Follow bób'}", true),
            ("label IN[cd] {'a', 'FOLLOW BOB'}", true),
            ("label IN {}", false),
            ("label > 'Eve'", true),
            ("label < 'Eve'", false),
            ("label BETWEEN {'A', 'Z'}", true),
        ]);
    }

    #[test]
    fn numbers_truth_and_nothing_are_compared() {
        check_all(&[
            ("rect.x == 10", true),
            ("rect.width < 30", false),
            ("rect.width <= 30", true),
            ("rect.height =< 39", false),
            ("rect.y > 19.5", true),
            ("rect.y >= 20 AND wdRect.x => 10", true),
            ("frame.origin.x == 10", true),
            ("rect.x BETWEEN {0, 10}", true),
            ("rect.x BETWEEN {11, 20}", false),
            ("rect.x IN {1, 10}", true),
            ("value == 3", true),
            ("value == '3'", true),
            ("value > 2", true),
            ("enabled == 0", true),
            ("enabled == false", true),
            ("enabled == NO", true),
            ("isWDEnabled == FALSE", true),
            ("enabled == '0'", true),
            ("visible == 1", true),
            ("visible == true && visible == YES", true),
            ("placeholderValue == nil", true),
            ("placeholderValue == NULL", true),
            ("label != nil", true),
            ("label == nil", false),
            ("placeholderValue BEGINSWITH 'a'", false),
            ("placeholderValue != 'a'", true),
            ("placeholderValue < 1", false),
            ("index == 0", true),
            ("rect == frame", true),
        ]);
    }

    #[test]
    fn predicates_are_joined() {
        check_all(&[
            ("TRUEPREDICATE", true),
            ("FALSEPREDICATE", false),
            ("NOT FALSEPREDICATE", true),
            ("!(label == 'x')", true),
            ("NOT label CONTAINS 'bób' OR visible == 1", true),
            ("NOT (label CONTAINS 'bób' OR visible == 1)", false),
            ("label == 'x' OR visible == 1 AND enabled == 1", false),
            ("(label == 'x' OR visible == 1) AND enabled == 0", true),
            (
                "(visible == true && enabled == 1) || label ENDSWITH 'x'",
                false,
            ),
            ("not not visible == 1", true),
            (
                "type == 'XCUIElementTypeStaticText' AND name BEGINSWITH 'follow'",
                true,
            ),
            ("SELF.label BEGINSWITH 'F'", true),
        ]);
    }

    #[test]
    fn wrong_predicates_are_refused() {
        let deep = format!("{}label == 'a'{}", "(".repeat(99), ")".repeat(99));
        let nots = format!("{}label == 'a'", "NOT ".repeat(99));
        let long = "x".repeat(MAX_LENGTH + 1);
        for text in [
            "",
            "label",
            "label ==",
            "== 'a'",
            "nope == 'a'",
            "rect.nope == 1",
            "label == 'a",
            "label ~ 'a'",
            "label == 'a' AND",
            "label == 'a' 'b'",
            "(label == 'a'",
            "label == 'a')",
            "label ==[x] 'a'",
            "label ==[c 'a'",
            "label IN 'a'",
            "label IN {'a'",
            "label IN {'a' 'b'}",
            "rect.x BETWEEN {1}",
            "rect.x BETWEEN {1, 2, 3}",
            "label MATCHES '('",
            "label MATCHES name",
            "ANY label == 'a'",
            "SUBQUERY(label, $x, 1).@count > 0",
            &deep,
            &nots,
            &long,
        ] {
            assert!(Predicate::parse(text).is_err(), "{text}");
        }
    }
}
