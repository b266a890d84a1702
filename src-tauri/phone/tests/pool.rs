//! The pool over a usbmuxd whose phones come, go, hang and come back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on ends, and says where"
)]

mod fake;

use std::sync::atomic::Ordering;
use std::time::Duration;

use fake::lockdown::{message, pair_record};
use fake::{Fake, Trick, framed, header, limits, plist};
use signalbox_phone::pool::{Backoff, Pool, PoolConfig, PoolEvent};
use signalbox_phone::quiet::Check;
use signalbox_phone::rung::{Name, Reach, State};
use signalbox_phone::{Code, Limits, Phone, Sent, StopSwitch, Udid};
use tokio::sync::mpsc::Receiver;

const DEADLINE: Duration = Duration::from_secs(20);

fn start(fake: &Fake) -> (Pool, Receiver<PoolEvent>) {
    Pool::start(PoolConfig {
        limits: limits(),
        backoff: Backoff([Duration::from_millis(20)].into()),
        idle_probe: None,
        read_again: None,
        ..PoolConfig::simulated(fake.address())
    })
}

/// The next event that says whether phones can work.
async fn next(events: &mut Receiver<PoolEvent>) -> PoolEvent {
    let next = async {
        loop {
            match events.recv().await.expect("the pool lives") {
                PoolEvent::Told { .. } => {}
                event => return event,
            }
        }
    };
    let next = tokio::time::timeout(DEADLINE, next).await;
    next.expect("an event must come")
}

/// An event in few words.
fn short(event: &PoolEvent) -> String {
    match event {
        PoolEvent::Attached { udid, .. } => format!("attached {}", udid.reveal()),
        PoolEvent::Ready { udid, .. } => format!("ready {}", udid.reveal()),
        PoolEvent::NotReady { udid, rung } => {
            format!("not ready {} {:?} {}", udid.reveal(), rung.name, rung.code)
        }
        PoolEvent::Told { udid, .. } => format!("told {}", udid.reveal()),
        PoolEvent::Detached { udid } => format!("detached {}", udid.reveal()),
        PoolEvent::MuxLost { error } => format!("mux lost {}", error.code),
        PoolEvent::MuxBack => "mux back".into(),
    }
}

/// Waits for these events in any order among each other.
async fn expect(events: &mut Receiver<PoolEvent>, expected: &[&str]) {
    let mut left: Vec<&str> = expected.to_vec();
    while !left.is_empty() {
        let event = short(&next(events).await);
        let at = left.iter().position(|e| *e == event);
        left.remove(at.unwrap_or_else(|| panic!("{event} came, expected one of {left:?}")));
    }
}

fn udid(serial: &str) -> Udid {
    Udid::new(serial)
}

fn check(number: u64, previous: Option<signalbox_phone::SessionId>) -> Check {
    Check {
        number,
        previous,
        bundle_id: "a.b".into(),
        limit: Duration::from_secs(2),
    }
}

#[tokio::test]
async fn phones_that_work_do_not_wait_for_one_that_does_not() {
    let fake = Fake::start(3);
    fake.trick(2, "activeAppInfo", Trick::Bytes(vec![]));
    let (pool, mut events) = start(&fake);
    let all = [
        "attached p1",
        "attached p2",
        "attached p3",
        "ready p1",
        "ready p3",
    ];
    let hangs = "not ready p2 Runner E-DEV-TIMEOUT";
    expect(&mut events, &[&all[..], &[hangs]].concat()).await;
    fake.behave();
    expect(&mut events, &["ready p2"]).await;
    let seen = pool.phones();
    assert_eq!(seen.len(), 3);
    assert!(seen[1].ready);
    let version = seen[1].facts.ios_version.as_deref();
    assert_eq!(version, Some("ProductVersion of p2"));
}

#[tokio::test]
async fn a_phone_that_lies_is_named_and_the_rung_follows_its_state() {
    let fake = Fake::start(2);
    fake.trick(1, "GetValue", Trick::Bytes(vec![0xff; 4]));
    let (_pool, mut events) = start(&fake);
    let bytes = "not ready p1 Trusted E-DEV-BYTES";
    expect(
        &mut events,
        &["attached p1", "attached p2", "ready p2", bytes],
    )
    .await;
    fake.behave();
    fake.trick(
        1,
        "Connect 8100",
        Trick::Bytes(framed("<dict><key>Number</key><integer>3</integer></dict>")),
    );
    expect(&mut events, &["not ready p1 Runner E-DEV-REFUSED"]).await;
    fake.behave();
    expect(&mut events, &["ready p1"]).await;
}

#[tokio::test]
async fn unplugged_and_plugged_in_again() {
    let fake = Fake::start(2);
    let (pool, mut events) = start(&fake);
    expect(
        &mut events,
        &["attached p1", "attached p2", "ready p1", "ready p2"],
    )
    .await;
    fake.unplug(1);
    expect(&mut events, &["detached p1"]).await;
    let error = pool
        .connect(&udid("p1"), StopSwitch::new())
        .await
        .unwrap_err();
    assert_eq!((error.code, error.sent), (Code::NotAttached, Sent::NotSent));
    fake.plug(9, "p1");
    expect(&mut events, &["attached p1"]).await;
    expect(&mut events, &["ready p1"]).await;
    let phone = pool.connect(&udid("p1"), StopSwitch::new()).await.unwrap();
    assert_eq!(phone.source().await.as_deref(), Ok("<app/>"));
}

#[tokio::test]
async fn a_usbmuxd_that_goes_and_comes_back() {
    let fake = Fake::start(2);
    let (pool, mut events) = start(&fake);
    expect(
        &mut events,
        &["attached p1", "attached p2", "ready p1", "ready p2"],
    )
    .await;
    fake.down();
    expect(&mut events, &["mux lost E-DEV-LOST"]).await;
    assert!(pool.phones().iter().all(|phone| !phone.ready));
    fake.unplug(1);
    fake.up();
    expect(&mut events, &["detached p1"]).await;
    expect(&mut events, &["mux back"]).await;
    expect(&mut events, &["ready p2"]).await;
}

#[tokio::test]
async fn a_usbmuxd_that_is_not_there_yet_or_talks_nonsense() {
    let fake = Fake::start(1);
    fake.down();
    let (_pool, mut events) = start(&fake);
    expect(&mut events, &["mux lost E-DEV-USBMUX"]).await;
    fake.trick(0, "ListDevices", Trick::Bytes(header(u32::MAX, 8)));
    fake.up();
    tokio::time::timeout(DEADLINE, async {
        while fake.state.mux_asked.load(Ordering::Relaxed) < 4 {
            fake.state.arrived.notified().await;
        }
    })
    .await
    .expect("it is tried again and again");
    fake.behave();
    expect(&mut events, &["attached p1"]).await;
    expect(&mut events, &["mux back"]).await;
    expect(&mut events, &["ready p1"]).await;
}

#[tokio::test]
async fn a_dropped_pool_ends() {
    let fake = Fake::start(1);
    let (pool, mut events) = start(&fake);
    expect(&mut events, &["attached p1", "ready p1"]).await;
    drop(pool);
    let end = tokio::time::timeout(DEADLINE, events.recv()).await;
    assert_eq!(end, Ok(None));
}

#[tokio::test]
async fn who_comes_next_stops_who_was_there() {
    let fake = Fake::start(1);
    let (pool, mut events) = start(&fake);
    expect(&mut events, &["attached p1", "ready p1"]).await;
    let first = pool.connect(&udid("p1"), StopSwitch::new()).await.unwrap();
    let second = pool.connect(&udid("p1"), StopSwitch::new()).await.unwrap();
    assert_eq!(first.source().await.unwrap_err().code, Code::Halted);
    assert_eq!(second.source().await.as_deref(), Ok("<app/>"));
    pool.halt_all();
    assert_eq!(second.source().await.unwrap_err().code, Code::Halted);
}

#[tokio::test]
async fn quiet_is_proven_in_order() {
    let fake = Fake::start(1);
    let (pool, mut events) = start(&fake);
    expect(&mut events, &["attached p1", "ready p1"]).await;
    let phone = pool.connect(&udid("p1"), StopSwitch::new()).await.unwrap();
    let previous = phone.session();
    let from = fake.asked(1).len();
    let asked = check(17, Some(previous));
    let number = pool
        .prove_quiet(&udid("p1"), &asked, StopSwitch::new())
        .await;
    assert_eq!(number, Ok(17));
    assert!(
        phone.stop_switch().is_halted(),
        "the old stream must be closed first"
    );
    assert_eq!(
        fake.asked(1)[from..],
        [
            "DELETE /session/S1",
            "POST /session",
            "POST /session/S2/appium/settings",
            "POST /session/S2/wda/apps/terminate",
            "POST /session/S2/wda/apps/state",
            "GET /session/S2?check=17",
            "DELETE /session/S2",
        ]
    );
}

#[tokio::test]
async fn quiet_is_not_proven_by_less() {
    let fake = Fake::start(1);
    let (pool, mut events) = start(&fake);
    expect(&mut events, &["attached p1", "ready p1"]).await;
    let old = fake::wda::http(200, r#"{"value":{"sessionId":"S0"},"sessionId":null}"#);
    let nameless = fake::wda::http(200, r#"{"value":{},"sessionId":null}"#);
    for (question, trick, code) in [
        ("DELETE /session/S", Trick::Bytes(vec![]), Code::Timeout),
        ("POST /session", Trick::Bytes(vec![]), Code::Timeout),
        (
            "/terminate",
            Trick::BytesThenClose(vec![]),
            Code::ConnectionLost,
        ),
        (
            "/state",
            Trick::Bytes(b"HTTP/1.1 200 OK\r\n".to_vec()),
            Code::Timeout,
        ),
        ("?check=", Trick::Bytes(vec![]), Code::Timeout),
        ("?check=", Trick::Bytes(old), Code::Malformed),
        ("?check=", Trick::Bytes(nameless), Code::Malformed),
    ] {
        let phone = pool.connect(&udid("p1"), StopSwitch::new()).await.unwrap();
        fake.trick(1, question, trick.clone());
        let asked = check(3, Some(phone.session()));
        let proven = pool
            .prove_quiet(&udid("p1"), &asked, StopSwitch::new())
            .await;
        assert_eq!(proven.unwrap_err().code, code, "{question} {trick:?}");
        fake.behave();
    }
}

#[tokio::test]
async fn quiet_waits_until_the_app_has_ended_but_not_for_ever() {
    let fake = Fake::start(1);
    let (pool, mut events) = start(&fake);
    expect(&mut events, &["attached p1", "ready p1"]).await;
    fake.state.app_state.store(4, Ordering::Relaxed);
    let proven = pool
        .prove_quiet(&udid("p1"), &check(1, None), StopSwitch::new())
        .await;
    assert_eq!(proven.unwrap_err().code, Code::Timeout);
    assert!(!fake.asked(1).iter().any(|line| line.contains("?check=")));
    let (asked, p1) = (check(2, None), udid("p1"));
    let from = fake.asked(1).len();
    let (proven, ()) = tokio::join!(pool.prove_quiet(&p1, &asked, StopSwitch::new()), async {
        while !fake.asked(1)[from..].iter().any(|l| l.contains("/state")) {
            fake.state.arrived.notified().await;
        }
        fake.state.app_state.store(1, Ordering::Relaxed);
    });
    assert_eq!(proven, Ok(2));
}

#[tokio::test]
async fn the_ladder_names_what_holds_and_what_does_not() {
    let fake = Fake::start(2);
    let (pool, mut events) = start(&fake);
    expect(
        &mut events,
        &["attached p1", "attached p2", "ready p1", "ready p2"],
    )
    .await;
    // From the cable to the app; a fake tells nothing of its condition.
    let states = |ladder: signalbox_phone::Ladder| {
        let names: Vec<_> = ladder.rungs.iter().map(|r| r.name).collect();
        assert_eq!(names, Name::ALL);
        let signs = ladder.rungs.iter().map(|rung| match rung.state {
            State::Ok => '+',
            State::Failed => '!',
            State::Unknown => '?',
        });
        signs.collect::<String>()
    };
    let p1 = udid("p1");
    let look = pool.ladder(&p1, "a.b", Reach::Look).await;
    assert_eq!(states(look), "+??????+??");
    let app = pool.ladder(&p1, "a.b", Reach::App).await;
    assert_eq!(states(app), "+??????+++");
    fake.trick(1, "activeAppInfo", Trick::Bytes(vec![]));
    let hangs = pool.ladder(&p1, "a.b", Reach::App).await;
    assert_eq!(states(hangs), "+??????!??");
    fake.behave();
    fake.trick(1, "GetValue", Trick::BytesThenClose(vec![]));
    let silent = pool.ladder(&p1, "a.b", Reach::Look).await;
    assert_eq!(states(silent), "+!?????+??");
    let gone = pool.ladder(&udid("p7"), "a.b", Reach::App).await;
    assert_eq!(gone.rungs[0].code, "E-DEV-CABLE");
    assert_eq!(states(gone), "!?????????");
}

#[tokio::test]
async fn a_phone_that_does_not_trust_this_computer_takes_no_work_until_it_does() {
    let no_record = || Trick::Bytes(framed("<dict><key>Number</key><integer>2</integer></dict>"));
    let no_sense = || {
        let record = "<dict><key>PairRecordData</key><data>c29tZQ==</data></dict>";
        Trick::Bytes(framed(record))
    };
    for trick in [no_record(), no_sense()] {
        let fake = Fake::start(1);
        fake.trick(0, "ReadPairRecord", trick);
        let (pool, mut events) = start(&fake);
        let trust = "not ready p1 Trusted E-DEV-TRUST";
        expect(&mut events, &["attached p1", trust]).await;
        let seen = pool.phones();
        assert_eq!((seen[0].ready, seen[0].facts.trusted), (false, Some(false)));
        let ladder = pool.ladder(&udid("p1"), "a.b", Reach::Look).await;
        assert_eq!(ladder.rungs[1].code, "E-DEV-TRUST");
        assert!(ladder.rungs[1].fix.contains("tap Trust"));
        fake.behave();
        expect(&mut events, &["ready p1"]).await;
    }
}

#[tokio::test]
async fn a_phone_that_is_slow_to_tell_its_condition_works_in_the_meantime() {
    let fake = Fake::start(1);
    fake.trick(0, "ReadPairRecord", Trick::Late);
    let patient = Duration::from_secs(600);
    let (pool, mut events) = Pool::start(PoolConfig {
        limits: Limits {
            mux: patient,
            lockdown: patient,
            ..limits()
        },
        ..PoolConfig::simulated(fake.address())
    });
    expect(&mut events, &["attached p1", "ready p1"]).await;
    assert_eq!(pool.phones()[0].facts.trusted, None);
}

#[tokio::test]
async fn the_condition_is_read_again_while_nothing_else_is_looked_at() {
    let fake = Fake::start(1);
    let (_pool, mut events) = Pool::start(PoolConfig {
        limits: limits(),
        idle_probe: None,
        read_again: Some(Duration::from_millis(20)),
        ..PoolConfig::simulated(fake.address())
    });
    expect(&mut events, &["attached p1", "ready p1"]).await;
    let no_record = framed("<dict><key>Number</key><integer>2</integer></dict>");
    fake.trick(0, "ReadPairRecord", Trick::Bytes(no_record));
    expect(&mut events, &["not ready p1 Trusted E-DEV-TRUST"]).await;
}

#[tokio::test]
async fn the_condition_is_read_again_when_somebody_asks() {
    let fake = Fake::start(1);
    let (pool, mut events) = start(&fake);
    expect(&mut events, &["attached p1", "ready p1"]).await;
    let no_record = framed("<dict><key>Number</key><integer>2</integer></dict>");
    fake.trick(0, "ReadPairRecord", Trick::Bytes(no_record));
    pool.read_again(&udid("p1"));
    expect(&mut events, &["not ready p1 Trusted E-DEV-TRUST"]).await;
}

#[tokio::test]
async fn a_session_that_goes_wrong_costs_what_it_would_have_told_and_no_more() {
    let says = |inner: &str| Trick::Bytes(message(&plist(inner)));
    let error = |name: &str| {
        says(&format!(
            "<dict><key>Error</key><string>{name}</string></dict>"
        ))
    };
    let encrypts = |yes: bool| says(&format!("<dict><key>EnableSessionSSL</key><{yes}/></dict>"));
    let trust = "not ready p1 Trusted E-DEV-TRUST";
    for (trick, expected) in [
        (error("InvalidHostID"), trust),
        (error("PairingDialogResponsePending"), trust),
        (
            error("PasswordProtected"),
            "not ready p1 Unlocked E-DEV-LOCKED",
        ),
        (error("SomethingNew"), "ready p1"),
        (Trick::Bytes(vec![0xff; 4]), "ready p1"),
        (Trick::Bytes(vec![]), "ready p1"),
        (Trick::BytesThenClose(vec![0, 0]), "ready p1"),
        (says("<dict/>"), "ready p1"),
        (encrypts(false), "ready p1"),
        // The handshake fails, since the certificates are none.
        (encrypts(true), "ready p1"),
    ] {
        let fake = Fake::start(1);
        fake.trick(0, "ReadPairRecord", Trick::Bytes(pair_record()));
        fake.trick(1, "StartSession", trick.clone());
        let (pool, mut events) = start(&fake);
        assert_eq!(short(&next(&mut events).await), "attached p1");
        assert_eq!(short(&next(&mut events).await), expected, "{trick:?}");
        let facts = pool.phones()[0].facts.clone();
        assert_eq!(facts.condition, signalbox_phone::Condition::default());
        assert_ne!(facts.trusted, Some(true), "{trick:?}");
        assert!(facts.name.is_some(), "what anybody is told is known");
    }
}

#[tokio::test]
async fn a_hushed_phone_is_asked_nothing_and_looked_at_when_that_is_over() {
    let fake = Fake::start(2);
    let (pool, mut events) = Pool::start(PoolConfig {
        limits: limits(),
        backoff: Backoff([Duration::from_millis(5)].into()),
        idle_probe: Some(Duration::from_millis(5)),
        read_again: Some(Duration::from_millis(5)),
        hushed: true,
        ..PoolConfig::simulated(fake.address())
    });
    // Cables are followed all the same.
    expect(&mut events, &["attached p1", "attached p2"]).await;
    let asked = || -> usize { (1..=2).map(|phone| fake.asked(phone).len()).sum() };
    let quiet = async |what: &str| {
        let before = asked();
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(asked(), before, "{what}");
    };
    quiet("from the beginning").await;
    let (p1, p2) = (udid("p1"), udid("p2"));
    let refused = pool.connect(&p1, StopSwitch::new()).await.unwrap_err();
    assert_eq!((refused.code, refused.sent), (Code::Halted, Sent::NotSent));
    let proof = check(1, None);
    let refused = pool.prove_quiet(&p1, &proof, StopSwitch::new());
    assert_eq!(refused.await.unwrap_err().code, Code::Halted);
    pool.hush(Some(&p2));
    pool.unhush(None);
    expect(&mut events, &["ready p1"]).await;
    pool.unhush(Some(&p2));
    expect(&mut events, &["ready p2"]).await;
    // Ready phones are looked at again and again, until that is over.
    let before = asked();
    while asked() < before + 4 {
        tokio::task::yield_now().await;
    }
    pool.hush(None);
    tokio::time::sleep(Duration::from_millis(20)).await;
    quiet("once hushed").await;
    pool.unhush(None);
    let phone = pool.connect(&p1, StopSwitch::new()).await.unwrap();
    phone.close().await.unwrap();
}
