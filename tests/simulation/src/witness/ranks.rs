//! Who is to go first among accounts that compete for a phone, from the order of events alone.

use signalbox_scheduler::{AccountNo, AccountState, PhoneNo, State, Task, TaskId};

use super::records::is_open;
use super::{Checked, Sight, keep};

/// Since when each account's head could start.
#[derive(Debug, Clone, Default)]
pub(super) struct Ranks {
    heads: Vec<Option<(TaskId, u64)>>,
}

/// What one step of priority is worth, milliseconds (written a second time on purpose).
const STEP_MS: i64 = 300_000;

impl Ranks {
    /// Looks at the state after a record.
    pub(super) fn look(&mut self, state: &State, at: u64) {
        for (no, account) in state.accounts() {
            let nowhere = account.needs_a_look() && account.present.is_empty();
            let held = account.paused
                || account.retry_at.is_some()
                || account.limited_until.is_some()
                || account.state != AccountState::Available
                || nowhere
                || state
                    .head(no)
                    .is_some_and(|head| state.pause_of(head).is_some());
            let head = state.head(no).map(Task::id).filter(|_| !held);
            let place = no.0 as usize;
            if self.heads.len() <= place {
                self.heads.push(None);
            }
            let seen = &mut self.heads[place];
            if seen.map(|(task, _)| task) != head {
                *seen = head.map(|task| (task, at));
            }
        }
    }

    fn rank(&self, state: &State, account: AccountNo) -> Option<i64> {
        let (task, since) = (*self.heads.get(account.0 as usize)?)?;
        let priority = state.task(task)?.priority as i64;
        Some(i64::try_from(since).ok()? - priority * STEP_MS)
    }

    /// The account that starts is the first of those that a free phone could serve.
    pub(super) fn first(&self, sight: &Sight, starts: AccountNo, on: PhoneNo) -> Checked {
        let state = sight.state;
        let hours = &state.settings.hours;
        let rank = self.rank(state, starts);
        for (no, account) in state.accounts() {
            let suits = |phone| state.head(no).is_some_and(|head| state.takes(phone, head));
            let servable = state
                .phones()
                .any(|(phone, it)| it.is_idle() && account.may_use(phone) && suits(phone));
            // Where time is scaled, the wall the core was shown is not known.
            let open = match sight.wall {
                Some(wall) => is_open(hours, account.rota, wall),
                None => hours.rotas.is_empty(),
            };
            let Some(other) = self.rank(state, no).filter(|_| servable && open) else {
                continue;
            };
            let goes_first = rank.is_some_and(|rank| (rank, starts) <= (other, no));
            keep(goes_first, "order", || {
                format!(
                    "{starts:?} of rank {rank:?} starts on {on:?} before {no:?} of rank {other}"
                )
            })?;
        }
        Ok(())
    }
}
