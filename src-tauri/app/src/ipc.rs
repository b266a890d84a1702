//! What the page may call. What an operator does goes through `ask`, to the very routes that HTTP
//! has; what needs a window, a file or a channel has a command of its own.

mod engine;
mod files;

use serde::Serialize;
use serde_json::Value;
use signalbox_engine::CommandError;
use signalbox_engine::dto::Snapshot;
use tauri::State;
use tauri::ipc::{Channel, Invoke, InvokeResponseBody, Response};

#[cfg(test)]
pub use engine::{AppView, SwitchView};

use crate::feed::Message;
use crate::host::Host;

/// The answer to `subscribe`: what there is now; changes follow over the channel.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Opening {
    /// Signalbox's version.
    version: &'static str,
    /// Everything the window shows.
    snapshot: Snapshot,
}

macro_rules! commands {
    ($($name:ident $(:: $inner:ident)?),* $(,)?) => {
        /// The handler of every command.
        pub fn handler() -> impl Fn(Invoke) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name $(:: $inner)?),*]
        }

        /// The commands' names, with the file of each before it; a test compares them with the
        /// permissions and with the page.
        #[cfg(test)]
        const COMMANDS: &[&str] = &[$(concat!(stringify!($name) $(, "::", stringify!($inner))?)),*];
    };
}

commands![
    subscribe,
    snapshot,
    ask,
    picture,
    engine::app_view,
    engine::change_app,
    engine::switch_view,
    engine::switch_set,
    engine::empty_simulation,
    engine::copy_across,
    engine::restore_backup,
    engine::api_token,
    engine::zoom,
    engine::quit,
    files::save,
    files::reveal,
    files::open_link,
    files::diagnostics,
    files::save_diagnostics,
    files::install_command_line,
];

/// Why something was not done, in the form of RFC 9457.
type Refusal = Value;

#[tauri::command]
async fn subscribe(
    host: State<'_, Host>,
    channel: Channel<Message>,
) -> Result<Opening, CommandError> {
    let snapshot = host.follow(channel).await?;
    Ok(Opening {
        version: env!("CARGO_PKG_VERSION"),
        snapshot,
    })
}

#[tauri::command]
async fn snapshot(host: State<'_, Host>) -> Result<Snapshot, CommandError> {
    host.running()?.commands().snapshot().await
}

/// Asks a route of the API, with a body in JSON where it takes one; the answer is its body.
#[tauri::command]
async fn ask(
    host: State<'_, Host>,
    method: String,
    target: String,
    body: Option<String>,
) -> Result<Response, Refusal> {
    let whole = answer(&host, &method, &target, body).await?;
    // Every route that is asked in this way answers in JSON, which is UTF-8.
    let text = String::from_utf8(whole).unwrap_or_default();
    Ok(Response::new(InvokeResponseBody::Json(text)))
}

/// The bytes of a picture that a route answers.
#[tauri::command]
async fn picture(host: State<'_, Host>, target: String) -> Result<Response, Refusal> {
    Ok(Response::new(answer(&host, "GET", &target, None).await?))
}

async fn answer(
    host: &Host,
    method: &str,
    target: &str,
    body: Option<String>,
) -> Result<Vec<u8>, Refusal> {
    let window = host.window().map_err(refused)?;
    let reply = window.ask(method, target, body).await;
    let good = reply.is_good();
    let whole = reply.whole().await.map_err(refused)?;
    match good {
        true => Ok(whole),
        false => Err(serde_json::from_slice(&whole).unwrap_or_default()),
    }
}

/// What never reached a route, in the same form as what one refuses.
fn refused(error: CommandError) -> Refusal {
    serde_json::json!({ "code": error.code, "detail": error.detail, "errors": [] })
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
        let commands = COMMANDS.iter().map(|it| it.rsplit(':').next().unwrap());
        let commands: BTreeSet<&str> = commands.collect();
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
        let mut granted: BTreeSet<&str> = granted.map(|name| name.as_str().unwrap()).collect();
        // Of the system's own, what a title bar does that is part of the page.
        for own in ["start-dragging", "internal-toggle-maximize"] {
            let name = format!("core:window:allow-{own}");
            assert!(granted.remove(name.as_str()), "{name}");
        }
        let permissions: toml::Table = toml::from_str(PERMISSIONS).unwrap();
        let defined = permissions["permission"].as_array().unwrap().iter();
        let defined: BTreeSet<&str> = defined
            .map(|permission| permission["identifier"].as_str().unwrap())
            .collect();
        assert_eq!(granted, defined);
    }
}
