//! `signalbox run`: the main job in one go.

use std::path::Path;
use std::time::Duration;

use signalbox_engine::commands::{ImportFiles, Progress};
use signalbox_engine::export::Format;
use signalbox_engine::paths::DataDir;
use signalbox_engine::store::interactions::Filter;
use signalbox_engine::store::{Store, lists};
use signalbox_engine::{CommandError, Options};

use crate::args::{ListOptions, PhoneOptions, RunOptions};
use crate::desk::Desk;
use crate::exit::{Exit, Failure};
use crate::phones::{engine_options, first_line};
use crate::signals::EndAsked;
use crate::switch::Order;
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

/// Takes a list through an engine: the one that runs, or one of this process.
pub async fn carry_out(
    wanted: Options,
    phones: &PhoneOptions,
    options: &ListOptions,
    files: ImportFiles,
    json: bool,
    end: &mut EndAsked,
) -> Result<Exit, Failure> {
    let dir = DataDir::locate(&wanted.data_dir).map_err(CommandError::from)?;
    let line = first_line(phones, wanted.phones.world());
    let desk = tokio::select! {
        desk = Desk::reach(wanted, Some(line)) => desk?,
        () = end.wait() => return Ok(Exit::Interrupted),
    };
    if let Desk::Running(_) = desk {
        as_they_are(phones)?;
        let path = dir.path().display();
        eprintln!("Through the Signalbox that runs on {path}, with its phones as they are.");
    }
    let done = list(&desk, &dir.database(), options, files, json, end).await;
    desk.leave().await;
    done
}

/// Refuses what is said of phones that somebody else has started already.
fn as_they_are(phones: &PhoneOptions) -> Result<(), Failure> {
    let said = [
        ("--simulated-at", phones.simulated_at.is_some()),
        ("--scenario", phones.scenario.is_some()),
        ("--witness", phones.witness.is_some()),
        ("--sim-latency-ms", phones.sim_latency_ms.is_some()),
        ("--time-scale", phones.time_scale != 1),
        ("--limits", phones.limits),
        ("--fresh", phones.fresh),
    ];
    let said: Vec<&str> = said.iter().filter(|it| it.1).map(|it| it.0).collect();
    if said.is_empty() {
        return Ok(());
    }
    let detail = format!(
        "The Signalbox that runs on the data set has its phones already, so {} cannot hold for them. \
         Leave that out, or end it first.",
        said.join(" and ")
    );
    Err(Failure::new(Exit::Refused, "engine_running", detail))
}

async fn list(
    desk: &Desk,
    database: &Path,
    options: &ListOptions,
    files: ImportFiles,
    json: bool,
    end: &mut EndAsked,
) -> Result<Exit, Failure> {
    let standing = desk.standing(&files).await?;
    if let Some(other) = standing.other_open {
        let detail = format!(
            "The list “{other}” is unfinished. Run its own files first, or name another \
             --data-dir."
        );
        return Err(Failure::new(Exit::Refused, "list_open", detail));
    }
    let (list, finished) = match standing.same {
        Some(same) if same.open => {
            eprintln!("Going on with the list where it was.");
            (same.list_id, false)
        }
        Some(same) if !options.again => {
            eprintln!("This list is finished; --again runs it again.");
            (same.list_id, true)
        }
        _ => {
            let report = desk.import(files).await?;
            eprintln!(
                "{} tasks accepted; the files name {} accounts.",
                report.tasks, report.accounts
            );
            (report.list_id, false)
        }
    };
    if options.resume {
        desk.switch(Order::Resume).await?;
    }
    let ended = if finished {
        Ended::Done
    } else {
        watch(desk, &list, options.max_wait, end).await?
    };
    if ended == Ended::Interrupted {
        settle(desk, end).await;
    }
    let progress = desk.progress(&list).await?;
    if let Some(out) = &options.out {
        write(database, &list, options.rehearse, out)?;
    }
    tell(&progress, json);
    Ok(match ended {
        Ended::Interrupted => Exit::Interrupted,
        _ if progress.completed == progress.total => Exit::Ok,
        _ => Exit::Partial,
    })
}

/// After Ctrl-C: running steps end at a safe point, unless the user asks again. An engine that ran
/// before goes on by itself.
async fn settle(desk: &Desk, end: &mut EndAsked) {
    let Desk::Own(engine) = desk else {
        eprintln!("The Signalbox that runs goes on with the list; `signalbox pause` pauses it.");
        return;
    };
    eprintln!("Stopping at the next safe point; Ctrl-C again stops at once.");
    engine.drain().await;
    let commands = engine.commands();
    tokio::select! {
        _ = commands.idle() => {}
        () = tokio::time::sleep(SAFE_POINT_LIMIT) => {}
        () = end.wait() => {}
    }
}

fn write(database: &Path, list: &str, rehearsal: bool, out: &Path) -> Result<(), Failure> {
    let reader = Store::reader(database).map_err(CommandError::from)?;
    let known = lists::number(&reader, list).map_err(CommandError::from)?;
    let Some(list) = known else {
        let detail = "The list is not in the data set. Is it another one than the engine's?";
        return Err(CommandError::new("unknown_list", detail).into());
    };
    let filter = Filter {
        rehearsal,
        ..Filter::of_list(list)
    };
    let rows = export::to_file(database, &filter, Format::Csv { guard: true }, out)?;
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
