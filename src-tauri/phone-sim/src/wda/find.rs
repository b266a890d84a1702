//! Finding elements: by id, class, link text, predicate, and a small subset of class chains.

use serde_json::Value;

use super::errors::{Code, WdaError};
use super::predicate::Predicate;
use crate::app::node::Node;

/// How elements are looked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Selector {
    /// Name: identifier, else label.
    Name(String),
    /// The element type.
    Class(String),
    /// An attribute equal to, or containing, a text.
    Link(String, String, bool),
    /// A predicate.
    Predicate(Predicate),
    /// `**/Type[`predicate`]`: any descendant of this type for which the predicate holds.
    Chain(Option<String>, Option<Predicate>),
}

/// Reads `{using, value}`.
///
/// # Errors
/// `invalid argument` for a missing or unknown strategy, `invalid selector` for one that cannot
/// be read.
pub fn selector(body: &Value) -> Result<(Selector, String, String), WdaError> {
    let text = |key: &str| body.get(key).and_then(Value::as_str);
    let Some(using) = text("using") else {
        return Err(WdaError::argument("'using' must be a string"));
    };
    let Some(value) = text("value") else {
        return Err(WdaError::argument("'value' must be a string"));
    };
    let wrong = |reason: String| WdaError::new(Code::InvalidSelector, reason);
    let selector = match using {
        "accessibility id" | "id" | "name" => Selector::Name(value.to_owned()),
        "class name" => Selector::Class(value.to_owned()),
        "link text" | "partial link text" => {
            let Some((name, wanted)) = value.split_once('=') else {
                return Err(wrong(format!(
                    "'{value}' is not of the form attribute=text"
                )));
            };
            let part = using == "partial link text";
            Selector::Link(name.to_owned(), wanted.to_owned(), part)
        }
        "predicate string" => Selector::Predicate(Predicate::parse(value).map_err(wrong)?),
        "class chain" => chain(value).map_err(wrong)?,
        "xpath" => {
            return Err(wrong("this phone does not evaluate XPath yet".to_owned()));
        }
        other => {
            return Err(WdaError::argument(format!(
                "Unsupported locator strategy: {other}"
            )));
        }
    };
    Ok((selector, using.to_owned(), value.to_owned()))
}

fn chain(text: &str) -> Result<Selector, String> {
    let wrong =
        || format!("this phone reads only **/Type[`predicate`] of class chains, not '{text}'");
    let rest = text.strip_prefix("**/").ok_or_else(wrong)?;
    let (kind, rest) = match rest.find('[') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    if kind != "*" && !kind.starts_with("XCUIElementType") || kind.contains('/') {
        return Err(wrong());
    }
    let predicate = match rest {
        "" => None,
        rest => {
            let inner = rest
                .strip_prefix("[`")
                .and_then(|rest| rest.strip_suffix("`]"));
            Some(Predicate::parse(inner.ok_or_else(wrong)?)?)
        }
    };
    Ok(Selector::Chain(
        (kind != "*").then(|| kind.to_owned()),
        predicate,
    ))
}

impl Selector {
    /// Whether the element is meant.
    #[must_use]
    pub fn matches(&self, node: &Node) -> bool {
        match self {
            Selector::Name(name) => node.name() == Some(name),
            Selector::Class(class) => node.class() == *class,
            Selector::Link(name, wanted, part) => {
                let value = super::source::attribute(node, name).unwrap_or_default();
                let found = value.as_str().unwrap_or_default();
                if *part {
                    found.contains(wanted)
                } else {
                    found == wanted
                }
            }
            Selector::Predicate(predicate) => predicate.holds(node),
            Selector::Chain(kind, predicate) => {
                kind.as_deref().is_none_or(|kind| node.class() == kind)
                    && predicate
                        .as_ref()
                        .is_none_or(|predicate| predicate.holds(node))
            }
        }
    }

    /// The elements inside `root` (not itself) that are meant, in the order of the tree.
    #[must_use]
    pub fn find<'a>(&self, root: &'a Node) -> Vec<&'a Node> {
        let mut found = Vec::new();
        for child in &root.children {
            child.walk(&mut |node| {
                if self.matches(node) {
                    found.push(node);
                }
            });
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn selectors_are_read_or_refused_as_on_a_phone() {
        let check = |using: &str, value: &str, code: Option<Code>| {
            let read = selector(&json!({ "using": using, "value": value }));
            assert_eq!(read.err().map(|e| e.code), code, "{using} {value}");
        };
        check("accessibility id", "like-button", None);
        check("class name", "XCUIElementTypeButton", None);
        check("link text", "label=Like", None);
        check("link text", "Like", Some(Code::InvalidSelector));
        check("predicate string", "label == 'a'", None);
        check("predicate string", "label ==", Some(Code::InvalidSelector));
        check(
            "class chain",
            "**/XCUIElementTypeButton[`label == 'a'`]",
            None,
        );
        check(
            "class chain",
            "XCUIElementTypeWindow/*",
            Some(Code::InvalidSelector),
        );
        check("xpath", "//*", Some(Code::InvalidSelector));
        check(
            "-ios predicate string",
            "label == 'a'",
            Some(Code::InvalidArgument),
        );
        check("css selector", "a", Some(Code::InvalidArgument));
        assert_eq!(
            selector(&json!({})).err().map(|e| e.code),
            Some(Code::InvalidArgument)
        );
    }
}
