//! What the page may call: each command hands on to the engine's command of the same name.

use serde::Serialize;
use signalbox_engine::CommandError;
use signalbox_engine::commands::ImportFiles;
use signalbox_engine::dto::Snapshot;
use tauri::State;
use tauri::ipc::{Channel, Invoke};

use crate::feed::{Follower, Message};
use crate::host::Host;

const EXAMPLE_ACCOUNTS: &[u8] = include_bytes!("../../../examples/accounts.csv");
const EXAMPLE_TASKS: &[u8] = include_bytes!("../../../examples/tasks.csv");

/// The answer to `subscribe`: what there is now; changes follow over the channel.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Opening {
    /// Signalbox's version.
    version: &'static str,
    /// Everything the window shows.
    snapshot: Snapshot,
}

/// The answer to `import_examples`.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ExamplesImported {
    /// Accounts that were new.
    accounts_added: usize,
    /// Tasks accepted; none when the lists are there already and not finished.
    tasks: usize,
}

macro_rules! commands {
    ($($name:ident),* $(,)?) => {
        /// The handler of every command.
        pub fn handler() -> impl Fn(Invoke) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name),*]
        }

        /// The commands' names; a test compares them with the permissions and with the page.
        #[cfg(test)]
        const COMMANDS: &[&str] = &[$(stringify!($name)),*];
    };
}

commands![subscribe, snapshot, import_examples, start, pause];

#[tauri::command]
async fn subscribe(
    host: State<'_, Host>,
    channel: Channel<Message>,
) -> Result<Opening, CommandError> {
    let commands = host.commands().await?;
    let (snapshot, changes) = commands.subscribe().await?;
    host.follow(Follower::start(commands, changes, channel))
        .await;
    Ok(Opening {
        version: env!("CARGO_PKG_VERSION"),
        snapshot,
    })
}

#[tauri::command]
async fn snapshot(host: State<'_, Host>) -> Result<Snapshot, CommandError> {
    host.commands().await?.snapshot().await
}

#[tauri::command]
async fn import_examples(host: State<'_, Host>) -> Result<ExamplesImported, CommandError> {
    let commands = host.commands().await?;
    let files = ImportFiles {
        accounts: Some(EXAMPLE_ACCOUNTS.to_vec()),
        tasks: EXAMPLE_TASKS.to_vec(),
        name: "examples".to_owned(),
        rehearsal: false,
        flows: Default::default(),
    };
    // Unfinished ones go on; a second click must not run everything twice.
    let unfinished = commands
        .standing(&files)
        .await?
        .same
        .is_some_and(|same| same.open);
    let imported = if unfinished {
        ExamplesImported {
            accounts_added: 0,
            tasks: 0,
        }
    } else {
        let report = commands.import(files).await?;
        ExamplesImported {
            accounts_added: report.accounts_added,
            tasks: report.tasks,
        }
    };
    commands.start().await?;
    Ok(imported)
}

#[tauri::command]
async fn start(host: State<'_, Host>) -> Result<(), CommandError> {
    host.commands().await?.start().await
}

#[tauri::command]
async fn pause(host: State<'_, Host>) -> Result<(), CommandError> {
    host.commands().await?.pause().await
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::COMMANDS;

    const PERMISSIONS: &str = include_str!("../../permissions/app.toml");
    const CAPABILITY: &str = include_str!("../../capabilities/main-window.json");
    const BACKEND: &str = include_str!("../../../ui/src/lib/backend.ts");

    fn quoted_after<'a>(text: &'a str, mark: &str) -> BTreeSet<&'a str> {
        text.split(mark)
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect()
    }

    #[test]
    fn every_command_is_permitted_and_used_and_nothing_else_is() {
        let commands: BTreeSet<&str> = COMMANDS.iter().copied().collect();
        assert_eq!(
            quoted_after(BACKEND, "call(\""),
            commands,
            "ui/src/lib/backend.ts"
        );

        let permissions: toml::Table = toml::from_str(PERMISSIONS).unwrap();
        let permissions = permissions["permission"].as_array().unwrap();
        let allowed = permissions
            .iter()
            .flat_map(|permission| permission["commands"]["allow"].as_array().unwrap())
            .map(|command| command.as_str().unwrap());
        assert_eq!(
            allowed.collect::<BTreeSet<_>>(),
            commands,
            "src-tauri/permissions/app.toml"
        );
    }

    #[test]
    fn the_capability_grants_the_apps_own_permissions_to_one_window() {
        let capability: serde_json::Value = serde_json::from_str(CAPABILITY).unwrap();
        assert_eq!(capability["windows"], serde_json::json!(["main"]));
        assert!(
            capability.get("remote").is_none(),
            "no page from elsewhere may call anything"
        );
        let granted = capability["permissions"].as_array().unwrap().iter();
        let granted: BTreeSet<&str> = granted.map(|name| name.as_str().unwrap()).collect();
        let permissions: toml::Table = toml::from_str(PERMISSIONS).unwrap();
        let defined = permissions["permission"].as_array().unwrap().iter();
        let defined: BTreeSet<&str> = defined
            .map(|permission| permission["identifier"].as_str().unwrap())
            .collect();
        assert_eq!(granted, defined);
    }
}
