//! The few expressions that a flow may hold in `${…}`: values, names, comparisons, `!`, `&&`, `||`.
//!
//! They mean what they mean in JavaScript, as far as they go; anything else is refused when the
//! flow is read.

use std::cmp::Ordering;

/// The deepest expression that is read.
const DEPTH_MAX: u8 = 16;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A name that nothing stands for.
    Undefined,
    /// `true`, `false`.
    Truth(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

/// An expression. Names that are known when a flow is read are values already.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A value.
    Is(Value),
    /// A name; dots belong to it.
    Name(String),
    /// `!a`
    Not(Box<Expression>),
    /// `a && b`
    And(Box<Expression>, Box<Expression>),
    /// `a || b`
    Or(Box<Expression>, Box<Expression>),
    /// `a == b` and the like.
    Compare(Comparison, Box<Expression>, Box<Expression>),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Same,
    /// `!=`
    Other,
    /// `===`
    Identical,
    /// `!==`
    NotIdentical,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

impl Value {
    /// Whether it counts as true.
    pub fn holds(&self) -> bool {
        match self {
            Self::Undefined => false,
            Self::Truth(truth) => *truth,
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Text(text) => !text.is_empty(),
        }
    }

    /// As it stands in a text.
    pub fn text(&self) -> String {
        match self {
            Self::Undefined => "undefined".to_owned(),
            Self::Truth(truth) => truth.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }

    fn number(&self) -> f64 {
        match self {
            Self::Undefined => f64::NAN,
            Self::Truth(truth) => f64::from(u8::from(*truth)),
            Self::Number(number) => *number,
            Self::Text(text) if text.trim().is_empty() => 0.0,
            Self::Text(text) => text.trim().parse().unwrap_or(f64::NAN),
        }
    }
}

impl Expression {
    /// What it comes to; `name` says what a name stands for.
    pub fn value(&self, name: &dyn Fn(&str) -> Value) -> Value {
        match self {
            Self::Is(value) => value.clone(),
            Self::Name(text) => name(text),
            Self::Not(inner) => Value::Truth(!inner.value(name).holds()),
            Self::And(left, right) => {
                let left = left.value(name);
                if left.holds() {
                    right.value(name)
                } else {
                    left
                }
            }
            Self::Or(left, right) => {
                let left = left.value(name);
                if left.holds() {
                    left
                } else {
                    right.value(name)
                }
            }
            Self::Compare(how, left, right) => {
                Value::Truth(how.holds(&left.value(name), &right.value(name)))
            }
        }
    }

    /// The same with every name that is known put in; `maybe` is told for names that stand at the
    /// left of `||`, where nothing may stand for them.
    pub(crate) fn fill(self, known: &mut dyn FnMut(&str, bool) -> Option<Expression>) -> Self {
        self.filled(known, false)
    }

    fn filled(self, known: &mut dyn FnMut(&str, bool) -> Option<Expression>, maybe: bool) -> Self {
        let mut both = |left: Box<Self>, right: Box<Self>, maybe_left: bool| {
            let left = left.filled(known, maybe_left || maybe);
            (Box::new(left), Box::new(right.filled(known, maybe)))
        };
        match self {
            Self::Is(value) => Self::Is(value),
            Self::Name(name) => match known(&name, maybe) {
                Some(known) => known,
                None => Self::Name(name),
            },
            Self::Not(inner) => Self::Not(Box::new(inner.filled(known, maybe))),
            Self::And(left, right) => {
                let (left, right) = both(left, right, false);
                Self::And(left, right)
            }
            Self::Or(left, right) => {
                let (left, right) = both(left, right, true);
                Self::Or(left, right)
            }
            Self::Compare(how, left, right) => {
                let (left, right) = both(left, right, false);
                Self::Compare(how, left, right)
            }
        }
    }

    /// Whether a name is left in it.
    pub(crate) fn is_open(&self) -> bool {
        match self {
            Self::Is(_) => false,
            Self::Name(_) => true,
            Self::Not(inner) => inner.is_open(),
            Self::And(left, right) | Self::Or(left, right) | Self::Compare(_, left, right) => {
                left.is_open() || right.is_open()
            }
        }
    }
}

impl Comparison {
    fn holds(self, left: &Value, right: &Value) -> bool {
        let texts = match (left, right) {
            (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
            _ => None,
        };
        let order = || texts.or_else(|| left.number().partial_cmp(&right.number()));
        let same = || match (left, right) {
            (Value::Undefined, _) | (_, Value::Undefined) => left == right,
            _ => order() == Some(Ordering::Equal),
        };
        match self {
            Self::Same => same(),
            Self::Other => !same(),
            Self::Identical => left == right,
            Self::NotIdentical => left != right,
            Self::Less => order() == Some(Ordering::Less),
            Self::AtMost => order().is_some_and(Ordering::is_le),
            Self::More => order() == Some(Ordering::Greater),
            Self::AtLeast => order().is_some_and(Ordering::is_ge),
        }
    }
}

/// Reads what stands between `${` and `}`; the error is a sentence.
pub(crate) fn read(text: &str) -> Result<Expression, String> {
    let mut reader = Reader {
        tokens: tokens(text)?,
        at: 0,
    };
    let expression = reader.or(0)?;
    match reader.peek() {
        None => Ok(expression),
        Some(token) => Err(token.unexpected()),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Value(Value),
    Name(String),
    Sign(&'static str),
}

impl Token {
    fn unexpected(&self) -> String {
        let said = match self {
            Self::Value(value) => value.text(),
            Self::Name(name) => name.clone(),
            Self::Sign(sign) => (*sign).to_owned(),
        };
        format!("“{said}” is not expected there. {ALLOWED}")
    }
}

const ALLOWED: &str =
    "An expression may hold values, names, == != < <= > >=, !, &&, || and brackets; nothing else.";
/// Longer signs first.
const SIGNS: [&str; 13] = [
    "===", "!==", "==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "(", ")",
];

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = if let Some(sign) = SIGNS.iter().find(|it| rest.starts_with(**it)) {
            (Token::Sign(sign), sign.len())
        } else if matches!(first, '\'' | '"') {
            quoted(rest, first)?
        } else if first.is_ascii_digit() || first == '-' {
            number(rest)?
        } else if first.is_alphabetic() || matches!(first, '_' | '$') {
            word(rest)?
        } else {
            return Err(format!("“{first}” is not supported. {ALLOWED}"));
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

fn quoted(text: &str, quote: char) -> Result<(Token, usize), String> {
    let inner = &text[quote.len_utf8()..];
    let end = inner.find(quote);
    let end = end.ok_or_else(|| format!("a text that begins with {quote} does not end"))?;
    if inner[..end].contains('\\') {
        return Err("a text in an expression must not hold a backslash".to_owned());
    }
    let value = Value::Text(inner[..end].to_owned());
    Ok((Token::Value(value), end + 2 * quote.len_utf8()))
}

fn number(text: &str) -> Result<(Token, usize), String> {
    let digits = |letter: &(usize, char)| {
        letter.1.is_ascii_digit() || letter.1 == '.' || (letter.0 == 0 && letter.1 == '-')
    };
    let length = text.char_indices().take_while(digits).count();
    match text[..length].parse() {
        Ok(number) => Ok((Token::Value(Value::Number(number)), length)),
        Err(_) => Err(format!("“{}” is no number", &text[..length])),
    }
}

fn word(text: &str) -> Result<(Token, usize), String> {
    let inside = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$' | '.');
    let length = text.find(|letter| !inside(letter)).unwrap_or(text.len());
    let name = &text[..length];
    let token = match name {
        "true" => Token::Value(Value::Truth(true)),
        "false" => Token::Value(Value::Truth(false)),
        "undefined" | "null" => Token::Value(Value::Undefined),
        name if text[length..].trim_start().starts_with('(') => {
            return Err(format!("“{name}(” calls a function. {ALLOWED}"));
        }
        name if name.starts_with("output.") => {
            return Err(format!(
                "“{name}” comes from a script, and scripts are not run"
            ));
        }
        name => Token::Name(name.to_owned()),
    };
    Ok((token, length))
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn sign(&mut self, wanted: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Sign(sign)) if *sign == wanted);
        self.at += usize::from(is);
        is
    }

    fn or(&mut self, depth: u8) -> Result<Expression, String> {
        let mut left = self.and(depth)?;
        while self.sign("||") {
            left = Expression::Or(Box::new(left), Box::new(self.and(depth)?));
        }
        Ok(left)
    }

    fn and(&mut self, depth: u8) -> Result<Expression, String> {
        let mut left = self.compared(depth)?;
        while self.sign("&&") {
            left = Expression::And(Box::new(left), Box::new(self.compared(depth)?));
        }
        Ok(left)
    }

    fn compared(&mut self, depth: u8) -> Result<Expression, String> {
        let all = [
            ("===", Comparison::Identical),
            ("!==", Comparison::NotIdentical),
            ("==", Comparison::Same),
            ("!=", Comparison::Other),
            ("<=", Comparison::AtMost),
            (">=", Comparison::AtLeast),
            ("<", Comparison::Less),
            (">", Comparison::More),
        ];
        let left = self.single(depth)?;
        for (sign, how) in all {
            if self.sign(sign) {
                let right = self.single(depth)?;
                return Ok(Expression::Compare(how, Box::new(left), Box::new(right)));
            }
        }
        Ok(left)
    }

    fn single(&mut self, depth: u8) -> Result<Expression, String> {
        if depth >= DEPTH_MAX {
            return Err("the expression is nested too deeply".to_owned());
        }
        if self.sign("!") {
            return Ok(Expression::Not(Box::new(self.single(depth + 1)?)));
        }
        if self.sign("(") {
            let inner = self.or(depth + 1)?;
            return match self.sign(")") {
                true => Ok(inner),
                false => Err("a bracket is not closed".to_owned()),
            };
        }
        let token = self.peek().cloned();
        self.at += 1;
        match token {
            Some(Token::Value(value)) => Ok(Expression::Is(value)),
            Some(Token::Name(name)) => Ok(Expression::Name(name)),
            Some(token) => Err(token.unexpected()),
            None => Err(format!("the expression ends too early. {ALLOWED}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, read};

    fn value(text: &str) -> Result<Value, String> {
        let name = |name: &str| match name {
            "one" => Value::Text("1".to_owned()),
            "bob" => Value::Text("Bob".to_owned()),
            _ => Value::Undefined,
        };
        read(text).map(|expression| expression.value(&name))
    }

    #[test]
    fn what_they_come_to() {
        let check = |text: &str, want: bool| {
            let got = value(text).map(|value| value.holds());
            assert_eq!(got, Ok(want), "{text}");
        };
        check("true", true);
        check("!true", false);
        check("0", false);
        check("one == 1", true);
        check("one === 1", false);
        check("bob == 'Bob'", true);
        check("bob != \"Bob\"", false);
        check("unknown == undefined", true);
        check("unknown", false);
        check("one > 0 && one <= 1", true);
        check("unknown || bob", true);
        check("!(one == 2) && (bob == 'x' || bob == 'Bob')", true);
        check("bob > 1", false);
        check("-1.5 < 0", true);
        assert_eq!(value("unknown || 'else'"), Ok(Value::Text("else".into())));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "one +",
            "one + 1",
            "a.b()",
            "console.log('x')",
            "output.x",
            "'open",
            "(one",
            "one two",
            "a = b",
            "[1]",
            "a ? b : c",
            "`x`",
            &"!".repeat(200),
        ] {
            assert!(value(text).is_err(), "{text}");
        }
    }
}
