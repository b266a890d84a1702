//! The attributes of an element, as predicates, chains, paths and clients name them.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::app::node::{Node, Rect};

/// What an attribute holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Held<'a> {
    /// Nothing.
    Nil,
    /// A text.
    Text(Cow<'a, str>),
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
    /// Where something is, in points.
    Rect(Rect),
}

impl Held<'_> {
    /// As clients get it.
    #[must_use]
    pub fn json(&self) -> Value {
        match self {
            Held::Nil => Value::Null,
            Held::Text(text) => Value::from(text.as_ref()),
            Held::Flag(flag) => Value::from(*flag),
            Held::Number(number) => {
                super::touch::whole(*number).map_or_else(|| Value::from(*number), Value::from)
            }
            Held::Rect(rect) => rect_json(*rect),
        }
    }
}

/// `{x, y, width, height}` in points.
#[must_use]
pub fn rect_json(rect: Rect) -> Value {
    json!({ "x": rect.x, "y": rect.y, "width": rect.w, "height": rect.h })
}

/// One side of a rectangle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Left.
    X,
    /// Top.
    Y,
    /// Width.
    Width,
    /// Height.
    Height,
}

/// What can be asked about an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// The element type, with `XCUIElementType`.
    Type,
    /// The identifier, else the label.
    Name,
    /// The identifier alone.
    Identifier,
    /// The label.
    Label,
    /// The value.
    Value,
    /// What an empty field shows.
    Placeholder,
    /// Whether it is enabled.
    Enabled,
    /// Whether any of it can be seen.
    Visible,
    /// Whether assistive technology stops at it.
    Accessible,
    /// Whether it holds others for assistive technology.
    Container,
    /// Whether it is the chosen one.
    Selected,
    /// Whether it has the keyboard.
    Focused,
    /// Whether a finger on its middle meets it.
    Hittable,
    /// Its place among its siblings.
    Index,
    /// What tells it from all others.
    Uid,
    /// Its traits, joined with commas.
    Traits,
    /// Where it is.
    Rect,
    /// One side of that.
    Side(Side),
    /// The least a slider can hold.
    Least,
    /// The most.
    Most,
    /// What assistive technology can do with it.
    CustomActions,
}

impl Attribute {
    /// The attribute of this name; `wdName`, `isWDEnabled` and `isEnabled` are other spellings.
    #[must_use]
    pub fn named(name: &str) -> Option<Attribute> {
        let bare = name
            .strip_prefix("isWD")
            .or_else(|| name.strip_prefix("is").filter(|rest| starts_upper(rest)))
            .or_else(|| name.strip_prefix("wd").filter(|rest| starts_upper(rest)))
            .unwrap_or(name);
        if let Some((rect, side)) = bare.split_once('.') {
            return is_rect(rect).then(|| side_named(side)).flatten();
        }
        let mut letters = bare.chars();
        let first = letters.next().map(|letter| letter.to_ascii_lowercase());
        let bare: String = first.into_iter().chain(letters).collect();
        Some(match bare.as_str() {
            "type" | "elementType" => Attribute::Type,
            "name" => Attribute::Name,
            "identifier" | "rawIdentifier" => Attribute::Identifier,
            "label" => Attribute::Label,
            "value" => Attribute::Value,
            "placeholderValue" => Attribute::Placeholder,
            "enabled" => Attribute::Enabled,
            "visible" => Attribute::Visible,
            "accessible" => Attribute::Accessible,
            "accessibilityContainer" => Attribute::Container,
            "selected" => Attribute::Selected,
            "focused" | "hasFocus" => Attribute::Focused,
            "hittable" => Attribute::Hittable,
            "index" => Attribute::Index,
            "uID" | "uid" | "UID" => Attribute::Uid,
            "traits" => Attribute::Traits,
            "minValue" => Attribute::Least,
            "maxValue" => Attribute::Most,
            "customActions" => Attribute::CustomActions,
            name if is_rect(name) => Attribute::Rect,
            side => return side_named(side),
        })
    }

    /// What the attribute holds; `root` is the whole screen, for what lies over the element.
    #[must_use]
    pub fn of<'a>(self, node: &'a Node, root: &Node) -> Held<'a> {
        let text = |text: Option<&'a str>| text.map_or(Held::Nil, |text| Held::Text(text.into()));
        match self {
            Attribute::Type => Held::Text(node.class().into()),
            Attribute::Name => text(node.name()),
            Attribute::Identifier => text(node.id.as_deref()),
            Attribute::Label => text(node.label.as_deref()),
            Attribute::Value => text(node.value.as_deref()),
            Attribute::Placeholder => text(node.placeholder.as_deref()),
            Attribute::Enabled => Held::Flag(!node.disabled),
            Attribute::Visible => Held::Flag(node.visible),
            Attribute::Accessible => Held::Flag(accessible(node)),
            Attribute::Container => Held::Flag(!accessible(node) && !node.children.is_empty()),
            Attribute::Selected => Held::Flag(node.selected),
            Attribute::Focused => Held::Flag(node.focused),
            Attribute::Hittable => Held::Flag(hittable(node, root)),
            Attribute::Index => Held::Number(f64::from(node.index)),
            Attribute::Uid => Held::Text(uid(node).into()),
            Attribute::Traits => Held::Text(traits(node).into()),
            Attribute::Rect => Held::Rect(node.rect),
            Attribute::Side(side) => Held::Number(f64::from(match side {
                Side::X => node.rect.x,
                Side::Y => node.rect.y,
                Side::Width => node.rect.w,
                Side::Height => node.rect.h,
            })),
            // No element of the simulated screens can be slid or has custom actions.
            Attribute::Least | Attribute::Most | Attribute::CustomActions => Held::Nil,
        }
    }
}

fn starts_upper(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_uppercase())
}

fn is_rect(name: &str) -> bool {
    matches!(
        name,
        "rect" | "frame" | "nativeFrame" | "Rect" | "Frame" | "NativeFrame"
    )
}

fn side_named(name: &str) -> Option<Attribute> {
    Some(Attribute::Side(match name {
        "x" | "origin.x" => Side::X,
        "y" | "origin.y" => Side::Y,
        "width" | "size.width" => Side::Width,
        "height" | "size.height" => Side::Height,
        _ => return None,
    }))
}

/// Whether assistive technology stops at the element.
#[must_use]
pub fn accessible(node: &Node) -> bool {
    matches!(
        node.kind,
        "Button"
            | "StaticText"
            | "TextField"
            | "SecureTextField"
            | "SearchField"
            | "TextView"
            | "Image"
            | "Key"
            | "Icon"
            | "Cell"
    )
}

/// Whether a finger on the middle of the element meets it or something in it.
fn hittable(node: &Node, root: &Node) -> bool {
    let Some(seen) = node.rect.cut(&root.rect).filter(|_| node.visible) else {
        return false;
    };
    let (x, y) = seen.center();
    root.hit(x, y)
        .is_none_or(|met| met.key.starts_with(&node.key) || node.key.starts_with(&met.key))
}

/// The traits, as VoiceOver would read them.
#[must_use]
pub fn traits(node: &Node) -> String {
    let own = match node.kind {
        "Button" | "Icon" => "Button",
        "StaticText" => "StaticText",
        "Image" => "Image",
        "SearchField" => "SearchField",
        "Key" => "KeyboardKey",
        "TabBar" => "TabBar",
        _ => "",
    };
    let more = [(node.selected, "Selected"), (node.disabled, "NotEnabled")];
    let more = more.iter().filter(|(has, _)| *has).map(|(_, name)| *name);
    let all: Vec<&str> = Some(own)
        .filter(|own| !own.is_empty())
        .into_iter()
        .chain(more)
        .collect();
    all.join(", ")
}

/// An id of the form WebDriverAgent makes from process and element numbers.
fn uid(node: &Node) -> String {
    let number = crate::people::hash(&node.key);
    format!(
        "{:08X}-0000-0000-{:04X}-000000000000",
        number >> 32,
        number & 0xffff
    )
}

/// Every element type there is.
const TYPES: [&str; 82] = [
    "Any",
    "Other",
    "Application",
    "Group",
    "Window",
    "Sheet",
    "Drawer",
    "Alert",
    "Dialog",
    "Button",
    "RadioButton",
    "RadioGroup",
    "CheckBox",
    "DisclosureTriangle",
    "PopUpButton",
    "ComboBox",
    "MenuButton",
    "ToolbarButton",
    "Popover",
    "Keyboard",
    "Key",
    "NavigationBar",
    "TabBar",
    "TabGroup",
    "Toolbar",
    "StatusBar",
    "Table",
    "TableRow",
    "TableColumn",
    "Outline",
    "OutlineRow",
    "Browser",
    "CollectionView",
    "Slider",
    "PageIndicator",
    "ProgressIndicator",
    "ActivityIndicator",
    "SegmentedControl",
    "Picker",
    "PickerWheel",
    "Switch",
    "Toggle",
    "Link",
    "Image",
    "Icon",
    "SearchField",
    "ScrollView",
    "ScrollBar",
    "StaticText",
    "TextField",
    "SecureTextField",
    "DatePicker",
    "TextView",
    "Menu",
    "MenuItem",
    "MenuBar",
    "MenuBarItem",
    "Map",
    "WebView",
    "IncrementArrow",
    "DecrementArrow",
    "Timeline",
    "RatingIndicator",
    "ValueIndicator",
    "SplitGroup",
    "Splitter",
    "RelevanceIndicator",
    "ColorWell",
    "HelpTag",
    "Matte",
    "DockItem",
    "Ruler",
    "RulerMarker",
    "Grid",
    "LevelIndicator",
    "Cell",
    "LayoutArea",
    "LayoutItem",
    "Handle",
    "Stepper",
    "Tab",
    "TouchBar",
];

/// The type of an element, without `XCUIElementType`; none where there is no such type.
#[must_use]
pub fn element_type(class: &str) -> Option<&'static str> {
    let name = class.strip_prefix("XCUIElementType")?;
    if name == "StatusItem" {
        return Some("StatusItem");
    }
    TYPES.iter().copied().find(|kind| *kind == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::node::Look;

    fn screen() -> Node {
        let mut button = Node::new("Button", Rect::new(10, 20, 100, 40))
            .id("follow")
            .label("Follow bob")
            .value("1")
            .tap(crate::app::tap::Tap::Back);
        button.selected = true;
        let veil = Node::new("Other", Rect::new(0, 400, 390, 444))
            .look(Look::Veil)
            .solid();
        let low = Node::new("Button", Rect::new(10, 500, 100, 40)).label("Low");
        let mut root = Node::new("Application", Rect::screen())
            .with(button)
            .with(low)
            .with(veil);
        root.seal("t");
        root
    }

    #[test]
    fn attributes_have_many_names() {
        let root = screen();
        let node = &root.children[0];
        let check = |name: &str, expected: Option<Value>| {
            let found = Attribute::named(name).map(|attribute| attribute.of(node, &root).json());
            assert_eq!(found, expected, "{name}");
        };
        check("type", Some(json!("XCUIElementTypeButton")));
        check("wdType", Some(json!("XCUIElementTypeButton")));
        check("name", Some(json!("follow")));
        check("wdName", Some(json!("follow")));
        check("identifier", Some(json!("follow")));
        check("label", Some(json!("Follow bob")));
        check("value", Some(json!("1")));
        check("isWDEnabled", Some(json!(true)));
        check("isEnabled", Some(json!(true)));
        check("visible", Some(json!(true)));
        check("wdVisible", Some(json!(true)));
        check("accessible", Some(json!(true)));
        check("accessibilityContainer", Some(json!(false)));
        check("selected", Some(json!(true)));
        check("focused", Some(json!(false)));
        check("hittable", Some(json!(true)));
        check("index", Some(json!(0)));
        check("traits", Some(json!("Button, Selected")));
        check("placeholderValue", Some(Value::Null));
        check(
            "rect",
            Some(json!({"x": 10, "y": 20, "width": 100, "height": 40})),
        );
        check("wdRect.width", Some(json!(100)));
        check("rect.x", Some(json!(10)));
        check("frame.origin.y", Some(json!(20)));
        check("nope", None);
        check("rect.nope", None);
        check("island", None);
    }

    #[test]
    fn what_is_covered_is_not_hittable() {
        let root = screen();
        let hittable = |at: usize| Attribute::Hittable.of(&root.children[at], &root);
        assert_eq!(hittable(0), Held::Flag(true));
        assert_eq!(hittable(1), Held::Flag(false));
        assert_eq!(hittable(2), Held::Flag(true));
    }

    #[test]
    fn types_are_known_or_not() {
        assert_eq!(element_type("XCUIElementTypeButton"), Some("Button"));
        assert_eq!(
            element_type("XCUIElementTypeStatusItem"),
            Some("StatusItem")
        );
        assert_eq!(element_type("Button"), None);
        assert_eq!(element_type("XCUIElementTypeNope"), None);
    }
}
