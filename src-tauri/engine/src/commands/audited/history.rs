//! Cases about histories of other programs.

use serde_json::{Value, json};

use super::{Case, case};
use crate::commands::history::tests::file;

pub(super) fn cases() -> Vec<Case> {
    vec![case(
        "history.import",
        ["history", "", "old.csv"],
        Value::Null,
        json!({ "accounts": 1, "rows": 3, "rows_added": 2 }),
        |commands| async move {
            let rows = [
                "a,bob,follow,success,2026-01-01T00:00:00Z",
                "a,bob,like,failed,2026-01-01T00:00:00Z",
                "a,@Bob,follow,success,2026-01-01T01:00:00+01:00",
            ];
            let report = commands.import_history(file(&rows), false).await.unwrap();
            assert_eq!((report.added, report.repeated), (2, 1));
            // Nothing of it is new: there is nothing to tell.
            let again = commands.import_history(file(&rows), false).await.unwrap();
            assert_eq!((again.added, again.known, again.repeated), (0, 2, 1));
        },
    )]
}
