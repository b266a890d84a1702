//! Where the two releases of the app differ.

use super::language::Language;
use crate::config::AppVersion;
use crate::world::Follow;

/// The tabs of the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// The feed.
    Feed,
    /// Search and explore.
    Explore,
    /// The camera (only in A).
    Camera,
    /// Reels.
    Reels,
    /// Messages (only in B).
    Inbox,
    /// The own profile.
    Profile,
}

impl Tab {
    /// Its accessibility identifier.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Tab::Feed => "mainfeed-tab",
            Tab::Explore => "explore-tab",
            Tab::Camera => "camera-tab",
            Tab::Reels => "reels-tab",
            Tab::Inbox => "direct-inbox-tab",
            Tab::Profile => "profile-tab",
        }
    }

    /// Its label.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Tab::Feed => "Home",
            Tab::Explore => "Search and explore",
            Tab::Camera => "Camera",
            Tab::Reels => "Reels",
            Tab::Inbox => "Messages",
            Tab::Profile => "Profile",
        }
    }
}

impl AppVersion {
    /// The tabs, left to right.
    #[must_use]
    pub fn tabs(self) -> &'static [Tab] {
        match self {
            AppVersion::A => &[
                Tab::Feed,
                Tab::Explore,
                Tab::Camera,
                Tab::Reels,
                Tab::Profile,
            ],
            AppVersion::B => &[
                Tab::Feed,
                Tab::Reels,
                Tab::Inbox,
                Tab::Explore,
                Tab::Profile,
            ],
        }
    }

    /// The release number.
    #[must_use]
    pub fn number(self) -> &'static str {
        match self {
            AppVersion::A => "361.1.0",
            AppVersion::B => "402.0.0",
        }
    }

    /// The element type of the search field.
    #[must_use]
    pub fn search_field(self) -> &'static str {
        match self {
            AppVersion::A => "SearchField",
            AppVersion::B => "TextField",
        }
    }

    /// Whether a tap on a result's cell opens the profile (A) or a results page (B).
    #[must_use]
    pub fn cell_opens_profile(self) -> bool {
        self == AppVersion::A
    }

    /// Label of the follow button.
    #[must_use]
    pub fn follow_label(
        self,
        language: Language,
        name: &str,
        state: Option<Follow>,
        back: bool,
    ) -> String {
        match (state, self) {
            (Some(Follow::Requested), _) => language.says("Requested"),
            (Some(Follow::Following), AppVersion::A) => language.says("Following"),
            (Some(Follow::Following), AppVersion::B) => language.says_of("Tap to unfollow", name),
            (None, _) if back => language.says("Follow Back"),
            (None, _) => language.says_of("Follow", name),
        }
    }

    /// Label and value of the like button: A tells the state in the label, B in the value.
    #[must_use]
    pub fn like_state(self, liked: bool) -> (Option<&'static str>, Option<&'static str>) {
        match (self, liked) {
            (AppVersion::A, false) => (Some("Like"), None),
            (AppVersion::A, true) => (Some("Liked"), None),
            (AppVersion::B, false) => (None, Some("Like")),
            (AppVersion::B, true) => (None, Some("Unlike")),
        }
    }

    /// Whether a post's page has a `BackButton` (B leaves only the swipe from the left edge).
    #[must_use]
    pub fn post_has_back(self) -> bool {
        self == AppVersion::A
    }

    /// Whether stop signs come as an alert (A) or as a sheet of the page (B).
    #[must_use]
    pub fn stop_sign_is_alert(self) -> bool {
        self == AppVersion::A
    }

    /// The comment field's identifier.
    #[must_use]
    pub fn comment_field(self) -> &'static str {
        match self {
            AppVersion::A => "text-view",
            AppVersion::B => "comment-text-input",
        }
    }

    /// Whether the numbers of a profile's head are values (A) or texts inside (B).
    #[must_use]
    pub fn counts_are_values(self) -> bool {
        self == AppVersion::A
    }

    /// Whether the app asks something at its first cold start on a phone.
    #[must_use]
    pub fn asks_at_first_start(self) -> bool {
        self == AppVersion::B
    }

    /// How the app writes "not now".
    #[must_use]
    pub fn not_now(self) -> &'static str {
        match self {
            AppVersion::A => "Not now",
            AppVersion::B => "Not Now",
        }
    }
}
