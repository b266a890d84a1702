//! When a plan would end: how long its tasks take, in the hours of their accounts, under their
//! ceilings, on the phones there are.

use super::check::Check;
use crate::clock::rfc3339;
use crate::pace::wait_for_room;

impl Check<'_> {
    /// About when the last of it would end: the account with the most to do in its hours, or all
    /// phones together, whichever takes longer.
    pub(super) fn ends_at(&self) -> Option<String> {
        let facts = self.facts;
        let given: u64 = self.accounts.iter().map(|it| it.given).sum();
        let phones = Some(facts.phones_ready).filter(|phones| *phones > 0)?;
        let average = self.work?.checked_div(given)?;
        let scale = u64::from(facts.time_scale.max(1));
        let hours = &facts.settings.hours;
        let mut end = facts.wall;
        for account in self.accounts.iter().filter(|it| it.given > 0) {
            let waits =
                account.free_in? + wait_for_room(account.ceilings, account.used, account.wanted);
            let works = (account.tasks + account.given).saturating_mul(average);
            let begins = facts.wall.saturating_add_unsigned(waits);
            let works = works.saturating_mul(scale);
            end = end.max(hours.worked_at(account.rota, begins, works));
        }
        let before: u64 = self.accounts.iter().map(|it| it.tasks).sum();
        let together = (before + given).saturating_mul(average) / phones;
        end = end.max(self.together(together.saturating_mul(scale)));
        let after = self
            .not_before
            .map(|time| time.saturating_add_unsigned(self.longest));
        Some(rfc3339(end.max(after.unwrap_or(i64::MIN))))
    }

    /// When all phones together have done so much: in the hours of the accounts, where all of them
    /// have the same.
    fn together(&self, works: u64) -> i64 {
        let facts = self.facts;
        let mut rotas = self.accounts.iter().filter(|it| it.given > 0);
        let mut rotas = rotas.by_ref().map(|it| it.rota);
        match rotas.next() {
            Some(first) if rotas.all(|rota| rota == first) => {
                facts.settings.hours.worked_at(first, facts.wall, works)
            }
            _ => facts.wall.saturating_add_unsigned(works),
        }
    }
}
