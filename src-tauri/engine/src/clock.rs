//! The only reader of the operating system's clocks. Everything else is handed the time as data.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rustix::time::{ClockId, Timespec, clock_gettime};
use signalbox_scheduler::{Reading, Zone};
use uuid::Uuid;

/// The clock that goes on while the computer sleeps, which `Instant` does not on either system.
#[cfg(target_os = "linux")]
const COUNTS_SLEEP: ClockId = ClockId::Boottime;
#[cfg(not(target_os = "linux"))]
const COUNTS_SLEEP: ClockId = ClockId::Monotonic;

/// Reads the clocks of one boot.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    boot_id: u128,
}

impl Clock {
    /// Finds out which boot this is, once: a process does not outlive it.
    ///
    /// Where the system does not say, all boots count as one. Policy time then stands still after
    /// a reboot until the new boot has lasted as long as the old one had, so a cooldown may last
    /// longer than it must and never ends early.
    #[expect(
        clippy::new_without_default,
        reason = "it asks the system; a default asks nobody"
    )]
    pub fn new() -> Self {
        let boot_id = boot_name()
            .and_then(|name| parse_boot_id(&name))
            .unwrap_or(0);
        Self { boot_id }
    }

    /// How clocks are set where this computer is, from this wall time (ms since 1970 UTC) on and
    /// for two years.
    pub fn zone(&self, wall: i64) -> Zone {
        zone_of(&TimeZone::system(), wall)
    }

    /// The local day that it is, as `2026-11-23`.
    pub fn today(&self) -> String {
        day_at(&TimeZone::system(), self.read().wall_ms)
    }

    /// When a local day begins and ends, wall time in ms: 23 or 25 hours where clocks are set.
    /// `None`: there is no such day.
    pub fn day(&self, date: &str) -> Option<(i64, i64)> {
        day_in(&TimeZone::system(), date)
    }

    /// What the clocks say now.
    pub fn read(&self) -> Reading {
        Reading {
            boot_id: self.boot_id,
            boot_ms: u64::try_from(milliseconds(clock_gettime(COUNTS_SLEEP))).unwrap_or(0),
            wall_ms: milliseconds(clock_gettime(ClockId::Realtime)),
        }
    }
}

fn day_at(zone: &TimeZone, wall_ms: i64) -> String {
    let time = Timestamp::from_millisecond(wall_ms).unwrap_or_default();
    zone.to_datetime(time).date().to_string()
}

fn day_in(zone: &TimeZone, date: &str) -> Option<(i64, i64)> {
    let day: Date = date.parse().ok()?;
    let begins = |day: Date| {
        let midnight = zone.to_ambiguous_timestamp(day.at(0, 0, 0, 0));
        // Where clocks are set at midnight, the first moment that there is.
        Some(midnight.compatible().ok()?.as_millisecond())
    };
    (day.to_string() == date).then_some(())?;
    Some((begins(day)?, begins(day.tomorrow().ok()?)?))
}

/// How far ahead it is told how clocks are set, ms.
const ZONE_MS: i64 = 2 * 366 * DAY_MS;
/// Changes of the clocks that are told: twice a year, and a few that nobody foresees.
const CHANGES_MAX: usize = 16;

fn zone_of(zone: &TimeZone, wall: i64) -> Zone {
    let time = |ms: i64| {
        let (least, most) = (
            Timestamp::MIN.as_millisecond(),
            Timestamp::MAX.as_millisecond(),
        );
        Timestamp::from_millisecond(ms.clamp(least, most)).unwrap_or_default()
    };
    let from = time(wall);
    let changes = zone.following(from).take(CHANGES_MAX);
    let changes = changes.map(|it| (it.timestamp().as_millisecond(), it.offset().seconds()));
    let until = wall.saturating_add(ZONE_MS);
    Zone {
        offset_s: zone.to_offset(from).seconds(),
        changes: changes.take_while(|(at, _)| *at <= until).collect(),
    }
}

fn milliseconds(time: Timespec) -> i64 {
    time.tv_sec
        .saturating_mul(1_000)
        .saturating_add(time.tv_nsec / 1_000_000)
}

#[cfg(target_os = "linux")]
fn boot_name() -> Option<String> {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()
}

#[cfg(target_os = "macos")]
fn boot_name() -> Option<String> {
    let asked = std::process::Command::new("/usr/sbin/sysctl")
        .args(["-n", "kern.bootsessionuuid"])
        .output();
    String::from_utf8(asked.ok()?.stdout).ok()
}

/// The number a boot's UUID stands for.
fn parse_boot_id(name: &str) -> Option<u128> {
    Uuid::parse_str(name.trim()).ok().map(|id| id.as_u128())
}

/// A wall time (ms since 1970 UTC) as RFC 3339 in UTC with milliseconds. A time outside the years
/// the calendar knows is shown as the nearest it has.
///
/// ```
/// assert_eq!(signalbox_engine::clock::rfc3339(1_795_435_200_007), "2026-11-23T12:00:00.007Z");
/// ```
pub fn rfc3339(wall_ms: i64) -> String {
    let most = Timestamp::MAX.as_millisecond();
    let least = Timestamp::MIN.as_millisecond();
    let time = Timestamp::from_millisecond(wall_ms.clamp(least, most)).unwrap_or_default();
    format!("{time:.3}")
}

/// [`rfc3339`] for many times in a row, which mostly lie on the same day: the day is worked out
/// once, and no text is made anew.
#[derive(Debug, Default)]
pub struct Stamps {
    /// The day of `text`, in days since 1970.
    day: Option<i64>,
    /// The time told last.
    text: String,
}

/// A day of any calendar of UTC, in ms.
const DAY_MS: i64 = 86_400_000;
/// How long `12:00:00.007Z` is.
const TIME_OF_DAY: usize = 13;

impl Stamps {
    /// The time as [`rfc3339`] writes it.
    pub fn write(&mut self, wall_ms: i64) -> &str {
        let day = wall_ms.div_euclid(DAY_MS);
        if self.day != Some(day) {
            let known = Timestamp::from_millisecond(wall_ms).is_ok();
            self.day = known.then_some(day);
            self.text = rfc3339(wall_ms);
            return &self.text;
        }
        let ms = wall_ms.rem_euclid(DAY_MS);
        let (minutes, seconds) = (ms / 60_000, ms / 1_000 % 60);
        self.text
            .truncate(self.text.len().saturating_sub(TIME_OF_DAY));
        two(&mut self.text, minutes / 60, ':');
        two(&mut self.text, minutes % 60, ':');
        two(&mut self.text, seconds, '.');
        digit(&mut self.text, ms / 100);
        two(&mut self.text, ms % 100, 'Z');
        &self.text
    }
}

fn digit(text: &mut String, value: i64) {
    // The remainder of a positive number by ten is a digit.
    text.push(char::from(b'0' + (value % 10).unsigned_abs() as u8));
}

fn two(text: &mut String, value: i64, then: char) {
    digit(text, value / 10);
    digit(text, value);
    text.push(then);
}

/// A wall time (ms since 1970 UTC) as it stands in the name of a file: sortable as text, and without
/// the colons that some disks refuse.
///
/// ```
/// use signalbox_engine::clock::{from_stamp, stamp};
/// assert_eq!(stamp(1_795_435_200_007), "20261123T120000.007Z");
/// assert_eq!(from_stamp("20261123T120000.007Z"), Some(1_795_435_200_007));
/// ```
pub fn stamp(wall_ms: i64) -> String {
    rfc3339(wall_ms).replace(['-', ':'], "")
}

/// The wall time that a [`stamp`] says; `None`: it is none.
pub fn from_stamp(text: &str) -> Option<i64> {
    let time: Timestamp = text.parse().ok()?;
    let ms = time.as_millisecond();
    (stamp(ms) == text).then_some(ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boot_ids() {
        let check = |name: &str, expected| assert_eq!(parse_boot_id(name), expected, "{name:?}");
        check("00000000-0000-0000-0000-00000000000f\n", Some(15));
        check(
            "02C0D41C-B164-4DAC-A5FF-85FD0ABAFB7C",
            Some(0x02c0_d41c_b164_4dac_a5ff_85fd_0aba_fb7c),
        );
        check("", None);
        check("no boot id at all, not even hex!!", None);
        check("+0000000-0000-0000-0000-00000000000f", None);
    }

    #[test]
    fn the_clocks_agree_with_what_the_system_says_elsewhere() {
        let clock = Clock::new();
        let (first, second) = (clock.read(), clock.read());
        assert_ne!(first.boot_id, 0);
        assert_eq!(Clock::new().read().boot_id, first.boot_id);
        assert!(second.boot_ms >= first.boot_ms);
        #[cfg(target_os = "linux")]
        {
            let uptime = std::fs::read_to_string("/proc/uptime").unwrap();
            let uptime: f64 = uptime.split(' ').next().unwrap().parse().unwrap();
            assert!(
                (uptime * 1_000.0 - first.boot_ms as f64).abs() < 5_000.0,
                "{uptime}"
            );
        }
        let dir = tempfile::tempdir().unwrap();
        let touched = dir.path().metadata().unwrap().modified().unwrap();
        let touched = touched
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_millis();
        let wall = clock.read().wall_ms;
        assert!(
            (wall - i64::try_from(touched).unwrap()).abs() < 5_000,
            "{wall} {touched}"
        );
    }

    #[test]
    fn how_clocks_are_set_is_told_for_two_years() {
        let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        // 2026-01-05.
        let told = zone_of(&berlin, 1_767_571_200_000);
        let spring = (1_774_746_000_000, 7_200);
        let autumn = (1_792_890_000_000, 3_600);
        assert_eq!((told.offset_s, told.changes.len()), (3_600, 4));
        assert_eq!(told.changes[..2], [spring, autumn]);
        assert_eq!(zone_of(&TimeZone::UTC, 0), Zone::default());
        for wall in [i64::MIN, i64::MAX] {
            assert!(zone_of(&berlin, wall).changes.len() <= 16);
        }
    }

    #[test]
    fn days_are_local_and_as_long_as_their_clocks_make_them() {
        let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let check = |date: &str, hours: Option<i64>| {
            let found = day_in(&berlin, date).map(|(from, to)| (to - from) / 3_600_000);
            assert_eq!(found, hours, "{date}");
        };
        check("2026-11-23", Some(24));
        check("2026-03-29", Some(23));
        check("2026-10-25", Some(25));
        check("2026-02-30", None);
        check("2026-2-3", None);
        check("20261123", None);
        check("", None);
        // Half past eleven in the evening before, by UTC.
        let (from, to) = day_in(&berlin, "2026-11-23").unwrap();
        assert_eq!(rfc3339(from), "2026-11-22T23:00:00.000Z");
        assert_eq!(day_at(&berlin, from), "2026-11-23");
        assert_eq!(day_at(&berlin, to - 1), "2026-11-23");
        assert_eq!(day_at(&berlin, to), "2026-11-24");
    }

    #[test]
    fn wall_times_as_text() {
        let check = |ms, expected: &str| assert_eq!(rfc3339(ms), expected);
        check(0, "1970-01-01T00:00:00.000Z");
        check(-1, "1969-12-31T23:59:59.999Z");
        check(1_795_435_200_120, "2026-11-23T12:00:00.120Z");
        check(i64::MAX, &rfc3339(Timestamp::MAX.as_millisecond()));
        check(i64::MIN, &rfc3339(Timestamp::MIN.as_millisecond()));
    }

    #[test]
    fn many_times_in_a_row_are_told_as_one_by_one() {
        let (least, most) = (
            Timestamp::MIN.as_millisecond(),
            Timestamp::MAX.as_millisecond(),
        );
        let mut stamps = Stamps::default();
        let mut check = |ms: i64| assert_eq!(stamps.write(ms), rfc3339(ms), "{ms}");
        for ms in [
            i64::MIN,
            least - 1,
            least,
            least + 1,
            -1,
            0,
            1,
            86_399_999,
            86_400_000,
        ] {
            check(ms);
            check(ms.saturating_add(7));
        }
        for ms in [most - 1, most, most + 1, i64::MAX, most, 0] {
            check(ms);
        }
        // Every minute of two days, each at other milliseconds.
        for minute in 0..2 * 24 * 60 {
            check(1_795_435_200_000 + minute * 60_000 + minute * 7_919 % 60_000);
        }
        // Days in the wrong order, as after a clock was set back.
        for ms in [5 * DAY_MS, 4 * DAY_MS - 1, 4 * DAY_MS, 5 * DAY_MS + 12_345] {
            check(ms);
        }
    }
}
