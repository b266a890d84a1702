//! Names from outside are text, whatever is in them, and spoil no layout.

use serde_json::{Value, json};
use signalbox_tests::list::udid;
use signalbox_tests::webdriver::Page;

use crate::data::hostile;
use crate::sight::{self, SCREENS};

/// Rows of tables, by how high they are.
const HEIGHTS: &str = "return [...new Set([...document.querySelectorAll('[data-row]')].map(
    (row) => Math.round(row.getBoundingClientRect().height)))]";

/// Nothing of a name became a part of the page.
const MADE: &str = "return [
    document.querySelectorAll('img[src=x]').length,
    [...document.scripts].filter((script) => script.textContent.includes('owned')).length,
    document.title.includes('owned')]";

/// Goes through every screen and asserts that what was named is shown as text and in its place.
pub fn names_are_text_and_spoil_nothing(page: &Page, more: &[String]) {
    for (width, height) in [(1280, 800), (960, 600)] {
        page.resize(width, height);
        let places = SCREENS.iter().map(|screen| (*screen).to_owned());
        for place in places.chain(more.iter().cloned()) {
            sight::go(page, &place);
            sight::nothing_sticks_out(page, &place);
            assert_eq!(page.run(MADE), json!([0, 0, false]), "{place}");
            let heights = page.run(HEIGHTS);
            let even = heights
                .as_array()
                .is_some_and(|them| them.iter().all(|height| height == &Value::from(28)));
            assert!(even, "{place}: rows of 28 px: {heights}");
        }
    }
    page.resize(1280, 800);
    sight::go(page, "devices");
    let endless = hostile().endless;
    let shown = page.text(&format!("[data-row='{}']", udid(5)));
    assert!(
        shown.contains(&endless[..20]),
        "all of it is there, cut by its cell: {shown}"
    );
    sight::go(page, "accounts");
    let shown = page.text("[data-row=a01]");
    assert!(
        shown.contains("<img src=x"),
        "it is shown as it is: {shown}"
    );
}
