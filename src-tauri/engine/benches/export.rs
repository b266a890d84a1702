//! Exporting a million outcomes, beside SQLite's own command line on the same file.
//!
//! Each run is a process of its own that writes to a file, so that starting it counts and the
//! memory it held at most is its own. The command line is asked for the very bytes that the export
//! writes; what it takes when it leaves times and ids as they are stored stands there as well.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot be set up has no figure"
)]

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use signalbox_automation::Handle;
use signalbox_engine::export::{Format, export};
use signalbox_engine::store::accounts::{self, AccountRow};
use signalbox_engine::store::interactions::{self, Filter, NewInteraction};
use signalbox_engine::store::phones::{self, PhoneRow};
use signalbox_engine::store::{Durability, Prepared, Store, World};
use signalbox_measure::{Goal, Row, Spread, Stopwatch, in_turn, peak_bytes};
use signalbox_phone::Udid;
use signalbox_scheduler::{AccountNo, AttemptNo, PhoneNo, TaskId};

const ROWS: u32 = 1_000_000;
const ACCOUNTS: u32 = 1_000;
const PHONES: u32 = 30;
const RUNS: usize = 7;
/// Bytes.
const MB: f64 = 1e6;
/// Names the data set to a process that is to export it, and the form.
const EXPORTS: &str = "EXPORT_READS";
const FORM: &str = "EXPORT_FORM";
/// Wall time of the first row.
const TS: i64 = 1_795_000_000_000;

/// The columns of the export, byte for byte (SQLite quotes texts that are empty, and not NULL).
const SAME: &str = "SELECT 'instagram' AS platform, a.account_id, i.target AS target_username,
    i.action, i.status, nullif(i.reason, '') AS reason,
    lower(substr(hex(i.task_id), 1, 8) || '-' || substr(hex(i.task_id), 9, 4) || '-' ||
        substr(hex(i.task_id), 13, 4) || '-' || substr(hex(i.task_id), 17, 4) || '-' ||
        substr(hex(i.task_id), 21)) AS task_id,
    p.udid AS device_id, i.latency_ms,
    strftime('%Y-%m-%dT%H:%M:%fZ', i.ts / 1000.0, 'unixepoch') AS ts
    FROM interactions i JOIN accounts a ON a.no = i.account_no JOIN phones p ON p.no = i.phone_no
    WHERE i.rehearsal = 0 ORDER BY i.seq";
/// The same rows and columns, ids in hex and times as numbers.
const STORED: &str = "SELECT 'instagram' AS platform, a.account_id, i.target AS target_username,
    i.action, i.status, i.reason, hex(i.task_id) AS task_id, p.udid AS device_id, i.latency_ms, i.ts
    FROM interactions i JOIN accounts a ON a.no = i.account_no JOIN phones p ON p.no = i.phone_no
    WHERE i.rehearsal = 0 ORDER BY i.seq";

fn main() {
    if let Some(database) = std::env::var_os(EXPORTS) {
        return write(Path::new(&database));
    }
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench {
        database: dir.path().join("signalbox.db"),
        ours: dir.path().join("ours"),
        theirs: dir.path().join("theirs"),
    };
    bench.make();
    bench.time("csv", "-csv", SAME, Some(Goal::RatioAtMost(0.8)));
    bench.same_bytes();
    bench.time("csv", "-csv", STORED, Some(Goal::RatioAtMost(0.8)));
    bench.time("json", "-json", SAME, None);
    bench.memory();
}

/// The process that is measured: exports to stdout, and tells on stderr what memory it held.
fn write(database: &Path) {
    let format = match std::env::var(FORM).unwrap().as_str() {
        "csv" => Format::Csv { guard: true },
        _ => Format::Json,
    };
    let reader = Store::reader(database).unwrap();
    let out = std::os::fd::AsFd::as_fd(&std::io::stdout()).try_clone_to_owned();
    let rows = export(
        &reader,
        &Filter::default(),
        format,
        TS,
        File::from(out.unwrap()),
    )
    .unwrap();
    assert_eq!(rows, u64::from(ROWS));
    eprintln!("{}", peak_bytes().unwrap_or(0));
}

struct Bench {
    database: PathBuf,
    ours: PathBuf,
    theirs: PathBuf,
}

impl Bench {
    /// Outcomes as a desk of 30 phones records them, and nothing else.
    fn make(&self) {
        let mut store = Store::open(&self.database, World::Simulated, Durability::Normal).unwrap();
        let transaction = store.begin().unwrap();
        for no in 0..ACCOUNTS {
            let mut account = AccountRow::named(&format!("account{no}"));
            account.handle = Handle::new(format!("handle.{no}"));
            accounts::insert(&transaction, AccountNo(no), &account, TS).unwrap();
        }
        for no in 0..PHONES {
            let phone = PhoneRow::unseen(Udid::new(format!("00008030-51{no:014}")));
            phones::put(&transaction, PhoneNo(no), &phone).unwrap();
        }
        let tables = Prepared::new(&transaction);
        for no in 0..ROWS {
            interactions::insert(&tables, &outcome(no), 0, TS + i64::from(no) * 997).unwrap();
        }
        drop(tables);
        transaction.commit().unwrap();
    }

    fn time(&self, form: &str, mode: &str, select: &str, goal: Option<Goal>) {
        let pairs = in_turn(
            RUNS,
            || {
                let watch = Stopwatch::start();
                self.export(form);
                watch.elapsed().as_secs_f64() * 1e3
            },
            || {
                let watch = Stopwatch::start();
                self.sqlite3(mode, &[select]);
                watch.elapsed().as_secs_f64() * 1e3
            },
        );
        let what = format!("export of 1,000,000 interactions, {form}");
        let beside = match select == SAME {
            true => format!("sqlite3 {mode}, the same texts"),
            false => format!("sqlite3 {mode}, ids and times as stored"),
        };
        let row = Row::new(what, "ms", pairs.ours()).beside(beside, pairs.other());
        let row = row.ratio(pairs.ratio());
        match goal {
            Some(goal) => row.goal(goal).print(),
            None => row.print(),
        }
    }

    /// Bytes of memory that the exporting process held at most.
    fn export(&self, form: &str) -> u64 {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env(EXPORTS, &self.database).env(FORM, form);
        ran(&mut command, &self.ours).trim().parse().unwrap()
    }

    /// Runs the command line; gives what it said besides rows.
    fn sqlite3(&self, mode: &str, sql: &[&str]) -> String {
        let mut command = Command::new("sqlite3");
        command.args(["-header", mode, "-newline", "\r\n"]);
        ran(command.arg(&self.database).args(sql), &self.theirs)
    }

    /// What is compared is the same work: both wrote the same file.
    fn same_bytes(&self) {
        self.export("csv");
        self.sqlite3("-csv", &[SAME]);
        let (ours, theirs) = (std::fs::read(&self.ours), std::fs::read(&self.theirs));
        assert!(ours.unwrap() == theirs.unwrap(), "the two files differ");
    }

    fn memory(&self) {
        if peak_bytes().is_none() {
            // Where the system tells a process nothing of this.
            return;
        }
        // The program itself asks what it held, before it ends.
        let ask = ".shell grep VmHWM /proc/$PPID/status >&2";
        let pairs = in_turn(
            RUNS,
            || self.export("csv") as f64 / MB,
            || {
                let said = self.sqlite3("-csv", &[SAME, ask]);
                let kib = said.split_whitespace().nth(1).unwrap();
                kib.parse::<f64>().unwrap() * 1024.0 / MB
            },
        );
        let more = pairs.ours().median - pairs.other().median;
        Row::new("memory of that process at most", "MB", pairs.ours())
            .beside("sqlite3 -csv", pairs.other())
            .ratio(pairs.ratio())
            .print();
        Row::new(
            "what it takes more than sqlite3",
            "MB",
            Spread::of(vec![more]),
        )
        .goal(Goal::AtMost(16.0))
        .print();
    }
}

fn outcome(no: u32) -> NewInteraction {
    let (action, status, reason) = match no % 10 {
        0 => ("follow", "success", ""),
        1 => ("like", "skipped", "already"),
        2 => ("like", "failed", "element_not_found"),
        3..6 => ("like", "success", ""),
        _ => ("view", "success", ""),
    };
    NewInteraction {
        // Ids begin with the time they were given at, and end by chance.
        task: TaskId(
            (u128::from(no / 4) << 80) | u128::from(no / 4).wrapping_mul(0x9e37_79b9_7f4a),
        ),
        attempt: AttemptNo(u64::from(no / 4)),
        step: (no % 4) as u16,
        account: AccountNo(no % ACCOUNTS),
        phone: PhoneNo(no % PHONES),
        list: None,
        rehearsal: false,
        target: format!("target.{}", no.wrapping_mul(2_654_435_761) % 300_000),
        post: String::new(),
        action,
        status,
        reason: reason.to_owned(),
        latency_ms: u64::from(no % 9_000),
    }
}

/// Runs a program with stdout to a file, and gives what it said on stderr.
fn ran(command: &mut Command, out: &Path) -> String {
    let command = command
        .stdout(File::create(out).unwrap())
        .stderr(Stdio::piped());
    let done = command.spawn().unwrap().wait_with_output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.success(), "{said}");
    said
}
