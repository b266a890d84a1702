//! YAML as a tree with the line of everything in it, bounded before it is made.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

/// The longest file that is read, in bytes.
pub const FILE_BYTES_MAX: usize = 256 * 1024;
/// The most values of one file, what aliases repeat counted each time.
pub const VALUES_MAX: usize = 20_000;
/// The deepest nesting of one file.
pub const DEPTH_MAX: usize = 64;

/// A value and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub line: u32,
    pub value: Value,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// Nothing was written, or `null`.
    Nothing,
    /// A text, number or truth; whether it was written in quotes.
    Text {
        text: String,
        quoted: bool,
    },
    List(Vec<Node>),
    /// In the order of the file; no key stands twice.
    Map(Vec<(Node, Node)>),
}

/// Why there is no tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Malformed {
    pub line: u32,
    pub what: String,
    /// It is not the YAML, it is how much of it there is.
    pub large: bool,
}

impl Node {
    /// The text of a plain value.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text { text, .. } => Some(text),
            _ => None,
        }
    }

    /// What it is, for messages.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Nothing => "nothing",
            Value::Text { .. } => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }
}

/// A list or map that is not closed yet.
struct Open {
    line: u32,
    anchor: usize,
    /// The nodes so far; of a map, keys and values in turn.
    nodes: Vec<Node>,
    map: bool,
}

/// Builds the documents of one file.
#[derive(Default)]
struct Builder {
    documents: Vec<Node>,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    values: usize,
}

/// The documents of the file.
pub(crate) fn documents(text: &str) -> Result<Vec<Node>, Malformed> {
    if text.len() > FILE_BYTES_MAX {
        let what = format!("the file is longer than {} KiB", FILE_BYTES_MAX / 1024);
        return Err(large(1, what));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| Malformed {
            line: line(error.marker().line()),
            what: error.info().to_owned(),
            large: false,
        })?;
        builder.take(event, &span)?;
    }
    Ok(builder.documents)
}

fn large(line: u32, what: impl Into<String>) -> Malformed {
    Malformed {
        line,
        what: what.into(),
        large: true,
    }
}

fn line(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), Malformed> {
        let line = line(span.start.line());
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let quoted = style != ScalarStyle::Plain;
                let nothing = !quoted && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                let value = match nothing {
                    true => Value::Nothing,
                    false => Value::Text {
                        text: text.into_owned(),
                        quoted,
                    },
                };
                self.put(Node { line, value }, anchor, 1, line)
            }
            Event::SequenceStart(anchor, _) => self.open(line, anchor, false),
            Event::MappingStart(anchor, _) => self.open(line, anchor, true),
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => {
                let Some(node) = self.anchors.get(&anchor).cloned() else {
                    return Err(Malformed {
                        line,
                        what: "an alias stands inside of what it repeats".to_owned(),
                        large: false,
                    });
                };
                let values = count(&node);
                self.put(node, 0, values, line)
            }
            _ => Ok(()),
        }
    }

    fn open(&mut self, line: u32, anchor: usize, map: bool) -> Result<(), Malformed> {
        if self.open.len() >= DEPTH_MAX {
            return Err(large(line, format!("it is nested deeper than {DEPTH_MAX}")));
        }
        self.open.push(Open {
            line,
            anchor,
            nodes: Vec::new(),
            map,
        });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Malformed> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let value = match open.map {
            false => Value::List(open.nodes),
            true => Value::Map(pairs(open.nodes)?),
        };
        let line = open.line;
        self.put(Node { line, value }, open.anchor, 1, line)
    }

    /// Puts a node where it stands, which is not where it was written if an alias repeats it.
    fn put(
        &mut self,
        node: Node,
        anchor: usize,
        values: usize,
        line: u32,
    ) -> Result<(), Malformed> {
        self.values = self.values.saturating_add(values);
        if self.values > VALUES_MAX {
            let what = format!("it holds more than {VALUES_MAX} values");
            return Err(large(line, what));
        }
        // What an anchor repeats may be nested where it stands already.
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            Some(open) => open.nodes.push(node),
            None => self.documents.push(node),
        }
        Ok(())
    }
}

/// The keys and values of a map.
fn pairs(nodes: Vec<Node>) -> Result<Vec<(Node, Node)>, Malformed> {
    let mut pairs: Vec<(Node, Node)> = Vec::with_capacity(nodes.len() / 2);
    let mut nodes = nodes.into_iter();
    while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
        let named = key.text().map(str::to_owned);
        if named.is_some() && pairs.iter().any(|(before, _)| before.text() == key.text()) {
            return Err(Malformed {
                line: key.line,
                what: format!("“{}” stands twice", named.unwrap_or_default()),
                large: false,
            });
        }
        pairs.push((key, value));
    }
    Ok(pairs)
}

/// How many values a node holds, itself included.
fn count(node: &Node) -> usize {
    let below: usize = match &node.value {
        Value::Nothing | Value::Text { .. } => 0,
        Value::List(nodes) => nodes.iter().map(count).sum(),
        Value::Map(pairs) => pairs
            .iter()
            .map(|(key, value)| count(key) + count(value))
            .sum(),
    };
    below + 1
}

#[cfg(test)]
mod tests {
    use super::{DEPTH_MAX, FILE_BYTES_MAX, Value, documents};

    #[test]
    fn values_have_their_lines() {
        let read = documents("appId: a\n---\n- back\n-   tapOn:\n      text: b\n").unwrap();
        assert_eq!(read.len(), 2);
        let Value::List(commands) = &read[1].value else {
            panic!("a list")
        };
        assert_eq!(
            commands.iter().map(|it| it.line).collect::<Vec<_>>(),
            [3, 4]
        );
    }

    #[test]
    fn what_is_no_yaml_or_too_much_is_told_with_its_line() {
        let check = |text: &str, line: u32, what: &str| {
            let got = documents(text).unwrap_err();
            assert!(got.what.contains(what), "{}", got.what);
            assert_eq!(got.line, line, "{}", got.what);
        };
        check("a: 1\nb: [1\nc", 4, "flow sequence");
        check("a: 1\nb: 2\na: 3\n", 3, "stands twice");
        check(&"x".repeat(FILE_BYTES_MAX + 1), 1, "256 KiB");
        check(&"[".repeat(DEPTH_MAX + 1), 1, "nested deeper");
        // Ten of ten of ten of ten of ten.
        let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for n in 1..6 {
            let inner = vec![format!("*a{}", n - 1); 10].join(",");
            bomb.push_str(&format!("a{n}: &a{n} [{inner}]\n"));
        }
        check(&bomb, 5, "20000 values");
        check("a: &a\n  b: *a\n", 2, "inside of what it repeats");
    }

    #[test]
    fn aliases_repeat_what_was_named() {
        let read = documents("- &it {tapOn: a}\n- *it\n").unwrap();
        let Value::List(commands) = &read[0].value else {
            panic!("a list")
        };
        assert_eq!(commands[0].value, commands[1].value);
    }
}
