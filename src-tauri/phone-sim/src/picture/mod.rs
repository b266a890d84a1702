//! The screen as a PNG: flat colours, 16 of them, drawn from the same tree as everything else.

mod canvas;
mod paint;

use crate::app::node::{Node, Rect};

/// Pixels per point.
pub const SCALE: i32 = 2;

/// Why a picture could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the picture could not be encoded: {0}")]
pub struct PictureError(#[from] png::EncodingError);

/// Draws the screen, or the part of it that `part` (in points) covers.
///
/// # Errors
/// When the picture cannot be encoded.
pub fn png(root: &Node, part: Option<Rect>) -> Result<Vec<u8>, PictureError> {
    let mut canvas = canvas::Canvas::new();
    paint::paint(root, &mut canvas);
    let whole = Rect::screen();
    let part = part.and_then(|part| part.cut(&whole)).unwrap_or(whole);
    Ok(canvas.encode(part)?)
}
