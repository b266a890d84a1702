//! Cases about what was recorded.

use serde_json::{Value, json};

use super::{Case, case};

pub(super) fn cases() -> Vec<Case> {
    vec![case(
        "interactions.cleanup",
        ["system", "", ""],
        Value::Null,
        json!({ "expired_records_dropped": 2 }),
        |commands| async move {
            let database = commands.data_dir().database();
            let connection = crate::store::intents::tests::of_long_ago(&database);
            assert_eq!(commands.clean_up().await.unwrap(), 2);
            let left = "SELECT group_concat(attempt_no) FROM intents";
            let left: String = connection.query_row(left, [], |row| row.get(0)).unwrap();
            assert_eq!(left, "3,4");
        },
    )]
}
