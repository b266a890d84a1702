//! An engine without phones of its own, on an empty data set.

use std::path::Path;

use signalbox_engine::paths::{Base, Environment};
use signalbox_engine::store::{Durability, World};
use signalbox_engine::{Options, Phones};

/// Everything lies in the directory.
pub fn options(dir: &Path, durability: Durability) -> Options {
    let environment = Environment {
        home: Some(dir.to_owned()),
        ..Environment::default()
    };
    Options {
        program: "benchmark",
        base: Base::find(&environment).unwrap(),
        data_dir: dir.join("data"),
        phones: Phones::Absent(World::Simulated),
        time_scale: 1,
        limits: false,
        fresh: false,
        durability,
    }
}
