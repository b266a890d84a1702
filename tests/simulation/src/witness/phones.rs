//! Phones that fail too often, elements that are missing everywhere, languages nobody reads: from
//! what became durable, and from what phones really answered.

use signalbox_scheduler::{ActionNo, AttemptNo, CheckNo, Kind, NewTask, PhoneNo, Record, TaskId};

use super::{Checked, Sight, Witness, broken, keep};

/// The table of the design, written a second time on purpose.
const FAILURES: usize = 5;
const FAILURES_WITHIN_MS: u64 = 300_000;
const MISSES_WITHIN_MS: u64 = 1_800_000;

/// The app on a phone, as it told last.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AppSeen {
    version: u16,
    look_only: bool,
}

/// An element was missing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Missed {
    pub(super) at: u64,
    phone: u32,
    version: u16,
    locator: u16,
    action: ActionNo,
}

impl Witness {
    /// A phone really answered a check.
    pub fn answered(&mut self, check: CheckNo) {
        self.answered.insert(check.0);
    }

    /// What a task was accepted for.
    pub(super) fn accepted_for(&mut self, task: &NewTask) {
        let acts = task.need.0 != [0; 3] || task.kind == Kind::Flow;
        let seen = self.tasks.entry(task.task).or_default();
        (seen.actions, seen.acts) = (task.actions, acts);
    }

    /// A task starts: on a phone that is in, and in an app that it may be done in.
    pub(super) fn starts_well(&self, id: TaskId, phone: PhoneNo) -> Checked {
        self.starts_visited(phone)?;
        let it = &self.phones[phone.0 as usize];
        keep(!it.out, "breaker", || {
            format!("{id:?} starts on {phone:?}, which failed too often and passed no check")
        })?;
        let Some(task) = self.tasks.get(&id) else {
            return Ok(());
        };
        keep(!(it.app.look_only && task.acts), "language", || {
            format!("{id:?} acts and starts on {phone:?}, whose language nobody reads")
        })?;
        let held = self
            .held
            .iter()
            .find(|(version, action)| *version == it.app.version && task.actions.has(*action));
        keep(held.is_none(), "action", || {
            format!("{id:?} starts on {phone:?} although {held:?} is paused")
        })
    }

    /// An act may be done only where somebody reads what the app says.
    pub(super) fn acts_where_read(&self, attempt: AttemptNo, phone: u32) -> Checked {
        let unread = self.phones[phone as usize].app.look_only;
        keep(!unread, "language", || {
            format!("{attempt:?} may act on phone {phone}, whose language nobody reads")
        })
    }

    /// The attempt's phone failed, once more.
    pub(super) fn failed(&mut self, known: u64, attempt: AttemptNo) {
        let Some(phone) = self.attempts.get(&attempt).map(|it| it.phone) else {
            return;
        };
        let it = &mut self.phones[phone as usize];
        it.failures.push(known);
        let recent = |time: &&u64| known.saturating_sub(**time) <= FAILURES_WITHIN_MS;
        it.out |= it.failures.iter().filter(recent).count() >= FAILURES;
    }

    pub(super) fn phone_record(&mut self, sight: &Sight, record: &Record) -> Checked {
        match *record {
            Record::PhoneTold {
                phone,
                version,
                look_only,
            } => {
                let version = version.0;
                self.phones[phone.0 as usize].app = AppSeen { version, look_only };
            }
            Record::Tripped { phone } => {
                let out = self.phones[phone.0 as usize].out;
                return keep(out, "breaker", || {
                    format!("{phone:?} is taken out too early")
                });
            }
            Record::HealthOrdered { phone, check } => {
                keep(check.0 > self.newest_check, "R5", || {
                    format!("{check:?} was used before")
                })?;
                self.newest_check = check.0;
                let it = &mut self.phones[phone.0 as usize];
                it.health = Some(check.0);
                return keep(!it.in_hand, "hand", || {
                    format!("{phone:?} is asked how it is while it is in hand")
                });
            }
            Record::PhoneGone { phone } | Record::TakenInHand { phone } => {
                self.phones[phone.0 as usize].health = None;
            }
            Record::EngineStarted => {
                for phone in &mut self.phones {
                    phone.health = None;
                }
            }
            Record::Recovered { phone } => {
                let it = &mut self.phones[phone.0 as usize];
                let passed = it.health.is_some_and(|it| self.answered.contains(&it));
                (it.out, it.health) = (false, None);
                it.failures.clear();
                return keep(passed, "breaker", || {
                    format!("{phone:?} is in again without a passed health check")
                });
            }
            Record::Missed {
                attempt,
                locator,
                version,
                action,
            } => {
                let Some(seen) = self.attempts.get(&attempt) else {
                    return broken("action", format!("{attempt:?} misses and never started"));
                };
                let miss = Missed {
                    at: sight.known,
                    phone: seen.phone,
                    version: version.0,
                    locator: locator.0,
                    action,
                };
                self.missed(miss);
            }
            Record::ActionResumed { version, action } => {
                self.held.remove(&(version.0, action));
                let same = |it: &Missed| (it.version, it.action) == (version.0, action);
                self.misses.retain(|it| !same(it));
            }
            _ => {}
        }
        Ok(())
    }

    fn missed(&mut self, miss: Missed) {
        let elsewhere = self.misses.iter().any(|it| {
            (it.version, it.locator) == (miss.version, miss.locator)
                && it.phone != miss.phone
                && miss.at.saturating_sub(it.at) <= MISSES_WITHIN_MS
        });
        if elsewhere {
            self.held.insert((miss.version, miss.action));
        }
        self.misses.push(miss);
    }
}
