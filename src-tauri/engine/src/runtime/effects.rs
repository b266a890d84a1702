//! Carrying out what a committed turn orders about the world outside.

use signalbox_automation::Mode;
use signalbox_phone::Udid;
use signalbox_scheduler::{AccountNo, CheckNo, Effect, PhoneNo, Scope};

use super::{Begun, Orders, Runtime, Visiting};
use crate::directory::Directory;

impl Runtime {
    /// Orders about the outside world, now that what they rest on is durable.
    pub(super) fn carry_out(&mut self, orders: Orders) {
        let hands = &mut self.parts.hands;
        let mut jobs = orders.jobs.into_iter();
        let mut begun = Vec::new();
        let udid = |phone| self.memory.directory.phone(phone).map(|row| &row.udid);
        for effect in orders.effects {
            if let Effect::Run { attempt, phone, .. } = effect {
                let Some((udid, job)) = udid(phone).zip(jobs.next()) else {
                    tracing::error!(attempt = attempt.0, "an attempt without a job");
                    continue;
                };
                self.rehearsals.insert(attempt, job.mode == Mode::Rehearse);
                let phone = udid.clone();
                begun.push(Begun {
                    attempt,
                    phone,
                    job,
                });
                continue;
            }
            // What begins together is handed over together, and before what is ordered about it.
            if !begun.is_empty() {
                hands.run(std::mem::take(&mut begun));
            }
            match effect {
                Effect::StopSafely { attempt } => hands.stop_safely(attempt),
                Effect::Stop { phone, attempt } => {
                    self.rehearsals.remove(&attempt);
                    if let Some(udid) = udid(phone) {
                        hands.stop(attempt, phone, udid);
                    }
                }
                Effect::Check { phone, check, .. } | Effect::Health { phone, check } => {
                    if let Some(udid) = udid(phone) {
                        hands.check(check, phone, udid);
                    }
                }
                Effect::Visit {
                    phone,
                    check,
                    account,
                } => {
                    let directory = &self.memory.directory;
                    if let Some(visit) = visiting(directory, (phone, check), account) {
                        hands.visit(visit);
                    }
                }
                Effect::Hush(scope) => {
                    if let Some(whom) = whom(scope, udid) {
                        hands.hush(whom);
                    }
                }
                Effect::Unhush(scope) => {
                    if let Some(whom) = whom(scope, udid) {
                        hands.unhush(whom);
                    }
                }
                Effect::Halt { phone } => hands.halt_check(phone),
                Effect::Run { .. }
                | Effect::Proceed { .. }
                | Effect::Skip { .. }
                | Effect::Wait { .. }
                | Effect::Yield { .. }
                | Effect::Answer(_) => {}
            }
        }
        if !begun.is_empty() {
            hands.run(begun);
        }
    }
}

/// A look at a phone that is known, for an account if it is about one.
fn visiting(
    directory: &Directory,
    (no, check): (PhoneNo, CheckNo),
    account: Option<AccountNo>,
) -> Option<Visiting> {
    let row = account.and_then(|no| directory.account(no));
    Some(Visiting {
        check,
        no,
        phone: directory.phone(no)?.udid.clone(),
        account: row.map(|row| row.handle.clone()),
    })
}

/// Who is stopped: a phone that is known, or, since nothing else can be, all of them.
fn whom<'d>(scope: Scope, udid: impl Fn(PhoneNo) -> Option<&'d Udid>) -> Option<Option<&'d Udid>> {
    match scope {
        Scope::Phone(phone) => udid(phone).map(Some),
        _ => Some(None),
    }
}
