//! Diagnostics on stderr, off unless asked for. Names are masked by their types.

use tracing_subscriber::EnvFilter;

/// Begins to log: warnings of ours always to `SIGNALBOX_LOG`'s taste, more with each `-v`.
pub fn begin(verbose: u8) {
    let default = match verbose {
        0 => "off",
        1 => "signalbox=info,signalbox_engine=info,signalbox_phone=info,signalbox_automation=info",
        _ => "debug",
    };
    let filter = EnvFilter::try_from_env("SIGNALBOX_LOG").unwrap_or_else(|_| default.into());
    // A second subscriber in one process is a mistake of ours, and harmless.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}
