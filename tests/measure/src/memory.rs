//! How much memory this process holds, as the system says it.

use crate::process::Process;

/// One mebibyte.
pub const MIB: f64 = 1024.0 * 1024.0;

/// Bytes of memory that this process holds now; `None` where the system does not say.
pub fn resident_bytes() -> Option<u64> {
    Process::own().resident_bytes()
}

/// The most bytes of memory that this process ever held.
pub fn peak_bytes() -> Option<u64> {
    Process::own().peak_bytes()
}
