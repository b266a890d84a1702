//! The arguments, as the help shows them.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Automation tasks on iPhones, one at a time per account and per phone.
#[derive(Parser)]
#[command(name = "signalbox", version, about, long_about = None)]
pub struct Arguments {
    /// Say more on stderr; twice: everything.
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub verbose: u8,
    /// Machine-readable output.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Import a list and run it to its end.
    #[command(
        after_help = "Example:\n  signalbox run --accounts accounts.csv --tasks tasks.csv \
        --simulate 4 --out interactions.csv\n\nExit: 0 all completed, 2 bad input, 5 refused, \
        6 some not completed, 130 interrupted (the same command goes on)."
    )]
    Run(RunOptions),
    /// Run headless, with the HTTP API on loopback. The first line on stdout is JSON: url and
    /// token_file.
    Serve(ServeOptions),
    /// Say how the Signalbox that runs stands.
    #[command(after_help = "Exit: 0 one runs, 4 none does, 5 refused (it is of another version).")]
    Status(EngineOptions),
    /// Start nothing new; what runs finishes.
    #[command(after_help = SWITCH_HELP)]
    Pause(EngineOptions),
    /// Go on after a pause.
    #[command(after_help = SWITCH_HELP)]
    Resume(EngineOptions),
    /// No further call to any phone, at once and over restarts.
    #[command(after_help = SWITCH_HELP)]
    EmergencyStop(EngineOptions),
    /// Go on after an emergency stop: phones prove themselves quiet, then work goes on.
    #[command(after_help = SWITCH_HELP)]
    EmergencyResume(EngineOptions),
    /// Scripts in a subset of Maestro's YAML.
    #[command(subcommand)]
    Flow(FlowCommand),
    /// Accept a list, or the history of another program so that it counts, into the Signalbox
    /// that runs if one does.
    #[command(
        after_help = "Examples:\n  signalbox import --accounts accounts.csv --tasks tasks.csv\n  \
        signalbox import --history interactions_export.csv --check\n\nExit: 0 accepted, 2 bad \
        input, 5 refused."
    )]
    Import(ImportOptions),
    /// Write the recorded outcomes to a file or to stdout.
    Export(ExportOptions),
    /// Copy the data set into one file, also while Signalbox runs.
    #[command(
        after_help = "A backup is made by itself each day that Signalbox runs, and seven of these \
        are kept. One made by this command stays until you delete it."
    )]
    Backup(BackupOptions),
    /// Put a backup in the place of the data set, which is kept under another name.
    #[command(
        after_help = "Nothing starts by itself after a restore: `run --resume` and `serve --resume` \
        go on, and so does Start in the window.\n\nExit: 0 restored, 2 no good backup, 3 no such \
        file, 5 refused (Signalbox runs, or the backup is of the other kind or of a newer \
        version)."
    )]
    Restore(RestoreOptions),
    /// Simulated iPhones alone, for any usbmux client.
    Simulate(SimulateOptions),
    /// Look at the data set and at every phone, and say what to do about what does not hold.
    Doctor(DoctorOptions),
    /// Print where the files are.
    Paths(PathsOptions),
    /// Print a completion script.
    Completions {
        /// For which shell.
        shell: clap_complete::Shell,
    },
}

/// What holds of every switch.
const SWITCH_HELP: &str = "It reaches the Signalbox that runs, window or not; where none runs, it \
    is written into the data set. `serve` begins unpaused, but an emergency stop holds until it is \
    ended.\n\nExit: 0 done, 3 no data set, 5 refused.";

/// What to do with a script.
#[derive(Subcommand)]
pub enum FlowCommand {
    /// Say everything that is wrong with a script, by file and line. Nothing is run.
    #[command(after_help = "Exit: 0 it can be run, 2 it cannot, 3 no such file.")]
    Check(FlowCheckOptions),
    /// Run a script as one account, as a task like any other, and say how it ended.
    #[command(
        after_help = "Example:\n  signalbox flow run open.yaml --account anna --simulate 1\n\n\
        Exit: 0 completed, 2 bad input, 5 refused, 6 not completed, 130 interrupted."
    )]
    Run(Box<FlowRunOptions>),
}

/// `signalbox flow run`.
#[derive(Args)]
pub struct FlowRunOptions {
    /// The script, as for `flow check`.
    #[command(flatten)]
    pub flow: FlowCheckOptions,
    /// The account that acts. On simulated phones one that is unknown is made.
    #[arg(long, value_name = "ID")]
    pub account: String,
    /// The phone it acts on; the account is bound to it from now on.
    #[arg(long, value_name = "UDID")]
    pub device: Option<String>,
    /// Whom the script is about: what `${target}` stands for.
    #[arg(long, value_name = "NAME", default_value = "")]
    pub target: String,
    /// How it is gone through.
    #[command(flatten)]
    pub list: ListOptions,
    /// Which phones.
    #[command(flatten)]
    pub phones: PhoneOptions,
    /// Which data set.
    #[command(flatten)]
    pub data: DataOptions,
}

/// `signalbox flow check`.
#[derive(Args)]
pub struct FlowCheckOptions {
    /// The script; files that it runs are read from its folder.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// A value for a name in the script.
    #[arg(short, long, value_name = "NAME=VALUE", value_parser = variable)]
    pub env: Vec<(String, String)>,
}

/// `NAME=VALUE`.
fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

/// Which data set.
#[derive(Args, Clone)]
pub struct DataOptions {
    /// The data directory (default: one of its own for live and for simulated phones).
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

/// Which phones, and how they are to behave.
#[derive(Args, Clone)]
pub struct PhoneOptions {
    /// Use this many simulated iPhones instead of real ones.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub simulate: Option<u16>,
    /// Use the simulated iPhones behind this usbmux socket.
    #[arg(long, value_name = "SOCKET", conflicts_with = "simulate")]
    pub simulated_at: Option<PathBuf>,
    /// What is to go wrong with the simulated iPhones (TOML).
    #[arg(long, value_name = "FILE", requires = "simulate")]
    pub scenario: Option<PathBuf>,
    /// Write what the simulated iPhones saw to this file.
    #[arg(long, value_name = "FILE", requires = "simulate")]
    pub witness: Option<PathBuf>,
    /// How long a command takes on a simulated iPhone.
    #[arg(long, value_name = "MS", requires = "simulate")]
    pub sim_latency_ms: Option<u64>,
    /// Run cooldowns, gaps and hours this many times faster (simulated iPhones only).
    #[arg(long, value_name = "K", default_value_t = 1,
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub time_scale: u32,
    /// Keep ceilings and gaps also on simulated iPhones.
    #[arg(long)]
    pub limits: bool,
    /// Empty the simulated data set and its world first.
    #[arg(long)]
    pub fresh: bool,
}

/// How a list is gone through.
#[derive(Args)]
pub struct ListOptions {
    /// Only look: go to each screen, tap nothing that changes anything, and say what would happen.
    #[arg(long)]
    pub rehearse: bool,
    /// Run a finished list again, as a new one.
    #[arg(long)]
    pub again: bool,
    /// Go on with a data set that was restored from a backup, or is paused.
    #[arg(long)]
    pub resume: bool,
    /// End when every wait is longer than this, or needs a person.
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration)]
    pub max_wait: Duration,
    /// Write the list's outcomes to this CSV file at the end.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `signalbox run`.
#[derive(Args)]
pub struct RunOptions {
    /// accounts.csv: account_id,handle,device_udid
    #[arg(long, value_name = "FILE")]
    pub accounts: PathBuf,
    /// tasks.csv: account_id,task_type,target_username,actions,…
    #[arg(long, value_name = "FILE")]
    pub tasks: PathBuf,
    /// How the list is gone through.
    #[command(flatten)]
    pub list: ListOptions,
    /// Which phones.
    #[command(flatten)]
    pub phones: PhoneOptions,
    /// Which data set.
    #[command(flatten)]
    pub data: DataOptions,
}

/// `signalbox serve`.
#[derive(Args)]
pub struct ServeOptions {
    /// The port at 127.0.0.1; 0: any free one.
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Go on with a data set that was restored from a backup.
    #[arg(long)]
    pub resume: bool,
    /// Which phones.
    #[command(flatten)]
    pub phones: PhoneOptions,
    /// Which data set.
    #[command(flatten)]
    pub data: DataOptions,
}

/// Which engine is meant: `signalbox status` and the switches.
#[derive(Args)]
pub struct EngineOptions {
    /// That of the simulated data set rather than of the live one. In a directory that is named,
    /// its data set tells.
    #[arg(long)]
    pub simulated: bool,
    /// Which data set.
    #[command(flatten)]
    pub data: DataOptions,
}

/// `signalbox import`.
#[derive(Args)]
pub struct ImportOptions {
    /// accounts.csv; accounts that are known need not be in it.
    #[arg(long, value_name = "FILE")]
    pub accounts: Option<PathBuf>,
    /// tasks.csv
    #[arg(long, value_name = "FILE", required_unless_present = "history")]
    pub tasks: Option<PathBuf>,
    /// Into the simulated data set rather than the live one.
    #[arg(long)]
    pub simulated: bool,
    /// Only look when it runs.
    #[arg(long, conflicts_with = "history")]
    pub rehearse: bool,
    /// What another program recorded.
    #[command(flatten)]
    pub history: HistoryOptions,
    /// Which data set.
    #[command(flatten)]
    pub data: DataOptions,
}

/// The history of another program.
#[derive(Args)]
pub struct HistoryOptions {
    /// An export of outcomes, as CSV or JSON, instead of a list: what it says was done counts.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["accounts", "tasks"])]
    pub history: Option<PathBuf>,
    /// Which of your accounts an account of the history is; nothing behind the `=` leaves its rows
    /// out.
    #[arg(long, value_name = "THEIRS=YOURS", value_parser = pair, requires = "history")]
    pub map: Vec<(String, String)>,
    /// Only say what the history would do.
    #[arg(long, requires = "history")]
    pub check: bool,
}

/// `THEIRS=YOURS`; what is theirs may have a `=` in it.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.rsplit_once('=') {
        Some((theirs, yours)) if !theirs.is_empty() => Ok((theirs.to_owned(), yours.to_owned())),
        _ => Err("write it as THEIRS=YOURS".to_owned()),
    }
}

/// The form of an export.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// RFC 4180.
    Csv,
    /// One object.
    Json,
}

/// `signalbox export`.
#[derive(Args)]
pub struct ExportOptions {
    /// The form.
    #[arg(long, value_enum, default_value = "csv")]
    pub format: ExportFormat,
    /// Into this file rather than to stdout; replaced only when complete.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Leave text as it is, also where a spreadsheet would run it.
    #[arg(long)]
    pub no_guard: bool,
    /// The outcomes of rehearsals instead.
    #[arg(long)]
    pub rehearsals: bool,
    /// Of the simulated data set rather than the live one.
    #[arg(long)]
    pub simulated: bool,
    /// Which data set.
    #[command(flatten)]
    pub data: DataOptions,
}

/// `signalbox backup`.
#[derive(Args)]
pub struct BackupOptions {
    /// Into this new file rather than into the data directory's backups.
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
    /// Name the backups there are instead.
    #[arg(long, conflicts_with = "to")]
    pub list: bool,
    /// Of the simulated data set rather than the live one.
    #[arg(long)]
    pub simulated: bool,
    /// Which data set.
    #[command(flatten)]
    pub data: DataOptions,
}

/// `signalbox restore`.
#[derive(Args)]
pub struct RestoreOptions {
    /// The backup: a file, or the name of one in the data directory's backups.
    pub file: PathBuf,
    /// In the place of the simulated data set rather than the live one.
    #[arg(long)]
    pub simulated: bool,
    /// Which data set.
    #[command(flatten)]
    pub data: DataOptions,
}

/// `signalbox simulate`.
#[derive(Args)]
#[command(
    after_help = "Other tools find the phones by an address in USBMUXD_SOCKET_ADDRESS. \
        idevice_id, ideviceinfo and iproxy want UNIX:PATH of the socket, pymobiledevice3 wants \
        PATH alone; with --tcp PORT, all of them take 127.0.0.1:PORT."
)]
pub struct SimulateOptions {
    /// How many iPhones.
    pub phones: u16,
    /// The usbmux socket to open.
    #[arg(long, value_name = "PATH")]
    pub socket: PathBuf,
    /// Also listen at 127.0.0.1:PORT.
    #[arg(long, value_name = "PORT")]
    pub tcp: Option<u16>,
    /// accounts.csv: who is signed in where.
    #[arg(long, value_name = "FILE")]
    pub accounts: Option<PathBuf>,
    /// Write what the iPhones saw to this file.
    #[arg(long, value_name = "FILE")]
    pub witness: Option<PathBuf>,
    /// Keep the world (who follows whom …) in this file.
    #[arg(long, value_name = "FILE")]
    pub world: Option<PathBuf>,
    /// What is to go wrong (TOML).
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<PathBuf>,
    /// How long a command takes.
    #[arg(long, value_name = "MS")]
    pub sim_latency_ms: Option<u64>,
    /// End after this long with no client.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub linger: Option<Duration>,
    /// What `status` on the control socket repeats.
    #[arg(long, hide = true)]
    pub fingerprint: Option<String>,
}

/// `signalbox paths`.
#[derive(Args)]
pub struct PathsOptions {
    /// Of the simulated data set rather than the live one.
    #[arg(long)]
    pub simulated: bool,
    /// Which data set.
    #[command(flatten)]
    pub data: DataOptions,
}

/// `signalbox doctor`.
#[derive(Args)]
pub struct DoctorOptions {
    /// Also make a session and open the app on each phone. Ends the session of anybody who works
    /// on it.
    #[arg(long)]
    pub disturb: bool,
    /// The simulated iPhones behind this usbmux socket rather than real ones.
    #[arg(long, value_name = "SOCKET")]
    pub simulated_at: Option<PathBuf>,
    /// Which data set.
    #[command(flatten)]
    pub data: DataOptions,
}

/// A time such as `500ms`, `30s`, `10m` or `2h`.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let wrong = || format!("“{text}” is no time; write 500ms, 30s, 10m or 2h");
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let ms = match unit {
        "ms" => Some(number),
        "s" => number.checked_mul(1_000),
        "m" => number.checked_mul(60_000),
        "h" => number.checked_mul(3_600_000),
        _ => None,
    };
    ms.map(Duration::from_millis).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn times() {
        let check = |text: &str, ms: Option<u64>| {
            assert_eq!(duration(text).ok(), ms.map(Duration::from_millis), "{text}");
        };
        check("500ms", Some(500));
        check("30s", Some(30_000));
        check("10m", Some(600_000));
        check("2h", Some(7_200_000));
        check("10", None);
        check("m", None);
        check("-1s", None);
        check("99999999999999999999h", None);
    }
}
