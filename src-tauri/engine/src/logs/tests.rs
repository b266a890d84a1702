//! Log files on a disk: bounded, whole, and read back newest first.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::files::{FILE_BYTES_MAX, FILES_MAX, Files};
use super::{LogPlace, Wanted, attach, layer, name, numbers, read};
use crate::paths::DataDir;

fn line(no: usize, level: &str) -> String {
    let (minute, second) = (no / 60, no % 60);
    format!(
        r#"{{"fields":{{"no":{no}}},"level":"{level}","message":"line {no}","target":"signalbox","ts":"2026-11-23T12:{minute:02}:{second:02}.000Z"}}"#
    )
}

fn wanted(limit: usize) -> Wanted {
    Wanted {
        limit,
        ..Wanted::default()
    }
}

/// The messages of a page.
fn messages(dir: &Path, wanted: &Wanted) -> Vec<String> {
    let page = read(dir, wanted).unwrap();
    page.entries.into_iter().map(|it| it.message).collect()
}

#[test]
fn pages_go_back_through_all_files_without_a_gap() {
    let dir = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    for number in 1..=3 {
        let lines: Vec<String> = (0..50).map(|at| line(number * 100 + at, "info")).collect();
        all.extend((0..50).map(|at| format!("line {}", number * 100 + at)));
        let number = u32::try_from(number).unwrap();
        fs::write(dir.path().join(name(number)), lines.join("\n") + "\n").unwrap();
    }
    all.reverse();
    assert_eq!(messages(dir.path(), &wanted(1_000)), all);
    for limit in [1, 7, 50, 149, 150] {
        let (mut found, mut next) = (Vec::new(), wanted(limit));
        loop {
            let page = read(dir.path(), &next).unwrap();
            assert!(page.entries.len() <= limit);
            found.extend(page.entries.into_iter().map(|it| it.message));
            match page.next {
                Some(place) => next.before = Some(place),
                None => break,
            }
        }
        assert_eq!(found, all, "{limit} at a time");
    }
    // A page goes on where it was, whatever was said since and whichever file is gone.
    let page = read(dir.path(), &wanted(60)).unwrap();
    fs::remove_file(dir.path().join(name(1))).unwrap();
    let next = Wanted {
        before: page.next,
        ..wanted(1_000)
    };
    assert_eq!(messages(dir.path(), &next), all[60..100]);
    let beyond = Wanted {
        before: Some(LogPlace {
            file: 2,
            offset: u64::MAX,
        }),
        ..wanted(1_000)
    };
    assert_eq!(messages(dir.path(), &beyond).len(), 50);
}

#[test]
fn filters() {
    let dir = tempfile::tempdir().unwrap();
    let lines: Vec<String> = ["error", "warn", "info", "debug", "trace"]
        .iter()
        .enumerate()
        .map(|(at, level)| line(at, level))
        .collect();
    fs::write(dir.path().join(name(1)), lines.join("\n") + "\nbroken\n").unwrap();
    let check = |wanted: Wanted, expected: &[&str]| {
        let wanted = Wanted {
            limit: 100,
            ..wanted
        };
        assert_eq!(messages(dir.path(), &wanted), expected, "{wanted:?}");
    };
    let text = |text: &str| Some(text.to_owned());
    let level = |level| Wanted {
        level: text(level),
        ..Wanted::default()
    };
    check(level("error"), &["broken", "line 0"]);
    check(level("warn"), &["broken", "line 1", "line 0"]);
    let from = text("2026-11-23T12:00:03.000Z");
    check(
        Wanted {
            from: from.clone(),
            ..Wanted::default()
        },
        &["line 4", "line 3"],
    );
    check(
        Wanted {
            to: from,
            ..level("info")
        },
        &["line 2", "line 1", "line 0"],
    );
    let words = |words| Wanted {
        words: text(words),
        ..Wanted::default()
    };
    check(words("LINE 3"), &["line 3"]);
    check(words("brok"), &["broken"]);
    check(
        words("SIGNALbox"),
        &["line 4", "line 3", "line 2", "line 1", "line 0"],
    );
    check(words("4"), &["line 4"]);
    check(words("nothing of it"), &[]);
}

#[test]
fn damaged_lines_are_shown_and_stop_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let long = "x".repeat(300_000);
    let content = [
        line(1, "info").as_bytes(),
        b"\n{\"half\": \n\n\x00\xff\x1b[31m\n",
        br#"{"ts":"x","level":"loud","target":"","message":"","fields":{}}"#,
        b"\n",
        long.as_bytes(),
        b"\n",
        line(2, "info").as_bytes(),
        b"\nno end",
    ]
    .concat();
    fs::write(dir.path().join(name(1)), content).unwrap();
    let page = read(dir.path(), &wanted(100)).unwrap();
    let of = |at: usize| (page.entries[at].damaged, page.entries[at].message.as_str());
    assert_eq!(of(0), (true, "no end"));
    assert_eq!(of(1), (false, "line 2"));
    let pieces = page
        .entries
        .iter()
        .filter(|it| it.message.starts_with("xxx"));
    assert!(pieces.clone().count() >= 4, "a long one comes in pieces");
    assert!(
        pieces
            .into_iter()
            .all(|it| it.damaged && it.message.len() <= 2_000)
    );
    let rest: Vec<_> = (page.entries.len() - 4..page.entries.len())
        .map(of)
        .collect();
    assert!(rest[0].0 && rest[0].1.contains("loud"));
    assert_eq!(rest[1], (true, "\\u{0}\u{fffd}\\u{1b}[31m"));
    assert_eq!(rest[2], (true, "{\"half\": "));
    assert_eq!(rest[3], (false, "line 1"));
}

#[test]
fn files_are_bounded_private_and_go_on_after_a_crash() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(name(4)), "half a line").unwrap();
    let mut files = Files::open(dir.path()).unwrap();
    let line = "y".repeat(1 << 20);
    for _ in 0..90 {
        files.add(&line).unwrap();
    }
    let there = numbers(dir.path()).unwrap();
    assert_eq!(there.len(), FILES_MAX);
    for number in &there {
        let found = fs::metadata(dir.path().join(name(*number))).unwrap();
        assert!(found.len() <= FILE_BYTES_MAX);
        assert_eq!(found.permissions().mode() & 0o777, 0o600);
    }
    assert!(there[0] > 4 && fs::metadata(dir.path().join(name(4))).is_err());
    drop(files);
    fs::write(dir.path().join(name(100)), "half").unwrap();
    let mut files = Files::open(dir.path()).unwrap();
    files.add("whole").unwrap();
    let text = fs::read_to_string(dir.path().join(name(100))).unwrap();
    assert_eq!(text, "half\nwhole\n");
}

#[test]
fn nothing_but_log_files_is_read() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("secret"), "secret\n").unwrap();
    for other in [
        "phones.log",
        "signalbox-1.log",
        "signalbox-000001.log.bak",
        "signalbox--00001.log",
    ] {
        fs::write(dir.path().join(other), "secret\n").unwrap();
    }
    std::os::unix::fs::symlink(dir.path().join("secret"), dir.path().join(name(2))).unwrap();
    fs::create_dir(dir.path().join(name(3))).unwrap();
    assert_eq!(messages(dir.path(), &wanted(100)), Vec::<String>::new());
}

#[test]
fn what_our_crates_say_is_written_down_masked_and_nothing_of_others_is() {
    use tracing_subscriber::layer::SubscriberExt as _;
    let dir = tempfile::tempdir().unwrap();
    let data = DataDir::open(&dir.path().join("data")).unwrap();
    let all = tracing::level_filters::LevelFilter::TRACE;
    let subscriber = tracing_subscriber::registry().with(layer(all));
    tracing::subscriber::with_default(subscriber, || {
        tracing::info!("before there is a place");
        let attached = attach(&data).unwrap();
        let token = "ab".repeat(32);
        let udid = signalbox_phone::Udid::new("00008030-5100000000000001");
        tracing::warn!(%udid, header = "Bearer hunter2", no = 7, "token {token}\nsecond");
        tracing::trace!(target: "hyper::proto", "of others");
        drop(attached);
        tracing::info!("after it is gone");
    });
    let page = read(&data.logs(), &wanted(100)).unwrap();
    assert_eq!(page.entries.len(), 1, "{page:?}");
    let entry = &page.entries[0];
    assert_eq!(entry.level.as_deref(), Some("warn"));
    assert_eq!(entry.message, "token …abab\\u{a}second");
    assert_eq!(entry.fields["udid"], "udid:…0001");
    assert_eq!(entry.fields["header"], "Bearer …");
    assert_eq!(entry.fields["no"], 7);
}
