//! A field of palette numbers that can be drawn on and encoded.

use embedded_graphics::pixelcolor::{Gray4, GrayColor, raw::RawData};
use embedded_graphics::prelude::*;

use super::SCALE;
use crate::app::node::Rect;

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

/// The field.
pub struct Canvas {
    /// In points, from the corner.
    screen: Rect,
    /// In pixels.
    width: usize,
    /// In pixels.
    height: usize,
    pixels: Vec<u8>,
}

fn pixels(points: i32) -> usize {
    usize::try_from(points * SCALE).unwrap_or(0)
}

impl Canvas {
    /// White all over, as large as `screen`, which is given in points.
    pub fn new(screen: Rect) -> Canvas {
        let (width, height) = (pixels(screen.w), pixels(screen.h));
        Canvas {
            screen,
            width,
            height,
            pixels: vec![0; width * height],
        }
    }

    /// All of it, in points.
    pub fn screen(&self) -> Rect {
        self.screen
    }

    /// Darkens every other pixel.
    pub fn dim(&mut self, rect: Rect) {
        let Some(rect) = rect.cut(&self.screen) else {
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
        if let Some((x, y)) = place.filter(|(x, y)| *x < self.width && *y < self.height) {
            self.pixels[y * self.width + x] = colour.into_storage();
        }
    }

    fn rows(&self, part: Rect) -> impl Iterator<Item = &[u8]> {
        let (x, y, w, h) = (
            pixels(part.x),
            pixels(part.y),
            pixels(part.w),
            pixels(part.h),
        );
        let rows = self.pixels.chunks_exact(self.width.max(1)).skip(y).take(h);
        rows.map(move |row| row.get(x..x + w).unwrap_or_default())
    }

    /// A PNG of the part, given in points.
    pub fn png(&self, part: Rect) -> Result<Vec<u8>, png::EncodingError> {
        let (w, h) = (pixels(part.w), pixels(part.h));
        let mut packed = Vec::with_capacity(w.div_ceil(2) * h);
        for row in self.rows(part) {
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

    /// A JPEG of the part, given in points, at `quality` and `scale`, both 1 to 100.
    pub fn jpeg(
        &self,
        part: Rect,
        quality: u8,
        scale: u8,
    ) -> Result<Vec<u8>, jpeg_encoder::EncodingError> {
        let smaller = |n: usize| (n * usize::from(scale.clamp(1, 100)) / 100).max(1);
        let (w, h) = (pixels(part.w), pixels(part.h));
        let (to_w, to_h) = (smaller(w), smaller(h));
        let rows: Vec<&[u8]> = self.rows(part).collect();
        let mut rgb = Vec::with_capacity(to_w * to_h * 3);
        for y in 0..to_h {
            let row = rows.get(y * h / to_h).copied().unwrap_or_default();
            for x in 0..to_w {
                let colour = row.get(x * w / to_w).copied().unwrap_or(0);
                rgb.extend(PALETTE.get(usize::from(colour)).unwrap_or(&PALETTE[0]));
            }
        }
        let size = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        let mut out = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut out, quality.clamp(1, 100));
        encoder.encode(&rgb, size(to_w), size(to_h), jpeg_encoder::ColorType::Rgb)?;
        Ok(out)
    }
}

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        Size::new(
            u32::try_from(self.width).unwrap_or(0),
            u32::try_from(self.height).unwrap_or(0),
        )
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
        let width = self.width.max(1);
        for row in self.pixels.chunks_exact_mut(width).skip(y).take(h) {
            if let Some(row) = row.get_mut(x..x + w) {
                row.fill(RawData::into_inner(
                    embedded_graphics::pixelcolor::raw::RawU4::from(colour),
                ));
            }
        }
        Ok(())
    }
}
