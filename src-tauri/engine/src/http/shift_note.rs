//! The shift note over HTTP.

use axum::Json;
use axum::http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::api::Api;
use super::input::Body;
use super::problem::Problem;
use crate::commands::{Commands, ShiftNoteView};

pub(super) fn routes(api: &mut Api) {
    api.about(
        "shift_note",
        "What one operator leaves for the next: one text.",
    );
    let path = "/api/shift-note";
    api.route(Method::GET, path, "shift_note", "What it says", read);
    api.route(
        Method::PUT,
        path,
        "write_shift_note",
        "Write it, in place of the one there was",
        write,
    );
}

/// What it is to say.
#[derive(Deserialize, JsonSchema)]
struct NewShiftNote {
    /// At most 2000 characters, without control characters but tabs and line breaks; empty: nothing.
    #[schemars(
        length(max = 2000),
        regex(pattern = r"^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*$")
    )]
    text: String,
}

/// The shift note.
#[derive(Serialize, JsonSchema)]
struct Noted {
    success: bool,
    note: ShiftNoteView,
}

async fn read(commands: Commands) -> Result<Json<Noted>, Problem> {
    let note = commands.shift_note().await?;
    let success = true;
    Ok(Json(Noted { success, note }))
}

async fn write(commands: Commands, Body(new): Body<NewShiftNote>) -> Result<Json<Noted>, Problem> {
    let note = commands.write_shift_note(new.text).await?;
    let success = true;
    Ok(Json(Noted { success, note }))
}
