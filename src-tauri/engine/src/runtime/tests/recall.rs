//! Snapshots: taken beside the work, and gone on from.

use signalbox_scheduler::Settings;

use super::*;
use crate::runtime::recall::base_settings;

/// Stores a snapshot, up to so many of its pieces.
fn store_snapshot(bench: &mut Bench, pieces_max: usize) {
    let mut pieces = Vec::new();
    let (state, seq) = (&bench.runtime.memory.state, bench.runtime.memory.seq);
    snapshots::pieces(state, seq, |piece| {
        pieces.push(Message::Snapshot(piece));
        true
    })
    .unwrap();
    pieces.truncate(pieces_max);
    bench.runtime.work(pieces);
}

#[test]
fn a_start_goes_on_from_the_newest_snapshot_that_can_be_used() {
    let mut bench = bench();
    let records = |bench: &Bench| {
        let settings = base_settings(World::Simulated);
        let connection = bench.runtime.parts.store.connection();
        journal::replay(connection, settings).unwrap().records
    };
    for account in ["a", "b", "a"] {
        bench.submit(account).unwrap();
    }
    let all = records(&bench);
    store_snapshot(&mut bench, usize::MAX);
    assert_eq!(records(&bench), 0);
    bench.assert_memory_is_durable();
    bench.submit("b").unwrap();
    let since = records(&bench);
    assert!((1..all).contains(&since), "{since} of {all}");
    bench.assert_memory_is_durable();

    // One that was broken off is passed over, and goes with the next that is whole.
    bench.submit("c").unwrap();
    store_snapshot(&mut bench, 1);
    assert!(records(&bench) > since);
    bench.assert_memory_is_durable();
    bench.submit("c").unwrap();
    store_snapshot(&mut bench, usize::MAX);
    assert_eq!(records(&bench), 0);
    let kept = "SELECT count(DISTINCT seq) FROM snapshots";
    let connection = bench.runtime.parts.store.connection();
    let kept: i64 = connection.query_row(kept, [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 2, "the one before stays until the next is whole");

    // So is one that says nonsense, or has a layout of another time.
    let spoil = |bench: &Bench, sql: &str| {
        let connection = bench.runtime.parts.store.connection();
        connection.execute(sql, []).unwrap();
        bench.assert_memory_is_durable();
    };
    spoil(&bench, "UPDATE snapshots SET data = x'ffff' WHERE part = 1");
    assert!(records(&bench) > 0);
    spoil(&bench, "UPDATE snapshots SET format = format + 1");
    assert!(records(&bench) > all);
}

#[test]
fn a_snapshot_of_another_layout_has_another_format() {
    use sha2::{Digest as _, Sha256};
    use signalbox_scheduler::{Input, NewTask, Now, State, apply, decide};
    let mut state = State::new(Settings::live());
    let look = |id| NewTask::look(TaskId(id), signalbox_scheduler::AccountNo(0));
    let inputs = [
        Input::AddPhone,
        Input::AddAccount { bound: None },
        Input::AddList,
        Input::Recall {
            acts: vec![(
                signalbox_scheduler::AccountNo(0),
                [vec![-5, 900], vec![], vec![7]],
            )],
        },
        Input::PhoneSeen { phone: PhoneNo(0) },
        Input::PhoneReady { phone: PhoneNo(0) },
        Input::Submit {
            list: Some(signalbox_scheduler::ListNo(0)),
            tasks: vec![look(7), look(8)],
        },
        Input::Tick { may_start: true },
    ];
    for input in &inputs {
        let now = Now {
            at: 1_000,
            wall: 2_000,
        };
        for record in decide(&state, now, input).0 {
            apply(&mut state, now, &record);
        }
    }
    let mut hash = Sha256::new();
    snapshots::pieces(&state, 1, |piece| {
        hash.update(piece.data);
        true
    })
    .unwrap();
    let hash: String = hash
        .finalize()
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    // Other bytes: other fields, or another order. Raise `FORMAT` with them, or snapshots that
    // were stored before are misread.
    assert_eq!((snapshots::FORMAT, hash.as_str()), (6, "c98e5612"));
}

#[test]
fn an_engine_that_ends_leaves_a_snapshot_behind() {
    let mut bench = bench();
    for _ in 0..20 {
        bench.submit("a").unwrap();
    }
    bench.runtime.snapshot_at_the_end();
    let snapshots = |bench: &Bench| -> i64 {
        let sql = "SELECT count(*) FROM snapshots WHERE whole IS NOT NULL";
        let connection = bench.runtime.parts.store.connection();
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    assert_eq!(snapshots(&bench), 0, "too little has happened");
    bench.runtime.memory.since_snapshot = 10_000;
    bench.runtime.snapshot_at_the_end();
    assert_eq!(snapshots(&bench), 1);
    bench.assert_memory_is_durable();
}

#[test]
fn a_snapshot_is_taken_beside_the_work() {
    let mut bench = bench();
    bench.submit("a").unwrap();
    bench.runtime.snapshot_when_due();
    assert!(bench.runtime.snapshot.is_none(), "none is due");
    bench.runtime.memory.since_snapshot = 1_000_000;
    let _inside = bench.tokio.enter();
    // The inbox is the bench's own here, so that pieces can be taken out by hand.
    bench.runtime.snapshot_when_due();
    assert_eq!(bench.runtime.memory.since_snapshot, 0);
    while let Some(piece) = bench.runtime.parts.inbox.blocking_recv() {
        let last = matches!(&piece, Message::Snapshot(piece) if piece.whole.is_some());
        bench.runtime.work(vec![piece]);
        if last {
            break;
        }
    }
    bench.submit("a").unwrap();
    bench.assert_memory_is_durable();
    let recalled = recall(&bench.runtime.parts).unwrap();
    assert!(recalled.since_snapshot < 5, "{}", recalled.since_snapshot);
}
