//! What to do on the screen: steps, actions, screen reading, and acting only after reading.
//!
//! [`perform`](perform::perform) runs one [`Job`] on one phone. It asks a [`Ledger`] before each
//! act, tells it what came of it, and says in its [`Report`] how the attempt ended. The room knows
//! nothing of queues, leases or storage: the engine does, behind the ledger. What it knows of the
//! social app (controls, texts, pages) is data, in `screens.toml`.

pub mod actions;
pub mod ending;
pub mod engagement;
#[cfg(test)]
mod fake;
pub mod flow;
pub mod handle;
pub mod job;
pub mod ledger;
pub mod perform;
pub mod reading;
pub mod screens;
pub mod step;

pub use ending::{Ending, Evidence, Report};
pub use engagement::{Acts, Engagement};
pub use handle::Handle;
pub use job::{Act, Action, Instance, Interaction, Job, Mode, Progress, Unsettled, Work};
pub use ledger::{
    Halted, Intent, Ledger, Outcome, SignedIn, SkipReason, Status, StepEnd, StepLog, Verdict,
};
pub use perform::{Visit, perform, show_itself, visit};
pub use screens::{Screens, ScreensError};
