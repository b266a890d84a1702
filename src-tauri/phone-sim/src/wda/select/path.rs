//! XPath 1.0, evaluated on the tree of the screen as its XML source shows it.

use std::cmp::Ordering;

use xpath_eval::{
    EvaluationContext, ExpandedName, Expr, Node as XmlNode, NodeKind, Value, evaluate, parse,
};

use super::{Depth, Look};
use crate::app::node::Node;
use crate::wda::attribute::{Attribute, Held, Side};

/// Longer paths are refused.
const MAX_LENGTH: usize = 2_048;
/// Paths with brackets deeper than this too.
const MAX_DEPTH: usize = 24;
/// And paths with more operators and steps than this: each is a call inside the one before.
const MAX_SIGNS: usize = 200;

/// The attributes an element can have, in the order of the XML source.
const ATTRIBUTES: [(&str, Attribute); 18] = [
    ("type", Attribute::Type),
    ("value", Attribute::Value),
    ("name", Attribute::Name),
    ("label", Attribute::Label),
    ("enabled", Attribute::Enabled),
    ("visible", Attribute::Visible),
    ("accessible", Attribute::Accessible),
    ("selected", Attribute::Selected),
    ("focused", Attribute::Focused),
    ("x", Attribute::Side(Side::X)),
    ("y", Attribute::Side(Side::Y)),
    ("width", Attribute::Side(Side::Width)),
    ("height", Attribute::Side(Side::Height)),
    ("index", Attribute::Index),
    ("hittable", Attribute::Hittable),
    ("placeholderValue", Attribute::Placeholder),
    ("traits", Attribute::Traits),
    ("identifier", Attribute::Identifier),
];

/// An XPath that was read.
#[derive(Clone, Debug)]
pub struct Path(Expr);

impl Path {
    /// Reads an XPath.
    ///
    /// # Errors
    /// What could not be read.
    pub fn parse(text: &str) -> Result<Path, String> {
        if text.len() > MAX_LENGTH {
            return Err(format!("the XPath is longer than {MAX_LENGTH} bytes"));
        }
        let mut open = 0_usize;
        for letter in text.chars() {
            match letter {
                '(' | '[' => open += 1,
                ')' | ']' => open = open.saturating_sub(1),
                _ => {}
            }
            if open > MAX_DEPTH {
                return Err("the XPath is nested too deeply".to_owned());
            }
        }
        let signs = text
            .matches(['/', '[', '|', '+', '-', '=', '<', '>', '*'])
            .count();
        let words = text.split_ascii_whitespace();
        let words = words.filter(|word| matches!(*word, "or" | "and" | "div" | "mod"));
        if signs + words.count() > MAX_SIGNS {
            return Err(format!(
                "the XPath has more than {MAX_SIGNS} operators and steps"
            ));
        }
        parse(text)
            .map(Path)
            .map_err(|error| format!("Cannot evaluate '{text}': {error}"))
    }

    /// The elements it gives, in the order of the tree.
    ///
    /// # Errors
    /// When it gives something else, or calls what does not exist.
    pub fn find<'a>(&self, look: &Look<'a>) -> Result<Vec<&'a Node>, String> {
        let top = if look.limited { look.from } else { look.root };
        let paper = Paper::of(top, look);
        let from = paper.place(look.from);
        let context = EvaluationContext::new(Handle {
            paper: &paper,
            at: from,
            attribute: None,
        });
        let found = match evaluate(&self.0, &context) {
            Ok(Value::NodeSet(found)) => found,
            Ok(_) => return Err("the XPath gives no elements".to_owned()),
            Err(error) => return Err(error.to_string()),
        };
        let mut places = Vec::with_capacity(found.len());
        for handle in found {
            match handle.kind() {
                NodeKind::Element => places.push(handle.at),
                NodeKind::Root => {}
                _ => return Err("the XPath gives attributes instead of elements".to_owned()),
            }
        }
        places.sort_unstable();
        places.dedup();
        let nodes = places.into_iter().filter_map(|at| paper.node(at));
        Ok(nodes.collect())
    }
}

/// The tree laid out in document order; place 0 is the document itself.
struct Paper<'a> {
    root: &'a Node,
    leaves: Vec<Leaf<'a>>,
}

struct Leaf<'a> {
    /// None for the document.
    node: Option<&'a Node>,
    parent: usize,
    /// Behind the last place inside it.
    end: usize,
}

impl<'a> Paper<'a> {
    fn of(top: &'a Node, look: &Look<'a>) -> Paper<'a> {
        let mut paper = Paper {
            root: look.root,
            leaves: vec![Leaf {
                node: None,
                parent: 0,
                end: 0,
            }],
        };
        paper.lay(top, 0, Some(look.depth));
        paper.leaves[0].end = paper.leaves.len();
        paper
    }

    fn lay(&mut self, node: &'a Node, parent: usize, depth: Option<Depth>) {
        let Some(depth) = depth else { return };
        let at = self.leaves.len();
        self.leaves.push(Leaf {
            node: Some(node),
            parent,
            end: 0,
        });
        for child in &node.children {
            self.lay(child, at, depth.below());
        }
        self.leaves[at].end = self.leaves.len();
    }

    fn node(&self, at: usize) -> Option<&'a Node> {
        self.leaves.get(at).and_then(|leaf| leaf.node)
    }

    fn place(&self, node: &Node) -> usize {
        let found = self
            .leaves
            .iter()
            .position(|leaf| leaf.node.is_some_and(|known| std::ptr::eq(known, node)));
        found.unwrap_or(1)
    }
}

/// An element, an attribute of it, or the document.
#[derive(Clone, Copy)]
struct Handle<'p, 'a> {
    paper: &'p Paper<'a>,
    at: usize,
    /// The place of the attribute in [`ATTRIBUTES`].
    attribute: Option<usize>,
}

impl PartialEq for Handle<'_, '_> {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at && self.attribute == other.attribute
    }
}

impl Eq for Handle<'_, '_> {}

impl<'p, 'a> Handle<'p, 'a> {
    fn element(self, at: usize) -> Handle<'p, 'a> {
        Handle {
            at,
            attribute: None,
            ..self
        }
    }

    fn held(self) -> Held<'a> {
        let attribute = self.attribute.and_then(|at| ATTRIBUTES.get(at));
        match (attribute, self.paper.node(self.at)) {
            (Some((_, attribute)), Some(node)) => attribute.of(node, self.paper.root),
            _ => Held::Nil,
        }
    }

    fn name(self) -> Option<String> {
        match self.attribute {
            Some(at) => ATTRIBUTES.get(at).map(|(name, _)| (*name).to_owned()),
            None => self.paper.node(self.at).map(Node::class),
        }
    }
}

impl<'p, 'a: 'p> XmlNode<'p> for Handle<'p, 'a> {
    fn kind(self) -> NodeKind {
        match (self.attribute, self.at) {
            (Some(_), _) => NodeKind::Attribute,
            (None, 0) => NodeKind::Root,
            (None, _) => NodeKind::Element,
        }
    }

    fn parent(self) -> Option<Self> {
        match (self.attribute, self.at) {
            (Some(_), at) => Some(self.element(at)),
            (None, 0) => None,
            (None, at) => self
                .paper
                .leaves
                .get(at)
                .map(|leaf| self.element(leaf.parent)),
        }
    }

    fn children(self) -> impl Iterator<Item = Self> + 'p {
        let end = match self.attribute {
            Some(_) => 0,
            None => self.paper.leaves.get(self.at).map_or(0, |leaf| leaf.end),
        };
        let mut next = self.at + 1;
        std::iter::from_fn(move || {
            let at = next;
            next = self.paper.leaves.get(at).filter(|_| at < end)?.end;
            Some(self.element(at))
        })
    }

    fn attributes(self) -> impl Iterator<Item = Self> + 'p {
        let element = self.attribute.is_none() && self.at > 0;
        let all = 0..if element { ATTRIBUTES.len() } else { 0 };
        all.map(move |at| Handle {
            attribute: Some(at),
            ..self
        })
        .filter(|handle| handle.held() != Held::Nil)
    }

    fn namespaces(self) -> impl Iterator<Item = Self> + 'p {
        std::iter::empty()
    }

    fn expanded_name(self) -> Option<ExpandedName> {
        self.name().map(|local_name| ExpandedName {
            namespace_uri: None,
            local_name,
        })
    }

    fn has_expanded_name(self, namespace_uri: Option<&str>, local_name: &str) -> bool {
        if namespace_uri.is_some() {
            return false;
        }
        match (self.attribute, self.paper.node(self.at)) {
            (Some(at), _) => ATTRIBUTES
                .get(at)
                .is_some_and(|(name, _)| *name == local_name),
            (None, Some(node)) => local_name.strip_prefix("XCUIElementType") == Some(node.kind),
            (None, None) => false,
        }
    }

    fn string_value(self) -> String {
        match self.held() {
            // Elements hold no text of their own.
            Held::Nil | Held::Rect(_) => String::new(),
            Held::Text(text) => text.into_owned(),
            Held::Flag(flag) => flag.to_string(),
            Held::Number(number) => number.to_string(),
        }
    }

    fn document_order(self, other: Self) -> Ordering {
        let place = |handle: Self| (handle.at, handle.attribute.map(|at| at + 1));
        place(self).cmp(&place(other))
    }
}

#[cfg(test)]
mod tests;
