//! What can change in the world.

use serde::{Deserialize, Serialize};

/// How one account stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Follow {
    /// It follows.
    Following,
    /// It asked a private account.
    Requested,
}

/// A comment as it stands under a post.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Comment {
    /// Who wrote it.
    pub account: String,
    /// What it says.
    pub text: String,
}

/// One change of the world.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Change {
    /// `account` follows `target`, or asked to.
    Follow {
        /// Who.
        account: String,
        /// Whom.
        target: String,
        /// How far it got.
        state: Follow,
    },
    /// `account` no longer follows `target`.
    Unfollow {
        /// Who.
        account: String,
        /// Whom.
        target: String,
    },
    /// `account` likes `post`.
    Like {
        /// Who.
        account: String,
        /// The post's id.
        post: String,
    },
    /// `account` no longer likes `post`.
    Unlike {
        /// Who.
        account: String,
        /// The post's id.
        post: String,
    },
    /// `account` commented on `post`.
    Comment {
        /// Who.
        account: String,
        /// The post's id.
        post: String,
        /// What.
        text: String,
    },
    /// `account` is signed in on the phone.
    SignIn {
        /// The UDID.
        phone: String,
        /// Who.
        account: String,
    },
    /// `account` is the active one on the phone.
    Active {
        /// The UDID.
        phone: String,
        /// Who.
        account: String,
    },
    /// The account sees nothing but this until it is lifted.
    Challenge {
        /// Who.
        account: String,
        /// What the screen says; empty means a login form.
        text: String,
    },
    /// The challenge is over.
    Lift {
        /// Who.
        account: String,
    },
    /// So many phones were added to those of the start.
    Phones {
        /// In all.
        added: u16,
    },
}
