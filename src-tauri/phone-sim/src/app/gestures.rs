//! Drags on the app's pages.

use super::overlays::{Overlay, switcher_height};
use super::turn::Turn;
use super::{App, Place, TAB_BAR, TOP, feed, profile};
use crate::wda::errors::WdaError;

/// Faster than this, in points per second, a list runs on and loads more.
const FLING: f64 = 400.0;
/// A drag from a picture that is shorter than this opens it.
const SHORT: i32 = 60;
/// How near to the left edge the way back starts.
const EDGE: i32 = 24;

/// A finger's way over the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drag {
    /// Where it came down.
    pub from: (i32, i32),
    /// Where it left.
    pub to: (i32, i32),
    /// How long it moved, in seconds.
    pub seconds: f64,
}

impl App {
    /// Does what a drag does.
    ///
    /// # Errors
    /// When the world cannot be written.
    pub(crate) fn drag(&mut self, turn: &mut Turn<'_>, drag: Drag) -> Result<(), WdaError> {
        let view = turn.view();
        if App::shut(&view) {
            return Ok(());
        }
        let (dx, dy) = (drag.to.0 - drag.from.0, drag.to.1 - drag.from.1);
        if let Some(overlay) = &self.overlay {
            if matches!(overlay, Overlay::Switcher) {
                let most = (switcher_height(&view) - 600).max(0);
                self.overlay_scroll = (self.overlay_scroll - dy).clamp(0, most);
            }
            return Ok(());
        }
        if drag.from.0 <= EDGE && dx >= 80 && dx > dy.abs() {
            self.back();
            return Ok(());
        }
        if dy.abs() < SHORT && dx.abs() < SHORT {
            let tree = self.tree(&view);
            let met = tree.hit(drag.from.0, drag.from.1);
            let thumbnail = met.filter(|node| node.id.as_deref() == Some("media-thumbnail-cell"));
            if let Some(tap) = thumbnail.and_then(|node| node.tap.clone()) {
                return self.tap(turn, tap);
            }
        }
        if dy.abs() > dx.abs() {
            let offline = turn.offline;
            let people = turn.people;
            self.scroll(
                -dy,
                f64::from(dy.abs()) / drag.seconds.max(0.001) >= FLING,
                offline,
                people,
            );
        }
        Ok(())
    }

    fn scroll(&mut self, by: i32, fling: bool, offline: bool, people: &crate::people::People) {
        let Some(page) = self.page_mut() else { return };
        let by = if fling { by + by / 2 } else { by };
        let bottom = |height: i32| (height - TAB_BAR).max(0);
        let most = match &page.place {
            Place::Feed | Place::Explore => {
                let grid = page.place == Place::Explore;
                let factor = if grid { 2 } else { 1 };
                let mut most = bottom(feed::height(page.loaded * factor, grid));
                // Only a lively scroll near the end loads more.
                if fling && !offline && page.scroll + by > most - 600 {
                    page.loaded = (page.loaded + 12).min(feed::MAX_LOADED);
                    most = bottom(feed::height(page.loaded * factor, grid));
                }
                most
            }
            Place::Profile(name) => bottom(profile::height(people.get(name).posts)),
            Place::OwnProfile => bottom(profile::height(crate::people::DEFAULT_POSTS)),
            Place::Comments(_) => 30 * 52,
            Place::Results(_) => 200,
            Place::Post(_) => TOP,
            _ => 0,
        };
        page.scroll = (page.scroll + by).clamp(0, most);
    }
}
