//! Cases about the token of the HTTP API.

use serde_json::{Value, json};

use super::{Case, case};

pub(super) fn cases() -> Vec<Case> {
    vec![case(
        "token.rotate",
        ["system", "", ""],
        Value::Null,
        json!({"rotated": true}),
        |commands| async move {
            let old = commands.token_file().open().unwrap();
            let new = commands.rotate_token().await.unwrap();
            assert_ne!(old.reveal(), new.reveal());
        },
    )]
}
