//! How a phone and this computer can stand to each other.

use serde::Deserialize;

/// How a phone and this computer stand to each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// This computer keeps a pair record, and the phone honours it.
    #[default]
    Paired,
    /// This computer keeps a pair record, and the phone knows nothing of it (InvalidHostID).
    Forgotten,
    /// Neither knows the other; the next Pair is answered as if somebody tapped Trust at once.
    Unpaired,
    /// Neither knows the other, and nobody answers the question (PairingDialogResponsePending).
    Pending,
    /// Neither knows the other, and somebody tapped Don't Trust (UserDeniedPairing).
    Denied,
}
