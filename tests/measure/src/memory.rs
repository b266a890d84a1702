//! How much memory a process holds, as the system says it.

/// One mebibyte.
pub const MIB: f64 = 1024.0 * 1024.0;

/// Bytes of memory that this process holds now; `None` where the system does not say (it does on
/// Linux, in `/proc/self/statm`).
pub fn resident_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = text.split(' ').nth(1)?.parse().ok()?;
    Some(pages.saturating_mul(rustix::param::page_size() as u64))
}

/// The most bytes of memory that this process ever held (`VmHWM`).
pub fn peak_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib.saturating_mul(1024))
}
