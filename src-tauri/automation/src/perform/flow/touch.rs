//! Touching what a flow means, and dragging.

use std::time::Duration;

use signalbox_phone::{Phone, PhoneError, Point, Size};
use tokio::time::Instant;

use super::acts::Meaning;
use super::find::towards;
use super::{Runner, Stop};
use crate::flow::Selector;
use crate::ledger::Ledger;
use crate::perform::look::gone_before;
use crate::perform::touch::is_retryable;
use crate::step::{Condition, Direction, Spot, Stroke, Swipe, Target, Touch};

/// How long a finger rests for a tap, and for a long press.
const TAP: Duration = Duration::from_millis(50);
const HOLD: Duration = Duration::from_secs(3);
/// After a tap on a picture that may be liked by two: a second command's tap must be one of its own.
const APART: Duration = Duration::from_millis(600);
/// A drag shorter than this is a tap.
const DRAG_MIN: f64 = 20.0;
/// How long a finger takes over the screen.
const SWIPE: Duration = Duration::from_millis(400);

/// What is to be touched: where, the element there if one was meant, and how it was meant.
pub(super) struct Aim<'s> {
    pub at: Option<usize>,
    pub point: Point,
    pub selector: Option<&'s Selector>,
    pub by: Touch,
    pub times: u16,
}

impl<P: Phone, L: Ledger> Runner<'_, P, L> {
    /// Touches the spot that often; what was touched, for the log.
    pub(super) async fn touch_spot(
        &mut self,
        on: &Spot,
        by: Touch,
        (times, pause): (u16, Duration),
        limit: Duration,
    ) -> Result<Option<String>, Stop> {
        let mut said = None;
        for round in 0..times {
            if round > 0 {
                tokio::time::sleep(pause).await;
                self.safe_point()?;
            }
            for again in [true, false] {
                let aim = self.aim(on, by, times, limit).await?;
                said = aim.at.and_then(|at| self.said(at));
                let meaning = self.meaning(&aim)?;
                if let Meaning::Act(act, by) = meaning {
                    // However often it was to be touched: it is done once.
                    return self.act_in_flow(act, by).await.map(Some);
                }
                match self.press_spot(&aim, on).await {
                    Ok(()) if meaning == Meaning::Apart => {
                        tokio::time::sleep(APART).await;
                        break;
                    }
                    Ok(()) => break,
                    Err(error) if again && is_retryable(&error) => {}
                    Err(error) if gone_before(&error) => return Err(lost(on)),
                    Err(error) => return Err(self.fault(error).await),
                }
            }
        }
        Ok(said)
    }

    async fn aim<'s>(
        &mut self,
        on: &'s Spot,
        by: Touch,
        times: u16,
        limit: Duration,
    ) -> Result<Aim<'s>, Stop> {
        let (at, point, selector) = match on {
            Spot::Screen(offset) => {
                self.look().await?;
                (None, Some(self.point_of_screen(*offset)), None)
            }
            Spot::Middle(target) => {
                let at = self.await_element(target, limit).await?;
                (Some(at), self.middle(at), target.selector.as_deref())
            }
            Spot::Within(target, offset) => {
                let at = self.await_element(target, limit).await?;
                let point = self.point_within(at, *offset);
                (Some(at), point, target.selector.as_deref())
            }
        };
        let point = point.ok_or_else(|| lost(on))?;
        Ok(Aim {
            at,
            point,
            selector,
            by,
            times,
        })
    }

    async fn press_spot(&mut self, aim: &Aim<'_>, on: &Spot) -> Result<(), PhoneError> {
        let done = match (aim.at, on, aim.by) {
            (Some(at), Spot::Middle(_), Touch::Tap) => self.press(at).await,
            (Some(at), Spot::Middle(_), Touch::DoubleTap) => match self.element(at).await {
                Ok(element) => self.phone.double_tap(&element).await,
                Err(error) => Err(error),
            },
            (_, _, Touch::Tap) => self.phone.tap_at(aim.point, 1, TAP).await,
            (_, _, Touch::DoubleTap) => self.phone.tap_at(aim.point, 2, TAP).await,
            (_, _, Touch::Hold) => self.phone.tap_at(aim.point, 1, HOLD).await,
        };
        self.view = None;
        done
    }

    /// Goes back one page: by the button where there is one, in the social app and others.
    pub(super) async fn flow_back(&mut self) -> Result<(), Stop> {
        self.back().await
    }

    pub(super) async fn stroke(
        &mut self,
        stroke: &Stroke,
        time: Duration,
        limit: Duration,
    ) -> Result<(), Stop> {
        let (from, to) = match stroke {
            Stroke::Towards(way) => {
                self.look().await?;
                self.over_the_middle(*way)
            }
            Stroke::From(target, way) => {
                let at = self.await_element(target, limit).await?;
                let from = self.middle(at);
                let from = from.ok_or_else(|| Stop::Missing(target.locator.clone()))?;
                let size = self.size();
                let far = Size {
                    width: size.width * 0.5,
                    height: size.height * 0.4,
                };
                (from, self.inside(towards(from, *way, far)))
            }
            Stroke::Between(start, end) => {
                self.look().await?;
                (self.point_of_screen(*start), self.point_of_screen(*end))
            }
        };
        if (to.x - from.x).hypot(to.y - from.y) < DRAG_MIN {
            let what = "The swipe goes nowhere; it would be a tap.".to_owned();
            return Err(Stop::Unclear(what));
        }
        let done = self.phone.swipe(from, to, time).await;
        self.view = None;
        match done {
            Ok(()) => Ok(()),
            Err(error) => Err(self.fault(error).await),
        }
    }

    fn inside(&self, point: Point) -> Point {
        let size = self.size();
        Point {
            x: point.x.clamp(1.0, size.width - 1.0),
            y: point.y.clamp(1.0, size.height - 1.0),
        }
    }

    fn over_the_middle(&self, way: Direction) -> (Point, Point) {
        let size = self.size();
        let place = |x: f64, y: f64| Point {
            x: size.width * x,
            y: size.height * y,
        };
        match way {
            Direction::Up => (place(0.5, 0.75), place(0.5, 0.25)),
            Direction::Down => (place(0.5, 0.25), place(0.5, 0.75)),
            Direction::Left => (place(0.9, 0.5), place(0.1, 0.5)),
            Direction::Right => (place(0.1, 0.5), place(0.9, 0.5)),
        }
    }

    pub(super) async fn scroll_to(
        &mut self,
        target: &Target,
        way: Direction,
        limit: Duration,
    ) -> Result<(), Stop> {
        let deadline = Instant::now() + limit;
        let wanted = Condition::Visible(target.clone());
        loop {
            if self.met(&wanted, Duration::ZERO).await? {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(Stop::Missing(target.locator.clone()));
            }
            match way {
                Direction::Up => self.swipe(Swipe::Up).await?,
                Direction::Down => self.swipe(Swipe::Down).await?,
                way => self.stroke(&Stroke::Towards(way), SWIPE, limit).await?,
            }
        }
    }
}

/// What was to be touched is not there.
fn lost(on: &Spot) -> Stop {
    Stop::Missing(match on {
        Spot::Middle(target) | Spot::Within(target, _) => target.locator.clone(),
        Spot::Screen(_) => "the place on the screen".to_owned(),
    })
}
