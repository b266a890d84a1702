//! Who carries out what is asked: an engine of this process, or one that runs already.

use std::time::Duration;

use hyper::Method;
use serde_json::{Value, json};
use signalbox_engine::commands::{
    Commands, EngineStatus, HistoryFile, HistoryForm, HistoryReport, ImportFiles, ImportReport,
    ListStanding, Part, Progress,
};
use signalbox_engine::list_file;
use signalbox_engine::paths::DataDir;
use signalbox_engine::runtime::Watcher;
use signalbox_engine::store::World;
use signalbox_engine::{CommandError, Engine, Options};
use tokio::time::{Instant, sleep};

use crate::control::Control;
use crate::exit::{Exit, Failure};
use crate::switch::Order;

/// How long an engine that has the data directory may take to listen, or to end.
const REACH_MAX: Duration = Duration::from_secs(5);
/// How often it is asked meanwhile.
const REACH_EVERY: Duration = Duration::from_millis(100);
/// How often an engine that runs already is asked how far a list is.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// Where a command goes.
pub enum Desk {
    /// An engine that was started for it.
    Own(Box<Engine>),
    /// One that runs already.
    Running(Control),
}

impl Desk {
    /// The engine that runs on the data directory; where none does, one of this process, which is
    /// `announced` on stderr.
    pub async fn reach(wanted: Options, announced: Option<String>) -> Result<Self, Failure> {
        let dir = DataDir::locate(&wanted.data_dir).map_err(CommandError::from)?;
        let (world, began) = (wanted.phones.world(), Instant::now());
        let mut announced = announced;
        loop {
            if let Some(control) = Control::find(&dir).await? {
                control.is_of(world, &dir).await?;
                return Ok(Self::Running(control));
            }
            if let Some(line) = announced.take() {
                eprintln!("{line}");
            }
            match Engine::start(wanted.clone()).await {
                Ok(engine) => return Ok(Self::Own(Box::new(engine))),
                // It begins or ends at this moment, or takes a list in.
                Err(error) if error.code == "data_dir_in_use" && began.elapsed() < REACH_MAX => {
                    sleep(REACH_EVERY).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Ends the engine of this process; one that ran already goes on.
    pub async fn leave(&self) {
        if let Self::Own(engine) = self {
            engine.shutdown().await;
        }
    }

    /// Whether these files are there as a list already, and whether another list is unfinished.
    pub async fn standing(&self, files: &ImportFiles) -> Result<ListStanding, CommandError> {
        match self {
            Self::Own(engine) => engine.commands().standing(files).await,
            Self::Running(control) => control.post("/api/lists/standing", sent(files)?).await,
        }
    }

    /// Accepts a list whole, or nothing of it.
    pub async fn import(&self, files: ImportFiles) -> Result<ImportReport, CommandError> {
        match self {
            Self::Own(engine) => engine.commands().import(files).await,
            Self::Running(control) => control.post("/api/lists/import", sent(&files)?).await,
        }
    }

    /// Takes a history whole, or nothing of it; with `check` only says what that would do.
    pub async fn import_history(
        &self,
        file: HistoryFile,
        check: bool,
    ) -> Result<HistoryReport, CommandError> {
        match self {
            Self::Own(engine) => {
                let done = engine.commands().import_history(file, check).await;
                done.map_err(CommandError::from)
            }
            Self::Running(control) => {
                let mut path = format!("/api/interactions/import?check={check}");
                path += &format!("&name={}", quoted(&file.name));
                for (theirs, ours) in &file.accounts {
                    path += &format!("&accounts={}", quoted(&format!("{theirs}:{ours}")));
                }
                let media = match file.form {
                    HistoryForm::Csv => "text/csv",
                    HistoryForm::Json => "application/json",
                };
                control.give(&path, media, file.bytes).await
            }
        }
    }

    /// Where a list stands now.
    pub async fn progress(&self, list_id: &str) -> Result<Progress, CommandError> {
        match self {
            Self::Own(engine) => {
                let known = list_id
                    .parse()
                    .map_err(|_| CommandError::new("unknown_list", "There is no list of this id."));
                engine.commands().progress(known?).await
            }
            Self::Running(control) => {
                let path = format!("/api/lists/{list_id}/progress");
                control.ask(Method::GET, &path, None).await
            }
        }
    }

    /// Begins to watch for changes.
    pub fn watch(&self) -> Watch {
        match self {
            Self::Own(engine) => {
                let commands = engine.commands();
                Watch::Own(commands.watch(), Box::new(commands))
            }
            Self::Running(_) => Watch::Running,
        }
    }

    /// Pauses, stops, or lets go on.
    pub async fn switch(&self, order: Order) -> Result<(), CommandError> {
        match self {
            Self::Own(engine) => {
                let commands = engine.commands();
                match order {
                    Order::Pause => commands.pause_part(Part::All).await,
                    Order::Resume => commands.resume_part(Part::All).await,
                    Order::Stop => commands.stop_part(Part::All).await,
                    Order::Unstop => commands.unstop_part(Part::All).await,
                }
            }
            Self::Running(control) => {
                let path = format!("/api/system/{}", order.word());
                let _: Value = control.ask(Method::POST, &path, None).await?;
                Ok(())
            }
        }
    }
}

/// Waits for what may have changed.
pub enum Watch {
    /// The engine of this process tells.
    Own(Watcher, Box<Commands>),
    /// One that runs already is asked again after a while.
    Running,
}

impl Watch {
    /// Waits for a change; an error once the engine has ended.
    pub async fn changed(&mut self) -> Result<(), CommandError> {
        match self {
            Self::Own(watcher, commands) => commands.changed(watcher).await,
            Self::Running => {
                sleep(LOOK_EVERY).await;
                Ok(())
            }
        }
    }
}

impl Control {
    async fn post<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        body: Value,
    ) -> Result<T, CommandError> {
        self.ask(Method::POST, path, Some(body)).await
    }

    /// How it stands.
    pub async fn status(&self) -> Result<EngineStatus, CommandError> {
        self.ask(Method::GET, "/api/system/status", None).await
    }

    /// Refuses an engine with the other kind of phones.
    async fn is_of(&self, world: World, dir: &DataDir) -> Result<(), Failure> {
        let status = self.status().await?;
        if status.simulated == (world == World::Simulated) {
            return Ok(());
        }
        let found = match status.simulated {
            true => "simulated",
            false => "live",
        };
        let detail = format!(
            "The Signalbox that runs on {} has {found} phones, and simulated and live data are \
             never mixed. Name another data directory for a {} one.",
            dir.path().display(),
            world.as_str()
        );
        Err(Failure::new(Exit::Refused, "data_other_world", detail))
    }
}

/// A value as it stands in a query (RFC 3986, section 2).
fn quoted(value: &str) -> String {
    let bytes = value.bytes().map(|byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    });
    bytes.collect()
}

/// The files of a list as they are sent.
fn sent(files: &ImportFiles) -> Result<Value, CommandError> {
    let text = |bytes: &[u8]| {
        let text = list_file::as_text(bytes);
        text.ok_or_else(|| CommandError::new("bad_list", "The files of the list are no text."))
    };
    let flows = files.flows.iter().map(|(name, script)| {
        let files = script.files.iter();
        let variables = script.variables.iter();
        json!({
            "name": name,
            "main": script.main,
            "files": files.map(|(name, text)| json!({ "name": name, "text": text }))
                .collect::<Value>(),
            "variables": variables.map(|(name, value)| json!({ "name": name, "value": value }))
                .collect::<Value>(),
        })
    });
    let mut body = json!({
        "name": files.name,
        "tasks": text(&files.tasks)?,
        "rehearsal": files.rehearsal,
        "flows": flows.collect::<Value>(),
    });
    if let Some(accounts) = &files.accounts {
        body["accounts"] = text(accounts)?.into();
    }
    Ok(body)
}
