//! The engine that runs inside this process: started once, when the page first asks for it.

use std::path::PathBuf;
use std::time::Duration;

use signalbox_engine::commands::Who;
use signalbox_engine::http::Window;
use signalbox_engine::paths::{self, Base, Environment};
use signalbox_engine::store::{Durability, World};
use signalbox_engine::{CommandError, Commands, Engine, Options, Phones};
use tokio::sync::{Mutex, OnceCell};

use crate::feed::Follower;
use crate::launch::Launch;

/// The command line's program; it lies beside the app's and runs the simulated phones.
const COMMAND_LINE: &str = "signalbox";

/// How long running steps may take to come to a safe point when the window closes.
const DRAIN_MAX: Duration = Duration::from_secs(5);

/// How long the engine may then take to end.
const SHUTDOWN_MAX: Duration = Duration::from_secs(5);

/// What the app keeps for as long as it lives.
pub struct Host {
    launch: Launch,
    engine: OnceCell<Engine>,
    window: OnceCell<Window>,
    follower: Mutex<Option<Follower>>,
}

impl Host {
    /// Nothing is started yet.
    pub fn new(launch: Launch) -> Self {
        Self {
            launch,
            engine: OnceCell::new(),
            window: OnceCell::new(),
            follower: Mutex::new(None),
        }
    }

    /// The engine's commands. The first call starts the engine; after a failed start, so does the
    /// next call, since what stood in the way (another engine, a full disk) may be gone.
    pub async fn commands(&self) -> Result<Commands, CommandError> {
        let start = || async { Engine::start(options(&self.launch)?).await };
        let engine = self.engine.get_or_try_init(start).await?;
        Ok(engine.commands().by(Who::Window))
    }

    /// The window's way to the routes of the engine, which is started as by [`Host::commands`].
    pub async fn window(&self) -> Result<Window, CommandError> {
        let commands = self.commands().await?;
        let make = || async { Window::new(&commands) };
        Ok(self.window.get_or_init(make).await.clone())
    }

    /// Puts the page's channel in the place of the one before it: a reloaded page opens a new one.
    pub async fn follow(&self, follower: Follower) {
        *self.follower.lock().await = Some(follower);
    }

    /// Lets running steps come to a safe point, then ends the engine and its phones.
    pub async fn shutdown(&self) {
        self.follower.lock().await.take();
        let Some(engine) = self.engine.get() else {
            return;
        };
        if tokio::time::timeout(DRAIN_MAX, drain(engine))
            .await
            .is_err()
        {
            tracing::warn!("a step was cut off; what it did is found out at the next start");
        }
        if tokio::time::timeout(SHUTDOWN_MAX, engine.shutdown())
            .await
            .is_err()
        {
            tracing::warn!("the engine did not end in time; it recovers at the next start");
        }
    }
}

async fn drain(engine: &Engine) {
    engine.drain().await;
    // An error says that the engine has ended, and then nothing works any more either.
    let _ = engine.commands().idle().await;
}

fn options(launch: &Launch) -> Result<Options, CommandError> {
    let environment = Environment::of_process();
    Ok(Options {
        program: "signalbox-desktop",
        base: Base::find(&environment)?,
        data_dir: paths::choose(launch.data_dir.as_deref(), &environment, World::Simulated)?,
        phones: Phones::Simulated {
            program: command_line()?,
            count: launch.simulate,
            scenario: launch.scenario.clone(),
            witness: None,
            latency_ms: launch.sim_latency_ms,
        },
        time_scale: launch.time_scale,
        limits: false,
        fresh: false,
        durability: Durability::default(),
    })
}

fn command_line() -> Result<PathBuf, CommandError> {
    let own = std::env::current_exe().map_err(|error| {
        let detail = format!("The app cannot tell where it lies ({error}). Start it by its path.");
        CommandError::new("no_own_path", detail)
    })?;
    let program = own.with_file_name(COMMAND_LINE);
    if program.exists() {
        return Ok(program);
    }
    let detail = format!(
        "{} is missing, and it runs the simulated iPhones. Install Signalbox again, or build both \
         programs with make build.",
        program.display()
    );
    Err(CommandError::new("no_command_line", detail))
}
