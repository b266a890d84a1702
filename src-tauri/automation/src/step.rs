//! What can be done on a screen, as data.
//!
//! Actions are lists of steps, and scripts parse into the same type. A step names controls by their
//! name in the screens file; `${target}` and `${handle}` in a text stand for the job's target and
//! account.

use std::time::Duration;

use crate::flow::{Selector, Template};
use crate::job::Act;

/// The time a control is given to appear when a step says nothing else.
pub const LIMIT: Duration = Duration::from_secs(8);

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What to do.
    pub what: What,
    /// How long it may take, looking included. A call under way is never cut off by it: each call
    /// to a phone has a limit of its own.
    pub limit: Duration,
    /// Whether the steps behind it go on when a control of this one is missing or ambiguous.
    pub optional: bool,
    /// Where it stands in a flow, as `login.yaml:12`; none for the steps of actions.
    pub place: Option<Box<str>>,
}

/// A control on the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Its name in the screens file, or what a flow's selector is called in messages.
    pub locator: String,
    /// Which one, where there may be several.
    pub which: Which,
    /// How a flow looks for it; then the screens file is not asked.
    pub selector: Option<Box<Selector>>,
}

/// Which of several controls is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// There must be one; several are ambiguous.
    Only,
    /// The first of them.
    First,
    /// The one that the action instance is about: the third `like_post` means the third post.
    Instance,
}

/// The kinds of steps.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Start the app, or bring it to the front.
    Launch,
    /// End the app.
    Terminate,
    /// Open a deep link of the screens file, by name.
    OpenLink(String),
    /// Go back one page: the back button where there is one, else a swipe from the left edge.
    Back,
    /// Wait for the control.
    Find(Target),
    /// Wait until the control reads this text.
    Read {
        /// The control.
        from: Target,
        /// What its label or value must be.
        expect: String,
    },
    /// Tap the control. The controls of acts can be touched by [`What::Ensure`] only.
    Tap(Target),
    /// Tap the control twice, fast. As for [`What::Tap`].
    DoubleTap(Target),
    /// Put the text into the field: empty it, type, read back, and type again if it differs.
    Type {
        /// The field; never a secure one.
        into: Target,
        /// The text.
        text: String,
    },
    /// Swipe over the middle of the screen.
    Swipe(Swipe),
    /// Wait until it holds.
    WaitUntil(Condition),
    /// Settle whether the target's profile is in front; where the app says that there is no such
    /// page, or the task leaves out pages like this one, the action ends here with that outcome.
    Prove {
        /// Whether the posts must be open to all, else the outcome is `private_account`.
        public: bool,
    },
    /// Record that the profile was seen.
    Viewed,
    /// Read the state, act if needed (asking first), read again.
    Ensure(Ensure),
    /// Open the comments of the post in front; where it takes none, the action ends here.
    OpenComments,
    /// Comment under the post whose comments are in front: read what is there, type a text of the
    /// task, ask, send, read again.
    Comment,
    /// Go through the steps while the condition holds, at most that many times.
    While {
        /// When to go through them.
        when: Condition,
        /// How often at most; 1 is a plain "if".
        times: u16,
        /// The steps.
        steps: Vec<Step>,
    },
    /// Go through the steps; where one fails, once more from the first, at most that many times.
    Retry {
        /// How often at most, besides the first time.
        times: u16,
        /// The steps.
        steps: Vec<Step>,
    },
    /// Bring any app to the front.
    OpenApp {
        /// Its bundle id; none: the social app's.
        app: Option<String>,
        /// End it first.
        anew: bool,
    },
    /// End any app; none: the social app.
    EndApp(Option<String>),
    /// Open a link with the app that owns it.
    OpenUrl(Template),
    /// Touch what a flow means, that often. Where that is the control of an act, it counts as one.
    Touch {
        /// Where.
        on: Spot,
        /// How.
        by: Touch,
        /// How often.
        times: u16,
        /// The pause between two of them.
        pause: Duration,
    },
    /// Drag a finger.
    Drag(Stroke, Duration),
    /// Swipe that way until the control is visible.
    ScrollTo(Target, Direction),
    /// Type the text where the keyboard is; never into a secure field.
    Input(Template),
    /// Take that many letters away where the keyboard is.
    Erase(u16),
    /// Remember what the control says.
    Copy(Target),
    /// Remember a text.
    Remember(Template),
    /// Put the keyboard away.
    HideKeyboard,
    /// Press a key or button.
    Press(Key),
    /// Wait until the screen stops changing; one that does not is no failure.
    Settle,
    /// Keep a picture of the screen under that name.
    Picture(String),
    /// Something that no real phone can do; the flow ends here, in this sentence.
    Impossible(&'static str),
}

/// An act that is done only if it is not so already.
#[derive(Debug, Clone, PartialEq)]
pub struct Ensure {
    /// The act.
    pub act: Act,
    /// The control whose label or value tells the state.
    pub state: Target,
    /// What to touch.
    pub touch: Target,
    /// How to touch it.
    pub by: Touch,
}

/// How a control is touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    /// Once.
    Tap,
    /// Twice, fast.
    DoubleTap,
    /// Once, and the finger rests there. Flows only.
    Hold,
}

/// A place on the screen that a flow means.
#[derive(Debug, Clone, PartialEq)]
pub enum Spot {
    /// The middle of an element.
    Middle(Target),
    /// A point of an element, in parts of its size.
    Within(Target, Offset),
    /// A point of the screen.
    Screen(Offset),
}

/// How far from the left and from the top.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Offset {
    /// In parts of the width and height, 0 to 1.
    Parts(f64, f64),
    /// In points.
    Points(f64, f64),
}

/// Where a finger goes.
#[derive(Debug, Clone, PartialEq)]
pub enum Stroke {
    /// Over the middle of the screen.
    Towards(Direction),
    /// From an element.
    From(Target, Direction),
    /// From one place to another.
    Between(Offset, Offset),
}

/// Which way a finger goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Upwards: what is below comes into sight.
    Up,
    /// Downwards.
    Down,
    /// To the left.
    Left,
    /// To the right.
    Right,
}

/// A key or button that a flow may press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// The return key of the keyboard.
    Enter,
    /// The backspace key of the keyboard.
    Backspace,
    /// The home button.
    Home,
    /// Louder.
    VolumeUp,
    /// Quieter.
    VolumeDown,
}

/// Which way the finger goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swipe {
    /// Upwards: what is below comes into sight.
    Up,
    /// Downwards.
    Down,
}

/// Something that a look at the screen can settle.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Holds.
    Always,
    /// The control is visible.
    Visible(Target),
    /// The page is in front.
    On(Place),
    /// The other does not hold.
    Not(Box<Condition>),
    /// One of them holds.
    Any(Vec<Condition>),
    /// All of them hold.
    All(Vec<Condition>),
    /// The text counts as true.
    True(Template),
}

/// A page, or a page about the job's target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A page of the app.
    Page(crate::reading::Page),
    /// The profile whose title is the target.
    TargetProfile,
    /// A post whose author is the target.
    TargetPost,
    /// The page that says that there is no such page.
    TargetGone,
}

impl Step {
    /// A step with the usual time limit that must succeed.
    pub fn new(what: What) -> Self {
        Self {
            what,
            limit: LIMIT,
            optional: false,
            place: None,
        }
    }

    /// The same with another time limit.
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// The same, but what is missing is passed over.
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }
}

impl Target {
    /// The only control of that name.
    pub fn only(locator: &str) -> Self {
        Self {
            locator: locator.to_owned(),
            which: Which::Only,
            selector: None,
        }
    }

    /// The first control of that name.
    pub fn first(locator: &str) -> Self {
        Self {
            locator: locator.to_owned(),
            which: Which::First,
            selector: None,
        }
    }

    /// The control of that name that the action instance is about.
    pub fn instance(locator: &str) -> Self {
        Self {
            locator: locator.to_owned(),
            which: Which::Instance,
            selector: None,
        }
    }
}

impl From<Selector> for Target {
    /// What a flow's selector means.
    fn from(selector: Selector) -> Self {
        Self {
            locator: selector.shown(),
            which: Which::First,
            selector: Some(Box::new(selector)),
        }
    }
}

impl std::ops::Not for Condition {
    type Output = Self;

    /// The opposite.
    fn not(self) -> Self {
        match self {
            Self::Not(other) => *other,
            other => Self::Not(Box::new(other)),
        }
    }
}
