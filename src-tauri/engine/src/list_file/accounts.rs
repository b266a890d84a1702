//! `accounts.csv`: who the accounts are and which phone each is on.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;

use signalbox_automation::Handle;
use signalbox_phone::Udid;

use super::name;
use super::problem::{Code, Findings, Problems, quoted};
use super::sheet::{Column, ColumnNames, Row, read};

/// One account of the file. `Debug` masks the handle and the phone and leaves the texts out.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// The line of the file on which the row begins, from 1.
    pub line: u64,
    /// The id, 1 to 64 of `A-Za-z0-9._-`.
    pub account_id: String,
    /// The account's name in the app, without `@`.
    pub handle: Handle,
    /// The one phone it is on, or none for any.
    pub device_udid: Option<Udid>,
    /// What people call it.
    pub label: Option<String>,
    /// What people sort it under.
    pub group: Option<String>,
    /// Anything else; may have several lines.
    pub note: Option<String>,
}

impl fmt::Debug for AccountRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountRow")
            .field("line", &self.line)
            .field("account_id", &self.account_id)
            .field("handle", &self.handle)
            .field("device_udid", &self.device_udid)
            .finish_non_exhaustive()
    }
}

const ID: usize = 0;
const HANDLE: usize = 1;
const UDID: usize = 2;
const LABEL: usize = 3;
const GROUP: usize = 4;
const NOTE: usize = 5;

pub(super) const COLUMNS: &[Column] = &[
    Column {
        name: "account_id",
        alias: None,
        needed: true,
        lines: false,
    },
    Column {
        name: "handle",
        alias: None,
        needed: true,
        lines: false,
    },
    Column {
        name: "device_udid",
        alias: None,
        needed: true,
        lines: false,
    },
    Column {
        name: "label",
        alias: None,
        needed: false,
        lines: false,
    },
    Column {
        name: "group",
        alias: None,
        needed: false,
        lines: false,
    },
    Column {
        name: "note",
        alias: None,
        needed: false,
        lines: true,
    },
];

/// Reads an accounts file: every row, or everything that is wrong with it.
pub fn accounts(bytes: &[u8]) -> Result<Vec<AccountRow>, Problems> {
    accounts_called(bytes, &ColumnNames::default())
}

/// The same of a file whose columns may be called otherwise.
pub fn accounts_called(bytes: &[u8], called: &ColumnNames) -> Result<Vec<AccountRow>, Problems> {
    let mut findings = Findings::new("accounts.csv");
    let mut rows = Vec::new();
    let mut seen = Seen::default();
    read(COLUMNS, called, bytes, &mut findings, |row, findings| {
        let before = findings.total();
        let account = account(row, &mut seen, findings);
        if findings.total() == before {
            rows.extend(account);
        }
    });
    findings.or(rows)
}

/// Where each id and each handle stood first. The app does not tell handles apart by the case of
/// their letters, so two ids for one of them would be two tasks at once on one account.
#[derive(Default)]
struct Seen {
    ids: HashMap<String, u64>,
    handles: HashMap<String, u64>,
}

fn account(row: &Row, seen: &mut Seen, findings: &mut Findings) -> Option<AccountRow> {
    let line = row.line;
    let account_id = row
        .text(ID)
        .and_then(|text| name::id(text, line, "account_id", findings));
    let handle = row
        .text(HANDLE)
        .and_then(|text| name::handle(text, line, "handle", findings));
    let device_udid = row.text(UDID).and_then(|text| udid(text, line, findings));
    if let Some(id) = &account_id
        && let Some(first) = first_line(&mut seen.ids, id.clone(), line)
    {
        findings.add(
            line,
            Some("account_id".into()),
            Code::DuplicateAccount,
            || format!("{} stands in line {first} already", quoted(id)),
        );
    }
    if let Some(handle) = &handle
        && let Some(first) = first_line(
            &mut seen.handles,
            handle.reveal().to_ascii_lowercase(),
            line,
        )
    {
        findings.add(line, Some("handle".into()), Code::DuplicateHandle, || {
            format!(
                "{} is the handle of line {first} already",
                quoted(handle.reveal())
            )
        });
    }
    Some(AccountRow {
        line,
        account_id: account_id?,
        handle: handle?,
        device_udid: device_udid?,
        label: row.filled(LABEL),
        group: row.filled(GROUP),
        note: row.filled(NOTE),
    })
}

/// The line on which the name stood before, if it did.
fn first_line(seen: &mut HashMap<String, u64>, name: String, line: u64) -> Option<u64> {
    match seen.entry(name) {
        Entry::Occupied(first) => Some(*first.get()),
        Entry::Vacant(free) => {
            free.insert(line);
            None
        }
    }
}

/// Apple's two forms: 8 and 16 hex digits with a hyphen (A12 and later, written in capitals), or
/// 40 hex digits (older, written small). The case is put right, since usbmuxd's is the one we
/// compare with.
#[expect(
    clippy::option_option,
    reason = "outer: the field is good; inner: it names a phone"
)]
fn udid(text: &str, line: u64, findings: &mut Findings) -> Option<Option<Udid>> {
    if text.is_empty() {
        return Some(None);
    }
    let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    match text.split_once('-') {
        Some((chip, id)) if chip.len() == 8 && id.len() == 16 && is_hex(chip) && is_hex(id) => {
            Some(Some(Udid::new(text.to_ascii_uppercase())))
        }
        None if text.len() == 40 && is_hex(text) => {
            Some(Some(Udid::new(text.to_ascii_lowercase())))
        }
        _ => {
            findings.add(line, Some("device_udid".into()), Code::BadUdid, || {
                format!(
                    "{} is no udid: 8 and 16 hex digits with a hyphen between, 40 hex digits, or \
                     empty for any phone",
                    quoted(text)
                )
            });
            None
        }
    }
}
