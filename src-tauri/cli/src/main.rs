//! `signalbox`: the command line.
//!
//! Data goes to stdout, messages to stderr. Exit codes are stable: see [`exit::Exit`].

mod args;
mod backup;
mod control;
mod desk;
mod doctor;
mod exit;
mod export;
mod flow;
mod history;
mod import;
mod logging;
mod page;
mod paths;
mod phones;
mod restore;
mod run;
mod serve;
mod signals;
mod simulate;
mod status;
mod switch;
mod watch;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use args::{Arguments, Command};
use exit::{Exit, Failure};
use switch::{Order, switch};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    logging::begin(arguments.verbose);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("signalbox: the system gives no threads: {error}.");
            return Exit::Failure.into();
        }
    };
    let ended = runtime.block_on(carry_out(arguments.command, arguments.json));
    // Work that hangs on a phone must not keep the process.
    runtime.shutdown_background();
    match ended {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.tell(arguments.json);
            failure.exit.into()
        }
    }
}

async fn carry_out(command: Command, json: bool) -> Result<Exit, Failure> {
    match command {
        Command::Run(options) => run::run(options, json).await,
        Command::Serve(options) => serve::serve(options).await,
        Command::Status(options) => status::status(&options, json).await,
        Command::Pause(options) => switch(Order::Pause, &options, json).await,
        Command::Resume(options) => switch(Order::Resume, &options, json).await,
        Command::EmergencyStop(options) => switch(Order::Stop, &options, json).await,
        Command::EmergencyResume(options) => switch(Order::Unstop, &options, json).await,
        Command::Flow(command) => flow::flow(command, json).await,
        Command::Import(options) => import::import(options, json).await,
        Command::Export(options) => export::export(&options),
        Command::Backup(options) => backup::backup(&options, json),
        Command::Restore(options) => restore::restore(&options, json),
        Command::Simulate(options) => simulate::simulate(options).await,
        Command::Doctor(options) => doctor::doctor(options, json).await,
        Command::Paths(options) => paths::paths(&options, json),
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            clap_complete::generate(shell, &mut command, "signalbox", &mut std::io::stdout());
            Ok(Exit::Ok)
        }
    }
}
