//! `signalbox pause`, `resume`, `emergency-stop`, `emergency-resume`.

use signalbox_engine::paths::{Base, DataDir, Environment};
use signalbox_engine::store::{Durability, Store, World, meta};
use signalbox_engine::{CommandError, Options, Phones};

use crate::args::EngineOptions;
use crate::desk::Desk;
use crate::exit::{Exit, Failure};
use crate::paths::{data_dir, world};

/// What is ordered of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Start nothing new.
    Pause,
    /// Go on after a pause.
    Resume,
    /// No further call to any phone.
    Stop,
    /// Go on after a stop.
    Unstop,
}

impl Order {
    /// Its word on the command line and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Stop => "emergency-stop",
            Self::Unstop => "emergency-resume",
        }
    }

    /// What the lock says of this process while it carries the order out by itself.
    fn program(self) -> &'static str {
        match self {
            Self::Pause => "signalbox pause",
            Self::Resume => "signalbox resume",
            Self::Stop => "signalbox emergency-stop",
            Self::Unstop => "signalbox emergency-resume",
        }
    }

    /// What holds now.
    fn done(self) -> &'static str {
        match self {
            Self::Pause => "Nothing new starts; what runs finishes.",
            Self::Resume => "New tasks may start.",
            Self::Stop => {
                "No further call goes out to any phone, until `signalbox emergency-resume`."
            }
            Self::Unstop => "Phones prove themselves quiet, and work goes on.",
        }
    }
}

/// Carries an order out: by the engine that runs, or into the data set where none does.
pub async fn switch(order: Order, options: &EngineOptions, json: bool) -> Result<Exit, Failure> {
    let path = data_dir(&options.data, world(options.simulated))?;
    let desk = Desk::reach(wanted(order, options, &path)?, None).await?;
    let done = desk.switch(order).await;
    desk.leave().await;
    done?;
    match json {
        true => println!(
            "{}",
            serde_json::json!({ "success": true, "message": order.done() })
        ),
        false => println!("{}", order.done()),
    }
    Ok(Exit::Ok)
}

/// An engine without phones, on a data set that is there.
fn wanted(
    order: Order,
    options: &EngineOptions,
    path: &std::path::Path,
) -> Result<Options, Failure> {
    let dir = DataDir::locate(path).map_err(CommandError::from)?;
    Ok(Options {
        program: order.program(),
        base: Base::find(&Environment::of_process()).map_err(CommandError::from)?,
        phones: Phones::Absent(world_of(options, &dir)?),
        data_dir: path.to_owned(),
        time_scale: 1,
        limits: false,
        fresh: false,
        durability: Durability::Full,
    })
}

/// The world that is meant: in a directory that was named, that of its data set.
fn world_of(options: &EngineOptions, dir: &DataDir) -> Result<World, Failure> {
    if !dir.database().exists() {
        let detail = format!(
            "There is no data set in {}. Name another one{}.",
            dir.path().display(),
            hint(options)
        );
        return Err(Failure::new(Exit::NotFound, "no_data_set", detail));
    }
    let named = options.data.data_dir.is_some() || Environment::of_process().data_dir.is_some();
    if options.simulated || !named {
        return Ok(world(options.simulated));
    }
    let reader = Store::reader(&dir.database()).map_err(CommandError::from)?;
    let found = meta::world(&reader).map_err(CommandError::from)?;
    Ok(found.unwrap_or(World::Live))
}

/// Where else to look, for whoever did not say which data set.
pub fn hint(options: &EngineOptions) -> &'static str {
    match options.data.data_dir.is_none() && !options.simulated {
        true => ", with --simulated for simulated phones or --data-dir",
        false => " with --data-dir",
    }
}
