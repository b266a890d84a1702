//! How records change tasks, lines and lists.

use crate::ids::{AccountNo, ListNo, TaskId};
use crate::input::NewTask;
use crate::planted::{Bug, planted};
use crate::record::{TaskEnd, Why};
use crate::state::{List, Phase, State, Task, Tries};

impl State {
    pub(super) fn accepted(&mut self, new: &NewTask, list: Option<ListNo>, account: AccountNo) {
        if self.tasks.contains_key(&new.task) || account.index() >= self.accounts.len() {
            return;
        }
        self.accepted += 1;
        // A list that was not opened is none: its counts would begin without the task.
        let list = list.filter(|list| (list.0 as usize) < self.lists.len());
        let not_before = new.not_before.unwrap_or(i64::MIN);
        let phase = Phase::Scheduled {
            not_before,
            accepted: self.accepted,
        };
        let task = Task {
            account,
            list,
            kind: new.kind,
            priority: new.priority,
            need: new.need,
            phase,
            seq: 0,
            attempts: 0,
            tries: Tries::default(),
            cancel_asked: false,
        };
        self.tasks.insert(new.task, task);
        self.scheduled.insert((not_before, self.accepted, new.task));
        self.counts.tasks_scheduled += 1;
        self.accounts[account.index()].scheduled += 1;
        self.reload(account);
        if let Some(list) = list.and_then(|list| self.lists.get_mut(list.0 as usize)) {
            list.tasks += 1;
        }
    }

    pub(super) fn joined(&mut self, at: u64, id: TaskId, seq: u64, blocked: bool) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        let Phase::Scheduled {
            not_before,
            accepted,
        } = task.phase
        else {
            return;
        };
        task.phase = Phase::Waiting;
        task.seq = seq;
        let account = task.account;
        self.scheduled.remove(&(not_before, accepted, id));
        self.counts.tasks_scheduled -= 1;
        self.counts.blocks += u64::from(blocked);
        self.accounts[account.index()].scheduled -= 1;
        self.accounts[account.index()].next_seq = seq + 1;
        self.enqueue(at, account, seq, id);
    }

    pub(super) fn enqueue(&mut self, at: u64, account: AccountNo, seq: u64, id: TaskId) {
        self.unready(account);
        let queue = &mut self.accounts[account.index()].queue;
        let place = if planted(Bug::Lifo) {
            0
        } else {
            queue.partition_point(|(other, _)| *other < seq)
        };
        queue.insert(place, (seq, id));
        self.counts.tasks_waiting += 1;
        self.counts.accounts_waiting += u64::from(queue.len() == 1);
        self.refresh(at, account);
    }

    /// Takes a waiting task out of its line; what held the old head does not hold the next.
    pub(super) fn dequeue(&mut self, at: u64, id: TaskId) {
        let Some(task) = self.tasks.get(&id) else {
            return;
        };
        let (account, seq) = (task.account, task.seq);
        let queue = &self.accounts[account.index()].queue;
        let place = if planted(Bug::Lifo) {
            queue
                .iter()
                .position(|(_, other)| *other == id)
                .unwrap_or(queue.len())
        } else {
            queue.partition_point(|(other, _)| *other < seq)
        };
        if queue.get(place).is_none_or(|(_, found)| *found != id) {
            return;
        }
        self.unready(account);
        let it = &mut self.accounts[account.index()];
        it.queue.remove(place);
        self.counts.tasks_waiting -= 1;
        self.counts.accounts_waiting -= u64::from(it.queue.is_empty());
        if place == 0 {
            self.set_retry(at, account, None);
            self.set_limit(at, account, None);
        }
        self.refresh(at, account);
    }

    pub(super) fn marked(&mut self, at: u64, id: TaskId, why: Why, not_before: Option<u64>) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        let Phase::Running(_) = task.phase else {
            return;
        };
        task.tries.count(why);
        task.phase = Phase::Waiting;
        let (account, seq) = (task.account, task.seq);
        self.counts.tasks_running -= 1;
        self.enqueue(at, account, seq, id);
        self.set_retry(at, account, not_before);
    }

    pub(super) fn task_ended(&mut self, at: u64, id: TaskId, end: TaskEnd) {
        match self.tasks.get(&id).map(|task| task.phase) {
            None => return,
            Some(Phase::Waiting) => self.dequeue(at, id),
            Some(Phase::Running(_)) => {
                self.counts.tasks_running -= 1;
                // The room it waited for is not what the next head needs.
                let account = self.tasks.get(&id).map(|task| task.account);
                if let Some(account) = account {
                    self.set_limit(at, account, None);
                }
            }
            Some(Phase::Scheduled {
                not_before,
                accepted,
            }) => {
                self.scheduled.remove(&(not_before, accepted, id));
                self.counts.tasks_scheduled -= 1;
            }
        }
        let Some(task) = self.tasks.remove(&id) else {
            return;
        };
        let account = &mut self.accounts[task.account.index()];
        if let Phase::Scheduled { .. } = task.phase {
            account.scheduled -= 1;
        }
        if end == TaskEnd::Completed {
            account.completed += 1;
            account.last_completed = Some(id);
            account.rate_limits_in_a_row = 0;
        }
        let mut nowhere = List::default();
        let list = task
            .list
            .and_then(|list| self.lists.get_mut(list.0 as usize));
        let list = list.unwrap_or(&mut nowhere);
        let (of_all, of_list) = match end {
            TaskEnd::Completed => (&mut self.counts.tasks_completed, &mut list.completed),
            TaskEnd::Failed => (&mut self.counts.tasks_failed, &mut list.failed),
            TaskEnd::Cancelled => (&mut self.counts.tasks_cancelled, &mut list.cancelled),
            TaskEnd::Interrupted => (&mut self.counts.tasks_interrupted, &mut list.interrupted),
        };
        *of_all += 1;
        *of_list += 1;
        self.refresh(at, task.account);
    }
}
