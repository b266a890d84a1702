//! A subset of NSPredicate: comparisons of text and truth, joined by AND, OR and NOT.

use serde_json::Value;

use super::source::attribute;
use crate::app::node::Node;

/// Longer predicates are refused.
const MAX_LENGTH: usize = 4_096;
/// Deeper ones too.
const MAX_DEPTH: usize = 32;

/// A predicate that was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    /// Both.
    And(Box<Predicate>, Box<Predicate>),
    /// Either.
    Or(Box<Predicate>, Box<Predicate>),
    /// The contrary.
    Not(Box<Predicate>),
    /// Attribute, operator, value; whether case counts.
    Compare(String, Operator, String, bool),
}

/// How an attribute is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Equals,
    Differs,
    BeginsWith,
    EndsWith,
    Contains,
    Like,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Sign(String),
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
        let tokens = tokens(text)?;
        let mut reader = Reader {
            tokens: &tokens,
            at: 0,
        };
        let predicate = reader.either(0)?;
        match reader.peek() {
            None => Ok(predicate),
            Some(token) => Err(format!("{token:?} is too much")),
        }
    }

    /// Whether it holds for the element.
    #[must_use]
    pub fn holds(&self, node: &Node) -> bool {
        match self {
            Predicate::And(a, b) => a.holds(node) && b.holds(node),
            Predicate::Or(a, b) => a.holds(node) || b.holds(node),
            Predicate::Not(a) => !a.holds(node),
            Predicate::Compare(name, operator, wanted, case) => {
                let found = match attribute(node, name) {
                    Ok(Value::String(text)) => Some(text),
                    Ok(Value::Bool(truth)) => Some(if truth { "1" } else { "0" }.to_owned()),
                    _ => None,
                };
                compare(found, *operator, wanted, *case)
            }
        }
    }
}

fn compare(found: Option<String>, operator: Operator, wanted: &str, case: bool) -> bool {
    let Some(found) = found else {
        return operator == Operator::Differs;
    };
    let fold = |text: &str| {
        if case {
            text.to_owned()
        } else {
            text.to_lowercase()
        }
    };
    let (found, wanted) = (fold(&found), fold(wanted));
    match operator {
        Operator::Equals => found == wanted,
        Operator::Differs => found != wanted,
        Operator::BeginsWith => found.starts_with(&wanted),
        Operator::EndsWith => found.ends_with(&wanted),
        Operator::Contains => found.contains(&wanted),
        Operator::Like => like(&found, &wanted),
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

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let letters: Vec<char> = text.chars().collect();
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(letter) = letters.get(at).copied() {
        match letter {
            ' ' | '\t' | '\n' => at += 1,
            '\'' | '"' => {
                let mut content = String::new();
                at += 1;
                loop {
                    match letters.get(at) {
                        None => return Err("a quote is not closed".to_owned()),
                        Some(c) if *c == letter => break,
                        Some('\\') => {
                            content.extend(letters.get(at + 1));
                            at += 2;
                        }
                        Some(c) => {
                            content.push(*c);
                            at += 1;
                        }
                    }
                }
                at += 1;
                all.push(Token::Text(content));
            }
            '=' | '!' | '&' | '|' | '<' | '>' => {
                let twice = letters
                    .get(at + 1)
                    .filter(|next| matches!(next, '=' | '&' | '|' | '>'));
                let mut sign = letter.to_string();
                sign.extend(twice);
                at += sign.len();
                all.push(Token::Sign(sign));
            }
            '(' | ')' | '[' | ']' => {
                at += 1;
                all.push(Token::Sign(letter.to_string()));
            }
            letter if letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-') => {
                let word: String = letters[at..]
                    .iter()
                    .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
                    .collect();
                at += word.chars().count();
                all.push(Token::Word(word));
            }
            other => return Err(format!("'{other}' is not understood")),
        }
    }
    Ok(all)
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn takes(&mut self, words: &[&str]) -> bool {
        let found = match self.peek() {
            Some(Token::Word(word) | Token::Sign(word)) => {
                words.iter().any(|wanted| word.eq_ignore_ascii_case(wanted))
            }
            _ => false,
        };
        self.at += usize::from(found);
        found
    }

    fn either(&mut self, depth: usize) -> Result<Predicate, String> {
        if depth > MAX_DEPTH {
            return Err("it is nested too deeply".to_owned());
        }
        let mut all = self.both(depth)?;
        while self.takes(&["OR", "||"]) {
            all = Predicate::Or(Box::new(all), Box::new(self.both(depth)?));
        }
        Ok(all)
    }

    fn both(&mut self, depth: usize) -> Result<Predicate, String> {
        let mut all = self.one(depth)?;
        while self.takes(&["AND", "&&"]) {
            all = Predicate::And(Box::new(all), Box::new(self.one(depth)?));
        }
        Ok(all)
    }

    fn one(&mut self, depth: usize) -> Result<Predicate, String> {
        if depth > MAX_DEPTH {
            return Err("it is nested too deeply".to_owned());
        }
        if self.takes(&["NOT", "!"]) {
            return Ok(Predicate::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.takes(&["("]) {
            let inner = self.either(depth + 1)?;
            return if self.takes(&[")"]) {
                Ok(inner)
            } else {
                Err("a ) is missing".to_owned())
            };
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Predicate, String> {
        let Some(Token::Word(name)) = self.peek().cloned() else {
            return Err("an attribute is missing".to_owned());
        };
        if attribute(&Node::default(), &name).is_err() {
            return Err(format!("there is no attribute '{name}'"));
        }
        self.at += 1;
        let operator = self.operator()?;
        let mut case = true;
        if self.takes(&["["]) {
            let flags = match self.peek() {
                Some(Token::Word(flags)) => flags.to_lowercase(),
                _ => String::new(),
            };
            self.at += 1;
            case = !flags.contains('c');
            if !self.takes(&["]"]) {
                return Err("a ] is missing".to_owned());
            }
        }
        let wanted = match self.peek() {
            Some(Token::Text(text)) => text.clone(),
            Some(Token::Word(word)) => match word.to_lowercase().as_str() {
                "true" | "yes" => "1".to_owned(),
                "false" | "no" => "0".to_owned(),
                _ => word.clone(),
            },
            _ => return Err(format!("a value for '{name}' is missing")),
        };
        self.at += 1;
        Ok(Predicate::Compare(name, operator, wanted, case))
    }

    fn operator(&mut self) -> Result<Operator, String> {
        const OPERATORS: [(&[&str], Operator); 6] = [
            (&["==", "="], Operator::Equals),
            (&["!=", "<>"], Operator::Differs),
            (&["BEGINSWITH"], Operator::BeginsWith),
            (&["ENDSWITH"], Operator::EndsWith),
            (&["CONTAINS"], Operator::Contains),
            (&["LIKE"], Operator::Like),
        ];
        let found = OPERATORS.iter().find(|(words, _)| self.takes(words));
        match found {
            Some((_, operator)) => Ok(*operator),
            None => Err(format!("{:?} is no operator this phone knows", self.peek())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::node::Rect;

    #[test]
    fn predicates_hold_or_not() {
        let mut node = Node::text("Follow bob", Rect::new(0, 0, 9, 9)).id("follow-button");
        node.seal("t");
        let check = |text: &str, expected: bool| {
            assert_eq!(
                Predicate::parse(text).map(|p| p.holds(&node)),
                Ok(expected),
                "{text}"
            );
        };
        check("label == 'Follow bob'", true);
        check("label == \"follow bob\"", false);
        check("label ==[c] 'follow BOB'", true);
        check(
            "type == 'XCUIElementTypeStaticText' AND name BEGINSWITH 'follow'",
            true,
        );
        check("NOT label CONTAINS 'bob' OR visible == 1", true);
        check(
            "(visible == true && enabled == 0) || label ENDSWITH 'x'",
            false,
        );
        check("label LIKE 'F*b?b'", true);
        check("value == 'x'", false);
        check("value != 'x'", true);
    }

    #[test]
    fn wrong_predicates_are_refused() {
        let deep = format!("{}label == 'a'{}", "(".repeat(99), ")".repeat(99));
        let long = "x".repeat(MAX_LENGTH + 1);
        for text in [
            "",
            "label",
            "label ==",
            "nope == 'a'",
            "label == 'a",
            "label ~ 'a'",
            &deep,
            &long,
        ] {
            assert!(Predicate::parse(text).is_err(), "{text}");
        }
    }
}
