//! Accepting one task, with its account where that is new.

use signalbox_automation::Handle;
use signalbox_scheduler::{AccountNo, Answer, Input, Refusal, TaskId};

use super::accept::{answered, handle_taken, need, new_task, sentence};
use super::message::{Create, Created, Refused};
use super::turn::Turn;
use crate::store::accounts::AccountRow;
use crate::store::tasks::TaskSpec;
use crate::store::{self, keys, tasks};
use crate::target_limit::TargetUse;

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
        let chosen = match self.fits_target(&create.spec, create.account_id.as_deref())? {
            Ok(chosen) => chosen,
            Err(refused) => return Ok(Err(refused)),
        };
        let mut account_created = false;
        let account = match &create.account_id {
            None => chosen,
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

    /// Refuses a task that would set too many of the operator's accounts on a target. Of one that
    /// names no account, gives the account where not any will do: of those that act on its targets
    /// already the one with the least to do. `None`: the core chooses.
    fn fits_target(
        &self,
        spec: &TaskSpec,
        account_id: Option<&str>,
    ) -> store::Result<Result<Option<AccountNo>, Refused>> {
        let state = &self.memory.state;
        let Some(most) = state.settings.accounts_per_target else {
            return Ok(Ok(None));
        };
        if need(spec).is_none() {
            return Ok(Ok(None));
        }
        let directory = &self.memory.directory;
        let title = |no| directory.account_title(no).to_owned();
        let mut targets = TargetUse::new(&self.tables, most, self.now.at, title);
        if account_id.is_none() {
            let Some(only) = targets.only(spec.targets())? else {
                return Ok(Ok(None));
            };
            let known = only.iter().filter_map(|id| directory.account_by_id(id));
            let open = known.filter_map(|no| {
                let it = state.account(no).filter(|it| it.is_open())?;
                Some((it.tasks(), no))
            });
            if let Some((_, chosen)) = open.min() {
                return Ok(Ok(Some(chosen)));
            }
        }
        for target in spec.targets() {
            // No account is called "": it is one more.
            if let Some(why) = targets.refuses(target, account_id.unwrap_or_default())? {
                return Ok(Err(Refused::new("target_limit", why)));
            }
        }
        Ok(Ok(None))
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
