//! How records change tasks, lines and lists.

use crate::ids::{AccountNo, ListNo, TaskId};
use crate::input::NewTask;
use crate::planted::{Bug, planted};
use crate::record::{TaskEnd, Why};
use crate::state::{List, Phase, Slot, State, Task};

impl State {
    pub(super) fn accepted(&mut self, new: &NewTask, list: Option<ListNo>, account: AccountNo) {
        if account.index() >= self.accounts.len() {
            return;
        }
        // A list that was not opened is none: its counts would begin without the task.
        let list = list.filter(|list| (list.0 as usize) < self.lists.len());
        let task = Task::new(new, list, account, self.accepted + 1);
        let Some(slot) = self.tasks.insert(task) else {
            return;
        };
        self.accepted += 1;
        if let Phase::Scheduled { not_before } = task.phase {
            self.scheduled.insert((not_before, task.seq, slot));
        }
        self.counts.tasks_scheduled += 1;
        self.accounts[account.index()].scheduled += 1;
        self.reload(account);
        if let Some(list) = list.and_then(|list| self.lists.get_mut(list.0 as usize)) {
            list.tasks += 1;
        }
    }

    pub(super) fn joined(&mut self, at: u64, id: TaskId, seq: u64, blocked: bool) {
        let Some(slot) = self.tasks.slot(id) else {
            return;
        };
        let Some(task) = self.tasks.get_mut(id) else {
            return;
        };
        let Phase::Scheduled { not_before } = task.phase else {
            return;
        };
        let entry = (not_before, task.seq, slot);
        task.phase = Phase::Waiting;
        task.seq = seq;
        let account = task.account;
        self.scheduled.remove(&entry);
        self.counts.tasks_scheduled -= 1;
        self.counts.blocks += u64::from(blocked);
        self.accounts[account.index()].scheduled -= 1;
        self.accounts[account.index()].next_seq = seq + 1;
        self.enqueue(at, account, seq, slot);
    }

    /// The place in a line of a task with this place in the account's order.
    fn place_in_line(&self, account: AccountNo, seq: u64) -> usize {
        let line = &self.accounts[account.index()].line.0;
        // Mostly the head goes and the tail comes: then there is nothing to look for.
        match (line.front(), line.back()) {
            (Some(head), _) if self.tasks.seq_at(*head) >= seq => 0,
            (_, Some(tail)) if self.tasks.seq_at(*tail) < seq => line.len(),
            _ => line.partition_point(|other| self.tasks.seq_at(*other) < seq),
        }
    }

    pub(super) fn enqueue(&mut self, at: u64, account: AccountNo, seq: u64, slot: Slot) {
        let place = if planted(Bug::Lifo) {
            0
        } else {
            self.place_in_line(account, seq)
        };
        let line = &mut self.accounts[account.index()].line.0;
        line.insert(place, slot);
        self.counts.tasks_waiting += 1;
        self.counts.accounts_waiting += u64::from(line.len() == 1);
        self.head_changed(at, account, place);
    }

    /// Takes a waiting task out of its line, and leaves it to the caller to look at the account
    /// again; the place it had. What held the old head does not hold the next.
    pub(super) fn take_out(&mut self, id: TaskId) -> Option<usize> {
        let slot = self.tasks.slot(id)?;
        let task = self.tasks.at(slot)?;
        let account = task.account;
        let place = if planted(Bug::Lifo) {
            let line = &self.accounts[account.index()].line.0;
            line.iter().position(|other| *other == slot)?
        } else {
            self.place_in_line(account, task.seq)
        };
        let line = &mut self.accounts[account.index()].line.0;
        if line.get(place) != Some(&slot) {
            return None;
        }
        line.remove(place);
        self.counts.tasks_waiting -= 1;
        self.counts.accounts_waiting -= u64::from(line.is_empty());
        if place == 0 {
            self.put_retry(account, None);
            self.put_limit(account, None);
        }
        Some(place)
    }

    fn dequeue(&mut self, at: u64, account: AccountNo, id: TaskId) {
        if let Some(place) = self.take_out(id) {
            self.head_changed(at, account, place);
        }
    }

    /// Something came or went at this place of the line: behind the head it changes nothing but
    /// the length.
    fn head_changed(&mut self, at: u64, account: AccountNo, place: usize) {
        if place == 0 {
            self.unready(account);
            self.forget_by_phone(account);
            self.refresh(at, account);
        } else {
            self.reload(account);
        }
    }

    pub(super) fn marked(&mut self, at: u64, id: TaskId, why: Why, not_before: Option<u64>) {
        let Some(slot) = self.tasks.slot(id) else {
            return;
        };
        let Some(task) = self.tasks.get_mut(id) else {
            return;
        };
        let Phase::Running(_) = task.phase else {
            return;
        };
        task.tries.count(why);
        task.phase = Phase::Waiting;
        let (account, seq) = (task.account, task.seq);
        self.counts.tasks_running -= 1;
        self.enqueue(at, account, seq, slot);
        self.set_retry(at, account, not_before);
    }

    pub(super) fn task_ended(&mut self, at: u64, id: TaskId, end: TaskEnd) {
        let Some((account, phase)) = self.tasks.get(id).map(|it| (it.account, it.phase)) else {
            return;
        };
        match phase {
            Phase::Waiting => self.dequeue(at, account, id),
            Phase::Running(_) => {
                self.counts.tasks_running -= 1;
                // The room it waited for is not what the next head needs.
                self.set_limit(at, account, None);
            }
            Phase::Scheduled { not_before } => {
                if let Some(slot) = self.tasks.slot(id) {
                    let entry = (not_before, self.tasks.seq_at(slot), slot);
                    self.scheduled.remove(&entry);
                }
                self.counts.tasks_scheduled -= 1;
                self.accounts[account.index()].scheduled -= 1;
            }
        }
        let Some(task) = self.tasks.remove(id) else {
            return;
        };
        if end == TaskEnd::Completed {
            let account = &mut self.accounts[account.index()];
            account.completed += 1;
            account.last_completed = Some(id.into());
            // The operator's word that a task is done is no sign from the platform.
            if matches!(phase, Phase::Running(_)) {
                account.rate_limits_in_a_row = 0;
                if let Some(mishaps) = &mut account.mishaps {
                    mishaps.in_a_row = 0;
                }
            }
        }
        self.count_end(task.list(), end);
        self.refresh(at, account);
    }

    fn count_end(&mut self, list: Option<ListNo>, end: TaskEnd) {
        let mut nowhere = List::default();
        let list = list.and_then(|list| self.lists.get_mut(list.0 as usize));
        let list = list.unwrap_or(&mut nowhere);
        let (of_all, of_list) = match end {
            TaskEnd::Completed => (&mut self.counts.tasks_completed, &mut list.completed),
            TaskEnd::Failed => (&mut self.counts.tasks_failed, &mut list.failed),
            TaskEnd::Cancelled => (&mut self.counts.tasks_cancelled, &mut list.cancelled),
            TaskEnd::Interrupted => (&mut self.counts.tasks_interrupted, &mut list.interrupted),
        };
        *of_all += 1;
        *of_list += 1;
    }
}
