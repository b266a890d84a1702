//! Cases about settings.

use serde_json::json;

use super::{Case, case};
use crate::settings::Chosen;

pub(super) fn cases() -> Vec<Case> {
    vec![case(
        "settings.change",
        ["settings", "", ""],
        json!({ "likes_per_day": 100 }),
        json!({ "likes_per_day": 7 }),
        |commands| async move {
            let fields: Chosen = serde_json::from_value(json!({ "likes_per_day": 7 })).unwrap();
            commands.set_settings(fields.clone()).await.unwrap();
            // Set again it is no change, and leaves no row.
            commands.set_settings(fields).await.unwrap();
        },
    )]
}
