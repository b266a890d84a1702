//! Bringing an engine up and down: locks, store, phones, the loop.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};
use signalbox_automation::Screens;
use signalbox_phone::{Address, Pool, PoolConfig};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use crate::clock::{Clock, rfc3339};
use crate::commands::{CommandError, Commands};
use crate::directory::Directory;
use crate::facts::Book;
use crate::http::Control;
use crate::lock::{Holder, Lock};
use crate::logs::{self, Attached};
use crate::paths::{Base, DataDir, private_file};
use crate::runtime::{Drivers, Feed, Hands, INBOX_MAX, Inbox, Message, Parts, Runtime};
use crate::screenshots::Screenshots;
use crate::simulator::{Launch, SignIn, Simulator};
use crate::store::{Durability, Store, StoreError, World, backups};
use crate::upkeep::Upkeep;

/// Which phones an engine has. Never both kinds.
#[derive(Debug, Clone)]
pub enum Phones {
    /// Simulated ones in a process of their own, started or found again.
    Simulated {
        /// The program that is started with `simulate`.
        program: PathBuf,
        /// How many.
        count: u16,
        /// What is to go wrong.
        scenario: Option<PathBuf>,
        /// Where the witness writes.
        witness: Option<PathBuf>,
        /// How long a command takes.
        latency_ms: Option<u64>,
    },
    /// Simulated ones that somebody else started, by their usbmux socket.
    SimulatedAt(PathBuf),
    /// Real ones.
    Live(Address),
    /// None: the data set is only written to.
    Absent(World),
}

impl Phones {
    /// The address of simulated phones' usbmux socket.
    pub fn address_of(socket: &std::path::Path) -> Address {
        Address::unix(socket)
    }

    /// The world their data belongs to.
    pub fn world(&self) -> World {
        match self {
            Self::Simulated { .. } | Self::SimulatedAt(_) => World::Simulated,
            Self::Live(_) => World::Live,
            Self::Absent(world) => *world,
        }
    }
}

/// How an engine is to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// What the process is, for those who find its locks held.
    pub program: &'static str,
    /// The place no option moves.
    pub base: Base,
    /// The data directory.
    pub data_dir: PathBuf,
    /// The phones.
    pub phones: Phones,
    /// How many times faster policy time runs; 1 on live phones.
    pub time_scale: u32,
    /// Ceilings and gaps also on simulated phones.
    pub limits: bool,
    /// Begin with an empty simulated data set and world.
    pub fresh: bool,
    /// How sure a commit is.
    pub durability: Durability,
}

/// A running engine. Dropping it ends it hard; [`Engine::shutdown`] lets steps finish.
pub struct Engine {
    commands: Commands,
    inbox: mpsc::Sender<Message>,
    thread: Mutex<Option<std::thread::JoinHandle<()>>>,
    forward: Option<AbortHandle>,
    phones: Option<Simulator>,
    own_phones: bool,
    data_dir: DataDir,
    _pool: Option<Arc<Pool>>,
    upkeep: Mutex<Option<Upkeep>>,
    /// Gone before the locks are: whoever finds no socket and no lock may have both.
    control: Mutex<Option<Control>>,
    _logs: Option<Attached>,
    _locks: Vec<Lock>,
}

impl Engine {
    /// Takes the locks, opens the data set, finds the phones, and starts the loop.
    pub async fn start(options: Options) -> Result<Self, CommandError> {
        let opened = Opened::new(options)?;
        let directory = Directory::load(opened.store.connection())
            .map_err(|error| advised(&opened.data_dir, error))?;
        let phones = find_phones(&opened.options, &opened.data_dir, &directory).await?;
        let screens = Arc::new(load_screens(&opened.data_dir)?);
        let mut config = match (&opened.options.phones, &phones) {
            (Phones::Live(address), _) => PoolConfig::new(address.clone()),
            (_, Some(phones)) => PoolConfig::simulated(Address::unix(phones.socket())),
            (_, None) => PoolConfig::simulated(Address::unix(opened.data_dir.phones_socket())),
        };
        let bundle_id = screens.bundle_id().to_owned();
        config.app = Some(bundle_id.clone());
        // Until the loop says what is stopped.
        config.hushed = true;
        let with_phones = !matches!(opened.options.phones, Phones::Absent(_));
        let (pool, events) = Pool::start(config);
        let pool = Arc::new(pool);
        let (mark, known) = (screens_mark(&screens), Arc::clone(&screens));
        let kept = Screenshots::of(opened.data_dir.screenshots());
        let mut engine = opened.run(phones, Some(mark), |inbox| {
            let pool = Arc::clone(&pool);
            Box::new(Drivers::new(
                Handle::current(),
                pool,
                (screens, kept),
                inbox.0,
            ))
        })?;
        let book = Book::default();
        let phones = crate::facts::Reached::new(Arc::clone(&pool), bundle_id.clone());
        engine.commands.know_phones(phones, book.clone(), bundle_id);
        let forward = crate::facts::forward(events, engine.inbox.clone(), book, known);
        engine.forward = Some(Handle::current().spawn(forward).abort_handle());
        engine._pool = Some(pool);
        if with_phones {
            engine.upkeep = Mutex::new(Some(engine.keep_up()));
            engine.control = Mutex::new(engine.open_control());
        }
        Ok(engine)
    }

    /// An engine whose phones are the caller's own hands, told of through their inbox: the loop,
    /// the store and the commands without a phone, for benchmarks.
    pub async fn start_with(
        options: Options,
        hands: impl FnOnce(Inbox) -> Box<dyn Hands>,
    ) -> Result<Self, CommandError> {
        Opened::new(options)?.run(None, None, hands)
    }

    /// Makes the daily backups; damage that shows in one is told to the loop.
    fn keep_up(&self) -> Upkeep {
        let inbox = self.inbox.downgrade();
        Upkeep::begin(&Handle::current(), self.data_dir.clone(), move |found| {
            if let Some(inbox) = inbox.upgrade() {
                let _ = inbox.blocking_send(Message::Checked(found));
            }
        })
    }

    /// Lets the command line in. An engine without a socket works all the same: that it has none is
    /// told to who comes second, by the lock.
    fn open_control(&self) -> Option<Control> {
        let opened = Control::open(&self.commands);
        opened
            .inspect_err(|error| tracing::error!(code = error.code(), %error, "no control socket"))
            .ok()
    }

    /// What can be asked of it.
    pub fn commands(&self) -> Commands {
        self.commands.clone()
    }

    /// Where its files are.
    pub fn data_dir(&self) -> &DataDir {
        &self.data_dir
    }

    /// Starts nothing more and asks every attempt to end at its next safe point. Wait with
    /// [`Commands::idle`] until they have.
    pub async fn drain(&self) {
        if let Some(control) = &*self.control.lock().unwrap_or_else(PoisonError::into_inner) {
            control.close();
        }
        let _ = self.inbox.send(Message::Drain).await;
    }

    /// Ends the loop, and the simulated phones if this engine started them. Attempts still under
    /// way are cut off, and recorded as such at the next start.
    pub async fn shutdown(&self) {
        if let Some(control) = take(&self.control) {
            control.shutdown().await;
        }
        let _ = self.inbox.send(Message::Shutdown).await;
        if let Some(forward) = &self.forward {
            forward.abort();
        }
        if let Some(upkeep) = take(&self.upkeep) {
            upkeep.end().await;
        }
        if let Some(thread) = take(&self.thread) {
            let ended = tokio::task::spawn_blocking(move || thread.join());
            let _ = ended.await;
            tracing::info!("the engine has ended");
        }
        if let (Some(phones), true) = (&self.phones, self.own_phones) {
            let _ = phones.stop().await;
        }
    }
}

/// What ends once.
fn take<T>(held: &Mutex<Option<T>>) -> Option<T> {
    held.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// What an engine stands on, before there are phones.
struct Opened {
    options: Options,
    clock: Clock,
    data_dir: DataDir,
    logs: Option<Attached>,
    locks: Vec<Lock>,
    store: Store,
}

impl Opened {
    fn new(options: Options) -> Result<Self, CommandError> {
        let clock = Clock::new();
        let data_dir = DataDir::open(&options.data_dir)?;
        let locks = take_locks(&options, &data_dir, &clock)?;
        // Who holds the lock writes the log; a disk that takes none is no reason to stop.
        let logs = logs::attach(&data_dir)
            .inspect_err(|error| tracing::error!(%error, "no log file can be written"))
            .ok();
        let store = open_store(&options, &data_dir)?;
        Ok(Self {
            options,
            clock,
            data_dir,
            logs,
            locks,
            store,
        })
    }

    /// Starts the loop, which works with these hands.
    fn run(
        self,
        phones: Option<Simulator>,
        screens: Option<String>,
        hands: impl FnOnce(Inbox) -> Box<dyn Hands>,
    ) -> Result<Engine, CommandError> {
        let world = self.options.phones.world();
        let (inbox, messages) = mpsc::channel(INBOX_MAX);
        let feed = Arc::new(Feed::default());
        let time_scale = match world {
            World::Live => 1,
            World::Simulated => self.options.time_scale.max(1),
        };
        let runtime = Runtime::new(Parts {
            store: self.store,
            backups: self.data_dir.backups(),
            world,
            limits: self.options.limits,
            durability: self.options.durability,
            clock: self.clock,
            time_scale,
            screens,
            hands: hands(Inbox(inbox.clone())),
            feed: Arc::clone(&feed),
            inbox: messages,
            way_in: inbox.downgrade(),
            handle: Handle::current(),
        })
        .map_err(|error| advised(&self.data_dir, error))?;
        let thread = std::thread::Builder::new()
            .name("signalbox-loop".to_owned())
            .spawn(move || runtime.run())
            .map_err(|error| CommandError::new("thread", error.to_string()))?;
        let directory = self.data_dir.clone();
        let commands = Commands::new(inbox.clone(), feed, world, directory, phones.clone());
        let (version, program) = (env!("CARGO_PKG_VERSION"), self.options.program);
        tracing::info!(
            version,
            program,
            world = world.as_str(),
            "the engine has started"
        );
        Ok(Engine {
            commands,
            inbox,
            thread: Mutex::new(Some(thread)),
            forward: None,
            phones,
            own_phones: matches!(self.options.phones, Phones::Simulated { .. }),
            data_dir: self.data_dir,
            _pool: None,
            upkeep: Mutex::new(None),
            control: Mutex::new(None),
            _logs: self.logs,
            _locks: self.locks,
        })
    }
}

fn take_locks(
    options: &Options,
    data_dir: &DataDir,
    clock: &Clock,
) -> Result<Vec<Lock>, CommandError> {
    let since = rfc3339(clock.read().wall_ms);
    let holder = Holder::this(options.program, since, data_dir.path());
    let mut locks = vec![Lock::data_dir(data_dir, &holder)?];
    if let Phones::Live(_) = options.phones {
        options.base.create()?;
        locks.push(Lock::live(&options.base, &holder)?);
    }
    Ok(locks)
}

fn open_store(options: &Options, data_dir: &DataDir) -> Result<Store, CommandError> {
    let world = options.phones.world();
    // SQLite gives its side files the mode of the database.
    private_file(&data_dir.database())?;
    let advise = |error| advised(data_dir, error);
    let mut store = Store::open(&data_dir.database(), world, options.durability).map_err(advise)?;
    if options.fresh {
        if world == World::Live {
            return Err(CommandError::new(
                "live_not_emptied",
                "Only a simulated data set can be emptied. Leave --fresh out.",
            ));
        }
        store.clear().map_err(advise)?;
        let cleared = Screenshots::of(data_dir.screenshots()).clear();
        cleared.map_err(|error| {
            let detail = format!("The pictures of the old data set could not be removed: {error}.");
            CommandError::new("screenshots", detail)
        })?;
    }
    Ok(store)
}

/// A data set that cannot be opened for its damage names the backup to restore.
fn advised(data_dir: &DataDir, error: StoreError) -> CommandError {
    match error {
        StoreError::Damaged { what } => {
            let advice = backups::advice(&data_dir.backups());
            let detail = format!("The data set is damaged ({what}), so nothing starts. {advice}");
            CommandError::new("data_damaged", detail)
        }
        error => error.into(),
    }
}

/// Where usbmuxd is, from the environment or by default.
pub fn usbmux_address() -> Result<Address, String> {
    Address::from_env().map_err(|error| error.to_string())
}

/// What tells one set of locators and texts from another.
fn screens_mark(screens: &Screens) -> String {
    let digest = Sha256::digest(format!("{screens:?}"));
    let mark = digest.iter().take(16);
    mark.map(|byte| format!("{byte:02x}")).collect()
}

/// Screen texts and locators, with the operator's own over them.
fn load_screens(data_dir: &DataDir) -> Result<Screens, CommandError> {
    let path = data_dir.path().join("screens.toml");
    let own = match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            let message = format!("{} cannot be read: {error}.", path.display());
            return Err(CommandError::new("screens", message));
        }
    };
    Screens::load(own.as_deref())
        .map_err(|error| CommandError::new("screens", format!("{}: {error}", path.display())))
}

async fn find_phones(
    options: &Options,
    data_dir: &DataDir,
    directory: &Directory,
) -> Result<Option<Simulator>, CommandError> {
    let accounts: Vec<SignIn> = directory
        .accounts()
        .map(|(_, row)| SignIn {
            handle: row.handle.clone(),
            device_udid: row
                .phone
                .and_then(|phone| directory.phone(phone))
                .map(|phone| phone.udid.clone()),
        })
        .collect();
    match &options.phones {
        Phones::Live(_) | Phones::Absent(_) => Ok(None),
        Phones::SimulatedAt(socket) => {
            let phones = Simulator::at(socket.clone());
            phones.status().await?;
            if options.fresh {
                phones.reset(&accounts).await?;
            }
            phones.accounts(&accounts).await?;
            Ok(Some(phones))
        }
        Phones::Simulated {
            program,
            count,
            scenario,
            witness,
            latency_ms,
        } => {
            let launch = Launch {
                program: program.clone(),
                count: *count,
                dir: data_dir.clone(),
                scenario: scenario.clone(),
                witness: witness.clone(),
                latency_ms: *latency_ms,
            };
            let phones = launch.run(&[]).await?;
            if options.fresh {
                phones.reset(&accounts).await?;
            }
            phones.accounts(&accounts).await?;
            Ok(Some(phones))
        }
    }
}
