//! The engine that runs inside this process: which one, from when to when. It starts when the page
//! first asks for it, and is replaced where another data set is to be worked with.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use signalbox_engine::commands::{Who, restore};
use signalbox_engine::dto::Snapshot;
use signalbox_engine::http::{Page, Window};
use signalbox_engine::paths::Environment;
use signalbox_engine::store::{Durability, World};
use signalbox_engine::{CommandError, Commands, Engine, Options, Phones, usbmux_address};
use tauri::AppHandle;
use tauri::ipc::Channel;
use tokio::time::timeout;

use crate::attend::Attendant;
use crate::bell::Standing;
use crate::feed::{ANSWER_MAX, Follower, Message, hung};
use crate::launch::Launch;
use crate::places::Places;
use crate::preferences::Preferences;
use crate::serving::Served;

/// What the process is, for those who find its locks held.
const PROGRAM: &str = "signalbox-desktop";
/// The command line's program; it lies beside the app's and runs the simulated phones.
pub const COMMAND_LINE: &str = "signalbox";
/// How long running steps may take to come to a safe point when the engine is to end.
const DRAIN_MAX: Duration = Duration::from_secs(5);
/// How long the engine may then take to end.
const SHUTDOWN_MAX: Duration = Duration::from_secs(5);

/// A running engine and what stands on it.
pub struct Running {
    engine: Engine,
    window: Window,
    world: World,
    served: Mutex<Served>,
    /// Its drop ends it.
    _attendant: Attendant,
}

impl Running {
    /// The engine's commands, as the window holds them.
    pub fn commands(&self) -> Commands {
        self.engine.commands().by(Who::Window)
    }

    /// Which phones it has.
    pub fn world(&self) -> World {
        self.world
    }

    /// Where its files are.
    pub fn data_dir(&self) -> &signalbox_engine::paths::DataDir {
        self.engine.data_dir()
    }

    /// Where the API is served, or why it is not.
    pub fn served<T>(&self, look: impl FnOnce(&Served) -> T) -> T {
        look(&self.served.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What the app keeps for as long as it lives.
pub struct Host {
    app: AppHandle,
    launch: Launch,
    /// The page, for a browser that comes to the API.
    page: Page,
    places: Result<Places, CommandError>,
    preferences: Mutex<Preferences>,
    running: RwLock<Option<Arc<Running>>>,
    /// Held by whoever starts or ends an engine.
    changing: tokio::sync::Mutex<()>,
    channel: Mutex<Option<Channel<Message>>>,
    follower: Mutex<Option<Follower>>,
    standing: Mutex<Standing>,
    /// How large the page is drawn.
    zoom: Mutex<f64>,
}

fn held<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Host {
    /// Nothing is started yet.
    pub fn new(app: AppHandle, launch: Launch, page: Page) -> Self {
        let places = Places::find(launch.data_dir.clone(), &Environment::of_process());
        let preferences = places.as_ref().ok();
        let preferences = preferences.map(|it| Preferences::load(&it.preferences()));
        Self {
            app,
            launch,
            page,
            places,
            preferences: Mutex::new(preferences.unwrap_or_default()),
            running: RwLock::new(None),
            changing: tokio::sync::Mutex::new(()),
            channel: Mutex::new(None),
            follower: Mutex::new(None),
            standing: Mutex::new(Standing::default()),
            zoom: Mutex::new(1.0),
        }
    }

    /// How large the page is drawn.
    pub fn zoom(&self) -> f64 {
        *held(&self.zoom)
    }

    /// It is drawn so large from now on.
    pub fn zooms(&self, zoom: f64) {
        *held(&self.zoom) = zoom;
    }

    /// Where things lie.
    pub fn places(&self) -> Result<&Places, CommandError> {
        self.places.as_ref().map_err(Clone::clone)
    }

    /// What is remembered.
    pub fn preferences(&self) -> Preferences {
        held(&self.preferences).clone()
    }

    /// Remembers something else, once it is kept.
    pub fn remember(&self, preferences: Preferences) -> Result<(), CommandError> {
        preferences.save(&self.places()?.preferences())?;
        *held(&self.preferences) = preferences;
        Ok(())
    }

    /// How things stand.
    pub fn standing(&self) -> Standing {
        *held(&self.standing)
    }

    /// How things stand from now on; whether that is something else than before.
    pub fn stands(&self, standing: Standing) -> bool {
        std::mem::replace(&mut *held(&self.standing), standing) != standing
    }

    /// The engine that runs.
    pub fn running(&self) -> Result<Arc<Running>, CommandError> {
        let running = self.running.read().unwrap_or_else(PoisonError::into_inner);
        running.clone().ok_or_else(|| {
            let detail = "The engine is being started or replaced. Try again in a moment.";
            CommandError::new("engine_changing", detail)
        })
    }

    /// The window's way to the routes of the engine that runs.
    pub fn window(&self) -> Result<Window, CommandError> {
        Ok(self.running()?.window.clone())
    }

    /// The engine that runs and answers. The first call starts one; so does a call after a start
    /// that failed, since what stood in the way may be gone, and one after the engine has ended.
    pub async fn started(&self) -> Result<Arc<Running>, CommandError> {
        let _changing = self.changing.lock().await;
        if let Ok(running) = self.running() {
            match timeout(ANSWER_MAX, running.commands().at_work()).await {
                Ok(Ok(_)) => return Ok(running),
                Ok(Err(_)) => {}
                // Its loop may still write: a second one on the same data must not begin.
                Err(_) => return Err(hung()),
            }
            drop(running);
            self.stop().await;
        }
        self.start(false).await
    }

    /// Puts the page's channel in the place of the one before it: a reloaded page opens a new one.
    pub async fn follow(&self, channel: Channel<Message>) -> Result<Snapshot, CommandError> {
        let running = self.started().await?;
        let commands = running.commands();
        let (snapshot, changes) = commands.subscribe().await?;
        *held(&self.channel) = Some(channel.clone());
        *held(&self.follower) = Some(Follower::start(commands, changes, channel));
        Ok(snapshot)
    }

    /// Tells the page something; whether there is one that hears.
    pub fn tell(&self, message: Message) -> bool {
        let channel = held(&self.channel).clone();
        channel.is_some_and(|channel| channel.send(message).is_ok())
    }

    /// Ends the engine in good order, does `between`, and starts one again as the preferences then
    /// say. Where that fails, those from before hold again, and their engine runs.
    pub async fn replace(
        &self,
        wanted: Preferences,
        fresh: bool,
        between: impl FnOnce(&Places) -> Result<(), CommandError>,
    ) -> Result<(), CommandError> {
        let _changing = self.changing.lock().await;
        let before = self.preferences();
        self.stop().await;
        let done = match between(self.places()?).and_then(|()| self.remember(wanted)) {
            Ok(()) => self.start(fresh).await.map(drop),
            Err(error) => Err(error),
        };
        if let Err(error) = done {
            self.remember(before)?;
            self.start(false).await?;
            self.begin_anew().await?;
            return Err(error);
        }
        self.begin_anew().await
    }

    /// Puts a backup of the data set in its place.
    pub async fn restore(&self, name: String) -> Result<(), CommandError> {
        let preferences = self.preferences();
        let world = world_of(&preferences);
        self.replace(preferences, false, |places| {
            let restored = restore(PROGRAM, &places.data_set(world), Path::new(&name), None);
            restored.map(drop)
        })
        .await
    }

    /// Serves the API, or serves it no more, as the preferences say.
    pub async fn serve(&self, preferences: &Preferences) -> Result<(), CommandError> {
        let _changing = self.changing.lock().await;
        let running = self.running()?;
        let before = std::mem::take(&mut *held(&running.served));
        before.end().await;
        let served = Served::begin(running.engine.commands(), preferences, self.page).await;
        let problem = served.problem();
        *held(&running.served) = served;
        problem.map_or(Ok(()), Err)
    }

    /// Lets running steps come to a safe point, then ends the engine and its phones.
    pub async fn shutdown(&self) {
        let _changing = self.changing.lock().await;
        self.stop().await;
    }

    /// The page gets everything of the engine that runs now.
    async fn begin_anew(&self) -> Result<(), CommandError> {
        let Some(channel) = held(&self.channel).clone() else {
            return Ok(());
        };
        let commands = self.running()?.commands();
        let (snapshot, changes) = commands.subscribe().await?;
        let snapshot = Box::new(snapshot);
        if channel.send(Message::Begun { snapshot }).is_ok() {
            *held(&self.follower) = Some(Follower::start(commands, changes, channel));
        }
        Ok(())
    }

    async fn start(&self, fresh: bool) -> Result<Arc<Running>, CommandError> {
        let preferences = self.preferences();
        let options = self.options(&preferences, fresh)?;
        let world = options.phones.world();
        let engine = Engine::start(options).await?;
        let commands = engine.commands();
        let served = Served::begin(commands.clone(), &preferences, self.page).await;
        if let Some(problem) = served.problem() {
            tracing::warn!(code = problem.code, "the API is not served");
        }
        let running = Arc::new(Running {
            window: Window::new(&commands),
            world,
            served: Mutex::new(served),
            _attendant: Attendant::start(self.app.clone(), commands),
            engine,
        });
        let mut current = self.running.write().unwrap_or_else(PoisonError::into_inner);
        *current = Some(Arc::clone(&running));
        Ok(running)
    }

    fn options(&self, preferences: &Preferences, fresh: bool) -> Result<Options, CommandError> {
        let (places, launch) = (self.places()?, &self.launch);
        let world = world_of(preferences);
        let phones = match world {
            World::Live => {
                let address = usbmux_address();
                Phones::Live(address.map_err(|error| CommandError::new("usbmux_address", error))?)
            }
            World::Simulated => Phones::Simulated {
                program: command_line()?,
                count: launch.simulate.unwrap_or(preferences.phones),
                scenario: launch.scenario.clone(),
                witness: None,
                latency_ms: launch.sim_latency_ms,
            },
        };
        Ok(Options {
            program: PROGRAM,
            base: places.base.clone(),
            data_dir: places.data_set(world),
            phones,
            time_scale: match world {
                World::Live => 1,
                World::Simulated => launch.time_scale,
            },
            limits: false,
            fresh,
            durability: Durability::default(),
        })
    }

    async fn stop(&self) {
        held(&self.follower).take();
        let running = {
            let mut current = self.running.write().unwrap_or_else(PoisonError::into_inner);
            current.take()
        };
        let Some(running) = running else { return };
        let served = std::mem::take(&mut *held(&running.served));
        served.end().await;
        let engine = &running.engine;
        if timeout(DRAIN_MAX, drain(engine)).await.is_err() {
            tracing::warn!("a step was cut off; what it did is found out at the next start");
        }
        if timeout(SHUTDOWN_MAX, engine.shutdown()).await.is_err() {
            tracing::warn!("the engine did not end in time; it recovers at the next start");
        }
    }
}

async fn drain(engine: &Engine) {
    engine.drain().await;
    // An error says that the engine has ended, and then nothing works any more either.
    let _ = engine.commands().idle().await;
}

/// Which phones the preferences mean.
fn world_of(preferences: &Preferences) -> World {
    match preferences.live {
        true => World::Live,
        false => World::Simulated,
    }
}

/// The command line's program.
pub fn command_line() -> Result<PathBuf, CommandError> {
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
