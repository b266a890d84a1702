//! What is written is, byte for byte, what the plainest way of writing it gives.

mod spreadsheet;

use signalbox_automation::Handle;
use signalbox_phone::Udid;
use signalbox_scheduler::{AccountNo, AttemptNo, ListNo, PhoneNo, TaskId};

use super::frame::BUFFER_BYTES;
use super::*;
use crate::store::accounts::{self, AccountRow};
use crate::store::interactions::NewInteraction;
use crate::store::phones::{self, PhoneRow};
use crate::store::{Durability, Prepared, Store, World};

/// Texts that a form of export or a spreadsheet could trip over.
const ODD: [&str; 20] = [
    "",
    " ",
    "plain",
    "two words",
    "comma,comma",
    "\"quoted\"",
    "a \"quote\" within",
    "line\nbreak",
    "line\r\nbreak",
    "\rcarriage",
    "\ttab",
    "=1+1",
    "  =cmd|' /C calc'!A0",
    "+49",
    "-5",
    "@name",
    "a=b",
    "\0nul",
    "björn 日本語 🚦\u{2028}",
    "'already'; \\ / \u{7f}\u{1b}",
];

/// One row as it was put in: account, phone, target, reason, task, latency, time.
#[derive(Clone)]
struct Put {
    account: &'static str,
    phone: &'static str,
    target: &'static str,
    reason: &'static str,
    task: u128,
    latency_ms: u64,
    ts: i64,
    rehearsal: bool,
}

fn rows() -> Vec<Put> {
    let pick = |place: usize| ODD.get(place % ODD.len()).copied().unwrap_or_default();
    let mut rows: Vec<Put> = (0..ODD.len() * 3)
        .map(|place| Put {
            account: pick(place),
            phone: pick(place + 7),
            target: pick(place * 3 + 1),
            reason: pick(place * 7 + 2),
            task: (place as u128) << 100 | 0xfeed_beef,
            latency_ms: (place as u64).pow(9),
            ts: 1_795_435_200_000 + (place as i64) * 12_345_678,
            rehearsal: place % 5 == 4,
        })
        .collect();
    // Times that no calendar has, and one from before 1970.
    for (row, ts) in rows.iter_mut().zip([i64::MAX, i64::MIN, -1, 0]) {
        row.ts = ts;
    }
    rows
}

fn data_set(dir: &std::path::Path, rows: &[Put]) -> Store {
    let store = Store::open(
        &dir.join("signalbox.db"),
        World::Simulated,
        Durability::Normal,
    );
    let store = store.unwrap();
    let connection = store.connection();
    // The tasks and attempts of these rows do not matter here.
    connection
        .pragma_update(None, "foreign_keys", false)
        .unwrap();
    for (no, text) in (0..).zip(ODD) {
        let mut account = AccountRow::named(text);
        account.handle = Handle::new(format!("handle{no}"));
        accounts::insert(connection, AccountNo(no), &account, 0).unwrap();
        let phone = PhoneRow::unseen(Udid::new(text));
        phones::put(connection, PhoneNo(no), &phone).unwrap();
    }
    let no = |text| u32::try_from(ODD.iter().position(|odd| *odd == text).unwrap()).unwrap();
    for row in rows {
        let new = NewInteraction {
            task: TaskId(row.task),
            attempt: AttemptNo(1),
            step: 0,
            account: AccountNo(no(row.account)),
            phone: PhoneNo(no(row.phone)),
            list: Some(ListNo(0)),
            rehearsal: row.rehearsal,
            target: row.target.to_owned(),
            post: String::new(),
            action: "follow",
            status: "success",
            reason: row.reason.to_owned(),
            latency_ms: row.latency_ms,
        };
        interactions::insert(&Prepared::new(connection), &new, 0, row.ts).unwrap();
    }
    store
}

fn plain_csv(rows: &[Put], guard: bool) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(COLUMNS).unwrap();
    let text = |value: &str| match value.trim_start_matches([' ', '\'']).chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\0') if guard => format!("'{value}"),
        _ => value.to_owned(),
    };
    for row in rows.iter().filter(|row| !row.rehearsal) {
        let fields = [
            "instagram".to_owned(),
            text(row.account),
            text(row.target),
            "follow".to_owned(),
            "success".to_owned(),
            text(row.reason),
            Uuid::from_u128(row.task).to_string(),
            text(row.phone),
            row.latency_ms.to_string(),
            rfc3339(row.ts),
        ];
        writer.write_record(fields).unwrap();
    }
    writer.into_inner().unwrap()
}

fn plain_json(rows: &[Put]) -> Vec<u8> {
    let events = rows.iter().filter(|row| !row.rehearsal).map(|row| {
        // Put together by hand: the order of the names is part of the form.
        let text = |value: &str| serde_json::Value::from(value).to_string();
        format!(
            "{{\"account_id\":{},\"action\":\"follow\",\"device_id\":{},\"latency_ms\":{},\
             \"platform\":\"instagram\",\"reason\":{},\"status\":\"success\",\
             \"target_username\":{},\"task_id\":\"{}\",\"ts\":\"{}\"}}",
            text(row.account),
            text(row.phone),
            row.latency_ms,
            text(row.reason),
            text(row.target),
            Uuid::from_u128(row.task),
            rfc3339(row.ts)
        )
    });
    let events: Vec<String> = events.collect();
    let text = format!(
        "{{\"exported_at\":\"1970-01-01T00:00:00.005Z\",\"total_events\":{},\
         \"filters\":{{\"rehearsal\":false}},\"events\":[{}]}}\n",
        events.len(),
        events.join(",")
    );
    text.into_bytes()
}

fn exported(store: &Store, format: Format) -> Vec<u8> {
    let mut out = Vec::new();
    let filter = &Filter::default();
    let rows = export(store.connection(), filter, format, 5, &mut out).unwrap();
    assert_eq!(rows, ODD.len() as u64 * 3 * 4 / 5);
    out
}

#[test]
fn odd_texts_times_and_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let rows = rows();
    let store = data_set(dir.path(), &rows);
    let check = |format, expected: Vec<u8>| {
        let found = exported(&store, format);
        let (found, expected) = (String::from_utf8(found), String::from_utf8(expected));
        assert_eq!(found.unwrap(), expected.unwrap(), "{format:?}");
    };
    check(Format::Csv { guard: true }, plain_csv(&rows, true));
    check(Format::Csv { guard: false }, plain_csv(&rows, false));
    check(Format::Json, plain_json(&rows));
    let json: serde_json::Value = serde_json::from_slice(&exported(&store, Format::Json)).unwrap();
    assert_eq!(json["events"].as_array().unwrap().len(), 48);
}

#[test]
fn more_than_is_written_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let rows: Vec<Put> = (0..400).flat_map(|_| rows()).collect();
    let store = data_set(dir.path(), &rows);
    let mut out = Vec::new();
    let format = Format::Csv { guard: true };
    export(store.connection(), &Filter::default(), format, 5, &mut out).unwrap();
    assert!(out.len() > 2 * BUFFER_BYTES, "{}", out.len());
    assert!(out == plain_csv(&rows, true), "the bytes differ");
}

#[test]
fn the_outcomes_of_one_list() {
    let dir = tempfile::tempdir().unwrap();
    let rows = rows();
    let store = data_set(dir.path(), &rows);
    let list = "UPDATE interactions SET list_no = seq % 2";
    store.connection().execute(list, []).unwrap();
    let check = |list: u32| {
        let filter = &Filter::of_list(ListNo(list));
        let mut out = Vec::new();
        let format = Format::Csv { guard: true };
        let found = export(store.connection(), filter, format, 5, &mut out).unwrap();
        // Rows are numbered from 1.
        let of_list = (1..).zip(rows.clone());
        let of_list = of_list.filter(|(seq, _)| seq % 2 == list);
        let of_list: Vec<Put> = of_list.map(|(_, row)| row).collect();
        assert_eq!(found, 24);
        assert!(out == plain_csv(&of_list, true), "list {list}");
    };
    check(0);
    check(1);
}

#[test]
fn a_damaged_row_is_named_and_nothing_passes_for_the_whole() {
    let dir = tempfile::tempdir().unwrap();
    let store = data_set(dir.path(), &rows());
    let connection = store.connection();
    let check = |damage: &str, repair: &str, expected: &str| {
        connection.execute(damage, []).unwrap();
        let mut out = Vec::new();
        let format = Format::Csv { guard: true };
        let refused = export(connection, &Filter::default(), format, 5, &mut out).unwrap_err();
        assert_eq!(refused.code(), "data_damaged");
        assert!(refused.to_string().contains(expected), "{refused}");
        connection.execute(repair, []).unwrap();
    };
    check(
        "UPDATE interactions SET account_no = account_no + 100 WHERE seq = 7",
        "UPDATE interactions SET account_no = account_no - 100 WHERE seq = 7",
        "outcome 7:",
    );
    check(
        "UPDATE interactions SET reason = CAST(x'61ff62' AS TEXT) WHERE seq = 8",
        "UPDATE interactions SET reason = '' WHERE seq = 8",
        "outcome 8:",
    );
    check(
        "UPDATE interactions SET task_id = x'0102' WHERE seq = 9",
        "UPDATE interactions SET task_id = zeroblob(16) WHERE seq = 9",
        "outcome 9:",
    );
    let mut out = Vec::new();
    export(connection, &Filter::default(), Format::Json, 5, &mut out).unwrap();
}

/// Texts of these pieces in any order: all that a form of CSV or a spreadsheet could trip over.
const PIECES: [&str; 24] = [
    "\"",
    "\"\"",
    "'",
    "''",
    ",",
    ";",
    "\n",
    "\r",
    "\r\n",
    "\t",
    " ",
    "  ",
    "=",
    "+",
    "-",
    "@",
    "\0",
    "cmd|' /C calc'!A0",
    "🚦",
    "\u{202e}abc\u{202c}",
    "\u{200f}",
    "e\u{301}",
    "\\",
    "name",
];

#[test]
fn every_text_comes_back_as_it_was() {
    let mut seed: u64 = 1;
    let mut piece = || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        PIECES[usize::try_from((seed >> 33) % PIECES.len() as u64).unwrap()]
    };
    let mut text = |pieces: usize| -> &'static str {
        let text: String = (0..pieces).map(|_| piece()).collect();
        Box::leak(text.into_boxed_str())
    };
    let plain = Put {
        rehearsal: false,
        ..rows()[0].clone()
    };
    let put: Vec<Put> = (0..3_000)
        .map(|no| Put {
            target: text(no % 6),
            reason: text(no / 7 % 9),
            ..plain.clone()
        })
        .collect();
    let dir = tempfile::tempdir().unwrap();
    let store = data_set(dir.path(), &put);
    let format = Format::Csv { guard: true };
    let mut out = Vec::new();
    export(store.connection(), &Filter::default(), format, 5, &mut out).unwrap();
    let mut sheet = csv::Reader::from_reader(out.as_slice());
    let mut read = 0;
    for (told, row) in sheet.records().zip(&put) {
        let told = told.unwrap();
        let back = |column: usize| crate::list_file::unguarded(&told[column]).to_owned();
        assert_eq!(
            (back(2), back(5)),
            (row.target.to_owned(), row.reason.to_owned())
        );
        for cell in &told {
            let first = cell.trim_start_matches(' ').chars().next();
            let runs = matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\0'));
            assert!(!runs, "{cell:?}");
        }
        read += 1;
    }
    assert_eq!(read, put.len());
}
