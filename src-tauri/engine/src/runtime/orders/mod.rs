//! What operators order, one file per noun.
//!
//! An order is a value that carries itself out inside a turn and says what it changed; that goes
//! into the audit in the same transaction. A new order is a type with [`Order`] in the file of its
//! noun, and the command that sends it: nothing here knows the orders one by one. A refused order
//! changes nothing and leaves no row.

mod accounts;
mod again;
mod app;
mod cancel;
mod devices;
mod history;
mod interactions;
mod jobs;
mod lists;
mod operator;
mod runner;
mod settings;
mod shift_note;
mod switch;
mod tasks;
mod templates;
mod token;

pub use operator::{Operator, REASON_MAX, Reason, Who};

pub use accounts::AccountChange;
pub use devices::DeviceChange;
pub use jobs::JobWork;

pub(crate) use accounts::{AddAccount, ChangeAccount, Discipline, RemoveAccount};
pub(crate) use again::{Resolve, Retry};
#[cfg(test)]
pub(crate) use app::Miss;
pub(crate) use app::ResumeAction;
pub(crate) use cancel::{Cancel, CancelRest, Rest};
pub(crate) use devices::{AddPhone, ChangeDevice, FindDevice, ForgetDevice, Hand};
pub(crate) use history::{AddRows, DropUnfinished, ImportHistory};
pub(crate) use interactions::Cleanup;
pub(crate) use jobs::{BeginJob, EndJob, StepJob};
pub(crate) use runner::Runner;
pub(crate) use settings::Change as SettingsChange;
pub(crate) use shift_note::WriteShiftNote;
pub(crate) use switch::Switch;
pub(crate) use templates::{AddTemplate, ChangeTemplate, RemoveTemplate, Stencil};
pub(crate) use token::RotateToken;

use signalbox_scheduler::{Answer, Input, Scope};

use super::message::{Refused, Reply};
use super::turn::Turn;
use super::{Message, accept};
use crate::store;
use crate::store::audit::{self, Entry};

/// An order that was carried out.
pub(crate) struct Carried<T> {
    /// What the operator is told once it is durable.
    told: T,
    /// What it changed.
    entry: Option<Entry>,
}

impl<T> Carried<T> {
    /// It changed something.
    pub(crate) fn new(told: T, entry: Entry) -> Self {
        Self {
            told,
            entry: Some(entry),
        }
    }

    /// All was as ordered already, so there is nothing to tell of it later.
    pub(crate) fn unchanged(told: T) -> Self {
        Self { told, entry: None }
    }
}

/// What carrying out an order gives: an error rolls the transaction back and is no answer.
pub(crate) type Taken<T> = store::Result<Result<Carried<T>, Refused>>;

/// Something an operator orders. It may be tried again after a commit that failed, so it keeps
/// what it is made of.
pub(crate) trait Order: Send + Sync + 'static {
    /// What the operator is told.
    type Done: Send + 'static;

    /// It brings something that would be lost with a damaged file, so such a file does not get it.
    const BRINGS_NEW: bool = false;

    /// What it stops. That is done at once where it cannot be saved: see [`super::silence`].
    fn silences(&self) -> Option<Scope> {
        None
    }

    /// Carries it out. Whoever refuses has written nothing.
    fn take(&self, turn: &mut Turn<'_>, by: &Operator) -> Taken<Self::Done>;
}

/// An order on its way, whatever it is about.
pub(crate) trait Sent: Send {
    /// Carries it out, and keeps the answer for after the commit.
    fn take(&mut self, turn: &mut Turn<'_>) -> store::Result<()>;
    /// The commit is done: tells the operator.
    fn answer(self: Box<Self>);
    /// Tells the operator that nothing was done.
    fn refuse(self: Box<Self>, why: Refused);
    /// See [`Order::BRINGS_NEW`].
    fn brings_new(&self) -> bool;
    /// See [`Order::silences`], with who orders it.
    fn silences(&self) -> Option<(Scope, Operator)>;
}

struct Envelope<O: Order> {
    order: O,
    by: Operator,
    told: Option<Result<O::Done, Refused>>,
    reply: Reply<O::Done>,
}

impl Message {
    /// The message with which an operator orders something.
    pub(crate) fn order<O: Order>(order: O, by: Operator, reply: Reply<O::Done>) -> Self {
        Self::Order(Box::new(Envelope {
            order,
            by,
            told: None,
            reply,
        }))
    }
}

impl<O: Order> Sent for Envelope<O> {
    fn take(&mut self, turn: &mut Turn<'_>) -> store::Result<()> {
        let taken = self.order.take(turn, &self.by)?;
        if let Ok(Carried {
            entry: Some(entry), ..
        }) = &taken
        {
            turn.tell_audit(&self.by, entry)?;
        }
        self.told = Some(taken.map(|carried| carried.told));
        Ok(())
    }

    fn answer(self: Box<Self>) {
        if let Some(told) = self.told {
            let _ = self.reply.send(told);
        }
    }

    fn refuse(self: Box<Self>, why: Refused) {
        let _ = self.reply.send(Err(why));
    }

    fn brings_new(&self) -> bool {
        O::BRINGS_NEW
    }

    fn silences(&self) -> Option<(Scope, Operator)> {
        self.order.silences().map(|scope| (scope, self.by.clone()))
    }
}

impl Turn<'_> {
    fn tell_audit(&mut self, by: &Operator, entry: &Entry) -> store::Result<()> {
        let why = by.why.as_ref().map(Reason::as_str);
        audit::insert(&self.tables, self.ts, by.who.as_str(), why, entry)?;
        self.audited = true;
        Ok(())
    }

    /// Hands an order to the core; its refusals are sentences.
    pub(super) fn order_core(&mut self, input: &Input) -> store::Result<Result<Answer, Refused>> {
        let effects = self.feed(input)?;
        Ok(accept::answered(self.keep(effects)))
    }
}

/// What no order leads to yet, for tests: the core is told, and no row is left.
#[cfg(test)]
impl Order for Input {
    type Done = ();

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let answer = turn.order_core(self)?;
        Ok(answer.map(|_| Carried::unchanged(())))
    }
}
