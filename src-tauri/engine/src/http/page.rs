//! Pages of lists: the same parameters for each.

use schemars::JsonSchema;
use serde::Deserialize;

use super::term::Cursor;

/// Entries of a page where nothing is said.
const LIMIT: u32 = 100;

/// Which part of a list is wanted. Flatten it into the parameters of a route:
/// `#[serde(flatten)] page: Page`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub(super) struct Page {
    /// The most entries that are answered.
    #[serde(default = "limit")]
    #[schemars(range(min = 1, max = 1000))]
    pub(super) limit: u32,
    /// How many entries are passed over.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1_000_000_000))]
    pub(super) skip: u32,
}

/// The same for a long list, that can also be gone on with where the last page ended.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct LongPage {
    #[serde(flatten)]
    pub(super) page: Page,
    /// The `next_cursor` of the page before.
    pub(super) cursor: Option<Cursor>,
}

impl LongPage {
    /// After which entry the page begins.
    pub(super) fn after(&self) -> i64 {
        self.cursor.as_ref().map_or(0, |cursor| cursor.0)
    }
}

fn limit() -> u32 {
    LIMIT
}
