//! What tasks mean to do, and the little social world they do it in.

use signalbox_scheduler::{AccountNo, Act, ActionNo, Need, TaskId};

use crate::random::Random;

/// The most steps a task has.
pub const STEPS_MAX: usize = 4;
/// Profiles there are.
pub const TARGETS: usize = 48;
/// Comment texts there are.
pub const TEXTS: usize = 12;

/// One step: a look, or an act on a target (with a text, for comments).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The act; `None`: a look.
    pub act: Option<Act>,
    /// Whom it is about.
    pub target: u8,
    /// Which text a comment has.
    pub text: u8,
}

/// The steps of a task.
#[derive(Debug, Clone, Copy)]
pub struct Script {
    steps: [Step; STEPS_MAX],
    /// How many there are.
    pub length: u16,
}

impl Script {
    /// Draws a script. `comments`: one act in so many is a comment.
    pub fn draw(random: &mut Random, comments: u32) -> Self {
        let target = u8::try_from(random.below(TARGETS as u32)).unwrap_or(0);
        let text = u8::try_from(random.below(TEXTS as u32)).unwrap_or(0);
        let mut step = || {
            let act = match random.below(3) {
                0 => None,
                _ if random.one_in(comments) => Some(Act::Comment),
                1 => Some(Act::Follow),
                _ => Some(Act::Like),
            };
            Step { act, target, text }
        };
        let mut steps = [step(), step(), step(), step()];
        // One comment a task, as it is one row.
        let mut commented = false;
        for step in &mut steps {
            if step.act == Some(Act::Comment) && std::mem::replace(&mut commented, true) {
                step.act = None;
            }
        }
        let length = u16::try_from(random.between(1, STEPS_MAX as u32)).unwrap_or(1);
        Self { steps, length }
    }

    /// The step of that number.
    pub fn step(&self, step: u16) -> Option<Step> {
        (step < self.length).then(|| self.steps[usize::from(step)])
    }

    /// The acts left on the page of that step, the step counted: two steps are a page.
    pub fn rest(&self, from: u16) -> Need {
        let mut need = Need::default();
        for step in from..=(from | 1) {
            if let Some(act) = self.step(step).and_then(|it| it.act) {
                need.0[act.index()] += 1;
            }
        }
        need
    }

    /// The acts it means to do.
    pub fn need(&self) -> Need {
        self.need_from(0)
    }

    /// The acts it still means to do from this step on.
    pub fn need_from(&self, next: u16) -> Need {
        let mut need = Need::default();
        let steps = &self.steps[..usize::from(self.length)];
        for step in steps.iter().skip(usize::from(next)) {
            if let Some(act) = step.act {
                need.0[act.index()] += 1;
            }
        }
        need
    }
}

/// Actions there are, beside what steps do.
const ACTIONS: u32 = 2;

/// One of the actions.
pub fn action(random: &mut Random) -> ActionNo {
    ActionNo(u8::try_from(random.below(ACTIONS)).unwrap_or(0))
}

/// The script of a task. Tasks are numbered from 0 in the order they were made.
pub fn of(scripts: &[Script], task: TaskId) -> Option<&Script> {
    scripts.get(usize::try_from(task.0).ok()?)
}

/// Who follows whom and likes what: true whatever the engine believes.
#[derive(Debug, Clone, Default)]
pub struct Social {
    done: Vec<[bool; 3]>,
}

impl Social {
    /// Whether the account's comment is there.
    pub fn has_commented(&self, account: AccountNo, step: Step) -> bool {
        let place = account.0 as usize * TARGETS + usize::from(step.target);
        let done = self.done.get(place);
        done.is_some_and(|done| done[Act::Comment.index()])
    }

    /// Does an ensured act if it is not yet so; comments always.
    pub fn act(&mut self, account: AccountNo, step: Step, act: Act) -> bool {
        let place = account.0 as usize * TARGETS + usize::from(step.target);
        if self.done.len() <= place {
            self.done.resize(place + 1, [false; 3]);
        }
        let done = &mut self.done[place][act.index()];
        let news = !*done || !act.is_ensured();
        *done = true;
        news
    }
}
