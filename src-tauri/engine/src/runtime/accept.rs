//! Accepting lists and tasks: names become numbers, and all of it is taken or none.

use std::collections::{HashMap, HashSet};

use signalbox_automation::job::LIKES_MAX;
use signalbox_automation::{Action, Handle};
use signalbox_scheduler::{
    AccountNo, Act, Answer, Effect, Input, ListNo, Need, NewTask, Refusal, State, TaskId, apply,
    decide,
};

use super::message::{Create, Created, Import, Imported, Refused};
use super::turn::Turn;
use crate::directory::Directory;
use crate::list_file;
use crate::store::accounts::AccountRow;
use crate::store::lists::ListRow;
use crate::store::phones::PhoneRow;
use crate::store::tasks::TaskSpec;
use crate::store::{self, accounts, intents, lists, tasks};

/// The acts a task means to do.
pub(crate) fn need(spec: &TaskSpec) -> Need {
    if spec.rehearsal {
        return Need::default();
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

fn new_task(spec: &TaskSpec, account: Option<AccountNo>) -> NewTask {
    NewTask {
        task: spec.task,
        account,
        kind: spec.kind,
        priority: spec.priority,
        need: need(spec),
        not_before: spec.not_before,
    }
}

/// What a row of a list is to do. `like_post` of a list likes one post (DESIGN §7).
fn spec_of(task: TaskId, row: &list_file::TaskRow, rehearsal: bool) -> TaskSpec {
    TaskSpec {
        task,
        row: u32::try_from(row.line).ok(),
        kind: row.kind,
        target: row.target.clone(),
        actions: row.actions.clone(),
        max_likes: 1,
        max_follows: 1,
        priority: row.priority,
        not_before: row.not_before_ms,
        note: row.note.clone().unwrap_or_default(),
        rehearsal,
    }
}

/// Why the core refused a task, for people.
fn sentence(why: Refusal) -> Refused {
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

impl Turn<'_> {
    /// Takes a whole list. Tried on a copy first, because a refusal must leave nothing behind.
    pub(super) fn import(&mut self, import: &Import) -> store::Result<Result<Imported, Refused>> {
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
        let planned = match self.plan(import, &known) {
            Ok(planned) => planned,
            Err(refused) => return Ok(Err(refused)),
        };
        let mut added = 0;
        for row in &import.accounts {
            added += usize::from(self.put_account(row)?);
        }
        let list = next_list(&self.memory.state);
        let row = ListRow {
            list_id: import.list_id,
            name: import.name.clone(),
            hash: import.hash,
            rehearsal: import.rehearsal,
            tasks: known.len() as u64,
            who: import.who.to_owned(),
            ts: self.ts,
        };
        lists::insert(&self.tables, list, &row)?;
        self.memory.directory.add_list(row);
        self.feed(&Input::AddList)?;
        let tasks = planned.len();
        self.memory
            .specs
            .0
            .extend(known.into_iter().map(|spec| (spec.task, spec)));
        let effects = self.feed(&Input::Submit {
            list: Some(list),
            tasks: planned,
        })?;
        Ok(answered(self.keep(effects)).map(|_| Imported {
            list,
            accounts_added: added,
            tasks,
        }))
    }

    /// What the list would be as tasks of the core, refused where the core would refuse it.
    fn plan(&self, import: &Import, specs: &[TaskSpec]) -> Result<Vec<NewTask>, Refused> {
        let mut trial = self.memory.state.clone();
        let mut names: HashMap<&str, AccountNo> = HashMap::new();
        let mut count = trial.counts().accounts;
        for row in &import.accounts {
            if self
                .memory
                .directory
                .account_by_id(&row.account_id)
                .is_none()
            {
                names.insert(
                    &row.account_id,
                    AccountNo(u32::try_from(count).unwrap_or(u32::MAX)),
                );
                count += 1;
                let (records, _) = decide(&trial, self.now, &Input::AddAccount { bound: None });
                for record in &records {
                    apply(&mut trial, self.now, record);
                }
            }
        }
        let mut planned = Vec::with_capacity(specs.len());
        for (spec, (_, row)) in specs.iter().zip(&import.tasks) {
            let account = match row.account_id.as_deref() {
                None => None,
                Some(id) => {
                    let known = self.memory.directory.account_by_id(id);
                    let known = known.or_else(|| names.get(id).copied());
                    Some(known.ok_or_else(|| sentence(Refusal::UnknownAccount).at(row.line))?)
                }
            };
            planned.push(new_task(spec, account));
        }
        let list = Some(next_list(&trial));
        let (records, _) = decide(&trial, self.now, &Input::AddList);
        for record in &records {
            apply(&mut trial, self.now, record);
        }
        let submit = Input::Submit {
            list,
            tasks: planned.clone(),
        };
        let (_, effects) = decide(&trial, self.now, &submit);
        for effect in effects {
            if let Effect::Answer(Answer::Refused { why, at }) = effect {
                let line = at
                    .and_then(|at| import.tasks.get(at))
                    .map(|(_, row)| row.line);
                let refused = sentence(why);
                return Err(line.map_or(refused.clone(), |line| refused.at(line)));
            }
        }
        Ok(planned)
    }

    /// Adds the account, or brings a known one up to date; true if it was new. What a file leaves
    /// out stays as it was.
    fn put_account(&mut self, row: &list_file::AccountRow) -> store::Result<bool> {
        let phone = match &row.device_udid {
            Some(udid) => Some(self.phone(&PhoneRow::unseen(udid.clone()))?),
            None => None,
        };
        let known = self.memory.directory.account_by_id(&row.account_id);
        let before = known
            .and_then(|no| self.memory.directory.account(no))
            .cloned();
        let (label, group, note) = before
            .clone()
            .map(|it| (it.label, it.group, it.note))
            .unwrap_or_default();
        let after = AccountRow {
            account_id: row.account_id.clone(),
            handle: row.handle.clone(),
            phone,
            label: row.label.clone().unwrap_or(label),
            group: row.group.clone().unwrap_or(group),
            note: row.note.clone().unwrap_or(note),
        };
        let Some(no) = known else {
            self.add_account(after)?;
            return Ok(true);
        };
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
        self.touched.insert(no);
        Ok(false)
    }

    fn add_account(&mut self, row: AccountRow) -> store::Result<AccountNo> {
        let bound = row.phone;
        let no = self.memory.directory.add_account(row.clone());
        accounts::insert(&self.tables, no, &row, self.ts)?;
        self.feed(&Input::AddAccount { bound })?;
        Ok(no)
    }

    /// Takes one task, or finds the one that its idempotency key was used for.
    pub(super) fn create(&mut self, create: &Create) -> store::Result<Result<Created, Refused>> {
        if let Some((key, hash)) = &create.idempotency
            && let Some((task, before)) = tasks::by_key(&self.tables, key)?
        {
            return self.created_before(task, before == *hash);
        }
        let mut account_created = false;
        let account = match &create.account_id {
            None => None,
            Some(id) => match self.memory.directory.account_by_id(id) {
                Some(no) => Some(no),
                None if create.may_add_account => {
                    let handle = Handle::new(id);
                    if self.memory.directory.account_by_handle(&handle).is_some() {
                        return Ok(Err(handle_taken(id)));
                    }
                    account_created = true;
                    Some(self.add_account(AccountRow::named(id))?)
                }
                None => return Ok(Err(sentence(Refusal::UnknownAccount))),
            },
        };
        let spec = create.spec.clone();
        let task = new_task(&spec, account);
        let id = spec.task;
        self.memory.specs.0.insert(id, spec);
        let effects = self.feed(&Input::Submit {
            list: None,
            tasks: vec![task],
        })?;
        let account = match answered(self.keep(effects)) {
            Ok(Answer::Accepted(accepted)) => accepted.first().map(|(_, account)| *account),
            Ok(_) => None,
            Err(refused) => return Ok(Err(refused)),
        };
        if let Some((key, hash)) = &create.idempotency {
            tasks::put_key(&self.tables, key, hash, id)?;
        }
        let account = account.unwrap_or(AccountNo(u32::MAX));
        Ok(Ok(self.created(id, account, account_created)))
    }

    fn created(&self, task: TaskId, account: AccountNo, account_created: bool) -> Created {
        let account_id = self.memory.directory.account_title(account).to_owned();
        let position = self.memory.state.position(task);
        Created {
            task,
            account_id,
            position,
            account_created,
        }
    }

    fn created_before(&self, task: TaskId, same: bool) -> store::Result<Result<Created, Refused>> {
        if !same {
            let message = "The idempotency key was used for another task. Choose a new key.";
            return Ok(Err(Refused::new("key_reused", message)));
        }
        let account = tasks::get(&self.tables, task)?.map(|row| row.account);
        Ok(Ok(self.created(
            task,
            account.unwrap_or(AccountNo(u32::MAX)),
            false,
        )))
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
        let mut on_target: HashMap<String, HashSet<String>> = HashMap::new();
        for (task, row) in &import.tasks {
            let Some(account) = &row.account_id else {
                continue;
            };
            if need(&spec_of(*task, row, false)).is_none() {
                continue;
            }
            let target = row.target.reveal().to_lowercase();
            if !on_target.contains_key(&target) {
                let before = intents::accounts_on(&self.tables, &target, self.now.at)?;
                let names = before
                    .into_iter()
                    .map(|no| self.memory.directory.account_title(no));
                let names = names.map(str::to_owned).collect();
                on_target.insert(target.clone(), names);
            }
            let Some(names) = on_target.get_mut(&target) else {
                continue;
            };
            names.insert(account.clone());
            if names.len() > usize::from(most) {
                let message = format!(
                    "“{}” would be acted on by {} of your accounts within seven days; {most} may. \
                     Leave this row out, or wait.",
                    row.target.reveal(),
                    names.len(),
                );
                return Ok(Err(Refused::new("target_limit", message).at(row.line)));
            }
        }
        Ok(Ok(()))
    }
}

fn handle_taken(name: &str) -> Refused {
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
