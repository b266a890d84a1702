//! `signalbox paths`, and which data directory a command means.

use std::path::PathBuf;

use signalbox_engine::CommandError;
use signalbox_engine::paths::{DataDir, Environment, choose};
use signalbox_engine::store::World;

use crate::args::{DataOptions, PathsOptions};
use crate::exit::{Exit, Failure};

/// The data directory a command means.
pub fn data_dir(options: &DataOptions, world: World) -> Result<PathBuf, Failure> {
    let environment = Environment::of_process();
    choose(options.data_dir.as_deref(), &environment, world)
        .map_err(|error| CommandError::from(error).into())
}

/// The world a flag means.
pub fn world(simulated: bool) -> World {
    if simulated {
        World::Simulated
    } else {
        World::Live
    }
}

/// Prints where the files are.
pub fn paths(options: &PathsOptions, json: bool) -> Result<Exit, Failure> {
    let path = data_dir(&options.data, world(options.simulated))?;
    let dir = DataDir::locate(&path).map_err(CommandError::from)?;
    let places = [
        ("data", dir.path().to_owned()),
        ("database", dir.database()),
        ("token", dir.token()),
        ("lock", dir.lock()),
        ("logs", dir.logs()),
        ("backups", dir.backups()),
        ("control", dir.control_socket()),
    ];
    if json {
        let places = places.iter().map(|(name, path)| {
            (
                name.to_string(),
                serde_json::Value::from(path.display().to_string()),
            )
        });
        println!("{}", serde_json::Value::Object(places.collect()));
    } else {
        for (name, path) in &places {
            println!("{name:<9} {}", path.display());
        }
    }
    Ok(Exit::Ok)
}
