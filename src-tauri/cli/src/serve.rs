//! `signalbox serve`: the engine without a window, with its HTTP API on loopback.

use std::io::{IsTerminal as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use signalbox_engine::commands::Commands;
use signalbox_engine::http;
use signalbox_engine::{CommandError, Engine};

use crate::args::ServeOptions;
use crate::exit::{Exit, Failure};
use crate::page::PAGE;
use crate::phones::{engine_options, first_line};
use crate::signals::EndAsked;

/// How long steps under way get to reach a safe point; the whole must end within 5 s.
const SAFE_POINT_LIMIT: Duration = Duration::from_secs(2);
/// How long simulated phones may take to be listed.
const PHONES_LIMIT: Duration = Duration::from_secs(30);

/// Serves until Ctrl-C or SIGTERM.
pub async fn serve(options: ServeOptions) -> Result<Exit, Failure> {
    let mut end = EndAsked::listen()?;
    let wanted = engine_options("signalbox serve", &options.phones, &options.data)?;
    eprintln!("{}", first_line(&options.phones, wanted.phones.world()));
    let engine = tokio::select! {
        engine = Engine::start(wanted) => engine?,
        () = end.wait() => return Ok(Exit::Ok),
    };
    let served = until_asked(&engine, &options, &mut end).await;
    engine.drain().await;
    let _ = tokio::time::timeout(SAFE_POINT_LIMIT, engine.commands().idle()).await;
    engine.shutdown().await;
    served.map(|()| Exit::Ok)
}

async fn until_asked(
    engine: &Engine,
    options: &ServeOptions,
    end: &mut EndAsked,
) -> Result<(), Failure> {
    let commands = engine.commands();
    if options.resume {
        commands.start().await?;
    } else if let Some(held) = commands.start_unless_restored().await? {
        eprintln!("{held}");
    }
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    let server = http::serve(commands.clone(), address, PAGE)
        .await
        .map_err(|error| Failure::new(Exit::Failure, error.code(), error.to_string()))?;
    let token_file = commands.token_file();
    let token = token_file.open().map_err(CommandError::from)?;
    let link = format!("#token={}", token.reveal());
    if let Some(count) = options.phones.simulate {
        tokio::select! {
            listed = listed(&commands, count) => listed?,
            () = end.wait() => return Ok(()),
        }
    }
    let told = serde_json::json!({ "url": server.url(), "token_file": token_file.path() });
    let mut out = std::io::stdout().lock();
    // Nobody reads it: the server is of use all the same.
    let _ = writeln!(out, "{told}").and_then(|()| out.flush());
    drop(out);
    if std::io::stderr().is_terminal() {
        eprintln!("{}/{link}", server.url());
    }
    end.wait().await;
    server.shutdown().await;
    Ok(())
}

/// Waits until the simulated phones are attached.
async fn listed(commands: &Commands, count: u16) -> Result<(), Failure> {
    let mut watcher = commands.watch();
    let attached = async {
        while commands.snapshot().await?.engine.phones_attached < u64::from(count) {
            commands.changed(&mut watcher).await?;
        }
        Ok::<(), CommandError>(())
    };
    match tokio::time::timeout(PHONES_LIMIT, attached).await {
        Ok(done) => Ok(done?),
        Err(_) => {
            let detail = format!("Not all of the {count} simulated iPhones came up in time.");
            Err(Failure::new(Exit::Failure, "simulator_slow", detail))
        }
    }
}
