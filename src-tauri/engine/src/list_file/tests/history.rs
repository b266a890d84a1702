//! Exports of outcomes, as CSV and as JSON.

use super::super::{HistoryForm, history};
use crate::clock::rfc3339;

/// 2026-11-23T12:00:00Z.
const NOW: i64 = 1_795_435_200_000;
const HEAD: &str = "account_id,target_username,action,status,reason,latency_ms,ts\n";
const TIME: &str = "2026-11-20T08:00:00.250+01:00";

/// What a file is answered with: its rows, or its problems as people see them.
fn told(bytes: &[u8]) -> String {
    let rows = match history(bytes, HistoryForm::of(bytes), NOW) {
        Ok(rows) => rows,
        Err(problems) => return problems.to_string(),
    };
    let rows = rows.into_iter().map(|row| {
        let (reason, ms, ts) = (row.reason, row.latency_ms, rfc3339(row.ts));
        let (at, who, whom) = (row.place, row.account, row.target);
        format!(
            "{at} {who} {whom} {} {} {reason} {ms} {ts}",
            row.action, row.status
        )
    });
    rows.collect::<Vec<_>>().join("\n")
}

#[test]
fn rows_of_a_csv() {
    let check = |row: &str, expected: &str| {
        assert_eq!(told(format!("{HEAD}{row}\n").as_bytes()), expected, "{row}");
    };
    let good = "2 an@b bob like success  0 2026-11-20T07:00:00.250Z";
    check(&format!("an@b,@bob,Like,SUCCESS,,,{TIME}"), good);
    check(&format!("an@b,bob,like,success,imported,,{TIME}"), good);
    check(
        &format!("an@b,bob,like,success,imported: '=x,17.9,{TIME}"),
        "2 an@b bob like success '=x 17 2026-11-20T07:00:00.250Z",
    );
    check(
        &format!("an@b,bob,like,success,'=x,1,{TIME}"),
        "2 an@b bob like success =x 1 2026-11-20T07:00:00.250Z",
    );
    let bad = |row: &str, expected: &str| check(row, &format!("history:2: {expected}"));
    bad(
        &format!(",bob,like,success,,,{TIME}"),
        "account_id: the field is empty",
    );
    bad(
        &format!("a,b b,like,success,,,{TIME}"),
        "target_username: \"b b\" is not 1 to 64 of the characters A-Z a-z 0-9 . _ -",
    );
    bad(
        &format!("a,bob,unfollow,success,,,{TIME}"),
        "action: \"unfollow\" is none of follow, like, comment, view",
    );
    bad(
        &format!("a,bob,like,would,,,{TIME}"),
        "status: \"would\" is none of success, failed, skipped, retry, dedupe_hit, rate_limited, \
         private_account, target_unavailable, unknown",
    );
    for latency in ["-1", "1e3", "soon", "1.", ".5", "99999999999999999999"] {
        bad(
            &format!("a,bob,like,success,,{latency},{TIME}"),
            &format!("latency_ms: \"{latency}\" is no number of milliseconds"),
        );
    }
    for time in [
        "",
        "2026-11-20",
        "2026-11-20T08:00:00",
        "1795435200",
        "1999-01-01T00:00:00Z",
    ] {
        bad(
            &format!("a,bob,like,success,,,{time}"),
            &format!(
                "ts: \"{time}\" is no time with its zone between 2000 and 2099, as \
                 2026-11-23T14:00:00Z"
            ),
        );
    }
    bad(
        "a,bob,like,success,,,2026-11-23T12:00:00.001Z",
        "ts: \"2026-11-23T12:00:00.001Z\" is still to come: it is 2026-11-23T12:00:00.000Z",
    );
}

#[test]
fn headers_of_a_csv() {
    let check = |file: &str, expected: &str| assert_eq!(told(file.as_bytes()), expected, "{file}");
    check(
        "",
        "history: the file is empty; it begins with a header line, platform,account_id,\
               target_username,action,status,reason,task_id,device_id,latency_ms,ts",
    );
    check(
        "account_id,target_username,action,status\na,b,like,success\n",
        "history:1: ts: the header does not have this column",
    );
    check(
        "account_id,target_username,action,status,ts,password\n",
        "history:1: field 6: \"password\" is no column; the columns are platform,account_id,\
         target_username,action,status,reason,task_id,device_id,latency_ms,ts",
    );
    check(
        &format!(
            "platform,account_id,target_username,action,status,ts\nmyspace,a,b,like,success,{TIME}\n"
        ),
        "history:2: platform: \"myspace\" is not instagram",
    );
}

#[test]
fn events_of_a_json() {
    let check = |file: &str, expected: &str| assert_eq!(told(file.as_bytes()), expected, "{file}");
    let event = |more: &str| {
        format!(
            r#"{{"account_id":"a","target_username":"bob","action":"like","status":"success","ts":"{TIME}"{more}}}"#
        )
    };
    let whole = |events: &str| format!(r#"{{"total_events": 1, "events": [{events}]}}"#);
    let good = "0 a bob like success  0 2026-11-20T07:00:00.250Z";
    check(&whole(&event("")), good);
    let more = r#","reason":null,"task_id":null,"device_id":"x","platform":"instagram""#;
    check(&format!("\u{feff} {}", whole(&event(more))), good);
    let more = r#","reason":"=x","latency_ms":17.9"#;
    check(&whole(&event(more)), &good.replace("  0", " =x 17"));
    check(
        &whole(&format!("{},{}", event(""), event(r#","ts":5,"who":1"#))),
        "history: events/1/who: the fields of an event are platform, account_id, \
         target_username, action, status, reason, task_id, device_id, latency_ms, ts\n\
         history: events/1/ts: the field is a string, or null",
    );
    check(&whole("7"), "history: events/0: an event is an object");
    check(
        &whole(&event(r#","reason":"a\u0000b""#)),
        "history: events/0/reason: \"a\\u{0}b\" holds a control character",
    );
    check(
        &whole(r#"{"account_id":null}"#),
        "history: events/0/account_id: the field is empty\n\
         history: events/0/target_username: \"\" is not 1 to 64 of the characters A-Z a-z 0-9 . _ -\n\
         history: events/0/action: \"\" is none of follow, like, comment, view\n\
         history: events/0/status: \"\" is none of success, failed, skipped, retry, dedupe_hit, \
         rate_limited, private_account, target_unavailable, unknown\n\
         history: events/0/ts: \"\" is no time with its zone between 2000 and 2099, as \
         2026-11-23T14:00:00Z",
    );
    check(
        "{}",
        "history: events: there is no field “events” with the recorded outcomes",
    );
    check(
        r#"{"events":[],"events":[],"x":1}"#,
        "history: events: an export has exported_at, total_events, filters and, once, events\n\
         history: x: an export has exported_at, total_events, filters and, once, events",
    );
    for broken in [
        "{",
        r#"{"events":7}"#,
        r#"{"events":[]} x"#,
        r#"{"events":[{]}"#,
    ] {
        let told = told(broken.as_bytes());
        assert!(
            told.ends_with("is no JSON of an export of outcomes"),
            "{broken}: {told}"
        );
    }
}
