//! `signalbox export`, and files that are replaced only when they are complete.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};

use signalbox_engine::CommandError;
use signalbox_engine::clock::Clock;
use signalbox_engine::export::{ExportError, Format, export as write};
use signalbox_engine::paths::DataDir;
use signalbox_engine::store::Store;
use signalbox_engine::store::interactions::Filter;

use crate::args::{ExportFormat, ExportOptions};
use crate::exit::{Exit, Failure};
use crate::paths::{data_dir, world};

/// Reads beside a running engine: it has a connection of its own that cannot write.
pub fn export(options: &ExportOptions) -> Result<Exit, Failure> {
    let path = data_dir(&options.data, world(options.simulated))?;
    let dir = DataDir::locate(&path).map_err(CommandError::from)?;
    let database = dir.database();
    if !database.exists() {
        let detail = format!(
            "There is no data set in {}. Name another one.",
            path.display()
        );
        return Err(Failure::new(Exit::NotFound, "no_data_set", detail));
    }
    let format = match options.format {
        ExportFormat::Csv => Format::Csv {
            guard: !options.no_guard,
        },
        ExportFormat::Json => Format::Json,
    };
    let filter = Filter {
        rehearsal: options.rehearsals,
        ..Filter::default()
    };
    match &options.out {
        Some(out) => to_file(&database, &filter, format, out)?,
        None => to(&database, &filter, format, stdout()?)?,
    };
    Ok(Exit::Ok)
}

/// Stdout itself: the library's own looks for the last line of whatever is written to it.
fn stdout() -> Result<File, Failure> {
    let stdout = std::io::stdout().as_fd().try_clone_to_owned();
    Ok(stdout.map_err(|error| failed(&error.into()))?.into())
}

fn failed(error: &ExportError) -> Failure {
    Failure::new(Exit::Failure, error.code(), error.to_string())
}

fn to(database: &Path, filter: &Filter, format: Format, out: impl Write) -> Result<u64, Failure> {
    let reader = Store::reader(database).map_err(CommandError::from)?;
    let now = Clock::new().read().wall_ms;
    write(&reader, filter, format, now, out).map_err(|error| failed(&error))
}

/// Writes beside the file, and puts it in its place only when all of it is on the disk.
pub fn to_file(
    database: &Path,
    filter: &Filter,
    format: Format,
    out: &Path,
) -> Result<u64, Failure> {
    let beside = beside(out);
    let rows = create(&beside)
        .map_err(ExportError::from)
        .map_err(|error| failed(&error))
        .and_then(|file| {
            let rows = to(database, filter, format, &file)?;
            file.sync_all().map_err(|error| failed(&error.into()))?;
            std::fs::rename(&beside, out).map_err(|error| failed(&error.into()))?;
            Ok(rows)
        });
    if rows.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    rows
}

fn beside(out: &Path) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    name.into()
}

fn create(path: &Path) -> std::io::Result<File> {
    // Never through a link that somebody put there.
    let _ = std::fs::remove_file(path);
    OpenOptions::new().write(true).create_new(true).open(path)
}
