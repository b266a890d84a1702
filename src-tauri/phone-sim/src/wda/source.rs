//! The tree as XML, JSON or text.

use serde_json::{Value, json};

use crate::app::node::Node;

/// An attribute as WebDriverAgent gives it; none where it has no value. The error is for names
/// that are no attributes.
///
/// # Errors
/// When there is no attribute of that name.
pub fn attribute(node: &Node, name: &str) -> Result<Value, ()> {
    let text = |text: Option<&str>| text.map_or(Value::Null, Value::from);
    Ok(
        match name
            .strip_prefix("wd")
            .map(str::to_lowercase)
            .as_deref()
            .unwrap_or(name)
        {
            "type" => Value::from(node.class()),
            "name" | "identifier" => text(node.name()),
            "rawIdentifier" => text(node.id.as_deref()),
            "label" => text(node.label.as_deref()),
            "value" => text(node.value.as_deref()),
            "enabled" => Value::from(!node.disabled),
            "visible" => Value::from(node.visible),
            "accessible" => Value::from(accessible(node)),
            "selected" => Value::from(node.selected),
            "hittable" => Value::from(node.visible),
            "placeholderValue" => text(node.placeholder.as_deref()),
            "rect" => rect(node),
            "index" => Value::from(0),
            _ => return Err(()),
        },
    )
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

/// `{x, y, width, height}` in points.
#[must_use]
pub fn rect(node: &Node) -> Value {
    let r = node.rect;
    json!({ "x": r.x, "y": r.y, "width": r.w, "height": r.h })
}

/// The tree as XML; `excluded` attributes are left out.
#[must_use]
pub fn xml(root: &Node, excluded: &[&str]) -> String {
    let mut out = String::with_capacity(16 * 1024);
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml_node(root, 0, 0, excluded, &mut out);
    out
}

fn xml_node(node: &Node, index: usize, depth: usize, excluded: &[&str], out: &mut String) {
    let indent = |out: &mut String| out.extend(std::iter::repeat_n("  ", depth));
    indent(out);
    let class = node.class();
    out.push('<');
    out.push_str(&class);
    let mut say = |name: &str, value: &str| {
        if !excluded.contains(&name) {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(value, out);
            out.push('"');
        }
    };
    say("type", &class);
    if let Some(value) = &node.value {
        say("value", value);
    }
    if let Some(name) = node.name() {
        say("name", name);
    }
    if let Some(label) = &node.label {
        say("label", label);
    }
    let flag = |yes: bool| if yes { "true" } else { "false" };
    say("enabled", flag(!node.disabled));
    say("visible", flag(node.visible));
    say("accessible", flag(accessible(node)));
    if node.selected {
        say("selected", "true");
    }
    say("x", &node.rect.x.to_string());
    say("y", &node.rect.y.to_string());
    say("width", &node.rect.w.to_string());
    say("height", &node.rect.h.to_string());
    say("index", &index.to_string());
    if let Some(placeholder) = &node.placeholder {
        say("placeholderValue", placeholder);
    }
    if node.children.is_empty() {
        out.push_str("/>\n");
        return;
    }
    out.push_str(">\n");
    for (index, child) in node.children.iter().enumerate() {
        xml_node(child, index, depth + 1, excluded, out);
    }
    indent(out);
    out.push_str("</");
    out.push_str(&class);
    out.push_str(">\n");
}

fn escape(text: &str, out: &mut String) {
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

/// The tree as JSON.
#[must_use]
pub fn json(node: &Node) -> Value {
    let r = node.rect;
    let flag = |yes: bool| if yes { "1" } else { "0" };
    let mut value = json!({
        "type": node.kind,
        "rawIdentifier": node.id,
        "name": node.name(),
        "value": node.value,
        "label": node.label,
        "frame": format!("{{{{{}, {}}}, {{{}, {}}}}}", r.x, r.y, r.w, r.h),
        "rect": rect(node),
        "isEnabled": flag(!node.disabled),
        "isVisible": flag(node.visible),
        "isAccessible": flag(accessible(node)),
    });
    if !node.children.is_empty() {
        value["children"] = node.children.iter().map(json).collect();
    }
    value
}

/// The tree as text, one element a line.
#[must_use]
pub fn description(node: &Node) -> String {
    fn line(node: &Node, depth: usize, out: &mut String) {
        let r = node.rect;
        out.extend(std::iter::repeat_n("  ", depth));
        out.push_str(node.kind);
        out.push_str(&format!(
            ", {{{{{}.0, {}.0}}, {{{}.0, {}.0}}}}",
            r.x, r.y, r.w, r.h
        ));
        for (what, text) in [
            ("identifier", &node.id),
            ("label", &node.label),
            ("value", &node.value),
        ] {
            if let Some(text) = text {
                out.push_str(&format!(", {what}: '{text}'"));
            }
        }
        out.push('\n');
        for child in &node.children {
            line(child, depth + 1, out);
        }
    }
    let mut out = String::new();
    line(node, 0, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::node::Rect;

    #[test]
    fn xml_is_escaped_and_leaves_out_what_is_not_there() {
        let mut node = Node::text("a<b>&\"c\"\u{1}", Rect::new(1, 2, 3, 4));
        node.seal("t");
        let xml = xml(&node, &["index"]);
        assert!(
            xml.contains("label=\"a&lt;b&gt;&amp;&quot;c&quot;\""),
            "{xml}"
        );
        assert!(
            xml.contains("x=\"1\" y=\"2\" width=\"3\" height=\"4\"/>"),
            "{xml}"
        );
        assert!(!xml.contains(" value="), "{xml}");
    }
}
