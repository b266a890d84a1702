//! Carrying out what a committed turn orders about the world outside.

use signalbox_automation::Mode;
use signalbox_scheduler::{AccountNo, CheckNo, Effect, PhoneNo, Scope};

use super::{Begun, Orders, Runtime, Visiting};
use crate::directory::Directory;

impl Runtime {
    /// Orders about the outside world, now that what they rest on is durable.
    pub(super) fn carry_out(&mut self, orders: Orders) {
        let hands = &mut self.parts.hands;
        let (mut jobs, mut begun) = (orders.jobs.into_iter(), Vec::new());
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
                    let shows = self.visits.finding.contains(&phone);
                    let directory = &self.memory.directory;
                    if let Some(visiting) = visiting(directory, (phone, shows), check, account) {
                        hands.visit(visiting);
                    }
                }
                Effect::Hush(Scope::Phone(phone)) => {
                    if let Some(udid) = udid(phone) {
                        hands.hush(Some(udid));
                    }
                }
                Effect::Unhush(Scope::Phone(phone)) => {
                    if let Some(udid) = udid(phone) {
                        hands.unhush(Some(udid));
                    }
                }
                // Nothing narrower than everything can be stopped but a phone.
                Effect::Hush(_) => hands.hush(None),
                Effect::Unhush(_) => hands.unhush(None),
                Effect::Halt { phone } => hands.halt_check(phone),
                Effect::Run { .. }
                | Effect::Proceed { .. }
                | Effect::Skip { .. }
                | Effect::Wait { .. }
                | Effect::Yield { .. }
                | Effect::Answer(_) => {}
            }
        }
        self.visits.finding.clear();
        if !begun.is_empty() {
            hands.run(begun);
        }
    }
}

/// The look at a phone, by the names that the phone and its app know.
fn visiting(
    directory: &Directory,
    (no, shows): (PhoneNo, bool),
    check: CheckNo,
    account: Option<AccountNo>,
) -> Option<Visiting> {
    let row = account.and_then(|no| directory.account(no));
    Some(Visiting {
        check,
        no,
        phone: directory.phone(no)?.udid.clone(),
        account: row.map(|row| row.handle.clone()),
        shows,
    })
}
