//! For tests: the social app as WebDriverAgent would show it, in two releases, and a phone that
//! runs it. Written from the facts of the screens page alone.

mod ledger;
mod pages;
mod phone;
mod touch;

pub use ledger::FakeLedger;
pub use pages::Release;
pub use phone::{FakePhone, Trouble};

use std::collections::BTreeSet;

/// What is in front of the one who looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Feed,
    Explore,
    Own,
    Search,
    Results,
    Profile(String),
    Post(String, usize),
    Comments(String, usize),
}

/// What lies over it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Over {
    /// The accounts on this phone.
    Switcher,
    /// What to do about somebody who is followed.
    Unfollow,
    /// An alert or sheet with a text and buttons.
    Sign(&'static str, Vec<&'static str>),
    /// A question of the app's own, without a type of its own.
    Question(&'static str, Vec<&'static str>),
    /// A line below the status bar.
    Banner(&'static str),
}

/// The app and the little world around it.
#[derive(Debug, Clone)]
pub struct World {
    pub release: Release,
    pub running: bool,
    pub in_front: bool,
    /// What another app shows when it is in front.
    pub other_app: &'static str,
    /// The field of the search takes a secret.
    pub secret_search: bool,
    pub accounts: Vec<&'static str>,
    pub active: String,
    /// How many of the accounts the switcher shows at once, and from which.
    pub rows: usize,
    pub first_row: usize,
    pub stack: Vec<Place>,
    pub over: Option<Over>,
    /// In place of everything: a challenge, or a login form (empty).
    pub shut: Option<&'static str>,
    pub typed: String,
    pub posts: usize,
    /// How many posts the counter of a profile names.
    pub counter: &'static str,
    /// Who said what under which post, the newest last.
    pub said: Vec<(String, usize, String, String)>,
    /// Posts take no comments.
    pub closed: bool,
    /// What was sent is shown only later.
    pub slow_comments: bool,
    pub private: bool,
    /// What stands where the profile should be.
    pub gone: Option<&'static str>,
    /// Whose page that is; everybody's when empty.
    pub gone_of: &'static str,
    pub bio: &'static str,
    pub caption: &'static str,
    pub following: BTreeSet<String>,
    pub requested: BTreeSet<String>,
    pub liked: BTreeSet<(String, usize)>,
    /// Another label for the follow button.
    pub follow_label: Option<&'static str>,
    /// Letters that get lost at the next typing.
    pub drop_letter: bool,
    /// Whatever is typed gets a letter of its own at the end.
    pub autocorrects: bool,
    /// What changed for other people, in order.
    pub effects: Vec<String>,
}

impl World {
    pub fn new(release: Release) -> Self {
        Self {
            release,
            running: true,
            in_front: true,
            other_app: "<XCUIElementTypeStaticText label=\"Other app\"/>",
            secret_search: false,
            accounts: vec!["ann", "amy"],
            active: "ann".to_owned(),
            rows: 10,
            first_row: 0,
            stack: vec![Place::Feed],
            over: None,
            shut: None,
            typed: String::new(),
            posts: 3,
            counter: "3",
            said: Vec::new(),
            closed: false,
            slow_comments: false,
            private: false,
            gone: None,
            gone_of: "",
            bio: "Plants, mostly",
            caption: "Morning light",
            following: BTreeSet::new(),
            requested: BTreeSet::new(),
            liked: BTreeSet::new(),
            follow_label: None,
            drop_letter: false,
            autocorrects: false,
            effects: Vec::new(),
        }
    }

    /// What stands where that profile should be.
    pub fn notice(&self, name: &str) -> Option<&'static str> {
        self.gone
            .filter(|_| self.gone_of.is_empty() || self.gone_of == name)
    }

    pub fn place(&self) -> Place {
        self.stack.last().cloned().unwrap_or(Place::Feed)
    }

    pub fn back(&mut self) {
        if self.stack.len() > 1 {
            self.stack.pop();
        }
    }
}
