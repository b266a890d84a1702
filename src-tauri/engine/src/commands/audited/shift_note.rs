//! Cases about the shift note.

use serde_json::json;

use super::{Case, case};

pub(super) fn cases() -> Vec<Case> {
    vec![case(
        "shift_note.change",
        ["shift_note", "", ""],
        json!({ "text": "" }),
        json!({ "text": "Phone 3 is charging.\nLook at it at nine." }),
        |commands| async move {
            let text = || "Phone 3 is charging.\nLook at it at nine.".to_owned();
            let note = commands.write_shift_note(text()).await.unwrap();
            assert_eq!(note.text, text());
            assert!(note.changed_at.is_some());
            // Written again it is no change, and leaves no row.
            let again = commands.write_shift_note(text()).await.unwrap();
            assert_eq!(again, note);
        },
    )]
}
