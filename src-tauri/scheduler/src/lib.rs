//! The pure core of Signalbox: what may run, when, and what was recorded of it.
//!
//! [`decide`] looks at a [`State`], the time and one [`Input`] and answers with [`Record`]s and
//! [`Effect`]s; [`apply`] is the only way a state changes, and the same code replays the journal.
//! Nothing here reads a clock, does IO, logs, or can panic on any input. The caller commits the
//! records **before** it carries out an effect or answers anybody (R1).
//!
//! Invariants about what is absent: no tokio, no SQL, no clock, no log, no randomness, no string
//! that names a person. Accounts, phones and lists are dense numbers, tasks are opaque ids; names
//! live in the store.
//!
//! ```
//! use signalbox_scheduler::*;
//!
//! let mut state = State::new(Settings::simulated());
//! let now = Now { at: 0, wall: 0 };
//! let mut feed = |state: &mut State, input| {
//!     let (records, effects) = decide(state, now, &input);
//!     for record in &records {
//!         apply(state, now, record);
//!     }
//!     effects
//! };
//! feed(&mut state, Input::AddPhone);
//! feed(&mut state, Input::AddAccount { bound: None });
//! feed(&mut state, Input::PhoneSeen { phone: PhoneNo(0) });
//! feed(&mut state, Input::PhoneReady { phone: PhoneNo(0) });
//! feed(&mut state, Input::Submit { list: None, tasks: vec![NewTask::look(TaskId(7), AccountNo(0))] });
//! let effects = feed(&mut state, Input::Tick { may_start: true });
//! assert!(matches!(effects[..], [Effect::Run { task: TaskId(7), .. }]));
//! ```

pub mod apply;
#[cfg(debug_assertions)]
pub mod audit;
pub mod decide;
pub mod effect;
pub mod hours;
pub mod ids;
pub mod input;
pub mod planted;
pub mod policy;
mod reason;
pub mod record;
pub mod snapshot;
pub mod state;
pub mod timeline;
pub mod waiting;

pub use apply::apply;
pub use decide::{Decision, decide, decide_into, next_due};
pub use effect::{Answer, Effect, Refusal, Skip};
pub use hours::{Hours, Week, Zone};
pub use ids::{
    AccountNo, ActionNo, AttemptNo, CheckNo, ListNo, LocatorNo, PhoneNo, RotaNo, TaskId, VersionNo,
};
pub use input::{EndedTask, Ending, Input, NewTask, Prior, Saw, Scope};
pub use planted::Bug;
pub use policy::{Act, Actions, Kind, Limits, Need, Priority, Settings};
pub use record::{Cause, Record, TaskEnd, Why};
pub use snapshot::{Chunk, Damaged, Head, Restoring};
pub use state::{
    Account, AccountState, Attempt, Counts, Mishap, Mishaps, Phase, Phone, State, Task,
};
pub use timeline::{Anchor, Now, Reading};
pub use waiting::{Waiting, waiting};
