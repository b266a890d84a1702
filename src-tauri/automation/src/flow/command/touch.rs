//! Commands that touch the screen.

use std::time::Duration;

use super::{Command, Common, WAIT_OPTIONAL};
use crate::flow::ROUNDS_MAX;
use crate::flow::fields::Fields;
use crate::flow::parse::{Reader, Scope};
use crate::flow::selector::Selector;
use crate::step::{Direction, Key, Offset, Spot, Step, Stroke, Swipe, Target, Touch, What};

/// The pause between the taps of one command.
const PAUSE: Duration = Duration::from_millis(100);
/// How long a finger moves.
const DRAG: Duration = Duration::from_millis(400);
/// The longest drag.
const DRAG_MAX: Duration = Duration::from_secs(20);
/// How long something is scrolled for.
const SCROLL: Duration = Duration::from_secs(20);
/// The longest wait for a screen to come to rest.
const SETTLE_MAX: Duration = Duration::from_secs(30);

impl Reader<'_> {
    /// The steps of a command that touches; none for others.
    pub(super) fn touches(
        &mut self,
        scope: &Scope,
        command: &Command<'_>,
        fields: &mut Fields<'_>,
        common: &Common,
    ) -> Option<Vec<Step>> {
        match command.name {
            "tapOn" => self.tap(scope, command, fields, common, Touch::Tap),
            "doubleTapOn" => self.tap(scope, command, fields, common, Touch::DoubleTap),
            "longPressOn" => self.tap(scope, command, fields, common, Touch::Hold),
            "swipe" => self.swipe(scope, command, fields, common),
            "scroll" => Some(vec![Step::new(What::Swipe(Swipe::Up))]),
            "scrollUntilVisible" => self.scroll_until(scope, command, fields),
            "back" => Some(vec![Step::new(What::Back)]),
            "hideKeyboard" => Some(vec![Step::new(What::HideKeyboard)]),
            "pressKey" => self.press(scope, command, fields),
            _ => None,
        }
    }

    fn tap(
        &mut self,
        scope: &Scope,
        command: &Command<'_>,
        fields: &mut Fields<'_>,
        common: &Common,
        by: Touch,
    ) -> Option<Vec<Step>> {
        let selector = match command.plain() {
            Some(node) => self.selector(scope, node, 0)?,
            None => self.selector_of(scope, fields, 0)?,
        };
        let point = match fields.get("point") {
            Some(node) => Some(self.offset(scope, node, "point")?),
            None => None,
        };
        let on = match (selector == Selector::default(), point) {
            (true, None) => return self.missing(scope, command, "a text, a selector or a point"),
            (true, Some(point)) => Spot::Screen(point),
            (false, None) => Spot::Middle(selector.into()),
            (false, Some(point)) => Spot::Within(selector.into(), point),
        };
        let times = self.number_of(scope, fields, "repeat", (1, u32::from(ROUNDS_MAX)));
        let pause = self.time_of(scope, fields, "delay");
        // Every element is waited for.
        self.truth_of(scope, fields, "waitUntilVisible");
        if self.truth_of(scope, fields, "retryTapIfNoChange") == Some(true) {
            let what = "retryTapIfNoChange is passed over: a second tap could undo the first";
            self.note(&scope.at(command.node), "not_on_a_phone", what);
        }
        let step = Step::new(What::Touch {
            on,
            by,
            times: times.and_then(|it| u16::try_from(it).ok()).unwrap_or(1),
            pause: pause.unwrap_or(PAUSE),
        });
        let mut steps = vec![step.within(common.wait())];
        steps.extend(self.settle(scope, fields));
        Some(steps)
    }

    /// The wait that a touch may ask for after it.
    fn settle(&mut self, scope: &Scope, fields: &mut Fields<'_>) -> Option<Step> {
        let limit = self.time_of(scope, fields, "waitToSettleTimeoutMs")?;
        Some(Step::new(What::Settle).within(limit.min(SETTLE_MAX)))
    }

    fn swipe(
        &mut self,
        scope: &Scope,
        command: &Command<'_>,
        fields: &mut Fields<'_>,
        common: &Common,
    ) -> Option<Vec<Step>> {
        let mut offset = |reader: &mut Self, key: &str| {
            let node = fields.get(key)?;
            reader.offset(scope, node, key)
        };
        let (start, end) = (offset(self, "start"), offset(self, "end"));
        let direction = match fields.get("direction") {
            Some(node) => Some(self.direction(scope, node)?),
            None => None,
        };
        let from: Option<Target> = match fields.get("from") {
            Some(node) => Some(self.selector(scope, node, 0)?.into()),
            None => None,
        };
        let time = self.time_of(scope, fields, "duration");
        let stroke = match (from, direction, start, end) {
            (Some(from), Some(direction), None, None) => Stroke::From(from, direction),
            (None, Some(direction), None, None) => Stroke::Towards(direction),
            (None, None, Some(start), Some(end)) => Stroke::Between(start, end),
            _ => return self.missing(scope, command, "a direction, or a start and an end"),
        };
        if let Stroke::Between(start, end) = stroke
            && !moves(start, end)
        {
            let what = "a swipe must go somewhere; to tap, write tapOn";
            self.findings
                .add(&scope.at(command.node), "bad_value", what);
            return None;
        }
        let time = time.unwrap_or(DRAG).min(DRAG_MAX);
        let mut steps = vec![Step::new(What::Drag(stroke, time)).within(common.wait())];
        steps.extend(self.settle(scope, fields));
        Some(steps)
    }

    fn scroll_until(
        &mut self,
        scope: &Scope,
        command: &Command<'_>,
        fields: &mut Fields<'_>,
    ) -> Option<Vec<Step>> {
        let Some(node) = fields.get("element") else {
            return self.missing(scope, command, "element");
        };
        let target: Target = self.selector(scope, node, 0)?.into();
        let direction = match fields.get("direction") {
            Some(node) => self.direction(scope, node)?,
            None => Direction::Down,
        };
        // To scroll down, the finger goes up.
        let finger = match direction {
            Direction::Up => Direction::Down,
            Direction::Down => Direction::Up,
            Direction::Left => Direction::Right,
            Direction::Right => Direction::Left,
        };
        let limit = self.time_of(scope, fields, "timeout").unwrap_or(SCROLL);
        self.number_of(scope, fields, "speed", (0, 100));
        self.number_of(scope, fields, "visibilityPercentage", (0, 100));
        let center = self.truth_of(scope, fields, "centerElement");
        if center == Some(true) {
            let what = "centerElement is passed over: it is enough that the element is visible";
            self.note(&scope.at(command.node), "not_on_a_phone", what);
        }
        let mut steps = vec![Step::new(What::ScrollTo(target, finger)).within(limit)];
        steps.extend(self.settle(scope, fields));
        Some(steps)
    }

    fn press(
        &mut self,
        scope: &Scope,
        command: &Command<'_>,
        fields: &mut Fields<'_>,
    ) -> Option<Vec<Step>> {
        let Some(node) = command.plain().or_else(|| fields.get("key")) else {
            return self.missing(scope, command, "key");
        };
        let name = self.fixed(scope, node, "key")?;
        let key = match name.to_ascii_lowercase().as_str() {
            "enter" | "return" => Key::Enter,
            "backspace" => Key::Backspace,
            "home" => Key::Home,
            "volume up" => Key::VolumeUp,
            "volume down" => Key::VolumeDown,
            "lock" | "power" => {
                let what = format!(
                    "the key “{name}” would lock the phone, and nothing more could be done on it"
                );
                self.findings.add(&scope.at(node), "bad_value", what);
                return None;
            }
            _ => {
                let what = format!(
                    "an iPhone has no key “{name}”; there are Enter, Backspace, Home, Volume Up and Volume Down"
                );
                self.findings.add(&scope.at(node), "bad_value", what);
                return None;
            }
        };
        Some(vec![Step::new(What::Press(key)).within(WAIT_OPTIONAL)])
    }
}

/// Whether the two places are far enough from each other for a swipe: one on the spot is a tap.
fn moves(start: Offset, end: Offset) -> bool {
    match (start, end) {
        (Offset::Parts(x, y), Offset::Parts(to_x, to_y)) => (to_x - x).hypot(to_y - y) >= 0.05,
        (Offset::Points(x, y), Offset::Points(to_x, to_y)) => (to_x - x).hypot(to_y - y) >= 20.0,
        // Told apart when the size of the screen is known.
        _ => true,
    }
}
