//! Finding what a flow's selectors mean, and waiting for it.

use std::time::Duration;

use signalbox_phone::{Phone, PhoneError, Point, Size};
use tokio::time::Instant;

use super::{Runner, Stop};
use crate::flow::Selector;
use crate::ledger::Ledger;
use crate::perform::look::gone_before;
use crate::step::{Condition, Direction, Offset, Target};

/// The first pause between two looks while waiting, and the longest one.
const PAUSE_FIRST: Duration = Duration::from_millis(40);
const PAUSE_MAX: Duration = Duration::from_millis(500);

impl<P: Phone, L: Ledger> Runner<'_, P, L> {
    /// Where the element is on the screen as last seen; the phone is asked for what a screen's
    /// source does not say.
    pub(super) async fn locate(&mut self, selector: &Selector) -> Result<Option<usize>, Stop> {
        let (Some(view), Some(script)) = (&self.view, &self.script) else {
            return Ok(None);
        };
        let mut found = selector.candidates(&view.screen, &script.live);
        if selector.asks() {
            let mut fitting = Vec::new();
            for at in found {
                if self.is_in_state(at, selector).await? {
                    fitting.push(at);
                }
            }
            found = fitting;
        }
        let index = usize::from(selector.index.unwrap_or(0));
        Ok(found.get(index).copied())
    }

    async fn is_in_state(&mut self, at: usize, selector: &Selector) -> Result<bool, Stop> {
        match self.state_is(at, selector).await {
            Ok(is) => Ok(is),
            Err(error) if gone_before(&error) => Ok(false),
            Err(error) => Err(self.fault(error).await),
        }
    }

    async fn state_is(&self, at: usize, selector: &Selector) -> Result<bool, PhoneError> {
        let element = self.element(at).await?;
        for (name, wanted) in [
            ("selected", selector.selected),
            ("focused", selector.focused),
        ] {
            let Some(wanted) = wanted else { continue };
            let said = self.phone.attribute(&element, name).await?;
            let is = matches!(said.as_deref(), Some("true" | "1"));
            if is != wanted {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the condition holds within the time.
    pub(super) async fn met(&mut self, wanted: &Condition, limit: Duration) -> Result<bool, Stop> {
        let deadline = Instant::now() + limit;
        let mut pause = PAUSE_FIRST;
        loop {
            self.safe_point()?;
            self.look().await?;
            if self.holds_now(wanted).await? {
                return Ok(true);
            }
            if Instant::now() >= deadline || !depends_on_screen(wanted) {
                return Ok(false);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSE_MAX);
            self.view = None;
        }
    }

    /// Waits for the element.
    pub(super) async fn await_element(
        &mut self,
        target: &Target,
        limit: Duration,
    ) -> Result<usize, Stop> {
        self.met(&Condition::Visible(target.clone()), limit).await?;
        let found = match &target.selector {
            Some(selector) => self.locate(selector).await?,
            None => None,
        };
        found.ok_or_else(|| Stop::Missing(target.locator.clone()))
    }

    /// Whether the condition holds on the screen as last seen: first each element that it names is
    /// looked for, which may ask the phone.
    async fn holds_now(&mut self, condition: &Condition) -> Result<bool, Stop> {
        let mut targets = Vec::new();
        named(condition, &mut targets);
        let mut seen = Vec::with_capacity(targets.len());
        for target in targets {
            seen.push(match &target.selector {
                Some(selector) => self.locate(selector).await?.is_some(),
                None => self.holds(&Condition::Visible(target.clone())),
            });
        }
        Ok(self.settled(condition, &mut seen.into_iter()))
    }

    /// The same, with what was seen of the elements in the order of [`named`].
    fn settled(&self, condition: &Condition, seen: &mut std::vec::IntoIter<bool>) -> bool {
        match condition {
            Condition::Visible(_) => seen.next().unwrap_or(false),
            Condition::Not(other) => !self.settled(other, seen),
            // Each is asked, so that each takes its own.
            Condition::All(others) => self.each(others, seen).iter().all(|holds| *holds),
            Condition::Any(others) => self.each(others, seen).contains(&true),
            Condition::True(text) => {
                let script = self.script.as_ref();
                script.is_some_and(|script| text.holds(&script.live))
            }
            Condition::Always | Condition::On(_) => self.holds(condition),
        }
    }

    fn each(&self, all: &[Condition], seen: &mut std::vec::IntoIter<bool>) -> Vec<bool> {
        all.iter().map(|one| self.settled(one, seen)).collect()
    }

    /// The middle of an element.
    pub(super) fn middle(&self, at: usize) -> Option<Point> {
        let rect = self.node(at)?.rect;
        Some(Point {
            x: rect.origin.x + rect.size.width / 2.0,
            y: rect.origin.y + rect.size.height / 2.0,
        })
    }

    /// A point of an element.
    pub(super) fn point_within(&self, at: usize, offset: Offset) -> Option<Point> {
        let rect = self.node(at)?.rect;
        let inner = point(offset, rect.size);
        Some(Point {
            x: rect.origin.x + inner.x,
            y: rect.origin.y + inner.y,
        })
    }

    /// A point of the screen, inside of it.
    pub(super) fn point_of_screen(&self, offset: Offset) -> Point {
        let size = self.size();
        let at = point(offset, size);
        Point {
            x: at.x.clamp(1.0, size.width - 1.0),
            y: at.y.clamp(1.0, size.height - 1.0),
        }
    }
}

/// The elements that a condition names.
fn named<'c>(condition: &'c Condition, into: &mut Vec<&'c Target>) {
    match condition {
        Condition::Visible(target) => into.push(target),
        Condition::Not(other) => named(other, into),
        Condition::All(others) | Condition::Any(others) => {
            others.iter().for_each(|one| named(one, into));
        }
        Condition::Always | Condition::On(_) | Condition::True(_) => {}
    }
}

/// Whether waiting can change it.
fn depends_on_screen(condition: &Condition) -> bool {
    match condition {
        Condition::Visible(_) | Condition::On(_) => true,
        Condition::Not(other) => depends_on_screen(other),
        Condition::Any(others) | Condition::All(others) => others.iter().any(depends_on_screen),
        Condition::Always | Condition::True(_) => false,
    }
}

fn point(offset: Offset, size: Size) -> Point {
    match offset {
        Offset::Parts(x, y) => Point {
            x: size.width * x,
            y: size.height * y,
        },
        Offset::Points(x, y) => Point { x, y },
    }
}

/// Where a finger ends that goes that way for so many points.
pub(super) fn towards(from: Point, way: Direction, far: Size) -> Point {
    let (x, y) = match way {
        Direction::Up => (0.0, -far.height),
        Direction::Down => (0.0, far.height),
        Direction::Left => (-far.width, 0.0),
        Direction::Right => (far.width, 0.0),
    };
    Point {
        x: from.x + x,
        y: from.y + y,
    }
}
