//! How soon an engine works again that finds a million waiting tasks, and what that takes.
//!
//! The data set is made once by importing lists. Each run is a process of its own, so that the
//! memory it held at most is its own too: it opens the data set, is told of a phone, and the clock
//! stops when the first attempt is to begin.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot be set up has no figure"
)]

#[path = "engine/options.rs"]
mod options;

use std::path::Path;
use std::process::Command;
use std::sync::mpsc;

use options::options;
use signalbox_engine::Engine;
use signalbox_engine::commands::ImportFiles;
use signalbox_engine::runtime::{Begun, Hands, Inbox, Visiting};
use signalbox_engine::store::Durability;
use signalbox_engine::store::phones::PhoneRow;
use signalbox_measure::{Goal, MIB, Row, Spread, Stopwatch, peak_bytes};
use signalbox_phone::Udid;
use signalbox_scheduler::{AttemptNo, CheckNo, PhoneNo};

const ACCOUNTS: usize = 1_000;
const LISTS: usize = 20;
/// Of each account in each list.
const TASKS: usize = 50;
const RUNS: usize = 5;
/// Names the data directory to a process that is to open it.
const OPEN: &str = "RECOVERY_OPENS";
/// Names the phone that it is told of: a new one each time, since the ones before are in doubt.
const PHONE: &str = "RECOVERY_PHONE";

fn main() {
    if let Some(dir) = std::env::var_os(OPEN) {
        return open(Path::new(&dir));
    }
    let dir = tempfile::tempdir().unwrap();
    make(dir.path());
    let figures: Vec<(f64, f64)> = (0..=RUNS).map(|no| run(dir.path(), no)).skip(1).collect();
    let ms = Spread::of(figures.iter().map(|figure| figure.0).collect());
    let mib = Spread::of(figures.iter().map(|figure| figure.1).collect());
    Row::new(
        "recovery of 1,000,000 waiting tasks to the first start",
        "ms",
        ms,
    )
    .goal(Goal::AtMost(1_000.0))
    .print();
    Row::new("memory of that process at most", "MiB", mib)
        .goal(Goal::AtMost(150.0 * 1e6 / MIB))
        .print();
}

/// Hands that only tell that an attempt was to begin.
struct Idle(mpsc::Sender<()>);

impl Hands for Idle {
    fn run(&mut self, _: Vec<Begun>) {
        let _ = self.0.send(());
    }
    fn forget(&mut self, _: AttemptNo) {}
    fn stop_safely(&mut self, _: AttemptNo) {}
    fn stop(&mut self, _: AttemptNo, _: PhoneNo, _: &Udid) {}
    fn check(&mut self, _: CheckNo, _: PhoneNo, _: &Udid) {}
    fn visit(&mut self, _: Visiting) {}
    fn hush(&mut self, _: Option<&Udid>) {}
    fn unhush(&mut self, _: Option<&Udid>) {}
    fn halt_check(&mut self, _: PhoneNo) {}
    fn stop_all_safely(&mut self) {}
    fn stop_all(&mut self) {}
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    tokio.unwrap().block_on(work)
}

/// A data set in which nothing ever ran.
fn make(dir: &Path) {
    let (started, _none) = mpsc::channel();
    block_on(async {
        let hands = |_: Inbox| -> Box<dyn Hands> { Box::new(Idle(started)) };
        let engine = Engine::start_with(options(dir, Durability::Normal), hands)
            .await
            .unwrap();
        let accounts: String = (0..ACCOUNTS)
            .map(|no| format!("account{no},handle.{no},\n"))
            .collect();
        let accounts = format!("account_id,handle,device_udid\n{accounts}").into_bytes();
        for list in 0..LISTS {
            let rows: String = (0..ACCOUNTS * TASKS)
                .map(|no| {
                    let account = no % ACCOUNTS;
                    format!("account{account},instagram,target{list}.{no},view_profile\n")
                })
                .collect();
            let files = ImportFiles {
                accounts: (list == 0).then(|| accounts.clone()),
                tasks: format!("account_id,task_type,target_username,actions\n{rows}").into_bytes(),
                name: format!("list {list}"),
                rehearsal: false,
                flows: Default::default(),
            };
            engine.commands().import(files).await.unwrap();
        }
        engine.shutdown().await;
    });
}

/// Milliseconds and MiB of one start.
fn run(dir: &Path, no: usize) -> (f64, f64) {
    let program = std::env::current_exe().unwrap();
    let phone = format!("00008030-51{no:014}");
    let mut command = Command::new(program);
    let output = command.env(OPEN, dir).env(PHONE, phone).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut figures = text.split_whitespace().map(|it| it.parse().unwrap());
    (figures.next().unwrap(), figures.next().unwrap())
}

fn open(dir: &Path) {
    let (started, first) = mpsc::channel();
    block_on(async {
        let watch = Stopwatch::start();
        let mut way_in = None;
        let hands = |inbox: Inbox| -> Box<dyn Hands> {
            way_in = Some(inbox);
            Box::new(Idle(started))
        };
        let engine = Engine::start_with(options(dir, Durability::Normal), hands)
            .await
            .unwrap();
        let udid = Udid::new(std::env::var(PHONE).unwrap());
        way_in.unwrap().ready(PhoneRow::unseen(udid)).await;
        tokio::task::block_in_place(|| first.recv()).unwrap();
        let ms = watch.elapsed().as_secs_f64() * 1e3;
        println!("{ms} {}", peak_bytes().unwrap_or(0) as f64 / MIB);
        drop(engine);
    });
    // What was started is not to be ended in good order: each run finds the same.
    std::process::exit(0);
}
