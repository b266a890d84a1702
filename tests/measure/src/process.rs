//! What a process has used, as the system says it: Linux does, in `/proc`; elsewhere there is no
//! figure.

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

    /// How long the threads that it has now were on a processor, to the nanosecond. Those that
    /// ended are not in it.
    pub fn cpu(&self) -> Option<Duration> {
        let mut sum = Duration::ZERO;
        for thread in fs::read_dir(self.0.join("task")).ok()?.flatten() {
            // A thread that just ended has none.
            let Ok(text) = fs::read_to_string(thread.path().join("schedstat")) else {
                continue;
            };
            sum += Duration::from_nanos(text.split(' ').next()?.parse().ok()?);
        }
        Some(sum)
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
    fn work_takes_time_on_a_processor() {
        let own = Process::of(std::process::id());
        let before = own.cpu().unwrap();
        let watch = Stopwatch::start();
        while watch.elapsed() < Duration::from_millis(100) {
            std::hint::black_box((0..10_000_u64).fold(1, |product: u64, it| product ^ it));
        }
        assert!(own.cpu().unwrap() > before);
    }
}
