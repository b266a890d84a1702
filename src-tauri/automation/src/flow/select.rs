//! Reading selectors and places.

use super::document::{Node, Value as Yaml};
use super::fields::Fields;
use super::parse::{Reader, Scope};
use super::selector::{Relation, Selector, Trait, compile};
use super::template::Template;
use crate::step::{Direction, Offset};

/// The deepest selector: one beside one beside one …
const DEPTH_MAX: u8 = 8;
/// The highest index.
const INDEX_MAX: u32 = 1_000;
/// The most points of a screen, either way.
const POINTS_MAX: f64 = 10_000.0;
/// The keys that say how an element stands to another.
const RELATIONS: [(&str, Relation); 6] = [
    ("below", Relation::Below),
    ("above", Relation::Above),
    ("leftOf", Relation::LeftOf),
    ("rightOf", Relation::RightOf),
    ("childOf", Relation::ChildOf),
    ("containsChild", Relation::ContainsChild),
];

impl Reader<'_> {
    /// A selector: a text, or a map.
    pub fn selector(&mut self, scope: &Scope, node: &Node, depth: u8) -> Option<Selector> {
        match &node.value {
            Yaml::Text { .. } => Some(Selector {
                text: Some(self.pattern(scope, node, "text")?),
                ..Selector::default()
            }),
            Yaml::Map(pairs) => {
                let mut fields = Fields::new("the selector", pairs);
                let selector = self.selector_of(scope, &mut fields, depth);
                fields.end(self, scope);
                let selector = selector?;
                match selector == Selector::default() {
                    true => {
                        let what = "the selector says nothing of an element";
                        self.findings.add(&scope.at(node), "missing", what);
                        None
                    }
                    false => Some(selector),
                }
            }
            _ => {
                let what = format!("a selector is a text or a map, not {}", node.kind());
                self.findings.add(&scope.at(node), "bad_value", what);
                None
            }
        }
    }

    /// The keys of a selector, among others of a command.
    pub fn selector_of(
        &mut self,
        scope: &Scope,
        fields: &mut Fields<'_>,
        depth: u8,
    ) -> Option<Selector> {
        let pattern = |reader: &mut Self, fields: &mut Fields<'_>, key: &str| {
            let node = fields.get(key)?;
            reader.pattern(scope, node, key)
        };
        let mut selector = Selector {
            text: pattern(self, fields, "text"),
            id: pattern(self, fields, "id"),
            ..Selector::default()
        };
        let index = self.number_of(scope, fields, "index", (0, INDEX_MAX));
        selector.index = index.and_then(|index| u16::try_from(index).ok());
        for (key, into) in [
            ("width", &mut selector.width),
            ("height", &mut selector.height),
        ] {
            *into = self
                .number_of(scope, fields, key, (0, 10_000))
                .map(f64::from);
        }
        let tolerance = self.number_of(scope, fields, "tolerance", (0, 10_000));
        selector.tolerance = tolerance.map_or(0.0, f64::from);
        for (key, into) in [
            ("enabled", &mut selector.enabled),
            ("checked", &mut selector.checked),
            ("selected", &mut selector.selected),
            ("focused", &mut selector.focused),
        ] {
            *into = self.truth_of(scope, fields, key);
        }
        if let Some(node) = fields.get("traits") {
            selector.traits = self.traits(scope, node);
        }
        self.relations(scope, fields, depth, &mut selector)?;
        Some(selector)
    }

    fn relations(
        &mut self,
        scope: &Scope,
        fields: &mut Fields<'_>,
        depth: u8,
        selector: &mut Selector,
    ) -> Option<()> {
        let mut others: Vec<(Relation, &Node)> = Vec::new();
        for (key, relation) in RELATIONS {
            others.extend(fields.get(key).map(|node| (relation, node)));
        }
        if let Some(node) = fields.get("containsDescendants") {
            let Yaml::List(nodes) = &node.value else {
                let what = "containsDescendants is a list of selectors";
                self.findings.add(&scope.at(node), "bad_value", what);
                return None;
            };
            others.extend(
                nodes
                    .iter()
                    .map(|node| (Relation::ContainsDescendant, node)),
            );
        }
        for (relation, node) in others {
            if depth >= DEPTH_MAX {
                let what = format!("selectors stand in each other deeper than {DEPTH_MAX}");
                self.findings.add(&scope.at(node), "too_deep", what);
                return None;
            }
            let other = self.selector(scope, node, depth + 1)?;
            if other.asks() {
                let what = "selected and focused may stand in the outermost selector only";
                self.findings.add(&scope.at(node), "bad_value", what);
                return None;
            }
            selector.relations.push((relation, other));
        }
        Some(())
    }

    fn traits(&mut self, scope: &Scope, node: &Node) -> Vec<Trait> {
        let nodes = match &node.value {
            Yaml::List(nodes) => nodes.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut traits = Vec::new();
        for node in nodes {
            for word in node.text().unwrap_or("?").split_whitespace() {
                match word {
                    "text" => traits.push(Trait::Text),
                    "long-text" => traits.push(Trait::LongText),
                    "square" => traits.push(Trait::Square),
                    other => {
                        let what = format!(
                            "unknown trait “{other}”; there are text, long-text and square"
                        );
                        self.findings.add(&scope.at(node), "bad_value", what);
                    }
                }
            }
        }
        traits
    }

    /// A text that is a regular expression. What another kind of them can and ours cannot is told.
    fn pattern(&mut self, scope: &Scope, node: &Node, key: &str) -> Option<Template> {
        let template = self.template(scope, node, key)?;
        let fixed = template.as_fixed().unwrap_or_default();
        let foreign = [
            "(?=", "(?!", "(?<=", "(?<!", "(?>", "++", "*+", "\\1", "\\2",
        ];
        if compile(fixed).is_err() && foreign.iter().any(|part| fixed.contains(part)) {
            let what = "the pattern looks around or back, which is not supported";
            self.findings
                .add(&scope.at(node), "unsupported_pattern", what);
            return None;
        }
        Some(template)
    }

    /// A place as `50%,50%` or `100,200`.
    pub fn offset(&mut self, scope: &Scope, node: &Node, key: &str) -> Option<Offset> {
        let text = self.fixed(scope, node, key)?;
        let offset = offset(&text);
        if offset.is_none() {
            let what = format!(
                "{key} must be two parts of the size as “50%,50%”, or two numbers of points as “100,200”, not “{text}”"
            );
            self.findings.add(&scope.at(node), "bad_value", what);
        }
        offset
    }

    /// `UP`, `DOWN`, `LEFT` or `RIGHT`.
    pub fn direction(&mut self, scope: &Scope, node: &Node) -> Option<Direction> {
        let text = self.fixed(scope, node, "direction")?;
        let direction = match text.to_ascii_uppercase().as_str() {
            "UP" => Some(Direction::Up),
            "DOWN" => Some(Direction::Down),
            "LEFT" => Some(Direction::Left),
            "RIGHT" => Some(Direction::Right),
            _ => None,
        };
        if direction.is_none() {
            let what = format!("direction must be UP, DOWN, LEFT or RIGHT, not “{text}”");
            self.findings.add(&scope.at(node), "bad_value", what);
        }
        direction
    }
}

fn offset(text: &str) -> Option<Offset> {
    let (x, y) = text.split_once(',')?;
    let (x, y) = (x.trim(), y.trim());
    let number = |text: &str, most: f64| {
        let number: f64 = text.trim().parse().ok()?;
        (0.0..=most).contains(&number).then_some(number)
    };
    match (x.strip_suffix('%'), y.strip_suffix('%')) {
        (Some(x), Some(y)) => Some(Offset::Parts(
            number(x, 100.0)? / 100.0,
            number(y, 100.0)? / 100.0,
        )),
        (None, None) => Some(Offset::Points(
            number(x, POINTS_MAX)?,
            number(y, POINTS_MAX)?,
        )),
        _ => None,
    }
}
