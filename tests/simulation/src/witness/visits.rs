//! Phones that are to be looked at before they take a task, and challenges that end only where a
//! phone showed so.

use signalbox_scheduler::{AccountNo, CheckNo, PhoneNo, Record, Saw};

use super::{Checked, Witness, keep};

impl Witness {
    /// A phone was really looked at, and is quiet.
    pub fn visited(&mut self, check: CheckNo, account: Option<AccountNo>, saw: Saw) {
        self.answered.insert(check.0);
        if let (Some(account), Saw::Clear) = (account, saw) {
            self.cleared.insert(account.0);
        }
    }

    /// A task starts only on a phone that was looked at since somebody had it in hand.
    pub(super) fn starts_visited(&self, phone: PhoneNo) -> Checked {
        let unvisited = self.phones[phone.0 as usize].unvisited;
        keep(!unvisited, "visit", || {
            format!("a task starts on {phone:?}, which was given back and not looked at")
        })
    }

    /// What a record says of it; looked at before the other books are changed.
    pub(super) fn visit_record(&mut self, record: &Record) -> Checked {
        match *record {
            Record::GivenBack { phone } | Record::VisitWanted { phone, .. } => {
                self.phones[phone.0 as usize].unvisited = true;
            }
            Record::VisitOrdered { phone, check } => {
                keep(check.0 > self.newest_check, "R5", || {
                    format!("{check:?} was used before")
                })?;
                self.newest_check = check.0;
                let it = &mut self.phones[phone.0 as usize];
                it.visit = Some(check.0);
                let free = !it.in_hand && it.lease.is_none();
                return keep(free, "visit", || {
                    format!("{phone:?} is looked at while it is in hand, or held")
                });
            }
            Record::PhoneGone { phone } | Record::TakenInHand { phone } => {
                self.phones[phone.0 as usize].visit = None;
            }
            Record::EngineStarted => {
                for phone in &mut self.phones {
                    phone.visit = None;
                }
            }
            Record::Visited { phone } => {
                let it = &mut self.phones[phone.0 as usize];
                let passed = it.visit.is_some_and(|it| self.answered.contains(&it));
                (it.unvisited, it.visit) = (false, None);
                return keep(passed, "visit", || {
                    format!("{phone:?} counts as looked at, and was not")
                });
            }
            Record::Suspended {
                account,
                challenge: true,
            } => {
                self.cleared.remove(&account.0);
            }
            Record::Unsuspended { account } => {
                let it = &self.accounts[account.0 as usize];
                let seen = !it.challenged || self.cleared.contains(&account.0);
                return keep(seen, "challenge", || {
                    format!("a challenge of {account:?} is lifted, and no phone showed it gone")
                });
            }
            _ => {}
        }
        Ok(())
    }
}
