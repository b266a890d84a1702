//! The tree of what is on the screen. Source, find, hit testing and the picture all come from it.

use super::tap::Tap;

/// Width of the screen in points.
pub const SCREEN_W: i32 = 390;
/// Height of the screen in points.
pub const SCREEN_H: i32 = 844;

/// A rectangle in points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rect {
    /// Left.
    pub x: i32,
    /// Top.
    pub y: i32,
    /// Width.
    pub w: i32,
    /// Height.
    pub h: i32,
}

impl Rect {
    /// A rectangle.
    #[must_use]
    pub const fn new(x: i32, y: i32, w: i32, h: i32) -> Rect {
        Rect { x, y, w, h }
    }

    /// The whole screen.
    #[must_use]
    pub const fn screen() -> Rect {
        Rect::new(0, 0, SCREEN_W, SCREEN_H)
    }

    /// Whether the point lies inside.
    #[must_use]
    pub fn contains(&self, x: i32, y: i32) -> bool {
        x >= self.x && y >= self.y && x < self.x + self.w && y < self.y + self.h
    }

    /// What both cover, or none.
    #[must_use]
    pub fn cut(&self, other: &Rect) -> Option<Rect> {
        let x = self.x.max(other.x);
        let y = self.y.max(other.y);
        let w = (self.x + self.w).min(other.x + other.w) - x;
        let h = (self.y + self.h).min(other.y + other.h) - y;
        (w > 0 && h > 0).then_some(Rect { x, y, w, h })
    }

    /// The same part of a screen that lies on its side.
    #[must_use]
    pub fn on_its_side(&self) -> Rect {
        let (x, y) = wide(self.x, self.y);
        let (right, foot) = wide(self.x + self.w, self.y + self.h);
        Rect::new(x, y, right - x, foot - y)
    }

    /// The middle.
    #[must_use]
    pub fn center(&self) -> (i32, i32) {
        (self.x + self.w / 2, self.y + self.h / 2)
    }
}

fn scaled(n: i32, to: i32, from: i32) -> i32 {
    // Rounded, so that what touches still does.
    (n * to + from / 2).div_euclid(from)
}

/// A point of the upright screen, where it lies when the screen is on its side.
#[must_use]
pub fn wide(x: i32, y: i32) -> (i32, i32) {
    (scaled(x, SCREEN_H, SCREEN_W), scaled(y, SCREEN_W, SCREEN_H))
}

/// A point of the screen on its side, where it lies when the screen is upright.
#[must_use]
pub fn upright(x: i32, y: i32) -> (i32, i32) {
    (scaled(x, SCREEN_W, SCREEN_H), scaled(y, SCREEN_H, SCREEN_W))
}

/// How a node is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// Nothing but its text.
    #[default]
    Plain,
    /// Nothing at all.
    Unseen,
    /// Text in grey.
    Faint,
    /// Text in the middle of its rectangle.
    Center,
    /// Larger text.
    Title,
    /// A filled button.
    Primary,
    /// A grey button.
    Secondary,
    /// A field to type in.
    Field,
    /// A picture made from a number.
    Picture(u64),
    /// A bar or panel in white with a hairline.
    Panel,
    /// The dark veil behind a sheet.
    Veil,
    /// An icon of a tab bar or home screen.
    Icon,
    /// A red heart or an empty one.
    Heart(bool),
}

/// One element.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// The element type without `XCUIElementType`.
    pub kind: &'static str,
    /// Tells the element from every other, also on other pages; made by [`Node::seal`].
    pub key: String,
    /// Part of the key where the label may change or elements repeat.
    pub mark: Option<String>,
    /// The accessibility identifier.
    pub id: Option<String>,
    /// The label.
    pub label: Option<String>,
    /// The value.
    pub value: Option<String>,
    /// What an empty field shows.
    pub placeholder: Option<String>,
    /// Where.
    pub rect: Rect,
    /// Whether it is greyed out.
    pub disabled: bool,
    /// Whether it is the chosen one.
    pub selected: bool,
    /// Whether it has the keyboard.
    pub focused: bool,
    /// Its place among its siblings; set by [`Node::seal`].
    pub index: u32,
    /// Whether any of it can be seen; set by [`Node::seal`].
    pub visible: bool,
    /// Behind a sheet or alert.
    pub covered: bool,
    /// Takes taps even where it does nothing with them.
    pub solid: bool,
    /// What a tap does.
    pub tap: Option<Tap>,
    /// What a double tap does.
    pub double: Option<Tap>,
    /// How it is drawn.
    pub look: Look,
    /// What is drawn, where that is not the label.
    pub caption: Option<String>,
    /// Inside it, later ones on top.
    pub children: Vec<Node>,
}

impl Node {
    /// An element of this type and place.
    #[must_use]
    pub fn new(kind: &'static str, rect: Rect) -> Node {
        Node {
            kind,
            rect,
            ..Node::default()
        }
    }

    /// A text.
    #[must_use]
    pub fn text(label: impl Into<String>, rect: Rect) -> Node {
        Node::new("StaticText", rect).label(label)
    }

    /// A button.
    #[must_use]
    pub fn button(label: impl Into<String>, rect: Rect, tap: Tap) -> Node {
        Node::new("Button", rect)
            .label(label)
            .look(Look::Secondary)
            .tap(tap)
    }

    /// With an accessibility identifier.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Node {
        self.id = Some(id.into());
        self
    }

    /// With a label.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Node {
        self.label = Some(label.into());
        self
    }

    /// With a value.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Node {
        self.value = Some(value.into());
        self
    }

    /// With a part of its key.
    #[must_use]
    pub fn mark(mut self, mark: impl Into<String>) -> Node {
        self.mark = Some(mark.into());
        self
    }

    /// With what a tap does.
    #[must_use]
    pub fn tap(mut self, tap: Tap) -> Node {
        self.tap = Some(tap);
        self
    }

    /// With what a double tap does.
    #[must_use]
    pub fn double(mut self, tap: Tap) -> Node {
        self.double = Some(tap);
        self
    }

    /// With a look.
    #[must_use]
    pub fn look(mut self, look: Look) -> Node {
        self.look = look;
        self
    }

    /// Drawn with this text instead of its label.
    #[must_use]
    pub fn caption(mut self, caption: impl Into<String>) -> Node {
        self.caption = Some(caption.into());
        self
    }

    /// Lets no tap through.
    #[must_use]
    pub fn solid(mut self) -> Node {
        self.solid = true;
        self
    }

    /// With a child.
    #[must_use]
    pub fn with(mut self, child: Node) -> Node {
        self.children.push(child);
        self
    }

    /// With children.
    #[must_use]
    pub fn with_all(mut self, children: impl IntoIterator<Item = Node>) -> Node {
        self.children.extend(children);
        self
    }

    /// What WebDriverAgent calls its name: the identifier, else the label.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.id
            .as_deref()
            .or(self.label.as_deref())
            .filter(|name| !name.is_empty())
    }

    /// The value, else the label.
    #[must_use]
    pub fn text_value(&self) -> Option<&str> {
        self.value.as_deref().or(self.label.as_deref())
    }

    /// The whole element type.
    #[must_use]
    pub fn class(&self) -> String {
        format!("XCUIElementType{}", self.kind)
    }

    /// Gives every node its key, and says which are visible. `parent` starts the keys.
    pub fn seal(&mut self, parent: &str) {
        self.seal_in(parent, 0, false);
    }

    fn seal_in(&mut self, parent: &str, index: usize, covered: bool) {
        self.index = u32::try_from(index).unwrap_or(u32::MAX);
        let mark = self.mark.as_deref().or(self.id.as_deref());
        self.key = match mark {
            Some(mark) => format!("{parent}/{mark}"),
            None => format!("{parent}/{}{index}", self.kind),
        };
        let covered = covered || self.covered;
        self.visible = !covered && self.rect.cut(&Rect::screen()).is_some();
        let key = self.key.clone();
        let mut seen: Vec<String> = Vec::new();
        for (index, child) in self.children.iter_mut().enumerate() {
            child.seal_in(&key, index, covered);
            // Twins keep apart by their place.
            if seen.contains(&child.key) {
                let twin = format!("{key}#{index}");
                child.seal_in(&twin, index, covered);
            }
            seen.push(child.key.clone());
        }
    }

    /// Walks the tree, parents first.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Node)) {
        visit(self);
        for child in &self.children {
            child.walk(visit);
        }
    }

    /// The same, for changing what is there.
    pub fn walk_mut(&mut self, visit: &mut impl FnMut(&mut Node)) {
        visit(self);
        for child in &mut self.children {
            child.walk_mut(visit);
        }
    }

    /// The node with this key. The keys of what is in a node begin with its own.
    #[must_use]
    pub fn by_key(&self, key: &str) -> Option<&Node> {
        if self.key == key {
            return Some(self);
        }
        let inside = self
            .children
            .iter()
            .filter(|child| key.starts_with(&child.key));
        inside.into_iter().find_map(|child| child.by_key(key))
    }

    /// The same screen on its side: everything keeps its place in proportion.
    pub fn lie_down(&mut self) {
        self.walk_mut(&mut |node| node.rect = node.rect.on_its_side());
    }

    /// The node that a finger at this point meets.
    #[must_use]
    pub fn hit(&self, x: i32, y: i32) -> Option<&Node> {
        if let Some(found) = self.children.iter().rev().find_map(|child| child.hit(x, y)) {
            return Some(found);
        }
        let takes = self.solid || self.tap.is_some() || self.double.is_some();
        (takes && self.rect.contains(x, y)).then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_topmost_node_takes_the_tap() {
        let low = Node::button("low", Rect::new(0, 0, 100, 100), Tap::Back);
        let veil = Node::new("Other", Rect::new(50, 0, 50, 100)).solid();
        let mut root = Node::new("Application", Rect::screen())
            .with(low)
            .with(veil);
        root.seal("t");
        assert_eq!(
            root.hit(10, 10).and_then(|n| n.label.as_deref()),
            Some("low")
        );
        assert!(root.hit(60, 10).unwrap().tap.is_none());
        assert!(root.hit(200, 200).is_none());
    }

    #[test]
    fn a_screen_on_its_side_keeps_all_in_it() {
        let edge = Rect::new(300, 800, 90, 44).on_its_side();
        assert_eq!((edge.x + edge.w, edge.y + edge.h), (SCREEN_H, SCREEN_W));
        let (x, y) = upright(edge.center().0, edge.center().1);
        assert!(Rect::new(300, 800, 90, 44).contains(x, y));
        assert_eq!(Rect::screen().on_its_side(), Rect::new(0, 0, 844, 390));
    }

    #[test]
    fn twins_have_keys_of_their_own() {
        let twin = || {
            Node::new("Cell", Rect::default())
                .id("cell")
                .with(Node::default())
        };
        let mut root = Node::new("Table", Rect::screen()).with(twin()).with(twin());
        root.seal("t");
        let mut keys = Vec::new();
        root.walk(&mut |node| keys.push(node.key.clone()));
        let all = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }
}
