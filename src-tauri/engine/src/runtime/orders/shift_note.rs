//! The order that writes the shift note: what one operator leaves for the next.

use serde_json::json;

use super::{Carried, Operator, Order, Taken};
use crate::runtime::turn::Turn;
use crate::store::audit::{Entry, Subject};
use crate::store::shift_note::{self, ShiftNote};

/// The note says this from now on.
#[derive(Debug, Clone)]
pub(crate) struct WriteShiftNote(pub(crate) String);

impl Order for WriteShiftNote {
    type Done = ();
    const BRINGS_NEW: bool = true;

    fn take(&self, turn: &mut Turn<'_>, by: &Operator) -> Taken<()> {
        let before = shift_note::get(&turn.tables)?.unwrap_or_default().text;
        if before == self.0 {
            return Ok(Ok(Carried::unchanged(())));
        }
        let note = ShiftNote {
            text: self.0.clone(),
            ts: turn.ts,
            who: by.who.as_str().to_owned(),
        };
        shift_note::put(&turn.tables, &note)?;
        let (was, is) = (json!({ "text": before }), json!({ "text": self.0 }));
        let subject = Subject::new("shift_note", "");
        let entry = Entry::new("shift_note.change", subject, was, is);
        Ok(Ok(Carried::new((), entry)))
    }
}
