//! `signalbox run`: the main job in one go.

use std::path::Path;
use std::time::Duration;

use signalbox_engine::commands::{Commands, ImportFiles, ListNo, Progress};
use signalbox_engine::export::Format;
use signalbox_engine::store::interactions::Filter;
use signalbox_engine::{Engine, Options};

use crate::args::{ListOptions, PhoneOptions, RunOptions};
use crate::exit::{Exit, Failure};
use crate::phones::{engine_options, first_line};
use crate::signals::EndAsked;
use crate::watch::{Ended, watch};
use crate::{export, import};

/// How long steps under way get to reach a safe point after Ctrl-C.
const SAFE_POINT_LIMIT: Duration = Duration::from_secs(30);

/// Imports the list and runs it.
pub async fn run(options: RunOptions, json: bool) -> Result<Exit, Failure> {
    let mut end = EndAsked::listen()?;
    let files = import::read(
        Some(&options.accounts),
        &options.tasks,
        options.list.rehearse,
    )?;
    let wanted = engine_options("signalbox run", &options.phones, &options.data)?;
    import::check(&files, &wanted.data_dir)?;
    carry_out(
        wanted,
        &options.phones,
        &options.list,
        files,
        json,
        &mut end,
    )
    .await
}

/// Starts an engine and takes a list through it.
pub async fn carry_out(
    wanted: Options,
    phones: &PhoneOptions,
    options: &ListOptions,
    files: ImportFiles,
    json: bool,
    end: &mut EndAsked,
) -> Result<Exit, Failure> {
    eprintln!("{}", first_line(phones, wanted.phones.world()));
    let engine = tokio::select! {
        engine = Engine::start(wanted) => engine?,
        () = end.wait() => return Ok(Exit::Interrupted),
    };
    let done = list(&engine, options, files, json, end).await;
    engine.shutdown().await;
    done
}

async fn list(
    engine: &Engine,
    options: &ListOptions,
    files: ImportFiles,
    json: bool,
    end: &mut EndAsked,
) -> Result<Exit, Failure> {
    let commands = engine.commands();
    let standing = commands.standing(&files).await?;
    if let Some(other) = standing.other_open {
        let detail = format!(
            "The list “{other}” is unfinished. Run its own files first, or name another \
             --data-dir."
        );
        return Err(Failure::new(Exit::Refused, "list_open", detail));
    }
    let (list, finished) = match standing.same {
        Some((list, true)) => {
            eprintln!("Going on with the list where it was.");
            (list, false)
        }
        Some((list, false)) if !options.again => {
            eprintln!("This list is finished; --again runs it again.");
            (list, true)
        }
        _ => {
            let report = commands.import(files.clone()).await?;
            eprintln!(
                "{} tasks accepted; the files name {} accounts.",
                report.tasks, report.accounts
            );
            (report.list, false)
        }
    };
    if options.resume {
        commands.start().await?;
    }
    let ended = if finished {
        Ended::Done
    } else {
        watch(&commands, list, options.max_wait, end).await?
    };
    if ended == Ended::Interrupted {
        settle(engine, &commands, end).await;
    }
    let progress = commands.progress(list).await?;
    if let Some(out) = &options.out {
        write(engine, list, options.rehearse, out)?;
    }
    tell(&progress, json);
    Ok(match ended {
        Ended::Interrupted => Exit::Interrupted,
        _ if progress.completed == progress.total => Exit::Ok,
        _ => Exit::Partial,
    })
}

/// After Ctrl-C: running steps end at a safe point, unless the user asks again.
async fn settle(engine: &Engine, commands: &Commands, end: &mut EndAsked) {
    eprintln!("Stopping at the next safe point; Ctrl-C again stops at once.");
    engine.drain().await;
    tokio::select! {
        _ = commands.idle() => {}
        () = tokio::time::sleep(SAFE_POINT_LIMIT) => {}
        () = end.wait() => {}
    }
}

fn write(engine: &Engine, list: ListNo, rehearsal: bool, out: &Path) -> Result<(), Failure> {
    let filter = Filter {
        rehearsal,
        ..Filter::of_list(list)
    };
    let database = engine.data_dir().database();
    let rows = export::to_file(&database, &filter, Format::Csv { guard: true }, out)?;
    eprintln!("{rows} outcomes written to {}.", out.display());
    Ok(())
}

/// The summary: counts, then what waits, each named.
fn tell(progress: &Progress, json: bool) {
    if json {
        let waiting: Vec<_> = progress
            .blockers
            .iter()
            .map(|blocker| {
                serde_json::json!({
                    "account_id": blocker.account_id,
                    "task_id": blocker.task_id,
                    "waiting": blocker.waiting,
                    "code": blocker.why.code,
                    "reason": blocker.why.sentence,
                })
            })
            .collect();
        let told = serde_json::json!({
            "total": progress.total,
            "completed": progress.completed,
            "failed": progress.failed,
            "cancelled": progress.cancelled,
            "interrupted": progress.interrupted,
            "waiting": waiting,
        });
        println!("{told}");
        return;
    }
    println!(
        "{} of {} tasks completed, {} failed, {} cancelled, {} interrupted, {} open.",
        progress.completed,
        progress.total,
        progress.failed,
        progress.cancelled,
        progress.interrupted,
        progress.total - progress.ended(),
    );
    for blocker in &progress.blockers {
        println!(
            "{}: {} waiting. {}",
            blocker.account_id, blocker.waiting, blocker.why.sentence
        );
    }
}
