//! Which phones and which data set the options of `run` and `serve` mean.

use signalbox_engine::paths::{Base, Environment};
use signalbox_engine::store::{Durability, World};
use signalbox_engine::{CommandError, Options, Phones};

use crate::args::{DataOptions, PhoneOptions};
use crate::exit::{Exit, Failure};
use crate::paths::data_dir;

/// The engine that the options mean.
pub fn engine_options(
    program: &'static str,
    options: &PhoneOptions,
    data: &DataOptions,
) -> Result<Options, Failure> {
    let phones = phones(options)?;
    let world = phones.world();
    if world == World::Live && options.time_scale != 1 {
        let detail = "Time runs as it does on real phones. Leave --time-scale out.";
        return Err(Failure::new(Exit::Usage, "live_time_scale", detail));
    }
    Ok(Options {
        program,
        base: Base::find(&Environment::of_process()).map_err(CommandError::from)?,
        data_dir: data_dir(data, world)?,
        phones,
        time_scale: options.time_scale,
        limits: options.limits,
        fresh: options.fresh,
        durability: Durability::Full,
    })
}

/// Which phones the options mean.
fn phones(options: &PhoneOptions) -> Result<Phones, Failure> {
    if let Some(count) = options.simulate {
        let program = std::env::current_exe().map_err(|error| {
            let detail = format!("This program cannot find itself: {error}.");
            Failure::new(Exit::Failure, "program", detail)
        })?;
        return Ok(Phones::Simulated {
            program,
            count,
            scenario: options.scenario.clone(),
            witness: options.witness.clone(),
            latency_ms: options.sim_latency_ms,
        });
    }
    if let Some(socket) = &options.simulated_at {
        return Ok(Phones::SimulatedAt(socket.clone()));
    }
    let address = signalbox_engine::usbmux_address()
        .map_err(|error| Failure::new(Exit::Usage, "usbmux_address", error))?;
    Ok(Phones::Live(address))
}

/// Says which phones and which limits hold.
pub fn first_line(options: &PhoneOptions, world: World) -> String {
    let limits = if world == World::Live || options.limits {
        "ceilings and gaps hold"
    } else {
        "ceilings and gaps are off (--limits holds them)"
    };
    match options.simulate {
        Some(count) => {
            let scale = match options.time_scale {
                1 => String::new(),
                scale => format!(", policy time runs {scale} times faster"),
            };
            format!("Simulation: {count} simulated iPhones; {limits}{scale}.")
        }
        None if world == World::Simulated => format!("Simulation; {limits}."),
        None => format!("Live phones; {limits}."),
    }
}
