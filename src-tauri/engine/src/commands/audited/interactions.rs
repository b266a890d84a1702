//! Cases about what was recorded.

use serde_json::{Value, json};

use super::{Case, case};

/// Acts of long ago (policy time begins at 0), of now, and one whose text is kept.
const ACTS: &str = "
    INSERT INTO intents (attempt_no, step, task_id, account_no, act, target_key, text, at, ts, done)
    VALUES (1, 0, x'01', 0, 'follow', 'a', '', -1, 0, 1), (2, 0, x'01', 0, 'like', 'a', '', -1, 0, 1),
        (3, 0, x'01', 0, 'comment', 'a', 'text', -1, 0, 1),
        (4, 0, x'01', 0, 'follow', 'b', '', 9, 0, 1);
";

pub(super) fn cases() -> Vec<Case> {
    vec![case(
        "interactions.cleanup",
        ["system", "", ""],
        Value::Null,
        json!({ "expired_records_dropped": 2 }),
        |commands| async move {
            let database = commands.data_dir().database();
            let connection = rusqlite::Connection::open(database).unwrap();
            connection.execute_batch(ACTS).unwrap();
            assert_eq!(commands.clean_up().await.unwrap(), 2);
            let left = "SELECT group_concat(attempt_no) FROM intents";
            let left: String = connection.query_row(left, [], |row| row.get(0)).unwrap();
            assert_eq!(left, "3,4");
        },
    )]
}
