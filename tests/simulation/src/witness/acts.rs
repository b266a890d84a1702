//! What took place on the phones' screens, against intents, ceilings and history.

use signalbox_scheduler::{AccountNo, Act, AttemptNo, Limits, Need};

use super::{Checked, Sight, Violation, Witness, broken, keep};
use crate::script::Step;

/// A day (written a second time on purpose).
const DAY_MS: u64 = 86_400_000;

/// What the account keeps beside the settings.
fn limits_of<'s>(sight: &'s Sight<'_>, no: u32) -> Option<&'s Limits> {
    let account = sight.state.account(AccountNo(no))?;
    account.limits.as_deref()
}

fn bit(step: u16) -> u8 {
    1u8.checked_shl(u32::from(step)).unwrap_or(0)
}

impl Witness {
    /// An act really took place.
    ///
    /// # Errors
    /// The promise it broke.
    pub fn landed(
        &mut self,
        known: u64,
        (attempt, step): (AttemptNo, u16),
        what: Step,
        act: Act,
    ) -> Checked {
        let Some(seen) = self.attempts.get_mut(&attempt) else {
            return broken("P4", format!("{attempt:?} acts and never started"));
        };
        let (intended, twice) = (seen.intended & bit(step) != 0, seen.landed & bit(step) != 0);
        seen.landed |= bit(step);
        let seen = *seen;
        keep(intended, "R1", || {
            format!("{attempt:?} does step {step} without a durable intent")
        })?;
        keep(!twice, "P4", || {
            format!("{attempt:?} does step {step} twice")
        })?;
        let place = usize::from(what.target);
        if act == Act::Comment {
            let news = self.comments.insert((seen.account, what.target));
            keep(news, "dedupe", || {
                format!("account {} comments twice on target {place}", seen.account)
            })?;
            let news = self.texts.insert((what.text, what.target));
            keep(news, "text", || {
                format!("text {} is used twice on target {place}", what.text)
            })?;
            self.uses[usize::from(what.text)] += 1;
        }
        self.actors[place] |= 1 << (seen.account % 64);
        if seen.released {
            return Ok(());
        }
        let latest = self.tasks.get(&seen.task).and_then(|task| task.latest);
        keep(latest == Some(attempt), "P4", || {
            format!("{attempt:?} acts after {latest:?} of the same task began")
        })?;
        keep(!seen.gone, "P1", || {
            format!("{attempt:?} acts although its lease went")
        })?;
        let account = &mut self.accounts[seen.account as usize];
        account.acts[act.index()].push_back(known);
        account.last_act = Some(known);
        Ok(())
    }

    /// An intent became durable.
    pub(super) fn intended(
        &mut self,
        sight: &Sight,
        (attempt, step): (AttemptNo, u16),
        act: Act,
        what: Step,
    ) -> Checked {
        let Some(seen) = self.attempts.get_mut(&attempt) else {
            return broken("P4", format!("{attempt:?} intends and never started"));
        };
        let twice = seen.intended & bit(step) != 0;
        seen.intended |= bit(step);
        let seen = *seen;
        keep(!twice, "P4", || {
            format!("{attempt:?} intends step {step} twice")
        })?;
        keep(!seen.doubt && !seen.gone, "R3", || {
            format!("{attempt:?} may act although nobody knows what its phone does")
        })?;
        let phone = &self.phones[seen.phone as usize];
        keep(!self.stopped && !phone.stopped, "stop", || {
            format!("{attempt:?} may act on a stopped phone")
        })?;
        self.acts_where_read(attempt, seen.phone)?;
        let cancelled = self.tasks.get(&seen.task).is_some_and(|it| it.cancelled);
        keep(!cancelled, "cancel", || {
            format!("{attempt:?} may act although its task was cancelled")
        })?;
        self.within_limits(sight, seen.account, act)?;
        self.within_history(sight, seen.account, act, what)
    }

    fn within_limits(&self, sight: &Sight, no: u32, act: Act) -> Checked {
        let account = &self.accounts[no as usize];
        let (used, ceiling) = self.used(sight, no, act);
        keep(
            ceiling.is_none_or(|ceiling| used < ceiling),
            "ceiling",
            || {
                format!(
                    "account {no} did {used} of {ceiling:?} {act:?} in a day and may do another"
                )
            },
        )?;
        let own = limits_of(sight, no).and_then(|limits| limits.act_gap_ms);
        let gap = sight.state.settings.act_gap_ms.max(own.unwrap_or(0));
        let since = account
            .last_act
            .map(|last| sight.known.saturating_sub(last));
        keep(since.is_none_or(|since| since >= gap), "gap", || {
            format!("account {no} may act {since:?} ms after its last act, the gap is {gap}")
        })
    }

    /// Acts of an account that took place in a day, and how many may: what is set for all or for
    /// it, whichever is less.
    fn used(&self, sight: &Sight, no: u32, act: Act) -> (usize, Option<usize>) {
        let since = sight.known.checked_sub(DAY_MS);
        let times = self.accounts[no as usize].acts[act.index()].iter();
        let lately = times.filter(|time| since.is_none_or(|since| **time > since));
        let of_all = sight.state.settings.per_day[act.index()];
        let own = limits_of(sight, no).and_then(|limits| limits.per_day[act.index()]);
        let ceiling = of_all.into_iter().chain(own).min();
        (lately.count(), ceiling.map(usize::from))
    }

    /// A task starts only where all that it still means to do has room.
    pub(super) fn has_room(&self, sight: &Sight, no: u32, need: Need) -> Checked {
        for act in Act::ALL {
            let need = usize::from(need.0[act.index()]);
            let (used, ceiling) = self.used(sight, no, act);
            let fits = need == 0 || ceiling.is_none_or(|ceiling| used + need <= ceiling);
            keep(fits, "room", || {
                format!("account {no} did {used} {act:?}, starts with {need}, and may {ceiling:?}")
            })?;
        }
        Ok(())
    }

    fn within_history(&self, sight: &Sight, no: u32, act: Act, what: Step) -> Checked {
        let settings = &sight.state.settings;
        let actors = self.actors[usize::from(what.target)];
        let own = 1u64 << (no % 64);
        if let Some(most) = settings.accounts_per_target
            && actors & own == 0
        {
            let others = actors.count_ones();
            keep(others < u32::from(most), "target", || {
                format!("account {no} may act on a target of {others} others, {most} is most")
            })?;
        }
        if act != Act::Comment {
            return Ok(());
        }
        let uses = self.uses[usize::from(what.text)];
        let most = settings.text_uses_per_day;
        keep(most.is_none_or(|most| uses < most), "text", || {
            format!("text {} was used {uses} times, {most:?} is most", what.text)
        })
    }

    /// A step's outcome became durable.
    pub(super) fn acted(&mut self, attempt: AttemptNo, step: u16) -> Result<(), Violation> {
        let Some(seen) = self.attempts.get_mut(&attempt) else {
            return broken(
                "P10",
                format!("{attempt:?} has an outcome and never started"),
            );
        };
        let twice = seen.acted & bit(step) != 0;
        seen.acted |= bit(step);
        keep(!twice, "P10", || {
            format!("{attempt:?} has two outcomes of step {step}")
        })
    }
}
