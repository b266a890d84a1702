//! Class chains: steps from parents to children or descendants, with predicates and positions.

use std::iter::Peekable;
use std::str::CharIndices;

use super::predicate::Predicate;
use super::{Depth, descendants};
use crate::app::node::Node;
use crate::wda::attribute::element_type;

/// Longer chains are refused.
const MAX_LENGTH: usize = 8_192;

/// A class chain that was read.
#[derive(Clone, Debug)]
pub struct Chain(Vec<Step>);

#[derive(Clone, Debug)]
struct Step {
    /// `**/`: not only children.
    deep: bool,
    /// Without `XCUIElementType`; none for `*`.
    kind: Option<&'static str>,
    tests: Vec<Test>,
    /// From 1, or from -1 backwards.
    position: Option<i64>,
}

#[derive(Clone, Debug)]
enum Test {
    /// The element itself.
    Own(Predicate),
    /// Something in it.
    Inside(Predicate),
}

impl Chain {
    /// Reads a class chain.
    ///
    /// # Errors
    /// What could not be read.
    pub fn parse(text: &str) -> Result<Chain, String> {
        if text.len() > MAX_LENGTH {
            return Err(format!("the class chain is longer than {MAX_LENGTH} bytes"));
        }
        let mut reader = Reader {
            text,
            letters: text.char_indices().peekable(),
        };
        let mut steps = vec![reader.step()?];
        while reader.takes('/') {
            steps.push(reader.step()?);
        }
        match reader.letters.peek() {
            None => Ok(Chain(steps)),
            Some((at, letter)) => Err(format!(
                "Cannot parse class chain query '{text}'. Unexpected character '{letter}' \
                 detected at position {}",
                at + 1
            )),
        }
    }

    /// The elements below `from` that are meant.
    #[must_use]
    pub fn find<'a>(&self, from: &'a Node, root: &Node, depth: Depth) -> Vec<&'a Node> {
        let mut at = vec![(from, depth)];
        for step in &self.0 {
            at = step.go(&at, root);
        }
        at.into_iter().map(|(node, _)| node).collect()
    }
}

impl Step {
    fn go<'a>(&self, from: &[(&'a Node, Depth)], root: &Node) -> Vec<(&'a Node, Depth)> {
        let mut found: Vec<(&'a Node, Depth)> = Vec::new();
        for (parent, depth) in from {
            let mut meet = |node: &'a Node, depth: Depth| {
                let twice = || found.iter().any(|(known, _)| std::ptr::eq(*known, node));
                // Descendants of two that lie in one another are met twice.
                if self.means(node, root, depth) && !(self.deep && from.len() > 1 && twice()) {
                    found.push((node, depth));
                }
                true
            };
            if self.deep {
                descendants(parent, *depth, &mut meet);
            } else if let Some(below) = depth.below() {
                for child in &parent.children {
                    meet(child, below);
                }
            }
        }
        match self.position {
            None => found,
            Some(position) => {
                let at = usize::try_from(position.unsigned_abs()).unwrap_or(usize::MAX);
                let at = if position > 0 {
                    at.checked_sub(1)
                } else {
                    found.len().checked_sub(at)
                };
                let one = at.and_then(|at| found.get(at)).copied();
                one.into_iter().collect()
            }
        }
    }

    fn means(&self, node: &Node, root: &Node, depth: Depth) -> bool {
        self.kind.is_none_or(|kind| node.kind == kind)
            && self.tests.iter().all(|test| match test {
                Test::Own(predicate) => predicate.holds(node, root),
                Test::Inside(predicate) => {
                    !descendants(node, depth, &mut |node, _| !predicate.holds(node, root))
                }
            })
    }
}

struct Reader<'a> {
    text: &'a str,
    letters: Peekable<CharIndices<'a>>,
}

impl Reader<'_> {
    fn takes(&mut self, letter: char) -> bool {
        self.letters.next_if(|(_, next)| *next == letter).is_some()
    }

    fn wrong(&self, reason: &str) -> String {
        format!("Cannot parse class chain query '{}'. {reason}", self.text)
    }

    fn step(&mut self) -> Result<Step, String> {
        let mut star = self.takes('*');
        let mut deep = false;
        if star && self.takes('*') {
            if !self.takes('/') {
                return Err(self.wrong("** must be followed by /"));
            }
            deep = true;
            star = self.takes('*');
        }
        let kind = if star { None } else { Some(self.class()?) };
        let mut step = Step {
            deep,
            kind,
            tests: Vec::new(),
            position: None,
        };
        while self.takes('[') {
            self.bracket(&mut step)?;
        }
        Ok(step)
    }

    fn class(&mut self) -> Result<&'static str, String> {
        let mut name = String::new();
        while let Some((_, letter)) = self.letters.next_if(|(_, c)| c.is_ascii_alphabetic()) {
            name.push(letter);
        }
        element_type(&name)
            .ok_or_else(|| self.wrong(&format!("'{name}' class name is unknown to WDA")))
    }

    fn bracket(&mut self, step: &mut Step) -> Result<(), String> {
        if step.position.is_some() {
            return Err(self.wrong("Predicates must be set before the position"));
        }
        match self.letters.peek().map(|(_, letter)| *letter) {
            Some('`') => step.tests.push(Test::Own(self.predicate('`')?)),
            Some('$') => step.tests.push(Test::Inside(self.predicate('$')?)),
            _ => step.position = Some(self.position()?),
        }
        if self.takes(']') {
            Ok(())
        } else {
            Err(self.wrong("A ] is missing"))
        }
    }

    fn position(&mut self) -> Result<i64, String> {
        let mut digits = String::new();
        let is_digit = |c: char| c.is_ascii_digit() || c == '-';
        while let Some((_, letter)) = self.letters.next_if(|(_, c)| is_digit(*c)) {
            digits.push(letter);
        }
        match digits.parse() {
            Ok(position) if position != 0 => Ok(position),
            _ => Err(self.wrong("A position must be a valid integer number other than zero")),
        }
    }

    /// What stands between two markers; a doubled one stands for itself.
    fn predicate(&mut self, marker: char) -> Result<Predicate, String> {
        self.letters.next();
        let mut inner = String::new();
        while let Some((_, letter)) = self.letters.next() {
            if letter == marker && !self.takes(marker) {
                return Predicate::parse(&inner);
            }
            inner.push(letter);
        }
        Err(self.wrong("The end of a predicate is missing"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::node::Rect;

    fn tree() -> Node {
        let button = |label: &str| Node::new("Button", Rect::new(0, 0, 9, 9)).label(label);
        let cell = |label: &str| {
            Node::new("Cell", Rect::new(0, 0, 9, 9))
                .label(label)
                .with(Node::text(
                    format!("text of {label}"),
                    Rect::new(0, 0, 9, 9),
                ))
                .with(Node::new("Other", Rect::new(0, 0, 9, 9)).with(button("in")))
        };
        let table = Node::new("Table", Rect::screen())
            .with(cell("a"))
            .with(cell("b"))
            .with(cell("c`d$e"));
        let window = Node::new("Window", Rect::screen())
            .with(table)
            .with(button("out"));
        let mut root = Node::new("Application", Rect::screen())
            .label("app")
            .with(window)
            .with(Node::new("Window", Rect::screen()));
        root.seal("t");
        root
    }

    #[test]
    fn chains_lead_to_elements() {
        let tree = tree();
        let check = |text: &str, expected: &[&str]| {
            let chain = Chain::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            let found = chain.find(&tree, &tree, Depth::of(50));
            let labels: Vec<&str> = found
                .iter()
                .map(|n| n.label.as_deref().unwrap_or(n.kind))
                .collect();
            assert_eq!(labels, expected, "{text}");
        };
        check("XCUIElementTypeWindow", &["Window", "Window"]);
        check("XCUIElementTypeWindow[2]", &["Window"]);
        check("XCUIElementTypeWindow[3]", &[]);
        check("XCUIElementTypeButton", &[]);
        check("*/*", &["Table", "out"]);
        check("*[1]/*[-1]", &["out"]);
        check("**/XCUIElementTypeButton", &["in", "in", "in", "out"]);
        check("**/XCUIElementTypeButton[-1]", &["out"]);
        check("**/XCUIElementTypeButton[-4]", &["in"]);
        check("**/XCUIElementTypeButton[-5]", &[]);
        check(
            "**/XCUIElementTypeCell[2]/XCUIElementTypeStaticText",
            &["text of b"],
        );
        check(
            "**/XCUIElementTypeCell/**/XCUIElementTypeButton[2]",
            &["in"],
        );
        check("XCUIElementTypeWindow/**/*[`label == 'b'`]", &["b"]);
        check("**/*/**/XCUIElementTypeButton", &["in", "in", "in", "out"]);
        check("**/XCUIElementTypeCell[$label == 'text of b'$]", &["b"]);
        check(
            "**/XCUIElementTypeCell[$type == 'XCUIElementTypeButton' AND label == 'in'$][-1]",
            &["c`d$e"],
        );
        check(
            "**/XCUIElementTypeCell[`label BEGINSWITH 'c'`][`enabled == 1`]",
            &["c`d$e"],
        );
        check("**/XCUIElementTypeCell[`label == 'c``d$e'`]", &["c`d$e"]);
        check(
            "**/XCUIElementTypeCell[$label == 'text of c`d$$e'$]",
            &["c`d$e"],
        );
        check(
            "**/XCUIElementTypeCell[`label == 'a' OR label == 'b'`][2]",
            &["b"],
        );
        check("**/XCUIElementTypeCell[`label == '/'`]", &[]);
    }

    #[test]
    fn depth_ends_a_chain() {
        let tree = tree();
        let chain = Chain::parse("**/XCUIElementTypeButton").unwrap();
        let count = |depth| chain.find(&tree, &tree, Depth::of(depth)).len();
        assert_eq!([count(1), count(2), count(4), count(5)], [0, 1, 1, 4]);
        assert_eq!(
            Chain::parse("*")
                .unwrap()
                .find(&tree, &tree, Depth::of(0))
                .len(),
            0
        );
    }

    #[test]
    fn wrong_chains_are_refused() {
        let long = format!("**/*[`label == '{}'`]", "x".repeat(MAX_LENGTH));
        for text in [
            "",
            "/",
            "**",
            "**/",
            "***",
            "**/**/*",
            "Button",
            "XCUIElementTypeNope",
            "XCUIElementTypeButton[",
            "XCUIElementTypeButton[1",
            "XCUIElementTypeButton[]",
            "XCUIElementTypeButton[0]",
            "XCUIElementTypeButton[1-]",
            "XCUIElementTypeButton[a]",
            "XCUIElementTypeButton[1][2]",
            "XCUIElementTypeButton[1][`label == 'a'`]",
            "XCUIElementTypeButton[`label == 'a']",
            "XCUIElementTypeButton[`label ==`]",
            "XCUIElementTypeButton/",
            "XCUIElementTypeButton x",
            &long,
        ] {
            assert!(Chain::parse(text).is_err(), "{text}");
        }
    }
}
