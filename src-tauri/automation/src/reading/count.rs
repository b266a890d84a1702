//! Numbers as counters show them.

use super::Snapshot;

/// The number that a counter shows, in its value, its label or a text in it.
pub fn count_at(screen: &Snapshot, at: usize) -> Option<u64> {
    let nodes = screen.nodes();
    let node = nodes.get(at)?;
    let inside = screen.below(at).filter_map(|at| nodes.get(at));
    let texts = [&node.value, &node.label].into_iter();
    let texts = texts.chain(inside.map(|node| &node.label));
    texts.map(String::as_str).find_map(count_of)
}

/// The number at the beginning of a text: `9`, `1,234 posts`, `1.2 thousand`, `3K`, `2.5 million`.
/// `None` where there is none, or where its words are not known.
pub fn count_of(text: &str) -> Option<u64> {
    let text = text.trim().to_lowercase();
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')));
    let (digits, rest) = text.split_at(end.unwrap_or(text.len()));
    let rest = rest.trim_start();
    let word = rest.split_whitespace().next().unwrap_or_default();
    let scale: u64 = match word {
        "k" | "thousand" => 1_000,
        "m" | "million" => 1_000_000,
        "b" | "billion" => 1_000_000_000,
        _ => 1,
    };
    if scale == 1 {
        // A comma or point of a whole number stands between thousands.
        return digits.replace([',', '.'], "").parse().ok();
    }
    let (whole, part) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let mut count = whole.parse::<u64>().ok()?.checked_mul(scale)?;
    let mut place = scale;
    for digit in part.chars() {
        place /= 10;
        count += u64::from(digit.to_digit(10)?) * place;
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::{count_at, count_of};
    use crate::reading::Snapshot;

    #[test]
    fn counters_are_read_as_they_are_written() {
        let check =
            |text: &str, expected: Option<u64>| assert_eq!(count_of(text), expected, "{text}");
        check("9", Some(9));
        check("0 posts", Some(0));
        check("1,234 posts", Some(1_234));
        check("1.2 thousand", Some(1_200));
        check("3K", Some(3_000));
        check("2.5 million posts", Some(2_500_000));
        check("12.34m", Some(12_340_000));
        check("posts", None);
        check("", None);
        check("99999999999999999999", None);
        check("99999999999999999999 million", None);
    }

    #[test]
    fn a_counter_says_it_in_its_value_its_label_or_inside() {
        let check = |xml: &str, expected: Option<u64>| {
            let screen = Snapshot::parse(xml.to_owned()).unwrap();
            assert_eq!(count_at(&screen, 0), expected, "{xml}");
        };
        check(r#"<Button label="posts" value="9"/>"#, Some(9));
        check(r#"<Button label="12 posts"/>"#, Some(12));
        check(
            r#"<Button label=""><StaticText label="7"/></Button>"#,
            Some(7),
        );
        check(r#"<Button label="posts"/>"#, None);
    }
}
