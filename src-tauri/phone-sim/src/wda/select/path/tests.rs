//! What paths lead to.

use super::*;
use crate::app::node::Rect;

fn tree() -> Node {
    let cell = |name: &str, y: i32| {
        Node::new("Cell", Rect::new(0, y, 390, 50))
            .id(name)
            .with(Node::text(format!("text {name}"), Rect::new(0, y, 100, 50)))
            .with(
                Node::new("Button", Rect::new(300, y, 80, 50))
                    .label("Follow")
                    .value("1"),
            )
    };
    let table = Node::new("Table", Rect::screen())
        .id("table")
        .with(cell("a", 0))
        .with(cell("b", 50))
        .with(cell("c", 100));
    let mut root = Node::new("Application", Rect::screen())
        .id("App")
        .with(Node::new("Window", Rect::screen()).id("window").with(table))
        .with(Node::new("Other", Rect::screen()).id("it's \"quoted\""));
    root.seal("t");
    root
}

fn names(root: &Node, from: &Node, limited: bool, path: &str) -> Result<Vec<String>, String> {
    let look = Look {
        root,
        from,
        depth: Depth::of(50),
        limited,
    };
    let found = Path::parse(path)?.find(&look)?;
    let name = |node: &&Node| node.name().unwrap_or(node.kind).to_owned();
    Ok(found.iter().map(name).collect())
}

#[track_caller]
fn check_all(cases: &[(&str, &[&str])]) {
    let root = tree();
    for (path, expected) in cases {
        let found = names(&root, &root, true, path);
        assert_eq!(
            found.as_deref().map(<[String]>::to_vec),
            Ok(expected.iter().map(ToString::to_string).collect()),
            "{path}"
        );
    }
}

#[test]
fn paths_and_axes() {
    check_all(&[
        ("/XCUIElementTypeApplication", &["App"]),
        ("/*", &["App"]),
        ("/XCUIElementTypeWindow", &[]),
        ("//XCUIElementTypeCell", &["a", "b", "c"]),
        ("XCUIElementTypeWindow", &["window"]),
        (".", &["App"]),
        ("./*", &["window", "it's \"quoted\""]),
        (".//XCUIElementTypeCell", &["a", "b", "c"]),
        (
            "//XCUIElementTypeCell/XCUIElementTypeButton/..",
            &["a", "b", "c"],
        ),
        ("//XCUIElementTypeCell[2]", &["b"]),
        ("//XCUIElementTypeCell[last()]", &["c"]),
        ("//XCUIElementTypeCell[position() < 3]", &["a", "b"]),
        ("(//XCUIElementTypeButton)[2]/parent::*", &["b"]),
        ("//*[@name='b']/following-sibling::*", &["c"]),
        ("//*[@name='b']/preceding-sibling::*[1]", &["a"]),
        ("//*[@name='b']/ancestor::*", &["App", "window", "table"]),
        ("//*[@name='b']/ancestor::*[1]", &["table"]),
        (
            "//*[@name='b']/ancestor-or-self::XCUIElementTypeCell",
            &["b"],
        ),
        (
            "//XCUIElementTypeCell/descendant::XCUIElementTypeStaticText[1]",
            &["text a", "text b", "text c"],
        ),
        (
            "//*[@name='a']/following::XCUIElementTypeStaticText",
            &["text b", "text c"],
        ),
        ("//*[@name='c']/preceding::XCUIElementTypeCell", &["a", "b"]),
        ("//*[@name='b']/self::XCUIElementTypeCell", &["b"]),
        ("//*[@name='b'] | //*[@name='a']", &["a", "b"]),
    ]);
}

#[test]
fn attributes_and_operators() {
    check_all(&[
        (
            "//XCUIElementTypeButton[@label='Follow' and @value='1'][1]/../@name/..",
            &["a", "b", "c"],
        ),
        (
            "//*[@y > 49 and @y < 101 and self::XCUIElementTypeCell]",
            &["b", "c"],
        ),
        ("//*[@y >= 50 and @y <= 50 and @width = 390]", &["b"]),
        ("//*[@name='a' or @name='c']", &["a", "c"]),
        ("//*[not(@label) and @index=1]", &["b", "it's \"quoted\""]),
        (
            "//XCUIElementTypeCell[@visible='true' and @enabled='true'][1]",
            &["a"],
        ),
        (
            "//XCUIElementTypeCell[@accessible='true'][@index='2']",
            &["c"],
        ),
        ("//*[@type='XCUIElementTypeTable']", &["table"]),
        ("//*[@traits='Button'][1]/..", &["a", "b", "c"]),
        ("//*[@hittable='false']", &[]),
        ("//*[@nope]", &[]),
        (
            "//*[@y div 50 = 1 and @x + 1 = 1]/self::XCUIElementTypeCell",
            &["b"],
        ),
        (
            "//*[@y mod 100 = 50 and local-name()='XCUIElementTypeCell']",
            &["b"],
        ),
        ("//*[@name=\"it's \"]", &[]),
        (
            "//*[@name=concat('it', \"'\", 's \"quoted\"')]",
            &["it's \"quoted\""],
        ),
        ("//XCUIElementTypeCell[-1]", &[]),
    ]);
}

#[test]
fn functions() {
    check_all(&[
        ("//*[contains(@label, 'text b')]", &["text b"]),
        (
            "//*[starts-with(@label, 'text')]",
            &["text a", "text b", "text c"],
        ),
        (
            "//*[substring(@name, string-length(@name)) = 'c'][self::XCUIElementTypeCell]",
            &["c"],
        ),
        ("//*[translate(@name, 'ABC', 'abc') = 'app']", &["App"]),
        ("//*[normalize-space(@label) = 'text a']", &["text a"]),
        ("//*[substring-after(@label, 'text ') = 'c']", &["text c"]),
        (
            "//*[substring-before(@label, ' ') = 'text'][1]",
            &["text a", "text b", "text c"],
        ),
        ("//*[count(*) = 3]", &["table"]),
        (
            "//XCUIElementTypeTable[count(.//XCUIElementTypeButton) = 3]",
            &["table"],
        ),
        ("//XCUIElementTypeCell[sum(*/@width) = 180][1]", &["a"]),
        ("//*[name() = 'XCUIElementTypeTable']", &["table"]),
        (
            "//XCUIElementTypeCell[boolean(@name)][true()][not(false())][3]",
            &["c"],
        ),
        ("//XCUIElementTypeCell[floor(@y div 60) = 1]", &["c"]),
        (
            "//XCUIElementTypeCell[ceiling(1.2) = 2 and round(1.5) = 2][1]",
            &["a"],
        ),
        ("//XCUIElementTypeCell[number(@y) = 50]", &["b"]),
        ("//XCUIElementTypeCell[string(@name) = 'b']", &["b"]),
        (
            "//XCUIElementTypeCell[XCUIElementTypeStaticText[@label='text b']]",
            &["b"],
        ),
    ]);
}

#[test]
fn a_path_may_start_from_an_element() {
    let root = tree();
    let table = &root.children[0].children[0];
    let check = |limited: bool, path: &str, expected: &[&str]| {
        let found = names(&root, &table.children[1], limited, path).unwrap();
        assert_eq!(found, expected, "{path}");
    };
    check(true, "//*", &["b", "text b", "Follow"]);
    check(true, "//XCUIElementTypeCell", &["b"]);
    check(true, "./XCUIElementTypeButton", &["Follow"]);
    check(true, "..", &[]);
    check(false, "//XCUIElementTypeCell", &["a", "b", "c"]);
    check(false, "./XCUIElementTypeStaticText", &["text b"]);
    check(false, "..", &["table"]);
}

#[test]
fn depth_ends_the_tree() {
    let root = tree();
    let count = |depth: u32| {
        let look = Look {
            root: &root,
            from: &root,
            depth: Depth::of(depth),
            limited: true,
        };
        Path::parse("//*").unwrap().find(&look).unwrap().len()
    };
    assert_eq!(
        [count(0), count(1), count(2), count(3), count(4)],
        [1, 3, 4, 7, 13]
    );
}

#[test]
fn wrong_paths_are_refused() {
    let root = tree();
    let long = format!("//*[@name='{}']", "x".repeat(MAX_LENGTH));
    for path in [
        "",
        "//",
        "//*[",
        "//*]",
        "//*[@name='a]",
        "///*",
        "//*[@name=='a']",
        "nope::*",
        "count(//*)",
        "'text'",
        "1 + 1",
        "true()",
        "//@name",
        "//*[nope()]",
        "//*[$variable]",
        "$variable",
        &long,
    ] {
        assert!(names(&root, &root, true, path).is_err(), "{path}");
    }
}

/// A command runs on a thread with 2 MiB of stack; none of these may end it.
#[test]
fn hostile_paths_are_answered() {
    let deep = |open: &str, close: &str, times: usize| {
        format!("{}*{}", open.repeat(times), close.repeat(times))
    };
    let mut paths = Vec::new();
    for times in [MAX_DEPTH, MAX_SIGNS - 2, MAX_LENGTH / 6] {
        paths.extend([
            deep("(", ")", times),
            deep("*[", "]", times.min(MAX_DEPTH + 1) / 2),
            deep("*[", "]", times),
            deep("not(", ")", times),
            format!("{}1", "-".repeat(times)),
            format!("{}1", "- ".repeat(times)),
            format!("//*[1{}]", "+1".repeat(times - 3)),
            format!("//*[1{}]", "=1".repeat(times - 3)),
            format!("//*[1{}]", " or 1".repeat(times - 3)),
            format!("*{}", "|*".repeat(times / 2)),
            format!("*{}", "/*".repeat(times / 2)),
            format!("/{}", "/..//.".repeat(times / 4)),
            format!("*{}", "[1]".repeat(times)),
            format!("(1{})", " and\u{2003}1".repeat(times)),
            format!("(1{})", "and 1".repeat(times)),
            format!("(1{})", ")or(1".repeat(times)),
        ]);
    }
    let work = move || {
        let root = tree();
        for path in &paths {
            let _ = names(&root, &root, true, path);
        }
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    thread.spawn(work).unwrap().join().unwrap();
}
