//! What the store keeps beside the journal: progress of tasks, and the history of acts.

use std::collections::HashSet;

use signalbox_scheduler::ids::IdMap;
use signalbox_scheduler::{
    AccountNo, Act, AttemptNo, EndedTask, Kind, ListNo, NewTask, Prior, Record, TaskEnd, TaskId,
};

use crate::script::{self, Script, Step, TARGETS};

/// An act that was intended, and was not seen to be left undone.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    attempt: AttemptNo,
    step: u16,
    task: TaskId,
    account: AccountNo,
    act: Act,
    text: u8,
    /// It was seen to be done.
    known: bool,
}

/// The tables the engine writes in the same transaction as the journal.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Books {
    attempts: IdMap<AttemptNo, (TaskId, AccountNo)>,
    next: IdMap<TaskId, u16>,
    rows: Vec<Vec<Row>>,
    /// Every task there ever was, with its account and list, and how it ended.
    tasks: IdMap<TaskId, (NewTask, Option<ListNo>)>,
    ends: IdMap<TaskId, TaskEnd>,
}

impl Books {
    /// Writes what a record means for the tables. `last`: the outcome of an `Acted` is one behind
    /// which a retry goes on.
    pub fn apply(&mut self, scripts: &[Script], record: &Record, last: bool) {
        match *record {
            Record::Queued {
                ref task,
                list,
                account,
                ..
            }
            | Record::Scheduled {
                ref task,
                list,
                account,
            } => {
                self.next.entry(task.task).or_insert(0);
                let account = Some(account);
                let known = NewTask {
                    account,
                    ..task.clone()
                };
                self.tasks.insert(task.task, (known, list));
            }
            Record::TaskEnded { task, end } => {
                self.ends.insert(task, end);
            }
            Record::Retried { ref task, .. } => {
                self.ends.remove(&task.task);
            }
            Record::Resolved { task, happened } => self.resolved(task, happened),
            Record::Started {
                attempt,
                task,
                account,
                ..
            } => {
                self.attempts.insert(attempt, (task, account));
            }
            Record::Intended { attempt, step, act } => self.intended(scripts, attempt, step, act),
            Record::Acted {
                attempt,
                step,
                act,
                done,
                ..
            } => self.acted(scripts, (attempt, step), act, done, last),
            _ => {}
        }
    }

    fn intended(&mut self, scripts: &[Script], attempt: AttemptNo, step: u16, act: Act) {
        let Some((task, account)) = self.attempts.get(&attempt).copied() else {
            return;
        };
        let Some(Step { target, text, .. }) =
            script::of(scripts, task).and_then(|script| script.step(step))
        else {
            return;
        };
        self.rows.resize(TARGETS, Vec::new());
        self.rows[usize::from(target)].push(Row {
            attempt,
            step,
            task,
            account,
            act,
            text,
            known: false,
        });
    }

    fn acted(
        &mut self,
        scripts: &[Script],
        (attempt, step): (AttemptNo, u16),
        act: Option<Act>,
        done: bool,
        last: bool,
    ) {
        let Some((task, _)) = self.attempts.get(&attempt).copied() else {
            return;
        };
        if last {
            let next = self.next.entry(task).or_insert(0);
            *next = (*next).max(step + 1);
        }
        let target = script::of(scripts, task).and_then(|script| script.step(step));
        let rows = target.and_then(|step| self.rows.get_mut(usize::from(step.target)));
        let (Some(act), Some(rows)) = (act, rows) else {
            return;
        };
        // An earlier attempt's comment was looked for and seen.
        if last && act == Act::Comment {
            let earlier = |row: &&mut Row| row.task == task && row.step == step;
            let earlier = rows.iter_mut().filter(earlier);
            earlier
                .filter(|row| row.attempt != attempt)
                .for_each(|row| row.known = true);
        }
        if done {
            let told = |row: &&mut Row| (row.attempt, row.step) == (attempt, step);
            rows.iter_mut()
                .filter(told)
                .for_each(|row| row.known = true);
        } else {
            rows.retain(|row| (row.attempt, row.step) != (attempt, step));
        }
    }

    fn resolved(&mut self, task: TaskId, happened: bool) {
        let next = self.goes_on(task, happened);
        self.next.insert(task, next);
        let is_it = |row: &Row| row.task == task && row.act == Act::Comment && !row.known;
        for rows in &mut self.rows {
            if happened {
                let open = rows.iter_mut().filter(|row| is_it(row));
                open.for_each(|row| row.known = true);
            } else {
                rows.retain(|row| !is_it(row));
            }
        }
    }

    /// The step of a task's comment that may have happened.
    fn unknown(&self, task: TaskId) -> Option<u16> {
        let mut rows = self.rows.iter().flatten();
        let is_it = |row: &&Row| row.task == task && row.act == Act::Comment && !row.known;
        rows.find(is_it).map(|row| row.step)
    }

    /// Where a task would go on, if a comment that may have happened did, or did not.
    pub fn goes_on(&self, task: TaskId, happened: bool) -> u16 {
        let behind = self.unknown(task).filter(|_| happened).map(|step| step + 1);
        self.next_step(task).max(behind.unwrap_or(0))
    }

    /// A task that ended, as an operator orders about it.
    pub fn ended(&self, scripts: &[Script], task: TaskId, happened: bool) -> Option<EndedTask> {
        let end = *self.ends.get(&task)?;
        let (known, list) = self.tasks.get(&task)?;
        let script = script::of(scripts, task)?;
        let next = self.goes_on(task, happened);
        let need = match known.kind {
            Kind::Engagement => script.rest(next),
            _ => script.need_from(next),
        };
        let not_before = None;
        Some(EndedTask {
            task: NewTask {
                need,
                not_before,
                ..known.clone()
            },
            list: *list,
            end,
            attempts: u16::try_from(self.attempts_of(task).len()).unwrap_or(u16::MAX),
            unknown: self.unknown(task).is_some(),
        })
    }

    /// The attempts a task had.
    pub fn attempts_of(&self, task: TaskId) -> Vec<AttemptNo> {
        let all = self.attempts.iter();
        let own = all.filter(|(_, (other, _))| *other == task);
        own.map(|(no, _)| *no).collect()
    }

    /// Whether the task was ever accepted.
    pub fn knows(&self, task: TaskId) -> bool {
        self.next.contains_key(&task)
    }

    /// The ids ever accepted.
    pub fn accepted(&self) -> HashSet<TaskId> {
        self.next.keys().copied().collect()
    }

    /// The step a further attempt of the task begins with.
    pub fn next_step(&self, task: TaskId) -> u16 {
        self.next.get(&task).copied().unwrap_or(0)
    }

    /// The task and account of an attempt.
    pub fn attempt(&self, attempt: AttemptNo) -> Option<(TaskId, AccountNo)> {
        self.attempts.get(&attempt).copied()
    }

    /// What the history says about an act, without the rows of the same task where they would
    /// stand in their own way.
    pub fn prior(&self, scripts: &[Script], attempt: AttemptNo, step: u16) -> Prior {
        let Some((task, account)) = self.attempt(attempt) else {
            return Prior::CheckFailed;
        };
        let Some(step) = script::of(scripts, task).and_then(|script| script.step(step)) else {
            return Prior::CheckFailed;
        };
        let rows = self.rows.get(usize::from(step.target));
        let rows = rows.map(Vec::as_slice).unwrap_or_default();
        let mut others: u64 = 0;
        let mut prior = (false, false, false);
        for row in rows {
            let foreign = row.task != task;
            prior.0 |= foreign && row.account == account && Some(row.act) == step.act;
            prior.1 |= row.account == account && row.known;
            prior.2 |= foreign && row.act == Act::Comment && row.text == step.text;
            if row.account != account {
                others |= 1 << (row.account.0 % 64);
            }
        }
        let text_uses = if step.act == Some(Act::Comment) {
            let uses = |row: &&Row| row.act == Act::Comment && row.text == step.text;
            self.rows.iter().flatten().filter(uses).count()
        } else {
            0
        };
        Prior::Found {
            done_before: prior.0,
            account_on_target: prior.1,
            others_on_target: u16::try_from(others.count_ones()).unwrap_or(u16::MAX),
            text_on_target: prior.2,
            text_uses: u16::try_from(text_uses).unwrap_or(u16::MAX),
        }
    }
}
