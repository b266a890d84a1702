//! Comments as a list shows them.

use super::Snapshot;
use crate::handle::Handle;
use crate::screens::fold;

/// Whether that row of the list is this account's comment with this text, both whole: as texts of
/// their own in the row. A row that shows only a part of the text is not taken for it.
pub fn comment_is_there(screen: &Snapshot, row: usize, handle: &Handle, text: &str) -> bool {
    let nodes = screen.nodes();
    let inside = || screen.below(row).filter_map(|at| nodes.get(at));
    let text = fold(text);
    inside().any(|node| handle.is(&node.label))
        && inside().any(|node| node.label_folded == text && !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::comment_is_there;
    use crate::reading::Snapshot;

    #[test]
    fn a_comment_is_known_by_who_said_it_and_what() {
        let check = |who: &str, what: &str, text: &str, expected: bool| {
            let xml = format!(
                r#"<Cell label="{who} {what}"><StaticText label="{who}"/><StaticText label="{what}"/></Cell>"#
            );
            let screen = Snapshot::parse(xml).unwrap();
            let found = comment_is_there(&screen, 0, &"ann".into(), text);
            assert_eq!(found, expected, "{who}: {what}");
        };
        check("ann", "Well said", "Well said", true);
        check(
            "Ann",
            "Well  said",
            "Well&#10;said".replace("&#10;", "\n").as_str(),
            true,
        );
        check("bob", "Well said", "Well said", false);
        check("ann", "Well said, all of it", "Well said", false);
        check("ann", "Well sa…", "Well said", false);
        check("ann", "ann", "", false);
    }
}
