//! What the app may be told when it is started.

use std::path::PathBuf;

use clap::Parser;

/// Automation tasks on iPhones, one at a time per account and per phone: the window.
#[derive(Debug, Clone, Parser)]
#[command(name = "signalbox-desktop", version, about, long_about = None)]
pub struct Launch {
    /// The data directory of the simulation (default: one of its own).
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// How many iPhones are simulated, for this time (default: as the settings say).
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub simulate: Option<u16>,
    /// What is to go wrong with the simulated iPhones (TOML).
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<PathBuf>,
    /// How long a command takes on a simulated iPhone.
    #[arg(long, value_name = "MS")]
    pub sim_latency_ms: Option<u64>,
    /// Run cooldowns, gaps and hours this many times faster on simulated iPhones.
    #[arg(long, value_name = "K", default_value_t = 1,
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub time_scale: u32,
}
