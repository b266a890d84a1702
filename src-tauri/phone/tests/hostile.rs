//! Peers that send what they should not, or nothing: each gives a clear error within its time
//! limit, memory stays bounded, and the other phones go on.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on ends, and says where"
)]

mod fake;

use std::time::Duration;

use fake::client::{in_time, link, open};
use fake::wda::http;
use fake::{Fake, Trick, framed, header, limits, plist};
use signalbox_phone::lockdown;
use signalbox_phone::mux::Muxer;
use signalbox_phone::screen::Element;
use signalbox_phone::{Code, Phone, Sent, StopSwitch, WdaPhone};

/// A field of `/proc/self/status` in MiB; 0 where there is none.
fn memory_mib(field: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(field));
    let kib = line.and_then(|l| l.split_whitespace().nth(1)?.parse::<usize>().ok());
    kib.unwrap_or(0) / 1024
}

/// Bad messages in usbmux's framing, and what is said of each.
fn bad_mux_messages() -> Vec<(&'static str, Trick, Code)> {
    let deep = format!("{}{}", "<array>".repeat(50_000), "</array>".repeat(50_000));
    let whole = framed("<dict></dict>");
    vec![
        (
            "header under 16",
            Trick::Bytes(header(15, 8)),
            Code::Malformed,
        ),
        ("no length", Trick::Bytes(header(0, 8)), Code::Malformed),
        ("4 GiB", Trick::Bytes(header(u32::MAX, 8)), Code::Malformed),
        ("2 MiB", Trick::Bytes(header(2 << 20, 8)), Code::Malformed),
        (
            "no plist message",
            Trick::Bytes(header(100, 1)),
            Code::Malformed,
        ),
        ("nested deep", Trick::Bytes(framed(&deep)), Code::Malformed),
        (
            "of another type",
            Trick::Bytes(framed("<string>no</string>")),
            Code::Malformed,
        ),
        (
            "empty dict",
            Trick::Bytes(framed("<dict/>")),
            Code::Malformed,
        ),
        (
            "not XML",
            Trick::Bytes([header(20, 8), b"{{{{".to_vec()].concat()),
            Code::Malformed,
        ),
        (
            "truncated",
            Trick::BytesThenClose(whole[..whole.len() - 5].to_vec()),
            Code::ConnectionLost,
        ),
        (
            "closed at once",
            Trick::BytesThenClose(vec![]),
            Code::ConnectionLost,
        ),
        ("silent", Trick::Bytes(vec![]), Code::Timeout),
        (
            "stops half-way",
            Trick::Bytes(whole[..40].to_vec()),
            Code::Timeout,
        ),
    ]
}

#[tokio::test]
async fn a_usbmuxd_that_talks_nonsense() {
    let fake = Fake::start(1);
    let muxer = Muxer::new(fake.address(), limits());
    let before = memory_mib("VmPeak");
    for (what, trick, code) in bad_mux_messages() {
        for question in ["ListDevices", "Listen"] {
            fake.behave();
            fake.trick(0, question, trick.clone());
            let error = match question {
                "ListDevices" => in_time(muxer.list()).await.err(),
                _ => in_time(muxer.listen()).await.err(),
            };
            let error = error.unwrap_or_else(|| panic!("{question}: {what} is taken"));
            assert_eq!(
                (error.code, error.sent),
                (code, Sent::NotSent),
                "{question}: {what}"
            );
        }
    }
    assert!(
        memory_mib("VmPeak") - before < 2048,
        "a length was believed"
    );
    fake.behave();
    assert_eq!(in_time(muxer.list()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_stream_that_is_not_given() {
    let fake = Fake::start(2);
    let muxer = Muxer::new(fake.address(), limits());
    let (bad, good) = (link(&muxer, "p1").await, link(&muxer, "p2").await);
    for (what, trick, code) in bad_mux_messages() {
        fake.behave();
        fake.trick(1, "Connect", trick);
        let stop = StopSwitch::new();
        let opened = in_time(WdaPhone::open(&muxer, bad.clone(), stop.clone())).await;
        let error = opened.expect_err(what);
        assert_eq!((error.code, error.sent), (code, Sent::NotSent), "{what}");
        let error = in_time(lockdown::facts(&muxer, &bad))
            .await
            .expect_err(what);
        assert_eq!(
            (error.code, error.sent),
            (code, Sent::NotSent),
            "{what}: facts"
        );
        let other = in_time(WdaPhone::open(&muxer, good.clone(), stop)).await;
        assert!(other.is_ok(), "{what}: the other phone: {other:?}");
    }
    fake.behave();
    assert_eq!(
        muxer.open(bad.mux_id, 9).await.unwrap_err().code,
        Code::Refused
    );
    assert_eq!(
        muxer.open(77, 8100).await.unwrap_err().code,
        Code::NotAttached
    );
}

#[tokio::test]
async fn a_lockdownd_that_talks_nonsense() {
    let fake = Fake::start(2);
    let muxer = Muxer::new(fake.address(), limits());
    let (bad, good) = (link(&muxer, "p1").await, link(&muxer, "p2").await);
    let message = |inner: &str| {
        let body = plist(inner);
        let mut bytes = u32::try_from(body.len()).unwrap().to_be_bytes().to_vec();
        bytes.extend(body.as_bytes());
        bytes
    };
    let deep = format!("{}{}", "<array>".repeat(50_000), "</array>".repeat(50_000));
    let length = |bytes: u32| bytes.to_be_bytes().to_vec();
    let value = "<dict><key>Value</key><integer>5</integer></dict>";
    let refusal = "<dict><key>Error</key><string>Nope</string></dict>";
    let before = memory_mib("VmPeak");
    for (what, trick, code) in [
        ("4 GiB", Trick::Bytes(length(u32::MAX)), Code::Malformed),
        ("2 MiB", Trick::Bytes(length(2 << 20)), Code::Malformed),
        ("empty", Trick::Bytes(length(0)), Code::Malformed),
        ("nested deep", Trick::Bytes(message(&deep)), Code::Malformed),
        ("a number", Trick::Bytes(message(value)), Code::Malformed),
        (
            "no dict",
            Trick::Bytes(message("<array/>")),
            Code::Malformed,
        ),
        ("an error", Trick::Bytes(message(refusal)), Code::Lockdown),
        (
            "truncated",
            Trick::BytesThenClose(message(value)[..50].to_vec()),
            Code::ConnectionLost,
        ),
        (
            "closed",
            Trick::BytesThenClose(vec![]),
            Code::ConnectionLost,
        ),
        ("silent", Trick::Bytes(vec![]), Code::Timeout),
        (
            "stops half-way",
            Trick::Bytes(message(value)[..50].to_vec()),
            Code::Timeout,
        ),
    ] {
        fake.behave();
        fake.trick(1, "GetValue ProductType", trick);
        let error = in_time(lockdown::facts(&muxer, &bad))
            .await
            .expect_err(what);
        assert_eq!((error.code, error.sent), (code, Sent::NotSent), "{what}");
        let facts = in_time(lockdown::facts(&muxer, &good)).await.unwrap();
        assert_eq!(facts.name.as_deref(), Some("DeviceName of p2"));
        assert_eq!(facts.ios_build, None, "a missing value is no fault");
    }
    assert!(
        memory_mib("VmPeak") - before < 2048,
        "a length was believed"
    );
}

/// Bad answers to a click, and what is known of the click then.
fn bad_wda_answers() -> Vec<(&'static str, Trick, Code)> {
    let ok = http(200, r#"{"value":null,"sessionId":null}"#);
    vec![
        ("silent", Trick::Bytes(vec![]), Code::Timeout),
        (
            "closed",
            Trick::BytesThenClose(vec![]),
            Code::ConnectionLost,
        ),
        (
            "half a head",
            Trick::BytesThenClose(ok[..30].to_vec()),
            Code::ConnectionLost,
        ),
        (
            "half a body",
            Trick::BytesThenClose(ok[..ok.len() - 3].to_vec()),
            Code::ConnectionLost,
        ),
        (
            "stops in the body",
            Trick::Bytes(ok[..ok.len() - 3].to_vec()),
            Code::Timeout,
        ),
        ("not HTTP", Trick::Bytes(vec![0xff; 200]), Code::Malformed),
        (
            "no JSON",
            Trick::Bytes(http(200, "<html>")),
            Code::Malformed,
        ),
        (
            "another type",
            Trick::Bytes(http(200, r#"{"value":"x"}"#)),
            Code::Malformed,
        ),
        (
            "an error page",
            Trick::Bytes(http(502, "bad gateway")),
            Code::Malformed,
        ),
        (
            "another session",
            Trick::Bytes(http(200, r#"{"value":null,"sessionId":"S99"}"#)),
            Code::Malformed,
        ),
    ]
}

/// Answers to a click that are too long.
fn long_wda_answers() -> Vec<(&'static str, Trick, Code)> {
    let head = |extra: &str| format!("HTTP/1.1 200 OK\r\n{extra}\r\n").into_bytes();
    let chunked = head("Transfer-Encoding: chunked\r\n");
    vec![
        (
            "huge length",
            Trick::Bytes(head("Content-Length: 18446744073709551615\r\n")),
            Code::Malformed,
        ),
        (
            "4 GiB",
            Trick::Bytes(head("Content-Length: 4294967296\r\n")),
            Code::Malformed,
        ),
        (
            "endless head",
            Trick::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"X-A: b\r\n".repeat(1000)),
            Code::Malformed,
        ),
        (
            "endless line",
            Trick::Endless(b"HTTP/1.1 200 OK\r\nX-A: ".to_vec(), vec![b'a'; 4096]),
            Code::Malformed,
        ),
        (
            "endless body",
            Trick::Endless(
                chunked,
                [b"10000\r\n", vec![b'a'; 0x10000].as_slice(), b"\r\n"].concat(),
            ),
            Code::Malformed,
        ),
    ]
}

#[tokio::test]
async fn a_webdriveragent_that_talks_nonsense() {
    let fake = Fake::start(2);
    let muxer = Muxer::new(fake.address(), limits());
    let good = open(&muxer, "p2").await.unwrap();
    let phone = open(&muxer, "p1").await.unwrap();
    let button = Element::bare("E1");
    let before = memory_mib("VmPeak");
    for (what, trick, code) in bad_wda_answers().into_iter().chain(long_wda_answers()) {
        fake.behave();
        phone.renew().await.unwrap();
        fake.trick(1, "/click", trick);
        let error = in_time(phone.click(&button)).await.expect_err(what);
        assert_eq!(
            (error.code, error.sent),
            (code, Sent::Unknown),
            "{what}: {error}"
        );
        let session = good.renew().await;
        assert!(session.is_ok(), "{what}: the other phone: {session:?}");
        assert_eq!(
            in_time(good.source()).await.as_deref(),
            Ok("<app/>"),
            "{what}"
        );
    }
    assert!(
        memory_mib("VmPeak") - before < 2048,
        "a body was not bounded"
    );
}

#[tokio::test]
async fn a_screen_without_end_is_cut_off() {
    let fake = Fake::start(1);
    let long = signalbox_phone::Limits {
        command: Duration::from_secs(15),
        ..limits()
    };
    let muxer = Muxer::new(fake.address(), long);
    let phone = open(&muxer, "p1").await.unwrap();
    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let chunk = [b"10000\r\n", vec![b'a'; 0x10000].as_slice(), b"\r\n"].concat();
    fake.trick(1, "/source", Trick::Endless(head, chunk));
    let before = memory_mib("VmHWM");
    let error = in_time(phone.source()).await.unwrap_err();
    assert_eq!((error.code, error.sent), (Code::Malformed, Sent::Unknown));
    let grown = memory_mib("VmHWM") - before;
    assert!(grown < 160, "{grown} MiB for a body that is capped at 32");
}
