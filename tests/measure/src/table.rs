//! One table for people out of the lines that benchmarks printed.

use crate::row::{Goal, Row, Spread};

/// The rows as a table in Markdown.
pub fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| what | figure (range) | beside it | ratio (range) | goal | |\n|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let beside = row.beside.as_ref().map_or(String::new(), |(what, figure)| {
            format!("{what}: {} {}", spread(*figure), row.unit)
        });
        let ratio = row.ratio.map_or(String::new(), spread);
        let goal = row.goal.map_or(String::new(), goal);
        let verdict = match (row.goal, row.holds()) {
            (None, _) => "",
            (_, true) => "holds",
            (_, false) => "MISSED",
        };
        let (what, unit, figure) = (&row.what, &row.unit, spread(row.figure));
        let line =
            format!("| {what} | {figure} {unit} | {beside} | {ratio} | {goal} | {verdict} |\n");
        text.push_str(&line);
    }
    text
}

fn goal(goal: Goal) -> String {
    match goal {
        Goal::RatioAtLeast(least) => format!("ratio ≥ {}", bound(least)),
        Goal::RatioAtMost(most) => format!("ratio ≤ {}", bound(most)),
        Goal::AtMost(most) => format!("≤ {}", bound(most)),
    }
}

/// As it was set, unless it was worked out from another unit and has many digits.
fn bound(value: f64) -> String {
    let plain = value.to_string();
    match plain.len() > 5 {
        true => number(value),
        false => plain,
    }
}

fn spread(spread: Spread) -> String {
    let Spread { median, low, high } = spread;
    format!("{} ({}–{})", number(median), number(low), number(high))
}

/// Three digits that count, thousands apart.
fn number(value: f64) -> String {
    if value.abs() >= 1_000.0 {
        let whole = format!("{value:.0}");
        let mut text = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        return text;
    }
    let places = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.places$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        let check = |value, expected: &str| assert_eq!(number(value), expected);
        check(0.0, "0.000");
        check(0.1234, "0.123");
        check(1.235, "1.24");
        check(45.67, "45.7");
        check(999.4, "999");
        check(1_000.0, "1,000");
        check(1_234_567.8, "1,234,568");
    }

    #[test]
    fn a_missed_goal_is_seen() {
        let of = |value| Spread::of(vec![value]);
        let row = Row::new("start", "ms", of(3.0)).goal(Goal::AtMost(2.0));
        assert!(table(&[row]).contains("| start | 3.00 (3.00–3.00) ms |  |  | ≤ 2 | MISSED |"));
        let check = |value, expected: &str| assert_eq!(goal(value), expected);
        check(Goal::RatioAtLeast(0.5), "ratio ≥ 0.5");
        check(Goal::AtMost(1_000.0), "≤ 1000");
        check(Goal::AtMost(150.0 / 1.048_576), "≤ 143");
    }
}
