//! `signalbox simulate`: the simulated iPhones, in this process.

use signalbox_phone_sim::{Config, Ready, Scenario, SimError, read_accounts, serve_until};

use crate::args::SimulateOptions;
use crate::exit::{Exit, Failure};
use crate::signals::EndAsked;

/// Serves until it is stopped.
pub async fn simulate(options: SimulateOptions) -> Result<Exit, Failure> {
    let mut end = EndAsked::listen()?;
    let config = config(options).map_err(failure)?;
    let ready = |ready: Ready| {
        for udid in &ready.udids {
            println!("{udid}");
        }
        if let Some(address) = ready.tcp {
            println!("{address}");
        }
    };
    serve_until(config, ready, async move { end.wait().await })
        .await
        .map_err(failure)?;
    Ok(Exit::Ok)
}

fn failure(error: SimError) -> Failure {
    Failure::new(Exit::Usage, error.code(), error.to_string())
}

fn config(options: SimulateOptions) -> Result<Config, SimError> {
    let mut config = Config::new(options.phones, options.socket);
    config.tcp = options.tcp;
    config.witness = options.witness;
    config.world = options.world;
    config.latency = options.sim_latency_ms.map(std::time::Duration::from_millis);
    config.linger = options.linger;
    config.fingerprint = options.fingerprint;
    if let Some(path) = &options.accounts {
        config.accounts = read_accounts(path)?;
    }
    if let Some(path) = &options.scenario {
        config.scenario = Scenario::read(path)?;
    }
    Ok(config)
}
