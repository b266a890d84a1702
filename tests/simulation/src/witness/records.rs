//! What became durable, against the promises.

use signalbox_scheduler::{
    AccountNo, Act, AttemptNo, Cause, Ending, Hours, Kind, ListNo, NewTask, PhoneNo, Record,
    RotaNo, Settings, State, TaskEnd, TaskId, Why,
};

use super::{AccountSeen, AttemptSeen, Checked, PhoneSeen, Sight, Witness, broken, keep};
use crate::books::Books;
use crate::script::{self, Script, Step};

/// Retries after interruptions that the design allows (written a second time on purpose).
const INTERRUPTIONS_MAX: u8 = 3;

/// The hard limits of real phones (written a second time on purpose).
const LIVE_STEP_MIN_MS: u64 = 60_000;
const LIVE_LONG_MIN_MS: u64 = 1_800_000;

/// How long an account rests at least and at most (the table of the design, written a second time
/// on purpose): the steps are spread by a quarter, never under a hard limit.
fn rest_after(settings: &Settings, live: bool, in_a_row: u8) -> (u64, u64) {
    let steps = settings.rate_limit_steps_ms;
    let step = match in_a_row {
        long if long >= settings.cooldown_after_consecutive => {
            let least = if live { LIVE_LONG_MIN_MS } else { 0 };
            let rest = settings.cooldown_ms.max(least);
            return (rest, rest);
        }
        0 | 1 => steps[0],
        2 => steps[1],
        3 => steps[2],
        _ => steps[3],
    };
    let least = if live { LIVE_STEP_MIN_MS } else { 0 };
    let spread = if settings.jitter.is_some() {
        step / 4
    } else {
        0
    };
    ((step - spread).max(least), (step + spread).max(least))
}

/// Whether the local minute of the week is in one of the windows.
pub(super) fn is_open(hours: &Hours, rota: RotaNo, wall: i64) -> bool {
    let Some(week) = hours.rotas.get(usize::from(rota.0)) else {
        return true;
    };
    let set = hours.zone.changes.iter().rev();
    let mut set = set.filter(|(from, _)| *from <= wall);
    let offset = set
        .next()
        .map_or(hours.zone.offset_s, |(_, offset)| *offset);
    let local = wall.div_euclid(1_000) + i64::from(offset);
    // The first day of 1970 was the fourth of its week.
    let day = (local.div_euclid(86_400) + 3).rem_euclid(7);
    let minute = day * 1_440 + local.rem_euclid(86_400) / 60;
    let inside = |(from, to): &(u16, u16)| (i64::from(*from)..i64::from(*to)).contains(&minute);
    week.windows().is_empty() || week.windows().iter().any(inside)
}

/// Whether the task makes room for others between its pages.
fn is_engagement(sight: &Sight, task: TaskId) -> bool {
    let task = sight.state.task(task);
    task.is_some_and(|task| task.kind == Kind::Engagement)
}

impl Witness {
    /// A step of the script is about to be done, and a page has room for what is left of it.
    fn intends(
        &mut self,
        sight: &Sight,
        scripts: &[Script],
        books: &Books,
        (attempt, step, act): (AttemptNo, u16, Act),
    ) -> Checked {
        let task = books.attempt(attempt).map(|(task, _)| task);
        let script = task.and_then(|task| script::of(scripts, task));
        let Some(what) = script.and_then(|it: &Script| it.step(step)) else {
            return broken("P4", format!("{attempt:?} has no step {step}"));
        };
        let what: Step = what;
        if let (Some(task), Some(script)) = (task, script)
            && is_engagement(sight, task)
            && let Some((_, account)) = books.attempt(attempt)
        {
            self.has_room(sight, account.0, script.rest(step))?;
        }
        self.intended(sight, (attempt, step), act, what)
    }

    /// One record is about to become durable.
    ///
    /// # Errors
    /// The promise it breaks.
    pub fn record(
        &mut self,
        sight: &Sight,
        scripts: &[Script],
        books: &Books,
        record: &Record,
    ) -> Checked {
        self.visit_record(record)?;
        match *record {
            Record::PhoneAdded => self.phones.push(PhoneSeen::default()),
            Record::AccountAdded { .. } => self.accounts.push(AccountSeen::default()),
            Record::Queued {
                ref task,
                account,
                list,
                ..
            } => {
                self.accepted(task, account, list)?;
                self.accounts[account.0 as usize].line.push(task.task);
            }
            Record::Scheduled {
                ref task,
                account,
                list,
            } => self.accepted(task, account, list)?,
            Record::Retried {
                ref task,
                account,
                end,
                ..
            } => {
                self.accepted_for(task);
                self.retried(task.task, account, end)?;
            }
            Record::Joined { task, .. } => self.joined(sight, task)?,
            Record::Started {
                attempt,
                task,
                account,
                phone,
            } => {
                let next = books.next_step(task);
                let script = script::of(scripts, task);
                let acts = match is_engagement(sight, task) {
                    // Later pages ask for their room before their first act.
                    true => script.filter(|_| next == 0).map(|script| script.rest(0)),
                    false => script.map(|script| script.need_from(next)),
                };
                self.has_room(sight, account.0, acts.unwrap_or_default())?;
                self.started(sight, attempt, task, account, phone)?;
            }
            Record::Intended { attempt, step, act } => {
                self.intends(sight, scripts, books, (attempt, step, act))?;
            }
            Record::Acted { attempt, step, .. } => {
                self.acted(attempt, step)?;
                self.known_after_all(scripts, attempt);
            }
            Record::Marked { task, why, .. } => self.marked(sight, task, why)?,
            Record::CancelAsked { task } => {
                self.tasks.entry(task).or_default().cancelled = true;
            }
            Record::TaskEnded { task, end } => {
                let length = script::of(scripts, task).map_or(0, |script| script.length);
                let unknown = end == TaskEnd::Interrupted && self.is_unknown(scripts, task);
                self.tasks.entry(task).or_default().unknown = unknown;
                self.ended_task(task, end, books.next_step(task) >= length)?;
            }
            ref record => self.lease_record(sight, record)?,
        }
        self.phone_record(sight, record)
    }

    /// The state after the record.
    pub fn after(&mut self, state: &State, at: u64) {
        self.ranks.look(state, at);
    }

    fn accepted(&mut self, task: &NewTask, account: AccountNo, list: Option<ListNo>) -> Checked {
        self.accepted_for(task);
        let seen = self.tasks.entry(task.task).or_default();
        seen.account = account.0;
        (seen.kind, seen.list) = (Some(task.kind), list);
        seen.not_before = task.not_before;
        let chosen = task.account == Some(account);
        keep(chosen, "P3", || {
            format!("{task:?} was given to {account:?}")
        })
    }

    fn joined(&mut self, sight: &Sight, id: TaskId) -> Checked {
        let Some(task) = self.tasks.get(&id) else {
            return broken("P7", format!("{id:?} joins and was never accepted"));
        };
        let comes = |not_before| sight.wall.is_none_or(|wall| not_before <= wall);
        let due = task.not_before.is_some_and(comes);
        keep(due, "scheduled", || {
            format!("{id:?} joins its line before its time")
        })?;
        self.accounts[task.account as usize].line.push(id);
        Ok(())
    }

    fn started(
        &mut self,
        sight: &Sight,
        attempt: AttemptNo,
        id: TaskId,
        account: AccountNo,
        phone: PhoneNo,
    ) -> Checked {
        keep(attempt.0 > self.newest, "P4", || {
            format!("{attempt:?} was used before")
        })?;
        self.newest = attempt.0;
        let it = &mut self.accounts[account.0 as usize];
        let place = &mut self.phones[phone.0 as usize];
        keep(it.lease.is_none(), "P1", || {
            format!("{account:?} starts {id:?} while {:?} holds it", it.lease)
        })?;
        keep(place.lease.is_none(), "P2", || {
            format!("{phone:?} starts {id:?} while {:?} holds it", place.lease)
        })?;
        (it.lease, place.lease) = (Some(attempt), Some(attempt));
        keep(it.line.first() == Some(&id), "P3", || {
            format!("{id:?} starts, {:?} is first", it.line.first())
        })?;
        keep(!it.suspended, "suspended", || {
            format!("{account:?} starts while suspended")
        })?;
        let open = !self.paused && !self.stopped && !it.paused && !place.paused && !place.stopped;
        let open = open && !place.in_hand;
        let rest = it.rest;
        let open = open && !self.is_parked(id);
        keep(open, "pause", || {
            format!("{id:?} starts although paused or stopped")
        })?;
        if let Some((from, rest)) = rest {
            let rested = sight.known.saturating_sub(from);
            keep(rested >= rest, "P6", || {
                format!("{account:?} rested {rested} of {rest} ms")
            })?;
        }
        if let Some(wall) = sight.wall {
            let rota = sight.state.account(account).map(|it| it.rota);
            let open = rota.is_some_and(|rota| is_open(&sight.state.settings.hours, rota, wall));
            keep(open, "hours", || {
                format!("{id:?} starts at {wall}, outside its hours")
            })?;
        }
        let usable = sight
            .state
            .account(account)
            .is_some_and(|it| it.may_use(phone));
        keep(usable, "phone", || {
            format!("{account:?} starts on {phone:?}, which it may not use")
        })?;
        self.starts_well(id, phone)?;
        self.may_start_again(sight, id)?;
        if let Some(task) = self.tasks.get_mut(&id) {
            task.latest = Some(attempt);
            task.mark = None;
            task.interrupted = false;
        }
        let seen = AttemptSeen {
            task: id,
            account: account.0,
            phone: phone.0,
            doubt: false,
            released: false,
            gone: false,
            intended: 0,
            acted: 0,
            landed: 0,
        };
        self.attempts.insert(attempt, seen);
        self.ranks.first(sight, account, phone)
    }

    fn may_start_again(&self, sight: &Sight, id: TaskId) -> Checked {
        let Some(task) = self.tasks.get(&id) else {
            return broken("P7", format!("{id:?} starts and was never accepted"));
        };
        keep(task.end.is_none(), "P5", || {
            format!("{id:?} starts and has ended")
        })?;
        if let Some((from, delay)) = task.delay {
            let waited = sight.known.saturating_sub(from);
            keep(waited >= delay, "retry", || {
                format!("{id:?} is tried again after {waited} of {delay} ms")
            })?;
        }
        if task.latest.is_none() {
            return Ok(());
        }
        keep(task.mark.is_some(), "P5", || {
            format!("{id:?} starts again without a mark")
        })?;
        let told = matches!(task.mark, Some(Why::Interrupted | Why::Unsettled));
        keep(!task.interrupted || told, "P5", || {
            format!(
                "{id:?} was interrupted and starts again marked {:?}",
                task.mark
            )
        })
    }

    fn marked(&mut self, sight: &Sight, id: TaskId, why: Why) -> Checked {
        let Some(task) = self.tasks.get_mut(&id) else {
            return broken("P5", format!("{id:?} is marked and was never accepted"));
        };
        task.mark = Some(why);
        let delay = match why {
            Why::NetworkError => Some(30_000),
            Why::AppCrash => Some(120_000),
            _ => None,
        };
        task.delay = delay.map(|delay| (sight.known, delay));
        task.interruptions += u8::from(why == Why::Interrupted);
        let fewer = task.interruptions <= INTERRUPTIONS_MAX;
        keep(fewer, "P5", || {
            format!("{id:?} is tried again after a fourth interruption")
        })
    }

    fn ended_task(&mut self, id: TaskId, end: TaskEnd, all_told: bool) -> Checked {
        let Some(task) = self.tasks.get_mut(&id) else {
            return broken("P10", format!("{id:?} ends and was never accepted"));
        };
        let before = task.end.replace(end);
        keep(before.is_none(), "P10", || {
            format!("{id:?} ends as {before:?} and as {end:?}")
        })?;
        let account = &mut self.accounts[task.account as usize];
        account.line.retain(|other| *other != id);
        // One that completes by the operator's word was not run for it.
        if end == TaskEnd::Completed && task.mark.is_none() {
            account.in_a_row = 0;
        }
        keep(end != TaskEnd::Completed || all_told, "P10", || {
            format!("{id:?} completed although a step has no outcome")
        })
    }

    fn lease_record(&mut self, sight: &Sight, record: &Record) -> Checked {
        match *record {
            Record::Ended { attempt, ending } => {
                let doubt = self.attempts.get(&attempt).is_none_or(|seen| seen.doubt);
                keep(!doubt, "R5", || {
                    format!("{attempt:?} in doubt ends by {ending:?}, without proof")
                })?;
                self.yields_in_hand(attempt, ending)?;
                self.lease_gone(sight, attempt)?;
                if matches!(ending, Ending::NetworkError | Ending::AppCrash) {
                    self.failed(sight.known, attempt);
                }
                self.ended_attempt(sight, attempt, ending);
            }
            Record::Quieted { attempt } => self.lease_gone(sight, attempt)?,
            Record::Doubted { attempt, cause } => {
                if matches!(cause, Cause::Lost | Cause::Unplugged) {
                    self.failed(sight.known, attempt);
                }
                let Some(seen) = self.attempts.get_mut(&attempt) else {
                    return broken("R3", format!("{attempt:?} in doubt never started"));
                };
                seen.doubt = true;
                if let Some(task) = self.tasks.get_mut(&seen.task) {
                    // In hand it came to a safe point.
                    task.interrupted = cause != Cause::InHand;
                }
            }
            Record::CheckOrdered { attempt, check } => {
                keep(check.0 > self.newest_check, "R5", || {
                    format!("{check:?} was used before")
                })?;
                self.newest_check = check.0;
                self.checks_in_hand(attempt)?;
                let doubt = self.attempts.get(&attempt).is_some_and(|seen| seen.doubt);
                keep(doubt, "R5", || {
                    format!("{check:?} asks after {attempt:?}, not in doubt")
                })?;
            }
            Record::Released { attempt } => {
                let Some(seen) = self.attempts.get_mut(&attempt) else {
                    return broken("R6", format!("{attempt:?} released and never started"));
                };
                keep(seen.doubt, "R6", || {
                    format!("{attempt:?} released without doubt")
                })?;
                seen.released = true;
                self.accounts[seen.account as usize].lease = None;
            }
            Record::CooldownBegun { account, until, .. } => {
                let most = self.accounts[account.0 as usize].rest_most.take();
                let at = sight.known;
                // The core's own time may run behind what can be known, never before it.
                keep(most.is_some_and(|most| until <= at + most), "P6", || {
                    format!("{account:?} is to rest until {until} from {at} on, {most:?} at most")
                })?;
            }
            ref record => self.order(record),
        }
        Ok(())
    }

    /// The lease of an attempt goes: then its phone must really be quiet.
    fn lease_gone(&mut self, sight: &Sight, attempt: AttemptNo) -> Checked {
        let Some(seen) = self.attempts.get_mut(&attempt) else {
            return broken("P1", format!("{attempt:?} ends and never started"));
        };
        seen.gone = true;
        let place = seen.phone as usize;
        let busy = sight
            .phones
            .get(place)
            .is_some_and(|it| it.works_on(attempt));
        let account = &mut self.accounts[seen.account as usize];
        if account.lease == Some(attempt) {
            account.lease = None;
        }
        self.phones[place].lease = None;
        keep(!busy, "R3", || {
            format!("the lease of {attempt:?} goes while phone {place} still works on it")
        })
    }

    fn ended_attempt(&mut self, sight: &Sight, attempt: AttemptNo, ending: Ending) {
        let Some(seen) = self.attempts.get(&attempt) else {
            return;
        };
        let account = &mut self.accounts[seen.account as usize];
        match ending {
            Ending::RateLimited => {
                account.in_a_row = account.in_a_row.saturating_add(1);
                let settings = &sight.state.settings;
                let (least, most) = rest_after(settings, settings.live, account.in_a_row);
                account.rest = Some((sight.known, least));
                account.rest_most = Some(most);
            }
            Ending::Challenge => (account.suspended, account.challenged) = (true, true),
            _ => {}
        }
    }
}
