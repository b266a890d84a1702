//! Diagnostics on stderr, off unless asked for, and the engine's log files. Names are masked by
//! their types.

use signalbox_engine::logs;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

/// Begins to log: on stderr to `SIGNALBOX_LOG`'s taste, more with each `-v`; into the files of the
/// data directory that an engine of this process works with, what is worth it, and more with `-v`.
pub fn begin(verbose: u8) {
    let (default, into_files) = match verbose {
        0 => ("off", LevelFilter::INFO),
        1 => (
            "signalbox=info,signalbox_engine=info,signalbox_phone=info,signalbox_automation=info",
            LevelFilter::DEBUG,
        ),
        _ => ("debug", LevelFilter::TRACE),
    };
    let filter = EnvFilter::try_from_env("SIGNALBOX_LOG").unwrap_or_else(|_| default.into());
    let stderr = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    // A second subscriber in one process is a mistake of ours, and harmless.
    let _ = tracing_subscriber::registry()
        .with(stderr.with_filter(filter))
        .with(logs::layer(into_files))
        .try_init();
}
