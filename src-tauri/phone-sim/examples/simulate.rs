//! Simulated phones by hand:
//! `cargo run -p signalbox-phone-sim --example simulate -- 4 --socket /run/user/1000/phones.sock`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use signalbox_phone_sim::{AppVersion, Config, Scenario, SimError, read_accounts, serve};

/// Simulated iPhones behind a usbmux socket.
#[derive(Parser)]
struct Options {
    /// How many phones.
    phones: u16,
    /// The usbmux socket to open.
    #[arg(long)]
    socket: PathBuf,
    /// Also listen at 127.0.0.1:PORT.
    #[arg(long)]
    tcp: Option<u16>,
    /// accounts.csv: who is signed in where.
    #[arg(long)]
    accounts: Option<PathBuf>,
    /// The witness log.
    #[arg(long)]
    witness: Option<PathBuf>,
    /// The world file.
    #[arg(long)]
    world: Option<PathBuf>,
    /// The scenario.
    #[arg(long)]
    scenario: Option<PathBuf>,
    /// How long a command takes.
    #[arg(long)]
    sim_latency_ms: Option<u64>,
    /// The app's version: A or B.
    #[arg(long)]
    app_version: Option<String>,
    /// End after this many seconds without a client.
    #[arg(long)]
    linger: Option<u64>,
}

fn config(options: Options) -> Result<Config, SimError> {
    let mut config = Config::new(options.phones, options.socket);
    config.tcp = options.tcp;
    config.witness = options.witness;
    config.world = options.world;
    config.latency = options.sim_latency_ms.map(Duration::from_millis);
    config.linger = options.linger.map(Duration::from_secs);
    config.app_version = match options.app_version.as_deref() {
        None => None,
        Some("A") => Some(AppVersion::A),
        Some("B") => Some(AppVersion::B),
        Some(other) => {
            let reason = format!("There is no app version {other}; choose A or B.");
            return Err(SimError::Config(reason));
        }
    };
    if let Some(path) = &options.accounts {
        config.accounts = read_accounts(path)?;
    }
    if let Some(path) = &options.scenario {
        config.scenario = Scenario::read(path)?;
    }
    Ok(config)
}

#[tokio::main]
async fn main() -> ExitCode {
    let served = match config(Options::parse()) {
        Ok(config) => {
            serve(config, |ready| {
                for udid in &ready.udids {
                    println!("{udid}");
                }
                if let Some(address) = ready.tcp {
                    println!("{address}");
                }
            })
            .await
        }
        Err(error) => Err(error),
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
