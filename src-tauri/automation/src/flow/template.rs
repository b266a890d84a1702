//! Texts with `${…}` in them.

use super::expression::{self, Expression, Value};

/// What stands for the names that are known only while a flow runs.
#[derive(Clone, Default)]
pub struct Live {
    /// `${maestro.copiedText}`: what was copied last.
    pub copied: String,
}

/// The name of [`Live::copied`].
pub(crate) const COPIED: &str = "maestro.copiedText";

impl Live {
    fn value(&self, name: &str) -> Value {
        match name {
            COPIED => Value::Text(self.copied.clone()),
            _ => Value::Undefined,
        }
    }
}

/// A text, as far as it is known when the flow is read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Fixed(String),
    Open(Expression),
}

impl Template {
    /// A text without anything to put in.
    pub fn fixed(text: impl Into<String>) -> Self {
        Self(vec![Part::Fixed(text.into())])
    }

    /// Reads a text; `known` is asked for each name. The error is a sentence.
    pub(crate) fn read(
        text: &str,
        known: &mut dyn FnMut(&str, bool) -> Option<Expression>,
    ) -> Result<Self, String> {
        let mut parts: Vec<Part> = Vec::new();
        let mut fixed = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            if let Some(before) = rest[..at].strip_suffix('\\') {
                fixed.push_str(before);
                fixed.push_str("${");
                rest = &rest[at + 2..];
                continue;
            }
            fixed.push_str(&rest[..at]);
            let inner = &rest[at + 2..];
            let end = end_of(inner).ok_or("“${” is not closed by “}”")?;
            let read = expression::read(&inner[..end]);
            let read = read.map_err(|why| format!("in ${{{}}}: {why}", &inner[..end]))?;
            let filled = read.fill(known);
            match filled.is_open() {
                true => {
                    parts.push(Part::Fixed(std::mem::take(&mut fixed)));
                    parts.push(Part::Open(filled));
                }
                false => fixed.push_str(&filled.value(&|_| Value::Undefined).text()),
            }
            rest = &inner[end + 1..];
        }
        fixed.push_str(rest);
        parts.push(Part::Fixed(fixed));
        parts.retain(|part| *part != Part::Fixed(String::new()));
        Ok(Self(parts))
    }

    /// What was copied last.
    pub(crate) fn copied() -> Self {
        Self(vec![Part::Open(Expression::Name(COPIED.to_owned()))])
    }

    /// The text as a value of a name; none where it is a mixture that only the run can settle.
    pub(crate) fn as_expression(&self) -> Option<Expression> {
        match (self.as_fixed(), self.0.as_slice()) {
            (Some(text), _) => Some(Expression::Is(Value::Text(text.to_owned()))),
            (None, [Part::Open(expression)]) => Some(expression.clone()),
            _ => None,
        }
    }

    /// The text, if nothing of it has to wait for the run.
    pub fn as_fixed(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Part::Fixed(text)] => Some(text),
            _ => None,
        }
    }

    /// The whole text.
    pub fn text(&self, live: &Live) -> String {
        let part = |part: &Part| match part {
            Part::Fixed(text) => text.clone(),
            Part::Open(expression) => expression.value(&|name| live.value(name)).text(),
        };
        self.0.iter().map(part).collect()
    }

    /// Whether the text counts as true: it is not empty, `false`, `undefined`, `null` or 0.
    pub fn holds(&self, live: &Live) -> bool {
        let text = self.text(live);
        let text = text.trim();
        let none = matches!(text, "" | "false" | "undefined" | "null");
        !none && text.parse::<f64>() != Ok(0.0)
    }

    /// For logs: the text as far as it is fixed.
    pub fn shown(&self) -> String {
        let part = |part: &Part| match part {
            Part::Fixed(text) => text.clone(),
            Part::Open(_) => "${…}".to_owned(),
        };
        self.0.iter().map(part).collect()
    }
}

/// Where the expression ends; brackets in its texts do not count.
fn end_of(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (None, '}') => return Some(at),
            (None, '\'' | '"') => quote = Some(letter),
            (Some(open), letter) if letter == open => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Live, Template};
    use crate::flow::expression::{Expression, Value};

    fn template(text: &str) -> Result<Template, String> {
        Template::read(text, &mut |name, _| match name {
            "NAME" => Some(Expression::Is(Value::Text("Bob".to_owned()))),
            _ => None,
        })
    }

    #[test]
    fn what_is_known_is_put_in_and_the_rest_waits() {
        let live = Live { copied: "c".into() };
        let check = |text: &str, fixed: Option<&str>, whole: &str| {
            let got = template(text).unwrap();
            assert_eq!(got.as_fixed(), fixed, "{text}");
            assert_eq!(got.text(&live), whole, "{text}");
        };
        check("", Some(""), "");
        check("Hello ${NAME}!", Some("Hello Bob!"), "Hello Bob!");
        check("${NAME == 'Bob'}", Some("true"), "true");
        check("a ${maestro.copiedText} ${NAME}", None, "a c Bob");
        check("${maestro.copiedText == 'c'}", None, "true");
        check("\\${NAME}", Some("${NAME}"), "${NAME}");
        check("${'}' == '}'}", Some("true"), "true");
        check("$5 {x}", Some("$5 {x}"), "$5 {x}");
        for bad in ["${", "${NAME", "${a +}"] {
            assert!(template(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_counts_as_true() {
        let check = |text: &str, want: bool| {
            assert_eq!(
                template(text).unwrap().holds(&Live::default()),
                want,
                "{text}"
            );
        };
        for no in [
            "",
            " ",
            "false",
            "undefined",
            "null",
            "0",
            "0.0",
            "${NAME == 'x'}",
        ] {
            check(no, false);
        }
        for yes in ["true", "x", "1", "${NAME}", "${!maestro.copiedText}"] {
            check(yes, true);
        }
    }
}
