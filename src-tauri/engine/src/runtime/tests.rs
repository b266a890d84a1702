//! The loop itself, turn by turn, on a real store.

mod disk;
mod recall;

use std::sync::Arc;

use signalbox_automation::{Action, Handle, Screens};
use signalbox_phone::{Address, Pool, PoolConfig, Udid};
use signalbox_scheduler::policy::DAY_MS;
use signalbox_scheduler::{Kind, PhoneNo, Priority, TaskId};
use tokio::sync::oneshot;

use super::*;
use crate::screenshots::Screenshots;
use crate::store::phones::PhoneRow;
use crate::store::tasks::TaskSpec;
use crate::store::{Durability, snapshots, tasks};

/// A loop without its thread, with no phones.
struct Bench {
    runtime: Runtime,
    tokio: tokio::runtime::Runtime,
    _dir: tempfile::TempDir,
    made: u128,
}

fn bench() -> Bench {
    let tokio = tokio::runtime::Runtime::new().unwrap();
    bench_on(tempfile::tempdir().unwrap(), tokio)
}

/// The same on a data set that may have been there before.
fn bench_on(dir: tempfile::TempDir, tokio: tokio::runtime::Runtime) -> Bench {
    let _inside = tokio.enter();
    let (inbox, messages) = mpsc::channel(INBOX_MAX);
    let nowhere = Address::unix(dir.path().join("no-usbmuxd"));
    let (pool, _events) = Pool::start(PoolConfig::simulated(nowhere));
    let screens = Arc::new(Screens::load(None).unwrap());
    let store = Store::open(
        &dir.path().join("signalbox.db"),
        World::Simulated,
        Durability::Normal,
    );
    let parts = Parts {
        store: store.unwrap(),
        backups: dir.path().to_owned(),
        world: World::Simulated,
        limits: false,
        durability: Durability::Normal,
        clock: Clock::new(),
        time_scale: 1,
        screens: None,
        hands: Box::new(Drivers::new(
            tokio::runtime::Handle::current(),
            Arc::new(pool),
            (screens, Screenshots::of(dir.path().join("screenshots"))),
            inbox.clone(),
        )),
        feed: Arc::default(),
        inbox: messages,
        way_in: inbox.downgrade(),
        handle: tokio::runtime::Handle::current(),
    };
    let runtime = Runtime::new(parts).unwrap();
    drop(_inside);
    Bench {
        runtime,
        tokio,
        _dir: dir,
        made: 0,
    }
}

impl Bench {
    /// One task submitted in a turn of its own, and what its sender is told.
    fn submit(&mut self, account: &str) -> Result<Created, Refused> {
        let (message, answer) = self.create(account);
        self.runtime.work(vec![message]);
        self.tokio.block_on(answer).unwrap()
    }

    fn create(&mut self, account: &str) -> (Message, oneshot::Receiver<Result<Created, Refused>>) {
        self.create_to(account, Action::ViewProfile)
    }

    fn create_to(
        &mut self,
        account: &str,
        action: Action,
    ) -> (Message, oneshot::Receiver<Result<Created, Refused>>) {
        self.made += 1;
        let (reply, answer) = oneshot::channel();
        let spec = TaskSpec {
            task: TaskId(self.made),
            row: None,
            kind: Kind::Instagram,
            target: Handle::new("somebody"),
            actions: vec![action],
            max_likes: 1,
            max_follows: 1,
            work: None,
            priority: Priority::Normal,
            not_before: None,
            note: "x".repeat(500),
            rehearsal: false,
        };
        let create = Create {
            spec,
            account_id: Some(account.to_owned()),
            may_add_account: true,
            key: None,
        };
        let by = Operator {
            who: Who::Http,
            why: None,
        };
        (Message::order(create, by, reply), answer)
    }

    /// What is in memory is what replaying the journal gives, and what the tables count (P9).
    fn assert_memory_is_durable(&self) {
        let recalled = recall(&self.runtime.parts).unwrap();
        assert_eq!(recalled.state, self.runtime.memory.state);
        assert_eq!(recalled.directory, self.runtime.memory.directory);
        let connection = self.runtime.parts.store.connection();
        let rows: i64 = connection
            .query_row("SELECT count(*) FROM tasks", [], |row| row.get(0))
            .unwrap();
        assert_eq!(
            rows.unsigned_abs(),
            self.runtime.memory.state.counts().tasks_waiting
        );
    }
}

fn seen(udid: &str) -> Message {
    Message::Phone {
        udid: Udid::new(udid),
        news: PhoneNews::Seen,
    }
}

/// The phone can work.
fn ready(udid: &str) -> Message {
    let udid = Udid::new(udid);
    let news = PhoneNews::Ready(PhoneRow::unseen(udid.clone()));
    Message::Phone { udid, news }
}

fn completed(attempt: u64) -> Message {
    Message::Ended {
        attempt: AttemptNo(attempt),
        ending: signalbox_scheduler::Ending::Completed,
        error: None,
        missing: None,
    }
}

/// Tasks that completed, run and wait.
fn counts(bench: &Bench) -> (u64, u64, u64) {
    let counts = bench.runtime.memory.state.counts();
    (
        counts.tasks_completed,
        counts.tasks_running,
        counts.tasks_waiting,
    )
}

#[test]
fn a_full_disk_refuses_what_is_new_and_keeps_what_was_told() {
    let mut bench = bench();
    bench.submit("a").unwrap();
    bench.runtime.parts.store.limit_pages(1).unwrap();
    let accepted = (0..1_000).take_while(|_| bench.submit("a").is_ok()).count();
    assert!(accepted < 1_000, "the disk never got full");
    assert!(bench.runtime.disk_full);
    bench.assert_memory_is_durable();

    // Results are not lost, in whatever order they come between refused submissions.
    bench.runtime.work(vec![seen("one"), seen("two")]);
    assert_eq!(bench.submit("a").unwrap_err().code, "disk_full");
    assert_eq!(bench.runtime.memory.state.phones().count(), 0);

    bench.runtime.parts.store.limit_pages(1_000_000).unwrap();
    bench.submit("a").unwrap();
    assert!(!bench.runtime.disk_full);
    assert!(bench.runtime.held.is_empty());
    for (phone, udid) in [(0, "one"), (1, "two")] {
        assert!(
            bench
                .runtime
                .memory
                .state
                .phone(PhoneNo(phone))
                .unwrap()
                .present
        );
        let row = bench
            .runtime
            .memory
            .directory
            .phone(PhoneNo(phone))
            .unwrap();
        assert_eq!(row.udid.reveal(), udid);
    }
    bench.assert_memory_is_durable();
    assert_eq!(
        bench.runtime.memory.state.counts().tasks_waiting,
        accepted as u64 + 2
    );
}

#[test]
fn one_message_that_cannot_be_saved_does_not_keep_the_others_out() {
    let mut bench = bench();
    bench.submit("a").unwrap();
    // The tables know a task of that id already: the second insert breaks a rule of the schema.
    let sql = "INSERT INTO tasks SELECT x'00000000000000000000000000000003', account_no, list_no, row_no, kind,
               target, target_key, actions, max_likes, max_follows, priority, not_before, note,
               rehearsal, 'completed', NULL, retry_marks, created_ts, ended_ts, work FROM tasks";
    let connection = bench.runtime.parts.store.connection();
    connection.execute(sql, []).unwrap();
    let (good, good_answer) = bench.create("b");
    let (bad, bad_answer) = bench.create("b");
    let (other, other_answer) = bench.create("c");
    bench.runtime.work(vec![good, bad, other]);
    let told = |answer: oneshot::Receiver<Result<Created, Refused>>| {
        bench
            .tokio
            .block_on(answer)
            .unwrap()
            .map(|created| created.account_id)
    };
    assert_eq!(told(good_answer), Ok("b".to_owned()));
    assert_eq!(told(bad_answer).unwrap_err().code, "store");
    assert_eq!(told(other_answer), Ok("c".to_owned()));
}

#[test]
fn a_restart_finds_what_was_acknowledged() {
    let mut bench = bench();
    for account in ["a", "b", "a"] {
        bench.submit(account).unwrap();
    }
    let before = bench.runtime.memory.state.clone();
    let recalled = recall(&bench.runtime.parts).unwrap();
    assert_eq!(recalled.state, before);
    assert_eq!(recalled.state.position(TaskId(3)), Some(1));
    assert_eq!(recalled.directory.accounts().count(), 2);
}

/// Gives each task an attempt that ended long ago, of its own number.
fn tried<'b>(bench: &'b Bench, tried: &[TaskId]) -> &'b rusqlite::Connection {
    let connection = bench.runtime.parts.store.connection();
    let sql =
        "INSERT INTO attempts (task_id, no, account_no, phone_no, started_ts, ended_ts, ending)
        VALUES (?1, ?2, 0, 0, 0, 0, 'interrupted')";
    for task in tried {
        let no = i64::try_from(task.0).unwrap();
        connection.execute(sql, (tasks::id(*task), no)).unwrap();
    }
    connection
}

#[test]
fn old_history_goes_while_nobody_waits_and_a_restart_finds_the_same() {
    let mut bench = bench();
    bench.submit("a").unwrap();
    bench.submit("a").unwrap();
    bench.runtime.work(vec![seen("one")]);
    let waits = TaskId(1);
    let outcome = "INSERT INTO interactions (task_id, attempt_no, step, account_no, phone_no,
        rehearsal, target, action, status, reason, latency_ms, at, ts, filed)
        VALUES (?1, ?3, ?2, 0, 0, 0, 't', 'view', 'success', '', 9, 0, 0, 1)";
    let connection = tried(&bench, &[waits, TaskId(77), TaskId(78)]);
    for step in 0..3 {
        connection
            .execute(outcome, (tasks::id(TaskId(77)), step, 77))
            .unwrap();
        connection
            .execute(outcome, (tasks::id(waits), step, 1))
            .unwrap();
    }
    let outcomes = |bench: &Bench| -> i64 {
        let connection = bench.runtime.parts.store.connection();
        let sql = "SELECT count(*) FROM interactions";
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    bench.runtime.memory.anchor.at = 1_000 * DAY_MS;
    bench.runtime.work(vec![seen("one")]);
    let before = bench.runtime.memory.state.clone();
    let later = |bench: &mut Bench, ms: u64| {
        bench.runtime.memory.anchor.reading.boot_ms += ms;
        bench.runtime.forget_when_due();
    };

    // The check beside the start, which tells what it found like everybody else.
    let handle = bench.tokio.handle().clone();
    let told = handle.block_on(bench.runtime.parts.inbox.recv());
    assert!(matches!(told, Some(Message::Checked(found)) if found.is_empty()));
    assert_eq!(bench.runtime.forgets_in(), None);
    later(&mut bench, 0);
    later(&mut bench, 999);
    assert_eq!(outcomes(&bench), 6, "not all at once, and not at the start");
    assert!(bench.runtime.forgets_in().is_some());
    let inbox = bench.runtime.parts.way_in.upgrade().unwrap();
    inbox.try_send(seen("two")).ok().unwrap();
    later(&mut bench, 5_000);
    assert_eq!(outcomes(&bench), 6, "somebody waits");
    bench.runtime.parts.inbox.try_recv().ok().unwrap();
    later(&mut bench, 0);
    assert_eq!(outcomes(&bench), 3);
    let connection = bench.runtime.parts.store.connection();
    let next = tasks::next_step(connection, waits, |word| word == "success");
    assert_eq!(next.unwrap(), 3, "a task that waits goes on where it was");
    for _ in 0..10 {
        later(&mut bench, 1_000);
    }
    assert_eq!(bench.runtime.forgets_in(), None, "nothing wakes the loop");

    assert_eq!(bench.runtime.memory.state, before);
    let recalled = recall(&bench.runtime.parts).unwrap();
    assert_eq!(recalled.state, before);
    assert_eq!(recalled.directory, bench.runtime.memory.directory);

    // The next sweep is due a day after this one began.
    let connection = bench.runtime.parts.store.connection();
    connection
        .execute(outcome, (tasks::id(TaskId(78)), 0, 78))
        .unwrap();
    for _ in 0..10 {
        later(&mut bench, 1_000);
    }
    assert_eq!(outcomes(&bench), 4);
    for ms in [DAY_MS, 1_000, 1_000] {
        later(&mut bench, ms);
    }
    assert_eq!(outcomes(&bench), 3);
}

#[test]
fn damage_lets_what_is_under_way_end_and_begins_nothing() {
    let mut bench = bench();
    bench.submit("a").unwrap();
    bench.submit("b").unwrap();
    bench.runtime.work(vec![seen("one"), ready("one")]);
    assert_eq!(counts(&bench), (0, 1, 1));

    bench.runtime.checked(&["a page is bad".to_owned()]);
    let (create, _answer) = bench.create("c");
    let refused = bench.runtime.soundness.turns_away(&create).unwrap();
    assert_eq!(refused.code, "data_damaged");
    assert!(bench.runtime.soundness.turns_away(&seen("two")).is_none());
    bench.runtime.work(vec![completed(1)]);
    assert_eq!(
        counts(&bench),
        (1, 0, 1),
        "the phone is free, and nothing begins on it"
    );
    let told = bench.runtime.view().damage.unwrap().to_owned();
    assert!(
        told.contains("so nothing starts. There is no backup"),
        "{told}"
    );
    bench.runtime.checked(&[]);
    bench.runtime.end_in_order();
    assert!(!check::ended_in_order(bench.runtime.parts.store.connection()).unwrap());
}

#[test]
fn an_end_in_order_is_said_once_the_file_is_known_to_be_sound() {
    let mut bench = bench();
    bench.runtime.end_in_order();
    let ended = |bench: &Bench| check::ended_in_order(bench.runtime.parts.store.connection());
    assert!(!ended(&bench).unwrap(), "its check had told nothing yet");
    bench.runtime.checked(&[]);
    bench.runtime.end_in_order();
    assert!(ended(&bench).unwrap());
}

#[test]
fn the_first_commit_of_a_minute_says_how_the_last_one_ended() {
    let mut bench = bench();
    bench.submit("a").unwrap();
    let newest = |bench: &Bench| {
        let connection = bench.runtime.parts.store.connection();
        crate::store::series::newest(connection).unwrap()
    };
    assert_eq!(newest(&bench), None, "the minute goes on");
    bench.runtime.sampling.minute_passed();
    // What changes nothing writes nothing, so that an idle engine does not.
    bench.runtime.work(vec![]);
    assert_eq!(newest(&bench), None);
    bench.submit("b").unwrap();
    let sample = newest(&bench).unwrap();
    assert_eq!(
        (sample.accounts, sample.queued),
        (1, 1),
        "as it stood before"
    );
    bench.submit("c").unwrap();
    assert_eq!(newest(&bench), Some(sample), "one row a minute");
}
