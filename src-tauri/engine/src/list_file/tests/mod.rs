mod account_file;
mod engagement;
mod hash;
mod history;
mod opened;
mod round_trip;

use signalbox_automation::Action;
use signalbox_scheduler::{Kind, Priority};

use super::*;

const HEADER: &str = "account_id,task_type,target_username,actions,priority,not_before,note\n";

fn read_tasks(file: impl AsRef<[u8]>) -> Result<Vec<TaskRow>, Problems> {
    tasks(file.as_ref(), &|id| matches!(id, "a1" | "a2"))
}

/// What a task file is answered with: `ok N`, or its problems as people see them.
fn check_tasks(file: impl AsRef<[u8]>, expected: &str) {
    let answer = match read_tasks(file.as_ref()) {
        Ok(rows) => format!("ok {}", rows.len()),
        Err(problems) => problems.to_string(),
    };
    assert_eq!(
        answer,
        expected,
        "{:?}",
        String::from_utf8_lossy(&file.as_ref()[..file.as_ref().len().min(200)])
    );
}

/// The same for one row under [`HEADER`].
fn check_row(row: &str, expected: &str) {
    check_tasks(format!("{HEADER}{row}\n"), expected);
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{FEFF}"
        .encode_utf16()
        .chain(text.encode_utf16())
        .flat_map(to_bytes)
        .collect()
}

#[test]
fn a_full_row_is_read() {
    let rows = read_tasks(
        "account_id,task_type,target_username,actions,priority,not_before,comment_text,flow,note\r\n\
         a1,instagram,@bob,open_app; view_profile ;FOLLOW_USER,High,2026-11-23T14:00:00+01:00,,,\"two\r\nlines, \"\"quoted\"\"\"\r\n\
         ,instagram,carol,,,,,,\r\n",
    )
    .unwrap();
    let expected = [
        TaskRow {
            line: 2,
            account_id: Some("a1".into()),
            kind: Kind::Instagram,
            target: "bob".into(),
            actions: vec![Action::OpenApp, Action::ViewProfile, Action::FollowUser],
            max_likes: 1,
            max_follows: 1,
            work: None,
            priority: Priority::High,
            not_before_ms: Some(1_795_438_800_000),
            note: Some("two\nlines, \"quoted\"".into()),
            key: None,
        },
        TaskRow {
            line: 4,
            account_id: None,
            kind: Kind::Instagram,
            target: "carol".into(),
            actions: Action::DEFAULT.to_vec(),
            max_likes: 1,
            max_follows: 1,
            work: None,
            priority: Priority::Normal,
            not_before_ms: None,
            note: None,
            key: None,
        },
    ];
    assert!(rows == expected, "{rows:#?}");
}

#[test]
fn whole_files_that_are_refused() {
    let columns = "account_id,task_type,target_username,actions,priority,not_before,comment_text,flow,note,idempotency_key";
    let empty = format!("tasks.csv: the file is empty; it begins with a header line, {columns}");
    check_tasks("", &empty);
    check_tasks("\u{FEFF}", &empty);
    check_tasks("\r\n\n", &empty);
    check_tasks(
        HEADER,
        "tasks.csv: there is a header line and no row below it",
    );
    check_tasks(
        format!("{HEADER},,,,,,\n"),
        "tasks.csv: there is a header line and no row below it",
    );
    let lone = "a carriage return alone (old Mac style) ends this line; save the file with LF or CRLF line ends";
    check_tasks(
        format!("{HEADER}a1,instagram,bob,").replace('\n', "\r"),
        &format!("tasks.csv:1: {lone}"),
    );
    check_row(
        "a1,instagram,bob,,,,\ra2,instagram,eve,,,,",
        &format!("tasks.csv:2: {lone}"),
    );
    let unmarked: Vec<u8> = HEADER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    check_tasks(
        unmarked,
        "tasks.csv: this looks like UTF-16 without a byte order mark; save the file as UTF-8",
    );
    check_tasks(
        vec![b'x'; FILE_BYTES_MAX + 1],
        "tasks.csv: the file is larger than 16 MiB; split it into several lists",
    );
    let many = HEADER.to_owned() + &"a1,instagram,bob,\n".repeat(ROWS_MAX);
    check_tasks(&many, "ok 100000");
    check_tasks(
        many + "a1,instagram,bob,\n",
        "tasks.csv:100002: a list has at most 100000 rows; split the file here",
    );
}

#[test]
fn headers_that_are_refused() {
    let columns = "account_id,task_type,target_username,actions,priority,not_before,comment_text,flow,note,idempotency_key";
    check_tasks(
        "account_id,task_type,target,actions\na1,instagram,bob,\n",
        &format!(
            "tasks.csv:1: field 3: \"target\" is no column; the columns are {columns}\n\
             tasks.csv:1: target_username: the header does not have this column"
        ),
    );
    check_tasks(
        "account_id,task_type,target_username\na1,instagram,bob\n",
        "tasks.csv:1: actions: the header does not have this column",
    );
    check_tasks(
        "account_id,task_type,target_username,actions,comment,comment_text\na1,instagram,bob,,,\n",
        "tasks.csv:1: comment_text: the header has this column twice",
    );
    check_tasks(
        "account_id,task_type,,target_username,actions\na1,instagram,,bob,\n",
        &format!("tasks.csv:1: field 3: \"\" is no column; the columns are {columns}"),
    );
    check_tasks(
        "account_id,task_type,target_username,ac\"tions\na1,instagram,bob,\n",
        "tasks.csv:1: field 4: a quote stands inside the field; put the whole field in quotes and double the quotes within",
    );
    check_tasks(
        "account_id,task_type,target_username,acti\0ons\na1,instagram,bob,\n",
        "tasks.csv:1: field 4: the field holds the control character U+0000 (NUL)\n\
         tasks.csv:1: actions: the header does not have this column",
    );
    check_tasks(
        "x".repeat(10_000_000),
        "tasks.csv:1: field 1: the field is 10000000 bytes long; at most 4096 are read\n\
         tasks.csv:1: account_id: the header does not have this column\n\
         tasks.csv:1: task_type: the header does not have this column\n\
         tasks.csv:1: target_username: the header does not have this column\n\
         tasks.csv:1: actions: the header does not have this column",
    );
    check_tasks(
        ",".repeat(10_000_000),
        "tasks.csv:1: the line has 10000001 fields; no file here has more than 32",
    );
}

#[test]
fn rows_that_cannot_be_told_apart() {
    let quote = "a quote stands inside the field; put the whole field in quotes and double the quotes within";
    check_row(
        "a1,instagram,bob,,,,a\"b\"",
        &format!("tasks.csv:2: note: {quote}"),
    );
    check_row(
        "a1,instagram,\"bob\"x,,,,",
        &format!("tasks.csv:2: target_username: {quote}"),
    );
    check_row(
        "a1,instagram, \"bob\",,,,",
        &format!("tasks.csv:2: target_username: {quote}"),
    );
    check_row(
        "a1,instagram,bob,,,,\"open\na2,instagram,eve,,,,",
        "tasks.csv:2: note: the quote that opens this field is never closed",
    );
    check_tasks(
        "account_id,task_type,\"target_username,actions\na1,instagram,bob,\n",
        "tasks.csv:1: field 3: the quote that opens this field is never closed",
    );
    check_row(
        "a1,instagram,bob",
        "tasks.csv:2: actions: the row has 3 fields, the header has 7",
    );
    check_row("a1,instagram,bob,", "ok 1");
    check_row(
        "a1,instagram,bob,,,,,x",
        "tasks.csv:2: field 8: the row has 8 fields, the header has 7",
    );
    check_row("a1,instagram,bob,,,,,", "ok 1");
    check_tasks(
        "account_id;task_type;target_username;actions\na1;instagram;bob;open_app;like_post\n",
        "tasks.csv:2: field 5: the row has 5 fields, the header has 4; where semicolons separate the fields, actions stand in quotes",
    );
    check_tasks(
        "account_id;task_type;target_username;actions\na1;instagram;bob;\"open_app;like_post\"\n",
        "ok 1",
    );
}

#[test]
fn text_that_is_none() {
    let mut file = format!("{HEADER}a1,instagram,bob,,,,\"x\ny\"\na2,instagram,ev").into_bytes();
    file.extend_from_slice(b"\xE9,,,,\n");
    check_tasks(
        file,
        "tasks.csv:4: target_username: the field holds bytes that are not UTF-8; save the file as UTF-8",
    );
    let mut file = utf16(&format!("{HEADER}a1,instagram,bob,,,,"), u16::to_le_bytes);
    file.extend_from_slice(&[0x00, 0xD8, b'\n', 0]);
    check_tasks(
        file,
        "tasks.csv:2: note: the field holds bytes that are not UTF-16; save the file as UTF-8",
    );
    check_row(
        "a1,instagram,b\0b,,,,",
        "tasks.csv:2: target_username: the field holds the control character U+0000 (NUL)",
    );
    check_row(
        "a1,instagram,bob,,,,\u{1B}[31m",
        "tasks.csv:2: note: the field holds the control character U+001B",
    );
    check_row(
        "a1,instagram,bob,,,,\"a\rb\"",
        "tasks.csv:2: note: the field holds the control character U+000D",
    );
    check_row(
        "a1,instagram,bob,\"open_app\nx\",,,",
        "tasks.csv:2: actions: the field holds the control character U+000A",
    );
    check_row("a1,instagram,bob,,,,\"a\tb\nc\"", "ok 1");
    check_row(
        &format!("a1,instagram,bob,,,,{}", "x".repeat(10 << 20)),
        "tasks.csv:2: note: the field is 10485760 bytes long; at most 4096 are read",
    );
    check_row(&format!("a1,instagram,bob,,,,{}", "x".repeat(4096)), "ok 1");
}

#[test]
fn names_and_accounts() {
    let form = "is not 1 to 64 of the characters A-Z a-z 0-9 . _ -";
    check_row(
        "a3,instagram,bob,",
        "tasks.csv:2: account_id: \"a3\" is no known account",
    );
    check_row(
        "a 1,instagram,bob,",
        &format!("tasks.csv:2: account_id: \"a 1\" {form}"),
    );
    check_row(
        "@a1,instagram,bob,",
        &format!("tasks.csv:2: account_id: \"@a1\" {form}"),
    );
    check_row(
        "a1,instagram,,",
        "tasks.csv:2: target_username: the field is empty",
    );
    check_row(
        "a1,instagram,@,",
        "tasks.csv:2: target_username: the field is empty",
    );
    check_row(
        "a1,instagram,@@bob,",
        &format!("tasks.csv:2: target_username: \"@bob\" {form}"),
    );
    check_row(
        "a1,instagram,../etc,",
        &format!("tasks.csv:2: target_username: \"../etc\" {form}"),
    );
    check_row(
        "a1,instagram,b\u{f6}b,",
        &format!("tasks.csv:2: target_username: \"b\u{f6}b\" {form}"),
    );
    check_row(
        "a1,instagram,b\u{202E}ob,",
        &format!("tasks.csv:2: target_username: \"b\\u{{202e}}ob\" {form}"),
    );
    check_row(&format!("a1,instagram,{},", "b".repeat(64)), "ok 1");
    check_row(
        &format!("a1,instagram,{},", "b".repeat(65)),
        &format!(
            "tasks.csv:2: target_username: \"{}…\" {form}",
            "b".repeat(60)
        ),
    );
    check_row("a1,instagram,A-Za-z0-9._-,", "ok 1");
}

#[test]
fn types_actions_and_priorities() {
    check_row(
        "a1,Flow,,",
        "tasks.csv:2: flow: the field is empty; name the script's file",
    );
    check_row(
        "a1,,bob,",
        "tasks.csv:2: task_type: the field is empty; write instagram",
    );
    check_row(
        "a1,tiktok,bob,",
        "tasks.csv:2: task_type: \"tiktok\" is none of instagram, engagement, flow",
    );
    let known = "open_app, search_user, view_profile, like_post, follow_user, scroll_feed, explore_posts, navigate_home, separated by semicolons";
    check_row(
        "a1,instagram,bob,like_posts;;open_app",
        &format!(
            "tasks.csv:2: actions: \"like_posts\" is none of {known}\n\
             tasks.csv:2: actions: \"\" is none of {known}"
        ),
    );
    check_row(
        "a1,instagram,bob,;",
        &format!("tasks.csv:2: actions: \"\" is none of {known}"),
    );
    check_row("a1,instagram,bob,open_app;", "ok 1");
    check_row(
        "a1,instagram,bob,comment",
        "tasks.csv:2: actions: comment belongs to rows of type engagement",
    );
    check_row(
        "a1,instagram,bob,follow_user;follow_user",
        "tasks.csv:2: actions: follow_user stands 2 times in the row; at most 1 per task",
    );
    check_row(
        &format!("a1,instagram,bob,{}", ["like_post"; 10].join(";")),
        "ok 1",
    );
    check_row(
        &format!("a1,instagram,bob,{}", ["open_app"; 33].join(";")),
        "tasks.csv:2: actions: 33 actions; a task has at most 32",
    );
    check_row(
        "a1,instagram,bob,,hgih",
        "tasks.csv:2: priority: \"hgih\" is none of low, normal, high, urgent",
    );
    check_row("a1,instagram,bob,,URGENT", "ok 1");
    let whole = "account_id,task_type,target_username,actions,comment,flow\n";
    check_tasks(
        format!("{whole}a1,instagram,bob,,nice,f.yaml\n"),
        "tasks.csv:2: comment_text: only a row of type engagement has this; leave it empty\n\
         tasks.csv:2: flow: only a row of type flow has this; leave it empty",
    );
}

#[test]
fn dates() {
    let check = |text: &str, expected: Option<i64>| {
        let answer = read_tasks(format!("{HEADER}a1,instagram,bob,,,{text},\n"));
        match (answer, expected) {
            (Ok(rows), Some(ms)) => assert_eq!(rows[0].not_before_ms, Some(ms), "{text}"),
            (Err(problems), None) => assert_eq!(
                problems.to_string(),
                format!(
                    "tasks.csv:2: not_before: \"{text}\" is no time with its zone between 2000 and \
                     2099, as 2026-11-23T14:00:00Z or 2026-11-23T14:00:00+01:00"
                ),
            ),
            (answer, _) => panic!("{text}: {answer:?}"),
        }
    };
    let noon = 1_795_435_200_000;
    check("2026-11-23T12:00:00Z", Some(noon));
    check("2026-11-23t12:00:00.5z", Some(noon + 500));
    check("2026-11-23 12:00Z", Some(noon));
    check("2026-11-23T13:30:00+01:30", Some(noon));
    check("2026-11-23T07:00:00-05:00", Some(noon));
    // The year is the one that is written.
    check(
        "2000-01-01T00:00:00+07:00",
        Some(946_684_800_000 - 7 * 3_600_000),
    );
    for bad in [
        "2026-11-23",
        "2026-11-23T12:00:00",
        "2026-11-23 12:00",
        "23.11.2026 12:00",
        "tomorrow",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-11-23T25:00:00Z",
        "2026-11-23T12:00:00Z[UTC]",
        "1999-12-31T23:59:59Z",
        "2100-01-01T00:00:00Z",
        "20260-11-23T12:00:00Z",
        "1795435200",
        "2026-11-23T12:00:00.Z",
        "2026-11-23T12:00:00+0100",
        "Z",
        "+01:00",
    ] {
        check(bad, None);
    }
}

#[test]
fn every_bad_row_is_named_up_to_a_bound() {
    let mut file = HEADER.to_owned();
    for _ in 0..1_500 {
        file.push_str("a9,instagram,bob,,hgih,,\n");
    }
    let problems = read_tasks(&file).unwrap_err().named("monday.csv");
    assert_eq!((problems.kept.len(), problems.total), (PROBLEMS_MAX, 3_000));
    let text = problems.to_string();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[1],
        "monday.csv:2: priority: \"hgih\" is none of low, normal, high, urgent"
    );
    assert_eq!(*lines.last().unwrap(), "… and 2000 more");
    let json = serde_json::to_value(&problems.kept[1]).unwrap();
    assert_eq!(json["code"], Code::BadPriority.as_str());
    assert_eq!(
        (&json["line"], &json["field"]),
        (&2.into(), &"priority".into())
    );
}

#[test]
fn debug_names_nobody() {
    let file = "account_id,handle,device_udid\na1,canary,00008030-51000000000CA4A1\n";
    let account = format!("{:?}", accounts(file.as_bytes()).unwrap());
    let task = format!(
        "{:?}",
        read_tasks(format!("{HEADER}a1,instagram,canary,,,,canary\n")).unwrap()
    );
    let problem = format!(
        "{:?}",
        read_tasks(format!("{HEADER}a1,instagram,canary!,,,,\n")).unwrap_err()
    );
    for debug in [account, task, problem] {
        assert!(
            !debug.contains("canary") && !debug.contains("00CA4A1"),
            "{debug}"
        );
    }
}

#[test]
fn a_file_is_read_and_one_without_end_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.csv");
    std::fs::write(&path, HEADER).unwrap();
    assert_eq!(read(&path).unwrap(), HEADER.as_bytes());
    let endless = read(std::path::Path::new("/dev/zero")).unwrap();
    assert_eq!(endless.len(), FILE_BYTES_MAX + 1);
    let missing = read(&dir.path().join("no.csv")).unwrap_err().to_string();
    assert!(
        missing.contains("no.csv cannot be read: No such file"),
        "{missing}"
    );
}

/// What README and `make run` rely on: twelve accounts, some on one phone and some on all, and 240
/// tasks of which no two are about the same target, so that a witness can tell them apart.
#[test]
fn the_examples_are_good() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let accounts = accounts(&read(&dir.join("accounts.csv")).unwrap()).unwrap();
    let known = |id: &str| accounts.iter().any(|account| account.account_id == id);
    let tasks = tasks(&read(&dir.join("tasks.csv")).unwrap(), &known).unwrap();
    let bound = accounts
        .iter()
        .filter(|account| account.device_udid.is_some())
        .count();
    assert_eq!((accounts.len(), bound, tasks.len()), (12, 6, 240));
    let targets: std::collections::HashSet<_> =
        tasks.iter().map(|task| task.target.reveal()).collect();
    assert_eq!(targets.len(), tasks.len());
    assert!(tasks.iter().all(|task| task.account_id.is_some()));
    assert!(
        Action::ALL
            .iter()
            .all(|action| tasks.iter().any(|task| task.actions.contains(action)))
    );
    assert!(
        PRIORITIES
            .iter()
            .all(|(_, level)| tasks.iter().any(|task| task.priority == *level))
    );
}
