//! The tree as XML, JSON or text.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::attribute::{Attribute, accessible, rect_json, traits};
use super::select::Depth;
use crate::app::node::Node;

/// What of the tree is shown.
pub struct Shown<'a> {
    /// Attributes that are left out.
    pub excluded: Vec<&'a str>,
    /// The element the XML lies in, where the client names one.
    pub scope: Option<&'a str>,
    /// How far down.
    pub depth: Depth,
    /// Whether `hittable` is shown.
    pub hittable: bool,
    /// Whether `nativeFrame` is shown.
    pub native_frame: bool,
}

impl Shown<'_> {
    fn shows(&self, name: &str) -> bool {
        !self.excluded.contains(&name)
    }
}

/// The tree as XML.
#[must_use]
pub fn xml(root: &Node, shown: &Shown<'_>) -> String {
    let mut out = String::with_capacity(32 * 1024);
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let scope = shown.scope.filter(|scope| is_name(scope));
    if let Some(scope) = scope {
        out.extend(["<", scope, ">\n"]);
    }
    let depth = usize::from(scope.is_some());
    xml_node(root, root, depth, shown.depth, shown, &mut out);
    if let Some(scope) = scope {
        out.extend(["</", scope, ">\n"]);
    }
    out
}

/// Whether an element may be called that.
fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

fn xml_node(
    node: &Node,
    root: &Node,
    indent: usize,
    depth: Depth,
    shown: &Shown<'_>,
    out: &mut String,
) {
    let space = |out: &mut String| out.extend(std::iter::repeat_n("  ", indent));
    space(out);
    out.extend(["<XCUIElementType", node.kind]);
    xml_attributes(node, root, shown, out);
    let below = depth.below().filter(|_| !node.children.is_empty());
    let Some(below) = below else {
        out.push_str("/>\n");
        return;
    };
    out.push_str(">\n");
    for child in &node.children {
        xml_node(child, root, indent + 1, below, shown, out);
    }
    space(out);
    out.extend(["</XCUIElementType", node.kind, ">\n"]);
}

fn xml_attributes(node: &Node, root: &Node, shown: &Shown<'_>, out: &mut String) {
    let mut say = |name: &str, value: &str| {
        if shown.shows(name) {
            out.extend([" ", name, "=\""]);
            escape(value, out);
            out.push('"');
        }
    };
    if shown.shows("type") {
        say("type", &node.class());
    }
    for (name, text) in [
        ("value", node.value.as_deref()),
        ("name", node.name()),
        ("label", node.label.as_deref()),
    ] {
        if let Some(text) = text {
            say(name, text);
        }
    }
    let flag = |yes: bool| if yes { "true" } else { "false" };
    say("enabled", flag(!node.disabled));
    say("visible", flag(node.visible));
    say("accessible", flag(accessible(node)));
    say("x", &node.rect.x.to_string());
    say("y", &node.rect.y.to_string());
    say("width", &node.rect.w.to_string());
    say("height", &node.rect.h.to_string());
    say("index", &node.index.to_string());
    if shown.hittable {
        let hittable = Attribute::Hittable.of(node, root).json();
        say("hittable", flag(hittable == true));
    }
    if let Some(placeholder) = &node.placeholder {
        say("placeholderValue", placeholder);
    }
    if shown.native_frame && shown.shows("nativeFrame") {
        say("nativeFrame", &frame(node));
    }
    if shown.shows("traits") {
        say("traits", &traits(node));
    }
}

fn escape(text: &str, out: &mut String) {
    if !text
        .contains(|c: char| c < ' ' || matches!(c, '&' | '<' | '>' | '"' | '\u{fffe}' | '\u{ffff}'))
    {
        out.push_str(text);
        return;
    }
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            // XML 1.0 has no way to write other control characters.
            letter if letter < ' ' || matches!(letter, '\u{fffe}' | '\u{ffff}') => {}
            letter => out.push(letter),
        }
    }
}

fn frame(node: &Node) -> String {
    let r = node.rect;
    format!("{{{{{}, {}}}, {{{}, {}}}}}", r.x, r.y, r.w, r.h)
}

/// The tree as JSON.
#[must_use]
pub fn json(node: &Node, shown: &Shown<'_>) -> Value {
    json_node(node, node, shown.depth, shown)
}

fn json_node(node: &Node, root: &Node, depth: Depth, shown: &Shown<'_>) -> Value {
    let flag = |yes: bool| Value::from(if yes { "1" } else { "0" });
    let mut value = Map::new();
    let mut say = |key: &str, name: &str, what: Value| {
        if shown.shows(name) {
            value.insert(key.to_owned(), what);
        }
    };
    say("type", "type", Value::from(node.kind));
    say("rawIdentifier", "rawIdentifier", json!(node.id));
    say("name", "name", json!(node.name()));
    say("value", "value", json!(node.value));
    say("label", "label", json!(node.label));
    say("frame", "frame", Value::from(frame(node)));
    say("rect", "rect", rect_json(node.rect));
    say("isEnabled", "enabled", flag(!node.disabled));
    say("isVisible", "visible", flag(node.visible));
    say("isAccessible", "accessible", flag(accessible(node)));
    say("isFocused", "focused", flag(node.focused));
    if let Some(placeholder) = &node.placeholder {
        say(
            "placeholderValue",
            "placeholderValue",
            Value::from(placeholder.as_str()),
        );
    }
    say("traits", "traits", Value::from(traits(node)));
    if shown.hittable {
        let hittable = Attribute::Hittable.of(node, root).json() == true;
        say("isHittable", "hittable", flag(hittable));
    }
    if shown.native_frame {
        say("nativeFrame", "nativeFrame", Value::from(frame(node)));
    }
    if let Some(below) = depth.below().filter(|_| !node.children.is_empty()) {
        let children = node.children.iter();
        let children = children.map(|child| json_node(child, root, below, shown));
        value.insert("children".to_owned(), children.collect());
    }
    Value::Object(value)
}

/// The tree as text, one element a line.
#[must_use]
pub fn description(node: &Node, depth: Depth) -> String {
    let mut out = String::new();
    line(node, 0, Some(depth), &mut out);
    out
}

fn line(node: &Node, indent: usize, depth: Option<Depth>, out: &mut String) {
    let Some(depth) = depth else { return };
    let r = node.rect;
    out.extend(std::iter::repeat_n("  ", indent));
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "{}, {{{{{}.0, {}.0}}, {{{}.0, {}.0}}}}",
        node.kind, r.x, r.y, r.w, r.h
    );
    for (what, text) in [
        ("identifier", &node.id),
        ("label", &node.label),
        ("value", &node.value),
        ("placeholderValue", &node.placeholder),
    ] {
        if let Some(text) = text {
            let _ = write!(out, ", {what}: '{text}'");
        }
    }
    if node.selected {
        out.push_str(", Selected");
    }
    if node.disabled {
        out.push_str(", Disabled");
    }
    out.push('\n');
    for child in &node.children {
        line(child, indent + 1, depth.below(), out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::node::Rect;

    fn shown(depth: u32) -> Shown<'static> {
        Shown {
            excluded: Vec::new(),
            scope: None,
            depth: Depth::of(depth),
            hittable: false,
            native_frame: false,
        }
    }

    fn tree() -> Node {
        let text = Node::text("a<b>&\"c\"\u{1}\n", Rect::new(1, 2, 3, 4));
        let mut root = Node::new("Application", Rect::screen())
            .id("app")
            .with(Node::new("Cell", Rect::new(0, 0, 9, 9)).with(text));
        root.seal("t");
        root
    }

    #[test]
    fn xml_shows_what_is_there() {
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <XCUIElementTypeApplication type=\"XCUIElementTypeApplication\" name=\"app\" \
            enabled=\"true\" visible=\"true\" accessible=\"false\" x=\"0\" y=\"0\" width=\"390\" \
            height=\"844\" index=\"0\" traits=\"\">\n  \
            <XCUIElementTypeCell type=\"XCUIElementTypeCell\" enabled=\"true\" visible=\"true\" \
            accessible=\"true\" x=\"0\" y=\"0\" width=\"9\" height=\"9\" index=\"0\" traits=\"\">\n    \
            <XCUIElementTypeStaticText type=\"XCUIElementTypeStaticText\" \
            name=\"a&lt;b&gt;&amp;&quot;c&quot;&#10;\" label=\"a&lt;b&gt;&amp;&quot;c&quot;&#10;\" \
            enabled=\"true\" visible=\"true\" accessible=\"true\" x=\"1\" y=\"2\" width=\"3\" \
            height=\"4\" index=\"0\" traits=\"StaticText\"/>\n  \
            </XCUIElementTypeCell>\n</XCUIElementTypeApplication>\n";
        assert_eq!(xml(&tree(), &shown(50)), expected);
    }

    #[test]
    fn xml_shows_what_is_asked_for() {
        let tree = tree();
        let check = |change: &dyn Fn(&mut Shown<'static>), has: &str, yes: bool| {
            let mut shown = shown(50);
            change(&mut shown);
            let xml = xml(&tree, &shown);
            assert_eq!(xml.contains(has), yes, "{has} in {xml}");
        };
        check(
            &|s| s.excluded = vec!["visible", "traits"],
            " visible=",
            false,
        );
        check(
            &|s| s.excluded = vec!["visible", "traits"],
            " traits=",
            false,
        );
        check(&|s| s.excluded = vec!["visible"], " enabled=", true);
        check(&|s| s.hittable = true, " hittable=\"true\"", true);
        check(
            &|s| s.native_frame = true,
            " nativeFrame=\"{{0, 0}, {390, 844}}\"",
            true,
        );
        check(
            &|s| s.scope = Some("AppiumAUT"),
            "?>\n<AppiumAUT>\n  <XCUI",
            true,
        );
        check(&|s| s.scope = Some("AppiumAUT"), "</AppiumAUT>\n", true);
        check(&|s| s.scope = Some("<a>"), "<a>", false);
        check(&|s| s.depth = Depth::of(1), "XCUIElementTypeCell", true);
        check(
            &|s| s.depth = Depth::of(1),
            "XCUIElementTypeStaticText",
            false,
        );
    }

    #[test]
    fn json_and_text_show_the_same_tree() {
        let tree = tree();
        let all = json(&tree, &shown(50));
        let text = &all["children"][0]["children"][0];
        assert_eq!(text["type"], "StaticText");
        assert_eq!(text["frame"], "{{1, 2}, {3, 4}}");
        assert_eq!(text["isVisible"], "1");
        let mut less = shown(1);
        less.excluded = vec!["visible", "frame"];
        let less = json(&tree, &less);
        assert_eq!(less.get("isVisible"), None);
        assert_eq!(less.get("frame"), None);
        assert_eq!(less["children"][0].get("children"), None);
        let lines = description(&tree, Depth::of(50));
        assert_eq!(lines.matches(", {{").count(), 3);
        assert!(
            lines.starts_with("Application, {{0.0, 0.0}, {390.0, 844.0}}, identifier: 'app'\n")
        );
        assert_eq!(description(&tree, Depth::of(0)).lines().count(), 1);
    }
}
