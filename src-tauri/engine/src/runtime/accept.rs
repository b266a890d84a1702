//! Accepting lists and tasks: names become numbers, and all of it is taken or none.

use std::collections::HashMap;

use signalbox_automation::job::LIKES_MAX;
use signalbox_automation::{Action, Work};
use signalbox_phone::Udid;
use signalbox_scheduler::{
    AccountNo, Act, Answer, Input, ListNo, Need, NewTask, PhoneNo, Refusal, State, TaskId, decide,
};

use super::attempt::need_of;
use super::feed::Changed;
use super::message::{Import, Imported, Refused};
use super::orders::Who;
use super::turn::Turn;
use crate::action_no;
use crate::directory::Directory;
use crate::list_file;
use crate::store::accounts::AccountRow;
use crate::store::lists::ListRow;
use crate::store::phones::PhoneRow;
use crate::store::tasks::TaskSpec;
use crate::store::{self, accounts, lists, phones};
use crate::target_limit::TargetUse;

/// The acts a task means to do.
pub(crate) fn need(spec: &TaskSpec) -> Need {
    if spec.rehearsal {
        return Need::default();
    }
    if let Some(Work::Engagement(engagement)) = &spec.work {
        // Room is needed for one page at a time.
        return need_of(engagement.need());
    }
    let mut need = Need::default();
    for action in &spec.actions {
        let (act, times) = match action {
            Action::LikePost => (Act::Like, spec.max_likes.min(LIKES_MAX)),
            Action::FollowUser if need.0[Act::Follow.index()] < spec.max_follows => {
                (Act::Follow, 1)
            }
            _ => continue,
        };
        let sum = &mut need.0[act.index()];
        *sum = sum.saturating_add(times);
    }
    need
}

/// The actions a task goes through.
pub(super) fn actions_of(spec: &TaskSpec) -> Vec<Action> {
    match &spec.work {
        Some(work) => work.instances().iter().map(|it| it.action).collect(),
        None => spec.actions.clone(),
    }
}

pub(super) fn new_task(spec: &TaskSpec, account: Option<AccountNo>) -> NewTask {
    NewTask {
        task: spec.task,
        account,
        kind: spec.kind,
        priority: spec.priority,
        need: need(spec),
        actions: action_no::all(&actions_of(spec), spec.rehearsal),
        not_before: spec.not_before,
    }
}

/// What a row of a list is to do. `like_post` of a list likes one post (DESIGN §7).
pub(crate) fn spec_of(task: TaskId, row: &list_file::TaskRow, rehearsal: bool) -> TaskSpec {
    TaskSpec {
        task,
        row: u32::try_from(row.line).ok().filter(|row| *row > 0),
        kind: row.kind,
        target: row.target.clone(),
        actions: row.actions.clone(),
        max_likes: row.max_likes,
        max_follows: row.max_follows,
        work: row.work.clone(),
        priority: row.priority,
        not_before: row.not_before_ms,
        note: row.note.clone().unwrap_or_default(),
        rehearsal,
    }
}

/// Why the core refused a task, for people.
pub(super) fn sentence(why: Refusal) -> Refused {
    let (code, message) = match why {
        Refusal::UnknownAccount => ("unknown_account", "There is no such account. Add it first."),
        Refusal::UnknownPhone => ("unknown_phone", "There is no such phone."),
        Refusal::UnknownTask => ("not_live", "The task has ended, or never was."),
        Refusal::DuplicateTask => ("duplicate_task", "A task of that id was accepted before."),
        Refusal::NoAccounts => (
            "no_accounts",
            "No account was named and there is none to choose. Add an account.",
        ),
        Refusal::QueueFull => (
            "queue_full",
            "The account's line is full (10,000 tasks). Wait until some are done.",
        ),
        Refusal::NeverFits => (
            "never_fits",
            "The task means to do more than the account's daily ceilings ever allow. Split it.",
        ),
        Refusal::WrongState => ("wrong_state", "That is not possible in the state it is in."),
        Refusal::NotEnded => ("not_ended", "The task has not ended: it waits, or runs."),
        Refusal::HasCompleted => (
            "completed",
            "The task completed: nothing of it is left to try. Make a new task.",
        ),
        Refusal::UnknownAct => (
            "unknown_act",
            "An act of the task may have happened. Look at the platform and say whether it did.",
        ),
        Refusal::NothingUnknown => (
            "nothing_unknown",
            "No act of the task is of unknown outcome. To try it again, retry it.",
        ),
        Refusal::HasTasks => (
            "account_has_tasks",
            "The account has tasks that wait. Cancel them first.",
        ),
        Refusal::AccountHeld => (
            "account_held",
            "A task of the account runs, or is not proven quiet. Wait for its end, or release the \
             account.",
        ),
        Refusal::InHand => ("in_hand", "The phone is in your hand already."),
        Refusal::NotInHand => ("not_in_hand", "The phone is not in your hand."),
        Refusal::NotToBeStopped => (
            "not_to_be_stopped",
            "Only everything, or one phone, can be stopped. Pause it instead.",
        ),
        Refusal::UnknownList => ("unknown_list", "There is no such list."),
        Refusal::NoPhone => (
            "no_device",
            "No phone that could be looked at is connected. Plug one in.",
        ),
    };
    Refused::new(code, message)
}

/// The number that the next list gets.
fn next_list(state: &State) -> ListNo {
    ListNo(u32::try_from(state.lists().len()).unwrap_or(u32::MAX))
}

/// The answer to an order, with the core's refusals turned into sentences.
pub(super) fn answered(answer: Answer) -> Result<Answer, Refused> {
    match answer {
        Answer::Refused { why, .. } => Err(sentence(why)),
        answer => Ok(answer),
    }
}

/// An import as one input of the core, and the rows that stand for what is new in it.
struct Plan<'i> {
    /// Phones that only this list names so far.
    phones: Vec<(PhoneNo, PhoneRow)>,
    /// New accounts in the order of their numbers, each with its phone.
    added: Vec<(&'i list_file::AccountRow, Option<PhoneNo>)>,
    /// Accounts that were known before, or are named a second time.
    known: Vec<(AccountNo, &'i list_file::AccountRow, Option<PhoneNo>)>,
    input: Input,
}

/// The row of an account after a file, where it had one before.
fn account_row(
    row: &list_file::AccountRow,
    phone: Option<PhoneNo>,
    before: Option<&AccountRow>,
) -> AccountRow {
    let kept = |new: &Option<String>, old: fn(&AccountRow) -> &String| {
        let old = || before.map(old).cloned().unwrap_or_default();
        new.clone().unwrap_or_else(old)
    };
    AccountRow {
        account_id: row.account_id.clone(),
        handle: row.handle.clone(),
        phone,
        label: kept(&row.label, |it| &it.label),
        group: kept(&row.group, |it| &it.group),
        note: kept(&row.note, |it| &it.note),
        hours: before.and_then(|it| it.hours.clone()),
        removed: false,
    }
}

impl Turn<'_> {
    /// Takes a whole list, or nothing of it: the core decides on all of it at once, before any row
    /// is written.
    pub(super) fn import(
        &mut self,
        import: &Import,
        who: Who,
    ) -> store::Result<Result<Imported, Refused>> {
        let before = match self.accepted_before(import)? {
            Ok(before) => before,
            Err(refused) => return Ok(Err(refused)),
        };
        if before.is_empty() {
            return self.import_new(import, who);
        }
        let done = match before.len() < import.tasks.len() {
            true => self.import_new(&before.rest(import), who)?,
            // Nothing is new: there is no list of it.
            false => Ok(Imported::default()),
        };
        Ok(done.map(|done| before.beside(done, import)))
    }

    fn import_new(
        &mut self,
        import: &Import,
        who: Who,
    ) -> store::Result<Result<Imported, Refused>> {
        if let Err(refused) = self.fits_targets(import)? {
            return Ok(Err(refused));
        }
        if let Err(refused) = check_handles(&self.memory.directory, import) {
            return Ok(Err(refused));
        }
        let known: Vec<TaskSpec> = import
            .tasks
            .iter()
            .map(|(task, row)| spec_of(*task, row, import.rehearsal))
            .collect();
        let plan = match self.plan(import, &known) {
            Ok(plan) => plan,
            Err(refused) => return Ok(Err(refused)),
        };
        let (records, effects) = decide(&self.memory.state, self.now, &plan.input);
        if let Answer::Refused { why, at } = self.keep(effects) {
            let row = at.and_then(|at| import.tasks.get(at));
            let refused = sentence(why);
            return Ok(Err(match row {
                Some((_, row)) => refused.at(row.line),
                None => refused,
            }));
        }
        for (no, row) in &plan.phones {
            self.memory.directory.add_phone(row.clone());
            phones::put(&self.tables, *no, row)?;
        }
        let mut added = Vec::new();
        for (row, phone) in &plan.added {
            let row = account_row(row, *phone, None);
            let no = self.memory.directory.add_account(row.clone());
            accounts::insert(&self.tables, no, &row, self.ts)?;
            added.push(no);
        }
        let list = next_list(&self.memory.state);
        let row = ListRow {
            list_id: import.list_id,
            name: import.name.clone(),
            hash: import.hash,
            rehearsal: import.rehearsal,
            tasks: known.len() as u64,
            who: who.as_str().to_owned(),
            ts: self.ts,
        };
        lists::insert(&self.tables, list, &row)?;
        self.memory.directory.add_list(row);
        let tasks = known.len();
        self.memory
            .specs
            .0
            .extend(known.into_iter().map(|spec| (spec.task, spec)));
        self.write(&records)?;
        for heir in added {
            self.succeed(heir)?;
        }
        for (no, row, phone) in &plan.known {
            self.update_account(*no, row, *phone)?;
        }
        self.keep_keys(import)?;
        if self.memory.chosen.hours.is_some() {
            self.configure()?;
        }
        Ok(Ok(Imported {
            list: Some(list),
            accounts_added: plan.added.len(),
            tasks,
            all: import.tasks.iter().map(|(task, _)| *task).collect(),
        }))
    }

    /// What the list is to the core, with the numbers that what is new in it will have.
    fn plan<'i>(&self, import: &'i Import, specs: &[TaskSpec]) -> Result<Plan<'i>, Refused> {
        let directory = &self.memory.directory;
        let next = |before: u64, more: usize| {
            let no = before.saturating_add(more as u64);
            u32::try_from(no).unwrap_or(u32::MAX)
        };
        let state = &self.memory.state;
        let phones_before = state.phones().count() as u64;
        let accounts_before = u64::from(state.next_account().0);
        let mut plan = Plan {
            phones: Vec::new(),
            added: Vec::new(),
            known: Vec::new(),
            input: Input::AddList,
        };
        let mut phone_numbers: HashMap<&Udid, PhoneNo> = HashMap::new();
        let mut numbers: HashMap<&str, AccountNo> = HashMap::new();
        for row in &import.accounts {
            let phone = row.device_udid.as_ref().map(|udid| {
                let known = directory.phone_by_udid(udid);
                known.unwrap_or_else(|| {
                    *phone_numbers.entry(udid).or_insert_with(|| {
                        let no = PhoneNo(next(phones_before, plan.phones.len()));
                        plan.phones.push((no, PhoneRow::unseen(udid.clone())));
                        no
                    })
                })
            });
            let id = row.account_id.as_str();
            let known = directory.account_by_id(id);
            match known.or_else(|| numbers.get(id).copied()) {
                Some(no) => plan.known.push((no, row, phone)),
                None => {
                    numbers.insert(id, AccountNo(next(accounts_before, plan.added.len())));
                    plan.added.push((row, phone));
                }
            }
        }
        let mut tasks = Vec::with_capacity(specs.len());
        for (spec, (_, row)) in specs.iter().zip(&import.tasks) {
            let account = match row.account_id.as_deref() {
                None => None,
                Some(id) => {
                    let known = directory.account_by_id(id);
                    let known = known.or_else(|| numbers.get(id).copied());
                    Some(known.ok_or_else(|| sentence(Refusal::UnknownAccount).at(row.line))?)
                }
            };
            tasks.push(new_task(spec, account));
        }
        plan.input = Input::Import {
            phones: u16::try_from(plan.phones.len()).map_err(|_| too_many_phones())?,
            accounts: plan.added.iter().map(|(_, phone)| *phone).collect(),
            tasks,
        };
        Ok(plan)
    }

    /// Brings a known account up to date. What a file leaves out stays as it was.
    fn update_account(
        &mut self,
        no: AccountNo,
        row: &list_file::AccountRow,
        phone: Option<PhoneNo>,
    ) -> store::Result<()> {
        let before = self.memory.directory.account(no).cloned();
        let after = account_row(row, phone, before.as_ref());
        if before.as_ref() != Some(&after) {
            accounts::update(&self.tables, no, &after)?;
            self.memory.directory.set_account(no, after);
        }
        if before.is_some_and(|before| before.phone != phone) {
            self.feed(&Input::BindAccount {
                account: no,
                bound: phone,
            })?;
        }
        self.touched.insert(Changed::Account(no));
        Ok(())
    }

    pub(super) fn add_account(&mut self, row: AccountRow) -> store::Result<AccountNo> {
        let bound = row.phone;
        let no = self.memory.directory.add_account(row.clone());
        accounts::insert(&self.tables, no, &row, self.ts)?;
        self.feed(&Input::AddAccount { bound })?;
        self.succeed(no)?;
        Ok(no)
    }

    /// A new account that has the name of one that is gone goes on under the brakes of that one.
    fn succeed(&mut self, account: AccountNo) -> store::Result<()> {
        let directory = &self.memory.directory;
        let row = directory.account(account);
        let before = row.and_then(|row| directory.gone_by_handle(&row.handle));
        if let Some(before) = before {
            self.feed(&Input::SucceedAccount { account, before })?;
        }
        Ok(())
    }

    /// Refuses a list that sets too many of the operator's accounts on one target, rows that act
    /// only, with what they did in the last seven days and are still to do.
    fn fits_targets(&self, import: &Import) -> store::Result<Result<(), Refused>> {
        let Some(most) = self.memory.state.settings.accounts_per_target else {
            return Ok(Ok(()));
        };
        if import.rehearsal {
            return Ok(Ok(()));
        }
        let directory = &self.memory.directory;
        let title = |no| directory.account_title(no).to_owned();
        let mut targets = TargetUse::new(&self.tables, most, self.now.at, title);
        for (task, row) in &import.tasks {
            let Some(account) = &row.account_id else {
                continue;
            };
            if need(&spec_of(*task, row, false)).is_none() {
                continue;
            }
            for target in row.targets() {
                if let Err(message) = targets.add(target, account)? {
                    return Ok(Err(Refused::new("target_limit", message).at(row.line)));
                }
            }
        }
        Ok(Ok(()))
    }
}

fn too_many_phones() -> Refused {
    let most = u16::MAX;
    let message = format!("The list names more than {most} new phones. Split it.");
    Refused::new("too_many_phones", message)
}

pub(super) fn handle_taken(name: &str) -> Refused {
    let message = format!("Another account is called “{name}” in the app already.");
    Refused::new("handle_taken", message)
}

/// A new account must not have the name of another one in the app.
fn check_handles(directory: &Directory, import: &Import) -> Result<(), Refused> {
    for row in &import.accounts {
        let holder = directory.account_by_handle(&row.handle);
        if holder.is_some() && holder != directory.account_by_id(&row.account_id) {
            return Err(handle_taken(row.handle.reveal()).at(row.line));
        }
    }
    Ok(())
}
