//! What phones are told, and the looks and proofs they are asked for.

use signalbox_scheduler::{AccountNo, AttemptNo, CheckNo, Input, PhoneNo, Saw, TaskId};

use super::{Item, World, number};
use crate::witness::Checked;

/// What is on its way to a phone, in order.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Message {
    Run {
        attempt: AttemptNo,
        task: TaskId,
        account: AccountNo,
        from: u16,
        /// It looks for a comment that an earlier attempt may have sent.
        looks: bool,
    },
    Proceed {
        attempt: AttemptNo,
        step: u16,
    },
    Skip {
        attempt: AttemptNo,
        step: u16,
    },
    Wait {
        attempt: AttemptNo,
        step: u16,
        until: u64,
    },
    Yield {
        attempt: AttemptNo,
    },
    StopSafely {
        attempt: AttemptNo,
    },
    Stop {
        attempt: AttemptNo,
    },
    Check {
        check: CheckNo,
    },
    /// Look whether the account is there, and prove yourself quiet.
    Visit {
        check: CheckNo,
        account: Option<AccountNo>,
    },
}

impl Message {
    /// It asks for a proof.
    pub(super) fn is_check(&self) -> bool {
        matches!(self, Self::Check { .. } | Self::Visit { .. })
    }
}

impl World {
    /// A proof under a number is ordered.
    pub(super) fn order_proof(
        &mut self,
        phone: PhoneNo,
        check: CheckNo,
        message: Message,
    ) -> Checked {
        self.witness.ordered_to_check(check.0)?;
        self.checks.push((phone, check, self.clock.true_ms));
        self.send(phone, message);
        Ok(())
    }

    /// No proof is asked of the phone any more.
    pub(super) fn give_up(&mut self, phone: PhoneNo) -> Checked {
        self.checks.retain(|(of, ..)| *of != phone);
        self.phones[phone.0 as usize].forget_checks();
        Ok(())
    }

    /// Somebody looks who is there.
    pub(super) fn visit(&mut self, no: usize, check: CheckNo, account: Option<AccountNo>) {
        let phone = number(no);
        if self.random.one_in(self.swarm.check_fails) {
            return self.report(no, Item::Input(Input::NotQuiet { phone, check }));
        }
        let there = account.is_none_or(|account| self.is_signed_in(account.0, no));
        let saw = match there {
            false => Saw::NotThere,
            true if self.random.one_in(self.swarm.screen) => Saw::Sign,
            true => Saw::Clear,
        };
        self.witness.visited(check, account, saw);
        self.report(no, Item::Input(Input::Visited { phone, check, saw }));
        if account.is_none() || saw != Saw::Clear {
            return;
        }
        // Another phone may have shown the same sign.
        if let Some(other) = self.random.place(self.phones.len()) {
            let phone = number(other);
            self.report(no, Item::Input(Input::LookAt { phone }));
        }
    }
}
