//! Finding elements: by name, class, link text, predicate, class chain and XPath.

mod chain;
mod parse;
mod path;
mod predicate;
mod tokens;

use serde_json::Value;

pub use chain::Chain;
pub use path::Path;
pub use predicate::Predicate;

use super::attribute::{Attribute, Held, element_type};
use super::errors::{Code, WdaError};
use crate::app::node::Node;

/// How far down a tree is looked at: `snapshotMaxDepth`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depth(u32);

impl Depth {
    /// So many levels below an element.
    #[must_use]
    pub const fn of(levels: u32) -> Depth {
        Depth(levels)
    }

    /// What is left one level further down; none at the end.
    #[must_use]
    pub fn below(self) -> Option<Depth> {
        self.0.checked_sub(1).map(Depth)
    }
}

/// How elements are looked for.
#[derive(Clone, Debug)]
pub enum Selector {
    /// Name: identifier, else label.
    Name(String),
    /// The element type, without its prefix; none for any.
    Class(Option<&'static str>),
    /// An attribute equal to, or containing, a text.
    Link(Attribute, String, bool),
    /// A predicate.
    Predicate(Predicate),
    /// A class chain.
    Chain(Chain),
    /// An XPath.
    Path(Path),
}

impl Selector {
    /// Reads `{using, value}`; both texts come back with it.
    ///
    /// # Errors
    /// `invalid argument` for a missing or unknown strategy, `invalid selector` for one that
    /// cannot be read.
    pub fn read(body: &Value) -> Result<(Selector, &str, &str), WdaError> {
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
            "class name" => match element_type(value) {
                Some("Any") => Selector::Class(None),
                Some(kind) => Selector::Class(Some(kind)),
                None => {
                    return Err(WdaError::argument(format!(
                        "The class name '{value}' is unknown to WDA"
                    )));
                }
            },
            "link text" | "partial link text" => {
                let pair = value.split_once('=');
                let pair = pair.and_then(|(name, text)| Some((Attribute::named(name)?, text)));
                let (attribute, wanted) = pair
                    .ok_or_else(|| wrong(format!("'{value}' is not of the form attribute=text")))?;
                let part = using == "partial link text";
                Selector::Link(attribute, wanted.to_owned(), part)
            }
            "predicate string" => Selector::Predicate(Predicate::parse(value).map_err(wrong)?),
            "class chain" => Selector::Chain(Chain::parse(value).map_err(wrong)?),
            "xpath" => Selector::Path(Path::parse(value).map_err(wrong)?),
            other => {
                return Err(WdaError::argument(format!(
                    "Unsupported locator strategy: {other}"
                )));
            }
        };
        Ok((selector, using, value))
    }

    /// Whether the element itself is meant. Chains and paths start from elements instead.
    fn matches(&self, node: &Node, root: &Node) -> bool {
        match self {
            Selector::Name(name) => node.name() == Some(name),
            Selector::Class(kind) => kind.is_none_or(|kind| node.kind == kind),
            Selector::Link(attribute, wanted, part) => {
                let text = match attribute.of(node, root) {
                    Held::Text(text) => text.into_owned(),
                    Held::Flag(flag) => flag.to_string(),
                    Held::Number(number) => number.to_string(),
                    Held::Nil | Held::Rect(_) => return false,
                };
                if *part {
                    text.contains(wanted)
                } else {
                    text == *wanted
                }
            }
            Selector::Predicate(predicate) => predicate.holds(node, root),
            Selector::Chain(_) | Selector::Path(_) => false,
        }
    }

    /// The elements that are meant, in the order of the tree; `from` may be one of them.
    ///
    /// # Errors
    /// `invalid selector` where an XPath gives something else than elements.
    pub fn find<'a>(&self, look: &Look<'a>, first: bool) -> Result<Vec<&'a Node>, WdaError> {
        match self {
            Selector::Chain(chain) => Ok(chain.find(look.from, look.root, look.depth)),
            Selector::Path(path) => path
                .find(look)
                .map_err(|reason| WdaError::new(Code::InvalidSelector, reason)),
            _ => {
                let mut found = Vec::new();
                if self.matches(look.from, look.root) {
                    found.push(look.from);
                }
                if found.is_empty() || !first {
                    descendants(look.from, look.depth, &mut |node, _| {
                        if self.matches(node, look.root) {
                            found.push(node);
                        }
                        found.is_empty() || !first
                    });
                }
                Ok(found)
            }
        }
    }
}

/// Where elements are looked for.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// The whole screen.
    pub root: &'a Node,
    /// From here on down.
    pub from: &'a Node,
    /// How far.
    pub depth: Depth,
    /// Whether an XPath sees nothing outside `from`: `limitXPathContextScope`.
    pub limited: bool,
}

/// Visits what is in `node`, parents first, until `visit` says no; whether it never did.
pub(crate) fn descendants<'a>(
    node: &'a Node,
    depth: Depth,
    visit: &mut impl FnMut(&'a Node, Depth) -> bool,
) -> bool {
    let Some(below) = depth.below() else {
        return true;
    };
    node.children
        .iter()
        .all(|child| visit(child, below) && descendants(child, below, visit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::node::Rect;
    use serde_json::json;

    #[test]
    fn selectors_are_read_or_refused_as_on_a_phone() {
        let check = |using: &str, value: &str, code: Option<Code>| {
            let body = json!({ "using": using, "value": value });
            let read = Selector::read(&body).err().map(|e| e.code);
            assert_eq!(read, code, "{using} {value}");
        };
        let argument = Some(Code::InvalidArgument);
        let wrong = Some(Code::InvalidSelector);
        for using in ["accessibility id", "id", "name"] {
            check(using, "like-button", None);
        }
        check("class name", "XCUIElementTypeButton", None);
        check("class name", "Button", argument);
        check("link text", "label=Like", None);
        check("partial link text", "value=a=b", None);
        check("link text", "Like", wrong);
        check("link text", "nope=Like", wrong);
        check("predicate string", "label == 'a'", None);
        check("predicate string", "label ==", wrong);
        check(
            "class chain",
            "**/XCUIElementTypeButton[`label == 'a'`]",
            None,
        );
        check("class chain", "XCUIElementTypeWindow/*", None);
        check("class chain", "**/", wrong);
        check("xpath", "//*", None);
        check("xpath", "//*[", wrong);
        for using in [
            "-ios predicate string",
            "-ios class chain",
            "css selector",
            "tag name",
            "",
        ] {
            check(using, "label == 'a'", argument);
        }
        for body in [
            json!({}),
            json!({"using": "id"}),
            json!({"using": 1, "value": "a"}),
        ] {
            assert_eq!(Selector::read(&body).err().map(|e| e.code), argument);
        }
    }

    #[test]
    fn the_same_tree_answers_every_strategy() {
        let text = |label: &str| Node::text(label, Rect::new(0, 0, 50, 20));
        let mut root = Node::new("Application", Rect::screen()).id("app").with(
            Node::new("Cell", Rect::new(0, 0, 50, 50))
                .id("cell")
                .label("Cell one")
                .with(text("one"))
                .with(text("two")),
        );
        root.seal("t");
        let check = |using: &str, value: &str, first: bool, expected: &[&str]| {
            let body = json!({ "using": using, "value": value });
            let (selector, ..) = Selector::read(&body).unwrap();
            let look = Look {
                root: &root,
                from: &root,
                depth: Depth::of(50),
                limited: true,
            };
            let found = selector.find(&look, first).unwrap();
            let names: Vec<&str> = found.iter().filter_map(|node| node.name()).collect();
            assert_eq!(names, expected, "{using} {value}");
        };
        check("id", "cell", false, &["cell"]);
        check("name", "one", false, &["one"]);
        check("accessibility id", "Cell one", false, &[]);
        check(
            "class name",
            "XCUIElementTypeStaticText",
            false,
            &["one", "two"],
        );
        check("class name", "XCUIElementTypeStaticText", true, &["one"]);
        check(
            "class name",
            "XCUIElementTypeAny",
            false,
            &["app", "cell", "one", "two"],
        );
        check("class name", "XCUIElementTypeApplication", false, &["app"]);
        check("link text", "label=Cell one", false, &["cell"]);
        check(
            "partial link text",
            "label=o",
            false,
            &["cell", "one", "two"],
        );
        check("link text", "enabled=true", true, &["app"]);
        check("predicate string", "label ENDSWITH 'o'", false, &["two"]);
        check(
            "class chain",
            "*/XCUIElementTypeStaticText[-1]",
            false,
            &["two"],
        );
        check("xpath", "//XCUIElementTypeCell/*[2]", false, &["two"]);
    }
}
