//! The screen as a picture: flat colours, 16 of them, drawn from the same tree as everything else.

mod canvas;
mod paint;

use crate::app::node::{Node, Rect};

/// Pixels per point.
pub const SCALE: i32 = 2;

/// Why a picture could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// As a PNG.
    #[error("the picture could not be encoded: {0}")]
    Png(#[from] png::EncodingError),
    /// As a JPEG.
    #[error("the picture could not be encoded: {0}")]
    Jpeg(#[from] jpeg_encoder::EncodingError),
}

fn drawn(root: &Node, part: Option<Rect>) -> (canvas::Canvas, Rect) {
    let mut canvas = canvas::Canvas::new(root.rect);
    paint::paint(root, &mut canvas);
    let part = part.and_then(|part| part.cut(&root.rect));
    (canvas, part.unwrap_or(root.rect))
}

/// Draws the screen, or the part of it that `part` (in points) covers, as a PNG.
///
/// # Errors
/// When the picture cannot be encoded.
pub fn png(root: &Node, part: Option<Rect>) -> Result<Vec<u8>, PictureError> {
    let (canvas, part) = drawn(root, part);
    Ok(canvas.png(part)?)
}

/// The same as a JPEG; `quality` and `scale` go from 1 to 100.
///
/// # Errors
/// When the picture cannot be encoded.
pub fn jpeg(
    root: &Node,
    part: Option<Rect>,
    quality: u8,
    scale: u8,
) -> Result<Vec<u8>, PictureError> {
    let (canvas, part) = drawn(root, part);
    Ok(canvas.jpeg(part, quality, scale)?)
}
