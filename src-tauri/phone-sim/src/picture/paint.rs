//! How each look is drawn.

use embedded_graphics::mono_font::iso_8859_1::{FONT_9X18_BOLD, FONT_10X20};
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::Gray4;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{
    Circle, CornerRadii, PrimitiveStyle, PrimitiveStyleBuilder, Rectangle, RoundedRectangle,
    StyledDrawable,
};
use embedded_graphics::text::{Baseline, Text};

use super::SCALE;
use super::canvas::{BLUE, Canvas, FAINT, INK, LINE, MIST, PAPER, RED, picture_colour};
use crate::app::node::{Look, Node, Rect};

/// Draws the node and what is in it.
pub fn paint(node: &Node, canvas: &mut Canvas) {
    if node.rect.cut(&canvas.screen()).is_some() || node.kind == "Application" {
        draw(node, canvas);
        for child in &node.children {
            paint(child, canvas);
        }
    }
}

fn area(rect: Rect) -> Rectangle {
    let side = |points: i32| u32::try_from(points * SCALE).unwrap_or(0);
    Rectangle::new(
        Point::new(rect.x * SCALE, rect.y * SCALE),
        Size::new(side(rect.w), side(rect.h)),
    )
}

/// Drawing on memory cannot fail.
fn done(result: Result<(), std::convert::Infallible>) {
    match result {
        Ok(()) => {}
        Err(never) => match never {},
    }
}

fn fill(rect: Rect, colour: Gray4, canvas: &mut Canvas) {
    done(canvas.fill_solid(&area(rect), colour));
}

fn rounded(rect: Rect, radius: u32, fill: Gray4, edge: Option<Gray4>, canvas: &mut Canvas) {
    let mut style = PrimitiveStyleBuilder::new().fill_color(fill);
    if let Some(edge) = edge {
        style = style.stroke_color(edge).stroke_width(2);
    }
    let corners = CornerRadii::new(Size::new(radius, radius));
    done(RoundedRectangle::new(area(rect), corners).draw_styled(&style.build(), canvas));
}

fn draw(node: &Node, canvas: &mut Canvas) {
    let rect = node.rect;
    let plain = node
        .caption
        .as_deref()
        .or(node.label.as_deref())
        .unwrap_or_default();
    match node.look {
        Look::Unseen => {}
        Look::Plain => {
            if node.children.is_empty() || node.caption.is_some() {
                text(plain, rect, INK, &FONT_10X20, false, canvas);
            }
        }
        Look::Faint => text(plain, rect, FAINT, &FONT_10X20, false, canvas),
        Look::Center => text(plain, rect, INK, &FONT_10X20, true, canvas),
        Look::Title => text(plain, rect, INK, &FONT_9X18_BOLD, true, canvas),
        Look::Primary => {
            let colour = if node.disabled { LINE } else { BLUE };
            rounded(rect, 16, colour, None, canvas);
            text(plain, rect, PAPER, &FONT_9X18_BOLD, true, canvas);
        }
        Look::Secondary => {
            rounded(rect, 16, MIST, node.selected.then_some(BLUE), canvas);
            text(plain, rect, INK, &FONT_10X20, true, canvas);
        }
        Look::Field => {
            rounded(rect, 16, MIST, Some(LINE), canvas);
            let inner = Rect::new(rect.x + 8, rect.y, rect.w - 16, rect.h);
            text(plain, inner, FAINT, &FONT_10X20, false, canvas);
        }
        Look::Picture(seed) => picture(rect, seed, node.caption.as_deref(), canvas),
        Look::Panel => {
            fill(rect, PAPER, canvas);
            fill(Rect::new(rect.x, rect.y, rect.w, 1), LINE, canvas);
            fill(
                Rect::new(rect.x, rect.y + rect.h - 1, rect.w, 1),
                LINE,
                canvas,
            );
        }
        Look::Veil => canvas.dim(rect),
        Look::Icon => {
            let colour = if node.selected { INK } else { FAINT };
            let word: String = plain
                .split(' ')
                .next()
                .unwrap_or_default()
                .chars()
                .take(8)
                .collect();
            text(&word, rect, colour, &FONT_10X20, true, canvas);
        }
        Look::Heart(full) => heart(rect, full, canvas),
    }
}

/// Text inside a rectangle: wrapped at words where it is high enough, else cut.
fn text(
    words: &str,
    rect: Rect,
    colour: Gray4,
    font: &MonoFont<'_>,
    center: bool,
    canvas: &mut Canvas,
) {
    let (fw, fh) = (
        i32_of(font.character_size.width),
        i32_of(font.character_size.height),
    );
    let columns = usize::try_from(rect.w * SCALE / fw).unwrap_or(0);
    let most = usize::try_from((rect.h * SCALE / (fh + 4)).max(1)).unwrap_or(1);
    let lines = wrap(words, columns, most);
    let height = i32::try_from(lines.len()).unwrap_or(1) * (fh + 4) - 4;
    let mut y = rect.y * SCALE + (rect.h * SCALE - height) / 2;
    for line in lines {
        let width = i32::try_from(line.chars().count()).unwrap_or(0) * fw;
        let x = rect.x * SCALE
            + if center {
                (rect.w * SCALE - width) / 2
            } else {
                0
            };
        let style = MonoTextStyle::new(font, colour);
        let text = Text::with_baseline(&line, Point::new(x, y), style, Baseline::Top);
        done(text.draw(canvas).map(|_| ()));
        y += fh + 4;
    }
}

fn i32_of(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(1).max(1)
}

fn wrap(words: &str, columns: usize, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words.split_whitespace() {
        let full = lines.len() >= most;
        let Some(line) = lines.last_mut() else { break };
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > columns && !full {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    for line in &mut lines {
        *line = line.chars().take(columns).collect();
    }
    lines
}

/// A small landscape that differs with the seed.
fn picture(rect: Rect, seed: u64, caption: Option<&str>, canvas: &mut Canvas) {
    fill(rect, picture_colour(seed), canvas);
    let Some(seen) = rect.cut(&canvas.screen()) else {
        return;
    };
    if seen == rect {
        let part = |n: u64| i32::try_from(n).unwrap_or(0);
        let sun = u32::try_from(rect.w / 3).unwrap_or(1) * SCALE.unsigned_abs() / 2;
        let at = Point::new(
            rect.x * SCALE + part(seed / 8 % 60) * rect.w * SCALE / 100,
            rect.y * SCALE + part(seed / 512 % 40) * rect.h * SCALE / 100,
        );
        let style = PrimitiveStyle::with_fill(picture_colour(seed / 3 + 3));
        done(Circle::new(at, sun).draw_styled(&style, canvas));
        let foot = (rect.y + rect.h) * SCALE;
        let high = rect.h * SCALE * part(seed / 1024 % 40 + 25) / 100;
        let peak = rect.x * SCALE + part(seed / 64 % 80 + 10) * rect.w * SCALE / 100;
        let (left, right) = (rect.x * SCALE, (rect.x + rect.w) * SCALE);
        for row in 0..high {
            // From the peak down, each row is wider on both sides.
            let from = peak - (peak - left) * row / high.max(1);
            let to = peak + (right - peak) * row / high.max(1);
            strip(
                from,
                foot - high + row,
                to - from,
                picture_colour(seed / 5 + 5),
                canvas,
            );
        }
    }
    if let Some(caption) = caption {
        let below = Rect::new(rect.x - 8, rect.y + rect.h, rect.w + 16, 18);
        text(caption, below, INK, &FONT_10X20, true, canvas);
    }
}

/// One row of pixels.
fn strip(x: i32, y: i32, width: i32, colour: Gray4, canvas: &mut Canvas) {
    let size = Size::new(u32::try_from(width).unwrap_or(0), 1);
    done(canvas.fill_solid(&Rectangle::new(Point::new(x, y), size), colour));
}

fn heart(rect: Rect, full: bool, canvas: &mut Canvas) {
    let (cx, cy) = rect.center();
    let (cx, cy) = (cx * SCALE, cy * SCALE);
    let mut shape = |colour: Gray4, grow: i32| {
        let style = PrimitiveStyle::with_fill(colour);
        let size = u32::try_from(22 + 2 * grow).unwrap_or(1);
        for side in [-20, -2] {
            let at = Point::new(cx + side - grow, cy - 14 - grow);
            done(Circle::new(at, size).draw_styled(&style, canvas));
        }
        for row in 0..21 + grow {
            let half = (19 + grow) * (21 + grow - row) / (21 + grow);
            strip(cx - half, cy + 1 + row, 2 * half, colour, canvas);
        }
    };
    if full {
        shape(RED, 0);
    } else {
        shape(INK, 0);
        shape(PAPER, -4);
    }
}
