//! The shift note: what one operator leaves for the next.

use serde::Serialize;

use super::{CommandError, Commands};
use crate::clock::rfc3339;
use crate::runtime::WriteShiftNote;
use crate::store::shift_note;

/// The shift note.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ShiftNoteView {
    /// What it says; empty where there is none.
    pub text: String,
    /// When it was written, RFC 3339; null where none ever was.
    pub changed_at: Option<String>,
    /// Through which face it was written: `window`, `http`, `cli`; null where none ever was.
    pub changed_by: Option<String>,
}

impl Commands {
    /// The shift note.
    pub async fn shift_note(&self) -> Result<ShiftNoteView, CommandError> {
        let note = self.query(shift_note::get).await?;
        let shown = note.map(|note| ShiftNoteView {
            text: note.text,
            changed_at: Some(rfc3339(note.ts)),
            changed_by: Some(note.who),
        });
        Ok(shown.unwrap_or_default())
    }

    /// Writes the shift note, in place of the one there was.
    pub async fn write_shift_note(&self, text: String) -> Result<ShiftNoteView, CommandError> {
        self.order(WriteShiftNote(text), None).await?;
        self.shift_note().await
    }
}
