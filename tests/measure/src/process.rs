//! What a process has used, as the system says it: Linux does, in `/proc`; elsewhere there is no
//! figure.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A process that runs.
#[derive(Debug, Clone)]
pub struct Process(PathBuf);

impl Process {
    /// This one.
    pub fn own() -> Self {
        Self("/proc/self".into())
    }

    /// The one of that number.
    pub fn of(id: u32) -> Self {
        Self(Path::new("/proc").join(id.to_string()))
    }

    /// Bytes of memory that it holds now.
    pub fn resident_bytes(&self) -> Option<u64> {
        let text = fs::read_to_string(self.0.join("statm")).ok()?;
        let pages: u64 = text.split(' ').nth(1)?.parse().ok()?;
        Some(pages.saturating_mul(rustix::param::page_size() as u64))
    }

    /// The most bytes of memory that it ever held (`VmHWM`).
    pub fn peak_bytes(&self) -> Option<u64> {
        let text = fs::read_to_string(self.0.join("status")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kib.saturating_mul(1024))
    }

    /// How long it was on a processor so far.
    pub fn cpu(&self) -> Option<Cpu> {
        let mut threads = BTreeMap::new();
        for thread in fs::read_dir(self.0.join("task")).ok()?.flatten() {
            // A thread that just ended has none.
            let Ok(text) = fs::read_to_string(thread.path().join("schedstat")) else {
                continue;
            };
            let used = Duration::from_nanos(text.split(' ').next()?.parse().ok()?);
            threads.insert(thread.file_name(), used);
        }
        // Behind the name, which may hold anything: the state, and times from the 12th number on.
        let text = fs::read_to_string(self.0.join("stat")).ok()?;
        let numbers = text.rsplit_once(") ")?.1.split(' ').skip(11).take(2);
        let ticks: u64 = numbers
            .filter_map(|number| number.parse::<u64>().ok())
            .sum();
        let ms = ticks.saturating_mul(1_000) / rustix::param::clock_ticks_per_second();
        let whole = Duration::from_millis(ms);
        Some(Cpu { threads, whole })
    }
}

/// Time on a processor.
#[derive(Debug, Clone)]
pub struct Cpu {
    /// Of each thread that there is, to the nanosecond.
    threads: BTreeMap<OsString, Duration>,
    /// Of all that there ever were, in ticks of the system.
    whole: Duration,
}

impl Cpu {
    /// What was used since then: the threads' own figures, or the whole process's if that is more,
    /// because some of its threads ended.
    pub fn since(&self, before: &Self) -> Duration {
        let one = |(id, used): (&OsString, &Duration)| {
            let then = before.threads.get(id).copied().unwrap_or_default();
            used.saturating_sub(then)
        };
        let threads: Duration = self.threads.iter().map(one).sum();
        threads.max(self.whole.saturating_sub(before.whole))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::stopwatch::Stopwatch;

    #[test]
    fn what_is_held_is_seen() {
        let own = Process::own();
        let before = own.resident_bytes().unwrap();
        let held = vec![1_u8; 64 << 20];
        let (now, most) = (own.resident_bytes().unwrap(), own.peak_bytes().unwrap());
        assert!(now >= before + (60 << 20), "{before} {now}");
        drop(held);
        // The system counts a little behind, by processor.
        assert!(own.peak_bytes().unwrap() + (1 << 20) >= most);
        assert_eq!(Process::of(0).peak_bytes(), None);
    }

    #[test]
    fn work_takes_time_on_a_processor_also_of_a_thread_that_ended() {
        let own = Process::of(std::process::id());
        let work = || {
            let watch = Stopwatch::start();
            while watch.elapsed() < Duration::from_millis(100) {
                std::hint::black_box((0..10_000_u64).fold(1, |product: u64, it| product ^ it));
            }
        };
        let before = own.cpu().unwrap();
        work();
        let between = own.cpu().unwrap();
        assert!(between.since(&before) > Duration::ZERO);
        std::thread::spawn(work).join().unwrap();
        assert!(own.cpu().unwrap().since(&between) > Duration::ZERO);
    }
}
