//! Reading a screen: WebDriverAgent's XML as a light tree, and what it shows.

mod comment;
mod count;
mod page;
mod state;

use signalbox_phone::{Point, Rect, Size};

use crate::screens::fold;

pub use comment::comment_is_there;
pub use count::{count_at, count_of};
pub use page::{Overlay, OverlayKind, Page, classify, is_strip, overlays, page_texts};
pub use state::{FollowState, LikeState, ReadState, follow_state, like_state, post_key};

/// The longest XML that is read, in bytes.
pub const SOURCE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The most elements that are read.
pub const NODES_MAX: u32 = 50_000;
/// The deepest tree that is read; WebDriverAgent itself gives up near 62 levels.
pub const DEPTH_MAX: usize = 256;
/// What is kept of the XML as evidence, in bytes.
pub const EVIDENCE_BYTES_MAX: usize = 1024 * 1024;

/// Why a screen could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Longer than [`SOURCE_BYTES_MAX`].
    #[error("the screen's source has {0} bytes, more than are read")]
    TooLong(usize),
    /// Deeper than [`DEPTH_MAX`].
    #[error("the screen's source is nested deeper than is read")]
    TooDeep,
    /// No XML, or one with a document type, or with too many elements.
    #[error("the screen's source is no XML that can be read: {0}")]
    Malformed(String),
}

/// One element of the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The type without its `XCUIElementType`, for example `Button`.
    pub kind: String,
    /// The accessibility id, else the label.
    pub name: String,
    /// What is read aloud; empty when there is none.
    pub label: String,
    /// The state in words; empty when there is none.
    pub value: String,
    /// What an empty field shows.
    pub placeholder: String,
    /// Whether it can be seen; true where the source does not say.
    pub visible: bool,
    /// Whether it can be used; true where the source does not say.
    pub enabled: bool,
    /// Where it is, in points.
    pub rect: Rect,
    /// Its parent's position in [`Snapshot::nodes`].
    pub parent: Option<usize>,
    /// One more than the position of its last descendant.
    pub end: usize,
    /// Name and label as they are compared, once for all the patterns that ask.
    pub(crate) name_folded: String,
    pub(crate) label_folded: String,
}

/// A screen at one moment.
#[derive(Clone)]
pub struct Snapshot {
    xml: String,
    nodes: Vec<Node>,
}

impl Snapshot {
    /// Reads WebDriverAgent's XML.
    pub fn parse(xml: String) -> Result<Self, ReadError> {
        if xml.len() > SOURCE_BYTES_MAX {
            return Err(ReadError::TooLong(xml.len()));
        }
        let options = roxmltree::ParsingOptions {
            nodes_limit: NODES_MAX,
            ..Default::default()
        };
        let nodes = match roxmltree::Document::parse_with_options(&xml, options) {
            Ok(document) => read_nodes(&document)?,
            Err(error) => return Err(ReadError::Malformed(error.to_string())),
        };
        Ok(Self { xml, nodes })
    }

    /// All elements, parents before children.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The descendants of the element at that position.
    pub fn below(&self, at: usize) -> impl Iterator<Item = usize> + use<> {
        let end = self.nodes.get(at).map_or(at + 1, |node| node.end);
        at + 1..end
    }

    /// Its ancestors, the nearest first.
    pub fn above(&self, at: usize) -> impl Iterator<Item = &Node> {
        let parent = |at: usize| self.nodes.get(at).and_then(|node| node.parent);
        std::iter::successors(parent(at), move |&at| parent(at)).map(|at| &self.nodes[at])
    }

    /// The size of the screen, as far as the source tells.
    pub fn size(&self) -> Option<Size> {
        let mut sizes = self.nodes.iter().map(|node| node.rect.size);
        sizes.find(|size| size.width > 0.0 && size.height > 0.0)
    }

    /// The XML, cut at [`EVIDENCE_BYTES_MAX`].
    pub fn evidence(&self) -> String {
        let mut end = self.xml.len().min(EVIDENCE_BYTES_MAX);
        while !self.xml.is_char_boundary(end) {
            end -= 1;
        }
        self.xml[..end].to_owned()
    }
}

fn read_nodes(document: &roxmltree::Document<'_>) -> Result<Vec<Node>, ReadError> {
    let mut nodes: Vec<Node> = Vec::new();
    // Positions of the open elements, with their ids in the document.
    let mut open: Vec<(roxmltree::NodeId, usize)> = Vec::new();
    for element in document.descendants().filter(roxmltree::Node::is_element) {
        let parent = element.parent().map(|parent| parent.id());
        while open.last().is_some_and(|(id, _)| Some(*id) != parent) {
            close(&mut nodes, &mut open);
        }
        if open.len() >= DEPTH_MAX {
            return Err(ReadError::TooDeep);
        }
        let node = read_node(&element, open.last().map(|&(_, at)| at));
        open.push((element.id(), nodes.len()));
        nodes.push(node);
    }
    while !open.is_empty() {
        close(&mut nodes, &mut open);
    }
    Ok(nodes)
}

fn close(nodes: &mut [Node], open: &mut Vec<(roxmltree::NodeId, usize)>) {
    let end = nodes.len();
    if let Some(node) = open.pop().and_then(|(_, at)| nodes.get_mut(at)) {
        node.end = end;
    }
}

fn read_node(element: &roxmltree::Node<'_, '_>, parent: Option<usize>) -> Node {
    let text = |name: &str| element.attribute(name).unwrap_or_default().to_owned();
    let number = |name: &str| {
        element
            .attribute(name)
            .and_then(|n| n.parse().ok())
            .unwrap_or(0.0)
    };
    let kind = element
        .attribute("type")
        .unwrap_or_else(|| element.tag_name().name());
    let (name, label) = (text("name"), text("label"));
    let name_folded = fold(&name);
    // Where there is no identifier, the name is the label.
    let label_folded = match label == name {
        true => name_folded.clone(),
        false => fold(&label),
    };
    Node {
        name_folded,
        label_folded,
        kind: kind
            .strip_prefix("XCUIElementType")
            .unwrap_or(kind)
            .to_owned(),
        name,
        label,
        value: text("value"),
        placeholder: text("placeholderValue"),
        visible: element.attribute("visible") != Some("false"),
        enabled: element.attribute("enabled") != Some("false"),
        rect: Rect {
            origin: Point {
                x: number("x"),
                y: number("y"),
            },
            size: Size {
                width: number("width"),
                height: number("height"),
            },
        },
        parent,
        end: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{DEPTH_MAX, NODES_MAX, ReadError, Snapshot};

    fn parse(xml: impl Into<String>) -> Result<Vec<(String, usize, Option<usize>)>, ReadError> {
        let snapshot = Snapshot::parse(xml.into())?;
        Ok(snapshot
            .nodes
            .into_iter()
            .map(|node| (node.kind, node.end, node.parent))
            .collect())
    }

    #[test]
    fn the_tree_keeps_its_shape() {
        let got = parse(
            "<XCUIElementTypeApplication><XCUIElementTypeOther><XCUIElementTypeButton/>\
             </XCUIElementTypeOther><XCUIElementTypeCell/></XCUIElementTypeApplication>",
        );
        let want = vec![
            ("Application".to_owned(), 4, None),
            ("Other".to_owned(), 3, Some(0)),
            ("Button".to_owned(), 3, Some(1)),
            ("Cell".to_owned(), 4, Some(0)),
        ];
        assert_eq!(got, Ok(want));
    }

    #[test]
    fn what_is_no_screen_is_an_error_in_words() {
        for bad in [
            "",
            "<a>",
            "not xml",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
        ] {
            assert!(matches!(parse(bad), Err(ReadError::Malformed(_))), "{bad}");
        }
    }

    #[test]
    fn size_and_depth_are_bounded() {
        let deep = |n: usize| format!("{}{}", "<a>".repeat(n), "</a>".repeat(n));
        assert_eq!(
            parse(deep(DEPTH_MAX)).map(|nodes| nodes.len()),
            Ok(DEPTH_MAX)
        );
        assert_eq!(parse(deep(DEPTH_MAX + 1)), Err(ReadError::TooDeep));
        assert!(parse(deep(400_000)).is_err());
        let wide = format!("<a>{}</a>", "<b/>".repeat(NODES_MAX as usize));
        assert!(matches!(parse(wide), Err(ReadError::Malformed(_))));
        let long = format!("<a b=\"{}\"/>", "x".repeat(super::SOURCE_BYTES_MAX));
        assert!(matches!(parse(long), Err(ReadError::TooLong(_))));
    }
}
