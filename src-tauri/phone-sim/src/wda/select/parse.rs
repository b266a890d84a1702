//! Reads predicates from their pieces.

use super::predicate::{Constant, Folds, Operand, Operator, Predicate, regex};
use super::tokens::Token;
use crate::wda::attribute::Attribute;

/// Deeper predicates are refused.
const MAX_DEPTH: usize = 32;

/// Reads one piece after the other.
pub(super) struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Before the first piece.
    pub(super) fn new(tokens: &'a [Token]) -> Reader<'a> {
        Reader { tokens, at: 0 }
    }

    /// All of it.
    ///
    /// # Errors
    /// What could not be read.
    pub(super) fn whole(mut self) -> Result<Predicate, String> {
        let predicate = self.either(0)?;
        match self.peek() {
            None => Ok(predicate),
            Some(token) => Err(format!("{token:?} is too much")),
        }
    }

    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<&'a Token> {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn takes(&mut self, words: &[&str]) -> bool {
        let found = match self.peek() {
            Some(Token::Word(word)) => words.iter().any(|w| word.eq_ignore_ascii_case(w)),
            Some(Token::Sign(sign)) => words.contains(sign),
            _ => false,
        };
        self.at += usize::from(found);
        found
    }

    fn wants(&mut self, sign: &str) -> Result<(), String> {
        if self.takes(&[sign]) {
            Ok(())
        } else {
            Err(format!("a {sign} is missing"))
        }
    }

    fn either(&mut self, depth: usize) -> Result<Predicate, String> {
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
            self.wants(")")?;
            return Ok(inner);
        }
        if self.takes(&["TRUEPREDICATE"]) {
            return Ok(Predicate::Constant(true));
        }
        if self.takes(&["FALSEPREDICATE"]) {
            return Ok(Predicate::Constant(false));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Predicate, String> {
        let left = self.operand()?;
        if self.takes(&["IN"]) {
            let folds = self.folds()?;
            return Ok(Predicate::In(left, self.list()?, folds));
        }
        if self.takes(&["BETWEEN"]) {
            return match <[Operand; 2]>::try_from(self.list()?) {
                Ok(ends) => Ok(Predicate::Between(left, Box::new(ends))),
                Err(_) => Err("BETWEEN wants two values".to_owned()),
            };
        }
        if self.takes(&["MATCHES"]) {
            let folds = self.folds()?;
            return match self.operand()? {
                Operand::Constant(Constant::Text(pattern)) => {
                    Ok(Predicate::Matches(left, regex(&pattern, folds)?, folds))
                }
                _ => Err("MATCHES wants a text".to_owned()),
            };
        }
        let operator = self.operator()?;
        let folds = self.folds()?;
        let right = self.operand()?;
        Ok(Predicate::Compare(left, operator, right, folds))
    }

    fn operand(&mut self) -> Result<Operand, String> {
        let constant = match self.next() {
            Some(Token::Text(text)) => Constant::Text(text.clone()),
            Some(Token::Number(number)) => Constant::Number(*number),
            Some(Token::Word(word)) => match word.to_ascii_lowercase().as_str() {
                "true" | "yes" => Constant::Flag(true),
                "false" | "no" => Constant::Flag(false),
                "nil" | "null" => Constant::Nil,
                _ => {
                    let name = word.strip_prefix("SELF.").unwrap_or(word);
                    let attribute = Attribute::named(name);
                    let attribute = attribute.ok_or(format!("there is no attribute '{word}'"))?;
                    return Ok(Operand::Attribute(attribute));
                }
            },
            Some(Token::Sign(sign)) => return Err(format!("'{sign}' is not expected there")),
            None => return Err("something to compare is missing".to_owned()),
        };
        Ok(Operand::Constant(constant))
    }

    fn list(&mut self) -> Result<Vec<Operand>, String> {
        self.wants("{")?;
        let mut all = Vec::new();
        if self.takes(&["}"]) {
            return Ok(all);
        }
        loop {
            all.push(self.operand()?);
            if self.takes(&["}"]) {
                return Ok(all);
            }
            self.wants(",")?;
        }
    }

    /// `[cd]` behind an operator; `n`, which means neither, is read as well.
    fn folds(&mut self) -> Result<Folds, String> {
        if !self.takes(&["["]) {
            return Ok(Folds::default());
        }
        let flags = match self.next() {
            Some(Token::Word(flags)) => flags.to_lowercase(),
            _ => return Err("[ must be followed by c or d".to_owned()),
        };
        if !flags.chars().all(|flag| matches!(flag, 'c' | 'd' | 'n')) {
            return Err(format!("'{flags}' is none of c, d and cd"));
        }
        self.wants("]")?;
        Ok(Folds {
            case: flags.contains('c'),
            marks: flags.contains('d'),
        })
    }

    fn operator(&mut self) -> Result<Operator, String> {
        const OPERATORS: [(&[&str], Operator); 10] = [
            (&["==", "="], Operator::Equals),
            (&["!=", "<>"], Operator::Differs),
            (&["<=", "=<"], Operator::AtMost),
            (&[">=", "=>"], Operator::AtLeast),
            (&["<"], Operator::Less),
            (&[">"], Operator::More),
            (&["BEGINSWITH"], Operator::BeginsWith),
            (&["ENDSWITH"], Operator::EndsWith),
            (&["CONTAINS"], Operator::Contains),
            (&["LIKE"], Operator::Like),
        ];
        let found = OPERATORS.iter().find(|(words, _)| self.takes(words));
        match found {
            Some((_, operator)) => Ok(*operator),
            None => Err(format!("{:?} is no operator", self.peek())),
        }
    }
}
