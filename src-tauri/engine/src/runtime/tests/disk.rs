//! What the disk has to do with it: it is full, it cannot be read, it keeps what is committed.

use signalbox_scheduler::{CheckNo, Scope, Skip};

use super::*;
use crate::runtime::orders::{SettingsChange, Switch};

/// The same data set, after the engine began anew.
fn again(bench: Bench) -> Bench {
    let Bench {
        runtime,
        tokio,
        _dir,
        ..
    } = bench;
    drop(runtime);
    bench_on(_dir, tokio)
}

#[test]
fn a_full_disk_starts_nothing_until_there_is_room() {
    let mut bench = bench();
    for account in ["a", "b"] {
        bench.submit(account).unwrap();
    }
    bench.runtime.work(vec![seen("one"), ready("one")]);
    assert_eq!(counts(&bench), (0, 1, 1));
    bench.runtime.parts.store.limit_pages(1).unwrap();
    let accepted = (0..1_000).take_while(|_| bench.submit("a").is_ok()).count() as u64;
    assert!(bench.runtime.disk_full);
    // A phone becomes free, and another one comes: neither begins anything.
    bench
        .runtime
        .work(vec![completed(1), seen("two"), ready("two")]);
    assert_eq!(counts(&bench), (0, 1, 1 + accepted));
    assert_eq!(bench.runtime.memory.state.phones().count(), 1);
    assert_eq!(bench.submit("a").unwrap_err().code, "disk_full");

    bench.runtime.parts.store.limit_pages(1_000_000).unwrap();
    bench.runtime.work(Vec::new());
    assert!(!bench.runtime.disk_full);
    // Both phones have a task: the next of `a`, if there is one, and that of `b`.
    let running = 1 + accepted.min(1);
    assert_eq!(counts(&bench), (1, running, 1 + accepted - running));
    let recalled = recall(&bench.runtime.parts).unwrap();
    assert_eq!(recalled.state, bench.runtime.memory.state);
}

/// Hands that only listen for silence; what they heard.
struct Listening(Arc<std::sync::Mutex<Vec<Option<Udid>>>>);

impl Hands for Listening {
    fn run(&mut self, _: Vec<Begun>) {}
    fn stop_safely(&mut self, _: AttemptNo) {}
    fn stop(&mut self, _: AttemptNo, _: PhoneNo, _: &Udid) {}
    fn check(&mut self, _: CheckNo, _: PhoneNo, _: &Udid) {}
    fn visit(&mut self, _: Visiting) {}
    fn hush(&mut self, phone: Option<&Udid>) {
        self.0.lock().unwrap().push(phone.cloned());
    }
    fn unhush(&mut self, _: Option<&Udid>) {}
    fn halt_check(&mut self, _: PhoneNo) {}
    fn forget(&mut self, _: AttemptNo) {}
    fn stop_all_safely(&mut self) {}
    fn stop_all(&mut self) {}
}

#[test]
fn a_stop_on_a_full_disk_is_silence_at_once_and_saved_later() {
    let mut bench = bench();
    bench.submit("a").unwrap();
    bench.runtime.work(vec![seen("one"), ready("one")]);
    let heard = Arc::new(std::sync::Mutex::new(Vec::new()));
    bench.runtime.parts.hands = Box::new(Listening(Arc::clone(&heard)));
    bench.runtime.parts.store.limit_pages(1).unwrap();
    while bench.submit("a").is_ok() {}
    assert!(bench.runtime.disk_full);

    let order = |bench: &mut Bench, switch: Switch| {
        let by = Operator {
            who: Who::Window,
            why: None,
        };
        let (reply, answer) = oneshot::channel();
        bench.runtime.work(vec![Message::order(switch, by, reply)]);
        bench.tokio.block_on(answer).unwrap()
    };
    let paused = order(&mut bench, Switch::Pause(Scope::All));
    assert_eq!(paused.unwrap_err().code, "disk_full");
    assert_eq!(*heard.lock().unwrap(), []);
    let phone = Scope::Phone(PhoneNo(0));
    for (scope, expected) in [(phone, Some(Udid::new("one"))), (Scope::All, None)] {
        let refused = order(&mut bench, Switch::Stop(scope)).unwrap_err();
        assert_eq!(refused.code, "stop_not_saved");
        assert_eq!(heard.lock().unwrap().last(), Some(&expected));
    }
    assert!(!recall(&bench.runtime.parts).unwrap().state.is_stopped());

    bench.runtime.parts.store.limit_pages(1_000_000).unwrap();
    bench.runtime.work(Vec::new());
    let recalled = recall(&bench.runtime.parts).unwrap().state;
    assert!(recalled.is_stopped());
    assert!(recalled.phone(PhoneNo(0)).unwrap().stopped);
}

#[test]
fn deduplication_refuses_when_its_own_check_fails() {
    let mut bench = bench();
    let (create, answer) = bench.create_to("a", Action::FollowUser);
    bench.runtime.work(vec![create]);
    bench.tokio.block_on(answer).unwrap().unwrap();
    bench.runtime.work(vec![seen("one"), ready("one")]);
    assert_eq!(counts(&bench), (0, 1, 0));
    let ask = |bench: &mut Bench| {
        let (reply, answer) = oneshot::channel();
        let intend = Message::Intend {
            attempt: AttemptNo(1),
            step: 0,
            intent: signalbox_automation::Intent {
                act: signalbox_automation::Act::Follow,
                target: Handle::new("somebody"),
                post: None,
                text: None,
                rest: None,
            },
            reply,
        };
        bench.runtime.work(vec![intend]);
        bench.tokio.block_on(answer).unwrap()
    };
    let rename = |bench: &Bench, from: &str, to: &str| {
        let connection = bench.runtime.parts.store.connection();
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        connection.execute_batch(&sql).unwrap();
    };
    for table in ["imported", "intents"] {
        rename(&bench, table, "away");
        let refused = IntentAnswer::Skip(Skip::CheckFailed);
        assert_eq!(ask(&mut bench), refused, "without {table}");
        rename(&bench, "away", table);
        let connection = bench.runtime.parts.store.connection();
        let sql = "SELECT count(*) FROM intents";
        let intents: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(intents, 0, "nothing is about to be done");
    }
    assert_eq!(
        ask(&mut bench),
        IntentAnswer::Proceed,
        "nothing else kept it"
    );
}

#[test]
fn how_sure_commits_are_changes_with_the_setting_and_stays_so_over_a_restart() {
    /// SQLite's numbers.
    const NORMAL: i64 = 1;
    const FULL: i64 = 2;
    let mut bench = bench();
    let check = |bench: &Bench, expected: i64| {
        let connection = bench.runtime.parts.store.connection();
        let set = connection.pragma_query_value(None, "synchronous", |row| row.get::<_, i64>(0));
        assert_eq!(set.unwrap(), expected);
        let full = bench.runtime.view().durability == Durability::Full;
        assert_eq!(full, expected == FULL, "as it is told");
    };
    let set = |bench: &mut Bench, word: &str| {
        let fields = serde_json::json!({ "durability": word });
        let change = SettingsChange {
            fields: serde_json::from_value(fields).unwrap(),
        };
        let by = Operator {
            who: Who::Http,
            why: None,
        };
        let (reply, answer) = oneshot::channel();
        bench.runtime.work(vec![Message::order(change, by, reply)]);
        bench.tokio.block_on(answer).unwrap().unwrap();
    };
    check(&bench, NORMAL);
    set(&mut bench, "full");
    check(&bench, FULL);
    bench.submit("a").unwrap();
    // The next engine opens the file as it was told to at its start, and finds the setting.
    bench = again(bench);
    check(&bench, FULL);
    set(&mut bench, "normal");
    check(&bench, NORMAL);
    bench = again(bench);
    check(&bench, NORMAL);
}
