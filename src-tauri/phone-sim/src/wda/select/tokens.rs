//! The words and signs of a predicate.

/// A piece of a predicate.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A keyword or the name of an attribute.
    Word(String),
    /// A quoted text.
    Text(String),
    /// A number.
    Number(f64),
    /// An operator, bracket or comma.
    Sign(&'static str),
}

/// Longest first, so that `<=` is not read as `<`.
const SIGNS: [&str; 22] = [
    "==", "!=", "<>", "<=", "=<", ">=", "=>", "&&", "||", "=", "<", ">", "!", "(", ")", "[", "]",
    "{", "}", ",", "&", "|",
];

/// Cuts a predicate into its pieces.
///
/// # Errors
/// What could not be read.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut all = Vec::new();
    let mut rest = text.trim_start();
    while let Some(letter) = rest.chars().next() {
        let (token, after) = match letter {
            '\'' | '"' => quoted(rest, letter)?,
            '0'..='9' | '.' | '-' | '+' => number(rest)?,
            letter if letter.is_alphabetic() || letter == '_' => word(rest),
            _ => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => (Token::Sign(sign), &rest[sign.len()..]),
                None => return Err(format!("'{letter}' is not understood")),
            },
        };
        all.push(token);
        rest = after.trim_start();
    }
    Ok(all)
}

fn word(rest: &str) -> (Token, &str) {
    let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')));
    let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
    (Token::Word(word.to_owned()), after)
}

fn number(rest: &str) -> Result<(Token, &str), String> {
    let end = rest
        .char_indices()
        .find(|(at, c)| {
            let sign = matches!(c, '-' | '+') && (*at == 0 || rest[..*at].ends_with(['e', 'E']));
            !(c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E') || sign)
        })
        .map_or(rest.len(), |(at, _)| at);
    let (digits, after) = rest.split_at(end);
    let number: f64 = digits
        .parse()
        .map_err(|_| format!("'{digits}' is no number"))?;
    Ok((Token::Number(number), after))
}

fn quoted(rest: &str, quote: char) -> Result<(Token, &str), String> {
    let mut content = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        if letter == quote {
            return Ok((Token::Text(content), &rest[at + 1..]));
        }
        if letter != '\\' {
            content.push(letter);
            continue;
        }
        match letters.next() {
            Some((_, 'n')) => content.push('\n'),
            Some((_, 't')) => content.push('\t'),
            Some((_, 'r')) => content.push('\r'),
            Some((at, 'u')) => {
                let code = rest
                    .get(at + 1..at + 5)
                    .and_then(|hex| u32::from_str_radix(hex, 16).ok())
                    .and_then(char::from_u32);
                content.push(code.ok_or("\\u wants four hexadecimal digits")?);
                letters.nth(3);
            }
            Some((_, other)) => content.push(other),
            None => break,
        }
    }
    Err("a quote is not closed".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predicates_are_cut_into_pieces() {
        let check = |text: &str, expected: Option<Vec<Token>>| {
            assert_eq!(tokens(text).ok(), expected, "{text}");
        };
        let word = |w: &str| Token::Word(w.to_owned());
        let text = |t: &str| Token::Text(t.to_owned());
        check(
            "rect.x>=-1.5e2",
            Some(vec![
                word("rect.x"),
                Token::Sign(">="),
                Token::Number(-150.0),
            ]),
        );
        check(
            "a=<1",
            Some(vec![word("a"), Token::Sign("=<"), Token::Number(1.0)]),
        );
        check(r"'it\'s \u00e9\n'", Some(vec![text("it's é\n")]));
        check(r#""'""#, Some(vec![text("'")]));
        check(
            "{1,2}",
            Some(vec![
                Token::Sign("{"),
                Token::Number(1.0),
                Token::Sign(","),
                Token::Number(2.0),
                Token::Sign("}"),
            ]),
        );
        for wrong in ["'a", r"'\u12'", "a ~ b", "1.2.3", "'\\", "%@", "-"] {
            check(wrong, None);
        }
    }
}
