//! When accounts work: windows of local time in a week.
//!
//! Nothing is done at a boundary: who could start is kept per rota, and whether a rota is open is
//! worked out from the time of the decision. Clocks that are set forward or back once a year are
//! data, the caller's [`Zone`]; an hour that there is not is never open, one that comes twice is
//! open twice.

use serde::{Deserialize, Serialize};

use crate::ids::RotaNo;

/// Minutes of a day.
pub const DAY_MIN: u16 = 24 * 60;
/// Minutes of a week.
pub const WEEK_MIN: u16 = 7 * DAY_MIN;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
const WEEK_MS: i64 = 7 * DAY_MS;
/// 1970-01-01 was a Thursday, and weeks begin on Monday.
const THURSDAY_MS: i64 = 3 * DAY_MS;

/// The windows of one week; without any it is always open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week {
    /// Minutes since Monday 00:00, from and to (not included), in order and apart.
    windows: Vec<(u16, u16)>,
}

impl Week {
    /// Of windows that begin at a minute since Monday 00:00 and last so many minutes, in any
    /// order: those that touch become one, and what goes past Sunday goes on on Monday.
    ///
    /// ```
    /// use signalbox_scheduler::hours::Week;
    /// // Sunday 22:00 for four hours is Sunday 22:00 to Monday 02:00.
    /// let night = Week::new([(6 * 1_440 + 1_320, 240)]);
    /// assert_eq!(night.windows(), [(0, 120), (6 * 1_440 + 1_320, 10_080)]);
    /// ```
    pub fn new(windows: impl IntoIterator<Item = (u16, u16)>) -> Self {
        let mut parts = Vec::new();
        for (from, length) in windows {
            let from = from % WEEK_MIN;
            let to = from + length.min(WEEK_MIN);
            parts.push((from, to.min(WEEK_MIN)));
            if to > WEEK_MIN {
                parts.push((0, to - WEEK_MIN));
            }
        }
        parts.retain(|(from, to)| from < to);
        parts.sort_unstable();
        let mut merged: Vec<(u16, u16)> = Vec::with_capacity(parts.len());
        for (from, to) in parts {
            match merged.last_mut() {
                Some((_, last)) if from <= *last => *last = to.max(*last),
                _ => merged.push((from, to)),
            }
        }
        Self { windows: merged }
    }

    /// From and to (not included) in minutes since Monday 00:00, in order.
    pub fn windows(&self) -> &[(u16, u16)] {
        &self.windows
    }

    /// How long from this moment of the week (ms since Monday 00:00) until it is open, as far as
    /// clocks are not set in between.
    fn opens_in(&self, moment: i64) -> i64 {
        if self.windows.is_empty() {
            return 0;
        }
        let waits = self.windows.iter().map(|(from, to)| {
            let (from, to) = (i64::from(*from) * MINUTE_MS, i64::from(*to) * MINUTE_MS);
            if (from..to).contains(&moment) {
                0
            } else {
                (from - moment).rem_euclid(WEEK_MS)
            }
        });
        waits.min().unwrap_or(0)
    }
}

impl Week {
    /// How much of a week it is open.
    fn open_ms(&self) -> i64 {
        let minutes = self.windows.iter().map(|(from, to)| i64::from(to - from));
        minutes.sum::<i64>() * MINUTE_MS
    }

    /// How long it stays open from this moment of the week on; 0 where it is not.
    fn closes_in(&self, moment: i64) -> i64 {
        let ends = self.windows.iter().map(|(from, to)| {
            let (from, to) = (i64::from(*from) * MINUTE_MS, i64::from(*to) * MINUTE_MS);
            match (from..to).contains(&moment) {
                true => to - moment,
                false => 0,
            }
        });
        ends.max().unwrap_or(0)
    }
}

/// What is to be added to UTC for local time: now, and from each time at which clocks are set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Seconds before the first change.
    pub offset_s: i32,
    /// Wall times (ms since 1970 UTC) from which on it is another, in order.
    pub changes: Vec<(i64, i32)>,
}

impl Zone {
    /// What is to be added at this time, milliseconds.
    fn offset_ms(&self, wall: i64) -> i64 {
        let past = self.changes.iter().take_while(|(from, _)| *from <= wall);
        let seconds = past.last().map_or(self.offset_s, |(_, offset)| *offset);
        i64::from(seconds) * 1_000
    }

    /// Whether both say the same of all times from this one to that one.
    pub fn agrees(&self, other: &Self, from: i64, to: i64) -> bool {
        let within = |zone: &Self| -> Vec<(i64, i32)> {
            let changes = zone.changes.iter().copied();
            changes.filter(|(at, _)| *at > from && *at <= to).collect()
        };
        self.offset_ms(from) == other.offset_ms(from) && within(self) == within(other)
    }

    /// The next time at which clocks are set.
    fn next_change(&self, wall: i64) -> Option<i64> {
        let mut froms = self.changes.iter().map(|(from, _)| *from);
        froms.find(|from| *from > wall)
    }
}

/// The hours of all accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// By [`RotaNo`]; number 0 is the accounts' that have none of their own. One that is not here
    /// is always open.
    pub rotas: Vec<Week>,
    /// Where the local time is.
    pub zone: Zone,
}

impl Hours {
    /// Whether tasks may start at this wall time.
    pub fn is_open(&self, rota: RotaNo, wall: i64) -> bool {
        let Some(week) = self.rotas.get(usize::from(rota.0)) else {
            return true;
        };
        week.opens_in(self.moment(wall)) == 0
    }

    /// The first wall time from this one on at which tasks may start.
    pub fn opens_at(&self, rota: RotaNo, wall: i64) -> i64 {
        let Some(week) = self.rotas.get(usize::from(rota.0)) else {
            return wall;
        };
        let mut at = wall;
        loop {
            let opens = at.saturating_add(week.opens_in(self.moment(at)));
            match self.zone.next_change(at) {
                // What is open then depends on how the clocks are set.
                Some(change) if opens >= change => at = change,
                _ => return opens,
            }
        }
    }

    /// The wall time at which that many milliseconds of open time have passed since this one.
    pub fn worked_at(&self, rota: RotaNo, wall: i64, work: u64) -> i64 {
        let mut left = i64::try_from(work).unwrap_or(i64::MAX);
        let open = self.rotas.get(usize::from(rota.0)).map_or(0, Week::open_ms);
        if open == 0 {
            return wall.saturating_add(left);
        }
        // Whole weeks at once; what is left of one is a few windows and a change of the clocks.
        let weeks = (left.saturating_sub(1) / open).min(i64::MAX / WEEK_MS / 2);
        left -= weeks * open;
        let mut at = wall.saturating_add(weeks * WEEK_MS);
        for _ in 0..=2 * usize::from(WEEK_MIN) {
            at = self.opens_at(rota, at);
            let lasts = self.lasts(rota, at);
            if lasts >= left {
                break;
            }
            left -= lasts;
            at = at.saturating_add(lasts.max(1));
        }
        at.saturating_add(left)
    }

    /// How long it stays open from this wall time on, at which it is.
    fn lasts(&self, rota: RotaNo, wall: i64) -> i64 {
        let week = self.rotas.get(usize::from(rota.0));
        let lasts = week.map_or(WEEK_MS, |week| week.closes_in(self.moment(wall)));
        let change = self.zone.next_change(wall).map(|change| change - wall);
        lasts.min(change.unwrap_or(lasts))
    }

    /// Milliseconds since Monday 00:00, local time.
    fn moment(&self, wall: i64) -> i64 {
        let local = wall.saturating_add(self.zone.offset_ms(wall));
        local.saturating_add(THURSDAY_MS).rem_euclid(WEEK_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 60 * MINUTE_MS;
    /// A Monday, 00:00 UTC.
    const MONDAY: i64 = 4 * DAY_MS;

    #[test]
    fn work_goes_on_only_while_it_is_open() {
        // Every day from 8 to 10.
        let week = Week::new((0..7).map(|day| (day * DAY_MIN + 480, 120)));
        let hours = Hours {
            rotas: vec![week],
            zone: Zone::default(),
        };
        let check = |from: i64, work: i64, expected: i64| {
            let found = hours.worked_at(RotaNo(0), MONDAY + from, work.unsigned_abs());
            assert_eq!(found - MONDAY, expected, "{from} {work}");
        };
        check(0, HOUR, 9 * HOUR);
        check(9 * HOUR, HOUR, 10 * HOUR);
        check(9 * HOUR, HOUR + 1, DAY_MS + 8 * HOUR + 1);
        check(0, 5 * HOUR, 2 * DAY_MS + 9 * HOUR);
        check(0, 28 * HOUR, 13 * DAY_MS + 10 * HOUR);
        check(0, 0, 8 * HOUR);
        let always = hours.worked_at(RotaNo(7), MONDAY, HOUR.unsigned_abs());
        assert_eq!(
            always,
            MONDAY + HOUR,
            "a rota that is not there is always open"
        );
    }
}
