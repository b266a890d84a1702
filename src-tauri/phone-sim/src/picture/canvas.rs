//! A field of palette numbers that can be drawn on and encoded.

use embedded_graphics::pixelcolor::{Gray4, GrayColor, raw::RawData};
use embedded_graphics::prelude::*;

use super::SCALE;
use crate::app::node::{Rect, SCREEN_H, SCREEN_W};

/// The colours; a pixel is a place in this list.
const PALETTE: [[u8; 3]; 16] = [
    [255, 255, 255],
    [18, 18, 18],
    [239, 239, 239],
    [130, 130, 130],
    [205, 205, 205],
    [0, 149, 246],
    [237, 73, 86],
    [110, 110, 110],
    [92, 130, 110],
    [214, 170, 110],
    [120, 150, 190],
    [190, 120, 110],
    [150, 170, 120],
    [160, 140, 180],
    [230, 205, 170],
    [70, 90, 120],
];

/// White paper.
pub const PAPER: Gray4 = Gray4::BLACK;
/// Nearly black.
pub const INK: Gray4 = Gray4::new(1);
/// Very light grey.
pub const MIST: Gray4 = Gray4::new(2);
/// Grey text.
pub const FAINT: Gray4 = Gray4::new(3);
/// Hairlines.
pub const LINE: Gray4 = Gray4::new(4);
/// Buttons that matter.
pub const BLUE: Gray4 = Gray4::new(5);
/// Hearts.
pub const RED: Gray4 = Gray4::new(6);
/// The veil's dots.
pub const DUSK: Gray4 = Gray4::new(7);

/// One of the colours of pictures.
pub fn picture_colour(seed: u64) -> Gray4 {
    Gray4::new(u8::try_from(8 + seed % 8).unwrap_or(8))
}

/// Width in pixels.
const W: usize = (SCREEN_W * SCALE) as usize;
/// Height in pixels.
const H: usize = (SCREEN_H * SCALE) as usize;

/// The field.
pub struct Canvas {
    pixels: Vec<u8>,
}

impl Canvas {
    /// White all over.
    pub fn new() -> Canvas {
        Canvas {
            pixels: vec![0; W * H],
        }
    }

    /// Darkens every other pixel.
    pub fn dim(&mut self, rect: Rect) {
        let Some(rect) = rect.cut(&Rect::screen()) else {
            return;
        };
        let (x0, y0) = (rect.x * SCALE, rect.y * SCALE);
        for y in y0..y0 + rect.h * SCALE {
            for x in x0..x0 + rect.w * SCALE {
                if (x + y) % 2 == 0 {
                    self.set(x, y, DUSK);
                }
            }
        }
    }

    fn set(&mut self, x: i32, y: i32, colour: Gray4) {
        let place = usize::try_from(x).ok().zip(usize::try_from(y).ok());
        if let Some((x, y)) = place.filter(|(x, y)| *x < W && *y < H) {
            self.pixels[y * W + x] = colour.into_storage();
        }
    }

    /// A PNG of the part, given in points.
    pub fn encode(&self, part: Rect) -> Result<Vec<u8>, png::EncodingError> {
        let pixels = |points: i32| usize::try_from(points * SCALE).unwrap_or(0);
        let (x, y, w, h) = (
            pixels(part.x),
            pixels(part.y),
            pixels(part.w),
            pixels(part.h),
        );
        let mut packed = Vec::with_capacity(w.div_ceil(2) * h);
        for row in self.pixels.chunks_exact(W).skip(y).take(h) {
            let row = row.get(x..x + w).unwrap_or_default();
            packed.extend(
                row.chunks(2)
                    .map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)),
            );
        }
        let size = |n: usize| u32::try_from(n).unwrap_or(1);
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, size(w), size(h));
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Four);
        encoder.set_palette(PALETTE.concat());
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&packed)?;
        writer.finish()?;
        Ok(out)
    }
}

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        Size::new(W as u32, H as u32)
    }
}

impl DrawTarget for Canvas {
    type Color = Gray4;
    type Error = std::convert::Infallible;

    fn draw_iter<I>(&mut self, pixels: I) -> Result<(), Self::Error>
    where
        I: IntoIterator<Item = Pixel<Gray4>>,
    {
        for Pixel(point, colour) in pixels {
            self.set(point.x, point.y, colour);
        }
        Ok(())
    }

    fn fill_solid(
        &mut self,
        area: &embedded_graphics::primitives::Rectangle,
        colour: Gray4,
    ) -> Result<(), Self::Error> {
        let area = area.intersection(&self.bounding_box());
        let whole = |n: i32| usize::try_from(n).unwrap_or(0);
        let (x, y) = (whole(area.top_left.x), whole(area.top_left.y));
        let (w, h) = (area.size.width as usize, area.size.height as usize);
        for row in self.pixels.chunks_exact_mut(W).skip(y).take(h) {
            if let Some(row) = row.get_mut(x..x + w) {
                row.fill(RawData::into_inner(
                    embedded_graphics::pixelcolor::raw::RawU4::from(colour),
                ));
            }
        }
        Ok(())
    }
}
