//! The plans that were made lately, by their ids: few, and not for long.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use super::Plan;
use crate::commands::{CommandError, ImportReport};

/// How long a plan is kept, milliseconds.
pub(super) const KEPT_MS: i64 = 60 * 60 * 1_000;
/// How many are kept; the oldest goes first (R9).
const PLANS_MAX: usize = 4;

/// Where a plan stands.
enum Stand {
    Open(Arc<Plan>),
    /// Somebody is accepting it.
    Taken,
    /// It was accepted; its rows can still be looked at.
    Done(ImportReport, Arc<Plan>),
}

struct Kept {
    id: Uuid,
    until_ms: i64,
    stand: Stand,
}

/// All of them.
#[derive(Default)]
pub(in crate::commands) struct Plans(Mutex<VecDeque<Kept>>);

/// A plan for whoever accepts it.
pub(super) enum Taken {
    /// It was accepted before, as this list.
    Done(ImportReport),
    /// It is the caller's until it is put back.
    Plan(Arc<Plan>),
}

fn unknown() -> CommandError {
    let detail = "There is no plan of this id, or no longer: a plan is kept for an hour. Make it \
                  again from the file.";
    CommandError::new("unknown_plan", detail)
}

impl Plans {
    fn with<T>(&self, now_ms: i64, look: impl FnOnce(&mut VecDeque<Kept>) -> T) -> T {
        let mut plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        plans.retain(|plan| plan.until_ms > now_ms);
        look(&mut plans)
    }

    pub(super) fn keep(&self, plan: Plan, now_ms: i64) {
        let Ok(id) = Uuid::try_parse(&plan.view.plan_id) else {
            return;
        };
        self.with(now_ms, |plans| {
            while plans.len() >= PLANS_MAX {
                plans.pop_front();
            }
            plans.push_back(Kept {
                id,
                until_ms: now_ms.saturating_add(KEPT_MS),
                stand: Stand::Open(Arc::new(plan)),
            });
        });
    }

    pub(super) fn find(&self, id: Uuid, now_ms: i64) -> Result<Arc<Plan>, CommandError> {
        self.with(now_ms, |plans| {
            match plans.iter().find(|plan| plan.id == id).map(|it| &it.stand) {
                Some(Stand::Open(plan) | Stand::Done(_, plan)) => Ok(Arc::clone(plan)),
                Some(Stand::Taken) => Err(used()),
                None => Err(unknown()),
            }
        })
    }

    pub(super) fn take(&self, id: Uuid, now_ms: i64) -> Result<Taken, CommandError> {
        self.with(now_ms, |plans| {
            let kept = plans.iter_mut().find(|plan| plan.id == id);
            let stand = &mut kept.ok_or_else(unknown)?.stand;
            match std::mem::replace(stand, Stand::Taken) {
                Stand::Open(plan) => Ok(Taken::Plan(plan)),
                Stand::Done(report, plan) => {
                    *stand = Stand::Done(report.clone(), plan);
                    Ok(Taken::Done(report))
                }
                Stand::Taken => Err(used()),
            }
        })
    }

    /// It was accepted as this list, or is open again.
    pub(super) fn put_back(&self, id: Uuid, plan: Arc<Plan>, done: Option<&ImportReport>) {
        self.with(i64::MIN, |plans| {
            if let Some(kept) = plans.iter_mut().find(|kept| kept.id == id) {
                kept.stand = match done {
                    Some(report) => Stand::Done(report.clone(), plan),
                    None => Stand::Open(plan),
                };
            }
        });
    }
}

fn used() -> CommandError {
    let detail = "The plan was accepted, or is being accepted now. Look at the lists.";
    CommandError::new("plan_used", detail)
}
