//! Accepting one task, with its account where that is new.

use signalbox_automation::Handle;
use signalbox_scheduler::{AccountNo, Answer, Input, Refusal, TaskId};

use super::accept::{answered, handle_taken, new_task, sentence};
use super::message::{Create, Created, Refused};
use super::turn::Turn;
use crate::store::accounts::AccountRow;
use crate::store::{self, keys, tasks};

impl Turn<'_> {
    /// Takes one task, or finds the one that its idempotency key was used for.
    pub(super) fn create(&mut self, create: &Create) -> store::Result<Result<Created, Refused>> {
        let rehearsal = create.spec.rehearsal;
        if let Some(key) = &create.key
            && let Some(before) = self.used_before(key, rehearsal)?
        {
            return before
                .map_or_else(|refused| Ok(Err(refused)), |task| self.created_before(task));
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
        if let Some(key) = &create.key {
            keys::put(&self.tables, &key.text, &key.hash(rehearsal), id)?;
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

    fn created_before(&self, task: TaskId) -> store::Result<Result<Created, Refused>> {
        let account = tasks::get(&self.tables, task)?.map(|row| row.account);
        Ok(Ok(self.created(
            task,
            account.unwrap_or(AccountNo(u32::MAX)),
            false,
        )))
    }
}
