//! Snapshots: what comes back is what was stored, and what contradicts itself is refused.

use serde::{Deserialize, Serialize};
use signalbox_scheduler::*;

use crate::desk::Desk;

/// A snapshot as bytes, as a store would keep it.
pub fn stored(state: &State, most: usize) -> Vec<Vec<u8>> {
    let head = postcard::to_stdvec(&state.snapshot_head()).unwrap();
    let chunks = state.snapshot_chunks(most);
    let chunks = chunks.map(|chunk| postcard::to_stdvec(&chunk).unwrap());
    std::iter::once(head).chain(chunks).collect()
}

pub fn restored(pieces: &[Vec<u8>]) -> Result<State, Damaged> {
    let mut restoring = Restoring::new(postcard::from_bytes(&pieces[0]).unwrap())?;
    for piece in &pieces[1..] {
        restoring.add(postcard::from_bytes(piece).unwrap())?;
    }
    restoring.finish()
}

/// Two accounts with lines, one of them running, one in doubt, one at rest, one task scheduled.
fn busy() -> Desk {
    let mut desk = Desk::new(3, 4);
    desk.feed(&Input::AddList);
    for account in [0, 0, 0, 1, 2, 2, 3] {
        desk.look(account);
    }
    let later = NewTask {
        not_before: Some(desk.wall + 60_000),
        ..desk.new_task(1)
    };
    let list = Some(ListNo(0));
    let tasks = vec![later];
    desk.feed(&Input::Submit { list, tasks });
    let runs = desk.starts();
    desk.feed(&Input::Lost { attempt: runs[1].0 });
    desk.end(runs[2].0, Ending::RateLimited);
    desk
}

#[test]
fn a_snapshot_is_the_state_however_it_is_cut() {
    let mut desk = busy();
    for most in [1, 2, 3, 1_000, 0] {
        let pieces = stored(&desk.state, most);
        let state = restored(&pieces).unwrap();
        assert_eq!(state, desk.state, "by {most}");
        assert_eq!(stored(&state, most), pieces, "by {most}");
    }
    // And it goes on in the same way.
    let mut again = restored(&stored(&desk.state, 2)).unwrap();
    desk.pass(600_000);
    let now = desk.now();
    loop {
        let tick = Input::Tick { may_start: true };
        let (records, effects) = decide(&again, now, &tick);
        for record in &records {
            apply(&mut again, now, record);
        }
        assert_eq!((records, effects), desk.feed(&tick));
        assert_eq!(again, desk.state);
        if decide(&again, now, &tick).0.is_empty() {
            break;
        }
    }
}

#[test]
fn a_snapshot_of_other_pieces_is_refused() {
    let desk = busy();
    let whole = stored(&desk.state, 2);
    for missing in 1..whole.len() {
        let mut pieces = whole.clone();
        pieces.remove(missing);
        assert!(restored(&pieces).is_err(), "without piece {missing}");
        let mut pieces = whole.clone();
        pieces.insert(missing, whole[missing].clone());
        assert!(restored(&pieces).is_err(), "piece {missing} twice");
    }
    let mut later = busy();
    later.look(0);
    for place in 0..whole.len() {
        let mut pieces = stored(&later.state, 2);
        if pieces[place] != whole[place] {
            pieces[place].clone_from(&whole[place]);
            assert!(restored(&pieces).is_err(), "an older piece {place}");
        }
    }
}

/// Changes one field of a piece, by way of a format that has names.
fn changed<T: Serialize + for<'d> Deserialize<'d>>(
    value: &T,
    change: impl Fn(&mut serde_json::Value),
) -> T {
    let mut json = serde_json::to_value(value).unwrap();
    change(&mut json);
    serde_json::from_value(json).unwrap()
}

#[test]
fn a_snapshot_that_contradicts_itself_is_refused() {
    let desk = busy();
    let head = desk.state.snapshot_head();
    let chunks: Vec<Chunk<'static>> = desk
        .state
        .snapshot_chunks(100)
        .map(Chunk::into_owned)
        .collect();
    let restore = |head: &Head, chunks: &[Chunk<'static>]| -> Result<State, Damaged> {
        let mut restoring = Restoring::new(head.clone())?;
        for chunk in chunks {
            restoring.add(chunk.clone())?;
        }
        restoring.finish()
    };
    assert_eq!(restore(&head, &chunks).as_ref(), Ok(&desk.state));
    let in_head = [
        ("/attempts/0/1/phone", 2),
        ("/attempts/0/1/account", 3),
        ("/attempts/1/0", 9),
        ("/attempts/1/1/doubt/check", 9),
        ("/next_attempt", 1),
        ("/accepted", 1),
        ("/counts/tasks_waiting", 7),
        ("/counts/accounts_cooldown", 0),
        ("/counts/tasks_completed", 1),
        ("/phones/0/lease", 2),
        ("/tasks", 9),
        ("/lists", 0),
    ];
    for (field, value) in in_head {
        let head = changed(&head, |json| {
            *json.pointer_mut(field).expect(field) = value.into();
        });
        assert!(restore(&head, &chunks).is_err(), "{field} of the head");
    }
    let in_chunks = [
        (0, "/Accounts/0/state/Running", 7),
        (0, "/Accounts/2/rests_until", 5),
        (0, "/Accounts/0/next_seq", 1),
        (0, "/Accounts/3/head_since/0", 7),
        (2, "/Tasks/0/seq", 9),
        (2, "/Tasks/1/seq", 0),
        (2, "/Tasks/0/account", 9),
        (2, "/Tasks/0/list", 7),
        (2, "/Tasks/1/id/low", 2),
    ];
    for (place, field, value) in in_chunks {
        let mut chunks = chunks.clone();
        chunks[place] = changed(&chunks[place], |json| {
            *json.pointer_mut(field).expect(field) = value.into();
        });
        assert!(restore(&head, &chunks).is_err(), "{field} of {place}");
    }
}
