//! What a tap on an element can do.

use super::version::Tab;
use crate::people::PostRef;

/// What a tap does to the app or the phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tap {
    /// To a tab's first page.
    Tab(Tab),
    /// One page back.
    Back,
    /// From explore to the search page.
    OpenSearch,
    /// Into a field.
    Focus(Field),
    /// Empties the field.
    ClearField,
    /// The keyboard's last key.
    Enter,
    /// The results page of a search.
    OpenResults(String),
    /// Somebody's profile.
    OpenProfile(String),
    /// The follow button of a profile.
    FollowButton(String),
    /// The cell of the sheet.
    Unfollow(String),
    /// A post.
    OpenPost(PostRef),
    /// The like button: toggles.
    LikeButton(PostRef),
    /// A double tap on the picture: never unlikes.
    LikePicture(PostRef),
    /// The comments of a post.
    OpenComments(PostRef),
    /// Sends what is typed.
    PostComment,
    /// The list of accounts.
    OpenSwitcher,
    /// One of them.
    SwitchTo(String),
    /// Closes what lies over the page.
    Close,
    /// Something opens that is of no use here.
    OpenShare,
    /// A button of a system alert.
    AlertButton(usize),
    /// An app's icon.
    LaunchApp,
}

/// Where text can go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The search field.
    Search,
    /// A comment.
    Comment,
    /// The login form's name.
    Username,
    /// The login form's password.
    Password,
}

impl Field {
    /// How the key of its element ends.
    #[must_use]
    pub fn mark(self) -> &'static str {
        match self {
            Field::Search => "field:search",
            Field::Comment => "field:comment",
            Field::Username => "field:username",
            Field::Password => "field:password",
        }
    }
}
