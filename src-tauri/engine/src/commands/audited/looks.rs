//! Cases about a challenge, which ends where a phone shows that it does.

use serde_json::{Value, json};
use signalbox_automation::SignedIn;
use signalbox_scheduler::{AttemptNo, CheckNo, Ending, Input, PhoneNo, Saw};

use super::super::tests::{Bench, cannot_work, plug_in, unplug};
use super::{Case, case};
use crate::commands::{Commands, Lift, Reason, Who};
use crate::runtime::{Discipline, Message, Seen};
use crate::store::World;

/// The account's task meets a challenge on the only phone.
async fn challenge(commands: &Commands) {
    plug_in(commands, "phone-1").await;
    let (attempt, ending) = (AttemptNo(1), Ending::Challenge);
    let order = Input::Ended { attempt, ending };
    commands.order(order, None).await.unwrap();
}

pub(super) fn cases() -> Vec<Case> {
    let suspended = json!({"state": "suspended", "suspended_next": false});
    let look = case(
        "account.look",
        ["account", "a", "a.name"],
        suspended,
        json!({"device_udid": "phone-1"}),
        |it| async move {
            challenge(&it).await;
            let order = Discipline::Unsuspend("a".to_owned(), World::Simulated);
            let why = Reason::new("because").unwrap();
            it.order(order, Some(why)).await.unwrap();
        },
    );
    let find = case(
        "device.find",
        ["device", "phone-2", ""],
        Value::Null,
        Value::Null,
        |it| async move {
            plug_in(&it, "phone-2").await;
            let find = || it.find_device("phone-2".to_owned());
            find().await.unwrap();
            let again = find().await.unwrap_err().code;
            assert_eq!(again, "device_busy", "it is looked at afterwards");
        },
    );
    let look = Case {
        why: Some("because"),
        ..look
    };
    vec![look, find]
}

/// Waits for the look at a phone that was ordered.
async fn look(commands: &Commands) -> (PhoneNo, CheckNo) {
    let mut watcher = commands.feed.watch();
    loop {
        let found = commands.read(|view| {
            let mut phones = view.state.phones();
            phones.find_map(|(no, phone)| Some((no, phone.visit?.check?)))
        });
        if let Some(found) = found.await.unwrap() {
            return found;
        }
        watcher.changed().await.unwrap();
    }
}

fn shows(saw: Saw) -> Seen {
    Seen {
        accounts: vec![SignedIn {
            active: "a.name".into(),
            all: None,
            complete: false,
        }],
        saw,
        sentence: "This is what it shows.".to_owned(),
    }
}

/// A challenged account whose suspension an operator lifts through a face; what the phone says.
async fn lift(
    (world, who): (World, Who),
    says: impl FnOnce(PhoneNo, CheckNo) -> Option<Message>,
) -> (Result<Lift, String>, String, Vec<Value>) {
    let bench = Bench::of(world).await;
    let commands = bench.engine.commands().by(who);
    let files = super::lists::files("a", &["a,instagram,first,"]);
    commands.import(files).await.unwrap();
    challenge(&commands).await;
    let before = super::audit(&commands).await.len();
    let asked = commands.clone();
    let lifting = async { asked.unsuspend("a".to_owned(), "solved it").await };
    let answering = async {
        let (phone, check) = look(&commands).await;
        match says(phone, check) {
            Some(message) => commands.inbox.send(message).await.unwrap(),
            None => unplug(&commands, "phone-1").await,
        }
    };
    let (done, ()) = tokio::join!(lifting, answering);
    let (states, _) = commands.execution_states().await.unwrap();
    let rows = super::audit(&commands).await.split_off(before);
    let rows = rows.into_iter().map(|row| {
        json!([
            row.who,
            row.action,
            row.why,
            row.before["state"],
            row.after["state"]
        ])
    });
    let rows = rows.collect();
    bench.engine.shutdown().await;
    let done = done.map_err(|error| error.code);
    (done, states["a"].state.clone(), rows)
}

fn visited(saw: Saw) -> impl FnOnce(PhoneNo, CheckNo) -> Option<Message> {
    move |phone, check| {
        Some(Message::Visited {
            phone,
            check,
            seen: shows(saw),
        })
    }
}

#[tokio::test]
async fn a_challenge_ends_where_a_phone_shows_it_and_the_audit_has_both() {
    let ordered = |who: &str| json!([who, "account.look", "solved it", "suspended", null]);
    for (at, who) in [
        ((World::Simulated, Who::Http), "http"),
        ((World::Simulated, Who::Cli), "cli"),
        ((World::Live, Who::Window), "window"),
    ] {
        let (done, state, rows) = lift(at, visited(Saw::Clear)).await;
        assert_eq!(done, Ok(Lift::Lifted));
        assert_eq!(state, "running", "its line goes on");
        let lifted = json!([
            who,
            "account.unsuspend",
            "solved it",
            "suspended",
            "available"
        ]);
        assert_eq!(rows, [ordered(who), lifted]);
    }
    for (saw, code) in [
        (Saw::Sign, "challenge_stands"),
        (Saw::NotThere, "account_not_on_phone"),
        (Saw::Unread, "screen_unread"),
    ] {
        let (done, state, rows) = lift((World::Simulated, Who::Http), visited(saw)).await;
        assert_eq!(done, Err(code.to_owned()));
        assert_eq!((state.as_str(), rows), ("suspended", vec![ordered("http")]));
    }
    let failed = |phone, check| {
        let why = "it hangs".to_owned();
        Some(Message::NotQuiet { phone, check, why })
    };
    let (done, state, _) = lift((World::Simulated, Who::Http), failed).await;
    assert_eq!(done, Err("look_failed".to_owned()));
    assert_eq!(state, "suspended");
    let (done, state, _) = lift((World::Simulated, Who::Http), |_, _| None).await;
    assert_eq!(done, Err("look_broken_off".to_owned()));
    assert_eq!(state, "suspended");
}

#[tokio::test]
async fn a_phone_that_showed_the_same_sign_is_looked_at_too() {
    let bench = super::bench().await;
    let commands = bench.engine.commands();
    challenge(&commands).await;
    for (udid, code) in [("phone-2", "E-DEV-BLOCKED"), ("phone-3", "E-DEV-WDA")] {
        plug_in(&commands, udid).await;
        cannot_work(&commands, udid, code).await;
    }
    let asked = commands.clone();
    let lifting = async { asked.unsuspend("a".to_owned(), "solved it").await };
    let answering = async {
        let (phone, check) = look(&commands).await;
        let shown = visited(Saw::Clear)(phone, check).unwrap();
        commands.inbox.send(shown).await.unwrap();
        phone
    };
    let (done, first) = tokio::join!(lifting, answering);
    assert_eq!(done, Ok(Lift::Lifted));
    let looked = commands.read(|view| {
        let wanted = view.state.phones().filter(|(_, it)| it.visit.is_some());
        wanted.map(|(no, _)| no).collect::<Vec<_>>()
    });
    assert_eq!(
        (first, looked.await.unwrap()),
        (PhoneNo(0), vec![PhoneNo(1)])
    );
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_challenge_on_live_phones_is_not_lifted_from_afar() {
    for who in [Who::Http, Who::Cli] {
        let bench = Bench::of(World::Live).await;
        let commands = bench.engine.commands().by(who);
        let files = super::lists::files("a", &["a,instagram,first,"]);
        commands.import(files).await.unwrap();
        challenge(&commands).await;
        let rows = super::audit(&commands).await;
        let done = commands.unsuspend("a".to_owned(), "looked at it").await;
        assert_eq!(done.unwrap_err().code, "operator_needed", "{who:?}");
        assert_eq!(super::audit(&commands).await, rows);
        let (states, _) = commands.execution_states().await.unwrap();
        assert_eq!(states["a"].state, "suspended");
        bench.engine.shutdown().await;
    }
}

#[tokio::test]
async fn without_a_phone_to_look_at_a_challenge_stays() {
    let bench = super::bench().await;
    let commands = bench.engine.commands();
    challenge(&commands).await;
    unplug(&commands, "phone-1").await;
    let done = commands.unsuspend("a".to_owned(), "looked at it").await;
    assert_eq!(done.unwrap_err().code, "no_device");
    bench.engine.shutdown().await;
}
