//! How long tasks take, as far as was seen lately: the basis of every "about" that a person is
//! told. Without one, nothing is told.

use rusqlite::Connection;
use signalbox_scheduler::{Act, Kind, Need};

use crate::list_file::{KINDS, kind_word};
use crate::store::{self, attempts};

/// What a task takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pace {
    /// Milliseconds of a task, by kind; the second ones are those of rehearsals.
    task_ms: [[Option<u64>; 2]; KINDS.len()],
}

impl Pace {
    /// What was seen lately.
    pub(crate) fn read(connection: &Connection) -> store::Result<Self> {
        let mut pace = Self::default();
        for (_, kind) in KINDS {
            for rehearsal in [false, true] {
                let ms = attempts::recent_ms(connection, kind_word(kind), rehearsal)?;
                pace.task_ms[kind as usize][usize::from(rehearsal)] = ms;
            }
        }
        Ok(pace)
    }

    /// Milliseconds of real time that such a task takes, the gap of its account kept between its acts; `None`:
    /// none was seen.
    pub(crate) fn of(
        &self,
        kind: Kind,
        rehearsal: bool,
        need: Need,
        act_gap_ms: u64,
        time_scale: u32,
    ) -> Option<u64> {
        let seen = self.task_ms[kind as usize][usize::from(rehearsal)]?;
        let acts: u64 = need.0.into_iter().map(u64::from).sum();
        let gaps = acts.saturating_mul(act_gap_ms) / u64::from(time_scale.max(1));
        Some(seen.max(gaps))
    }
}

/// How long, in policy time, the acts of an account's tasks have to wait for room under its
/// ceilings: whole days, since what was used up today is free again tomorrow.
pub(crate) fn wait_for_room(
    ceilings: [Option<u16>; Act::ALL.len()],
    used: [u64; Act::ALL.len()],
    wanted: [u64; Act::ALL.len()],
) -> u64 {
    let days = ceilings.into_iter().zip(used.into_iter().zip(wanted));
    let days = days.filter_map(|(ceiling, (used, wanted))| {
        let ceiling = u64::from(ceiling?).max(1);
        let over = wanted.saturating_sub(ceiling.saturating_sub(used));
        Some(over.div_ceil(ceiling))
    });
    days.max().unwrap_or(0) * signalbox_scheduler::policy::DAY_MS
}

#[cfg(test)]
mod tests {
    use signalbox_scheduler::Settings;

    use super::*;

    #[test]
    fn what_is_over_the_ceiling_waits_for_the_next_day() {
        let check = |used, wanted, days| {
            let settings = Settings::live();
            let ms = wait_for_room(settings.per_day, [used, 0, 0], [wanted, 0, 0]);
            assert_eq!(
                ms,
                days * signalbox_scheduler::policy::DAY_MS,
                "{used} {wanted}"
            );
        };
        check(0, 50, 0);
        check(0, 51, 1);
        check(50, 1, 1);
        check(10, 140, 2);
        check(60, 0, 0);
    }

    #[test]
    fn where_nothing_was_seen_nothing_is_told() {
        let pace = Pace::default();
        let need = Need::default();
        assert_eq!(pace.of(Kind::Instagram, false, need, 20_000, 1), None);
    }

    #[test]
    fn a_task_takes_no_less_than_the_gaps_between_its_acts() {
        let mut pace = Pace::default();
        pace.task_ms[Kind::Instagram as usize][0] = Some(30_000);
        let of = |acts, scale| {
            let need = Need([0, acts, 0]);
            pace.of(Kind::Instagram, false, need, 20_000, scale)
        };
        assert_eq!(of(1, 1), Some(30_000));
        assert_eq!(of(3, 1), Some(60_000));
        assert_eq!(of(3, 60), Some(30_000), "scaled time keeps gaps shorter");
    }
}
