//! One stream carries many calls: answers that come late, twice or never, calls that are dropped,
//! streams that end, and the stop that closes them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on ends, and says where"
)]

mod fake;

use std::sync::atomic::Ordering;
use std::time::Duration;

use fake::client::{in_time, open};
use fake::{Fake, Trick, limits};
use signalbox_phone::mux::Muxer;
use signalbox_phone::screen::{By, Element, Point, Rect, Said, Size};
use signalbox_phone::{Code, Phone, Sent};

#[tokio::test]
async fn a_late_answer_is_nobodys() {
    let fake = Fake::start(1);
    let muxer = Muxer::new(fake.address(), limits());
    let phone = open(&muxer, "p1").await.unwrap();
    let button = Element::bare("E1");
    fake.trick(1, "/attribute/label", Trick::Late);
    let error = in_time(phone.attribute(&button, "label"))
        .await
        .unwrap_err();
    assert_eq!((error.code, error.sent), (Code::Timeout, Sent::Unknown));
    fake.release();
    let value = in_time(phone.attribute(&button, "value")).await.unwrap();
    assert_eq!(value.as_deref(), Some("value"));
}

#[tokio::test]
async fn a_dropped_call_takes_its_stream_along() {
    let fake = Fake::start(1);
    let muxer = Muxer::new(fake.address(), limits());
    let phone = open(&muxer, "p1").await.unwrap();
    let button = Element::bare("E1");
    fake.trick(1, "/attribute/label", Trick::Late);
    tokio::select! {
        answer = phone.attribute(&button, "label") => panic!("answered: {answer:?}"),
        () = fake.wait_for(1, "/attribute/label") => {}
    }
    fake.release();
    let value = in_time(phone.attribute(&button, "value")).await.unwrap();
    assert_eq!(value.as_deref(), Some("value"));
}

#[tokio::test]
async fn a_second_answer_is_nobodys() {
    let fake = Fake::start(1);
    let muxer = Muxer::new(fake.address(), limits());
    let phone = open(&muxer, "p1").await.unwrap();
    let button = Element::bare("E1");
    fake.trick(1, "/attribute/", Trick::Twice);
    for _ in 0..50 {
        for name in ["label", "value", "name"] {
            let got = in_time(phone.attribute(&button, name)).await.unwrap();
            assert_eq!(got.as_deref(), Some(name));
        }
    }
}

#[tokio::test]
async fn a_second_answer_that_comes_while_nothing_is_asked() {
    let fake = Fake::start(1);
    let muxer = Muxer::new(fake.address(), limits());
    let phone = open(&muxer, "p1").await.unwrap();
    let button = Element::bare("E1");
    fake.trick(1, "/attribute/label", Trick::AgainLater);
    for round in 1..=20 {
        let got = in_time(phone.attribute(&button, "label")).await.unwrap();
        assert_eq!(got.as_deref(), Some("label"));
        in_time(async {
            while fake.state.repeated.load(Ordering::Relaxed) < round {
                // Again and again: the phone may not have begun to wait for it.
                fake.release();
                tokio::task::yield_now().await;
            }
        })
        .await;
        let got = in_time(phone.attribute(&button, "value")).await.unwrap();
        assert_eq!(got.as_deref(), Some("value"));
    }
}

#[tokio::test]
async fn a_stream_that_the_phone_closed_between_two_calls_is_no_fault() {
    let fake = Fake::start(1);
    let muxer = Muxer::new(fake.address(), limits());
    let phone = open(&muxer, "p1").await.unwrap();
    fake.trick(1, "/source", Trick::GoodThenClose);
    for _ in 0..20 {
        assert_eq!(in_time(phone.source()).await.as_deref(), Ok("<app/>"));
        // The close follows the answer at once; let it arrive.
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn one_stream_serves_many_calls() {
    let fake = Fake::start(1);
    let muxer = Muxer::new(fake.address(), limits());
    let phone = open(&muxer, "p1").await.unwrap();
    for _ in 0..100 {
        let found = phone.find(&By::Id("x".into())).await.unwrap();
        phone.click(&found).await.unwrap();
    }
    assert_eq!(fake.state.streams.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn what_is_found_is_described_without_another_question() {
    let fake = Fake::start(1);
    let muxer = Muxer::new(fake.address(), limits());
    let phone = open(&muxer, "p1").await.unwrap();
    let found = phone.find(&By::Id("x".into())).await.unwrap();
    let said = Said {
        kind: "Button".into(),
        name: Some("follow-button".into()),
        label: Some("Follow bob".into()),
        value: None,
        rect: Some(Rect {
            origin: Point { x: 1.0, y: 2.0 },
            size: Size {
                width: 3.0,
                height: 4.0,
            },
        }),
        enabled: true,
        visible: false,
    };
    assert_eq!(found.said, Some(said));
    let asked = [
        "POST /session",
        "POST /session/S1/appium/settings",
        "POST /session/S1/element",
    ];
    assert_eq!(fake.asked(1), asked);
}

#[tokio::test]
async fn a_lost_session_is_told_apart_and_can_be_made_anew() {
    let fake = Fake::start(1);
    let muxer = Muxer::new(fake.address(), limits());
    let phone = open(&muxer, "p1").await.unwrap();
    let thief = open(&muxer, "p1").await.unwrap();
    let error = phone.source().await.unwrap_err();
    assert_eq!(
        (error.code, error.sent),
        (Code::InvalidSession, Sent::NotSent)
    );
    phone.renew().await.unwrap();
    assert_eq!(phone.source().await.as_deref(), Ok("<app/>"));
    assert_eq!(thief.source().await.unwrap_err().code, Code::InvalidSession);
}

#[tokio::test]
async fn the_emergency_stop_holds() {
    let fake = Fake::start(1);
    let patient = signalbox_phone::Limits {
        command: Duration::from_secs(60),
        ..limits()
    };
    let muxer = Muxer::new(fake.address(), patient);
    let phone = open(&muxer, "p1").await.unwrap();
    let button = Element::bare("E1");
    fake.trick(1, "/click", Trick::Late);
    let (clicking, waiting) = (phone.clone(), phone.clone());
    let (first, second, ()) = tokio::join!(
        clicking.click(&button),
        // Waits for its turn, and must never get it.
        waiting.click(&button),
        async {
            fake.wait_for(1, "/click").await;
            phone.halt();
        }
    );
    let first = first.unwrap_err();
    assert_eq!((first.code, first.sent), (Code::Halted, Sent::Unknown));
    let second = second.unwrap_err();
    assert_eq!((second.code, second.sent), (Code::Halted, Sent::NotSent));
    let third = phone.source().await.unwrap_err();
    assert_eq!((third.code, third.sent), (Code::Halted, Sent::NotSent));
    let clicks = fake
        .asked(1)
        .iter()
        .filter(|l| l.contains("/click"))
        .count();
    assert_eq!(clicks, 1, "a call went out after the stop");
}

/// Waits until no stream to a WebDriverAgent is open.
async fn assert_closed(fake: &Fake) {
    in_time(async {
        while fake.state.open.load(Ordering::Relaxed) > 0 {
            // The late answer's task sees the end of its stream once it may go on.
            fake.release();
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_stop_closes_a_stream_that_is_idle() {
    let fake = Fake::start(1);
    let muxer = Muxer::new(fake.address(), limits());
    let phone = open(&muxer, "p1").await.unwrap();
    assert_eq!(fake.state.open.load(Ordering::Relaxed), 1);
    phone.halt();
    assert_closed(&fake).await;
    assert!(phone.stop_switch().is_halted());
}
