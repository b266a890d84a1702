//! How a flow says which element it means, and which elements of a screen those are.

use regex::{Regex, RegexBuilder};
use signalbox_phone::Rect;

use super::template::{Live, Template};
use crate::reading::{Node, Snapshot};

/// The largest compiled pattern, in bytes: a pattern is somebody's text.
const PATTERN_BYTES_MAX: usize = 256 * 1024;

/// Which element is meant. All that is said must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Selector {
    /// A regular expression that must fit a whole label, value or placeholder.
    pub text: Option<Template>,
    /// The same for the accessibility id.
    pub id: Option<Template>,
    /// Which one, from 0, counted from the top and then from the left.
    pub index: Option<u16>,
    /// Width in points.
    pub width: Option<f64>,
    /// Height in points.
    pub height: Option<f64>,
    /// How far width and height may be off, in points.
    pub tolerance: f64,
    /// Whether it can be used.
    pub enabled: Option<bool>,
    /// Whether a switch or box is on.
    pub checked: Option<bool>,
    /// Whether it is the chosen one; the phone is asked for it.
    pub selected: Option<bool>,
    /// Whether it has the keyboard; the phone is asked for it.
    pub focused: Option<bool>,
    /// What it looks like.
    pub traits: Vec<Trait>,
    /// How it stands to other elements.
    pub relations: Vec<(Relation, Selector)>,
}

/// What an element looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trait {
    /// It has a text.
    Text,
    /// Its text has 200 letters or more.
    LongText,
    /// It is about as wide as high.
    Square,
}

/// How an element stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// It begins further down.
    Below,
    /// It ends further up.
    Above,
    /// It ends further left.
    LeftOf,
    /// It begins further right.
    RightOf,
    /// It is inside of the other.
    ChildOf,
    /// The other is right inside of it.
    ContainsChild,
    /// The other is somewhere inside of it.
    ContainsDescendant,
}

/// A text pattern, ready to be asked.
struct Pattern {
    text: String,
    /// None where the text is no pattern; then it is only compared.
    regex: Option<Regex>,
}

impl Pattern {
    fn new(text: String) -> Self {
        Self {
            regex: compile(&text).ok(),
            text,
        }
    }

    fn is(&self, said: &str) -> bool {
        if said.is_empty() {
            return false;
        }
        let flat = said.replace('\n', " ");
        let whole = |regex: &Regex| regex.is_match(&flat) || regex.is_match(said);
        self.text == said || self.text == flat || self.regex.as_ref().is_some_and(whole)
    }
}

/// A pattern that must fit a whole text, whatever the case of its letters.
pub(super) fn compile(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&format!("^(?:{text})$"))
        .case_insensitive(true)
        .dot_matches_new_line(true)
        .size_limit(PATTERN_BYTES_MAX)
        .build()
}

impl Selector {
    /// What is called so, for the log and for messages.
    pub fn shown(&self) -> String {
        let mut said = Vec::new();
        if let Some(text) = &self.text {
            said.push(format!("text “{}”", text.shown()));
        }
        if let Some(id) = &self.id {
            said.push(format!("id “{}”", id.shown()));
        }
        for (relation, other) in &self.relations {
            said.push(format!("{} {}", relation.word(), other.shown()));
        }
        match said.is_empty() {
            true => "an element".to_owned(),
            false => said.join(", "),
        }
    }

    /// Whether the phone has to be asked for what a screen's source does not say.
    pub fn asks(&self) -> bool {
        self.selected.is_some() || self.focused.is_some()
    }

    /// The elements of the screen that are meant, the likeliest first; [`Selector::index`] is not
    /// yet looked at.
    pub fn candidates(&self, screen: &Snapshot, live: &Live) -> Vec<usize> {
        let found = self.matching(screen, live);
        let mut deepest: Vec<usize> = found
            .iter()
            .copied()
            .filter(|&at| {
                !screen
                    .below(at)
                    .any(|below| found.binary_search(&below).is_ok())
            })
            .collect();
        if self.index.is_some() {
            let key = |at: usize| {
                let origin = screen.nodes().get(at).map(|node| node.rect.origin);
                origin.map_or((0.0, 0.0), |origin| (origin.y, origin.x))
            };
            deepest.sort_by(|&a, &b| {
                let (a, b) = (key(a), key(b));
                a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
            });
        } else {
            self.nearest_first(screen, live, &mut deepest);
        }
        deepest
    }

    /// Every visible element that fits, in the order of the tree.
    fn matching(&self, screen: &Snapshot, live: &Live) -> Vec<usize> {
        let text = self.text.as_ref().map(|it| Pattern::new(it.text(live)));
        let id = self.id.as_ref().map(|it| Pattern::new(it.text(live)));
        let others: Vec<(Relation, Vec<usize>)> = self
            .relations
            .iter()
            .map(|(relation, other)| (*relation, other.picked(screen, live)))
            .collect();
        let fits = |&at: &usize| {
            let Some(node) = screen.nodes().get(at) else {
                return false;
            };
            node.visible
                && text.as_ref().is_none_or(|text| says(node, text))
                && id.as_ref().is_none_or(|id| id.is(&node.name))
                && self.looks(node)
                && others
                    .iter()
                    .all(|(relation, others)| relation.holds(screen, at, others))
        };
        (0..screen.nodes().len()).filter(fits).collect()
    }

    /// The elements that an inner selector stands for: all, or the one of its index.
    fn picked(&self, screen: &Snapshot, live: &Live) -> Vec<usize> {
        match self.index {
            None => self.matching(screen, live),
            Some(index) => {
                let all = self.candidates(screen, live);
                all.get(usize::from(index)).copied().into_iter().collect()
            }
        }
    }

    fn looks(&self, node: &Node) -> bool {
        let size = node.rect.size;
        let near = |wanted: Option<f64>, is: f64| {
            wanted.is_none_or(|wanted| (wanted - is).abs() <= self.tolerance)
        };
        let on = matches!(node.value.as_str(), "1" | "true");
        near(self.width, size.width)
            && near(self.height, size.height)
            && self.enabled.is_none_or(|wanted| wanted == node.enabled)
            && self.checked.is_none_or(|wanted| wanted == on)
            && self.traits.iter().all(|one| one.holds(node))
    }

    /// Among several, the one nearest to what it stands beside is meant.
    fn nearest_first(&self, screen: &Snapshot, live: &Live, found: &mut [usize]) {
        let beside = self.relations.iter().find(|(relation, _)| {
            use Relation::{Above, Below, LeftOf, RightOf};
            matches!(relation, Below | Above | LeftOf | RightOf)
        });
        let Some((relation, other)) = beside else {
            return;
        };
        let others = other.picked(screen, live);
        let distance = |at: usize| {
            let to = |other: &usize| {
                let there = relation.holds(screen, at, &[*other]);
                there.then(|| distance(screen, at, *other))
            };
            others.iter().filter_map(to).fold(f64::INFINITY, f64::min)
        };
        found.sort_by(|&a, &b| distance(a).total_cmp(&distance(b)));
    }
}

/// Whether the element says a text of that pattern.
fn says(node: &Node, pattern: &Pattern) -> bool {
    [&node.label, &node.value, &node.placeholder]
        .into_iter()
        .any(|said| pattern.is(said))
}

/// Whether the selector's text alone names what the element says in `said`.
pub(crate) fn means(selector: &Selector, said: &str, live: &Live) -> bool {
    let text = selector.text.as_ref();
    text.is_some_and(|text| Pattern::new(text.text(live)).is(said))
}

fn center(rect: Rect) -> (f64, f64) {
    (
        rect.origin.x + rect.size.width / 2.0,
        rect.origin.y + rect.size.height / 2.0,
    )
}

fn distance(screen: &Snapshot, one: usize, other: usize) -> f64 {
    let place = |at: usize| screen.nodes().get(at).map(|node| center(node.rect));
    match (place(one), place(other)) {
        (Some(one), Some(other)) => (one.0 - other.0).hypot(one.1 - other.1),
        _ => f64::INFINITY,
    }
}

impl Trait {
    fn holds(self, node: &Node) -> bool {
        let letters = [&node.label, &node.value].map(|text| text.chars().count());
        let longest = letters.into_iter().max().unwrap_or(0);
        let size = node.rect.size;
        match self {
            Self::Text => longest > 0,
            Self::LongText => longest >= 200,
            Self::Square => {
                size.width > 0.0 && (size.width - size.height).abs() / size.width < 0.03
            }
        }
    }
}

impl Relation {
    fn word(self) -> &'static str {
        match self {
            Self::Below => "below",
            Self::Above => "above",
            Self::LeftOf => "left of",
            Self::RightOf => "right of",
            Self::ChildOf => "inside of",
            Self::ContainsChild | Self::ContainsDescendant => "around",
        }
    }

    /// Whether the element stands so to any of the others.
    fn holds(self, screen: &Snapshot, at: usize, others: &[usize]) -> bool {
        let nodes = screen.nodes();
        let holds = |&other: &usize| {
            let (Some(one), Some(it)) = (nodes.get(at), nodes.get(other)) else {
                return false;
            };
            let (a, b) = (one.rect, it.rect);
            match self {
                _ if at == other => false,
                Self::Below => a.origin.y > b.origin.y,
                Self::Above => a.origin.y + a.size.height < b.origin.y + b.size.height,
                Self::LeftOf => a.origin.x + a.size.width < b.origin.x + b.size.width,
                Self::RightOf => a.origin.x > b.origin.x,
                Self::ChildOf => (other + 1..it.end).contains(&at),
                Self::ContainsChild => it.parent == Some(at),
                Self::ContainsDescendant => (at + 1..one.end).contains(&other),
            }
        };
        others.iter().any(holds)
    }
}
