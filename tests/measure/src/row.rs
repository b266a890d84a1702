//! Figures: how they are taken and what is said of them.

use serde::{Deserialize, Serialize};

/// The middle of several runs, and how far they lay apart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// The middle value.
    pub median: f64,
    /// The smallest.
    pub low: f64,
    /// The largest.
    pub high: f64,
}

impl Spread {
    /// Of these values; all zero where there are none.
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |place: usize| values.get(place).copied().unwrap_or_default();
        let last = values.len().saturating_sub(1);
        Self {
            median: (at(last / 2) + at(last.div_ceil(2))) / 2.0,
            low: at(0),
            high: at(last),
        }
    }
}

/// What a figure is meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// The ratio's median is at least this.
    RatioAtLeast(f64),
    /// The ratio's median is at most this.
    RatioAtMost(f64),
    /// The figure's median is at most this.
    AtMost(f64),
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// The unit of the figure and of what stands beside it.
    pub unit: String,
    /// The figure.
    pub figure: Spread,
    /// What it is compared with, measured in the same run.
    pub beside: Option<(String, Spread)>,
    /// Figure ÷ what stands beside it, pair by pair.
    pub ratio: Option<Spread>,
    /// What it is meant to be.
    pub goal: Option<Goal>,
}

impl Row {
    /// A figure alone.
    pub fn new(what: impl Into<String>, unit: impl Into<String>, figure: Spread) -> Self {
        Self {
            what: what.into(),
            unit: unit.into(),
            figure,
            beside: None,
            ratio: None,
            goal: None,
        }
    }

    /// With what it is compared with.
    #[must_use]
    pub fn beside(mut self, what: impl Into<String>, figure: Spread) -> Self {
        self.beside = Some((what.into(), figure));
        self
    }

    /// With the ratio of the two.
    #[must_use]
    pub fn ratio(mut self, ratio: Spread) -> Self {
        self.ratio = Some(ratio);
        self
    }

    /// With what it is meant to be.
    #[must_use]
    pub fn goal(mut self, goal: Goal) -> Self {
        self.goal = Some(goal);
        self
    }

    /// Whether it is what it is meant to be; true without a goal.
    pub fn holds(&self) -> bool {
        let ratio = self.ratio.map_or(f64::NAN, |ratio| ratio.median);
        match self.goal {
            None => true,
            Some(Goal::RatioAtLeast(least)) => ratio >= least,
            Some(Goal::RatioAtMost(most)) => ratio <= most,
            Some(Goal::AtMost(most)) => self.figure.median <= most,
        }
    }

    /// Prints it as one line of JSON on stdout, for the table.
    pub fn print(&self) {
        if let Ok(line) = serde_json::to_string(self) {
            println!("{line}");
        }
    }
}

/// The figures of two things that ran in turn.
#[derive(Debug, Clone, Default)]
pub struct Pairs(Vec<(f64, f64)>);

impl Pairs {
    /// The first of the two.
    pub fn ours(&self) -> Spread {
        Spread::of(self.0.iter().map(|pair| pair.0).collect())
    }

    /// The second.
    pub fn other(&self) -> Spread {
        Spread::of(self.0.iter().map(|pair| pair.1).collect())
    }

    /// First ÷ second, pair by pair.
    pub fn ratio(&self) -> Spread {
        Spread::of(self.0.iter().map(|pair| pair.0 / pair.1).collect())
    }
}

/// Runs two things in turn, once each to warm up and then `runs` times. Each gives its figure.
pub fn in_turn(
    runs: usize,
    mut ours: impl FnMut() -> f64,
    mut other: impl FnMut() -> f64,
) -> Pairs {
    let mut pairs: Vec<(f64, f64)> = (0..=runs).map(|_| (ours(), other())).collect();
    pairs.remove(0);
    Pairs(pairs)
}

/// Runs one thing once to warm up and then `runs` times.
pub fn repeated(runs: usize, mut ours: impl FnMut() -> f64) -> Spread {
    ours();
    Spread::of((0..runs).map(|_| ours()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_several_runs() {
        let check = |values: &[f64], median, low, high| {
            let spread = Spread { median, low, high };
            assert_eq!(Spread::of(values.to_vec()), spread, "{values:?}");
        };
        check(&[], 0.0, 0.0, 0.0);
        check(&[3.0], 3.0, 3.0, 3.0);
        check(&[9.0, 1.0, 2.0], 2.0, 1.0, 9.0);
        check(&[4.0, 1.0, 2.0, 9.0], 3.0, 1.0, 9.0);
    }

    #[test]
    fn goals() {
        let row = |ratio: f64, figure: f64| {
            let of = |value| Spread::of(vec![value]);
            Row::new("a", "b", of(figure)).ratio(of(ratio))
        };
        let check = |row: Row, goal, holds| assert_eq!(row.goal(goal).holds(), holds, "{goal:?}");
        check(row(0.5, 1.0), Goal::RatioAtLeast(0.5), true);
        check(row(0.4, 1.0), Goal::RatioAtLeast(0.5), false);
        check(row(1.5, 1.0), Goal::RatioAtMost(1.5), true);
        check(row(1.6, 1.0), Goal::RatioAtMost(1.5), false);
        check(row(9.0, 1.0), Goal::AtMost(1.0), true);
        check(row(0.0, 1.1), Goal::AtMost(1.0), false);
        let without = Row::new("a", "b", Spread::of(vec![1.0]));
        check(without, Goal::RatioAtLeast(0.1), false);
    }

    #[test]
    fn two_things_run_in_turn_and_the_first_pair_warms_up() {
        let order = std::cell::RefCell::new(Vec::new());
        let run = |name: char, figure| {
            order.borrow_mut().push(name);
            figure
        };
        let pairs = in_turn(2, || run('a', 1.0), || run('b', 4.0));
        assert_eq!(order.into_inner(), ['a', 'b', 'a', 'b', 'a', 'b']);
        assert_eq!(pairs.ratio(), Spread::of(vec![0.25, 0.25]));
    }
}
